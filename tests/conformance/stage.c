/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *suite_name;

bool
stage_is_memory(void)
{
    const char *driver = g_getenv("STRANDLINE_CONFORMANCE");

    if (g_strcmp0(driver, "memory") == 0)
        return true;
    if (g_strcmp0(driver, "qemu") == 0)
        return false;
    g_error("set STRANDLINE_CONFORMANCE to memory or qemu");
}

static char *
disks_document(const Machine *machine)
{
    GString *xml = g_string_new(NULL);

    for (unsigned i = 0; i < machine->disks; i++) {
        g_string_append_printf(
            xml,
            "<disk type='file' device='disk'>"
            "<driver name='qemu' type='qcow2' discard='unmap'/>"
            "<source file='%s'/><target dev='vd%c' bus='virtio'/></disk>",
            machine->path[i], (int)('a' + i));
    }
    return g_string_free(xml, FALSE);
}

static char *
sizes_document(const Machine *machine)
{
    GString *xml = g_string_new("<metadata>");

    for (unsigned i = 0; i < machine->disks; i++) {
        g_string_append_printf(
            xml,
            "<t:disk xmlns:t='urn:strandline:test:1' target='vd%c' "
            "size='%" G_GUINT64_FORMAT "'/>",
            (int)('a' + i), machine->size[i]);
    }
    g_string_append(xml, "</metadata>");
    return g_string_free(xml, FALSE);
}

static char *
domain_document(bool is_memory, const char *name, const char *uuid,
                const char *metadata, const char *devices)
{
    g_autofree char *id =
        uuid ? g_strdup_printf("<uuid>%s</uuid>", uuid) : g_strdup("");

    return g_strdup_printf(
        "<domain type='%s'><name>%s</name>%s%s<memory unit='MiB'>32</memory>"
        "<vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os>"
        "<devices>%s</devices></domain>",
        is_memory ? "test" : "qemu", name, id, metadata ? metadata : "",
        devices ? devices : "");
}

char *
stage_document(const Stage *stage, const char *name, const char *uuid,
               const char *devices)
{
    return domain_document(stage->is_memory, name, uuid, NULL, devices);
}

/* What machine_new() is for a real QEMU. */
static Machine *
memory_machine(const StageDaemon *daemon, unsigned disks, uint64_t size)
{
    Machine *machine = g_new0(Machine, 1);
    g_autofree char *devices = NULL;
    g_autofree char *sizes = NULL;
    g_autofree char *xml = NULL;

    machine->folder = g_dir_make_tmp("strandline-test-XXXXXX", NULL);
    g_assert_nonnull(machine->folder);
    machine->reaper = -1;
    machine->uri = daemon ? stage_daemon_uri(daemon, "test+unix:///default")
                          : g_strdup("test:///default");
    machine->name = g_strdup("web");
    machine->disks = disks;
    for (unsigned i = 0; i < disks; i++) {
        machine->size[i] = size;
        machine->path[i] = machine_file(machine, "disk%u.qcow2", i);
    }
    machine->conn = virConnectOpen(machine->uri);
    require(machine->conn != NULL);
    devices = disks_document(machine);
    sizes = sizes_document(machine);
    xml = domain_document(true, machine->name, NULL, sizes, devices);
    machine->domain = virDomainDefineXML(machine->conn, xml);
    require(machine->domain != NULL);
    return machine;
}

static void
memory_machine_free(Machine *machine)
{
    if (virDomainIsActive(machine->domain) == 1)
        require(virDomainDestroy(machine->domain) == 0);
    (void)virDomainUndefineFlags(machine->domain,
                                 VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA |
                                     VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA);
    require(virDomainFree(machine->domain) == 0);
    require(virConnectClose(machine->conn) >= 0);
    g_free(run_command("rm", "-rf", "--", machine->folder, NULL));
    for (unsigned i = 0; i < machine->disks; i++)
        g_free(machine->path[i]);
    g_free(machine->folder);
    g_free(machine->uri);
    g_free(machine->name);
    g_free(machine);
}

/* Of the machine that is being made: it is asked for in the middle of that. */
static StageDaemon *latest_daemon;

static char *
open_by_daemon(const char *root)
{
    latest_daemon = stage_daemon_new(root);
    return stage_daemon_uri(latest_daemon, "qemu:///system");
}

Stage *
stage_new_off(unsigned disks, uint64_t size)
{
    Stage *stage = g_new0(Stage, 1);

    g_assert(disks <= MACHINE_DISKS_MAX);
    stage->is_memory = stage_is_memory();
    if (stage->is_memory) {
        if (stage_daemon_is_wanted())
            latest_daemon = stage_daemon_new(NULL);
        stage->machine = memory_machine(latest_daemon, disks, size);
    } else {
        if (stage_daemon_is_wanted())
            machine_opener = open_by_daemon;
        stage->machine = machine_new("web", disks, size);
    }
    stage->daemon = g_steal_pointer(&latest_daemon);
    return stage;
}

Stage *
stage_new(unsigned disks, uint64_t size)
{
    Stage *stage = stage_new_off(disks, size);

    machine_start_paused(stage->machine);
    return stage;
}

void
stage_free(Stage *stage)
{
    if (!stage)
        return;
    if (stage->is_memory) {
        memory_machine_free(stage->machine);
    } else {
        machine_free(stage->machine);
    }
    stage_daemon_free(stage->daemon);
    g_free(stage);
}

void
stage_add_devices(Stage *stage, const char *devices)
{
    char *xml =
        virDomainGetXMLDesc(stage->machine->domain, VIR_DOMAIN_XML_INACTIVE);
    g_auto(GStrv) halves = NULL;
    g_autofree char *more = g_strconcat(devices, "</devices>", NULL);
    g_autofree char *changed = NULL;

    require(xml != NULL);
    halves = g_strsplit(xml, "</devices>", 2);
    changed = g_strjoinv(more, halves);
    free(xml);
    require(virDomainFree(virDomainDefineXML(stage->machine->conn, changed)) ==
            0);
}

static void
memory_write(Stage *stage, unsigned disk, uint64_t offset, const void *buffer,
             uint64_t length, unsigned flags)
{
    g_autofree char *target = g_strdup_printf("vd%c", (int)('a' + disk));

    require(virDomainTestDiskWrite(stage->machine->domain, target, offset,
                                   buffer, length, flags) == 0);
}

void
stage_write(Stage *stage, unsigned disk, int pattern, uint64_t offset,
            uint64_t length)
{
    g_autofree char *bytes = NULL;

    if (!stage->is_memory) {
        machine_write(stage->machine, disk, pattern, offset, length);
        return;
    }
    bytes = g_malloc(length);
    memset(bytes, pattern, length);
    memory_write(stage, disk, offset, bytes, length, 0);
}

void
stage_zero(Stage *stage, unsigned disk, uint64_t offset, uint64_t length)
{
    if (stage->is_memory) {
        memory_write(stage, disk, offset, NULL, length,
                     VIR_DOMAIN_TEST_DISK_ZERO);
    } else {
        machine_io(stage->machine, disk,
                   "write -z %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, offset,
                   length);
    }
}

void
stage_discard(Stage *stage, unsigned disk, uint64_t offset, uint64_t length)
{
    if (stage->is_memory) {
        memory_write(stage, disk, offset, NULL, length,
                     VIR_DOMAIN_TEST_DISK_DISCARD);
    } else {
        machine_io(stage->machine, disk,
                   "discard %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, offset,
                   length);
    }
}

virConnectPtr
stage_connect(const Stage *stage, bool is_readonly)
{
    virConnectPtr conn = is_readonly
                             ? virConnectOpenReadOnly(stage->machine->uri)
                             : virConnectOpen(stage->machine->uri);

    require(conn != NULL);
    return conn;
}

void
stage_init(int *argc, char ***argv, const char *suite)
{
    g_test_init(argc, argv, NULL);
    suite_name = suite;
}

void
stage_add(const char *name, void (*test)(void))
{
    g_autofree char *path = g_strdup_printf(
        "/%s%s/%s/%s", stage_is_memory() ? "memory" : "qemu",
        stage_daemon_is_wanted() ? "-by-daemon" : "", suite_name, name);

    g_test_add_func(path, test);
}
