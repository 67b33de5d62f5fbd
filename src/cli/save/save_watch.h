/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far a save or a dump is, while the call that makes it has not returned:
 * --verbose.
 *
 * A thread of its own runs the library's loop, asks for the job a few times a
 * second, and gives it up when Ctrl-C comes; the call itself stays where it is,
 * so that its error is told as any other.
 */
#pragma once

#include "cli/tool.h"

typedef struct SaveWatch SaveWatch;

/** save_watch_begin: before the call; @title is what the line begins with. */
SaveWatch *save_watch_begin(const Tool *tool, virDomainPtr domain,
                            const char *title);

/** save_watch_end: after it; @is_done: how it returned.  Frees @watch (nullable:
 * nobody wanted to see anything).
 * Returns: RESULT_DONE; else RESULT_INTERRUPTED or RESULT_FAILED, which the caller
 * reports. */
CommandResult save_watch_end(SaveWatch *watch, bool is_done);
