/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checkpoints across the ends of a machine, across lost metadata, and across
 * callers that die: this program runs itself again as the caller that dies
 * (STRANDLINE_FAULT, base/fault.h) at each point in turn. */
#include "checkpoint_steps.h"

#include <libvirt/virterror.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define DISK_SIZE (16 * MIB)
#define BLOCK     (64 * KIB)

enum {
    REDEFINE = VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE,
    VALIDATE = VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE,
    METADATA_ONLY = VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY,
    DEATHS_MAX = 100,
};

static const char *self; /* how to run this program again */

static Machine *
paused_machine(void)
{
    Machine *machine = machine_new("web", 2, DISK_SIZE);

    machine_start_paused(machine);
    return machine;
}

static void
restart(Machine *machine)
{
    machine_stop(machine);
    machine_start_paused(machine);
}

static void
stop_and_start_keep_everything(void)
{
    g_autoptr(Machine) machine = paused_machine();

    make_checkpoint(machine, "c1", NULL);
    machine_write(machine, 0, 1, 0, BLOCK);
    make_checkpoint(machine, "c2", "vda");
    machine_write(machine, 0, 1, MIB, BLOCK);
    restart(machine);
    assert_names(machine, "c1 c2");
    assert_bitmaps(machine, 0, "c1 c2*");
    assert_bitmaps(machine, 1, "c1*");
    machine_write(machine, 0, 1, 2 * MIB, BLOCK);
    machine_write(machine, 1, 1, 2 * MIB, BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 3 * BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, 2 * BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c1", 1), ==, BLOCK);
}

static void
writes_while_off_are_in_the_next_incremental(void)
{
    g_autoptr(Machine) machine = paused_machine();

    make_checkpoint(machine, "c1", NULL);
    make_checkpoint(machine, "c2", NULL);
    machine_stop(machine);
    g_free(run_command("qemu-io", "-f", "qcow2", "-c", "write 3M 64k",
                       machine->path[0], NULL));
    machine_start_paused(machine);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, BLOCK);
}

/* c1 was stored once and comes back inconsistent; c2 never was and is gone. */
static void
killed_qemu_breaks_what_it_had_open(void)
{
    g_autoptr(Machine) machine = paused_machine();

    make_checkpoint(machine, "c1", NULL);
    restart(machine);
    make_checkpoint(machine, "c2", NULL);
    machine_write(machine, 0, 1, 0, BLOCK);
    machine_io(machine, 0, "flush");
    machine_kill(machine);
    machine_start_paused(machine);
    assert_names(machine, "c1 c2");
    assert_bitmaps(machine, 0, "c1!");
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    refuse_base(machine, "c2", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "'c2'"));
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "'vda'"));
    g_assert_cmpint(size_since(machine, "c1", 0), ==, -1);
}

static void
life_goes_on_after_a_kill(void)
{
    g_autoptr(Machine) machine = paused_machine();

    make_checkpoint(machine, "c1", NULL);
    restart(machine);
    machine_kill(machine);
    machine_start_paused(machine);
    make_checkpoint(machine, "c2", NULL);
    machine_write(machine, 0, 1, 0, BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, BLOCK);
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    delete_checkpoint(machine, "c1", 0);
    assert_bitmaps(machine, 0, "c2*");
    assert_bitmaps(machine, 1, "c2*");
    restart(machine);
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, BLOCK);
}

/* A backup's checkpoint whose QEMU was killed: rolled back at the next start,
 * and what it had recorded is lost with it. */
static void
kill_during_a_job_rolls_its_checkpoint_back(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *pull =
        g_strdup_printf("<domainbackup mode='pull'><server transport='unix' "
                        "socket='%s/p.sock'/></domainbackup>",
                        machine->folder);

    make_checkpoint(machine, "c1", NULL);
    restart(machine);
    require(virDomainBackupBegin(
                machine->domain, pull,
                "<domaincheckpoint><name>c2</name></domaincheckpoint>", 0) > 0);
    machine_write(machine, 0, 1, 0, BLOCK);
    machine_kill(machine);
    assert_names(machine, "c1");
    machine_start_paused(machine);
    assert_names(machine, "c1");
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    make_checkpoint(machine, "c2", NULL);
}

/* A bitmap removed from the image while the machine is off. */
static void
gap_in_the_line_is_found_at_start(void)
{
    g_autoptr(Machine) machine = paused_machine();

    make_checkpoint(machine, "c1", NULL);
    make_checkpoint(machine, "c2", NULL);
    make_checkpoint(machine, "c3", NULL);
    machine_stop(machine);
    change_image(machine, 0, "--remove", "c2");
    machine_start_paused(machine);
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    g_assert_cmpuint(dirty_since(machine, "c3", 0), ==, 0);
    g_assert_cmpuint(dirty_since(machine, "c1", 1), ==, 0);
}

/* Somebody stopped the recording one; a new checkpoint cannot close the gap. */
static void
pause_in_recording_is_never_forgotten(void)
{
    g_autoptr(Machine) machine = paused_machine();

    make_checkpoint(machine, "c1", NULL);
    machine_stop(machine);
    change_image(machine, 0, "--disable", "c1");
    machine_start_paused(machine);
    machine_write(machine, 0, 1, 0, BLOCK);
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    make_checkpoint(machine, "c2", NULL);
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    g_assert_cmpuint(dirty_since(machine, "c1", 1), ==, 0);
}

static void
redefine(Machine *machine, const char *xml, unsigned flags)
{
    virDomainCheckpointPtr checkpoint =
        virDomainCheckpointCreateXML(machine->domain, xml, REDEFINE | flags);

    require(checkpoint != NULL);
    require(virDomainCheckpointFree(checkpoint) == 0);
}

/* Behind the library's back, hence with a connection that has read nothing. */
static void
lose_metadata(Machine *machine)
{
    char uuid[VIR_UUID_STRING_BUFLEN];
    g_autofree char *folder = NULL;

    require(virDomainGetUUIDString(machine->domain, uuid) == 0);
    folder = machine_file(machine, "root/domains/%s/checkpoints", uuid);
    g_assert_true(g_file_test(folder, G_FILE_TEST_IS_DIR));
    g_free(run_command("rm", "-r", "--", folder, NULL));
    require(virDomainFree(machine->domain) == 0);
    require(virConnectClose(machine->conn) >= 0);
    machine->conn = virConnectOpen(machine->uri);
    require(machine->conn != NULL);
    machine->domain = virDomainLookupByName(machine->conn, "web");
    require(machine->domain != NULL);
}

/* All metadata is lost; the bitmaps and somebody's saved XML are there. */
static void
redefining_in_order_brings_a_line_back(void)
{
    g_autoptr(Machine) machine = paused_machine();
    char *saved[3];

    for (unsigned i = 0; i < 3; i++) {
        g_autofree char *name = g_strdup_printf("c%u", i + 1);

        make_checkpoint(machine, name, NULL);
        machine_write(machine, 0, 1, i * MIB, BLOCK);
    }
    saved[0] = xml_of(machine, "c1", 0);
    saved[1] = xml_of(machine, "c2", 0);
    saved[2] = xml_of(machine, "c3", 0);
    machine_stop(machine);
    lose_metadata(machine);
    assert_names(machine, "");
    refuse_checkpoint(machine, saved[1], REDEFINE, VIR_ERR_INVALID_ARG);
    for (unsigned i = 0; i < 3; i++) {
        redefine(machine, saved[i], 0);
        free(saved[i]);
    }
    assert_names(machine, "c1 c2 c3");
    machine_start_paused(machine);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 3 * BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, 2 * BLOCK);
}

static void
redefining_refuses_what_contradicts_the_records(void)
{
    g_autoptr(Machine) machine = paused_machine();
#define DOC(name, inner) \
    "<domaincheckpoint><name>" name "</name>" inner "</domaincheckpoint>"
#define TIME "<creationTime>1</creationTime>"
    static const struct {
        const char *xml;
        int code;
    } bad[] = {
        {"<domaincheckpoint>" TIME "</domaincheckpoint>", VIR_ERR_XML_ERROR},
        {DOC("x", ""), VIR_ERR_XML_ERROR},
        {DOC("x", TIME "<parent><name>x</name></parent>"), VIR_ERR_INVALID_ARG},
        {DOC("x", TIME "<parent><name>y</name></parent>"), VIR_ERR_INVALID_ARG},
        {DOC("c1", TIME "<parent><name>c2</name></parent>"),
         VIR_ERR_INVALID_ARG},
        {DOC("c2", TIME), VIR_ERR_INVALID_ARG},
        {DOC("c1", TIME "<disks><disk name='vda'/></disks>"),
         VIR_ERR_CONFIG_UNSUPPORTED},
        {DOC("x", TIME "<disks><disk name='vda' bitmap='c1'/></disks>"),
         VIR_ERR_CONFIG_UNSUPPORTED},
        {DOC("x", TIME "<domain type='qemu'><uuid>"
                       "c7a5fdbd-edaf-9455-926a-d65c16db1809</uuid></domain>"),
         VIR_ERR_INVALID_ARG},
    };

    make_checkpoint(machine, "c1", NULL);
    make_checkpoint(machine, "c2", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
        refuse_checkpoint(machine, bad[i].xml, REDEFINE, bad[i].code);
    assert_names(machine, "c1 c2");
    redefine(machine, DOC("c1", TIME "<description>new</description>"), 0);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 0);
#undef DOC
#undef TIME
}

static void
validation_looks_at_the_bitmaps(void)
{
    g_autoptr(Machine) machine = paused_machine();
    char *first;
    char *second;

    make_checkpoint(machine, "c1", NULL);
    make_checkpoint(machine, "c2", NULL);
    first = xml_of(machine, "c1", 0);
    second = xml_of(machine, "c2", 0);
    redefine(machine, first, VALIDATE);
    redefine(machine, second, VALIDATE);
    remove_bitmap(machine, 0, "c2");
    refuse_checkpoint(machine, second, REDEFINE | VALIDATE,
                      VIR_ERR_CHECKPOINT_INCONSISTENT);
    refuse_checkpoint(machine, first, REDEFINE | VALIDATE,
                      VIR_ERR_CHECKPOINT_INCONSISTENT);
    machine_stop(machine);
    refuse_checkpoint(machine, first, REDEFINE | VALIDATE,
                      VIR_ERR_OPERATION_INVALID);
    redefine(machine, first, 0);
    free(first);
    free(second);
}

/* Believing it would break a line that is whole. */
static void
redefining_one_that_was_merged_away_does_no_harm(void)
{
    g_autoptr(Machine) machine = paused_machine();
    char *xml;

    make_checkpoint(machine, "c1", NULL);
    make_checkpoint(machine, "c2", NULL);
    xml = xml_of(machine, "c2", 0);
    delete_checkpoint(machine, "c2", 0);
    redefine(machine, xml, 0);
    free(xml);
    assert_names(machine, "c1 c2");
    refuse_base(machine, "c2", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 0);
}

static void
undefine_needs_the_flag_and_keeps_the_bitmaps(void)
{
    g_autoptr(Machine) machine = paused_machine();

    make_checkpoint(machine, "c1", NULL);
    machine_stop(machine);
    g_assert_cmpint(virDomainUndefine(machine->domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(
        virDomainUndefineFlags(machine->domain, VIR_DOMAIN_UNDEFINE_NVRAM), ==,
        -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    require(virDomainUndefineFlags(machine->domain,
                                   VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA) ==
            0);
    assert_text(stored_bitmaps(machine, 0), "c1*", __FILE__, __LINE__);
}

static void
define_again(Machine *machine, const char *xml)
{
    require(virDomainFree(machine->domain) == 0);
    machine->domain = virDomainDefineXML(machine->conn, xml);
    require(machine->domain != NULL);
}

/* c2 had lost its name before; without its interval c1 to c3 would be short,
 * and what was broken must not come back sound. */
static void
undefine_keeps_nameless_intervals_and_marks(void)
{
    g_autoptr(Machine) machine = paused_machine();
    char *xml = virDomainGetXMLDesc(machine->domain, 0);
    char *first;
    char *third;

    for (unsigned i = 0; i < 3; i++) {
        g_autofree char *name = g_strdup_printf("c%u", i + 1);

        make_checkpoint(machine, name, NULL);
        machine_write(machine, 0, 1, i * MIB, BLOCK);
        machine_write(machine, 1, 1, i * MIB, BLOCK);
    }
    remove_bitmap(machine, 1, "c2");
    delete_checkpoint(machine, "c2", METADATA_ONLY);
    first = xml_of(machine, "c1", 0);
    third = xml_of(machine, "c3", 0);
    machine_stop(machine);
    require(virDomainUndefineFlags(machine->domain,
                                   VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA) ==
            0);
    define_again(machine, xml);
    assert_names(machine, "");
    redefine(machine, first, 0);
    redefine(machine, third, 0);
    machine_start_paused(machine);
    assert_names(machine, "c1 c3");
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 3 * BLOCK);
    refuse_base(machine, "c1", 1, VIR_ERR_CHECKPOINT_INCONSISTENT);
    g_assert_cmpuint(dirty_since(machine, "c3", 1), ==, BLOCK);
    free(xml);
    free(first);
    free(third);
}

/* "While its bitmap is there": after that the name is free again. */
static void
nameless_interval_goes_with_its_bitmap(void)
{
    g_autoptr(Machine) machine = paused_machine();

    make_checkpoint(machine, "c1", NULL);
    make_checkpoint(machine, "c2", "vda");
    make_checkpoint(machine, "c3", NULL);
    delete_checkpoint(machine, "c2", METADATA_ONLY);
    machine_stop(machine);
    change_image(machine, 0, "--remove", "c2");
    machine_start_paused(machine);
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    make_checkpoint(machine, "c2", NULL);
    assert_names(machine, "c1 c3 c2");
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    g_assert_cmpuint(dirty_since(machine, "c1", 1), ==, 0);
}

static void
rename_keeps_checkpoints(void)
{
    g_autoptr(Machine) machine = paused_machine();

    make_checkpoint(machine, "c1", NULL);
    machine_stop(machine);
    require(virDomainRename(machine->domain, "shop", 0) == 0);
    assert_names(machine, "c1");
    machine_start_paused(machine);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 0);
}

/* ---- callers that die ---- */

static int
run_child(char **argv)
{
    virConnectPtr conn = virConnectOpen(argv[2]);
    virDomainPtr domain = conn ? virDomainLookupByName(conn, "web") : NULL;
    virDomainCheckpointPtr checkpoint = NULL;
    bool is_done = false;

    if (g_str_equal(argv[1], "--create")) {
        checkpoint = virDomainCheckpointCreateXML(domain, argv[3], 0);
        is_done = checkpoint != NULL;
    } else {
        checkpoint = virDomainCheckpointLookupByName(domain, argv[3], 0);
        is_done = virDomainCheckpointDelete(checkpoint, 0) == 0;
    }
    if (checkpoint)
        (void)virDomainCheckpointFree(checkpoint); /* the process ends */
    (void)virDomainFree(domain);
    (void)virConnectClose(conn);
    return is_done ? 0 : 1;
}

/* Runs ourselves with @what on @argument, to die or fail at the @point-th
 * step.  Returns: whether it came to its end without. */
static bool
run_with_fault(const Machine *machine, const char *what, const char *argument,
               const char *kind, int point)
{
    char *argv[] = {(char *)self, (char *)what, machine->uri, (char *)argument,
                    NULL};
    g_auto(GStrv) environment = g_get_environ();
    g_autofree char *fault = g_strdup_printf("%s:%d", kind, point);
    g_autoptr(GError) error = NULL;
    int status = 0;

    environment =
        g_environ_setenv(environment, "STRANDLINE_FAULT", fault, TRUE);
    g_spawn_sync(NULL, argv, environment,
                 G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
                 NULL, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    if (WIFSIGNALED(status))
        g_assert_cmpint(WTERMSIG(status), ==, SIGKILL);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Every name has its bitmaps and every bitmap its name, and the newest alone
 * records: that is all there is to be sound. */
static void
require_sound(Machine *machine)
{
    g_autofree char *list = names(machine, NULL, 0);
    g_autofree char *expected =
        *list ? g_strconcat(list, "*", NULL) : g_strdup("");

    assert_text(bitmaps(machine, 0), expected, __FILE__, __LINE__);
    assert_text(bitmaps(machine, 1), expected, __FILE__, __LINE__);
}

/* @kind: "kill" or "fail". */
static void
creations_that_stop_half_way(const char *kind)
{
    g_autoptr(Machine) machine = paused_machine();
    bool is_done = false;
    uint64_t written = 0;
    int point;

    make_checkpoint(machine, "a", NULL);
    for (point = 1; point < DEATHS_MAX && !is_done; point++) {
        g_autofree char *name = g_strdup_printf("b%02d", point);
        g_autofree char *xml = checkpoint_document(machine, name, NULL);

        is_done = run_with_fault(machine, "--create", xml, kind, point);
        require_sound(machine);
        machine_write(machine, 0, 1, written, BLOCK);
        written += BLOCK;
        g_assert_cmpint(size_since(machine, "a", 0), ==, written);
    }
    g_assert_true(is_done);
    g_assert_cmpint(point, >, 5);
    restart(machine);
    require_sound(machine);
    g_assert_cmpuint(dirty_since(machine, "a", 0), ==, written);
}

static void
creation_that_dies_anywhere_leaves_all_or_nothing(void)
{
    creations_that_stop_half_way("kill");
}

static void
creation_that_fails_anywhere_leaves_all_or_nothing(void)
{
    creations_that_stop_half_way("fail");
}

/* a ── b ── c; b goes, at each point in turn; then what "since a" is. */
static void
deletions_that_stop_half_way(const char *kind)
{
    g_autoptr(Machine) machine = paused_machine();
    bool is_done = false;
    uint64_t written = BLOCK;
    int point;

    make_checkpoint(machine, "a", NULL);
    machine_write(machine, 0, 1, 0, BLOCK);
    for (point = 1; point < DEATHS_MAX && !is_done; point++) {
        g_autofree char *middle = g_strdup_printf("b%02d-1", point);
        g_autofree char *newest = g_strdup_printf("b%02d-2", point);

        make_checkpoint(machine, middle, NULL);
        machine_write(machine, 0, 1, written, BLOCK);
        written += BLOCK;
        make_checkpoint(machine, newest, NULL);
        machine_write(machine, 0, 1, written, BLOCK);
        written += BLOCK;
        is_done = run_with_fault(machine, "--delete", middle, kind, point);
        require_sound(machine);
        g_assert_cmpint(size_since(machine, "a", 0), ==, written);
    }
    g_assert_true(is_done);
    g_assert_cmpint(point, >, 5);
    restart(machine);
    require_sound(machine);
    g_assert_cmpuint(dirty_since(machine, "a", 0), ==, written);
}

static void
deletion_that_dies_anywhere_leaves_a_sound_line(void)
{
    deletions_that_stop_half_way("kill");
}

static void
deletion_that_fails_anywhere_leaves_a_sound_line(void)
{
    deletions_that_stop_half_way("fail");
}

int
main(int argc, char **argv)
{
    if (argc == 4 && g_str_has_prefix(argv[1], "--") &&
        g_str_has_prefix(argv[2], "qemu:"))
        return run_child(argv);
    self = argv[0];
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/checkpoint/lasting/" #test, test)
    ADD(stop_and_start_keep_everything);
    ADD(writes_while_off_are_in_the_next_incremental);
    ADD(killed_qemu_breaks_what_it_had_open);
    ADD(life_goes_on_after_a_kill);
    ADD(kill_during_a_job_rolls_its_checkpoint_back);
    ADD(gap_in_the_line_is_found_at_start);
    ADD(pause_in_recording_is_never_forgotten);
    ADD(redefining_in_order_brings_a_line_back);
    ADD(redefining_refuses_what_contradicts_the_records);
    ADD(validation_looks_at_the_bitmaps);
    ADD(redefining_one_that_was_merged_away_does_no_harm);
    ADD(undefine_needs_the_flag_and_keeps_the_bitmaps);
    ADD(undefine_keeps_nameless_intervals_and_marks);
    ADD(nameless_interval_goes_with_its_bitmap);
    ADD(rename_keeps_checkpoints);
    ADD(creation_that_dies_anywhere_leaves_all_or_nothing);
    ADD(creation_that_fails_anywhere_leaves_all_or_nothing);
    ADD(deletion_that_dies_anywhere_leaves_a_sound_line);
    ADD(deletion_that_fails_anywhere_leaves_a_sound_line);
#undef ADD
    return g_test_run();
}
