/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/block/threshold.h"

#include "base/error.h"
#include "memory/backup.h"
#include "memory/block/chain.h"
#include "memory/block/tell.h"
#include "model/block/backup_image.h"

/* By path: what is on top of the image, or whether it is on top itself, may
 * change meanwhile, and with it what it is called. */
typedef struct {
    char *target;
    char *path;
    int job; /* the backup that writes to it; 0: it is the disk's own */
    uint64_t bytes;
} MemoryThreshold;

static void
threshold_free(gpointer data)
{
    MemoryThreshold *threshold = data;

    g_free(threshold->target);
    g_free(threshold->path);
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

/* @size is past the threshold, or nobody would be told. */
static void
tell(const MemoryDomain *vm, const MemoryThreshold *threshold, uint64_t size,
     const char *device)
{
    const EventBlockThreshold crossed = {
        .device = device,
        .path = threshold->path,
        .threshold = threshold->bytes,
        .excess = size - threshold->bytes,
    };

    memory_tell_threshold(vm, &crossed);
}

/* One of the disk's own images; what has left its chain grows no more. */
static bool
look_at_chain(const MemoryDomain *vm, const MemoryThreshold *threshold)
{
    const MemoryDisk *disk = memory_disks_find(vm->disks, threshold->target);
    const DiskDef *def = domain_def_find_disk(vm->live, threshold->target);
    int depth = def ? disk_chain_depth(def, threshold->path) : -1;
    uint64_t size = disk && depth >= 0 ? size_of(disk, threshold->path) : 0;
    g_autofree char *name = NULL;

    if (size <= threshold->bytes)
        return false;
    name = disk_chain_device(def, (unsigned)depth);
    /* The top has two names, and is told by both. */
    if (depth == 0)
        tell(vm, threshold, size, def->target);
    tell(vm, threshold, size, name);
    return true;
}

/* What a running backup writes to; with its end the threshold is over, too. */
static bool
look_at_backup(const MemoryDomain *vm, const MemoryThreshold *threshold)
{
    const Job *job = vm->backup && vm->backup->job == threshold->job
                         ? job_table_find(vm->jobs, threshold->job)
                         : NULL;
    const BackupImage image = {
        .job = job, .disk = domain_def_find_disk(vm->live, threshold->target)};
    const JobDisk *figures =
        job && image.disk ? job_find_disk(job, threshold->target) : NULL;
    g_autofree char *name = NULL;
    uint64_t size = 0;

    if (!figures)
        return true;
    size = MAX(figures->processed, figures->temp_used);
    if (size <= threshold->bytes)
        return false;
    name = backup_image_device(&image);
    tell(vm, threshold, size, name);
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
        bool is_over = g_str_equal(threshold->target, target) &&
                       (threshold->job > 0 ? look_at_backup(vm, threshold)
                                           : look_at_chain(vm, threshold));

        if (is_over) {
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

/* (transfer full): of the image called @name, without its bytes. */
static MemoryThreshold *
threshold_new(MemoryDomain *vm, const char *name, GError **error)
{
    unsigned depth = 0;
    const DiskDef *disk = disk_chain_find_image(vm->live, name, &depth);
    MemoryThreshold *threshold = NULL;
    BackupImage image;

    if (!disk && !backup_images_find(vm->live, vm->jobs, name, &image, error))
        return NULL;
    threshold = g_new0(MemoryThreshold, 1);
    if (disk) {
        threshold->target = g_strdup(disk->target);
        threshold->path = g_strdup(disk_chain_layer(disk, depth).path);
    } else {
        threshold->target = g_strdup(image.disk->target);
        threshold->path = g_strdup(image.wanted->store);
        threshold->job = image.job->id;
    }
    return threshold;
}

/* 0 takes the one that is there away.  An image that is larger already passes it
 * with the next write on a machine, and at once here. */
static bool
set(MemoryDomain *vm, const char *name, uint64_t bytes, GError **error)
{
    MemoryThreshold *threshold = NULL;

    if (!memory_domain_is_active(vm)) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' is not running", vm->name);
    }
    threshold = threshold_new(vm, name, error);
    if (!threshold)
        return false;
    forget(vm, threshold->path);
    if (bytes == 0) {
        threshold_free(threshold);
        return true;
    }
    threshold->bytes = bytes;
    g_ptr_array_add(vm->thresholds, threshold);
    if (threshold->job > 0) {
        memory_backup_watch(vm);
    } else {
        memory_threshold_look(vm, threshold->target);
    }
    return true;
}

/* The bound is QEMU's, which counts in 63 bits. */
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
