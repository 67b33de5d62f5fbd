/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Machines saved to files and brought back, dumps, and machines that run without
 * having been defined. */
#include "../integration/checkpoint_steps.h"
#include "../integration/domain_steps.h"
#include "../integration/event_ear.h"
#include "stage.h"

#include <glib/gstdio.h>
#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK (64 * KIB)

/* Bytes at @offset of vda, as the machine sees them. */
static void
expect_byte(virDomainPtr domain, uint64_t offset, unsigned char value)
{
    unsigned char found = 0;

    require(virDomainBlockPeek(domain, "vda", offset, 1, &found, 0) == 0);
    g_assert_cmpuint(found, ==, value);
}

static char *
text_of(Stage *stage)
{
    char *xml = virDomainGetXMLDesc(stage->machine->domain, 0);

    require(xml != NULL);
    return xml;
}

static void
a_file_brings_the_machine_back(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    virConnectPtr conn = stage->machine->conn;
    g_autofree char *file = machine_file(stage->machine, "web.save");

    stage_write(stage, 0, 7, 0, BLOCK);
    require(virDomainSave(domain, file) == 0);
    expect_state(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SAVED);
    require(virDomainHasManagedSaveImage(domain, 0) == 0);
    require(virDomainRestore(conn, file) == 0);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    expect_byte(domain, 10, 7);
    require(virDomainIsPersistent(domain) == 1);
    g_assert_cmpint(virDomainRestore(conn, file), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "runs already");
    require(virDomainSaveFlags(domain, file, NULL, VIR_DOMAIN_SAVE_RUNNING) ==
            0);
    require(virDomainRestore(conn, file) == 0);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_RESTORED);
    require(virDomainSave(domain, file) == 0);
    require(virDomainRestoreFlags(conn, file, NULL, VIR_DOMAIN_SAVE_PAUSED) ==
            0);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
}

static void
a_save_takes_its_file_and_document_as_parameters(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "web.save");
    virTypedParameterPtr params = NULL;
    int n = 0;
    int room = 0;

    require(virTypedParamsAddString(&params, &n, &room,
                                    VIR_DOMAIN_SAVE_PARAM_FILE, file) == 0);
    require(virDomainSaveParams(domain, params, n, 0) == 0);
    require(virDomainRestoreParams(stage->machine->conn, params, n,
                                   VIR_DOMAIN_SAVE_RUNNING) == 0);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_RESTORED);
    virTypedParamsFree(params, n);
    require(virDomainSaveParams(domain, NULL, 0, 0) == 0);
    require(virDomainHasManagedSaveImage(domain, 0) == 1);
}

/* Nothing of it is left but the file, and its disks. */
static void
a_saved_transient_machine_comes_back_as_one(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "web.save");

    stage_write(stage, 0, 9, 2 * BLOCK, BLOCK);
    require(virDomainUndefine(domain) == 0);
    require(virDomainSave(domain, file) == 0);
    g_assert_cmpint(virDomainIsActive(domain), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN);
    require(virDomainRestore(stage->machine->conn, file) == 0);
    require(virDomainIsActive(domain) == 1);
    require(virDomainIsPersistent(domain) == 0);
    expect_byte(domain, 0, 0);
    expect_byte(domain, 2 * BLOCK, 9);
    expect_byte(domain, 3 * BLOCK, 0);
}

static void
an_image_is_shown_and_changed_as_one_machine(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virConnectPtr conn = stage->machine->conn;
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "web.save");
    g_autofree char *other = stage_document(stage, "db", NULL, NULL);
    char *xml = NULL;

    require(virDomainSave(domain, file) == 0);
    xml = virDomainSaveImageGetXMLDesc(conn, file, 0);
    g_assert_nonnull(xml);
    g_assert_nonnull(strstr(xml, "<name>web</name>"));
    g_assert_cmpint(virDomainSaveImageDefineXML(conn, file, other, 0), ==, -1);
    expect_error(VIR_ERR_CONFIG_UNSUPPORTED, "another machine");
    require(virDomainSaveImageDefineXML(conn, file, xml,
                                        VIR_DOMAIN_SAVE_RUNNING) == 0);
    g_assert_cmpint(virDomainRestoreFlags(conn, file, other, 0), ==, -1);
    expect_error(VIR_ERR_CONFIG_UNSUPPORTED, "another machine");
    require(virDomainRestoreFlags(conn, file, xml, 0) == 0);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_RESTORED);
    free(xml);
}

static void
what_is_no_whole_image_is_refused(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virConnectPtr conn = stage->machine->conn;
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "web.save");
    g_autofree char *letter = machine_file(stage->machine, "letter");

    require(virDomainSave(domain, file) == 0);
    g_free(run_command("truncate", "-s", "-8", file, NULL));
    g_assert_cmpint(virDomainRestore(conn, file), ==, -1);
    expect_error(VIR_ERR_OPERATION_FAILED, "cut off");
    g_assert_null(virDomainSaveImageGetXMLDesc(conn, file, 0));
    expect_error(VIR_ERR_OPERATION_FAILED, "cut off");
    g_assert_true(g_file_set_contents(letter, "dear all", -1, NULL));
    g_assert_cmpint(virDomainRestore(conn, letter), ==, -1);
    expect_error(VIR_ERR_OPERATION_FAILED, "no saved machine");
    g_assert_cmpint(virDomainRestore(conn, "/nonexistent"), ==, -1);
    expect_error(VIR_ERR_SYSTEM_ERROR, "/nonexistent");
    expect_state(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SAVED);
}

/* What is off has no state; a place that is no file is none for a save. */
static void
what_cannot_be_saved_is_refused(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "web.save");

    g_assert_cmpint(virDomainSave(domain, file), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "does not run");
    g_assert_cmpint(virDomainCoreDump(domain, file, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "does not run");
    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    g_assert_cmpint(virDomainSave(domain, stage->machine->folder), ==, -1);
    expect_error(VIR_ERR_OPERATION_FAILED, "no plain file");
    g_assert_cmpint(virDomainSave(domain, "/nonexistent/web.save"), ==, -1);
    require_error(VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpint(virDomainCoreDump(domain, file, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "is paused");
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
}

/* ---- jobs ---- */

/* The newest job of the domain; its handle is the caller's. */
static virDomainJobPtr
last_job(virDomainPtr domain)
{
    virDomainJobPtr *list = NULL;
    int count =
        virDomainListAllJobs(domain, &list, VIR_DOMAIN_LIST_JOBS_COMPLETED);
    virDomainJobPtr last = NULL;

    require(count > 1);
    last = list[count - 1];
    for (int i = 0; i < count - 1; i++)
        require(virDomainJobFree(list[i]) == 0);
    free(list);
    return last;
}

/* Ended well, as the job of that operation; its id. */
static int
expect_last(virDomainPtr domain, int operation)
{
    virDomainJobPtr job = last_job(domain);
    virTypedParameterPtr params = NULL;
    int n = 0;
    int type = -1;
    int success = -1;
    int id = virDomainJobGetID(job);
    unsigned long long total = 0;
    unsigned long long processed = 0;

    g_assert_cmpint(virDomainJobGetOperation(job), ==, operation);
    g_assert_cmpint(virDomainJobGetType(job), ==, VIR_DOMAIN_JOB_COMPLETED);
    require(virDomainJobGetStats(job, &type, &params, &n,
                                 VIR_DOMAIN_JOB_STATS_COMPLETED) == 0);
    g_assert_cmpint(type, ==, VIR_DOMAIN_JOB_COMPLETED);
    require(virTypedParamsGetBoolean(params, n, VIR_DOMAIN_JOB_SUCCESS,
                                     &success) == 1);
    g_assert_cmpint(success, ==, 1);
    require(virTypedParamsGetULLong(params, n, VIR_DOMAIN_JOB_MEMORY_TOTAL,
                                    &total) == 1);
    require(virTypedParamsGetULLong(params, n, VIR_DOMAIN_JOB_MEMORY_PROCESSED,
                                    &processed) == 1);
    g_assert_cmpuint(total, >, 0);
    g_assert_cmpuint(processed, >, 0);
    virTypedParamsFree(params, n);
    require(virDomainJobFree(job) == 0);
    return id;
}

static void
each_save_restore_and_dump_was_a_job(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "file");
    int first = 0;
    int second = 0;

    require(virDomainCoreDump(domain, file, VIR_DUMP_MEMORY_ONLY) == 0);
    first = expect_last(domain, VIR_DOMAIN_JOB_OPERATION_DUMP);
    require(virDomainSave(domain, file) == 0);
    second = expect_last(domain, VIR_DOMAIN_JOB_OPERATION_SAVE);
    g_assert_cmpint(second, >, first);
    require(virDomainRestore(stage->machine->conn, file) == 0);
    g_assert_cmpint(expect_last(domain, VIR_DOMAIN_JOB_OPERATION_RESTORE), >,
                    second);
    require(virDomainManagedSave(domain, 0) == 0);
    g_assert_cmpint(expect_last(domain, VIR_DOMAIN_JOB_OPERATION_SAVE), >,
                    second);
    require(virDomainCreate(domain) == 0);
    (void)expect_last(domain, VIR_DOMAIN_JOB_OPERATION_RESTORE);
    g_assert_cmpint(virDomainListAllJobs(domain, NULL, 0), ==, 1);
}

/* How many ended ones of that operation. */
static int
count_ended(virDomainPtr domain, int operation)
{
    virDomainJobPtr *list = NULL;
    int count =
        virDomainListAllJobs(domain, &list, VIR_DOMAIN_LIST_JOBS_COMPLETED);
    int found = 0;

    require(count >= 1);
    for (int i = 0; i < count; i++) {
        found += virDomainJobGetOperation(list[i]) == operation;
        require(virDomainJobFree(list[i]) == 0);
    }
    free(list);
    return found;
}

static void
take_and_forget(virDomainPtr domain, const char *xml, unsigned flags)
{
    virDomainSnapshotPtr made = virDomainSnapshotCreateXML(domain, xml, flags);

    require(made != NULL);
    require(virDomainSnapshotFree(made) == 0);
}

/* What moves a machine's memory takes time; what puts disks aside is an
 * instant. */
static void
a_snapshot_is_a_job_if_it_has_memory(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *file = machine_file(stage->machine, "s3.mem");
    g_autofree char *xml = g_strdup_printf(
        "<domainsnapshot><name>s3</name><memory snapshot='external' "
        "file='%s'/></domainsnapshot>",
        file);
    virDomainSnapshotPtr inside = NULL;

    g_assert_null(virDomainSnapshotCreateXML(domain, xml, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "is paused");
    take_and_forget(domain, "<domainsnapshot><name>s1</name></domainsnapshot>",
                    0);
    expect_last(domain, VIR_DOMAIN_JOB_OPERATION_SNAPSHOT);
    inside = virDomainSnapshotLookupByName(domain, "s1", 0);
    require(virDomainRevertToSnapshot(inside, 0) == 0);
    expect_last(domain, VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_REVERT);
    require(virDomainSnapshotDelete(inside, 0) == 0);
    require(virDomainSnapshotFree(inside) == 0);
    g_assert_cmpint(count_ended(domain, VIR_DOMAIN_JOB_OPERATION_SNAPSHOT), ==,
                    0);
    take_and_forget(domain, "<domainsnapshot><name>s2</name></domainsnapshot>",
                    VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY);
    g_assert_cmpint(count_ended(domain, VIR_DOMAIN_JOB_OPERATION_SNAPSHOT), ==,
                    0);
    require(virDomainResume(domain) == 0);
    take_and_forget(domain, xml, 0);
    expect_last(domain, VIR_DOMAIN_JOB_OPERATION_SNAPSHOT);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED);
    g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
}

/* ---- dumps ---- */

static void
a_dump_leaves_the_guest_as_it_was(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *core = machine_file(stage->machine, "core");
    g_autofree char *stream = machine_file(stage->machine, "stream");
    g_autofree char *start = NULL;
    gsize length = 0;

    require(virDomainCoreDump(domain, core, VIR_DUMP_MEMORY_ONLY) == 0);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    g_assert_true(g_file_get_contents(core, &start, &length, NULL));
    g_assert_cmpuint(length, >, 100);
    g_assert_cmpint(memcmp(start, "\177ELF", 4), ==, 0);
    require(virDomainResume(domain) == 0);
    require(virDomainCoreDump(domain, stream, 0) == 0);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED);
    g_assert_true(g_file_test(stream, G_FILE_TEST_EXISTS));
    require(virDomainCoreDump(domain, core,
                              VIR_DUMP_MEMORY_ONLY | VIR_DUMP_RESET) == 0);
    g_assert_cmpint(
        virDomainCoreDumpWithFormat(domain, core,
                                    VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_ZLIB, 0),
        ==, -1);
    expect_error(VIR_ERR_OPERATION_UNSUPPORTED, "memory-only");
    require(virDomainCoreDump(domain, core,
                              VIR_DUMP_MEMORY_ONLY | VIR_DUMP_CRASH) == 0);
    expect_state(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_CRASHED);
}

/* ---- machines that are not defined ---- */

static void
a_machine_that_is_not_defined_can_run(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virConnectPtr conn = stage->machine->conn;
    g_autofree char *xml = text_of(stage);
    g_autofree char *renamed = NULL;
    g_auto(GStrv) parts = g_strsplit(xml, "<name>web<", 2);
    virDomainPtr again = NULL;

    again = virDomainCreateXML(conn, xml, VIR_DOMAIN_START_PAUSED);
    require(again != NULL);
    expect_state(again, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    require(virDomainIsPersistent(again) == 1);
    g_assert_null(virDomainCreateXML(conn, xml, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "runs already");
    require(virDomainUndefine(again) == 0);
    require(virDomainDestroy(again) == 0);
    g_assert_cmpint(virDomainIsActive(again), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN);
    require(virDomainFree(again) == 0);
    again = virDomainCreateXML(conn, xml, 0);
    require(again != NULL);
    expect_state(again, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED);
    require(virDomainIsPersistent(again) == 0);
    renamed = g_strconcat(parts[0], "<name>db<", parts[1], NULL);
    g_assert_null(virDomainCreateXML(conn, renamed, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "runs already");
    g_assert_null(virDomainCreateXML(conn, "<domain/>", 0));
    require_error(VIR_ERR_XML_ERROR);
    require(virDomainDestroy(again) == 0);
    require(virDomainFree(again) == 0);
}

/* ---- figures ---- */

static void
the_time_that_a_machine_used_is_told(void)
{
    g_autoptr(Stage) stage = stage_new(1, 16 * MIB);
    virDomainPtr domain = stage->machine->domain;
    virTypedParameter params[3];
    unsigned long long used = 0;

    g_assert_cmpint(virDomainGetCPUStats(domain, NULL, 0, -1, 1, 0), ==, 3);
    while (used == 0) {
        stage_write(stage, 0, 1, 0, MIB);
        require(virDomainGetCPUStats(domain, params, 3, -1, 1, 0) == 3);
        require(virTypedParamsGetULLong(params, 3, VIR_DOMAIN_CPU_STATS_CPUTIME,
                                        &used) == 1);
        g_assert_cmpuint(used, ==, params[1].value.ul + params[2].value.ul);
    }
    g_assert_cmpint(virDomainGetCPUStats(domain, NULL, 0, 0, 0, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_UNSUPPORTED, "total");
    require(virDomainDestroy(domain) == 0);
    g_assert_cmpint(virDomainGetCPUStats(domain, NULL, 0, -1, 1, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "does not run");
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "save_files");
    STAGE_TEST(a_file_brings_the_machine_back);
    STAGE_TEST(a_save_takes_its_file_and_document_as_parameters);
    STAGE_TEST(a_saved_transient_machine_comes_back_as_one);
    STAGE_TEST(an_image_is_shown_and_changed_as_one_machine);
    STAGE_TEST(what_is_no_whole_image_is_refused);
    STAGE_TEST(what_cannot_be_saved_is_refused);
    STAGE_TEST(each_save_restore_and_dump_was_a_job);
    STAGE_TEST(a_snapshot_is_a_job_if_it_has_memory);
    STAGE_TEST(a_dump_leaves_the_guest_as_it_was);
    STAGE_TEST(a_machine_that_is_not_defined_can_run);
    STAGE_TEST(the_time_that_a_machine_used_is_told);
    return g_test_run();
}
