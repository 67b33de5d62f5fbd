/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NULL in each place where a public call needs something: refused with the
 * argument's name, before the driver hears of it.  Which calls and places there
 * are comes from the headers (tests/public_calls.h). */
#include "machine.h"
#include "public_calls.h"

#include <string.h>

static void
assert_names_the_argument(const PublicCall *call, const NeededArgument *needed)
{
    g_autofree char *quoted = g_strdup_printf("'%s'", needed->name);

    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_ARG);
    /* These speak of the array and its counts together. */
    if (!g_str_has_prefix(call->name, "virTypedParams"))
        g_assert_nonnull(strstr(virGetLastErrorMessage(), quoted));
}

static void
assert_refuses(const Handles *handles, const PublicCall *call,
               const NeededArgument *needed)
{
    g_test_message("%s: %s", call->name, needed->name);
    virResetLastError();
    g_assert_false(call->call(handles, 0, needed->place));
    if (needed->is_handle) {
        g_assert_cmpint(virGetLastErrorCode(), !=, VIR_ERR_OK);
    } else if (virGetLastError()) {
        assert_names_the_argument(call, needed);
    }
    g_assert_null(fake.last_call);
}

static void
null_where_something_is_needed_is_refused(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    const Handles handles = {machine->conn, machine->domain,
                             machine->checkpoint, machine->snapshot,
                             machine->job};
    size_t n_calls = 0;
    const PublicCall *calls = public_calls(&n_calls);
    unsigned places = 0;

    for (size_t i = 0; i < n_calls; i++) {
        for (const NeededArgument *one = calls[i].needed; one->name; one++) {
            assert_refuses(&handles, &calls[i], one);
            places++;
        }
    }
    g_assert_cmpuint(places, >, 150);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    virEventRegisterDefaultImpl();
    g_test_add_func("/api/bad_input/null_where_something_is_needed_is_refused",
                    null_where_something_is_needed_is_refused);
    return g_test_run();
}
