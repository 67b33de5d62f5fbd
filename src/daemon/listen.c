/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/listen.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/tcp.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* (gid_t)-1, which changes nothing, if there is no group to give it. */
static bool
find_group(const char *name, gid_t *ret_group, GError **error)
{
    char place[4096];
    struct group group;
    struct group *found = NULL;

    *ret_group = (gid_t)-1;
    if (!name)
        return true;
    if (getgrnam_r(name, &group, place, sizeof(place), &found) != 0 || !found) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "unix_sock_group is '%s', and there is no such group",
                    name);
    }
    *ret_group = found->gr_gid;
    return true;
}

typedef struct {
    const char *folder;
    const char *name;
    unsigned mode;
    ClientOrigin origin;
} Socket;

/* Who comes between bind() and chmod() finds a socket of the daemon's user
 * alone.  The mask is the whole process's, and there is one thread yet. */
static int
listen_alone(const Socket *wanted, GError **error)
{
    mode_t before = umask(0177);
    int fd = unix_listen(wanted->folder, wanted->name, error);

    umask(before);
    if (fd < 0)
        g_prefix_error(error, "another daemon may be running: ");
    return fd;
}

/* Owner and mode before the server has the socket: until then nobody is accepted
 * who would not be afterwards.  fchmodat() knows no flag against links; the
 * folder is the daemon's own. */
static bool
listen_on(Server *server, const Settings *settings, const Socket *wanted,
          GError **error)
{
    g_auto(AutoFd) fd = -1;
    g_auto(AutoFd) folder = -1;
    gid_t group = (gid_t)-1;

    if (!find_group(settings->unix_sock_group, &group, error))
        return false;
    fd = listen_alone(wanted, error);
    if (fd < 0)
        return false;
    folder = fd_open_folder(wanted->folder, error);
    if (folder < 0)
        return false;
    if (fchownat(folder, wanted->name, (uid_t)-1, group, AT_SYMLINK_NOFOLLOW) !=
            0 ||
        fchmodat(folder, wanted->name, wanted->mode, 0) != 0) {
        return fail_errno(error, errno, "cannot set the mode of '%s/%s'",
                          wanted->folder, wanted->name);
    }
    server_listen(server, fd_steal(&fd), wanted->origin);
    return true;
}

/* Both or none: a daemon that serves readers alone would look like one that
 * hangs. */
bool
listen_sockets(Server *server, const Settings *settings, GError **error)
{
    const char *ours = settings->unix_sock_dir;
    const char *theirs = settings->libvirt_sock_dir;
    unsigned writing = settings->unix_sock_rw_perms;
    unsigned reading = settings->unix_sock_ro_perms;
    const Socket sockets[] = {
        {ours, LISTEN_SOCKET, writing, CLIENT_UNIX},
        {ours, LISTEN_SOCKET_READONLY, reading, CLIENT_UNIX_READONLY},
        {theirs, "virtqemud-sock", writing, CLIENT_UNIX},
        {theirs, "virtqemud-sock-ro", reading, CLIENT_UNIX_READONLY},
    };
    gsize count = settings->libvirt_sockets ? G_N_ELEMENTS(sockets) : 2;

    for (gsize i = 0; i < count; i++) {
        if (g_mkdir_with_parents(sockets[i].folder, 0755) != 0) {
            return fail_errno(error, errno, "cannot make the folder '%s'",
                              sockets[i].folder);
        }
        if (!listen_on(server, settings, &sockets[i], error))
            return false;
    }
    return true;
}

/* All of TLS from one set of settings, at the start as at SIGHUP: a certificate of
 * the old ones and a list of names of the new would be nobody's wish. */
TlsCredentials *
listen_load_tls(const Settings *settings, GError **error)
{
    const TlsSettings *tls = &settings->tls;
    const TlsOptions options = {
        .is_server = true,
        .ca_file = tls->ca_file,
        .crl_file = tls->crl_file,
        .cert_file = tls->cert_file,
        .key_file = tls->key_file,
        .priority = tls->priority,
        .is_anybody_fine = tls->no_verify,
        .is_ours_unchecked = tls->no_sanity,
        .allowed_names = (const char *const *)tls->allowed_names,
    };

    return tls_credentials_new(&options, error);
}

/* Certificates are read once, and only if somebody is to be shown them. */
static bool
prepare_tls(Server *server, const Settings *settings, GError **error)
{
    g_autoptr(TlsCredentials) tls = NULL;

    if (server_status(server).has_tls)
        return true;
    tls = listen_load_tls(settings, error);
    if (!tls)
        return false;
    server_set_tls(server, tls);
    return true;
}

/* On each address.  The port is told, since 0 asks for one that is free. */
static bool
listen_port(Server *server, const Settings *settings, const char *port,
            ClientOrigin origin, GError **error)
{
    g_autoptr(GArray) fds = tcp_listen_all(settings->listen_addr, port, error);

    if (!fds)
        return false;
    for (guint i = 0; i < fds->len; i++) {
        int fd = g_array_index(fds, int, i);

        server_listen(server, fd, origin);
        g_message("listens for %s on port %u",
                  origin == CLIENT_TLS ? "TLS" : "TCP", tcp_port(fd));
    }
    return true;
}

/* Certificates first: a port on which every handshake fails would look as if
 * something else were wrong. */
bool
listen_network(Server *server, const Settings *settings, GError **error)
{
    if (settings->listen_tls &&
        (!prepare_tls(server, settings, error) ||
         !listen_port(server, settings, settings->tls_port, CLIENT_TLS, error)))
        return false;
    if (!settings->listen_tcp)
        return true;
    return listen_port(server, settings, settings->tcp_port, CLIENT_TCP, error);
}

/* A connected socket, or a pipe, would be accepted from for ever, in vain. */
static bool
is_listening(int fd)
{
    int answer = 0;
    socklen_t size = sizeof(answer);

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &answer, &size) == 0 &&
           answer;
}

typedef struct {
    const char *name;   /* FileDescriptorName= */
    const char *suffix; /* of the unit's name, which is the default for that */
    ClientOrigin origin;
} NetworkName;

/* Nothing about a port tells whether TLS is spoken there: who wrote the unit
 * says it, and a guess would let strangers in. */
static bool
find_network_origin(int fd, const char *name, ClientOrigin *ret_origin,
                    GError **error)
{
    static const NetworkName names[] = {
        {"tls", "-tls.socket", CLIENT_TLS},
        {"tcp", "-tcp.socket", CLIENT_TCP},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_str_equal(name, names[i].name) ||
            g_str_has_suffix(name, names[i].suffix)) {
            *ret_origin = names[i].origin;
            return true;
        }
    }
    return fail(error, VIR_ERR_INVALID_ARG,
                "descriptor %d, which was handed over, is a socket of the "
                "network, and its name '%s' is neither 'tls' nor 'tcp'; set "
                "FileDescriptorName= in its unit",
                fd, name);
}

/* A Unix socket's path tells which is which, as it does for clients: its name in
 * LISTEN_FDNAMES would be a second place to get it wrong. */
static bool
find_origin(int fd, const char *name, ClientOrigin *ret_origin, GError **error)
{
    struct sockaddr_storage address = {0};
    const struct sockaddr_un *path = (const struct sockaddr_un *)&address;
    socklen_t size = sizeof(address) - 1;
    int family = AF_UNSPEC;

    if (is_listening(fd) &&
        getsockname(fd, (struct sockaddr *)&address, &size) == 0)
        family = address.ss_family;
    switch (family) {
    case AF_UNIX:
        *ret_origin = g_str_has_suffix(path->sun_path, "-ro")
                          ? CLIENT_UNIX_READONLY
                          : CLIENT_UNIX;
        return true;
    case AF_INET:
    case AF_INET6:
        return find_network_origin(fd, name, ret_origin, error);
    default:
        return fail(error, VIR_ERR_INVALID_ARG,
                    "descriptor %d, which was handed over, is no listening "
                    "socket of this host or of the network",
                    fd);
    }
}

/* The manager has bound them, with owner and mode as their units say: nothing of
 * that is changed here. */
bool
listen_inherited(Server *server, const Settings *settings, int first,
                 const char *const *names, GError **error)
{
    for (int i = 0; names[i]; i++) {
        int fd = first + i;
        ClientOrigin origin = CLIENT_UNIX_READONLY;

        if (!find_origin(fd, names[i], &origin, error) ||
            (origin == CLIENT_TLS && !prepare_tls(server, settings, error)))
            return false;
        server_listen(server, fd, origin);
    }
    return true;
}
