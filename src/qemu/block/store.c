/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/store.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "nbd/export_info.h"
#include "qemu/block/batch.h"
#include "qemu/block/empty_qcow2.h"
#include "qemu/block/image_tool.h"
#include "qemu/block/node_names.h"
#include "qemu/nbd_server.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    CLUSTER_MAX = 64 * 1024,
    BOUND_ALIGN = 64 * 1024,
    BOUND_MIN = 2 * 1024 * 1024, /* an empty image takes some 400 KiB */
    BOUND_SLACK = 4 * 1024 * 1024,
    /* Of qcow2: 10 bytes of tables for each 64 KiB of data, rounded up. */
    METADATA_PART = 4096,
    /* The free space that all scratch of one job may take: a half. */
    FREE_PART = 2,
    EXPORT_TIMEOUT_MS = 10 * 1000,
};

/* qcow2 unless it is told otherwise.  The flags start as the plain case: a file
 * that we make, that keeps its name. */
Store *
store_new(int job, const char *target, const char *part, const char *path)
{
    Store *store = g_new0(Store, 1);

    store->job = job;
    store->target = g_strdup(target);
    store->part = part;
    store->path = g_strdup(path);
    store->format = IMAGE_FORMAT_QCOW2;
    store->is_scratch = strcmp(part, "scr") == 0;
    return store;
}

/* The file is not removed here: whether it is to stay is the job's affair. */
void
store_free(Store *store)
{
    if (!store)
        return;
    g_free(store->target);
    g_free(store->path);
    g_free(store->backing);
    g_free(store);
}

/* The name of the node at the end of the chain, or of one below it.
 *
 * The image itself has the bare part as its name ("scr"), what lies below it
 * adds to that ("scr-raw", "scr-file"). */
static char *
node_of(const Store *store, const char *suffix)
{
    g_autofree char *part = g_strconcat(store->part, suffix, NULL);

    return node_job(store->job, store->target, part);
}

/* Names the flag that would allow it: that is what most users want who get
 * here. */
static bool
check_absent(const Store *store, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(store->path);
    g_auto(AutoFd) parent = -1;
    struct stat status;
    int problem = 0;

    /* lstat: a link counts as existing, wherever it leads, also to nowhere.
     * The creation says O_EXCL as well; this only makes sure that the refusal
     * comes before anything was touched. */
    if (caller_look(store->path, &status)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s' for disk '%s' exists; name a file that does not, or "
                    "pass the flag to use the caller's own images",
                    store->path, store->target);
    }
    problem = errno;
    if (problem != ENOENT)
        return fail_errno(error, problem, "cannot look at '%s'", store->path);
    /* By the real user, as access() does; for a program that is setuid the
     * creation has the last word. */
    if (caller_is_below(store->path)) {
        parent = caller_open_parent(store->path);
        problem = parent < 0 ? errno : 0;
    } else {
        problem = access(folder, W_OK | X_OK) < 0 ? errno : 0;
    }
    if (problem != 0) {
        return fail_errno(error, problem,
                          "cannot create '%s' for disk '%s' in its folder",
                          store->path, store->target);
    }
    return true;
}

/* QEMU refuses as well, in the middle of the begin. */
static bool
check_size(const Store *store, uint64_t size, GError **error)
{
    if (size == store->size)
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "'%s' holds %" G_GUINT64_FORMAT " bytes and disk '%s' "
                "%" G_GUINT64_FORMAT "; they must be of one size",
                store->path, size, store->target, store->size);
}

/* Opened for a moment and for reading: nothing of it is changed. */
static bool
check_device(const Store *store, GError **error)
{
    /* O_NONBLOCK: a pipe that is named as a device must not hold us here until
     * somebody writes to it. */
    g_auto(AutoFd) fd = caller_open(store->path, O_RDONLY | O_NONBLOCK, 0);
    struct stat status;
    off_t end = 0;

    if (fd < 0 || fstat(fd, &status) < 0) {
        return fail_errno(error, errno, "cannot open block device '%s'",
                          store->path);
    }
    if (!S_ISBLK(status.st_mode)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s' for disk '%s' is not a block device", store->path,
                    store->target);
    }
    /* A qcow2 on a device may be smaller than its disk: it holds what is
     * written. */
    if (store->format != IMAGE_FORMAT_RAW || store->is_scratch)
        return true;
    /* Of a block device stat() tells no size. */
    end = lseek(fd, 0, SEEK_END);
    if (end < 0) {
        return fail_errno(error, errno, "cannot ask the size of '%s'",
                          store->path);
    }
    return check_size(store, (uint64_t)end, error);
}

/* With REUSE_EXTERNAL the caller made it, so everything about it is looked at
 * before it is written to. */
static bool
check_existing(const Store *store, GError **error)
{
    ImageInfo info = {0};

    if (!caller_is_below(store->path) && access(store->path, R_OK | W_OK) < 0) {
        return fail_errno(error, errno,
                          "cannot use the image '%s' for disk '%s'",
                          store->path, store->target);
    }
    /* By a program of its own: what a stranger's image header can do to a
     * parser, it does there.  The format is said, never probed. */
    if (!image_tool_info(store->path, store->format, &info, error))
        return false;
    if (info.has_data_file) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the image '%s' keeps its data in another file, which is "
                    "not supported; create one without data_file",
                    store->path);
    }
    /* A copy goes by the larger of the target's clusters and 64 KiB, and a view
     * is read right only within 64 KiB (docs/design/reading-the-view.md). */
    if (info.cluster_size > CLUSTER_MAX) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the image '%s' has clusters of %" G_GUINT64_FORMAT
                    " bytes; create one with at most %d",
                    store->path, info.cluster_size, CLUSTER_MAX);
    }
    return check_size(store, info.virtual_size, error);
}

/* Asked before QEMU is: QEMU would connect with its monitor, and so the guest,
 * held up for as long as a server that is not there takes to say so. */
static bool
check_export(const Store *store, GError **error)
{
    int socket = nbd_server_connect(store->host, error);
    NbdExportInfo info = {0};

    if (socket < 0 || !nbd_export_info(socket, store->target_name,
                                       EXPORT_TIMEOUT_MS, &info, error)) {
        g_prefix_error(error,
                       "cannot use the target '%s' of disk '%s': ", store->path,
                       store->target);
        return false;
    }
    if (info.is_read_only) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the target '%s' of disk '%s' is a read-only export; start "
                    "its server so that it can be written to",
                    store->path, store->target);
    }
    return check_size(store, info.size, error);
}

/* Repeats nothing: what is checked here can change until the image is made or
 * opened, and every one of those steps refuses again by itself (O_EXCL, QEMU's
 * locks, its comparison of sizes). */
bool
store_check(const Store *store, GError **error)
{
    if (store->host)
        return check_export(store, error);
    if (store->is_block && !check_device(store, error))
        return false;
    if (store->is_existing)
        return check_existing(store, error);
    return store->is_block || check_absent(store, error);
}

/* What the scratch may take at most, so that a guest that writes much cannot
 * fill the host's file system by being backed up. */
bool
store_bound(const char *path, uint64_t size, guint n, uint64_t *ret_bound,
            GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    struct statvfs status;
    uint64_t free_bytes = 0;
    /* Room for the whole disk and its tables: a guest that overwrites
     * everything during the backup needs that, and never more. */
    uint64_t wanted = size + size / METADATA_PART + BOUND_SLACK;
    uint64_t share = 0;

    if (statvfs(folder, &status) < 0) {
        return fail_errno(error, errno, "cannot ask how much is free in '%s'",
                          folder);
    }
    free_bytes = (uint64_t)status.f_bavail * status.f_frsize;
    /* Half of what is free, shared by the disks of the job: the guest's own
     * images may lie in the same file system and must be able to grow. */
    share = free_bytes / FREE_PART / n;
    if (share < BOUND_MIN) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "'%s' has only %" G_GUINT64_FORMAT " bytes free, too "
                    "little for the scratch space of the backup; make room",
                    folder, free_bytes);
    }
    /* Rounded down, so that the shares together stay below the half. */
    *ret_bound = MIN(wanted, share) / BOUND_ALIGN * BOUND_ALIGN;
    return true;
}

/* A bounded one gets its full length as well, since its raw node must not end
 * where the file does. */
static bool
fill_file(const Store *store, int fd, GError **error)
{
    bool is_raw = store->format == IMAGE_FORMAT_RAW;
    uint64_t length = is_raw ? store->size : store->bound;

    if (!is_raw && !empty_qcow2_write(fd, store->size, error)) {
        g_prefix_error(error, "cannot make '%s' for disk '%s': ", store->path,
                       store->target);
        return false;
    }
    if (length == 0)
        return true;
    if (!fault_point("file:truncate", error))
        return false;
    /* A sparse length: no space is taken by it. */
    if (ftruncate(fd, (off_t)length) < 0) {
        return fail_errno(error, errno, "cannot give '%s' its size",
                          store->path);
    }
    return true;
}

/* In one step with O_EXCL, so that no name that exists is ever opened. */
static bool
create_file(Store *store, GError **error)
{
    g_auto(AutoFd) fd = -1;

    if (!fault_point("file:create", error))
        return false;
    /* 0600 and ours from the first moment on: it will hold what the guest's
     * disk holds. */
    fd = caller_open(store->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW,
                     S_IRUSR | S_IWUSR);
    if (fd < 0) {
        return fail_errno(error, errno, "cannot create '%s' for disk '%s'",
                          store->path, store->target);
    }
    /* Before it is filled: from here on there is a file that the undo has to
     * remove. */
    store->is_created = true;
    return fill_file(store, fd, error) &&
           (!store->below ||
            image_tool_name_backing(store->path, store->below,
                                    store->below_format, error));
}

/* What is written on a device is left to qemu-img: it takes the locks by which
 * another QEMU is kept from it, before the first byte. */
bool
store_make(Store *store, GError **error)
{
    if (store->is_existing || store->host)
        return true;
    if (!store->is_block)
        return create_file(store, error);
    if (store->format == IMAGE_FORMAT_RAW)
        return true;
    return image_tool_create(store->path, store->format, store->size, error) &&
           (!store->below ||
            image_tool_name_backing(store->path, store->below,
                                    store->below_format, error));
}

/* A server that goes away makes the copy fail at once: no reconnecting, which
 * would come back to an export that may have lost what was written before. */
static json_t *
export_options(const Store *store)
{
    g_autofree char *file = node_of(store, "-file");

    return json_pack("{s:s, s:s, s:o, s:s}", "driver", "nbd", "node-name", file,
                     "server", nbd_server_address(store->host), "export",
                     store->target_name);
}

/* The nodes below the image, which come and go with it.  What is said above
 * about discard and cache holds for them too. */
static json_t *
file_options(const Store *store)
{
    g_autofree char *file = node_of(store, "-file");
    g_autofree char *raw = node_of(store, "-raw");
    json_t *options = NULL;

    if (store->host)
        return export_options(store);
    /* Said expressly, so that the image above can be reopened for reading, which
     * flushes it, and the file stays as it is: another descriptor of it would
     * leave the first one's locks behind in a paused QEMU (handed_files.h). */
    options = json_pack("{s:s, s:s, s:s, s:b}", "driver",
                        store->is_block ? "host_device" : "file", "node-name",
                        file, "filename", store->path, "read-only", 0);

    /* The raw node makes the end: QEMU's file node would let the image grow as
     * long as there is room. */
    if (store->bound == 0)
        return options;
    /* One tree of options: QEMU makes and deletes the nodes below together with
     * the image, so that there is one command for each way. */
    return json_pack("{s:s, s:s, s:I, s:o}", "driver", "raw", "node-name", raw,
                     "size", (json_int_t)store->bound, "file", options);
}

/* Never with a backing file that an existing image names: what is written are
 * whole clusters, and reading the file named there is nobody's wish. */
static void
open_image(const Store *store, Batch *batch)
{
    g_autofree char *name = node_of(store, "");
    json_t *options = json_pack(
        "{s:s, s:s, s:o, s:s}", "driver", image_format_name(store->format),
        "node-name", name, "file", file_options(store), "discard", "unmap");

    /* No flushes: guest writes wait for the copying of old blocks, and a flush
     * of the scratch would be waited for as well.  After a crash of the host
     * nobody reads it. */
    if (store->is_scratch) {
        json_object_set_new(options, "cache",
                            json_pack("{s:b}", "no-flush", 1));
    }
    /* Named or null, but always given: left out, QEMU would open whatever file
     * the header names. */
    if (store->format != IMAGE_FORMAT_RAW) {
        json_object_set_new(options, "backing",
                            store->backing ? json_string(store->backing)
                                           : json_null());
    }
    batch_add(batch, "blockdev-add", options);
}

/* Their names have done their work; should we die, the space comes back by
 * itself when QEMU closes them. */
static bool
unlink_nameless(const GPtrArray *stores, GError **error)
{
    for (guint i = 0; i < stores->len; i++) {
        const Store *store = g_ptr_array_index(stores, i);

        if (!store->is_nameless)
            continue;
        if (!fault_point("file:unlink", error))
            return false;
        if (!caller_unlink(store->path)) {
            return fail_errno(error, errno, "cannot unlink '%s'", store->path);
        }
    }
    return true;
}

/* On failure the job's record names everything that may have been made. */
bool
store_prepare(GPtrArray *stores, QmpClient *qmp, GError **error)
{
    g_autoptr(Batch) images = batch_new();
    guint failed = 0;

    /* All files first, then one batch of nodes: the first may fail for lack of
     * space, and then QEMU was not touched. */
    for (guint i = 0; i < stores->len; i++) {
        Store *store = g_ptr_array_index(stores, i);

        if (!store_make(store, error))
            return false;
        open_image(store, images);
    }
    /* Some nodes may be there after a failure; whoever undoes the begin asks
     * which. */
    if (!batch_run(images, qmp, &failed, error)) {
        const Store *store = g_ptr_array_index(stores, failed);

        g_prefix_error(error, "cannot open '%s' for the backup of disk '%s': ",
                       store->path, store->target);
        return false;
    }
    return unlink_nameless(stores, error);
}
