/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/image_change.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/spawn.h"
#include "qemu/block/image_tool.h"
#include "qemu/qmp/message.h"

#include <string.h>

/* An image of a size that anybody has is written within the hour; what takes
 * longer is a storage that hangs. */
enum { ANSWER_LIMIT = 16 * 1024 * 1024, TOOL_TIMEOUT_MS = 3600 * 1000 };

/* Each run is a change on disk, and so a point at which we may die. */
static char *
run_tool(const char *const *argv, const char *path, GError **error)
{
    const ImageToolLimits limits = {ANSWER_LIMIT, TOOL_TIMEOUT_MS};

    if (!fault_point("tool:qemu-img", error))
        return NULL;
    return image_tool_run(argv, path, &limits, error);
}

static bool
change(const char *const *argv, const char *path, GError **error)
{
    g_autofree char *output = run_tool(argv, path, error);

    if (output)
        return true;
    g_prefix_error(error, "cannot change image '%s': ", path);
    return false;
}

/* -u: what is below is named, and not opened to look whether it is there; it
 * is the caller's to know. */
bool
image_make_overlay(const char *path, uint64_t size, const ImageLayer *base,
                   GError **error)
{
    g_autofree char *length = g_strdup_printf("%" G_GUINT64_FORMAT, size);
    const char *argv[] = {
        "qemu-img", "create",   "-q", "-u",
        "-f",       "qcow2",    "-F", image_format_name(base->format),
        "-b",       base->path, "--", path,
        length,     NULL};

    return change(argv, path, error);
}

bool
image_rebase(const char *path, const ImageLayer *base, GError **error)
{
    const char *argv[] = {
        "qemu-img", "rebase",   "-q", "-u",
        "-f",       "qcow2",    "-F", image_format_name(base->format),
        "-b",       base->path, "--", path,
        NULL};

    return change(argv, path, error);
}

/* -d: @path keeps what it had, so that a death on the way loses nothing. */
bool
image_commit(const char *path, const char *base, GError **error)
{
    const char *argv[] = {"qemu-img", "commit", "-q", "-d", "-f", "qcow2",
                          "-b",       base,     "--", path, NULL};

    return change(argv, path, error);
}

/* qemu-img has no option for the format here, but takes a description of the
 * whole node; nothing below it is needed. */
static char *
describe_image(const char *path)
{
    g_autoptr(Json) node =
        json_pack("{s:s, s:n, s:{s:s, s:s}}", "driver", "qcow2", "backing",
                  "file", "driver", "file", "filename", path);
    char *text = NULL;
    g_autofree char *dumped = NULL;

    /* A path that is not UTF-8 is refused when the domain is defined. */
    g_assert(node);
    dumped = json_dumps(node, JSON_COMPACT);
    text = g_strconcat("json:", dumped, NULL);
    return text;
}

GHashTable *
image_snapshots(const char *path, GError **error)
{
    const char *argv[] = {"qemu-img", "info", "--output=json",
                          "-U",       "-f",   "qcow2",
                          "--",       path,   NULL};
    g_autofree char *output = spawn_tool(argv, ANSWER_LIMIT, 30 * 1000, error);
    g_autoptr(Json) info = output ? json_loads(output, 0, NULL) : NULL;
    GHashTable *names = NULL;
    size_t i = 0;
    json_t *entry = NULL;

    if (!output) {
        g_prefix_error(error, "cannot read the snapshots in '%s': ", path);
        return NULL;
    }
    names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    json_array_foreach(json_object_get(info, "snapshots"), i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));
        const char *id = json_string_value(json_object_get(entry, "id"));

        if (name && id && !g_hash_table_contains(names, name))
            g_hash_table_insert(names, g_strdup(name), g_strdup(id));
    }
    return names;
}

static bool
change_snapshot(const char *path, const char *action, const char *name,
                GError **error)
{
    g_autofree char *described = describe_image(path);
    const char *argv[] = {"qemu-img", "snapshot", "-q", action,
                          name,       described,  NULL};

    return change(argv, path, error);
}

bool
image_snapshot_create(const char *path, const char *name, GError **error)
{
    return change_snapshot(path, "-c", name, error);
}

bool
image_snapshot_apply(const char *path, const char *name, GError **error)
{
    g_autoptr(GHashTable) names = image_snapshots(path, error);
    const char *id = names ? g_hash_table_lookup(names, name) : NULL;

    if (!names)
        return false;
    if (!id) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "image '%s' has no snapshot '%s'", path, name);
    }
    /* By its number: qemu-img looks for that first, and a name may look like
     * one. */
    return change_snapshot(path, "-a", id, error);
}

bool
image_snapshot_delete(const char *path, const char *name, GError **error)
{
    g_autoptr(GHashTable) names = image_snapshots(path, error);

    if (!names)
        return false;
    return !g_hash_table_contains(names, name) ||
           change_snapshot(path, "-d", name, error);
}
