/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Flags that have one number in our headers and another in libvirt's programs.
 *
 * The headers keep the proposal's numbers where it came first.  libvirt's two
 * programs carry libvirt's; STRANDLINE's carries ours, and needs nothing of
 * this.  These are all that differ: the rest is numbered alike.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/** flags_backup_begin_to_libvirt: virDomainBackupBeginFlags for REMOTE.
 * VIR_ERR_NO_SUPPORT for one that libvirt has no number for. */
bool flags_backup_begin_to_libvirt(unsigned flags, unsigned *ret_wire,
                                   GError **error);
/** flags_backup_begin_from_libvirt: VIR_ERR_INVALID_ARG for one that is
 * unknown. */
bool flags_backup_begin_from_libvirt(unsigned wire, unsigned *ret_flags,
                                     GError **error);
