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
                    "threshold vda[3] - 4096 512\n");
    g_string_free(seen, TRUE);
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
    return g_test_run();
}
