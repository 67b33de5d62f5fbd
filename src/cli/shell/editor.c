/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/shell/editor.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* The editor's words: a variable may hold options as well. */
static bool
editor_words(const Tool *tool, const char *path, GStrv *ret_words)
{
    const char *command = g_getenv("VISUAL");
    g_autofree char *file = g_shell_quote(path);
    g_autofree char *line = NULL;
    g_autoptr(GError) error = NULL;

    if (!command || !*command)
        command = g_getenv("EDITOR");
    if (!command || !*command)
        command = "vi";
    line = g_strjoin(" ", command, file, NULL);
    if (!g_shell_parse_argv(line, NULL, ret_words, &error)) {
        (void)tool_refuse(tool,
                          "Failed to understand the editor '%s' (of VISUAL or "
                          "EDITOR): %s",
                          command, error->message);
        return false;
    }
    return true;
}

/* The user's terminal is the editor's: its streams are ours. */
static bool
run_editor(const Tool *tool, const char *path)
{
    g_auto(GStrv) words = NULL;
    g_autoptr(GError) error = NULL;
    int status = 0;

    if (!editor_words(tool, path, &words))
        return false;
    fflush(tool->output.out);
    if (!g_spawn_sync(NULL, words, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_CHILD_INHERITS_STDIN, NULL,
                      NULL, NULL, NULL, &status, &error) ||
        !g_spawn_check_wait_status(status, &error)) {
        (void)tool_refuse(tool, "Failed to edit with '%s': %s", words[0],
                          error->message);
        return false;
    }
    return true;
}

/* (transfer full) (nullable): a new file with @text; 0600, as a document may
 * hold a password. */
static char *
write_file(const Tool *tool, const char *text)
{
    g_autofree char *path =
        g_build_filename(g_get_tmp_dir(), "strandline-XXXXXX.xml", NULL);
    int fd = g_mkstemp(path);
    size_t length = strlen(text);
    ssize_t written = -1;

    if (fd >= 0) {
        written = write(fd, text, length);
        close(fd);
    }
    if (written < 0 || (size_t)written != length) {
        (void)tool_refuse(tool, "Failed to write the file '%s' to edit: %s",
                          path, g_strerror(errno));
        if (fd >= 0)
            g_unlink(path);
        return NULL;
    }
    return g_steal_pointer(&path);
}

/* Without a terminal nobody can answer. */
static bool
asks_again(const Tool *tool)
{
    char answer[16] = "";

    if (!isatty(STDIN_FILENO))
        return false;
    output_print(&tool->output, "Failed. Try again? [y,n]: ");
    fflush(tool->output.out);
    if (!fgets(answer, sizeof(answer), stdin))
        return false;
    return g_ascii_tolower(answer[0]) == 'y';
}

CommandResult
editor_run(Tool *tool, const char *text, const char *unchanged,
           EditorApply apply, void *data)
{
    g_autofree char *path = write_file(tool, text);
    CommandResult result = RESULT_FAILED;
    bool is_lost = false; /* nothing of the user's is in the file */

    while (path) {
        g_autofree char *edited = NULL;

        is_lost = true;
        if (run_editor(tool, path))
            edited = tool_read_file(tool, path);
        if (!edited)
            break;
        if (strcmp(edited, text) == 0) {
            output_print(&tool->output, "%s\n", unchanged);
            result = RESULT_DONE;
            break;
        }
        result = apply(tool, edited, data);
        is_lost = result == RESULT_DONE;
        if (is_lost || !asks_again(tool))
            break;
    }
    if (path && is_lost) {
        g_unlink(path);
    } else if (path) {
        (void)tool_refuse(tool, "What was written is kept in '%s'", path);
    }
    return result;
}
