/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/status_xml.h"

#include "base/error.h"
#include "xml/domain_xml.h"

#include <string.h>

static const char live_xml[] =
    "<domain type='qemu'><name>web</name>"
    "<uuid>11111111-2222-3333-4444-555555555555</uuid><memory>65536</memory>"
    "<os><type>hvm</type></os><devices>"
    "<graphics type='vnc' port='5901' passwd='secret'/></devices></domain>";

static DomainStatus
running_status(void)
{
    DomainStatus status = {.id = 7,
                           .pid = 4711,
                           .pid_start = 998877,
                           .state = 1,
                           .reason = 5,
                           .shutdown = 1,
                           .live = domain_xml_parse(live_xml, NULL)};

    g_assert_nonnull(status.live);
    return status;
}

static void
a_run_comes_back_as_it_was(void)
{
    DomainStatus status = running_status();
    g_autofree char *text = status_xml_format(&status);
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainStatus) back = status_xml_parse(text, &error);
    g_autofree char *again = back ? status_xml_format(back) : NULL;

    g_assert_no_error(error);
    g_assert_nonnull(back);
    g_assert_cmpint(back->id, ==, 7);
    g_assert_cmpint(back->live->id, ==, 7);
    g_assert_cmpint(back->pid, ==, 4711);
    g_assert_cmpuint(back->pid_start, ==, 998877);
    g_assert_cmpint(back->state, ==, 1);
    g_assert_cmpint(back->reason, ==, 5);
    g_assert_cmpint(back->shutdown, ==, 1);
    g_assert_cmpstr(back->live->name, ==, "web");
    g_assert_nonnull(strstr(again, "secret"));
    domain_def_free(status.live);
}

static void
an_end_is_state_and_reason_alone(void)
{
    DomainStatus status = {
        .id = -1, .state = 5, .reason = 3, .agent_timeout = -1};
    g_autofree char *text = status_xml_format(&status);
    g_autoptr(DomainStatus) back = status_xml_parse(text, NULL);

    g_assert_cmpstr(text, ==,
                    "<domainstatus version='1' state='5' reason='3'/>\n");
    g_assert_nonnull(back);
    g_assert_null(back->live);
    g_assert_cmpint(back->id, ==, -1);
    g_assert_cmpint(back->pid, ==, 0);
    g_assert_cmpint(back->reason, ==, 3);
}

/* It outlives a run, as everything that was said of the domain. */
static void
how_long_to_wait_for_an_agent_comes_back(void)
{
    static const int timeouts[] = {-2, -1, 0, 30};

    for (gsize i = 0; i < G_N_ELEMENTS(timeouts); i++) {
        DomainStatus status = {
            .id = -1, .state = 5, .reason = 3, .agent_timeout = timeouts[i]};
        g_autofree char *text = status_xml_format(&status);
        g_autoptr(DomainStatus) back = status_xml_parse(text, NULL);

        g_assert_cmpint(back->agent_timeout, ==, timeouts[i]);
    }
}

static void
expect_refusal(const char *text, int code, const char *words)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(status_xml_parse(text, &error));
    if (!error_is(error, code) || !strstr(error->message, words))
        g_error("%s: %s", text, error->message);
}

static void
refuses_what_it_cannot_know(void)
{
    g_autofree char *no_pid = g_strdup_printf(
        "<domainstatus version='1' id='1' state='1'>%s</domainstatus>",
        live_xml);

    expect_refusal("<domainstatus version='2' state='5'/>",
                   VIR_ERR_OPERATION_INVALID, "version 2");
    expect_refusal("<domainstatus state='5'/>", VIR_ERR_OPERATION_INVALID,
                   "version 0");
    expect_refusal("<domain/>", VIR_ERR_XML_ERROR, "domain");
    expect_refusal("<domainstatus version='1'", VIR_ERR_XML_DETAIL, "");
    expect_refusal("<domainstatus version='1' state='99'/>", VIR_ERR_XML_ERROR,
                   "99");
    expect_refusal(no_pid, VIR_ERR_XML_ERROR, "no process");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/status_xml/a_run_comes_back_as_it_was",
                    a_run_comes_back_as_it_was);
    g_test_add_func("/xml/status_xml/an_end_is_state_and_reason_alone",
                    an_end_is_state_and_reason_alone);
    g_test_add_func("/xml/status_xml/how_long_to_wait_for_an_agent_comes_back",
                    how_long_to_wait_for_an_agent_comes_back);
    g_test_add_func("/xml/status_xml/refuses_what_it_cannot_know",
                    refuses_what_it_cannot_know);
    return g_test_run();
}
