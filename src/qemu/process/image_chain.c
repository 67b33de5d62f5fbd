/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/image_chain.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/spawn.h"
#include "qemu/block/image_tool.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

enum { ANSWER_LIMIT = 16 * 1024 * 1024, TOOL_TIMEOUT_MS = 30 * 1000 };

/* Only strings; nothing of the image is open. */
void
image_header_free(ImageHeader *header)
{
    if (!header)
        return;
    g_free(header->backing);
    g_free(header->backing_format);
    g_free(header);
}

/* 0 for what is not there: a caller that needs the size refuses 0. */
static guint64
read_size(const json_t *info, const char *key)
{
    json_int_t value = json_integer_value(json_object_get(info, key));

    return value > 0 ? (guint64)value : 0;
}

/* From qemu-img's JSON.  What is missing is 0 or NULL; a caller that needs it
 * says so. */
static ImageHeader *
read_answer(const json_t *info)
{
    ImageHeader *header = g_new0(ImageHeader, 1);
    const json_t *data =
        json_object_get(json_object_get(info, "format-specific"), "data");

    header->virtual_size = read_size(info, "virtual-size");
    header->actual_size = read_size(info, "actual-size");
    /* The name as it stands in the header, relative or not; qemu-img's own idea
     * of the full name is not used. */
    header->backing =
        g_strdup(json_string_value(json_object_get(info, "backing-filename")));
    header->backing_format = g_strdup(
        json_string_value(json_object_get(info, "backing-filename-format")));
    header->has_data_file = json_object_get(data, "data-file") != NULL;
    return header;
}

/* By qemu-img, a process that may be killed: a header that a guest wrote is
 * parsed there and not here. */
ImageHeader *
image_header_read(const char *path, ImageFormat format, GError **error)
{
    /* A name that begins with '/' is never taken for a protocol's. */
    const char *argv[] = {"qemu-img", "info", "--output=json",
                          "-U",       "-f",   image_format_name(format),
                          "--",       path,   NULL};
    /* -U: an image that a QEMU has open is read all the same, and may change
     * meanwhile; nothing here is written on the strength of it. */
    const ImageToolLimits limits = {ANSWER_LIMIT, TOOL_TIMEOUT_MS};
    g_autofree char *text = image_tool_run(argv, path, &limits, error);
    json_t *info = text ? json_loads(text, 0, NULL) : NULL;
    ImageHeader *header = NULL;

    if (!text) {
        g_prefix_error(error, "cannot read '%s' as %s: ", path,
                       image_format_name(format));
        return NULL;
    }
    if (json_is_object(info)) {
        header = read_answer(info);
    } else {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "cannot understand what qemu-img says about '%s'", path);
    }
    json_decref(info);
    return header;
}

/* The file must be there; its identity tells a loop in the chain. */
static bool
look_at(const char *path, struct stat *ret_status, GError **error)
{
    g_auto(AutoFd) fd = caller_open(path, O_PATH, 0);

    if (fd < 0 || fstat(fd, ret_status) < 0)
        return fail_errno(error, errno, "cannot find disk image '%s'", path);
    /* A pipe or a terminal would block whoever opens it. */
    if (S_ISREG(ret_status->st_mode) || S_ISBLK(ret_status->st_mode))
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "disk image '%s' is neither a file nor a block device", path);
}

/* "nbd://...", "json:{...}", "fat:rw:/etc": what comes before the first colon
 * is a protocol unless a slash comes first. */
static bool
is_pseudo_name(const char *name)
{
    /* By the same rule as QEMU's, so that what we let through is a file to QEMU
     * as well. */
    return name[strcspn(name, ":/")] == ':';
}

/* The next step downwards, if it is one that may be taken: a plain file or
 * device, of a format that the header states. */
static ImageLayer *
layer_below(const char *path, const ImageHeader *header, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *backing = NULL;
    struct stat status;
    int format = -1;

    if (is_pseudo_name(header->backing)) {
        fail(
            error, VIR_ERR_CONFIG_UNSUPPORTED,
            "image '%s' names '%s' as its backing file, which is not followed; "
            "state the chain in the domain's <backingStore>",
            path, header->backing);
        return NULL;
    }
    /* A guest that owns a whole device can write any header into it; a format
     * that is guessed would make that header count. */
    if (!header->backing_format) {
        fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
             "image '%s' does not say the format of its backing file '%s', and "
             "formats are not guessed; set it with qemu-img rebase -u -F, or "
             "state the chain in the domain's <backingStore>",
             path, header->backing);
        return NULL;
    }
    format = image_format_parse(header->backing_format);
    if (format < 0) {
        fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
             "backing file '%s' of image '%s' has format '%s'; raw and qcow2 "
             "are supported",
             header->backing, path, header->backing_format);
        return NULL;
    }
    /* Dots stay: what ".." means behind a link is the kernel's to say. */
    backing = g_path_is_absolute(header->backing)
                  ? g_strdup(header->backing)
                  : g_build_filename(folder, header->backing, NULL);
    /* Whoever may write to the image could else have us hand any file of the host
     * to a guest. */
    if (caller_is_below(path) && !caller_is_below(backing)) {
        fail(error, VIR_ERR_ACCESS_DENIED,
             "image '%s' names '%s' as its backing file, which is not below a "
             "folder of the daemon's settings; state the chain in the domain's "
             "<backingStore>",
             path, backing);
        return NULL;
    }
    if (!look_at(backing, &status, error)) {
        g_prefix_error(error, "backing file of '%s': ", path);
        return NULL;
    }
    return image_layer_new(S_ISBLK(status.st_mode) ? DISK_SOURCE_BLOCK
                                                   : DISK_SOURCE_FILE,
                           backing, (ImageFormat)format);
}

/* QEMU would open a data file by itself when it opens the image. */
static ImageHeader *
read_checked(const char *path, GError **error)
{
    g_autoptr(ImageHeader) header =
        image_header_read(path, IMAGE_FORMAT_QCOW2, error);

    if (!header)
        return NULL;
    /* The name of that file is in the image too, and nobody has looked at where
     * it leads. */
    if (header->has_data_file) {
        fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
             "image '%s' keeps its data in another file, which is not "
             "supported; convert it",
             path);
        return NULL;
    }
    return g_steal_pointer(&header);
}

/* Remembers the file; false if it was there before. */
static bool
note_file(GHashTable *seen, const struct stat *status)
{
    bool is_block = S_ISBLK(status->st_mode);
    guint64 device = is_block ? status->st_rdev : status->st_dev;
    /* A block device is the device that it stands for, by whatever name in
     * /dev. */
    guint64 inode = is_block ? 0 : status->st_ino;

    return g_hash_table_add(seen, g_strdup_printf("%" G_GUINT64_FORMAT
                                                  ":%" G_GUINT64_FORMAT,
                                                  device, inode));
}

/* One step down: *@ret_below stays NULL at the end of the chain. */
static bool
step_down(const char *path, ImageFormat format, GHashTable *seen,
          ImageLayer **ret_below, GError **error)
{
    struct stat status;
    g_autoptr(ImageHeader) header = NULL;

    if (!look_at(path, &status, error))
        return false;
    /* By identity, not by name: two names of one file would be a loop as
     * well. */
    if (!note_file(seen, &status)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "image '%s' is its own backing file further down", path);
    }
    if (format == IMAGE_FORMAT_RAW)
        return true;
    header = read_checked(path, error);
    if (!header)
        return false;
    if (header->backing)
        *ret_below = layer_below(path, header, error);
    return !header->backing || *ret_below;
}

static void
free_layer(gpointer layer)
{
    image_layer_free(layer);
}

/* Down to the end, each layer read with the format that the layer above states
 * for it. */
static bool
read_chain(DiskDef *disk, GError **error)
{
    g_autoptr(GPtrArray) chain = g_ptr_array_new_with_free_func(free_layer);
    g_autoptr(GHashTable) seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const char *path = disk->path;
    ImageFormat format = disk->format;

    for (;;) {
        ImageLayer *below = NULL;

        if (!step_down(path, format, seen, &below, error))
            return false;
        if (!below)
            break;
        g_ptr_array_add(chain, below);
        /* Also the end of a chain that somebody keeps extending while it is
         * read. */
        if (chain->len > IMAGE_CHAIN_MAX) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "image '%s' has more than %d layers below it; commit "
                        "some of them",
                        disk->path, IMAGE_CHAIN_MAX);
        }
        path = below->path;
        format = below->format;
    }
    disk->backing = g_steal_pointer(&chain);
    return true;
}

/* The chain that the XML states: only what QEMU would open by itself matters. */
static bool
check_stated(const DiskDef *disk, GError **error)
{
    const char *path = disk->path;
    ImageFormat format = disk->format;

    if (disk->backing->len > IMAGE_CHAIN_MAX) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "disk '%s' has more than %d layers", disk->target,
                    IMAGE_CHAIN_MAX);
    }
    /* One more than there are layers: the disk's own image is the first. */
    for (guint i = 0; i <= disk->backing->len; i++) {
        struct stat status;
        g_autoptr(ImageHeader) header = NULL;

        if (!look_at(path, &status, error))
            return false;
        if (format == IMAGE_FORMAT_QCOW2) {
            header = read_checked(path, error);
            if (!header)
                return false;
        }
        if (i < disk->backing->len) {
            const ImageLayer *layer = disk->backing->pdata[i];

            path = layer->path;
            format = layer->format;
        }
    }
    return true;
}

/* After this the chain is the machine's own knowledge, and no header is
 * followed by QEMU. */
bool
image_chain_complete(DiskDef *disk, GError **error)
{
    bool is_done = true;

    if (disk_def_is_empty(disk)) {
        /* An array in any case: from here on the code asks for its length
         * only. */
        if (!disk->backing)
            disk->backing = g_ptr_array_new_with_free_func(free_layer);
        return true;
    }
    is_done =
        disk->backing ? check_stated(disk, error) : read_chain(disk, error);
    if (!is_done)
        g_prefix_error(error, "disk '%s': ", disk->target);
    return is_done;
}
