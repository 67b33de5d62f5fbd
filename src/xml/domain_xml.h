/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <domain> documents, the documented subset (docs/format/domain.md).
 *
 * An element or attribute that is not understood and would change the machine
 * is refused by name (VIR_ERR_CONFIG_UNSUPPORTED); harmless ones (metadata,
 * title, seclabel, ...) are kept and written back.
 */
#pragma once

#include "model/domain.h"

#include <glib.h>

typedef enum {
    DOMAIN_FORMAT_INACTIVE = 1 << 0, /* no id, no aliases, no run-time values */
    DOMAIN_FORMAT_SECURE = 1 << 1,   /* with passwords (vnc) */
    DOMAIN_FORMAT_STATUS = 1 << 2,   /* for our own state files: everything */
} DomainFormatFlags;

/** domain_xml_parse: defaults filled in, so that formatting shows them.
 * Run-time values (id, aliases, ptys) in @text are ignored: a definition never
 * has them, though what `dumpxml` of a running domain printed may be given.
 * Errors: VIR_ERR_XML_DETAIL (malformed), VIR_ERR_XML_ERROR (wrong root, bad or
 * missing value), VIR_ERR_CONFIG_UNSUPPORTED. */
DomainDef *domain_xml_parse(const char *text, GError **error);

/** domain_xml_parse_strict: after that, held against the schema as well
 * (VIR_ERR_XML_INVALID_SCHEMA). */
DomainDef *domain_xml_parse_strict(const char *text, GError **error);

/** domain_xml_parse_status: what domain_xml_format() wrote with
 * DOMAIN_FORMAT_STATUS, run-time values included. */
DomainDef *domain_xml_parse_status(const char *text, GError **error);

/** domain_xml_format: what domain_xml_parse() accepts again. */
char *domain_xml_format(const DomainDef *def, DomainFormatFlags flags);

/** domain_def_copy: by way of its XML; run-time values (id, alias) included. */
DomainDef *domain_def_copy(const DomainDef *def);
