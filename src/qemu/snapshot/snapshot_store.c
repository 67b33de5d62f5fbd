/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/snapshot/snapshot_store.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "qemu/moment_folder.h"
#include "xml/reader.h"
#include "xml/snapshot_record_xml.h"

static const MomentKind kind = {"snapshot", "snapshots"};
static const char current_file[] = "current";

static bool
is_pending_step(SnapshotStep step)
{
    return step == SNAPSHOT_PENDING || step == SNAPSHOT_PREPARED;
}

static char *
file_name(const SnapshotRecord *record, bool is_pending)
{
    return moment_folder_file(record->def->name, is_pending);
}

/* ---- reading ---- */

/* The name of the file is the last word on whether the record counts: a rename
 * is what seals it, and leaves the content as it was. */
static void
settle_step(SnapshotRecord *record, bool is_pending)
{
    if (is_pending_step(record->step) == is_pending)
        return;
    record->step = is_pending ? SNAPSHOT_PENDING : SNAPSHOT_SEALED;
}

static SnapshotRecord *
read_record(int folder, const char *file, bool is_pending, GError **error)
{
    /* The bound is that of any document: the writer refuses what would be
     * longer. */
    g_autofree char *text =
        atomic_file_read(folder, file, READER_LIMIT, NULL, error);
    g_autoptr(SnapshotRecord) record =
        text ? snapshot_record_xml_parse(text, error) : NULL;
    g_autofree char *expected = NULL;

    if (!record) {
        g_prefix_error(error, "cannot read snapshot record '%s': ", file);
        return NULL;
    }
    settle_step(record, is_pending);
    /* A record that was copied to another name by hand would be one snapshot
     * under two names. */
    expected = file_name(record, is_pending);
    if (g_str_equal(expected, file))
        return g_steal_pointer(&record);
    fail(error, VIR_ERR_XML_ERROR,
         "snapshot record '%s' is of snapshot '%s', whose file would be '%s'",
         file, record->def->name, expected);
    return NULL;
}

/* A MomentReader. */
static bool
add_record(gpointer tree, int folder, const char *file, bool is_pending,
           GError **error)
{
    g_autoptr(SnapshotRecord) record =
        read_record(folder, file, is_pending, error);

    if (!record)
        return false;
    if (!snapshot_tree_find(tree, record->def->name))
        snapshot_tree_add(tree, g_steal_pointer(&record));
    return true;
}

static bool
read_current(SnapshotTree *tree, const QemuDomain *vm, GError **error)
{
    bool is_absent = false;
    g_auto(AutoFd) folder = moment_folder_open(vm, &kind, &is_absent, error);
    g_autoptr(GError) problem = NULL;
    g_autofree char *text = NULL;

    if (folder < 0)
        return is_absent;
    text = atomic_file_read(folder, current_file, SNAPSHOT_NAME_MAX + 1,
                            &is_absent, &problem);
    if (text) {
        /* A name that no snapshot has is none current, not an error: it is
         * written before the seal, and outlives a death there. */
        snapshot_tree_set_current(tree, g_strchomp(text));
    } else if (!is_absent) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    return true;
}

static SnapshotTree *
read_tree(const QemuDomain *vm, GError **error)
{
    g_autoptr(SnapshotTree) tree = snapshot_tree_new();

    /* The check is for parents that are not there, and for rings: files can be
     * edited by hand. */
    if (!moment_folder_read(vm, &kind, add_record, tree, error) ||
        !read_current(tree, vm, error) || !snapshot_tree_check(tree, error))
        return NULL;
    return g_steal_pointer(&tree);
}

SnapshotTree *
snapshot_store_load(QemuDomain *vm, GError **error)
{
    if (!vm->snapshots)
        vm->snapshots = read_tree(vm, error);
    return vm->snapshots;
}

/* ---- writing ---- */

bool
snapshot_store_write(QemuDomain *vm, const SnapshotRecord *record,
                     GError **error)
{
    g_autofree char *text = snapshot_record_xml_format(record);

    return moment_folder_write(vm, &kind, record->def->name,
                               is_pending_step(record->step), text, error);
}

/* Takes @record over, on failure too. */
bool
snapshot_store_begin(QemuDomain *vm, SnapshotRecord *record, GError **error)
{
    g_autoptr(SnapshotRecord) added = record;

    g_assert(is_pending_step(record->step));
    if (!snapshot_store_write(vm, added, error))
        return false;
    snapshot_tree_add(vm->snapshots, g_steal_pointer(&added));
    return true;
}

bool
snapshot_store_set_step(QemuDomain *vm, SnapshotRecord *record,
                        SnapshotStep step, GError **error)
{
    SnapshotStep before = record->step;

    /* The two kinds have different names of files: from one to the other leads
     * snapshot_store_seal() alone. */
    g_assert(is_pending_step(before) == is_pending_step(step));
    record->step = step;
    if (snapshot_store_write(vm, record, error))
        return true;
    record->step = before;
    return false;
}

bool
snapshot_store_set_current(QemuDomain *vm, const char *name, GError **error)
{
    g_auto(AutoFd) folder = moment_folder_open_to_write(vm, &kind, error);
    bool is_done = folder >= 0 &&
                   (name ? atomic_file_write(folder, current_file, name, error)
                         : atomic_file_remove(folder, current_file, error));

    if (is_done) {
        snapshot_tree_set_current(vm->snapshots, name);
    } else {
        qemu_domain_distrust(vm);
    }
    return is_done;
}

/* Current first: a name of one that is still pending stands for none, and from
 * the rename on it is right. */
bool
snapshot_store_seal(QemuDomain *vm, SnapshotRecord *record, GError **error)
{
    g_autofree char *from = file_name(record, true);
    g_autofree char *to = file_name(record, false);
    g_auto(AutoFd) folder = -1;

    g_assert(is_pending_step(record->step));
    /* A step that is done and has no name leaves nothing behind. */
    if (record->is_nameless)
        return snapshot_store_drop(vm, record, error);
    if (!snapshot_store_set_current(vm, record->def->name, error))
        return false;
    folder = moment_folder_open_to_write(vm, &kind, error);
    if (folder >= 0 && atomic_file_rename(folder, from, to, error)) {
        record->step = SNAPSHOT_SEALED;
        return true;
    }
    qemu_domain_distrust(vm);
    return false;
}

/* The children's files name the one below which they come to stand before the
 * one between is gone, so that no death in between makes them roots. */
static bool
write_new_parents(QemuDomain *vm, const SnapshotRecord *record, GError **error)
{
    const GPtrArray *records = snapshot_tree_records(vm->snapshots);

    for (guint i = 0; i < records->len; i++) {
        SnapshotRecord *child = g_ptr_array_index(records, i);

        if (snapshot_tree_parent(vm->snapshots, child) != record)
            continue;
        g_free(child->def->parent);
        child->def->parent = g_strdup(record->def->parent);
        if (!snapshot_store_write(vm, child, error))
            return false;
    }
    return true;
}

static bool
hand_current_up(QemuDomain *vm, const SnapshotRecord *record, GError **error)
{
    return snapshot_tree_current(vm->snapshots) != record ||
           snapshot_store_set_current(vm, record->def->parent, error);
}

bool
snapshot_store_drop(QemuDomain *vm, SnapshotRecord *record, GError **error)
{
    g_autofree char *file = file_name(record, is_pending_step(record->step));
    g_auto(AutoFd) folder = moment_folder_open_to_write(vm, &kind, error);

    /* Children, then the mark of the current one, then the file: at each point
     * a reader finds a tree without a hole. */
    if (folder < 0 || !write_new_parents(vm, record, error) ||
        !hand_current_up(vm, record, error) ||
        !atomic_file_remove(folder, file, error)) {
        qemu_domain_distrust(vm);
        return false;
    }
    snapshot_tree_remove(vm->snapshots, record);
    return true;
}
