/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/checkpoint_tree.h"

#include "base/error.h"

#include <libvirt/libvirt.h>

enum { NAMED_MAX = 5 }; /* in a message */

/* Records name the one above; who is below a name is kept beside it, so that a
 * deletion and a listing of children cost what they touch, and not what there
 * is.  Names, not pointers: state files are read in the order of the folder, so
 * a child may come before its parent. */
struct CheckpointTree {
    GPtrArray *records;        /* of CheckpointRecord, owned, by number */
    GHashTable *by_name;       /* def->name -> CheckpointRecord */
    GHashTable *below;         /* parent's name -> GPtrArray of records */
    CheckpointRecord *current; /* nullable */
    uint64_t last_number;
};

static void
interval_free(CheckpointInterval *interval)
{
    g_free(interval->disk);
    g_free(interval->bitmap);
    g_free(interval);
}

CheckpointInterval *
checkpoint_interval_new(const char *disk, const char *bitmap)
{
    CheckpointInterval *interval = g_new0(CheckpointInterval, 1);

    interval->disk = g_strdup(disk);
    interval->bitmap = g_strdup(bitmap);
    return interval;
}

CheckpointRecord *
checkpoint_record_new(CheckpointDef *def)
{
    CheckpointRecord *record = g_new0(CheckpointRecord, 1);

    record->def = def;
    /* From here on the intervals are what counts; the document's disks are
     * what users are shown. */
    record->intervals =
        g_ptr_array_new_with_free_func((GDestroyNotify)interval_free);
    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        const CheckpointDisk *disk = g_ptr_array_index(def->disks, i);

        if (disk->is_tracked) {
            /* The disk's name is copied, and stays what it is: a disk that the
             * machine loses and gets back finds its intervals again. */
            g_ptr_array_add(record->intervals,
                            checkpoint_interval_new(disk->name, disk->bitmap));
        }
    }
    return record;
}

void
checkpoint_record_free(CheckpointRecord *record)
{
    if (!record)
        return;
    g_ptr_array_unref(record->intervals);
    checkpoint_def_free(record->def);
    g_free(record);
}

/* A walk over the disks of one machine; it is asked in loops over a line, which
 * together are still a few thousand steps. */
CheckpointInterval *
checkpoint_record_interval(const CheckpointRecord *record, const char *disk)
{
    for (guint i = 0; i < record->intervals->len; i++) {
        CheckpointInterval *interval = g_ptr_array_index(record->intervals, i);

        if (g_str_equal(interval->disk, disk))
            return interval;
    }
    return NULL;
}

bool
checkpoint_record_is_visible(const CheckpointRecord *record)
{
    /* A pending one is looked up, and its size asked for, by clients whose job
     * runs; one that is being deleted is there until it is not. */
    return !record->is_beside && record->state != CHECKPOINT_NAMELESS &&
           record->state != CHECKPOINT_ROLLBACK;
}

CheckpointTree *
checkpoint_tree_new(void)
{
    CheckpointTree *tree = g_new0(CheckpointTree, 1);

    tree->records =
        g_ptr_array_new_with_free_func((GDestroyNotify)checkpoint_record_free);
    tree->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    tree->below = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify)g_ptr_array_unref);
    return tree;
}

void
checkpoint_tree_free(CheckpointTree *tree)
{
    if (!tree)
        return;
    g_hash_table_unref(tree->below);
    g_hash_table_unref(tree->by_name);
    g_ptr_array_unref(tree->records);
    g_free(tree);
}

static void
hang(CheckpointTree *tree, CheckpointRecord *record)
{
    const char *parent = record->def->parent;
    GPtrArray *siblings =
        parent ? g_hash_table_lookup(tree->below, parent) : NULL;

    if (!parent)
        return;
    if (!siblings) {
        siblings = g_ptr_array_new();
        g_hash_table_insert(tree->below, g_strdup(parent), siblings);
    }
    g_ptr_array_add(siblings, record);
}

static void
unhang(CheckpointTree *tree, CheckpointRecord *record)
{
    const char *parent = record->def->parent;
    GPtrArray *siblings =
        parent ? g_hash_table_lookup(tree->below, parent) : NULL;

    if (!siblings)
        return;
    g_ptr_array_remove(siblings, record);
    if (siblings->len == 0)
        g_hash_table_remove(tree->below, parent);
}

/* Takes names in any order: a parent may be added after its child, as state
 * files are read in the order of the folder.  checkpoint_tree_check() settles
 * what is missing at the end. */
void
checkpoint_tree_add(CheckpointTree *tree, CheckpointRecord *record)
{
    /* Two records of one name cannot come from outside: names are file names,
     * and a new one is looked up before it is made. */
    g_assert(!checkpoint_tree_find(tree, record->def->name));
    record->number = ++tree->last_number;
    g_ptr_array_add(tree->records, record);
    g_hash_table_insert(tree->by_name, record->def->name, record);
    hang(tree, record);
    /* Beside the line the order is 0 and so never current; nor is a redefined
     * branch. */
    if (record->order > (tree->current ? tree->current->order : 0))
        tree->current = record;
}

static guint
position_of(const CheckpointTree *tree, const CheckpointRecord *record)
{
    guint low = 0;
    guint high = tree->records->len;

    while (high - low > 1) {
        guint middle = low + (high - low) / 2;
        const CheckpointRecord *other =
            g_ptr_array_index(tree->records, middle);

        if (other->number <= record->number) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The next newest is the one above, or else (its file was lost) whoever it
 * is. */
static CheckpointRecord *
find_current(const CheckpointTree *tree, const CheckpointRecord *without)
{
    CheckpointRecord *current = checkpoint_tree_above(tree, without);

    if (current && current->order > 0)
        return current;
    current = NULL;
    for (guint i = 0; i < tree->records->len; i++) {
        CheckpointRecord *record = g_ptr_array_index(tree->records, i);

        if (record != without && record->order > (current ? current->order : 0))
            current = record;
    }
    return current;
}

void
checkpoint_tree_remove(CheckpointTree *tree, CheckpointRecord *record)
{
    gpointer name = NULL;
    gpointer children = NULL;

    g_assert(record);
    if (tree->current == record)
        tree->current = find_current(tree, record);
    unhang(tree, record);
    /* The line closes over the gap, whose bits its predecessor has now. */
    if (g_hash_table_steal_extended(tree->below, record->def->name, &name,
                                    &children)) {
        g_autoptr(GPtrArray) list = children;

        for (guint i = 0; i < list->len; i++) {
            CheckpointRecord *child = g_ptr_array_index(list, i);

            g_free(child->def->parent);
            child->def->parent = g_strdup(record->def->parent);
            hang(tree, child);
        }
        g_free(name);
    }
    /* The table's key is the record's own string, so the table lets go
     * first. */
    g_hash_table_remove(tree->by_name, record->def->name);
    g_ptr_array_remove_index(tree->records, position_of(tree, record));
}

const GPtrArray *
checkpoint_tree_records(const CheckpointTree *tree)
{
    return tree->records;
}

/* Also nameless ones and such that are being rolled back, whose names are taken
 * as long as their files and bitmaps are there. */
CheckpointRecord *
checkpoint_tree_find(const CheckpointTree *tree, const char *name)
{
    return g_hash_table_lookup(tree->by_name, name);
}

CheckpointRecord *
checkpoint_tree_get(const CheckpointTree *tree, const char *name,
                    GError **error)
{
    CheckpointRecord *record = checkpoint_tree_find(tree, name);

    /* One answer for "never was" and "is only an interval now": to a user both
     * are gone, and libvirt's code for it is 103. */
    if (!record || !checkpoint_record_is_visible(record)) {
        fail(error, VIR_ERR_NO_DOMAIN_CHECKPOINT,
             "there is no checkpoint '%s'; list the domain's checkpoints to "
             "see their names",
             name);
        return NULL;
    }
    return record;
}

CheckpointRecord *
checkpoint_tree_current(const CheckpointTree *tree)
{
    /* Not the only leaf, as in the proposal: a redefined branch has leaves too,
     * and where the machine writes must not depend on what was redefined. */
    return tree->current;
}

/* A lookup by name rather than a pointer: records come and go, and a name in a
 * file is what survives.  NULL for a root, and for a parent that was lost. */
CheckpointRecord *
checkpoint_tree_above(const CheckpointTree *tree,
                      const CheckpointRecord *record)
{
    return record->def->parent ? checkpoint_tree_find(tree, record->def->parent)
                               : NULL;
}

CheckpointRecord *
checkpoint_tree_parent(const CheckpointTree *tree,
                       const CheckpointRecord *record)
{
    CheckpointRecord *above = checkpoint_tree_above(tree, record);

    /* What users see closes over the gaps that deletions with METADATA_ONLY
     * leave. */
    while (above && !checkpoint_record_is_visible(above))
        above = checkpoint_tree_above(tree, above);
    return above;
}

CheckpointDef *
checkpoint_tree_shown(const CheckpointTree *tree,
                      const CheckpointRecord *record)
{
    const CheckpointRecord *parent = checkpoint_tree_parent(tree, record);
    CheckpointDef *def = checkpoint_def_copy(record->def);

    g_free(def->parent);
    def->parent = parent ? g_strdup(parent->def->name) : NULL;
    return def;
}

/* Ends since there is no cycle: checkpoint_tree_check() refused trees with one,
 * and every later change hangs a new leaf or closes a gap. */
bool
checkpoint_tree_is_above(const CheckpointTree *tree,
                         const CheckpointRecord *above,
                         const CheckpointRecord *record)
{
    while (record && record != above)
        record = checkpoint_tree_above(tree, record);
    return record != NULL;
}

/* On the stack the last one comes out first: hence backwards. */
static void
push_below(const CheckpointTree *tree, const CheckpointRecord *record,
           GPtrArray *stack)
{
    const GPtrArray *below =
        g_hash_table_lookup(tree->below, record->def->name);

    for (guint i = below ? below->len : 0; i > 0; i--)
        g_ptr_array_add(stack, g_ptr_array_index(below, i - 1));
}

static void
push_roots(const CheckpointTree *tree, GPtrArray *stack)
{
    for (guint i = tree->records->len; i > 0; i--) {
        CheckpointRecord *record = g_ptr_array_index(tree->records, i - 1);

        if (!checkpoint_tree_above(tree, record))
            g_ptr_array_add(stack, record);
    }
}

/* The next visible record that is on or below the stack's top; one that users
 * do not see gives way to its children, as checkpoint_tree_parent() has it. */
static CheckpointRecord *
pop_visible(const CheckpointTree *tree, GPtrArray *stack)
{
    while (stack->len > 0) {
        CheckpointRecord *record =
            g_ptr_array_steal_index(stack, stack->len - 1);

        if (checkpoint_record_is_visible(record))
            return record;
        push_below(tree, record, stack);
    }
    return NULL;
}

/* In what users see: a checkpoint whose only child lost its name is a leaf. */
static bool
is_leaf(const CheckpointTree *tree, const CheckpointRecord *record)
{
    g_autoptr(GPtrArray) stack = g_ptr_array_new();

    push_below(tree, record, stack);
    return !pop_visible(tree, stack);
}

static bool
passes_filter(const CheckpointTree *tree, const CheckpointRecord *record,
              unsigned flags)
{
    const unsigned both = VIR_DOMAIN_CHECKPOINT_LIST_LEAVES |
                          VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES;

    /* Both together ask for leaves and for the others: no filter. */
    if ((flags & both) == 0 || (flags & both) == both)
        return true;
    return is_leaf(tree, record) ==
           ((flags & VIR_DOMAIN_CHECKPOINT_LIST_LEAVES) != 0);
}

GPtrArray *
checkpoint_tree_list(const CheckpointTree *tree, const CheckpointRecord *from,
                     unsigned flags)
{
    /* A stack of our own: the depth of a line is the user's to choose. */
    g_autoptr(GPtrArray) stack = g_ptr_array_new();
    GPtrArray *list = g_ptr_array_new();
    /* One bit with two meanings, as libvirt has it: without @from it narrows
     * the list (roots only), with @from it widens it (all descendants). */
    bool is_deep = from ? flags & VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS
                        : !(flags & VIR_DOMAIN_CHECKPOINT_LIST_ROOTS);
    CheckpointRecord *record = NULL;

    if (from) {
        push_below(tree, from, stack);
    } else {
        push_roots(tree, stack);
    }
    for (record = pop_visible(tree, stack); record;
         record = pop_visible(tree, stack)) {
        /* The filter leaves out the record and not what is below it. */
        if (passes_filter(tree, record, flags))
            g_ptr_array_add(list, record);
        if (is_deep)
            push_below(tree, record, stack);
    }
    return list;
}

static bool
check_none_pending(const GPtrArray *doomed, GError **error)
{
    for (guint i = 0; i < doomed->len; i++) {
        const CheckpointRecord *record = g_ptr_array_index(doomed, i);

        /* Its job would seal, at its end, what is not there any more. */
        if (record->state == CHECKPOINT_PENDING) {
            return fail(error, VIR_ERR_OPERATION_INVALID,
                        "cannot delete checkpoint '%s': backup job %d that "
                        "makes it has not ended; end or abort the job first",
                        record->def->name, record->job);
        }
    }
    return true;
}

/* What goes, children before their parents. */
GPtrArray *
checkpoint_tree_doomed(const CheckpointTree *tree, CheckpointRecord *record,
                       unsigned flags, GError **error)
{
    const unsigned below = VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN |
                           VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY;
    g_autoptr(GPtrArray) list = NULL;
    g_autoptr(GPtrArray) doomed = g_ptr_array_new();

    if (flags & below) {
        list = checkpoint_tree_list(tree, record,
                                    VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS);
        /* The list has parents before children, so backwards it has children
         * first: a record is dropped when nothing names it as its parent any
         * more, and no file has to be written twice. */
        for (guint i = list->len; i > 0; i--)
            g_ptr_array_add(doomed, g_ptr_array_index(list, i - 1));
    }
    if (!(flags & VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY))
        g_ptr_array_add(doomed, record);
    return check_none_pending(doomed, error) ? g_steal_pointer(&doomed) : NULL;
}

/* Whether the walk from @record to the root ends; @known are records of which
 * that is known. */
static bool
check_end(const CheckpointTree *tree, const CheckpointRecord *record,
          GHashTable *known, GError **error)
{
    const CheckpointRecord *above = record;
    guint steps = 0;

    for (; above && !g_hash_table_contains(known, above);
         above = checkpoint_tree_above(tree, above)) {
        /* More steps than records: a cycle.  Only hands make one (each file
         * names its parent), and with it every walk here would be endless. */
        if (steps++ > tree->records->len) {
            return fail(error, VIR_ERR_INTERNAL_ERROR,
                        "checkpoint '%s' descends from itself in the records "
                        "of its domain",
                        record->def->name);
        }
    }
    for (; record != above; record = checkpoint_tree_above(tree, record))
        g_hash_table_add(known, (gpointer)record);
    return true;
}

bool
checkpoint_tree_check(CheckpointTree *tree, GError **error)
{
    g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);

    /* What is above a lost record is then on no path any more, and no base:
     * nobody can say which writes the lost interval held. */
    for (guint i = 0; i < tree->records->len; i++) {
        CheckpointRecord *record = g_ptr_array_index(tree->records, i);

        /* A file that was removed by hand, or lost by the file system.
         * Refusing to open would make a lost checkpoint cost the whole
         * machine. */
        if (record->def->parent && !checkpoint_tree_above(tree, record)) {
            unhang(tree, record);
            g_clear_pointer(&record->def->parent, g_free);
        }
    }
    for (guint i = 0; i < tree->records->len; i++) {
        if (!check_end(tree, g_ptr_array_index(tree->records, i), known, error))
            return false;
    }
    return true;
}

/* Nameless ones count too: their bitmaps are in the images.  Nobody who lists the
 * checkpoints sees them, so it is said what they are. */
bool
checkpoint_tree_refuse_any(const CheckpointTree *tree, const char *vm,
                           const char *what, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    guint n_nameless = 0;

    if (tree->records->len == 0)
        return true;
    for (guint i = 0; i < tree->records->len; i++) {
        const CheckpointRecord *record = g_ptr_array_index(tree->records, i);
        bool is_nameless = record->state == CHECKPOINT_NAMELESS;

        n_nameless += is_nameless;
        if (i < NAMED_MAX) {
            g_string_append_printf(names, "%s'%s'%s", i > 0 ? ", " : "",
                                   record->def->name,
                                   is_nameless ? " without metadata" : "");
        }
    }
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "cannot %s: domain '%s' has %u checkpoints (%s%s), whose "
                "bitmaps would not come along; delete them first%s",
                what, vm, tree->records->len, names->str,
                tree->records->len > NAMED_MAX ? ", ..." : "",
                n_nameless > 0 ? ", those without metadata after redefining "
                                 "them (VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE)"
                               : "");
}
