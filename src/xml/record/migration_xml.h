/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is written down of a migration: a <migration> in the record of its job,
 * and the cookie that goes to the other side. */
#pragma once

#include "model/memory/migration.h"
#include "xml/reader.h"
#include "xml/writer.h"

void migration_xml_write(Writer *writer, const Migration *migration);
/** migration_xml_parse: VIR_ERR_XML_ERROR. */
Migration *migration_xml_parse(xmlNode *node, GError **error);

char *migration_cookie_format(const MigrationCookie *cookie);
/** migration_cookie_question: (transfer full): a cookie of @migration for a
 * source that asks its destination: the machine @uuid and the migration are all
 * that matters by then. */
char *migration_cookie_question(const Migration *migration,
                                const unsigned char *uuid);
/** migration_cookie_parse: @text came from elsewhere.  VIR_ERR_XML_ERROR. */
MigrationCookie *migration_cookie_parse(const char *text, GError **error);
