/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Typed parameters as programs use them. */
#include "machine.h"

#include <string.h>

static void
each_type_goes_in_and_comes_out(void)
{
    virTypedParameterPtr params = NULL;
    int n = 0;
    int max = 0;
    int i = 0;
    int truth = 0;
    unsigned ui = 0;
    long long l = 0;
    unsigned long long ul = 0;
    double d = 0;
    const char *text = NULL;

    g_assert_cmpint(virTypedParamsAddInt(&params, &n, &max, "i", -1), ==, 0);
    g_assert_cmpint(virTypedParamsAddUInt(&params, &n, &max, "ui", 2), ==, 0);
    g_assert_cmpint(virTypedParamsAddLLong(&params, &n, &max, "l", -3), ==, 0);
    g_assert_cmpint(virTypedParamsAddULLong(&params, &n, &max, "ul", 4), ==, 0);
    g_assert_cmpint(virTypedParamsAddDouble(&params, &n, &max, "d", 0.5), ==,
                    0);
    g_assert_cmpint(virTypedParamsAddBoolean(&params, &n, &max, "b", 256), ==,
                    0);
    g_assert_cmpint(virTypedParamsAddString(&params, &n, &max, "s", "x"), ==,
                    0);
    g_assert_cmpint(n, ==, 7);
    g_assert_cmpint(virTypedParamsGetInt(params, n, "i", &i), ==, 1);
    g_assert_cmpint(i, ==, -1);
    g_assert_cmpint(virTypedParamsGetUInt(params, n, "ui", &ui), ==, 1);
    g_assert_cmpuint(ui, ==, 2);
    g_assert_cmpint(virTypedParamsGetLLong(params, n, "l", &l), ==, 1);
    g_assert_cmpint(l, ==, -3);
    g_assert_cmpint(virTypedParamsGetULLong(params, n, "ul", &ul), ==, 1);
    g_assert_cmpuint(ul, ==, 4);
    g_assert_cmpint(virTypedParamsGetDouble(params, n, "d", &d), ==, 1);
    g_assert_true(d == 0.5);
    g_assert_cmpint(virTypedParamsGetBoolean(params, n, "b", &truth), ==, 1);
    g_assert_cmpint(truth, ==, 1);
    g_assert_cmpint(virTypedParamsGetString(params, n, "s", &text), ==, 1);
    g_assert_cmpstr(text, ==, "x");
    g_assert_cmpint(virTypedParamsGet(params, n, "s")->type, ==,
                    VIR_TYPED_PARAM_STRING);
    g_assert_null(virTypedParamsGet(params, n, "none"));
    virTypedParamsFree(params, n);
}

static void
absence_is_no_error_and_another_type_is(void)
{
    virTypedParameterPtr params = NULL;
    int n = 0;
    int max = 0;
    int value = 42;
    const char *text = NULL;

    g_assert_cmpint(virTypedParamsGetInt(NULL, 0, "i", &value), ==, 0);
    g_assert_null(virGetLastError());
    g_assert_cmpint(virTypedParamsAddInt(&params, &n, &max, "i", 1), ==, 0);
    g_assert_cmpint(virTypedParamsGetInt(params, n, "x", &value), ==, 0);
    g_assert_cmpint(virTypedParamsGetString(params, n, "i", &text), ==, -1);
    assert_last_error(VIR_FROM_NONE, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(value, ==, 42);
    g_assert_cmpint(virTypedParamsGetInt(params, n, "i", NULL), ==, 1);
    virTypedParamsClear(params, n);
    virTypedParamsFree(params, n);
}

static void
bad_arguments_are_refused(void)
{
    char long_name[VIR_TYPED_PARAM_FIELD_LENGTH + 1];
    virTypedParameterPtr params = NULL;
    int n = 0;
    int max = 0;

    memset(long_name, 'n', sizeof(long_name) - 1);
    long_name[sizeof(long_name) - 1] = '\0';
#define ASSERT_REFUSED(call)                                   \
    do {                                                       \
        g_assert_cmpint(call, ==, -1);                         \
        assert_last_error(VIR_FROM_NONE, VIR_ERR_INVALID_ARG); \
    } while (0)
    ASSERT_REFUSED(virTypedParamsAddInt(&params, &n, &max, long_name, 1));
    ASSERT_REFUSED(virTypedParamsAddInt(&params, &n, &max, "", 1));
    ASSERT_REFUSED(virTypedParamsAddInt(&params, &n, &max, NULL, 1));
    ASSERT_REFUSED(virTypedParamsAddInt(NULL, &n, &max, "i", 1));
    ASSERT_REFUSED(virTypedParamsAddInt(&params, NULL, &max, "i", 1));
    ASSERT_REFUSED(virTypedParamsAddInt(&params, &n, NULL, "i", 1));
    ASSERT_REFUSED(virTypedParamsGetInt(params, n, NULL, &n));
    ASSERT_REFUSED(virTypedParamsGetInt(NULL, 1, "i", &n));
#undef ASSERT_REFUSED
    g_assert_null(params);
    virTypedParamsClear(NULL, 0);
    virTypedParamsFree(NULL, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/typed_params/each_type_goes_in_and_comes_out",
                    each_type_goes_in_and_comes_out);
    g_test_add_func("/api/typed_params/absence_is_no_error_and_another_type_is",
                    absence_is_no_error_and_another_type_is);
    g_test_add_func("/api/typed_params/bad_arguments_are_refused",
                    bad_arguments_are_refused);
    return g_test_run();
}
