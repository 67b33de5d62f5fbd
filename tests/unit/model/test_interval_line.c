/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of the line of intervals, one by one; a random history of them is
 * in test_interval_history.c. */
#include "base/error.h"
#include "checkpoint_fixture.h"
#include "model/interval_line.h"

#include <libvirt/libvirt.h>

static CheckpointRecord *
add_record(CheckpointTree *tree, const char *name, unsigned mask)
{
    CheckpointRecord *record = fixture_record(tree, name, mask);

    checkpoint_tree_add(tree, record);
    return record;
}

/* a ── b ── c on vda, the last recording; on vdb only a and c. */
static CheckpointTree *
three_checkpoints(BitmapStates *states)
{
    CheckpointTree *tree = checkpoint_tree_new();

    for (int i = 0; i < FIXTURE_DISKS; i++)
        bitmap_states_add_disk(states, fixture_disks[i], true);
    add_record(tree, "a", 3);
    add_record(tree, "b", 1);
    add_record(tree, "c", 3);
    bitmap_states_set(states, "vda", "a", BITMAP_STOPPED, 0);
    bitmap_states_set(states, "vda", "b", BITMAP_STOPPED, 0);
    bitmap_states_set(states, "vda", "c", BITMAP_RECORDING, 0);
    bitmap_states_set(states, "vdb", "a", BITMAP_STOPPED, 0);
    bitmap_states_set(states, "vdb", "c", BITMAP_RECORDING, 0);
    return tree;
}

/* "merge vda b>a; remove vda b": a plan as text. */
static char *
describe(const IntervalPlan *plan)
{
    static const char *const acts[] = {"add", "enable", "disable", "merge",
                                       "remove"};
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < plan->marks->len; i++) {
        const IntervalMark *mark = &g_array_index(plan->marks, IntervalMark, i);

        g_string_append_printf(text, "mark %s %s; ", mark->interval->disk,
                               mark->record->def->name);
    }
    for (guint i = 0; i < plan->steps->len; i++) {
        const IntervalStep *step = g_ptr_array_index(plan->steps, i);

        g_string_append_printf(
            text, "%s %s %s%s%s; ", acts[step->act], step->disk, step->bitmap,
            step->target ? ">" : "", step->target ? step->target : "");
    }
    return g_string_free(text, FALSE);
}

static char *
describe_removal(const CheckpointTree *tree, const BitmapStates *states,
                 const char *names)
{
    g_auto(GStrv) list = g_strsplit(names, " ", -1);
    g_autoptr(GPtrArray) doomed = g_ptr_array_new();
    g_autoptr(IntervalPlan) plan = NULL;

    for (char **name = list; *name; name++)
        g_ptr_array_add(doomed, checkpoint_tree_find(tree, *name));
    plan = interval_remove(tree, states, doomed);
    return describe(plan);
}

static void
assert_base(const CheckpointTree *tree, const BitmapStates *states,
            const char *base, const char *disk, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) bitmaps =
        interval_base(tree, states, base, disk, &error);
    g_autofree char *text = NULL;

    g_assert_no_error(error);
    g_ptr_array_add(bitmaps, NULL);
    text = g_strjoinv(" ", (char **)bitmaps->pdata);
    g_assert_cmpstr(text, ==, expected);
}

static void
assert_no_base(const CheckpointTree *tree, const BitmapStates *states,
               const char *base, const char *disk, int code, const char *what)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) bitmaps =
        interval_base(tree, states, base, disk, &error);

    g_assert_null(bitmaps);
    g_assert_error(error, STRANDLINE_ERROR, code);
    g_assert_nonnull(strstr(error->message, what));
}

static void
base_is_the_line_to_the_recording_one(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);

    assert_base(tree, states, "a", "vda", "a b c");
    assert_base(tree, states, "b", "vda", "b c");
    assert_base(tree, states, "c", "vda", "c");
    assert_base(tree, states, "a", "vdb", "a c");
}

static void
base_refuses_what_it_does_not_know(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);

    assert_no_base(tree, states, "x", "vda", VIR_ERR_NO_DOMAIN_CHECKPOINT,
                   "'x'");
    assert_no_base(tree, states, "b", "vdb", VIR_ERR_CHECKPOINT_INCONSISTENT,
                   "'vdb'");
    checkpoint_tree_find(tree, "b")->state = CHECKPOINT_NAMELESS;
    assert_no_base(tree, states, "b", "vda", VIR_ERR_NO_DOMAIN_CHECKPOINT,
                   "'b'");
    checkpoint_tree_find(tree, "c")->state = CHECKPOINT_PENDING;
    assert_no_base(tree, states, "c", "vda", VIR_ERR_OPERATION_INVALID, "'c'");
}

static void
base_refuses_a_line_with_a_lost_bitmap(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);

    bitmap_states_set(states, "vda", "b", BITMAP_MISSING, 0);
    assert_no_base(tree, states, "a", "vda", VIR_ERR_CHECKPOINT_INCONSISTENT,
                   "bitmap 'b'");
    assert_base(tree, states, "c", "vda", "c");
    bitmap_states_set(states, "vda", "b", BITMAP_INCONSISTENT, 0);
    assert_no_base(tree, states, "a", "vda", VIR_ERR_CHECKPOINT_INCONSISTENT,
                   "inconsistent");
    assert_base(tree, states, "a", "vdb", "a c");
}

static void
base_refuses_a_line_that_stopped(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);

    bitmap_states_set(states, "vda", "c", BITMAP_STOPPED, 0);
    assert_no_base(tree, states, "c", "vda", VIR_ERR_CHECKPOINT_INCONSISTENT,
                   "does not record");
}

static void
base_refuses_a_checkpoint_beside_the_path(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    CheckpointRecord *branch = fixture_record(tree, "x", 1);

    branch->order = 0;
    g_free(branch->def->parent);
    branch->def->parent = g_strdup("a");
    checkpoint_tree_add(tree, branch);
    bitmap_states_set(states, "vda", "x", BITMAP_RECORDING, 0);
    assert_no_base(tree, states, "x", "vda", VIR_ERR_CHECKPOINT_INCONSISTENT,
                   "path");
    assert_base(tree, states, "a", "vda", "a b c");
}

static void
base_leaves_out_a_newest_that_is_not_made_yet(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    CheckpointRecord *pending = add_record(tree, "d", 1);

    pending->state = CHECKPOINT_PENDING;
    assert_base(tree, states, "a", "vda", "a b c");
    bitmap_states_set(states, "vda", "c", BITMAP_STOPPED, 0);
    assert_no_base(tree, states, "a", "vda", VIR_ERR_CHECKPOINT_INCONSISTENT,
                   "does not record");
}

static void
removal_merges_into_the_predecessor_of_each_disk(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    g_autofree char *middle = describe_removal(tree, states, "b");
    g_autofree char *newest = describe_removal(tree, states, "c");
    g_autofree char *oldest = describe_removal(tree, states, "a");

    g_assert_cmpstr(middle, ==, "merge vda b>a; remove vda b; ");
    g_assert_cmpstr(newest, ==,
                    "merge vda c>b; enable vda b; merge vdb c>a; enable vdb a; "
                    "remove vda c; remove vdb c; ");
    g_assert_cmpstr(oldest, ==, "remove vda a; remove vdb a; ");
}

static void
removal_of_several_merges_into_what_stays(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    g_autofree char *text = describe_removal(tree, states, "c b");

    g_assert_cmpstr(
        text, ==,
        "merge vda c>a; enable vda a; merge vdb c>a; enable vdb a; "
        "merge vda b>a; remove vda c; remove vdb c; remove vda b; ");
}

static void
removal_of_a_lost_interval_marks_every_older_one(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    g_autofree char *missing = NULL;
    g_autofree char *inconsistent = NULL;

    bitmap_states_set(states, "vda", "b", BITMAP_MISSING, 0);
    missing = describe_removal(tree, states, "b");
    g_assert_cmpstr(missing, ==, "mark vda b; mark vda a; ");
    bitmap_states_set(states, "vda", "b", BITMAP_INCONSISTENT, 0);
    inconsistent = describe_removal(tree, states, "b");
    g_assert_cmpstr(inconsistent, ==, "mark vda b; mark vda a; remove vda b; ");
}

static void
removal_never_frees_the_older_ones_of_a_mark(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    g_autofree char *text = NULL;

    checkpoint_record_interval(checkpoint_tree_find(tree, "b"), "vda")
        ->is_broken = true;
    text = describe_removal(tree, states, "b");
    g_assert_cmpstr(text, ==, "mark vda a; merge vda b>a; remove vda b; ");
}

static void
removal_of_a_pending_one_that_was_never_made_costs_nothing(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    g_autofree char *never_made = NULL;
    g_autofree char *lost = NULL;

    add_record(tree, "d", 1)->state = CHECKPOINT_PENDING;
    never_made = describe_removal(tree, states, "d");
    g_assert_cmpstr(never_made, ==, "");
    bitmap_states_set(states, "vda", "c", BITMAP_STOPPED, 0);
    lost = describe_removal(tree, states, "d");
    g_assert_cmpstr(lost, ==,
                    "mark vda d; mark vda c; mark vda b; mark vda a; ");
}

static void
removal_of_bitmaps_beside_the_line_only_removes(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    CheckpointRecord *beside = fixture_record(tree, "d", 1);
    g_autofree char *text = NULL;

    beside->is_beside = true;
    beside->order = 0;
    g_clear_pointer(&beside->def->parent, g_free);
    checkpoint_tree_add(tree, beside);
    bitmap_states_set(states, "vda", "d", BITMAP_RECORDING, 0);
    text = describe_removal(tree, states, "d");
    g_assert_cmpstr(text, ==, "remove vda d; ");
    assert_base(tree, states, "a", "vda", "a b c");
}

static void
addition_stops_what_recorded_on_its_disks(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    g_autoptr(CheckpointRecord) record = fixture_record(tree, "d", 1);
    g_autoptr(IntervalPlan) plan = interval_add(tree, states, record);
    g_autofree char *text = describe(plan);

    g_assert_cmpstr(text, ==, "disable vda c; ");
}

static void
addition_leaves_a_broken_former_alone(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    g_autoptr(CheckpointRecord) record = fixture_record(tree, "d", 3);
    g_autoptr(IntervalPlan) plan = NULL;
    g_autofree char *text = NULL;

    bitmap_states_set(states, "vda", "c", BITMAP_INCONSISTENT, 0);
    plan = interval_add(tree, states, record);
    text = describe(plan);
    g_assert_cmpstr(text, ==,
                    "mark vda c; mark vda b; mark vda a; disable vdb c; ");
}

static void
addition_after_a_pause_in_recording_marks_the_gap(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    g_autoptr(CheckpointRecord) record = fixture_record(tree, "d", 2);
    g_autoptr(IntervalPlan) plan = NULL;
    g_autofree char *text = NULL;

    bitmap_states_set(states, "vdb", "c", BITMAP_STOPPED, 0);
    plan = interval_add(tree, states, record);
    text = describe(plan);
    g_assert_cmpstr(text, ==, "mark vdb c; mark vdb a; ");
}

/* What is noted is what QEMU would have answered. */
static void
notes_follow_what_was_carried_out(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    g_autoptr(CheckpointRecord) record = fixture_record(tree, "d", 1);
    g_autoptr(IntervalPlan) start = interval_start(record);
    g_autoptr(IntervalPlan) stop = interval_add(tree, states, record);
    g_autoptr(GPtrArray) doomed = g_ptr_array_new();
    g_autoptr(IntervalPlan) removal = NULL;

    interval_note(states, start);
    interval_note(states, stop);
    g_assert_cmpint(bitmap_states_get(states, "vda", "d"), ==,
                    BITMAP_RECORDING);
    g_assert_cmpint(bitmap_states_get(states, "vda", "c"), ==, BITMAP_STOPPED);
    g_assert_cmpint(bitmap_states_get(states, "vdb", "c"), ==,
                    BITMAP_RECORDING);
    g_ptr_array_add(doomed, checkpoint_tree_find(tree, "c"));
    removal = interval_remove(tree, states, doomed);
    interval_note(states, removal);
    g_assert_cmpint(bitmap_states_get(states, "vda", "c"), ==, BITMAP_MISSING);
    g_assert_cmpint(bitmap_states_get(states, "vdb", "a"), ==,
                    BITMAP_RECORDING);
}

static void
look_marks_lost_ones_and_older(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    g_autoptr(IntervalPlan) sound = interval_look(tree, states);
    g_autoptr(IntervalPlan) lost = NULL;
    g_autofree char *text = NULL;

    g_assert_cmpuint(sound->marks->len, ==, 0);
    bitmap_states_set(states, "vdb", "c", BITMAP_MISSING, 0);
    lost = interval_look(tree, states);
    text = describe(lost);
    g_assert_cmpstr(text, ==, "mark vdb c; mark vdb a; ");
}

static void
look_says_nothing_of_disks_it_did_not_see(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(BitmapStates) none = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    g_autoptr(IntervalPlan) plan = interval_look(tree, none);

    g_assert_cmpuint(plan->marks->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/model/interval_line/" #test, test)
    ADD(base_is_the_line_to_the_recording_one);
    ADD(base_refuses_what_it_does_not_know);
    ADD(base_refuses_a_line_with_a_lost_bitmap);
    ADD(base_refuses_a_line_that_stopped);
    ADD(base_refuses_a_checkpoint_beside_the_path);
    ADD(base_leaves_out_a_newest_that_is_not_made_yet);
    ADD(removal_merges_into_the_predecessor_of_each_disk);
    ADD(removal_of_several_merges_into_what_stays);
    ADD(removal_of_a_lost_interval_marks_every_older_one);
    ADD(removal_never_frees_the_older_ones_of_a_mark);
    ADD(removal_of_a_pending_one_that_was_never_made_costs_nothing);
    ADD(removal_of_bitmaps_beside_the_line_only_removes);
    ADD(addition_stops_what_recorded_on_its_disks);
    ADD(addition_leaves_a_broken_former_alone);
    ADD(addition_after_a_pause_in_recording_marks_the_gap);
    ADD(notes_follow_what_was_carried_out);
    ADD(look_marks_lost_ones_and_older);
    ADD(look_says_nothing_of_disks_it_did_not_see);
#undef ADD
    return g_test_run();
}
