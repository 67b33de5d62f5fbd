/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/memory/migrate_place.h"

#include <libvirt/virterror.h>

static void
sockets_and_ports_are_read(void)
{
    static const struct {
        const char *uri;
        const char *folder;
        const char *name;
        const char *host;
        unsigned port;
    } places[] = {
        {"unix:///run/a/b.sock", "/run/a", "b.sock", NULL, 0},
        {"unix:/run/b.sock", "/run", "b.sock", NULL, 0},
        {"tcp://there:49152", NULL, NULL, "there", 49152},
        {"tcp:127.0.0.1", NULL, NULL, "127.0.0.1", 0},
        {"tcp://[::1]:0", NULL, NULL, "::1", 0},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        GError *error = NULL;
        g_autoptr(MigratePlace) place =
            migrate_place_parse(places[i].uri, &error);

        g_assert_no_error(error);
        g_assert_cmpstr(place->folder, ==, places[i].folder);
        g_assert_cmpstr(place->name, ==, places[i].name);
        g_assert_cmpstr(place->host, ==, places[i].host);
        g_assert_cmpuint(place->port, ==, places[i].port);
    }
}

static void
what_cannot_be_reached_is_refused(void)
{
    static const char *const uris[] = {"",
                                       "rdma://host",
                                       "unix:relative",
                                       "unix:///folder/",
                                       "tcp://",
                                       "tcp://host:65536",
                                       "tcp://host:4x",
                                       "tcp://[::1",
                                       "tcp://host,port=1"};

    for (gsize i = 0; i < G_N_ELEMENTS(uris); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(migrate_place_parse(uris[i], &error));
        g_assert_cmpint(error->code, ==, VIR_ERR_INVALID_ARG);
    }
}

/* An address with colons is no host and port without its brackets. */
static void
addresses_are_written_as_they_are_read(void)
{
    g_autofree char *six = migrate_place_tcp("tcp://", "::1", 7);
    g_autofree char *four = migrate_place_tcp("tcp:", "127.0.0.1", 7);

    g_assert_cmpstr(six, ==, "tcp://[::1]:7");
    g_assert_cmpstr(four, ==, "tcp:127.0.0.1:7");
}

static void
a_host_is_the_same_host_twice(void)
{
    GError *error = NULL;
    g_autofree char *once = migrate_place_host(&error);
    g_autofree char *again = migrate_place_host(&error);

    g_assert_no_error(error);
    g_assert_cmpstr(once, !=, "");
    g_assert_cmpstr(once, ==, again);
}

#define ADD(name) g_test_add_func("/model/migrate_place/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(sockets_and_ports_are_read);
    ADD(what_cannot_be_reached_is_refused);
    ADD(addresses_are_written_as_they_are_read);
    ADD(a_host_is_the_same_host_twice);
    return g_test_run();
}
