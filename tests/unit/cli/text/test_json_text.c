/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Replies change in white space only. */
#include "cli/text/json_text.h"

#include <glib.h>
#include <string.h>

static void
assert_pretty(const char *json, const char *expected)
{
    g_autofree char *pretty = json_text_pretty(json);

    g_assert_cmpstr(pretty, ==, expected);
}

static void
assert_member(const char *json, const char *expected)
{
    g_autofree char *value = json_text_member(json, "return");

    g_assert_cmpstr(value, ==, expected);
}

static void
members_get_a_line_each(void)
{
    assert_pretty("{\"return\": [1,{\"a\":true , \"b\":null}],\"id\":\"x\"}",
                  "{\n"
                  "  \"return\": [\n"
                  "    1,\n"
                  "    {\n"
                  "      \"a\": true,\n"
                  "      \"b\": null\n"
                  "    }\n"
                  "  ],\n"
                  "  \"id\": \"x\"\n"
                  "}");
}

static void
empty_values_stay_on_their_line(void)
{
    assert_pretty("{\"return\": { } ,\"a\":[ ]}",
                  "{\n  \"return\": {},\n  \"a\": []\n}");
}

static void
strings_and_numbers_keep_every_character(void)
{
    assert_pretty("[\"a, {\\\" }\\\\\",  1234567890123456789.50]",
                  "[\n  \"a, {\\\" }\\\\\",\n  1234567890123456789.50\n]");
}

static void
what_is_broken_still_ends(void)
{
    g_autofree char *deep = g_strnfill(100000, '[');
    g_autofree char *pretty = json_text_pretty(deep);

    g_assert_cmpuint(strlen(pretty), <, 100000UL * 140);
    assert_pretty("}]\"open", "\n}\n]\"open");
    assert_pretty("", "");
}

static void
a_member_is_cut_out_as_it_stands(void)
{
    assert_member("{\"id\": {\"return\": 1}, \"return\": {\"a\": [1, \"}\"]} }",
                  "{\"a\": [1, \"}\"]}");
    assert_member("{\"return\" : 12.50 , \"id\": 1}", "12.50");
    assert_member("{\"return\": \"a,b\"}", "\"a,b\"");
}

static void
a_member_that_is_not_there_is_none(void)
{
    assert_member("{\"error\": {\"return\": 1}}", NULL);
    assert_member("[\"return\"]", NULL);
    assert_member("{\"return\"", NULL);
    assert_member("", NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/json_text/members_get_a_line_each",
                    members_get_a_line_each);
    g_test_add_func("/cli/json_text/empty_values_stay_on_their_line",
                    empty_values_stay_on_their_line);
    g_test_add_func("/cli/json_text/strings_and_numbers_keep_every_character",
                    strings_and_numbers_keep_every_character);
    g_test_add_func("/cli/json_text/what_is_broken_still_ends",
                    what_is_broken_still_ends);
    g_test_add_func("/cli/json_text/a_member_is_cut_out_as_it_stands",
                    a_member_is_cut_out_as_it_stands);
    g_test_add_func("/cli/json_text/a_member_that_is_not_there_is_none",
                    a_member_that_is_not_there_is_none);
    return g_test_run();
}
