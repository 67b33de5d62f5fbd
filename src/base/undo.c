/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/undo.h"

/* The step's data stays the caller's: on commit nothing is called, so what has
 * to be freed belongs to the scope that pushed it. */
typedef struct {
    GDestroyNotify step;
    gpointer data;
} Step;

struct Undo {
    GArray *steps; /* of Step, in the order they were pushed */
};

Undo *
undo_new(void)
{
    Undo *undo = g_new(Undo, 1);

    undo->steps = g_array_new(FALSE, FALSE, sizeof(Step));
    return undo;
}

/* After the step has succeeded, and not before: the reverse of what did not
 * happen may undo somebody else's work. */
void
undo_push(Undo *undo, GDestroyNotify step, gpointer data)
{
    Step entry = {step, data};

    g_array_append_val(undo->steps, entry);
}

void
undo_commit(Undo *undo)
{
    /* The object stays usable: what begins after a commit is another operation
     * and may push again. */
    g_array_set_size(undo->steps, 0);
}

/* Newest first: a later step may stand on an earlier one (an export on a node,
 * a node on a file), and comes down before it. */
void
undo_free(Undo *undo)
{
    if (!undo)
        return;
    for (guint i = undo->steps->len; i > 0; i--) {
        const Step *entry = &g_array_index(undo->steps, Step, i - 1);

        entry->step(entry->data);
    }
    g_array_unref(undo->steps);
    g_free(undo);
}
