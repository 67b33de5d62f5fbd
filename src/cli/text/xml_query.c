/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/text/xml_query.h"

#include <stdbool.h>
#include <string.h>

/* Where a walk through a document is, and what it is after. */
typedef struct {
    GString *path; /* of the element that is open, "domain/devices/disk" */
    const char *wanted_path;
    const char *wanted_attribute; /* (nullable): the element's text */
    GString *found;               /* (nullable): until the element is met */
    bool is_done;
} Query;

static void
path_enter(GString *path, const char *name)
{
    if (path->len > 0)
        g_string_append_c(path, '/');
    g_string_append(path, name);
}

static void
path_leave(GString *path)
{
    /* Names of elements hold no slash. */
    const char *slash = strrchr(path->str, '/');

    g_string_truncate(path, slash ? (gsize)(slash - path->str) : 0);
}

/* GLib's parser gives names and values in two arrays. */
static const char *
attribute(const char **names, const char **values, const char *name)
{
    for (; *names; names++, values++) {
        if (strcmp(*names, name) == 0)
            return *values;
    }
    return NULL;
}

/* Called for every element, in document order. */
static void
query_start(GMarkupParseContext *context G_GNUC_UNUSED, const char *element,
            const char **names, const char **values, gpointer data,
            GError **error G_GNUC_UNUSED)
{
    Query *query = data;

    path_enter(query->path, element);
    /* The first element at the path is the one that counts. */
    if (query->is_done || strcmp(query->path->str, query->wanted_path) != 0)
        return;
    if (!query->wanted_attribute) {
        query->found = g_string_new(NULL);
        return;
    }
    query->is_done = true;
    if (attribute(names, values, query->wanted_attribute)) {
        query->found =
            g_string_new(attribute(names, values, query->wanted_attribute));
    }
}

/* Its text is complete now. */
static void
query_end(GMarkupParseContext *context G_GNUC_UNUSED,
          const char *element G_GNUC_UNUSED, gpointer data,
          GError **error G_GNUC_UNUSED)
{
    Query *query = data;

    if (query->found && strcmp(query->path->str, query->wanted_path) == 0)
        query->is_done = true;
    path_leave(query->path);
}

/* May come in several pieces. */
static void
query_text(GMarkupParseContext *context G_GNUC_UNUSED, const char *text,
           gsize length, gpointer data, GError **error G_GNUC_UNUSED)
{
    Query *query = data;

    if (query->found && !query->is_done &&
        strcmp(query->path->str, query->wanted_path) == 0)
        g_string_append_len(query->found, text, length);
}

/* Whether the whole of @xml was read. */
static bool
walk(const char *xml, const GMarkupParser *parser, gpointer data)
{
    GMarkupParseContext *context =
        g_markup_parse_context_new(parser, 0, data, NULL);
    bool is_sound = g_markup_parse_context_parse(context, xml, -1, NULL) &&
                    g_markup_parse_context_end_parse(context, NULL);

    g_markup_parse_context_free(context);
    return is_sound;
}

/* What was found in a document that turns out to be broken is not used. */
static char *
run_query(const char *xml, const char *path, const char *name)
{
    static const GMarkupParser parser = {
        .start_element = query_start,
        .end_element = query_end,
        .text = query_text,
    };
    g_autoptr(GString) walked = g_string_new(NULL);
    Query query = {
        .path = walked,
        .wanted_path = path,
        .wanted_attribute = name,
    };
    bool is_sound = walk(xml, &parser, &query);

    if (!query.found)
        return NULL;
    /* Freed and NULL if the document was broken: the end may have changed what
     * the start says. */
    return g_string_free(query.found, !is_sound);
}

char *
xml_query_text(const char *xml, const char *path)
{
    return run_query(xml, path, NULL);
}

char *
xml_query_attribute(const char *xml, const char *path, const char *name)
{
    return run_query(xml, path, name);
}

/* For the array's entries. */
void
xml_disk_free(XmlDisk *disk)
{
    if (!disk)
        return;
    g_free(disk->type);
    g_free(disk->device);
    g_free(disk->target);
    g_free(disk->source);
    g_free(disk);
}

typedef struct {
    GString *path;
    GPtrArray *disks;
} DiskWalk;

/* The words that stand for a source, by the type of the disk. */
static char *
source_text(const char **names, const char **values)
{
    static const char *const words[] = {"file", "dev", "dir", "name", "path"};
    const char *pool = attribute(names, values, "pool");
    const char *volume = attribute(names, values, "volume");

    /* A volume is named by both, and shown by its own name as virsh does. */
    if (pool && volume)
        return g_strdup(volume);
    for (unsigned i = 0; i < G_N_ELEMENTS(words); i++) {
        const char *value = attribute(names, values, words[i]);

        if (value)
            return g_strdup(value);
    }
    return NULL;
}

/* One entry a <disk>; its children fill it in as they come. */
static void
disk_start(GMarkupParseContext *context G_GNUC_UNUSED, const char *element,
           const char **names, const char **values, gpointer data,
           GError **error G_GNUC_UNUSED)
{
    DiskWalk *walked = data;
    XmlDisk *disk = NULL;

    path_enter(walked->path, element);
    if (strcmp(walked->path->str, "domain/devices/disk") == 0) {
        const char *type = attribute(names, values, "type");
        const char *device = attribute(names, values, "device");

        disk = g_new0(XmlDisk, 1);
        disk->type = g_strdup(type ? type : "file");
        disk->device = g_strdup(device ? device : "disk");
        g_ptr_array_add(walked->disks, disk);
        return;
    }
    /* A source or target of something else, before the first disk. */
    if (walked->disks->len == 0)
        return;
    disk = g_ptr_array_index(walked->disks, walked->disks->len - 1);
    if (strcmp(walked->path->str, "domain/devices/disk/target") == 0 &&
        !disk->target)
        disk->target = g_strdup(attribute(names, values, "dev"));
    if (strcmp(walked->path->str, "domain/devices/disk/source") == 0 &&
        !disk->source)
        disk->source = source_text(names, values);
}

static void
disk_end(GMarkupParseContext *context G_GNUC_UNUSED,
         const char *element G_GNUC_UNUSED, gpointer data,
         GError **error G_GNUC_UNUSED)
{
    path_leave(((DiskWalk *)data)->path);
}

/* All or none: half a list of disks would look like all of it. */
GPtrArray *
xml_query_disks(const char *xml)
{
    static const GMarkupParser parser = {
        .start_element = disk_start,
        .end_element = disk_end,
    };
    g_autoptr(GString) path = g_string_new(NULL);
    DiskWalk walked = {.path = path};

    walked.disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)xml_disk_free);
    if (!walk(xml, &parser, &walked))
        g_ptr_array_set_size(walked.disks, 0);
    return walked.disks;
}
