/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest's own side: what can be asked of its agent, and when; what is told
 * of its agent and of its resets. */
#include "../integration/backup_steps.h"
#include "../integration/event_ear.h"
#include "stage.h"

#include <string.h>

#define CHANNEL                                   \
    "<channel type='unix'><target type='virtio' " \
    "name='org.qemu.guest_agent.0'/></channel>"

/* Nobody could thaw what stands still. */
static void
a_guest_that_stands_still_is_not_asked(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    virDomainFSInfoPtr *list = NULL;

    stage_add_devices(stage, CHANNEL);
    g_assert_cmpint(virDomainFSFreeze(domain, NULL, 0, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    machine_start_paused(stage->machine);
    g_assert_cmpint(virDomainFSFreeze(domain, NULL, 0, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virDomainFSThaw(domain, NULL, 0, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virDomainGetFSInfo(domain, &list, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virDomainFSFreeze(domain, NULL, 0, 1 << 9), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

static void
without_a_channel_there_is_no_agent(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    virDomainFSInfoPtr *list = NULL;

    require(virDomainResume(domain) == 0);
    g_assert_cmpint(virDomainFSFreeze(domain, NULL, 0, 0), ==, -1);
    require_error(VIR_ERR_ARGUMENT_UNSUPPORTED);
    g_assert_cmpint(virDomainGetFSInfo(domain, &list, 0), ==, -1);
    require_error(VIR_ERR_ARGUMENT_UNSUPPORTED);
}

/* Each of the calls that ask it fails with @code. */
static void
refuse_all(virDomainPtr domain, int code)
{
    virDomainInterfacePtr *interfaces = NULL;
    virTypedParameterPtr params = NULL;
    int count = 0;

    g_assert_cmpint(virDomainFSTrim(domain, NULL, 0, 0), ==, -1);
    require_error(code);
    g_assert_cmpint(virDomainGetTime(domain, NULL, NULL, 0), ==, -1);
    require_error(code);
    g_assert_cmpint(virDomainSetTime(domain, 1, 0, 0), ==, -1);
    require_error(code);
    g_assert_null(virDomainGetHostname(domain, 0));
    require_error(code);
    g_assert_cmpint(virDomainInterfaceAddresses(domain, &interfaces, 1, 0), ==,
                    -1);
    require_error(code);
    g_assert_cmpint(virDomainGetGuestInfo(domain, 0, &params, &count, 0), ==,
                    -1);
    require_error(code);
    g_assert_cmpint(virDomainSetUserPassword(domain, "root", "x", 0), ==, -1);
    require_error(code);
}

static void
a_guest_is_asked_by_its_agent_alone(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    stage_add_devices(stage, CHANNEL);
    refuse_all(domain, VIR_ERR_OPERATION_INVALID);
    machine_start_paused(stage->machine);
    refuse_all(domain, VIR_ERR_OPERATION_INVALID);
}

static void
without_a_channel_nothing_is_asked(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);

    require(virDomainResume(stage->machine->domain) == 0);
    refuse_all(stage->machine->domain, VIR_ERR_ARGUMENT_UNSUPPORTED);
}

/* Before an agent is looked for, so it is the same without one. */
static void
what_no_agent_can_is_refused(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    virDomainInterfacePtr *list = NULL;
    virTypedParameterPtr params = NULL;
    int count = 0;

    g_assert_cmpint(virDomainFSTrim(domain, "/", 0, 0), ==, -1);
    require_error(VIR_ERR_ARGUMENT_UNSUPPORTED);
    g_assert_null(virDomainGetHostname(domain, VIR_DOMAIN_GET_HOSTNAME_LEASE));
    require_error(VIR_ERR_ARGUMENT_UNSUPPORTED);
    g_assert_null(virDomainGetHostname(domain, 3));
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainInterfaceAddresses(domain, &list, 0, 0), ==, -1);
    require_error(VIR_ERR_ARGUMENT_UNSUPPORTED);
    g_assert_cmpint(virDomainInterfaceAddresses(domain, &list, 3, 0), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainSetTime(domain, INT64_MAX, 0, 0), ==, -1);
    require_error(VIR_ERR_OVERFLOW);
    g_assert_cmpint(virDomainGetGuestInfo(domain, 1 << 7, &params, &count, 0),
                    ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

static void
how_long_an_agent_is_waited_for_is_said_at_any_time(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    require(virDomainAgentSetResponseTimeout(domain, -2, 0) == 0);
    require(virDomainAgentSetResponseTimeout(domain, 30, 0) == 0);
    g_assert_cmpint(virDomainAgentSetResponseTimeout(domain, -3, 0), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
    machine_start_paused(stage->machine);
    require(virDomainAgentSetResponseTimeout(domain, -1, 0) == 0);
}

/* From leases and neighbours they may ask: nobody in the guest is bothered. */
static void
readers_make_no_guest_do_anything(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virConnectPtr reader = stage_connect(stage, true);
    virDomainPtr domain = virDomainLookupByName(reader, "web");
    virDomainInterfacePtr *list = NULL;

    require(domain != NULL);
    refuse_all(domain, VIR_ERR_OPERATION_DENIED);
    g_assert_cmpint(virDomainAgentSetResponseTimeout(domain, 1, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_DENIED);
    g_assert_cmpint(virDomainInterfaceAddresses(domain, &list, 0, 0), ==, -1);
    require_error(VIR_ERR_ARGUMENT_UNSUPPORTED);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(reader) >= 0);
}

/* What could not be frozen is not begun, and nothing is left of it. */
static void
nothing_is_quiesced_without_an_agent(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    virDomainPtr domain = machine->domain;

    require(virDomainResume(domain) == 0);
    refuse_begin(machine, document(machine, "pull", "%s", ""), "c1",
                 VIR_DOMAIN_BACKUP_BEGIN_QUIESCE, VIR_ERR_ARGUMENT_UNSUPPORTED,
                 "guest agent");
    g_assert_null(virDomainCheckpointCreateXML(
        domain, "<domaincheckpoint/>", VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE));
    require_error(VIR_ERR_ARGUMENT_UNSUPPORTED);
    g_assert_null(
        virDomainSnapshotCreateXML(domain, "<domainsnapshot/>",
                                   VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY |
                                       VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE));
    require_error(VIR_ERR_ARGUMENT_UNSUPPORTED);
    require_checkpoints(machine, 0);
    g_assert_cmpint(virDomainSnapshotNum(domain, 0), ==, 0);
    require(virDomainSuspend(domain) == 0);
    refuse_begin(machine, document(machine, "pull", "%s", ""), NULL,
                 VIR_DOMAIN_BACKUP_BEGIN_QUIESCE, VIR_ERR_OPERATION_INVALID,
                 "not running");
}

static void
an_agent_is_told_as_not_there_when_its_domain_starts(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);

    stage_add_devices(stage, CHANNEL);
    ear_keep(stage->machine->conn);
    machine_start_paused(stage->machine);
    ear_expect("lifecycle 2 0\nagent 2 1\nlifecycle 3 0\n");
    machine_stop(stage->machine);
    ear_expect("lifecycle 5 1\n");
}

static void
each_reset_is_told(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);

    ear_keep(stage->machine->conn);
    require(virDomainReset(stage->machine->domain, 0) == 0);
    require(virDomainReset(stage->machine->domain, 0) == 0);
    ear_expect("reboot\nreboot\n");
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "guest");
    require(virEventRegisterDefaultImpl() == 0);
    STAGE_TEST(a_guest_that_stands_still_is_not_asked);
    STAGE_TEST(without_a_channel_there_is_no_agent);
    STAGE_TEST(a_guest_is_asked_by_its_agent_alone);
    STAGE_TEST(without_a_channel_nothing_is_asked);
    STAGE_TEST(what_no_agent_can_is_refused);
    STAGE_TEST(how_long_an_agent_is_waited_for_is_said_at_any_time);
    STAGE_TEST(readers_make_no_guest_do_anything);
    STAGE_TEST(nothing_is_quiesced_without_an_agent);
    STAGE_TEST(an_agent_is_told_as_not_there_when_its_domain_starts);
    STAGE_TEST(each_reset_is_told);
    return g_test_run();
}
