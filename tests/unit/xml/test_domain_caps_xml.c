/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/host/domain_caps_xml.h"

#include "base/error.h"

#include <string.h>

static const char *const types[] = {"qemu", "kvm", NULL};

static void
other_architectures_and_types_are_refused(void)
{
    DomainCapsAsked asked = {.arch = "aarch64"};
    g_autoptr(GError) error = NULL;

    g_assert_false(domain_caps_check(&asked, types, &error));
    g_assert_true(error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
    g_clear_error(&error);
    asked = (DomainCapsAsked){.arch = "x86_64", .virt_type = "xen"};
    g_assert_false(domain_caps_check(&asked, types, &error));
    g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
    g_assert_nonnull(strstr(error->message, "'qemu' and 'kvm'"));
    asked.virt_type = "kvm";
    g_assert_true(domain_caps_check(&asked, types, NULL));
    g_assert_true(domain_caps_check(&(DomainCapsAsked){0}, types, NULL));
}

static char *
caps_of(const char *virt_type, bool is_q35, GPtrArray *loaders, GArray *cpus)
{
    const DomainCaps caps = {.emulator = "/usr/bin/a&b",
                             .virt_type = virt_type,
                             .machine = "pc",
                             .vcpus_max = 7,
                             .is_q35 = is_q35,
                             .has_efi = loaders != NULL,
                             .has_secure = loaders != NULL,
                             .loaders = loaders,
                             .cpus = cpus};

    return domain_caps_xml_format(&caps);
}

static void
what_depends_on_the_machine_is_told_so(void)
{
    g_autoptr(GPtrArray) loaders = g_ptr_array_new();
    g_autoptr(GArray) cpus = g_array_new(FALSE, FALSE, sizeof(DomainCapsCpu));
    const DomainCapsCpu cpu = {"Haswell", true};
    g_autofree char *pc = caps_of("qemu", false, NULL, NULL);
    g_autofree char *q35 = NULL;

    g_ptr_array_add(loaders, (char *)"/code.fd");
    g_array_append_val(cpus, cpu);
    q35 = caps_of("kvm", true, loaders, cpus);
    g_assert_nonnull(strstr(pc, "<path>/usr/bin/a&amp;b</path>"));
    g_assert_nonnull(strstr(pc, "<vcpu max='7'/>"));
    g_assert_nonnull(strstr(pc, "<value>ide</value>"));
    g_assert_null(strstr(q35, "<value>ide</value>"));
    g_assert_nonnull(strstr(q35, "<value>/code.fd</value>"));
    g_assert_nonnull(strstr(q35, "<value>efi</value>"));
    g_assert_null(strstr(pc, "<value>efi</value>"));
    g_assert_nonnull(strstr(q35, "<model usable='yes'>Haswell</model>"));
    g_assert_nonnull(
        strstr(pc, "<mode name='host-passthrough' supported='no'/>"));
    g_assert_nonnull(
        strstr(q35, "<mode name='host-passthrough' supported='yes'>"));
    g_assert_nonnull(strstr(pc, "<hyperv supported='no'/>"));
    g_assert_nonnull(strstr(q35, "<value>evmcs</value>"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/domain_caps/others_are_refused",
                    other_architectures_and_types_are_refused);
    g_test_add_func("/xml/domain_caps/what_depends_is_told_so",
                    what_depends_on_the_machine_is_told_so);
    return g_test_run();
}
