/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/qmp/message.h"

#include "base/error.h"

#include <string.h>

static json_t *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    json_t *message = message_parse(text, strlen(text), &error);

    g_assert_no_error(error);
    return message;
}

static void
a_command_is_one_line(void)
{
    g_autoptr(Json) arguments = json_pack("{s:s}", "name", "two\nlines");
    size_t length = 0;
    g_autofree char *line =
        message_format("block-dirty-bitmap-add", arguments, 7, &length);
    g_autofree char *bare = message_format("stop", NULL, 8, &length);

    g_assert_cmpstr(line, ==,
                    "{\"execute\":\"block-dirty-bitmap-add\","
                    "\"arguments\":{\"name\":\"two\\nlines\"},"
                    "\"id\":\"7\"}\n");
    g_assert_cmpstr(bare, ==, "{\"execute\":\"stop\",\"id\":\"8\"}\n");
    g_assert_cmpuint(length, ==, strlen(bare));
}

static void
arguments_that_are_no_object_are_refused(void)
{
    g_autoptr(Json) list = json_pack("[i]", 1);
    size_t length = 0;

    g_assert_null(message_format("stop", list, 1, &length));
    g_assert_null(message_format("st\xff", NULL, 1, &length));
}

static void
kinds_are_told_apart(void)
{
    static const struct {
        const char *text;
        MessageKind kind;
    } cases[] = {
        {"{\"QMP\": {}}", MESSAGE_GREETING},
        {"{\"event\": \"STOP\"}", MESSAGE_EVENT},
        {"{\"return\": null}", MESSAGE_RETURN},
        {"{\"error\": {}}", MESSAGE_ERROR},
        {"{\"error\": 1}", MESSAGE_NONSENSE},
        {"{\"event\": 1}", MESSAGE_NONSENSE},
        {"{}", MESSAGE_NONSENSE},
    };
    size_t i = 0;

    for (i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Json) message = parse(cases[i].text);

        g_assert_cmpint(message_kind(message), ==, cases[i].kind);
    }
}

static void
only_ids_of_ours_are_ids(void)
{
    static const char *const foreign[] = {"{}",
                                          "{\"id\": 1}",
                                          "{\"id\": \"0\"}",
                                          "{\"id\": \"\"}",
                                          "{\"id\": \"1x\"}",
                                          "{\"id\": \"-1\"}",
                                          "{\"id\": \"18446744073709551616\"}"};
    g_autoptr(Json) ours = parse("{\"id\": \"18446744073709551615\"}");
    guint64 id = 0;
    size_t i = 0;

    g_assert_true(message_id(ours, &id));
    g_assert_cmpuint(id, ==, G_MAXUINT64);
    for (i = 0; i < G_N_ELEMENTS(foreign); i++) {
        g_autoptr(Json) message = parse(foreign[i]);

        g_assert_false(message_id(message, &id));
    }
}

static void
what_is_no_object_of_json_is_refused(void)
{
    static const char *const texts[] = {
        "", "{", "[]", "1", "{\"a\": \"\xff\"}", "{}{}"};
    size_t i = 0;

    for (i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(message_parse(texts[i], strlen(texts[i]), &error));
        g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
    }
}

#define ADD(test) g_test_add_func("/qemu/qmp/message/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(a_command_is_one_line);
    ADD(arguments_that_are_no_object_are_refused);
    ADD(kinds_are_told_apart);
    ADD(only_ids_of_ours_are_ids);
    ADD(what_is_no_object_of_json_is_refused);
    return g_test_run();
}
