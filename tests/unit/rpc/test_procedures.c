/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of procedures has what real clients need, and finds it. */
#include "rpc/procedures.h"

#include <glib.h>

/* Without these, libvirt's own tools fail at something. */
static const int needed[] = {
    1, 2, 9, 11, 12, 14, 15, 16, 19, 23, 24, 60, 66, 110, 150, 157, 164, 212,
    231, 238, 273, 298, 316, 317, 318, 326, 335, 336, 339, 350, 360, 361, 363,
    411, 412, 413, 414, 415, 416, 417, 421, 422,
    /* and these spare them a fallback */
    3, 4, 6, 7, 10, 17, 18, 21, 22, 25, 27, 28, 29, 33, 34, 35, 37, 51, 59, 64,
    70, 102, 105, 106, 107, 121, 122, 149, 151, 163, 167, 168, 183, 185, 186,
    187, 188, 189, 190, 191, 192, 193, 194, 196, 202, 234, 237, 239, 240, 243,
    244, 245, 246, 247, 251, 258, 263, 264, 265, 266, 271, 272, 274, 275, 281,
    283, 290, 294, 319, 322, 324, 327, 337, 342, 344, 345, 348, 349, 353, 358,
    362, 379, 385, 386, 391, 418, 420, 426, 442};

static void
what_libvirts_tools_need_is_there(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
        g_assert_nonnull(procedure_find(RPC_PROGRAM_REMOTE, needed[i]));
    g_assert_nonnull(procedure_find(RPC_PROGRAM_QEMU, 1));
    g_assert_nonnull(procedure_find(RPC_PROGRAM_QEMU, 3));
}

static void
each_row_is_found_by_its_numbers_and_is_whole(void)
{
    unsigned count = 0;
    const Procedure *rows = procedure_all(&count);

    for (unsigned i = 0; i < count; i++) {
        g_assert_true(procedure_find(rows[i].program, rows[i].number) ==
                      &rows[i]);
        g_assert_true(!rows[i].args_xdr == (rows[i].args_size == 0));
        g_assert_true(!rows[i].ret_xdr == (rows[i].ret_size == 0));
        /* Nobody answers what is only told. */
        g_assert_true(!(rows[i].marks & PROCEDURE_MESSAGE) ||
                      (!rows[i].ret_xdr && !rows[i].function));
    }
}

static void
numbers_from_outside_are_not_found(void)
{
    g_assert_null(procedure_find(RPC_PROGRAM_REMOTE, 0));
    g_assert_null(procedure_find(RPC_PROGRAM_REMOTE, 9999));
    g_assert_null(procedure_find(RPC_PROGRAM_REMOTE, G_MININT));
    g_assert_null(procedure_find(RPC_PROGRAM_REMOTE, G_MAXINT));
    g_assert_null(procedure_find(0, 1));
    g_assert_null(procedure_find(G_MAXUINT, 1));
    g_assert_true(procedure_program_is_known(RPC_PROGRAM_QEMU));
    g_assert_false(procedure_program_is_known(0x06900690));
}

static void
before_authentication_there_is_only_authentication(void)
{
    unsigned count = 0;
    const Procedure *rows = procedure_all(&count);

    for (unsigned i = 0; i < count; i++) {
        bool is_authentication = rows[i].program == RPC_PROGRAM_REMOTE &&
                                 rows[i].number >= REMOTE_AUTH_LIST &&
                                 rows[i].number <= REMOTE_AUTH_POLKIT;

        g_assert_true(
            !!(rows[i].marks & PROCEDURE_EARLY) ==
            (is_authentication || rows[i].program == RPC_PROGRAM_KEEPALIVE));
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/rpc/procedures/" #name, name)
    TEST(what_libvirts_tools_need_is_there);
    TEST(each_row_is_found_by_its_numbers_and_is_whole);
    TEST(numbers_from_outside_are_not_found);
    TEST(before_authentication_there_is_only_authentication);
    return g_test_run();
}
