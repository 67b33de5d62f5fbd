/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of the line of intervals: one by one, and then against a model.
 *
 * The model is a machine of three disks with a few blocks each.  Its bitmaps
 * are sets of blocks, its QEMU carries out steps, forgets bitmaps and crashes;
 * beside it stands the truth: for each checkpoint, which blocks were really
 * written since.  After every step of a random history the union of
 * interval_base() must hold all of the truth, or be refused.
 */
#include "base/error.h"
#include "model/interval_line.h"

#include <libvirt/libvirt.h>

enum { DISKS = 3, BLOCKS = 24 };

static const char *const disk_names[DISKS] = {"vda", "vdb", "vdc"};

/* Adds @name below the current one, tracking the disks in @mask. */
static CheckpointRecord *
make_record(CheckpointTree *tree, const char *name, unsigned mask)
{
    const CheckpointRecord *current = checkpoint_tree_current(tree);
    CheckpointDef *def = checkpoint_def_new();
    CheckpointRecord *record;

    def->name = g_strdup(name);
    def->parent = current ? g_strdup(current->def->name) : NULL;
    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)checkpoint_disk_free);
    for (int i = 0; i < DISKS; i++) {
        CheckpointDisk *disk = checkpoint_disk_new(disk_names[i]);

        disk->is_tracked = mask & (1u << i);
        disk->bitmap = disk->is_tracked ? g_strdup(name) : NULL;
        g_ptr_array_add(def->disks, disk);
    }
    record = checkpoint_record_new(def);
    record->order = (current ? current->order : 0) + 1;
    return record;
}

static CheckpointRecord *
add_record(CheckpointTree *tree, const char *name, unsigned mask)
{
    CheckpointRecord *record = make_record(tree, name, mask);

    checkpoint_tree_add(tree, record);
    return record;
}

/* a ── b ── c on vda, the last recording; on vdb only a and c. */
static CheckpointTree *
three_checkpoints(BitmapStates *states)
{
    CheckpointTree *tree = checkpoint_tree_new();

    for (int i = 0; i < DISKS; i++)
        bitmap_states_add_disk(states, disk_names[i], true);
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
    CheckpointRecord *branch = make_record(tree, "x", 1);

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
    CheckpointRecord *beside = make_record(tree, "d", 1);
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
    g_autoptr(CheckpointRecord) record = make_record(tree, "d", 1);
    g_autoptr(IntervalPlan) plan = interval_add(tree, states, record);
    g_autofree char *text = describe(plan);

    g_assert_cmpstr(text, ==, "disable vda c; ");
}

static void
addition_leaves_a_broken_former_alone(void)
{
    g_autoptr(BitmapStates) states = bitmap_states_new();
    g_autoptr(CheckpointTree) tree = three_checkpoints(states);
    g_autoptr(CheckpointRecord) record = make_record(tree, "d", 3);
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
    g_autoptr(CheckpointRecord) record = make_record(tree, "d", 2);
    g_autoptr(IntervalPlan) plan = NULL;
    g_autofree char *text = NULL;

    bitmap_states_set(states, "vdb", "c", BITMAP_STOPPED, 0);
    plan = interval_add(tree, states, record);
    text = describe(plan);
    g_assert_cmpstr(text, ==, "mark vdb c; mark vdb a; ");
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

/* ---- the random history ---- */

typedef struct {
    BitmapState state; /* BITMAP_MISSING: not there */
    guint32 blocks;
} ModelBitmap;

typedef struct {
    CheckpointTree *tree;
    GHashTable *bitmaps[DISKS]; /* name -> ModelBitmap */
    GHashTable *truth[DISKS];   /* checkpoint -> guint32 *: written since */
    GRand *random;
    unsigned made;     /* names given out so far */
    unsigned compared; /* unions held against the truth */
    unsigned refused;
} Model;

static ModelBitmap *
find_bitmap(const Model *model, int disk, const char *name)
{
    return g_hash_table_lookup(model->bitmaps[disk], name);
}

static int
disk_index(const char *name)
{
    return name[2] - 'a';
}

static BitmapStates *
ask(const Model *model)
{
    BitmapStates *states = bitmap_states_new();

    for (int i = 0; i < DISKS; i++) {
        GHashTableIter iter;
        gpointer name;
        gpointer bitmap;

        bitmap_states_add_disk(states, disk_names[i], true);
        g_hash_table_iter_init(&iter, model->bitmaps[i]);
        while (g_hash_table_iter_next(&iter, &name, &bitmap))
            bitmap_states_set(states, disk_names[i], name,
                              ((ModelBitmap *)bitmap)->state, 0);
    }
    return states;
}

static void
write_blocks(Model *model)
{
    int disk = g_rand_int_range(model->random, 0, DISKS);
    guint32 block = 1u << g_rand_int_range(model->random, 0, BLOCKS);
    GHashTableIter iter;
    gpointer value;

    g_hash_table_iter_init(&iter, model->bitmaps[disk]);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        ModelBitmap *bitmap = value;

        if (bitmap->state == BITMAP_RECORDING)
            bitmap->blocks |= block;
    }
    g_hash_table_iter_init(&iter, model->truth[disk]);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        *(guint32 *)value |= block;
}

/* As strict as QEMU about what it carries out. */
static void
run_step(Model *model, const IntervalStep *step)
{
    int disk = disk_index(step->disk);
    ModelBitmap *bitmap = find_bitmap(model, disk, step->bitmap);
    ModelBitmap *target;

    if (step->act == INTERVAL_ADD) {
        g_assert_null(bitmap);
        bitmap = g_new0(ModelBitmap, 1);
        bitmap->state = BITMAP_RECORDING;
        g_hash_table_insert(model->bitmaps[disk], g_strdup(step->bitmap),
                            bitmap);
        return;
    }
    g_assert_nonnull(bitmap);
    switch (step->act) {
    case INTERVAL_ENABLE:
    case INTERVAL_DISABLE:
        g_assert_cmpint(bitmap->state, !=, BITMAP_INCONSISTENT);
        bitmap->state =
            step->act == INTERVAL_ENABLE ? BITMAP_RECORDING : BITMAP_STOPPED;
        break;
    case INTERVAL_MERGE:
        target = find_bitmap(model, disk, step->target);
        g_assert_nonnull(target);
        g_assert_cmpint(bitmap->state, !=, BITMAP_INCONSISTENT);
        g_assert_cmpint(target->state, !=, BITMAP_INCONSISTENT);
        target->blocks |= bitmap->blocks;
        break;
    default:
        g_hash_table_remove(model->bitmaps[disk], step->bitmap);
        break;
    }
}

static void
run_plan(Model *model, const IntervalPlan *plan)
{
    for (guint i = 0; i < plan->marks->len; i++)
        g_array_index(plan->marks, IntervalMark, i).interval->is_broken = true;
    for (guint i = 0; i < plan->steps->len; i++)
        run_step(model, g_ptr_array_index(plan->steps, i));
}

static void
look(Model *model)
{
    g_autoptr(BitmapStates) states = ask(model);
    g_autoptr(IntervalPlan) plan = interval_look(model->tree, states);

    run_plan(model, plan);
}

static void
create_checkpoint(Model *model)
{
    g_autoptr(BitmapStates) states = ask(model);
    g_autofree char *name = g_strdup_printf("c%u", model->made++);
    unsigned mask = g_rand_int_range(model->random, 0, 1 << DISKS);
    CheckpointRecord *record = make_record(model->tree, name, mask);
    g_autoptr(IntervalPlan) start = interval_start(record);
    g_autoptr(IntervalPlan) stop = interval_add(model->tree, states, record);

    run_plan(model, start);
    run_plan(model, stop);
    checkpoint_tree_add(model->tree, record);
    if (g_rand_int_range(model->random, 0, 4) == 0)
        record->state = CHECKPOINT_PENDING;
    for (int i = 0; i < DISKS; i++)
        if (mask & (1u << i))
            g_hash_table_insert(model->truth[i], g_strdup(name),
                                g_new0(guint32, 1));
}

static CheckpointRecord *
pick(const Model *model)
{
    const GPtrArray *records = checkpoint_tree_records(model->tree);

    if (records->len == 0)
        return NULL;
    return g_ptr_array_index(
        records, g_rand_int_range(model->random, 0, (int)records->len));
}

static void
remove_all(Model *model, const GPtrArray *doomed)
{
    g_autoptr(BitmapStates) states = ask(model);
    g_autoptr(IntervalPlan) plan = interval_remove(model->tree, states, doomed);

    run_plan(model, plan);
    for (guint i = 0; i < doomed->len; i++) {
        CheckpointRecord *record = g_ptr_array_index(doomed, i);

        for (int j = 0; j < DISKS; j++) {
            g_assert_null(find_bitmap(model, j, record->def->name));
            g_hash_table_remove(model->truth[j], record->def->name);
        }
        checkpoint_tree_remove(model->tree, record);
    }
}

static void
delete_some(Model *model)
{
    CheckpointRecord *record = pick(model);
    g_autoptr(GPtrArray) doomed = NULL;

    if (!record || !checkpoint_record_is_visible(record))
        return;
    if (g_rand_int_range(model->random, 0, 6) == 0)
        doomed = checkpoint_tree_list(model->tree, record,
                                      VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS);
    else
        doomed = g_ptr_array_new();
    if (g_rand_boolean(model->random))
        g_ptr_array_insert(doomed, 0, record);
    look(model);
    remove_all(model, doomed);
}

/* The backup of a pending one ends, well or badly. */
static void
end_job(Model *model)
{
    CheckpointRecord *record = pick(model);
    g_autoptr(GPtrArray) doomed = g_ptr_array_new();

    if (!record || record->state != CHECKPOINT_PENDING)
        return;
    if (g_rand_boolean(model->random)) {
        record->state = CHECKPOINT_SEALED;
        return;
    }
    g_ptr_array_add(doomed, record);
    remove_all(model, doomed);
}

/* METADATA_ONLY, and the way back by redefining. */
static void
change_name(Model *model)
{
    CheckpointRecord *record = pick(model);

    if (record && record->state == CHECKPOINT_SEALED)
        record->state = CHECKPOINT_NAMELESS;
    else if (record && record->state == CHECKPOINT_NAMELESS)
        record->state = CHECKPOINT_SEALED;
}

/* Somebody used QEMU's monitor, or another program the image. */
static void
lose_bitmap(Model *model)
{
    const CheckpointRecord *record = pick(model);
    int disk = g_rand_int_range(model->random, 0, DISKS);

    if (record && g_hash_table_remove(model->bitmaps[disk], record->def->name))
        look(model);
}

/* kill -9: stored bitmaps come back inconsistent, the others not at all. */
static void
crash(Model *model)
{
    for (int i = 0; i < DISKS; i++) {
        GHashTableIter iter;
        gpointer value;

        g_hash_table_iter_init(&iter, model->bitmaps[i]);
        while (g_hash_table_iter_next(&iter, NULL, &value)) {
            if (g_rand_boolean(model->random))
                g_hash_table_iter_remove(&iter);
            else
                ((ModelBitmap *)value)->state = BITMAP_INCONSISTENT;
        }
    }
    look(model);
}

static void
compare_base(Model *model, const BitmapStates *states, const char *name,
             int disk, guint32 truth)
{
    g_autoptr(GPtrArray) bitmaps =
        interval_base(model->tree, states, name, disk_names[disk], NULL);
    guint32 blocks = 0;

    if (!bitmaps) {
        model->refused++;
        return;
    }
    model->compared++;
    for (guint i = 0; i < bitmaps->len; i++)
        blocks |=
            find_bitmap(model, disk, g_ptr_array_index(bitmaps, i))->blocks;
    if (truth & ~blocks)
        g_error("since '%s' on '%s': %08x written, only %08x known", name,
                disk_names[disk], truth, blocks);
}

static void
compare_all(Model *model)
{
    g_autoptr(BitmapStates) states = ask(model);

    for (int i = 0; i < DISKS; i++) {
        GHashTableIter iter;
        gpointer name;
        gpointer truth;

        g_hash_table_iter_init(&iter, model->truth[i]);
        while (g_hash_table_iter_next(&iter, &name, &truth))
            compare_base(model, states, name, i, *(guint32 *)truth);
    }
}

static Model *
model_new(guint32 seed)
{
    Model *model = g_new0(Model, 1);

    model->random = g_rand_new_with_seed(seed);
    model->tree = checkpoint_tree_new();
    for (int i = 0; i < DISKS; i++) {
        model->bitmaps[i] =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        model->truth[i] =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    }
    return model;
}

static void
model_free(Model *model)
{
    for (int i = 0; i < DISKS; i++) {
        g_hash_table_unref(model->bitmaps[i]);
        g_hash_table_unref(model->truth[i]);
    }
    checkpoint_tree_free(model->tree);
    g_rand_free(model->random);
    g_free(model);
}

/* How often each happens decides how deep a history gets: losses are rare, or
 * every line would be broken all the time. */
static void
step(Model *model)
{
    int dice = g_rand_int_range(model->random, 0, 1000);

    if (dice < 600)
        write_blocks(model);
    else if (dice < 750)
        create_checkpoint(model);
    else if (dice < 870)
        delete_some(model);
    else if (dice < 950)
        end_job(model);
    else if (dice < 985)
        change_name(model);
    else if (dice < 998)
        lose_bitmap(model);
    else
        crash(model);
}

static void
union_is_never_short_in_any_history(void)
{
    guint32 seed = g_test_rand_int();
    unsigned compared = 0;
    unsigned refused = 0;

    g_test_message("seed %u", seed);
    for (guint32 round = 0; round < 60; round++) {
        Model *model = model_new(seed + round);

        for (int i = 0; i < 400; i++) {
            step(model);
            compare_all(model);
        }
        compared += model->compared;
        refused += model->refused;
        model_free(model);
    }
    g_test_message("%u unions compared, %u refused", compared, refused);
    /* A rule that refuses everything would be sound and useless. */
    g_assert_cmpuint(compared, >, refused / 2);
    g_assert_cmpuint(compared, >, 10000);
}

/* Without losses and with every checkpoint sealed, nothing is ever refused for
 * being unsound. */
static void
nothing_is_refused_where_nothing_was_lost(void)
{
    guint32 seed = g_test_rand_int();

    g_test_message("seed %u", seed);
    for (guint32 round = 0; round < 20; round++) {
        Model *model = model_new(seed + round);

        for (int i = 0; i < 300; i++) {
            int dice = g_rand_int_range(model->random, 0, 100);
            const GPtrArray *records = checkpoint_tree_records(model->tree);

            if (dice < 60)
                write_blocks(model);
            else if (dice < 85)
                create_checkpoint(model);
            else
                delete_some(model);
            for (guint j = 0; j < records->len; j++)
                ((CheckpointRecord *)records->pdata[j])->state =
                    CHECKPOINT_SEALED;
            compare_all(model);
        }
        g_assert_cmpuint(model->refused, ==, 0);
        model_free(model);
    }
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
    ADD(look_marks_lost_ones_and_older);
    ADD(look_says_nothing_of_disks_it_did_not_see);
    ADD(union_is_never_short_in_any_history);
    ADD(nothing_is_refused_where_nothing_was_lost);
#undef ADD
    return g_test_run();
}
