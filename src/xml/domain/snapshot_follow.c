/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/domain/snapshot_follow.h"

#include "model/block/disk_chain.h"
#include "xml/domain_xml.h"

/* A machine that leaves its chain to the images: the top is all it names. */
static void
put_image(DiskDef *disk, const ImageLayer *image)
{
    g_free(disk->path);
    disk->path = g_strdup(image->path);
    disk->source_type = image->type;
    disk->format = image->format;
}

/* From the top down, so that of several the last one leaves the base in its
 * place.  One that is not there was dropped before, or is of another branch. */
static bool
drop_images(DiskDef *disk, const GPtrArray *gone, const ImageLayer *base)
{
    bool is_changed = false;

    for (guint i = 0; i < gone->len; i++) {
        const ImageLayer *image = g_ptr_array_index(gone, i);
        int depth = disk_chain_depth(disk, image->path);

        if (depth < 0)
            continue;
        if ((unsigned)depth + 1 < disk_chain_length(disk)) {
            disk_chain_drop(disk, (unsigned)depth, 1);
        } else {
            put_image(disk, base);
        }
        is_changed = true;
    }
    return is_changed;
}

/* Rewrites *@text if the machine in it stood on what is gone. */
static bool
rewrite(char **text, const ImageMove *move, bool *ret_is_changed,
        GError **error)
{
    g_autoptr(DomainDef) machine = NULL;
    DiskDef *disk = NULL;

    if (!*text)
        return true;
    machine = domain_xml_parse(*text, error);
    if (!machine)
        return false;
    disk = domain_def_find_disk(machine, move->target);
    if (!disk || !drop_images(disk, move->gone, move->base))
        return true;
    g_free(*text);
    *text = domain_xml_format(machine,
                              DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE);
    *ret_is_changed = true;
    return true;
}

/* What it was defined as, too, where that was another. */
bool
snapshot_follow(SnapshotDef *def, const ImageMove *move, bool *ret_is_changed,
                GError **error)
{
    return rewrite(&def->domain_xml, move, ret_is_changed, error) &&
           rewrite(&def->inactive_xml, move, ret_is_changed, error);
}
