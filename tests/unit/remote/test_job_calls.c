/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs as handles, with a peer that has no ids: what runs there and what ended
 * last is told apart by what it does. */
#include "base/error.h"
#include "base/typed_params.h"
#include "loop.h"
#include "remote/members.h"
#include "temp_folder.h"

#include <libvirt/libvirt-strandline.h>
#include <string.h>

#define ALL VIR_DOMAIN_LIST_JOBS_COMPLETED

typedef struct {
    Loop *loop;
    TempFolder *folder;
} Fixture;

static Fixture *
fixture_new(void)
{
    Fixture *fixture = g_new0(Fixture, 1);

    fixture->loop = loop_new();
    fixture->folder = temp_folder_new();
    loop_play_libvirt();
    return fixture;
}

static void
fixture_free(Fixture *fixture)
{
    temp_folder_free(fixture->folder);
    loop_free(fixture->loop);
    g_free(fixture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

/* A pull lasts until it is ended. */
static void
begin_pull(Fixture *fixture)
{
    g_autofree char *socket = temp_folder_file(fixture->folder, "socket");
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='pull'><server transport='unix' socket='%s'/>"
        "<disks><disk name='vda' type='file'><scratch file='%s.scratch'/>"
        "</disk></disks></domainbackup>",
        socket, socket);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(
        remote_backup_begin(fixture->loop->domain, xml, NULL, 0, &error), ==,
        ONLY_ID);
    g_assert_no_error(error);
}

/* "0:NONE 1:BACKUP", each with its type as a number behind. */
static void
expect_jobs(Fixture *fixture, unsigned flags, const char *expected)
{
    g_autoptr(GString) list = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    virDomainJobPtr *jobs = NULL;
    int count = remote_job_list(fixture->loop->domain, &jobs, flags, &error);

    g_assert_no_error(error);
    for (int i = 0; i < count; i++) {
        g_string_append_printf(list, "%s%d:%d:%d", i > 0 ? " " : "",
                               jobs[i]->id, jobs[i]->operation, jobs[i]->type);
        job_object_unref(jobs[i]);
    }
    g_assert_null(jobs[count]);
    g_free(jobs);
    g_assert_cmpstr(list->str, ==, expected);
}

static void
expect_no_job(Fixture *fixture, int id, int code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(remote_job_lookup(fixture->loop->domain, id, &error));
    g_assert_error(error, STRANDLINE_ERROR, code);
}

static int
type_of(Fixture *fixture, int id, unsigned flags)
{
    g_autoptr(GError) error = NULL;
    JobStats stats = {0};

    g_assert_cmpint(
        remote_job_stats(fixture->loop->domain, id, flags, &stats, &error), ==,
        0);
    g_assert_no_error(error);
    g_assert_cmpint(stats.type == VIR_DOMAIN_JOB_NONE, ==, stats.nparams == 0);
    typed_params_free(stats.params, stats.nparams);
    return stats.type;
}

static void
the_default_job_is_always_listed_and_a_backup_beside_it(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    virDomainJobPtr job = NULL;

    expect_jobs(fixture, ALL, "0:0:0");
    expect_no_job(fixture, ONLY_ID, VIR_ERR_NO_DOMAIN_BACKUP);
    begin_pull(fixture);
    expect_jobs(fixture, 0, "0:0:0 1:9:2");
    job = remote_job_lookup(fixture->loop->domain, ONLY_ID, NULL);
    g_assert_cmpint(job->operation, ==, VIR_DOMAIN_JOB_OPERATION_BACKUP);
    job_object_unref(job);
    job = remote_job_lookup(fixture->loop->domain, DEFAULT_ID, NULL);
    g_assert_cmpint(job->type, ==, VIR_DOMAIN_JOB_NONE);
    job_object_unref(job);
    expect_no_job(fixture, 2, VIR_ERR_NO_DOMAIN_BACKUP);
}

static void
figures_are_of_the_job_that_was_asked_for(void)
{
    g_autoptr(Fixture) fixture = fixture_new();

    begin_pull(fixture);
    g_assert_cmpint(type_of(fixture, ONLY_ID, 0), ==, VIR_DOMAIN_JOB_UNBOUNDED);
    g_assert_cmpint(type_of(fixture, ANY_ID, 0), ==, VIR_DOMAIN_JOB_UNBOUNDED);
    g_assert_cmpint(type_of(fixture, DEFAULT_ID, 0), ==, VIR_DOMAIN_JOB_NONE);
}

static void
a_backup_is_shown_and_ended_by_its_handle(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = NULL;

    begin_pull(fixture);
    xml = remote_job_xml(fixture->loop->domain, ONLY_ID, NULL);
    g_assert_nonnull(strstr(xml, "/socket"));
    g_assert_null(remote_job_xml(fixture->loop->domain, DEFAULT_ID, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_cmpint(remote_job_end(fixture->loop->domain, ONLY_ID, NULL), ==,
                    1);
    /* Remembered until it is read, by a handle as well. */
    expect_jobs(fixture, 0, "0:0:0");
    expect_jobs(fixture, ALL, "0:0:0 1:9:3");
    g_assert_cmpint(type_of(fixture, ONLY_ID, 0), ==, VIR_DOMAIN_JOB_COMPLETED);
    g_assert_cmpint(type_of(fixture, DEFAULT_ID, 0), ==, VIR_DOMAIN_JOB_NONE);
    g_assert_cmpint(type_of(fixture, ONLY_ID, VIR_DOMAIN_JOB_STATS_COMPLETED),
                    ==, VIR_DOMAIN_JOB_COMPLETED);
    expect_jobs(fixture, ALL, "0:0:0");
    expect_no_job(fixture, ONLY_ID, VIR_ERR_NO_DOMAIN_BACKUP);
}

/* The peer's call takes no id, so a wrong one must not reach it. */
static void
only_the_job_that_was_meant_is_aborted(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(GError) error = NULL;

    begin_pull(fixture);
    g_assert_cmpint(remote_job_abort(fixture->loop->domain, DEFAULT_ID, &error),
                    ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_INVALID);
    g_clear_error(&error);
    expect_jobs(fixture, 0, "0:0:0 1:9:2");
    g_assert_cmpint(remote_job_abort(fixture->loop->domain, ONLY_ID, &error),
                    ==, 0);
    expect_jobs(fixture, 0, "0:0:0");
    g_assert_cmpint(remote_job_abort(fixture->loop->domain, ONLY_ID, &error),
                    ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_INVALID);
}

static void
a_domain_that_is_off_has_the_default_job_alone(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    virDomainPtr domain = virDomainLookupByName(fixture->loop->server, "test");

    g_assert_cmpint(virDomainDestroy(domain), ==, 0);
    virDomainFree(domain);
    expect_jobs(fixture, 0, "0:0:0");
    expect_jobs(fixture, ALL, "0:0:0");
}

static int
count_domains(Fixture *fixture, unsigned flags)
{
    g_autoptr(GError) error = NULL;
    virDomainPtr *domains = NULL;
    int count =
        remote_list_domains(fixture->loop->conn, &domains, flags, &error);

    g_assert_no_error(error);
    g_assert_null(domains[count]);
    for (int i = 0; i < count; i++)
        domain_object_unref(domains[i]);
    g_free(domains);
    return count;
}

static void
domains_are_listed_by_their_backup(void)
{
    const unsigned with = VIR_CONNECT_LIST_DOMAINS_HAS_BACKUP_JOB;
    const unsigned without = VIR_CONNECT_LIST_DOMAINS_NO_BACKUP_JOB;
    g_autoptr(Fixture) fixture = fixture_new();

    g_assert_cmpint(count_domains(fixture, with), ==, 0);
    g_assert_cmpint(count_domains(fixture, without), ==, 1);
    begin_pull(fixture);
    g_assert_cmpint(count_domains(fixture, with), ==, 1);
    g_assert_cmpint(count_domains(fixture, without), ==, 0);
    g_assert_cmpint(count_domains(fixture, with | without), ==, 1);
    /* The other filters are the peer's. */
    g_assert_cmpint(
        count_domains(fixture, with | VIR_CONNECT_LIST_DOMAINS_INACTIVE), ==,
        0);
}

static void
flags_are_judged_before_the_peer_is_asked(void)
{
    g_autoptr(Fixture) fixture = fixture_new();
    g_autoptr(GError) error = NULL;
    virDomainJobPtr *jobs = NULL;

    g_assert_cmpint(
        remote_job_list(fixture->loop->domain, &jobs, 1U << 20, &error), ==,
        -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/remote/job_calls/" #name, name)
    TEST(the_default_job_is_always_listed_and_a_backup_beside_it);
    TEST(figures_are_of_the_job_that_was_asked_for);
    TEST(a_backup_is_shown_and_ended_by_its_handle);
    TEST(only_the_job_that_was_meant_is_aborted);
    TEST(a_domain_that_is_off_has_the_default_job_alone);
    TEST(domains_are_listed_by_their_backup);
    TEST(flags_are_judged_before_the_peer_is_asked);
    return g_test_run();
}
