/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "desc" and "metadata" speak with the library as virsh does. */
#include "console.h"

static void
each_command_makes_its_call(void)
{
    static const ConsoleCase cases[] = {
        {"desc web", "domain_get_metadata 0 - flags=0x0", "<note/>\n"},
        {"desc web --title --live", "domain_get_metadata 1 - flags=0x1",
         "<note/>\n"},
        {"desc web the new one",
         "domain_set_metadata 0 'the new one' - - flags=0x0",
         "Domain description updated successfully\n"},
        {"desc web --config --live --title \"\"",
         "domain_set_metadata 1 '' - - flags=0x3",
         "Domain title updated successfully\n"},
        {"metadata web urn:x", "domain_get_metadata 2 urn:x flags=0x0",
         "<note/>\n\n"},
        {"metadata web urn:x --key a --set <b/> --config",
         "domain_set_metadata 2 '<b/>' a urn:x flags=0x2",
         "Metadata modified\n\n"},
        {"metadata web urn:x --remove",
         "domain_set_metadata 2 '' - urn:x flags=0x0", "Metadata removed\n\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

/* As virsh has it: a machine need not have a description. */
static void
no_description_is_an_answer_and_no_element_is_a_failure(void)
{
    g_autoptr(Said) words = NULL;
    g_autoptr(Said) element = NULL;

    fake_reset();
    fake.is_noteless = true;
    words = console_run("desc web");
    g_assert_cmpint(words->result, ==, RESULT_DONE);
    said_out(words, "No description for domain: web\n");
    element = console_run("metadata web urn:x");
    said_refused(element, RESULT_FAILED, "urn:x");
}

static void
misuse_is_refused_before_anything_runs(void)
{
    static const char *const lines[] = {
        "desc web --live --current",
        "metadata web",
        "metadata web urn:x --set <b/>",
        "metadata web urn:x --edit",
        "metadata web urn:x --key a --set <b/> --remove",
        NULL,
    };

    fake_reset();
    console_check_misuse(lines);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_metadata/each_command_makes_its_call",
                    each_command_makes_its_call);
    g_test_add_func("/cli/cmd_metadata/"
                    "no_description_is_an_answer_and_no_element_is_a_failure",
                    no_description_is_an_answer_and_no_element_is_a_failure);
    g_test_add_func("/cli/cmd_metadata/misuse_is_refused_before_anything_runs",
                    misuse_is_refused_before_anything_runs);
    return g_test_run();
}
