/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/run_folder.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "qemu/events/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "run"

/* What tells which of the two places the last run used. */
#define SIGN "events.in"

/* A pid file that is left over tells of a kill (domain_end.h); from now on it
 * tells of the run that is to begin. */
static bool
remove_former(int folder, GError **error)
{
    static const char *const names[] = {RUN_PID_FILE, "events.in", "events.out",
                                        FOLDER "/events.in",
                                        FOLDER "/events.out"};

    if (!fault_point("file:run-folder", error))
        return false;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (unlinkat(folder, names[i], 0) < 0 && errno != ENOENT &&
            errno != ENOTDIR) {
            return fail_errno(error, errno, "cannot remove the former '%s'",
                              names[i]);
        }
    }
    return true;
}

/* The folder stays when QEMU runs as we do again: it is empty then, and goes
 * with the machine. */
bool
run_folder_make(int folder, const QemuUser *user, int *ret_fd, GError **error)
{
    g_auto(AutoFd) fd = -1;

    *ret_fd = -1;
    if (!remove_former(folder, error))
        return false;
    if (!qemu_user_is_set(user))
        return true;
    if (!atomic_file_make_folder(folder, FOLDER, error))
        return false;
    fd =
        openat(folder, FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    /* To go through and no more.  The folders above keep all others out. */
    if (fd < 0 || fchmod(fd, 0711) < 0)
        return fail_errno(error, errno, "cannot make a folder for QEMU's run");
    *ret_fd = fd_steal(&fd);
    return true;
}

/* Asked of the folder each time: the run may be that of an earlier release, or
 * of a time when another user was set. */
char *
run_folder_name(int folder, const char *name)
{
    bool is_inside =
        faccessat(folder, FOLDER "/" SIGN, F_OK, AT_SYMLINK_NOFOLLOW) == 0;

    return g_strconcat(is_inside ? FOLDER "/" : "", name, NULL);
}

/* A lock for reading, which a descriptor for reading can hold: so QEMU, who gets
 * it, cannot write another pid, and it goes with the last who has it. */
int
run_folder_make_pid_file(int folder, GError **error)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
    g_auto(AutoFd) fd = -1;

    if (!fault_point("file:pid", error))
        return -1;
    fd = openat(folder, RUN_PID_FILE,
                O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || fcntl(fd, F_OFD_SETLK, &lock) < 0) {
        fail_errno(error, errno, "cannot make the file '" RUN_PID_FILE "'");
        return -1;
    }
    return fd_steal(&fd);
}

pid_t
run_folder_read_pid(int fd)
{
    char text[32] = "";
    guint64 pid = 0;

    /* One read: who writes it writes the line at once. */
    if (read(fd, text, sizeof(text) - 1) <= 0 ||
        !g_ascii_string_to_unsigned(g_strchomp(text), 10, 1, G_MAXINT, &pid,
                                    NULL))
        return 0;
    return (pid_t)pid;
}

/* Of a lock that a process took, the kernel says whose it is.  One that goes
 * with a descriptor has no owner: then it is the pid that our shell wrote. */
pid_t
run_folder_pid(int folder)
{
    g_auto(AutoFd) fd =
        openat(folder, RUN_PID_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    /* Asking for the lock and not taking it: QEMU's own stays undisturbed. */
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    if (fd < 0 || fcntl(fd, F_OFD_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
        return 0;
    return lock.l_pid > 0 ? lock.l_pid : run_folder_read_pid(fd);
}

/* QEMU removes a pid file of its own when it ends.  Without one it has said so
 * in its journal; a guest that switched off and was reset goes on. */
bool
run_folder_has_crashed(int folder)
{
    if (faccessat(folder, RUN_PID_FILE, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
        return false;
    if (faccessat(folder, FOLDER "/" SIGN, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
        return true;
    return !journal_has_end(folder);
}
