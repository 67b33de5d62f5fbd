/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <cpu> and <features>. */
#include "domain_sample.h"

#include "base/error.h"
#include "model/domain_devices.h"

#include <string.h>

static void
model_topology_and_features_are_read(void)
{
    g_autoptr(DomainDef) def = domain_with_body(
        "<cpu check='none'><model>qemu64</model>"
        "<topology sockets='1' cores='2' threads='2'/>"
        "<feature name='pcid'/><feature policy='disable' name='hle'/></cpu>");
    const DomainCpu *cpu = &def->machine->cpu;
    const CpuFeature *first = cpu->features->pdata[0];
    const CpuFeature *second = cpu->features->pdata[1];

    g_assert_cmpstr(cpu->mode, ==, "custom");
    g_assert_cmpstr(cpu->model, ==, "qemu64");
    g_assert_cmpuint(cpu->dies, ==, 1);
    g_assert_cmpuint(cpu->cores, ==, 2);
    g_assert_cmpstr(first->policy, ==, "require");
    g_assert_cmpstr(second->name, ==, "hle");
    g_assert_cmpstr(second->policy, ==, "disable");
}

/* Both become part of one comma-separated option of QEMU's. */
static void
refuses_names_that_would_add_options(void)
{
    g_free(refusal_of_body("<cpu><model>qemu64,+vmx</model></cpu>",
                           VIR_ERR_XML_ERROR));
    g_free(refusal_of_body("<cpu mode='host-model'>"
                           "<feature name='a=on,b'/></cpu>",
                           VIR_ERR_XML_ERROR));
}

static void
refuses_topology_of_another_size(void)
{
    g_autofree char *message =
        refusal_of_body("<cpu><topology sockets='1' cores='3' threads='1'/>"
                        "</cpu>",
                        VIR_ERR_CONFIG_UNSUPPORTED);

    g_assert_nonnull(strstr(message, "3 vCPUs"));
    g_free(
        refusal_of_body("<cpu><topology cores='4'/></cpu>", VIR_ERR_XML_ERROR));
}

/* As a product of 32 bits it would be 4 again. */
static void
huge_topology_does_not_wrap_around(void)
{
    g_free(refusal_of_body("<cpu><topology sockets='4096' dies='4096'"
                           " cores='256' threads='4'/></cpu>",
                           VIR_ERR_CONFIG_UNSUPPORTED));
}

static void
features_are_absent_present_or_switched(void)
{
    g_autoptr(DomainDef) def = domain_with_body(
        "<features><acpi/><kvm><hidden state='on'/></kvm>"
        "<vmport state='off'/><smm/><hyperv><relaxed state='off'/>"
        "<spinlocks state='off' retries='8191'/><vapic state='off'/>"
        "</hyperv></features>");
    const DomainFeatures *features = &def->machine->features;
    HypervFeature **hyperv = (HypervFeature **)features->hyperv->pdata;

    g_assert_true(features->has_acpi);
    g_assert_false(features->has_apic);
    g_assert_cmpint(features->kvm_hidden, ==, SWITCH_ON);
    g_assert_cmpint(features->vmport, ==, SWITCH_OFF);
    g_assert_cmpint(features->smm, ==, SWITCH_ON);
    g_assert_cmpint(features->pmu, ==, SWITCH_DEFAULT);
    g_assert_cmpuint(features->hyperv->len, ==, 3);
    g_assert_cmpuint(hyperv[1]->retries, ==, 8191);
    g_assert_false(hyperv[2]->is_on);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/cpu_xml/model_topology_and_features_are_read",
                    model_topology_and_features_are_read);
    g_test_add_func("/xml/cpu_xml/refuses_names_that_would_add_options",
                    refuses_names_that_would_add_options);
    g_test_add_func("/xml/cpu_xml/refuses_topology_of_another_size",
                    refuses_topology_of_another_size);
    g_test_add_func("/xml/cpu_xml/huge_topology_does_not_wrap_around",
                    huge_topology_does_not_wrap_around);
    g_test_add_func("/xml/cpu_xml/features_are_absent_present_or_switched",
                    features_are_absent_present_or_switched);
    return g_test_run();
}
