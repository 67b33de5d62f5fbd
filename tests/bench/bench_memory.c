/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long do calls on checkpoints take with nothing behind them, and does it
 * matter how many there are?
 *
 * Built against libstrandline and against libvirt, for the test driver of each.
 * Prints lines "QUESTION COUNT MS MS MS...", first with ten checkpoints, then
 * with as many as were asked for.
 *
 * usage: bench_memory COUNT
 */
#include <glib.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* A call takes a few microseconds: enough of them for a median that others on the
 * machine do not move. */
enum { FEW = 10, CALLS = 400, LISTINGS = 5 };

static virConnectPtr conn;
static virDomainPtr domain;
static unsigned count; /* of checkpoints */

static void
must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, virGetLastErrorMessage());
    exit(EXIT_FAILURE);
}

/* In nanoseconds: by GLib's clock, which counts microseconds, a call that takes
 * 3.6 grows by a third when it takes 4. */
static gint64
now(void)
{
    struct timespec time;

    must(clock_gettime(CLOCK_MONOTONIC, &time) == 0, "clock");
    return (gint64)time.tv_sec * 1000000000 + time.tv_nsec;
}

static double
since(gint64 start)
{
    return (double)(now() - start) / 1e6;
}

static virDomainCheckpointPtr
create(unsigned number)
{
    g_autofree char *xml = g_strdup_printf(
        "<domaincheckpoint><name>c%u</name></domaincheckpoint>", number);
    virDomainCheckpointPtr checkpoint =
        virDomainCheckpointCreateXML(domain, xml, 0);

    must(checkpoint != NULL, "create");
    return checkpoint;
}

static void
measure_create(void)
{
    printf("create %u", count);
    for (unsigned i = 0; i < CALLS; i++) {
        gint64 start = now();
        virDomainCheckpointPtr checkpoint = create(count);

        printf(" %.6f", since(start));
        must(virDomainCheckpointDelete(checkpoint, 0) == 0, "delete");
        (void)virDomainCheckpointFree(checkpoint);
    }
    puts("");
}

static void
measure_lookup(void)
{
    printf("lookup %u", count);
    for (unsigned i = 0; i < CALLS; i++) {
        g_autofree char *name =
            g_strdup_printf("c%u", (unsigned)((guint64)i * count / CALLS));
        gint64 start = now();
        virDomainCheckpointPtr checkpoint =
            virDomainCheckpointLookupByName(domain, name, 0);

        printf(" %.6f", since(start));
        must(checkpoint != NULL, "lookup");
        (void)virDomainCheckpointFree(checkpoint);
    }
    puts("");
}

static void
measure_xml(void)
{
    g_autofree char *name = g_strdup_printf("c%u", count / 2);
    virDomainCheckpointPtr checkpoint =
        virDomainCheckpointLookupByName(domain, name, 0);

    must(checkpoint != NULL, "lookup");
    printf("xml %u", count);
    for (unsigned i = 0; i < CALLS; i++) {
        gint64 start = now();
        char *xml = virDomainCheckpointGetXMLDesc(checkpoint, 0);

        printf(" %.6f", since(start));
        must(xml != NULL, "xml");
        free(xml);
    }
    puts("");
    (void)virDomainCheckpointFree(checkpoint);
}

static void
measure_list(void)
{
    printf("list %u", count);
    for (unsigned i = 0; i < LISTINGS; i++) {
        virDomainCheckpointPtr *list = NULL;
        gint64 start = now();
        int found = virDomainListAllCheckpoints(domain, &list, 0);

        printf(" %.6f", since(start));
        must(found == (int)count, "list");
        for (int j = 0; j < found; j++)
            (void)virDomainCheckpointFree(list[j]);
        free(list);
    }
    puts("");
}

static void
fill_to(unsigned wanted)
{
    while (count < wanted)
        (void)virDomainCheckpointFree(create(count++));
}

static void
measure(unsigned wanted)
{
    fill_to(wanted);
    measure_create();
    measure_lookup();
    measure_xml();
    measure_list();
}

int
main(int argc, char *argv[])
{
    guint64 wanted = 0;

    if (argc != 2 ||
        !g_ascii_string_to_unsigned(argv[1], 10, FEW, 1000000, &wanted, NULL)) {
        fprintf(stderr, "usage: bench_memory COUNT\n");
        return EXIT_FAILURE;
    }
    conn = virConnectOpen("test:///default");
    must(conn != NULL, "open");
    domain = virDomainDefineXML(
        conn, "<domain type='test'><name>bench</name><memory>65536</memory>"
              "<vcpu>1</vcpu><os><type>hvm</type></os><devices>"
              "<disk type='file' device='disk'>"
              "<driver name='qemu' type='qcow2'/><source file='/a.qcow2'/>"
              "<target dev='vda' bus='virtio'/></disk></devices></domain>");
    must(domain != NULL, "define");
    must(virDomainCreate(domain) == 0, "start");
    measure(FEW);
    measure((unsigned)wanted);
    (void)virDomainFree(domain);
    (void)virConnectClose(conn);
    return EXIT_SUCCESS;
}
