/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/block/threshold.h"

#include "base/error.h"
#include "memory/block/chain.h"
#include "memory/block/tell.h"

/* By path: what is on top of the image, or whether it is on top itself, may
 * change meanwhile. */
typedef struct {
    char *target;
    char *path;
    char *device; /* as the event names it: "vda", "vda[2]" */
    uint64_t bytes;
} MemoryThreshold;

static void
threshold_free(gpointer data)
{
    MemoryThreshold *threshold = data;

    g_free(threshold->target);
    g_free(threshold->path);
    g_free(threshold->device);
    g_free(threshold);
}

GPtrArray *
memory_thresholds_new(void)
{
    return g_ptr_array_new_with_free_func(threshold_free);
}

/* While one image holds everything, it is the top. */
static uint64_t
size_of(const MemoryDisk *disk, const char *path)
{
    const MemoryBits *held = memory_chain_held(memory_disk_chain(disk), path);

    return held ? memory_bits_bytes(held, memory_disk_size(disk))
                : memory_disk_allocated(disk);
}

static bool
is_passed(MemoryDomain *vm, const MemoryThreshold *threshold)
{
    const MemoryDisk *disk = memory_disks_find(vm->disks, threshold->target);
    uint64_t size = disk ? size_of(disk, threshold->path) : 0;
    const EventBlockThreshold crossed = {
        .device = threshold->device,
        .path = threshold->path,
        .threshold = threshold->bytes,
        .excess = size - threshold->bytes,
    };

    if (size <= threshold->bytes)
        return false;
    memory_tell_threshold(vm, &crossed);
    return true;
}

/* Each is told once and forgotten, as QEMU does it: who wants to hear again sets
 * a new one. */
void
memory_threshold_look(MemoryDomain *vm, const char *target)
{
    guint i = 0;

    while (i < vm->thresholds->len) {
        const MemoryThreshold *threshold = g_ptr_array_index(vm->thresholds, i);

        if (g_str_equal(threshold->target, target) &&
            is_passed(vm, threshold)) {
            g_ptr_array_remove_index(vm->thresholds, i);
        } else {
            i++;
        }
    }
}

/* An image has one at most: the last that was set. */
static void
forget(MemoryDomain *vm, const char *path)
{
    for (guint i = 0; i < vm->thresholds->len; i++) {
        const MemoryThreshold *threshold = g_ptr_array_index(vm->thresholds, i);

        if (g_str_equal(threshold->path, path)) {
            g_ptr_array_remove_index(vm->thresholds, i);
            return;
        }
    }
}

/* 0 takes the one that is there away.  An image that is larger already passes it
 * with the next write on a machine, and at once here. */
static bool
set(MemoryDomain *vm, const char *name, uint64_t bytes, GError **error)
{
    unsigned depth = 0;
    const DiskDef *disk = NULL;
    MemoryThreshold *threshold = NULL;
    ImageLayer layer;

    if (!memory_domain_is_active(vm)) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' is not running", vm->name);
    }
    disk = disk_chain_find_image(vm->live, name, &depth, error);
    if (!disk)
        return false;
    layer = disk_chain_layer(disk, depth);
    forget(vm, layer.path);
    if (bytes == 0)
        return true;
    threshold = g_new0(MemoryThreshold, 1);
    threshold->target = g_strdup(disk->target);
    threshold->path = g_strdup(layer.path);
    threshold->device = disk_chain_device(disk, depth);
    threshold->bytes = bytes;
    g_ptr_array_add(vm->thresholds, threshold);
    memory_threshold_look(vm, disk->target);
    return true;
}

int
memory_block_threshold(virDomainPtr domain, const char *device,
                       unsigned long long threshold, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;

    if (threshold > G_MAXINT64) {
        fail(error, VIR_ERR_OVERFLOW,
             "a threshold of %llu bytes is beyond any image", threshold);
        return -1;
    }
    call = memory_call_begin(domain, error);
    return call && set(memory_call_domain(call), device, threshold, error) ? 0
                                                                           : -1;
}
