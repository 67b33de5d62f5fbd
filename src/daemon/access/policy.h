/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The access driver "file": who may do what, from a plain file; one rule a line, the first that fits
 * decides, and what none fits is denied:
 *
 *     allow  user:alice  domain:checkpoint,domain:block-write  web*
 *     deny   group:guests  *  secret
 *     allow  *  read  *
 *
 * A word each for allow or deny; whom (user:NAME or number, group:NAME or
 * number, x509:GLOB of the name in a certificate, sasl:GLOB of the
 * name that SASL found out, *); permissions by their names (api/access.h), "read" for those of a
 * read-only connection, or * (all but ACCESS_LIKE_ROOT, which are named or not
 * given); and the names of domains, by glob.  A rule
 * without domains is for all, and for calls about none.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

typedef struct Policy Policy;

/** policy_load: VIR_ERR_CONF_SYNTAX naming the line; VIR_ERR_OPERATION_DENIED
 * if somebody else than root and we could have written it. */
Policy *policy_load(const char *path, GError **error);
/** policy_free: accepts NULL. */
void policy_free(Policy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Policy, policy_free)

/** policy_reload: reads the file again; on failure all stays as it was. */
bool policy_reload(Policy *policy, GError **error);

/* Who asks: all that is known of it. */
typedef struct {
    uid_t uid;            /* -1: nobody of this host */
    const GArray *groups; /* of gid_t */
    const char *x509;     /* nullable: the name in its certificate */
    const char *sasl;     /* nullable: that by which SASL knows it */
} PolicySubject;

/** policy_allows: whether all of @permissions (of Access) are given to
 * @subject, on the domain @name (NULL: on the connection). */
bool policy_allows(Policy *policy, const PolicySubject *subject,
                   unsigned permissions, const char *name);
