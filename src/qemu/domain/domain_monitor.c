/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* QEMU's own commands, passed through.  What they do to the machine behind our
 * back is the caller's affair; the next call asks QEMU how things are. */
#include "base/error.h"
#include "base/flags.h"
#include "qemu/checkpoint/checkpoint_look.h"
#include "qemu/domain.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/qmp/message.h"

#include <string.h>

/* {"execute": NAME, "arguments": {...}} taken apart.  An "id" of the caller's
 * cannot be sent (ours tells replies apart) and is put into the reply. */
typedef struct {
    const char *name;  /* in the parsed text */
    json_t *arguments; /* borrowed; nullable */
    json_t *id;        /* borrowed; nullable */
} RawCommand;

/* Borrowed parts of the parsed text, which outlives them. */
static bool
read_command(json_t *text, RawCommand *ret_command, GError **error)
{
    static const char *const keys[] = {"execute", "arguments", "id", NULL};
    const char *key = NULL;
    json_t *value = NULL;

    ret_command->name = json_string_value(json_object_get(text, "execute"));
    ret_command->arguments = json_object_get(text, "arguments");
    ret_command->id = json_object_get(text, "id");
    if (!ret_command->name) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "the monitor command is no JSON object with \"execute\"; "
                    "for a command in words use the HMP flag");
    }
    /* Not passed over: "control" or a misspelt member would be dropped in
     * silence, since we make the command anew. */
    json_object_foreach(text, key, value)
    {
        if (!g_strv_contains(keys, key)) {
            return fail(error, VIR_ERR_INVALID_ARG,
                        "the monitor command has an unknown member '%s'", key);
        }
    }
    return true;
}

/* The reply goes back as QEMU gave it, laid out anew by jansson. */
static char *
ask_json(QmpClient *qmp, const char *text, GError **error)
{
    g_autoptr(Json) parsed = message_parse(text, strlen(text), NULL);
    g_autoptr(Json) reply = NULL;
    RawCommand command = {0};

    if (!read_command(parsed, &command, error))
        return NULL;
    /* The refusal too is the caller's to read; only a lost QEMU is our
     * error. */
    reply = qmp_client_ask(qmp, command.name, json_incref(command.arguments),
                           error);
    if (!reply)
        return NULL;
    if (command.id)
        json_object_set(reply, "id", command.id);
    return json_dumps(reply, JSON_COMPACT);
}

/* The human monitor's output: plain text. */
static char *
ask_human(QmpClient *qmp, const char *text, GError **error)
{
    g_autoptr(Json) answer =
        qmp_client_call(qmp, "human-monitor-command",
                        json_pack("{s:s}", "command-line", text), error);

    return answer ? g_strdup(json_string_value(answer)) : NULL;
}

/* A reading call, since it must work when records do not; that it may change
 * what checkpoints rest on is noted before it runs. */
char *
qemu_monitor_command(virDomainPtr domain, const char *command, unsigned flags,
                     GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;
    QmpClient *qmp = NULL;

    if (!flags_check(flags, VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP,
                     "a monitor command", error))
        return NULL;
    call = qemu_call_begin_reading(domain, error);
    vm = call ? qemu_call_domain(call) : NULL;
    if (!vm)
        return NULL;
    if (!qemu_domain_is_active(vm)) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "domain '%s' does not run and has no monitor", vm->name);
        return NULL;
    }
    /* Before the command goes out, not after it: it may have taken effect when
     * we die. */
    qmp = qemu_domain_monitor(vm, error);
    /* It may do anything to the bitmaps, and what any connection remembers of
     * them decides whether a checkpoint leaves a gap. */
    checkpoint_look_forget(vm);
    if (!qmp || !qemu_root_touch(vm->root, error))
        return NULL;
    return flags & VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP
               ? ask_human(qmp, command, error)
               : ask_json(qmp, command, error);
}
