/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/qemu_user.h"

#include "base/error.h"

#include <string.h>
#include <unistd.h>

static void
the_callers_own_user_is_none(void)
{
    g_autofree char *self = g_strdup_printf("+%u", (unsigned)geteuid());
    g_autoptr(GError) error = NULL;
    QemuUser user = {0};

    g_assert_true(qemu_user_find(self, NULL, &user, &error));
    g_assert_no_error(error);
    g_assert_false(qemu_user_is_set(&user));
    qemu_user_clear(&user);
}

static void
who_does_not_exist_is_named(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) other = NULL;
    QemuUser user = {0};

    g_assert_false(qemu_user_find("nobody-at-all", NULL, &user, &error));
    g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
    g_assert_nonnull(strstr(error->message, "'nobody-at-all'"));
    g_assert_false(qemu_user_find("root", "nobodies", &user, &other));
    g_assert_true(error_is(other, VIR_ERR_INVALID_ARG));
    g_assert_nonnull(strstr(other->message, "'nobodies'"));
    g_assert_false(qemu_user_is_set(&user));
}

static void
only_root_becomes_another(void)
{
    g_autoptr(GError) error = NULL;
    QemuUser user = {0};
    bool is_found = qemu_user_find("+64055", NULL, &user, &error);

    g_assert_true(is_found == (geteuid() == 0));
    if (is_found) {
        g_assert_true(qemu_user_is_set(&user));
        g_assert_cmpuint(user.gid, ==, 64055);
    } else {
        g_assert_true(error_is(error, VIR_ERR_OPERATION_DENIED));
    }
    qemu_user_clear(&user);
}

static void
no_right_of_roots_is_left(void)
{
    const QemuUser user = {
        .name = (char *)"nobody", .uid = 65534, .gid = 65533, .kvm = 104};
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *line = NULL;

    qemu_user_add_words(&user, words);
    g_ptr_array_add(words, NULL);
    line = g_strjoinv(" ", (char **)words->pdata);
    g_assert_cmpstr(line, ==,
                    "setpriv --reuid=65534 --regid=65533 --groups=104 "
                    "--no-new-privs --inh-caps=-all --bounding-set=-all --");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/user/the_callers_own_user_is_none",
                    the_callers_own_user_is_none);
    g_test_add_func("/qemu/user/who_does_not_exist_is_named",
                    who_does_not_exist_is_named);
    g_test_add_func("/qemu/user/only_root_becomes_another",
                    only_root_becomes_another);
    g_test_add_func("/qemu/user/no_right_of_roots_is_left",
                    no_right_of_roots_is_left);
    return g_test_run();
}
