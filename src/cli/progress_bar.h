/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far a long operation is, on stderr.
 *
 * On a terminal one line that is drawn anew; elsewhere, in logs, a line
 * whenever another tenth is done.  Nothing at all when quiet.
 */
#pragma once

#include "cli/output.h"

typedef struct ProgressBar ProgressBar;

/** progress_bar_new: @title is copied; @output must outlive the bar. */
ProgressBar *progress_bar_new(const char *title, const Output *output);

/** progress_bar_free: ends the line that a terminal shows. */
void progress_bar_free(ProgressBar *bar);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProgressBar, progress_bar_free)

/** progress_bar_update: @done of @total bytes; a @total of 0 is not known
 * yet and shows nothing. */
void progress_bar_update(ProgressBar *bar, unsigned long long done,
                         unsigned long long total);

/** progress_bar_end: ends the line that a terminal shows, so that other text can
 * follow; a later update begins a new one. */
void progress_bar_end(ProgressBar *bar);
