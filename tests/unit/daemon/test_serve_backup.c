/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backups by clients that know ids, and by those that do not. */
#include "base/error.h"
#include "loop.h"
#include "remote/calls_made.h"
#include "rpc/wire_objects.h"
#include "temp_folder.h"

#include <libvirt/libvirt-strandline.h>
#include <string.h>

/* A push that stands still after its first bytes, so that it is under way. */
static char *
document(Loop *loop, TempFolder *folder, const char *name)
{
    g_autofree char *path = temp_folder_file(folder, name);
    g_autofree char *bytes = g_strnfill(1024 * 1024, 'x');
    virDomainPtr domain = virDomainLookupByName(loop->server, "test");

    /* Zeroes would not be copied, and the backup be done at once. */
    g_assert_cmpint(
        virDomainTestDiskWrite(domain, "vda", 0, bytes, 1024 * 1024, 0), ==, 0);
    virDomainFree(domain);

    g_assert_cmpint(
        call_strandline_domain_test_fault(
            loop->domain, "<fault type='backup-hold' bytes='0'/>", NULL),
        ==, 0);
    return g_strdup_printf("<domainbackup><disks><disk name='vda' type='file'>"
                           "<target file='%s'/></disk></disks></domainbackup>",
                           path);
}

static char *
shown(Loop *loop, GError **error)
{
    WireDomainFlags args = {0};
    char *xml = NULL;

    wire_domain_lend(loop->domain, &args.domain);
    (void)loop_call(loop, RPC_PROGRAM_REMOTE, REMOTE_DOMAIN_BACKUP_GET_XML_DESC,
                    &args, &xml, error);
    return xml;
}

static void
a_backup_is_begun_shown_and_ended_by_its_id(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *wanted = document(loop, folder, "a");
    g_autofree char *xml = NULL;
    g_autofree char *by_job = NULL;
    virDomainJobPtr *jobs = NULL;
    virDomainJobPtr job = NULL;
    WireDomainFlags ask = {0};
    WireJobIds ids = {0};
    int id = call_strandline_domain_backup_begin(loop->domain, wanted, NULL, 0,
                                                 &error);

    g_assert_no_error(error);
    g_assert_cmpint(id, >, 0);
    xml = call_strandline_domain_backup_get_xml_desc(loop->domain, id, NULL);
    g_assert_nonnull(strstr(xml, "domainbackup"));
    by_job = call_strandline_domain_job_get_xml_desc(loop->domain, id, NULL);
    g_assert_cmpstr(by_job, ==, xml);
    job = call_strandline_domain_job_lookup_by_id(loop->domain, id, NULL);
    g_assert_cmpint(job->id, ==, id);
    g_assert_cmpint(job->operation, ==, VIR_DOMAIN_JOB_OPERATION_BACKUP);
    job_object_unref(job);
    g_assert_cmpint(
        call_strandline_domain_list_all_jobs(loop->domain, &jobs, 0, NULL), ==,
        2);
    job_object_unref(jobs[0]);
    job_object_unref(jobs[1]);
    g_free(jobs);
    wire_domain_lend(loop->domain, &ask.domain);
    g_assert_true(loop_call(loop, RPC_PROGRAM_STRANDLINE,
                            STRANDLINE_DOMAIN_LIST_JOB_IDS, &ask, &ids, NULL));
    g_assert_cmpuint(ids.ids.ids_len, ==, 2);
    g_assert_cmpint(ids.ids.ids_val[1].id, ==, id);
    loop_free_ret(RPC_PROGRAM_STRANDLINE, STRANDLINE_DOMAIN_LIST_JOB_IDS, &ids);

    g_assert_cmpint(call_strandline_domain_backup_end(
                        loop->domain, id, VIR_DOMAIN_BACKUP_END_ABORT, NULL),
                    ==, 0);
    g_assert_null(
        call_strandline_domain_backup_get_xml_desc(loop->domain, id, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN_BACKUP);
}

static void
begin(Loop *loop, const char *xml, unsigned flags, GError **error)
{
    WireBackupBegin args = {.backup_xml = (char *)xml, .flags = flags};

    wire_domain_lend(loop->domain, &args.domain);
    (void)loop_call(loop, RPC_PROGRAM_REMOTE, REMOTE_DOMAIN_BACKUP_BEGIN, &args,
                    NULL, error);
}

static void
without_an_id_the_clients_own_backup_is_meant(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *own = document(loop, folder, "own");
    g_autofree char *other = NULL;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;
    int id = -1;

    g_assert_null(shown(loop, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN_BACKUP);
    g_clear_error(&error);
    begin(loop, own, 0, &error);
    g_assert_no_error(error);
    before = shown(loop, NULL);
    g_assert_nonnull(strstr(before, "/own"));

    /* It is the one begun by this connection, so ending it by its id ends what
     * the call without one shows. */
    g_assert_cmpint(call_strandline_domain_job_abort(loop->domain, 1, &error),
                    ==, 0);
    g_assert_null(shown(loop, &error));
    g_clear_error(&error);

    /* None of its own is left: the newest, whoever began it. */
    other = document(loop, folder, "other");
    id = call_strandline_domain_backup_begin(loop->domain, other, NULL, 0,
                                             &error);
    g_assert_no_error(error);
    after = shown(loop, NULL);
    g_assert_nonnull(strstr(after, "/other"));
    g_assert_cmpint(call_strandline_domain_backup_end(
                        loop->domain, id, VIR_DOMAIN_BACKUP_END_ABORT, NULL),
                    ==, 0);
}

/* Polled, as libvirt's clients do; the memory driver copies in a thread. */
static int
count_until(Loop *loop, int wanted)
{
    virDomainPtr domain = virDomainLookupByName(loop->server, "test");
    int count = virDomainListJobIds(domain, NULL, 0);

    for (int i = 0; count != wanted && i < 2000; i++) {
        g_usleep(10 * 1000);
        count = virDomainListJobIds(domain, NULL, 0);
    }
    virDomainFree(domain);
    return count;
}

static void
a_push_that_nobody_can_end_ends_itself(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = document(loop, folder, "a");

    begin(loop, xml, 0, &error);
    g_assert_no_error(error);
    g_assert_cmpint(count_until(loop, 2), ==, 2);
    g_assert_cmpint(call_strandline_domain_test_fault(
                        loop->domain, "<fault type='backup-release'/>", NULL),
                    ==, 0);
    g_assert_cmpint(count_until(loop, 1), ==, 1);
}

static void
libvirts_flags_are_understood_as_libvirts(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;

    /* 1 is REUSE_EXTERNAL there, and NO_METADATA in our headers: which would
     * need a checkpoint. */
    begin(loop,
          "<domainbackup><disks><disk name='vda' type='file'>"
          "<target file='/none/there'/></disk></disks></domainbackup>",
          1, &error);
    g_assert_nonnull(error);
    g_assert_null(strstr(error->message, "checkpointXml"));
    g_clear_error(&error);
    begin(loop, "<domainbackup/>", 4, &error);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/daemon/serve_backup/" #name, name)
    TEST(a_backup_is_begun_shown_and_ended_by_its_id);
    TEST(without_an_id_the_clients_own_backup_is_meant);
    TEST(a_push_that_nobody_can_end_ends_itself);
    TEST(libvirts_flags_are_understood_as_libvirts);
    return g_test_run();
}
