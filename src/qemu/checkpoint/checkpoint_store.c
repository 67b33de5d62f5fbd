/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/checkpoint/checkpoint_store.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "qemu/moment_folder.h"
#include "xml/checkpoint_record_xml.h"
#include "xml/reader.h"

#include <stdio.h>

static const MomentKind kind = {"checkpoint", "checkpoints"};

/* Both are read back as "not sealed" should the content be lost in between: the
 * name is enough to keep a checkpoint from being believed. */
static bool
is_pending_file(CheckpointState state)
{
    return state == CHECKPOINT_PENDING || state == CHECKPOINT_ROLLBACK;
}

static char *
file_name(const CheckpointRecord *record, bool is_pending)
{
    return moment_folder_file(record->def->name, is_pending);
}

void
checkpoint_set_free(CheckpointSet *set)
{
    if (!set)
        return;
    checkpoint_tree_free(set->tree);
    bitmap_states_free(set->states);
    g_free(set);
}

/* The file name and the record must agree: a record that was copied to another
 * name by hand would be one checkpoint under two names. */
static bool
check_name(const CheckpointRecord *record, const char *file, GError **error)
{
    g_autofree char *expected =
        file_name(record, is_pending_file(record->state));

    if (g_str_equal(expected, file))
        return true;
    return fail(error, VIR_ERR_XML_ERROR,
                "the record is of checkpoint '%s', whose file would be '%s'",
                record->def->name, expected);
}

static CheckpointRecord *
read_record(int folder, const char *file, bool is_pending, GError **error)
{
    g_autofree char *text =
        atomic_file_read(folder, file, READER_LIMIT, NULL, error);
    g_autoptr(CheckpointRecord) record = NULL;

    if (!text)
        return NULL;
    record = checkpoint_record_xml_parse(text, error);
    /* The content of a pending record is that of the sealed one, so that
     * sealing is a rename and nothing else. */
    if (record && is_pending && record->state != CHECKPOINT_ROLLBACK)
        record->state = CHECKPOINT_PENDING;
    if (record && check_name(record, file, error))
        return g_steal_pointer(&record);
    g_prefix_error(error, "cannot read checkpoint record '%s': ", file);
    return NULL;
}

/* A MomentReader.  A record that was pending and lost its name is written as
 * NAME.xml before NAME.pending goes: the first counts. */
static bool
add_record(gpointer tree, int folder, const char *file, bool is_pending,
           GError **error)
{
    g_autoptr(CheckpointRecord) record =
        read_record(folder, file, is_pending, error);

    if (!record)
        return false;
    if (!checkpoint_tree_find(tree, record->def->name))
        checkpoint_tree_add(tree, g_steal_pointer(&record));
    return true;
}

static CheckpointTree *
read_tree(const QemuDomain *vm, GError **error)
{
    g_autoptr(CheckpointTree) tree = checkpoint_tree_new();

    if (!moment_folder_read(vm, &kind, add_record, tree, error) ||
        !checkpoint_tree_check(tree, error))
        return NULL;
    return g_steal_pointer(&tree);
}

CheckpointSet *
checkpoint_store_load(QemuDomain *vm, GError **error)
{
    CheckpointTree *tree;

    /* Good until another process writes: then the session forgets the whole
     * domain. */
    if (vm->checkpoints)
        return vm->checkpoints;
    tree = read_tree(vm, error);
    if (!tree)
        return NULL;
    vm->checkpoints = g_new0(CheckpointSet, 1);
    vm->checkpoints->tree = tree;
    return vm->checkpoints;
}

bool
checkpoint_store_write(QemuDomain *vm, const CheckpointRecord *record,
                       GError **error)
{
    g_autofree char *text = checkpoint_record_xml_format(record);

    return moment_folder_write(vm, &kind, record->def->name,
                               is_pending_file(record->state), text, error);
}

/* The content says nothing of being pending, so a new name is all it takes. */
bool
checkpoint_store_seal(QemuDomain *vm, CheckpointRecord *record, GError **error)
{
    g_autofree char *from = file_name(record, true);
    g_autofree char *to = file_name(record, false);
    g_auto(AutoFd) folder = moment_folder_open_to_write(vm, &kind, error);

    g_assert(record->state == CHECKPOINT_PENDING);
    if (folder >= 0 && atomic_file_rename(folder, from, to, error)) {
        record->state = CHECKPOINT_SEALED;
        return true;
    }
    /* Renamed and not synced would count for the next reader: what the caller
     * is told to have failed must not. */
    if (folder >= 0)
        (void)renameat(folder, to, folder, from); /* ENOENT: not renamed */
    qemu_domain_distrust(vm);
    return false;
}

bool
checkpoint_store_set_state(QemuDomain *vm, CheckpointRecord *record,
                           CheckpointState state, GError **error)
{
    CheckpointState before = record->state;

    /* A state of the other file would leave the former file behind, and two
     * files claim one name. */
    g_assert(is_pending_file(before) == is_pending_file(state));
    record->state = state;
    if (checkpoint_store_write(vm, record, error))
        return true;
    /* What is on disk now is not known; the store distrusts it. */
    record->state = before;
    return false;
}

/* The children's files name the record below which they come to stand before
 * the one above is gone, so that no death in between cuts the line. */
static bool
write_new_parents(QemuDomain *vm, const CheckpointRecord *record,
                  GError **error)
{
    const CheckpointTree *tree = vm->checkpoints->tree;
    const GPtrArray *records = checkpoint_tree_records(tree);

    for (guint i = 0; i < records->len; i++) {
        CheckpointRecord *child = g_ptr_array_index(records, i);

        if (checkpoint_tree_above(tree, child) != record)
            continue;
        /* In memory as well, and first: a failed write leaves both to be read
         * anew. */
        g_free(child->def->parent);
        child->def->parent = g_strdup(record->def->parent);
        if (!checkpoint_store_write(vm, child, error))
            return false;
    }
    return true;
}

bool
checkpoint_store_drop(QemuDomain *vm, CheckpointRecord *record, GError **error)
{
    g_autofree char *file = file_name(record, is_pending_file(record->state));
    g_auto(AutoFd) folder = moment_folder_open_to_write(vm, &kind, error);

    if (folder < 0 || !write_new_parents(vm, record, error) ||
        !atomic_file_remove(folder, file, error)) {
        qemu_domain_distrust(vm);
        return false;
    }
    /* Last: until the file is gone the record counts, and its children know
     * where they hang either way. */
    checkpoint_tree_remove(vm->checkpoints->tree, record);
    return true;
}

bool
checkpoint_store_forget_name(QemuDomain *vm, CheckpointRecord *record,
                             GError **error)
{
    g_autofree char *pending = file_name(record, true);
    g_auto(AutoFd) folder = moment_folder_open_to_write(vm, &kind, error);

    /* What it knew of the machine, passwords too, is metadata. */
    record->state = CHECKPOINT_NAMELESS;
    g_clear_pointer(&record->def->domain, domain_text_unref);
    g_clear_pointer(&record->def->description, g_free);
    /* NAME.xml before NAME.pending goes: of the two, the first counts
     * (add_record()). */
    if (folder < 0 || !checkpoint_store_write(vm, record, error) ||
        !atomic_file_remove(folder, pending, error)) {
        qemu_domain_distrust(vm);
        return false;
    }
    return true;
}

/* Oldest first, and a plan has them newest first: whatever is written when we
 * die, no record is marked while an older one on that disk is not. */
bool
checkpoint_store_mark(QemuDomain *vm, const IntervalPlan *plan, GError **error)
{
    for (guint i = 0; i < plan->marks->len; i++)
        g_array_index(plan->marks, IntervalMark, i).interval->is_broken = true;
    for (guint i = plan->marks->len; i > 0; i--) {
        const CheckpointRecord *record =
            g_array_index(plan->marks, IntervalMark, i - 1).record;

        /* With several disks a record comes up again; once is enough, and a
         * run of marks on one disk never names it twice. */
        if (i < plan->marks->len &&
            g_array_index(plan->marks, IntervalMark, i).record == record)
            continue;
        if (!checkpoint_store_write(vm, record, error))
            return false;
    }
    return true;
}
