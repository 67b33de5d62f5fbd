/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One run of the tool: its connection, and how a command reports failure.
 *
 * The connection is opened when the first command needs it, so that help works
 * without one.  Machines are reached through the public headers only, as a
 * stranger's program would: what this tool cannot do with them, nobody can.
 *
 * A failure is reported where it happens, in two lines: what the command was
 * about, then the library's reason.
 */
#pragma once

#include "cli/options.h"
#include "cli/output.h"

#include <libvirt/libvirt.h>

/* These are exit codes; the manual promises them. */
typedef enum {
    RESULT_DONE = 0,
    RESULT_FAILED = 1,
    RESULT_USAGE = 2,
    RESULT_INTERRUPTED = 130, /* 128 + SIGINT, as shells have it */
} CommandResult;

typedef struct {
    Output output;
    char *uri; /* nullable: what the library takes when nothing is said */
    bool is_readonly;
    int keepalive_interval; /* seconds; 0: a silent daemon is waited for */
    int keepalive_count;
    virConnectPtr connection; /* nullable: not opened yet; owned */
    bool is_shell;            /* lines come one by one, and "cd" has a use */
    bool wants_quit;          /* "quit" was run: what follows is not */
} Tool;

/** tool_watch_errors: from now on what the library reports is kept for
 * tool_fail().  virGetLastError() would not do: it forgets with the next call,
 * and naming the domain in a sentence is one. */
void tool_watch_errors(void);

void tool_clear(Tool *tool);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tool, tool_clear)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomain, virDomainFree)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainCheckpoint, virDomainCheckpointFree)

/** tool_connect: the connection (owned by @tool), a new one if the daemon of the
 * last one has gone, which is reported; NULL after reporting why there is
 * none. */
virConnectPtr tool_connect(Tool *tool);

/** tool_connect_quietly: likewise, reporting nothing. */
virConnectPtr tool_connect_quietly(Tool *tool);

/** tool_look_up: (transfer full) (nullable): the domain that @text names, by id,
 * UUID or name in this order; NULL with nothing reported. */
virDomainPtr tool_look_up(virConnectPtr connection, const char *text);

/** tool_forget_error: the failure was none, or was expected. */
void tool_forget_error(void);

/** tool_find_domain: (transfer full): the domain that --domain names, by id,
 * UUID or name in this order; NULL after reporting. */
virDomainPtr tool_find_domain(Tool *tool, const Options *options);

/** tool_fail: prints @format, then what the library reported last.
 * Returns: RESULT_FAILED. */
CommandResult tool_fail(const Tool *tool, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/** tool_refuse: prints @format; for what the tool itself cannot do.
 * Returns: RESULT_FAILED. */
CommandResult tool_refuse(const Tool *tool, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/** tool_misuse: prints @format; for what was asked in a way that has no
 * meaning.  Returns: RESULT_USAGE. */
CommandResult tool_misuse(const Tool *tool, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/** tool_read_file: (transfer full): the text of @path ("-": stdin), up to
 * 10 MiB; NULL after reporting. */
char *tool_read_file(const Tool *tool, const char *path);

/** tool_print_document: prints the XML @text with a line's end after it, or what
 * --xpath chooses of it.  Returns: RESULT_DONE, or RESULT_USAGE after reporting
 * that the expression is none. */
CommandResult tool_print_document(const Tool *tool, const Options *options,
                                  const char *text);

/* The options that it knows. */
#define OPTIONS_XPATH                                                       \
    {"xpath", "only what this expression chooses", OPTION_STRING,           \
     .is_named_only = true},                                                \
    {                                                                       \
        "wrap", "with --xpath: as one document, below <nodes>", OPTION_FLAG \
    }
