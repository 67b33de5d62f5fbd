/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A network is a bridge of the host's, or the machine does not start. */
#include "qemu/process/networks.h"

#include "base/error.h"
#include "model/domain_devices.h"

#include <string.h>

static void
each_network_has_its_bridge(void)
{
    g_autoptr(GHashTable) none = networks_parse(NULL, NULL);
    g_autoptr(GHashTable) two = networks_parse("default:virbr0,a:b:br1", NULL);

    g_assert_cmpuint(g_hash_table_size(none), ==, 0);
    g_assert_cmpstr(g_hash_table_lookup(two, "default"), ==, "virbr0");
    g_assert_cmpstr(g_hash_table_lookup(two, "a:b"), ==, "br1");
}

static void
what_is_no_pair_is_refused(void)
{
    static const char *const wrong[] = {
        "default",
        ":virbr0",
        "default:",
        "a:-b",
        "a:b/c",
        "a:b,,c:d",
        "default:sixteencharacter",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(networks_parse(wrong[i], &error));
        g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
    }
}

/* Of a machine with an interface of one's own and one on "default". */
static bool
resolve(const char *networks, bool is_confined, char **ret_bridge,
        GError **error)
{
    g_autoptr(GHashTable) table = networks_parse(networks, NULL);
    g_autoptr(DomainDef) live = domain_def_new();
    DomainInterface *nic = domain_interface_new(INTERFACE_NETWORK);

    live->name = g_strdup("web");
    nic->network = g_strdup("default");
    g_ptr_array_add(live->devices->interfaces,
                    domain_interface_new(INTERFACE_USER));
    g_ptr_array_add(live->devices->interfaces, nic);
    if (!networks_resolve(live, table, is_confined, error))
        return false;
    *ret_bridge = g_strdup(nic->bridge);
    return true;
}

static void
the_bridge_has_to_be_there(void)
{
    g_autoptr(GError) unnamed = NULL;
    g_autoptr(GError) missing = NULL;
    g_autofree char *bridge = NULL;

    g_assert_false(resolve("other:lo", false, &bridge, &unnamed));
    g_assert_true(error_is(unnamed, VIR_ERR_CONFIG_UNSUPPORTED));
    g_assert_nonnull(strstr(unnamed->message, "networks = [ \"default:"));
    g_assert_false(resolve("default:nosuchbridge", false, &bridge, &missing));
    g_assert_true(error_is(missing, VIR_ERR_CONFIG_UNSUPPORTED));
    g_assert_nonnull(strstr(missing->message, "'nosuchbridge'"));
    /* An interface that each host has; QEMU finds out what it is. */
    g_assert_true(resolve("default:lo", false, &bridge, NULL));
    g_assert_cmpstr(bridge, ==, "lo");
}

static void
a_confined_qemu_makes_no_tap(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *bridge = NULL;

    g_assert_false(resolve("default:lo", true, &bridge, &error));
    g_assert_true(error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
    g_assert_nonnull(strstr(error->message, "type='ethernet'"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/networks/each_network_has_its_bridge",
                    each_network_has_its_bridge);
    g_test_add_func("/qemu/networks/what_is_no_pair_is_refused",
                    what_is_no_pair_is_refused);
    g_test_add_func("/qemu/networks/the_bridge_has_to_be_there",
                    the_bridge_has_to_be_there);
    g_test_add_func("/qemu/networks/a_confined_qemu_makes_no_tap",
                    a_confined_qemu_makes_no_tap);
    return g_test_run();
}
