/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* strandline: the command-line tool.
 *
 * Reads the options that go before a command, turns what is left into one or
 * several calls, and only when all of them are understood runs them in order.
 * The exit code is that of the last one, as virsh has it.  When nothing is left
 * it is a shell (shell/shell.h).
 */
#include "cli/command.h"
#include "cli/shell/shell.h"

#include <getopt.h>
#include <locale.h>
#include <string.h>

/* Of seconds and of questions to a daemon: a day is for ever. */
enum { NUMBER_LIMIT = 86400 };

static const struct option long_options[] = {
    {"connect", required_argument, NULL, 'c'},
    {"help", no_argument, NULL, 'h'},
    {"keepalive-interval", required_argument, NULL, 'k'},
    {"keepalive-count", required_argument, NULL, 'K'},
    {"quiet", no_argument, NULL, 'q'},
    {"readonly", no_argument, NULL, 'r'},
    {"version", optional_argument, NULL, 'v'},
    {NULL, 0, NULL, 0},
};

/* Short: "help" and the manual have the rest. */
static void
print_usage(const Output *output)
{
    output_print(
        output,
        "strandline [OPTION]... COMMAND [ARGUMENT]...\n"
        "strandline [OPTION]... 'COMMAND [ARGUMENT]... [; COMMAND ...]'\n"
        "strandline [OPTION]...\n"
        "\n"
        "    -c, --connect=URI     where the domains are; without, the value "
        "of\n"
        "                          STRANDLINE_DEFAULT_URI or "
        "LIBVIRT_DEFAULT_URI\n"
        "    -k, --keepalive-interval=SECONDS\n"
        "                          of silence before a daemon is asked if it "
        "is "
        "there: 5;\n"
        "                          0: never\n"
        "    -K, --keepalive-count=NUMBER\n"
        "                          of such questions before it is given up: 6\n"
        "    -q, --quiet           answers only: no confirmations, no table "
        "heads\n"
        "    -r, --readonly        refuse all that changes something\n"
        "    -v, --version[=short] version of the tool\n"
        "    -V, --version=long    with the versions of what it uses\n"
        "    -h, --help            this text\n"
        "\n"
        "'strandline help' lists the commands, 'strandline help COMMAND' "
        "explains one.\n"
        "Without a command, lines of commands are read: at a prompt from a "
        "terminal.\n");
}

/* The short form is a number alone, for scripts. */
static void
print_version(const Output *output, bool is_long)
{
    unsigned long library = 0;

    if (!is_long) {
        output_print(output, "%s\n", PROJECT_VERSION);
        return;
    }
    output_print(output, "strandline %s\n", PROJECT_VERSION);
    if (virGetVersion(&library, NULL, NULL) == 0) {
        output_print(output, "libstrandline %lu.%lu.%lu\n", library / 1000000,
                     library / 1000 % 1000, library % 1000);
    }
    output_print(output, "GLib %u.%u.%u\n", glib_major_version,
                 glib_minor_version, glib_micro_version);
}

/* What the options before the command ask for instead of a command. */
typedef enum {
    INSTEAD_NOTHING,
    INSTEAD_HELP,
    INSTEAD_VERSION,
    INSTEAD_LONG_VERSION,
    INSTEAD_USAGE_ERROR,
} Instead;

static Instead
take_number(const Tool *tool, const char *value, const char *word,
            int *ret_number)
{
    guint64 number = 0;

    if (!g_ascii_string_to_unsigned(value, 10, 0, NUMBER_LIMIT, &number,
                                    NULL)) {
        (void)tool_misuse(tool, "Option '%s' takes a number up to %d", word,
                          NUMBER_LIMIT);
        return INSTEAD_USAGE_ERROR;
    }
    *ret_number = (int)number;
    return INSTEAD_NOTHING;
}

/* @word is where getopt is, for messages. */
static Instead
take_global(Tool *tool, int option, const char *value, const char *word)
{
    switch (option) {
    case 'c':
        g_free(tool->uri);
        tool->uri = g_strdup(value);
        return INSTEAD_NOTHING;
    case 'k':
        return take_number(tool, value, word, &tool->keepalive_interval);
    case 'K':
        return take_number(tool, value, word, &tool->keepalive_count);
    case 'q':
        tool->output.is_quiet = true;
        return INSTEAD_NOTHING;
    case 'r':
        tool->is_readonly = true;
        return INSTEAD_NOTHING;
    case 'h':
        return INSTEAD_HELP;
    /* With virsh's long form --version=long; "short" is what none means. */
    case 'v':
        return g_strcmp0(value, "long") == 0 ? INSTEAD_LONG_VERSION
                                             : INSTEAD_VERSION;
    case 'V':
        return INSTEAD_LONG_VERSION;
    case ':':
        (void)tool_misuse(tool,
                          "Option '%s' needs a value; see 'strandline "
                          "--help'",
                          word);
        return INSTEAD_USAGE_ERROR;
    default:
        (void)tool_misuse(tool,
                          "There is no option '%s' before a command; see "
                          "'strandline --help'",
                          word);
        return INSTEAD_USAGE_ERROR;
    }
}

/* All options before the command are read even when one of them asks for help,
 * so that a mistake is found. */
static Instead
parse_globals(Tool *tool, int argc, char **argv)
{
    Instead instead = INSTEAD_NOTHING;

    while (true) {
        const char *word = argv[optind];
        /* '+': the first word that is no option is the command.  ':': errors
         * are ours to report. */
        int option =
            getopt_long(argc, argv, "+:c:hk:K:qrvV", long_options, NULL);
        Instead asked = INSTEAD_NOTHING;

        if (option == -1)
            return instead;
        asked = take_global(tool, option, optarg, word);
        if (asked == INSTEAD_USAGE_ERROR)
            return asked;
        /* The last of them counts, and mistakes behind it are still found. */
        if (asked != INSTEAD_NOTHING)
            instead = asked;
    }
}

/* What was asked instead of a command comes first, and needs no connection. */
static CommandResult
run_tool(Tool *tool, int argc, char **argv)
{
    Instead instead = parse_globals(tool, argc, argv);

    switch (instead) {
    case INSTEAD_USAGE_ERROR:
        return RESULT_USAGE;
    case INSTEAD_HELP:
        print_usage(&tool->output);
        return RESULT_DONE;
    case INSTEAD_VERSION:
    case INSTEAD_LONG_VERSION:
        print_version(&tool->output, instead == INSTEAD_LONG_VERSION);
        return RESULT_DONE;
    case INSTEAD_NOTHING:
        break;
    }
    if (!argv[optind])
        return shell_run(tool, stdin);
    return command_run(tool, argv + optind);
}

/* The library's default event loop is registered before anything is opened:
 * events and Ctrl-C go through it. */
int
main(int argc, char **argv)
{
    g_auto(Tool) tool = {.output = {.out = stdout, .err = stderr},
                         .keepalive_interval = 5,
                         .keepalive_count = 6};
    CommandResult result = RESULT_DONE;

    setlocale(LC_ALL, "");
    tool_watch_errors();
    /* Before the connection, or it would have no events. */
    if (virInitialize() < 0 || virEventRegisterDefaultImpl() < 0)
        return tool_fail(&tool, "Failed to set up the library");
    result = run_tool(&tool, argc, argv);
    /* A full disk or a closed pipe: an answer that nobody got is no success. */
    if (fflush(stdout) != 0 || ferror(stdout))
        result = tool_refuse(&tool, "Failed to write to standard output");
    return result;
}
