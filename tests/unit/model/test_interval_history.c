/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of the line of intervals, against a model.
 *
 * The model is a machine of three disks with a few blocks each.  Its bitmaps
 * are sets of blocks, its QEMU carries out steps, forgets bitmaps and crashes;
 * beside it stands the truth: for each checkpoint, which blocks were really
 * written since.  After every step of a random history the union of
 * interval_base() must hold all of the truth, or be refused.
 */
#include "checkpoint_fixture.h"
#include "model/interval_line.h"

#include <libvirt/libvirt.h>

enum { DISKS = FIXTURE_DISKS, BLOCKS = 24 };

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

        bitmap_states_add_disk(states, fixture_disks[i], true);
        g_hash_table_iter_init(&iter, model->bitmaps[i]);
        while (g_hash_table_iter_next(&iter, &name, &bitmap)) {
            bitmap_states_set(states, fixture_disks[i], name,
                              ((ModelBitmap *)bitmap)->state, 0);
        }
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
    CheckpointRecord *record = fixture_record(model->tree, name, mask);
    g_autoptr(IntervalPlan) start = interval_start(record);
    g_autoptr(IntervalPlan) stop = interval_add(model->tree, states, record);

    run_plan(model, start);
    run_plan(model, stop);
    checkpoint_tree_add(model->tree, record);
    if (g_rand_int_range(model->random, 0, 4) == 0)
        record->state = CHECKPOINT_PENDING;
    for (int i = 0; i < DISKS; i++) {
        if (mask & (1u << i)) {
            g_hash_table_insert(model->truth[i], g_strdup(name),
                                g_new0(guint32, 1));
        }
    }
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
forget_record(Model *model, CheckpointRecord *record)
{
    for (int i = 0; i < DISKS; i++) {
        g_assert_null(find_bitmap(model, i, record->def->name));
        g_hash_table_remove(model->truth[i], record->def->name);
    }
    checkpoint_tree_remove(model->tree, record);
}

static void
remove_all(Model *model, const GPtrArray *doomed)
{
    g_autoptr(BitmapStates) states = ask(model);
    g_autoptr(IntervalPlan) plan = interval_remove(model->tree, states, doomed);

    run_plan(model, plan);
    for (guint i = 0; i < doomed->len; i++)
        forget_record(model, g_ptr_array_index(doomed, i));
}

static void
delete_some(Model *model)
{
    CheckpointRecord *record = pick(model);
    g_autoptr(GPtrArray) doomed = NULL;

    if (!record || !checkpoint_record_is_visible(record))
        return;
    if (g_rand_int_range(model->random, 0, 6) == 0) {
        doomed = checkpoint_tree_list(model->tree, record,
                                      VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS);
    } else {
        doomed = g_ptr_array_new();
    }
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

    if (record && record->state == CHECKPOINT_SEALED) {
        record->state = CHECKPOINT_NAMELESS;
    } else if (record && record->state == CHECKPOINT_NAMELESS) {
        record->state = CHECKPOINT_SEALED;
    }
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
            if (g_rand_boolean(model->random)) {
                g_hash_table_iter_remove(&iter);
            } else {
                ((ModelBitmap *)value)->state = BITMAP_INCONSISTENT;
            }
        }
    }
    look(model);
}

static void
compare_base(Model *model, const BitmapStates *states, const char *name,
             int disk, guint32 truth)
{
    g_autoptr(GPtrArray) bitmaps =
        interval_base(model->tree, states, name, fixture_disks[disk], NULL);
    guint32 blocks = 0;

    if (!bitmaps) {
        model->refused++;
        return;
    }
    model->compared++;
    for (guint i = 0; i < bitmaps->len; i++) {
        blocks |=
            find_bitmap(model, disk, g_ptr_array_index(bitmaps, i))->blocks;
    }
    if (truth & ~blocks) {
        g_error("since '%s' on '%s': %08x written, only %08x known", name,
                fixture_disks[disk], truth, blocks);
    }
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

    if (dice < 600) {
        write_blocks(model);
    } else if (dice < 750) {
        create_checkpoint(model);
    } else if (dice < 870) {
        delete_some(model);
    } else if (dice < 950) {
        end_job(model);
    } else if (dice < 985) {
        change_name(model);
    } else if (dice < 998) {
        lose_bitmap(model);
    } else {
        crash(model);
    }
}

static void
union_is_never_short_in_any_history(void)
{
    guint32 seed = g_test_rand_int();
    unsigned compared = 0;
    unsigned refused = 0;

    g_test_message("seed %u", seed);
    for (guint32 round = 0; round < 25; round++) {
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
    for (guint32 round = 0; round < 10; round++) {
        Model *model = model_new(seed + round);

        for (int i = 0; i < 300; i++) {
            int dice = g_rand_int_range(model->random, 0, 100);
            const GPtrArray *records = checkpoint_tree_records(model->tree);

            if (dice < 60) {
                write_blocks(model);
            } else if (dice < 85) {
                create_checkpoint(model);
            } else {
                delete_some(model);
            }
            for (guint j = 0; j < records->len; j++) {
                ((CheckpointRecord *)records->pdata[j])->state =
                    CHECKPOINT_SEALED;
            }
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
#define ADD(test) g_test_add_func("/model/interval_history/" #test, test)
    ADD(union_is_never_short_in_any_history);
    ADD(nothing_is_refused_where_nothing_was_lost);
#undef ADD
    return g_test_run();
}
