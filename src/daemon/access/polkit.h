/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* polkit, asked over the system bus whether a process may do something. */
#pragma once

#include "daemon/peer.h"

#include <stdbool.h>

/* What there is to be asked: libvirt's names of actions, under our prefix. */
#define POLKIT_MANAGE  "org.strandline.unix.manage"  /* come in */
#define POLKIT_MONITOR "org.strandline.unix.monitor" /* the same, to look */

/* More about it, for rules. */
typedef struct {
    const char *name; /* "domain_name" */
    const char *value;
} PolkitDetail;

/** polkit_allows: whether @peer may do @action, about which @details (ended by
 * one without a name; nullable) are told.  @may_ask: its user may be asked for a
 * password, which takes as long as it takes, up to 25 seconds, and not ten.
 * Returns: whether there was an answer, which is *@ret_may; otherwise
 * VIR_ERR_AUTH_UNAVAILABLE. */
bool polkit_allows(const ClientPeer *peer, const char *action,
                   const PolkitDetail *details, bool may_ask, bool *ret_may,
                   GError **error);

/** polkit_action: of the permission @access_name: "domain:read-secure" is
 * "org.strandline.api.domain.read-secure". */
char *polkit_action(const char *access_name);
