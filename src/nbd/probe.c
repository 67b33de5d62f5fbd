/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libnbd's plain calls wait as long as the server likes, so its asynchronous
 * ones are used, with a deadline around all of them. */
#include "nbd/probe.h"

#include "base/error.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <libnbd.h>
#include <poll.h>
#include <stdbool.h>

enum { SECTOR = 512 };

typedef struct nbd_handle NbdHandle;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NbdHandle, nbd_close)

/* libnbd's words say what, but not about which export. */
static bool
fail_nbd(const char *export_name, GError **error)
{
    const char *words = nbd_get_error();

    return fail(error, VIR_ERR_OPERATION_FAILED,
                "cannot look at the NBD export '%s': %s", export_name,
                words ? words : "the server is gone");
}

/* Lets the connection move on once.  False, with @error, past @deadline. */
static bool
step(NbdHandle *nbd, const char *export_name, gint64 deadline, GError **error)
{
    unsigned direction = nbd_aio_get_direction(nbd);
    struct pollfd ready = {.fd = nbd_aio_get_fd(nbd)};
    gint64 left = deadline - g_get_monotonic_time();
    /* Nothing yet is no failure: poll() comes back early for a signal, too, and
     * the deadline is looked at on every round. */
    int result = 0;

    if (left <= 0) {
        return fail(error, VIR_ERR_OPERATION_TIMEOUT,
                    "the NBD server of the export '%s' does not answer",
                    export_name);
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
    return result == 0 || fail_nbd(export_name, error);
}

static bool
connect_to(NbdHandle *nbd, int socket, const char *export_name, gint64 deadline,
           GError **error)
{
    /* libnbd owns the descriptor from the call of nbd_aio_connect_socket() on,
     * whatever that returns; on every way out before it is ours to close. */
    g_auto(AutoFd) fd = socket;

    /* Its own work must not block either, whatever @socket was like. */
    if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) < 0)
        return fail_errno(error, errno, "cannot use the socket of an export");
    /* base:allocation is asked for here since it has to be negotiated before
     * the connection is ready; whether the server has it is asked later. */
    if (nbd_set_export_name(nbd, export_name) < 0 ||
        nbd_add_meta_context(nbd, LIBNBD_CONTEXT_BASE_ALLOCATION) < 0)
        return fail_nbd(export_name, error);
    if (nbd_aio_connect_socket(nbd, fd_steal(&fd)) < 0)
        return fail_nbd(export_name, error);
    while (nbd_aio_is_connecting(nbd) == 1) {
        if (!step(nbd, export_name, deadline, error))
            return false;
    }
    return nbd_aio_is_ready(nbd) == 1 || fail_nbd(export_name, error);
}

/* Waits for the command of @cookie and tells what became of it. */
static NbdProbe
finish(NbdHandle *nbd, int64_t cookie, const char *export_name, gint64 deadline,
       GError **error)
{
    int done = 0;

    /* libnbd refused the command before it sent anything. */
    if (cookie < 0) {
        fail_nbd(export_name, error);
        return NBD_PROBE_FAILED;
    }
    done = nbd_aio_command_completed(nbd, (uint64_t)cookie);
    while (done == 0) {
        if (!step(nbd, export_name, deadline, error))
            return NBD_PROBE_FAILED;
        done = nbd_aio_command_completed(nbd, (uint64_t)cookie);
    }
    if (done > 0)
        return NBD_PROBE_READABLE;
    /* The server's no leaves the connection as it was; a lost connection says
     * nothing of the view. */
    if (nbd_aio_is_ready(nbd) == 1 || nbd_aio_is_processing(nbd) == 1)
        return NBD_PROBE_BROKEN;
    fail_nbd(export_name, error);
    return NBD_PROBE_FAILED;
}

/* Only whether the status can be had counts, not what it is: libnbd insists on
 * somebody to tell it to. */
static int
ignore_extents(void *data G_GNUC_UNUSED, const char *context G_GNUC_UNUSED,
               uint64_t offset G_GNUC_UNUSED, uint32_t *entries G_GNUC_UNUSED,
               size_t count G_GNUC_UNUSED, int *failure G_GNUC_UNUSED)
{
    return 0;
}

NbdProbe
nbd_probe(int socket, const char *export_name, uint64_t offset, int timeout_ms,
          GError **error)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)timeout_ms * 1000;
    g_auto(AutoFd) fd = socket;
    g_autoptr(NbdHandle) nbd = nbd_create();
    /* Outlives the commands: nbd_close() comes after. */
    static char sector[SECTOR];
    nbd_extent_callback extents = {.callback = ignore_extents};
    NbdProbe result = NBD_PROBE_FAILED;
    int64_t size = -1;

    if (!nbd) {
        fail_nbd(export_name, error);
        return NBD_PROBE_FAILED;
    }
    if (!connect_to(nbd, fd_steal(&fd), export_name, deadline, error))
        return NBD_PROBE_FAILED;
    size = nbd_get_size(nbd);
    if (size < 0) {
        fail_nbd(export_name, error);
        return NBD_PROBE_FAILED;
    }
    /* Of nothing nothing can be refused. */
    if (offset >= (uint64_t)size)
        return NBD_PROBE_READABLE;
    /* A broken view fails every read, so where and how much is read does not
     * matter; one sector loads nobody. */
    result =
        finish(nbd,
               nbd_aio_pread(nbd, sector, MIN(SECTOR, (uint64_t)size - offset),
                             offset, NBD_NULL_COMPLETION, 0),
               export_name, deadline, error);
    if (result != NBD_PROBE_READABLE ||
        nbd_can_meta_context(nbd, LIBNBD_CONTEXT_BASE_ALLOCATION) != 1)
        return result;
    /* Clients ask for the status before they read, and a server that is in
     * trouble may answer one and refuse the other. */
    return finish(nbd,
                  nbd_aio_block_status(nbd,
                                       MIN(SECTOR, (uint64_t)size - offset),
                                       offset, extents, NBD_NULL_COMPLETION, 0),
                  export_name, deadline, error);
}
