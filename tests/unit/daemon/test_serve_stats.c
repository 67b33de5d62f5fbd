/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures: of those that may be seen, and with a room that is held. */
#include "base/error.h"
#include "fake_driver.h"
#include "loop.h"
#include "rpc/wire_objects.h"

#define CALL(loop, name, args, ret, error) \
    loop_call(loop, RPC_PROGRAM_REMOTE, REMOTE_##name, args, ret, error)
#define FREE(name, ret) loop_free_ret(RPC_PROGRAM_REMOTE, REMOTE_##name, ret)

static void
no_domains_stand_for_all(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    WireDomain one = {0};
    WireStatsAsked asked = {.stats = 1};
    WireAllStats came = {0};

    CALL(loop, CONNECT_GET_ALL_DOMAIN_STATS, &asked, &came, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(came.records.records_len, ==, 2);
    FREE(CONNECT_GET_ALL_DOMAIN_STATS, &came);
    wire_domain_lend(loop->domain, &one);
    asked.domains.domains_len = 1;
    asked.domains.domains_val = &one;
    came = (WireAllStats){0};
    g_assert_true(
        CALL(loop, CONNECT_GET_ALL_DOMAIN_STATS, &asked, &came, NULL));
    g_assert_cmpuint(came.records.records_len, ==, 1);
    FREE(CONNECT_GET_ALL_DOMAIN_STATS, &came);
    asked.flags = 1U << 15;
    g_assert_false(
        CALL(loop, CONNECT_GET_ALL_DOMAIN_STATS, &asked, &came, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

static void
more_room_than_a_message_has_is_refused(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    WireDomainUnsignedFlags asked = {.number = WIRE_MEMORY_STATS_MAX + 1};
    WireMemoryStats came = {0};

    wire_domain_lend(loop->domain, &asked.domain);
    g_assert_false(CALL(loop, DOMAIN_MEMORY_STATS, &asked, &came, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
    asked.number = 2;
    g_assert_true(CALL(loop, DOMAIN_MEMORY_STATS, &asked, &came, NULL));
    g_assert_cmpuint(came.stats.stats_len, ==, 2);
    FREE(DOMAIN_MEMORY_STATS, &came);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/daemon/serve_stats/no_domains_stand_for_all",
                    no_domains_stand_for_all);
    g_test_add_func("/daemon/serve_stats/more_room_is_refused",
                    more_room_than_a_message_has_is_refused);
    return g_test_run();
}
