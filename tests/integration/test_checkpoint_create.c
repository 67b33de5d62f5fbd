/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Creating, listing and looking at checkpoints of a real machine, and what is
 * refused before anything has changed. */
#include "checkpoint_steps.h"

#include <glib/gstdio.h>
#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#define DISK_SIZE (16 * MIB)

static Machine *
paused_machine(unsigned disks)
{
    Machine *machine = machine_new("web", disks, DISK_SIZE);

    machine_start_paused(machine);
    return machine;
}

static void
every_disk_gets_a_recording_bitmap(void)
{
    g_autoptr(Machine) machine = paused_machine(2);
    char *xml;

    make_checkpoint(machine, "c1", NULL);
    assert_bitmaps(machine, 0, "c1*");
    assert_bitmaps(machine, 1, "c1*");
    assert_names(machine, "c1");
    xml = xml_of(machine, "c1", 0);
    g_assert_nonnull(
        strstr(xml, "<disk name='vda' checkpoint='bitmap' bitmap='c1'/>"));
    g_assert_nonnull(
        strstr(xml, "<disk name='vdb' checkpoint='bitmap' bitmap='c1'/>"));
    g_assert_nonnull(strstr(xml, "<domain "));
    free(xml);
    machine_stop(machine);
    assert_text(stored_bitmaps(machine, 0), "c1*", __FILE__, __LINE__);
}

static void
size_is_what_was_written_since(void)
{
    g_autoptr(Machine) machine = paused_machine(2);

    make_checkpoint(machine, "c1", NULL);
    machine_write(machine, 0, 1, MIB, 64 * KIB);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 64 * KIB);
    g_assert_cmpint(size_since(machine, "c1", 1), ==, 0);
    assert_bitmaps(machine, 0, "c1*");
}

/* One block written in both intervals counts once. */
static void
size_is_a_union(void)
{
    g_autoptr(Machine) machine = paused_machine(2);

    make_checkpoint(machine, "c1", NULL);
    machine_write(machine, 0, 1, MIB, 128 * KIB);
    make_checkpoint(machine, "c2", "vda");
    machine_write(machine, 0, 2, MIB + 64 * KIB, 128 * KIB);
    machine_write(machine, 1, 2, 0, 64 * KIB);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 192 * KIB);
    g_assert_cmpint(size_since(machine, "c2", 0), ==, 128 * KIB);
    g_assert_cmpint(size_since(machine, "c1", 1), ==, 64 * KIB);
    g_assert_cmpint(size_since(machine, "c2", 1), ==, -1);
    assert_bitmaps(machine, 0, "c1 c2*");
    assert_bitmaps(machine, 1, "c1*");
}

static void
next_checkpoint_stops_the_former_on_its_disks_only(void)
{
    g_autoptr(Machine) machine = paused_machine(2);
    char *xml;

    make_checkpoint(machine, "c1", NULL);
    make_checkpoint(machine, "c2", "vda");
    assert_bitmaps(machine, 0, "c1 c2*");
    assert_bitmaps(machine, 1, "c1*");
    assert_text(parent(machine, "c2"), "c1", __FILE__, __LINE__);
    assert_text(parent(machine, "c1"), "-", __FILE__, __LINE__);
    xml = xml_of(machine, "c2", VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN);
    g_assert_nonnull(strstr(xml, "<disk name='vdb' checkpoint='no'/>"));
    g_assert_null(strstr(xml, "<domain "));
    free(xml);
}

static void
refuses_bad_documents_before_anything_changed(void)
{
    static const struct {
        const char *xml;
        int code;
    } bad[] = {
#define IN(inner) "<domaincheckpoint>" inner "</domaincheckpoint>"
        {"<domaincheckpoint>", VIR_ERR_XML_DETAIL},
        {"<domainsnapshot/>", VIR_ERR_XML_ERROR},
        {IN("<name>c1</name>"), VIR_ERR_OPERATION_FAILED},
        {IN("<name>a b</name>"), VIR_ERR_XML_INVALID_SCHEMA},
        {IN("<name>../x</name>"), VIR_ERR_XML_ERROR},
        {IN("<nme>c2</nme>"), VIR_ERR_XML_INVALID_SCHEMA},
        {IN("<disks><disk name='vdx'/></disks>"), VIR_ERR_CONFIG_UNSUPPORTED},
        {IN("<disks><disk name='vda'/><disk name='vda'/></disks>"),
         VIR_ERR_CONFIG_UNSUPPORTED},
        {IN("<name>c2</name><disks><disk name='vda' bitmap='x'/></disks>"),
         VIR_ERR_CONFIG_UNSUPPORTED},
#undef IN
    };
    g_autoptr(Machine) machine = paused_machine(2);

    make_checkpoint(machine, "c1", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        refuse_checkpoint(machine, bad[i].xml, 0, bad[i].code);
    assert_names(machine, "c1");
    assert_bitmaps(machine, 0, "c1*");
    assert_bitmaps(machine, 1, "c1*");
}

/* The same disk by target and by path. */
static void
refuses_a_disk_listed_twice_in_two_ways(void)
{
    g_autoptr(Machine) machine = paused_machine(2);
    g_autofree char *xml = g_strdup_printf(
        "<domaincheckpoint><disks><disk name='vda'/><disk name='%s'/></disks>"
        "</domaincheckpoint>",
        machine->path[0]);

    refuse_checkpoint(machine, xml, 0, VIR_ERR_CONFIG_UNSUPPORTED);
    assert_bitmaps(machine, 0, "");
}

static void
refuses_unknown_and_exclusive_flags(void)
{
    const unsigned redefine = VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE;
    const unsigned validate = VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE;
    const unsigned quiesce = VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE;
    const char *xml = "<domaincheckpoint/>";
    g_autoptr(Machine) machine = paused_machine(1);

    refuse_checkpoint(machine, xml, 1u << 20, VIR_ERR_INVALID_ARG);
    refuse_checkpoint(machine, xml, validate, VIR_ERR_INVALID_ARG);
    refuse_checkpoint(machine, xml, redefine | quiesce, VIR_ERR_INVALID_ARG);
}

static void
refuses_a_machine_that_is_off(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);

    refuse_checkpoint(machine, "<domaincheckpoint/>", 0,
                      VIR_ERR_OPERATION_UNSUPPORTED);
    assert_names(machine, "");
}

/* Two raw, read-only or empty drives more, by extra XML. */
static void
refuses_disks_that_keep_no_bitmap(void)
{
    g_autofree char *raw = NULL;
    g_autofree char *extra = NULL;
    int fd = g_file_open_tmp("strandline-raw-XXXXXX", &raw, NULL);
    g_autoptr(Machine) machine = NULL;

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(ftruncate(fd, MIB), ==, 0);
    g_close(fd, NULL);
    extra = g_strdup_printf(
        "<disk type='file' device='disk'><driver name='qemu' type='raw'/>"
        "<source file='%s'/><target dev='vdx' bus='virtio'/></disk>"
        "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/>"
        "<readonly/></disk>",
        raw);
    machine = machine_new_with("web", 1, DISK_SIZE, extra, NULL, 0);
    machine_start_paused(machine);
    refuse_checkpoint(machine, "<domaincheckpoint/>", 0,
                      VIR_ERR_CONFIG_UNSUPPORTED);
    refuse_checkpoint(machine,
                      "<domaincheckpoint><disks><disk name='vda'/>"
                      "<disk name='sda'/></disks></domaincheckpoint>",
                      0, VIR_ERR_CONFIG_UNSUPPORTED);
    assert_bitmaps(machine, 0, "");
    make_checkpoint(machine, "c1", "vda");
    assert_bitmaps(machine, 0, "c1*");
    g_clear_pointer(&machine, machine_free);
    g_assert_cmpint(g_unlink(raw), ==, 0);
}

static void
refuses_qcow2_of_version_2_before_anything_changed(void)
{
    g_autoptr(Machine) machine = machine_new("web", 2, DISK_SIZE);

    g_free(run_command("qemu-img", "amend", "-q", "-f", "qcow2", "-o",
                       "compat=0.10", machine->path[1], NULL));
    machine_start_paused(machine);
    refuse_checkpoint(machine, "<domaincheckpoint/>", 0,
                      VIR_ERR_CONFIG_UNSUPPORTED);
    assert_bitmaps(machine, 0, "");
    make_checkpoint(machine, "c1", "vda");
}

/* On the third, raw disk by what its XML says, on the second by what QEMU finds
 * in its image. */
static void
auto_tracks_what_can_be_tracked(void)
{
    const char *raw = "auto-raw.img";
    g_autofree char *here = g_get_current_dir();
    g_autofree char *extra = g_strdup_printf(
        "<disk type='file'><driver name='qemu' type='raw'/>"
        "<source file='%s/%s'/><target dev='vdr' bus='virtio'/></disk>",
        here, raw);
    g_autoptr(Machine) machine =
        machine_new_with("web", 2, DISK_SIZE, extra, NULL, 0);
    virDomainCheckpointPtr made = NULL;
    char *xml = NULL;

    g_free(
        run_command("qemu-img", "create", "-q", "-f", "raw", raw, "16M", NULL));
    g_free(run_command("qemu-img", "amend", "-q", "-f", "qcow2", "-o",
                       "compat=0.10", machine->path[1], NULL));
    machine_start_paused(machine);
    made = virDomainCheckpointCreateXML(
        machine->domain,
        "<domaincheckpoint><name>c1</name><disks>"
        "<disk name='vda' checkpoint='auto'/>"
        "<disk name='vdb' checkpoint='auto'/>"
        "<disk name='vdr' checkpoint='auto'/></disks></domaincheckpoint>",
        0);
    require(made != NULL);
    (void)virDomainCheckpointFree(made);
    assert_bitmaps(machine, 0, "c1*");
    assert_bitmaps(machine, 1, "");
    xml = xml_of(machine, "c1", VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN);
    g_assert_nonnull(strstr(xml, "name='vda' checkpoint='bitmap'"));
    g_assert_nonnull(strstr(xml, "name='vdb' checkpoint='no'/>"));
    g_assert_nonnull(strstr(xml, "name='vdr' checkpoint='no'/>"));
    free(xml);
    machine_write(machine, 0, 1, 0, 64 * KIB);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 64 * KIB);
    g_clear_pointer(&machine, machine_free);
    g_assert_cmpint(g_unlink(raw), ==, 0);
}

static void
two_without_a_name_within_one_second_both_succeed(void)
{
    g_autoptr(Machine) machine = paused_machine(1);
    g_autofree char *list = NULL;
    g_auto(GStrv) words = NULL;

    for (int i = 0; i < 4; i++)
        make_checkpoint(machine, NULL, NULL);
    list = names(machine, NULL, 0);
    words = g_strsplit(list, " ", -1);
    g_assert_cmpuint(g_strv_length(words), ==, 4);
}

static void
name_of_200_characters_works(void)
{
    g_autoptr(Machine) machine = paused_machine(1);
    g_autofree char *name = g_strnfill(200, 'n');
    g_autofree char *longer = g_strnfill(201, 'n');
    g_autofree char *xml = checkpoint_document(machine, longer, NULL);

    make_checkpoint(machine, name, NULL);
    assert_names(machine, name);
    refuse_checkpoint(machine, xml, 0, VIR_ERR_XML_ERROR);
}

static void
folder_that_cannot_be_written_leaves_no_bitmap(void)
{
    g_autoptr(Machine) machine = paused_machine(1);
    char uuid[VIR_UUID_STRING_BUFLEN];
    g_autofree char *folder = NULL;
    g_autofree char *aside = NULL;

    make_checkpoint(machine, "c1", NULL);
    require(virDomainGetUUIDString(machine->domain, uuid) == 0);
    folder = machine_file(machine, "root/domains/%s/checkpoints", uuid);
    aside = machine_file(machine, "aside");
    /* A file in its place: permissions would not stop root. */
    g_assert_cmpint(g_rename(folder, aside), ==, 0);
    g_assert_true(g_file_set_contents(folder, "", 0, NULL));
    refuse_checkpoint(machine,
                      "<domaincheckpoint><name>c2</name></domaincheckpoint>", 0,
                      VIR_ERR_SYSTEM_ERROR);
    assert_bitmaps(machine, 0, "c1*");
    g_assert_cmpint(g_unlink(folder), ==, 0);
    g_assert_cmpint(g_rename(aside, folder), ==, 0);
    assert_names(machine, "c1");
    make_checkpoint(machine, "c2", NULL);
    assert_text(parent(machine, "c2"), "c1", __FILE__, __LINE__);
}

static void
read_only_connection_reads_and_nothing_else(void)
{
    const unsigned secure = VIR_DOMAIN_CHECKPOINT_XML_SECURE;
    g_autoptr(Machine) machine = paused_machine(1);
    virConnectPtr conn = virConnectOpenReadOnly(machine->uri);
    virDomainPtr domain;
    virDomainCheckpointPtr checkpoint;
    char *xml;

    make_checkpoint(machine, "c1", NULL);
    require(conn != NULL);
    domain = virDomainLookupByName(conn, "web");
    require(domain != NULL);
    g_assert_cmpint(virDomainListAllCheckpoints(domain, NULL, 0), ==, 1);
    checkpoint = virDomainCheckpointLookupByName(domain, "c1", 0);
    require(checkpoint != NULL);
    xml = virDomainCheckpointGetXMLDesc(checkpoint, 0);
    require(xml != NULL);
    free(xml);
    g_assert_null(virDomainCheckpointGetXMLDesc(checkpoint, secure));
    require_error(VIR_ERR_OPERATION_DENIED);
    g_assert_null(virDomainCheckpointGetXMLDesc(
        checkpoint, VIR_DOMAIN_CHECKPOINT_XML_SIZE));
    require_error(VIR_ERR_OPERATION_DENIED);
    g_assert_cmpint(virDomainCheckpointDelete(checkpoint, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_DENIED);
    g_assert_null(
        virDomainCheckpointCreateXML(domain, "<domaincheckpoint/>", 0));
    require_error(VIR_ERR_OPERATION_DENIED);
    require(virDomainCheckpointFree(checkpoint) == 0);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(conn) >= 0);
}

static void
lists_by_every_filter(void)
{
    const unsigned roots = VIR_DOMAIN_CHECKPOINT_LIST_ROOTS;
    const unsigned leaves = VIR_DOMAIN_CHECKPOINT_LIST_LEAVES;
    const unsigned others = VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES;
    const unsigned below = VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS;
    g_autoptr(Machine) machine = paused_machine(1);

    make_checkpoint(machine, "c", NULL);
    make_checkpoint(machine, "b", NULL);
    make_checkpoint(machine, "a", NULL);
    assert_names(machine, "c b a");
    assert_text(names(machine, NULL, roots), "c", __FILE__, __LINE__);
    assert_text(names(machine, NULL, leaves), "a", __FILE__, __LINE__);
    assert_text(names(machine, NULL, others), "c b", __FILE__, __LINE__);
    assert_text(names(machine, NULL, leaves | others), "c b a", __FILE__,
                __LINE__);
    assert_text(names(machine, "c", 0), "b", __FILE__, __LINE__);
    assert_text(names(machine, "c", below), "b a", __FILE__, __LINE__);
    assert_text(names(machine, "c", below | leaves), "a", __FILE__, __LINE__);
    g_assert_cmpint(virDomainListAllCheckpoints(machine->domain, NULL, 1u << 9),
                    ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

static void
unknown_and_deleted_ones_are_not_there(void)
{
    g_autoptr(Machine) machine = paused_machine(1);
    virDomainCheckpointPtr stale;

    g_assert_null(virDomainCheckpointLookupByName(machine->domain, "x", 0));
    require_error(VIR_ERR_NO_DOMAIN_CHECKPOINT);
    make_checkpoint(machine, "c1", NULL);
    stale = virDomainCheckpointLookupByName(machine->domain, "c1", 0);
    require(stale != NULL);
    delete_checkpoint(machine, "c1", 0);
    g_assert_null(virDomainCheckpointGetXMLDesc(stale, 0));
    require_error(VIR_ERR_NO_DOMAIN_CHECKPOINT);
    g_assert_cmpint(virDomainCheckpointDelete(stale, 0), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN_CHECKPOINT);
    require(virDomainCheckpointFree(stale) == 0);
}

/* The look of an earlier call may be overtaken by somebody at the monitor. */
static void
bitmap_that_somebody_added_is_named(void)
{
    g_autoptr(Machine) machine = paused_machine(1);

    make_checkpoint(machine, "c1", NULL);
    free(machine_monitor(machine, "{\"execute\": \"block-dirty-bitmap-add\", "
                                  "\"arguments\": {\"node\": \"sl-vda-fmt\", "
                                  "\"name\": \"c2\", \"persistent\": true}}"));
    refuse_checkpoint(machine,
                      "<domaincheckpoint><name>c2</name></domaincheckpoint>", 0,
                      VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "'c2'"));
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "'vda'"));
    assert_names(machine, "c1");
    assert_bitmaps(machine, 0, "c1* c2*");
}

/* What the connection remembers of the bitmaps is wrong after that. */
static void
recording_that_somebody_stopped_is_noticed(void)
{
    g_autoptr(Machine) machine = paused_machine(1);

    make_checkpoint(machine, "c1", NULL);
    free(machine_monitor(machine,
                         "{\"execute\": \"block-dirty-bitmap-disable\", "
                         "\"arguments\": {\"node\": \"sl-vda-fmt\", "
                         "\"name\": \"c1\"}}"));
    machine_write(machine, 0, 1, 0, 64 * KIB);
    make_checkpoint(machine, "c2", NULL);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, -1);
    g_assert_cmpint(size_since(machine, "c2", 0), ==, 0);
}

/* A backup's checkpoint without metadata: stops nothing, is nobody's. */
static int
begin_without_metadata(Machine *machine, const char *name)
{
    g_autofree char *pull =
        g_strdup_printf("<domainbackup mode='pull'><server transport='unix' "
                        "socket='%s/p.sock'/></domainbackup>",
                        machine->folder);
    g_autofree char *xml = checkpoint_document(machine, name, NULL);
    int job = virDomainBackupBegin(machine->domain, pull, xml,
                                   VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA);

    require(job > 0);
    assert_names(machine, "c1");
    return job;
}

static void
bitmaps_without_metadata_stand_beside_the_line(void)
{
    g_autoptr(Machine) machine = paused_machine(1);
    virDomainJobPtr handle;
    int job;

    make_checkpoint(machine, "c1", NULL);
    job = begin_without_metadata(machine, "kept");
    assert_bitmaps(machine, 0, "c1* kept*");
    machine_write(machine, 0, 1, 0, 64 * KIB);
    require(virDomainBackupEnd(machine->domain, job, 0) == 1);
    assert_bitmaps(machine, 0, "c1* kept*");
    assert_names(machine, "c1");
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 64 * KIB);

    job = begin_without_metadata(machine, "dropped");
    handle = virDomainJobLookupByID(machine->domain, job, 0);
    require(handle != NULL);
    require(virDomainJobAbort(handle, 0) == 0);
    require(virDomainJobFree(handle) == 0);
    assert_bitmaps(machine, 0, "c1* kept*");
    make_checkpoint(machine, "c2", NULL);
    assert_bitmaps(machine, 0, "c1 c2* kept*");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/checkpoint/create/" #test, test)
    ADD(every_disk_gets_a_recording_bitmap);
    ADD(size_is_what_was_written_since);
    ADD(size_is_a_union);
    ADD(next_checkpoint_stops_the_former_on_its_disks_only);
    ADD(refuses_bad_documents_before_anything_changed);
    ADD(refuses_a_disk_listed_twice_in_two_ways);
    ADD(refuses_unknown_and_exclusive_flags);
    ADD(refuses_a_machine_that_is_off);
    ADD(refuses_disks_that_keep_no_bitmap);
    ADD(refuses_qcow2_of_version_2_before_anything_changed);
    ADD(auto_tracks_what_can_be_tracked);
    ADD(two_without_a_name_within_one_second_both_succeed);
    ADD(name_of_200_characters_works);
    ADD(folder_that_cannot_be_written_leaves_no_bitmap);
    ADD(read_only_connection_reads_and_nothing_else);
    ADD(lists_by_every_filter);
    ADD(unknown_and_deleted_ones_are_not_there);
    ADD(bitmap_that_somebody_added_is_named);
    ADD(recording_that_somebody_stopped_is_noticed);
    ADD(bitmaps_without_metadata_stand_beside_the_line);
#undef ADD
    return g_test_run();
}
