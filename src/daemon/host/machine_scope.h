/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A scope of systemd's for each machine.
 *
 * KillMode=process lets machines outlive the daemon, but in its control group they
 * would go on sharing its limits, and be killed last and without order when the
 * host goes down.  In a scope a machine stands by itself (machine.slice), is
 * stopped behind strandline-guests.service, and shows in systemd-cgls by its name.
 */
#pragma once

enum { MACHINE_SCOPE_MS = 5000 };

/** machine_scope_begin: from now on systemd is asked for one, for each QEMU that
 * is started, if systemd has started us; otherwise nothing is done.  It is given
 * @answer_ms to answer, in a thread of its own: a start waits for none of it.
 * What fails is logged, and that machine stays in our control group. */
void machine_scope_begin(unsigned answer_ms);

/** machine_scope_end: what is not asked yet is not asked any more. */
void machine_scope_end(void);
