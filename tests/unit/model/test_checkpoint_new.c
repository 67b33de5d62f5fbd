/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "checkpoint_fixture.h"
#include "model/checkpoint_new.h"

/* vda keeps bitmaps; vdb does so only if @is_lasting. */
static DomainDef *
two_disks(BitmapStates *states, bool is_lasting)
{
    DomainDef *domain = domain_def_new();

    domain->name = g_strdup("web");
    for (int i = 0; i < 2; i++) {
        DiskDef *disk = disk_def_new();

        disk->target = g_strdup(fixture_disks[i]);
        disk->source_type = DISK_SOURCE_FILE;
        disk->path = g_strdup_printf("/%s.qcow2", disk->target);
        disk->format = IMAGE_FORMAT_QCOW2;
        g_ptr_array_add(domain->disks, disk);
        bitmap_states_add_disk(states, disk->target, i == 0 || is_lasting);
    }
    return domain;
}

static CheckpointDef *
named(const char *name)
{
    CheckpointDef *def = checkpoint_def_new();

    def->name = g_strdup(name);
    return def;
}

static void
refuse(const char *name, const CheckpointTree *tree, const BitmapStates *states,
       const DomainDef *domain, int code)
{
    g_autoptr(CheckpointDef) def = named(name);
    g_autoptr(GError) error = NULL;

    g_assert_false(
        checkpoint_new_complete(def, tree, states, domain, domain, &error));
    g_assert_error(error, STRANDLINE_ERROR, code);
}

static void
what_is_left_open_is_filled_in(void)
{
    g_autoptr(CheckpointTree) tree = checkpoint_tree_new();
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(DomainDef) domain = two_disks(states, true);
    g_autoptr(CheckpointDef) first = checkpoint_def_new();
    g_autoptr(CheckpointRecord) record = NULL;

    checkpoint_tree_add(tree, fixture_record(tree, "a", 3));
    g_assert_true(
        checkpoint_new_complete(first, tree, states, domain, domain, NULL));
    g_assert_nonnull(first->name);
    g_assert_cmpstr(first->parent, ==, "a");
    g_assert_cmpuint(first->disks->len, ==, 2);
    record = checkpoint_new_record(tree, g_steal_pointer(&first), 7, false);
    g_assert_cmpint(record->state, ==, CHECKPOINT_PENDING);
    g_assert_cmpint(record->job, ==, 7);
    g_assert_cmpuint(record->order, ==, 2);
    g_assert_cmpuint(record->intervals->len, ==, 2);
}

static void
one_beside_the_line_is_below_nobody(void)
{
    g_autoptr(CheckpointTree) tree = checkpoint_tree_new();
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(DomainDef) domain = two_disks(states, true);
    CheckpointDef *def = named("b");
    g_autoptr(CheckpointRecord) record = NULL;

    checkpoint_tree_add(tree, fixture_record(tree, "a", 3));
    g_assert_true(
        checkpoint_new_complete(def, tree, states, domain, domain, NULL));
    record = checkpoint_new_record(tree, def, 7, true);
    g_assert_null(record->def->parent);
    g_assert_cmpuint(record->order, ==, 0);
}

static void
taken_names_and_bitmaps_are_refused(void)
{
    g_autoptr(CheckpointTree) tree = checkpoint_tree_new();
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(DomainDef) domain = two_disks(states, true);
    CheckpointRecord *nameless = fixture_record(tree, "n", 3);

    nameless->state = CHECKPOINT_NAMELESS;
    checkpoint_tree_add(tree, nameless);
    bitmap_states_set(states, "vdb", "foreign", BITMAP_STOPPED, 0);
    refuse("n", tree, states, domain, VIR_ERR_OPERATION_FAILED);
    refuse("foreign", tree, states, domain, VIR_ERR_OPERATION_FAILED);
}

static void
images_that_keep_no_bitmap_are_refused(void)
{
    g_autoptr(CheckpointTree) tree = checkpoint_tree_new();
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(DomainDef) domain = two_disks(states, false);

    refuse("a", tree, states, domain, VIR_ERR_CONFIG_UNSUPPORTED);
    bitmap_states_remove_disk(states, "vda");
    refuse("a", tree, states, domain, VIR_ERR_INTERNAL_ERROR);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/model/checkpoint_new/" #test, test)
    ADD(what_is_left_open_is_filled_in);
    ADD(one_beside_the_line_is_below_nobody);
    ADD(taken_names_and_bitmaps_are_refused);
    ADD(images_that_keep_no_bitmap_are_refused);
#undef ADD
    return g_test_run();
}
