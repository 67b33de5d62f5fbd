/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remote/link.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/spawn.h"
#include "base/tcp.h"
#include "remote/pki.h"
#include "remote/ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    TCP_PORT = 16509,
    TLS_PORT = 16514,
    HANDSHAKE_SECONDS = 20,
    PROGRAM_END_MS = 5000,
    WORDS_LIMIT = 4096,
};

struct RemoteLink {
    Transport *transport; /* NULL: taken */
    pid_t program;        /* 0: there is none */
    int words;            /* a file in memory that it writes to; -1 */
};

/* Paths of sockets end at 107 bytes; this one is reached from its folder. */
static Transport *
open_unix(const RemotePlace *place, GError **error)
{
    g_autofree char *path =
        g_build_filename(place->folder, place->socket, NULL);
    g_autoptr(GError) problem = NULL;
    int fd = unix_connect(place->folder, place->socket, &problem);

    if (fd >= 0)
        return transport_new(fd);
    /* The commonest of all errors, and the first that a newcomer sees. */
    if (access(path, F_OK) < 0 && errno == ENOENT) {
        fail(error, problem->code,
             "there is no socket '%s'; start strandlined, or choose another "
             "socket with ?socket=PATH",
             path);
    } else {
        g_propagate_error(error, g_steal_pointer(&problem));
    }
    return NULL;
}

/* Calls are small, and each waits for its answer: they shall go at once. */
static int
open_tcp(const RemotePlace *place, unsigned usual_port, GError **error)
{
    int fd = tcp_connect("the daemon", place->host,
                         place->port > 0 ? place->port : usual_port, error);

    if (fd >= 0)
        tcp_tune(fd);
    return fd;
}

/* The super-user has the host's certificates alone, as with libvirt. */
static TlsCredentials *
load_credentials(const RemotePlace *place, GError **error)
{
    bool is_unverified = remote_place_has(place, "no_verify");
    g_autoptr(RemotePki) pki =
        remote_pki_find(remote_place_option(place, "pkipath"),
                        geteuid() == 0 ? NULL : g_get_home_dir(), "/etc/pki");
    const TlsOptions options = {
        .ca_file = is_unverified ? NULL : pki->ca,
        .crl_file = is_unverified ? NULL : pki->crl,
        .cert_file = pki->cert,
        .key_file = pki->key,
        .priority = remote_place_option(place, "tls_priority"),
        .is_anybody_fine = is_unverified,
        .is_ours_unchecked = remote_place_has(place, "no_sanity"),
    };

    return tls_credentials_new(&options, error);
}

/* The peer's word that it takes our certificate is part of it. */
static bool
shake_hands(Transport *transport, GError **error)
{
    const gint64 deadline =
        g_get_monotonic_time() + (gint64)HANDSHAKE_SECONDS * G_USEC_PER_SEC;
    TlsProgress progress = transport_open(transport, error);

    while (progress == TLS_WAITS_INPUT || progress == TLS_WAITS_OUTPUT) {
        struct pollfd socket = {
            .fd = transport_fd(transport),
            .events = progress == TLS_WAITS_INPUT ? POLLIN : POLLOUT};
        gint64 left = (deadline - g_get_monotonic_time()) / 1000;

        if (left <= 0) {
            return fail(error, VIR_ERR_OPERATION_FAILED,
                        "the daemon did not go on with the TLS handshake for "
                        "%d seconds",
                        HANDSHAKE_SECONDS);
        }
        (void)poll(&socket, 1, (int)left);
        progress = transport_open(transport, error);
    }
    return progress == TLS_OPEN;
}

/* The certificates are read before anything is connected, and for each
 * connection anew: those of a program that runs for months change. */
static Transport *
open_tls(const RemotePlace *place, GError **error)
{
    g_autoptr(TlsCredentials) credentials = load_credentials(place, error);
    g_autoptr(Transport) transport = NULL;
    int fd = credentials ? open_tcp(place, TLS_PORT, error) : -1;

    if (fd < 0)
        return NULL;
    transport = transport_new_tls(fd, credentials, place->host, error);
    if (!transport || !shake_hands(transport, error))
        return NULL;
    return g_steal_pointer(&transport);
}

/* What a program says is for our error message, and it may say anything: a file
 * that cannot grow takes the beginning, and writing more fails there, without a
 * signal and without waiting for us. */
static int
make_words(GError **error)
{
    int fd = memfd_create("words", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    if (fd >= 0 && ftruncate(fd, WORDS_LIMIT) == 0 &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_GROW) == 0)
        return fd;
    (void)fail_errno(error, errno, "cannot make a file in memory");
    auto_fd_close(fd);
    return -1;
}

/* One socket is its input and output.  It keeps our terminal, if it may ask
 * there for a password. */
static bool
start_program(RemoteLink *link, const char *const *words, bool has_terminal,
              GError **error)
{
    int ends[2] = {-1, -1};
    bool is_started = false;

    link->words = make_words(error);
    if (link->words < 0)
        return false;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail_errno(error, errno, "cannot make a pair of sockets");
    {
        const int fds[] = {ends[1], ends[1], link->words};
        /* Three descriptors and no more, whatever the program has open. */
        const SpawnRequest request = {.argv = words,
                                      .fds = fds,
                                      .nfds = G_N_ELEMENTS(fds),
                                      .is_leader = !has_terminal};

        link->program = spawn_process(&request, error);
    }
    is_started = link->program > 0;
    /* The other end is the program's alone: its end is to be seen. */
    (void)close(ends[1]);
    if (is_started) {
        link->transport = transport_new(ends[0]);
    } else {
        link->program = 0;
        (void)close(ends[0]);
    }
    return is_started;
}

/* That it cannot get there is not known here: it has only been started. */
static bool
open_program(RemoteLink *link, const RemotePlace *place, GError **error)
{
    const char *const alone[] = {remote_place_option(place, "command"), NULL};
    g_auto(GStrv) words =
        place->way == REMOTE_SSH ? remote_ssh_words(place) : NULL;

    return start_program(link, words ? (const char *const *)words : alone,
                         !remote_place_has(place, "no_tty"), error);
}

/* Of a link that could not be opened nothing is left but the reason. */
RemoteLink *
remote_link_open(const RemotePlace *place, GError **error)
{
    g_autoptr(RemoteLink) link = g_new0(RemoteLink, 1);
    int fd = -1;

    link->words = -1;
    switch (place->way) {
    case REMOTE_UNIX:
        link->transport = open_unix(place, error);
        break;
    case REMOTE_TCP:
        fd = open_tcp(place, TCP_PORT, error);
        link->transport = fd < 0 ? NULL : transport_new(fd);
        break;
    case REMOTE_TLS:
        link->transport = open_tls(place, error);
        break;
    case REMOTE_SSH:
    case REMOTE_PROGRAM:
        (void)open_program(link, place, error);
        break;
    }
    return link->transport ? g_steal_pointer(&link) : NULL;
}

/* The channel frees it, which is how the program learns of the end. */
Transport *
remote_link_take(RemoteLink *link)
{
    return g_steal_pointer(&link->transport);
}

/* One line, of which a terminal can show everything.  Read by its place and not
 * from where the program is in it: both have the same open file.  It may go on
 * writing meanwhile; what is there is enough. */
char *
remote_link_words(const RemoteLink *link)
{
    char raw[WORDS_LIMIT + 1] = {0};
    g_autofree char *valid = NULL;

    if (link->words < 0 || pread(link->words, raw, WORDS_LIMIT, 0) <= 0)
        return NULL;
    valid = g_utf8_make_valid(raw, -1);
    for (char *next = valid; *next; next++) {
        if (g_ascii_iscntrl(*next))
            *next = ' ';
    }
    g_strstrip(valid);
    return *valid ? g_steal_pointer(&valid) : NULL;
}

/* It has seen the end of its input; one that has not understood is killed. */
void
remote_link_free(RemoteLink *link)
{
    int status = 0;

    if (!link)
        return;
    transport_free(link->transport);
    if (link->program > 0)
        (void)spawn_wait(link->program, PROGRAM_END_MS, &status, NULL);
    auto_fd_close(link->words);
    g_free(link);
}
