/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events from a driver to the program: in order, from the loop only, and to
 * those who still want them. */
#include "driver/event_queue.h"

#include "base/error.h"
#include "base/event_loop.h"
#include "base/typed_params.h"
#include "fake_driver.h"

#include <string.h>

static const unsigned char other_uuid[VIR_UUID_BUFLEN] = {1};

/* A program's callback: what it saw ("name:event/detail "), and what it does
 * about it. */
typedef struct {
    GString *seen;
    GThread *thread;
    int frees;
    virConnectPtr conn;
    int deregister;  /* >= 0: in the callback, deregister this one */
    bool is_closing; /* in the callback, close @conn */
} Program;

static Program
program_new(virConnectPtr conn)
{
    Program program = {g_string_new(NULL), NULL, 0, conn, -1, false};

    return program;
}

static void
program_clear(Program *program)
{
    g_string_free(program->seen, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Program, program_clear)

static int
on_lifecycle(virConnectPtr conn, virDomainPtr domain, int event, int detail,
             void *opaque)
{
    Program *program = opaque;

    g_assert_true(domain_object_is(domain));
    g_assert_true(domain->conn == conn);
    g_string_append_printf(program->seen, "%s:%d/%d ", domain->name, event,
                           detail);
    program->thread = g_thread_self();
    if (program->deregister >= 0) {
        g_assert_true(
            event_queue_remove(conn->events, program->deregister, NULL));
        program->deregister = -1;
    }
    if (program->is_closing) {
        program->is_closing = false;
        connect_object_unref(program->conn);
    }
    g_assert_cmpint(program->frees, ==, 0);
    return 0;
}

static void
on_completed(virConnectPtr conn, virDomainPtr domain,
             virTypedParameterPtr params, int nparams, void *opaque)
{
    Program *program = opaque;

    g_assert_true(domain->conn == conn);
    g_string_append_printf(
        program->seen, "%s:%s ", domain->name,
        typed_params_find(params, nparams, "errmsg")->value.s);
}

static void
on_free(void *opaque)
{
    ((Program *)opaque)->frees++;
}

static int
add(virConnectPtr conn, virDomainPtr domain, Program *program)
{
    const EventCallback wanted = {domain, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                  VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle),
                                  program, on_free};
    g_autoptr(GError) error = NULL;
    int id = event_queue_add(conn->events, &wanted, &error);

    g_assert_no_error(error);
    g_assert_cmpint(id, >=, 0);
    return id;
}

static void
report(virConnectPtr conn, const char *name, int event, int detail)
{
    event_queue_lifecycle(conn->events, name, fake_uuid, 1, event, detail);
}

static virConnectPtr
open_fake(void)
{
    fake_reset();
    return connect_object_new(&fake_driver, &fake, "fake:///", false);
}

static void
set_tick(int timer, void *opaque)
{
    (void)timer;
    *(bool *)opaque = true;
}

/* Everything that is ready now, and a timer to end at. */
static void
run_loop(void)
{
    for (int i = 0; i < 3; i++) {
        bool is_over = false;
        int timer = event_loop_add_timeout(0, set_tick, &is_over, NULL);

        while (!is_over)
            g_assert_true(event_loop_run_default(NULL));
        g_assert_cmpint(event_loop_remove_timeout(timer), ==, 0);
    }
}

/* Must be the first test: the others register one. */
static void
registering_needs_an_event_loop(void)
{
    virConnectPtr conn = open_fake();
    g_auto(Program) program = program_new(conn);
    const EventCallback wanted = {NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                  VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle),
                                  &program, on_free};
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(event_queue_add(conn->events, &wanted, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpint(fake.wanted, ==, 0);
    g_assert_cmpint(connect_object_unref(conn), ==, 0);
    g_assert_cmpint(program.frees, ==, 0);
    g_assert_true(event_loop_register_default());
}

static gpointer
report_from_a_thread(gpointer data)
{
    for (int i = 0; i < 5; i++)
        report(data, "web", VIR_DOMAIN_EVENT_STARTED, i);
    return NULL;
}

static void
events_arrive_in_order_and_in_the_loops_thread(void)
{
    virConnectPtr conn = open_fake();
    g_auto(Program) program = program_new(conn);

    add(conn, NULL, &program);
    g_thread_join(g_thread_new("driver", report_from_a_thread, conn));
    g_assert_cmpstr(program.seen->str, ==, "");
    run_loop();
    g_assert_cmpstr(program.seen->str, ==,
                    "web:2/0 web:2/1 web:2/2 web:2/3 web:2/4 ");
    g_assert_true(program.thread == g_thread_self());
    connect_object_unref(conn);
    run_loop();
    g_assert_cmpint(program.frees, ==, 1);
}

static void
nothing_is_kept_from_before_the_registration(void)
{
    virConnectPtr conn = open_fake();
    g_auto(Program) early = program_new(conn);
    g_auto(Program) late = program_new(conn);

    report(conn, "web", VIR_DOMAIN_EVENT_DEFINED, 0);
    add(conn, NULL, &early);
    report(conn, "web", VIR_DOMAIN_EVENT_STARTED, 0);
    /* The event waits still, and yet it is not for this one. */
    add(conn, NULL, &late);
    report(conn, "web", VIR_DOMAIN_EVENT_STOPPED, 1);
    run_loop();
    g_assert_cmpstr(early.seen->str, ==, "web:2/0 web:5/1 ");
    g_assert_cmpstr(late.seen->str, ==, "web:5/1 ");
    connect_object_unref(conn);
    run_loop();
}

static void
a_callback_for_one_domain_sees_no_other(void)
{
    virConnectPtr conn = open_fake();
    virDomainPtr domain = domain_object_new(conn, "web", fake_uuid, -1);
    g_auto(Program) program = program_new(conn);

    add(conn, domain, &program);
    domain_object_unref(domain);
    event_queue_lifecycle(conn->events, "db", other_uuid, 2,
                          VIR_DOMAIN_EVENT_STARTED, 0);
    report(conn, "web", VIR_DOMAIN_EVENT_STARTED, 0);
    run_loop();
    g_assert_cmpstr(program.seen->str, ==, "web:2/0 ");
    connect_object_unref(conn);
    run_loop();
}

static void
job_parameters_are_copied(void)
{
    virConnectPtr conn = open_fake();
    g_auto(Program) program = program_new(conn);
    g_auto(Program) lifecycle = program_new(conn);
    const EventCallback wanted = {NULL, VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
                                  VIR_DOMAIN_EVENT_CALLBACK(on_completed),
                                  &program, on_free};
    virTypedParameterPtr params = NULL;
    int count = 0;

    g_assert_cmpint(event_queue_add(conn->events, &wanted, NULL), >=, 0);
    add(conn, NULL, &lifecycle);
    typed_params_add_string(&params, &count, "errmsg", "no-space");
    event_queue_job_completed(conn->events, "web", fake_uuid, 1, params, count);
    typed_params_free(params, count);
    run_loop();
    g_assert_cmpstr(program.seen->str, ==, "web:no-space ");
    g_assert_cmpstr(lifecycle.seen->str, ==, "");
    connect_object_unref(conn);
    run_loop();
}

static void
a_callback_may_deregister_itself(void)
{
    virConnectPtr conn = open_fake();
    g_auto(Program) program = program_new(conn);

    program.deregister = add(conn, NULL, &program);
    report(conn, "web", VIR_DOMAIN_EVENT_STARTED, 0);
    report(conn, "web", VIR_DOMAIN_EVENT_STOPPED, 0);
    run_loop();
    g_assert_cmpstr(program.seen->str, ==, "web:2/0 ");
    g_assert_cmpint(program.frees, ==, 1);
    g_assert_false(event_queue_is_wanted(conn->events));
    connect_object_unref(conn);
    run_loop();
    g_assert_cmpint(program.frees, ==, 1);
}

/* Both want the event that is being delivered. */
static void
a_callback_may_deregister_the_next_one(void)
{
    virConnectPtr conn = open_fake();
    g_auto(Program) first = program_new(conn);
    g_auto(Program) second = program_new(conn);

    add(conn, NULL, &first);
    first.deregister = add(conn, NULL, &second);
    report(conn, "web", VIR_DOMAIN_EVENT_STARTED, 0);
    run_loop();
    g_assert_cmpstr(first.seen->str, ==, "web:2/0 ");
    g_assert_cmpstr(second.seen->str, ==, "");
    g_assert_cmpint(second.frees, ==, 1);
    g_assert_cmpint(first.frees, ==, 0);
    connect_object_unref(conn);
    run_loop();
}

static void
freeing_waits_for_the_loop(void)
{
    virConnectPtr conn = open_fake();
    g_auto(Program) program = program_new(conn);
    int id = add(conn, NULL, &program);
    g_autoptr(GError) error = NULL;

    g_assert_true(event_queue_remove(conn->events, id, NULL));
    g_assert_cmpint(program.frees, ==, 0);
    run_loop();
    g_assert_cmpint(program.frees, ==, 1);
    g_assert_false(event_queue_remove(conn->events, id, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    connect_object_unref(conn);
    run_loop();
}

static void
a_connection_closes_under_its_callbacks(void)
{
    virConnectPtr conn = open_fake();
    g_auto(Program) program = program_new(conn);

    add(conn, NULL, &program);
    report(conn, "web", VIR_DOMAIN_EVENT_STARTED, 0);
    g_assert_cmpint(connect_object_unref(conn), ==, 0);
    g_assert_cmpint(fake.closes, ==, 1);
    run_loop();
    g_assert_cmpstr(program.seen->str, ==, "");
    g_assert_cmpint(program.frees, ==, 1);
}

/* The loop then holds the last reference, and drops it. */
static void
a_callback_may_close_the_connection(void)
{
    virConnectPtr conn = open_fake();
    g_auto(Program) program = program_new(conn);

    program.is_closing = true;
    add(conn, NULL, &program);
    report(conn, "web", VIR_DOMAIN_EVENT_STARTED, 0);
    report(conn, "web", VIR_DOMAIN_EVENT_STOPPED, 0);
    run_loop();
    g_assert_cmpstr(program.seen->str, ==, "web:2/0 ");
    g_assert_cmpint(fake.closes, ==, 1);
    g_assert_cmpint(program.frees, ==, 1);
}

static void
the_driver_hears_of_the_first_and_the_last(void)
{
    virConnectPtr conn = open_fake();
    g_auto(Program) program = program_new(conn);
    int one = -1;
    int two = -1;

    g_assert_false(event_queue_is_wanted(conn->events));
    one = add(conn, NULL, &program);
    two = add(conn, NULL, &program);
    g_assert_cmpint(one, !=, two);
    g_assert_cmpint(fake.wanted, ==, 1);
    g_assert_true(event_queue_remove(conn->events, one, NULL));
    g_assert_cmpint(fake.unwanted, ==, 0);
    g_assert_true(event_queue_remove(conn->events, two, NULL));
    g_assert_cmpint(fake.unwanted, ==, 1);
    g_assert_false(event_queue_is_wanted(conn->events));
    connect_object_unref(conn);
    run_loop();
    g_assert_cmpint(program.frees, ==, 2);
}

/* A program that does not run its loop costs a bounded amount of memory, and
 * hears the newest events when it does. */
static void
a_flood_is_bounded_and_keeps_the_newest(void)
{
    virConnectPtr conn = open_fake();
    g_auto(Program) program = program_new(conn);

    add(conn, NULL, &program);
    for (int i = 0; i < 20000; i++)
        report(conn, "w", VIR_DOMAIN_EVENT_STARTED, i);
    run_loop();
    g_assert_cmpuint(program.seen->len, <, 4096 * strlen("w:2/20000 ") + 1);
    g_assert_true(g_str_has_suffix(program.seen->str, "w:2/19998 w:2/19999 "));
    connect_object_unref(conn);
    run_loop();
}

/* Counted from the loop's thread only. */
typedef struct {
    int calls;
    int frees;
} Count;

static int
count_call(virConnectPtr conn, virDomainPtr domain, int event, int detail,
           void *opaque)
{
    (void)conn;
    (void)domain;
    (void)event;
    (void)detail;
    ((Count *)opaque)->calls++;
    return 0;
}

static void
count_free(void *opaque)
{
    ((Count *)opaque)->frees++;
}

typedef struct {
    virConnectPtr conn;
    Count *count;
    gint running; /* threads that are not done */
} Crowd;

enum { ROUNDS = 300 };

static gpointer
keep_reporting(gpointer data)
{
    Crowd *crowd = data;

    for (int i = 0; i < ROUNDS; i++)
        report(crowd->conn, "web", VIR_DOMAIN_EVENT_STARTED, i);
    connect_object_unref(crowd->conn);
    g_atomic_int_add(&crowd->running, -1);
    return NULL;
}

static gpointer
keep_registering(gpointer data)
{
    Crowd *crowd = data;
    const EventCallback wanted = {NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                  VIR_DOMAIN_EVENT_CALLBACK(count_call),
                                  crowd->count, count_free};

    for (int i = 0; i < ROUNDS; i++) {
        int id = event_queue_add(crowd->conn->events, &wanted, NULL);

        g_assert_cmpint(id, >=, 0);
        g_assert_true(event_queue_remove(crowd->conn->events, id, NULL));
    }
    connect_object_unref(crowd->conn);
    g_atomic_int_add(&crowd->running, -1);
    return NULL;
}

/* The last of the threads closes the connection, whichever it is. */
static void
threads_report_register_and_close_at_once(void)
{
    Count count = {0, 0};
    Count stay = {0, 0};
    Crowd crowd = {open_fake(), &count, 3};
    const EventCallback wanted = {NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                  VIR_DOMAIN_EVENT_CALLBACK(count_call), &stay,
                                  count_free};
    GThread *threads[3];

    g_assert_cmpint(event_queue_add(crowd.conn->events, &wanted, NULL), >=, 0);
    g_assert_true(connect_object_try_ref(crowd.conn));
    g_assert_true(connect_object_try_ref(crowd.conn));
    threads[0] = g_thread_new("report", keep_reporting, &crowd);
    threads[1] = g_thread_new("register", keep_registering, &crowd);
    threads[2] = g_thread_new("register", keep_registering, &crowd);
    while (g_atomic_int_get(&crowd.running) > 0)
        run_loop();
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    run_loop();
    g_assert_cmpint(fake.closes, ==, 1);
    g_assert_cmpint(count.frees, ==, 2 * ROUNDS);
    g_assert_cmpint(stay.frees, ==, 1);
    g_assert_cmpint(stay.calls, <=, ROUNDS);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/driver/event_queue/registering_needs_an_event_loop",
                    registering_needs_an_event_loop);
    g_test_add_func("/driver/event_queue/"
                    "events_arrive_in_order_and_in_the_loops_thread",
                    events_arrive_in_order_and_in_the_loops_thread);
    g_test_add_func("/driver/event_queue/"
                    "nothing_is_kept_from_before_the_registration",
                    nothing_is_kept_from_before_the_registration);
    g_test_add_func(
        "/driver/event_queue/a_callback_for_one_domain_sees_no_other",
        a_callback_for_one_domain_sees_no_other);
    g_test_add_func("/driver/event_queue/job_parameters_are_copied",
                    job_parameters_are_copied);
    g_test_add_func("/driver/event_queue/a_callback_may_deregister_itself",
                    a_callback_may_deregister_itself);
    g_test_add_func(
        "/driver/event_queue/a_callback_may_deregister_the_next_one",
        a_callback_may_deregister_the_next_one);
    g_test_add_func("/driver/event_queue/freeing_waits_for_the_loop",
                    freeing_waits_for_the_loop);
    g_test_add_func(
        "/driver/event_queue/a_connection_closes_under_its_callbacks",
        a_connection_closes_under_its_callbacks);
    g_test_add_func("/driver/event_queue/a_callback_may_close_the_connection",
                    a_callback_may_close_the_connection);
    g_test_add_func(
        "/driver/event_queue/the_driver_hears_of_the_first_and_the_last",
        the_driver_hears_of_the_first_and_the_last);
    g_test_add_func(
        "/driver/event_queue/a_flood_is_bounded_and_keeps_the_newest",
        a_flood_is_bounded_and_keeps_the_newest);
    g_test_add_func(
        "/driver/event_queue/threads_report_register_and_close_at_once",
        threads_report_register_and_close_at_once);
    return g_test_run();
}
