/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/networks.h"

#include "base/caller.h"
#include "base/error.h"
#include "model/domain_devices.h"

#include <net/if.h>
#include <string.h>

/* The kernel takes 15 characters, and the name is an argument of QEMU's
 * helper. */
static bool
is_bridge_name(const char *name)
{
    return *name && strlen(name) < IFNAMSIZ && *name != '-' &&
           !strpbrk(name, "/:, \t\n");
}

/* Of the settings' list, or of a URI: a mistake in it is found when the
 * connection is opened, and the daemon opens one before it serves. */
GHashTable *
networks_parse(const char *text, GError **error)
{
    g_autoptr(GHashTable) networks =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) entries = g_strsplit(text ? text : "", ",", -1);

    for (gsize i = 0; entries[i]; i++) {
        /* The last colon: a bridge has none in its name. */
        char *colon = strrchr(entries[i], ':');

        if (!colon || colon == entries[i] || !is_bridge_name(colon + 1)) {
            fail(error, VIR_ERR_INVALID_ARG,
                 "'%s' does not say which bridge a network is; write "
                 "NAME:BRIDGE, as in default:virbr0",
                 entries[i]);
            return NULL;
        }
        *colon = '\0';
        g_hash_table_replace(networks, g_strdup(entries[i]),
                             g_strdup(colon + 1));
    }
    return g_steal_pointer(&networks);
}

/* Only a network's name is looked up; the others say what they hang on. */
static bool
find_bridge(const DomainDef *live, DomainInterface *interface,
            GHashTable *networks, GError **error)
{
    const char *bridge = NULL;

    if (interface->type != INTERFACE_NETWORK)
        return true;
    bridge = g_hash_table_lookup(networks, interface->network);
    if (!bridge) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "domain '%s' hangs on network '%s', and nobody said which "
                    "bridge that is; write networks = [ \"%s:BRIDGE\" ] into "
                    "strandlined.conf, or give the interface type='bridge' or "
                    "type='user'",
                    live->name, interface->network, interface->network);
    }
    g_free(interface->bridge);
    interface->bridge = g_strdup(bridge);
    return true;
}

/* The kernel would say of a missing one that an ioctl failed. */
static bool
check_bridge(const DomainDef *live, const DomainInterface *interface,
             GError **error)
{
    if (!interface->bridge || if_nametoindex(interface->bridge) != 0)
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "domain '%s' hangs on the bridge '%s'%s%s%s, and this host has "
                "none of that name; make it, or name another",
                live->name, interface->bridge,
                interface->network ? ", which is network '" : "",
                interface->network ? interface->network : "",
                interface->network ? "'" : "");
}

/* With the rights of the daemon any machine could be put on any wire of the
 * host. */
static bool
check_caller(const DomainInterface *interface, GHashTable *networks,
             GError **error)
{
    const char *name =
        interface->bridge ? interface->bridge : interface->target;
    GHashTableIter iter;
    gpointer bridge = NULL;

    if (!caller_is_bound() || interface->type == INTERFACE_USER)
        return true;
    g_hash_table_iter_init(&iter, networks);
    while (interface->bridge && g_hash_table_iter_next(&iter, NULL, &bridge)) {
        if (g_str_equal(bridge, interface->bridge))
            return true;
    }
    return fail(error, VIR_ERR_ACCESS_DENIED,
                "access denied: a client who is not root may hang a machine on "
                "the bridges that 'networks' of strandlined.conf names, and "
                "not on '%s'",
                name);
}

/* Into the live definition alone: the stored one keeps the name, so that the
 * next start finds the bridge that is meant then.  Before anything is made for
 * the machine: a refusal has nothing to take back. */
bool
networks_resolve(DomainDef *live, GHashTable *networks, GError **error)
{
    const GPtrArray *interfaces = live->devices->interfaces;

    for (guint i = 0; i < interfaces->len; i++) {
        DomainInterface *interface = interfaces->pdata[i];

        if (!find_bridge(live, interface, networks, error) ||
            !check_caller(interface, networks, error) ||
            !check_bridge(live, interface, error))
            return false;
    }
    return true;
}
