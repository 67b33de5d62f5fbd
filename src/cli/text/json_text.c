/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/text/json_text.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* Deeper levels are indented like this one: a hostile reply of a million '['
 * must not become a terabyte of blanks. */
#define DEPTH_LIMIT 64

static void
line_break(GString *out, unsigned depth)
{
    g_string_append_c(out, '\n');
    for (unsigned i = 0; i < MIN(depth, DEPTH_LIMIT); i++)
        g_string_append(out, "  ");
}

static const char *
skip_blanks(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* @at is at a '"'; returns the character after the closing one. */
static const char *
skip_string(const char *at)
{
    for (at++; *at && *at != '"'; at++) {
        /* Whatever is escaped, it is one character: only a quote matters here,
         * and \u has none. */
        if (*at == '\\' && at[1])
            at++;
    }
    return *at ? at + 1 : at;
}

/* In one pass and without a stack: what a guest or QEMU answered may be nested
 * as deep as it likes. */
char *
json_text_pretty(const char *json)
{
    GString *out = g_string_new(NULL);
    unsigned depth = 0;

    for (const char *at = skip_blanks(json); *at; at = skip_blanks(at)) {
        const char *start = at;
        const char *next = NULL;

        switch (*at) {
        case '"':
            at = skip_string(at);
            g_string_append_len(out, start, at - start);
            continue;
        case '{':
        case '[':
            g_string_append_c(out, *at);
            next = skip_blanks(at + 1);
            /* Empty ones stay on their line. */
            if (*next == '}' || *next == ']') {
                g_string_append_c(out, *next);
                at = next + 1;
                continue;
            }
            line_break(out, ++depth);
            break;
        case '}':
        case ']':
            depth -= depth > 0 ? 1 : 0;
            line_break(out, depth);
            g_string_append_c(out, *at);
            break;
        case ',':
            g_string_append_c(out, ',');
            line_break(out, depth);
            break;
        case ':':
            g_string_append(out, ": ");
            break;
        default:
            g_string_append_c(out, *at);
            break;
        }
        at++;
    }
    return g_string_free(out, FALSE);
}

/* @at is at the start of a value; returns what follows it. */
static const char *
skip_value(const char *at)
{
    unsigned depth = 0;

    while (*at) {
        if (*at == '"') {
            at = skip_string(at);
            if (depth == 0)
                return at;
            continue;
        }
        /* The end of a number or a word; for an object or array its own bracket
         * ends it. */
        if (depth == 0 && strchr(",}]", *at))
            return at;
        if (*at == '{' || *at == '[')
            depth++;
        if ((*at == '}' || *at == ']') && --depth == 0)
            return at + 1;
        at++;
    }
    return at;
}

/* Of the outermost object alone; names inside its values do not count. */
char *
json_text_member(const char *json, const char *name)
{
    g_autofree char *key = g_strdup_printf("\"%s\"", name);
    const char *at = skip_blanks(json);

    if (*at != '{')
        return NULL;
    at = skip_blanks(at + 1);
    while (*at == '"') {
        const char *start = at;
        const char *after = skip_string(at);
        bool is_wanted = (gsize)(after - start) == strlen(key) &&
                         strncmp(start, key, strlen(key)) == 0;

        at = skip_blanks(after);
        /* Not JSON after all: then there is no such member. */
        if (*at != ':')
            return NULL;
        start = skip_blanks(at + 1);
        after = skip_value(start);
        if (is_wanted)
            return g_strchomp(g_strndup(start, after - start));
        at = skip_blanks(after);
        if (*at == ',')
            at = skip_blanks(at + 1);
    }
    return NULL;
}
