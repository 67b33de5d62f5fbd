/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "checkpoint_fixture.h"
#include "model/checkpoint_redefine.h"

#include <string.h>

/* a ── b, both on vda, b recording. */
typedef struct {
    CheckpointTree *tree;
    BitmapStates *states;
    DomainDef *domain;
} Scene;

static void
scene_clear(Scene *scene)
{
    checkpoint_tree_free(scene->tree);
    bitmap_states_free(scene->states);
    domain_def_free(scene->domain);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scene, scene_clear)

static void
scene_init(Scene *scene)
{
    DiskDef *disk = disk_def_new();

    scene->tree = checkpoint_tree_new();
    scene->states = bitmap_states_new();
    scene->domain = domain_def_new();
    scene->domain->name = g_strdup("web");
    disk->target = g_strdup("vda");
    disk->source_type = DISK_SOURCE_FILE;
    disk->path = g_strdup("/a.qcow2");
    disk->format = IMAGE_FORMAT_QCOW2;
    g_ptr_array_add(scene->domain->disks, disk);
    bitmap_states_add_disk(scene->states, "vda", true);
    checkpoint_tree_add(scene->tree, fixture_record(scene->tree, "a", 1));
    checkpoint_tree_add(scene->tree, fixture_record(scene->tree, "b", 1));
    bitmap_states_set(scene->states, "vda", "a", BITMAP_STOPPED, 0);
    bitmap_states_set(scene->states, "vda", "b", BITMAP_RECORDING, 0);
}

static CheckpointRecord *
plan(const Scene *scene, const char *name, const char *parent, GError **error)
{
    CheckpointDef *def = checkpoint_def_new();

    def->name = g_strdup(name);
    def->parent = g_strdup(parent);
    def->description = g_strdup("again");
    return checkpoint_redefine_plan(scene->tree, def, scene->domain, error);
}

static void
refuse(const Scene *scene, const char *name, const char *parent, int code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(plan(scene, name, parent, &error));
    g_assert_error(error, STRANDLINE_ERROR, code);
}

static void
a_record_gets_its_description_and_stays_in_place(void)
{
    g_auto(Scene) scene = {0};
    CheckpointRecord *record = NULL;

    scene_init(&scene);
    checkpoint_tree_find(scene.tree, "a")->state = CHECKPOINT_NAMELESS;
    record = checkpoint_redefine_apply(scene.tree, scene.states,
                                       plan(&scene, "a", NULL, NULL));
    g_assert_true(record == checkpoint_tree_find(scene.tree, "a"));
    g_assert_cmpint(record->state, ==, CHECKPOINT_SEALED);
    g_assert_cmpstr(record->def->description, ==, "again");
    g_assert_cmpuint(record->order, ==, 1);
}

static void
below_the_current_one_the_line_goes_on(void)
{
    g_auto(Scene) scene = {0};
    const CheckpointRecord *record = NULL;

    scene_init(&scene);
    bitmap_states_set(scene.states, "vda", "c", BITMAP_RECORDING, 0);
    record = checkpoint_redefine_apply(scene.tree, scene.states,
                                       plan(&scene, "c", "b", NULL));
    g_assert_cmpuint(record->order, ==, 3);
    g_assert_cmpuint(record->intervals->len, ==, 1);
    record = checkpoint_redefine_apply(scene.tree, NULL,
                                       plan(&scene, "x", "a", NULL));
    g_assert_cmpuint(record->order, ==, 0);
}

static void
one_that_was_merged_away_gets_no_interval(void)
{
    g_auto(Scene) scene = {0};
    const CheckpointRecord *record = NULL;

    scene_init(&scene);
    record = checkpoint_redefine_apply(scene.tree, scene.states,
                                       plan(&scene, "c", "b", NULL));
    g_assert_cmpuint(record->intervals->len, ==, 0);
}

static void
parents_that_cannot_be_are_refused(void)
{
    g_auto(Scene) scene = {0};

    scene_init(&scene);
    refuse(&scene, "c", "c", VIR_ERR_INVALID_ARG);
    refuse(&scene, "c", "nobody", VIR_ERR_INVALID_ARG);
    refuse(&scene, "a", "b", VIR_ERR_INVALID_ARG);
    refuse(&scene, "b", NULL, VIR_ERR_INVALID_ARG);
    checkpoint_tree_find(scene.tree, "b")->state = CHECKPOINT_PENDING;
    refuse(&scene, "b", "a", VIR_ERR_OPERATION_INVALID);
}

static void
validation_asks_for_every_bitmap_that_follows(void)
{
    g_auto(Scene) scene = {0};
    g_autoptr(CheckpointRecord) described = NULL;
    g_autoptr(GError) error = NULL;

    scene_init(&scene);
    described = plan(&scene, "a", NULL, NULL);
    g_assert_true(checkpoint_redefine_validate(scene.tree, scene.states,
                                               described, NULL));
    bitmap_states_set(scene.states, "vda", "b", BITMAP_INCONSISTENT, 0);
    g_assert_false(checkpoint_redefine_validate(scene.tree, scene.states,
                                                described, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CHECKPOINT_INCONSISTENT);
}

static void
it_must_be_of_this_domain(void)
{
    g_auto(Scene) scene = {0};
    g_autoptr(CheckpointDef) def = checkpoint_def_new();
    g_autoptr(GError) error = NULL;
    unsigned char uuid[DOMAIN_UUID_SIZE] = {0};

    scene_init(&scene);
    def->name = g_strdup("a");
    g_assert_true(
        checkpoint_redefine_check_domain(def, scene.domain, uuid, NULL));
    uuid[3] = 1;
    g_assert_false(
        checkpoint_redefine_check_domain(def, scene.domain, uuid, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/model/checkpoint_redefine/" #test, test)
    ADD(a_record_gets_its_description_and_stays_in_place);
    ADD(below_the_current_one_the_line_goes_on);
    ADD(one_that_was_merged_away_gets_no_interval);
    ADD(parents_that_cannot_be_are_refused);
    ADD(validation_asks_for_every_bitmap_that_follows);
    ADD(it_must_be_of_this_domain);
#undef ADD
    return g_test_run();
}
