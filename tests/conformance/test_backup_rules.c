/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is refused about backups, with which code, and before anything has
 * changed: each begin here would have made a checkpoint, too. */
#include "../integration/backup_steps.h"
#include "../integration/checkpoint_steps.h"
#include "stage.h"

#include <arpa/inet.h>
#include <libvirt/libvirt-strandline.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    const char *xml; /* @ stands for the machine's folder */
    int code;
    const char *words; /* in the message */
} Refusal;

#define PUSH(disks) \
    "<domainbackup mode='push'><disks>" disks "</disks></domainbackup>"
#define PULL(disks)                                       \
    "<domainbackup mode='pull'><server transport='unix' " \
    "socket='@/nbd.sock'/><disks>" disks "</disks></domainbackup>"
#define SERVER(attributes) \
    "<domainbackup mode='pull'><server " attributes "/></domainbackup>"
#define SCHEMA VIR_ERR_XML_INVALID_SCHEMA

static const Refusal documents[] = {
    /* what is no such document */
    {"", VIR_ERR_XML_DETAIL, ""},
    {"no XML at all", VIR_ERR_XML_DETAIL, ""},
    {"<domainbackup>", VIR_ERR_XML_DETAIL, ""},
    {"<domainsnapshot/>", VIR_ERR_XML_ERROR, "domainsnapshot"},
    /* what the schema has not */
    {"<domainbackup mode='both'/>", SCHEMA, "both"},
    {"<domainbackup><colour/></domainbackup>", SCHEMA, "colour"},
    {"<domainbackup><disks/></domainbackup>", SCHEMA, "disks"},
    {"<domainbackup><server transport='tcp'/></domainbackup>", SCHEMA,
     "server"},
    {"<domainbackup mode='pull'/>", SCHEMA, "server"},
    {SERVER("transport='rdma' name='localhost'"), SCHEMA, "rdma"},
    {SERVER("transport='unix' socket='nbd.sock'"), SCHEMA, "nbd.sock"},
    {SERVER("transport='unix'"), SCHEMA, "socket"},
    {SERVER("tls='perhaps'"), SCHEMA, "perhaps"},
    {SERVER("tls='yes'"), VIR_ERR_CONFIG_UNSUPPORTED, "tls"},
    {PUSH("<disk/>"), SCHEMA, "name"},
    {PUSH("<disk name='vda' type='volume'/>"), SCHEMA, "volume"},
    {PUSH("<disk name='vda' backup='maybe'/>"), SCHEMA, "maybe"},
    {PUSH("<disk name='vda'><target file='here'/></disk>"), SCHEMA, "here"},
    {PUSH("<disk name='vda'><scratch file='@/s'/></disk>"), SCHEMA, "scratch"},
    {PUSH("<disk name='vda' exportname='x'/>"), SCHEMA, "exportname"},
    {PUSH("<disk name='vda' exportbitmap='x'/>"), SCHEMA, "exportbitmap"},
    {PUSH("<disk name='vda'><driver type='tape'/></disk>"), SCHEMA, "tape"},
    {PUSH("<disk name='vda' backupmode='full' incremental='c1'/>"), SCHEMA,
     "'c1'"},
    {PULL("<disk name='vda'><target file='@/t'/></disk>"), SCHEMA, "target"},
    {PULL("<disk name='vda'><driver type='raw'/></disk>"), SCHEMA, "raw"},
    {PULL("<disk name='vda' type='block'/>"), VIR_ERR_CONFIG_UNSUPPORTED,
     "vda"},
    /* disks that are not there, or not wanted */
    {PUSH("<disk name='vdz'/>"), VIR_ERR_CONFIG_UNSUPPORTED, "vdz"},
    {PUSH("<disk name='vdz' backup='no'/><disk name='vda'/>"),
     VIR_ERR_CONFIG_UNSUPPORTED, "vdz"},
    {PUSH("<disk name='vda'/><disk name='vda'/>"), VIR_ERR_CONFIG_UNSUPPORTED,
     "vda"},
    {PUSH("<disk name='vda' backup='no'/><disk name='vdb' backup='no'/>"),
     VIR_ERR_CONFIG_UNSUPPORTED, "disk"},
    {PUSH("<disk name='sda'/>"), VIR_ERR_CONFIG_UNSUPPORTED, "sda"},
    /* files that are there, or cannot be */
    {PUSH("<disk name='vda'><target file='@/there'/></disk>"),
     VIR_ERR_INVALID_ARG, "/there"},
    {PULL("<disk name='vda'><scratch file='@/there'/></disk>"),
     VIR_ERR_INVALID_ARG, "/there"},
    {PUSH("<disk name='vda'><target file='@/new'/></disk>"
          "<disk name='vdb'><target file='@/new'/></disk>"),
     VIR_ERR_INVALID_ARG, "/new"},
    {PUSH("<disk name='vda'><target file='@/no/such'/></disk>"),
     VIR_ERR_SYSTEM_ERROR, "/no"},
    {PUSH("<disk name='vda' type='block'><target dev='@/no/device'/></disk>"),
     VIR_ERR_SYSTEM_ERROR, "/no/device"},
    {SERVER("transport='unix' socket='@/no/socket'"), VIR_ERR_SYSTEM_ERROR,
     "/no"},
    {SERVER("transport='unix' socket='@/there'"), VIR_ERR_INVALID_ARG,
     "/there"},
    {SERVER("name='no such host'"), VIR_ERR_OPERATION_FAILED, "no such host"},
    {SERVER("port='70000'"), VIR_ERR_INVALID_ARG, "70000"},
    /* what it is since */
    {"<domainbackup><incremental>c9</incremental></domainbackup>",
     VIR_ERR_NO_DOMAIN_CHECKPOINT, "c9"},
    {PUSH("<disk name='vda' incremental='c9'/>"), VIR_ERR_NO_DOMAIN_CHECKPOINT,
     "c9"},
    {PUSH("<disk name='vda' backupmode='incremental'/>"),
     VIR_ERR_CONFIG_UNSUPPORTED, "vda"},
    {PUSH("<disk name='vdb' incremental='c1'/>"),
     VIR_ERR_CHECKPOINT_INCONSISTENT, "vdb"},
    {PUSH("<disk name='vdr' incremental='c1'/>"),
     VIR_ERR_CHECKPOINT_INCONSISTENT, "vdr"},
    /* where "unchanged" and "now zero" would look alike; nobody is asked */
    {PUSH("<disk name='vda' incremental='c1'><driver type='raw'/>"
          "<target file='@/new'/></disk>"),
     VIR_ERR_CONFIG_UNSUPPORTED, "/new"},
    {PUSH("<disk name='vda' type='network' incremental='c1'>"
          "<target protocol='nbd' name=''><host transport='unix' "
          "socket='@/nobody'/></target></disk>"),
     VIR_ERR_CONFIG_UNSUPPORTED, "/nobody"},
    /* two exports of one name */
    {PULL("<disk name='vda' exportname='x'/><disk name='vdb' "
          "exportname='x'/>"),
     VIR_ERR_CONFIG_UNSUPPORTED, "'x'"},
};

static char *
in_folder(const Stage *stage, const char *xml)
{
    g_auto(GStrv) parts = g_strsplit(xml, "@", -1);

    return g_strjoinv(stage->machine->folder, parts);
}

/* Names of the files, and all that the public calls tell of backups. */
static char *
traces(const Stage *stage)
{
    Machine *machine = stage->machine;
    g_autofree char *files =
        run_command("ls", "-A", "--", machine->folder, NULL);
    g_autofree char *checkpoints = names(machine, NULL, 0);

    return g_strdup_printf("%s\n%s\n%d\n", files, checkpoints,
                           virDomainListAllJobs(machine->domain, NULL, 0));
}

static void
refuse(const Stage *stage, const Refusal *refusal, const char *checkpoint,
       unsigned flags)
{
    g_autofree char *before = traces(stage);
    g_autofree char *after = NULL;
    g_autofree char *xml = refusal->xml ? in_folder(stage, refusal->xml) : NULL;

    g_test_message("%s", refusal->xml ? refusal->xml : "no document");
    g_assert_cmpint(
        virDomainBackupBegin(stage->machine->domain, xml, checkpoint, flags),
        ==, -1);
    if (virGetLastErrorCode() != refusal->code ||
        !strstr(virGetLastErrorMessage(), refusal->words)) {
        g_error("%s: %d \"%s\", and not %d \"%s\"", refusal->xml,
                virGetLastErrorCode(), virGetLastErrorMessage(), refusal->code,
                refusal->words);
    }
    after = traces(stage);
    g_assert_cmpstr(after, ==, before);
}

static const char with_c2[] =
    "<domaincheckpoint><name>c2</name><disks><disk name='vda'/></disks>"
    "</domaincheckpoint>";

/* vda and vdb are qcow2, vdr is raw, sda an empty drive, sdb one with a medium;
 * c1 is of vda alone. */
static Stage *
furnished(void)
{
    Stage *stage = stage_new_off(2, MIB);
    g_autofree char *raw = machine_file(stage->machine, "raw.img");
    g_autofree char *there = machine_file(stage->machine, "there");
    g_autofree char *devices = g_strdup_printf(
        "<disk type='file' device='cdrom'><target dev='sda' bus='sata'/>"
        "<readonly/></disk>"
        "<disk type='file' device='cdrom'><driver name='qemu' type='raw'/>"
        "<source file='%s'/><target dev='sdb' bus='sata'/><readonly/></disk>"
        "<disk type='file'><driver name='qemu' type='raw'/>"
        "<source file='%s'/><target dev='vdr' bus='virtio'/></disk>",
        there, raw);

    g_free(run_command("truncate", "-s", "1M", raw, there, NULL));
    stage_add_devices(stage, devices);
    machine_start_paused(stage->machine);
    make_checkpoint(stage->machine, "c1", "vda");
    return stage;
}

static void
documents_that_cannot_be_are_refused(void)
{
    g_autoptr(Stage) stage = furnished();

    for (size_t i = 0; i < G_N_ELEMENTS(documents); i++)
        refuse(stage, &documents[i], with_c2, 0);
}

static void
checkpoints_that_cannot_be_are_refused(void)
{
    static const struct {
        const char *checkpoint;
        int code;
    } cases[] = {
        {"<domaincheckpoint>", VIR_ERR_XML_DETAIL},
        {"<domainbackup/>", VIR_ERR_XML_ERROR},
        {"<domaincheckpoint><name>a b</name></domaincheckpoint>", SCHEMA},
        {"<domaincheckpoint><name>c1</name><disks><disk name='vda'/></disks>"
         "</domaincheckpoint>",
         VIR_ERR_OPERATION_FAILED},
        {"<domaincheckpoint><disks><disk name='vdz'/></disks>"
         "</domaincheckpoint>",
         VIR_ERR_CONFIG_UNSUPPORTED},
        /* the raw disk is among all of them */
        {"<domaincheckpoint/>", VIR_ERR_CONFIG_UNSUPPORTED},
    };
    g_autoptr(Stage) stage = furnished();

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Refusal one = {PULL("<disk name='vda'/>"), cases[i].code, ""};

        g_test_message("%s", cases[i].checkpoint);
        refuse(stage, &one, cases[i].checkpoint, 0);
    }
}

static void
images_that_the_caller_has_not_made_are_refused(void)
{
    static const Refusal cases[] = {
        {PUSH("<disk name='vda'><target file='@/nothing'/></disk>"),
         VIR_ERR_SYSTEM_ERROR, "/nothing"},
        {PUSH("<disk name='vda'><target file='@/text'/></disk>"),
         VIR_ERR_OPERATION_FAILED, "/text"},
        {PUSH("<disk name='vda'><target file='@/small'/></disk>"),
         VIR_ERR_CONFIG_UNSUPPORTED, "/small"},
        {PUSH("<disk name='vda'><target file='@/disk1.qcow2'/></disk>"),
         VIR_ERR_INVALID_ARG, "/disk1.qcow2"},
    };
    g_autoptr(Stage) stage = furnished();
    g_autofree char *small = machine_file(stage->machine, "small");
    g_autofree char *text = machine_file(stage->machine, "text");

    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", small, "512K",
                       NULL));
    g_assert_true(g_file_set_contents(text, "no image", -1, NULL));
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        refuse(stage, &cases[i], with_c2,
               VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL);
    }
}

static void
a_port_that_somebody_listens_on_is_refused(void)
{
    g_autoptr(Stage) stage = furnished();
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_autofree char *xml = NULL;
    Refusal refusal = {NULL, VIR_ERR_SYSTEM_ERROR, "127.0.0.1"};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, length), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==,
                    0);
    xml = g_strdup_printf(SERVER("name='127.0.0.1' port='%u'"),
                          ntohs(address.sin_port));
    refusal.xml = xml;
    refuse(stage, &refusal, with_c2, 0);
    close(fd);
}

static void
flags_that_need_something_are_refused_without_it(void)
{
    static const Refusal nothing = {NULL, VIR_ERR_INVALID_ARG, ""};
    g_autoptr(Stage) stage = furnished();

    refuse(stage, &nothing, NULL, VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA);
    g_assert_null(virDomainBackupGetXMLDesc(stage->machine->domain, -1, 0));
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_null(virDomainBackupGetXMLDesc(stage->machine->domain, 7, 0));
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_cmpint(virDomainBackupEnd(stage->machine->domain, 7, 0), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_cmpint(virDomainAbortJob(stage->machine->domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
}

static void
a_machine_that_is_off_is_refused(void)
{
    static const Refusal off = {PULL("<disk name='vda'/>"),
                                VIR_ERR_OPERATION_UNSUPPORTED, "'web'"};
    g_autoptr(Stage) stage = furnished();

    machine_stop(stage->machine);
    refuse(stage, &off, with_c2, 0);
    g_assert_null(virDomainBackupGetXMLDesc(stage->machine->domain, 1, 0));
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_cmpint(virDomainAbortJob(stage->machine->domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
}

static void
a_machine_without_disks_has_nothing_to_back_up(void)
{
    g_autoptr(Stage) stage = stage_new(0, 0);

    g_assert_cmpint(virDomainBackupBegin(stage->machine->domain, NULL, NULL, 0),
                    ==, -1);
    require_error(VIR_ERR_CONFIG_UNSUPPORTED);
}

/* Not refused: a disk that nobody writes to, when it is named; one that keeps
 * no bitmap, in full; a machine whose definition is gone. */
static void
every_readable_disk_can_be_copied_in_full(void)
{
    g_autoptr(Stage) stage = furnished();
    Machine *machine = stage->machine;
    g_autofree char *xml = in_folder(
        stage, PUSH("<disk name='sdb'><target file='@/medium'/></disk>"
                    "<disk name='vdr'><target file='@/copy'/></disk>"));
    int job = 0;

    require(virDomainUndefineFlags(machine->domain,
                                   VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA) ==
            0);
    job = begin(machine, g_steal_pointer(&xml), NULL, 0);
    g_assert_cmpint(wait_until_done(machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    end(machine, job, 0, 1);
    job = begin(machine, in_folder(stage, PULL("<disk name='vdr'/>")), NULL, 0);
    end(machine, job, 0, 1);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "backup_rules");
    STAGE_TEST(documents_that_cannot_be_are_refused);
    STAGE_TEST(checkpoints_that_cannot_be_are_refused);
    STAGE_TEST(images_that_the_caller_has_not_made_are_refused);
    STAGE_TEST(a_port_that_somebody_listens_on_is_refused);
    STAGE_TEST(flags_that_need_something_are_refused_without_it);
    STAGE_TEST(a_machine_that_is_off_is_refused);
    STAGE_TEST(a_machine_without_disks_has_nothing_to_back_up);
    STAGE_TEST(every_readable_disk_can_be_copied_in_full);
    return g_test_run();
}
