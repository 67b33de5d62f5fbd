/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/reader.h"

#include "base/error.h"
#include "xml/fragment.h"

#include <inttypes.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

/* What one parse found wrong; reached from libxml2's callbacks through the
 * context's _private. */
typedef struct {
    const char *refusal; /* ours: static text */
    char *message;       /* libxml2's first complaint */
    int line;
} ParseTrouble;

static ParseTrouble *
trouble_of(void *context)
{
    return ((xmlParserCtxt *)context)->_private;
}

/* The first complaint names the cause; later ones mostly follow from it. */
static void
on_error(void *context, xmlErrorPtr problem)
{
    ParseTrouble *trouble = trouble_of(context);

    /* Warnings are libxml2's opinion, and no reason to refuse a document. */
    if (trouble->message || problem->level < XML_ERR_ERROR)
        return;
    trouble->message = g_strstrip(g_strdup(problem->message));
    trouble->line = problem->line;
}

/* From within a callback of libxml2's, which must not be left by any other
 * way. */
static void
stop(void *context, const char *refusal)
{
    xmlParserCtxt *parser = context;
    ParseTrouble *trouble = trouble_of(context);

    trouble->refusal = refusal;
    trouble->line = parser->input ? parser->input->line : 0;
    /* It also ends the reading of what comes after, so that a huge document
     * with a DTD costs nothing. */
    xmlStopParser(parser);
}

/* Called when <!DOCTYPE has been seen and before anything in it is read, so no
 * entity is ever declared, let alone expanded or fetched. */
static void
on_doctype(void *context, const xmlChar *name, const xmlChar *public_id,
           const xmlChar *system_id)
{
    (void)name;
    (void)public_id;
    (void)system_id;
    stop(context, "a document type or entity declaration is not accepted");
}

/* The handlers belong to this context alone; the global ones are the
 * business of the program that uses us. */
static void
set_up(xmlParserCtxt *context, ParseTrouble *trouble)
{
    context->_private = trouble;
    /* A handler of this context alone; the global ones belong to the program
     * that uses us. */
    context->sax->serror = on_error;
    context->sax->internalSubset = on_doctype;
}

static gpointer
init_libxml(gpointer unused)
{
    (void)unused;
    xmlInitParser();
    return NULL;
}

/* Everything that later walks the tree may recurse, so its depth is bounded
 * here, by a walk that does not.  (libxml2 has a bound of its own, which the
 * program that uses us may have changed.) */
static const xmlNode *
find_too_deep(const xmlDoc *document)
{
    const xmlNode *node = document->children;
    unsigned depth = 1;

    while (node) {
        if (node->type == XML_ELEMENT_NODE && depth > READER_DEPTH)
            return node;
        if (node->type == XML_ELEMENT_NODE && node->children) {
            node = node->children;
            depth++;
            continue;
        }
        /* Upwards until there is a sibling; above the root there is none, and
         * the walk ends. */
        while (node && !node->next) {
            node = depth > 1 ? node->parent : NULL;
            depth--;
        }
        node = node ? node->next : NULL;
    }
    return NULL;
}

/* Our own conditions on a document that is well-formed. */
static bool
is_acceptable(const xmlParserCtxt *context, const xmlDoc *document,
              ParseTrouble *trouble)
{
    const xmlNode *too_deep;

    /* libxml2 returns a tree of what it understood also for a document that is
     * broken. */
    if (trouble->refusal || !context->wellFormed)
        return false;
    too_deep = find_too_deep(document);
    if (!too_deep)
        return true;
    trouble->refusal = "elements are nested too deep";
    trouble->line = (int)xmlGetLineNo(too_deep);
    return false;
}

/* Everything but the root's name. */
static XmlDocument *
parse(const char *text, size_t length, ParseTrouble *trouble)
{
    static GOnce once = G_ONCE_INIT;
    xmlParserCtxt *context;
    xmlDoc *document;

    g_once(&once, init_libxml, NULL);
    context = xmlNewParserCtxt();
    g_assert(context);
    set_up(context, trouble);
    /* Without XML_PARSE_NOERROR, which would take out the handler.
     *
     * The encoding is given, so that a declaration in the document cannot have
     * it read as something else than what was checked. */
    document = xmlCtxtReadMemory(context, text, (int)length, NULL, "UTF-8",
                                 XML_PARSE_NONET | XML_PARSE_NOCDATA);
    if (document && !is_acceptable(context, document, trouble)) {
        g_clear_pointer(&document, xmlFreeDoc);
    }
    xmlFreeParserCtxt(context);
    return document;
}

void
xml_document_free(XmlDocument *document)
{
    if (document)
        xmlFreeDoc(document);
}

/* Before the parser sees it: its own limits are larger, and depend on its
 * version. */
static bool
check_text(const char *text, const char *what, size_t *ret_length,
           GError **error)
{
    /* No further than the limit: a text of a gigabyte is not walked to learn
     * that it is too long. */
    size_t length = strnlen(text, READER_LIMIT + 1);

    if (length > READER_LIMIT) {
        return fail(error, VIR_ERR_XML_DETAIL,
                    "the %s document is larger than %d bytes", what,
                    READER_LIMIT);
    }
    if (length == 0) {
        return fail(error, VIR_ERR_XML_DETAIL, "the %s document is empty",
                    what);
    }
    if (!g_utf8_validate(text, (gssize)length, NULL)) {
        return fail(error, VIR_ERR_XML_DETAIL,
                    "the %s document is not valid UTF-8", what);
    }
    *ret_length = length;
    return true;
}

/* The one door for documents from outside.  Past it a tree is bounded in size
 * and depth, is UTF-8, and holds no entity. */
XmlDocument *
reader_parse(const char *text, const char *what, const char *root,
             GError **error)
{
    g_autoptr(XmlDocument) document = NULL;
    ParseTrouble trouble = {0};
    g_autofree char *message = NULL;
    size_t length = 0;
    xmlNode *top;

    if (!check_text(text, what, &length, error))
        return NULL;
    document = parse(text, length, &trouble);
    message = trouble.message;
    if (!document) {
        const char *cause = trouble.refusal ? trouble.refusal : message;

        fail(error, VIR_ERR_XML_DETAIL, "cannot parse the %s XML, line %d: %s",
             what, trouble.line, cause ? cause : "not well-formed");
        return NULL;
    }

    top = reader_root(document);
    /* A root of the same name in a namespace is another document. */
    if (root && (!top || top->ns || strcmp(reader_name(top), root) != 0)) {
        fail(error, VIR_ERR_XML_ERROR,
             "the %s document must have <%s> as its root, not <%s>%s", what,
             root, top ? reader_name(top) : "",
             top && top->ns ? " in a namespace" : "");
        return NULL;
    }
    return g_steal_pointer(&document);
}

xmlNode *
reader_root(XmlDocument *document)
{
    return xmlDocGetRootElement(document);
}

/* @node or the first element after it that fits. */
static xmlNode *
find_from(xmlNode *node, const char *name)
{
    for (; node; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        if (!name || (!node->ns && strcmp(reader_name(node), name) == 0))
            return node;
    }
    return NULL;
}

/* Elements in a namespace are somebody else's, even when they have our
 * names. */
xmlNode *
reader_first(xmlNode *parent, const char *name)
{
    return find_from(parent->children, name);
}

xmlNode *
reader_next(xmlNode *node, const char *name)
{
    return find_from(node->next, name);
}

const char *
reader_name(const xmlNode *node)
{
    return (const char *)node->name;
}

const char *
reader_namespace(const xmlNode *node)
{
    return node->ns ? (const char *)node->ns->href : NULL;
}

/* libxml2 may have an allocator of its own. */
static char *
take_xml_string(xmlChar *text)
{
    char *copy = g_strdup((const char *)text);

    xmlFree(text);
    return copy;
}

void
reader_remove(xmlNode *node)
{
    xmlUnlinkNode(node);
    xmlFreeNode(node);
}

char *
reader_attribute(xmlNode *node, const char *name)
{
    /* Without a namespace: "x:name" is not "name". */
    xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);

    return value ? take_xml_string(value) : NULL;
}

/* Trimmed, since indentation inside an element means nothing in these
 * documents. */
char *
reader_text(xmlNode *node)
{
    /* With the text of children in it; callers that mind have refused children
     * before. */
    xmlChar *content = xmlNodeGetContent(node);

    return content ? g_strstrip(take_xml_string(content)) : g_strdup("");
}

char *
reader_child_text(xmlNode *parent, const char *name)
{
    xmlNode *child = reader_first(parent, name);

    return child ? reader_text(child) : NULL;
}

/* Without sign, blanks or base: what libc would make of those is not what
 * was meant. */
bool
reader_uint(xmlNode *node, const char *name, uint64_t limit,
            uint64_t *ret_value, GError **error)
{
    g_autofree char *text = reader_attribute(node, name);
    guint64 value;

    if (!text)
        return true;
    if (!g_ascii_string_to_unsigned(text, 10, 0, limit, &value, NULL)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<%s %s='%s'>: expected a number from 0 to %" PRIu64,
                    reader_name(node), name, text, limit);
    }
    *ret_value = value;
    return true;
}

/* The words are listed in the message: they are what the author needs. */
bool
reader_choice(xmlNode *node, const char *name, const char *const *words,
              int *ret_index, GError **error)
{
    g_autofree char *text = reader_attribute(node, name);
    g_autofree char *list = NULL;

    if (!text)
        return true;
    for (int i = 0; words[i]; i++) {
        if (strcmp(text, words[i]) == 0) {
            *ret_index = i;
            return true;
        }
    }
    list = g_strjoinv("', '", (char **)words);
    return fail(error, VIR_ERR_XML_ERROR, "<%s %s='%s'>: expected one of '%s'",
                reader_name(node), name, text, list);
}

/* Marks are rare: absent is no, and records stay short. */
bool
reader_yes(xmlNode *node, const char *name, bool *ret_value, GError **error)
{
    static const char *const words[] = {"no", "yes", NULL};
    int choice = 0;

    if (!reader_choice(node, name, words, &choice, error))
        return false;
    *ret_value = choice == 1;
    return true;
}

static bool
is_listed(const char *const *list, const char *name)
{
    return list && g_strv_contains(list, name);
}

/* One in a namespace is never known: none of ours has any. */
const char *
reader_unknown_attribute(const xmlNode *node, const char *const *known)
{
    for (xmlAttr *attribute = node->properties; attribute;
         attribute = attribute->next) {
        if (attribute->ns || !is_listed(known, (const char *)attribute->name))
            return (const char *)attribute->name;
    }
    return NULL;
}

/* As for attributes. */
const char *
reader_unknown_child(xmlNode *node, const char *const *known)
{
    for (xmlNode *child = reader_first(node, NULL); child;
         child = reader_next(child, NULL)) {
        if (child->ns || !is_listed(known, reader_name(child)))
            return reader_name(child);
    }
    return NULL;
}

/* What a message says instead: "name, backup", or "none". */
static char *
list_allowed(const char *const *names)
{
    return names && *names ? g_strjoinv(", ", (char **)names)
                           : g_strdup("none");
}

/* Text between the child elements, which no reader looks at; NULL if there is
 * nothing but blanks. */
static char *
stray_text(const xmlNode *node)
{
    for (const xmlNode *child = node->children; child; child = child->next) {
        g_autofree char *text = NULL;

        if (child->type != XML_TEXT_NODE || !child->content)
            continue;
        text = g_strstrip(g_strdup((const char *)child->content));
        if (*text)
            return g_steal_pointer(&text);
    }
    return NULL;
}

/* For small documents whose every unknown word is an error of the caller; a
 * domain's parts have part_only(). */
bool
reader_only(xmlNode *node, const char *const *attributes,
            const char *const *children, GError **error)
{
    /* The first one is named; an author mends them one by one. */
    const char *name = reader_unknown_attribute(node, attributes);
    g_autofree char *text = NULL;

    if (name) {
        g_autofree char *value = reader_attribute(node, name);
        g_autofree char *list = list_allowed(attributes);

        return fail(error, VIR_ERR_XML_ERROR,
                    "<%s %s='%s'>: there is no such attribute here; allowed: "
                    "%s",
                    reader_name(node), name, value ? value : "", list);
    }
    name = reader_unknown_child(node, children);
    if (name) {
        g_autofree char *list = list_allowed(children);

        return fail(error, VIR_ERR_XML_ERROR,
                    "<%s> has no element <%s>; allowed: %s", reader_name(node),
                    name, list);
    }
    text = stray_text(node);
    if (text) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<%s> takes no text, and has '%.64s'", reader_name(node),
                    text);
    }
    return true;
}

char *
reader_dump(xmlNode *node)
{
    GString *text = g_string_new(NULL);

    fragment_append(text, node, 0);
    return g_string_free(text, FALSE);
}

/* For text that is well-formed by its making. */
XmlDocument *
reader_parse_fragment(const char *fragment)
{
    ParseTrouble trouble = {0};
    /* Without the checks of reader_parse(): what comes here was read by it
     * before, or written by us. */
    XmlDocument *document = parse(fragment, strlen(fragment), &trouble);

    g_free(trouble.message);
    return document;
}
