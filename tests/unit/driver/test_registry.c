/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* URIs taken apart, and the driver that serves one. */
#include "driver/registry.h"

#include "base/error.h"
#include "fake_driver.h"

#include <string.h>

static ConnectUri *
parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    ConnectUri *uri = connect_uri_parse(text, &error);

    g_assert_no_error(error);
    g_assert_nonnull(uri);
    g_assert_cmpstr(uri->text, ==, text);
    return uri;
}

static void
assert_option(const ConnectUri *uri, const char *key, const char *value)
{
    g_assert_cmpstr(g_hash_table_lookup(uri->options, key), ==, value);
}

static void
an_embedded_uri_has_a_decoded_root(void)
{
    g_autoptr(ConnectUri) uri =
        parse("qemu:///embed?root=/srv/a%20b%26c%3Dd%25&lock_timeout=3");

    g_assert_cmpstr(uri->scheme, ==, "qemu");
    g_assert_null(uri->transport);
    g_assert_null(uri->host);
    g_assert_cmpint(uri->port, ==, -1);
    g_assert_cmpstr(uri->path, ==, "/embed");
    g_assert_cmpuint(g_hash_table_size(uri->options), ==, 2);
    assert_option(uri, "root", "/srv/a b&c=d%");
    assert_option(uri, "lock_timeout", "3");
}

static void
a_remote_uri_has_all_its_parts(void)
{
    g_autoptr(ConnectUri) uri =
        parse("qemu+ssh://root@host.example:2222/system?socket=/run/x");

    g_assert_cmpstr(uri->scheme, ==, "qemu");
    g_assert_cmpstr(uri->transport, ==, "ssh");
    g_assert_cmpstr(uri->user, ==, "root");
    g_assert_cmpstr(uri->host, ==, "host.example");
    g_assert_cmpint(uri->port, ==, 2222);
    g_assert_cmpstr(uri->path, ==, "/system");
    assert_option(uri, "socket", "/run/x");
}

static void
a_short_uri_has_an_empty_rest(void)
{
    g_autoptr(ConnectUri) uri = parse("test:///default");
    g_autoptr(ConnectUri) bare = parse("qemu:");
    g_autoptr(ConnectUri) spaced = parse("qemu:///embed?root=/a b/ü;x");

    g_assert_cmpuint(g_hash_table_size(uri->options), ==, 0);
    g_assert_cmpstr(bare->path, ==, "");
    assert_option(spaced, "root", "/a b/ü;x");
}

static void
assert_refused(const char *text)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(connect_uri_parse(text, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

static void
what_is_no_uri_is_refused(void)
{
    g_autofree char *endless = g_strnfill(10000, 'a');
    g_autofree char *too_long = g_strconcat("qemu:///", endless, NULL);

    assert_refused("");
    assert_refused("/just/a/path");
    assert_refused("qemu");
    assert_refused("qemu:///%zz");
    assert_refused("qemu:///embed?root=%zz");
    assert_refused("qemu:///embed?root=%00");
    assert_refused("qemu:///embed?root");
    assert_refused("qemu://host:port/system");
    assert_refused("qemu://[::1/system");
    assert_refused(too_long);
}

static void
the_driver_that_accepts_is_found(void)
{
    g_autoptr(ConnectUri) uri = parse("bare:///x");
    g_autoptr(ConnectUri) other = parse("xen:///x");
    g_autoptr(GError) error = NULL;

    registry_add(&fake_driver);
    registry_add(&bare_driver);
    for (int i = 0; i < 100; i++)
        registry_add(&bare_driver);
    g_assert_true(registry_find(uri, &error) == &bare_driver);
    g_assert_no_error(error);
    g_assert_null(registry_find(other, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_CONNECT);
    g_assert_nonnull(strstr(error->message, "'xen:///x'"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/driver/registry/an_embedded_uri_has_a_decoded_root",
                    an_embedded_uri_has_a_decoded_root);
    g_test_add_func("/driver/registry/a_remote_uri_has_all_its_parts",
                    a_remote_uri_has_all_its_parts);
    g_test_add_func("/driver/registry/a_short_uri_has_an_empty_rest",
                    a_short_uri_has_an_empty_rest);
    g_test_add_func("/driver/registry/what_is_no_uri_is_refused",
                    what_is_no_uri_is_refused);
    g_test_add_func("/driver/registry/the_driver_that_accepts_is_found",
                    the_driver_that_accepts_is_found);
    return g_test_run();
}
