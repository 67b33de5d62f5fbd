/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrays of named values: growing, finding, copying. */
#include "base/error.h"
#include "base/typed_params.h"

#include <string.h>

static void
values_come_back_under_their_names(void)
{
    virTypedParameterPtr params = NULL;
    int count = 0;

    typed_params_add_int(&params, &count, "id", -3);
    typed_params_add_ullong(&params, &count, "disk_total", G_MAXUINT64);
    typed_params_add_boolean(&params, &count, "success", true);
    typed_params_add_string(&params, &count, "errmsg", "no space");
    g_assert_cmpint(count, ==, 4);
    g_assert_cmpint(typed_params_find(params, count, "id")->value.i, ==, -3);
    g_assert_cmpuint(typed_params_find(params, count, "disk_total")->value.ul,
                     ==, G_MAXUINT64);
    g_assert_cmpint(typed_params_find(params, count, "success")->value.b, ==,
                    1);
    g_assert_cmpstr(typed_params_find(params, count, "errmsg")->value.s, ==,
                    "no space");
    g_assert_null(typed_params_find(params, count, "err"));
    typed_params_free(params, count);
}

static void
names_of_a_wrong_length_are_refused(void)
{
    char name[VIR_TYPED_PARAM_FIELD_LENGTH + 1];
    virTypedParameterPtr params = NULL;
    g_autoptr(GError) error = NULL;
    int count = 0;

    memset(name, 'n', sizeof(name));
    name[VIR_TYPED_PARAM_FIELD_LENGTH] = '\0';
    g_assert_null(typed_params_append(&params, &count, NULL, name,
                                      VIR_TYPED_PARAM_INT, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_clear_error(&error);
    g_assert_null(typed_params_append(&params, &count, NULL, "",
                                      VIR_TYPED_PARAM_INT, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(count, ==, 0);

    name[VIR_TYPED_PARAM_FIELD_LENGTH - 1] = '\0';
    typed_params_add_int(&params, &count, name, 1);
    g_assert_nonnull(typed_params_find(params, count, name));
    typed_params_free(params, count);
}

static void
a_value_of_another_type_is_an_error(void)
{
    virTypedParameterPtr params = NULL;
    virTypedParameterPtr found = NULL;
    g_autoptr(GError) error = NULL;
    int count = 0;

    typed_params_add_int(&params, &count, "id", 1);
    g_assert_true(typed_params_get(params, count, "none", VIR_TYPED_PARAM_INT,
                                   &found, &error));
    g_assert_null(found);
    g_assert_false(typed_params_get(params, count, "id", VIR_TYPED_PARAM_STRING,
                                    &found, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    typed_params_free(params, count);
}

static void
a_copy_has_strings_of_its_own(void)
{
    virTypedParameterPtr params = NULL;
    virTypedParameterPtr copy = NULL;
    int count = 0;

    g_assert_null(typed_params_copy(params, count));
    typed_params_add_string(&params, &count, "errmsg", "lost");
    copy = typed_params_copy(params, count);
    typed_params_free(params, count);
    g_assert_cmpstr(copy->value.s, ==, "lost");
    typed_params_clear(copy, count);
    g_assert_null(copy->value.s);
    typed_params_free(copy, count);
}

/* With a capacity, most additions need no new memory. */
static void
capacity_saves_reallocations(void)
{
    virTypedParameterPtr params = NULL;
    int count = 0;
    int capacity = 0;
    int growths = 0;

    for (int i = 0; i < 1000; i++) {
        int before = capacity;

        g_assert_nonnull(typed_params_append(&params, &count, &capacity, "n",
                                             VIR_TYPED_PARAM_INT, NULL));
        growths += capacity != before;
        g_assert_cmpint(capacity, >=, count);
    }
    g_assert_cmpint(growths, <, 20);
    typed_params_free(params, count);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/typed_params/values_come_back_under_their_names",
                    values_come_back_under_their_names);
    g_test_add_func("/base/typed_params/names_of_a_wrong_length_are_refused",
                    names_of_a_wrong_length_are_refused);
    g_test_add_func("/base/typed_params/a_value_of_another_type_is_an_error",
                    a_value_of_another_type_is_an_error);
    g_test_add_func("/base/typed_params/a_copy_has_strings_of_its_own",
                    a_copy_has_strings_of_its_own);
    g_test_add_func("/base/typed_params/capacity_saves_reallocations",
                    capacity_saves_reallocations);
    return g_test_run();
}
