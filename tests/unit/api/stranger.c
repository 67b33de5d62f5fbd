/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stranger's program: it knows the installed headers and the shared library,
 * and nothing else of this tree.
 *
 * It is compiled as C99 and, through stranger.cc, as C++, both with -pedantic;
 * it fetches what a first program would and leaves the folder it was given as
 * an empty root.
 */
#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt-strandline.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int number;

/* One line of the Test Anything Protocol. */
static void
report(int holds, const char *claim)
{
    printf("%s %d - %s\n", holds ? "ok" : "not ok", ++number, claim);
    if (!holds)
        printf("# %s\n", virGetLastErrorMessage());
}

static int
on_lifecycle(virConnectPtr conn, virDomainPtr dom, int event, int detail,
             void *opaque)
{
    (void)conn;
    (void)dom;
    (void)event;
    (void)detail;
    *(int *)opaque += 1;
    return 0;
}

static void
on_tick(int timer, void *opaque)
{
    (void)timer;
    *(int *)opaque += 1;
}

static void
use_connection(virConnectPtr conn)
{
    virDomainPtr *domains = NULL;
    int seen = 0;
    int ticks = 0;
    int timer = -1;
    int id = virConnectDomainEventRegisterAny(
        conn, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
        VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle), &seen, NULL);

    report(id >= 0, "registers for lifecycle events");
    report(virConnectListAllDomains(conn, &domains, 0) == 0 && domains &&
               !domains[0],
           "an empty root has no domains");
    free(domains);
    report(!virDomainLookupByName(conn, "nobody") &&
               virGetLastErrorCode() == VIR_ERR_NO_DOMAIN,
           "a domain that is not there is not found");
    report(!virDomainDefineXML(conn, "<domain") &&
               virGetLastErrorCode() == VIR_ERR_XML_DETAIL,
           "what is no XML is refused");
    timer = virEventAddTimeout(0, on_tick, &ticks, NULL);
    while (ticks == 0 && virEventRunDefaultImpl() == 0)
        continue;
    report(ticks > 0 && seen == 0, "the event loop runs");
    report(virEventRemoveTimeout(timer) == 0 &&
               virConnectDomainEventDeregisterAny(conn, id) == 0,
           "callbacks are taken back");
}

int
main(int argc, char **argv)
{
    unsigned long version = 0;
    char uri[512];
    virConnectPtr conn = NULL;

    printf("1..11\n");
    report(virInitialize() == 0 && virEventRegisterDefaultImpl() == 0,
           "the library starts");
    report(virGetVersion(&version, NULL, NULL) == 0 &&
               version == STRANDLINE_VERSION_NUMBER,
           "header and library are of one version");
    report(!virConnectOpen("nowhere:///") &&
               virGetLastErrorCode() == VIR_ERR_NO_CONNECT,
           "an unknown driver is refused");
    snprintf(uri, sizeof(uri), "qemu:///embed?root=%s",
             argc > 1 ? argv[1] : "");
    conn = virConnectOpen(uri);
    report(conn != NULL, "an embedded connection opens");
    if (!conn)
        return EXIT_FAILURE;
    use_connection(conn);
    report(virConnectClose(conn) == 0, "the connection closes");
    return EXIT_SUCCESS;
}
