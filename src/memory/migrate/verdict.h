/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a machine that moves has arrived, for all hosts of this process.
 *
 * The moment at which a verdict becomes VERDICT_HERE is the one at which a
 * migration succeeds.  It is not a host's: the source asks whoever of the
 * process has its machine, and a host of test:///FILE is nobody's to find.  What
 * another process has cannot be asked, and is VERDICT_UNKNOWN.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef enum {
    VERDICT_UNKNOWN,
    VERDICT_AWAITED,
    VERDICT_HERE,
    VERDICT_CALLED_OFF, /* it will not be here any more */
} Verdict;

/** memory_verdict_await: a destination of this process awaits @id. */
void memory_verdict_await(const char *id);
/** memory_verdict_pass: it is here; false: it was called off before. */
bool memory_verdict_pass(const char *id);
/** memory_verdict_ask: HERE, CALLED_OFF (from now on, if it was awaited), or
 * UNKNOWN. */
Verdict memory_verdict_ask(const char *id);
/** memory_verdict_forget: nobody will ask again. */
void memory_verdict_forget(const char *id);
