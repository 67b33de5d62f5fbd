/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/agent/interfaces.h"

#include "base/error.h"

#include <string.h>

enum {
    /* What the wire carries; a guest that has more is not believed. */
    INTERFACES_MAX = 2048,
    ADDRESSES_MAX = 2048,
    PREFIX_MAX = 128,
};

/* As virDomainInterfaceFree(), which is not the driver's to call. */
static void
interface_free(gpointer data)
{
    virDomainInterfacePtr interface = data;

    for (unsigned i = 0; i < interface->naddrs; i++)
        g_free(interface->addrs[i].addr);
    g_free(interface->addrs);
    g_free(interface->name);
    g_free(interface->hwaddr);
    g_free(interface);
}

void
agent_interfaces_free(virDomainInterfacePtr *interfaces, int count)
{
    for (int i = 0; i < count; i++)
        interface_free(interfaces[i]);
    g_free(interfaces);
}

/* The guest's fault, as everything here: its own text is not repeated, since
 * nobody knows what is in it. */
static bool
fail_words(const char *what, GError **error)
{
    return fail(error, VIR_ERR_AGENT_UNRESPONSIVE,
                "the guest agent answered 'guest-network-get-interfaces' with "
                "%s",
                what);
}

/* The one of that name so far; a new one is put at the end. */
static virDomainInterfacePtr
take_interface(GPtrArray *all, const char *name, const char *hwaddr)
{
    g_autofree char *own = g_strndup(name, strcspn(name, ":"));
    virDomainInterfacePtr interface = NULL;

    for (guint i = 0; i < all->len; i++) {
        interface = g_ptr_array_index(all, i);
        if (g_str_equal(interface->name, own))
            return interface;
    }
    interface = g_new0(virDomainInterface, 1);
    interface->name = g_steal_pointer(&own);
    interface->hwaddr = g_strdup(hwaddr);
    g_ptr_array_add(all, interface);
    return interface;
}

/* A kind of address that is new is taken for the older of the two: that it
 * is there is worth more than what it is. */
static bool
parse_address(const json_t *entry, virDomainIPAddressPtr ret_address,
              GError **error)
{
    const char *text = json_string_value(json_object_get(entry, "ip-address"));
    const char *type =
        json_string_value(json_object_get(entry, "ip-address-type"));
    const json_t *prefix = json_object_get(entry, "prefix");
    json_int_t bits = json_integer_value(prefix);

    if (!text || !type || !json_is_integer(prefix) || bits < 0 ||
        bits > PREFIX_MAX) {
        return fail_words("an address that has no text, type or prefix", error);
    }
    *ret_address = (virDomainIPAddress){
        .type = strcmp(type, "ipv6") == 0 ? VIR_IP_ADDR_TYPE_IPV6
                                          : VIR_IP_ADDR_TYPE_IPV4,
        .addr = g_strdup(text),
        .prefix = (unsigned)bits,
    };
    return true;
}

/* After those that it has by another of its names. */
static bool
add_addresses(virDomainInterfacePtr interface, const json_t *list,
              GError **error)
{
    size_t count = json_array_size(list);

    if (count > ADDRESSES_MAX - interface->naddrs)
        return fail_words("more addresses than can be", error);
    interface->addrs = g_renew(virDomainIPAddress, interface->addrs,
                               interface->naddrs + count);
    for (size_t i = 0; i < count; i++) {
        if (!parse_address(json_array_get(list, i),
                           &interface->addrs[interface->naddrs], error))
            return false;
        interface->naddrs++;
    }
    return true;
}

/* All or nothing, as with file systems. */
int
agent_interfaces_parse(const json_t *list,
                       virDomainInterfacePtr **ret_interfaces, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(interface_free);
    size_t count = json_array_size(list);

    if (!json_is_array(list) || count > INTERFACES_MAX) {
        (void)fail_words("something that is no list of interfaces", error);
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *entry = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(entry, "name"));
        const char *hwaddr =
            json_string_value(json_object_get(entry, "hardware-address"));

        if (!name) {
            (void)fail_words("an interface that has no name", error);
            return -1;
        }
        if (!add_addresses(take_interface(all, name, hwaddr),
                           json_object_get(entry, "ip-addresses"), error))
            return -1;
    }
    count = all->len;
    /* The caller walks by the count, but an array is never NULL. */
    g_ptr_array_add(all, NULL);
    g_ptr_array_set_free_func(all, NULL);
    *ret_interfaces =
        (virDomainInterfacePtr *)g_ptr_array_free(g_steal_pointer(&all), FALSE);
    return (int)count;
}
