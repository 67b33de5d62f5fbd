/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Command lines run against the fake driver, as somebody at a console would.
 *
 *     g_autoptr(Said) said = console_run("start web --paused");
 *
 *     said_call(said, "domain_create flags=0x1");
 *     said_out(said, "Domain 'web' started\n\n");
 */
#pragma once

#include "capture.h"
#include "cli/command.h"
#include "fake_driver.h"

typedef struct {
    char *line;
    CommandResult result;
    Capture *capture;
    char *last_call; /* of the driver */
} Said;

/** console_run: runs @line on fake:///, as @fake was set (it is not reset). */
Said *console_run(const char *line);
/** console_run_with: with options before the command: a URI, quiet. */
Said *console_run_with(const char *uri, bool is_quiet, const char *line);
void said_free(Said *said);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Said, said_free)

/** said_done: it succeeded, having asked @call of the driver last. */
void said_done(Said *said, const char *call);
/** said_out: and printed exactly this. */
void said_out(Said *said, const char *text);
/** said_refused: it ended with @result, saying @text among its errors. */
void said_refused(Said *said, CommandResult result, const char *text);

/* A line, what it asks of the driver, and what it prints. */
typedef struct {
    const char *line;
    const char *call;
    const char *out; /* (nullable): not looked at */
} ConsoleCase;

/** console_check: each of the @cases (which end with a NULL line). */
void console_check(const ConsoleCase *cases);

/** console_check_misuse: each of the @lines is not understood (NULL ends), and
 * nothing is asked of the driver. */
void console_check_misuse(const char *const *lines);
