/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ctrl-C (and SIGTERM) as something to be asked about, not to die of.
 *
 * For commands that wait in the library's event loop and have something to
 * tidy up: while an Interrupt lives, the first signal wakes the loop and is
 * remembered; a second one ends the program as it always does.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Interrupt Interrupt;

/** interrupt_new: one at a time.  (nullable): without the signals being
 * caught when the event loop does not take it. */
Interrupt *interrupt_new(void);
void interrupt_free(Interrupt *interrupt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Interrupt, interrupt_free)

bool interrupt_seen(const Interrupt *interrupt);
