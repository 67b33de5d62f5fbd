/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command "event": prints what happens to domains as it happens. */
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/text/wording.h"

#include <limits.h>
#include <string.h>

typedef struct Watch Watch;

/* A kind of event that can be waited for. */
typedef struct {
    const char *name;
    int id; /* virDomainEventID */
    virConnectDomainEventGenericCallback callback;
} Kind;

/* One registration of one kind; what its callback gets. */
typedef struct {
    const Kind *kind;
    Watch *watch;
    int callback_id;
} Registration;

struct Watch {
    const Output *output;
    bool has_timestamp;
    bool is_one_shot;
    bool is_timed_out;
    const char *lost; /* nullable: why the connection is */
    unsigned seen;
    GPtrArray *registrations; /* of Registration */
};

/* Nothing without --timestamp: virsh's lines are compared by scripts. */
static void
print_prefix(const Watch *watch)
{
    g_autoptr(GDateTime) now = NULL;
    g_autofree char *text = NULL;

    if (!watch->has_timestamp)
        return;
    /* UTC and with milliseconds, as virsh prints it: logs of several hosts can
     * be put together. */
    now = g_date_time_new_now_utc();
    text = g_date_time_format(now, "%Y-%m-%d %H:%M:%S");
    output_print(watch->output, "%s.%03d+0000: ", text,
                 g_date_time_get_microsecond(now) / 1000);
}

/* Whether an event is still wanted; several may wait in the queue behind the
 * one that was. */
static bool
take_event(Watch *watch)
{
    if (watch->is_one_shot && watch->seen > 0)
        return false;
    watch->seen++;
    print_prefix(watch);
    return true;
}

/* For kinds that have nothing to tell but the domain. */
static void
on_generic(virConnectPtr connection G_GNUC_UNUSED, virDomainPtr domain,
           void *data)
{
    const Registration *registration = data;

    if (!take_event(registration->watch))
        return;
    output_print(registration->watch->output, "event '%s' for domain '%s'\n",
                 registration->kind->name, virDomainGetName(domain));
    /* Whoever reads through a pipe waits for the event, not for a full
     * buffer. */
    fflush(registration->watch->output->out);
}

/* Its result is libvirt's oldest mistake, and nobody reads it. */
static int
on_lifecycle(virConnectPtr connection G_GNUC_UNUSED, virDomainPtr domain,
             int event, int detail, void *data)
{
    const Registration *registration = data;

    if (!take_event(registration->watch))
        return 0;
    output_print(registration->watch->output,
                 "event 'lifecycle' for domain '%s': %s %s\n",
                 virDomainGetName(domain), wording_event(event),
                 wording_event_detail(event, detail));
    fflush(registration->watch->output->out);
    return 0;
}

/* All that came with it, by the library's names: which fields there are depends
 * on the job. */
static void
on_job_completed(virConnectPtr connection G_GNUC_UNUSED, virDomainPtr domain,
                 virTypedParameterPtr params, int count, void *data)
{
    const Registration *registration = data;
    const Output *output = registration->watch->output;

    if (!take_event(registration->watch))
        return;
    output_print(output, "event 'job-completed' for domain '%s':\n",
                 virDomainGetName(domain));
    for (int i = 0; i < count; i++) {
        g_autofree char *text = wording_param(&params[i]);

        output_print(output, "\t%s: %s\n", params[i].field, text);
    }
    fflush(output->out);
}

/* Begins the line of an event; false if it is not wanted any more. */
static bool
begin_line(const Registration *registration, virDomainPtr domain)
{
    if (!take_event(registration->watch))
        return false;
    output_print(registration->watch->output,
                 "event '%s' for domain '%s': ", registration->kind->name,
                 virDomainGetName(domain));
    return true;
}

static void
end_line(const Registration *registration)
{
    output_print(registration->watch->output, "\n");
    fflush(registration->watch->output->out);
}

static void
on_block_job(virConnectPtr connection G_GNUC_UNUSED, virDomainPtr domain,
             const char *disk, int type, int status, void *data)
{
    const Registration *registration = data;

    if (!begin_line(registration, domain))
        return;
    output_print(registration->watch->output, "%s for %s %s",
                 wording_block_job(type), disk,
                 wording_block_job_status(status));
    end_line(registration);
}

static void
on_io_error(virConnectPtr connection G_GNUC_UNUSED, virDomainPtr domain,
            const char *path, const char *alias, int action, void *data)
{
    const Registration *registration = data;

    if (!begin_line(registration, domain))
        return;
    output_print(registration->watch->output, "%s (%s) %s", path, alias,
                 wording_io_error(action));
    end_line(registration);
}

static void /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
on_io_error_reason(virConnectPtr connection G_GNUC_UNUSED, virDomainPtr domain,
                   const char *path, const char *alias, int action,
                   const char *reason, void *data)
{
    const Registration *registration = data;

    if (!begin_line(registration, domain))
        return;
    output_print(registration->watch->output, "%s (%s) %s due to %s", path,
                 alias, wording_io_error(action), reason);
    end_line(registration);
}

static void
on_agent(virConnectPtr connection G_GNUC_UNUSED, virDomainPtr domain, int state,
         int reason, void *data)
{
    const Registration *registration = data;

    if (!begin_line(registration, domain))
        return;
    output_print(registration->watch->output, "state: '%s' reason: '%s'",
                 wording_agent_state(state), wording_agent_reason(reason));
    end_line(registration);
}

static void /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
on_threshold(virConnectPtr connection G_GNUC_UNUSED, virDomainPtr domain,
             const char *disk, const char *path, unsigned long long threshold,
             unsigned long long excess, void *data)
{
    const Registration *registration = data;

    if (!begin_line(registration, domain))
        return;
    output_print(registration->watch->output, "dev: %s(%s) %llu %llu", disk,
                 path ? path : "", threshold, excess);
    end_line(registration);
}

/* In virsh's words, also for what there is not. */
static void
on_metadata(virConnectPtr connection G_GNUC_UNUSED, virDomainPtr domain,
            int type, const char *uri, void *data)
{
    const Registration *registration = data;

    if (!begin_line(registration, domain))
        return;
    output_print(registration->watch->output, "type %s, uri %s",
                 wording_metadata(type), uri ? uri : "<null>");
    end_line(registration);
}

static const Kind kinds[] = {
    {"lifecycle", VIR_DOMAIN_EVENT_ID_LIFECYCLE,
     VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle)},
    {"reboot", VIR_DOMAIN_EVENT_ID_REBOOT, on_generic},
    {"io-error", VIR_DOMAIN_EVENT_ID_IO_ERROR,
     VIR_DOMAIN_EVENT_CALLBACK(on_io_error)},
    {"io-error-reason", VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON,
     VIR_DOMAIN_EVENT_CALLBACK(on_io_error_reason)},
    {"control-error", VIR_DOMAIN_EVENT_ID_CONTROL_ERROR, on_generic},
    {"job-completed", VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
     VIR_DOMAIN_EVENT_CALLBACK(on_job_completed)},
    {"block-job", VIR_DOMAIN_EVENT_ID_BLOCK_JOB,
     VIR_DOMAIN_EVENT_CALLBACK(on_block_job)},
    {"block-job-2", VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2,
     VIR_DOMAIN_EVENT_CALLBACK(on_block_job)},
    {"agent-lifecycle", VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE,
     VIR_DOMAIN_EVENT_CALLBACK(on_agent)},
    {"block-threshold", VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD,
     VIR_DOMAIN_EVENT_CALLBACK(on_threshold)},
    {"metadata-change", VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
     VIR_DOMAIN_EVENT_CALLBACK(on_metadata)},
};

static void
on_timeout(int timer G_GNUC_UNUSED, void *data)
{
    ((Watch *)data)->is_timed_out = true;
}

/* The registration must outlive the callback, so it is on the heap and is freed
 * with the watch. */
static bool
register_kind(const Kind *kind, virConnectPtr connection, virDomainPtr domain,
              Watch *watch)
{
    Registration *registration = g_new0(Registration, 1);

    registration->kind = kind;
    registration->watch = watch;
    registration->callback_id = virConnectDomainEventRegisterAny(
        connection, domain, kind->id, kind->callback, registration, NULL);
    /* Not registered, so no callback can come to the memory that is freed
     * here. */
    if (registration->callback_id < 0) {
        g_free(registration);
        return false;
    }
    g_ptr_array_add(watch->registrations, registration);
    return true;
}

/* Registers the kind that --event names, or all that the driver has. */
static bool
register_kinds(const Tool *tool, virDomainPtr domain, const char *name,
               Watch *watch)
{
    bool is_all = name == NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!is_all && strcmp(kinds[i].name, name) != 0)
            continue;
        /* With --all a driver that lacks a kind is no failure. */
        if (!register_kind(&kinds[i], tool->connection, domain, watch) &&
            !is_all)
            break;
    }
    if (watch->registrations->len == 0) {
        (void)tool_fail(tool, "Failed to listen for events");
        return false;
    }
    virResetLastError();
    return true;
}

/* Before the connection closes, while the callbacks' data is there. */
static void
deregister_kinds(virConnectPtr connection, Watch *watch)
{
    for (unsigned i = 0; i < watch->registrations->len; i++) {
        Registration *registration = g_ptr_array_index(watch->registrations, i);

        virConnectDomainEventDeregisterAny(connection,
                                           registration->callback_id);
    }
}

/* Nothing will be heard any more: a script that waits has to know. */
static void
on_close(virConnectPtr connection G_GNUC_UNUSED, int reason, void *data)
{
    Watch *watch = data;

    watch->lost = reason == VIR_CONNECT_CLOSE_REASON_EOF ? "the daemon ended it"
                  : reason == VIR_CONNECT_CLOSE_REASON_KEEPALIVE
                      ? "the daemon was silent for too long"
                      : "what came is not the protocol";
}

/* Runs the loop until there is a reason to stop, and says which. */
static CommandResult
watch_events(const Tool *tool, Watch *watch, int timeout)
{
    g_autoptr(Interrupt) interrupt = interrupt_new();
    int timer = -1;
    CommandResult result = RESULT_DONE;

    if (timeout > 0)
        timer = virEventAddTimeout(timeout * 1000, on_timeout, watch, NULL);
    /* Asked after each turn of the loop, which ends whenever something
     * happened. */
    while (!watch->is_timed_out && !watch->lost && !interrupt_seen(interrupt) &&
           !(watch->is_one_shot && watch->seen > 0)) {
        if (virEventRunDefaultImpl() < 0) {
            result = tool_fail(tool, "Failed to wait for events");
            break;
        }
    }
    if (interrupt_seen(interrupt)) {
        output_say(&tool->output, "event loop interrupted\n");
    } else if (watch->is_timed_out) {
        output_say(&tool->output, "event loop timed out\n");
    }
    output_say(&tool->output, "events received: %u\n", watch->seen);
    if (watch->lost && result == RESULT_DONE) {
        result = tool_refuse(tool, "The connection is lost: %s", watch->lost);
    }
    if (timer >= 0)
        virEventRemoveTimeout(timer);
    /* Waiting in vain is a failure that scripts can see, as with virsh. */
    if (result == RESULT_DONE && watch->seen == 0)
        result = RESULT_FAILED;
    return result;
}

/* Those that this tool can print; a driver may have fewer. */
static CommandResult
list_kinds(const Tool *tool)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++)
        output_print(&tool->output, "%s\n", kinds[i].name);
    return RESULT_DONE;
}

/* Before anything is connected. */
static bool
is_known(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].name, name) == 0)
            return true;
    }
    return false;
}

const char *
command_event_kind(unsigned index)
{
    return index < G_N_ELEMENTS(kinds) ? kinds[index].name : NULL;
}

/* Refuses what has no meaning, before anything is connected. */
static CommandResult
check_event_options(const Tool *tool, const Options *options)
{
    const char *name = options_text(options, "event");

    if (!name && !options_has(options, "all")) {
        return tool_misuse(tool, "Which events: --event TYPE, --all, or --list "
                                 "to see the types");
    }
    if (name && !is_known(name)) {
        return tool_misuse(tool, "Unknown event type '%s': --list shows them",
                           name);
    }
    if (options_has(options, "timeout")) {
        int timeout = options_number(options, "timeout", 0);

        if (timeout < 1 || timeout > INT_MAX / 1000) {
            return tool_misuse(tool, "--timeout takes from 1 to %d seconds",
                               INT_MAX / 1000);
        }
    }
    return RESULT_DONE;
}

/* Registers, waits, and gives the registrations back, also after Ctrl-C. */
static CommandResult
cmd_event(Tool *tool, const Options *options)
{
    g_autoptr(GPtrArray) registrations = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(virDomain) domain = NULL;
    Watch watch = {
        .output = &tool->output,
        .has_timestamp = options_has(options, "timestamp"),
        .is_one_shot = !options_has(options, "loop"),
        .registrations = registrations,
    };
    CommandResult result = RESULT_DONE;

    if (options_has(options, "list"))
        return list_kinds(tool);
    result = check_event_options(tool, options);
    if (result != RESULT_DONE)
        return result;
    if (options_has(options, "domain"))
        domain = tool_find_domain(tool, options);
    if (!tool_connect(tool) || (options_has(options, "domain") && !domain))
        return RESULT_FAILED;
    if (!register_kinds(tool, domain, options_text(options, "event"), &watch))
        return RESULT_FAILED;
    /* The registrations outlive the loop and end with this call, before the
     * watch that they point to. */
    (void)virConnectRegisterCloseCallback(tool->connection, on_close, &watch,
                                          NULL);
    result = watch_events(tool, &watch, options_number(options, "timeout", 0));
    (void)virConnectUnregisterCloseCallback(tool->connection, on_close);
    deregister_kinds(tool->connection, &watch);
    return result;
}

static const OptionDef event_options[] = {
    {"domain", "only of this one: name, id or UUID", OPTION_STRING,
     .value = VALUE_DOMAIN},
    {"event", "type of event to wait for", OPTION_STRING, .value = VALUE_EVENT},
    {"all", "all types of events", OPTION_FLAG},
    {"loop", "go on until interrupted or timed out", OPTION_FLAG},
    {"timeout", "seconds to wait", OPTION_NUMBER, .is_named_only = true},
    {"list", "list the types of events", OPTION_FLAG},
    {"timestamp", "with the time before each event", OPTION_FLAG},
    OPTION_END,
};

static const char *const event_apart[] = {"event all", "event list", "all list",
                                          NULL};

const Command event_commands[] = {
    {"event", "wait for events of domains",
     "Ends after one event, or with --loop when interrupted or timed out;\n"
     "    fails if there was none.",
     event_options, event_apart, NULL, cmd_event},
    {NULL},
};
