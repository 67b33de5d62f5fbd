/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* No job, copy, backup or start writes into the state of a snapshot, and what
 * moves an image's content has the snapshots follow it. */
#include "snapshot_steps.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#define DISK_SIZE (16 * MIB)
#define BLOCK     (64 * KIB)
#define PAUSED    VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED
#define METADATA  VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY
#define ACTIVE    VIR_DOMAIN_BLOCK_COMMIT_ACTIVE

enum { PAUSE_US = 2000 };

/* Block N holds N + 1 from before snapshot N; images[N] held the disk then, and
 * the last one does now. */
typedef struct {
    Machine *machine;
    char *images[4];
} Layers;

static const char *const names[] = {"one", "two", "three"};

static Layers *
layers_new(unsigned count)
{
    Layers *layers = g_new0(Layers, 1);

    layers->machine = machine_new("web", 1, DISK_SIZE);
    machine_start_paused(layers->machine);
    for (unsigned i = 0; i <= count; i++) {
        layers->images[i] = top(layers->machine, 0, 0);
        machine_write(layers->machine, 0, (int)i + 1, i * BLOCK, BLOCK);
        if (i < count)
            take_disks(layers->machine, names[i]);
    }
    return layers;
}

static void
layers_free(Layers *layers)
{
    machine_free(layers->machine);
    for (unsigned i = 0; i < G_N_ELEMENTS(layers->images); i++)
        g_free(layers->images[i]);
    g_free(layers);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Layers, layers_free)

static void
refused(int result, const char *words)
{
    g_assert_cmpint(result, ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    if (!strstr(virGetLastErrorMessage(), words))
        g_error("without \"%s\": %s", words, virGetLastErrorMessage());
}

static void
see_through(virDomainPtr domain, bool is_pivoted)
{
    virDomainBlockJobInfo info = {0};
    int found = 1;

    while (found > 0 && !(is_pivoted && info.end > 0 && info.cur == info.end)) {
        g_usleep(PAUSE_US);
        found = virDomainGetBlockJobInfo(domain, "vda", &info, 0);
        require(found >= 0);
    }
    if (is_pivoted) {
        require(virDomainBlockJobAbort(domain, "vda",
                                       VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT) == 0);
    }
}

static void
a_commit_into_a_state_is_refused_by_its_name(void)
{
    g_autoptr(Layers) layers = layers_new(2);
    virDomainPtr domain = layers->machine->domain;
    char **images = layers->images;

    refused(virDomainBlockCommit(domain, "vda", NULL, NULL, 0, ACTIVE),
            "snapshot 'one'");
    refused(virDomainBlockCommit(domain, "vda", NULL, images[1], 0, 0),
            "snapshot 'one'");
    refused(virDomainBlockCommit(domain, "vda", images[1], NULL, 0, ACTIVE),
            "snapshot 'two'");
    /* Given up, its image is one like any other. */
    drop(layers->machine, "two", METADATA);
    require(virDomainBlockCommit(domain, "vda", images[1], NULL, 0, ACTIVE) ==
            0);
    see_through(domain, true);
    assert_top(layers->machine, 0, 0, images[1]);
    assert_disk(layers->machine, 0, 3, 2 * BLOCK, BLOCK);
    revert(layers->machine, "one", PAUSED);
    assert_disk(layers->machine, 0, 1, 0, BLOCK);
    assert_disk(layers->machine, 0, 0, BLOCK, BLOCK);
}

/* 'three' was taken on the image that is written down and removed. */
static void
a_snapshot_follows_its_image_into_the_one_below(void)
{
    g_autoptr(Layers) layers = layers_new(3);
    virDomainPtr domain = layers->machine->domain;
    char **images = layers->images;

    refused(virDomainBlockCommit(domain, "vda", images[1], images[2], 0, 0),
            "snapshot 'two'");
    drop(layers->machine, "two", METADATA);
    require(virDomainBlockCommit(domain, "vda", images[1], images[2], 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_DELETE) == 0);
    see_through(domain, false);
    g_assert_false(g_file_test(images[2], G_FILE_TEST_EXISTS));
    revert(layers->machine, "three", PAUSED);
    assert_disk(layers->machine, 0, 3, 2 * BLOCK, BLOCK);
    assert_disk(layers->machine, 0, 0, 3 * BLOCK, BLOCK);
    revert(layers->machine, "one", PAUSED);
    assert_disk(layers->machine, 0, 0, BLOCK, BLOCK);
}

static void
a_pull_hurts_no_external_snapshot(void)
{
    g_autoptr(Layers) layers = layers_new(2);

    require(virDomainBlockPull(layers->machine->domain, "vda", 0, 0) == 0);
    see_through(layers->machine->domain, false);
    revert(layers->machine, "two", PAUSED);
    assert_disk(layers->machine, 0, 2, BLOCK, BLOCK);
    assert_disk(layers->machine, 0, 0, 2 * BLOCK, BLOCK);
}

static void
take_internal(const Layers *layers, const char *name)
{
    g_autofree char *xml = g_strdup_printf(
        "<domainsnapshot><name>%s</name></domainsnapshot>", name);

    take(layers->machine, xml, 0);
}

/* What it does not hold itself it reads from the images below. */
static void
an_internal_one_keeps_what_is_below_its_image(void)
{
    g_autoptr(Layers) layers = layers_new(1);
    virDomainPtr domain = layers->machine->domain;

    take_internal(layers, "inside");
    refused(virDomainBlockPull(domain, "vda", 0, 0), "'inside'");
    drop(layers->machine, "one", METADATA);
    refused(virDomainBlockCommit(domain, "vda", NULL, NULL, 0, ACTIVE),
            "snapshot 'inside'");
    drop(layers->machine, "inside", METADATA);
    /* The image knows of it still. */
    refused(virDomainBlockPull(domain, "vda", 0, 0), "'inside'");
    refused(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                 ACTIVE | VIR_DOMAIN_BLOCK_COMMIT_DELETE),
            "'inside'");
    assert_disk(layers->machine, 0, 1, 0, BLOCK);
}

static int
copy_to(virDomainPtr domain, const char *path, unsigned flags)
{
    g_autofree char *xml =
        g_strdup_printf("<disk type='file'><source file='%s'/>"
                        "<driver type='qcow2'/></disk>",
                        path);

    return virDomainBlockCopy(domain, "vda", xml, NULL, 0, flags);
}

static void
no_pivot_leaves_an_internal_one_behind(void)
{
    g_autoptr(Layers) layers = layers_new(0);
    virDomainPtr domain = layers->machine->domain;
    g_autofree char *copy = machine_file(layers->machine, "copy.qcow2");
    virDomainBlockJobInfo info = {0};

    take_internal(layers, "inside");
    require(copy_to(domain, copy, 0) == 0);
    do {
        g_usleep(PAUSE_US);
        require(virDomainGetBlockJobInfo(domain, "vda", &info, 0) == 1);
    } while (info.end == 0 || info.cur < info.end);
    refused(
        virDomainBlockJobAbort(domain, "vda", VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT),
        "snapshot 'inside'");
    drop(layers->machine, "inside", METADATA);
    require(virDomainBlockJobAbort(domain, "vda",
                                   VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT) == 0);
    assert_top(layers->machine, 0, 0, copy);
}

static int
push_to(virDomainPtr domain, const char *path)
{
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='push'><disks><disk name='vda' type='file'>"
        "<target file='%s'/><driver type='qcow2'/></disk></disks>"
        "</domainbackup>",
        path);

    return virDomainBackupBegin(domain, xml, NULL,
                                VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL);
}

/* After a return the former images are in no chain that anybody looks at. */
static void
nothing_is_written_over_the_images_of_another_branch(void)
{
    g_autoptr(Layers) layers = layers_new(2);
    virDomainPtr domain = layers->machine->domain;
    const char *held = layers->images[1];
    g_autofree char *overlay = g_strdup_printf(
        "<domainsnapshot><name>over</name><disks><disk name='vda' "
        "snapshot='external'><source file='%s'/></disk></disks>"
        "</domainsnapshot>",
        held);

    revert(layers->machine, "one", PAUSED);
    refused(copy_to(domain, held,
                    VIR_DOMAIN_BLOCK_COPY_REUSE_EXT |
                        VIR_DOMAIN_BLOCK_COPY_SHALLOW),
            "snapshot 'two'");
    refused(push_to(domain, held), "snapshot 'two'");
    refuse_take(layers->machine, overlay,
                VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY |
                    VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT,
                VIR_ERR_OPERATION_INVALID, "snapshot 'two'");
    revert(layers->machine, "two", PAUSED);
    assert_disk(layers->machine, 0, 2, BLOCK, BLOCK);
}

/* The definition of @machine, with its disk put on @path. */
static void
redefine_on(Machine *machine, const char *path)
{
    char *xml = virDomainGetXMLDesc(machine->domain, VIR_DOMAIN_XML_INACTIVE);
    g_autofree char *now = top(machine, 0, VIR_DOMAIN_XML_INACTIVE);
    g_auto(GStrv) parts = g_strsplit(xml, now, -1);
    g_autofree char *changed = g_strjoinv(path, parts);
    virDomainPtr again = virDomainDefineXML(machine->conn, changed);

    require(again != NULL);
    virDomainFree(again);
    free(xml);
}

static void
a_machine_put_back_on_a_state_does_not_start(void)
{
    g_autoptr(Layers) layers = layers_new(1);
    Machine *machine = layers->machine;

    machine_stop(machine);
    redefine_on(machine, layers->images[0]);
    refused(virDomainCreate(machine->domain), "snapshot 'one'");
    redefine_on(machine, layers->images[1]);
    machine_start_paused(machine);
    assert_disk(machine, 0, 2, BLOCK, BLOCK);
    machine_stop(machine);
    redefine_on(machine, layers->images[0]);
    drop(machine, "one", METADATA);
    require(virDomainCreate(machine->domain) == 0);
}

#define add(test) g_test_add_func("/snapshot/hold/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add(a_commit_into_a_state_is_refused_by_its_name);
    add(a_snapshot_follows_its_image_into_the_one_below);
    add(a_pull_hurts_no_external_snapshot);
    add(an_internal_one_keeps_what_is_below_its_image);
    add(no_pivot_leaves_an_internal_one_behind);
    add(nothing_is_written_over_the_images_of_another_branch);
    add(a_machine_put_back_on_a_state_does_not_start);
    return g_test_run();
}
