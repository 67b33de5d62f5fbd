/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/shell/line_editor.h"

#include "cli/shell/complete.h"
#include "cli/text/words.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Before readline's own, which want FILE. */
#include <stdio.h>

#include <readline/history.h>
#include <readline/readline.h>

/* As many lines as anybody looks back for. */
enum { HISTORY_LINES = 500 };

/* For readline's callbacks, which carry no data. */
static struct {
    Tool *tool;
    GStrv matches; /* what the last Tab found; NULL: none asked for */
    unsigned next;
} editor;

static volatile sig_atomic_t was_interrupted;

char *
line_editor_history_path(void)
{
    const char *state = g_getenv("XDG_STATE_HOME");

    /* The XDG specification: a relative path counts as none. */
    if (state && g_path_is_absolute(state))
        return g_build_filename(state, "strandline-history", NULL);
    return g_build_filename(g_get_home_dir(), ".local", "state",
                            "strandline-history", NULL);
}

/* One match a call, each for readline to free. */
static char *
next_match(const char *text G_GNUC_UNUSED, int state)
{
    const char *match = NULL;

    if (state == 0)
        editor.next = 0;
    match = editor.matches[editor.next];
    if (!match)
        return NULL;
    editor.next++;
    /* Within quotes readline has the quote outside of what it replaces. */
    return rl_completion_quote_character ? g_strdup(match) : words_quote(match);
}

/* readline breaks words where ours break; which word of which command it is
 * about is told by the line up to the cursor. */
static char **
complete(const char *text, int start G_GNUC_UNUSED, int end)
{
    g_autofree char *line = g_strndup(rl_line_buffer, (gsize)end);
    g_auto(GStrv) words = words_at_end(line);
    bool is_file = false;

    g_clear_pointer(&editor.matches, g_strfreev);
    editor.matches =
        complete_words(editor.tool, (const char *const *)words, &is_file);
    /* Without this, no match of ours means all files. */
    rl_attempted_completion_over = !is_file;
    rl_filename_completion_desired = is_file;
    if (!editor.matches[0])
        return NULL;
    return rl_completion_matches(text, next_match);
}

/* A blank behind a backslash does not end a word. */
static int
is_escaped(char *text, /* NOLINT(readability-non-const-parameter): its type */
           int index)
{
    int backslashes = 0;

    while (index > backslashes && text[index - backslashes - 1] == '\\')
        backslashes++;
    return backslashes % 2;
}

static void
on_interrupt(int signal G_GNUC_UNUSED)
{
    was_interrupted = 1;
}

/* Waits until @fd can be read or a signal comes: also one that came since the
 * last look, which is why it is let in by the wait alone. */
static void
await_input(int fd)
{
    struct pollfd waited = {.fd = fd, .events = POLLIN};
    sigset_t interrupt;
    sigset_t former;

    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &former);
    /* What readline has caught meanwhile goes to whom it belongs: to
     * on_interrupt(), or it ends the program with the terminal put right. */
    rl_check_signals();
    if (!was_interrupted)
        (void)ppoll(&waited, 1, NULL, &former);
    sigprocmask(SIG_SETMASK, &former, NULL);
    rl_check_signals();
}

/* The next key.  readline's own way of waiting for one goes on after a signal;
 * here Ctrl-C becomes an empty line that is entered. */
static int
read_key(FILE *stream)
{
    unsigned char key = 0;
    ssize_t got = -1;

    await_input(fileno(stream));
    while (!was_interrupted) {
        got = read(fileno(stream), &key, 1);
        if (got == 1)
            return key;
        if (got == 0 || errno != EINTR)
            return EOF;
        await_input(fileno(stream));
    }
    rl_replace_line("", 0);
    return '\n';
}

void
line_editor_open(Tool *tool)
{
    g_autofree char *path = line_editor_history_path();

    editor.tool = tool;
    rl_readline_name = "strandline"; /* for conditions in ~/.inputrc */
    rl_attempted_completion_function = complete;
    rl_completer_word_break_characters = (char *)" \t\n;";
    rl_completer_quote_characters = "'\"";
    rl_char_is_quoted_p = is_escaped;
    rl_getc_function = read_key;
    using_history();
    stifle_history(HISTORY_LINES);
    /* The first time there is none. */
    (void)read_history(path);
}

/* What begins with a blank is not remembered, nor is the same line twice. */
static void
remember(const char *line)
{
    HIST_ENTRY *last = history_length > 0
                           ? history_get(history_base + history_length - 1)
                           : NULL;

    if (!*line || g_ascii_isspace(*line) ||
        (last && strcmp(last->line, line) == 0))
        return;
    add_history(line);
}

char *
line_editor_read(const char *prompt)
{
    struct sigaction action = {.sa_handler = on_interrupt};
    struct sigaction former;
    char *line = NULL;
    char *copy = NULL;

    was_interrupted = 0;
    sigaction(SIGINT, &action, &former);
    line = readline(prompt);
    sigaction(SIGINT, &former, NULL);
    if (line && !was_interrupted)
        remember(line);
    copy = g_strdup(line && was_interrupted ? "" : line);
    free(line);
    return copy;
}

/* The names of machines are nobody else's business: 0600, as readline makes it,
 * in folders that are 0700 where they are new. */
void
line_editor_close(void)
{
    g_autofree char *path = line_editor_history_path();
    g_autofree char *folder = g_path_get_dirname(path);
    mode_t mask = umask(077);
    int problem = 0;

    if (g_mkdir_with_parents(folder, 0700) < 0) {
        problem = errno;
    } else {
        problem = write_history(path);
    }
    umask(mask);
    if (problem != 0) {
        (void)tool_refuse(editor.tool, "Failed to keep the lines in '%s': %s",
                          path, g_strerror(problem));
    }
    g_clear_pointer(&editor.matches, g_strfreev);
}
