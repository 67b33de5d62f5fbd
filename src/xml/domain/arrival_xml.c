/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/domain/arrival_xml.h"

#include "base/error.h"
#include "xml/domain/domain_moved.h"
#include "xml/domain_xml.h"

#include <libvirt/libvirt-domain.h>
#include <string.h>

/* Held against what runs: the memory that comes is of that machine. */
char *
arrival_document(const char *xml, const char *dxml, GError **error)
{
    g_autoptr(DomainDef) moved =
        dxml ? domain_moved_parse(xml, dxml, error) : NULL;

    if (!dxml)
        return g_strdup(xml);
    return moved ? domain_xml_format(moved, DOMAIN_FORMAT_INACTIVE |
                                                DOMAIN_FORMAT_SECURE)
                 : NULL;
}

/* Under its name there, and of the same domain: the cookie says which one the
 * source gives away, and the document may be anybody's. */
static DomainDef *
parse_named(const char *xml, const ArrivalWish *wish, GError **error)
{
    g_autoptr(DomainDef) def = domain_xml_parse(xml, error);

    if (!def)
        return NULL;
    if (memcmp(def->uuid, wish->cookie->uuid, sizeof(def->uuid)) != 0) {
        fail(error, VIR_ERR_INVALID_ARG,
             "the document of domain '%s' is of another domain than the one "
             "that moves",
             def->name);
        return NULL;
    }
    if (wish->name) {
        if (!domain_name_check(wish->name, error))
            return NULL;
        g_free(def->name);
        def->name = g_strdup(wish->name);
    }
    return g_steal_pointer(&def);
}

DomainDef *
arrival_machine(const ArrivalWish *wish, GError **error)
{
    return parse_named(wish->xml, wish, error);
}

/* What was asked for, else what the source has defined, else what runs. */
bool
arrival_definition(const ArrivalWish *wish, const DomainDef *machine,
                   DomainDef **ret_def, GError **error)
{
    const char *known =
        wish->cookie->definition ? wish->cookie->definition : wish->xml;
    g_autoptr(DomainDef) def = NULL;

    if (!(wish->flags & VIR_MIGRATE_PERSIST_DEST))
        return true;
    def =
        parse_named(wish->persist_xml ? wish->persist_xml : known, wish, error);
    if (!def)
        return false;
    /* One domain has one name: a definition of another one would be a second
     * domain with this one's UUID. */
    if (!g_str_equal(def->name, machine->name)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "the definition calls the domain '%s', and what runs is "
                    "called '%s'",
                    def->name, machine->name);
    }
    *ret_def = g_steal_pointer(&def);
    return true;
}
