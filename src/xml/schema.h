/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Holding a document against its RelaxNG schema (schemas/).
 *
 * The readers in this folder are the first to judge a document, since they know
 * what to say: element, attribute, value, and what may stand there.  The schema
 * judges after them, and so is what a reader is measured by: whatever a reader
 * lets through although it is not documented ends here.
 *
 * A schema is read and compiled once in a process, when it is first needed.
 * Any thread may call.  The files are those of the installation, or those in
 * the folder that the environment names in STRANDLINE_SCHEMAS.
 */
#pragma once

#include "xml/reader.h"

typedef enum {
    SCHEMA_DOMAIN,
    SCHEMA_BACKUP,
    SCHEMA_CHECKPOINT,
    SCHEMA_SNAPSHOT,
    SCHEMA_N_KINDS,
} SchemaKind;

/** schema_check: @document fits.  VIR_ERR_XML_INVALID_SCHEMA, with the place;
 * VIR_ERR_INTERNAL_ERROR if the schema's file cannot be read. */
bool schema_check(SchemaKind kind, XmlDocument *document, GError **error);

/** schema_fail: false, with VIR_ERR_XML_INVALID_SCHEMA: for a reader's own words
 * about what the schema would not let pass either. */
bool schema_fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** schema_check_shape: reader_only() with the code of a schema that is not met,
 * and no child twice but those called @repeated (nullable). */
bool schema_check_shape(xmlNode *node, const char *const *attributes,
                        const char *const *children, const char *repeated,
                        GError **error);
