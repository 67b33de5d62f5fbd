/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/notify.h"

#include "base/error.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* More would be no list of sockets. */
enum { FDS_LIMIT = 64 };

/* A datagram each, to a path or ('@') an abstract name. */
void
notify_state(const char *state)
{
    const char *path = g_getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    gsize length = path ? strlen(path) : 0;
    int fd = -1;

    if (length == 0 || length >= sizeof(address.sun_path))
        return;
    memcpy(address.sun_path, path, length);
    if (address.sun_path[0] == '@')
        address.sun_path[0] = 0;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)sendto(fd, state, strlen(state), MSG_NOSIGNAL,
                 (struct sockaddr *)&address,
                 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
    close(fd);
}

/* They are meant for one process, which is named. */
static bool
is_for_us(void)
{
    const char *pid = g_getenv("LISTEN_PID");

    return pid && g_ascii_strtoll(pid, NULL, 10) == getpid();
}

bool
notify_listen_fds(unsigned *ret_count, GError **error)
{
    const char *text = is_for_us() ? g_getenv("LISTEN_FDS") : NULL;
    guint64 count = text ? g_ascii_strtoull(text, NULL, 10) : 0;

    if (count > FDS_LIMIT) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "LISTEN_FDS is '%s': more than %d sockets are not taken",
                    text, FDS_LIMIT);
    }
    g_unsetenv("LISTEN_PID");
    g_unsetenv("LISTEN_FDS");
    g_unsetenv("LISTEN_FDNAMES");
    for (unsigned i = 0; i < count; i++) {
        if (fcntl(NOTIFY_FIRST_FD + (int)i, F_SETFD, FD_CLOEXEC) != 0) {
            return fail(error, VIR_ERR_INVALID_ARG,
                        "LISTEN_FDS is '%s', and descriptor %u is not open",
                        text, NOTIFY_FIRST_FD + i);
        }
    }
    *ret_count = (unsigned)count;
    return true;
}
