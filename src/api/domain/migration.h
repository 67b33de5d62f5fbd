/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A migration from phase to phase (driver/driver.h: MigrationStep). */
#pragma once

#include "driver/driver.h"

/* What the callers of all the virDomainMigrate...() can ask for. */
typedef struct {
    const char *dxml;             /* nullable */
    const char *name;             /* nullable */
    const char *uri;              /* nullable: of the stream */
    const char *persist_xml;      /* nullable */
    unsigned long long bandwidth; /* MiB/s; 0: no limit of its own */
    unsigned flags;               /* virDomainMigrateFlags */
} MigrationWish;

/** migration_wish_read: of typed parameters.  VIR_ERR_INVALID_ARG, or
 * VIR_ERR_ARGUMENT_UNSUPPORTED for those that libvirt has and nobody here. */
bool migration_wish_read(virTypedParameterPtr params, unsigned nparams,
                         MigrationWish *ret_wish, GError **error);

/** migration_step: as each phase has it before there is a cookie; borrows of
 * @wish. */
MigrationStep migration_step(const MigrationWish *wish);

/** migration_lead: moves @domain to @dconn.  Returns the domain there, or NULL:
 * it is where it was then. */
virDomainPtr migration_lead(virDomainPtr domain, virConnectPtr dconn,
                            const MigrationWish *wish, GError **error);
