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

enum { FEW = 10, CALLS = 50, LISTINGS = 5 };

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

static double
since(gint64 start_us)
{
    return (double)(g_get_monotonic_time() - start_us) / 1000.0;
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
        gint64 start = g_get_monotonic_time();
        virDomainCheckpointPtr checkpoint = create(count);

        printf(" %.4f", since(start));
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
        g_autofree char *name = g_strdup_printf("c%u", i * count / CALLS);
        gint64 start = g_get_monotonic_time();
        virDomainCheckpointPtr checkpoint =
            virDomainCheckpointLookupByName(domain, name, 0);

        printf(" %.4f", since(start));
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
        gint64 start = g_get_monotonic_time();
        char *xml = virDomainCheckpointGetXMLDesc(checkpoint, 0);

        printf(" %.4f", since(start));
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
        gint64 start = g_get_monotonic_time();
        int found = virDomainListAllCheckpoints(domain, &list, 0);

        printf(" %.4f", since(start));
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
