/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/batch.h"

#include "qemu/qmp/message.h"

/* QEMU reads no further while this many wait to be carried out. */
enum { AHEAD_MAX = 8 };

typedef struct {
    const char *command;
    json_t *arguments; /* NULL once sent */
    guint64 id;
} Entry;

struct Batch {
    GArray *entries; /* of Entry */
};

Batch *
batch_new(void)
{
    Batch *batch = g_new0(Batch, 1);

    batch->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
    return batch;
}

/* Arguments of commands that were never sent are still the batch's. */
void
batch_free(Batch *batch)
{
    if (!batch)
        return;
    for (guint i = 0; i < batch->entries->len; i++)
        json_decref(g_array_index(batch->entries, Entry, i).arguments);
    g_array_unref(batch->entries);
    g_free(batch);
}

/* Nothing is sent before batch_run(). */
void
batch_add(Batch *batch, const char *command, json_t *arguments)
{
    /* In QEMU's order: what builds on another node or bitmap is added after
     * it. */
    Entry entry = {command, arguments, 0};

    g_array_append_val(batch->entries, entry);
}

/* The arguments go to the client in any case, also when it fails: taken out of
 * the entry first, so that batch_free() does not free them again. */
static bool
send_entry(Entry *entry, QmpClient *qmp, GError **error)
{
    json_t *arguments = entry->arguments;

    entry->arguments = NULL;
    return qmp_client_send(qmp, entry->command, arguments, -1, &entry->id,
                           error);
}

/* What is left of the time of the whole batch, which is that of one command: they
 * wait for the same QEMU. */
static int
milliseconds_until(gint64 deadline)
{
    gint64 left = deadline - g_get_monotonic_time();

    return (int)MAX(left / G_TIME_SPAN_MILLISECOND, 0);
}

/* Every answer is waited for, also after a failure: nothing of ours may be
 * under way when the next step looks. */
bool
batch_run(Batch *batch, QmpClient *qmp, guint *ret_failed, GError **error)
{
    g_autoptr(GError) first = NULL;
    gint64 deadline =
        g_get_monotonic_time() + QMP_TIMEOUT_MS * G_TIME_SPAN_MILLISECOND;
    guint n_sent = 0;
    bool is_sending = true;

    for (guint i = 0; i < batch->entries->len; i++) {
        Entry *entry = NULL;
        g_autoptr(Json) reply = NULL;

        /* Filled up again after each answer.  Further ahead QEMU stops reading
         * its socket, so the rest would only wait in the socket's buffer, where
         * nothing can be called back either. */
        while (is_sending && n_sent < batch->entries->len &&
               n_sent < i + AHEAD_MAX) {
            entry = &g_array_index(batch->entries, Entry, n_sent);
            /* The first failure is the one to tell; the others are often its
             * consequences. */
            is_sending = send_entry(entry, qmp, first ? NULL : &first);
            if (is_sending) {
                n_sent++;
            } else if (ret_failed) {
                *ret_failed = n_sent;
            }
        }
        /* Everything that went out is answered. */
        if (i >= n_sent)
            break;
        entry = &g_array_index(batch->entries, Entry, i);
        reply = qmp_client_wait(qmp, entry->id, milliseconds_until(deadline),
                                first ? NULL : &first);
        if (!reply && is_sending) {
            /* What is on its way cannot be called back; no more follows. */
            is_sending = false;
            if (ret_failed)
                *ret_failed = i;
        }
    }
    if (!first)
        return true;
    g_propagate_error(error, g_steal_pointer(&first));
    return false;
}
