/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/fragment.h"

#include <string.h>

/* NULL: the character stands for itself. */
static const char *
reference_for(gunichar c, gboolean is_attribute)
{
    switch (c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '\r':
        return "&#13;";
    default:
        break;
    }
    if (!is_attribute)
        return NULL;
    /* A reader turns plain white space in attributes into blanks. */
    switch (c) {
    case '\'':
        return "&apos;";
    case '"':
        return "&quot;";
    case '\t':
        return "&#9;";
    case '\n':
        return "&#10;";
    default:
        return NULL;
    }
}

/* XML has no way at all to write these. */
static gboolean
is_forbidden(gunichar c)
{
    /* As U+FFFD: a document that cannot be read again would cost more than one
     * character. */
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE ||
           c == 0xFFFF;
}

/* What comes out can be read again by any XML parser, whatever came in. */
void
fragment_escape(GString *out, const char *text, gboolean is_attribute)
{
    g_autofree char *valid = NULL;

    /* From a file's name, say: anything that is not UTF-8 would make the whole
     * document unreadable. */
    if (!g_utf8_validate(text, -1, NULL)) {
        valid = g_utf8_make_valid(text, -1);
        text = valid;
    }
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        const char *reference = reference_for(c, is_attribute);

        if (reference) {
            g_string_append(out, reference);
        } else {
            g_string_append_unichar(out, is_forbidden(c) ? 0xFFFD : c);
        }
    }
}

/* With the prefix that the document used. */
static void
append_name(GString *out, const xmlNs *ns, const xmlChar *name)
{
    if (ns && ns->prefix)
        g_string_append_printf(out, "%s:", (const char *)ns->prefix);
    g_string_append(out, (const char *)name);
}

static void
append_attribute_value(GString *out, const char *value)
{
    g_string_append(out, "='");
    fragment_escape(out, value, TRUE);
    g_string_append_c(out, '\'');
}

/* A default namespace has no prefix.  An "&" in its URI, however it was written,
 * stays a reference in libxml2's tree (unlike in an attribute's value, and
 * unlike any other character), and would be escaped once more each time. */
static void
append_namespace(GString *out, const xmlNs *ns)
{
    g_autoptr(GString) uri = g_string_new((const char *)ns->href);

    g_string_replace(uri, "&#38;", "&", 0);
    g_string_append(out, ns->prefix ? " xmlns:" : " xmlns");
    if (ns->prefix)
        g_string_append(out, (const char *)ns->prefix);
    append_attribute_value(out, uri->str);
}

/* Prefixes inside attribute values are not looked for: no element we echo
 * has them, and declaring every namespace would change what is written. */
static gboolean
uses_namespace(const xmlNode *node, const xmlNs *ns)
{
    if (node->type != XML_ELEMENT_NODE)
        return FALSE;
    if (node->ns == ns)
        return TRUE;
    for (xmlAttr *attribute = node->properties; attribute;
         attribute = attribute->next) {
        if (attribute->ns == ns)
            return TRUE;
    }
    /* As deep as the reader allows documents to be. */
    for (xmlNode *child = node->children; child; child = child->next) {
        if (uses_namespace(child, ns))
            return TRUE;
    }
    return FALSE;
}

/* Namespaces in use in the subtree that were declared above it. */
static void
append_outer_namespaces(GString *out, xmlNode *node)
{
    xmlNs **all = xmlGetNsList(node->doc, node);

    for (int i = 0; all && all[i]; i++) {
        gboolean is_own = FALSE;

        /* Its own declarations are written with its start tag anyhow. */
        for (xmlNs *own = node->nsDef; own; own = own->next)
            is_own = is_own || own == all[i];
        if (!is_own && uses_namespace(node, all[i]))
            append_namespace(out, all[i]);
    }
    if (all)
        xmlFree(all);
}

/* Only the topmost needs declarations from outside; below it they are in
 * scope. */
static void
append_start_tag(GString *out, xmlNode *node, gboolean is_top)
{
    g_string_append_c(out, '<');
    append_name(out, node->ns, node->name);
    for (xmlNs *ns = node->nsDef; ns; ns = ns->next)
        append_namespace(out, ns);
    if (is_top)
        append_outer_namespaces(out, node);
    for (xmlAttr *attribute = node->properties; attribute;
         attribute = attribute->next) {
        /* With references resolved: it is escaped anew. */
        xmlChar *value = xmlNodeGetContent((xmlNode *)attribute);

        g_string_append_c(out, ' ');
        append_name(out, attribute->ns, attribute->name);
        append_attribute_value(out, value ? (const char *)value : "");
        xmlFree(value);
    }
}

static gboolean
is_blank_text(const xmlNode *node)
{
    const char *text = (const char *)node->content;

    return node->type == XML_TEXT_NODE &&
           (!text || text[strspn(text, " \t\r\n")] == '\0');
}

/* Holds elements or comments, and nothing else but white space. */
static gboolean
is_structured(const xmlNode *node)
{
    gboolean has_child = FALSE;

    for (xmlNode *child = node->children; child; child = child->next) {
        if (child->type == XML_ELEMENT_NODE ||
            child->type == XML_COMMENT_NODE) {
            has_child = TRUE;
        } else if (!is_blank_text(child)) {
            return FALSE;
        }
    }
    return has_child;
}

/* What append_node() passes down: @is_verbatim once inside mixed content. */
typedef struct {
    GString *out;
    unsigned level;
    gboolean is_verbatim;
    gboolean is_top;
} Place;

static void append_node(xmlNode *node, const Place *place);

static void
append_line_break(const Place *place, unsigned level)
{
    g_string_append_printf(place->out, "\n%*s", (int)(2 * level), "");
}

/* Once something is mixed, everything in it is: white space there may mean
 * something. */
static void
append_children(xmlNode *node, const Place *place)
{
    Place inner = {place->out, place->level + 1, place->is_verbatim, FALSE};
    gboolean is_indented = !place->is_verbatim && is_structured(node);

    inner.is_verbatim = !is_indented;
    for (xmlNode *child = node->children; child; child = child->next) {
        /* Only where white space means nothing, since nothing else but elements
         * is there. */
        if (is_indented && is_blank_text(child))
            continue;
        if (is_indented)
            append_line_break(place, inner.level);
        append_node(child, &inner);
    }
    if (is_indented)
        append_line_break(place, place->level);
}

/* One start tag, one end tag; an element without content is written in one. */
static void
append_element(xmlNode *node, const Place *place)
{
    append_start_tag(place->out, node, place->is_top);
    if (!node->children) {
        g_string_append(place->out, "/>");
        return;
    }
    g_string_append_c(place->out, '>');
    append_children(node, place);
    g_string_append(place->out, "</");
    append_name(place->out, node->ns, node->name);
    g_string_append_c(place->out, '>');
}

/* Comments and mixed text are somebody's words and come back as they were. */
static void
append_node(xmlNode *node, const Place *place)
{
    const char *content = node->content ? (const char *)node->content : "";

    switch (node->type) {
    case XML_ELEMENT_NODE:
        append_element(node, place);
        break;
    case XML_TEXT_NODE:
    case XML_CDATA_SECTION_NODE:
        fragment_escape(place->out, content, FALSE);
        break;
    case XML_COMMENT_NODE:
        g_string_append_printf(place->out, "<!--%s-->", content);
        break;
    default: /* processing instructions: instructions to somebody else */
        break;
    }
}

void
fragment_append(GString *out, xmlNode *node, unsigned level)
{
    Place place = {out, level, FALSE, TRUE};

    append_node(node, &place);
}

/* Recursive, which the reader's bound on the depth of documents makes safe. */
unsigned
fragment_depth(xmlNode *node)
{
    unsigned deepest = 0;

    for (xmlNode *child = node->children; child; child = child->next) {
        /* MAX() would ask twice. */
        unsigned depth =
            child->type == XML_ELEMENT_NODE ? fragment_depth(child) : 0;

        deepest = MAX(deepest, depth);
    }
    return deepest + 1;
}
