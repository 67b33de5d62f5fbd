/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a server wants to know of whoever sits before the terminal. */
#pragma once

#include <libvirt/libvirt.h>
#include <stdbool.h>

/** ask_open: a connection; the terminal is asked for what no file says.  NULL
 * with the thread's error. */
virConnectPtr ask_open(const char *uri, bool is_readonly);
