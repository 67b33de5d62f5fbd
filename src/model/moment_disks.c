/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/moment_disks.h"

#include "base/error.h"

GHashTable *
moment_disks_map(const GPtrArray *entries, MomentDiskName name_of,
                 const DomainDef *domain, const char *what, GError **error)
{
    g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; entries && i < entries->len; i++) {
        gpointer entry = g_ptr_array_index(entries, i);
        const char *name = *name_of(entry);
        const DiskDef *disk = domain_def_find_disk_by_name(domain, name);

        if (!disk) {
            fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                 "domain '%s' has no disk '%s'; name a disk by its target",
                 domain->name, name);
            return NULL;
        }
        /* The second of two entries: g_hash_table_insert() is false for a key
         * that is there. */
        if (!g_hash_table_insert(listed, disk->target, entry)) {
            fail(error, VIR_ERR_CONFIG_UNSUPPORTED, "%s lists disk '%s' twice",
                 what, disk->target);
            return NULL;
        }
    }
    return g_steal_pointer(&listed);
}

bool
moment_disks_rename(const GPtrArray *entries, MomentDiskName name_of,
                    const DomainDef *domain, const char *what, const char *name,
                    GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (guint i = 0; entries && i < entries->len; i++) {
        char **listed = name_of(g_ptr_array_index(entries, i));
        const DiskDef *disk = domain_def_find_disk_by_name(domain, *listed);

        /* A disk that the domain no longer has keeps its name: the moment is a
         * record of then, and its XML must come out as it went in. */
        if (disk) {
            g_free(*listed);
            *listed = g_strdup(disk->target);
        }
        if (!g_hash_table_add(seen, *listed)) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "%s '%s' lists disk '%s' twice", what, name, *listed);
        }
    }
    return true;
}
