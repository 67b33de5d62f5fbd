/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A definition keeps <metadata> as text (DomainDef.echoed), since nothing in it
 * is for us.  To change one element of it the text is read into a tree, the tree is
 * changed, and the text made anew; what others noted passes through that to the
 * byte (xml/fragment.h).  So a note costs what all notes together are long, which
 * is bounded. */
#include "xml/domain/metadata_xml.h"

#include "base/error.h"
#include "xml/fragment.h"
#include "xml/reader.h"

#include <libvirt/libvirt-domain.h>
#include <string.h>

/* All of <metadata>: definitions travel as one text, and no program's notes may
 * make one that is too long for that. */
enum { METADATA_MAX = 1024 * 1024 };

#define EMPTY "<metadata/>"

/* ---- the element of a namespace ---- */

/* Where <metadata> stands among what is echoed; @def->echoed->len: nowhere. */
static guint
find_metadata(const DomainDef *def)
{
    guint i = 0;

    while (i < def->echoed->len &&
           !g_str_has_prefix(g_ptr_array_index(def->echoed, i), "<metadata"))
        i++;
    return i;
}

/* The document of what is there, or of nothing: who changes it need not ask
 * whether there is one. */
static XmlDocument *
open_metadata(const DomainDef *def)
{
    guint place = find_metadata(def);
    XmlDocument *document = reader_parse_fragment(
        place < def->echoed->len ? g_ptr_array_index(def->echoed, place)
                                 : EMPTY);

    /* The reader of definitions has seen it, and wrote it itself. */
    g_assert(document);
    return document;
}

/* The first: libvirt too keeps one for each namespace, but a definition may say
 * more. */
static xmlNode *
find_element(XmlDocument *document, const char *uri)
{
    xmlNode *node = reader_first(reader_root(document), NULL);

    while (node && g_strcmp0(reader_namespace(node), uri) != 0)
        node = reader_next(node, NULL);
    return node;
}

/* By the URI: prefixes are chosen anew in each document. */
static bool
is_of(const xmlNs *ns, const char *uri)
{
    return ns && g_strcmp0((const char *)ns->href, uri) == 0;
}

/* The namespace's declarations on @node, which nothing uses any more. */
static void
drop_declarations(xmlNode *node, const char *uri)
{
    xmlNs **place = &node->nsDef;

    while (*place) {
        xmlNs *ns = *place;

        if (is_of(ns, uri)) {
            *place = ns->next;
            xmlFreeNs(ns);
        } else {
            place = &ns->next;
        }
    }
}

/* Its own names lose their prefix; others', which stand in it, keep theirs.
 * The tree is walked twice, since a declaration is used below where it
 * stands. */
static void
strip_names(xmlNode *node, const char *uri)
{
    if (is_of(node->ns, uri))
        node->ns = NULL;
    for (xmlAttr *attribute = node->properties; attribute;
         attribute = attribute->next) {
        if (is_of(attribute->ns, uri))
            attribute->ns = NULL;
    }
    for (xmlNode *child = reader_first(node, NULL); child;
         child = reader_next(child, NULL))
        strip_names(child, uri);
}

static void
strip_declarations(xmlNode *node, const char *uri)
{
    drop_declarations(node, uri);
    for (xmlNode *child = reader_first(node, NULL); child;
         child = reader_next(child, NULL))
        strip_declarations(child, uri);
}

/* Names without a namespace become @ns's, as far down as there are any. */
static void
give_names(xmlNode *node, xmlNs *ns)
{
    if (!node->ns)
        node->ns = ns;
    for (xmlNode *child = reader_first(node, NULL); child;
         child = reader_next(child, NULL))
        give_names(child, ns);
}

/* The namespace for an element that comes in: declared with it, or there under
 * that prefix already. */
static xmlNs *
declare(xmlNode *node, const DomainMetadata *metadata, GError **error)
{
    const xmlChar *key = (const xmlChar *)metadata->key;
    xmlNs *ns = NULL;

    /* A prefix of "" or "1x" would make a document that nobody can read. */
    if (xmlValidateNCName(key, 0) != 0 ||
        g_ascii_strncasecmp(metadata->key, "xml", 3) == 0) {
        fail(error, VIR_ERR_INVALID_ARG,
             "'%.64s' cannot be the prefix of an XML namespace; use letters "
             "and digits",
             metadata->key);
        return NULL;
    }
    for (ns = node->nsDef; ns; ns = ns->next) {
        if (is_of(ns, metadata->uri) && xmlStrEqual(ns->prefix, key))
            return ns;
    }
    ns = xmlNewNs(node, (const xmlChar *)metadata->uri, key);
    if (!ns) {
        fail(error, VIR_ERR_INVALID_ARG,
             "the metadata declares the prefix '%.64s' for another namespace "
             "than '%.256s'",
             metadata->key, metadata->uri);
    }
    return ns;
}

/* The element that @metadata holds, in its namespace and below the root of
 * @document. */
static bool
put_element(XmlDocument *document, const DomainMetadata *metadata,
            GError **error)
{
    g_autoptr(XmlDocument) given =
        reader_parse(metadata->text, "metadata", NULL, error);
    xmlNode *copy = NULL;
    xmlNs *ns = NULL;

    if (!given)
        return false;
    copy = xmlDocCopyNode(reader_root(given), document, 1);
    xmlAddChild(reader_root(document), copy);
    ns = declare(copy, metadata, error);
    if (!ns)
        return false;
    /* Its own too, if it came with one: by this one it is found again. */
    copy->ns = ns;
    give_names(copy, ns);
    return true;
}

/* What <metadata> is from now on; nothing of it if nothing stands in it. */
static void
store_metadata(DomainDef *def, XmlDocument *document)
{
    guint place = find_metadata(def);

    if (place < def->echoed->len)
        g_ptr_array_remove_index(def->echoed, place);
    if (reader_first(reader_root(document), NULL))
        g_ptr_array_add(def->echoed, reader_dump(reader_root(document)));
}

/* Of all elements together: one program that notes too much must not keep
 * the machine from being defined, migrated or shown. */
static bool
check_size(XmlDocument *document, GError **error)
{
    g_autofree char *text = NULL;

    if (fragment_depth(reader_root(document)) > FRAGMENT_DEPTH_MAX) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<metadata> would be nested deeper than %d levels",
                    FRAGMENT_DEPTH_MAX);
    }
    text = reader_dump(reader_root(document));
    if (strlen(text) <= METADATA_MAX)
        return true;
    return fail(error, VIR_ERR_XML_ERROR,
                "<metadata> would be larger than %d bytes; remove what is not "
                "needed any more",
                METADATA_MAX);
}

/* In the document alone until all of it holds; then in the definition. */
static bool
set_element(DomainDef *def, const DomainMetadata *metadata, GError **error)
{
    g_autoptr(XmlDocument) document = open_metadata(def);
    xmlNode *former = find_element(document, metadata->uri);

    if (former)
        reader_remove(former);
    if (metadata->text && (!put_element(document, metadata, error) ||
                           !check_size(document, error)))
        return false;
    store_metadata(def, document);
    return true;
}

/* Of a copy, so that what is stripped here stays in the definition. */
static char *
get_element(const DomainDef *def, const char *uri)
{
    g_autoptr(XmlDocument) document = open_metadata(def);
    xmlNode *node = find_element(document, uri);

    if (!node)
        return NULL;
    strip_names(node, uri);
    /* What is declared above it is not written with it: nothing in it uses
     * that any more. */
    strip_declarations(node, uri);
    return reader_dump(node);
}

/* ---- title and description ---- */

/* The same limits as the definition's reader has, or it could not be read
 * again. */
static bool
check_words(const DomainMetadata *metadata, GError **error)
{
    bool is_title = metadata->type == VIR_DOMAIN_METADATA_TITLE;
    size_t most = is_title ? METADATA_TITLE_MAX : METADATA_DESCRIPTION_MAX;

    if (is_title && metadata->text && strchr(metadata->text, '\n')) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "a title is shown in lists and must be one line");
    }
    if (metadata->text && strlen(metadata->text) > most) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "a %s must be at most %zu bytes long",
                    is_title ? "title" : "description", most);
    }
    if (metadata->text && !g_utf8_validate(metadata->text, -1, NULL)) {
        return fail(error, VIR_ERR_INVALID_ARG, "a %s must be in UTF-8",
                    is_title ? "title" : "description");
    }
    return true;
}

/* Trimmed, as the definition's reader does: else it would be another one after
 * it was read again. */
static bool
set_words(char **words, const DomainMetadata *metadata, GError **error)
{
    g_autofree char *text = NULL;

    if (!check_words(metadata, error))
        return false;
    text = g_strstrip(g_strdup(metadata->text ? metadata->text : ""));
    g_free(*words);
    *words = *text ? g_steal_pointer(&text) : NULL;
    return true;
}

/* ---- by kind ---- */

/* A kind that libvirt may have one day is unknown here, and refused rather
 * than taken for another. */
static bool
fail_kind(int type, GError **error)
{
    return fail(error, VIR_ERR_INVALID_ARG,
                "there is no metadata of type %d; use 0 for the description, 1 "
                "for the title, 2 for an element",
                type);
}

/* By the kind; what is not there is told as that, so that a program need not
 * look at words. */
char *
metadata_xml_get(const DomainDef *def, int type, const char *uri,
                 GError **error)
{
    char *text = NULL;

    switch (type) {
    case VIR_DOMAIN_METADATA_DESCRIPTION:
        text = g_strdup(def->description);
        break;
    case VIR_DOMAIN_METADATA_TITLE:
        text = g_strdup(def->title);
        break;
    case VIR_DOMAIN_METADATA_ELEMENT:
        text = get_element(def, uri);
        break;
    default:
        fail_kind(type, error);
        return NULL;
    }
    if (!text) {
        fail(error, VIR_ERR_NO_DOMAIN_METADATA,
             "domain '%s' has no such metadata%s%.256s", def->name,
             uri ? ": " : "", uri ? uri : "");
    }
    return text;
}

/* Each kind changes nothing until all that it needs holds. */
bool
metadata_xml_set(DomainDef *def, const DomainMetadata *metadata, GError **error)
{
    switch (metadata->type) {
    case VIR_DOMAIN_METADATA_DESCRIPTION:
        return set_words(&def->description, metadata, error);
    case VIR_DOMAIN_METADATA_TITLE:
        return set_words(&def->title, metadata, error);
    case VIR_DOMAIN_METADATA_ELEMENT:
        return set_element(def, metadata, error);
    default:
        return fail_kind(metadata->type, error);
    }
}

/* ---- what became different ---- */

void
metadata_seen_clear(MetadataSeen *seen)
{
    g_clear_pointer(&seen->title, g_free);
    g_clear_pointer(&seen->description, g_free);
    g_clear_pointer(&seen->elements, g_free);
}

/* NULL: there is none. */
static char *
dump_of(XmlDocument *document, const char *uri)
{
    xmlNode *node = find_element(document, uri);

    return node ? reader_dump(node) : NULL;
}

/* The elements of @document whose like @other has not got.  With @is_absent
 * only those of which it has none. */
static void
visit_elements(XmlDocument *document, XmlDocument *other, bool is_absent,
               MetadataVisit visit, void *opaque)
{
    for (xmlNode *node = reader_first(reader_root(document), NULL); node;
         node = reader_next(node, NULL)) {
        const char *uri = reader_namespace(node);
        g_autofree char *text = reader_dump(node);
        g_autofree char *former = uri ? dump_of(other, uri) : NULL;

        /* One without a namespace is nobody's who could ask for it. */
        if (uri && (is_absent ? !former : g_strcmp0(text, former) != 0))
            visit(VIR_DOMAIN_METADATA_ELEMENT, uri, opaque);
    }
}

/* What is new or changed first, and then what is gone, each in its own
 * document's order. */
static void
compare_elements(const char *former, const char *now, MetadataVisit visit,
                 void *opaque)
{
    g_autoptr(XmlDocument) before =
        reader_parse_fragment(former ? former : EMPTY);
    g_autoptr(XmlDocument) after = reader_parse_fragment(now ? now : EMPTY);

    visit_elements(after, before, false, visit, opaque);
    visit_elements(before, after, true, visit, opaque);
}

/* Takes @now over. */
static bool
replace(char **place, char *now)
{
    bool is_new = g_strcmp0(*place, now) != 0;

    g_free(*place);
    *place = now;
    return is_new;
}

void
metadata_seen_update(MetadataSeen *seen, const DomainDef *def,
                     MetadataVisit visit, void *opaque)
{
    guint place = def ? find_metadata(def) : 0;
    const char *elements = def && place < def->echoed->len
                               ? g_ptr_array_index(def->echoed, place)
                               : NULL;

    if (replace(&seen->description, g_strdup(def ? def->description : NULL)) &&
        visit)
        visit(VIR_DOMAIN_METADATA_DESCRIPTION, NULL, opaque);
    if (replace(&seen->title, g_strdup(def ? def->title : NULL)) && visit)
        visit(VIR_DOMAIN_METADATA_TITLE, NULL, opaque);
    if (visit && g_strcmp0(seen->elements, elements) != 0)
        compare_elements(seen->elements, elements, visit, opaque);
    (void)replace(&seen->elements, g_strdup(elements));
}
