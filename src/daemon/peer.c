/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

/* As they were when it connected.  All of them: a rule may deny to a group, and
 * who is in many must not be without it. */
static GArray *
groups_of(int fd, gid_t first)
{
    socklen_t size = 0;
    GArray *groups = g_array_new(FALSE, FALSE, sizeof(gid_t));

    g_array_append_val(groups, first);
    /* Without room, the kernel says how much it takes. */
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) != 0 &&
        errno == ERANGE) {
        g_array_set_size(groups, 1 + size / sizeof(gid_t));
        if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS,
                       &g_array_index(groups, gid_t, 1), &size) != 0)
            g_array_set_size(groups, 1);
    }
    return groups;
}

typedef int (*NameAsker)(int fd, struct sockaddr *address, socklen_t *size);

/* Of the end of @fd that @ask is about; NULL if it has none.  By number: looking a name up may wait, and the name would be the
 * stranger's own word. */
static char *
address_of(int fd, NameAsker ask, bool is_for_sasl)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);
    char host[NI_MAXHOST] = "";
    char port[NI_MAXSERV] = "";

    if (ask(fd, (struct sockaddr *)&address, &size) != 0 ||
        (address.ss_family != AF_INET && address.ss_family != AF_INET6))
        return NULL;
    if (getnameinfo((struct sockaddr *)&address, size, host, sizeof(host), port,
                    sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return NULL;
    if (is_for_sasl)
        return g_strdup_printf("%s;%s", host, port);
    return g_strdup_printf(address.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s",
                           host, port);
}

/* The 22nd word of its line, counted from behind the name, which is the process's
 * own and may have blanks and brackets in it.  A process that has ended meanwhile
 * has none, and is known to nobody. */
static guint64
start_of(pid_t pid)
{
    enum { WORDS_AFTER_NAME = 20 };
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)pid);
    g_autofree char *line = NULL;
    const char *rest = NULL;
    g_auto(GStrv) words = NULL;

    if (pid <= 0 || !g_file_get_contents(path, &line, NULL, NULL))
        return 0;
    rest = strrchr(line, ')');
    if (!rest)
        return 0;
    words = g_strsplit(rest + 1, " ", -1);
    return g_strv_length(words) > WORDS_AFTER_NAME
               ? g_ascii_strtoull(words[WORDS_AFTER_NAME], NULL, 10)
               : 0;
}

/* Asked once, when it connects: a process that changes its user afterwards, or
 * hands the socket on, is still the one that the mode of the socket let in. */
ClientPeer
client_peer_of(int fd)
{
    struct ucred kernels = {.uid = (uid_t)-1, .gid = (gid_t)-1};
    socklen_t size = sizeof(kernels);

    /* What is no Unix socket has none, and belongs to nobody. */
    (void)getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &kernels, &size);
    return (ClientPeer){.uid = kernels.uid,
                        .pid = kernels.pid,
                        .started = start_of(kernels.pid),
                        .groups = groups_of(fd, kernels.gid),
                        .address = address_of(fd, getpeername, false),
                        .sasl_remote = address_of(fd, getpeername, true),
                        .sasl_local = address_of(fd, getsockname, true)};
}

/* Lives as long as its client: a call that outlives the socket still asks who had
 * made it. */
void
client_peer_clear(ClientPeer *peer)
{
    g_array_unref(peer->groups);
    g_free(peer->address);
    g_free(peer->sasl_remote);
    g_free(peer->sasl_local);
}

/* Also after the client has gone: nothing here asks the socket again. */
char *
client_peer_text(const ClientPeer *peer)
{
    if (peer->address)
        return g_strdup(peer->address);
    return g_strdup_printf("user %u (process %d)", (unsigned)peer->uid,
                           (int)peer->pid);
}
