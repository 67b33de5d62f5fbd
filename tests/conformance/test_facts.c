/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is told of a domain besides its figures, and of its host. */
#include "stage.h"

#include <stdlib.h>
#include <string.h>

static void
processors_are_counted_as_asked(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    const unsigned sound[] = {VIR_DOMAIN_VCPU_CURRENT,
                              VIR_DOMAIN_VCPU_LIVE,
                              VIR_DOMAIN_VCPU_CONFIG,
                              VIR_DOMAIN_VCPU_MAXIMUM,
                              VIR_DOMAIN_VCPU_LIVE | VIR_DOMAIN_VCPU_MAXIMUM,
                              VIR_DOMAIN_VCPU_CONFIG | VIR_DOMAIN_VCPU_MAXIMUM};

    for (gsize i = 0; i < G_N_ELEMENTS(sound); i++)
        g_assert_cmpint(virDomainGetVcpusFlags(domain, sound[i]), ==, 1);
    g_assert_cmpint(virDomainGetMaxVcpus(domain), ==, 1);
    g_assert_cmpint(virDomainGetVcpusFlags(domain, VIR_DOMAIN_VCPU_LIVE |
                                                       VIR_DOMAIN_VCPU_CONFIG),
                    ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_cmpint(
        virDomainGetVcpusFlags(domain, VIR_DOMAIN_VCPU_HOTPLUGGABLE), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainGetVcpusFlags(domain, VIR_DOMAIN_VCPU_GUEST), ==,
                    -1);
    require_error(VIR_ERR_OPERATION_UNSUPPORTED);
    require(virDomainDestroy(domain) == 0);
    g_assert_cmpint(virDomainGetVcpusFlags(domain, 0), ==, 1);
    g_assert_cmpint(virDomainGetVcpusFlags(domain, VIR_DOMAIN_VCPU_LIVE), ==,
                    -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virDomainGetMaxVcpus(domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
}

static void
disks_in_trouble_are_counted_and_named(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    virDomainPtr domain = stage->machine->domain;
    virDomainDiskError errors[4] = {0};

    g_assert_cmpint(virDomainGetDiskErrors(domain, NULL, 0, 0), ==, 2);
    g_assert_cmpint(virDomainGetDiskErrors(domain, errors, 4, 0), ==, 0);
    g_assert_cmpint(virDomainGetDiskErrors(domain, NULL, 4, 0), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainGetDiskErrors(domain, errors, 0, 0), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
    require(virDomainDestroy(domain) == 0);
    g_assert_cmpint(virDomainGetDiskErrors(domain, errors, 4, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
}

/* The stage's QEMU has arguments of its own; a domain that is off runs with
 * none. */
static void
arguments_of_somebodys_own_are_told_while_they_count(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    const int expected = stage_is_memory() ? 0 : 1;
    char **messages = NULL;

    g_assert_cmpint(virDomainGetMessages(domain, &messages, 0), ==, expected);
    if (expected)
        g_assert_nonnull(strstr(messages[0], "<qemu:commandline>"));
    g_assert_null(messages[expected]);
    g_strfreev(messages);
    g_assert_cmpint(
        virDomainGetMessages(domain, &messages, VIR_DOMAIN_MESSAGE_DEPRECATION),
        ==, 0);
    g_strfreev(messages);
    g_assert_cmpint(virDomainGetMessages(domain, &messages, 1 << 5), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
    require(virDomainDestroy(domain) == 0);
    g_assert_cmpint(virDomainGetMessages(domain, &messages, 0), ==, 0);
    g_strfreev(messages);
}

static void
nothing_is_marked_for_a_security_module(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virSecurityModel model;
    virSecurityLabel label;

    memset(&model, 'x', sizeof(model));
    memset(&label, 'x', sizeof(label));
    require(virNodeGetSecurityModel(stage->machine->conn, &model) == 0);
    g_assert_cmpstr(model.model, ==, "none");
    g_assert_cmpstr(model.doi, ==, "0");
    require(virDomainGetSecurityLabel(stage->machine->domain, &label) == 0);
    g_assert_cmpstr(label.label, ==, "");
    g_assert_cmpint(label.enforcing, ==, 0);
}

static void
aborting_after_the_copy_is_refused_by_name(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    g_assert_cmpint(
        virDomainAbortJobFlags(domain, VIR_DOMAIN_ABORT_JOB_POSTCOPY), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "post-copy"));
    g_assert_cmpint(virDomainAbortJobFlags(domain, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virDomainAbortJobFlags(domain, 1 << 4), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

static void
the_host_tells_what_is_free_and_how_many_processors(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virConnectPtr conn = stage->machine->conn;
    const char *type = stage_is_memory() ? "test" : "qemu";

    g_assert_cmpuint(virNodeGetFreeMemory(conn), >, 0);
    g_assert_cmpint(virConnectGetMaxVcpus(conn, NULL), >=, 32);
    g_assert_cmpint(virConnectGetMaxVcpus(conn, type), ==,
                    virConnectGetMaxVcpus(conn, NULL));
    g_assert_cmpint(virConnectGetMaxVcpus(conn, "xen"), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "facts");
    STAGE_TEST(processors_are_counted_as_asked);
    STAGE_TEST(disks_in_trouble_are_counted_and_named);
    STAGE_TEST(arguments_of_somebodys_own_are_told_while_they_count);
    STAGE_TEST(nothing_is_marked_for_a_security_module);
    STAGE_TEST(aborting_after_the_copy_is_refused_by_name);
    STAGE_TEST(the_host_tells_what_is_free_and_how_many_processors);
    return g_test_run();
}
