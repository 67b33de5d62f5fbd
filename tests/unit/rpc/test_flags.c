/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A flag is never taken for another that has its number. */
#include "rpc/flags.h"

#include "base/error.h"

#include <libvirt/libvirt-domain.h>

static void
libvirts_flags_travel_by_its_numbers(void)
{
    unsigned wire = 0;
    unsigned flags = 0;

    g_assert_true(flags_backup_begin_to_libvirt(
        VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL, &wire, NULL));
    g_assert_cmpuint(wire, ==, 1);
    g_assert_true(flags_backup_begin_to_libvirt(
        VIR_DOMAIN_BACKUP_BEGIN_PRESERVE_SHUTDOWN_DOMAIN, &wire, NULL));
    g_assert_cmpuint(wire, ==, 2);
    g_assert_true(flags_backup_begin_from_libvirt(3, &flags, NULL));
    g_assert_cmpuint(flags, ==,
                     VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL |
                         VIR_DOMAIN_BACKUP_BEGIN_PRESERVE_SHUTDOWN_DOMAIN);
}

static void
the_proposals_flags_do_not_travel_as_others(void)
{
    const unsigned ours[] = {VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA,
                             VIR_DOMAIN_BACKUP_BEGIN_QUIESCE, 1U << 31};

    for (gsize i = 0; i < G_N_ELEMENTS(ours); i++) {
        g_autoptr(GError) error = NULL;
        unsigned wire = 77;

        g_assert_false(flags_backup_begin_to_libvirt(ours[i], &wire, &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_SUPPORT);
        g_assert_cmpuint(wire, ==, 77);
    }
}

static void
a_flag_that_libvirt_does_not_have_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    unsigned flags = 77;

    g_assert_false(flags_backup_begin_from_libvirt(4, &flags, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_assert_cmpuint(flags, ==, 77);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/rpc/flags/" #name, name)
    TEST(libvirts_flags_travel_by_its_numbers);
    TEST(the_proposals_flags_do_not_travel_as_others);
    TEST(a_flag_that_libvirt_does_not_have_is_refused);
    return g_test_run();
}
