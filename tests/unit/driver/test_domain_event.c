/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each kind of event reaches a callback of its own type with what happened. */
#include "driver/domain_event.h"

#include "base/event_loop.h"
#include "driver/event_queue.h"

#include "../fake_driver.h"

static GString *seen;

static const EventDomain web = {"web", fake_uuid, 1};

static void
on_plain(virConnectPtr conn, virDomainPtr domain, void *opaque)
{
    (void)conn;
    g_assert_cmpint(domain->id, ==, 1);
    g_string_append_printf(seen, "%s %s\n", (const char *)opaque, domain->name);
}

static void
on_io_error(virConnectPtr conn, virDomainPtr domain, const char *path,
            const char *alias, int action, void *opaque)
{
    (void)conn;
    (void)domain;
    g_string_append_printf(seen, "%s '%s' '%s' %d\n", (const char *)opaque,
                           path, alias, action);
}

static void /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
on_io_error_reason(virConnectPtr conn, virDomainPtr domain, const char *path,
                   const char *alias, int action, const char *reason,
                   void *opaque)
{
    on_io_error(conn, domain, path, alias, action, opaque);
    g_string_append_printf(seen, "because '%s'\n", reason);
}

static void
on_block_job(virConnectPtr conn, virDomainPtr domain, const char *disk,
             int type, int status, void *opaque)
{
    (void)conn;
    (void)domain;
    g_string_append_printf(seen, "%s '%s' %d %d\n", (const char *)opaque, disk,
                           type, status);
}

static void
on_agent(virConnectPtr conn, virDomainPtr domain, int state, int reason,
         void *opaque)
{
    (void)conn;
    (void)domain;
    g_string_append_printf(seen, "%s %d %d\n", (const char *)opaque, state,
                           reason);
}

static void /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
on_threshold(virConnectPtr conn, virDomainPtr domain, const char *device,
             const char *path, unsigned long long threshold,
             unsigned long long excess, void *opaque)
{
    (void)conn;
    (void)domain;
    g_string_append_printf(seen, "%s %s %s %llu %llu\n", (const char *)opaque,
                           device, path ? path : "-", threshold, excess);
}

static void
on_metadata(virConnectPtr conn, virDomainPtr domain, int type, const char *uri,
            void *opaque)
{
    (void)conn;
    (void)domain;
    g_string_append_printf(seen, "%s %d %s\n", (const char *)opaque, type,
                           uri ? uri : "-");
}

static void
listen_for(virConnectPtr conn, int event_id,
           virConnectDomainEventGenericCallback call, const char *name)
{
    const EventCallback wanted = {NULL,         event_id, call,
                                  (void *)name, NULL,     false};

    g_assert_cmpint(event_queue_add(conn->events, &wanted, NULL), >=, 0);
}

static void
end_the_turn(int timer, void *opaque)
{
    (void)timer;
    *(bool *)opaque = true;
}

static void
run_loop(void)
{
    for (int i = 0; i < 3; i++) {
        bool is_over = false;
        int timer = event_loop_add_timeout(0, end_the_turn, &is_over, NULL);

        while (!is_over)
            g_assert_true(event_loop_run_default(NULL));
        g_assert_cmpint(event_loop_remove_timeout(timer), ==, 0);
    }
}

static void
put_in_one_of_each(EventQueue *events)
{
    const EventIoError failure = {"/vda.img", "virtio-disk0",
                                  VIR_DOMAIN_EVENT_IO_ERROR_PAUSE, "enospc"};
    const EventIoError bare = {NULL, NULL, VIR_DOMAIN_EVENT_IO_ERROR_NONE,
                               NULL};
    const EventBlockJob job = {NULL, "vda", VIR_DOMAIN_BLOCK_JOB_TYPE_COPY,
                               VIR_DOMAIN_BLOCK_JOB_READY};
    const EventBlockThreshold crossed = {"vda[3]", NULL, 4096, 512};

    event_queue_reboot(events, &web);
    event_queue_io_error(events, &web, &failure);
    event_queue_io_error(events, &web, &bare);
    event_queue_block_job(events, &web, &job);
    event_queue_agent_lifecycle(events, &web, 1, 2);
    event_queue_block_threshold(events, &web, &crossed);
    event_queue_metadata(events, &web, VIR_DOMAIN_METADATA_TITLE, NULL);
    event_queue_metadata(events, &web, VIR_DOMAIN_METADATA_ELEMENT, "urn:1");
}

static void
each_kind_tells_what_it_has_to(void)
{
    virConnectPtr conn = NULL;

    fake_reset();
    seen = g_string_new(NULL);
    conn = connect_object_new(&fake_driver, &fake, "fake:///", false);
    listen_for(conn, VIR_DOMAIN_EVENT_ID_REBOOT, on_plain, "reboot");
    listen_for(conn, VIR_DOMAIN_EVENT_ID_IO_ERROR,
               VIR_DOMAIN_EVENT_CALLBACK(on_io_error), "error");
    listen_for(conn, VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON,
               VIR_DOMAIN_EVENT_CALLBACK(on_io_error_reason), "reason");
    listen_for(conn, VIR_DOMAIN_EVENT_ID_BLOCK_JOB,
               VIR_DOMAIN_EVENT_CALLBACK(on_block_job), "job");
    listen_for(conn, VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2,
               VIR_DOMAIN_EVENT_CALLBACK(on_block_job), "job-2");
    listen_for(conn, VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE,
               VIR_DOMAIN_EVENT_CALLBACK(on_agent), "agent");
    listen_for(conn, VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD,
               VIR_DOMAIN_EVENT_CALLBACK(on_threshold), "threshold");
    listen_for(conn, VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
               VIR_DOMAIN_EVENT_CALLBACK(on_metadata), "metadata");
    put_in_one_of_each(conn->events);
    run_loop();
    g_assert_cmpstr(seen->str, ==,
                    "reboot web\n"
                    "error '/vda.img' 'virtio-disk0' 1\n"
                    "reason '/vda.img' 'virtio-disk0' 1\n"
                    "because 'enospc'\n"
                    "error '' '' 0\n"
                    "reason '' '' 0\n"
                    "because ''\n"
                    "job '' 2 3\n"
                    "job-2 'vda' 2 3\n"
                    "agent 1 2\n"
                    "threshold vda[3] - 4096 512\n"
                    "metadata 1 -\n"
                    "metadata 2 urn:1\n");
    g_string_free(seen, TRUE);
    connect_object_unref(conn);
    run_loop();
}

enum { THREADS = 8, EACH = 200 };

/* What one listener heard: pairs of thread and number. */
typedef struct {
    GArray *heard; /* of int: thread * EACH + number */
    int last[THREADS];
} Listener;

static void
hear(Listener *listener, int thread, int number)
{
    int mark = thread * EACH + number;

    g_assert_cmpint(number, ==, listener->last[thread] + 1);
    listener->last[thread] = number;
    g_array_append_val(listener->heard, mark);
}

static int
on_lifecycle(virConnectPtr conn, virDomainPtr domain, int thread, int number,
             void *opaque)
{
    (void)conn;
    (void)domain;
    hear(opaque, thread, number);
    return 0;
}

static void
on_agent_of_thread(virConnectPtr conn, virDomainPtr domain, int thread,
                   int number, void *opaque)
{
    (void)conn;
    (void)domain;
    hear(opaque, thread, number);
}

typedef struct {
    EventQueue *events;
    int thread;
} Reporter;

/* Two kinds by turns, so that only one order of both is right. */
static gpointer
report(gpointer data)
{
    const Reporter *reporter = data;

    for (int i = 1; i < EACH; i++) {
        if (i % 2) {
            event_queue_lifecycle(reporter->events, web.name, web.uuid, web.id,
                                  reporter->thread, i);
        } else {
            event_queue_agent_lifecycle(reporter->events, &web,
                                        reporter->thread, i);
        }
    }
    return NULL;
}

static void
listen_to_both(virConnectPtr conn, Listener *listener)
{
    const EventCallback lifecycle = {NULL,
                                     VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                     VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle),
                                     listener,
                                     NULL,
                                     false};
    const EventCallback agent = {NULL,
                                 VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE,
                                 VIR_DOMAIN_EVENT_CALLBACK(on_agent_of_thread),
                                 listener,
                                 NULL,
                                 false};

    listener->heard = g_array_new(FALSE, FALSE, sizeof(int));
    g_assert_cmpint(event_queue_add(conn->events, &lifecycle, NULL), >=, 0);
    g_assert_cmpint(event_queue_add(conn->events, &agent, NULL), >=, 0);
}

static void
one_order_holds_for_all_kinds_threads_and_listeners(void)
{
    Listener listeners[2] = {0};
    Reporter reporters[THREADS];
    GThread *threads[THREADS];
    virConnectPtr conn = NULL;

    fake_reset();
    conn = connect_object_new(&fake_driver, &fake, "fake:///", false);
    listen_to_both(conn, &listeners[0]);
    listen_to_both(conn, &listeners[1]);
    for (int i = 0; i < THREADS; i++) {
        reporters[i] = (Reporter){conn->events, i};
        threads[i] = g_thread_new("driver", report, &reporters[i]);
    }
    /* Heard while they still report. */
    run_loop();
    for (int i = 0; i < THREADS; i++)
        g_thread_join(threads[i]);
    run_loop();
    g_assert_cmpuint(listeners[0].heard->len, ==, THREADS * (EACH - 1));
    g_assert_cmpmem(
        listeners[0].heard->data, listeners[0].heard->len * sizeof(int),
        listeners[1].heard->data, listeners[1].heard->len * sizeof(int));
    g_array_unref(listeners[0].heard);
    g_array_unref(listeners[1].heard);
    connect_object_unref(conn);
    run_loop();
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(event_loop_register_default());
    g_test_add_func("/driver/domain_event/each_kind_tells_what_it_has_to",
                    each_kind_tells_what_it_has_to);
    g_test_add_func("/driver/domain_event/"
                    "one_order_holds_for_all_kinds_threads_and_listeners",
                    one_order_holds_for_all_kinds_threads_and_listeners);
    return g_test_run();
}
