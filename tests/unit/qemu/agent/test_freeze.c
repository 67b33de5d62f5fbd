/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A frozen guest is thawed whatever happens to who froze it: with the real
 * guard process and a scripted agent. */
#include "qemu/agent/freeze.h"

#include "base/error.h"
#include "base/fd.h"
#include "fake_qemu.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LONG_MS = 20 * 1000, /* never passes in a test that is right */
    SHORT_MS = 300,      /* passes in tests whose point it is */
    AGENT_FD = 3,
};

#define SYNC                        \
    "expect guest-sync-delimited\n" \
    "send \\377\n"                  \
    "line {\"return\": $1.id}\n"
#define FREEZE                       \
    "expect guest-fsfreeze-freeze\n" \
    "line {\"return\": 2}\n"
#define THAW                       \
    "expect guest-fsfreeze-thaw\n" \
    "line {\"return\": 2}\n"

static const char *self; /* argv[0] */

static AgentFreeze *
begin(const char *script, int deadline_ms, FakeQemu **ret_fake, GError **error)
{
    int socket = -1;
    int count = -1;
    AgentFreeze *freeze = NULL;

    *ret_fake = fake_qemu_start(script, &socket);
    freeze = agent_freeze_begin_on(socket, "vm", deadline_ms, &count, error);
    if (freeze)
        g_assert_cmpint(count, ==, 2);
    return freeze;
}

/* The commands that came, without the sync; the guard has ended by then. */
static void
assert_commands(FakeQemu *fake, const char *commands)
{
    g_autofree char *transcript = fake_qemu_finish(fake);
    const char *rest = strchr(transcript, '\n');

    g_assert_nonnull(rest);
    g_assert_cmpstr(rest + 1, ==, commands);
}

static void
a_freeze_ends_with_a_thaw(void)
{
    FakeQemu *fake = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(AgentFreeze) freeze =
        begin(SYNC FREEZE THAW, LONG_MS, &fake, &error);

    g_assert_no_error(error);
    agent_freeze_end(freeze, &error);
    g_assert_no_error(error);
    assert_commands(fake, "guest-fsfreeze-freeze\nguest-fsfreeze-thaw\n");
    g_assert_false(agent_freeze_end(freeze, NULL));
}

static void
a_freeze_that_is_let_go_is_thawed(void)
{
    FakeQemu *fake = NULL;
    g_autoptr(GError) error = NULL;
    AgentFreeze *freeze = begin(SYNC FREEZE THAW, LONG_MS, &fake, &error);

    g_assert_no_error(error);
    agent_freeze_free(freeze);
    assert_commands(fake, "guest-fsfreeze-freeze\nguest-fsfreeze-thaw\n");
}

static void
the_deadline_thaws_and_the_caller_is_told(void)
{
    FakeQemu *fake = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(AgentFreeze) freeze =
        begin(SYNC FREEZE THAW, SHORT_MS, &fake, &error);

    g_assert_no_error(error);
    /* Waits for the thaw that nobody asked for. */
    assert_commands(fake, "guest-fsfreeze-freeze\nguest-fsfreeze-thaw\n");
    g_assert_false(agent_freeze_end(freeze, &error));
    g_assert_true(error_is(error, VIR_ERR_AGENT_UNRESPONSIVE));
    g_assert_nonnull(strstr(error->message, "was thawed before"));
}

/* What this program does when it is started to be killed: freezes over
 * descriptor 3, says so, and does nothing more. */
static int
freeze_and_wait(void)
{
    int count = 0;
    AgentFreeze *freeze =
        agent_freeze_begin_on(AGENT_FD, "vm", LONG_MS, &count, NULL);

    if (!freeze || write(STDOUT_FILENO, "frozen", 6) < 0)
        return 1;
    while (true)
        pause();
}

static void
the_callers_death_thaws(void)
{
    const char *argv[] = {self, "--freeze-and-wait", NULL};
    const int target = AGENT_FD;
    g_autoptr(GError) error = NULL;
    char word[8] = "";
    int socket = -1;
    int output = -1;
    GPid pid = 0;
    FakeQemu *fake = fake_qemu_start(SYNC FREEZE THAW, &socket);

    g_spawn_async_with_pipes_and_fds(
        NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, -1, -1, -1,
        &socket, &target, 1, &pid, NULL, &output, NULL, &error);
    g_assert_no_error(error);
    close(socket);
    g_assert_cmpint(read(output, word, sizeof(word)), ==, 6);
    close(output);
    g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
    assert_commands(fake, "guest-fsfreeze-freeze\nguest-fsfreeze-thaw\n");
}

static void
an_agent_that_never_answers_the_freeze_is_thawed_all_the_same(void)
{
    FakeQemu *fake = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_null(begin(SYNC "expect guest-fsfreeze-freeze\n"
                             "expect guest-fsfreeze-thaw\nclose\n",
                        SHORT_MS, &fake, &error));
    g_assert_true(error_is(error, VIR_ERR_AGENT_UNRESPONSIVE));
    g_assert_nonnull(strstr(error->message, "did not answer"));
    assert_commands(fake, "guest-fsfreeze-freeze\nguest-fsfreeze-thaw\n");
}

static void
an_agent_that_was_slow_to_thaw_is_asked_again(void)
{
    FakeQemu *fake = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(AgentFreeze) freeze =
        begin(SYNC FREEZE "expect guest-fsfreeze-thaw\n"
                          "line garbage\n"
                          "expect guest-sync-delimited\n"
                          "send \\377\n"
                          "line {\"return\": $4.id}\n" THAW,
              LONG_MS, &fake, &error);

    g_assert_no_error(error);
    agent_freeze_end(freeze, &error);
    g_assert_no_error(error);
    g_free(fake_qemu_finish(fake));
}

static void
a_refused_freeze_has_the_agents_words(void)
{
    FakeQemu *fake = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_null(begin(SYNC "expect guest-fsfreeze-freeze\n"
                             "line {\"error\": {\"class\": \"GenericError\", "
                             "\"desc\": \"failed to freeze /mnt\"}}\n",
                        LONG_MS, &fake, &error));
    g_assert_true(error_is(error, VIR_ERR_INTERNAL_ERROR));
    g_assert_nonnull(strstr(error->message, "failed to freeze /mnt"));
    assert_commands(fake, "guest-fsfreeze-freeze\n");
}

static void
an_agent_that_is_gone_is_unresponsive(void)
{
    FakeQemu *fake = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_null(begin("close\n", LONG_MS, &fake, &error));
    g_assert_true(error_is(error, VIR_ERR_AGENT_UNRESPONSIVE));
    g_free(fake_qemu_finish(fake));
}

static void
without_a_guard_nothing_is_frozen(void)
{
    g_autofree char *guard = g_strdup(g_getenv("STRANDLINE_GUARD"));
    FakeQemu *fake = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *commands = NULL;

    g_setenv("STRANDLINE_GUARD", "/nonexistent/guard", true);
    g_assert_null(begin("hang\n", LONG_MS, &fake, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
    g_assert_nonnull(strstr(error->message, "/nonexistent/guard"));
    commands = fake_qemu_finish(fake);
    g_assert_cmpstr(commands, ==, "");
    g_clear_error(&error);

    g_setenv("STRANDLINE_GUARD", "/bin/true", true);
    g_assert_null(begin("hang\n", LONG_MS, &fake, &error));
    g_assert_true(error_is(error, VIR_ERR_AGENT_UNRESPONSIVE));
    g_assert_nonnull(strstr(error->message, "ended without a word"));
    g_free(fake_qemu_finish(fake));
    g_setenv("STRANDLINE_GUARD", guard, true);
}

#define ADD(test) g_test_add_func("/qemu/agent/freeze/" #test, test)

int
main(int argc, char **argv)
{
    self = argv[0];
    if (argc == 2 && strcmp(argv[1], "--freeze-and-wait") == 0)
        return freeze_and_wait();
    g_test_init(&argc, &argv, NULL);
    ADD(a_freeze_ends_with_a_thaw);
    ADD(a_freeze_that_is_let_go_is_thawed);
    ADD(the_deadline_thaws_and_the_caller_is_told);
    ADD(the_callers_death_thaws);
    ADD(an_agent_that_never_answers_the_freeze_is_thawed_all_the_same);
    ADD(an_agent_that_was_slow_to_thaw_is_asked_again);
    ADD(a_refused_freeze_has_the_agents_words);
    ADD(an_agent_that_is_gone_is_unresponsive);
    ADD(without_a_guard_nothing_is_frozen);
    return g_test_run();
}
