/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Disks, and file systems through the guest agent. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

static void
assert_refused(int result)
{
    g_assert_cmpint(result, ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
}

static void
block_info_is_of_one_disk(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainBlockInfo info;

    assert_refused(virDomainGetBlockInfo(machine->domain, NULL, &info, 0));
    assert_refused(virDomainGetBlockInfo(machine->domain, "", &info, 0));
    assert_refused(virDomainGetBlockInfo(machine->domain, "vda", NULL, 0));
    assert_refused(virDomainGetBlockInfo(machine->domain, "vda", &info, 1));
    g_assert_cmpint(virDomainGetBlockInfo(machine->domain, "vda", &info, 0), ==,
                    0);
    g_assert_cmpstr(fake.last_call, ==, "domain_block_info vda");
    g_assert_cmpuint(info.capacity, ==, 64);
    g_assert_cmpuint(info.physical, ==, 0);
}

static void
mountpoints_and_their_number_agree(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    const char *names[] = {"/srv"};
    virDomainPtr domain = machine->domain;

    assert_refused(virDomainFSFreeze(domain, NULL, 1, 0));
    assert_refused(virDomainFSFreeze(domain, names, 0, 0));
    assert_refused(virDomainFSThaw(domain, NULL, 1, 0));
    assert_refused(virDomainFSThaw(domain, names, 0, 0));
    fake.result = 3;
    g_assert_cmpint(virDomainFSFreeze(domain, names, 1, 2), ==, 3);
    g_assert_cmpstr(fake.last_call, ==, "domain_fs_freeze /srv flags=0x2");
    g_assert_cmpint(virDomainFSThaw(domain, NULL, 0, 0), ==, 3);
    g_assert_cmpstr(fake.last_call, ==, "domain_fs_thaw all flags=0x0");
}

static void
file_systems_are_the_callers(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainFSInfoPtr nothing = NULL;
    virDomainFSInfoPtr *list = &nothing;

    assert_refused(virDomainGetFSInfo(machine->domain, NULL, 0));
    assert_refused(virDomainGetFSInfo(machine->domain, &list, 1));
    g_assert_null(list);
    g_assert_cmpint(virDomainGetFSInfo(machine->domain, &list, 0), ==, 1);
    g_assert_cmpstr(list[0]->mountpoint, ==, "/");
    g_assert_cmpstr(list[0]->devAlias[0], ==, "vda");
    virDomainFSInfoFree(list[0]);
    virDomainFSInfoFree(NULL);
    free(list);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/domain_storage/block_info_is_of_one_disk",
                    block_info_is_of_one_disk);
    g_test_add_func("/api/domain_storage/mountpoints_and_their_number_agree",
                    mountpoints_and_their_number_agree);
    g_test_add_func("/api/domain_storage/file_systems_are_the_callers",
                    file_systems_are_the_callers);
    return g_test_run();
}
