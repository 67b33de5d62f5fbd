/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* QEMU 7.2 aborts when an NBD client leaves an export of a disk that an
 * iothread serves.  A pull of such a disk is therefore refused, and a push of
 * it works, both on a guest that has booted: before, its iothread is idle and
 * nothing would show.  Where not even a push would work, both are refused. */
#include "counting_guest.h"
#include "domain_steps.h"

#include <string.h>

enum { PUSHES = 8, WAIT_STEPS = 300, WAIT_STEP_US = 100 * 1000 };

/* @ stands for the machine's folder. */
#define DISK(bus, target, number, order, options)                          \
    "<disk type='file' device='disk'><driver name='qemu' "                 \
    "type='qcow2' " options "/><source file='@/disk" number                \
    ".qcow2'/><target dev='" target "' bus='" bus "'/><boot order='" order \
    "'/></disk>"

static const char virtio_disks[] =
    DISK("virtio", "vda", "0", "1", "iothread='1'")
        DISK("virtio", "vdb", "1", "2", "iothread='2'");

/* Here the iothread is the controller's. */
static const char scsi_disks[] = DISK("scsi", "sda", "0", "1", "")
    DISK("scsi", "sdb", "1", "2",
         "") "<controller type='scsi' index='0' model='virtio-scsi'>"
             "<driver iothread='1'/></controller>";

static void
wait_until_it_counts_past(Machine *machine, virDomainPtr domain,
                          const char *disk, uint32_t count)
{
    for (int i = 0; i < WAIT_STEPS; i++) {
        uint32_t now = pushed_counter(machine, domain, disk, MIB);

        g_test_message("%s counts %u", disk, now);
        if (now > count)
            return;
        g_usleep(WAIT_STEP_US);
    }
    g_error("the guest does not count past %u", count);
}

/* Nothing has changed, and QEMU is there to say so. */
static void
refuse(Machine *machine, virDomainPtr domain, const char *mode,
       const char *disk, const char *way_out)
{
    g_autofree char *server =
        g_str_equal(mode, "pull")
            ? g_strdup_printf("<server transport='unix' socket='%s/nbd.sock'/>",
                              machine->folder)
            : g_strdup("");
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='%s'>%s<disks><disk name='%s'/></disks>"
        "</domainbackup>",
        mode, server, disk);

    g_assert_cmpint(virDomainBackupBegin(
                        domain, xml,
                        "<domaincheckpoint><name>c1</name></domaincheckpoint>",
                        0),
                    ==, -1);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "iothread"));
    g_assert_nonnull(strstr(virGetLastErrorMessage(), disk));
    expect_error(VIR_ERR_OPERATION_UNSUPPORTED, way_out);
    g_assert_cmpint(virDomainListAllCheckpoints(domain, NULL, 0), ==, 0);
    g_assert_cmpint(virDomainListJobIds(domain, NULL, 0), ==, 1);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED);
}

static virDomainPtr
start_with(Machine *machine, const char *document)
{
    g_auto(GStrv) parts = g_strsplit(document, "@", -1);
    g_autofree char *disks = g_strjoinv(machine->folder, parts);
    virDomainPtr domain =
        define_with(machine, "threads", "<iothreads>2</iothreads>", disks);

    require(virDomainCreate(domain) == 0);
    return domain;
}

/* Again and again, with requests on their way. */
static void
a_virtio_disk_is_pushed_only(void)
{
    g_autoptr(Machine) machine = machine_new_with(
        "unused", 2, MIB, NULL, counting_sector(), COUNTING_SECTOR);
    virDomainPtr domain = start_with(machine, virtio_disks);
    uint32_t count = 0;

    wait_until_it_counts_past(machine, domain, "vda", 2);
    refuse(machine, domain, "pull", "vda", "push");
    refuse(machine, domain, "pull", "vdb", "push");
    for (int i = 0; i < PUSHES; i++) {
        uint32_t later = pushed_counter(machine, domain, "vdb", MIB);

        g_assert_cmpuint(later, >=, count);
        count = later;
    }
    wait_until_it_counts_past(machine, domain, "vdb", count);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED);
    require(virDomainSuspend(domain) == 0);
    (void)pushed_counter(machine, domain, "vda", MIB);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    require(virDomainDestroy(domain) == 0);
    require(virDomainFree(domain) == 0);
}

static void
a_scsi_disk_is_refused(void)
{
    g_autoptr(Machine) machine = machine_new("unused", 2, MIB);
    virDomainPtr domain = start_with(machine, scsi_disks);

    refuse(machine, domain, "pull", "sda", "virtio");
    refuse(machine, domain, "push", "sdb", "virtio");
    require(virDomainDestroy(domain) == 0);
    require(virDomainFree(domain) == 0);
}

#define ADD(test) g_test_add_func("/backup/iothread/" #test, test)

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD(a_virtio_disk_is_pushed_only);
    ADD(a_scsi_disk_is_refused);
    return g_test_run();
}
