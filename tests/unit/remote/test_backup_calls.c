/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backups and jobs over the wire: with ids, and with a peer that has none. */
#include "base/error.h"
#include "base/typed_params.h"
#include "loop.h"
#include "remote/calls_made.h"
#include "remote/members.h"
#include "temp_folder.h"

#include <libvirt/libvirt-strandline.h>
#include <string.h>

/* Something to copy, and a push of it that stands still. */
static char *
document(Loop *loop, TempFolder *folder, const char *name, bool is_held)
{
    g_autofree char *path = temp_folder_file(folder, name);
    g_autofree char *bytes = g_strnfill(1024 * 1024, 'x');
    virDomainPtr domain = virDomainLookupByName(loop->server, "test");

    g_assert_cmpint(
        virDomainTestDiskWrite(domain, "vda", 0, bytes, 1024 * 1024, 0), ==, 0);
    if (is_held) {
        g_assert_cmpint(virDomainTestFault(
                            domain, "<fault type='backup-hold' bytes='0'/>", 0),
                        ==, 0);
    }
    virDomainFree(domain);
    return g_strdup_printf("<domainbackup><disks><disk name='vda' type='file'>"
                           "<target file='%s'/></disk></disks></domainbackup>",
                           path);
}

static int
count_ids(Loop *loop, int *ret_last)
{
    virDomainJobId *ids = NULL;
    int count = remote_job_list_ids(loop->domain, &ids, NULL);

    g_assert_cmpint(count, >=, 1);
    g_assert_cmpint(ids[0].id, ==, 0);
    *ret_last = ids[count - 1].id;
    g_free(ids);
    return count;
}

static void
one_backup_after_the_other_has_its_own_id(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *first = document(loop, folder, "a", true);
    g_autofree char *second = NULL;
    g_autofree char *xml = NULL;
    JobStats stats = {0};
    int last = -1;
    int id = remote_backup_begin(loop->domain, first, NULL, 0, &error);
    int next = -1;

    g_assert_no_error(error);
    g_assert_cmpint(count_ids(loop, &last), ==, 2);
    g_assert_cmpint(last, ==, id);
    xml = remote_backup_xml(loop->domain, id, NULL);
    g_assert_nonnull(strstr(xml, "/a"));
    g_assert_cmpint(remote_job_stats(loop->domain, id, 0, &stats, NULL), ==, 0);
    g_assert_cmpint(stats.type, ==, VIR_DOMAIN_JOB_UNBOUNDED);
    g_assert_nonnull(
        typed_params_find(stats.params, stats.nparams, "operation"));
    typed_params_free(stats.params, stats.nparams);
    g_assert_cmpint(remote_job_abort(loop->domain, id, &error), ==, 0);
    g_assert_cmpint(count_ids(loop, &last), ==, 1);

    second = document(loop, folder, "b", true);
    next = remote_backup_begin(loop->domain, second, NULL, 0, &error);
    g_assert_no_error(error);
    g_assert_cmpint(next, >, id);
    g_assert_cmpint(remote_backup_end(loop->domain, next,
                                      VIR_DOMAIN_BACKUP_END_ABORT, &error),
                    ==, 0);
    g_assert_null(remote_backup_xml(loop->domain, id, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN_BACKUP);
}

static void
a_peer_without_ids_has_one_backup_with_the_id_1(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = document(loop, folder, "a", true);
    g_autofree char *shown = NULL;
    JobStats stats = {0};
    int last = -1;

    loop_play_libvirt();
    g_assert_cmpint(count_ids(loop, &last), ==, 1);
    g_assert_cmpint(remote_backup_begin(loop->domain, xml, NULL, 0, &error), ==,
                    1);
    g_assert_cmpint(count_ids(loop, &last), ==, 2);
    g_assert_cmpint(last, ==, 1);
    shown = remote_backup_xml(loop->domain, 1, NULL);
    g_assert_nonnull(strstr(shown, "/a"));
    g_assert_cmpint(remote_job_stats(loop->domain, ANY_ID, 0, &stats, NULL), ==,
                    0);
    g_assert_cmpint(stats.type, ==, VIR_DOMAIN_JOB_UNBOUNDED);
    typed_params_free(stats.params, stats.nparams);

    /* A push that is not done is not ended unless it is given up. */
    g_assert_cmpint(remote_backup_end(loop->domain, 1, 0, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_INVALID);
    g_clear_error(&error);
    g_assert_cmpint(
        remote_backup_end(loop->domain, 1, VIR_DOMAIN_BACKUP_END_ABORT, &error),
        ==, 0);
    g_assert_cmpint(count_ids(loop, &last), ==, 1);
}

static void
a_peer_without_ids_is_not_asked_about_others(void)
{
    g_autoptr(Loop) loop = loop_new();
    const int others[] = {2, 7, G_MAXINT};

    loop_play_libvirt();
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        g_autoptr(GError) shown = NULL;
        g_autoptr(GError) ended = NULL;
        g_autoptr(GError) aborted = NULL;

        g_assert_null(remote_backup_xml(loop->domain, others[i], &shown));
        g_assert_error(shown, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN_BACKUP);
        g_assert_cmpint(remote_backup_end(loop->domain, others[i], 0, &ended),
                        ==, -1);
        g_assert_error(ended, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN_BACKUP);
        g_assert_cmpint(remote_job_abort(loop->domain, others[i], &aborted), ==,
                        -1);
        g_assert_error(aborted, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN_BACKUP);
    }
}

static void
flags_of_the_proposal_are_not_sent_to_libvirt(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;

    loop_play_libvirt();
    g_assert_cmpint(remote_backup_begin(loop->domain, NULL, "<c/>",
                                        VIR_DOMAIN_BACKUP_BEGIN_QUIESCE,
                                        &error),
                    ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_SUPPORT);
}

static void
a_pull_ends_well_with_either_peer(void)
{
    for (int is_libvirt = 0; is_libvirt <= 1; is_libvirt++) {
        g_autoptr(Loop) loop = loop_new();
        g_autoptr(TempFolder) folder = temp_folder_new();
        g_autoptr(GError) error = NULL;
        g_autofree char *socket = temp_folder_file(folder, "socket");
        g_autofree char *xml = g_strdup_printf(
            "<domainbackup mode='pull'><server transport='unix' "
            "socket='%s'/><disks><disk name='vda' type='file'>"
            "<scratch file='%s.scratch'/></disk></disks></domainbackup>",
            socket, socket);
        int id = -1;

        if (is_libvirt)
            loop_play_libvirt();
        id = remote_backup_begin(loop->domain, xml, NULL, 0, &error);
        g_assert_no_error(error);
        g_assert_cmpint(remote_backup_end(loop->domain, id, 0, &error), ==, 1);
        g_assert_no_error(error);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/remote/backup_calls/" #name, name)
    TEST(one_backup_after_the_other_has_its_own_id);
    TEST(a_peer_without_ids_has_one_backup_with_the_id_1);
    TEST(a_peer_without_ids_is_not_asked_about_others);
    TEST(flags_of_the_proposal_are_not_sent_to_libvirt);
    TEST(a_pull_ends_well_with_either_peer);
    return g_test_run();
}
