/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a backup goes to, and where it keeps what the guest overwrites, when
 * that is a block device or somebody else has it open.  The devices are loop
 * devices, which only root can make. */
#include "backup_steps.h"
#include "nbd_reader.h"

#include <libvirt/virterror.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DISK_SIZE (4 * MIB)

enum {
    REUSE = VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL,
    DATA = 0x5d,  /* on vda when a backup begins */
    LATER = 0x11, /* what the guest puts over it then */
};

/* vda has 256 KiB of DATA at 1 MiB. */
static Machine *
paused_machine(void)
{
    Machine *machine = machine_new("stores", 1, DISK_SIZE);

    machine_start_paused(machine);
    machine_write(machine, 0, DATA, MIB, 256 * KIB);
    return machine;
}

/* A device of @size; the reverse is drop_device().  NULL when we are not root,
 * and the test is then skipped. */
static char *
make_device(const Machine *machine, const char *name, uint64_t size)
{
    g_autofree char *file = machine_file(machine, "disk%s.qcow2", name);
    g_autofree char *length = g_strdup_printf("%" G_GUINT64_FORMAT, size);
    char *device = NULL;

    if (geteuid() != 0) {
        g_test_skip("loop devices need root");
        return NULL;
    }
    g_free(run_command("truncate", "-s", length, file, NULL));
    device = run_command("losetup", "--find", "--show", file, NULL);
    return g_strstrip(device);
}

static void
drop_device(char *device)
{
    g_free(run_command("losetup", "--detach", device, NULL));
    g_free(device);
}

static char *
push_to(const Machine *machine, const char *device, const char *type)
{
    return document(machine, "push",
                    "<disks><disk name='vda' type='block'><driver type='%s'/>"
                    "<target dev='%s'/></disk></disks>",
                    type, device);
}

/* Begins a push, lets the guest write on, and waits for its end. */
static void
push(Machine *machine, char *xml, unsigned flags)
{
    int job = begin(machine, xml, NULL, flags);

    machine_write(machine, 0, LATER, MIB, 64 * KIB);
    g_assert_cmpint(wait_until_done(machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    end(machine, job, 0, 1);
    machine_write(machine, 0, DATA, MIB, 64 * KIB);
}

static void
a_push_fills_a_device_of_the_same_size(void)
{
    g_autoptr(Machine) machine = paused_machine();
    char *device = make_device(machine, "8", DISK_SIZE);

    if (!device)
        return;
    g_free(run_command("qemu-io", "-f", "raw", "-c", "write -P 7 0 4M", device,
                       NULL));
    push(machine, push_to(machine, device, "raw"), 0);
    require_pattern(device, "raw", DATA, MIB, 256 * KIB);
    /* What lay there before is gone, also where the disk is empty. */
    require_pattern(device, "raw", 0, 0, MIB);
    require_pattern(device, "raw", 0, MIB + 256 * KIB, 3 * MIB - 256 * KIB);
    require_nothing_left(machine, NULL);
    drop_device(device);
}

static void
a_push_refuses_a_device_of_another_size(void)
{
    g_autoptr(Machine) machine = paused_machine();
    char *device = make_device(machine, "8", 2 * DISK_SIZE);

    if (!device)
        return;
    g_free(run_command("qemu-io", "-f", "raw", "-c", "write -P 7 0 8M", device,
                       NULL));
    refuse_begin(machine, push_to(machine, device, "raw"), "c1", 0,
                 VIR_ERR_CONFIG_UNSUPPORTED, device);
    require_pattern(device, "raw", 7, 0, 2 * DISK_SIZE);
    require_nothing_left(machine, NULL);
    drop_device(device);
}

static void
a_push_makes_an_image_on_a_device_or_takes_the_one_there(void)
{
    g_autoptr(Machine) machine = paused_machine();
    char *device = make_device(machine, "8", 2 * DISK_SIZE);

    if (!device)
        return;
    refuse_begin(machine, push_to(machine, device, "qcow2"), "c1", REUSE,
                 VIR_ERR_OPERATION_FAILED, device);
    push(machine, push_to(machine, device, "qcow2"), 0);
    require_pattern(device, "qcow2", DATA, MIB, 256 * KIB);
    machine_write(machine, 0, DATA, 0, MIB);
    push(machine, push_to(machine, device, "qcow2"), REUSE);
    require_pattern(device, "qcow2", DATA, 0, MIB);
    require_nothing_left(machine, NULL);
    drop_device(device);
}

static void
an_aborted_push_leaves_the_device(void)
{
    g_autoptr(Machine) machine = paused_machine();
    char *device = make_device(machine, "8", 2 * DISK_SIZE);
    int job = 0;

    if (!device)
        return;
    job = begin(machine, push_to(machine, device, "qcow2"), "c1", 0);
    machine_stop(machine);
    g_assert_true(g_file_test(device, G_FILE_TEST_EXISTS));
    machine_start_paused(machine);
    end(machine, job, 0, -1);
    require_checkpoints(machine, 0);
    drop_device(device);
}

static char *
pull_over(const Machine *machine, const char *device)
{
    return document(machine, "pull",
                    "<disks><disk name='vda' type='block'>"
                    "<scratch dev='%s'/></disk></disks>",
                    device);
}

static void
pull(Machine *machine, const char *device, unsigned flags)
{
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    g_autofree uint8_t *content = NULL;
    int job = begin(machine, pull_over(machine, device), NULL, flags);
    long long used = stat_of(machine, job, VIR_DOMAIN_JOB_DISK_TEMP_USED);

    machine_write(machine, 0, LATER, MIB, 256 * KIB);
    content = nbd_read_all(socket, "vda", DISK_SIZE);
    for (uint64_t i = 0; i < 256 * KIB; i++)
        g_assert_cmpuint(content[MIB + i], ==, DATA);
    g_assert_cmpint(stat_of(machine, job, VIR_DOMAIN_JOB_DISK_TEMP_USED), >=,
                    used + (long long)(256 * KIB));
    g_assert_cmpint(stat_of(machine, job, VIR_DOMAIN_JOB_DISK_TEMP_TOTAL), >=,
                    DISK_SIZE);
    end(machine, job, 0, 1);
    require_nothing_left(machine, NULL);
    machine_write(machine, 0, DATA, MIB, 256 * KIB);
}

static void
a_pull_keeps_its_scratch_on_a_device(void)
{
    g_autoptr(Machine) machine = paused_machine();
    char *device = make_device(machine, "8", 2 * DISK_SIZE);

    if (!device)
        return;
    refuse_begin(machine, pull_over(machine, device), "c1", REUSE,
                 VIR_ERR_OPERATION_FAILED, device);
    pull(machine, device, 0);
    g_assert_true(g_file_test(device, G_FILE_TEST_EXISTS));
    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", device, "4M",
                       NULL));
    pull(machine, device, REUSE);
    g_assert_true(g_file_test(device, G_FILE_TEST_EXISTS));
    drop_device(device);
}

/* ---- what another process has open */

typedef struct {
    GPid pid;
    int input;
} Holder;

/* A qemu-io that has opened @file and waits for its next command. */
static Holder
hold(const char *file)
{
    const char *words[] = {"qemu-io", "-f", "qcow2", file, NULL};
    g_autoptr(GError) error = NULL;
    Holder holder = {0};
    int output = -1;
    char prompt = '\0';

    g_spawn_async_with_pipes(NULL, (char **)words, NULL,
                             G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                             NULL, NULL, &holder.pid, &holder.input, &output,
                             NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(read(output, &prompt, 1), ==, 1);
    close(output);
    return holder;
}

static void
let_go(Holder holder)
{
    int status = 0;

    close(holder.input);
    g_assert_cmpint(waitpid(holder.pid, &status, 0), ==, holder.pid);
}

static char *
own_image(const Machine *machine)
{
    char *file = machine_file(machine, "disk9.qcow2");

    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", file, "4M",
                       NULL));
    g_free(run_command("qemu-io", "-f", "qcow2", "-c", "write -P 7 0 1M", file,
                       NULL));
    return file;
}

static char *
digest(const char *file)
{
    return run_command("sha256sum", file, NULL);
}

static void
refuse_while_held(const char *mode, const char *part)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *file = own_image(machine);
    g_autofree char *before = digest(file);
    g_autofree char *after = NULL;
    Holder holder = hold(file);
    int job = 0;

    refuse_begin(machine,
                 document(machine, mode,
                          "<disks><disk name='vda'><%s file='%s'/></disk>"
                          "</disks>",
                          part, file),
                 "c1", REUSE, VIR_ERR_OPERATION_FAILED, file);
    require_nothing_left(machine, NULL);
    g_assert_cmpint(virDomainListJobIds(machine->domain, NULL, 0), ==, 1);
    after = digest(file);
    g_assert_cmpstr(after, ==, before);
    let_go(holder);
    job = begin(machine,
                document(machine, mode,
                         "<disks><disk name='vda'><%s file='%s'/></disk>"
                         "</disks>",
                         part, file),
                "c1", REUSE);
    if (g_str_equal(mode, "push"))
        (void)wait_until_done(machine, job);
    end(machine, job, 0, 1);
    require_checkpoints(machine, 1);
}

static void
a_target_that_another_process_holds_is_refused(void)
{
    refuse_while_held("push", "target");
}

static void
a_scratch_that_another_process_holds_is_refused(void)
{
    refuse_while_held("pull", "scratch");
}

#define ADD(test) g_test_add_func("/backup/stores/" #test, test)

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD(a_push_fills_a_device_of_the_same_size);
    ADD(a_push_refuses_a_device_of_another_size);
    ADD(a_push_makes_an_image_on_a_device_or_takes_the_one_there);
    ADD(an_aborted_push_leaves_the_device);
    ADD(a_pull_keeps_its_scratch_on_a_device);
    ADD(a_target_that_another_process_holds_is_refused);
    ADD(a_scratch_that_another_process_holds_is_refused);
    return g_test_run();
}
