/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An error begins for libvirt's clients as libvirt's do. */
#include "daemon/error_words.h"

static void
assert_words(int code, const char *text, const char *expected)
{
    const virError reason = {.code = code, .message = (char *)text};
    g_autofree char *words = error_words(&reason);

    g_assert_cmpstr(words, ==, expected);
}

static void
a_code_has_its_words(void)
{
    assert_words(VIR_ERR_NO_DOMAIN, "there is no domain 'web'",
                 "Domain not found: there is no domain 'web'");
    assert_words(VIR_ERR_NO_DOMAIN_CHECKPOINT, "none 'c1'",
                 "Domain checkpoint not found: none 'c1'");
}

static void
words_that_are_there_are_not_said_twice(void)
{
    const char *text = "this function is not supported by the connection "
                       "driver: virDomainNone";

    assert_words(VIR_ERR_NO_SUPPORT, text, text);
}

static void
a_code_without_words_has_its_text_alone(void)
{
    assert_words(VIR_ERR_RPC, "Cannot find program 1", "Cannot find program 1");
    assert_words(VIR_ERR_SYSTEM_ERROR, "no such file", "no such file");
    assert_words(VIR_ERR_RPC, NULL, "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/error_words/a_code_has_its_words", a_code_has_its_words);
    g_test_add_func("/error_words/words_that_are_there_are_not_said_twice",
                    words_that_are_there_are_not_said_twice);
    g_test_add_func("/error_words/a_code_without_words_has_its_text_alone",
                    a_code_without_words_has_its_text_alone);
    return g_test_run();
}
