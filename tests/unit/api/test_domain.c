/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Domains: what is passed on, what is answered here, what is refused. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

static void
a_handle_answers_for_itself(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    unsigned char uuid[VIR_UUID_BUFLEN];

    g_assert_cmpuint(virDomainGetID(machine->domain), ==, (unsigned)-1);
    machine->domain->id = 4;
    g_assert_cmpuint(virDomainGetID(machine->domain), ==, 4);
    g_assert_cmpuint(virDomainGetID(NULL), ==, (unsigned)-1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_DOMAIN);
    g_assert_cmpint(virDomainGetUUID(machine->domain, uuid), ==, 0);
    g_assert_cmpint(memcmp(uuid, fake_uuid, sizeof(uuid)), ==, 0);
    g_assert_true(virDomainGetConnect(machine->domain) == machine->conn);
    g_assert_null(fake.last_call);
}

static void
references_are_counted(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    g_assert_cmpint(virDomainRef(machine->domain), ==, 0);
    g_assert_cmpint(virDomainFree(machine->domain), ==, 0);
    g_assert_cmpstr(virDomainGetName(machine->domain), ==, "web");
    g_assert_cmpint(virDomainRef(NULL), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_DOMAIN);
    g_assert_cmpint(virDomainFree(NULL), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_DOMAIN);
}

static void
flags_reach_the_driver_as_they_are(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;

    g_assert_cmpint(virDomainCreateWithFlags(domain, 0x41), ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "domain_create flags=0x41");
    g_assert_cmpint(virDomainShutdownFlags(domain, 0x42), ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "domain_shutdown flags=0x42");
    g_assert_cmpint(virDomainReboot(domain, 0x43), ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "domain_reboot flags=0x43");
    g_assert_cmpint(virDomainReset(domain, 0x44), ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "domain_reset flags=0x44");
    g_assert_cmpint(virDomainDestroyFlags(domain, 0x45), ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "domain_destroy flags=0x45");
    g_assert_cmpint(virDomainUndefineFlags(domain, 0x16), ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "domain_undefine flags=0x16");
    g_assert_cmpint(virDomainRename(domain, "db", 0x47), ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "domain_rename db flags=0x47");
}

static void
opposite_undefine_flags_exclude_each_other(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    g_assert_cmpint(virDomainUndefineFlags(machine->domain,
                                           VIR_DOMAIN_UNDEFINE_NVRAM |
                                               VIR_DOMAIN_UNDEFINE_KEEP_NVRAM),
                    ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainUndefineFlags(machine->domain,
                                           VIR_DOMAIN_UNDEFINE_TPM |
                                               VIR_DOMAIN_UNDEFINE_KEEP_TPM),
                    ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
}

static void
secrets_are_not_for_readers(void)
{
    g_autoptr(Machine) machine = machine_new_readonly("fake:///");
    const unsigned guarded[] = {VIR_DOMAIN_XML_SECURE,
                                VIR_DOMAIN_XML_MIGRATABLE |
                                    VIR_DOMAIN_XML_INACTIVE};
    char *xml = virDomainGetXMLDesc(machine->domain, VIR_DOMAIN_XML_INACTIVE);

    g_assert_cmpstr(xml, ==, "<domain/>");
    free(xml);
    for (size_t i = 0; i < G_N_ELEMENTS(guarded); i++) {
        g_assert_null(virDomainGetXMLDesc(machine->domain, guarded[i]));
        assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_OPERATION_DENIED);
    }
}

static void
secrets_are_for_writers(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    char *xml = virDomainGetXMLDesc(machine->domain, VIR_DOMAIN_XML_SECURE);

    g_assert_cmpstr(fake.last_call, ==, "domain_xml flags=0x1");
    free(xml);
}

static void
state_and_info_are_filled_in(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainInfo info;
    int state = -1;
    int reason = -1;
    int autostart = -1;

    g_assert_cmpint(virDomainGetState(machine->domain, &state, &reason, 0), ==,
                    0);
    g_assert_cmpint(state, ==, VIR_DOMAIN_PAUSED);
    g_assert_cmpint(reason, ==, VIR_DOMAIN_PAUSED_USER);
    memset(&info, 0xff, sizeof(info));
    g_assert_cmpint(virDomainGetInfo(machine->domain, &info), ==, 0);
    g_assert_cmpuint(info.nrVirtCpu, ==, 2);
    g_assert_cmpuint(info.cpuTime, ==, 0);
    g_assert_cmpint(virDomainGetAutostart(machine->domain, &autostart), ==, 0);
    g_assert_cmpint(autostart, ==, 1);
    fake.result = 1;
    g_assert_cmpint(virDomainIsActive(machine->domain), ==, 1);
    g_assert_cmpint(virDomainIsPersistent(machine->domain), ==, 1);
    g_assert_cmpint(virDomainIsUpdated(machine->domain), ==, 1);
}

static void
missing_arguments_are_refused(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;
    int state = 0;

#define ASSERT_REFUSED(call)                                     \
    do {                                                         \
        g_assert_true(call);                                     \
        assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG); \
    } while (0)
    ASSERT_REFUSED(virDomainGetUUID(domain, NULL) == -1);
    ASSERT_REFUSED(virDomainGetUUIDString(domain, NULL) == -1);
    ASSERT_REFUSED(virDomainGetState(domain, NULL, NULL, 0) == -1);
    ASSERT_REFUSED(virDomainGetState(domain, &state, NULL, 1) == -1);
    ASSERT_REFUSED(virDomainGetInfo(domain, NULL) == -1);
    ASSERT_REFUSED(virDomainGetAutostart(domain, NULL) == -1);
    ASSERT_REFUSED(virDomainRename(domain, NULL, 0) == -1);
    ASSERT_REFUSED(!virDomainDefineXML(machine->conn, NULL));
    ASSERT_REFUSED(!virDomainDefineXMLFlags(machine->conn, NULL, 0));
#undef ASSERT_REFUSED
    g_assert_null(fake.last_call);
}

static void
the_most_memory_is_a_number_of_its_own(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    g_assert_cmpuint(virDomainGetMaxMemory(machine->domain), ==, 2048);
    g_assert_cmpstr(fake.last_call, ==, "domain_info");
    fake.is_failing = true;
    g_assert_cmpuint(virDomainGetMaxMemory(machine->domain), ==, 0);
    assert_last_error(VIR_FROM_TEST, VIR_ERR_OPERATION_FAILED);
    g_assert_cmpuint(virDomainGetMaxMemory(NULL), ==, 0);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_DOMAIN);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/domain/a_handle_answers_for_itself",
                    a_handle_answers_for_itself);
    g_test_add_func("/api/domain/references_are_counted",
                    references_are_counted);
    g_test_add_func("/api/domain/flags_reach_the_driver_as_they_are",
                    flags_reach_the_driver_as_they_are);
    g_test_add_func("/api/domain/opposite_undefine_flags_exclude_each_other",
                    opposite_undefine_flags_exclude_each_other);
    g_test_add_func("/api/domain/secrets_are_not_for_readers",
                    secrets_are_not_for_readers);
    g_test_add_func("/api/domain/secrets_are_for_writers",
                    secrets_are_for_writers);
    g_test_add_func("/api/domain/state_and_info_are_filled_in",
                    state_and_info_are_filled_in);
    g_test_add_func("/api/domain/missing_arguments_are_refused",
                    missing_arguments_are_refused);
    g_test_add_func("/api/domain/the_most_memory_is_a_number_of_its_own",
                    the_most_memory_is_a_number_of_its_own);
    return g_test_run();
}
