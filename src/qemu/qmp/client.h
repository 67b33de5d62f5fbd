/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A conversation with one QEMU (or qemu-storage-daemon) over QMP.
 *
 * Commands may be sent ahead of their replies, from several threads; each
 * caller waits for its own.  Replies are matched by id, so an answer out of
 * order or to nobody is noticed.  Events are kept in the order they came.
 * Every wait has a deadline.  A line past QMP_LINE_LIMIT, JSON deeper than
 * QMP_DEPTH or of more than QMP_VALUES, a reply to nobody or a closed socket
 * loses the client for good: qmp_client_is_lost() then tells that from a
 * command that QEMU refused.  A deadline that passes does not: the late reply
 * is dropped when it comes, and until then all other waits together get a few
 * seconds, whatever their deadlines.
 *
 * Each command passes fault_point("qmp:COMMAND") before it is sent.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

typedef struct QmpClient QmpClient;

enum {
    QMP_LINE_LIMIT = 64 * 1024 * 1024,
    QMP_DEPTH = 128,
    QMP_VALUES = 1000 * 1000,   /* in one message */
    QMP_TIMEOUT_MS = 30 * 1000, /* a command's usual deadline */
};

/** qmp_client_open: greeting and capabilities over @socket (taken over, also on
 * failure).  VIR_ERR_OPERATION_TIMEOUT, VIR_ERR_OPERATION_FAILED. */
QmpClient *qmp_client_open(int socket, int timeout_ms, GError **error);
void qmp_client_free(QmpClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QmpClient, qmp_client_free)

/** qmp_client_call: sends @command and waits for its "return" value.
 * @arguments: (transfer full) (nullable).  Returns a new reference, NULL on
 * error: VIR_ERR_OPERATION_FAILED with QEMU's own words (refused, or lost),
 * VIR_ERR_OPERATION_TIMEOUT. */
json_t *qmp_client_call(QmpClient *client, const char *command,
                        json_t *arguments, GError **error);

/** qmp_client_ask: like qmp_client_call(), but the whole reply, also when QEMU
 * refused: {"return": ...} or {"error": ...}. */
json_t *qmp_client_ask(QmpClient *client, const char *command,
                       json_t *arguments, GError **error);

/** qmp_client_run: the same for commands whose answer says nothing. */
bool qmp_client_run(QmpClient *client, const char *command, json_t *arguments,
                    GError **error);

/** qmp_client_send/qmp_client_wait: the two halves of qmp_client_call(); up to
 * QEMU's queue length (8) may be under way.  @fd is passed along (-1: none; see
 * qmp_client_pass_fd()).  What was sent is waited for once, or never. */
bool qmp_client_send(QmpClient *client, const char *command, json_t *arguments,
                     int fd, guint64 *ret_id, GError **error);
json_t *qmp_client_wait(QmpClient *client, guint64 id, int timeout_ms,
                        GError **error);

/* What is sent, as a sender sees it. */
typedef struct {
    const char *name;
    json_t *arguments; /* (nullable); whoever sends it takes it over */
    int fd;            /* -1: none */
} QmpCommand;

typedef bool (*QmpSender)(QmpClient *client, QmpCommand *command,
                          guint64 *ret_id, GError **error);

/** qmp_client_set_sender: every qmp_client_send() goes through @sender, which
 * ends in qmp_client_send_plain(); before a second thread has the client. */
void qmp_client_set_sender(QmpClient *client, QmpSender sender);
bool qmp_client_send_plain(QmpClient *client, QmpCommand *command,
                           guint64 *ret_id, GError **error);

/** qmp_client_call_with: qmp_client_call() of a command that takes a
 * descriptor, one at a time. */
json_t *qmp_client_call_with(QmpClient *client, const char *command,
                             json_t *arguments, int fd, GError **error);

/** qmp_client_pass_fd: getfd: gives QEMU @fd under @name. */
bool qmp_client_pass_fd(QmpClient *client, const char *name, int fd,
                        GError **error);

/** qmp_client_is_lost: no further command can succeed. */
bool qmp_client_is_lost(const QmpClient *client);

/** qmp_client_next_event: the oldest event not yet taken: {"event": ...}.
 * Waits up to @timeout_ms (0: only what is there); NULL if there is none. */
json_t *qmp_client_next_event(QmpClient *client, int timeout_ms);

/** qmp_client_events_dropped: whether old events made room for newer ones since
 * the last ask; what they told must then be asked of QEMU. */
bool qmp_client_events_dropped(QmpClient *client);
