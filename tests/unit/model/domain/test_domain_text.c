/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One text for all that were made of one definition. */
#include "model/domain/domain_text.h"

#include "model/checkpoint.h"

static void
a_text_lives_as_long_as_the_last_that_shares_it(void)
{
    DomainText *domain = domain_text_new(g_strdup("<domain/>"));
    CheckpointDef *def = checkpoint_def_new();
    CheckpointDef *copy = NULL;

    def->domain = domain_text_ref(domain);
    domain_text_unref(domain);
    copy = checkpoint_def_copy(def);
    g_assert_true(copy->domain == def->domain);
    checkpoint_def_free(def);
    g_assert_cmpstr(copy->domain->text, ==, "<domain/>");
    checkpoint_def_free(copy);
}

static void
no_text_is_none(void)
{
    g_assert_null(domain_text_new(NULL));
    g_assert_null(domain_text_ref(NULL));
    domain_text_unref(NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/model/domain_text/a_text_lives_as_long_as_the_last_that_shares_it",
        a_text_lives_as_long_as_the_last_that_shares_it);
    g_test_add_func("/model/domain_text/no_text_is_none", no_text_is_none);
    return g_test_run();
}
