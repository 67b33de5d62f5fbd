/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checkpoints: flags that need or exclude each other, lists, references. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

static void
assert_refused(bool is_failure, int code)
{
    g_assert_true(is_failure);
    assert_last_error(VIR_FROM_DOMAIN_CHECKPOINT, code);
    g_assert_null(fake.last_call);
}

static void
creation_flags_need_and_exclude_each_other(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;
    virDomainCheckpointPtr made = NULL;

    assert_refused(!virDomainCheckpointCreateXML(domain, NULL, 0),
                   VIR_ERR_INVALID_ARG);
    assert_refused(
        !virDomainCheckpointCreateXML(
            domain, "<x/>", VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE),
        VIR_ERR_INVALID_ARG);
    assert_refused(
        !virDomainCheckpointCreateXML(domain, "<x/>",
                                      VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE |
                                          VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE),
        VIR_ERR_INVALID_ARG);
    made = virDomainCheckpointCreateXML(
        domain, "<x/>",
        VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE |
            VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE);
    g_assert_cmpstr(fake.last_call, ==, "checkpoint_create <x/> flags=0x5");
    g_assert_cmpstr(virDomainCheckpointGetName(made), ==, "chk");
    g_assert_cmpint(virDomainCheckpointFree(made), ==, 0);
}

static void
deletion_flags_exclude_each_other(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    assert_refused(virDomainCheckpointDelete(
                       machine->checkpoint,
                       VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN |
                           VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY) == -1,
                   VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainCheckpointDelete(
                        machine->checkpoint,
                        VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN |
                            VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY),
                    ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "checkpoint_delete flags=0x3");
}

static void
secrets_and_sizes_are_not_for_readers(void)
{
    g_autoptr(Machine) machine = machine_new_readonly("fake:///");
    char *xml = NULL;

    assert_refused(!virDomainCheckpointGetXMLDesc(
                       machine->checkpoint, VIR_DOMAIN_CHECKPOINT_XML_SECURE),
                   VIR_ERR_OPERATION_DENIED);
    assert_refused(!virDomainCheckpointGetXMLDesc(
                       machine->checkpoint, VIR_DOMAIN_CHECKPOINT_XML_SIZE),
                   VIR_ERR_OPERATION_DENIED);
    xml = virDomainCheckpointGetXMLDesc(machine->checkpoint,
                                        VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN);
    g_assert_cmpstr(xml, ==, "<domaincheckpoint/>");
    free(xml);
}

static void
lists_are_of_a_domain_or_below_a_checkpoint(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainCheckpointPtr *list = NULL;

    g_assert_cmpint(virDomainListAllCheckpoints(machine->domain, &list, 6), ==,
                    1);
    g_assert_cmpstr(fake.last_call, ==, "checkpoint_list from=all flags=0x6");
    g_assert_cmpstr(virDomainCheckpointGetName(list[0]), ==, "chk");
    g_assert_null(list[1]);
    virDomainCheckpointFree(list[0]);
    free(list);
    g_assert_cmpint(
        virDomainCheckpointListAllChildren(machine->checkpoint, &list, 1), ==,
        1);
    g_assert_cmpstr(fake.last_call, ==, "checkpoint_list from=chk flags=0x1");
    virDomainCheckpointFree(list[0]);
    free(list);
}

static void
a_failed_list_is_null(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainCheckpointPtr nothing = NULL;
    virDomainCheckpointPtr *list = &nothing;

    fake.is_failing = true;
    g_assert_cmpint(virDomainListAllCheckpoints(machine->domain, &list, 0), ==,
                    -1);
    g_assert_null(list);
    list = &nothing;
    g_assert_cmpint(
        virDomainCheckpointListAllChildren(machine->checkpoint, &list, 0), ==,
        -1);
    g_assert_null(list);
}

static void
calls_without_flags_refuse_any(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    assert_refused(!virDomainCheckpointLookupByName(machine->domain, "chk", 1),
                   VIR_ERR_INVALID_ARG);
    assert_refused(!virDomainCheckpointLookupByName(machine->domain, NULL, 0),
                   VIR_ERR_INVALID_ARG);
    assert_refused(!virDomainCheckpointGetParent(machine->checkpoint, 1),
                   VIR_ERR_INVALID_ARG);
}

static void
a_handle_answers_for_itself(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainCheckpointPtr checkpoint = machine->checkpoint;

    g_assert_cmpstr(virDomainCheckpointGetName(checkpoint), ==, "chk");
    g_assert_true(virDomainCheckpointGetDomain(checkpoint) == machine->domain);
    g_assert_true(virDomainCheckpointGetConnect(checkpoint) == machine->conn);
    g_assert_cmpint(virDomainCheckpointRef(checkpoint), ==, 0);
    g_assert_cmpint(virDomainCheckpointFree(checkpoint), ==, 0);
    assert_refused(virDomainCheckpointRef(NULL) == -1,
                   VIR_ERR_INVALID_DOMAIN_CHECKPOINT);
    assert_refused(virDomainCheckpointFree(NULL) == -1,
                   VIR_ERR_INVALID_DOMAIN_CHECKPOINT);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/api/checkpoint/creation_flags_need_and_exclude_each_other",
        creation_flags_need_and_exclude_each_other);
    g_test_add_func("/api/checkpoint/deletion_flags_exclude_each_other",
                    deletion_flags_exclude_each_other);
    g_test_add_func("/api/checkpoint/secrets_and_sizes_are_not_for_readers",
                    secrets_and_sizes_are_not_for_readers);
    g_test_add_func(
        "/api/checkpoint/lists_are_of_a_domain_or_below_a_checkpoint",
        lists_are_of_a_domain_or_below_a_checkpoint);
    g_test_add_func("/api/checkpoint/a_failed_list_is_null",
                    a_failed_list_is_null);
    g_test_add_func("/api/checkpoint/calls_without_flags_refuse_any",
                    calls_without_flags_refuse_any);
    g_test_add_func("/api/checkpoint/a_handle_answers_for_itself",
                    a_handle_answers_for_itself);
    return g_test_run();
}
