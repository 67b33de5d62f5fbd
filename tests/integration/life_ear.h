/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hears the lifecycle events of any number of connections, in one order:
 *
 *     web started 0
 *     web suspended 0
 */
#pragma once

#include <libvirt/libvirt.h>

/** life_listen: to @domain, or to all of @conn (NULL).  Returns: the id of the
 * registration. */
int life_listen(virConnectPtr conn, virDomainPtr domain);

/** life_expect: runs the loop until exactly @expected was heard since the last
 * ask. */
void life_expect(const char *expected);
