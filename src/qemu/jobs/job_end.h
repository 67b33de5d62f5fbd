/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How every job of the QEMU driver ends, whatever it did.
 *
 *     decide: the outcome goes on record, since QEMU forgets it with its job
 *     ...     what the job used is given back, in steps that can be repeated
 *     close:  the record says that it is over; then the event
 *
 * Who dies in between has left a job that is ENDING, and the next look at the
 * domain goes through the same steps again.
 */
#pragma once

#include "model/job.h"
#include "qemu/domain.h"

/** job_end_decide: @outcome and @why (nullable) count only for the first who says
 * so: a repetition finds them on record. */
bool job_end_decide(QemuDomain *vm, Job *job, JobOutcome outcome,
                    const char *why, GError **error);

/** job_end_close: everything is given back; @state: ENDED, or DONE if somebody
 * has still to call its end.  The event comes last, for nobody can be sent it
 * twice. */
bool job_end_close(QemuDomain *vm, Job *job, JobState state, GError **error);
