/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A source that nobody leads asks by a URI, whoever serves it. */
#include "driver/migrate_peer.h"

#include "base/error.h"
#include "driver/registry.h"
#include "fake_driver.h"

static bool
accepts(const ConnectUri *uri)
{
    return g_str_equal(uri->scheme, "unmoved");
}

static const Driver unmoved = {.name = "Unmoved", .accepts = accepts};

static void
the_answer_is_the_other_sides(void)
{
    g_autoptr(GError) error = NULL;

    fake_reset();
    g_assert_cmpint(migrate_peer_settle("fake:///", "<cookie/>", false, &error),
                    ==, 1);
    g_assert_no_error(error);
    g_assert_cmpint(fake.closes, ==, 1);
}

static void
who_cannot_be_asked_has_no_answer(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(
        migrate_peer_settle("nobody:///", "<cookie/>", false, &error), ==, -1);
    g_assert_nonnull(error);
    g_clear_error(&error);
    g_assert_cmpint(
        migrate_peer_settle("unmoved:///", "<cookie/>", false, &error), ==, -1);
    g_assert_cmpint(error->code, ==, VIR_ERR_NO_SUPPORT);
}

#define ADD(name) g_test_add_func("/driver/migrate_peer/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    registry_add(&fake_driver);
    registry_add(&unmoved);
    ADD(the_answer_is_the_other_sides);
    ADD(who_cannot_be_asked_has_no_answer);
    return g_test_run();
}
