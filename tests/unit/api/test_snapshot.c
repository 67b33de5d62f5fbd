/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots: flags that need or exclude each other, lists, the current one. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

#define CREATE(name) VIR_DOMAIN_SNAPSHOT_CREATE_##name

static void
assert_refused(bool is_failure, int code)
{
    g_assert_true(is_failure);
    assert_last_error(VIR_FROM_DOMAIN_SNAPSHOT, code);
    g_assert_null(fake.last_call);
}

static void
creation_flags_need_and_exclude_each_other(void)
{
    static const unsigned refused[] = {
        CREATE(CURRENT),
        CREATE(REDEFINE) | CREATE(NO_METADATA),
        CREATE(REDEFINE) | CREATE(HALT),
        CREATE(REDEFINE) | CREATE(LIVE),
        CREATE(QUIESCE),
    };
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainSnapshotPtr made = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        assert_refused(
            !virDomainSnapshotCreateXML(machine->domain, "<x/>", refused[i]),
            VIR_ERR_INVALID_ARG);
        assert_refused(!virDomainSnapshotCreateXML2(machine->domain, "<x/>",
                                                    NULL, refused[i]),
                       VIR_ERR_INVALID_ARG);
    }
    assert_refused(!virDomainSnapshotCreateXML(machine->domain, NULL, 0),
                   VIR_ERR_INVALID_ARG);
    made = virDomainSnapshotCreateXML(machine->domain, "<x/>",
                                      CREATE(REDEFINE) | CREATE(CURRENT));
    g_assert_cmpstr(fake.last_call, ==, "snapshot_create <x/> - flags=0x3");
    g_assert_cmpint(virDomainSnapshotFree(made), ==, 0);
}

static void
a_checkpoint_comes_along_unless_redefining(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainSnapshotPtr made = NULL;

    assert_refused(!virDomainSnapshotCreateXML2(machine->domain, "<x/>", "<c/>",
                                                CREATE(REDEFINE)),
                   VIR_ERR_INVALID_ARG);
    made = virDomainSnapshotCreateXML2(machine->domain, "<x/>", "<c/>",
                                       CREATE(DISK_ONLY) | CREATE(QUIESCE));
    g_assert_cmpstr(fake.last_call, ==, "snapshot_create <x/> <c/> flags=0x50");
    g_assert_cmpstr(virDomainSnapshotGetName(made), ==, "snap");
    g_assert_cmpint(virDomainSnapshotFree(made), ==, 0);
}

static void
other_flags_exclude_each_other(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    assert_refused(
        virDomainRevertToSnapshot(machine->snapshot,
                                  VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING |
                                      VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED) == -1,
        VIR_ERR_INVALID_ARG);
    assert_refused(virDomainSnapshotDelete(
                       machine->snapshot,
                       VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN |
                           VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY) == -1,
                   VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainRevertToSnapshot(machine->snapshot,
                                              VIR_DOMAIN_SNAPSHOT_REVERT_FORCE),
                    ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "snapshot_revert flags=0x4");
}

static void
calls_without_flags_refuse_any(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;
    virDomainSnapshotPtr snapshot = machine->snapshot;

    assert_refused(!virDomainSnapshotLookupByName(domain, "snap", 1),
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainHasCurrentSnapshot(domain, 1) == -1,
                   VIR_ERR_INVALID_ARG);
    assert_refused(!virDomainSnapshotCurrent(domain, 1), VIR_ERR_INVALID_ARG);
    assert_refused(!virDomainSnapshotGetParent(snapshot, 1),
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainSnapshotIsCurrent(snapshot, 1) == -1,
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainSnapshotHasMetadata(snapshot, 1) == -1,
                   VIR_ERR_INVALID_ARG);
}

static void
secrets_are_not_for_readers(void)
{
    g_autoptr(Machine) machine = machine_new_readonly("fake:///");

    assert_refused(!virDomainSnapshotGetXMLDesc(machine->snapshot,
                                                VIR_DOMAIN_SNAPSHOT_XML_SECURE),
                   VIR_ERR_OPERATION_DENIED);
}

static void
lists_are_of_a_domain_or_below_a_snapshot(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainSnapshotPtr *list = NULL;

    g_assert_cmpint(virDomainListAllSnapshots(machine->domain, &list, 6), ==,
                    2);
    g_assert_cmpstr(fake.last_call, ==, "snapshot_list from=all flags=0x6");
    g_assert_cmpstr(virDomainSnapshotGetName(list[0]), ==, "snap");
    g_assert_null(list[2]);
    virDomainSnapshotFree(list[0]);
    virDomainSnapshotFree(list[1]);
    free(list);
    g_assert_cmpint(virDomainSnapshotNumChildren(machine->snapshot, 1), ==, 2);
    g_assert_cmpstr(fake.last_call, ==, "snapshot_list from=snap flags=0x1");
    fake.is_failing = true;
    g_assert_cmpint(
        virDomainSnapshotListAllChildren(machine->snapshot, &list, 0), ==, -1);
    g_assert_null(list);
}

static void
names_fill_the_room_there_is(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    char *names[2] = {NULL, NULL};

    g_assert_cmpint(virDomainSnapshotListNames(machine->domain, names, 1, 0),
                    ==, 1);
    g_assert_cmpstr(names[0], ==, "snap");
    g_assert_null(names[1]);
    free(names[0]);
    fake_reset();
    assert_refused(virDomainSnapshotListNames(machine->domain, NULL, 1, 0) ==
                       -1,
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainSnapshotListChildrenNames(machine->snapshot, names,
                                                      -1, 0) == -1,
                   VIR_ERR_INVALID_ARG);
}

static void
one_snapshot_may_be_the_current_one(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainSnapshotPtr current = NULL;

    g_assert_cmpint(virDomainHasCurrentSnapshot(machine->domain, 0), ==, 0);
    g_assert_cmpint(virDomainSnapshotIsCurrent(machine->snapshot, 0), ==, 0);
    g_assert_null(virDomainSnapshotCurrent(machine->domain, 0));
    assert_last_error(VIR_FROM_TEST, VIR_ERR_NO_DOMAIN_SNAPSHOT);
    fake.current_snapshot = "other";
    g_assert_cmpint(virDomainHasCurrentSnapshot(machine->domain, 0), ==, 1);
    g_assert_cmpint(virDomainSnapshotIsCurrent(machine->snapshot, 0), ==, 0);
    fake.current_snapshot = "snap";
    g_assert_cmpint(virDomainSnapshotIsCurrent(machine->snapshot, 0), ==, 1);
    current = virDomainSnapshotCurrent(machine->domain, 0);
    g_assert_cmpstr(virDomainSnapshotGetName(current), ==, "snap");
    virDomainSnapshotFree(current);
}

static void
a_handle_answers_for_itself(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainSnapshotPtr snapshot = machine->snapshot;

    g_assert_cmpstr(virDomainSnapshotGetName(snapshot), ==, "snap");
    g_assert_true(virDomainSnapshotGetDomain(snapshot) == machine->domain);
    g_assert_true(virDomainSnapshotGetConnect(snapshot) == machine->conn);
    g_assert_cmpint(virDomainSnapshotRef(snapshot), ==, 0);
    g_assert_cmpint(virDomainSnapshotFree(snapshot), ==, 0);
    assert_refused(virDomainSnapshotRef(NULL) == -1,
                   VIR_ERR_INVALID_DOMAIN_SNAPSHOT);
    assert_refused(virDomainSnapshotFree(NULL) == -1,
                   VIR_ERR_INVALID_DOMAIN_SNAPSHOT);
}

#define ADD(name) g_test_add_func("/api/snapshot/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(creation_flags_need_and_exclude_each_other);
    ADD(a_checkpoint_comes_along_unless_redefining);
    ADD(other_flags_exclude_each_other);
    ADD(calls_without_flags_refuse_any);
    ADD(secrets_are_not_for_readers);
    ADD(lists_are_of_a_domain_or_below_a_snapshot);
    ADD(names_fill_the_room_there_is);
    ADD(one_snapshot_may_be_the_current_one);
    ADD(a_handle_answers_for_itself);
    return g_test_run();
}
