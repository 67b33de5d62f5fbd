/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is refused about snapshots, and with which code. */
#include "../integration/backup_steps.h"
#include "../integration/snapshot_steps.h"
#include "stage.h"

#include <libvirt/libvirt-strandline.h>
#include <string.h>

#define DISK_ONLY VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY
#define QUIESCE   VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE
#define REDEFINE  VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE
#define CURRENT   VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT
#define REUSE     VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT

#define NAMED(rest) "<domainsnapshot><name>s1</name>" rest "</domainsnapshot>"
#define DISKS(rest) NAMED("<disks>" rest "</disks>")
#define OVERLAY(name, path)                                           \
    "<disk name='" name "' snapshot='external'><source file='@/" path \
    "'/></disk>"

/* The memory driver has no files for its overlays. */
enum { BOTH = false, QEMU_ONLY = true };

typedef struct {
    const char *xml; /* @ stands for the machine's folder */
    unsigned flags;
    int code;
    bool is_qemu_only;
} Refusal;

static const Refusal refusals[] = {
    /* documents */
    {"", 0, VIR_ERR_XML_DETAIL},
    {"<domainsna", 0, VIR_ERR_XML_DETAIL},
    {"<domaincheckpoint/>", 0, VIR_ERR_XML_ERROR},
    {"<domainsnapshot><name>a/b</name></domainsnapshot>", 0,
     VIR_ERR_XML_DETAIL},
    {"<domainsnapshot><name>.hidden</name></domainsnapshot>", 0,
     VIR_ERR_XML_DETAIL},
    {NAMED("<colour/>"), VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE,
     VIR_ERR_XML_INVALID_SCHEMA},
    {NAMED("<domaincheckpoint/>"), VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE,
     VIR_ERR_XML_INVALID_SCHEMA},
    /* disks */
    {DISKS("<disk name='vdz'/>"), DISK_ONLY, VIR_ERR_CONFIG_UNSUPPORTED},
    {DISKS("<disk name='vda'/><disk name='vda'/>"), DISK_ONLY,
     VIR_ERR_CONFIG_UNSUPPORTED},
    {DISKS("<disk name='vda' snapshot='internal'/>"), DISK_ONLY,
     VIR_ERR_CONFIG_UNSUPPORTED},
    {DISKS("<disk name='vda' snapshot='internal'/>" OVERLAY("vdb", "o")), 0,
     VIR_ERR_CONFIG_UNSUPPORTED},
    {DISKS("<disk name='vda' snapshot='no'/><disk name='vdb' "
           "snapshot='no'/>"),
     DISK_ONLY, VIR_ERR_CONFIG_UNSUPPORTED},
    {DISKS(OVERLAY("vda", "there")), DISK_ONLY, VIR_ERR_CONFIG_UNSUPPORTED,
     QEMU_ONLY},
    {DISKS(OVERLAY("vda", "nothing")), DISK_ONLY | REUSE, VIR_ERR_SYSTEM_ERROR,
     QEMU_ONLY},
    {DISKS("<disk name='vda' snapshot='external'><driver type='raw'/>"
           "<source file='@/o'/></disk>"),
     DISK_ONLY, VIR_ERR_CONFIG_UNSUPPORTED},
    /* memory */
    {NAMED("<memory snapshot='external'/>"), 0, VIR_ERR_XML_ERROR},
    {NAMED("<memory snapshot='external' file='@/ram'/>"), DISK_ONLY,
     VIR_ERR_XML_ERROR},
    /* flags */
    {NAMED(""), QUIESCE, VIR_ERR_INVALID_ARG},
    {NAMED(""), CURRENT, VIR_ERR_INVALID_ARG},
    {NAMED("<creationTime>5</creationTime>"),
     REDEFINE | VIR_DOMAIN_SNAPSHOT_CREATE_HALT, VIR_ERR_INVALID_ARG},
    {NAMED("<creationTime>5</creationTime>"),
     REDEFINE | VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA, VIR_ERR_INVALID_ARG},
    {NAMED("<creationTime>5</creationTime>"),
     REDEFINE | VIR_DOMAIN_SNAPSHOT_CREATE_LIVE, VIR_ERR_INVALID_ARG},
    /* described again without saying since when, or with a wrong parent */
    {NAMED("<state>running</state>"), REDEFINE, VIR_ERR_XML_ERROR},
    {NAMED("<creationTime>5</creationTime><state>running</state>"
           "<parent><name>s1</name></parent>"),
     REDEFINE, VIR_ERR_INVALID_ARG},
};

static char *
in_folder(const Stage *stage, const char *xml)
{
    g_auto(GStrv) parts = g_strsplit(xml, "@", -1);

    return g_strjoinv(stage->machine->folder, parts);
}

static void
what_cannot_be_is_refused_and_nothing_is_left(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    g_autofree char *there = machine_file(stage->machine, "there");
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    g_assert_true(g_file_set_contents(there, "mine", -1, NULL));
    before = run_command("ls", "-A", "--", stage->machine->folder, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *xml = in_folder(stage, refusals[i].xml);

        g_test_message("%s, 0x%x", refusals[i].xml, refusals[i].flags);
        if (refusals[i].is_qemu_only && stage->is_memory)
            continue;
        refuse_take(stage->machine, xml, refusals[i].flags, refusals[i].code,
                    NULL);
    }
    assert_listed(stage->machine, "");
    after = run_command("ls", "-A", "--", stage->machine->folder, NULL);
    g_assert_cmpstr(after, ==, before);
}

static void
a_guest_that_cannot_be_asked_is_not_quiesced(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);

    require(virDomainResume(stage->machine->domain) == 0);
    refuse_take(stage->machine, NAMED(""), DISK_ONLY | QUIESCE,
                VIR_ERR_ARGUMENT_UNSUPPORTED, NULL);
    assert_listed(stage->machine, "");
}

static void
a_checkpoint_and_a_redefinition_exclude_each_other(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);

    g_assert_null(virDomainSnapshotCreateXML2(
        stage->machine->domain, NAMED("<creationTime>5</creationTime>"),
        "<domaincheckpoint/>", REDEFINE));
    require_error(VIR_ERR_INVALID_ARG);
    assert_listed(stage->machine, "");
}

static void
names_are_taken_once_and_unknown_ones_are_told(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    g_assert_null(virDomainSnapshotCurrent(domain, 0));
    require_error(VIR_ERR_NO_DOMAIN_SNAPSHOT);
    take(stage->machine, NAMED(""), 0);
    refuse_take(stage->machine, NAMED(""), 0, VIR_ERR_OPERATION_FAILED, "'s1'");
    g_assert_null(virDomainSnapshotLookupByName(domain, "s2", 0));
    require_error(VIR_ERR_NO_DOMAIN_SNAPSHOT);
    drop(stage->machine, "s1", 0);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "snapshot_rules");
    STAGE_TEST(what_cannot_be_is_refused_and_nothing_is_left);
    STAGE_TEST(a_guest_that_cannot_be_asked_is_not_quiesced);
    STAGE_TEST(a_checkpoint_and_a_redefinition_exclude_each_other);
    STAGE_TEST(names_are_taken_once_and_unknown_ones_are_told);
    return g_test_run();
}
