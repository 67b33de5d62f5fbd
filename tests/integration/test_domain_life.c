/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine's life: started, paused, resumed, ended by us, by itself, by a
 * kill; seen by the connection that did it and by another. */
#include "domain_steps.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static void
starts_pauses_resumes_and_is_destroyed(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    virDomainPtr domain = machine->domain;

    expect_state(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_UNKNOWN);
    machine_start(machine);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED);
    g_assert_cmpuint(virDomainGetID(domain), ==, 1);
    require(virDomainSuspend(domain) == 0);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    require(virDomainResume(domain) == 0);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED);
    require(virDomainReset(domain, 0) == 0);
    machine_stop(machine);
    expect_state(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_DESTROYED);
    g_assert_cmpint(machine_pid(machine), ==, 0);
}

static void
refuses_what_its_state_does_not_allow(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    virDomainPtr domain = machine->domain;

    g_assert_cmpint(virDomainSuspend(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "does not run");
    g_assert_cmpint(virDomainDestroy(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "does not run");
    machine_start(machine);
    g_assert_cmpint(virDomainCreate(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "runs already");
    g_assert_cmpint(virDomainResume(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "not paused");
    g_assert_cmpint(virDomainRename(domain, "other", 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "while it runs");
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED);
}

static void
paused_start_waits_for_resume(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);

    machine_start_paused(machine);
    expect_state(machine->domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    require(virDomainResume(machine->domain) == 0);
    expect_state(machine->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_UNPAUSED);
}

static void
a_killed_qemu_is_noticed_as_crashed(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);

    machine_start_paused(machine);
    machine_kill(machine);
    g_assert_cmpint(virDomainIsActive(machine->domain), ==, 0);
    expect_state(machine->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_CRASHED);
    machine_start_paused(machine);
    g_assert_cmpuint(virDomainGetID(machine->domain), ==, 2);
}

/* A QEMU that does not answer is ended all the same, and keeps nobody else. */
static void
a_qemu_that_hangs_can_be_destroyed(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    pid_t pid = 0;

    machine_start_paused(machine);
    pid = machine_pid(machine);
    g_assert_cmpint(kill(pid, SIGSTOP), ==, 0);
    expect_state(machine->domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    g_assert_cmpint(
        virDomainDestroyFlags(machine->domain, VIR_DOMAIN_DESTROY_GRACEFUL), ==,
        -1);
    expect_error(VIR_ERR_OPERATION_FAILED, "graceful");
    require(virDomainDestroy(machine->domain) == 0);
    expect_state(machine->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_DESTROYED);
    g_assert_cmpint(machine_pid(machine), ==, 0);
}

static void
an_end_of_its_own_is_noticed_as_shutdown(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);

    machine_start_paused(machine);
    machine_quit(machine);
    expect_state(machine->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_SHUTDOWN);
}

static void
another_connection_finds_the_machine(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    virConnectPtr other = NULL;
    virDomainPtr found = NULL;

    machine_start(machine);
    other = virConnectOpen(machine->uri);
    require(other != NULL);
    found = virDomainLookupByID(other, 1);
    require(found != NULL);
    g_assert_cmpstr(virDomainGetName(found), ==, "web");
    expect_state(found, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED);
    require(virDomainSuspend(found) == 0);
    expect_state(machine->domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    require(virDomainDestroy(found) == 0);
    expect_state(machine->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_DESTROYED);
    require(virDomainFree(found) == 0);
    require(virConnectClose(other) == 0);
}

static int
hold_root(Machine *machine)
{
    g_autofree char *path = machine_file(machine, "root/lock");
    int lock = open(path, O_RDWR | O_CLOEXEC);

    g_assert_cmpint(lock, >=, 0);
    g_assert_cmpint(flock(lock, LOCK_EX), ==, 0);
    return lock;
}

/* What a looking call tells, by @domain's connection. */
static void
expect_look(virDomainPtr domain, int state, int reason)
{
    virDomainInfo info = {0};
    g_autofree char *xml = virDomainGetXMLDesc(domain, 0);

    expect_state(domain, state, reason);
    require(virDomainGetInfo(domain, &info) == 0);
    g_assert_cmpint(info.state, ==, state);
    require(xml != NULL);
    g_assert_cmpint(virDomainIsActive(domain), ==, 1);
}

/* Somebody else is at work on the root, and has not written yet.  What is known
 * is known for a while only: on a busy host the holding may come too late. */
static void
look_while_held(Machine *machine, virDomainPtr domain)
{
    bool is_told = false;
    int state = -1;

    while (!is_told) {
        int lock = -1;

        require(virDomainGetState(domain, &state, NULL, 0) == 0);
        lock = hold_root(machine);
        is_told = virDomainGetState(domain, &state, NULL, 0) == 0;
        g_assert_cmpint(close(lock), ==, 0);
    }
    g_assert_cmpint(state, ==, VIR_DOMAIN_PAUSED);
}

static void
what_is_known_is_told_while_the_root_is_held(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    g_autofree char *hasty = g_strconcat(machine->uri, "&lock_timeout=0", NULL);
    virConnectPtr other = virConnectOpen(hasty);
    virDomainPtr found = NULL;
    int lock = -1;
    int state = -1;

    require(other != NULL);
    machine_start_paused(machine);
    found = virDomainLookupByName(other, "web");
    require(found != NULL);
    expect_look(found, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    look_while_held(machine, found);
    /* Neither QEMU's own changes nor its end are missed for that. */
    g_free(machine_monitor(machine, "{\"execute\": \"cont\"}"));
    expect_look(found, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED);
    require(virDomainSuspend(machine->domain) == 0);
    expect_look(found, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    lock = hold_root(machine);
    machine_kill(machine);
    g_assert_cmpint(virDomainGetState(found, &state, NULL, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_TIMEOUT, "locked by process");
    g_assert_cmpint(close(lock), ==, 0);
    expect_state(found, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_CRASHED);
    require(virDomainFree(found) == 0);
    require(virConnectClose(other) == 0);
}

static void
undefined_while_running_it_goes_when_it_stops(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    virDomainPtr domain = machine->domain;

    machine_start_paused(machine);
    g_assert_cmpint(virDomainIsPersistent(domain), ==, 1);
    require(virDomainUndefine(domain) == 0);
    g_assert_cmpint(virDomainIsPersistent(domain), ==, 0);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    g_assert_cmpint(virDomainUndefine(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "transient");
    require(virDomainDestroy(domain) == 0);
    g_assert_null(virDomainLookupByName(machine->conn, "web"));
    expect_error(VIR_ERR_NO_DOMAIN, "web");
    g_assert_cmpint(virDomainIsActive(domain), ==, -1);
    expect_error(VIR_ERR_NO_DOMAIN, "web");
}

static void
a_killed_transient_domain_is_gone(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);

    machine_start_paused(machine);
    require(virDomainUndefine(machine->domain) == 0);
    machine_kill(machine);
    g_assert_cmpint(virConnectListAllDomains(machine->conn, NULL, 0), ==, 0);
    g_assert_cmpint(virDomainIsActive(machine->domain), ==, -1);
    expect_error(VIR_ERR_NO_DOMAIN, "web");
}

/* A redefinition while it runs counts from the next start. */
static void
a_new_definition_waits_for_the_next_start(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    g_autofree char *live = NULL;
    g_autofree char *config = NULL;
    g_autofree char *more = NULL;
    char *at = NULL;
    virDomainPtr again = NULL;

    machine_start_paused(machine);
    config = virDomainGetXMLDesc(machine->domain, VIR_DOMAIN_XML_INACTIVE);
    require(config != NULL);
    g_assert_nonnull(config);
    g_assert_null(strstr(config, "<alias"));
    at = strstr(config, ">1</vcpu>");
    g_assert_nonnull(at);
    at[1] = '2';
    again = virDomainDefineXML(machine->conn, config);
    require(again != NULL);
    require(virDomainFree(again) == 0);
    live = virDomainGetXMLDesc(machine->domain, 0);
    more = virDomainGetXMLDesc(machine->domain, VIR_DOMAIN_XML_INACTIVE);
    g_assert_nonnull(strstr(live, ">1</vcpu>"));
    g_assert_nonnull(strstr(live, "virtio-disk0"));
    g_assert_nonnull(strstr(more, ">2</vcpu>"));
}

static void
a_monitor_command_gets_qemus_whole_reply(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    g_autofree char *good = NULL;
    g_autofree char *bad = NULL;
    char *none = NULL;

    machine_start_paused(machine);
    good = machine_monitor(machine, "{\"execute\": \"query-name\"}");
    g_assert_nonnull(strstr(good, "{\"return\":{\"name\":\"web\"}"));
    bad = machine_monitor(machine, "{\"execute\": \"no-such-command\"}");
    g_assert_nonnull(strstr(bad, "CommandNotFound"));
    g_assert_cmpint(
        virDomainQemuMonitorCommand(machine->domain, "info name", &none, 0), ==,
        -1);
    expect_error(VIR_ERR_INVALID_ARG, "HMP");
}

static void
sizes_are_known_running_or_not(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, 8 * MIB);
    virDomainBlockInfo off = {0};
    virDomainBlockInfo on = {0};

    require(virDomainGetBlockInfo(machine->domain, "vda", &off, 0) == 0);
    g_assert_cmpuint(off.capacity, ==, 8 * MIB);
    g_assert_cmpuint(off.physical, <, 8 * MIB);
    machine_start_paused(machine);
    machine_write(machine, 0, 0x5d, 0, MIB);
    require(virDomainGetBlockInfo(machine->domain, machine->path[0], &on, 0) ==
            0);
    g_assert_cmpuint(on.capacity, ==, 8 * MIB);
    g_assert_cmpuint(on.allocation, >, off.allocation);
    g_assert_cmpint(virDomainGetBlockInfo(machine->domain, "vdz", &on, 0), ==,
                    -1);
    expect_error(VIR_ERR_INVALID_ARG, "vdz");
}

static void
a_running_disk_tells_what_it_has_done(void)
{
    g_autoptr(Machine) machine = machine_new("web", 2, MIB);
    virDomainBlockStatsStruct stats = {0};
    virTypedParameter params[16];
    long long flushes = -1;
    int count = 16;

    g_assert_cmpint(
        virDomainBlockStats(machine->domain, "vda", &stats, sizeof(stats)), ==,
        -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "does not run");
    machine_start(machine);
    /* The firmware looks for something to boot. */
    while (stats.rd_req == 0) {
        require(virDomainBlockStats(machine->domain, "vda", &stats,
                                    sizeof(stats)) == 0);
        g_usleep(10 * 1000);
    }
    g_assert_cmpint(stats.rd_bytes, >=, 512);
    g_assert_cmpint(stats.wr_bytes, ==, 0);
    g_assert_cmpint(stats.errs, ==, 0);
    require(virDomainBlockStats(machine->domain, machine->path[1], &stats,
                                sizeof(stats)) == 0);
    require(virDomainBlockStatsFlags(machine->domain, "vda", params, &count,
                                     0) == 0);
    g_assert_cmpint(count, ==, 9);
    require(virTypedParamsGetLLong(params, count,
                                   VIR_DOMAIN_BLOCK_STATS_FLUSH_REQ,
                                   &flushes) == 1);
    g_assert_cmpint(flushes, >=, 0);
    g_assert_cmpint(
        virDomainBlockStats(machine->domain, "vdz", &stats, sizeof(stats)), ==,
        -1);
    expect_error(VIR_ERR_INVALID_ARG, "vdz");
}

static void
the_host_tells_of_itself(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    virNodeInfo node = {0};
    char *capabilities = virConnectGetCapabilities(machine->conn);

    require(virNodeGetInfo(machine->conn, &node) == 0);
    g_assert_cmpuint(node.nodes * node.sockets * node.cores * node.threads, ==,
                     node.cpus);
    g_assert_cmpuint(node.memory, >, 64 * 1024);
    require(capabilities != NULL);
    g_assert_true(capabilities && strstr(capabilities, node.model) &&
                  strstr(capabilities, "<domain type='qemu'/>") &&
                  strstr(capabilities, ">q35</machine>") &&
                  strstr(capabilities, "<acpi "));
    free(capabilities);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/life/starts_pauses_resumes_and_is_destroyed",
                    starts_pauses_resumes_and_is_destroyed);
    g_test_add_func("/life/refuses_what_its_state_does_not_allow",
                    refuses_what_its_state_does_not_allow);
    g_test_add_func("/life/paused_start_waits_for_resume",
                    paused_start_waits_for_resume);
    g_test_add_func("/life/a_killed_qemu_is_noticed_as_crashed",
                    a_killed_qemu_is_noticed_as_crashed);
    g_test_add_func("/life/a_qemu_that_hangs_can_be_destroyed",
                    a_qemu_that_hangs_can_be_destroyed);
    g_test_add_func("/life/an_end_of_its_own_is_noticed_as_shutdown",
                    an_end_of_its_own_is_noticed_as_shutdown);
    g_test_add_func("/life/another_connection_finds_the_machine",
                    another_connection_finds_the_machine);
    g_test_add_func("/life/what_is_known_is_told_while_the_root_is_held",
                    what_is_known_is_told_while_the_root_is_held);
    g_test_add_func("/life/undefined_while_running_it_goes_when_it_stops",
                    undefined_while_running_it_goes_when_it_stops);
    g_test_add_func("/life/a_killed_transient_domain_is_gone",
                    a_killed_transient_domain_is_gone);
    g_test_add_func("/life/a_new_definition_waits_for_the_next_start",
                    a_new_definition_waits_for_the_next_start);
    g_test_add_func("/life/a_monitor_command_gets_qemus_whole_reply",
                    a_monitor_command_gets_qemus_whole_reply);
    g_test_add_func("/life/sizes_are_known_running_or_not",
                    sizes_are_known_running_or_not);
    g_test_add_func("/life/a_running_disk_tells_what_it_has_done",
                    a_running_disk_tells_what_it_has_done);
    g_test_add_func("/life/the_host_tells_of_itself", the_host_tells_of_itself);
    return g_test_run();
}
