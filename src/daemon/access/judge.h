/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who may do what: each call is held against the access drivers that the settings
 * name, and all of them have to give what it needs.
 *
 * The permissions that a call needs are those of its public call, in the table
 * of api/access.h: no procedure can be forgotten here.
 */
#pragma once

#include "daemon/access/policy.h"
#include "daemon/serve.h"

/** judge_access: for the sessions of the one daemon that there is; @policy is
 * the driver "file" (nullable), @asks_polkit is the other; NULL if there is
 * neither.  The client of a call is a Client. */
const ServeAccess *judge_access(Policy *policy, bool asks_polkit);
