/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every driver refuses of a domain's definition, in the same words.
 *
 * The rules are about values that a driver knows, and keep nothing.  A driver
 * asks them under its lock and before it has changed anything.
 */
#pragma once

#include "model/domain.h"

#include <libvirt/libvirt-domain.h>

/* The flags that undefining knows.  Those of what no driver here has (a TPM, a
 * saved image) ask for nothing. */
enum {
    DOMAIN_RULES_UNDEFINE_FLAGS =
        VIR_DOMAIN_UNDEFINE_MANAGED_SAVE |
        VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA | VIR_DOMAIN_UNDEFINE_NVRAM |
        VIR_DOMAIN_UNDEFINE_KEEP_NVRAM |
        VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA | VIR_DOMAIN_UNDEFINE_TPM |
        VIR_DOMAIN_UNDEFINE_KEEP_TPM,
};

/** domain_rules_check_free: @holder: the UUID of the domain that is called
 * @name, NULL if there is none; it may be that of @uuid itself. */
bool domain_rules_check_free(const char *name, const unsigned char *uuid,
                             const unsigned char *holder, GError **error);

/** domain_rules_check_kept: the domain of @uuid is called @known; a new name for
 * a known UUID is a rename, which is a call of its own, as in libvirt. */
bool domain_rules_check_kept(const unsigned char *uuid, const char *known,
                             const char *name, GError **error);

/** domain_rules_check_rename: whether @new_name is free is not asked here. */
bool domain_rules_check_rename(const char *name, bool is_active,
                               const char *new_name, GError **error);

/** domain_rules_impact: what @flags (virDomainModificationImpact) mean for a
 * domain like this: LIVE, CONFIG or both.  VIR_ERR_OPERATION_INVALID: it has
 * not got that. */
bool domain_rules_impact(const char *name, bool is_active, bool is_persistent,
                         unsigned flags, unsigned *ret_impact, GError **error);

bool domain_rules_check_undefine(const char *name, bool is_persistent,
                                 GError **error);
/** domain_rules_check_left: undefining would make the @count checkpoints or
 * snapshots (@what) unreachable: what must not be lost is given up expressly. */
bool domain_rules_check_left(const char *name, unsigned count, const char *what,
                             GError **error);

/** domain_rules_vcpus: virDomainGetVcpusFlags() of a domain that is @live
 * (nullable) and defined as @config (nullable).  -1 on error. */
int domain_rules_vcpus(const DomainDef *live, const DomainDef *config,
                       unsigned flags, GError **error);

bool domain_rules_check_autostart(const char *name, bool is_persistent,
                                  GError **error);

/** domain_rules_check_managed: @has_image: the memory of @name is kept, to be
 * gone on from: VIR_ERR_OPERATION_INVALID; @what was not done ("rename the
 * domain"). */
bool domain_rules_check_managed(const char *name, bool has_image,
                                const char *what, GError **error);

/** domain_rules_runs_restored: whether a restored guest is to run: @was_running
 * unless @flags (virDomainSaveRestoreFlags) say. */
bool domain_rules_runs_restored(unsigned flags, bool was_running);

/* Where a machine's state comes from: so say reasons and events. */
typedef enum {
    DOMAIN_FROM_NOTHING,
    DOMAIN_FROM_SNAPSHOT,
    DOMAIN_FROM_SAVE,
    DOMAIN_FROM_ELSEWHERE, /* a migration */
} DomainOrigin;

typedef struct {
    int running;   /* virDomainRunningReason */
    int paused;    /* virDomainPausedReason */
    int started;   /* virDomainEventStartedDetailType */
    int suspended; /* virDomainEventSuspendedDetailType */
    int operation; /* virDomainJobOperation of the loading */
} DomainOriginWords;

/** domain_rules_origin: what is said of a machine that runs, and of one that
 * does not. */
const DomainOriginWords *domain_rules_origin(DomainOrigin origin);

/** domain_rules_stop_detail: the virDomainEventStoppedDetailType of @reason
 * (virDomainShutoffReason). */
int domain_rules_stop_detail(int reason);
