/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What follows when the guest switches itself off.
 *
 * A machine left alone must end by itself, with its bitmaps stored: QEMU's
 * shutdown action is "poweroff".  While a job runs it is "pause", so that the
 * job does not end with the guest; and while a reboot is under way, since the
 * ACPI button only ever asks for power-off.  Whoever next looks at the domain
 * (any call, or the watcher of a connection that wants events) finds QEMU in
 * the state "shutdown" and does what was meant: resets it, or ends it once its
 * jobs are done.
 */
#pragma once

#include "qemu/domain.h"

/** domain_shutdown_reboot: presses the power button, and has the machine reset
 * when it is off. */
bool domain_shutdown_reboot(QemuDomain *vm, GError **error);

/** domain_shutdown_notice: does what is due; cheap when nothing can be. */
bool domain_shutdown_notice(QemuDomain *vm, GError **error);
