/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that are one command to the guest's agent, or some in a row.  As all of
 * them: the root is locked until the agent is reached, and not while it
 * answers (qemu/agent.c).
 *
 * What a guest answers to a command that changes it (a time, a password, a trim)
 * is not looked at beyond its being an answer: whether it did so only the guest
 * knows.  No answer in time leaves open whether it will. */
#include "base/error.h"
#include "base/flags.h"
#include "model/domain/guest_rules.h"
#include "qemu/agent.h"
#include "qemu/agent/guest_info.h"
#include "qemu/agent/interfaces.h"
#include "qemu/qmp/message.h"

#include <string.h>

enum {
    COMMAND_MS = 5 * 1000,
    /* The guest goes through all of its file systems. */
    TRIM_MS = 60 * 1000,
};

static const gint64 second_ns = G_GINT64_CONSTANT(1000000000);

/* What the agent returned to @command with @arguments (transfer full,
 * nullable); NULL on error. */
static json_t *
ask(AgentChannel *channel, const char *command, json_t *arguments,
    gint64 usual_ms, GError **error)
{
    g_autoptr(Json) request =
        json_pack("{s:s, s:o*}", "execute", command, "arguments", arguments);
    g_autoptr(Json) reply = agent_channel_exchange(
        channel, request, agent_channel_deadline(channel, usual_ms), error);

    return reply ? json_incref(json_object_get(reply, "return")) : NULL;
}

/* One command of which only whether it was done matters. */
static int
command(virDomainPtr domain, const char *name, json_t *arguments,
        gint64 usual_ms, GError **error)
{
    g_autoptr(Json) held = arguments;
    g_autoptr(AgentChannel) channel = agent_open(domain, NULL, error);
    g_autoptr(Json) answer =
        channel ? ask(channel, name, g_steal_pointer(&held), usual_ms, error)
                : NULL;

    return answer ? 0 : -1;
}

/* What the agent tells of each file system is not passed on: libvirt's call
 * has no place for it. */
int
qemu_domain_fs_trim(virDomainPtr domain, const char *mountpoint,
                    unsigned long long minimum, GError **error)
{
    if (!guest_rules_trim(mountpoint, minimum, error))
        return -1;
    return command(domain, "guest-fstrim",
                   json_pack("{s:I}", "minimum", (json_int_t)minimum), TRIM_MS,
                   error);
}

/* By the guest's clock at the moment at which it answered; how long the
 * answer took to arrive is not known. */
int
qemu_domain_get_time(virDomainPtr domain, long long *ret_seconds,
                     unsigned *ret_nanoseconds, GError **error)
{
    g_autoptr(AgentChannel) channel = agent_open(domain, NULL, error);
    g_autoptr(Json) answer =
        channel ? ask(channel, "guest-get-time", NULL, COMMAND_MS, error)
                : NULL;
    json_int_t time = json_integer_value(answer);

    if (!answer)
        return -1;
    if (!json_is_integer(answer) || time < 0) {
        fail(error, VIR_ERR_AGENT_UNRESPONSIVE,
             "the guest agent answered 'guest-get-time' with no time");
        return -1;
    }
    *ret_seconds = time / second_ns;
    *ret_nanoseconds = (unsigned)(time % second_ns);
    return 0;
}

/* Ticks that the guest has not got yet, since it stood still, would make its new
 * time run ahead.  A machine without such a clock refuses the command, and then
 * owes none. */
static void
forget_ticks(virDomainPtr domain)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, NULL);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    QmpClient *qmp =
        vm && qemu_domain_is_active(vm) ? qemu_domain_monitor(vm, NULL) : NULL;
    g_autoptr(Json) reply = NULL;

    if (qmp)
        reply = qmp_client_call(qmp, "rtc-reset-reinjection", NULL, NULL);
    if (!reply)
        g_debug("QEMU forgot no ticks");
}

/* Without a time the agent takes it from the machine's clock, which QEMU
 * kept going. */
int
qemu_domain_set_time(virDomainPtr domain, long long seconds,
                     unsigned nanoseconds, unsigned flags, GError **error)
{
    json_t *arguments = NULL;
    int64_t time = 0;

    if (!guest_rules_time(seconds, nanoseconds, flags, &time, error))
        return -1;
    if (!(flags & VIR_DOMAIN_TIME_SYNC))
        arguments = json_pack("{s:I}", "time", (json_int_t)time);
    if (command(domain, "guest-set-time", arguments, COMMAND_MS, error) < 0)
        return -1;
    forget_ticks(domain);
    return 0;
}

/* One name, whatever the guest thinks a name is; a caller that shows it has
 * to make control characters harmless. */
char *
qemu_domain_hostname(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(AgentChannel) channel = NULL;
    g_autoptr(Json) answer = NULL;
    const char *name = NULL;

    if (!guest_rules_hostname(domain->name, flags, error))
        return NULL;
    channel = agent_open(domain, NULL, error);
    answer = channel
                 ? ask(channel, "guest-get-host-name", NULL, COMMAND_MS, error)
                 : NULL;
    name = json_string_value(json_object_get(answer, "host-name"));
    if (answer && !name) {
        fail(error, VIR_ERR_AGENT_UNRESPONSIVE,
             "the guest agent answered 'guest-get-host-name' with no name");
    }
    return g_strdup(name);
}

/* Whoever were asked: of a domain that is gone or off there is nothing to know,
 * which is said first. */
static bool
refuse_source(virDomainPtr domain, unsigned source, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_looking(domain, error);
    const QemuDomain *vm = call ? qemu_call_domain(call) : NULL;

    if (!vm)
        return false;
    if (!qemu_domain_is_active(vm)) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' is not running, so it has no addresses",
                    vm->name);
    }
    return guest_rules_source(vm->name, source, error);
}

/* The guest's view: names and addresses that a hostile one makes up look
 * like any other. */
int
qemu_domain_interface_addresses(virDomainPtr domain,
                                virDomainInterfacePtr **ret_interfaces,
                                unsigned source, GError **error)
{
    g_autoptr(AgentChannel) channel = NULL;
    g_autoptr(Json) answer = NULL;

    if (source != VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT) {
        (void)refuse_source(domain, source, error);
        return -1;
    }
    channel = agent_open(domain, NULL, error);
    answer = channel ? ask(channel, "guest-network-get-interfaces", NULL,
                           COMMAND_MS, error)
                     : NULL;
    return answer ? agent_interfaces_parse(answer, ret_interfaces, error) : -1;
}

/* One type; with @is_any the agent may refuse: an older one has not got all
 * commands. */
static bool
ask_type(AgentChannel *channel, unsigned type, const DiskPlaces *places,
         bool is_any, GuestInfo *info, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    g_autoptr(Json) answer =
        ask(channel, guest_info_command(type), NULL, COMMAND_MS, &trouble);

    if (answer)
        return guest_info_add(info, type, answer, places, error);
    if (is_any && error_is(trouble, VIR_ERR_INTERNAL_ERROR))
        return true;
    g_propagate_error(error, g_steal_pointer(&trouble));
    return false;
}

/* In libvirt's order, which is that of the types. */
int
qemu_domain_guest_info(virDomainPtr domain, unsigned types,
                       virTypedParameterPtr *ret_params, int *ret_nparams,
                       GError **error)
{
    g_autoptr(DiskPlaces) places = NULL;
    g_autoptr(AgentChannel) channel = NULL;
    g_auto(GuestInfo) info = {0};
    unsigned wanted = types ? types : GUEST_INFO_TYPES;

    if (!flags_check(types, GUEST_INFO_TYPES, "what a guest is asked", error))
        return -1;
    channel = agent_open(domain, &places, error);
    if (!channel)
        return -1;
    for (unsigned type = 1; type <= wanted; type <<= 1) {
        if ((wanted & type) &&
            !ask_type(channel, type, places, types == 0, &info, error))
            return -1;
    }
    *ret_params = g_steal_pointer(&info.params);
    *ret_nparams = info.nparams;
    info.nparams = 0;
    return 0;
}

/* Kept with the run's record: who asks next may be another process. */
int
qemu_domain_agent_timeout(virDomainPtr domain, int timeout, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;

    if (!vm)
        return -1;
    if (vm->agent_timeout == timeout)
        return 0;
    if (!qemu_domain_touch(vm, error))
        return -1;
    vm->agent_timeout = timeout;
    return qemu_domain_save_status(vm, error) ? 0 : -1;
}

/* In base64, as the agent wants it, so any bytes can be one. */
int
qemu_domain_set_password(virDomainPtr domain, const char *user,
                         const char *password, unsigned flags, GError **error)
{
    g_autofree char *coded = NULL;
    json_t *arguments = NULL;

    if (!flags_check(flags, VIR_DOMAIN_PASSWORD_ENCRYPTED, "a password", error))
        return -1;
    coded = g_base64_encode((const guchar *)password, strlen(password));
    arguments =
        json_pack("{s:s, s:s, s:b}", "username", user, "password", coded,
                  "crypted", (flags & VIR_DOMAIN_PASSWORD_ENCRYPTED) != 0);
    if (!arguments) {
        fail(error, VIR_ERR_INVALID_ARG, "the user's name is not in UTF-8");
        return -1;
    }
    return command(domain, "guest-set-user-password", arguments, COMMAND_MS,
                   error);
}
