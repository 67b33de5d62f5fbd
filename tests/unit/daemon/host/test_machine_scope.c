/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What systemd is asked for a machine, and that neither its refusal nor its
 * silence costs anything; somebody else answers here, on a bus of the test's
 * own. */
#include "daemon/host/machine_scope.h"

#include "base/scope.h"
#include "own_bus.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HANG_S = 60, SOON_MS = 50, NEVER_MS = 10 * HANG_S * 1000 };

typedef enum { ANSWER, REFUSE, SILENCE } Mood;

static const char interface[] =
    "<node><interface name='org.freedesktop.systemd1.Manager'>"
    "<method name='StartTransientUnit'>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='a(sv)' direction='in'/><arg type='a(sa(sv))' direction='in'/>"
    "<arg type='o' direction='out'/>"
    "</method></interface></node>";

static GAsyncQueue *told; /* of text: the arguments of each call */
static int mood;          /* atomic */

/* As GLib wants it. */
static void /* NOLINTNEXTLINE(readability-function-size) */
answer(GDBusConnection *bus, const char *sender, const char *path,
       const char *name, const char *method, GVariant *args,
       GDBusMethodInvocation *call, gpointer opaque)
{
    (void)bus;
    (void)sender;
    (void)path;
    (void)name;
    (void)method;
    (void)opaque;
    switch ((Mood)g_atomic_int_get(&mood)) {
    case ANSWER:
        g_dbus_method_invocation_return_value(
            call, g_variant_new("(o)", "/org/freedesktop/systemd1/job/1"));
        break;
    case REFUSE:
        g_dbus_method_invocation_return_dbus_error(
            call, "org.freedesktop.systemd1.UnitExists", "it is there");
        break;
    case SILENCE:
        g_object_unref(call);
        break;
    }
    g_async_queue_push(told, g_variant_print(args, FALSE));
}

/* The next call that arrives; only a hang reaches the limit. */
static char *
next_told(void)
{
    char *text =
        g_async_queue_timeout_pop(told, (guint64)HANG_S * G_USEC_PER_SEC);

    g_assert_nonnull(text);
    return text;
}

static void
begin(Mood wanted, unsigned patience_ms)
{
    g_atomic_int_set(&mood, wanted);
    g_setenv("INVOCATION_ID", "0123456789abcdef", TRUE);
    machine_scope_begin(patience_ms);
}

/* The names of units in another order, or a missing escape, would move it to a
 * slice that does not exist or end it in the wrong order. */
static void
a_machine_gets_a_scope_of_its_own(void)
{
    g_autofree char *text = NULL;
    g_autofree char *wanted = g_strdup_printf(
        "('machine-strandline\\\\x2d%d\\\\x2dmy\\\\x20web\\\\x2f\\\\xc3\\\\xa4"
        ".scope', 'fail', "
        "[('Description', <'Strandline machine my web/\xc3\xa4'>), "
        "('Slice', <'machine.slice'>), "
        "('CollectMode', <'inactive-or-failed'>), "
        "('After', <['strandlined.service']>), "
        "('Before', <['strandline-guests.service']>), "
        "('PIDs', <[uint32 %d]>)], [])",
        (int)getpid(), (int)getpid());

    begin(ANSWER, NEVER_MS);
    scope_make("my web/\xc3\xa4", getpid());
    text = next_told();
    g_assert_cmpstr(text, ==, wanted);
    machine_scope_end();
}

static void
a_refusal_is_the_end_of_it(void)
{
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    begin(REFUSE, NEVER_MS);
    scope_make("web", getpid());
    scope_make("web", getpid());
    first = next_told();
    second = next_told();
    machine_scope_end();
}

/* The second is asked about when the first has not been answered in time. */
static void
silence_is_waited_for_no_longer_than_said(void)
{
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    begin(SILENCE, SOON_MS);
    scope_make("one", getpid());
    scope_make("two", getpid());
    first = next_told();
    second = next_told();
    g_assert_nonnull(strstr(first, "x2done.scope"));
    g_assert_nonnull(strstr(second, "x2dtwo.scope"));
    machine_scope_end();
}

/* Nobody waits for ten minutes here: neither the starts nor the end. */
static void
neither_a_start_nor_the_end_waits_for_an_answer(void)
{
    g_autofree char *first = NULL;

    begin(SILENCE, NEVER_MS);
    for (int i = 0; i < 1000; i++)
        scope_make("web", getpid());
    first = next_told();
    machine_scope_end();
    g_assert_cmpint(g_async_queue_length(told), ==, 0);
    scope_make("web", getpid());
    g_assert_cmpint(g_async_queue_length(told), ==, 0);
}

/* Its number may be another's soon. */
static void
a_process_that_has_ended_is_not_moved(void)
{
    g_autofree char *text = NULL;
    pid_t child = fork();

    if (child == 0)
        _exit(0);
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
    begin(ANSWER, NEVER_MS);
    scope_make("gone", child);
    scope_make("here", getpid());
    text = next_told();
    g_assert_nonnull(strstr(text, "here"));
    machine_scope_end();
}

static void
a_daemon_that_systemd_did_not_start_asks_for_nothing(void)
{
    g_autofree char *text = NULL;

    g_unsetenv("INVOCATION_ID");
    machine_scope_begin(NEVER_MS);
    scope_make("by hand", getpid());
    machine_scope_end();
    begin(ANSWER, NEVER_MS);
    scope_make("service", getpid());
    text = next_told();
    g_assert_nonnull(strstr(text, "service.scope"));
    machine_scope_end();
}

/* systemd takes no unit with a name of more than 255 bytes. */
static void
a_long_name_is_cut(void)
{
    g_autofree char *text = NULL;
    g_autofree char *name = g_strnfill(200, '-');
    const char *end = NULL;

    begin(ANSWER, NEVER_MS);
    scope_make(name, getpid());
    text = next_told();
    end = strstr(text, ".scope'");
    g_assert_nonnull(end);
    /* Each backslash is printed twice: counted so, it is longer yet. */
    g_assert_cmpint(end - text, <, 255 + 255 / 4);
    g_assert_cmpint(end - text, >, 200);
    machine_scope_end();
}

int
main(int argc, char **argv)
{
    const OwnBusService systemd = {
        .name = "org.freedesktop.systemd1",
        .path = "/org/freedesktop/systemd1",
        .xml = interface,
        .functions = {.method_call = answer},
    };
    OwnBus *own = NULL;
    int result = 0;

    g_test_init(&argc, &argv, NULL);
    told = g_async_queue_new_full(g_free);
    own = own_bus_new(&systemd);
    g_test_add_func("/machine_scope/a_machine_gets_a_scope_of_its_own",
                    a_machine_gets_a_scope_of_its_own);
    g_test_add_func("/machine_scope/a_refusal_is_the_end_of_it",
                    a_refusal_is_the_end_of_it);
    g_test_add_func("/machine_scope/silence_is_waited_for_no_longer_than_said",
                    silence_is_waited_for_no_longer_than_said);
    g_test_add_func(
        "/machine_scope/neither_a_start_nor_the_end_waits_for_an_answer",
        neither_a_start_nor_the_end_waits_for_an_answer);
    g_test_add_func("/machine_scope/a_process_that_has_ended_is_not_moved",
                    a_process_that_has_ended_is_not_moved);
    g_test_add_func(
        "/machine_scope/a_daemon_that_systemd_did_not_start_asks_for_nothing",
        a_daemon_that_systemd_did_not_start_asks_for_nothing);
    g_test_add_func("/machine_scope/a_long_name_is_cut", a_long_name_is_cut);
    result = g_test_run();
    own_bus_free(own);
    g_async_queue_unref(told);
    return result;
}
