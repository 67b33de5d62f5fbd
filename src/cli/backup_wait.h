/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for a push backup: what "backup-begin --wait" does after the start.
 *
 * Any other process may ask about the job meanwhile, end it or abort it, and
 * the machine may go away; so nothing is believed but what the library says of
 * the job each time.  The job-completed event only saves the wait for the next
 * question.
 */
#pragma once

#include "cli/tool.h"

/** backup_wait: shows progress until the backup @id of @domain is done, ends
 * the job and reports.  Ctrl-C aborts the job.
 * Returns: RESULT_DONE when the backup is complete; RESULT_INTERRUPTED after
 * Ctrl-C; else RESULT_FAILED. */
CommandResult backup_wait(const Tool *tool, virDomainPtr domain, int id);
