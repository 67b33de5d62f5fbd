/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest agent through the public API: the agent is a script that listens
 * where QEMU would, so that it can be as hostile as no real guest is. */
#include "base/fd.h"
#include "domain_steps.h"
#include "fake_qemu.h"

#include <glib/gstdio.h>
#include <jansson.h>
#include <libvirt/libvirt-domain-checkpoint.h>
#include <string.h>

#define CHANNEL                                             \
    "<channel type='unix'>"                                 \
    "<target type='virtio' name='org.qemu.guest_agent.0'/>" \
    "</channel>"
#define SYNC                        \
    "expect guest-sync-delimited\n" \
    "send \\377\n"                  \
    "line {\"return\": $1.id}\n"
#define PING "{\"execute\": \"guest-ping\"}"

static Machine *
machine_with_agent(void)
{
    Machine *machine = machine_new_with("web", 1, MIB, CHANNEL, NULL, 0);

    machine_start(machine);
    return machine;
}

static char *
agent_folder(Machine *machine)
{
    char uuid[VIR_UUID_STRING_BUFLEN];

    require(virDomainGetUUIDString(machine->domain, uuid) == 0);
    return machine_file(machine, "root/domains/%s", uuid);
}

/* Puts an agent that plays @script where QEMU's socket was. */
static FakeQemu *
agent_plays(Machine *machine, const char *script)
{
    g_autofree char *folder = agent_folder(machine);
    g_autofree char *path = g_build_filename(folder, "agent.sock", NULL);
    g_autoptr(GError) error = NULL;
    int listener = -1;

    g_assert_cmpint(g_unlink(path), ==, 0);
    listener = unix_listen(folder, "agent.sock", &error);
    g_assert_no_error(error);
    return fake_qemu_start_on(script, listener);
}

/* What the agent was told, without the sync. */
static void
assert_told(FakeQemu *fake, const char *commands)
{
    g_autofree char *transcript = fake_qemu_finish(fake);
    const char *rest = strchr(transcript, '\n');

    g_assert_cmpstr(rest ? rest + 1 : transcript, ==, commands);
}

static void
a_domain_without_the_channel_is_told_what_to_add(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);

    machine_start(machine);
    g_assert_cmpint(virDomainFSFreeze(machine->domain, NULL, 0, 0), ==, -1);
    expect_error(VIR_ERR_ARGUMENT_UNSUPPORTED, "org.qemu.guest_agent.0");
    g_assert_null(virDomainQemuAgentCommand(machine->domain, PING, -1, 0));
    expect_error(VIR_ERR_ARGUMENT_UNSUPPORTED, "<channel");
}

static void
a_machine_that_stands_still_is_not_asked(void)
{
    g_autoptr(Machine) machine =
        machine_new_with("web", 1, MIB, CHANNEL, NULL, 0);

    g_assert_cmpint(virDomainFSThaw(machine->domain, NULL, 0, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "not running");
    machine_start_paused(machine);
    g_assert_null(virDomainQemuAgentCommand(machine->domain, PING, -1, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "not running");
}

static void
what_is_no_command_is_refused_before_the_agent_sees_it(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    virDomainPtr domain = machine->domain;

    g_assert_null(virDomainQemuAgentCommand(domain, "ping", -1, 0));
    expect_error(VIR_ERR_INVALID_ARG, "JSON object");
    g_assert_null(virDomainQemuAgentCommand(domain, "[1]", -1, 0));
    expect_error(VIR_ERR_INVALID_ARG, "JSON object");
    g_assert_null(virDomainQemuAgentCommand(domain, PING, -3, 0));
    expect_error(VIR_ERR_INVALID_ARG, "timeout");
    g_assert_null(virDomainQemuAgentCommand(domain, PING, -1, 1));
    expect_error(VIR_ERR_INVALID_ARG, "flags");
    g_assert_cmpint(virDomainFSFreeze(domain, NULL, 0, 1), ==, -1);
    expect_error(VIR_ERR_INVALID_ARG, "flags");
}

static void
one_who_holds_the_channel_makes_us_give_up_in_time(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    g_autofree char *folder = agent_folder(machine);
    g_autoptr(GError) error = NULL;
    g_auto(AutoFd) holder = unix_connect(folder, "agent.sock", &error);

    g_assert_no_error(error);
    g_assert_null(virDomainQemuAgentCommand(machine->domain, PING, 1, 0));
    expect_error(VIR_ERR_AGENT_UNRESPONSIVE, "no other program");
    expect_state(machine->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_BOOTED);
}

static void
commands_and_their_answers_pass_through(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    FakeQemu *fake = agent_plays(machine, SYNC
                                 "expect guest-info\n"
                                 "line {\"return\": {\"version\": \"7.2\"}}\n");
    g_autofree char *reply = virDomainQemuAgentCommand(
        machine->domain, "{\"execute\": \"guest-info\"}", -2, 0);

    require(reply != NULL);
    g_assert_cmpstr(reply, ==, "{\"return\":{\"version\":\"7.2\"}}");
    assert_told(fake, "guest-info\n");

    fake = agent_plays(machine, SYNC "expect no-such\n"
                                     "error 2 CommandNotFound not found\n");
    g_assert_null(virDomainQemuAgentCommand(
        machine->domain, "{\"execute\": \"no-such\"}", 5, 0));
    expect_error(VIR_ERR_INTERNAL_ERROR, "not found");
    assert_told(fake, "no-such\n");
}

static void
file_systems_are_frozen_and_thawed(void)
{
    static const char *mountpoints[] = {"/", "/home"};
    g_autoptr(Machine) machine = machine_with_agent();
    FakeQemu *fake = agent_plays(machine, SYNC "expect guest-fsfreeze-freeze\n"
                                               "line {\"return\": 3}\n");

    require(virDomainFSFreeze(machine->domain, NULL, 0, 0) == 3);
    assert_told(fake, "guest-fsfreeze-freeze\n");

    fake = agent_plays(machine, SYNC "expect guest-fsfreeze-freeze-list\n"
                                     "line {\"return\": 2}\n");
    require(virDomainFSFreeze(machine->domain, mountpoints, 2, 0) == 2);
    assert_told(fake, "guest-fsfreeze-freeze-list "
                      "{\"mountpoints\":[\"/\",\"/home\"]}\n");

    fake = agent_plays(machine, SYNC "expect guest-fsfreeze-thaw\n"
                                     "line {\"return\": 3}\n");
    require(virDomainFSThaw(machine->domain, NULL, 0, 0) == 3);
    assert_told(fake, "guest-fsfreeze-thaw\n");
}

static void
a_freeze_that_fails_half_way_is_thawed(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    FakeQemu *fake = agent_plays(machine, SYNC "expect guest-fsfreeze-freeze\n"
                                               "line {\"return\": \"many\"}\n"
                                               "expect guest-fsfreeze-thaw\n");

    g_assert_cmpint(virDomainFSFreeze(machine->domain, NULL, 0, 0), ==, -1);
    expect_error(VIR_ERR_AGENT_UNRESPONSIVE, "no number");
    assert_told(fake, "guest-fsfreeze-freeze\nguest-fsfreeze-thaw\n");
}

/* The slot of the machine's one disk, on the root bus. */
static int
slot_of_disk(Machine *machine)
{
    g_autofree char *text =
        machine_monitor(machine, "{\"execute\": \"query-pci\"}");
    json_t *reply = json_loads(text, 0, NULL);
    json_t *bus = json_array_get(json_object_get(reply, "return"), 0);
    json_t *device = NULL;
    int slot = -1;
    size_t i = 0;

    json_array_foreach(json_object_get(bus, "devices"), i, device)
    {
        json_t *id = json_object_get(device, "qdev_id");

        if (g_strcmp0(json_string_value(id), "virtio-disk0") == 0)
            slot = (int)json_integer_value(json_object_get(device, "slot"));
    }
    json_decref(reply);
    if (slot < 0)
        g_error("no virtio-disk0 in %s", text);
    return slot;
}

static void
a_file_system_is_told_by_our_name_of_its_disk(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    g_autofree char *script = g_strdup_printf(
        SYNC "expect guest-get-fsinfo\n"
             "line {\"return\": [{\"name\": \"sdz1\", \"mountpoint\": \"/\","
             " \"type\": \"ext4\", \"disk\": [{\"bus-type\": \"virtio\","
             " \"bus\": 0, \"unit\": 0, \"target\": 0, \"pci-controller\":"
             " {\"domain\": 0, \"bus\": 0, \"slot\": %d, \"function\": 0}}]},"
             " {\"name\": \"none\", \"mountpoint\": \"/run\","
             " \"type\": \"tmpfs\", \"disk\": []}]}\n",
        slot_of_disk(machine));
    FakeQemu *fake = agent_plays(machine, script);
    virDomainFSInfoPtr *info = NULL;
    int i = 0;

    require(virDomainGetFSInfo(machine->domain, &info, 0) == 2);
    g_assert_cmpstr(info[0]->mountpoint, ==, "/");
    g_assert_cmpstr(info[0]->name, ==, "sdz1");
    g_assert_cmpstr(info[0]->fstype, ==, "ext4");
    g_assert_cmpuint(info[0]->ndevAlias, ==, 1);
    g_assert_cmpstr(info[0]->devAlias[0], ==, "vda");
    g_assert_cmpuint(info[1]->ndevAlias, ==, 0);
    for (i = 0; i < 2; i++)
        virDomainFSInfoFree(info[i]);
    g_free(info);
    assert_told(fake, "guest-get-fsinfo\n");
}

/* Each of these makes every call fail with 86 and leaves the machine alone. */
static const char *const hostile[] = {
    "close\n",
    "repeat 100000000 "
    "{\"return\": \"a flood of answers that nobody asked for, without end, "
    "each of them long enough not to be a matter of parsing alone\"}\\n\n",
    SYNC "expect guest-get-fsinfo\nrepeat 100000 [\n",
    SYNC "expect guest-get-fsinfo\nsend \"\n"
         "repeat 16777216 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
         "aaaaaaaaaaa\n",
    SYNC "expect guest-get-fsinfo\nsend {\"return\": [{}\nclose\n",
    SYNC "expect guest-get-fsinfo\nline {\"return\": \"\\300\\301\"}\n",
    SYNC "expect guest-get-fsinfo\nline {\"return\": {}}\n",
    SYNC "expect guest-get-fsinfo\nline {\"return\": [{\"name\": 1}]}\n",
    SYNC "expect guest-get-fsinfo\nline {\"hello\": []}\n",
};

static void
a_hostile_agent_gets_86_and_harms_nothing(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    size_t i = 0;

    for (i = 0; i < G_N_ELEMENTS(hostile); i++) {
        FakeQemu *fake = agent_plays(machine, hostile[i]);
        virDomainFSInfoPtr *info = NULL;

        g_assert_cmpint(virDomainGetFSInfo(machine->domain, &info, 0), ==, -1);
        expect_error(VIR_ERR_AGENT_UNRESPONSIVE, "guest agent");
        g_assert_null(info);
        g_free(fake_qemu_finish(fake));
    }
    machine_write(machine, 0, 0x11, 0, 64 * KIB);
    expect_state(machine->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_BOOTED);
}

static const char *
checkpoint_xml(void)
{
    return "<domaincheckpoint><name>c1</name></domaincheckpoint>";
}

static void
a_quiesced_checkpoint_is_made_while_frozen(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    FakeQemu *fake = agent_plays(machine, SYNC "expect guest-fsfreeze-freeze\n"
                                               "line {\"return\": 1}\n"
                                               "expect guest-fsfreeze-thaw\n"
                                               "line {\"return\": 1}\n");
    virDomainCheckpointPtr checkpoint =
        virDomainCheckpointCreateXML(machine->domain, checkpoint_xml(),
                                     VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE);

    require(checkpoint != NULL);
    virDomainCheckpointFree(checkpoint);
    assert_told(fake, "guest-fsfreeze-freeze\nguest-fsfreeze-thaw\n");
}

static void
no_checkpoint_is_left_when_the_freeze_fails(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    FakeQemu *fake = agent_plays(machine, SYNC "expect guest-fsfreeze-freeze\n"
                                               "line nonsense\n"
                                               "expect guest-fsfreeze-thaw\n"
                                               "close\n");

    g_assert_null(
        virDomainCheckpointCreateXML(machine->domain, checkpoint_xml(),
                                     VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE));
    expect_error(VIR_ERR_AGENT_UNRESPONSIVE, "not JSON");
    assert_told(fake, "guest-fsfreeze-freeze\nguest-fsfreeze-thaw\n");
    require(virDomainListAllCheckpoints(machine->domain, NULL, 0) == 0);
}

static const unsigned quiesced_disks =
    VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY | VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE;

static const char *
snapshot_xml(void)
{
    return "<domainsnapshot><name>s1</name></domainsnapshot>";
}

static void
a_quiesced_snapshot_is_taken_while_frozen(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    FakeQemu *fake = agent_plays(machine, SYNC "expect guest-fsfreeze-freeze\n"
                                               "line {\"return\": 1}\n"
                                               "expect guest-fsfreeze-thaw\n"
                                               "line {\"return\": 1}\n");
    virDomainSnapshotPtr snapshot = virDomainSnapshotCreateXML(
        machine->domain, snapshot_xml(), quiesced_disks);

    require(snapshot != NULL);
    virDomainSnapshotFree(snapshot);
    assert_told(fake, "guest-fsfreeze-freeze\nguest-fsfreeze-thaw\n");
}

/* The disks stay on their own images. */
static void
no_snapshot_is_left_when_the_freeze_fails(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    FakeQemu *fake = agent_plays(machine, SYNC "expect guest-fsfreeze-freeze\n"
                                               "line nonsense\n"
                                               "expect guest-fsfreeze-thaw\n"
                                               "close\n");
    g_autofree char *overlay = machine_file(machine, "vda.s1");
    char *xml = NULL;

    g_assert_null(virDomainSnapshotCreateXML(machine->domain, snapshot_xml(),
                                             quiesced_disks));
    expect_error(VIR_ERR_AGENT_UNRESPONSIVE, "not JSON");
    assert_told(fake, "guest-fsfreeze-freeze\nguest-fsfreeze-thaw\n");
    require(virDomainListAllSnapshots(machine->domain, NULL, 0) == 0);
    g_assert_false(g_file_test(overlay, G_FILE_TEST_EXISTS));
    xml = virDomainGetXMLDesc(machine->domain, 0);
    g_assert_nonnull(xml);
    g_assert_nonnull(strstr(xml, machine->path[0]));
    free(xml);
}

/* What the agent answers to @command, and nothing else. */
static FakeQemu *
agent_answers(Machine *machine, const char *command, const char *answer)
{
    g_autofree char *script = g_strdup_printf(
        SYNC "expect %s\nline {\"return\": %s}\n", command, answer);

    return agent_plays(machine, script);
}

static void
a_guest_s_clock_is_read_and_set(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    virDomainPtr domain = machine->domain;
    FakeQemu *fake =
        agent_answers(machine, "guest-get-time", "1700000000000000005");
    long long seconds = 0;
    unsigned nanoseconds = 0;

    require(virDomainGetTime(domain, &seconds, &nanoseconds, 0) == 0);
    g_assert_cmpint(seconds, ==, 1700000000);
    g_assert_cmpuint(nanoseconds, ==, 5);
    assert_told(fake, "guest-get-time\n");
    fake = agent_answers(machine, "guest-set-time", "{}");
    require(virDomainSetTime(domain, 2, 5, 0) == 0);
    assert_told(fake, "guest-set-time {\"time\":2000000005}\n");
    fake = agent_answers(machine, "guest-set-time", "{}");
    require(virDomainSetTime(domain, 0, 0, VIR_DOMAIN_TIME_SYNC) == 0);
    assert_told(fake, "guest-set-time\n");
    fake = agent_answers(machine, "guest-get-time", "\"noon\"");
    g_assert_cmpint(virDomainGetTime(domain, NULL, NULL, 0), ==, -1);
    expect_error(VIR_ERR_AGENT_UNRESPONSIVE, "no time");
    g_free(fake_qemu_finish(fake));
}

static void
a_guest_tells_its_name_and_addresses(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    FakeQemu *fake = agent_answers(machine, "guest-get-host-name",
                                   "{\"host-name\": \"web.example\"}");
    virDomainInterfacePtr *list = NULL;
    char *name = virDomainGetHostname(machine->domain, 0);

    require(name != NULL);
    g_assert_cmpstr(name, ==, "web.example");
    free(name);
    g_free(fake_qemu_finish(fake));
    fake = agent_answers(machine, "guest-network-get-interfaces",
                         "[{\"name\": \"eth0\", \"ip-addresses\": "
                         "[{\"ip-address\": \"10.0.0.1\", "
                         "\"ip-address-type\": \"ipv4\", \"prefix\": 8}]}]");
    require(virDomainInterfaceAddresses(machine->domain, &list, 1, 0) == 1);
    g_assert_cmpstr(list[0]->addrs[0].addr, ==, "10.0.0.1");
    virDomainInterfaceFree(list[0]);
    free(list);
    g_free(fake_qemu_finish(fake));
}

static void
a_guest_is_trimmed_and_gets_passwords(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    FakeQemu *fake = agent_answers(machine, "guest-fstrim", "{\"paths\": []}");

    require(virDomainFSTrim(machine->domain, NULL, 4096, 0) == 0);
    assert_told(fake, "guest-fstrim {\"minimum\":4096}\n");
    fake = agent_answers(machine, "guest-set-user-password", "{}");
    require(virDomainSetUserPassword(machine->domain, "root", "secret", 0) ==
            0);
    assert_told(fake, "guest-set-user-password {\"username\":\"root\","
                      "\"password\":\"c2VjcmV0\",\"crypted\":false}\n");
}

/* An old agent: the types that it has not got are left out of all, and are an
 * error where they were asked for. */
static void
a_guest_tells_what_its_agent_knows(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    GString *script = g_string_new(SYNC);
    static const char *const commands[] = {"users",     "osinfo", "timezone",
                                           "host-name", "fsinfo", "disks"};
    virTypedParameterPtr params = NULL;
    FakeQemu *fake = NULL;
    const char *name = NULL;
    int count = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_string_append_printf(script, "expect guest-get-%s\n", commands[i]);
        if (g_str_equal(commands[i], "host-name")) {
            g_string_append(script,
                            "line {\"return\": {\"host-name\": \"web\"}}\n");
        } else {
            g_string_append_printf(script, "error %u CommandNotFound unknown\n",
                                   (guint)i + 2);
        }
    }
    g_string_append(script, "expect guest-network-get-interfaces\n"
                            "error 8 CommandNotFound unknown\n");
    fake = agent_plays(machine, script->str);
    require(virDomainGetGuestInfo(machine->domain, 0, &params, &count, 0) == 0);
    g_assert_cmpint(count, ==, 1);
    require(virTypedParamsGetString(params, count, "hostname", &name) == 1);
    g_assert_cmpstr(name, ==, "web");
    virTypedParamsFree(params, count);
    g_free(fake_qemu_finish(fake));
    g_string_free(script, TRUE);
    fake = agent_plays(machine, SYNC "expect guest-get-users\n"
                                     "error 2 CommandNotFound unknown\n");
    g_assert_cmpint(virDomainGetGuestInfo(machine->domain,
                                          VIR_DOMAIN_GUEST_INFO_USERS, &params,
                                          &count, 0),
                    ==, -1);
    expect_error(VIR_ERR_INTERNAL_ERROR, "unknown");
    g_free(fake_qemu_finish(fake));
}

/* Said once, it holds for what is asked later, also by another process. */
static void
an_agent_that_is_not_waited_for_fails_at_once(void)
{
    g_autoptr(Machine) machine = machine_with_agent();
    FakeQemu *fake = agent_plays(machine, SYNC "expect guest-get-time\nhang\n");

    require(virDomainAgentSetResponseTimeout(machine->domain, 0, 0) == 0);
    g_assert_cmpint(virDomainGetTime(machine->domain, NULL, NULL, 0), ==, -1);
    expect_error(VIR_ERR_AGENT_UNRESPONSIVE, "in time");
    g_free(fake_qemu_finish(fake));
    require(virDomainAgentSetResponseTimeout(machine->domain, -2, 0) == 0);
    fake = agent_answers(machine, "guest-get-time", "0");
    require(virDomainGetTime(machine->domain, NULL, NULL, 0) == 0);
    g_free(fake_qemu_finish(fake));
}

#define ADD(test) g_test_add_func("/guest_agent/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(a_domain_without_the_channel_is_told_what_to_add);
    ADD(a_machine_that_stands_still_is_not_asked);
    ADD(what_is_no_command_is_refused_before_the_agent_sees_it);
    ADD(one_who_holds_the_channel_makes_us_give_up_in_time);
    ADD(commands_and_their_answers_pass_through);
    ADD(file_systems_are_frozen_and_thawed);
    ADD(a_freeze_that_fails_half_way_is_thawed);
    ADD(a_file_system_is_told_by_our_name_of_its_disk);
    ADD(a_guest_s_clock_is_read_and_set);
    ADD(a_guest_tells_its_name_and_addresses);
    ADD(a_guest_is_trimmed_and_gets_passwords);
    ADD(a_guest_tells_what_its_agent_knows);
    ADD(an_agent_that_is_not_waited_for_fails_at_once);
    ADD(a_hostile_agent_gets_86_and_harms_nothing);
    ADD(a_quiesced_checkpoint_is_made_while_frozen);
    ADD(no_checkpoint_is_left_when_the_freeze_fails);
    ADD(a_quiesced_snapshot_is_taken_while_frozen);
    ADD(no_snapshot_is_left_when_the_freeze_fails);
    return g_test_run();
}
