/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long do the control calls take?
 *
 * The same source is built twice, against libstrandline and against libvirt,
 * and only uses what both have.  run.py drives both by turns, so that a machine
 * that slows down slows both: orders come on standard input, one a line,
 *
 *     checkpoint-create N    create one and delete it again, N times
 *     backup N               begin a full pull and abort it, N times
 *     incremental N          the same from the oldest checkpoint
 *     fill N                 N checkpoints that stay, with writes before each
 *
 * and each is answered by lines "QUESTION MS MS MS..." and a last one, "done".
 * At the end of its input it ends the machine.
 *
 * usage: bench_calls URI FOLDER     (vda.qcow2 and vdb.qcow2 are in FOLDER)
 */
#include <glib.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    DISKS = 2,
    WRITES = 4, /* on each disk before each checkpoint that stays */
    WRITE_SPREAD_MIB = 10 * 1024,
    ORDER_SIZE = 64,
};

typedef struct {
    virConnectPtr conn;
    virDomainPtr domain;
    const char *folder;
    GRand *rand; /* seeded alike on both sides */
    unsigned n_checkpoints;
} Bench;

static virDomainPtr running; /* what a failure must not leave behind */

static void
must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, virGetLastErrorMessage());
    if (running)
        (void)virDomainDestroy(running);
    exit(EXIT_FAILURE);
}

static void
took(GString *line, gint64 since_us)
{
    g_string_append_printf(
        line, " %.3f", (double)(g_get_monotonic_time() - since_us) / 1000.0);
}

/* @line: NULL, or the line that the time is added to. */
static virDomainCheckpointPtr
create_checkpoint(Bench *bench, GString *line)
{
    g_autofree char *xml = g_strdup_printf(
        "<domaincheckpoint><name>bench%u</name></domaincheckpoint>",
        bench->n_checkpoints++);
    gint64 start = g_get_monotonic_time();
    virDomainCheckpointPtr checkpoint =
        virDomainCheckpointCreateXML(bench->domain, xml, 0);

    if (line)
        took(line, start);
    must(checkpoint != NULL, "checkpoint-create");
    return checkpoint;
}

static void
bench_checkpoint_create(Bench *bench, unsigned runs)
{
    g_autoptr(GString) line = g_string_new("checkpoint-create");

    for (unsigned i = 0; i < runs; i++) {
        virDomainCheckpointPtr checkpoint = create_checkpoint(bench, line);

        must(virDomainCheckpointDelete(checkpoint, 0) == 0, "delete");
        (void)virDomainCheckpointFree(checkpoint);
    }
    puts(line->str);
}

static void
begin_pull(Bench *bench, bool is_incremental, GString *line)
{
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='pull'>%s<server transport='unix' "
        "socket='%s/nbd.sock'/><disks>"
        "<disk name='vda' type='file'><scratch file='%s/vda.scratch'/></disk>"
        "<disk name='vdb' type='file'><scratch file='%s/vdb.scratch'/></disk>"
        "</disks></domainbackup>",
        is_incremental ? "<incremental>bench0</incremental>" : "",
        bench->folder, bench->folder, bench->folder);
    gint64 start = g_get_monotonic_time();
    int result = virDomainBackupBegin(bench->domain, xml, NULL, 0);

    took(line, start);
    must(result >= 0, "backup-begin");
}

/* libvirt's abort returns before the job is gone; what counts is when the next
 * one could begin, so that is waited for on both sides. */
static void
abort_job(Bench *bench, GString *line)
{
    virDomainJobInfo info = {.type = VIR_DOMAIN_JOB_UNBOUNDED};
    gint64 start = g_get_monotonic_time();

    must(virDomainAbortJob(bench->domain) == 0, "abort");
    while (info.type != VIR_DOMAIN_JOB_NONE)
        must(virDomainGetJobInfo(bench->domain, &info) == 0, "job info");
    took(line, start);
}

static void
bench_backup(Bench *bench, bool is_incremental, unsigned runs)
{
    g_autoptr(GString) begins = g_string_new("backup-begin");
    g_autoptr(GString) aborts = g_string_new("backup-abort");

    if (is_incremental)
        g_string_assign(begins, "incremental-begin");
    for (unsigned i = 0; i < runs; i++) {
        begin_pull(bench, is_incremental, begins);
        abort_job(bench, aborts);
    }
    puts(begins->str);
    if (!is_incremental)
        puts(aborts->str);
}

/* As a guest's writes: through the device, below which the bitmaps record. */
static void
write_somewhere(Bench *bench, unsigned disk)
{
    g_autofree char *command = g_strdup_printf(
        "qemu-io -d /machine/peripheral/virtio-disk%u/virtio-backend "
        "\"write -P 7 %dM 64k\"",
        disk, g_rand_int_range(bench->rand, 0, WRITE_SPREAD_MIB));
    char *reply = NULL;

    must(virDomainQemuMonitorCommand(bench->domain, command, &reply,
                                     VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP) == 0,
         "qemu-io");
    free(reply);
}

static void
fill(Bench *bench, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        for (unsigned j = 0; j < DISKS * WRITES; j++)
            write_somewhere(bench, j % DISKS);
        (void)virDomainCheckpointFree(create_checkpoint(bench, NULL));
    }
}

static char *
domain_document(const char *folder)
{
    return g_strdup_printf(
        "<domain type='qemu'><name>bench</name><memory unit='MiB'>64</memory>"
        "<vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type></os>"
        "<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>"
        "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
        "<source file='%s/vda.qcow2'/><target dev='vda' bus='virtio'/></disk>"
        "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
        "<source file='%s/vdb.qcow2'/><target dev='vdb' bus='virtio'/></disk>"
        "</devices></domain>",
        folder, folder);
}

static bool
obey(Bench *bench, char *order)
{
    g_auto(GStrv) words = g_strsplit(g_strchomp(order), " ", 2);
    const char *word = words[0];
    guint64 number = 0;
    unsigned count = 0;

    if (g_strv_length(words) != 2 ||
        !g_ascii_string_to_unsigned(words[1], 10, 0, G_MAXUINT, &number, NULL))
        return false;
    count = (unsigned)number;
    if (g_str_equal(word, "checkpoint-create")) {
        bench_checkpoint_create(bench, count);
    } else if (g_str_equal(word, "backup")) {
        bench_backup(bench, false, count);
    } else if (g_str_equal(word, "incremental")) {
        bench_backup(bench, true, count);
    } else if (g_str_equal(word, "fill")) {
        fill(bench, count);
    } else {
        return false;
    }
    puts("done");
    fflush(stdout);
    return true;
}

static void
start(Bench *bench, const char *uri)
{
    g_autofree char *xml = domain_document(bench->folder);

    bench->conn = virConnectOpen(uri);
    must(bench->conn != NULL, "open");
    bench->domain = virDomainDefineXML(bench->conn, xml);
    must(bench->domain != NULL, "define");
    must(virDomainCreate(bench->domain) == 0, "start");
    running = bench->domain;
    bench->rand = g_rand_new_with_seed(1);
}

int
main(int argc, char *argv[])
{
    Bench bench = {.folder = argc > 2 ? argv[2] : NULL};
    char order[ORDER_SIZE] = "";

    if (argc != 3) {
        fprintf(stderr, "usage: bench_calls URI FOLDER\n");
        return EXIT_FAILURE;
    }
    start(&bench, argv[1]);
    while (fgets(order, sizeof(order), stdin)) {
        if (!obey(&bench, order)) {
            fprintf(stderr, "unknown order: %s", order);
            break;
        }
    }
    must(virDomainDestroy(bench.domain) == 0, "destroy");
    (void)virDomainFree(bench.domain);
    (void)virConnectClose(bench.conn);
    g_rand_free(bench.rand);
    return EXIT_SUCCESS;
}
