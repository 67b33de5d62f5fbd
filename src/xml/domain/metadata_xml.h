/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The notes of a definition (model/domain/domain_metadata.h), read and
 * replaced one at a time.
 *
 * A program's element is found by its namespace.  It is written without its
 * prefix where its program reads it, as libvirt does: the prefix is the
 * document's affair.
 */
#pragma once

#include "model/domain.h"
#include "model/domain/domain_metadata.h"

/* Of a title, which is shown in lists, and of a description. */
enum { METADATA_TITLE_MAX = 1024, METADATA_DESCRIPTION_MAX = 64 * 1024 };

/** metadata_xml_get: (transfer full).  VIR_ERR_NO_DOMAIN_METADATA: there is
 * none; VIR_ERR_INVALID_ARG: no such @type.  @uri: of an element. */
char *metadata_xml_get(const DomainDef *def, int type, const char *uri,
                       GError **error);

/** metadata_xml_set: all or nothing.  That what is to go is not there is no
 * error.  VIR_ERR_INVALID_ARG, VIR_ERR_XML_DETAIL (no element). */
bool metadata_xml_set(DomainDef *def, const DomainMetadata *metadata,
                      GError **error);

/* A definition's notes as they were, to be compared with later.  Zeroed: there
 * were none. */
typedef struct {
    char *title;
    char *description;
    char *elements;
} MetadataSeen;

void metadata_seen_clear(MetadataSeen *seen);

/* @uri: of an element, else NULL. */
typedef void (*MetadataVisit)(int type, const char *uri, void *opaque);

/** metadata_seen_update: @seen is @def's (NULL: there is no definition) from now
 * on; @visit (nullable): is told each that was another or was not there. */
void metadata_seen_update(MetadataSeen *seen, const DomainDef *def,
                          MetadataVisit visit, void *opaque);
