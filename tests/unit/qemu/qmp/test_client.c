/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The QMP client against a scripted QEMU that does everything wrong, and
 * against a real one. */
#include "qemu/qmp/client.h"

#include "base/error.h"
#include "base/fd.h"
#include "fake_qemu.h"
#include "qemu/qmp/message.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    /* Long enough never to pass in a test that is right. */
    LONG_MS = 20 * 1000,
    /* For waits whose end is the point of the test. */
    SHORT_MS = 50,
};

/* A client that has been greeted; the rest of the script is @steps. */
static QmpClient *
greeted_client(const char *steps, FakeQemu **ret_fake)
{
    g_autofree char *script = g_strconcat("greet\n", steps, NULL);
    g_autoptr(GError) error = NULL;
    int socket = -1;
    QmpClient *client = NULL;

    *ret_fake = fake_qemu_start(script, &socket);
    client = qmp_client_open(socket, LONG_MS, &error);
    g_assert_no_error(error);
    return client;
}

/* Ends the script by closing the client's end first. */
static void
finish(QmpClient *client, FakeQemu *fake)
{
    qmp_client_free(client);
    g_free(fake_qemu_finish(fake));
}

static guint64
send_command(QmpClient *client, const char *command)
{
    g_autoptr(GError) error = NULL;
    guint64 id = 0;

    qmp_client_send(client, command, NULL, -1, &id, &error);
    g_assert_no_error(error);
    return id;
}

static void
assert_answer(QmpClient *client, guint64 id, const char *answer)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) result = qmp_client_wait(client, id, LONG_MS, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(json_string_value(result), ==, answer);
}

/* The next command fails with words like @text, as does every one after it. */
static void
assert_lost(QmpClient *client, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) later = NULL;

    g_assert_null(qmp_client_call(client, "query-status", NULL, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
    if (!strstr(error->message, text))
        g_error("'%s' does not say '%s'", error->message, text);
    g_assert_true(qmp_client_is_lost(client));
    g_assert_false(qmp_client_run(client, "quit", NULL, &later));
    g_assert_true(error_is(later, VIR_ERR_OPERATION_FAILED));
}

static void
assert_lost_by(const char *steps, const char *text)
{
    FakeQemu *fake = NULL;
    QmpClient *client = greeted_client(steps, &fake);

    assert_lost(client, text);
    finish(client, fake);
}

static void
answers_in_another_order_reach_their_callers(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client = greeted_client("expect a\n"
                                       "expect b\n"
                                       "expect c\n"
                                       "reply 3 \"three\"\n"
                                       "reply 1 \"one\"\n"
                                       "reply 2 \"two\"\n",
                                       &fake);
    guint64 a = send_command(client, "a");
    guint64 b = send_command(client, "b");
    guint64 c = send_command(client, "c");

    assert_answer(client, a, "one");
    assert_answer(client, b, "two");
    assert_answer(client, c, "three");
    finish(client, fake);
}

typedef struct {
    QmpClient *client;
    unsigned number;
} Caller;

static gpointer
call_many_times(gpointer data)
{
    const Caller *caller = data;
    unsigned i = 0;

    for (i = 0; i < 200; i++) {
        g_autofree char *name = g_strdup_printf("c%u-%u", caller->number, i);
        guint64 id = 0;
        g_autoptr(GError) error = NULL;
        g_autoptr(Json) result = NULL;

        qmp_client_send(caller->client, name, NULL, -1, &id, &error);
        g_assert_no_error(error);
        result = qmp_client_wait(caller->client, id, LONG_MS, &error);
        g_assert_no_error(error);
        g_assert_true(json_is_object(result));
    }
    return NULL;
}

static void
several_threads_each_get_their_own_answers(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client = greeted_client("serve\n", &fake);
    Caller callers[4];
    GThread *threads[G_N_ELEMENTS(callers)];
    g_autofree char *transcript = NULL;
    g_auto(GStrv) lines = NULL;
    unsigned i = 0;

    for (i = 0; i < G_N_ELEMENTS(callers); i++) {
        callers[i] = (Caller){.client = client, .number = i};
        threads[i] = g_thread_new("caller", call_many_times, &callers[i]);
    }
    for (i = 0; i < G_N_ELEMENTS(callers); i++)
        g_thread_join(threads[i]);
    qmp_client_free(client);
    transcript = fake_qemu_finish(fake);
    lines = g_strsplit(transcript, "\n", 0);
    g_assert_cmpuint(g_strv_length(lines), ==, 4 * 200 + 1);
}

static void
events_between_replies_are_kept_in_order(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client = greeted_client("event FIRST\n"
                                       "expect a\n"
                                       "event SECOND\n"
                                       "reply 1 \"one\"\n"
                                       "event THIRD\n",
                                       &fake);
    static const char *const names[] = {"FIRST", "SECOND", "THIRD"};
    unsigned i = 0;

    assert_answer(client, send_command(client, "a"), "one");
    for (i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(Json) event = qmp_client_next_event(client, LONG_MS);

        g_assert_cmpstr(json_string_value(json_object_get(event, "event")), ==,
                        names[i]);
    }
    g_assert_null(qmp_client_next_event(client, 0));
    g_assert_false(qmp_client_events_dropped(client));
    finish(client, fake);
}

static void
a_flood_of_events_keeps_the_newest_and_says_so(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client =
        greeted_client("expect a\n"
                       "repeat 10000 {\"event\": \"FLOOD\"}\\n\n"
                       "event LAST\n"
                       "reply 1 \"one\"\n",
                       &fake);
    unsigned count = 0;
    bool is_last = false;

    assert_answer(client, send_command(client, "a"), "one");
    g_assert_true(qmp_client_events_dropped(client));
    g_assert_false(qmp_client_events_dropped(client));
    while (true) {
        g_autoptr(Json) event = qmp_client_next_event(client, 0);

        if (!event)
            break;
        count++;
        is_last = g_strcmp0(json_string_value(json_object_get(event, "event")),
                            "LAST") == 0;
    }
    g_assert_true(is_last);
    g_assert_cmpuint(count, >, 1000);
    g_assert_cmpuint(count, <, 10000);
    finish(client, fake);
}

static void
an_endless_flood_does_not_outlast_the_deadline(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client =
        greeted_client("expect a\n"
                       "repeat 1000000000 {\"event\": \"FLOOD\"}\\n\n",
                       &fake);
    g_autoptr(GError) error = NULL;
    guint64 id = send_command(client, "a");

    g_assert_null(qmp_client_wait(client, id, SHORT_MS, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_TIMEOUT));
    finish(client, fake);
}

static void
a_refusal_has_the_words_of_qemu_and_loses_nothing(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client =
        greeted_client("expect block-dirty-bitmap-add {\"node\": \"n\"}\n"
                       "error 1 GenericError Bitmap already exists: b\n"
                       "expect a\n"
                       "reply 2 \"two\"\n",
                       &fake);
    g_autoptr(GError) error = NULL;

    g_assert_false(qmp_client_run(client, "block-dirty-bitmap-add",
                                  json_pack("{s:s}", "node", "n"), &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
    g_assert_cmpstr(error->message, ==,
                    "QEMU refused 'block-dirty-bitmap-add': "
                    "Bitmap already exists: b");
    g_assert_false(qmp_client_is_lost(client));
    assert_answer(client, send_command(client, "a"), "two");
    finish(client, fake);
}

static void
a_message_in_pieces_is_one_message(void)
{
    /* The pieces are sent when the next command was read, so they cannot
     * arrive in one. */
    FakeQemu *fake = NULL;
    QmpClient *client = greeted_client("expect a\n"
                                       "send {\"return\": \"o\n"
                                       "expect b\n"
                                       "send ne\", \"id\": \n"
                                       "expect c\n"
                                       "line $1}\n"
                                       "reply 2 \"two\"\n"
                                       "reply 3 \"three\"\n",
                                       &fake);
    guint64 a = send_command(client, "a");
    guint64 b = 0;

    g_assert_null(qmp_client_next_event(client, SHORT_MS));
    b = send_command(client, "b");
    g_assert_null(qmp_client_next_event(client, SHORT_MS));
    assert_answer(client, send_command(client, "c"), "three");
    assert_answer(client, b, "two");
    assert_answer(client, a, "one");
    finish(client, fake);
}

static void
a_late_reply_is_dropped_and_the_next_is_right(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client = greeted_client("expect slow\n"
                                       "expect next\n"
                                       "reply 1 \"late\"\n"
                                       "reply 2 \"right\"\n",
                                       &fake);
    g_autoptr(GError) error = NULL;
    guint64 id = send_command(client, "slow");

    g_assert_null(qmp_client_wait(client, id, SHORT_MS, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_TIMEOUT));
    g_assert_nonnull(strstr(error->message, "'slow'"));
    g_assert_false(qmp_client_is_lost(client));
    assert_answer(client, send_command(client, "next"), "right");
    finish(client, fake);
}

/* Each with its own deadline would take a minute. */
static void
what_stands_behind_a_late_command_has_one_deadline(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client = greeted_client("hang\n", &fake);
    gint64 start = g_get_monotonic_time();

    g_assert_null(
        qmp_client_wait(client, send_command(client, "a"), SHORT_MS, NULL));
    for (unsigned i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;
        guint64 id = send_command(client, "b");

        g_assert_null(qmp_client_wait(client, id, LONG_MS, &error));
        g_assert_true(error_is(error, VIR_ERR_OPERATION_TIMEOUT));
    }
    g_assert_cmpint(g_get_monotonic_time() - start, <,
                    LONG_MS * G_TIME_SPAN_MILLISECOND);
    g_assert_false(qmp_client_is_lost(client));
    finish(client, fake);
}

static void
what_nobody_ever_answers_loses_the_client_in_the_end(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client = greeted_client("hang\n", &fake);
    unsigned i = 0;

    for (i = 0; i < 1000 && !qmp_client_is_lost(client); i++) {
        g_autoptr(GError) error = NULL;
        guint64 id = send_command(client, "a");

        g_assert_null(qmp_client_wait(client, id, 0, &error));
        g_assert_true(error_is(error, VIR_ERR_OPERATION_TIMEOUT));
    }
    g_assert_cmpuint(i, <, 1000);
    finish(client, fake);
}

static void
loses_the_client_when_closed(void)
{
    assert_lost_by("expect query-status\nclose\n", "closed the connection");
    assert_lost_by("close\n", "in QEMU: ");
    assert_lost_by("expect query-status\nsend {\"return\": {\nclose\n",
                   "in the middle of a message");
}

static void
loses_the_client_on_a_reply_to_nobody(void)
{
    assert_lost_by("expect query-status\n"
                   "line {\"return\": {}, \"id\": \"99\"}\n",
                   "was not sent");
    assert_lost_by("expect query-status\n"
                   "line {\"return\": {}, \"id\": 2}\n",
                   "to no command");
    assert_lost_by("expect query-status\n"
                   "line {\"error\": {\"class\": \"GenericError\", "
                   "\"desc\": \"JSON parse error\"}}\n",
                   "JSON parse error");
}

static void
loses_the_client_on_a_second_reply(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client = greeted_client("expect a\n"
                                       "reply 1 \"one\"\n"
                                       "expect query-status\n"
                                       "reply 1 \"again\"\n",
                                       &fake);

    assert_answer(client, send_command(client, "a"), "one");
    assert_lost(client, "was not sent");
    finish(client, fake);
}

static void
loses_the_client_on_garbage(void)
{
    assert_lost_by("expect query-status\nline \\001\\377\\376 nonsense\n",
                   "not JSON");
    assert_lost_by("expect query-status\nline [1, 2]\n", "no JSON object");
    assert_lost_by("expect query-status\nline {\"QMP\": {}}\n", "twice");
    assert_lost_by("expect query-status\nline {\"hello\": 1}\n",
                   "QMP does not have");
    assert_lost_by("expect query-status\n"
                   "line {\"return\": \"\\300\", \"id\": $1}\n",
                   "not JSON");
}

static void
loses_the_client_on_deep_json_and_on_endless_lines(void)
{
    assert_lost_by("expect query-status\nrepeat 100000 [\n", "nested too deep");
    assert_lost_by("expect query-status\n"
                   "repeat 1000000 \"1234567890123456789012345678901234567890"
                   "1234567890123456789012345678901234567890\"\n",
                   "too long");
}

static void
open_refuses_what_does_not_greet(void)
{
    static const struct {
        const char *script;
        int code;
    } cases[] = {
        {"hang\n", VIR_ERR_OPERATION_TIMEOUT},
        {"send {\"QMP\": {\"vers\nhang\n", VIR_ERR_OPERATION_TIMEOUT},
        {"greeting\nexpect qmp_capabilities\nhang\n",
         VIR_ERR_OPERATION_TIMEOUT},
        {"close\n", VIR_ERR_OPERATION_FAILED},
        {"line HTTP/1.1 400 Bad Request\n", VIR_ERR_OPERATION_FAILED},
        {"greeting\nexpect qmp_capabilities\nerror 1 GenericError no\n",
         VIR_ERR_OPERATION_FAILED},
    };
    size_t i = 0;

    for (i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        int socket = -1;
        FakeQemu *fake = fake_qemu_start(cases[i].script, &socket);
        int timeout =
            cases[i].code == VIR_ERR_OPERATION_TIMEOUT ? SHORT_MS : LONG_MS;

        g_assert_null(qmp_client_open(socket, timeout, &error));
        g_assert_cmpint(error->code, ==, cases[i].code);
        g_free(fake_qemu_finish(fake));
    }
}

static void
a_descriptor_goes_along_with_its_command(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client = greeted_client("expect-fd getfd\nreply 1\n", &fake);
    g_autoptr(GError) error = NULL;
    g_auto(AutoFd) fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    qmp_client_pass_fd(client, "null", fd, &error);
    g_assert_no_error(error);
    finish(client, fake);
}

static void
a_long_command_is_written_while_qemu_talks(void)
{
    /* Both sides write more than the socket holds before either reads. */
    FakeQemu *fake = NULL;
    QmpClient *client =
        greeted_client("repeat 20000 {\"event\": \"FLOOD\"}\\n\n"
                       "expect a\n"
                       "reply 1 \"one\"\n",
                       &fake);
    g_autofree char *text = g_strnfill(4 * 1024 * 1024, 'x');
    g_autoptr(GError) error = NULL;
    guint64 id = 0;

    qmp_client_send(client, "a", json_pack("{s:s}", "text", text), -1, &id,
                    &error);
    g_assert_no_error(error);
    assert_answer(client, id, "one");
    finish(client, fake);
}

static void
numbers_past_63_bits_are_read_as_reals(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client =
        greeted_client("expect a\nreply 1 1.0\nexpect b\n"
                       "line {\"id\": $2, \"return\": 18446744073709551615}\n",
                       &fake);
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) first = qmp_client_call(client, "a", NULL, &error);
    g_autoptr(Json) second = qmp_client_call(client, "b", NULL, &error);

    g_assert_no_error(error);
    g_assert_true(json_is_real(second));
    g_assert_cmpfloat(json_real_value(second), >, 1.8e19);
    finish(client, fake);
}

/* What a QEMU says, out of random parts. */
static char *
random_script(GRand *rand)
{
    static const char *const parts[] = {
        "{",          "}",          "[",       "]",     "\"return\":",
        "\"error\":", "\"event\":", "\"id\":", "$1 ",   "$2 ",
        "\"",         "\\n",        "\\377",   "\\300", ",",
        "null",       "{}",         ":",       "\\000", "\\\\u0000",
        "\"QMP\":",   "\\r\\n",     "1e999",   "-1",    "\"x\""};
    GString *script = g_string_new("greet\nexpect a\nexpect b\nreply 1\nsend ");
    gint32 i = 0;

    for (i = g_rand_int_range(rand, 1, 60); i > 0; i--) {
        g_string_append(script,
                        parts[g_rand_int_range(rand, 0, G_N_ELEMENTS(parts))]);
    }
    g_string_append(script, "\nclose\n");
    return g_string_free(script, FALSE);
}

/* Of two commands the first is answered, whatever follows; the other fails,
 * unless chance made up an answer for it. */
static void
survive_script(const char *script)
{
    int socket = -1;
    FakeQemu *fake = fake_qemu_start(script, &socket);
    QmpClient *client = qmp_client_open(socket, LONG_MS, NULL);
    guint64 a = send_command(client, "a");
    guint64 b = send_command(client, "b");
    g_autoptr(Json) second = qmp_client_wait(client, b, LONG_MS, NULL);
    g_autoptr(Json) first = qmp_client_wait(client, a, 0, NULL);

    g_assert_true(json_is_object(first));
    if (second)
        g_assert_nonnull(strstr(script, "\"id\":$2"));
    finish(client, fake);
}

static void
random_answers_are_survived(void)
{
    guint32 seed = g_random_int();
    GRand *rand = g_rand_new_with_seed(seed);
    unsigned round = 0;

    g_test_message("seed %u", seed);
    for (round = 0; round < 300; round++) {
        g_autofree char *script = random_script(rand);

        survive_script(script);
    }
    g_rand_free(rand);
}

/* In the child: a test that fails leaves no process behind. */
static void
die_with_test(gpointer data G_GNUC_UNUSED)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* A paused QEMU without a machine to speak of; its monitor is *@ret_socket. */
static GPid
start_qemu(int *ret_socket)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *chardev = NULL;
    int ends[2];
    GPid pid = 0;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    /* Handed to the child under its own number, past the standard three. */
    chardev = g_strdup("socket,id=mon,fd=3");
    {
        const char *argv[] = {"qemu-system-x86_64",
                              "-S",
                              "-nodefaults",
                              "-display",
                              "none",
                              "-accel",
                              "tcg",
                              "-machine",
                              "none",
                              "-chardev",
                              chardev,
                              "-mon",
                              "chardev=mon,mode=control",
                              NULL};
        int target = 3;

        g_spawn_async_with_pipes_and_fds(
            NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
            die_with_test, NULL, -1, -1, -1, &ends[1], &target, 1, &pid, NULL,
            NULL, NULL, &error);
        g_assert_no_error(error);
    }
    close(ends[1]);
    *ret_socket = ends[0];
    return pid;
}

static void
a_real_qemu_is_understood(void)
{
    int socket = -1;
    GPid pid = start_qemu(&socket);
    g_autoptr(GError) error = NULL;
    g_autoptr(QmpClient) client = qmp_client_open(socket, LONG_MS, &error);
    g_autoptr(Json) status = NULL;
    g_autoptr(Json) schema = NULL;
    g_autoptr(Json) event = NULL;
    g_auto(AutoFd) fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int exit_status = -1;

    g_assert_no_error(error);
    status = qmp_client_call(client, "query-status", NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(json_string_value(json_object_get(status, "status")), ==,
                    "prelaunch");
    schema = qmp_client_call(client, "query-qmp-schema", NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(json_array_size(schema), >, 100);
    g_assert_false(qmp_client_run(client, "no-such-command", NULL, &error));
    g_assert_nonnull(strstr(error->message, "no-such-command"));
    g_clear_error(&error);
    qmp_client_pass_fd(client, "null", fd, &error);
    g_assert_no_error(error);
    qmp_client_run(client, "closefd", json_pack("{s:s}", "fdname", "null"),
                   &error);
    g_assert_no_error(error);
    qmp_client_run(client, "quit", NULL, &error);
    g_assert_no_error(error);
    event = qmp_client_next_event(client, LONG_MS);
    g_assert_cmpstr(json_string_value(json_object_get(event, "event")), ==,
                    "SHUTDOWN");
    g_assert_cmpint(waitpid(pid, &exit_status, 0), ==, pid);
    g_assert_cmpint(exit_status, ==, 0);
    assert_lost(client, "in QEMU: ");
}

#define ADD(test) g_test_add_func("/qemu/qmp/client/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(answers_in_another_order_reach_their_callers);
    ADD(several_threads_each_get_their_own_answers);
    ADD(events_between_replies_are_kept_in_order);
    ADD(a_flood_of_events_keeps_the_newest_and_says_so);
    ADD(an_endless_flood_does_not_outlast_the_deadline);
    ADD(a_refusal_has_the_words_of_qemu_and_loses_nothing);
    ADD(a_message_in_pieces_is_one_message);
    ADD(a_late_reply_is_dropped_and_the_next_is_right);
    ADD(what_stands_behind_a_late_command_has_one_deadline);
    ADD(what_nobody_ever_answers_loses_the_client_in_the_end);
    ADD(loses_the_client_when_closed);
    ADD(loses_the_client_on_a_reply_to_nobody);
    ADD(loses_the_client_on_a_second_reply);
    ADD(loses_the_client_on_garbage);
    ADD(loses_the_client_on_deep_json_and_on_endless_lines);
    ADD(open_refuses_what_does_not_greet);
    ADD(a_descriptor_goes_along_with_its_command);
    ADD(a_long_command_is_written_while_qemu_talks);
    ADD(numbers_past_63_bits_are_read_as_reals);
    ADD(random_answers_are_survived);
    ADD(a_real_qemu_is_understood);
    return g_test_run();
}
