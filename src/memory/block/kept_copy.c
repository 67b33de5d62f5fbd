/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/block/kept_copy.h"

#include "base/error.h"
#include "base/fd.h"
#include "memory/block/chain.h"
#include "memory/image_file.h"

#include <errno.h>
#include <fcntl.h>

/* Nothing of the job's record: that may be forgotten while this is written. */
struct KeptCopy {
    MemoryImage *image;
    GArray *blocks;
    char *path;
    ImageFormat format;
    ImageLayer *below; /* nullable */
};

/* What is in it goes: only the size must fit, so that who goes over to it later
 * finds the disk as large as it was. */
static bool
check_reused(const ImageLayer *target, const MemoryDisk *disk, GError **error)
{
    uint64_t size = 0;

    if (!image_file_size(target->path, target->format, &size, error))
        return false;
    if (size == memory_disk_size(disk))
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "the image '%s' cannot take a copy: it must hold "
                "%" G_GUINT64_FORMAT " bytes, and all its data itself",
                target->path, memory_disk_size(disk));
}

bool
kept_copy_claim(const DiskJob *plan, const MemoryDisk *disk, GError **error)
{
    const ImageLayer *target = plan->target;
    g_auto(AutoFd) fd = -1;

    if (target->type != DISK_SOURCE_FILE) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the memory driver copies disk '%s' to files only, and "
                    "'%s' is to be a device",
                    plan->disk, target->path);
    }
    if (!plan->is_created)
        return check_reused(target, disk, error);
    fd = open(target->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        return true;
    if (errno == EEXIST) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s' for disk '%s' exists; name a file that does not, or "
                    "pass the flag to use the caller's own image",
                    target->path, plan->disk);
    }
    return fail_errno(error, errno, "cannot create '%s' for disk '%s'",
                      target->path, plan->disk);
}

/* References on the blocks, so it costs nothing per byte.  Of a shallow copy only
 * those that the top image has; the rest is read from what it stands on. */
KeptCopy *
kept_copy_new(MemoryDomain *vm, const Job *job)
{
    const DiskJob *disk_job = job->disk_job;
    const DiskDef *disk = domain_def_find_disk(vm->live, disk_job->disk);
    MemoryDisk *content = memory_disks_find(vm->disks, disk_job->disk);
    const MemoryBits *held =
        memory_chain_held(memory_disk_chain(content), disk->path);
    bool is_shallow =
        disk_job->leaving->len < disk_chain_length(disk) && held != NULL;
    KeptCopy *copy = g_new0(KeptCopy, 1);

    copy->image = memory_disk_freeze(content);
    copy->blocks = is_shallow ? memory_bits_sorted(held)
                              : memory_image_blocks(copy->image);
    copy->path = g_strdup(disk_job->target->path);
    copy->format = disk_job->target->format;
    if (disk_job->leaving->len < disk_chain_length(disk)) {
        const ImageLayer below = disk_chain_layer(disk, disk_job->leaving->len);

        copy->below = image_layer_new(below.type, below.path, below.format);
    }
    return copy;
}

void
kept_copy_free(KeptCopy *copy)
{
    if (!copy)
        return;
    memory_image_unref(copy->image);
    g_array_unref(copy->blocks);
    image_layer_free(copy->below);
    g_free(copy->path);
    g_free(copy);
}

/* The file was claimed at the begin, so it is opened and never made here: if it
 * is gone, somebody took it away, and a new one would surprise them. */
bool
kept_copy_write(const KeptCopy *copy, GError **error)
{
    g_auto(AutoFd) fd = open(copy->path, O_RDWR | O_TRUNC | O_CLOEXEC);
    const ImageFile file = {.image = copy->image,
                            .blocks = copy->blocks,
                            .format = copy->format,
                            .backing = copy->below ? copy->below->path : NULL,
                            .backing_format = copy->below ? copy->below->format
                                                          : IMAGE_FORMAT_RAW};

    if (fd < 0)
        return fail_errno(error, errno, "cannot write '%s'", copy->path);
    return image_file_write(fd, &file, NULL, NULL, error);
}
