/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/networks.h"

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

/* QEMU's helper would say of a missing bridge that an ioctl failed. */
static bool
resolve(const DomainDef *live, DomainInterface *interface, GHashTable *networks,
        GError **error)
{
    const char *bridge = g_hash_table_lookup(networks, interface->network);

    if (!bridge) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "domain '%s' hangs on network '%s', and nobody said which "
                    "bridge that is; write networks = [ \"%s:BRIDGE\" ] into "
                    "strandlined.conf, or give the interface type='bridge' or "
                    "type='user'",
                    live->name, interface->network, interface->network);
    }
    if (if_nametoindex(bridge) == 0) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "domain '%s' hangs on network '%s', which is the bridge "
                    "'%s', and this host has none of that name; make it, or "
                    "name another in strandlined.conf",
                    live->name, interface->network, bridge);
    }
    g_free(interface->bridge);
    interface->bridge = g_strdup(bridge);
    return true;
}

/* It would end at once, and not say why. */
static bool
check_helper(const DomainDef *live, const DomainInterface *interface,
             bool is_confined, GError **error)
{
    if (!interface->bridge || !is_confined)
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "domain '%s' hangs on bridge '%s', and its QEMU, which runs as "
                "another user, may not make itself a tap there; make one, and "
                "name it in an interface type='ethernet', or write "
                "type='user'",
                live->name, interface->bridge);
}

/* Into the live definition alone: the stored one keeps the name, so that the
 * next start finds the bridge that is meant then.  Before anything is made for
 * the machine: a refusal has nothing to take back. */
bool
networks_resolve(DomainDef *live, GHashTable *networks, bool is_confined,
                 GError **error)
{
    const GPtrArray *interfaces = live->devices->interfaces;

    for (guint i = 0; i < interfaces->len; i++) {
        DomainInterface *interface = interfaces->pdata[i];

        if (interface->type == INTERFACE_NETWORK &&
            !resolve(live, interface, networks, error))
            return false;
        if (!check_helper(live, interface, is_confined, error))
            return false;
    }
    return true;
}
