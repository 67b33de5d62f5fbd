/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "blockjob_steps.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAUSE_US = 2000, BLOCK = 64 * 1024 };

static void
io(const char *format, const char *path, const char *command)
{
    g_free(run_command("qemu-io", "-f", format, "-c", command, path, NULL));
}

/* Image number @number over @below, with blocks at @number and at 3 MiB. */
static void
fill_image(const Chain *chain, const char *path, const char *below, int number)
{
    g_autofree char *own =
        g_strdup_printf("write -P %d %dM 64k", 0x10 + number, number);
    g_autofree char *shared =
        g_strdup_printf("write -P %d 3M 64k", 0x20 + number);

    if (below) {
        g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", "-b",
                           below, "-F", "qcow2", path, NULL));
    }
    io("qcow2", path, own);
    io("qcow2", path, shared);
    io("raw", chain->reference, own);
    io("raw", chain->reference, shared);
}

Chain *
chain_new(const char *name)
{
    Chain *chain = g_new0(Chain, 1);
    const char *top = NULL;

    chain->machine = machine_new(name, 1, 8 * MIB);
    chain->reference = machine_file(chain->machine, "reference");
    chain->base = machine_file(chain->machine, "base.qcow2");
    chain->middle = machine_file(chain->machine, "middle.qcow2");
    top = chain->machine->path[0];
    g_assert_cmpint(g_rename(top, chain->base), ==, 0);
    g_free(run_command("qemu-img", "create", "-q", "-f", "raw",
                       chain->reference, "8M", NULL));
    fill_image(chain, chain->base, NULL, 0);
    fill_image(chain, chain->middle, chain->base, 1);
    fill_image(chain, top, chain->middle, 2);
    machine_start_paused(chain->machine);
    return chain;
}

void
chain_free(Chain *chain)
{
    if (!chain)
        return;
    machine_free(chain->machine);
    g_free(chain->reference);
    g_free(chain->base);
    g_free(chain->middle);
    g_free(chain);
}

void
chain_write(Chain *chain, int pattern, uint64_t offset)
{
    g_autofree char *command = g_strdup_printf(
        "write -P %d %" G_GUINT64_FORMAT " 64k", pattern, offset);

    machine_write(chain->machine, 0, pattern, offset, BLOCK);
    io("raw", chain->reference, command);
}

static const char *
image_name(const Chain *chain, const char *path)
{
    if (strcmp(path, chain->machine->path[0]) == 0)
        return "top";
    if (strcmp(path, chain->middle) == 0)
        return "middle";
    return strcmp(path, chain->base) == 0 ? "base" : strrchr(path, '/') + 1;
}

/* The files of the first disk, in document order: that of the chain. */
static void
append_images(const Chain *chain, unsigned flags, GString *list)
{
    char *xml = virDomainGetXMLDesc(chain->machine->domain, flags);
    char *place = NULL;
    char *end = NULL;

    require(xml != NULL);
    g_assert_nonnull(xml);
    end = strstr(xml, "</disk>");
    g_assert_nonnull(end);
    *end = '\0';
    for (place = strstr(xml, "<source file='"); place;
         place = strstr(place, "<source file='")) {
        g_auto(GStrv) parts = g_strsplit(place, "'", 3);

        g_string_append_printf(list, "%s%s", list->len ? " " : "",
                               image_name(chain, parts[1]));
        place++;
    }
    free(xml);
}

char *
chain_images(const Chain *chain)
{
    GString *list = g_string_new(NULL);

    append_images(chain, 0, list);
    g_string_append(list, " |");
    append_images(chain, VIR_DOMAIN_XML_INACTIVE, list);
    return g_string_free(list, FALSE);
}

void
require_images(const Chain *chain, const char *expected)
{
    g_autofree char *images = chain_images(chain);

    g_assert_cmpstr(images, ==, expected);
}

void
require_same(Chain *chain)
{
    g_autoptr(GString) list = g_string_new(NULL);
    char *xml =
        virDomainGetXMLDesc(chain->machine->domain, VIR_DOMAIN_XML_INACTIVE);
    g_auto(GStrv) parts = NULL;

    require(xml != NULL);
    g_assert_nonnull(xml);
    machine_stop(chain->machine);
    parts = g_strsplit(strstr(xml, "<source file='"), "'", 3);
    g_free(run_command("qemu-img", "compare", "-f", "raw", "-F",
                       strstr(xml, "type='raw'") ? "raw" : "qcow2",
                       chain->reference, parts[1], NULL));
    free(xml);
}

void
require_nodes(const Chain *chain, unsigned count)
{
    g_autofree char *reply =
        machine_monitor(chain->machine, "{\"execute\": "
                                        "\"query-named-block-nodes\"}");
    unsigned n = 0;

    for (const char *place = strstr(reply, "\"node-name\""); place;
         place = strstr(place + 1, "\"node-name\""))
        n++;
    g_assert_cmpuint(n, ==, count);
}

void
wait_disk_over(virDomainPtr domain, const char *disk)
{
    virDomainBlockJobInfo info;
    int found = 0;

    do {
        g_usleep(PAUSE_US);
        found = virDomainGetBlockJobInfo(domain, disk, &info, 0);
        require(found >= 0);
    } while (found > 0);
}

void
wait_job_over(virDomainPtr domain)
{
    wait_disk_over(domain, "vda");
}

void
wait_job_ready(virDomainPtr domain)
{
    virDomainBlockJobInfo info = {0};

    do {
        g_usleep(PAUSE_US);
        require(virDomainGetBlockJobInfo(domain, "vda", &info, 0) == 1);
    } while (info.cur < info.end);
}

int
only_job(virDomainPtr domain)
{
    virDomainJobId *ids = NULL;
    int id = 0;

    require(virDomainListJobIds(domain, &ids, 0) == 2);
    id = ids[1].id;
    free(ids);
    return id;
}
