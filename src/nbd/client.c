/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd/client.h"

#include "base/error.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

/* libnbd's words say what, but not about which export. */
bool
nbd_client_fail(const NbdClient *client, GError **error)
{
    const char *words = nbd_get_error();

    return fail(error, VIR_ERR_OPERATION_FAILED,
                "cannot look at the NBD export '%s': %s", client->export_name,
                words ? words : "the server is gone");
}

/* Lets the connection move on once.  False, with @error, past the deadline. */
static bool
step(NbdClient *client, GError **error)
{
    struct nbd_handle *nbd = client->nbd;
    unsigned direction = nbd_aio_get_direction(nbd);
    struct pollfd ready = {.fd = nbd_aio_get_fd(nbd)};
    gint64 left = client->deadline - g_get_monotonic_time();
    /* Nothing yet is no failure: poll() comes back early for a signal, too, and
     * the deadline is looked at on every round. */
    int result = 0;

    if (left <= 0) {
        return fail(error, VIR_ERR_OPERATION_TIMEOUT,
                    "the NBD server of the export '%s' does not answer",
                    client->export_name);
    }
    if (direction & LIBNBD_AIO_DIRECTION_READ)
        ready.events |= POLLIN;
    if (direction & LIBNBD_AIO_DIRECTION_WRITE)
        ready.events |= POLLOUT;
    /* Rounded up: with the last millisecond cut off, the rest of the time would
     * be spent turning round here. */
    if (poll(&ready, 1, (int)MIN((left + 999) / 1000, G_MAXINT)) <= 0)
        return true;
    /* One of the two, reading first: an answer that is there may end the wait
     * for the room to write. */
    if ((direction & LIBNBD_AIO_DIRECTION_READ) &&
        (ready.revents & (POLLIN | POLLHUP | POLLERR))) {
        result = nbd_aio_notify_read(nbd);
    } else if (ready.revents & (POLLOUT | POLLHUP | POLLERR)) {
        result = nbd_aio_notify_write(nbd);
    }
    return result == 0 || nbd_client_fail(client, error);
}

static bool
connect_to(NbdClient *client, int socket, const char *context, GError **error)
{
    struct nbd_handle *nbd = client->nbd;
    g_auto(AutoFd) fd = socket;

    /* Its own work must not block either, whatever @socket was like. */
    if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
        return fail_errno(error, errno, "cannot use the socket of an export");
    /* The context has to be negotiated before the connection is ready; whether
     * the server has it is for the caller to ask. */
    if (nbd_set_export_name(nbd, client->export_name) < 0 ||
        nbd_add_meta_context(nbd, context) < 0)
        return nbd_client_fail(client, error);
    /* libnbd owns the descriptor from this call on, whatever it returns. */
    if (nbd_aio_connect_socket(nbd, fd_steal(&fd)) < 0)
        return nbd_client_fail(client, error);
    while (nbd_aio_is_connecting(nbd) == 1) {
        if (!step(client, error))
            return false;
    }
    return nbd_aio_is_ready(nbd) == 1 || nbd_client_fail(client, error);
}

NbdClient *
nbd_client_open(int socket, const char *export_name, const char *context,
                int timeout_ms, GError **error)
{
    g_auto(AutoFd) fd = socket;
    g_autoptr(NbdClient) client = g_new0(NbdClient, 1);

    client->export_name = g_strdup(export_name);
    client->deadline = g_get_monotonic_time() + (gint64)timeout_ms * 1000;
    client->nbd = nbd_create();
    if (!client->nbd) {
        nbd_client_fail(client, error);
        return NULL;
    }
    if (!connect_to(client, fd_steal(&fd), context, error))
        return NULL;
    return g_steal_pointer(&client);
}

void
nbd_client_close(NbdClient *client)
{
    if (!client)
        return;
    if (client->nbd)
        nbd_close(client->nbd);
    g_free(client->export_name);
    g_free(client);
}

/* Without the wait nobody knows when the server takes notice: what is asked of
 * it next, by another way, may overtake the goodbye. */
bool
nbd_client_leave(NbdClient *client, GError **error)
{
    struct nbd_handle *nbd = client->nbd;

    if (nbd_aio_disconnect(nbd, 0) < 0)
        return nbd_client_fail(client, error);
    while (nbd_aio_is_closed(nbd) != 1 && nbd_aio_is_dead(nbd) != 1) {
        g_autoptr(GError) problem = NULL;

        /* A connection that breaks has ended, too; only time is lost. */
        if (!step(client, &problem) &&
            error_is(problem, VIR_ERR_OPERATION_TIMEOUT)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
    }
    return true;
}

int
nbd_client_wait(NbdClient *client, int64_t cookie, GError **error)
{
    struct nbd_handle *nbd = client->nbd;
    int done = 0;

    /* libnbd refused the command before it sent anything. */
    if (cookie < 0) {
        nbd_client_fail(client, error);
        return -1;
    }
    done = nbd_aio_command_completed(nbd, (uint64_t)cookie);
    while (done == 0) {
        if (!step(client, error))
            return -1;
        done = nbd_aio_command_completed(nbd, (uint64_t)cookie);
    }
    if (done > 0)
        return 1;
    /* The server's no leaves the connection as it was; a lost connection says
     * nothing of what was asked. */
    if (nbd_aio_is_ready(nbd) == 1 || nbd_aio_is_processing(nbd) == 1)
        return 0;
    nbd_client_fail(client, error);
    return -1;
}
