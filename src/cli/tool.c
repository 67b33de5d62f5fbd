/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/tool.h"

#include "cli/shell/ask.h"
#include "cli/text/xpath.h"

#include <errno.h>
#include <libvirt/virterror.h>
#include <limits.h>
#include <string.h>

/* No document that a person writes comes near this. */
#define FILE_LIMIT (10UL * 1024 * 1024)

/* What the library reported last; NULL: nothing since it was printed.  For the
 * process, as the library's handler is. */
static _Thread_local char *reported;

static void
on_error(void *data G_GNUC_UNUSED, virErrorPtr error)
{
    /* The last report counts: the library reports once a failed call. */
    g_free(reported);
    reported = g_strdup(error->message);
}

void
tool_watch_errors(void)
{
    virSetErrorFunc(NULL, on_error);
}

/* Also between two connections of one run. */
void
tool_clear(Tool *tool)
{
    if (tool->connection)
        virConnectClose(tool->connection);
    /* A tool can be used again: "connect" does. */
    tool->connection = NULL;
    g_clear_pointer(&tool->uri, g_free);
    g_clear_pointer(&reported, g_free);
}

static void
print_error(const Tool *tool, const char *format, va_list args)
{
    g_autofree char *sentence = g_strdup_vprintf(format, args);

    output_error(&tool->output, "%s", sentence);
}

/* For failures of the library: our sentence, then its reason. */
CommandResult
tool_fail(const Tool *tool, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_error(tool, format, args);
    va_end(args);
    if (reported)
        output_error(&tool->output, "%s", reported);
    /* Told once: the next failure must not repeat it. */
    tool_forget_error();
    return RESULT_FAILED;
}

/* For what the tool itself cannot do: there is no reason but the sentence. */
CommandResult
tool_refuse(const Tool *tool, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_error(tool, format, args);
    va_end(args);
    return RESULT_FAILED;
}

/* For what was typed: an exit code of its own, so that scripts can tell a
 * mistake from a failure. */
CommandResult
tool_misuse(const Tool *tool, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    print_error(tool, format, args);
    va_end(args);
    return RESULT_USAGE;
}

void
tool_forget_error(void)
{
    g_clear_pointer(&reported, g_free);
    virResetLastError();
}

/* Its daemon has gone, perhaps to come back: that is no reason to leave a
 * shell. */
static bool
is_lost(const Tool *tool)
{
    return tool->connection && virConnectIsAlive(tool->connection) == 0;
}

virConnectPtr
tool_connect_quietly(Tool *tool)
{
    if (is_lost(tool)) {
        virConnectClose(tool->connection);
        tool->connection = NULL;
    }
    if (tool->connection)
        return tool->connection;
    tool->connection = ask_open(tool->uri, tool->is_readonly);
    /* 1 from those that need none, and no reason to stop from any. */
    if (tool->connection && tool->keepalive_interval > 0) {
        (void)virConnectSetKeepAlive(tool->connection, tool->keepalive_interval,
                                     (unsigned)tool->keepalive_count);
    }
    return tool->connection;
}

/* Opened by the first command that needs it.  A new one is told, as virsh does:
 * what the last commands began there may be gone. */
virConnectPtr
tool_connect(Tool *tool)
{
    bool was_lost = is_lost(tool);
    const char *uri = tool->uri ? tool->uri : "the default URI";

    if (!tool_connect_quietly(tool)) {
        (void)tool_fail(tool, "Failed to %sconnect to '%s'",
                        was_lost ? "re" : "", uri);
    } else if (was_lost) {
        output_error(&tool->output, "Reconnected to '%s'", uri);
    }
    return tool->connection;
}

/* A name may consist of digits as well; it then counts only where no domain has
 * that id. */
static bool
parse_id(const char *text, int *ret_id)
{
    guint64 id = 0;

    if (!g_ascii_string_to_unsigned(text, 10, 0, INT_MAX, &id, NULL))
        return false;
    *ret_id = (int)id;
    return true;
}

virDomainPtr
tool_look_up(virConnectPtr connection, const char *text)
{
    virDomainPtr domain = NULL;
    int id = 0;

    /* In virsh's order.  What the first lookups report is dropped if a later
     * one finds it. */
    if (parse_id(text, &id))
        domain = virDomainLookupByID(connection, id);
    if (!domain && g_uuid_string_is_valid(text))
        domain = virDomainLookupByUUIDString(connection, text);
    if (!domain)
        domain = virDomainLookupByName(connection, text);
    return domain;
}

/* Every command on a domain begins with this. */
virDomainPtr
tool_find_domain(Tool *tool, const Options *options)
{
    const char *text = options_text(options, "domain");
    virConnectPtr connection = tool_connect(tool);
    virDomainPtr domain = NULL;

    if (!connection)
        return NULL;
    domain = tool_look_up(connection, text);
    if (!domain) {
        (void)tool_fail(tool, "Failed to find domain '%s'", text);
    } else {
        virResetLastError();
    }
    return domain;
}

/* Reads up to FILE_LIMIT bytes; NULL with errno set. */
static char *
read_stream(FILE *stream)
{
    g_autoptr(GString) text = g_string_new(NULL);
    char chunk[4096];
    size_t got = 0;

    do {
        got = fread(chunk, 1, sizeof(chunk), stream);
        g_string_append_len(text, chunk, got);
        /* A pipe that never ends must not take all memory. */
        if (text->len > FILE_LIMIT) {
            errno = EFBIG;
            return NULL;
        }
    } while (got > 0);
    if (ferror(stream))
        return NULL;
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* For documents that people write; a file larger than any of those is a mistake
 * in the command line. */
char *
tool_read_file(const Tool *tool, const char *path)
{
    bool is_stdin = strcmp(path, "-") == 0;
    /* "e": no program that a command may start inherits it. */
    FILE *stream = is_stdin ? stdin : fopen(path, "re");
    g_autofree char *text = NULL;

    if (stream)
        text = read_stream(stream);
    if (!text) {
        (void)tool_refuse(tool, "Failed to read file '%s': %s", path,
                          g_strerror(errno));
    }
    if (stream && !is_stdin)
        fclose(stream);
    return g_steal_pointer(&text);
}

/* With a line's end after it, whether or not the text has one. */
CommandResult
tool_print_document(const Tool *tool, const Options *options, const char *text)
{
    const char *expression = options_text(options, "xpath");
    g_autoptr(GError) error = NULL;
    g_autofree char *chosen = NULL;

    if (!expression) {
        output_print(&tool->output, "%s%s", text,
                     g_str_has_suffix(text, "\n") ? "" : "\n");
        return RESULT_DONE;
    }
    chosen =
        xpath_select(text, expression, options_has(options, "wrap"), &error);
    if (!chosen) {
        g_assert(error);
        return tool_misuse(tool, "%s", error->message);
    }
    output_print(&tool->output, "%s", chosen);
    return RESULT_DONE;
}
