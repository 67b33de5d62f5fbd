/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "hosts.h"

#include <libvirt/virterror.h>
#include <stdlib.h>

/* A file of no domains makes a host that is this connection's alone. */
static char *
memory_uri(const Stage *stage)
{
    g_autofree char *node =
        g_build_filename(stage->machine->folder, "there.xml", NULL);

    g_assert_true(g_file_set_contents(node, "<node/>", -1, NULL));
    return g_strdup_printf("test://%s", node);
}

static char *
uri_by_daemon(Hosts *hosts)
{
    g_autofree char *root =
        hosts->stage->is_memory
            ? NULL
            : g_build_filename(hosts->stage->machine->folder, "there", NULL);

    hosts->daemon = stage_daemon_new(root);
    return stage_daemon_uri(hosts->daemon, hosts->stage->is_memory
                                               ? "test+unix:///default"
                                               : "qemu:///system");
}

static char *
uri_there(Hosts *hosts)
{
    if (stage_daemon_is_wanted())
        return uri_by_daemon(hosts);
    return hosts->stage->is_memory
               ? memory_uri(hosts->stage)
               : g_strdup_printf("qemu:///embed?root=%s/there",
                                 hosts->stage->machine->folder);
}

Hosts *
hosts_new(void)
{
    Hosts *hosts = g_new0(Hosts, 1);
    g_autofree char *uri = NULL;

    hosts->stage = stage_new(1, MIB);
    hosts->domain = hosts->stage->machine->domain;
    uri = uri_there(hosts);
    hosts->there = virConnectOpen(uri);
    require(hosts->there != NULL);
    require(virDomainResume(hosts->domain) == 0);
    return hosts;
}

void
hosts_free(Hosts *hosts)
{
    virDomainPtr *domains = NULL;
    int count = 0;

    if (!hosts)
        return;
    count = virConnectListAllDomains(hosts->there, &domains, 0);
    for (int i = 0; i < count; i++) {
        if (virDomainIsActive(domains[i]) == 1)
            (void)virDomainDestroy(domains[i]);
        (void)virDomainFree(domains[i]);
    }
    free(domains);
    (void)virConnectClose(hosts->there);
    stage_daemon_free(hosts->daemon);
    stage_free(hosts->stage);
    g_free(hosts);
}

virDomainPtr
hosts_move(Hosts *hosts, unsigned flags)
{
    virDomainPtr there =
        virDomainMigrate(hosts->domain, hosts->there, flags, NULL, NULL, 0);

    require(there != NULL);
    return there;
}

void
hosts_expect_none_there(const Hosts *hosts, bool is_active)
{
    virDomainPtr there = virDomainLookupByName(hosts->there, "web");

    if (there && is_active)
        g_assert_cmpint(virDomainIsActive(there), ==, 0);
    g_assert_true(is_active || !there);
    if (there)
        require(virDomainFree(there) == 0);
}

void
hosts_expect_byte(virDomainPtr domain, uint64_t offset, int byte)
{
    unsigned char found = 0;

    require(virDomainBlockPeek(domain, "vda", offset, 1, &found, 0) == 0);
    g_assert_cmpint(found, ==, byte);
}
