/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a start refuses, and what it makes of strange images and names.  After
 * each refusal the domain is as it was, and no QEMU is left. */
#include "domain_steps.h"

#include <stdlib.h>
#include <string.h>

#define DISK                                               \
    "<disk type='file' device='disk'><driver name='qemu' " \
    "type='%s'/><source file='%s'/>%s<target dev='vda' "   \
    "bus='virtio'/></disk>"

/* A domain with one disk; the start must fail with @code and @words. */
static void
expect_refusal(Machine *machine, const char *devices, int code,
               const char *words)
{
    virDomainPtr domain = define_with(machine, "odd", NULL, devices);

    g_assert_cmpint(virDomainCreate(domain), ==, -1);
    expect_error(code, words);
    g_assert_cmpint(virDomainIsActive(domain), ==, 0);
    g_assert_cmpint(machine_pid(machine), ==, 0);
    require(virDomainUndefine(domain) == 0);
    require(virDomainFree(domain) == 0);
}

static char *
make_image(Machine *machine, const char *name, const char *format)
{
    char *path = machine_file(machine, "%s", name);

    g_free(
        run_tool("qemu-img", "create", "-q", "-f", format, path, "1M", NULL));
    return path;
}

/* A qcow2 image, over @backing if its @format is given. */
static char *
make_overlay(Machine *machine, const char *name, const char *backing,
             const char *format)
{
    g_autofree char *path = make_image(machine, name, "qcow2");

    if (format) {
        g_free(run_tool("qemu-img", "rebase", "-q", "-u", "-f", "qcow2", "-F",
                        format, "-b", backing, path, NULL));
    }
    return g_steal_pointer(&path);
}

/* Writes the name of a backing file into the header by hand, without the
 * extension that says its format. */
static void
name_backing(const char *path, const char *backing)
{
    g_autofree char *content = NULL;
    gsize length = 0;
    g_autoptr(GError) error = NULL;
    guint64 offset = GUINT64_TO_BE(4096);
    guint32 size = GUINT32_TO_BE(strlen(backing));

    g_file_get_contents(path, &content, &length, &error);
    g_assert_no_error(error);
    memcpy(content + 8, &offset, sizeof(offset));
    memcpy(content + 16, &size, sizeof(size));
    g_strlcpy(content + 4096, backing, 1024); /* the most a header may say */
    g_file_set_contents(path, content, (gssize)length, &error);
    g_assert_no_error(error);
}

static void
refuses_a_backing_file_without_a_format_by_name(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *base = make_image(machine, "base.img", "raw");
    g_autofree char *top = make_overlay(machine, "top.qcow2", NULL, NULL);
    g_autofree char *disk = g_strdup_printf(DISK, "qcow2", top, "");

    name_backing(top, base);
    expect_refusal(machine, disk, VIR_ERR_CONFIG_UNSUPPORTED, base);
}

static void
refuses_pseudo_names_unless_the_chain_is_stated(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *base = make_image(machine, "base.img", "raw");
    g_autofree char *pseudo =
        g_strdup_printf("json:{\"driver\":\"file\",\"filename\":\"%s\"}", base);
    g_autofree char *top = make_overlay(machine, "top.qcow2", pseudo, "raw");
    g_autofree char *bare = g_strdup_printf(DISK, "qcow2", top, "");
    g_autofree char *below =
        g_strdup_printf("<backingStore type='file'><format type='raw'/>"
                        "<source file='%s'/></backingStore>",
                        base);
    g_autofree char *devices = g_strdup_printf(DISK, "qcow2", top, below);
    virDomainPtr domain = NULL;

    expect_refusal(machine, bare, VIR_ERR_CONFIG_UNSUPPORTED, "json:");
    g_free(make_overlay(machine, "top.qcow2", "nbd://localhost/x", "raw"));
    expect_refusal(machine, bare, VIR_ERR_CONFIG_UNSUPPORTED, "nbd:");
    domain = define_with(machine, "good", NULL, devices);
    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    require(virDomainDestroy(domain) == 0);
    require(virDomainFree(domain) == 0);
}

static void
refuses_a_chain_that_loops_or_misses_a_layer(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *one =
        make_overlay(machine, "one.qcow2", "two.qcow2", "qcow2");
    g_autofree char *disk = g_strdup_printf(DISK, "qcow2", one, "");

    expect_refusal(machine, disk, VIR_ERR_SYSTEM_ERROR, "two.qcow2");
    g_free(make_overlay(machine, "two.qcow2", "one.qcow2", "qcow2"));
    expect_refusal(machine, disk, VIR_ERR_CONFIG_UNSUPPORTED, "one.qcow2");
}

static void
refuses_data_in_another_file(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *top = machine_file(machine, "top.qcow2");
    g_autofree char *options = machine_file(machine, "data.raw");
    g_autofree char *option = g_strconcat("data_file=", options, NULL);
    g_autofree char *disk = g_strdup_printf(DISK, "qcow2", top, "");

    g_free(run_tool("qemu-img", "create", "-q", "-f", "qcow2", "-o", option,
                    top, "1M", NULL));
    expect_refusal(machine, disk, VIR_ERR_CONFIG_UNSUPPORTED, "another file");
}

/* The relative name is looked for beside the overlay, and the chain that was
 * found stands in the live XML. */
static void
a_relative_chain_is_read_and_shown(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *base = make_image(machine, "base.qcow2", "qcow2");
    g_autofree char *top =
        make_overlay(machine, "top.qcow2", "base.qcow2", "qcow2");
    g_autofree char *disk = g_strdup_printf(DISK, "qcow2", top, "");
    virDomainPtr domain = define_with(machine, "chain", NULL, disk);
    g_autofree char *xml = NULL;
    g_autofree char *nodes = NULL;

    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    xml = virDomainGetXMLDesc(domain, 0);
    require(xml != NULL);
    g_assert_nonnull(xml);
    g_assert_nonnull(strstr(xml, base));
    require(virDomainQemuMonitorCommand(
                domain, "{\"execute\": \"query-named-block-nodes\"}", &nodes,
                0) == 0);
    g_assert_nonnull(strstr(nodes, "sl-vda-b1-fmt"));
    require(virDomainDestroy(domain) == 0);
    require(virDomainFree(domain) == 0);
}

/* The guest of a raw disk writes what it likes: a header that names a file of
 * the host stays bytes of the disk. */
static void
a_raw_disk_with_a_qcow2_header_stays_raw(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *secret = make_image(machine, "secret.img", "raw");
    g_autofree char *trap = make_overlay(machine, "trap.img", secret, "raw");
    g_autofree char *disk = g_strdup_printf(DISK, "raw", trap, "");
    virDomainPtr domain = define_with(machine, "raw", NULL, disk);
    g_autofree char *nodes = NULL;
    g_autofree char *xml = NULL;
    virDomainBlockInfo info = {0};

    require(virDomainGetBlockInfo(domain, "vda", &info, 0) == 0);
    g_assert_cmpuint(info.capacity, ==, info.physical);
    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    require(virDomainQemuMonitorCommand(
                domain, "{\"execute\": \"query-named-block-nodes\"}", &nodes,
                0) == 0);
    g_assert_null(strstr(nodes, "secret.img"));
    g_assert_null(strstr(nodes, "\"qcow2\""));
    xml = virDomainGetXMLDesc(domain, 0);
    require(xml != NULL);
    g_assert_nonnull(xml);
    g_assert_null(strstr(xml, "secret.img"));
    require(virDomainDestroy(domain) == 0);
    require(virDomainFree(domain) == 0);
}

static void
refuses_an_image_that_another_process_holds(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    g_autofree char *disk =
        g_strdup_printf(DISK, "qcow2", machine->path[0], "");
    virDomainPtr domain = define_with(machine, "thief", NULL, disk);

    machine_start_paused(machine);
    g_assert_cmpint(virDomainCreate(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_FAILED, "lock");
    expect_state(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_FAILED);
    expect_state(machine->domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    machine_stop(machine);
    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    require(virDomainDestroy(domain) == 0);
    require(virDomainFree(domain) == 0);
}

static void
refuses_an_emulator_that_is_not_there(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);

    expect_refusal(machine, "<emulator>/nowhere/qemu</emulator>",
                   VIR_ERR_OPERATION_FAILED, "/nowhere/qemu");
}

static void
a_qemu_that_dies_at_start_is_quoted(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    virDomainPtr domain = define_with(
        machine, "dying", NULL,
        "<serial type='file'><source path='/nowhere/log'/></serial>");

    g_assert_cmpint(virDomainCreate(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_FAILED, "/nowhere/log");
    g_assert_cmpint(virDomainIsActive(domain), ==, 0);
    require(virDomainFree(domain) == 0);
}

/* What could be taken for an option, a list or a format. */
static void
odd_names_and_paths_are_just_names(void)
{
    static const char *const names[] = {"a,process=evil", "50% of = it",
                                        "two words", "quo\"te'd"};
    g_autoptr(Machine) machine = machine_new("web", 0, 0);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path =
            make_image(machine, "a disk, size=1 %s {\"x\"}.img", "raw");
        g_autofree char *log = machine_file(machine, "a log,id=%%d.txt");
        g_autofree char *quoted = g_markup_escape_text(path, -1);
        g_autofree char *quoted_log = g_markup_escape_text(log, -1);
        g_autofree char *disk = g_strdup_printf(DISK, "raw", quoted, "");
        g_autofree char *devices = g_strdup_printf(
            "%s<serial type='file'><source path='%s'/></serial>", disk,
            quoted_log);
        virDomainPtr domain = define_with(machine, names[i], NULL, devices);
        g_autofree char *reply = NULL;
        g_autofree char *command = NULL;
        g_autofree char *file = NULL;

        require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
        require(virDomainQemuMonitorCommand(
                    domain, "info name", &reply,
                    VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP) == 0);
        g_assert_cmpstr(g_strstrip(reply), ==, names[i]);
        file = g_strdup_printf("/proc/%d/comm", (int)machine_pid(machine));
        require(g_file_get_contents(file, &command, NULL, NULL));
        g_assert_cmpstr(command, !=, "evil\n");
        g_assert_true(g_file_test(log, G_FILE_TEST_EXISTS));
        require(virDomainDestroy(domain) == 0);
        require(virDomainUndefine(domain) == 0);
        require(virDomainFree(domain) == 0);
    }
}

/* Every kind of device that the subset knows, on both machines. */
static void
every_kind_of_device_starts(void)
{
    static const char *const machines[] = {"pc", "q35"};
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *image = make_image(machine, "one.qcow2", "qcow2");
    g_autofree char *iso = make_image(machine, "two.iso", "raw");
    g_autofree char *third = make_image(machine, "three.raw", "raw");
    g_autofree char *serial = machine_file(machine, "serial.sock");

    for (gsize i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *xml = g_strdup_printf(
            "<domain type='qemu'><name>all-%s</name>"
            "<memory unit='MiB'>64</memory><currentMemory "
            "unit='MiB'>48</currentMemory><vcpu>2</vcpu>"
            "<iothreads>1</iothreads>"
            "<os><type machine='%s'>hvm</type><bootmenu enable='yes' "
            "timeout='100'/></os><features><acpi/><apic/></features>"
            "<cpu mode='maximum'/><clock offset='utc'><timer name='rtc' "
            "tickpolicy='catchup'/><timer name='hpet' present='no'/></clock>"
            "<devices>"
            "<disk type='file' device='disk'><driver name='qemu' type='qcow2' "
            "cache='none' io='native' discard='unmap' detect_zeroes='unmap' "
            "iothread='1' error_policy='enospace'/><source file='%s'/>"
            "<target dev='vda' bus='virtio'/><serial>S1</serial>"
            "<boot order='1'/></disk>"
            "<disk type='file' device='cdrom'><driver name='qemu' "
            "type='raw'/><source file='%s'/><target dev='sdb' bus='sata'/>"
            "<readonly/></disk>"
            "<disk type='file' device='cdrom'><target dev='sdd' bus='sata'/>"
            "<readonly/></disk>"
            "<disk type='file' device='disk'><driver name='qemu' type='raw' "
            "cache='writethrough'/><source file='%s'/>"
            "<target dev='sdc' bus='scsi'/></disk>"
            "<controller type='scsi' index='0' model='virtio-scsi'/>"
            "<interface type='user'><model type='virtio'/>"
            "<link state='down'/></interface>"
            "<serial type='pty'/><serial type='unix'><source mode='bind' "
            "path='%s'/></serial>"
            "<channel type='unix'><target type='virtio' "
            "name='org.qemu.guest_agent.0'/></channel>"
            "<input type='tablet' bus='usb'/>"
            "<graphics type='vnc' port='-1' autoport='yes' passwd='secret'/>"
            "<video><model type='vga'/></video>"
            "<rng model='virtio'><backend model='random'>/dev/urandom"
            "</backend></rng>"
            "<memballoon model='virtio'><stats period='5'/></memballoon>"
            "</devices></domain>",
            machines[i], machines[i], image, iso, third, serial);
        virDomainPtr domain = virDomainDefineXML(machine->conn, xml);
        g_autofree char *live = NULL;

        require(domain != NULL);
        require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
        /* What running adds is no change of the definition. */
        g_assert_cmpint(virDomainIsUpdated(domain), ==, 0);
        live = virDomainGetXMLDesc(domain, 0);
        require(live != NULL);
        g_assert_nonnull(live);
        g_assert_nonnull(strstr(live, "/dev/pts/"));
        g_assert_nonnull(strstr(live, "agent.sock"));
        g_assert_nonnull(strstr(live, "port='59"));
        g_assert_null(strstr(live, "secret"));
        require(virDomainDestroy(domain) == 0);
        require(virDomainUndefine(domain) == 0);
        require(virDomainFree(domain) == 0);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/start/refuses_a_backing_file_without_a_format_by_name",
                    refuses_a_backing_file_without_a_format_by_name);
    g_test_add_func("/start/refuses_pseudo_names_unless_the_chain_is_stated",
                    refuses_pseudo_names_unless_the_chain_is_stated);
    g_test_add_func("/start/refuses_a_chain_that_loops_or_misses_a_layer",
                    refuses_a_chain_that_loops_or_misses_a_layer);
    g_test_add_func("/start/refuses_data_in_another_file",
                    refuses_data_in_another_file);
    g_test_add_func("/start/a_relative_chain_is_read_and_shown",
                    a_relative_chain_is_read_and_shown);
    g_test_add_func("/start/a_raw_disk_with_a_qcow2_header_stays_raw",
                    a_raw_disk_with_a_qcow2_header_stays_raw);
    g_test_add_func("/start/refuses_an_image_that_another_process_holds",
                    refuses_an_image_that_another_process_holds);
    g_test_add_func("/start/refuses_an_emulator_that_is_not_there",
                    refuses_an_emulator_that_is_not_there);
    g_test_add_func("/start/a_qemu_that_dies_at_start_is_quoted",
                    a_qemu_that_dies_at_start_is_quoted);
    g_test_add_func("/start/odd_names_and_paths_are_just_names",
                    odd_names_and_paths_are_just_names);
    g_test_add_func("/start/every_kind_of_device_starts",
                    every_kind_of_device_starts);
    return g_test_run();
}
