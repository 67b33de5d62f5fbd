/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/root.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "model/domain.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK_NAME "strandline-root"
#define MARK_TEMP "." MARK_NAME ".new"
#define MARK_TEXT "strandline root, format "

enum {
    ROOT_FORMAT = 1,
    SMALL_FILE_LIMIT = 256,
    WAIT_FIRST_US = 500, /* doubled up to WAIT_LAST_US while we wait */
    WAIT_LAST_US = 5 * 1000,
    /* Between two calls of a busy process the lock is free for less. */
    TRY_PAUSE_US = 50,
    REMOVE_DEPTH = 8, /* domains/UUID holds one level of folders */
};

struct QemuRoot {
    char *path;
    int folder;       /* descriptor of DIR */
    int domains;      /* descriptor of DIR/domains */
    int lock;         /* descriptor of DIR/lock; its flock is the lock */
    int timeout_ms;   /* constant */
    guint64 seen;     /* the generation that our caches belong to */
    guint64 current;  /* the generation in the file; only under the lock */
    bool has_written; /* under the lock that is held */
};

/* "." and ".." and the leftover of a first start that died. */
static bool
is_nothing(const char *name)
{
    return g_str_equal(name, ".") || g_str_equal(name, "..") ||
           g_str_equal(name, MARK_TEMP);
}

/* A stream over a copy of @folder, so that @folder itself stays open. */
static DIR *
open_stream(int folder, GError **error)
{
    /* By openat() and not dup(): a copy made by dup() would share the position
     * in the listing. */
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);

    if (!stream) {
        fail_errno(error, errno, "cannot list a state folder");
        if (copy >= 0)
            close(copy);
    }
    return stream;
}

/* But for what a first start of ours may have left. */
static bool
is_empty_folder(int folder, bool *ret_empty, GError **error)
{
    DIR *stream = open_stream(folder, error);
    const struct dirent *entry = NULL;

    if (!stream)
        return false;
    /* readdir() tells an error like an end; a folder that cannot be read is
     * refused further on, when it is written to. */
    do {
        entry = readdir(stream);
    } while (entry && is_nothing(entry->d_name));
    *ret_empty = !entry;
    closedir(stream);
    return true;
}

/* Whoever else can write here could make us start any program; whoever can read
 * has the guests' passwords. */
static bool
check_owner(const QemuRoot *root, GError **error)
{
    struct stat status;

    /* Of the descriptor that everything below is reached through, so that no
     * exchange of the path can matter. */
    if (fstat(root->folder, &status) < 0) {
        return fail_errno(error, errno, "cannot look at root folder '%s'",
                          root->path);
    }
    if (status.st_uid != geteuid()) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "root folder '%s' belongs to user %u and not to us (%u); "
                    "choose another root",
                    root->path, (unsigned)status.st_uid, (unsigned)geteuid());
    }
    /* Not mended by us: somebody may have opened it for a reason, and files in
     * it have been readable since. */
    if ((status.st_mode & 07777) != 0700) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "root folder '%s' has mode %04o, and others must not reach "
                    "what is in it; run chmod 0700 or choose another root",
                    root->path, (unsigned)(status.st_mode & 07777));
    }
    return true;
}

/* The version comes first in every file of ours that outlives a process. */
static bool
check_mark(const QemuRoot *root, const char *text, GError **error)
{
    guint64 format = 0;
    g_autofree char *line = g_strchomp(g_strdup(text));

    if (!g_str_has_prefix(line, MARK_TEXT) ||
        !g_ascii_string_to_unsigned(line + strlen(MARK_TEXT), 10, 1, G_MAXINT,
                                    &format, NULL)) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "'%s/" MARK_NAME "' is damaged; choose another root",
                    root->path);
    }
    /* An older program must not write into what it does not know; a newer one
     * reads all former formats. */
    if (format > ROOT_FORMAT) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "root folder '%s' has format %d and this version knows "
                    "formats up to %d; use a later version",
                    root->path, (int)format, ROOT_FORMAT);
    }
    return true;
}

/* The folder's own flock keeps two first users apart; the lock file does not
 * exist until one of them has decided that the folder is ours to use. */
static bool
claim_folder(const QemuRoot *root, GError **error)
{
    bool is_absent = false;
    bool is_empty = false;
    g_autofree char *text = atomic_file_read(
        root->folder, MARK_NAME, SMALL_FILE_LIMIT, &is_absent, NULL);
    g_autofree char *mark = NULL;

    if (text)
        return check_mark(root, text, error);
    /* A mark that is there and cannot be read is no empty folder. */
    if (!is_absent) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot read '%s/" MARK_NAME "'; choose another root",
                    root->path);
    }
    if (!is_empty_folder(root->folder, &is_empty, error))
        return false;
    if (!is_empty) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "folder '%s' holds other things and is no root of ours; "
                    "name an empty or a new folder",
                    root->path);
    }
    /* Durably, and the first thing in the folder: whatever dies after this, it
     * is ours. */
    mark = g_strdup_printf(MARK_TEXT "%d\n", ROOT_FORMAT);
    return atomic_file_write(root->folder, MARK_NAME, mark, error);
}

/* Opens folder @name in @parent, made 0700 if @create; -1 with @error. */
static int
open_folder_at(int parent, const char *name, bool create, GError **error)
{
    int fd = -1;

    if (create && !atomic_file_make_folder(parent, name, error))
        return -1;
    /* One that is there may be no folder: the opening says. */
    fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        fail_errno(error, errno, "cannot open state folder '%s'", name);
    return fd;
}

/* What every call needs, opened once. */
static bool
open_inside(QemuRoot *root, GError **error)
{
    root->domains = open_folder_at(root->folder, "domains", true, error);
    if (root->domains < 0)
        return false;
    if (!fault_point("file:lock", error))
        return false;
    /* Kept open for life: flock() belongs to this opening, so that threads with
     * openings of their own exclude each other too. */
    root->lock = openat(root->folder, "lock",
                        O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (root->lock < 0)
        return fail_errno(error, errno, "cannot open '%s/lock'", root->path);
    return true;
}

/* The flock of @fd: 0, or an errno (EWOULDBLOCK: somebody holds it all the
 * time).  flock() itself has no deadline, and a signal to end it would be the
 * program's.  The pause is short at first, since most calls take a few
 * milliseconds. */
static int
take_flock(int fd, int timeout_ms)
{
    gint64 deadline =
        g_get_monotonic_time() + (gint64)timeout_ms * G_TIME_SPAN_MILLISECOND;
    gulong pause_us = WAIT_FIRST_US;

    while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return errno;
        if (g_get_monotonic_time() >= deadline)
            return EWOULDBLOCK;
        g_usleep(pause_us);
        pause_us = MIN(pause_us * 2, WAIT_LAST_US);
    }
    return 0;
}

/* Nothing is created in a folder before it is known to be ours to use. */
QemuRoot *
qemu_root_open(const char *path, int lock_timeout_ms, GError **error)
{
    g_autoptr(QemuRoot) root = g_new0(QemuRoot, 1);
    int problem = 0;

    root->folder = root->domains = root->lock = -1;
    /* Textually; links in it are followed by the opening, once. */
    root->path = g_canonicalize_filename(path, "/");
    root->timeout_ms = lock_timeout_ms;
    root->seen = G_MAXUINT64; /* nothing was read yet */
    if (!g_path_is_absolute(path)) {
        fail(error, VIR_ERR_INVALID_ARG,
             "root folder '%s' is not an absolute path", path);
        return NULL;
    }
    if (!fault_point("file:root", error))
        return NULL;
    /* May make folders above it as well, 0700, which are left if the rest
     * fails. */
    if (g_mkdir_with_parents(root->path, 0700) < 0) {
        fail_errno(error, errno, "cannot create root folder '%s'", root->path);
        return NULL;
    }
    root->folder = fd_open_folder(root->path, error);
    if (root->folder < 0 || !check_owner(root, error))
        return NULL;
    problem = take_flock(root->folder, root->timeout_ms);
    if (problem == EWOULDBLOCK) {
        fail(error, VIR_ERR_OPERATION_TIMEOUT,
             "root folder '%s' has been held by another process that opens it "
             "for more than %g seconds; try again when it is done",
             root->path, root->timeout_ms / 1000.0);
        return NULL;
    }
    if (problem != 0) {
        fail_errno(error, problem, "cannot lock root folder '%s'", root->path);
        return NULL;
    }
    if (!claim_folder(root, error) || !open_inside(root, error))
        return NULL;
    (void)flock(root->folder, LOCK_UN); /* closing it would do as well */
    return g_steal_pointer(&root);
}

/* Closing the descriptors gives up every lock. */
void
qemu_root_free(QemuRoot *root)
{
    if (!root)
        return;
    auto_fd_close(root->lock);
    auto_fd_close(root->domains);
    auto_fd_close(root->folder);
    g_free(root->path);
    g_free(root);
}

const char *
qemu_root_path(const QemuRoot *root)
{
    return root->path;
}

/* The lock file holds "PID GENERATION\n" in fields of fixed width, so that it
 * is written in one go and the waiting can read it without the lock.  It is not
 * synced: after a crash of the host nobody is left to have an old cache. */
static bool
write_lock_file(QemuRoot *root)
{
    char text[64];
    int length =
        snprintf(text, sizeof(text), "%010d %020" G_GUINT64_FORMAT "\n",
                 (int)getpid(), root->current);

    /* From the start, in one write, over what was there: of equal length
     * always. */
    return pwrite(root->lock, text, (size_t)length, 0) == length;
}

/* Without the lock, too, for the message of those who wait: a pid that is just
 * being written shows as some other number, once. */
static void
read_lock_file(const QemuRoot *root, int *ret_pid, guint64 *ret_generation)
{
    char text[64] = "";
    char *end = NULL;
    ssize_t length = pread(root->lock, text, sizeof(text) - 1, 0);

    /* For a file that is new or damaged: generation 0 differs from "nothing
     * read yet", so a first reader reads. */
    *ret_pid = 0;
    *ret_generation = 0;
    if (length <= 0)
        return;
    *ret_pid = (int)g_ascii_strtoll(text, &end, 10);
    *ret_generation = g_ascii_strtoull(end, NULL, 10);
}

/* With the flock in hand. */
static void
begin_hold(QemuRoot *root, bool *ret_changed)
{
    int former = 0;

    read_lock_file(root, &former, &root->current);
    /* Equal means: the last writer was this very root object. */
    *ret_changed = root->current != root->seen;
    root->seen = root->current;
    /* The pid only serves the message of those who wait. */
    if (former != (int)getpid() && !write_lock_file(root))
        g_debug("cannot note our pid in '%s/lock'", root->path);
}

/* For those who have little time to wait: the watcher's timer. */
bool
qemu_root_try_lock(QemuRoot *root, gint64 patience_us, bool *ret_changed)
{
    gint64 deadline = g_get_monotonic_time() + patience_us;

    /* Any failure counts as held: the caller comes again. */
    while (flock(root->lock, LOCK_EX | LOCK_NB) < 0) {
        if (g_get_monotonic_time() >= deadline)
            return false;
        g_usleep(TRY_PAUSE_US);
    }
    begin_hold(root, ret_changed);
    return true;
}

bool
qemu_root_lock(QemuRoot *root, bool *ret_changed, GError **error)
{
    int problem = take_flock(root->lock, root->timeout_ms);
    int holder = 0;
    guint64 generation = 0;

    if (problem == EWOULDBLOCK) {
        read_lock_file(root, &holder, &generation);
        return fail(error, VIR_ERR_OPERATION_TIMEOUT,
                    "root folder '%s' has been locked by process %d for more "
                    "than %g seconds; try again when it is done",
                    root->path, holder, root->timeout_ms / 1000.0);
    }
    if (problem != 0)
        return fail_errno(error, problem, "cannot lock '%s/lock'", root->path);
    begin_hold(root, ret_changed);
    return true;
}

/* One read of a few bytes, which are written in one go. */
bool
qemu_root_is_still(const QemuRoot *root)
{
    int holder = 0;
    guint64 generation = 0;

    read_lock_file(root, &holder, &generation);
    return generation == root->seen;
}

void
qemu_root_unlock(QemuRoot *root)
{
    bool has_written = root->has_written;

    root->has_written = false;
    (void)flock(root->lock, LOCK_UN); /* fails for no open descriptor */
    /* For those who watch the file (events/root_watch.h): behind the release,
     * so that they find the root free.  Who misses it looks later. */
    if (has_written)
        (void)futimens(root->lock, NULL);
}

/* Raising the generation makes every other connection read anew; so it is done
 * by writers only. */
bool
qemu_root_touch(QemuRoot *root, GError **error)
{
    if (!fault_point("file:generation", error))
        return false;
    /* Before the first write and not after the last: one that dies in between
     * has then warned the others. */
    root->current++;
    if (!write_lock_file(root)) {
        root->current--;
        return fail_errno(error, errno, "cannot write '%s/lock'", root->path);
    }
    /* Our own caches are good: we know what we write. */
    root->seen = root->current;
    root->has_written = true;
    return true;
}

/* A file that holds one number, and 1 if it is absent; -1 with @error. */
static int
read_counter(QemuRoot *root, const char *name, GError **error)
{
    guint64 value = 1;
    bool is_absent = false;
    g_autoptr(GError) problem = NULL;
    g_autofree char *text = atomic_file_read(
        root->folder, name, SMALL_FILE_LIMIT, &is_absent, &problem);

    if (!text && !is_absent) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return -1;
    }
    if (text && !g_ascii_string_to_unsigned(g_strchomp(text), 10, 1,
                                            G_MAXINT - 1, &value, NULL)) {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "'%s/%s' does not hold an id; correct it", root->path, name);
        return -1;
    }
    return (int)value;
}

static bool
write_counter(QemuRoot *root, const char *name, int value, GError **error)
{
    g_autofree char *text = g_strdup_printf("%d\n", value);

    return atomic_file_write(root->folder, name, text, error);
}

/* Durable before it is used. */
int
qemu_root_next_id(QemuRoot *root, GError **error)
{
    int id = read_counter(root, "next-id", error);

    if (id < 0 || !write_counter(root, "next-id", id + 1, error))
        return -1;
    return id;
}

int
qemu_root_first_job(QemuRoot *root, GError **error)
{
    return read_counter(root, "next-job", error);
}

bool
qemu_root_raise_first_job(QemuRoot *root, int id, GError **error)
{
    int first = qemu_root_first_job(root, error);

    if (first < 0)
        return false;
    return first > id || write_counter(root, "next-job", id + 1, error);
}

/* As text, in no order. */
GPtrArray *
qemu_root_list(QemuRoot *root, GError **error)
{
    g_autoptr(GPtrArray) uuids = g_ptr_array_new_with_free_func(g_free);
    DIR *stream = open_stream(root->domains, error);
    const struct dirent *entry = NULL;
    unsigned char uuid[DOMAIN_UUID_SIZE];

    if (!stream)
        return NULL;
    for (entry = readdir(stream); entry; entry = readdir(stream)) {
        /* What is called otherwise is not ours, and is left alone. */
        if (uuid_parse(entry->d_name, uuid))
            g_ptr_array_add(uuids, g_strdup(entry->d_name));
    }
    closedir(stream);
    return g_steal_pointer(&uuids);
}

/* Below a descriptor of the root: a path that was exchanged meanwhile is not
 * walked. */
int
qemu_root_open_folder(QemuRoot *root, const unsigned char *uuid,
                      const char *sub, bool create, GError **error)
{
    char name[DOMAIN_UUID_TEXT_SIZE];
    g_auto(AutoFd) folder = -1;

    /* From the bytes, never from a text that came from outside: the name cannot
     * lead anywhere else. */
    uuid_format(uuid, name);
    folder = open_folder_at(root->domains, name, create, error);
    if (folder < 0 || !sub)
        return fd_steal(&folder);
    return open_folder_at(folder, sub, create, error);
}

char *
qemu_root_folder_path(const QemuRoot *root, const unsigned char *uuid)
{
    char name[DOMAIN_UUID_TEXT_SIZE];

    uuid_format(uuid, name);
    return g_strdup_printf("%s/domains/%s", root->path, name);
}

static bool empty_folder(int folder, const char *const *keep, int depth,
                         GError **error);

/* A folder that is empty is not worth keeping. */
static bool
keep_entry(int folder, const char *name, GError **error)
{
    if (!fault_point("file:remove", error))
        return false;
    (void)unlinkat(folder, name, AT_REMOVEDIR); /* fails for all others */
    return true;
}

/* Removes what is called @name in @folder; a link is removed, not followed. */
static bool
remove_entry(int folder, const char *name, int depth, GError **error)
{
    g_auto(AutoFd) inner = -1;

    if (!fault_point("file:remove", error))
        return false;
    if (unlinkat(folder, name, 0) == 0 || errno == ENOENT)
        return true;
    /* Linux says EISDIR for a folder; a depth that no folder of ours has ends
     * the recursion. */
    if (depth == 0 || errno != EISDIR)
        return fail_errno(error, errno, "cannot remove '%s'", name);
    inner = open_folder_at(folder, name, false, error);
    if (inner < 0 || !empty_folder(inner, NULL, depth - 1, error))
        return false;
    if (unlinkat(folder, name, AT_REMOVEDIR) < 0)
        return fail_errno(error, errno, "cannot remove folder '%s'", name);
    return true;
}

/* Depth first, and bounded. */
static bool
empty_folder(int folder, const char *const *keep, int depth, GError **error)
{
    DIR *stream = open_stream(folder, error);
    const struct dirent *entry = NULL;
    bool is_done = stream != NULL;

    if (!stream)
        return false;
    for (entry = readdir(stream); is_done && entry; entry = readdir(stream)) {
        const char *name = entry->d_name;

        /* Removing while listing is fine for POSIX: an entry that goes may or
         * may not be listed, and is gone. */
        if (g_str_equal(name, ".") || g_str_equal(name, ".."))
            continue;
        is_done = keep && g_strv_contains(keep, name)
                      ? keep_entry(folder, name, error)
                      : remove_entry(folder, name, depth, error);
    }
    closedir(stream);
    return is_done;
}

/* Can be repeated after a death at any point: what is gone is gone. */
bool
qemu_root_remove_folder(QemuRoot *root, const unsigned char *uuid,
                        const char *const *keep, GError **error)
{
    char name[DOMAIN_UUID_TEXT_SIZE];
    g_auto(AutoFd) folder = -1;

    uuid_format(uuid, name);
    if (!fault_point("file:remove-folder", error))
        return false;
    folder = open_folder_at(root->domains, name, false, error);
    if (folder < 0 || !empty_folder(folder, keep, REMOVE_DEPTH, error))
        return false;
    if (unlinkat(root->domains, name, AT_REMOVEDIR) == 0)
        return true;
    /* Something that was to be kept is in it. */
    if (keep && errno == ENOTEMPTY)
        return true;
    return fail_errno(error, errno, "cannot remove state folder '%s'", name);
}

int
qemu_root_open_cache(QemuRoot *root, GError **error)
{
    return open_folder_at(root->folder, "cache", true, error);
}

/* Beside the domains, since a verdict outlives a transient one. */
int
qemu_root_open_migrations(QemuRoot *root, GError **error)
{
    return open_folder_at(root->folder, "migrations", true, error);
}
