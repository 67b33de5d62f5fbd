/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest's interfaces, or none of them. */
#include "qemu/agent/interfaces.h"

#include "base/error.h"
#include "qemu/qmp/message.h"

static void
further_names_are_addresses_of_one(void)
{
    g_autoptr(Json) list = json_loads(
        "[{\"name\": \"lo\", \"hardware-address\": \"00:00:00:00:00:00\"},"
        " {\"name\": \"eth0\", \"ip-addresses\": [{\"ip-address\": "
        "\"10.0.0.1\","
        "  \"ip-address-type\": \"ipv4\", \"prefix\": 8}]},"
        " {\"name\": \"eth0:1\", \"ip-addresses\": [{\"ip-address\": "
        "\"fe80::1\","
        "  \"ip-address-type\": \"ipv6\", \"prefix\": 64}]}]",
        0, NULL);
    virDomainInterfacePtr *interfaces = NULL;
    GError *error = NULL;
    int count = agent_interfaces_parse(list, &interfaces, &error);

    g_assert_no_error(error);
    g_assert_cmpint(count, ==, 2);
    g_assert_null(interfaces[2]);
    g_assert_cmpstr(interfaces[0]->name, ==, "lo");
    g_assert_cmpstr(interfaces[0]->hwaddr, ==, "00:00:00:00:00:00");
    g_assert_cmpuint(interfaces[0]->naddrs, ==, 0);
    g_assert_cmpstr(interfaces[1]->name, ==, "eth0");
    g_assert_null(interfaces[1]->hwaddr);
    g_assert_cmpuint(interfaces[1]->naddrs, ==, 2);
    g_assert_cmpint(interfaces[1]->addrs[1].type, ==, VIR_IP_ADDR_TYPE_IPV6);
    g_assert_cmpstr(interfaces[1]->addrs[1].addr, ==, "fe80::1");
    g_assert_cmpuint(interfaces[1]->addrs[1].prefix, ==, 64);
    agent_interfaces_free(interfaces, count);
}

static void
what_makes_no_sense_is_no_answer(void)
{
    static const char *const texts[] = {
        "{}",
        "[{}]",
        "[7]",
        "[{\"name\": \"a\", \"ip-addresses\": [{}]}]",
        "[{\"name\": \"a\", \"ip-addresses\": [{\"ip-address\": \"1\","
        " \"ip-address-type\": \"ipv4\", \"prefix\": -1}]}]",
        "[{\"name\": \"a\", \"ip-addresses\": [{\"ip-address\": \"1\","
        " \"ip-address-type\": \"ipv4\", \"prefix\": 129}]}]",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(Json) list = json_loads(texts[i], 0, NULL);
        virDomainInterfacePtr *interfaces = NULL;
        g_autoptr(GError) error = NULL;

        g_assert_cmpint(agent_interfaces_parse(list, &interfaces, &error), ==,
                        -1);
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_AGENT_UNRESPONSIVE);
        g_assert_null(interfaces);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agent/interfaces/further_names_are_addresses_of_one",
                    further_names_are_addresses_of_one);
    g_test_add_func("/agent/interfaces/what_makes_no_sense_is_no_answer",
                    what_makes_no_sense_is_no_answer);
    return g_test_run();
}
