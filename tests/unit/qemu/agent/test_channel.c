/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest agent's language against agents that are broken or hostile: each
 * attempt ends, soon, and says VIR_ERR_AGENT_UNRESPONSIVE. */
#include "qemu/agent/channel.h"

#include "base/error.h"
#include "fake_qemu.h"
#include "qemu/qmp/message.h"

#include <string.h>

enum {
    LONG_MS = 20 * 1000, /* never passes in a test that is right */
    SHORT_MS = 100,      /* passes in tests whose point it is */
};

#define SYNC                        \
    "expect guest-sync-delimited\n" \
    "send \\377\n"                  \
    "line {\"return\": $1.id}\n"

static gint64
deadline_in(gint64 timeout_ms)
{
    return g_get_monotonic_time() + timeout_ms * 1000;
}

static AgentChannel *
open_to(const char *script, FakeQemu **ret_fake)
{
    int socket = -1;

    *ret_fake = fake_qemu_start(script, &socket);
    return agent_channel_new(socket, "vm");
}

static void
finish(AgentChannel *channel, FakeQemu *fake)
{
    agent_channel_free(channel);
    g_free(fake_qemu_finish(fake));
}

static void
assert_unresponsive(const GError *error, const char *text)
{
    g_assert_true(error_is(error, VIR_ERR_AGENT_UNRESPONSIVE));
    if (!strstr(error->message, text))
        g_error("'%s' does not say '%s'", error->message, text);
}

static void
assert_no_sync(const char *script, int timeout_ms, const char *text)
{
    FakeQemu *fake = NULL;
    AgentChannel *channel = open_to(script, &fake);
    g_autoptr(GError) error = NULL;

    g_assert_false(
        agent_channel_sync(channel, deadline_in(timeout_ms), &error));
    assert_unresponsive(error, text);
    finish(channel, fake);
}

static void
assert_sync(AgentChannel *channel)
{
    g_autoptr(GError) error = NULL;

    agent_channel_sync(channel, deadline_in(LONG_MS), &error);
    g_assert_no_error(error);
}

/* After a sync, the answer to guest-ping is what @steps do. */
static void
assert_no_answer(const char *steps, int timeout_ms, const char *text)
{
    g_autofree char *script =
        g_strconcat(SYNC "expect guest-fsfreeze-status\n", steps, NULL);
    FakeQemu *fake = NULL;
    AgentChannel *channel = open_to(script, &fake);
    g_autoptr(GError) error = NULL;
    gint64 began = g_get_monotonic_time();

    assert_sync(channel);
    g_assert_cmpint(agent_channel_count(channel, "guest-fsfreeze-status", NULL,
                                        deadline_in(timeout_ms), &error),
                    ==, -1);
    assert_unresponsive(error, text);
    g_assert_cmpint(g_get_monotonic_time() - began, <,
                    (gint64)LONG_MS * G_TIME_SPAN_MILLISECOND);
    finish(channel, fake);
}

static void
what_others_left_over_is_passed_over(void)
{
    FakeQemu *fake = NULL;
    AgentChannel *channel = open_to(
        "line {\"return\": {\"late\": \"answer\"}}\n"
        "line {\"error\": {\"class\": \"GenericError\", \"desc\": \"x\"}}\n"
        "line \\300\\301 nonsense\n"
        "send \\377\n"
        "line {\"return\": 12345678901}\n"
        "expect guest-sync-delimited\n"
        "send {\"half \\\"a [[[[ string\n"
        "send \\377\n"
        "line {\"return\": $1.id}\n"
        "expect guest-fsfreeze-thaw\n"
        "line {\"return\": 3}\n",
        &fake);
    g_autoptr(GError) error = NULL;

    assert_sync(channel);
    g_assert_cmpint(agent_channel_count(channel, "guest-fsfreeze-thaw", NULL,
                                        deadline_in(LONG_MS), &error),
                    ==, 3);
    g_assert_no_error(error);
    finish(channel, fake);
}

static void
no_sync_with_an_agent_that_is_silent_or_gone(void)
{
    assert_no_sync("hang\n", SHORT_MS, "does not answer; see that it runs");
    assert_no_sync("expect guest-sync-delimited\nsend \\377{\"retu\nhang\n",
                   SHORT_MS, "does not answer");
    assert_no_sync("expect guest-sync-delimited\nclose\n", LONG_MS, "is gone");
    assert_no_sync("close\n", LONG_MS, "is gone");
}

static void
no_sync_with_wrong_numbers(void)
{
    assert_no_sync("expect guest-sync-delimited\n"
                   "send \\377{\"return\": 0}\\n\n"
                   "send \\377{\"return\": \"$1.id\"}\\n\n"
                   "send \\377{\"return\": {}}\\n\n"
                   "hang\n",
                   SHORT_MS, "does not answer");
}

static void
no_sync_with_a_flood(void)
{
    /* Long enough that reading them is not what takes the time. */
    assert_no_sync(
        "repeat 100000000 {\"return\": \"0123456789012345678901234567"
        "890123456789012345678901234567890123456789\"}\\n\n",
        LONG_MS, "sends without end");
    assert_no_sync("repeat 100000000 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
                   LONG_MS, "sends without end");
}

static void
no_answer_when_it_never_comes(void)
{
    assert_no_answer("hang\n", SHORT_MS, "did not answer");
    assert_no_answer("send {\"return\": 1\nhang\n", SHORT_MS,
                     "may still carry it out");
    assert_no_answer("send {\"return\": 1\nclose\n", LONG_MS, "is gone");
    assert_no_answer("repeat 1000000000 \\n\n", SHORT_MS, "did not answer");
}

static void
no_answer_out_of_something_else(void)
{
    assert_no_answer("line nonsense\n", LONG_MS, "not JSON");
    assert_no_answer("line [1]\n", LONG_MS, "not JSON");
    assert_no_answer("line {\"return\": \"\\300\"}\n", LONG_MS, "not JSON");
    assert_no_answer("line {\"event\": \"X\"}\n", LONG_MS, "neither");
    assert_no_answer("line {\"return\": {}}\n", LONG_MS, "no number");
    assert_no_answer("line {\"return\": -1}\n", LONG_MS, "no number");
    assert_no_answer("line {\"return\": 4294967296}\n", LONG_MS, "no number");
}

static void
no_answer_past_the_limits(void)
{
    assert_no_answer("repeat 100000 [\n", LONG_MS, "nested too deep");
    assert_no_answer("send [\nrepeat 1000000 {},\n", LONG_MS,
                     "too many values");
    /* A gigabyte without a newline. */
    assert_no_answer("send \"\n"
                     "repeat 16777216 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                     "aaaaaaaaaaaaaaaaaaaaaaaa\n",
                     LONG_MS, "too long");
}

static void
a_refusal_is_told_in_tame_words(void)
{
    FakeQemu *fake = NULL;
    AgentChannel *channel =
        open_to(SYNC "expect guest-fsfreeze-freeze\n"
                     "line {\"error\": {\"class\": \"GenericError\", \"desc\": "
                     "\"disabled \\\\u001b[31mred\\\\n\"}}\n",
                &fake);
    g_autoptr(GError) error = NULL;

    assert_sync(channel);
    g_assert_cmpint(agent_channel_count(channel, "guest-fsfreeze-freeze", NULL,
                                        deadline_in(LONG_MS), &error),
                    ==, -1);
    g_assert_true(error_is(error, VIR_ERR_INTERNAL_ERROR));
    g_assert_cmpstr(error->message, ==,
                    "guest agent of 'vm' refused 'guest-fsfreeze-freeze': "
                    "disabled  [31mred ");
    finish(channel, fake);
}

static void
a_whole_reply_is_handed_on(void)
{
    FakeQemu *fake = NULL;
    AgentChannel *channel =
        open_to(SYNC "expect guest-info {\"a\": [1]}\n"
                     "line {\"return\": {\"version\": \"7.2\"}}\n",
                &fake);
    g_autoptr(Json) request = json_pack("{s:s, s:{s:[i]}}", "execute",
                                        "guest-info", "arguments", "a", 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(Json) reply = NULL;
    g_autofree char *text = NULL;

    assert_sync(channel);
    reply =
        agent_channel_exchange(channel, request, deadline_in(LONG_MS), &error);
    g_assert_no_error(error);
    text = json_dumps(reply, JSON_COMPACT);
    g_assert_cmpstr(text, ==, "{\"return\":{\"version\":\"7.2\"}}");
    finish(channel, fake);
}

/* One step of a script: what a sync is answered with, out of random parts. */
static char *
random_answer(GRand *rand)
{
    static const char *const parts[] = {
        "{",    "}",     "[",   "]",     "\"return\":", "\"error\":",
        "1",    "\"",    "\\n", "\\377", "\\300",       ",",
        "null", "$1.id", "{}",  ":",     "\\000",       "\\\\u0000"};
    GString *answer = g_string_new("send ");
    gint32 i = 0;

    for (i = g_rand_int_range(rand, 1, 60); i > 0; i--) {
        g_string_append(answer,
                        parts[g_rand_int_range(rand, 0, G_N_ELEMENTS(parts))]);
    }
    return g_string_free(answer, FALSE);
}

static void
survive_answer(AgentChannel *channel, const char *answer)
{
    if (!agent_channel_sync(channel, deadline_in(LONG_MS), NULL))
        return;
    g_assert_nonnull(strstr(answer, "\"return\":$1.id"));
    agent_channel_count(channel, "guest-ping", NULL, deadline_in(LONG_MS),
                        NULL);
}

/* Random bytes of an agent never make us crash or hang, nor take for an answer
 * what was none. */
static void
random_answers_are_survived(void)
{
    guint32 seed = g_random_int();
    GRand *rand = g_rand_new_with_seed(seed);
    unsigned round = 0;

    g_test_message("seed %u", seed);
    for (round = 0; round < 300; round++) {
        g_autofree char *answer = random_answer(rand);
        g_autofree char *script = g_strconcat("expect guest-sync-delimited\n",
                                              answer, "\nclose\n", NULL);
        FakeQemu *fake = NULL;
        AgentChannel *channel = open_to(script, &fake);

        survive_answer(channel, answer);
        finish(channel, fake);
    }
    g_rand_free(rand);
}

#define ADD(test) g_test_add_func("/qemu/agent/channel/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(what_others_left_over_is_passed_over);
    ADD(no_sync_with_an_agent_that_is_silent_or_gone);
    ADD(no_sync_with_wrong_numbers);
    ADD(no_sync_with_a_flood);
    ADD(no_answer_when_it_never_comes);
    ADD(no_answer_out_of_something_else);
    ADD(no_answer_past_the_limits);
    ADD(a_refusal_is_told_in_tame_words);
    ADD(a_whole_reply_is_handed_on);
    ADD(random_answers_are_survived);
    return g_test_run();
}
