/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A document given to the user's editor, and what came of it to the library.
 *
 * The editor is $VISUAL, else $EDITOR, else vi; it gets a file of the user's
 * alone.  What the library refuses can be edited again, if there is a terminal
 * to ask at; else the file is kept and named, so that nobody types twice.
 */
#pragma once

#include "cli/tool.h"

/** EditorApply: takes the document that the user wrote.
 * Returns: RESULT_DONE, or RESULT_FAILED after reporting. */
typedef CommandResult (*EditorApply)(Tool *tool, const char *text, void *data);

/** editor_run: has @text edited and gives the outcome to @apply with @data; if
 * it was left as it is, says so with @unchanged and applies nothing. */
CommandResult editor_run(Tool *tool, const char *text, const char *unchanged,
                         EditorApply apply, void *data);
