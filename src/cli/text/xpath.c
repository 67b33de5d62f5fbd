/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/text/xpath.h"

#include "base/error.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xpath.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlDoc, xmlFreeDoc)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlBuffer, xmlBufferFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathContext, xmlXPathFreeContext)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(xmlXPathObject, xmlXPathFreeObject)

/* libxml2 would print to stderr; the caller says what is wrong. */
static void
ignore_error(void *data G_GNUC_UNUSED, xmlErrorPtr error G_GNUC_UNUSED)
{
}

/* Appends @node as text; its first line at the margin. */
static void
append_node(GString *text, xmlNodePtr node)
{
    g_autoptr(xmlBuffer) buffer = xmlBufferCreate();

    /* Memory is the only thing that can fail here. */
    if (!buffer || xmlNodeDump(buffer, node->doc, node, 0, 1) < 0)
        return;
    g_string_append(text, (const char *)xmlBufferContent(buffer));
    g_string_append_c(text, '\n');
}

/* Each node once, in the order the expression gives them. */
static bool
append_wrapped(GString *text, const xmlNodeSet *nodes, GError **error)
{
    g_autoptr(xmlDoc) document = xmlNewDoc(BAD_CAST "1.0");
    xmlNodePtr root = xmlNewNode(NULL, BAD_CAST "nodes");

    xmlDocSetRootElement(document, root);
    for (int i = 0; nodes && i < nodes->nodeNr; i++) {
        xmlNodePtr node = nodes->nodeTab[i];

        if (node->type != XML_ELEMENT_NODE && node->type != XML_TEXT_NODE) {
            return fail(error, VIR_ERR_INVALID_ARG,
                        "--wrap is for elements, and the expression chooses "
                        "something else");
        }
        /* A copy: the node stays in its own document, which is freed by the
         * caller. */
        xmlAddChild(root, xmlDocCopyNode(node, document, 1));
    }
    append_node(text, root);
    return true;
}

/* A number, a string or a truth, as count() and the like give. */
static void
append_value(GString *text, xmlXPathObjectPtr result)
{
    xmlChar *value = xmlXPathCastToString(result);

    g_string_append_printf(text, "%s\n", (const char *)value);
    xmlFree(value);
}

/* What an expression gives is nodes, or one value. */
static bool
append_result(GString *text, xmlXPathObjectPtr result, bool is_wrapped,
              GError **error)
{
    const xmlNodeSet *nodes = result->nodesetval;

    if (result->type != XPATH_NODESET) {
        append_value(text, result);
        return true;
    }
    if (is_wrapped)
        return append_wrapped(text, nodes, error);
    for (int i = 0; nodes && i < nodes->nodeNr; i++)
        append_node(text, nodes->nodeTab[i]);
    return true;
}

/* The only place of the tool that knows libxml2. */
char *
xpath_select(const char *xml, const char *expression, bool is_wrapped,
             GError **error)
{
    /* Without its own blanks the document is laid out anew. */
    g_autoptr(xmlDoc) document =
        xmlReadMemory(xml, (int)strlen(xml), NULL, NULL,
                      XML_PARSE_NONET | XML_PARSE_NOBLANKS | XML_PARSE_NOERROR |
                          XML_PARSE_NOWARNING);
    g_autoptr(xmlXPathContext) context =
        document ? xmlXPathNewContext(document) : NULL;
    g_autoptr(xmlXPathObject) result = NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    if (!context) {
        fail(error, VIR_ERR_INVALID_ARG, "the document cannot be read");
        return NULL;
    }
    /* Of this context alone, and before the expression is looked at. */
    context->error = ignore_error;
    result = xmlXPathEvalExpression(BAD_CAST expression, context);
    if (!result) {
        fail(error, VIR_ERR_INVALID_ARG, "'%s' is no XPath expression",
             expression);
        return NULL;
    }
    if (!append_result(text, result, is_wrapped, error))
        return NULL;
    return g_string_free(g_steal_pointer(&text), FALSE);
}
