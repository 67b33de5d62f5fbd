/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A network is a bridge of the host's, or the machine does not start. */
#include "qemu/process/networks.h"

#include "base/caller.h"
#include "base/error.h"
#include "model/domain_devices.h"

#include <string.h>
#include <unistd.h>

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
resolve(const char *networks, char **ret_bridge, GError **error)
{
    g_autoptr(GHashTable) table = networks_parse(networks, NULL);
    g_autoptr(DomainDef) live = domain_def_new();
    DomainInterface *nic = domain_interface_new(INTERFACE_NETWORK);

    live->name = g_strdup("web");
    nic->network = g_strdup("default");
    g_ptr_array_add(live->devices->interfaces,
                    domain_interface_new(INTERFACE_USER));
    g_ptr_array_add(live->devices->interfaces, nic);
    if (!networks_resolve(live, table, error))
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

    g_assert_false(resolve("other:lo", &bridge, &unnamed));
    g_assert_true(error_is(unnamed, VIR_ERR_CONFIG_UNSUPPORTED));
    g_assert_nonnull(strstr(unnamed->message, "networks = [ \"default:"));
    g_assert_false(resolve("default:nosuchbridge", &bridge, &missing));
    g_assert_true(error_is(missing, VIR_ERR_CONFIG_UNSUPPORTED));
    g_assert_nonnull(strstr(missing->message, "'nosuchbridge'"));
    /* An interface that each host has; QEMU finds out what it is. */
    g_assert_true(resolve("default:lo", &bridge, NULL));
    g_assert_cmpstr(bridge, ==, "lo");
}

static bool
is_given(InterfaceType type, const char *bridge, GError **error)
{
    g_autoptr(GHashTable) table = networks_parse("default:lo", NULL);
    g_autoptr(DomainDef) live = domain_def_new();
    DomainInterface *nic = domain_interface_new(type);

    live->name = g_strdup("web");
    nic->bridge = g_strdup(bridge);
    nic->target = g_strdup("tap0");
    g_ptr_array_add(live->devices->interfaces, nic);
    return networks_resolve(live, table, error);
}

static void
who_is_not_root_has_the_bridges_that_are_named(void)
{
    const Caller caller = {.uid = getuid() + 1};
    g_autoptr(GError) bridge = NULL;
    g_autoptr(GError) tap = NULL;

    g_assert_true(is_given(INTERFACE_ETHERNET, NULL, NULL));
    caller_enter(&caller);
    g_assert_true(is_given(INTERFACE_USER, NULL, NULL));
    g_assert_true(is_given(INTERFACE_BRIDGE, "lo", NULL));
    g_assert_false(is_given(INTERFACE_BRIDGE, "eth0", &bridge));
    g_assert_false(is_given(INTERFACE_ETHERNET, NULL, &tap));
    caller_enter(NULL);
    g_assert_true(error_is(bridge, VIR_ERR_ACCESS_DENIED));
    g_assert_nonnull(strstr(bridge->message, "'eth0'"));
    g_assert_true(error_is(tap, VIR_ERR_ACCESS_DENIED));
    g_assert_nonnull(strstr(tap->message, "'tap0'"));
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
    g_test_add_func(
        "/qemu/networks/who_is_not_root_has_the_bridges_that_are_named",
        who_is_not_root_has_the_bridges_that_are_named);
    return g_test_run();
}
