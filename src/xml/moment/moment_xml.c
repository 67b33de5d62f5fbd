/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/moment/moment_xml.h"

#include "base/error.h"
#include "xml/schema.h"

bool
moment_xml_parse_creation_time(xmlNode *root, const char *what,
                               int64_t *ret_seconds, GError **error)
{
    g_autofree char *text = reader_child_text(root, "creationTime");
    gint64 seconds = 0;

    /* Without it the order in lists would be that of redefining. */
    if (!text) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a %s that is redefined needs its <creationTime>; it "
                    "stands in the XML that was dumped",
                    what);
    }
    if (!g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &seconds, NULL)) {
        return schema_fail(
            error, "<creationTime> is '%s', not a number of seconds", text);
    }
    *ret_seconds = seconds;
    return true;
}

bool
moment_xml_parse_parent(xmlNode *root, MomentNameCheck check, char **ret_name,
                        GError **error)
{
    static const char *const children[] = {"name", NULL};
    xmlNode *parent = reader_first(root, "parent");
    g_autofree char *name = NULL;

    if (!parent)
        return true;
    if (!schema_check_shape(parent, NULL, children, NULL, error))
        return false;
    name = reader_child_text(parent, "name");
    if (!name)
        return schema_fail(error, "<parent> lacks the element <name>");
    /* A name becomes a file name: checked before anybody can use it. */
    if (!check(name, error))
        return false;
    *ret_name = g_steal_pointer(&name);
    return true;
}

/* In libvirt's order of elements. */
void
moment_xml_write_history(Writer *writer, const char *parent, int64_t seconds)
{
    if (parent) {
        writer_open(writer, "parent");
        writer_element(writer, "name", parent);
        writer_close(writer);
    }
    if (seconds >= 0)
        writer_element_uint(writer, "creationTime", (uint64_t)seconds);
}

/* The passwords of a <domain> are attributes of its <graphics>; other devices
 * name secrets and do not hold them. */
static void
strip_secrets(xmlNode *domain)
{
    xmlNode *devices = reader_first(domain, "devices");

    for (xmlNode *node = devices ? reader_first(devices, "graphics") : NULL;
         node; node = reader_next(node, "graphics")) {
        (void)xmlUnsetProp(node, BAD_CAST "passwd"); /* -1: it has none */
        (void)xmlUnsetProp(node, BAD_CAST "passwdValidTo");
    }
}

/* The text is kept with its passwords, so that a revert has them.  NULL if it is
 * unreadable: rather nothing is shown than a password. */
static XmlDocument *
parse_shown(const char *name, const char *text, bool is_secure)
{
    XmlDocument *document = reader_parse(text, "domain", "domain", NULL);

    if (!document)
        return NULL;
    if (!is_secure)
        strip_secrets(reader_root(document));
    xmlNodeSetName(reader_root(document), BAD_CAST name);
    return document;
}

void
moment_xml_write_domain(Writer *writer, const char *name, const char *text,
                        bool is_secure)
{
    g_autoptr(XmlDocument) document =
        text ? parse_shown(name, text, is_secure) : NULL;

    if (document)
        writer_node(writer, reader_root(document));
}

/* With passwords it is never kept: who may see them asks seldom, and one text
 * with them is enough. */
void
moment_xml_write_shared(Writer *writer, DomainText *domain, bool is_secure)
{
    if (domain && !is_secure && !domain->shown) {
        g_autoptr(XmlDocument) document =
            parse_shown("domain", domain->text, false);

        if (document)
            domain->shown = writer_format_node(writer, reader_root(document));
    }
    if (is_secure) {
        moment_xml_write_domain(writer, "domain", domain ? domain->text : NULL,
                                true);
    } else if (domain && domain->shown) {
        writer_formatted(writer, domain->shown);
    }
}
