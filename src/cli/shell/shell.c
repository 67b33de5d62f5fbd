/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/shell/shell.h"

#include "cli/command.h"
#include "cli/shell/line_editor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A script's line may hold a document for a monitor; it is still no file. */
enum { LINE_LIMIT = 1024 * 1024 };

static CommandResult
run_line(Tool *tool, char *line)
{
    char *arguments[] = {line, NULL};
    CommandResult result = command_run(tool, arguments);

    /* Whoever reads a pipe waits for the answer to this line. */
    fflush(tool->output.out);
    return result;
}

/* Blank lines and comments change nothing, also not the result. */
static bool
is_idle(const char *line)
{
    line += strspn(line, " \t\r\n;");
    return *line == '\0' || *line == '#';
}

static CommandResult
run_script(Tool *tool, FILE *input)
{
    CommandResult result = RESULT_DONE;
    char *line = NULL;
    size_t size = 0;

    while (!tool->wants_quit) {
        ssize_t length = getline(&line, &size, input);

        if (length < 0)
            break;
        if (length > LINE_LIMIT || memchr(line, '\0', (size_t)length)) {
            result = tool_misuse(tool,
                                 "A line of the input has a NUL byte, or more "
                                 "than %d bytes: it is no command",
                                 LINE_LIMIT);
            continue;
        }
        if (is_idle(line))
            continue;
        result = run_line(tool, line);
        /* Ctrl-C was meant for the script. */
        if (result == RESULT_INTERRUPTED)
            break;
    }
    free(line);
    if (ferror(input))
        result = tool_refuse(tool, "Failed to read the standard input");
    return result;
}

static CommandResult
run_dialogue(Tool *tool)
{
    const char *prompt = tool->is_readonly ? "strandline > " : "strandline # ";
    CommandResult result = RESULT_DONE;

    output_say(&tool->output,
               "strandline %s: 'help' lists the commands, "
               "'quit' ends\n\n",
               PROJECT_VERSION);
    line_editor_open(tool);
    while (!tool->wants_quit) {
        g_autofree char *line = line_editor_read(prompt);

        if (!line) {
            output_say(&tool->output, "\n"); /* where Ctrl-D has no echo */
            break;
        }
        if (!is_idle(line))
            result = run_line(tool, line);
        /* "connect --readonly" may have come by. */
        prompt = tool->is_readonly ? "strandline > " : "strandline # ";
    }
    line_editor_close();
    return result;
}

CommandResult
shell_run(Tool *tool, FILE *input)
{
    tool->is_shell = true;
    if (input == stdin && isatty(STDIN_FILENO))
        return run_dialogue(tool);
    return run_script(tool, input);
}
