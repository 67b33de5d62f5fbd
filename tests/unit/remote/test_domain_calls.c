/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Domains, checkpoints and snapshots over the wire, against the memory
 * driver. */
#include "base/error.h"
#include "fake_driver.h"
#include "loop.h"
#include "remote/calls_made.h"
#include "remote/members.h"

#include <libvirt/libvirt.h>

static void
starting_a_domain_gives_its_handle_the_new_id(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(call_remote_domain_destroy_flags(loop->domain, 0, NULL), ==,
                    0);
    loop->domain->id = -1;
    g_assert_cmpint(remote_domain_create(loop->domain, 0, &error), ==, 0);
    g_assert_cmpint(loop->domain->id, >, 0);
    g_assert_cmpint(remote_domain_create(loop->domain, 0, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_INVALID);
}

static void
file_systems_are_as_the_driver_tells_them(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    virDomainFSInfoPtr *info = NULL;

    g_assert_cmpint(remote_domain_fs_info(loop->domain, &info, NULL), ==, 1);
    g_assert_cmpstr(info[0]->mountpoint, ==, "/");
    g_assert_cmpuint(info[0]->ndevAlias, ==, 1);
    g_assert_cmpstr(info[0]->devAlias[0], ==, "vda");
    virDomainFSInfoFree(info[0]);
    g_free(info);
}

static virDomainCheckpointPtr
checkpoint(Loop *loop, const char *name)
{
    g_autofree char *xml = g_strdup_printf(
        "<domaincheckpoint><name>%s</name></domaincheckpoint>", name);

    return call_remote_domain_checkpoint_create_xml(loop->domain, xml, 0, NULL);
}

static void
checkpoints_are_listed_from_the_domain_and_from_one_of_them(void)
{
    g_autoptr(Loop) loop = loop_new();
    virDomainCheckpointPtr first = checkpoint(loop, "c1");
    virDomainCheckpointPtr second = checkpoint(loop, "c2");
    virDomainCheckpointPtr *list = NULL;

    g_assert_cmpint(remote_checkpoint_list(loop->domain, NULL, &list, 0, NULL),
                    ==, 2);
    g_assert_cmpstr(list[0]->name, ==, "c1");
    checkpoint_object_unref(list[0]);
    checkpoint_object_unref(list[1]);
    g_assert_null(list[2]);
    g_free(list);
    g_assert_cmpint(remote_checkpoint_list(loop->domain, first, &list, 0, NULL),
                    ==, 1);
    g_assert_cmpstr(list[0]->name, ==, "c2");
    checkpoint_object_unref(list[0]);
    g_free(list);
    checkpoint_object_unref(first);
    checkpoint_object_unref(second);
}

static void
a_snapshot_is_current_when_it_was_taken(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    virDomainSnapshotPtr current = NULL;
    virDomainSnapshotPtr taken = NULL;
    virDomainSnapshotPtr *list = NULL;

    g_assert_cmpint(remote_snapshot_current(loop->domain, &current, &error), ==,
                    0);
    g_assert_no_error(error);
    taken = remote_snapshot_create(
        loop->domain, "<domainsnapshot><name>s1</name></domainsnapshot>", NULL,
        0, &error);
    g_assert_no_error(error);
    g_assert_cmpint(remote_snapshot_current(loop->domain, &current, NULL), ==,
                    1);
    g_assert_cmpstr(current->name, ==, "s1");
    g_assert_cmpint(remote_snapshot_list(loop->domain, NULL, &list, 0, NULL),
                    ==, 1);
    snapshot_object_unref(list[0]);
    g_free(list);
    g_assert_cmpint(remote_snapshot_list(loop->domain, taken, &list, 0, NULL),
                    ==, 0);
    g_free(list);
    snapshot_object_unref(current);
    snapshot_object_unref(taken);
}

static void
that_no_current_snapshot_can_be_told_is_not_that_there_is_none(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    virDomainSnapshotPtr current = NULL;

    fake.is_failing = true;
    g_assert_cmpint(remote_snapshot_current(loop->domain, &current, &error), ==,
                    -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
    fake.is_failing = false;
}

static void
a_snapshot_with_a_checkpoint_needs_a_peer_of_ours(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    const char *snapshot = "<domainsnapshot><name>s1</name><disks>"
                           "<disk name='vda' snapshot='external'/></disks>"
                           "</domainsnapshot>";
    const char *xml = "<domaincheckpoint><name>c1</name></domaincheckpoint>";
    virDomainSnapshotPtr both =
        remote_snapshot_create(loop->domain, snapshot, xml,
                               VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY, &error);
    virDomainCheckpointPtr made = NULL;

    g_assert_no_error(error);
    made = call_remote_domain_checkpoint_lookup_by_name(loop->domain, "c1",
                                                        &error);
    g_assert_no_error(error);
    checkpoint_object_unref(made);
    snapshot_object_unref(both);

    loop_play_libvirt();
    g_assert_null(
        remote_snapshot_create(loop->domain, snapshot, xml, 0, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_SUPPORT);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/remote/domain_calls/" #name, name)
    TEST(starting_a_domain_gives_its_handle_the_new_id);
    TEST(file_systems_are_as_the_driver_tells_them);
    TEST(checkpoints_are_listed_from_the_domain_and_from_one_of_them);
    TEST(a_snapshot_is_current_when_it_was_taken);
    TEST(that_no_current_snapshot_can_be_told_is_not_that_there_is_none);
    TEST(a_snapshot_with_a_checkpoint_needs_a_peer_of_ours);
    return g_test_run();
}
