/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How many calls does a daemon answer, and how soon?
 *
 * Built against libvirt alone, so that both daemons are asked by the same
 * client.  Orders come on standard input, one a line:
 *
 *     calls CLIENTS MS    so many connections, each of a thread of its own,
 *                         ask for the domain's state for so long
 *     list N              list all domains of URI, N times
 *     define COUNT        machines without disks, which stay
 *     undefine COUNT      and which go
 *
 * and each is answered by lines "QUESTION NUMBER..." and a last one, "done":
 * calls by "rate" (a second), "p50" and "p99" (milliseconds), list by the
 * milliseconds of each, with the number of domains in its name.
 *
 * usage: bench_client URI [DOMAIN]
 */
#include <glib.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { ORDER_SIZE = 64, US_PER_MS = 1000, US_PER_S = 1000000 };

typedef struct {
    virConnectPtr conn;
    virDomainPtr domain;
    GArray *times_us; /* of gint64, one a call */
    gint64 until_us;
} Caller;

static const char *uri;
static const char *domain_name;

static void
must(bool holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", what, virGetLastErrorMessage());
    exit(EXIT_FAILURE);
}

static gpointer
call_until(gpointer data)
{
    Caller *caller = data;
    gint64 now_us = g_get_monotonic_time();

    while (now_us < caller->until_us) {
        gint64 before_us = now_us;
        gint64 took_us = 0;
        int state = 0;

        must(virDomainGetState(caller->domain, &state, NULL, 0) == 0, "state");
        now_us = g_get_monotonic_time();
        took_us = now_us - before_us;
        g_array_append_val(caller->times_us, took_us);
    }
    return NULL;
}

static int
compare_times(gconstpointer a, gconstpointer b)
{
    gint64 first = *(const gint64 *)a;
    gint64 second = *(const gint64 *)b;

    return (first > second) - (first < second);
}

static double
quantile_ms(GArray *times_us, unsigned percent)
{
    guint at = (guint)((guint64)(times_us->len - 1) * percent / 100);

    return (double)g_array_index(times_us, gint64, at) / US_PER_MS;
}

/* Connections are made before the clock runs, and no thread shares one. */
static void
measure_calls(unsigned n_clients, unsigned ms)
{
    g_autofree Caller *callers = g_new0(Caller, n_clients);
    g_autofree GThread **threads = g_new0(GThread *, n_clients);
    g_autoptr(GArray) all_us = g_array_new(FALSE, FALSE, sizeof(gint64));
    gint64 start_us = 0;
    gint64 end_us = 0;

    for (unsigned i = 0; i < n_clients; i++) {
        callers[i].conn = virConnectOpen(uri);
        must(callers[i].conn != NULL, "open");
        callers[i].domain = virDomainLookupByName(callers[i].conn, domain_name);
        must(callers[i].domain != NULL, "lookup");
        callers[i].times_us = g_array_new(FALSE, FALSE, sizeof(gint64));
    }
    start_us = g_get_monotonic_time();
    for (unsigned i = 0; i < n_clients; i++) {
        callers[i].until_us = start_us + (gint64)ms * US_PER_MS;
        threads[i] = g_thread_new("caller", call_until, &callers[i]);
    }
    for (unsigned i = 0; i < n_clients; i++)
        (void)g_thread_join(threads[i]);
    end_us = g_get_monotonic_time();
    for (unsigned i = 0; i < n_clients; i++) {
        g_array_append_vals(all_us, callers[i].times_us->data,
                            callers[i].times_us->len);
        g_array_unref(callers[i].times_us);
        (void)virDomainFree(callers[i].domain);
        (void)virConnectClose(callers[i].conn);
    }
    g_array_sort(all_us, compare_times);
    printf("rate %.1f\n",
           (double)all_us->len * US_PER_S / (double)(end_us - start_us));
    printf("p50 %.3f\np99 %.3f\n", quantile_ms(all_us, 50),
           quantile_ms(all_us, 99));
}

static void
measure_list(virConnectPtr conn, unsigned runs)
{
    g_autoptr(GString) line = g_string_new("");
    int count = 0;

    for (unsigned i = 0; i < runs; i++) {
        virDomainPtr *domains = NULL;
        gint64 start_us = g_get_monotonic_time();

        count = virConnectListAllDomains(conn, &domains, 0);
        must(count >= 0, "list");
        g_string_append_printf(line, " %.3f",
                               (double)(g_get_monotonic_time() - start_us) /
                                   US_PER_MS);
        for (int j = 0; j < count; j++)
            (void)virDomainFree(domains[j]);
        free(domains);
    }
    printf("list-%d%s\n", count, line->str);
}

static void
define_machines(virConnectPtr conn, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *xml = g_strdup_printf(
            "<domain type='qemu'><name>many%u</name>"
            "<memory unit='MiB'>64</memory><vcpu>1</vcpu>"
            "<os><type arch='x86_64' machine='pc'>hvm</type></os>"
            "<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>"
            "</devices></domain>",
            i);
        virDomainPtr domain = virDomainDefineXML(conn, xml);

        must(domain != NULL, "define");
        (void)virDomainFree(domain);
    }
}

static void
undefine_machines(virConnectPtr conn, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        g_autofree char *name = g_strdup_printf("many%u", i);
        virDomainPtr domain = virDomainLookupByName(conn, name);

        must(domain && virDomainUndefine(domain) == 0, "undefine");
        (void)virDomainFree(domain);
    }
}

static bool
obey(virConnectPtr conn, const char *order)
{
    char word[ORDER_SIZE] = "";
    unsigned first = 0;
    unsigned second = 0;
    /* Our own orders, of known length.  NOLINTNEXTLINE(cert-err34-c) */
    int found = sscanf(order, "%63s %u %u", word, &first, &second);

    if (found == 3 && g_str_equal(word, "calls") && first && domain_name) {
        measure_calls(first, second);
    } else if (found == 2 && g_str_equal(word, "list")) {
        measure_list(conn, first);
    } else if (found == 2 && g_str_equal(word, "define")) {
        define_machines(conn, first);
    } else if (found == 2 && g_str_equal(word, "undefine")) {
        undefine_machines(conn, first);
    } else {
        return false;
    }
    puts("done");
    fflush(stdout);
    return true;
}

int
main(int argc, char *argv[])
{
    char order[ORDER_SIZE] = "";
    virConnectPtr conn = NULL;

    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: bench_client URI [DOMAIN]\n");
        return EXIT_FAILURE;
    }
    uri = argv[1];
    domain_name = argc > 2 ? argv[2] : NULL;
    conn = virConnectOpen(uri);
    must(conn != NULL, "open");
    while (fgets(order, sizeof(order), stdin)) {
        if (!obey(conn, order)) {
            fprintf(stderr, "unknown order: %s", order);
            return EXIT_FAILURE;
        }
    }
    (void)virConnectClose(conn);
    return EXIT_SUCCESS;
}
