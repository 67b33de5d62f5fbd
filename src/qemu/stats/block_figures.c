/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the disks of a machine have done, and how large their images are: of all
 * of them with two questions to QEMU. */
#include "model/block/disk_chain.h"
#include "qemu/block/node_names.h"
#include "qemu/domain/block_info.h"
#include "qemu/domain/block_stats.h"
#include "qemu/stats/stats_calls.h"

/* QEMU's answers; NULL: it does not run, or does not answer. */
typedef struct {
    json_t *backends; /* query-blockstats */
    json_t *nodes;    /* query-named-block-nodes */
} Answers;

/* NULL is fine: what was not answered is not there. */
static void
answers_clear(Answers *answers)
{
    json_decref(answers->backends);
    json_decref(answers->nodes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answers, answers_clear)

/* Both or one of them: a figure whose question failed is left out, and the
 * others are told all the same. */
static Answers
ask(QemuDomain *vm)
{
    QmpClient *qmp =
        qemu_domain_is_active(vm) ? qemu_domain_monitor(vm, NULL) : NULL;
    Answers answers = {0};

    if (!qmp)
        return answers;
    answers.backends = qmp_client_call(qmp, "query-blockstats", NULL, NULL);
    answers.nodes = qmp_client_call(qmp, "query-named-block-nodes",
                                    json_pack("{s:b}", "flat", 1), NULL);
    return answers;
}

/* The device's: by the node that it has, or by itself if its drive is empty.
 * qdev is "/machine/peripheral/ALIAS/virtio-backend", or the alias alone. */
static const json_t *
find_backend(const Answers *answers, const DiskDef *disk)
{
    g_autofree char *top = node_top(disk->target);
    const json_t *backend = NULL;
    gsize index = 0;

    json_array_foreach(answers->backends, index, backend)
    {
        const char *node =
            json_string_value(json_object_get(backend, "node-name"));
        const char *device =
            json_string_value(json_object_get(backend, "qdev"));

        if (node ? g_str_equal(node, top)
                 : disk->alias && g_strcmp0(device, disk->alias) == 0)
            return backend;
    }
    return NULL;
}

/* @name at or below @entry: below it as its file ("parent") or as its backing
 * file.  A chain has a bounded length, and QEMU shows no more. */
static const json_t *
find_below(const json_t *entry, const char *name, unsigned depth)
{
    const json_t *found = NULL;

    if (!entry || depth == 0)
        return NULL;
    if (g_strcmp0(json_string_value(json_object_get(entry, "node-name")),
                  name) == 0)
        return entry;
    found = find_below(json_object_get(entry, "parent"), name, depth - 1);
    if (found)
        return found;
    /* A filter's file is shown as what backs it, too. */
    return find_below(json_object_get(entry, "backing"), name, depth - 1);
}

/* How far the image's file was written to, since it was opened. */
static unsigned long long
highest_offset(const json_t *node)
{
    const json_t *file = json_object_get(node, "parent");
    const json_t *offset = json_object_get(
        json_object_get(file ? file : node, "stats"), "wr_highest_offset");
    json_int_t value = json_integer_value(offset);

    return value > 0 ? (unsigned long long)value : 0;
}

/* By our own name for it; QEMU lists all nodes, also those of jobs. */
static const json_t *
find_node(const Answers *answers, const char *name)
{
    const json_t *node = NULL;
    gsize index = 0;

    json_array_foreach(answers->nodes, index, node)
    {
        if (g_strcmp0(json_string_value(json_object_get(node, "node-name")),
                      name) == 0)
            return node;
    }
    return NULL;
}

/* The guest's view of an image while it runs: the file's own figures are the
 * host's. */
static void
fill_in(const json_t *told, DomainStatsBlock *block, virDomainBlockInfoPtr size)
{
    json_int_t capacity = json_integer_value(
        json_object_get(json_object_get(told, "image"), "virtual-size"));
    json_int_t threshold =
        json_integer_value(json_object_get(told, "write_threshold"));

    if (capacity > 0)
        size->capacity = (unsigned long long)capacity;
    if (threshold > 0)
        block->threshold = (unsigned long long)threshold;
}

/* The image at @depth of a disk that runs. */
static void
add_layer(const DiskDef *disk, unsigned depth, const Answers *answers,
          unsigned number, DomainStats *stats)
{
    const ImageLayer layer = disk_chain_layer(disk, depth);
    g_autofree char *name = node_layer(disk->target, layer.node);
    const json_t *backend = find_backend(answers, disk);
    const json_t *entry = find_below(backend, name, 2 * DISK_CHAIN_MAX);
    /* On this stack until they are told: the block only points to them. */
    BlockStats done = {0};
    virDomainBlockInfo size = {0};
    DomainStatsBlock block = {.name = disk->target,
                              .path = layer.path,
                              .backing_index = layer.node + 1};

    /* The top counts what the device asked for, backups left out. */
    if (depth == 0 ? backend != NULL : entry != NULL) {
        qemu_block_stats_read(
            json_object_get(depth == 0 ? backend : entry, "stats"), &done);
        block.done = &done;
    }
    /* An image that cannot be looked at from here (another user's, over a
     * network that hangs) has no sizes, and its other figures all the same. */
    if (block_info_look(layer.path, &size, NULL)) {
        block.size = &size;
        size.allocation = highest_offset(entry);
        fill_in(find_node(answers, name), &block, &size);
    }
    domain_stats_add_block(stats, number, &block);
}

/* Off: what the image's header says. */
static void
add_inactive(QemuDomain *vm, const DiskDef *disk, unsigned number,
             DomainStats *stats)
{
    virDomainBlockInfo size = {0};
    DomainStatsBlock block = {.name = disk->target, .path = disk->path};

    if (!disk_def_is_empty(disk) &&
        block_info_get(vm, disk->target, &size, NULL))
        block.size = &size;
    domain_stats_add_block(stats, number, &block);
}

/* A drive without a medium has no node, and its device still counts. */
static void
add_empty(const DiskDef *disk, const Answers *answers, unsigned number,
          DomainStats *stats)
{
    const json_t *backend = find_backend(answers, disk);
    BlockStats done = {0};
    DomainStatsBlock block = {.name = disk->target};

    if (backend) {
        qemu_block_stats_read(json_object_get(backend, "stats"), &done);
        block.done = &done;
    }
    domain_stats_add_block(stats, number, &block);
}

/* Numbers go through all disks and, if that is asked, through each disk's
 * images from the top down, as libvirt counts. */
void
block_figures_add(QemuDomain *vm, bool has_backing, DomainStats *stats)
{
    const GPtrArray *disks = qemu_domain_def(vm)->disks;
    g_auto(Answers) answers = ask(vm);
    g_auto(DomainStats) figures = {0};
    unsigned number = 0;

    for (guint i = 0; i < disks->len; i++) {
        const DiskDef *disk = disks->pdata[i];
        unsigned layers = has_backing ? disk_chain_length(disk) : 1;

        /* Off, there is no chain but what the header says: only the image that
         * is named has figures. */
        if (!qemu_domain_is_active(vm)) {
            add_inactive(vm, disk, number++, &figures);
        } else if (disk_def_is_empty(disk)) {
            add_empty(disk, &answers, number++, &figures);
        } else {
            for (unsigned depth = 0; depth < layers; depth++)
                add_layer(disk, depth, &answers, number++, &figures);
        }
    }
    /* The count comes first, and is known last. */
    domain_stats_add_uint(stats, number, "block.count");
    domain_stats_append(stats, &figures);
}
