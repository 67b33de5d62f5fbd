/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/domain/domain_state.h"

static void
expect(const char *status, int state, int reason, int new_state, int new_reason)
{
    int found = -1;
    int why = -1;

    domain_state_map(status, state, reason, &found, &why);
    g_assert_cmpint(found, ==, new_state);
    g_assert_cmpint(why, ==, new_reason);
}

/* QEMU does not know why it runs or stands; what we noted stays. */
static void
a_reason_of_ours_stays_while_the_state_does(void)
{
    expect("running", VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED,
           VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED);
    expect("paused", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER,
           VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    expect("prelaunch", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER,
           VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
}

static void
a_new_state_has_qemus_reason(void)
{
    expect("running", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER,
           VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED);
    expect("paused", VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED,
           VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    expect("io-error", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER,
           VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_IOERROR);
    expect("shutdown", VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED,
           VIR_DOMAIN_SHUTDOWN, VIR_DOMAIN_SHUTDOWN_UNKNOWN);
    expect("guest-panicked", VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED,
           VIR_DOMAIN_CRASHED, VIR_DOMAIN_CRASHED_PANICKED);
    expect("suspended", VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED,
           VIR_DOMAIN_PMSUSPENDED, VIR_DOMAIN_PMSUSPENDED_UNKNOWN);
}

static void
a_status_of_a_later_qemu_is_no_state(void)
{
    expect("colo-dreaming", VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED,
           VIR_DOMAIN_NOSTATE, VIR_DOMAIN_NOSTATE_UNKNOWN);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/domain/domain_state/a_reason_of_ours_stays",
                    a_reason_of_ours_stays_while_the_state_does);
    g_test_add_func("/qemu/domain/domain_state/a_new_state_has_qemus_reason",
                    a_new_state_has_qemus_reason);
    g_test_add_func("/qemu/domain/domain_state/a_later_status_is_no_state",
                    a_status_of_a_later_qemu_is_no_state);
    return g_test_run();
}
