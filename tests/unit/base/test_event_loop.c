/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The default event loop: watches that come and go in any order, also from
 * inside their own callbacks. */
#include "base/error.h"
#include "base/event_loop.h"
#include "base/fd.h"

#include <fcntl.h>
#include <unistd.h>

/* What a callback does when it is called, and what it saw. */
typedef struct {
    int calls;
    int events;
    int frees;
    int calls_when_freed;
    int remove_handle; /* > 0: remove this watch in the callback */
    int remove_timeout;
} Seen;

static void
on_handle(int watch, int fd, int events, void *opaque)
{
    Seen *seen = opaque;

    (void)watch;
    (void)fd;
    seen->calls++;
    seen->events = events;
    if (seen->remove_handle > 0)
        g_assert_cmpint(event_loop_remove_handle(seen->remove_handle), ==, 0);
    /* The data is still ours after our own removal. */
    g_assert_cmpint(seen->frees, ==, 0);
}

static void
on_timeout(int timer, void *opaque)
{
    Seen *seen = opaque;

    (void)timer;
    seen->calls++;
    if (seen->remove_timeout > 0)
        g_assert_cmpint(event_loop_remove_timeout(seen->remove_timeout), ==, 0);
    g_assert_cmpint(seen->frees, ==, 0);
}

static void
on_free(void *opaque)
{
    Seen *seen = opaque;

    seen->frees++;
    seen->calls_when_freed = seen->calls;
}

static void
run_once(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(event_loop_run_default(&error));
    g_assert_no_error(error);
}

typedef struct {
    AutoFd read_end;
    AutoFd write_end;
} Pipe;

static void
pipe_open(Pipe *pipe)
{
    int ends[2];

    g_assert_cmpint(pipe2(ends, O_CLOEXEC | O_NONBLOCK), ==, 0);
    pipe->read_end = ends[0];
    pipe->write_end = ends[1];
}

static void
pipe_close(Pipe *pipe)
{
    auto_fd_close(pipe->read_end);
    auto_fd_close(pipe->write_end);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pipe, pipe_close)

/* Before the default loop is there: must be the first test. */
static void
nothing_works_without_a_loop(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(event_loop_is_registered());
    g_assert_cmpint(event_loop_add_timeout(0, on_timeout, NULL, NULL), ==, -1);
    g_assert_cmpint(event_loop_remove_timeout(1), ==, -1);
    g_assert_false(event_loop_run_default(&error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
}

static void
the_first_registration_stays(void)
{
    const EventLoop nothing = {0};

    g_assert_true(event_loop_register_default());
    g_assert_false(event_loop_register_default());
    g_assert_false(event_loop_register(&nothing));
    g_assert_true(event_loop_is_registered());
}

static void
handle_tells_what_happened(void)
{
    g_auto(Pipe) pipe = {-1, -1};
    Seen seen = {0};
    int watch = -1;

    pipe_open(&pipe);
    watch = event_loop_add_handle(pipe.read_end, VIR_EVENT_HANDLE_READABLE,
                                  on_handle, &seen, on_free);
    g_assert_cmpint(watch, >, 0);
    g_assert_cmpint(write(pipe.write_end, "x", 1), ==, 1);
    run_once();
    g_assert_cmpint(seen.calls, ==, 1);
    g_assert_cmpint(seen.events, ==, VIR_EVENT_HANDLE_READABLE);

    auto_fd_close(fd_steal(&pipe.write_end));
    run_once();
    g_assert_cmpint(seen.events & VIR_EVENT_HANDLE_HANGUP, !=, 0);
    g_assert_cmpint(event_loop_remove_handle(watch), ==, 0);
    run_once();
    g_assert_cmpint(seen.frees, ==, 1);
}

/* A paused handle is silent however much there is to read. */
static void
handle_without_events_is_silent(void)
{
    g_auto(Pipe) pipe = {-1, -1};
    Seen seen = {0};
    Seen tick = {0};
    int watch = -1;
    int timer = -1;

    pipe_open(&pipe);
    g_assert_cmpint(write(pipe.write_end, "x", 1), ==, 1);
    watch = event_loop_add_handle(pipe.read_end, 0, on_handle, &seen, NULL);
    timer = event_loop_add_timeout(0, on_timeout, &tick, NULL);
    run_once();
    g_assert_cmpint(tick.calls, ==, 1);
    g_assert_cmpint(seen.calls, ==, 0);

    event_loop_update_handle(watch, VIR_EVENT_HANDLE_READABLE);
    while (seen.calls == 0)
        run_once();
    g_assert_cmpint(event_loop_remove_handle(watch), ==, 0);
    g_assert_cmpint(event_loop_remove_timeout(timer), ==, 0);
}

static void
timeout_pauses_and_resumes(void)
{
    Seen paused = {0};
    Seen tick = {0};
    int timer = event_loop_add_timeout(-1, on_timeout, &paused, on_free);
    int other = event_loop_add_timeout(0, on_timeout, &tick, NULL);

    for (int i = 0; i < 3; i++)
        run_once();
    g_assert_cmpint(tick.calls, ==, 3);
    g_assert_cmpint(paused.calls, ==, 0);

    event_loop_update_timeout(timer, 0);
    while (paused.calls < 2)
        run_once();
    g_assert_cmpint(event_loop_remove_timeout(timer), ==, 0);
    run_once();
    g_assert_cmpint(paused.frees, ==, 1);
    g_assert_cmpint(event_loop_remove_timeout(other), ==, 0);
}

static void
callback_removes_itself(void)
{
    Seen seen = {0};
    int timer = event_loop_add_timeout(0, on_timeout, &seen, on_free);

    seen.remove_timeout = timer;
    run_once();
    g_assert_cmpint(seen.calls, ==, 1);
    while (seen.frees == 0)
        run_once();
    g_assert_cmpint(seen.calls, ==, 1);
    g_assert_cmpint(event_loop_remove_timeout(timer), ==, -1);
}

/* Both are ready in the same turn; the first one called removes the other,
 * which then must not be called. */
static void
callback_removes_another_that_is_ready(void)
{
    Seen one = {0};
    Seen two = {0};
    int first = event_loop_add_timeout(0, on_timeout, &one, on_free);
    int second = event_loop_add_timeout(0, on_timeout, &two, on_free);

    one.remove_timeout = second;
    two.remove_timeout = first;
    while (one.frees + two.frees == 0)
        run_once();
    g_assert_cmpint(one.frees + two.frees, ==, 1);
    g_assert_cmpint(one.frees ? one.calls : two.calls, ==, 0);
    one.remove_timeout = 0;
    two.remove_timeout = 0;
    g_assert_cmpint(event_loop_remove_timeout(one.frees ? second : first), ==,
                    0);
    while (one.frees + two.frees < 2)
        run_once();
}

static void
freeing_waits_for_the_loop(void)
{
    Seen seen = {0};
    int timer = event_loop_add_timeout(-1, on_timeout, &seen, on_free);

    g_assert_cmpint(event_loop_remove_timeout(timer), ==, 0);
    g_assert_cmpint(seen.frees, ==, 0);
    run_once();
    g_assert_cmpint(seen.frees, ==, 1);
}

static void
ids_of_one_kind_are_not_the_others(void)
{
    Seen seen = {0};
    int timer = event_loop_add_timeout(-1, on_timeout, &seen, NULL);

    g_assert_cmpint(event_loop_remove_handle(timer), ==, -1);
    g_assert_cmpint(event_loop_remove_timeout(timer), ==, 0);
    g_assert_cmpint(event_loop_add_handle(-1, VIR_EVENT_HANDLE_READABLE,
                                          on_handle, &seen, NULL),
                    ==, -1);
}

/* A loop that sleeps in another thread wakes up for what is added. */
static gpointer
run_until_called(gpointer data)
{
    Seen *seen = data;

    while (seen->calls == 0)
        run_once();
    return NULL;
}

static void
adding_wakes_a_sleeping_loop(void)
{
    Seen seen = {0};
    GThread *thread = g_thread_new("loop", run_until_called, &seen);
    int timer = event_loop_add_timeout(0, on_timeout, &seen, NULL);

    g_thread_join(thread);
    g_assert_cmpint(seen.calls, >=, 1);
    g_assert_cmpint(event_loop_remove_timeout(timer), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/event_loop/nothing_works_without_a_loop",
                    nothing_works_without_a_loop);
    g_test_add_func("/base/event_loop/the_first_registration_stays",
                    the_first_registration_stays);
    g_test_add_func("/base/event_loop/handle_tells_what_happened",
                    handle_tells_what_happened);
    g_test_add_func("/base/event_loop/handle_without_events_is_silent",
                    handle_without_events_is_silent);
    g_test_add_func("/base/event_loop/timeout_pauses_and_resumes",
                    timeout_pauses_and_resumes);
    g_test_add_func("/base/event_loop/callback_removes_itself",
                    callback_removes_itself);
    g_test_add_func("/base/event_loop/callback_removes_another_that_is_ready",
                    callback_removes_another_that_is_ready);
    g_test_add_func("/base/event_loop/freeing_waits_for_the_loop",
                    freeing_waits_for_the_loop);
    g_test_add_func("/base/event_loop/ids_of_one_kind_are_not_the_others",
                    ids_of_one_kind_are_not_the_others);
    g_test_add_func("/base/event_loop/adding_wakes_a_sleeping_loop",
                    adding_wakes_a_sleeping_loop);
    return g_test_run();
}
