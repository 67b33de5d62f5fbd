/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/domain/domain_compare.h"

#include "xml/domain_xml.h"

/* A chain that the definition leaves to the images is not the definition's to
 * change, and a cdrom is read-only whether it says so or not. */
static void
forget_what_a_start_finds(DomainDef *live, DomainDef *config)
{
    for (guint i = 0; i < config->disks->len; i++) {
        DiskDef *defined = config->disks->pdata[i];
        DiskDef *run = domain_def_find_disk(live, defined->target);

        if (defined->device == DISK_DEVICE_CDROM)
            defined->is_readonly = true;
        if (run && !defined->backing) {
            g_clear_pointer(&run->backing, g_ptr_array_unref);
        }
    }
}

/* By the text, which says all that a definition is: a field that the text left
 * out could not be kept over the end of this process either.  With passwords,
 * since another one is a change. */
bool
domain_compare_is_run_of(const DomainDef *live, const DomainDef *config)
{
    const DomainFormatFlags flags =
        DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE;
    g_autoptr(DomainDef) run = domain_def_copy(live);
    g_autoptr(DomainDef) defined = domain_def_copy(config);
    g_autofree char *run_text = NULL;
    g_autofree char *defined_text = NULL;

    forget_what_a_start_finds(run, defined);
    run_text = domain_xml_format(run, flags);
    defined_text = domain_xml_format(defined, flags);
    return g_str_equal(run_text, defined_text);
}
