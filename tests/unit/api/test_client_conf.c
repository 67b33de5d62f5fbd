/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Short names and the default of libvirt.conf, and files that are none. */
#include "api/uri/client_conf.h"

#include "base/error.h"
#include "temp_folder.h"

#include <libvirt/virterror.h>
#include <string.h>

static TempFolder *folder;

static char *
write_conf(const char *text)
{
    temp_folder_write(folder, "libvirt.conf", text);
    return temp_folder_file(folder, "libvirt.conf");
}

static void
assert_alias(const char *path, const char *name, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *uri = NULL;

    g_assert_true(client_conf_alias(path, name, &uri, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(uri, ==, expected);
}

static void
names_stand_for_uris(void)
{
    g_autofree char *path =
        write_conf("# a comment\ntls_priority = \"NORMAL\"\n"
                   "uri_aliases = [\n  \"home=qemu+ssh://me@home/system\",\n"
                   "  \"a-1_b=test:///default?a=b\",\n"
                   "  \"home=test:///second\",\n]\n");

    assert_alias(path, "home", "qemu+ssh://me@home/system");
    assert_alias(path, "a-1_b", "test:///default?a=b");
    assert_alias(path, "hom", NULL);
    assert_alias(path, "homes", NULL);
    assert_alias(path, "qemu:///system", NULL);
    assert_alias("/no/such/file", "home", NULL);
}

static void
the_default_is_one_uri(void)
{
    g_autofree char *path = write_conf("uri_default = 'test:///default'\n");
    g_autofree char *uri = NULL;
    g_autofree char *none = NULL;

    g_assert_true(client_conf_default(path, &uri, NULL));
    g_assert_cmpstr(uri, ==, "test:///default");
    g_free(write_conf("uri_default = ''\n"));
    g_assert_true(client_conf_default(path, &none, NULL));
    g_assert_null(none);
    g_assert_true(client_conf_default("/no/such/file", &none, NULL));
    g_assert_null(none);
}

/* With the file and the line; a URI needs no file, and works. */
static void
what_is_wrong_is_said_by_line(void)
{
    static const struct {
        const char *text;
        const char *says;
    } bad[] = {
        {"uri_aliases = \"x=y\"\n", "*libvirt.conf:1: 'uri_aliases'*a list*"},
        {"\nuri_aliases = [ \"x y=z\" ]\n", "*libvirt.conf:2: 'x y=z'*"},
        {"uri_aliases = [ \"=z\" ]\n", "*'=z' is no alias*"},
        {"uri_aliases = [ \"z=\" ]\n", "*'z=' is no alias*"},
        {"uri_aliases = [\n", "*libvirt.conf*"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autofree char *path = write_conf(bad[i].text);
        g_autoptr(GError) error = NULL;
        char *uri = NULL;

        g_assert_false(client_conf_alias(path, "home", &uri, &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONF_SYNTAX);
        if (!g_pattern_match_simple(bad[i].says, error->message))
            g_error("'%s' does not fit '%s'", error->message, bad[i].says);
        assert_alias(path, "test:///default", NULL);
    }
}

static void
a_default_that_is_no_text_is_refused(void)
{
    g_autofree char *path = write_conf("uri_default = 7\n");
    g_autoptr(GError) error = NULL;
    char *uri = NULL;

    g_assert_false(client_conf_default(path, &uri, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONF_SYNTAX);
}

int
main(int argc, char *argv[])
{
    int result = 0;

    g_test_init(&argc, &argv, NULL);
    folder = temp_folder_new();
#define TEST(name) g_test_add_func("/api/client_conf/" #name, name)
    TEST(names_stand_for_uris);
    TEST(the_default_is_one_uri);
    TEST(what_is_wrong_is_said_by_line);
    TEST(a_default_that_is_no_text_is_refused);
    result = g_test_run();
    temp_folder_free(folder);
    return result;
}
