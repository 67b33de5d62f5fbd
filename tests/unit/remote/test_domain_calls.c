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

static void
addresses_are_as_the_driver_tells_them(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    virDomainInterfacePtr *list = NULL;

    g_assert_cmpint(
        remote_domain_interface_addresses(loop->domain, &list, 1, NULL), ==, 2);
    g_assert_cmpstr(list[0]->name, ==, "eth0");
    g_assert_cmpstr(list[0]->hwaddr, ==, "52:54:00:00:00:01");
    g_assert_cmpuint(list[0]->naddrs, ==, 2);
    g_assert_cmpstr(list[0]->addrs[1].addr, ==, "2001:db8::7");
    g_assert_cmpuint(list[0]->addrs[1].prefix, ==, 64);
    g_assert_null(list[1]->hwaddr);
    g_assert_null(list[1]->addrs);
    virDomainInterfaceFree(list[0]);
    virDomainInterfaceFree(list[1]);
    g_free(list);
}

static void
a_guest_tells_the_same_over_the_wire(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    virTypedParameterPtr params = NULL;
    int count = 0;

    g_assert_cmpint(
        remote_domain_guest_info(loop->domain, 5, &params, &count, NULL), ==,
        0);
    g_assert_cmpstr(fake.last_call, ==, "domain_guest_info 0x5");
    g_assert_cmpint(count, ==, 2);
    g_assert_cmpstr(params[0].value.s, ==, "web.example");
    g_assert_cmpint(params[1].value.i, ==, 3600);
    virTypedParamsFree(params, count);
}

static void
each_note_has_its_words_or_none(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    const DomainMetadata element = {2, "<a/>", "k", "urn:1"};
    const DomainMetadata none = {1, NULL, NULL, NULL};

    g_assert_cmpint(remote_domain_set_metadata(loop->domain, &element, 3, NULL),
                    ==, 0);
    g_assert_cmpstr(fake.last_call, ==,
                    "domain_set_metadata 2 '<a/>' k urn:1 flags=0x3");
    g_assert_cmpint(remote_domain_set_metadata(loop->domain, &none, 0, NULL),
                    ==, 0);
    g_assert_cmpstr(fake.last_call, ==,
                    "domain_set_metadata 1 '' - - flags=0x0");
}

static void
the_last_call_was(const char *text)
{
    g_assert_cmpstr(fake.last_call, ==, text);
}

static void
a_machine_is_saved_by_name_or_as_its_own(void)
{
    g_autoptr(Loop) loop = loop_new_fake();

    g_assert_cmpint(remote_domain_save(loop->domain, "/a/file", "<domain/>",
                                       VIR_DOMAIN_SAVE_PAUSED, NULL),
                    ==, 0);
    the_last_call_was("domain_save /a/file <domain/> flags=0x4");
    g_assert_cmpint(remote_domain_save(loop->domain, "/a/file", NULL, 0, NULL),
                    ==, 0);
    the_last_call_was("domain_save /a/file - flags=0x0");
    g_assert_cmpint(remote_domain_save(loop->domain, NULL, NULL,
                                       VIR_DOMAIN_SAVE_RUNNING, NULL),
                    ==, 0);
    the_last_call_was("domain_save - - flags=0x2");
}

static void
saved_machines_are_shown_changed_and_restored(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    char *xml = NULL;

    g_assert_cmpint(
        call_remote_domain_restore_flags(loop->conn, "/a/file", NULL, 0, NULL),
        ==, 0);
    the_last_call_was("domain_restore /a/file - flags=0x0");
    xml = call_remote_domain_save_image_get_xml_desc(loop->conn, "/a/file", 1,
                                                     NULL);
    g_assert_cmpstr(xml, ==, "<domain/>");
    g_free(xml);
    g_assert_cmpint(call_remote_domain_save_image_define_xml(
                        loop->conn, "/a/file", "<domain/>", 2, NULL),
                    ==, 0);
    the_last_call_was("save_image_define /a/file <domain/> flags=0x2");
    fake.result = 1;
    g_assert_cmpint(
        call_remote_domain_has_managed_save_image(loop->domain, NULL), ==, 1);
    fake.result = 0;
    g_assert_cmpint(call_remote_domain_managed_save_remove(loop->domain, NULL),
                    ==, 0);
    xml = call_remote_domain_managed_save_get_xml_desc(loop->domain, 0, NULL);
    g_assert_cmpstr(xml, ==, "<domain/>");
    g_free(xml);
    g_assert_cmpint(call_remote_domain_managed_save_define_xml(
                        loop->domain, "<domain/>", 4, NULL),
                    ==, 0);
    the_last_call_was("managed_save_define <domain/> flags=0x4");
    g_assert_cmpint(
        call_remote_domain_core_dump_with_format(
            loop->domain, "/a/dump", VIR_DOMAIN_CORE_DUMP_FORMAT_RAW, 8, NULL),
        ==, 0);
    the_last_call_was("domain_dump /a/dump 0 flags=0x8");
}

static void
a_machine_made_of_a_document_comes_back_as_a_handle(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    virDomainPtr made =
        call_remote_domain_create_xml(loop->conn, "<domain/>", 1, NULL);

    the_last_call_was("domain_create_xml <domain/> flags=0x1");
    g_assert_cmpstr(made->name, ==, "web");
    g_assert_cmpint(made->id, ==, 7);
    domain_object_unref(made);
}

static void
processor_time_is_told_in_total_and_by_processor(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    CpuStats stats = {0};

    g_assert_cmpint(remote_domain_cpu_stats(loop->domain, -1, &stats, NULL), >=,
                    1);
    g_assert_cmpuint(stats.cpu_time, ==, 1000);
    g_assert_cmpuint(stats.user_time, ==, 1001);
    g_assert_cmpuint(stats.system_time, ==, 1002);
    g_assert_cmpint(remote_domain_cpu_stats(loop->domain, 1, &stats, NULL), ==,
                    2);
    g_assert_cmpuint(stats.cpu_time, ==, 10);
    g_assert_cmpuint(stats.vcpu_time, ==, 13);
    g_assert_cmpint(remote_domain_cpu_stats(loop->domain, 2, &stats, NULL), ==,
                    2);
    fake.is_failing = true;
    g_assert_cmpint(remote_domain_cpu_stats(loop->domain, -1, &stats, &error),
                    ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
    fake.is_failing = false;
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
    TEST(addresses_are_as_the_driver_tells_them);
    TEST(a_guest_tells_the_same_over_the_wire);
    TEST(each_note_has_its_words_or_none);
    TEST(a_machine_is_saved_by_name_or_as_its_own);
    TEST(saved_machines_are_shown_changed_and_restored);
    TEST(a_machine_made_of_a_document_comes_back_as_a_handle);
    TEST(processor_time_is_told_in_total_and_by_processor);
    TEST(checkpoints_are_listed_from_the_domain_and_from_one_of_them);
    TEST(a_snapshot_is_current_when_it_was_taken);
    TEST(that_no_current_snapshot_can_be_told_is_not_that_there_is_none);
    TEST(a_snapshot_with_a_checkpoint_needs_a_peer_of_ours);
    return g_test_run();
}
