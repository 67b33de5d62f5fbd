/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registering for events, with an event loop of the program's own. */
#include "driver/event_queue.h"

#include "machine.h"

#include <poll.h>
#include <string.h>

/* A loop as small as a program could write it: it is told of handles and calls
 * them when asked.  It owns no thread and knows no locks. */
enum { HANDLES = 8 };

static struct {
    virEventHandleCallback call; /* NULL: free */
    virFreeCallback free_opaque;
    void *opaque;
    int fd;
    bool is_removed;
} handles[HANDLES];

static int
own_add_handle(int fd, int events, virEventHandleCallback call, void *opaque,
               virFreeCallback free_opaque)
{
    g_assert_cmpint(events, ==, VIR_EVENT_HANDLE_READABLE);
    for (int i = 0; i < HANDLES; i++) {
        if (handles[i].call)
            continue;
        handles[i].fd = fd;
        handles[i].call = call;
        handles[i].opaque = opaque;
        handles[i].free_opaque = free_opaque;
        handles[i].is_removed = false;
        return i + 1;
    }
    return -1;
}

static int updates;

static void
own_update_handle(int watch, int events)
{
    g_assert_nonnull(handles[watch - 1].call);
    g_assert_cmpint(events, ==, VIR_EVENT_HANDLE_WRITABLE);
    updates++;
}

static int
own_remove_handle(int watch)
{
    g_assert_nonnull(handles[watch - 1].call);
    handles[watch - 1].is_removed = true;
    return 0;
}

/* The library sets no timeouts; those of the program's are only passed on. */
static int timer_calls;

static int
own_add_timeout(int timeout, virEventTimeoutCallback call, void *opaque,
                virFreeCallback free_opaque)
{
    (void)call;
    (void)opaque;
    (void)free_opaque;
    timer_calls++;
    return timeout;
}

static void
own_update_timeout(int timer, int timeout)
{
    g_assert_cmpint(timer, ==, 5);
    g_assert_cmpint(timeout, ==, 6);
    timer_calls++;
}

static int
own_remove_timeout(int timer)
{
    g_assert_cmpint(timer, ==, 5);
    timer_calls++;
    return 0;
}

static void
run_own_loop(void)
{
    for (int i = 0; i < HANDLES; i++) {
        struct pollfd ready = {handles[i].fd, POLLIN, 0};

        if (handles[i].call && !handles[i].is_removed &&
            poll(&ready, 1, 0) == 1) {
            handles[i].call(i + 1, handles[i].fd, VIR_EVENT_HANDLE_READABLE,
                            handles[i].opaque);
        }
        if (handles[i].call && handles[i].is_removed) {
            handles[i].call = NULL;
            handles[i].free_opaque(handles[i].opaque);
        }
    }
}

static int calls;
static int frees;

static int
on_lifecycle(virConnectPtr conn, virDomainPtr domain, int event, int detail,
             void *opaque)
{
    (void)detail;
    (void)opaque;
    g_assert_cmpstr(virDomainGetName(domain), ==, "web");
    g_assert_true(virDomainGetConnect(domain) == conn);
    g_assert_cmpint(event, ==, VIR_DOMAIN_EVENT_STARTED);
    calls++;
    return 0;
}

static void
on_free(void *opaque)
{
    (void)opaque;
    frees++;
}

static int
register_lifecycle(virConnectPtr conn, virDomainPtr domain)
{
    return virConnectDomainEventRegisterAny(
        conn, domain, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
        VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle), NULL, on_free);
}

/* Must be the first test: the next one registers a loop. */
static void
registering_needs_an_event_loop(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    g_assert_cmpint(register_lifecycle(machine->conn, NULL), ==, -1);
    assert_last_error(VIR_FROM_TEST, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpint(virEventRunDefaultImpl(), ==, -1);
    assert_last_error(VIR_FROM_EVENT, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpint(virEventRemoveHandle(1), ==, -1);
    g_assert_cmpint(frees, ==, 0);
}

static void
the_first_whole_loop_is_taken(void)
{
    virEventRegisterImpl(own_add_handle, NULL, own_remove_handle,
                         own_add_timeout, own_update_timeout,
                         own_remove_timeout);
    assert_last_error(VIR_FROM_EVENT, VIR_ERR_INVALID_ARG);
    virEventRegisterImpl(own_add_handle, own_update_handle, own_remove_handle,
                         own_add_timeout, own_update_timeout,
                         own_remove_timeout);
    g_assert_null(virGetLastError());
    virEventRegisterImpl(own_add_handle, own_update_handle, own_remove_handle,
                         own_add_timeout, own_update_timeout,
                         own_remove_timeout);
    assert_last_error(VIR_FROM_EVENT, VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virEventRegisterDefaultImpl(), ==, 0);
    /* The program's own stays. */
    g_assert_cmpint(virEventRunDefaultImpl(), ==, -1);
    assert_last_error(VIR_FROM_EVENT, VIR_ERR_INTERNAL_ERROR);
}

static void
events_come_through_the_programs_loop(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    int id = register_lifecycle(machine->conn, machine->domain);

    calls = 0;
    frees = 0;
    g_assert_cmpint(id, >=, 0);
    g_assert_cmpint(fake.wanted, ==, 1);
    event_queue_lifecycle(machine->conn->events, "web", fake_uuid, 1,
                          VIR_DOMAIN_EVENT_STARTED, 0);
    g_assert_cmpint(calls, ==, 0);
    run_own_loop();
    g_assert_cmpint(calls, ==, 1);
    g_assert_cmpint(virConnectDomainEventDeregisterAny(machine->conn, id), ==,
                    0);
    g_assert_cmpint(fake.unwanted, ==, 1);
    g_assert_cmpint(frees, ==, 0);
    run_own_loop();
    g_assert_cmpint(frees, ==, 1);
    g_assert_cmpint(virConnectDomainEventDeregisterAny(machine->conn, id), ==,
                    -1);
    assert_last_error(VIR_FROM_TEST, VIR_ERR_INVALID_ARG);
}

static void
closing_frees_from_the_programs_loop(void)
{
    virConnectPtr conn = virConnectOpen("fake:///");

    frees = 0;
    g_assert_cmpint(register_lifecycle(conn, NULL), >=, 0);
    g_assert_cmpint(virConnectClose(conn), ==, 0);
    g_assert_cmpint(frees, ==, 0);
    run_own_loop();
    g_assert_cmpint(frees, ==, 1);
}

static void
bad_registrations_are_refused(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    g_autoptr(Machine) other = machine_new("fake:///");
    const int ids[] = {-1, VIR_DOMAIN_EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE + 1};

    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_assert_cmpint(virConnectDomainEventRegisterAny(
                            machine->conn, NULL, ids[i],
                            VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle), NULL,
                            on_free),
                        ==, -1);
        assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    }
    g_assert_cmpint(register_lifecycle(machine->conn, other->domain), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(register_lifecycle(NULL, NULL), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_CONN);
    g_assert_cmpint(virConnectDomainEventRegisterAny(machine->conn, NULL, 0,
                                                     NULL, NULL, NULL),
                    ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virConnectDomainEventDeregisterAny(machine->conn, -1), ==,
                    -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virEventAddHandle(0, 1, NULL, NULL, NULL), ==, -1);
    g_assert_cmpint(virEventAddTimeout(0, NULL, NULL, NULL), ==, -1);
}

static void
the_older_way_is_taken_back_by_its_function(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virConnectPtr conn = machine->conn;

    calls = 0;
    frees = 0;
    g_assert_cmpint(
        virConnectDomainEventRegister(conn, on_lifecycle, NULL, on_free), ==,
        0);
    g_assert_cmpint(
        virConnectDomainEventRegister(conn, on_lifecycle, NULL, on_free), ==,
        -1);
    assert_last_error(VIR_FROM_TEST, VIR_ERR_INVALID_ARG);
    event_queue_lifecycle(conn->events, "web", fake_uuid, 1,
                          VIR_DOMAIN_EVENT_STARTED, 0);
    run_own_loop();
    g_assert_cmpint(calls, ==, 1);
    g_assert_cmpint(virConnectDomainEventDeregister(conn, on_lifecycle), ==, 0);
    g_assert_cmpint(virConnectDomainEventDeregister(conn, on_lifecycle), ==,
                    -1);
    assert_last_error(VIR_FROM_TEST, VIR_ERR_INVALID_ARG);
    run_own_loop();
    g_assert_cmpint(frees, ==, 1);
    g_assert_cmpint(virConnectDomainEventRegister(conn, NULL, NULL, NULL), ==,
                    -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virConnectDomainEventDeregister(conn, NULL), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
}

static void
on_nothing(int watch, int fd, int events, void *opaque)
{
    (void)watch;
    (void)fd;
    (void)events;
    (void)opaque;
}

static void
on_no_time(int timer, void *opaque)
{
    (void)timer;
    (void)opaque;
}

static void
handles_and_timeouts_go_to_the_programs_loop(void)
{
    int watch = virEventAddHandle(0, VIR_EVENT_HANDLE_READABLE, on_nothing,
                                  NULL, on_free);

    updates = 0;
    timer_calls = 0;
    frees = 0;
    g_assert_cmpint(watch, >, 0);
    virEventUpdateHandle(watch, VIR_EVENT_HANDLE_WRITABLE);
    g_assert_cmpint(updates, ==, 1);
    g_assert_cmpint(virEventRemoveHandle(watch), ==, 0);
    run_own_loop();
    g_assert_cmpint(frees, ==, 1);
    g_assert_cmpint(virEventAddTimeout(5, on_no_time, NULL, NULL), ==, 5);
    virEventUpdateTimeout(5, 6);
    g_assert_cmpint(virEventRemoveTimeout(5), ==, 0);
    g_assert_cmpint(timer_calls, ==, 3);
}

/* Registered with ...Any, the same function is not the older way's to drop. */
static void
the_older_way_leaves_the_newer_alone(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    int id = register_lifecycle(machine->conn, NULL);

    g_assert_cmpint(
        virConnectDomainEventDeregister(machine->conn, on_lifecycle), ==, -1);
    g_assert_cmpint(virConnectDomainEventDeregisterAny(machine->conn, id), ==,
                    0);
    run_own_loop();
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/event/registering_needs_an_event_loop",
                    registering_needs_an_event_loop);
    g_test_add_func("/api/event/the_first_whole_loop_is_taken",
                    the_first_whole_loop_is_taken);
    g_test_add_func("/api/event/events_come_through_the_programs_loop",
                    events_come_through_the_programs_loop);
    g_test_add_func("/api/event/closing_frees_from_the_programs_loop",
                    closing_frees_from_the_programs_loop);
    g_test_add_func("/api/event/the_older_way_is_taken_back_by_its_function",
                    the_older_way_is_taken_back_by_its_function);
    g_test_add_func("/api/event/the_older_way_leaves_the_newer_alone",
                    the_older_way_leaves_the_newer_alone);
    g_test_add_func("/api/event/handles_and_timeouts_go_to_the_programs_loop",
                    handles_and_timeouts_go_to_the_programs_loop);
    g_test_add_func("/api/event/bad_registrations_are_refused",
                    bad_registrations_are_refused);
    return g_test_run();
}
