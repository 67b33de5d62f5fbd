/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/domain/saved_xml.h"

#include "base/fd.h"
#include "base/flags.h"
#include "model/domain/domain_rules.h"
#include "model/save/save_image.h"
#include "model/save/save_plan.h"
#include "xml/domain/domain_moved.h"
#include "xml/domain_xml.h"

/* With its passwords: a machine that is made of it must be the same one.  A
 * file is 0600, and what is shown of it goes through saved_xml_show(). */
static const unsigned kept = DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE;

/* Of what runs, and not of what is defined: that is the machine whose state it
 * is.  Where its disks are may be said anew right away, for a host that has them
 * elsewhere. */
char *
saved_xml_make(const DomainDef *live, const char *dxml, GError **error)
{
    g_autofree char *xml = domain_xml_format(live, kept);

    return dxml ? saved_xml_move(xml, dxml, error) : g_steal_pointer(&xml);
}

DomainDef *
saved_xml_machine(const char *xml, const char *dxml, GError **error)
{
    return dxml ? domain_moved_parse(xml, dxml, error)
                : domain_xml_parse(xml, error);
}

/* Passwords are in it; whether they may be shown the interface has decided. */
char *
saved_xml_show(const char *xml, unsigned flags, GError **error)
{
    g_autoptr(DomainDef) machine = domain_xml_parse(xml, error);
    unsigned format = DOMAIN_FORMAT_INACTIVE;

    if (flags & VIR_DOMAIN_SAVE_IMAGE_XML_SECURE)
        format |= DOMAIN_FORMAT_SECURE;
    return machine ? domain_xml_format(machine, format) : NULL;
}

/* Refused unless it is the same machine, by the text that a guest could see. */
char *
saved_xml_move(const char *xml, const char *dxml, GError **error)
{
    g_autoptr(DomainDef) moved = domain_moved_parse(xml, dxml, error);

    return moved ? domain_xml_format(moved, kept) : NULL;
}

/* Flags first, as everywhere: a wish that nobody knows is refused before the file
 * is opened. */
char *
saved_xml_show_file(const char *path, unsigned flags, GError **error)
{
    g_auto(AutoFd) file = -1;
    g_autoptr(SaveImage) image = NULL;

    if (!flags_check(flags, VIR_DOMAIN_SAVE_IMAGE_XML_SECURE,
                     "a saved domain's XML", error))
        return NULL;
    image = save_image_open(path, false, &file, error);
    return image ? saved_xml_show(image->xml, flags, error) : NULL;
}

/* Refused, the file stays as it was; else it is the new one or the old one,
 * whatever happens. */
bool
saved_xml_change_file(const char *path, const char *dxml, unsigned flags,
                      GError **error)
{
    g_auto(AutoFd) file = -1;
    g_autoptr(SaveImage) image = NULL;
    g_autofree char *xml = NULL;

    if (!flags_check(flags, SAVE_PLAN_CHANGE_FLAGS,
                     "a change of a saved domain", error))
        return false;
    image = save_image_open(path, true, &file, error);
    xml = image ? saved_xml_move(image->xml, dxml, error) : NULL;
    return xml &&
           save_image_change(
               file, image, xml,
               domain_rules_runs_restored(flags, image->was_running), error);
}
