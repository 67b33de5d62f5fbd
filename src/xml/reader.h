/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading XML that came from outside.
 *
 * Parsed without network, entities or DTDs, and not past READER_LIMIT bytes or
 * READER_DEPTH levels.  Elements are visited by plain calls; no XPath.  The
 * strings returned are copies.
 */
#pragma once

#include <glib.h>
#include <libxml/tree.h>
#include <stdbool.h>
#include <stdint.h>

enum { READER_LIMIT = 16 * 1024 * 1024, READER_DEPTH = 128 };

typedef xmlDoc XmlDocument;
void xml_document_free(XmlDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(XmlDocument, xml_document_free)

/** reader_parse: @what ("domain") names the document in messages; @root is the
 * element expected (NULL: any).  VIR_ERR_XML_DETAIL if malformed,
 * VIR_ERR_XML_ERROR if the root is another. */
XmlDocument *reader_parse(const char *text, const char *what, const char *root,
                          GError **error);

xmlNode *reader_root(XmlDocument *document);

/** reader_first/reader_next: child elements; @name NULL means any. */
xmlNode *reader_first(xmlNode *parent, const char *name);
xmlNode *reader_next(xmlNode *node, const char *name);
const char *reader_name(const xmlNode *node);

/** reader_namespace: its URI; NULL for the usual element without one.  A name
 * given to reader_first/reader_next only matches elements without one. */
const char *reader_namespace(const xmlNode *node);

/** reader_attribute/reader_text: copies, NULL when absent (text: trimmed;
 * an empty element gives ""). */
char *reader_attribute(xmlNode *node, const char *name);
char *reader_text(xmlNode *node);
/** reader_child_text: reader_text() of the first child @name, or NULL. */
char *reader_child_text(xmlNode *parent, const char *name);

/** reader_uint: attribute @name as an unsigned number.  *@ret_value is left
 * alone when absent; VIR_ERR_XML_ERROR names element, attribute and value. */
bool reader_uint(xmlNode *node, const char *name, uint64_t limit,
                 uint64_t *ret_value, GError **error);

/** reader_choice: attribute @name as an index into NULL-terminated @words;
 * *@ret_index is left alone when absent; VIR_ERR_XML_ERROR lists the words. */
bool reader_choice(xmlNode *node, const char *name, const char *const *words,
                   int *ret_index, GError **error);

/** reader_yes: attribute @name, 'yes' or 'no'; absent is no. */
bool reader_yes(xmlNode *node, const char *name, bool *ret_value,
                GError **error);

/** reader_only: refuses (VIR_ERR_XML_ERROR, naming it) an attribute or a child
 * element that is in neither NULL-terminated list, and text between the
 * elements; a NULL list means none. */
bool reader_only(xmlNode *node, const char *const *attributes,
                 const char *const *children, GError **error);

/** reader_unknown_attribute/reader_unknown_child: the first name that is not in
 * the list, for callers with an error of their own to give; NULL if all are. */
const char *reader_unknown_attribute(const xmlNode *node,
                                     const char *const *known);
const char *reader_unknown_child(xmlNode *node, const char *const *known);

/** reader_remove: takes @node out of its document and frees it. */
void reader_remove(xmlNode *node);

/** reader_dump: the element as text, to be kept and echoed: namespaces that
 * are declared further out are declared in it again. */
char *reader_dump(xmlNode *node);

/** reader_parse_fragment: one element that reader_dump() or the writer made.
 * NULL if it is not well-formed. */
XmlDocument *reader_parse_fragment(const char *fragment);
