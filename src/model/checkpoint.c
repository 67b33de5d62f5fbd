/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/checkpoint.h"

#include "base/error.h"

#include <string.h>

/* Not tracked until somebody says so: what tracks a disk by mistake costs every
 * write of the guest a bit for ever. */
CheckpointDisk *
checkpoint_disk_new(const char *name)
{
    CheckpointDisk *disk = g_new0(CheckpointDisk, 1);

    disk->name = g_strdup(name);
    return disk;
}

/* The size that may be in it was for one document, and goes with that. */
void
checkpoint_disk_free(CheckpointDisk *disk)
{
    if (!disk)
        return;
    g_free(disk->name);
    g_free(disk->bitmap);
    g_free(disk);
}

void
checkpoint_disk_leave_out(CheckpointDisk *disk)
{
    disk->is_tracked = false;
    g_clear_pointer(&disk->bitmap, g_free);
}

/* 0 would be a time of creation that somebody can redefine a checkpoint with;
 * -1 is none. */
CheckpointDef *
checkpoint_def_new(void)
{
    CheckpointDef *def = g_new0(CheckpointDef, 1);

    def->creation_time = -1;
    return def;
}

void
checkpoint_def_free(CheckpointDef *def)
{
    if (!def)
        return;
    g_free(def->name);
    g_free(def->description);
    g_free(def->parent);
    if (def->disks)
        g_ptr_array_unref(def->disks);
    domain_text_unref(def->domain);
    g_free(def);
}

/* For showing: the copy gets another parent or sizes, and the record must
 * not. */
CheckpointDef *
checkpoint_def_copy(const CheckpointDef *def)
{
    CheckpointDef *copy = checkpoint_def_new();

    /* Field by field: by way of the XML it would parse a whole domain. */
    copy->name = g_strdup(def->name);
    copy->description = g_strdup(def->description);
    copy->parent = g_strdup(def->parent);
    copy->creation_time = def->creation_time;
    copy->domain = domain_text_ref(def->domain);
    /* NULL and empty are different lists: absent means "all that can be
     * tracked", empty means none. */
    if (def->disks) {
        copy->disks = g_ptr_array_new_with_free_func(
            (GDestroyNotify)checkpoint_disk_free);
    }
    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        const CheckpointDisk *disk = g_ptr_array_index(def->disks, i);
        CheckpointDisk *twin = checkpoint_disk_new(disk->name);

        twin->is_tracked = disk->is_tracked;
        twin->is_auto = disk->is_auto;
        twin->bitmap = g_strdup(disk->bitmap);
        twin->has_size = disk->has_size;
        twin->size = disk->size;
        g_ptr_array_add(copy->disks, twin);
    }
    return copy;
}

/* By target only, so it is good for aligned documents: a path that is not
 * resolved yet is never found. */
CheckpointDisk *
checkpoint_def_find_disk(const CheckpointDef *def, const char *target)
{
    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        CheckpointDisk *disk = g_ptr_array_index(def->disks, i);

        if (g_str_equal(disk->name, target))
            return disk;
    }
    return NULL;
}

/* Spelled out rather than matched with a regular expression: the character
 * classes of one would depend on the locale of the program that links us. */
static bool
is_name_character(char c, bool is_first)
{
    return g_ascii_isalnum(c) || c == '_' || c == '-' ||
           (c == '.' && !is_first);
}

/* Two codes: what looks like an attempt on the folder is told as that, and the
 * rest is a breach of the schema, as libvirt has it. */
bool
checkpoint_name_check(const char *name, GError **error)
{
    /* Before the length: what looks like "../../etc/passwd" is told for what it
     * is, however long. */
    if (strchr(name, '/') || name[0] == '.') {
        return fail(error, VIR_ERR_XML_ERROR,
                    "checkpoint name '%s' could leave the folder of "
                    "checkpoints; use letters, digits, '_', '-' and, not as "
                    "the first character, '.'",
                    name);
    }
    /* %.20s: the beginning is enough to recognise it. */
    if (strlen(name) > CHECKPOINT_NAME_MAX) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "checkpoint name '%.20s...' is longer than %d characters",
                    name, CHECKPOINT_NAME_MAX);
    }
    /* What is left over, such as ' ' and ':', is what names of private bitmaps
     * are made of, so that none of ours can meet a checkpoint's. */
    for (const char *c = name; *c; c++) {
        if (!is_name_character(*c, c == name)) {
            return fail(error, VIR_ERR_XML_INVALID_SCHEMA,
                        "checkpoint name '%s' has a character other than "
                        "letters, digits, '_', '-' and '.'",
                        name);
        }
    }
    /* Last, since the loop above says nothing of an empty name. */
    if (!name[0]) {
        return fail(error, VIR_ERR_XML_INVALID_SCHEMA,
                    "element <name> of the checkpoint is empty; leave it out "
                    "for a generated name");
    }
    return true;
}
