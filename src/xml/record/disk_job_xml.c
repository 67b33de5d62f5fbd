/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/record/disk_job_xml.h"

#include "base/error.h"

/* As of disk_job_wish_name(). */
static const char *const wishes[] = {"none", "cancel", "pivot", NULL};
static const char *const sources[] = {"file", "block", NULL};

enum { NODE_LIMIT = 99999 };

static void
write_yes(Writer *writer, const char *name, bool value)
{
    writer_attribute(writer, name, value ? "yes" : NULL);
}

static void
write_image(Writer *writer, const char *name, const ImageLayer *image)
{
    writer_open(writer, name);
    writer_attribute(writer, "type", sources[image->type - DISK_SOURCE_FILE]);
    writer_attribute(writer, "format", image_format_name(image->format));
    writer_attribute_uint(writer, "node", image->node);
    writer_attribute(writer, "path", image->path);
    writer_close(writer);
}

void
disk_job_xml_write(Writer *writer, const DiskJob *job)
{
    writer_open(writer, "diskjob");
    writer_attribute(writer, "type", disk_job_type_name(job->type));
    writer_attribute(writer, "disk", job->disk);
    writer_attribute(writer, "source", job->source);
    writer_attribute(writer, "wish", disk_job_wish_name(job->wish));
    if (job->bandwidth > 0)
        writer_attribute_uint(writer, "bandwidth", job->bandwidth);
    write_yes(writer, "created", job->is_created);
    write_yes(writer, "deletes", job->deletes);
    write_yes(writer, "ready", job->is_ready);
    write_yes(writer, "keeps", job->keeps_target);
    for (guint i = 0; i < job->leaving->len; i++)
        write_image(writer, "leaves", g_ptr_array_index(job->leaving, i));
    if (job->target)
        write_image(writer, "target", job->target);
    if (job->base)
        write_image(writer, "base", job->base);
    writer_close(writer);
}

static ImageLayer *
parse_image(xmlNode *node, GError **error)
{
    static const char *const attributes[] = {"type", "format", "node", "path",
                                             NULL};
    g_autofree char *path = reader_attribute(node, "path");
    g_autofree char *format_name = reader_attribute(node, "format");
    int format = image_format_parse(format_name);
    int type = 0;
    uint64_t number = 0;
    ImageLayer *image = NULL;

    if (!reader_only(node, attributes, NULL, error) ||
        !reader_choice(node, "type", sources, &type, error) ||
        !reader_uint(node, "node", NODE_LIMIT, &number, error))
        return NULL;
    if (!path || !g_path_is_absolute(path) || format < 0) {
        fail(error, VIR_ERR_XML_ERROR,
             "an image of a block job has no path or no format");
        return NULL;
    }
    image = image_layer_new((DiskSourceType)(DISK_SOURCE_FILE + type), path,
                            (ImageFormat)format);
    image->node = (unsigned)number;
    return image;
}

static bool
parse_images(xmlNode *node, DiskJob *job, GError **error)
{
    xmlNode *target = reader_first(node, "target");
    xmlNode *base = reader_first(node, "base");

    for (xmlNode *child = reader_first(node, "leaves"); child;
         child = reader_next(child, "leaves")) {
        ImageLayer *image = parse_image(child, error);

        if (!image)
            return false;
        g_ptr_array_add(job->leaving, image);
    }
    job->target = target ? parse_image(target, error) : NULL;
    job->base = base ? parse_image(base, error) : NULL;
    return (!target || job->target) && (!base || job->base);
}

static bool
parse_attributes(xmlNode *node, DiskJob *job, GError **error)
{
    g_autofree char *type = reader_attribute(node, "type");
    int wish = DISK_JOB_GO_ON;

    if (!reader_choice(node, "wish", wishes, &wish, error) ||
        !reader_uint(node, "bandwidth", G_MAXINT64, &job->bandwidth, error) ||
        !reader_yes(node, "created", &job->is_created, error) ||
        !reader_yes(node, "deletes", &job->deletes, error) ||
        !reader_yes(node, "ready", &job->is_ready, error) ||
        !reader_yes(node, "keeps", &job->keeps_target, error))
        return false;
    job->type = disk_job_type_parse(type);
    job->wish = (DiskJobWish)wish;
    job->disk = reader_attribute(node, "disk");
    job->source = reader_attribute(node, "source");
    return true;
}

DiskJob *
disk_job_xml_parse(xmlNode *node, GError **error)
{
    static const char *const attributes[] = {
        "type",    "disk",    "source", "wish",  "bandwidth",
        "created", "deletes", "ready",  "keeps", NULL};
    static const char *const children[] = {"leaves", "target", "base", NULL};
    g_autoptr(DiskJob) job = disk_job_new(0, NULL);

    if (!reader_only(node, attributes, children, error) ||
        !parse_attributes(node, job, error) || !parse_images(node, job, error))
        return NULL;
    /* What those who take such a job up rely on. */
    if (job->type < 0 || !job->disk || !disk_target_check(job->disk, NULL) ||
        !job->source || !!job->target != disk_job_is_stepping(job)) {
        fail(error, VIR_ERR_XML_ERROR,
             "the record of a block job says too little about it");
        return NULL;
    }
    return g_steal_pointer(&job);
}
