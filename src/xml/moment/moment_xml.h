/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the documents of a checkpoint and of a snapshot have in common: either
 * is a named moment of a domain, made at some time below another, and shows the
 * machine as it was then.
 */
#pragma once

#include "model/domain/domain_text.h"
#include "xml/reader.h"
#include "xml/writer.h"

/** MomentNameCheck: checkpoint_name_check() or snapshot_name_check(). */
typedef bool (*MomentNameCheck)(const char *name, GError **error);

/** moment_xml_parse_creation_time: of a moment that is redefined, which needs
 * it; @what ("checkpoint") names it in messages.  VIR_ERR_XML_ERROR if it is
 * absent, VIR_ERR_XML_INVALID_SCHEMA if it is no number. */
bool moment_xml_parse_creation_time(xmlNode *root, const char *what,
                                    int64_t *ret_seconds, GError **error);

/** moment_xml_parse_parent: only the name; whether there is such a moment is
 * the tree's to say.  *@ret_name (transfer full) is left alone when absent. */
bool moment_xml_parse_parent(xmlNode *root, MomentNameCheck check,
                             char **ret_name, GError **error);

/** moment_xml_write_history: <parent> (@parent NULL: a root) and
 * <creationTime> (-1: a definition that was not aligned). */
void moment_xml_write_history(Writer *writer, const char *parent,
                              int64_t seconds);

/** moment_xml_write_domain: the machine of @text (NULL: none) as an element
 * called @name; with its passwords only if @is_secure. */
void moment_xml_write_domain(Writer *writer, const char *name, const char *text,
                             bool is_secure);
/** moment_xml_write_shared: @domain (NULL: none) as an element <domain> of a
 * document's root.  What readers see is kept in @domain, for the next. */
void moment_xml_write_shared(Writer *writer, DomainText *domain,
                             bool is_secure);
