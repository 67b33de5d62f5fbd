/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is refused about checkpoints, and with which code. */
#include "../integration/checkpoint_steps.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

#define REDEFINE VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE
#define VALIDATE VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE
#define QUIESCE  VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE

#define NAMED(name, rest) \
    "<domaincheckpoint><name>" name "</name>" rest "</domaincheckpoint>"
#define ONE_DISK(attributes) "<disks><disk " attributes "/></disks>"

typedef struct {
    const char *xml;
    int code;
} Refusal;

static void
documents_that_cannot_be_are_refused(void)
{
    static const Refusal refusals[] = {
        {"", VIR_ERR_XML_DETAIL},
        {"<domaincheckpoint", VIR_ERR_XML_DETAIL},
        {"no XML at all", VIR_ERR_XML_DETAIL},
        {"<domainsnapshot/>", VIR_ERR_XML_ERROR},
        {NAMED("", ""), VIR_ERR_XML_INVALID_SCHEMA},
        {NAMED("a b", ""), VIR_ERR_XML_INVALID_SCHEMA},
        {NAMED("a:b", ""), VIR_ERR_XML_INVALID_SCHEMA},
        {NAMED("\xc3\xa4", ""), VIR_ERR_XML_INVALID_SCHEMA},
        {NAMED("c1", "<colour/>"), VIR_ERR_XML_INVALID_SCHEMA},
        {NAMED("c1", "<current>1</current>"), VIR_ERR_XML_INVALID_SCHEMA},
        {NAMED("c1", "<disks/>"), VIR_ERR_XML_INVALID_SCHEMA},
        {NAMED("c1", ONE_DISK("checkpoint='bitmap'")),
         VIR_ERR_XML_INVALID_SCHEMA},
        {NAMED("c1", ONE_DISK("name='vda' checkpoint='yes'")),
         VIR_ERR_XML_INVALID_SCHEMA},
        {NAMED("c1", ONE_DISK("name='vda' checkpoint='no' bitmap='c1'")),
         VIR_ERR_XML_INVALID_SCHEMA},
        {NAMED("c1", ONE_DISK("name='vda' bitmap='other'")),
         VIR_ERR_CONFIG_UNSUPPORTED},
        {NAMED("c1", ONE_DISK("name='vdz'")), VIR_ERR_CONFIG_UNSUPPORTED},
        {NAMED("c1", "<disks><disk name='vda'/><disk name='vdb'/>"
                     "<disk name='vdc'/></disks>"),
         VIR_ERR_CONFIG_UNSUPPORTED},
        {NAMED("c1", "<disks><disk name='vda'/><disk name='vda'/></disks>"),
         VIR_ERR_CONFIG_UNSUPPORTED},
    };
    g_autoptr(Stage) stage = stage_new(2, MIB);

    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_test_message("%s", refusals[i].xml);
        refuse_checkpoint(stage->machine, refusals[i].xml, 0, refusals[i].code);
    }
    g_assert_null(
        virDomainCheckpointCreateXML(stage->machine->domain, NULL, 0));
    require_error(VIR_ERR_INVALID_ARG);
    assert_names(stage->machine, "");
}

static void
a_disk_by_its_path_is_the_disk(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    g_autofree char *by_path = g_strdup_printf(
        NAMED("c1", ONE_DISK("name='%s'")), stage->machine->path[0]);
    char *xml = NULL;

    require(virDomainCheckpointFree(virDomainCheckpointCreateXML(
                stage->machine->domain, by_path, 0)) == 0);
    xml = xml_of(stage->machine, "c1", VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN);
    g_assert_nonnull(strstr(xml, "<disk name='vda' checkpoint='bitmap'"));
    free(xml);
}

static void
a_disk_listed_twice_in_two_ways_is_refused(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    g_autofree char *twice = g_strdup_printf(
        NAMED("c1", "<disks><disk name='vda'/><disk name='%s'/></disks>"),
        stage->machine->path[0]);

    refuse_checkpoint(stage->machine, twice, 0, VIR_ERR_CONFIG_UNSUPPORTED);
    assert_names(stage->machine, "");
}

static void
disks_that_keep_no_bitmap_are_refused_or_left_out(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    g_autofree char *raw = machine_file(stage->machine, "raw.img");
    g_autofree char *devices = g_strdup_printf(
        "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/>"
        "<readonly/></disk><disk type='file'><driver name='qemu' type='raw'/>"
        "<source file='%s'/><target dev='vdr' bus='virtio'/></disk>",
        raw);
    const char *all = "<domaincheckpoint/>";
    const char *drive = NAMED("c1", ONE_DISK("name='sda'"));
    const char *without =
        NAMED("c1", "<disks><disk name='vda'/><disk name='vdr' "
                    "checkpoint='no'/></disks>");
    char *xml = NULL;

    g_free(run_command("truncate", "-s", "1M", raw, NULL));
    stage_add_devices(stage, devices);
    machine_start_paused(stage->machine);
    refuse_checkpoint(stage->machine, all, 0, VIR_ERR_CONFIG_UNSUPPORTED);
    refuse_checkpoint(stage->machine, drive, 0, VIR_ERR_CONFIG_UNSUPPORTED);
    assert_names(stage->machine, "");
    require(virDomainCheckpointFree(virDomainCheckpointCreateXML(
                stage->machine->domain, without, 0)) == 0);
    xml = xml_of(stage->machine, "c1", VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN);
    g_assert_nonnull(strstr(xml, "<disk name='sda' checkpoint='no'/>"));
    g_assert_nonnull(strstr(xml, "<disk name='vdr' checkpoint='no'/>"));
    free(xml);
}

static void
names_are_taken_once(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    g_autofree char *again = checkpoint_document(stage->machine, "c1", NULL);

    make_checkpoint(stage->machine, "c1", NULL);
    refuse_checkpoint(stage->machine, again, 0, VIR_ERR_OPERATION_FAILED);
    assert_names(stage->machine, "c1");
}

static void
flags_are_checked(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    const char *xml = NAMED("c1", "");
    const unsigned both = VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN |
                          VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY;
    virDomainCheckpointPtr checkpoint = NULL;

    refuse_checkpoint(stage->machine, xml, 1U << 20, VIR_ERR_INVALID_ARG);
    refuse_checkpoint(stage->machine, xml, VALIDATE, VIR_ERR_INVALID_ARG);
    refuse_checkpoint(stage->machine, xml, REDEFINE | QUIESCE,
                      VIR_ERR_INVALID_ARG);
    make_checkpoint(stage->machine, "c1", NULL);
    refuse_delete(stage->machine, "c1", both, VIR_ERR_INVALID_ARG, NULL);
    refuse_delete(stage->machine, "c1", 1U << 20, VIR_ERR_INVALID_ARG, NULL);
    g_assert_null(
        virDomainCheckpointLookupByName(stage->machine->domain, "c1", 1));
    require_error(VIR_ERR_INVALID_ARG);
    checkpoint =
        virDomainCheckpointLookupByName(stage->machine->domain, "c1", 0);
    g_assert_null(virDomainCheckpointGetParent(checkpoint, 1));
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_null(virDomainCheckpointGetXMLDesc(checkpoint, 1U << 20));
    require_error(VIR_ERR_INVALID_ARG);
    require(virDomainCheckpointFree(checkpoint) == 0);
}

static void
a_domain_that_is_off_has_them_and_makes_none(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    virDomainCheckpointPtr checkpoint = NULL;

    make_checkpoint(machine, "c1", NULL);
    machine_stop(machine);
    assert_names(machine, "c1");
    refuse_checkpoint(machine, NAMED("c2", ""), 0,
                      VIR_ERR_OPERATION_UNSUPPORTED);
    refuse_delete(machine, "c1", 0, VIR_ERR_OPERATION_UNSUPPORTED, "'web'");
    checkpoint = virDomainCheckpointLookupByName(machine->domain, "c1", 0);
    require(checkpoint != NULL);
    g_assert_null(virDomainCheckpointGetXMLDesc(
        checkpoint, VIR_DOMAIN_CHECKPOINT_XML_SIZE));
    require_error(VIR_ERR_OPERATION_INVALID);
    require(virDomainCheckpointFree(checkpoint) == 0);
    delete_checkpoint(machine, "c1",
                      VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY);
    assert_names(machine, "");
}

static void
reading_connections_read(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virConnectPtr reading = NULL;
    virDomainPtr domain = NULL;
    virDomainCheckpointPtr checkpoint = NULL;
    char *xml = NULL;

    make_checkpoint(stage->machine, "c1", NULL);
    reading = stage_connect(stage, true);
    domain = virDomainLookupByName(reading, "web");
    require(domain != NULL);
    g_assert_cmpint(virDomainListAllCheckpoints(domain, NULL, 0), ==, 1);
    checkpoint = virDomainCheckpointLookupByName(domain, "c1", 0);
    require(checkpoint != NULL);
    xml = virDomainCheckpointGetXMLDesc(checkpoint, 0);
    require(xml != NULL);
    free(xml);
    g_assert_null(virDomainCheckpointGetXMLDesc(
        checkpoint, VIR_DOMAIN_CHECKPOINT_XML_SECURE));
    require_error(VIR_ERR_OPERATION_DENIED);
    g_assert_null(virDomainCheckpointGetXMLDesc(
        checkpoint, VIR_DOMAIN_CHECKPOINT_XML_SIZE));
    require_error(VIR_ERR_OPERATION_DENIED);
    g_assert_cmpint(virDomainCheckpointDelete(checkpoint, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_DENIED);
    g_assert_null(virDomainCheckpointCreateXML(domain, NAMED("c2", ""), 0));
    require_error(VIR_ERR_OPERATION_DENIED);
    require(virDomainCheckpointFree(checkpoint) == 0);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(reading) >= 0);
}

/* ---- redefining ---- */

static void
redefine(Machine *machine, const char *xml)
{
    virDomainCheckpointPtr checkpoint =
        virDomainCheckpointCreateXML(machine->domain, xml, REDEFINE);

    require(checkpoint != NULL);
    require(virDomainCheckpointFree(checkpoint) == 0);
}

static void
all_can_be_described_again_parents_first(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    static const char *const list[] = {"a", "b", "c"};
    char *saved[G_N_ELEMENTS(list)];

    for (gsize i = 0; i < G_N_ELEMENTS(list); i++)
        make_checkpoint(machine, list[i], NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(list); i++)
        saved[i] = xml_of(machine, list[i], VIR_DOMAIN_CHECKPOINT_XML_SECURE);
    machine_stop(machine);
    delete_checkpoint(machine, "a",
                      VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN |
                          VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY);
    assert_names(machine, "");
    refuse_checkpoint(machine, saved[1], REDEFINE, VIR_ERR_INVALID_ARG);
    for (gsize i = 0; i < G_N_ELEMENTS(list); i++) {
        redefine(machine, saved[i]);
        free(saved[i]);
    }
    assert_names(machine, "a b c");
    assert_text(parent(machine, "c"), "b", __FILE__, __LINE__);
    machine_start_paused(machine);
    stage_write(stage, 0, 1, 0, 64 * KIB);
    g_assert_cmpint(size_since(machine, "a", 0), ==, 64 * KIB);
}

static void
descriptions_that_cannot_be_are_refused(void)
{
    static const Refusal refusals[] = {
        {"<domaincheckpoint><creationTime>5</creationTime></domaincheckpoint>",
         VIR_ERR_XML_ERROR},
        {NAMED("x", "<creationTime>soon</creationTime>"),
         VIR_ERR_XML_INVALID_SCHEMA},
        {NAMED("x", "<creationTime>5</creationTime><parent><name>x</name>"
                    "</parent>"),
         VIR_ERR_INVALID_ARG},
        {NAMED("x", "<creationTime>5</creationTime><parent><name>nobody"
                    "</name></parent>"),
         VIR_ERR_INVALID_ARG},
        {NAMED("a", "<creationTime>5</creationTime><parent><name>b</name>"
                    "</parent>"),
         VIR_ERR_INVALID_ARG},
        {NAMED("a", "<creationTime>5</creationTime>" ONE_DISK(
                        "name='vda' checkpoint='no'")),
         VIR_ERR_CONFIG_UNSUPPORTED},
        {NAMED("x", "<creationTime>5</creationTime>" ONE_DISK(
                        "name='vda' bitmap='a'")),
         VIR_ERR_CONFIG_UNSUPPORTED},
    };
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    g_auto(GStrv) parts = NULL;
    g_autofree char *foreign = NULL;
    char *xml = NULL;

    make_checkpoint(machine, "a", NULL);
    make_checkpoint(machine, "b", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_test_message("%s", refusals[i].xml);
        refuse_checkpoint(machine, refusals[i].xml, REDEFINE, refusals[i].code);
    }
    refuse_checkpoint(machine, NAMED("x", ""), REDEFINE, VIR_ERR_XML_ERROR);
    xml = xml_of(machine, "b", 0);
    parts = g_strsplit(xml, "<uuid>", 2);
    free(xml);
    g_assert_nonnull(parts[1]);
    parts[1][0] = parts[1][0] == '0' ? '1' : '0';
    foreign = g_strjoinv("<uuid>", parts);
    refuse_checkpoint(machine, foreign, REDEFINE, VIR_ERR_INVALID_ARG);
    assert_names(machine, "a b");
}

static void
validation_looks_at_the_bitmaps(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    char *xml = NULL;
    virDomainCheckpointPtr checkpoint = NULL;

    make_checkpoint(machine, "a", NULL);
    make_checkpoint(machine, "b", NULL);
    xml = xml_of(machine, "a", 0);
    checkpoint =
        virDomainCheckpointCreateXML(machine->domain, xml, REDEFINE | VALIDATE);
    require(checkpoint != NULL);
    require(virDomainCheckpointFree(checkpoint) == 0);
    refuse_checkpoint(machine,
                      NAMED("lost", "<creationTime>5</creationTime>"
                                    "<parent><name>b</name></parent>"),
                      REDEFINE | VALIDATE, VIR_ERR_CHECKPOINT_INCONSISTENT);
    machine_stop(machine);
    refuse_checkpoint(machine, xml, REDEFINE | VALIDATE,
                      VIR_ERR_OPERATION_INVALID);
    free(xml);
}

static void
a_definition_with_checkpoints_is_kept_until_they_are_given_up(void)
{
    static const unsigned others[] = {
        0,
        VIR_DOMAIN_UNDEFINE_MANAGED_SAVE,
        VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA,
        VIR_DOMAIN_UNDEFINE_NVRAM,
        VIR_DOMAIN_UNDEFINE_KEEP_NVRAM,
        VIR_DOMAIN_UNDEFINE_TPM,
        VIR_DOMAIN_UNDEFINE_KEEP_TPM,
        VIR_DOMAIN_UNDEFINE_NVRAM | VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA,
    };
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;

    make_checkpoint(machine, "c1", NULL);
    machine_stop(machine);
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_assert_cmpint(virDomainUndefineFlags(machine->domain, others[i]), ==,
                        -1);
        require_error(VIR_ERR_OPERATION_INVALID);
        assert_names(machine, "c1");
    }
    require(virDomainUndefineFlags(machine->domain,
                                   VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA) ==
            0);
    g_assert_cmpint(virDomainListAllCheckpoints(machine->domain, NULL, 0), ==,
                    -1);
    require_error(VIR_ERR_NO_DOMAIN);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "checkpoint_rules");
    STAGE_TEST(documents_that_cannot_be_are_refused);
    STAGE_TEST(a_disk_by_its_path_is_the_disk);
    STAGE_TEST(a_disk_listed_twice_in_two_ways_is_refused);
    STAGE_TEST(disks_that_keep_no_bitmap_are_refused_or_left_out);
    STAGE_TEST(names_are_taken_once);
    STAGE_TEST(flags_are_checked);
    STAGE_TEST(a_domain_that_is_off_has_them_and_makes_none);
    STAGE_TEST(reading_connections_read);
    STAGE_TEST(all_can_be_described_again_parents_first);
    STAGE_TEST(descriptions_that_cannot_be_are_refused);
    STAGE_TEST(validation_looks_at_the_bitmaps);
    STAGE_TEST(a_definition_with_checkpoints_is_kept_until_they_are_given_up);
    return g_test_run();
}
