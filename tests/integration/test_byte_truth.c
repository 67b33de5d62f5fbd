/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Byte truth: whatever was backed up restores to exactly what the disks held.
 *
 * The test plays the guest: it writes, discards and writes zeroes at random on
 * three disks of a running machine, and keeps its own picture of what they hold
 * (`now`).  In each round it takes a backup, push or pull, full or from any
 * checkpoint it still has, goes on writing while the backup runs, and restores
 * the result with qemu-img or an NBD client alone: the backup over the restored
 * content of the checkpoint it started from.  That must be, byte for byte, what
 * `now` was at the cut.
 *
 * A third of the backups carry a checkpoint and are aborted, or their QEMU is
 * killed; the round after it goes from the checkpoint before it.  Now
 * and then a checkpoint is deleted and the machine is restarted.
 *
 *   STRANDLINE_SEED=N     repeat a run        STRANDLINE_ROUNDS=N  its length
 */
#include "machine.h"
#include "nbd_reader.h"

#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DISKS = 3,
    ROUNDS = 200,
    POINTS_MAX = 7,
    WAIT_STEPS = 20000,
    WAIT_STEP_US = 1000,
    UNDO_EVERY = 3,
    KILL_EVERY = 10, /* of those; the others are aborts */
};

#define DISK_SIZE (4 * MIB + 192 * KIB)
#define CLUSTER   (64 * KIB)

/* A checkpoint that a backup carried, with what that backup restores to. */
typedef struct {
    char *name;
    bool covers[DISKS];
    uint8_t *content[DISKS];
} Point;

typedef struct {
    Machine *machine;
    GRand *random;
    uint8_t *now[DISKS];
    GPtrArray *points; /* of Point, oldest first */
    unsigned round;
    bool is_after_undone; /* the last round was aborted or killed */
    unsigned carried_undone;
    unsigned incrementals;
} Truth;

/* One backup on its way. */
typedef struct {
    int job;
    bool is_push;
    const Point *base; /* NULL: full */
    char *checkpoint;  /* NULL: none */
    bool covers[DISKS];
    uint8_t *cut[DISKS]; /* what the disks held at the begin */
} Backup;

static void
point_free(gpointer data)
{
    Point *point = data;

    for (unsigned i = 0; i < DISKS; i++)
        g_free(point->content[i]);
    g_free(point->name);
    g_free(point);
}

static void
backup_clear(Backup *backup)
{
    for (unsigned i = 0; i < DISKS; i++)
        g_free(backup->cut[i]);
    g_free(backup->checkpoint);
}

static unsigned
pick(Truth *truth, unsigned below)
{
    return (unsigned)g_rand_int_range(truth->random, 0, (gint32)below);
}

/* One guest write: data at any sector, zeroes, or a discard of whole clusters
 * (of less than one, QEMU keeps the data). */
static void
guest_write(Truth *truth)
{
    unsigned disk = pick(truth, DISKS);
    unsigned kind = pick(truth, 10);
    uint64_t offset = 0;
    uint64_t length = 0;
    int pattern = (int)pick(truth, 255) + 1;

    if (kind == 0) {
        offset = pick(truth, DISK_SIZE / CLUSTER) * CLUSTER;
        length = (1 + pick(truth, 4)) * CLUSTER; /* MIN() would pick twice */
        length = MIN(length, DISK_SIZE - offset);
    } else {
        offset = pick(truth, DISK_SIZE / 512) * UINT64_C(512);
        length = (1 + pick(truth, 300)) * UINT64_C(512);
        length = MIN(length, DISK_SIZE - offset);
    }
    if (kind == 0) {
        machine_io(truth->machine, disk,
                   "discard %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, offset,
                   length);
        pattern = 0;
    } else if (kind <= 2) {
        machine_io(truth->machine, disk,
                   "write -z %s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                   kind == 1 ? "-u" : "", offset, length);
        pattern = 0;
    } else {
        machine_write(truth->machine, disk, pattern, offset, length);
    }
    g_test_message(
        "round %u: vd%c %s %" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT " = %02x",
        truth->round, (int)('a' + disk), kind == 0 ? "discard" : "write",
        offset, length, (unsigned)pattern);
    memset(truth->now[disk] + offset, pattern, length);
}

static void
guest_writes(Truth *truth)
{
    for (unsigned i = 1 + pick(truth, 5); i > 0; i--)
        guest_write(truth);
}

static char *
target_file(const Truth *truth, unsigned disk)
{
    return machine_file(truth->machine, "target%u", disk);
}

static char *
backup_document(const Truth *truth, const Backup *backup)
{
    GString *xml = g_string_new(NULL);
    g_autofree char *socket = machine_file(truth->machine, "nbd.sock");

    g_string_append_printf(xml, "<domainbackup mode='%s'>",
                           backup->is_push ? "push" : "pull");
    if (backup->base) {
        g_string_append_printf(xml, "<incremental>%s</incremental>",
                               backup->base->name);
    }
    if (!backup->is_push) {
        g_string_append_printf(xml, "<server transport='unix' socket='%s'/>",
                               socket);
    }
    g_string_append(xml, "<disks>");
    for (unsigned i = 0; i < DISKS; i++) {
        g_autofree char *file = target_file(truth, i);

        g_string_append_printf(
            xml, "<disk name='vd%c' backup='yes' type='file'%s><%s file='%s'/>",
            (int)('a' + i),
            backup->base && !backup->base->covers[i] ? " backupmode='full'"
                                                     : "",
            backup->is_push ? "target" : "scratch", file);
        g_string_append(xml, "</disk>");
    }
    g_string_append(xml, "</disks></domainbackup>");
    return g_string_free(xml, FALSE);
}

/* A checkpoint on some of the disks, at least one. */
static char *
checkpoint_document(Truth *truth, Backup *backup)
{
    GString *xml = g_string_new(NULL);
    unsigned always = pick(truth, DISKS);

    g_string_append_printf(xml, "<domaincheckpoint><name>%s</name><disks>",
                           backup->checkpoint);
    for (unsigned i = 0; i < DISKS; i++) {
        backup->covers[i] = i == always || pick(truth, 4) > 0;
        g_string_append_printf(xml, "<disk name='vd%c' checkpoint='%s'/>",
                               (int)('a' + i),
                               backup->covers[i] ? "bitmap" : "no");
    }
    g_string_append(xml, "</disks></domaincheckpoint>");
    return g_string_free(xml, FALSE);
}

static void
remove_targets(const Truth *truth)
{
    for (unsigned i = 0; i < DISKS; i++) {
        g_autofree char *file = target_file(truth, i);

        g_assert_cmpint(remove(file), ==, 0);
    }
}

/* Nothing of an aborted push or an ended pull may stay. */
static void
require_no_targets(const Truth *truth)
{
    for (unsigned i = 0; i < DISKS; i++) {
        g_autofree char *file = target_file(truth, i);

        g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
    }
}

static void
wait_for_push(Truth *truth, int id)
{
    virDomainJobPtr job = virDomainJobLookupByID(truth->machine->domain, id, 0);
    int type = VIR_DOMAIN_JOB_UNBOUNDED;

    require(job != NULL);
    for (int i = 0; i < WAIT_STEPS && type == VIR_DOMAIN_JOB_UNBOUNDED; i++) {
        virTypedParameterPtr params = NULL;
        int count = 0;

        require(virDomainJobGetStats(job, &type, &params, &count, 0) == 0);
        virTypedParamsFree(params, count);
        if (type == VIR_DOMAIN_JOB_UNBOUNDED)
            g_usleep(WAIT_STEP_US);
    }
    g_assert_cmpint(type, ==, VIR_DOMAIN_JOB_COMPLETED);
    require(virDomainJobFree(job) == 0);
}

/* The content that @disk's backup restores to: the base's restored content
 * with the incremental on top, or the full backup by itself. */
static uint8_t *
restore_push(const Truth *truth, const Backup *backup, unsigned disk)
{
    g_autofree char *file = target_file(truth, disk);
    g_autofree char *base = machine_file(truth->machine, "base.raw");
    g_autofree char *restored = machine_file(truth->machine, "restored.raw");
    g_autoptr(GError) error = NULL;
    char *content = NULL;
    gsize length = 0;

    if (backup->base && backup->base->covers[disk]) {
        g_assert_true(
            g_file_set_contents(base, (const char *)backup->base->content[disk],
                                DISK_SIZE, &error));
        g_free(run_command("qemu-img", "rebase", "-u", "-f", "qcow2", "-b",
                           base, "-F", "raw", file, NULL));
    }
    g_free(run_command("qemu-img", "convert", "-f", "qcow2", "-O", "raw", file,
                       restored, NULL));
    g_assert_true(g_file_get_contents(restored, &content, &length, &error));
    g_assert_cmpuint(length, ==, DISK_SIZE);
    return (uint8_t *)content;
}

static uint8_t *
restore_pull(const Truth *truth, const Backup *backup, unsigned disk)
{
    g_autofree char *socket = machine_file(truth->machine, "nbd.sock");
    g_autofree char *name = g_strdup_printf("vd%c", (int)('a' + disk));
    g_autofree char *bitmap = g_strdup_printf("backup-%s", name);
    uint8_t *content = NULL;

    if (!backup->base || !backup->base->covers[disk])
        return nbd_read_all(socket, name, DISK_SIZE);
    content = g_memdup2(backup->base->content[disk], DISK_SIZE);
    (void)nbd_read_dirty(socket, name, bitmap, content, DISK_SIZE);
    return content;
}

static void
require_same(const Truth *truth, const Backup *backup, unsigned disk,
             const uint8_t *restored)
{
    for (uint64_t i = 0; i < DISK_SIZE; i++) {
        if (restored[i] == backup->cut[disk][i])
            continue;
        g_error("round %u: vd%c differs at %" G_GUINT64_FORMAT
                ": restored %02x, was %02x (%s from %s)",
                truth->round, (int)('a' + disk), i, restored[i],
                backup->cut[disk][i], backup->is_push ? "push" : "pull",
                backup->base ? backup->base->name : "nothing");
    }
}

static void
begin(Truth *truth, Backup *backup)
{
    g_autofree char *disks = backup_document(truth, backup);
    g_autofree char *checkpoint =
        backup->checkpoint ? checkpoint_document(truth, backup) : NULL;

    for (unsigned i = 0; i < DISKS; i++)
        backup->cut[i] = g_memdup2(truth->now[i], DISK_SIZE);
    backup->job =
        virDomainBackupBegin(truth->machine->domain, disks, checkpoint, 0);
    require(backup->job > 0);
    if (backup->base)
        truth->incrementals++;
}

static void
finish(Truth *truth, Backup *backup)
{
    Point *point = g_new0(Point, 1);

    if (backup->is_push)
        wait_for_push(truth, backup->job);
    for (unsigned i = 0; i < DISKS; i++) {
        if (!backup->is_push)
            point->content[i] = restore_pull(truth, backup, i);
    }
    require(virDomainBackupEnd(truth->machine->domain, backup->job, 0) == 1);
    for (unsigned i = 0; i < DISKS; i++) {
        if (backup->is_push)
            point->content[i] = restore_push(truth, backup, i);
        require_same(truth, backup, i, point->content[i]);
        point->covers[i] = backup->covers[i];
    }
    if (backup->is_push)
        remove_targets(truth);
    require_no_targets(truth);
    if (!backup->checkpoint) {
        point_free(point);
        return;
    }
    point->name = g_steal_pointer(&backup->checkpoint);
    g_ptr_array_add(truth->points, point);
}

static void
require_no_checkpoint(const Truth *truth, const char *name)
{
    g_assert_null(
        virDomainCheckpointLookupByName(truth->machine->domain, name, 0));
    require_error(VIR_ERR_NO_DOMAIN_CHECKPOINT);
}

static void
abort_backup(Truth *truth, Backup *backup)
{
    if (backup->is_push) {
        int result = virDomainBackupEnd(truth->machine->domain, backup->job,
                                        VIR_DOMAIN_BACKUP_END_ABORT);

        require(result >= 0);
        if (result == 1) { /* it had completed: the copy stands */
            remove_targets(truth);
            return;
        }
    } else {
        virDomainJobPtr job =
            virDomainJobLookupByID(truth->machine->domain, backup->job, 0);

        require(job != NULL);
        require(virDomainJobAbort(job, 0) == 0);
        require(virDomainJobFree(job) == 0);
    }
    require_no_targets(truth);
    require_no_checkpoint(truth, backup->checkpoint);
    truth->carried_undone++;
}

static void
delete_checkpoint(Truth *truth, guint index)
{
    Point *point = g_ptr_array_index(truth->points, index);
    virDomainCheckpointPtr checkpoint =
        virDomainCheckpointLookupByName(truth->machine->domain, point->name, 0);

    require(checkpoint != NULL);
    require(virDomainCheckpointDelete(checkpoint, 0) == 0);
    require(virDomainCheckpointFree(checkpoint) == 0);
    g_ptr_array_remove_index(truth->points, index);
}

/* After a crash no incremental may pretend to know what was written. */
static void
require_all_broken(Truth *truth)
{
    for (guint i = 0; i < truth->points->len; i++) {
        Backup backup = {
            .is_push = false,
            .base = g_ptr_array_index(truth->points, i),
        };
        g_autofree char *disks = backup_document(truth, &backup);

        g_assert_cmpint(
            virDomainBackupBegin(truth->machine->domain, disks, NULL, 0), <, 0);
        require_error(VIR_ERR_CHECKPOINT_INCONSISTENT);
    }
}

static void
kill_machine(Truth *truth, Backup *backup)
{
    for (unsigned i = 0; i < DISKS; i++)
        machine_io(truth->machine, i, "flush");
    machine_kill(truth->machine);
    machine_start(truth->machine);
    require_no_checkpoint(truth, backup->checkpoint);
    require_no_targets(truth);
    require_all_broken(truth);
    while (truth->points->len > 0)
        delete_checkpoint(truth, pick(truth, truth->points->len));
    truth->carried_undone++;
}

static const Point *
choose_base(Truth *truth)
{
    guint count = truth->points->len;

    if (count == 0)
        return NULL;
    if (truth->is_after_undone)
        return g_ptr_array_index(truth->points, count - 1);
    return pick(truth, 5) == 0
               ? NULL
               : g_ptr_array_index(truth->points, pick(truth, count));
}

static void
play_round(Truth *truth)
{
    bool is_undone = truth->carried_undone * UNDO_EVERY < truth->round;
    /* A push is done in no time, so most that are undone are pulls. */
    Backup backup = {.is_push = pick(truth, is_undone ? 4 : 2) == 0,
                     .base = choose_base(truth)};

    if (is_undone || pick(truth, 5) > 0)
        backup.checkpoint = g_strdup_printf("c%u", truth->round);
    guest_writes(truth);
    begin(truth, &backup);
    guest_writes(truth);
    if (!is_undone) {
        finish(truth, &backup);
    } else if (truth->carried_undone % KILL_EVERY == KILL_EVERY - 1 &&
               !backup.is_push) {
        kill_machine(truth, &backup);
    } else {
        abort_backup(truth, &backup);
    }
    truth->is_after_undone = is_undone;
    backup_clear(&backup);
    if (truth->points->len > POINTS_MAX ||
        (truth->points->len > 1 && pick(truth, 6) == 0))
        delete_checkpoint(truth, pick(truth, truth->points->len));
    if (pick(truth, 15) == 0) {
        machine_stop(truth->machine);
        machine_start(truth->machine);
    }
}

static unsigned
number_from_environment(const char *name, unsigned otherwise)
{
    const char *text = g_getenv(name);
    guint64 value = 0;

    if (text &&
        g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT32, &value, NULL))
        return (unsigned)value;
    return otherwise;
}

static void
every_point_restores_byte_for_byte(void)
{
    g_autoptr(Machine) machine = machine_new("truth", DISKS, DISK_SIZE);
    guint32 seed = number_from_environment("STRANDLINE_SEED", g_random_int());
    unsigned rounds = number_from_environment("STRANDLINE_ROUNDS", ROUNDS);
    Truth truth = {.machine = machine};

    g_test_message("STRANDLINE_SEED=%u STRANDLINE_ROUNDS=%u", seed, rounds);
    truth.random = g_rand_new_with_seed(seed);
    truth.points = g_ptr_array_new_with_free_func(point_free);
    for (unsigned i = 0; i < DISKS; i++)
        truth.now[i] = g_malloc0(DISK_SIZE);
    machine_start(machine);
    for (truth.round = 1; truth.round <= rounds; truth.round++)
        play_round(&truth);
    g_test_message("%u rounds, %u incremental, %u with a checkpoint undone",
                   rounds, truth.incrementals, truth.carried_undone);
    g_assert_cmpuint(truth.carried_undone * 4, >=, rounds);
    for (unsigned i = 0; i < DISKS; i++)
        g_free(truth.now[i]);
    g_ptr_array_unref(truth.points);
    g_rand_free(truth.random);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/integration/every_point_restores_byte_for_byte",
                    every_point_restores_byte_for_byte);
    return g_test_run();
}
