/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/atomic_file.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A short write is no error yet: the rest is tried, and a full disk then says
 * ENOSPC.  EINTR comes from signals of the program that we are a library in. */
static bool
write_all(int fd, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, text, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        text += written;
        length -= (size_t)written;
    }
    return true;
}

/* A rename or removal is durable only once the folder itself is: without this a
 * power failure may bring the old name back after we have acted on the new. */
static bool
sync_folder(int folder, const char *name, GError **error)
{
    /* The point comes before the system call, as everywhere: a test that fails
     * or kills here finds the rename done and its durability open, which is the
     * case that a repair has to be right in. */
    if (!fault_point("file:sync-folder", error))
        return false;
    if (fsync(folder) < 0)
        return fail_errno(error, errno, "cannot sync the folder of '%s'", name);
    return true;
}

/* The data is synced before the rename, or the new name could point to a file
 * that is empty after a power failure.  O_TRUNC rather than O_EXCL: a caller
 * that died here left its temporary behind, and the lock on the state folder
 * says that nobody else is writing it now. */
static bool
write_temporary(int folder, const char *name, const char *text, GError **error)
{
    g_auto(AutoFd) fd = -1;

    if (!fault_point("file:write", error))
        return false;
    /* 0600: a definition may hold the password of a graphics device, a record
     * the whole definition. */
    fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail_errno(error, errno, "cannot create state file '%s'", name);
    if (!write_all(fd, text, strlen(text)))
        return fail_errno(error, errno, "cannot write state file '%s'", name);
    if (!fault_point("file:sync", error))
        return false;
    /* An error that close() alone would report (NFS, a quota) is reported by
     * fsync() already, so the descriptor may go without a look at the
     * result. */
    if (fsync(fd) < 0)
        return fail_errno(error, errno, "cannot sync state file '%s'", name);
    return true;
}

/* On failure the temporary goes without a fault point of its own: what it holds
 * is garbage either way, and the step that failed had its point. */
bool
atomic_file_write(int folder, const char *name, const char *text,
                  GError **error)
{
    /* The leading dot keeps a temporary out of every listing of the folder's
     * names: those take no names that begin with one.  It costs 5 bytes of
     * NAME_MAX, which the limits on names in model/ leave free. */
    g_autofree char *temporary = g_strdup_printf(".%s.new", name);

    if (!write_temporary(folder, temporary, text, error) ||
        !atomic_file_rename(folder, temporary, name, error)) {
        (void)unlinkat(folder, temporary, 0); /* a leftover is overwritten */
        return false;
    }
    return true;
}

/* A path and no descriptor of its folder: what is made so is a caller's own, and
 * lies where the caller said.  O_EXCL is the claim: of two that want one name
 * one has it, and a link that stands there leads nowhere. */
bool
atomic_file_claim(const char *path, GError **error)
{
    g_auto(AutoFd) folder = -1;
    g_auto(AutoFd) fd = -1;

    if (!fault_point("file:create", error))
        return false;
    fd = caller_open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
    if (fd < 0)
        return fail_errno(error, errno, "cannot create '%s'", path);
    /* The entry in the folder, too: a guest's data is to be in it. */
    folder = caller_open_parent(path);
    if (folder < 0)
        return fail_errno(error, errno, "cannot open the folder of '%s'", path);
    return sync_folder(folder, path, error);
}

/* Also used by itself, to turn a file that somebody else was made to write into
 * one of ours: the caller has synced its content then. */
bool
atomic_file_rename(int folder, const char *from, const char *to, GError **error)
{
    if (!fault_point("file:rename", error))
        return false;
    /* One folder on both sides: a rename between folders would need both
     * synced, and could cross a file system. */
    if (renameat(folder, from, folder, to) < 0)
        return fail_errno(error, errno, "cannot rename '%s' to '%s'", from, to);
    return sync_folder(folder, to, error);
}

/* Removing what is absent succeeds, so that a repair that died half-way can be
 * done again from its start. */
bool
atomic_file_remove(int folder, const char *name, GError **error)
{
    if (!fault_point("file:remove", error))
        return false;
    if (unlinkat(folder, name, 0) < 0) {
        /* No sync either: the removal that took it away, in an earlier run, did
         * that or was itself not durable, and then the name is back and removed
         * again. */
        if (errno == ENOENT)
            return true;
        return fail_errno(error, errno, "cannot remove state file '%s'", name);
    }
    return sync_folder(folder, name, error);
}

/* What is in a folder lasts no longer than its own name: syncing a file in it
 * syncs the folder, and not the one above.  One that is there was synced by
 * whoever made it. */
bool
atomic_file_make_folder(int folder, const char *name, GError **error)
{
    if (!fault_point("file:mkdir", error))
        return false;
    if (mkdirat(folder, name, 0700) == 0)
        return sync_folder(folder, name, error);
    return errno == EEXIST ||
           fail_errno(error, errno, "cannot create state folder '%s'", name);
}

/* Reads to the end of @fd into @text; false past @limit or on an error.  The
 * size is not asked beforehand: the file may grow between the question and the
 * reading, and what counts is what we take. */
static bool
read_to_end(int fd, GString *text, size_t limit)
{
    char buffer[16384];

    for (;;) {
        ssize_t length = read(fd, buffer, sizeof(buffer));

        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return length == 0;
        /* Compared before anything grows: @limit is what bounds the memory that
         * a file from outside can take of us, at most one buffer above it. */
        if (text->len + (size_t)length > limit) {
            errno = EFBIG;
            return false;
        }
        g_string_append_len(text, buffer, length);
    }
}

/* O_NOFOLLOW: the state folder is ours alone, and still nothing in it has a
 * reason to be a link; one that is there was put there to be followed. */
char *
atomic_file_read(int folder, const char *name, size_t limit, bool *ret_absent,
                 GError **error)
{
    g_auto(AutoFd) fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    g_autoptr(GString) text = NULL;

    /* At once, before any other call can change errno. */
    if (ret_absent)
        *ret_absent = fd < 0 && errno == ENOENT;
    if (fd < 0) {
        fail_errno(error, errno, "cannot open state file '%s'", name);
        return NULL;
    }
    text = g_string_new(NULL);
    if (!read_to_end(fd, text, limit)) {
        fail_errno(error, errno, "cannot read state file '%s'", name);
        return NULL;
    }
    /* GString keeps a NUL behind its text.  A NUL within it ends the text early
     * for every reader, and the document is then refused as cut off. */
    return g_string_free(g_steal_pointer(&text), FALSE);
}
