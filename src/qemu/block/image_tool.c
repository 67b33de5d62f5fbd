/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/image_tool.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/spawn.h"
#include "qemu/qmp/message.h"

#include <errno.h>
#include <string.h>

/* What qemu-img says about one image is a few hundred bytes, and nothing here
 * writes more than a header.  Whoever calls holds the root's lock: a storage that
 * hangs must not keep it. */
enum { REPLY_LIMIT = 1024 * 1024, TOOL_TIMEOUT_MS = 30 * 1000 };

/* qemu-img opens what it is told, links and all, with our rights.  It is told of
 * our own descriptor where somebody else can change the path. */
char *
image_tool_run(const char *const *argv, const char *path,
               const ImageToolLimits *limits, GError **error)
{
    g_auto(CallerPath) file = {-1, NULL};
    g_autoptr(GPtrArray) words = g_ptr_array_new();

    if (!caller_path_open(path, &file)) {
        fail_errno(error, errno, "cannot open '%s'", path);
        return NULL;
    }
    for (const char *const *word = argv; *word; word++) {
        g_ptr_array_add(words,
                        g_str_equal(*word, path) ? file.text : (gpointer)*word);
    }
    g_ptr_array_add(words, NULL);
    return spawn_tool((const char *const *)words->pdata, limits->size,
                      limits->timeout_ms, error);
}

/* What @arguments (NULL-terminated) of qemu-img printed.
 *
 * Without a shell: the path is one argument, whatever is in it.  It is absolute,
 * so that it cannot be read as an option or as "nbd:...". */
static char *
run_tool(const char *const *arguments, const char *path, ImageFormat format,
         GError **error)
{
    const ImageToolLimits limits = {REPLY_LIMIT, TOOL_TIMEOUT_MS};
    char *output = image_tool_run(arguments, path, &limits, error);

    /* qemu-img's own words are the best there are. */
    if (!output) {
        g_prefix_error(error, "'%s' cannot be used as a %s image: ", path,
                       image_format_name(format));
    }
    return output;
}

/* For devices only: a file's empty image is written by us (empty_qcow2.h). */
bool
image_tool_create(const char *path, ImageFormat format, uint64_t size,
                  GError **error)
{
    g_autofree char *length = g_strdup_printf("%" G_GUINT64_FORMAT, size);
    const char *const arguments[] = {
        "qemu-img", "create", "-q", "-f", image_format_name(format),
        path,       length,   NULL};
    g_autofree char *output = NULL;

    /* Before the tool runs: a test that kills here finds the device
     * untouched. */
    if (!fault_point("file:create-image", error))
        return false;
    output = run_tool(arguments, path, format, error);
    return output != NULL;
}

bool
image_tool_name_backing(const char *path, const char *backing,
                        ImageFormat backing_format, GError **error)
{
    const char *const arguments[] = {
        "qemu-img", "rebase",
        "-q",       "-u",
        "-f",       image_format_name(IMAGE_FORMAT_QCOW2),
        "-b",       backing,
        "-F",       image_format_name(backing_format),
        path,       NULL};
    g_autofree char *output = NULL;

    if (!fault_point("file:name-backing", error))
        return false;
    output = run_tool(arguments, path, IMAGE_FORMAT_QCOW2, error);
    return output != NULL;
}

/* Asked of images that the caller brought along. */
bool
image_tool_info(const char *path, ImageFormat format, ImageInfo *ret_info,
                GError **error)
{
    /* -U: it may be open in a QEMU, which is no reason not to look. */
    const char *const arguments[] = {"qemu-img", "info",
                                     "-U",       "--output=json",
                                     "-f",       image_format_name(format),
                                     path,       NULL};
    g_autofree char *output = run_tool(arguments, path, format, error);
    g_autoptr(Json) reply = NULL;
    const json_t *size = NULL;
    const json_t *data = NULL;
    json_int_t cluster = 0;
    size_t length = 0;

    if (!output)
        return false;
    length = strlen(output);
    /* An image is somebody's file, and its snapshots and bitmaps are listed
     * here: what comes out is bounded before it is parsed. */
    if (length < REPLY_LIMIT)
        reply = json_loadb(output, length, 0, NULL);
    size = json_object_get(reply, "virtual-size");
    if (!json_is_integer(size) || json_integer_value(size) < 0) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "qemu-img does not say the size of '%s'", path);
    }
    /* "data-file" only in qcow2: an image that keeps its data elsewhere would
     * have us write to a file that nobody named. */
    data = json_object_get(json_object_get(reply, "format-specific"), "data");
    ret_info->virtual_size = (uint64_t)json_integer_value(size);
    cluster = json_integer_value(json_object_get(reply, "cluster-size"));
    ret_info->cluster_size = cluster > 0 ? (uint64_t)cluster : 0;
    ret_info->has_data_file = json_object_get(data, "data-file") != NULL;
    return true;
}
