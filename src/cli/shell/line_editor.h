/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines that a person types at a terminal: edited, completed, remembered.
 *
 * The one place that knows GNU readline, which keeps everything in globals: so
 * there is one editor at a time.  Ctrl-C throws away the line that is being
 * typed; what was entered is kept in a file for the next time.
 */
#pragma once

#include "cli/tool.h"

/** line_editor_open: reads the history of former times.  @tool answers what is
 * completed, and outlives the editor. */
void line_editor_open(Tool *tool);

/** line_editor_read: (transfer full): the next line, without its end; "" after
 * Ctrl-C; NULL at the end of input. */
char *line_editor_read(const char *prompt);

/** line_editor_close: writes the history. */
void line_editor_close(void);

/** line_editor_history_path: (transfer full): strandline-history in the folder
 * for a user's state ($XDG_STATE_HOME, else ~/.local/state). */
char *line_editor_history_path(void);
