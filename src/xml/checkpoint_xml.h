/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <domaincheckpoint> documents (docs/format/checkpoint.md).
 *
 * Documents are always held against the schema, and a breach names the element
 * or attribute that caused it (VIR_ERR_XML_INVALID_SCHEMA).
 */
#pragma once

#include "model/checkpoint.h"
#include "model/domain.h"
#include "xml/reader.h"
#include "xml/writer.h"

#include <libvirt/libvirt-domain-checkpoint.h>

/** checkpoint_xml_parse: @is_redefine: the name and the creation time are
 * needed, parent and domain count; else those three come from the driver and
 * are ignored.
 * Errors: VIR_ERR_XML_DETAIL (malformed), VIR_ERR_XML_ERROR (wrong root, name
 * that could leave a folder, nothing where something is needed),
 * VIR_ERR_XML_INVALID_SCHEMA (everything else). */
CheckpointDef *checkpoint_xml_parse(const char *text, bool is_redefine,
                                    GError **error);
/** checkpoint_xml_parse_node: the same from a document already read. */
CheckpointDef *checkpoint_xml_parse_node(xmlNode *root, bool is_redefine,
                                         GError **error);

/** checkpoint_xml_format: @flags: virDomainCheckpointXMLFlags; SIZE shows the
 * sizes that @def knows. */
char *checkpoint_xml_format(const CheckpointDef *def, unsigned flags);
/** checkpoint_xml_write: the same into a document being written. */
void checkpoint_xml_write(Writer *writer, const CheckpointDef *def,
                          unsigned flags);

/** checkpoint_xml_domain_uuid: of def->domain->text.  VIR_ERR_XML_ERROR. */
bool checkpoint_xml_domain_uuid(const char *domain_xml, unsigned char *ret_uuid,
                                GError **error);
