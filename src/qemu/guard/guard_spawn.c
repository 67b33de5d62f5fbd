/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/guard/guard_spawn.h"

#include "base/error.h"
#include "base/fd.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

/* Tests and the build tree have their own. */
static const char *
guard_path(void)
{
    /* secure_getenv(): in a setuid program the environment is the caller's, and
     * must not choose what is run. */
    const char *path = secure_getenv("STRANDLINE_GUARD");

    return path ? path : STRANDLINE_LIBEXECDIR "/strandline-guard";
}

/* Its path and @args: (transfer container). */
static GPtrArray *
arguments(const char *const *args)
{
    GPtrArray *argv = g_ptr_array_new();

    g_ptr_array_add(argv, (gpointer)guard_path());
    for (; *args; args++)
        g_ptr_array_add(argv, (gpointer)*args);
    g_ptr_array_add(argv, NULL);
    return argv;
}

/* With what is on our end of the pair as its stdin and stdout.  GLib closes all
 * other descriptors, and forks twice, so that the calling program sees no child
 * of ours. */
static bool
spawn(const char *const *args, int lent, int theirs, GError **error)
{
    g_autoptr(GPtrArray) argv = arguments(args);
    const int target = GUARD_LENT_FD;
    g_autoptr(GError) trouble = NULL;

    if (g_spawn_async_with_pipes_and_fds(
            NULL, (const char *const *)argv->pdata, NULL, G_SPAWN_DEFAULT, NULL,
            NULL, theirs, theirs, -1, &lent, &target, lent >= 0 ? 1 : 0, NULL,
            NULL, NULL, NULL, &trouble))
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED, "cannot start '%s': %s",
                guard_path(), trouble->message);
}

/* A pair rather than pipes: one descriptor each way, and its end is seen by
 * poll() on either side.  A child that the program forks, and that runs on
 * without an exec, has a copy of our end: the guard sees the last of them go. */
int
guard_spawn(const char *const *args, int lent, GError **error)
{
    g_auto(AutoFd) ours = -1;
    g_auto(AutoFd) theirs = -1;
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
        fail_errno(error, errno, "cannot create a socket pair");
        return -1;
    }
    ours = ends[0];
    theirs = ends[1];
    return spawn(args, lent, theirs, error) ? fd_steal(&ours) : -1;
}
