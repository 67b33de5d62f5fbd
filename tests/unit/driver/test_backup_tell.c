/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The end of a backup is told in libvirt's order. */
#include "driver/backup_tell.h"

#include "base/event_loop.h"
#include "fake_driver.h"

static void
on_completed(virConnectPtr conn, virDomainPtr domain,
             virTypedParameterPtr params, int nparams, void *opaque)
{
    (void)conn;
    (void)params;
    g_assert_cmpstr(domain->name, ==, "web");
    g_assert_cmpint(nparams, >, 0);
    g_string_append(opaque, "job ");
}

static void
on_disk(virConnectPtr conn, virDomainPtr domain, const char *disk, int type,
        int status, void *opaque)
{
    (void)conn;
    (void)domain;
    g_assert_cmpint(type, ==, VIR_DOMAIN_BLOCK_JOB_TYPE_BACKUP);
    g_string_append_printf(opaque, "%s:%d ", disk, status);
}

static void
listen(virConnectPtr conn, int event, virConnectDomainEventGenericCallback call,
       GString *heard)
{
    const EventCallback wanted = {NULL, event, call, heard, NULL};

    g_assert_cmpint(event_queue_add(conn->events, &wanted, NULL), >=, 0);
}

static void
set_tick(int timer, void *opaque)
{
    (void)timer;
    *(bool *)opaque = true;
}

/* Until everything is delivered that was ready. */
static void
run_loop(void)
{
    bool is_over = false;
    int timer = event_loop_add_timeout(0, set_tick, &is_over, NULL);

    while (!is_over)
        g_assert_true(event_loop_run_default(NULL));
    g_assert_cmpint(event_loop_remove_timeout(timer), ==, 0);
}

/* What is heard of a backup of vda (of a known path) and vdb that ends so. */
static void
assert_heard(BackupMode mode, JobOutcome outcome, const char *expected)
{
    const EventDomain whom = {"web", fake_uuid, 1};
    virConnectPtr conn = NULL;
    g_autoptr(GString) heard = g_string_new(NULL);
    g_autoptr(DomainDef) def = domain_def_new();
    g_autoptr(Job) job = job_new(7, VIR_DOMAIN_JOB_OPERATION_BACKUP);
    DiskDef *disk = disk_def_new();

    fake_reset();
    conn = connect_object_new(&fake_driver, &fake, "fake:///", false);
    disk->target = g_strdup("vda");
    disk->path = g_strdup("/images/vda");
    g_ptr_array_add(def->disks, disk);
    job->backup = backup_def_new();
    job->backup->mode = mode;
    job->state = JOB_ENDED;
    job->outcome = outcome;
    g_ptr_array_add(job->disks, job_disk_new("vda"));
    g_ptr_array_add(job->disks, job_disk_new("vdb"));
    listen(conn, VIR_DOMAIN_EVENT_ID_BLOCK_JOB,
           VIR_DOMAIN_EVENT_CALLBACK(on_disk), heard);
    listen(conn, VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2,
           VIR_DOMAIN_EVENT_CALLBACK(on_disk), heard);
    listen(conn, VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
           VIR_DOMAIN_EVENT_CALLBACK(on_completed), heard);
    backup_tell(conn->events, &whom, def, job);
    run_loop();
    g_assert_cmpstr(heard->str, ==, expected);
    connect_object_unref(conn);
}

static void
the_whole_is_told_before_its_last_disk(void)
{
    assert_heard(BACKUP_MODE_PUSH, JOB_COMPLETED,
                 "/images/vda:0 vda:0 job :0 vdb:0 ");
    assert_heard(BACKUP_MODE_PUSH, JOB_CANCELLED,
                 "/images/vda:2 vda:2 job :2 vdb:2 ");
}

static void
the_disks_of_a_pull_that_was_ended_are_cancelled(void)
{
    assert_heard(BACKUP_MODE_PULL, JOB_COMPLETED,
                 "/images/vda:2 vda:2 job :2 vdb:2 ");
}

static void
a_pull_that_fell_is_told_as_a_whole(void)
{
    assert_heard(BACKUP_MODE_PULL, JOB_FAILED, "job ");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(event_loop_register_default());
#define TEST(name) g_test_add_func("/driver/backup_tell/" #name, name)
    TEST(the_whole_is_told_before_its_last_disk);
    TEST(the_disks_of_a_pull_that_was_ended_are_cancelled);
    TEST(a_pull_that_fell_is_told_as_a_whole);
    return g_test_run();
}
