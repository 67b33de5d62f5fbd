/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers of the public API have virsh's words. */
#include "cli/text/wording.h"

#include <glib.h>
#include <libvirt/libvirt.h>

static void
states_have_virshs_words(void)
{
    g_assert_cmpstr(wording_state(VIR_DOMAIN_RUNNING), ==, "running");
    g_assert_cmpstr(wording_state(VIR_DOMAIN_SHUTOFF), ==, "shut off");
    g_assert_cmpstr(wording_state(VIR_DOMAIN_PMSUSPENDED), ==, "pmsuspended");
}

static void
reasons_belong_to_their_state(void)
{
    g_assert_cmpstr(
        wording_reason(VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED), ==,
        "booted");
    g_assert_cmpstr(
        wording_reason(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_POSTCOPY_FAILED),
        ==, "post-copy failed");
    g_assert_cmpstr(
        wording_reason(VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_DAEMON), ==,
        "daemon");
}

static void
jobs_have_virshs_words(void)
{
    g_assert_cmpstr(wording_job_type(VIR_DOMAIN_JOB_UNBOUNDED), ==,
                    "Unbounded");
    g_assert_cmpstr(wording_job_type(VIR_DOMAIN_JOB_CANCELLED), ==,
                    "Cancelled");
    g_assert_cmpstr(wording_operation(VIR_DOMAIN_JOB_OPERATION_BACKUP), ==,
                    "Backup");
}

static void
events_have_virshs_words(void)
{
    g_assert_cmpstr(wording_event(VIR_DOMAIN_EVENT_CRASHED), ==, "Crashed");
    g_assert_cmpstr(wording_event_detail(VIR_DOMAIN_EVENT_STOPPED,
                                         VIR_DOMAIN_EVENT_STOPPED_DESTROYED),
                    ==, "Destroyed");
}

static void
numbers_from_later_versions_are_unknown(void)
{
    g_assert_cmpstr(wording_state(99), ==, "no state");
    g_assert_cmpstr(wording_state(-1), ==, "no state");
    g_assert_cmpstr(wording_reason(99, 0), ==, "unknown");
    g_assert_cmpstr(wording_reason(VIR_DOMAIN_RUNNING, 99), ==, "unknown");
    g_assert_cmpstr(wording_job_type(99), ==, "unknown");
    g_assert_cmpstr(wording_event(99), ==, "unknown");
    g_assert_cmpstr(wording_event_detail(99, 0), ==, "unknown");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/wording/states_have_virshs_words",
                    states_have_virshs_words);
    g_test_add_func("/cli/wording/reasons_belong_to_their_state",
                    reasons_belong_to_their_state);
    g_test_add_func("/cli/wording/jobs_have_virshs_words",
                    jobs_have_virshs_words);
    g_test_add_func("/cli/wording/events_have_virshs_words",
                    events_have_virshs_words);
    g_test_add_func("/cli/wording/numbers_from_later_versions_are_unknown",
                    numbers_from_later_versions_are_unknown);
    return g_test_run();
}
