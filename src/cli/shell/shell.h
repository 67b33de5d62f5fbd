/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tool without a command: lines of commands, one after the other.
 *
 * From a terminal they are typed at a prompt, edited and completed; from a pipe
 * or a file they are a script, and nothing but answers is printed.  The
 * connection is kept from line to line.
 */
#pragma once

#include "cli/tool.h"

#include <stdio.h>

/** shell_run: until "quit" or the end of @input.  A line that is not understood
 * or fails does not keep the next ones from running.
 * Returns: the result of the last command. */
CommandResult shell_run(Tool *tool, FILE *input);
