/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs as callers see them: ids, lists, figures, events, and what becomes of
 * the checkpoint that a job carried. */
#include "backup_steps.h"

#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

static Machine *
paused_machine(void)
{
    Machine *machine = machine_new("jobs", 1, 2 * MIB);

    machine_start_paused(machine);
    machine_write(machine, 0, 0x5d, 0, MIB);
    return machine;
}

static int
pull(Machine *machine, const char *checkpoint)
{
    return begin(machine, document(machine, "pull", " "), checkpoint, 0);
}

/* "0:0 1:2": id and type of each job. */
static char *
listed(Machine *machine)
{
    virDomainJobId *ids = NULL;
    GString *text = g_string_new(NULL);
    int n_ids = virDomainListJobIds(machine->domain, &ids, 0);

    require(n_ids >= 0);
    g_assert_cmpint(virDomainListJobIds(machine->domain, NULL, 0), ==, n_ids);
    for (int i = 0; i < n_ids; i++) {
        g_string_append_printf(text, "%s%d:%d", i > 0 ? " " : "", ids[i].id,
                               ids[i].type);
    }
    free(ids);
    return g_string_free(text, FALSE);
}

static void
require_listed(Machine *machine, const char *expected)
{
    g_autofree char *got = listed(machine);

    g_assert_cmpstr(got, ==, expected);
}

static void
the_default_job_is_always_listed_and_ids_never_return(void)
{
    g_autoptr(Machine) machine = paused_machine();
    int job = 0;

    require_listed(machine, "0:0");
    job = pull(machine, NULL);
    g_assert_cmpint(job, ==, 1);
    require_listed(machine, "0:0 1:2");
    end(machine, job, 0, 1);
    require_listed(machine, "0:0");
    refuse_begin(machine,
                 document(machine, "push", "<disks><disk name='vdx'/></disks>"),
                 NULL, 0, VIR_ERR_CONFIG_UNSUPPORTED, "vdx");
    job = pull(machine, NULL);
    g_assert_cmpint(job, >, 1);
    end(machine, job, 0, 1);
    machine_stop(machine);
    machine_start_paused(machine);
    g_assert_cmpint(pull(machine, NULL), >, job);
}

/* Whoever kept an id of the domain that had this UUID means that one. */
static void
ids_go_on_when_the_domain_is_defined_again(void)
{
    g_autoptr(Machine) machine = paused_machine();
    char *xml = virDomainGetXMLDesc(machine->domain, 0);
    int job = pull(machine, NULL);

    require(xml != NULL);
    end(machine, job, 0, 1);
    machine_stop(machine);
    require(virDomainUndefine(machine->domain) == 0);
    require(virDomainFree(machine->domain) == 0);
    machine->domain = virDomainDefineXML(machine->conn, xml);
    require(machine->domain != NULL);
    free(xml);
    machine_start_paused(machine);
    end(machine, job, 0, -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_cmpint(pull(machine, NULL), >, job);
}

static void
a_push_is_listed_until_its_end(void)
{
    g_autoptr(Machine) machine = paused_machine();
    int job = begin(machine,
                    document(machine, "push",
                             "<disks><disk name='vda'><target file='%s/target'"
                             "/></disk></disks>",
                             machine->folder),
                    NULL, 0);

    g_assert_cmpint(wait_until_done(machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    require_listed(machine, "0:0 1:3");
    require_nothing_left(machine, "target");
    /* What only waits for its end is in nobody's way. */
    g_assert_cmpint(pull(machine, NULL), ==, 2);
    require_listed(machine, "0:0 1:3 2:2");
    end(machine, 2, 0, 1);
    end(machine, job, VIR_DOMAIN_BACKUP_END_ABORT, 1);
    require_listed(machine, "0:0");
    end(machine, job, 0, -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
}

static void
foreign_ids_are_refused(void)
{
    g_autoptr(Machine) machine = paused_machine();

    g_assert_null(virDomainBackupGetXMLDesc(machine->domain, 7, 0));
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    end(machine, 7, 0, -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_null(virDomainJobLookupByID(machine->domain, 7, 0));
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_cmpint(virDomainAbortJob(machine->domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    end(machine, 0, 1U << 9, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

static int
stats_type(Machine *machine, unsigned flags)
{
    virTypedParameterPtr params = NULL;
    int n_params = 0;
    int type = -1;

    require(virDomainGetJobStats(machine->domain, &type, &params, &n_params,
                                 flags) == 0);
    virTypedParamsFree(params, n_params);
    return type;
}

static void
an_ended_job_is_told_once_or_as_often_as_it_is_kept(void)
{
    g_autoptr(Machine) machine = paused_machine();
    const unsigned completed = VIR_DOMAIN_JOB_STATS_COMPLETED;
    const unsigned keep = VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED;
    int job = pull(machine, NULL);

    g_assert_cmpint(stats_type(machine, 0), ==, VIR_DOMAIN_JOB_UNBOUNDED);
    g_assert_cmpint(stats_type(machine, completed), ==, VIR_DOMAIN_JOB_NONE);
    end(machine, job, 0, 1);
    g_assert_cmpint(stats_type(machine, 0), ==, VIR_DOMAIN_JOB_NONE);
    for (int i = 0; i < 2; i++) {
        g_assert_cmpint(stats_type(machine, completed | keep), ==,
                        VIR_DOMAIN_JOB_COMPLETED);
    }
    g_assert_cmpint(stats_type(machine, completed), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    g_assert_cmpint(stats_type(machine, completed), ==, VIR_DOMAIN_JOB_NONE);
}

static void
figures_add_up(void)
{
    g_autoptr(Machine) machine = paused_machine();
    virDomainJobInfo info;
    int job = 0;

    push_all(machine, NULL);
    job = begin(machine,
                document(machine, "push",
                         "<disks><disk name='vda'><target file='%s/target'/>"
                         "</disk></disks>",
                         machine->folder),
                NULL, 0);
    wait_until_done(machine, job);
    require(virDomainGetJobInfo(machine->domain, &info) == 0);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_JOB_COMPLETED);
    g_assert_cmpuint(info.fileTotal, ==, 2 * MIB);
    g_assert_cmpuint(info.fileProcessed + info.fileRemaining, ==,
                     info.fileTotal);
    g_assert_cmpint(stat_of(machine, job, VIR_DOMAIN_JOB_DISK_PROCESSED), ==,
                    2 * MIB);
    g_assert_cmpint(stat_of(machine, job, VIR_DOMAIN_JOB_DISK_REMAINING), ==,
                    0);
}

/* How a pull's end decides its checkpoint. */
static void
the_way_a_pull_ends_decides_its_checkpoint(void)
{
    g_autoptr(Machine) machine = paused_machine();
    virDomainJobPtr handle = NULL;
    int job = pull(machine, "ended");

    end(machine, job, VIR_DOMAIN_BACKUP_END_ABORT, 1);
    require_checkpoints(machine, 1);

    /* So do libvirt's clients say that they are done. */
    pull(machine, "left");
    require(virDomainAbortJob(machine->domain) == 0);
    require_checkpoints(machine, 2);
    require_nothing_left(machine, NULL);

    job = pull(machine, "aborted");
    handle = virDomainJobLookupByID(machine->domain, job, 0);
    require(handle != NULL);
    machine_write(machine, 0, 0x7, 0, 64 * KIB);
    require(virDomainJobAbort(handle, 0) == 0);
    virDomainJobFree(handle);
    require_checkpoints(machine, 2);
    require_nothing_left(machine, NULL);
    end(machine, job, 0, -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
}

/* "0 1:2!": the ids, with type and "!" for a backup. */
static void
require_handles(Machine *machine, unsigned flags, const char *expected)
{
    g_autoptr(GString) text = g_string_new(NULL);
    virDomainJobPtr *jobs = NULL;
    int n_jobs = virDomainListAllJobs(machine->domain, &jobs, flags);

    require(n_jobs >= 0);
    g_assert_cmpint(virDomainListAllJobs(machine->domain, NULL, flags), ==,
                    n_jobs);
    for (int i = 0; i < n_jobs; i++) {
        g_string_append_printf(
            text, "%s%d:%d%s", i > 0 ? " " : "", virDomainJobGetID(jobs[i]),
            virDomainJobGetType(jobs[i]),
            virDomainJobGetOperation(jobs[i]) == VIR_DOMAIN_JOB_OPERATION_BACKUP
                ? "!"
                : "");
        virDomainJobFree(jobs[i]);
    }
    free(jobs);
    g_assert_cmpstr(text->str, ==, expected);
}

static void
handles_list_end_and_show_their_own_job(void)
{
    g_autoptr(Machine) machine = paused_machine();
    virDomainJobPtr handle = NULL;
    char *xml = NULL;

    require_handles(machine, 0, "0:0");
    pull(machine, "first");
    handle = virDomainJobLookupByID(machine->domain, 1, 0);
    require(handle != NULL);
    xml = virDomainJobGetXMLDesc(handle, 0);
    require(xml != NULL);
    g_assert_true(xml && strstr(xml, "mode='pull'"));
    free(xml);
    require_handles(machine, 0, "0:0 1:2!");
    g_assert_cmpint(virDomainJobEnd(handle, 0), ==, 1);
    require_checkpoints(machine, 1);
    require_handles(machine, 0, "0:0");
    require_handles(machine, VIR_DOMAIN_LIST_JOBS_COMPLETED, "0:0 1:3!");
    /* The next job has another id, and the old handle does not reach it. */
    pull(machine, "second");
    g_assert_cmpint(virDomainJobEnd(handle, 0), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_cmpint(virDomainJobAbort(handle, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    require_handles(machine, VIR_DOMAIN_LIST_JOBS_COMPLETED, "0:0 1:3! 2:2!");
    g_assert_cmpint(stats_type(machine, VIR_DOMAIN_JOB_STATS_COMPLETED), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    require_handles(machine, VIR_DOMAIN_LIST_JOBS_COMPLETED, "0:0 2:2!");
    virDomainJobFree(handle);
    g_assert_cmpint(virDomainListAllJobs(machine->domain, NULL, 1U << 9), ==,
                    -1);
    require_error(VIR_ERR_INVALID_ARG);
}

static void
domains_are_listed_by_their_backup_jobs(void)
{
    g_autoptr(Machine) machine = paused_machine();
    const unsigned with = VIR_CONNECT_LIST_DOMAINS_HAS_BACKUP_JOB;
    const unsigned without = VIR_CONNECT_LIST_DOMAINS_NO_BACKUP_JOB;
    int job = 0;

    g_assert_cmpint(virConnectListAllDomains(machine->conn, NULL, with), ==, 0);
    g_assert_cmpint(virConnectListAllDomains(machine->conn, NULL, without), ==,
                    1);
    job = pull(machine, NULL);
    g_assert_cmpint(virConnectListAllDomains(machine->conn, NULL, with), ==, 1);
    g_assert_cmpint(virConnectListAllDomains(machine->conn, NULL, without), ==,
                    0);
    g_assert_cmpint(
        virConnectListAllDomains(machine->conn, NULL, with | without), ==, 1);
    end(machine, job, 0, 1);
    g_assert_cmpint(virConnectListAllDomains(machine->conn, NULL, with), ==, 0);
}

/* ---- jobs of another process that come and go between two looks */

enum { SHORT_PUSHES = 40, IDLE_TURNS_MAX = 200 };

static const char *self; /* how to run this program again */

/* Begins short pushes one after the other, and has each forgotten at once. */
static int
run_pusher(const char *uri, const char *target)
{
    Machine machine = {.conn = virConnectOpen(uri)};

    require(machine.conn != NULL);
    machine.domain = virDomainLookupByName(machine.conn, "jobs");
    require(machine.domain != NULL);
    for (int i = 0; i < SHORT_PUSHES; i++) {
        g_autofree char *xml = g_strdup_printf(
            "<domainbackup><disks><disk name='vda'><target file='%s'/></disk>"
            "</disks></domainbackup>",
            target);
        int job = begin(&machine, g_steal_pointer(&xml), NULL, 0);

        g_assert_cmpint(wait_until_done(&machine, job), ==,
                        VIR_DOMAIN_JOB_COMPLETED);
        end(&machine, job, 0, 1);
        g_assert_cmpint(stats_type(&machine, VIR_DOMAIN_JOB_STATS_COMPLETED),
                        ==, VIR_DOMAIN_JOB_COMPLETED);
        g_assert_cmpint(remove(target), ==, 0);
    }
    require(virDomainFree(machine.domain) == 0);
    require(virConnectClose(machine.conn) == 0);
    return 0;
}

static void
on_any_job_completed(virConnectPtr conn, virDomainPtr domain,
                     virTypedParameterPtr params, int n_params, void *opaque)
{
    int *heard = opaque;
    int id = 0;

    (void)conn;
    (void)domain;
    require(virTypedParamsGetInt(params, n_params, VIR_DOMAIN_JOB_ID, &id) ==
            1);
    g_assert_cmpint(id, >=, 1);
    g_assert_cmpint(id, <=, SHORT_PUSHES);
    heard[0]++;
    heard[id]++;
}

static void
on_pusher_exit(GPid pid, gint status, gpointer opaque)
{
    (void)pid;
    *(int *)opaque = status;
}

static void
short_jobs_of_another_process_are_told_once_each(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *target = machine_file(machine, "target");
    char *argv[] = {(char *)self, (char *)"--push", machine->uri, target, NULL};
    int heard[SHORT_PUSHES + 1] = {0};
    g_autoptr(GError) error = NULL;
    int status = -1;
    int n_idle_turns = 0;
    GPid pid = 0;
    int id = virConnectDomainEventRegisterAny(
        machine->conn, NULL, VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
        VIR_DOMAIN_EVENT_CALLBACK(on_any_job_completed), heard, NULL);

    require(id >= 0);
    g_spawn_async(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                  &error);
    g_assert_no_error(error);
    g_child_watch_add(pid, on_pusher_exit, &status);
    while (status < 0 || heard[0] < SHORT_PUSHES) {
        require(virEventRunDefaultImpl() == 0);
        (void)g_main_context_iteration(NULL, FALSE);
        g_assert_cmpint(status, <=, 0);
        n_idle_turns += status == 0;
        g_assert_cmpint(n_idle_turns, <, IDLE_TURNS_MAX);
    }
    /* A second event of one of them would come with the next looks. */
    for (int i = 0; i < 8; i++)
        require(virEventRunDefaultImpl() == 0);
    for (int i = 1; i <= SHORT_PUSHES; i++)
        g_assert_cmpint(heard[i], ==, 1);
    require(virConnectDomainEventDeregisterAny(machine->conn, id) == 0);
}

#define ADD(test) g_test_add_func("/integration/" #test, test)

int
main(int argc, char *argv[])
{
    if (argc == 4 && strcmp(argv[1], "--push") == 0)
        return run_pusher(argv[2], argv[3]);
    self = argv[0];
    g_test_init(&argc, &argv, NULL);
    require(virEventRegisterDefaultImpl() == 0);
    ADD(the_default_job_is_always_listed_and_ids_never_return);
    ADD(ids_go_on_when_the_domain_is_defined_again);
    ADD(a_push_is_listed_until_its_end);
    ADD(foreign_ids_are_refused);
    ADD(an_ended_job_is_told_once_or_as_often_as_it_is_kept);
    ADD(figures_add_up);
    ADD(the_way_a_pull_ends_decides_its_checkpoint);
    ADD(handles_list_end_and_show_their_own_job);
    ADD(domains_are_listed_by_their_backup_jobs);
    ADD(short_jobs_of_another_process_are_told_once_each);
    return g_test_run();
}
