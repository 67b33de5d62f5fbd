/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <domainsnapshot> documents (docs/format/snapshot.md). */
#pragma once

#include "model/domain.h"
#include "model/snapshot.h"
#include "xml/reader.h"
#include "xml/writer.h"

typedef enum {
    SNAPSHOT_FORMAT_SECURE = 1 << 0, /* the <domain> with its passwords */
    SNAPSHOT_FORMAT_RECORD =
        1 << 1, /* without <domain>: a record has it beside */
} SnapshotFormatFlags;

/** snapshot_xml_parse: @is_redefine: name, state and creation time are needed,
 * parent and domain count; else those come from the driver and are ignored.
 * Errors: VIR_ERR_XML_DETAIL (malformed, a name that could leave a folder),
 * VIR_ERR_XML_ERROR (wrong root, nothing where something is needed),
 * VIR_ERR_CONFIG_UNSUPPORTED (an overlay of a kind that there is not),
 * VIR_ERR_XML_INVALID_SCHEMA (everything else). */
SnapshotDef *snapshot_xml_parse(const char *text, bool is_redefine,
                                GError **error);
/** snapshot_xml_parse_node: the same from a document already read. */
SnapshotDef *snapshot_xml_parse_node(xmlNode *root, bool is_redefine,
                                     GError **error);

char *snapshot_xml_format(const SnapshotDef *def, SnapshotFormatFlags flags);
/** snapshot_xml_write: the same into a document being written. */
void snapshot_xml_write(Writer *writer, const SnapshotDef *def,
                        SnapshotFormatFlags flags);
