/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What follows when a guest switches itself off: its QEMU ends, or it boots
 * again when a reboot was asked for.
 *
 * The guest is a boot sector that writes an 'x' to its serial port and then
 * switches the machine off the way ACPI does; the host's file counts how often
 * it booted.
 */
#include "domain_steps.h"

#include <string.h>

enum {
    SECTOR = 512,
    DISK = 1024 * 1024,
    BOOT_WAIT_STEPS = 6000,
    BOOT_WAIT_STEP_US = 10000
};

static const unsigned char boot_code[] = {
    0xba, 0xf8, 0x03, /* mov dx, 0x3f8   the serial port */
    0xb0, 0x78,       /* mov al, 'x' */
    0xee,             /* out dx, al */
    0xba, 0x04, 0x06, /* mov dx, 0x604   PM1a control */
    0xb8, 0x00, 0x20, /* mov ax, 0x2000  enter S5 */
    0xef,             /* out dx, ax */
    0xf4,             /* hlt */
    0xeb, 0xfd,       /* jmp to the hlt */
};

static virDomainPtr
define_guest(Machine *machine)
{
    g_autofree char *disk = machine_file(machine, "boot.img");
    g_autofree char *log = machine_file(machine, "serial.log");
    g_autofree char *devices = g_strdup_printf(
        "<disk type='file' device='disk'><driver name='qemu' type='raw'/>"
        "<source file='%s'/><target dev='vda' bus='virtio'/><boot order='1'/>"
        "</disk><serial type='file'><source path='%s' append='on'/></serial>",
        disk, log);
    g_autofree char *content = g_malloc0(DISK);

    memcpy(content, boot_code, sizeof(boot_code));
    content[SECTOR - 2] = 0x55;
    content[SECTOR - 1] = (char)0xaa;
    require(g_file_set_contents(disk, content, DISK, NULL));
    return define_with(machine, "guest", "<features><acpi/></features>",
                       devices);
}

static void
wait_for_end(virDomainPtr domain)
{
    int active = 1;

    for (int i = 0; i < BOOT_WAIT_STEPS && active == 1; i++) {
        g_usleep(BOOT_WAIT_STEP_US);
        active = virDomainIsActive(domain);
    }
    g_assert_cmpint(active, ==, 0);
}

static void
expect_boots(Machine *machine, const char *expected)
{
    g_autofree char *log = machine_file(machine, "serial.log");
    g_autofree char *text = NULL;

    require(g_file_get_contents(log, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, expected);
}

static void
a_guest_that_switches_off_ends_its_qemu(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    virDomainPtr domain = define_guest(machine);

    require(virDomainCreate(domain) == 0);
    wait_for_end(domain);
    expect_state(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SHUTDOWN);
    expect_boots(machine, "x");
    require(virDomainFree(domain) == 0);
}

/* The power button asks for off and never for on again: whoever finds the
 * machine off resets it, and then it ends like any other. */
static void
a_reboot_boots_it_once_more(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    virDomainPtr domain = define_guest(machine);

    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    require(virDomainReboot(domain, 0) == 0);
    require(virDomainResume(domain) == 0);
    wait_for_end(domain);
    expect_state(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SHUTDOWN);
    expect_boots(machine, "xx");
    require(virDomainFree(domain) == 0);
}

static void
a_transient_guest_that_switches_off_is_gone(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    virDomainPtr domain = define_guest(machine);
    int active = 1;

    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    require(virDomainUndefine(domain) == 0);
    require(virDomainResume(domain) == 0);
    for (int i = 0; i < BOOT_WAIT_STEPS && active == 1; i++) {
        g_usleep(BOOT_WAIT_STEP_US);
        active = virDomainIsActive(domain);
    }
    g_assert_cmpint(active, ==, -1);
    expect_error(VIR_ERR_NO_DOMAIN, "guest");
    require(virDomainFree(domain) == 0);
}

static void
refuses_an_agent_that_the_machine_has_not(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);

    machine_start_paused(machine);
    require(virDomainResume(machine->domain) == 0);
    g_assert_cmpint(virDomainShutdownFlags(machine->domain,
                                           VIR_DOMAIN_SHUTDOWN_GUEST_AGENT),
                    ==, -1);
    expect_error(VIR_ERR_ARGUMENT_UNSUPPORTED, "guest agent");
    g_assert_cmpint(virDomainReboot(machine->domain, 1 << 20), ==, -1);
    expect_error(VIR_ERR_INVALID_ARG, "0x100000");
    require(virDomainShutdown(machine->domain) == 0);
    require(virDomainShutdownFlags(
                machine->domain, VIR_DOMAIN_SHUTDOWN_GUEST_AGENT |
                                     VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN) == 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/power/a_guest_that_switches_off_ends_its_qemu",
                    a_guest_that_switches_off_ends_its_qemu);
    g_test_add_func("/power/a_reboot_boots_it_once_more",
                    a_reboot_boots_it_once_more);
    g_test_add_func("/power/a_transient_guest_that_switches_off_is_gone",
                    a_transient_guest_that_switches_off_is_gone);
    g_test_add_func("/power/refuses_an_agent_that_the_machine_has_not",
                    refuses_an_agent_that_the_machine_has_not);
    return g_test_run();
}
