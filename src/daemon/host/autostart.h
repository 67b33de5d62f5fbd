/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Machines that are marked to start with the host (virDomainSetAutostart()).
 *
 * They are started once after each boot, by the first daemon that runs: one that
 * is started again meanwhile leaves alone what somebody has shut off since.  A
 * file in the folder of the sockets says for which boot it has been done, as
 * libvirt's does.  The mark comes first: a machine whose start kills the daemon
 * does not do so for ever.
 */
#pragma once

#include "daemon/session.h"

typedef struct Autostart Autostart;

/** autostart_begin: in a thread of its own, since clients are answered
 * meanwhile.  What fails is logged, and the next machine is tried.
 * @folder: of the mark.
 * Returns: NULL if there is nothing to do. */
Autostart *autostart_begin(const SessionHost *host, const char *folder);

/** autostart_free: waits for the machine that is being started; the others are
 * left.  Accepts NULL. */
void autostart_free(Autostart *autostart);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Autostart, autostart_free)
