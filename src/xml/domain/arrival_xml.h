/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The documents of a machine that comes from elsewhere: the one that runs, and
 * the one that is to be defined, as the destination of a migration reads them. */
#pragma once

#include "model/memory/migration.h"

typedef struct {
    const MigrationCookie *cookie; /* of the source */
    const char *xml;               /* what runs */
    const char *name;              /* nullable: what it is called here */
    const char *persist_xml;       /* nullable: what is to be defined */
    unsigned flags;                /* virDomainMigrateFlags */
} ArrivalWish;

/** arrival_document: (transfer full): what the source sends: @xml, or @dxml
 * (nullable) in its place.  As domain_moved_parse(). */
char *arrival_document(const char *xml, const char *dxml, GError **error);

/** arrival_machine: (transfer full): what is to run here, under its name here.
 * VIR_ERR_INVALID_ARG for a document of another domain, or what a name cannot
 * be; or what domain_xml_parse() says. */
DomainDef *arrival_machine(const ArrivalWish *wish, GError **error);

/** arrival_definition: *@ret_def: (transfer full): what is to be defined once
 * @machine is here; NULL: nothing.  As arrival_machine(). */
bool arrival_definition(const ArrivalWish *wish, const DomainDef *machine,
                        DomainDef **ret_def, GError **error);
