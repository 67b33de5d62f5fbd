/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/save/stream.h"

#include "base/error.h"
#include "qemu/qmp/message.h"

/* The name under which QEMU keeps the descriptor until a command takes it. */
#define STREAM_FD "sl-memory"

enum {
    POLL_US = 2 * 1000,
    STALL_MS = 60 * 1000, /* without a byte more: the storage hangs */
    US_PER_MS = 1000,
};

/* Can be done again. */
void
stream_look_clear(StreamLook *look)
{
    g_clear_pointer(&look->problem, g_free);
}

/* Of a file without a bound: a guest that writes faster than QEMU's default (a
 * network's) would never be done. */
static bool
migrate(QmpClient *qmp, guint64 bandwidth, bool is_held, GError **error)
{
    /* Both ways, since a migration that failed leaves it set. */
    return qmp_client_run(qmp, "migrate-set-capabilities",
                          json_pack("{s:[{s:s, s:b}]}", "capabilities",
                                    "capability", "pause-before-switchover",
                                    "state", is_held),
                          error) &&
           qmp_client_run(
               qmp, "migrate-set-parameters",
               json_pack("{s:I}", "max-bandwidth", (json_int_t)bandwidth),
               error) &&
           qmp_client_run(qmp, "migrate",
                          json_pack("{s:s}", "uri", "fd:" STREAM_FD), error);
}

/* Detached: else QEMU would answer nobody until all is written. */
static bool
dump(QmpClient *qmp, const char *format, GError **error)
{
    json_t *arguments =
        json_pack("{s:b, s:s, s:b, s:s}", "paging", 0, "protocol",
                  "fd:" STREAM_FD, "detach", 1, "format", format);

    return qmp_client_run(qmp, "dump-guest-memory", arguments, error);
}

/* The descriptor is QEMU's from here on, and stands where the stream begins;
 * what we keep of it shares that place and is not written through. */
bool
stream_begin(QmpClient *qmp, MemoryJobKind kind, const char *format, int file,
             GError **error)
{
    return qmp_client_pass_fd(qmp, STREAM_FD, file, error) &&
           (kind == MEMORY_JOB_CORE ? dump(qmp, format, error)
                                    : migrate(qmp, G_MAXINT64, false, error));
}

/* A stream is a stream: QEMU does not care what takes it, as long as it is a
 * descriptor.  That way the host's name is looked up here, with a deadline. */
bool
stream_send(QmpClient *qmp, int socket, guint64 bandwidth, GError **error)
{
    return qmp_client_pass_fd(qmp, STREAM_FD, socket, error) &&
           migrate(qmp, bandwidth, true, error);
}

/* Absent at first: QEMU has none before it has begun. */
static guint64
figure(const json_t *object, const char *name)
{
    json_int_t value = json_integer_value(json_object_get(object, name));

    return value > 0 ? (guint64)value : 0;
}

/* "setup", "active", "device", "cancelling" and words of later QEMUs are all
 * "at work". */
static void
read_migration(const json_t *reply, StreamLook *look)
{
    const char *status = json_string_value(json_object_get(reply, "status"));
    const char *problem =
        json_string_value(json_object_get(reply, "error-desc"));
    const json_t *ram = json_object_get(reply, "ram");

    look->total = figure(ram, "total");
    look->processed = figure(ram, "transferred");
    look->remaining = figure(ram, "remaining");
    look->is_held = g_strcmp0(status, "pre-switchover") == 0;
    look->is_last = g_strcmp0(status, "device") == 0;
    /* None at all: not one of ours at least. */
    if (!status || g_str_equal(status, "none") ||
        g_str_equal(status, "failed") || g_str_equal(status, "cancelled")) {
        look->state = STREAM_FAILED;
        look->problem = g_strdup(problem ? problem : status);
    } else if (g_str_equal(status, "completed")) {
        look->state = STREAM_DONE;
    }
}

/* QEMU tells no reason when a dump fails; an event did, to whoever was
 * there. */
static void
read_dump(const json_t *reply, StreamLook *look)
{
    const char *status = json_string_value(json_object_get(reply, "status"));

    look->total = figure(reply, "total");
    look->processed = figure(reply, "completed");
    look->remaining =
        look->total > look->processed ? look->total - look->processed : 0;
    if (g_strcmp0(status, "completed") == 0) {
        look->state = STREAM_DONE;
    } else if (g_strcmp0(status, "active") != 0) {
        look->state = STREAM_FAILED;
        look->problem = g_strdup("QEMU could not write the dump");
    }
}

/* One question, cheap enough to be asked at the start of every call. */
bool
stream_look(QmpClient *qmp, MemoryJobKind kind, StreamLook *ret_look,
            GError **error)
{
    bool is_core = kind == MEMORY_JOB_CORE;
    g_autoptr(Json) reply = qmp_client_call(
        qmp, is_core ? "query-dump" : "query-migrate", NULL, error);

    if (!reply)
        return false;
    *ret_look = (StreamLook){.state = STREAM_WORKING};
    if (is_core) {
        read_dump(reply, ret_look);
    } else {
        read_migration(reply, ret_look);
    }
    return true;
}

/* QEMU gives its images up from here on. It must not be cancelled while it
 * does: 7.2 lets the guest go on without them then, and ends at its next
 * write.  It is held for a moment more after the word, so a look in between
 * says the word once more, which QEMU refuses. */
bool
stream_let_go(QmpClient *qmp, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_auto(StreamLook) look = {.state = STREAM_WORKING};

    if (qmp_client_run(qmp, "migrate-continue",
                       json_pack("{s:s}", "state", "pre-switchover"),
                       &problem) ||
        (stream_look(qmp, MEMORY_JOB_MOVE, &look, NULL) && !look.is_held))
        return true;
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

/* Until it is no longer at work.  No limit on the whole, which depends on the
 * size of the memory and the storage, but one on standing still. */
static bool
await(QmpClient *qmp, MemoryJobKind kind, StreamState *ret_state,
      char **ret_problem, GError **error)
{
    guint64 before = 0;
    gint64 deadline_us = 0;

    for (;;) {
        g_auto(StreamLook) look = {.state = STREAM_WORKING};
        gint64 now_us = g_get_monotonic_time();

        if (!stream_look(qmp, kind, &look, error))
            return false;
        if (look.state != STREAM_WORKING) {
            *ret_state = look.state;
            *ret_problem = g_steal_pointer(&look.problem);
            return true;
        }
        if (deadline_us == 0 || look.processed != before) {
            before = look.processed;
            deadline_us = now_us + (gint64)STALL_MS * US_PER_MS;
        }
        if (now_us > deadline_us) {
            return fail(error, VIR_ERR_OPERATION_TIMEOUT,
                        "the memory has not moved for %d s; its storage may "
                        "hang",
                        STALL_MS / 1000);
        }
        g_usleep(POLL_US);
    }
}

/* For those who hold the lock meanwhile: a snapshot's memory, a restore. */
bool
stream_wait(QmpClient *qmp, MemoryJobKind kind, GError **error)
{
    StreamState state = STREAM_FAILED;
    g_autofree char *problem = NULL;

    if (!await(qmp, kind, &state, &problem, error))
        return false;
    if (state == STREAM_DONE)
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "QEMU cannot save the memory: %s",
                problem ? problem : "it does not say why");
}

/* Asked and then waited for: after the asking alone QEMU may write a while. */
bool
stream_stop(QmpClient *qmp, MemoryJobKind kind, GError **error)
{
    StreamState state = STREAM_FAILED;
    g_autofree char *problem = NULL;

    /* Of one that is over, or that never was, QEMU takes no notice. */
    if (kind != MEMORY_JOB_CORE &&
        !qmp_client_run(qmp, "migrate_cancel", NULL, error))
        return false;
    return await(qmp, kind, &state, &problem, error);
}

/* QEMU gives its images up, with their bitmaps, when all is written, and takes
 * them back by nothing else than going on.  So a guest that must not is let go
 * and stopped in one breath: what it does in between is less than a QEMU that
 * dies at the next write to a disk, and bitmaps that are taken for lost. */
bool
stream_take_back(QmpClient *qmp, MemoryJobKind kind, GError **error)
{
    g_auto(StreamLook) look = {.state = STREAM_WORKING};
    g_autoptr(Json) started = NULL;
    g_autoptr(Json) stopped = NULL;
    guint64 start = 0;
    guint64 stop = 0;

    if (!stream_look(qmp, kind, &look, error))
        return false;
    if (look.state != STREAM_DONE)
        return true;
    if (!qmp_client_send(qmp, "cont", NULL, -1, &start, error) ||
        !qmp_client_send(qmp, "stop", NULL, -1, &stop, error))
        return false;
    started = qmp_client_wait(qmp, start, QMP_TIMEOUT_MS, error);
    stopped =
        qmp_client_wait(qmp, stop, QMP_TIMEOUT_MS, started ? error : NULL);
    return started && stopped;
}

/* QEMU says that it is loading as it says that it is saving.  One that cannot
 * load what it is given ends, and its log says why. */
bool
stream_load(QmpClient *qmp, int file, GError **error)
{
    return qmp_client_pass_fd(qmp, STREAM_FD, file, error) &&
           qmp_client_run(qmp, "migrate-incoming",
                          json_pack("{s:s}", "uri", "fd:" STREAM_FD), error) &&
           stream_wait(qmp, MEMORY_JOB_IMAGE, error);
}
