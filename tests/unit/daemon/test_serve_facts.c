/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts as libvirt's clients take them, and a room that is held. */
#include "base/error.h"
#include "fake_driver.h"
#include "loop.h"
#include "rpc/wire_objects.h"

#define CALL(loop, name, args, ret, error) \
    loop_call(loop, RPC_PROGRAM_REMOTE, REMOTE_##name, args, ret, error)
#define FREE(name, ret) loop_free_ret(RPC_PROGRAM_REMOTE, REMOTE_##name, ret)

/* They copy up to the byte that ends it, which has to come. */
static void
a_text_comes_with_the_byte_that_ends_it(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    WireSecurityModel came = {0};

    g_assert_true(CALL(loop, NODE_GET_SECURITY_MODEL, NULL, &came, NULL));
    g_assert_cmpuint(came.model.model_len, ==, sizeof("sealed"));
    g_assert_cmpstr(came.model.model_val, ==, "sealed");
    FREE(NODE_GET_SECURITY_MODEL, &came);
}

static void
more_errors_than_a_message_has_are_not_asked_for(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    WireDomainUnsignedFlags asked = {.number = WIRE_DISK_ERRORS_MAX + 1};
    WireDiskErrors came = {0};

    wire_domain_lend(loop->domain, &asked.domain);
    g_assert_false(CALL(loop, DOMAIN_GET_DISK_ERRORS, &asked, &came, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
    asked.number = 0;
    g_assert_true(CALL(loop, DOMAIN_GET_DISK_ERRORS, &asked, &came, NULL));
    g_assert_cmpint(came.count, ==, 2);
    g_assert_cmpuint(came.errors.errors_len, ==, 0);
    asked.number = 3;
    g_assert_true(CALL(loop, DOMAIN_GET_DISK_ERRORS, &asked, &came, NULL));
    g_assert_cmpuint(came.errors.errors_len, ==, 1);
    FREE(DOMAIN_GET_DISK_ERRORS, &came);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/daemon/serve_facts/a_text_comes_with_its_end",
                    a_text_comes_with_the_byte_that_ends_it);
    g_test_add_func("/daemon/serve_facts/more_errors_are_not_asked_for",
                    more_errors_than_a_message_has_are_not_asked_for);
    return g_test_run();
}
