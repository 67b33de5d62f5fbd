/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/caller.h"

#include "base/error.h"
#include "base/fd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of the thread; a worker of the daemon serves one client at a time. */
static __thread const Caller *caller_of_thread;

/* Set once, before there are threads, and never changed. */
static const char *const *folders[CALLER_PLACES];

static bool is_loopback_only;

static const char *const settings[CALLER_PLACES] = {"image_dirs",
                                                    "backup_dirs"};

/* No stack: calls of clients do not nest. */
void
caller_enter(const Caller *caller)
{
    caller_of_thread = caller;
}

/* For checks that are not worth their while otherwise. */
bool
caller_is_bound(void)
{
    return caller_of_thread != NULL;
}

/* A client of the network has no user here, and gets nothing of its own: what it
 * begins stays ours. */
uid_t
caller_uid(void)
{
    return caller_of_thread ? caller_of_thread->uid : geteuid();
}

/* Off in programs that use the library themselves: what they serve, and where, is
 * their own affair. */
void
caller_set_loopback_only(bool is_only)
{
    is_loopback_only = is_only;
}

/* By the words for it, without asking for a name's address, which could be
 * another one when it is listened on. */
static bool
is_loopback(const char *host)
{
    struct in_addr four;
    struct in6_addr six;

    if (inet_pton(AF_INET, host, &four) == 1)
        return ntohl(four.s_addr) >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET;
    if (inet_pton(AF_INET6, host, &six) == 1)
        return IN6_IS_ADDR_LOOPBACK(&six);
    return g_str_equal(host, "localhost");
}

/* For root's calls as well: who reads a guest's disk over the network's shoulder
 * does not mind who has asked for it. */
bool
caller_may_serve(const char *host, GError **error)
{
    if (!is_loopback_only || !host || is_loopback(host))
        return true;
    return fail(
        error, VIR_ERR_CONFIG_UNSUPPORTED,
        "a backup is not served in the clear at '%s': use a Unix socket "
        "or localhost or tls='yes', or set nbd_plain_tcp = 1 in the "
        "daemon's settings",
        host);
}

/* Borrowed: the settings live as long as the daemon. */
void
caller_set_folders(CallerPlace place, const char *const *list)
{
    folders[place] = list;
}

/* What follows @folder's name in @path; NULL if it is not below it.  A word of
 * dots would lead out again, and is nobody's name for a file. */
static const char *
rest_below(const char *folder, const char *path)
{
    size_t length = strlen(folder);
    const char *rest = path + length;
    g_auto(GStrv) words = NULL;

    while (length > 0 && folder[length - 1] == '/')
        length--;
    if (strncmp(path, folder, length) != 0 || path[length] != '/')
        return NULL;
    rest = path + length + strspn(path + length, "/");
    words = g_strsplit(rest, "/", -1);
    for (char **word = words; *word; word++) {
        if (g_str_equal(*word, "..") || g_str_equal(*word, "."))
            return NULL;
    }
    return *rest ? rest : NULL;
}

/* The rest of @path and the folder it is below; NULL if it is below none. */
static const char *
find_below(CallerPlace place, const char *path, const char **ret_folder)
{
    for (const char *const *folder = folders[place]; folder && *folder;
         folder++) {
        const char *rest = rest_below(*folder, path);

        if (rest) {
            *ret_folder = *folder;
            return rest;
        }
    }
    return NULL;
}

/* For an opening it does not matter what a folder is for: that was asked when the
 * path was named. */
static const char *
find_any(const char *path, const char **ret_folder)
{
    const char *rest = NULL;

    for (int place = 0; !rest && place < CALLER_PLACES; place++)
        rest = find_below((CallerPlace)place, path, ret_folder);
    return rest;
}

/* For those who have to do something else there than to open a file. */
bool
caller_is_below(const char *path)
{
    const char *folder = NULL;

    return find_any(path, &folder) != NULL;
}

/* By the text alone: what is really there is found out by those who open it, and
 * an answer that depended on it would tell what there is. */
bool
caller_may_name(CallerPlace place, const char *path, GError **error)
{
    const char *folder = NULL;

    if (!caller_of_thread || !path || find_below(place, path, &folder))
        return true;
    return fail(error, VIR_ERR_ACCESS_DENIED,
                "'%s' is not below a folder that %s of the daemon's settings "
                "lists",
                path, settings[place]);
}

/* Said by the name that a policy would have to give. */
bool
caller_may(CallerRight right, const char *what, GError **error)
{
    static const char *const names[] = {"domain:emulator", "domain:devices"};

    if (!caller_of_thread ||
        caller_of_thread->has(caller_of_thread->data, right))
        return true;
    return fail(error, VIR_ERR_ACCESS_DENIED,
                "access denied: %s needs %s, which is given to root alone "
                "unless the policy names it",
                what, names[right]);
}

/* The folder itself is root's to name, links and all; below it none is followed,
 * and nothing leads out of it, whoever renames what at the same time. */
static int
open_below(const char *folder, const char *rest, int flags, mode_t mode)
{
    g_auto(AutoFd) fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct open_how how = {
        .flags = (guint64)(flags | O_NOFOLLOW | O_CLOEXEC),
        .mode = flags & O_CREAT ? mode : 0,
        .resolve =
            RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };

    if (fd < 0)
        return -1;
    return (int)syscall(SYS_openat2, fd, rest, &how, sizeof(how));
}

/* The same for everybody: a record that root's call uses may be what a client's
 * call has written. */
int
caller_open(const char *path, int flags, mode_t mode)
{
    const char *folder = NULL;
    const char *rest = find_any(path, &folder);

    if (rest)
        return open_below(folder, rest, flags, mode);
    return open(path, flags | O_CLOEXEC, mode);
}

int
caller_open_parent(const char *path)
{
    g_autofree char *parent = g_path_get_dirname(path);
    const char *folder = NULL;
    const char *rest = find_any(path, &folder);

    /* A file right in a folder of the settings has that as its parent. */
    if (rest && !strchr(rest, '/'))
        return open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return caller_open(parent, O_RDONLY | O_DIRECTORY, 0);
}

/* The last name by the descriptor of its folder. */
bool
caller_look(const char *path, struct stat *ret_status)
{
    g_auto(AutoFd) parent = caller_open_parent(path);
    g_autofree char *name = g_path_get_basename(path);

    return parent >= 0 &&
           fstatat(parent, name, ret_status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* The same: a link goes, and not what it leads to. */
bool
caller_unlink(const char *path)
{
    g_auto(AutoFd) parent = caller_open_parent(path);
    g_autofree char *name = g_path_get_basename(path);

    return parent >= 0 && unlinkat(parent, name, 0) == 0;
}

/* Through our own descriptor of the file, which a child of ours may follow: it
 * reaches this file and no other. */
bool
caller_path_open(const char *path, CallerPath *ret_path)
{
    struct stat status = {0};

    ret_path->fd = -1;
    ret_path->text = NULL;
    if (!caller_is_below(path)) {
        ret_path->text = g_strdup(path);
        return true;
    }
    ret_path->fd = caller_open(path, O_PATH, 0);
    if (ret_path->fd < 0)
        return false;
    /* A program that opens a pipe waits for its other end.  O_PATH opens a link
     * itself. */
    if (fstat(ret_path->fd, &status) < 0 ||
        (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))) {
        caller_path_clear(ret_path);
        errno = S_ISLNK(status.st_mode) ? ELOOP : EINVAL;
        return false;
    }
    ret_path->text =
        g_strdup_printf("/proc/%d/fd/%d", (int)getpid(), ret_path->fd);
    return true;
}

/* After the program has ended: until then it needs our descriptor. */
void
caller_path_clear(CallerPath *path)
{
    auto_fd_close(path->fd);
    path->fd = -1;
    g_clear_pointer(&path->text, g_free);
}
