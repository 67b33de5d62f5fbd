/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <os>, <clock>, <on_...>, <pm>, <iothreads>. */
#include "domain_sample.h"

#include "base/error.h"
#include "model/domain_devices.h"
#include "xml/domain_xml.h"

#include <string.h>

static void
firmware_and_kernel_are_read(void)
{
    g_autoptr(DomainDef) def = domain_with_body(
        "<os><type machine='q35'>hvm</type>"
        "<loader readonly='yes' secure='no' type='pflash'>/code.fd</loader>"
        "<nvram template='/vars.fd'/>"
        "<kernel>/boot/k</kernel><initrd>/boot/i</initrd>"
        "<cmdline>a=1, b=2</cmdline><bootmenu enable='yes' timeout='500'/>"
        "</os>");
    const DomainMachine *machine = def->machine;

    g_assert_cmpstr(machine->loader, ==, "/code.fd");
    g_assert_cmpint(machine->loader_secure, ==, SWITCH_OFF);
    g_assert_null(machine->nvram);
    g_assert_cmpstr(machine->nvram_template, ==, "/vars.fd");
    g_assert_cmpstr(machine->kernel, ==, "/boot/k");
    g_assert_cmpstr(machine->cmdline, ==, "a=1, b=2");
    g_assert_cmpint(machine->boot_menu, ==, SWITCH_ON);
    g_assert_cmpuint(machine->boot_menu_timeout_ms, ==, 500);
}

#define EFI(inside, features)                                          \
    "<os firmware='efi'><type machine='q35'>hvm</type>" inside "</os>" \
    "<features>" features "</features>"

static void
firmware_may_be_left_to_the_start(void)
{
    g_autoptr(DomainDef) plain = domain_with_body(EFI("", "<acpi/>"));
    g_autoptr(DomainDef) secure =
        domain_with_body(EFI("<loader secure='yes'/>", "<acpi/>"));
    g_autofree char *text = domain_xml_format(secure, DOMAIN_FORMAT_INACTIVE);
    g_autoptr(DomainDef) again = domain_xml_parse_strict(text, NULL);
    g_autofree char *without_acpi =
        refusal_of_body(EFI("", ""), VIR_ERR_CONFIG_UNSUPPORTED);
    g_autofree char *twice = refusal_of_body(
        EFI("<loader type='pflash' readonly='yes'>/code.fd</loader>",
            "<acpi/>"),
        VIR_ERR_CONFIG_UNSUPPORTED);
    g_autofree char *bios =
        refusal_of_body("<os firmware='bios'><type>hvm</type></os>",
                        VIR_ERR_CONFIG_UNSUPPORTED);

    g_assert_true(plain->machine->wants_efi);
    g_assert_null(plain->machine->loader);
    g_assert_nonnull(strstr(text, "<os firmware='efi'>"));
    g_assert_nonnull(strstr(text, "<loader secure='yes'/>"));
    g_assert_true(again && again->machine->wants_efi);
    g_assert_cmpint(again->machine->loader_secure, ==, SWITCH_ON);
    g_assert_nonnull(strstr(without_acpi, "<acpi/>"));
    g_assert_nonnull(strstr(twice, "'/code.fd'"));
    g_assert_nonnull(strstr(bios, "bios"));
}

static void
machine_is_kept_as_it_was_given(void)
{
    g_autoptr(DomainDef) alias =
        domain_with_body("<os><type machine='q35'>hvm</type></os>");
    g_autoptr(DomainDef) version =
        domain_with_body("<os><type machine='pc-i440fx-6.2'>hvm</type></os>");
    g_autoptr(DomainDef) none = domain_with_body("<os><type>hvm</type></os>");

    g_assert_cmpstr(alias->machine->machine, ==, "q35");
    g_assert_cmpstr(version->machine->machine, ==, "pc-i440fx-6.2");
    g_assert_cmpstr(none->machine->machine, ==, "pc");
    g_assert_cmpstr(none->machine->arch, ==, "x86_64");
}

static void
boot_devices_keep_their_order(void)
{
    g_autoptr(DomainDef) def =
        domain_with_body("<os><type>hvm</type><boot dev='network'/>"
                         "<boot dev='hd'/></os>");

    g_assert_cmpuint(def->machine->boot_count, ==, 2);
    g_assert_cmpint(def->machine->boot[0], ==, BOOT_DEVICE_NETWORK);
    g_assert_cmpint(def->machine->boot[1], ==, BOOT_DEVICE_HD);
}

static void
clock_has_its_timers(void)
{
    g_autoptr(DomainDef) def = domain_with_body(
        "<clock offset='localtime'><timer name='rtc' tickpolicy='catchup'/>"
        "<timer name='hpet' present='no'/></clock>");
    const DomainTimer *rtc = def->machine->timers->pdata[0];
    const DomainTimer *hpet = def->machine->timers->pdata[1];

    g_assert_cmpstr(def->machine->clock_offset, ==, "localtime");
    g_assert_cmpstr(rtc->tickpolicy, ==, "catchup");
    g_assert_cmpint(rtc->present, ==, SWITCH_DEFAULT);
    g_assert_cmpint(hpet->present, ==, SWITCH_OFF);
    g_free(refusal_of_body("<clock><timer name='hpet' tickpolicy='delay'/>"
                           "</clock>",
                           VIR_ERR_CONFIG_UNSUPPORTED));
    g_free(refusal_of_body("<clock><timer name='rtc' tickpolicy='discard'/>"
                           "</clock>",
                           VIR_ERR_CONFIG_UNSUPPORTED));
}

static void
actions_have_libvirts_defaults(void)
{
    g_autoptr(DomainDef) def =
        domain_with_body("<on_reboot>destroy</on_reboot>"
                         "<pm><suspend-to-disk enabled='yes'/></pm>");

    g_assert_cmpstr(def->machine->on_poweroff, ==, "destroy");
    g_assert_cmpstr(def->machine->on_reboot, ==, "destroy");
    g_assert_cmpstr(def->machine->on_crash, ==, "destroy");
    g_assert_cmpint(def->machine->suspend_to_mem, ==, SWITCH_DEFAULT);
    g_assert_cmpint(def->machine->suspend_to_disk, ==, SWITCH_ON);
}

static void
iothread_ids_may_repeat_the_count_only(void)
{
    g_autoptr(DomainDef) def = domain_with_body(
        "<iothreadids><iothread id='1'/><iothread id='2'/></iothreadids>");

    g_assert_cmpuint(def->machine->iothreads, ==, 2);
    g_free(refusal_of_body("<iothreadids><iothread id='2'/></iothreadids>",
                           VIR_ERR_CONFIG_UNSUPPORTED));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/machine_xml/firmware_and_kernel_are_read",
                    firmware_and_kernel_are_read);
    g_test_add_func("/xml/machine_xml/firmware_may_be_left_to_the_start",
                    firmware_may_be_left_to_the_start);
    g_test_add_func("/xml/machine_xml/machine_is_kept_as_it_was_given",
                    machine_is_kept_as_it_was_given);
    g_test_add_func("/xml/machine_xml/boot_devices_keep_their_order",
                    boot_devices_keep_their_order);
    g_test_add_func("/xml/machine_xml/clock_has_its_timers",
                    clock_has_its_timers);
    g_test_add_func("/xml/machine_xml/actions_have_libvirts_defaults",
                    actions_have_libvirts_defaults);
    g_test_add_func("/xml/machine_xml/iothread_ids_may_repeat_the_count_only",
                    iothread_ids_may_repeat_the_count_only);
    return g_test_run();
}
