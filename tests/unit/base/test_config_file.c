/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The syntax of libvirtd.conf is read as it is, and nothing else is. */
#include "base/config_file.h"

#include "base/error.h"

static void
all_kinds_of_values_are_read(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) entries =
        config_file_parse("f",
                          "# a comment\n\n  one = 20\t# behind\nminus=-1\r\n"
                          "text = \"it's\"\nother = 'a # \"b\"'\nnone = []\n"
                          "list = [ \"a\",\n  # between\n  'b',\n]\nlast = 0",
                          &error);
    const ConfigEntry *entry = NULL;

    g_assert_no_error(error);
    g_assert_cmpuint(entries->len, ==, 7);
    entry = entries->pdata[0];
    g_assert_cmpstr(entry->key, ==, "one");
    g_assert_cmpint(entry->number, ==, 20);
    g_assert_cmpint(entry->line, ==, 3);
    entry = entries->pdata[1];
    g_assert_cmpint(entry->number, ==, -1);
    entry = entries->pdata[2];
    g_assert_cmpint(entry->type, ==, CONFIG_TEXT);
    g_assert_cmpstr(entry->text, ==, "it's");
    entry = entries->pdata[3];
    g_assert_cmpstr(entry->text, ==, "a # \"b\"");
    entry = entries->pdata[4];
    g_assert_cmpint(entry->type, ==, CONFIG_LIST);
    g_assert_cmpuint(g_strv_length(entry->list), ==, 0);
    entry = entries->pdata[5];
    g_assert_cmpuint(g_strv_length(entry->list), ==, 2);
    g_assert_cmpstr(entry->list[1], ==, "b");
    entry = entries->pdata[6];
    g_assert_cmpint(entry->line, ==, 12);
}

static void
what_is_wrong_is_refused_with_its_line(void)
{
    static const struct {
        const char *text;
        const char *message;
    } wrong[] = {
        {"\n= 1", "f:2: a key is expected"},
        {"key", "f:1: '=' is expected"},
        {"key 1", "f:1: '=' is expected"},
        {"key =", "f:1: a number, a text"},
        {"key = yes", "f:1: a number, a text"},
        {"key = 1x", "f:1: a number, a text"},
        {"key = 99999999999999999999", "f:1: a number, a text"},
        {"key = 1 2", "f:1: nothing more"},
        {"key = \"a", "f:1: the text does not end"},
        {"key = \"a\nb\"", "f:1: the text does not end"},
        {"key = [\"a\" \"b\"]", "f:1: ',' or ']'"},
        {"key = [1]", "f:1: a text in quotes"},
        {"key = [\n\"a\",", "f:2: a text in quotes"},
        {"a = 1\nb = 2\na = 3", "f:3: 'a' is set in line 1 already"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(config_file_parse("f", wrong[i].text, &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONF_SYNTAX);
        if (!g_str_has_prefix(error->message, wrong[i].message))
            g_error("'%s' is not '%s'", error->message, wrong[i].message);
    }
}

static void
types_have_names(void)
{
    g_assert_cmpstr(config_type_name(CONFIG_NUMBER), ==, "a number");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/config_file/all_kinds_of_values_are_read",
                    all_kinds_of_values_are_read);
    g_test_add_func("/config_file/what_is_wrong_is_refused_with_its_line",
                    what_is_wrong_is_refused_with_its_line);
    g_test_add_func("/config_file/types_have_names", types_have_names);
    return g_test_run();
}
