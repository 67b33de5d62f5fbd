/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/domain/domain_moved.h"

#include "base/error.h"
#include "model/block/disk_chain.h"
#include "xml/domain_xml.h"

/* As @new, but with the disks where those of @old are, and the rest spelled in
 * one way. */
static char *
text_without_places(const DomainDef *old, const DomainDef *new)
{
    g_autoptr(DomainDef) copy = domain_def_copy(new);

    for (guint i = 0; i < copy->disks->len; i++) {
        DiskDef *disk = g_ptr_array_index(copy->disks, i);
        const DiskDef *then = domain_def_find_disk(old, disk->target);

        if (then && !disk_def_is_empty(then) && !disk_def_is_empty(disk))
            disk_chain_follow(disk, then);
    }
    return domain_xml_format(copy, DOMAIN_FORMAT_INACTIVE);
}

/* What is returned is @dxml as it was given, places and all: the spelling without
 * them is for the comparison alone. */
DomainDef *
domain_moved_parse(const char *xml, const char *dxml, GError **error)
{
    g_autoptr(DomainDef) old = domain_xml_parse(xml, error);
    g_autoptr(DomainDef) new = old ? domain_xml_parse(dxml, error) : NULL;
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    if (!new)
        return NULL;
    /* By their text, which has everything that the guest could see: a field that
     * is added to the model later is compared without anybody thinking of it. */
    before = text_without_places(old, old);
    after = text_without_places(old, new);
    if (g_str_equal(before, after))
        return g_steal_pointer(&new);
    fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
         "the given definition is of another machine than the saved '%s': only "
         "where its disks are may differ",
         old->name);
    return NULL;
}
