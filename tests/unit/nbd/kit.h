/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An NBD server on one end of a socket pair: nbdkit, for a single client. */
#pragma once

#include <glib.h>

/** kit_start: (returns) our end, connected.  @arguments of nbdkit, split at
 * blanks.  The server ends with the connection, and with the test. */
int kit_start(const char *arguments, GPid *ret_pid);
void kit_stop(GPid pid);
