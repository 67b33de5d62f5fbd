/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <domainbackup> documents (docs/format/backup.md).
 *
 * Nothing unknown is let through: a misspelt 'incremental' that was ignored
 * would quietly make another backup than the one that was asked for.
 */
#pragma once

#include "model/backup.h"
#include "xml/reader.h"
#include "xml/writer.h"

#include <glib.h>

/** backup_xml_parse: reads a document as far as it can be understood without
 * the domain; backup_def_align() does the rest.  What backup_xml_format() wrote
 * is accepted again; its id is of no consequence.
 * Errors: VIR_ERR_XML_DETAIL (35) malformed; VIR_ERR_XML_ERROR (27) another
 * root; VIR_ERR_XML_INVALID_SCHEMA (92) naming element, attribute and value;
 * VIR_ERR_CONFIG_UNSUPPORTED (67) what is known and not done here. */
BackupDef *backup_xml_parse(const char *text, GError **error);

/** backup_xml_parse_node: the same for an element within another document. */
BackupDef *backup_xml_parse_node(xmlNode *root, GError **error);

/** backup_xml_format: (transfer full): the whole document. */
char *backup_xml_format(const BackupDef *def);

/** backup_xml_write: the same into an open document. */
void backup_xml_write(Writer *writer, const BackupDef *def);
