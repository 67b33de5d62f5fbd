/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/checkpoint_redefine.h"

#include "base/error.h"
#include "model/checkpoint_align.h"

#include <string.h>

bool
checkpoint_redefine_check_domain(const CheckpointDef *def,
                                 const DomainDef *domain,
                                 const unsigned char *uuid, GError **error)
{
    /* By the UUID, not the name: a domain may have been renamed since. */
    if (memcmp(uuid, domain->uuid, DOMAIN_UUID_SIZE) == 0)
        return true;
    return fail(error, VIR_ERR_INVALID_ARG,
                "checkpoint '%s' is of another domain: the uuid in its "
                "<domain> is not that of '%s'",
                def->name, domain->name);
}

static bool
check_parent(const CheckpointTree *tree, const CheckpointDef *def,
             GError **error)
{
    const CheckpointRecord *parent;
    /* Not an error if it is there: then the document describes it anew. */
    const CheckpointRecord *record = checkpoint_tree_find(tree, def->name);

    if (!def->parent)
        return true;
    if (g_str_equal(def->parent, def->name)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "checkpoint '%s' cannot be its own parent", def->name);
    }
    parent = checkpoint_tree_find(tree, def->parent);
    if (!parent || !checkpoint_record_is_visible(parent)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "checkpoint '%s' names parent '%s', which is not there; "
                    "redefine parents before their children",
                    def->name, def->parent);
    }
    /* Looked at although a record on file does not move: a cycle is a plainer
     * mistake than a parent that does not match, and has libvirt's code. */
    if (record && checkpoint_tree_is_above(tree, record, parent)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "checkpoint '%s' cannot descend from '%s', which descends "
                    "from it",
                    def->name, def->parent);
    }
    return true;
}

/* One interval belongs to one checkpoint.
 *
 * With records of the same name too, if they are nameless: those are described
 * again by check_same(), not here. */
static bool
check_bitmaps_free(const CheckpointTree *tree, const CheckpointRecord *added,
                   GError **error)
{
    const GPtrArray *records = checkpoint_tree_records(tree);

    for (guint i = 0; i < records->len; i++) {
        const CheckpointRecord *record = g_ptr_array_index(records, i);

        for (guint j = 0; j < added->intervals->len; j++) {
            const CheckpointInterval *mine =
                g_ptr_array_index(added->intervals, j);
            const CheckpointInterval *other =
                checkpoint_record_interval(record, mine->disk);

            if (other && g_str_equal(other->bitmap, mine->bitmap)) {
                return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                            "bitmap '%s' of disk '%s' belongs to checkpoint "
                            "'%s'",
                            mine->bitmap, mine->disk, record->def->name);
            }
        }
    }
    return true;
}

/* Whether the document describes what is on record under its name. */
static bool
check_same(const CheckpointTree *tree, const CheckpointRecord *record,
           const CheckpointRecord *described, GError **error)
{
    const CheckpointRecord *parent = checkpoint_tree_parent(tree, record);
    const char *name = record->def->name;

    /* As users see it: the document was once shown to somebody, without the
     * nameless in between. */
    if (g_strcmp0(parent ? parent->def->name : NULL, described->def->parent)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "checkpoint '%s' is recorded below %s%s%s, and redefining "
                    "does not move it",
                    name, parent ? "'" : "",
                    parent ? parent->def->name
                           : "no "
                             "parent",
                    parent ? "'" : "");
    }
    for (guint i = 0; i < record->intervals->len; i++) {
        const CheckpointInterval *interval =
            g_ptr_array_index(record->intervals, i);
        const CheckpointInterval *other =
            checkpoint_record_interval(described, interval->disk);

        if (!other || !g_str_equal(other->bitmap, interval->bitmap) ||
            described->intervals->len != record->intervals->len) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "checkpoint '%s' has %u bitmaps, one of them '%s' on "
                        "disk '%s', and redefining does not change that",
                        name, record->intervals->len, interval->bitmap,
                        interval->disk);
        }
    }
    return true;
}

/* A nameless one can be described again: that is how its name comes back. */
static bool
check_not_busy(const CheckpointRecord *record, GError **error)
{
    if (record->state == CHECKPOINT_SEALED ||
        record->state == CHECKPOINT_NAMELESS)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "checkpoint '%s' is being made or removed (backup job %d); "
                "redefine it after that",
                record->def->name, record->job);
}

static bool
check_record(const CheckpointTree *tree, const CheckpointRecord *described,
             GError **error)
{
    const CheckpointRecord *record =
        checkpoint_tree_find(tree, described->def->name);

    if (!record)
        return check_bitmaps_free(tree, described, error);
    return check_not_busy(record, error) &&
           check_same(tree, record, described, error);
}

CheckpointRecord *
checkpoint_redefine_plan(const CheckpointTree *tree, CheckpointDef *def,
                         const DomainDef *domain, GError **error)
{
    g_autoptr(CheckpointDef) owned = def;
    g_autoptr(CheckpointRecord) described = NULL;

    /* Where it hangs, then what it covers. */
    if (!check_parent(tree, owned, error) ||
        !checkpoint_align_redefined(owned, domain, error))
        return NULL;
    described = checkpoint_record_new(g_steal_pointer(&owned));
    return check_record(tree, described, error) ? g_steal_pointer(&described)
                                                : NULL;
}

/* A record that is not in its line yet, or the newest in it, has only its own
 * bitmaps to show; any other is held against all that follow it. */
static bool
validate_disk(const CheckpointTree *tree, const BitmapStates *states,
              const CheckpointRecord *record,
              const CheckpointInterval *interval, GError **error)
{
    const CheckpointRecord *current = checkpoint_tree_current(tree);
    g_autoptr(GPtrArray) line = interval_line(tree, current, interval->disk);
    g_autoptr(GPtrArray) bitmaps = NULL;
    guint position;

    if (!bitmap_states_is_sound(states, interval->disk, interval->bitmap) ||
        interval->is_broken) {
        return fail(error, VIR_ERR_CHECKPOINT_INCONSISTENT,
                    "checkpoint '%s' is not sound on disk '%s': its bitmap "
                    "'%s' is missing, inconsistent or incomplete",
                    record->def->name, interval->disk, interval->bitmap);
    }
    /* interval_since() would refuse a record outside the line for being
     * outside; here the question is another one. */
    if (!g_ptr_array_find(line, record, &position) || position + 1 == line->len)
        return true;
    bitmaps = interval_since(tree, states, record, interval->disk, error);
    return bitmaps != NULL;
}

bool
checkpoint_redefine_validate(const CheckpointTree *tree,
                             const BitmapStates *states,
                             const CheckpointRecord *described, GError **error)
{
    const CheckpointRecord *record =
        checkpoint_tree_find(tree, described->def->name);

    /* What is on record counts, with its marks; the document has none. */
    if (!record)
        record = described;
    for (guint i = 0; i < record->intervals->len; i++) {
        if (!validate_disk(tree, states, record,
                           g_ptr_array_index(record->intervals, i), error))
            return false;
    }
    return true;
}

/* The description changes; position, intervals and marks stay.  The tree knows
 * the record by its name's own bytes, so these stay too. */
static void
update(CheckpointRecord *record, CheckpointRecord *described)
{
    CheckpointDef *def = described->def;
    CheckpointDef *old = record->def;

    g_free(def->parent);
    def->parent = g_strdup(old->parent);
    if (!def->domain)
        def->domain = domain_text_ref(old->domain);
    g_free(def->name);
    /* The tree's table holds this very string as its key; the other string of
     * the same letters goes with the old definition. */
    def->name = g_steal_pointer(&old->name);
    record->def = def;
    described->def = old;
    old->name = g_strdup(def->name);
    record->state = CHECKPOINT_SEALED;
}

/* The line goes on below the current checkpoint, through intervals that have
 * no name any more. */
static void
place(const CheckpointTree *tree, CheckpointRecord *added)
{
    const CheckpointRecord *current = checkpoint_tree_current(tree);
    const CheckpointRecord *shown = current;

    if (shown && !checkpoint_record_is_visible(shown))
        shown = checkpoint_tree_parent(tree, shown);
    /* Any other parent makes a branch: order 0, in no line, no base. */
    if (g_strcmp0(shown ? shown->def->name : NULL, added->def->parent))
        return;
    if (current) {
        g_free(added->def->parent);
        /* The record itself, nameless or not, so that the walk along the line
         * meets every interval. */
        added->def->parent = g_strdup(current->def->name);
    }
    added->order = (current ? current->order : 0) + 1;
}

/* The bitmap is not there and the former one never stopped: this checkpoint
 * was merged away at some time, and to believe it now would break a line that
 * is sound. */
static void
leave_out_merged(const CheckpointTree *tree, const BitmapStates *states,
                 CheckpointRecord *added)
{
    const CheckpointRecord *above = checkpoint_tree_above(tree, added);

    /* Backwards, since entries go. */
    for (guint i = added->intervals->len; i > 0; i--) {
        const CheckpointInterval *interval =
            g_ptr_array_index(added->intervals, i - 1);
        g_autoptr(GPtrArray) line = interval_line(tree, above, interval->disk);
        const CheckpointInterval *former =
            line->len > 0 ? checkpoint_record_interval(
                                line->pdata[line->len - 1], interval->disk)
                          : NULL;

        if (former &&
            bitmap_states_get(states, interval->disk, interval->bitmap) ==
                BITMAP_MISSING &&
            bitmap_states_get(states, interval->disk, former->bitmap) ==
                BITMAP_RECORDING)
            g_ptr_array_remove_index(added->intervals, i - 1);
    }
}

CheckpointRecord *
checkpoint_redefine_apply(CheckpointTree *tree, const BitmapStates *states,
                          CheckpointRecord *described)
{
    CheckpointRecord *record = checkpoint_tree_find(tree, described->def->name);

    if (record) {
        update(record, described);
        checkpoint_record_free(described);
        return record;
    }
    place(tree, described);
    if (states)
        leave_out_merged(tree, states, described);
    checkpoint_tree_add(tree, described);
    return described;
}
