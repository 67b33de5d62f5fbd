/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkpoint_fixture.h"

const char *const fixture_disks[FIXTURE_DISKS] = {"vda", "vdb", "vdc"};

CheckpointRecord *
fixture_record(CheckpointTree *tree, const char *name, unsigned mask)
{
    const CheckpointRecord *current = checkpoint_tree_current(tree);
    CheckpointDef *def = checkpoint_def_new();
    CheckpointRecord *record;

    def->name = g_strdup(name);
    def->parent = current ? g_strdup(current->def->name) : NULL;
    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)checkpoint_disk_free);
    for (int i = 0; i < FIXTURE_DISKS; i++) {
        CheckpointDisk *disk = checkpoint_disk_new(fixture_disks[i]);

        disk->is_tracked = mask & (1u << i);
        disk->bitmap = disk->is_tracked ? g_strdup(name) : NULL;
        g_ptr_array_add(def->disks, disk);
    }
    record = checkpoint_record_new(def);
    record->order = (current ? current->order : 0) + 1;
    return record;
}
