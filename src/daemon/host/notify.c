/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/host/notify.h"

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

/* As many names as descriptors, or no name at all: one more or less, and a
 * socket would be taken for another. */
static GStrv
names_of(unsigned count, GError **error)
{
    const char *text = g_getenv("LISTEN_FDNAMES");
    g_auto(GStrv) names = g_strsplit(text ? text : "", ":", -1);

    if (!text) {
        g_strfreev(g_steal_pointer(&names));
        names = g_new0(char *, count + 1);
        for (unsigned i = 0; i < count; i++)
            names[i] = g_strdup("unknown");
    }
    if (g_strv_length(names) != count) {
        fail(error, VIR_ERR_INVALID_ARG,
             "LISTEN_FDNAMES is '%s', which is not one name for each of %u "
             "sockets",
             text, count);
        return NULL;
    }
    return g_steal_pointer(&names);
}

static bool
keep_from_children(unsigned count, GError **error)
{
    for (unsigned i = 0; i < count; i++) {
        if (fcntl(NOTIFY_FIRST_FD + (int)i, F_SETFD, FD_CLOEXEC) != 0) {
            return fail(error, VIR_ERR_INVALID_ARG,
                        "LISTEN_FDS is '%u', and descriptor %u is not open",
                        count, NOTIFY_FIRST_FD + i);
        }
    }
    return true;
}

GStrv
notify_listen_fds(GError **error)
{
    const char *text = is_for_us() ? g_getenv("LISTEN_FDS") : NULL;
    guint64 count = text ? g_ascii_strtoull(text, NULL, 10) : 0;
    g_auto(GStrv) names = NULL;

    if (count > FDS_LIMIT) {
        fail(error, VIR_ERR_INVALID_ARG,
             "LISTEN_FDS is '%s': more than %d sockets are not taken", text,
             FDS_LIMIT);
        return NULL;
    }
    /* Without any, names that are there are somebody else's. */
    names = count > 0 ? names_of((unsigned)count, error) : g_new0(char *, 1);
    g_unsetenv("LISTEN_PID");
    g_unsetenv("LISTEN_FDS");
    g_unsetenv("LISTEN_FDNAMES");
    if (!names || !keep_from_children((unsigned)count, error))
        return NULL;
    return g_steal_pointer(&names);
}
