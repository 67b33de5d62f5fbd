/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/migrate/arrival.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/tcp.h"
#include "memory/migrate/stream.h"
#include "memory/save/write.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define SOCKET_NAME "migrate.sock"

/* When the source says that it has sent all, that is on its way, if not here. */
enum { WAIT_SECONDS = 30 };

/* ---- the object ---- */

/* Nothing listens yet, and nobody knows it. */
static MemoryArrival *
arrival_new(void)
{
    MemoryArrival *arrival = g_new0(MemoryArrival, 1);

    arrival->refs = 1;
    arrival->listener = arrival->socket = -1;
    arrival->stop = eventfd(0, EFD_CLOEXEC);
    lock_init(&arrival->lock);
    g_assert(pthread_cond_init(&arrival->is_over, NULL) == 0);
    return arrival;
}

/* Held by the domain, by the thread, and by a finish that waits without the host's
 * lock: whoever is last frees it, in whatever thread that is. */
MemoryArrival *
memory_arrival_ref(MemoryArrival *arrival)
{
    g_atomic_int_inc(&arrival->refs);
    return arrival;
}

/* The name goes first, so that nobody finds a socket that nobody hears. */
void
memory_arrival_unref(MemoryArrival *arrival)
{
    if (!arrival || !g_atomic_int_dec_and_test(&arrival->refs))
        return;
    memory_arrival_stop(arrival);
    auto_fd_close(arrival->listener);
    auto_fd_close(arrival->stop);
    auto_fd_close(arrival->socket);
    memory_state_free(arrival->state);
    g_clear_error(&arrival->problem);
    domain_def_free(arrival->definition);
    g_free(arrival->folder);
    g_free(arrival->path);
    g_free(arrival->uri);
    pthread_cond_destroy(&arrival->is_over);
    lock_clear(&arrival->lock);
    g_free(arrival);
}

/* Wakes the thread wherever it is: before a connection by its eventfd, and in the
 * middle of one by its end.  By the first who asks; a second one finds nothing. */
void
memory_arrival_stop(MemoryArrival *arrival)
{
    LOCK_SCOPE(&arrival->lock);

    if (arrival->is_stopped)
        return;
    arrival->is_stopped = true;
    if (arrival->socket >= 0)
        (void)shutdown(arrival->socket, SHUT_RDWR);
    g_assert(arrival->stop < 0 || eventfd_write(arrival->stop, 1) == 0);
    if (arrival->path)
        (void)unlink(arrival->path);
    if (arrival->folder)
        (void)rmdir(arrival->folder);
}

/* ---- listening ---- */

/* A folder that nobody else gets into: whoever could connect there could put any
 * machine in place of the one that is awaited. */
static char *
make_place(MemoryArrival *arrival, GError **error)
{
    arrival->folder = g_dir_make_tmp("strandline-XXXXXX", NULL);
    if (arrival->folder)
        return g_strdup_printf("unix://%s/" SOCKET_NAME, arrival->folder);
    fail(error, VIR_ERR_SYSTEM_ERROR,
         "cannot make a folder for a socket in '%s'", g_get_tmp_dir());
    return NULL;
}

/* The name is looked for before it is taken: what has it may be anything. */
static bool
listen_on_socket(MemoryArrival *arrival, const MigratePlace *place,
                 GError **error)
{
    g_auto(AutoFd) folder = migrate_place_open(place, error);

    if (folder < 0)
        return false;
    arrival->listener =
        unix_listen_at(folder, place->folder, place->name, error);
    if (arrival->listener < 0)
        return false;
    arrival->path = g_build_filename(place->folder, place->name, NULL);
    arrival->uri = g_strdup_printf("unix://%s", arrival->path);
    return true;
}

/* Which port the kernel gave, if it was left to it. */
static bool
listen_on_port(MemoryArrival *arrival, const MigratePlace *place,
               GError **error)
{
    unsigned port = 0;

    arrival->listener = tcp_listen(place->host, place->port, &port, error);
    if (arrival->listener < 0)
        return false;
    arrival->uri = migrate_place_tcp("tcp://", place->host,
                                     place->port ? place->port : port);
    return true;
}

/* Before the lock of any host is taken: names are looked up in here.  What fails
 * half-way takes its folder along with the last reference. */
MemoryArrival *
memory_arrival_listen(const char *uri, GError **error)
{
    g_autoptr(MemoryArrival) arrival = arrival_new();
    g_autofree char *where = NULL;
    g_autoptr(MigratePlace) place = NULL;

    if (arrival->stop < 0) {
        fail_errno(error, errno, "cannot await a machine");
        return NULL;
    }
    where = uri ? g_strdup(uri) : make_place(arrival, error);
    place = where ? migrate_place_parse(where, error) : NULL;
    /* Where a client of a daemon says, it is made with the daemon's rights. */
    if (!place || (uri && place->folder &&
                   !caller_may_name(CALLER_BACKUPS, place->folder, error)))
        return NULL;
    if (!(place->folder ? listen_on_socket(arrival, place, error)
                        : listen_on_port(arrival, place, error)))
        return NULL;
    return g_steal_pointer(&arrival);
}

/* ---- the thread ---- */

/* -1: nobody came before it was stopped, or the connection failed. */
static int
take_in(MemoryArrival *arrival)
{
    struct pollfd ready[] = {{.fd = arrival->listener, .events = POLLIN},
                             {.fd = arrival->stop, .events = POLLIN}};
    int socket = -1;

    while (poll(ready, G_N_ELEMENTS(ready), -1) < 0 && errno == EINTR)
        ;
    if (ready[1].revents)
        return -1;
    socket = accept4(arrival->listener, NULL, NULL, SOCK_CLOEXEC);
    if (socket >= 0) {
        LOCK_SCOPE(&arrival->lock);

        /* The arrival's from here on, so that a stop finds it. */
        arrival->socket = socket;
        if (arrival->is_stopped)
            (void)shutdown(socket, SHUT_RDWR);
    }
    return socket;
}

/* One connection alone: a second one could only be a stranger's. */
static gpointer
await(gpointer data)
{
    MemoryArrival *arrival = data;
    g_autoptr(GError) problem = NULL;
    int socket = take_in(arrival);
    MemoryState *state =
        socket >= 0 ? memory_stream_read(socket, &problem) : NULL;

    {
        LOCK_SCOPE(&arrival->lock);

        if (!state && !problem)
            fail(&problem, VIR_ERR_OPERATION_FAILED, "nobody has sent it");
        arrival->state = state;
        arrival->problem = g_steal_pointer(&problem);
        arrival->is_done = true;
        g_assert(pthread_cond_broadcast(&arrival->is_over) == 0);
    }
    memory_arrival_unref(arrival);
    return NULL;
}

/* Not joined by anybody: it ends when it is stopped, and has nothing then that
 * its reference does not keep. */
void
memory_arrival_begin(MemoryArrival *arrival)
{
    g_thread_unref(
        g_thread_new("await-machine", await, memory_arrival_ref(arrival)));
}

/* The problem is copied: the thread's own stays for whoever asks next.  A peer
 * that connected and says nothing is given up after a while, since the caller's
 * guest stands still on the other side for as long. */
bool
memory_arrival_wait(MemoryArrival *arrival, GError **error)
{
    LOCK_SCOPE(&arrival->lock);
    struct timespec due = {.tv_sec = g_get_real_time() / G_USEC_PER_SEC +
                                     WAIT_SECONDS};

    while (!arrival->is_done &&
           pthread_cond_timedwait(&arrival->is_over, &arrival->lock, &due) == 0)
        ;
    if (arrival->state)
        return true;
    if (!arrival->problem) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "it is not there after %d seconds", (int)WAIT_SECONDS);
    }
    if (error)
        *error = g_error_copy(arrival->problem);
    return false;
}

/* ---- the end ---- */

/* The domain forgets it before the event is sent: who hears of the end finds a
 * domain like any other. */
void
memory_arrival_end(MemoryDomain *vm, Job *job, JobOutcome outcome,
                   const char *why)
{
    g_autoptr(MemoryArrival) arrival = g_steal_pointer(&vm->arrival);

    memory_arrival_stop(arrival);
    memory_write_close(vm, job, outcome, why);
}
