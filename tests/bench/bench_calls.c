/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long do the control calls take?
 *
 * The same source is built twice, against libstrandline and against libvirt,
 * and only uses what both have.  It prints one line a question:
 *
 *     QUESTION MEDIAN_MS P99_MS RUNS
 *
 * usage: bench_calls URI FOLDER     (disks and sockets are made in FOLDER)
 */
#include <glib.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { RUNS = 40, MANY = 100 };

typedef struct {
    virDomainPtr domain;
    const char *folder;
    double times[MANY];
    unsigned count;
} Bench;

static void
must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, virGetLastErrorMessage());
    exit(EXIT_FAILURE);
}

static void
took(Bench *bench, gint64 since_us)
{
    g_assert(bench->count < MANY);
    bench->times[bench->count++] =
        (double)(g_get_monotonic_time() - since_us) / 1000.0;
}

static int
by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static void
report(Bench *bench, const char *question)
{
    qsort(bench->times, bench->count, sizeof(double), by_value);
    printf("%s %.3f %.3f %u\n", question, bench->times[bench->count / 2],
           bench->times[(bench->count * 99) / 100], bench->count);
    fflush(stdout);
    bench->count = 0;
}

static virDomainCheckpointPtr
create_checkpoint(Bench *bench, unsigned number)
{
    g_autofree char *xml = g_strdup_printf(
        "<domaincheckpoint><name>bench%u</name></domaincheckpoint>", number);
    gint64 start = g_get_monotonic_time();
    virDomainCheckpointPtr checkpoint =
        virDomainCheckpointCreateXML(bench->domain, xml, 0);

    took(bench, start);
    must(checkpoint != NULL, "checkpoint-create");
    return checkpoint;
}

static void
bench_checkpoint_create(Bench *bench)
{
    for (unsigned i = 0; i < RUNS; i++) {
        virDomainCheckpointPtr checkpoint = create_checkpoint(bench, i);

        must(virDomainCheckpointDelete(checkpoint, 0) == 0, "delete");
        (void)virDomainCheckpointFree(checkpoint);
    }
    report(bench, "checkpoint-create");
}

static void
begin_pull(Bench *bench)
{
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='pull'><server transport='unix' "
        "socket='%s/nbd.sock'/><disks>"
        "<disk name='vda' type='file'><scratch file='%s/vda.scratch'/></disk>"
        "<disk name='vdb' type='file'><scratch file='%s/vdb.scratch'/></disk>"
        "</disks></domainbackup>",
        bench->folder, bench->folder, bench->folder);
    gint64 start = g_get_monotonic_time();
    int result = virDomainBackupBegin(bench->domain, xml, NULL, 0);

    took(bench, start);
    must(result >= 0, "backup-begin");
}

/* libvirt's abort returns before the job is gone; what counts is when the next
 * one could begin, so both are waited for. */
static void
abort_job(Bench *bench)
{
    virDomainJobInfo info = {.type = VIR_DOMAIN_JOB_UNBOUNDED};

    must(virDomainAbortJob(bench->domain) == 0, "abort");
    while (info.type != VIR_DOMAIN_JOB_NONE)
        must(virDomainGetJobInfo(bench->domain, &info) == 0, "job info");
}

static void
bench_backup(Bench *bench)
{
    Bench aborts = *bench;

    aborts.count = 0;
    for (unsigned i = 0; i < RUNS; i++) {
        gint64 start = 0;

        begin_pull(bench);
        start = g_get_monotonic_time();
        abort_job(bench);
        took(&aborts, start);
    }
    report(bench, "backup-begin");
    report(&aborts, "backup-abort");
}

/* With MANY checkpoints there: what does the next one cost, and a backup? */
static void
bench_many_checkpoints(Bench *bench)
{
    virDomainCheckpointPtr many[MANY];

    for (unsigned i = 0; i < MANY; i++)
        many[i] = create_checkpoint(bench, 1000 + i);
    bench->count = 0;
    for (unsigned i = 0; i < RUNS / 2; i++) {
        virDomainCheckpointPtr last = create_checkpoint(bench, 2000 + i);

        must(virDomainCheckpointDelete(last, 0) == 0, "delete");
        (void)virDomainCheckpointFree(last);
    }
    report(bench, "checkpoint-create-after-100");
    for (unsigned i = 0; i < RUNS / 2; i++) {
        begin_pull(bench);
        abort_job(bench);
    }
    report(bench, "backup-begin-after-100");
    for (unsigned i = 0; i < MANY; i++)
        (void)virDomainCheckpointFree(many[i]);
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

int
main(int argc, char *argv[])
{
    g_autofree char *xml = NULL;
    virConnectPtr conn = NULL;
    Bench bench = {.folder = argc > 2 ? argv[2] : NULL};

    if (argc != 3) {
        fprintf(stderr, "usage: bench_calls URI FOLDER\n");
        return EXIT_FAILURE;
    }
    conn = virConnectOpen(argv[1]);
    must(conn != NULL, "open");
    xml = domain_document(bench.folder);
    bench.domain = virDomainDefineXML(conn, xml);
    must(bench.domain != NULL, "define");
    must(virDomainCreate(bench.domain) == 0, "start");
    bench_checkpoint_create(&bench);
    bench_backup(&bench);
    bench_many_checkpoints(&bench);
    must(virDomainDestroy(bench.domain) == 0, "destroy");
    (void)virDomainFree(bench.domain);
    (void)virConnectClose(conn);
    return EXIT_SUCCESS;
}
