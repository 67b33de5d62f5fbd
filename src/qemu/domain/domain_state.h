/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state of a domain that runs, as QEMU says it and as libvirt names it.
 *
 * QEMU knows whether the guest's processors run; why they do is partly our own
 * knowledge (booted, paused by the user) and kept in the record.
 */
#pragma once

#include "qemu/domain.h"

/** domain_state_map: the state and reason for QEMU's @status ("running",
 * "paused", "io-error"), when it was @state and @reason before. */
void domain_state_map(const char *status, int state, int reason, int *ret_state,
                      int *ret_reason);

/** domain_state_refresh: asks QEMU and updates @vm->state and ->reason, on disk
 * too if they changed: everyone is to compare with what was seen last.  A QEMU
 * that does not answer leaves them as they were: false. */
bool domain_state_refresh(QemuDomain *vm);

/** domain_state_is_known: QEMU was asked, and has told of nothing since. */
bool domain_state_is_known(const QemuDomain *vm);
/** domain_state_look: domain_state_refresh(), unless it is known: for those who
 * only tell it. */
bool domain_state_look(QemuDomain *vm);

/** domain_state_set: after we changed it: in memory, on disk, and as an event
 * (@event -1: none). */
bool domain_state_set(QemuDomain *vm, int state, int reason, int event,
                      int detail, GError **error);
