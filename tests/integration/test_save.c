/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Saved machines: they go on where they stood, with their bitmaps; and what is
 * refused. */
#include "checkpoint_steps.h"
#include "domain_steps.h"
#include "save_steps.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK (64 * KIB)

enum { POLL_US = 1000 };

static int
stat_number(virDomainPtr domain, const char *name, unsigned flags)
{
    virTypedParameterPtr params = NULL;
    int n_params = 0;
    int type = -1;
    unsigned long long value = 0;
    int found = 0;

    require(virDomainGetJobStats(domain, &type, &params, &n_params, flags) ==
            0);
    found = virTypedParamsGetULLong(params, n_params, name, &value);
    virTypedParamsFree(params, n_params);
    return found == 1 ? (int)value : -1;
}

static void
a_saved_guest_goes_on_where_it_stood(void)
{
    g_autoptr(Machine) machine = counting_machine();
    g_autofree char *file = machine_file(machine, "web.save");
    guint64 count = 0;

    machine_start(machine);
    let_it_count(machine);
    require(virDomainSuspend(machine->domain) == 0);
    count = counter(machine);
    require(virDomainSave(machine->domain, file) == 0);
    expect_state(machine->domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SAVED);
    g_assert_cmpint(machine_pid(machine), ==, 0);
    require(virDomainRestore(machine->conn, file) == 0);
    expect_state(machine->domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    g_assert_cmpuint(counter(machine), ==, count);
    require(virDomainResume(machine->domain) == 0);
    while (counter(machine) == count)
        g_usleep(POLL_US);
    require(virDomainIsPersistent(machine->domain) == 1);
}

static void
what_ran_runs_again_unless_told_otherwise(void)
{
    g_autoptr(Machine) machine = counting_machine();
    g_autofree char *file = machine_file(machine, "web.save");

    machine_start(machine);
    let_it_count(machine);
    require(virDomainSave(machine->domain, file) == 0);
    require(virDomainRestore(machine->conn, file) == 0);
    expect_state(machine->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_RESTORED);
    require(virDomainSaveFlags(machine->domain, file, NULL,
                               VIR_DOMAIN_SAVE_PAUSED) == 0);
    require(virDomainRestore(machine->conn, file) == 0);
    expect_state(machine->domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    require(virDomainSave(machine->domain, file) == 0);
    require(virDomainRestoreFlags(machine->conn, file, NULL,
                                  VIR_DOMAIN_SAVE_RUNNING) == 0);
    expect_state(machine->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_RESTORED);
}

static void
checkpoints_come_along(void)
{
    g_autoptr(Machine) machine = machine_new("web", 2, DISK_SIZE);
    g_autofree char *file = machine_file(machine, "web.save");

    machine_start_paused(machine);
    make_checkpoint(machine, "c1", NULL);
    machine_write(machine, 0, 1, 0, BLOCK);
    make_checkpoint(machine, "c2", "vda");
    machine_write(machine, 0, 2, MIB, BLOCK);
    require(virDomainSave(machine->domain, file) == 0);
    require(virDomainRestore(machine->conn, file) == 0);
    assert_names(machine, "c1 c2");
    assert_bitmaps(machine, 0, "c1 c2*");
    assert_bitmaps(machine, 1, "c1*");
    machine_write(machine, 0, 3, 2 * MIB, BLOCK);
    machine_write(machine, 1, 3, 2 * MIB, BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 3 * BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, 2 * BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c1", 1), ==, BLOCK);
    machine_stop(machine);
    machine_start_paused(machine);
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, 2 * BLOCK);
}

static void
a_managed_save_is_gone_on_from_once(void)
{
    g_autoptr(Machine) machine = counting_machine();
    g_autofree char *xml = NULL;
    guint64 count = 0;

    machine_start(machine);
    let_it_count(machine);
    require(virDomainSuspend(machine->domain) == 0);
    count = counter(machine);
    require(virDomainManagedSave(machine->domain, 0) == 0);
    require(virDomainHasManagedSaveImage(machine->domain, 0) == 1);
    xml = virDomainManagedSaveGetXMLDesc(machine->domain, 0);
    g_assert_nonnull(xml);
    g_assert_nonnull(strstr(xml, "<name>web</name>"));
    g_assert_cmpint(virDomainUndefine(machine->domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "managed save");
    g_assert_cmpint(virDomainRename(machine->domain, "db", 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "managed save");
    require(virDomainCreate(machine->domain) == 0);
    require(virDomainHasManagedSaveImage(machine->domain, 0) == 0);
    g_assert_cmpuint(counter(machine), ==, count);
    g_assert_null(virDomainManagedSaveGetXMLDesc(machine->domain, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "no managed save");
    require(virDomainManagedSave(machine->domain, VIR_DOMAIN_SAVE_RUNNING) ==
            0);
    require(virDomainCreateWithFlags(machine->domain,
                                     VIR_DOMAIN_START_FORCE_BOOT |
                                         VIR_DOMAIN_START_PAUSED) == 0);
    g_assert_cmpuint(counter(machine), ==, 0);
    require(virDomainHasManagedSaveImage(machine->domain, 0) == 0);
    require(virDomainManagedSave(machine->domain, 0) == 0);
    require(virDomainManagedSaveRemove(machine->domain, 0) == 0);
    require(virDomainManagedSaveRemove(machine->domain, 0) == 0);
    require(virDomainHasManagedSaveImage(machine->domain, 0) == 0);
    require(virDomainManagedSaveDefineXML(machine->domain, "<domain/>", 0) ==
            -1);
}

static void
a_saved_transient_machine_comes_back_as_one(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    g_autofree char *file = machine_file(machine, "web.save");

    machine_start_paused(machine);
    require(virDomainUndefine(machine->domain) == 0);
    g_assert_cmpint(virDomainManagedSave(machine->domain, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "transient");
    require(virDomainSave(machine->domain, file) == 0);
    g_assert_cmpint(virDomainIsActive(machine->domain), ==, -1);
    expect_error(VIR_ERR_NO_DOMAIN, "web");
    require(virDomainRestore(machine->conn, file) == 0);
    require(virDomainIsActive(machine->domain) == 1);
    require(virDomainIsPersistent(machine->domain) == 0);
    g_assert_cmpint(virDomainRestore(machine->conn, file), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "runs already");
}

static void
an_image_can_be_changed_where_its_disks_are(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    g_autofree char *file = machine_file(machine, "web.save");
    g_autofree char *moved = machine_file(machine, "moved.qcow2");
    g_autofree char *xml = NULL;
    g_autofree char *there = NULL;
    g_autofree char *more = NULL;
    g_auto(GStrv) parts = NULL;

    machine_start_paused(machine);
    machine_write(machine, 0, 7, 0, BLOCK);
    require(virDomainSave(machine->domain, file) == 0);
    xml = virDomainSaveImageGetXMLDesc(machine->conn, file, 0);
    require(xml != NULL);
    parts = g_strsplit(xml, machine->path[0], 2);
    g_assert_nonnull(parts[1]);
    there = g_strconcat(parts[0], moved, parts[1], NULL);
    g_assert_cmpint(g_rename(machine->path[0], moved), ==, 0);
    g_assert_cmpint(virDomainRestore(machine->conn, file), ==, -1);
    expect_error(VIR_ERR_SYSTEM_ERROR, "disk0.qcow2");
    require(virDomainSaveImageDefineXML(machine->conn, file, there,
                                        VIR_DOMAIN_SAVE_RUNNING) == 0);
    require(virDomainRestore(machine->conn, file) == 0);
    expect_state(machine->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_RESTORED);
    machine_io(machine, 0, "read -P 7 0 64k");
    g_clear_pointer(&parts, g_strfreev);
    parts = g_strsplit(xml, ">1</vcpu>", 2);
    g_assert_nonnull(parts[1]);
    more = g_strconcat(parts[0], ">2</vcpu>", parts[1], NULL);
    g_assert_cmpint(virDomainSaveImageDefineXML(machine->conn, file, more, 0),
                    ==, -1);
    expect_error(VIR_ERR_CONFIG_UNSUPPORTED, "another machine");
}

static void
what_is_no_whole_image_is_refused(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    g_autofree char *file = machine_file(machine, "web.save");
    g_autofree char *foreign = machine_file(machine, "foreign");

    machine_start_paused(machine);
    require(virDomainSave(machine->domain, file) == 0);
    g_free(run_command("truncate", "-s", "-4096", file, NULL));
    g_assert_cmpint(virDomainRestore(machine->conn, file), ==, -1);
    expect_error(VIR_ERR_OPERATION_FAILED, "cut off");
    g_assert_true(g_file_set_contents(foreign, "no image", -1, NULL));
    g_assert_cmpint(virDomainRestore(machine->conn, foreign), ==, -1);
    expect_error(VIR_ERR_OPERATION_FAILED, "no saved machine");
    g_assert_null(
        virDomainSaveImageGetXMLDesc(machine->conn, "/nonexistent", 0));
    expect_error(VIR_ERR_SYSTEM_ERROR, "/nonexistent");
    expect_state(machine->domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SAVED);
}

/* Each of them, and the guest stays as it was. */
static void
a_save_beside_another_job_is_refused(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    g_autofree char *file = machine_file(machine, "web.save");
    g_autofree char *pull =
        g_strdup_printf("<domainbackup mode='pull'><server transport='unix' "
                        "socket='%s/p.sock'/></domainbackup>",
                        machine->folder);
    int job = 0;

    g_assert_cmpint(virDomainSave(machine->domain, file), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "does not run");
    machine_start(machine);
    job = virDomainBackupBegin(machine->domain, pull, NULL, 0);
    require(job > 0);
    g_assert_cmpint(virDomainSave(machine->domain, file), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "backup");
    g_assert_cmpint(virDomainManagedSave(machine->domain, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "backup");
    g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
    require(virDomainBackupEnd(machine->domain, job, 0) == 1);
    g_assert_cmpint(virDomainSave(machine->domain, machine->folder), ==, -1);
    expect_error(VIR_ERR_OPERATION_FAILED, "no plain file");
    expect_state(machine->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_BOOTED);
    require(virDomainSave(machine->domain, file) == 0);
    g_assert_cmpint(stat_number(machine->domain, VIR_DOMAIN_JOB_MEMORY_TOTAL,
                                VIR_DOMAIN_JOB_STATS_COMPLETED),
                    >=, 32 * 1024 * 1024);
}

static void
a_machine_that_is_not_defined_can_run(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    g_autofree char *xml = virDomainGetXMLDesc(machine->domain, 0);
    virDomainPtr again = NULL;

    require(xml != NULL);
    again = virDomainCreateXML(machine->conn, xml, VIR_DOMAIN_START_PAUSED);
    require(again != NULL);
    require(virDomainIsPersistent(again) == 1);
    g_assert_null(virDomainCreateXML(machine->conn, xml, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "runs already");
    require(virDomainUndefine(again) == 0);
    require(virDomainDestroy(again) == 0);
    g_assert_cmpint(virDomainIsActive(again), ==, -1);
    require(virDomainFree(again) == 0);
    again = virDomainCreateXML(machine->conn, xml, VIR_DOMAIN_START_PAUSED);
    require(again != NULL);
    require(virDomainIsPersistent(again) == 0);
    require(virDomainDestroy(again) == 0);
    require(virDomainFree(again) == 0);
    g_assert_cmpint(virConnectListAllDomains(machine->conn, NULL, 0), ==, 0);
}

static void
a_dump_leaves_the_guest_as_it_was(void)
{
    g_autoptr(Machine) machine = counting_machine();
    g_autofree char *core = machine_file(machine, "core");
    g_autofree char *stream = machine_file(machine, "stream");
    g_autofree char *start = NULL;
    gsize length = 0;

    machine_start(machine);
    let_it_count(machine);
    make_checkpoint(machine, "c1", NULL);
    require(virDomainCoreDump(machine->domain, core, VIR_DUMP_MEMORY_ONLY) ==
            0);
    expect_state(machine->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_UNPAUSED);
    g_assert_true(g_file_get_contents(core, &start, &length, NULL));
    g_assert_cmpuint(length, >, 32 * MIB);
    g_assert_cmpint(memcmp(start, "\177ELF", 4), ==, 0);
    require(virDomainCoreDump(machine->domain, stream, 0) == 0);
    expect_state(machine->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_UNPAUSED);
    machine_write(machine, 0, 3, 2 * MIB, BLOCK);
    assert_bitmaps(machine, 0, "c1*");
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, BLOCK);
    g_assert_cmpint(
        virDomainCoreDumpWithFormat(machine->domain, core,
                                    VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_ZLIB, 0),
        ==, -1);
    expect_error(VIR_ERR_OPERATION_UNSUPPORTED, "memory-only");
    require(virDomainCoreDumpWithFormat(
                machine->domain, core, VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_ZLIB,
                VIR_DUMP_MEMORY_ONLY | VIR_DUMP_LIVE) == 0);
    require(virDomainSuspend(machine->domain) == 0);
    g_assert_cmpint(virDomainCoreDump(machine->domain, stream, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "paused");
    require(virDomainCoreDump(machine->domain, core,
                              VIR_DUMP_MEMORY_ONLY | VIR_DUMP_CRASH) == 0);
    expect_state(machine->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_CRASHED);
}

static void
the_time_that_a_machine_used_is_told(void)
{
    g_autoptr(Machine) machine = counting_machine();
    virTypedParameter params[3];
    unsigned long long used = 0;

    machine_start(machine);
    let_it_count(machine);
    g_assert_cmpint(virDomainGetCPUStats(machine->domain, NULL, 0, -1, 1, 0),
                    ==, 3);
    require(virDomainGetCPUStats(machine->domain, params, 3, -1, 1, 0) == 3);
    require(virTypedParamsGetULLong(params, 3, VIR_DOMAIN_CPU_STATS_CPUTIME,
                                    &used) == 1);
    g_assert_cmpuint(used, >, 0);
    g_assert_cmpuint(used, ==, params[1].value.ul + params[2].value.ul);
    g_assert_cmpint(virDomainGetCPUStats(machine->domain, NULL, 0, 0, 0, 0), ==,
                    -1);
    expect_error(VIR_ERR_OPERATION_UNSUPPORTED, "total");
    machine_stop(machine);
    g_assert_cmpint(virDomainGetCPUStats(machine->domain, NULL, 0, -1, 1, 0),
                    ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "does not run");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/integration/save/" #test, test)
    ADD(a_saved_guest_goes_on_where_it_stood);
    ADD(what_ran_runs_again_unless_told_otherwise);
    ADD(checkpoints_come_along);
    ADD(a_managed_save_is_gone_on_from_once);
    ADD(a_saved_transient_machine_comes_back_as_one);
    ADD(an_image_can_be_changed_where_its_disks_are);
    ADD(what_is_no_whole_image_is_refused);
    ADD(a_save_beside_another_job_is_refused);
    ADD(a_machine_that_is_not_defined_can_run);
    ADD(a_dump_leaves_the_guest_as_it_was);
    ADD(the_time_that_a_machine_used_is_told);
    return g_test_run();
}
