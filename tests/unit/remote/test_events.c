/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages of a peer become the events that the program registered for. */
#include "remote/events.h"

#include "driver/event_queue.h"

#include <libvirt/libvirt.h>

static const Driver quiet_driver = {.name = "quiet"};

typedef struct {
    virConnectPtr conn;
    RemoteEvents events;
    GString *heard; /* "name event detail;" */
} Line;

static int
on_lifecycle(virConnectPtr conn, virDomainPtr domain, int event, int detail,
             void *opaque)
{
    Line *line = opaque;

    (void)conn;
    g_string_append_printf(line->heard, "%s %d %d;", domain->name, event,
                           detail);
    return 0;
}

static void
on_block_job(virConnectPtr conn, virDomainPtr domain, const char *disk,
             int type, int status, void *opaque)
{
    Line *line = opaque;

    (void)conn;
    g_string_append_printf(line->heard, "%s %s %d %d;", domain->name, disk,
                           type, status);
}

static void
listen_to(Line *line, int event_id, virConnectDomainEventGenericCallback call)
{
    const EventCallback wanted = {
        .event_id = event_id, .call = call, .opaque = line};

    g_assert_cmpint(event_queue_add(line->conn->events, &wanted, NULL), >=, 0);
}

static Line *
line_new(void)
{
    Line *line = g_new0(Line, 1);

    (void)virEventRegisterDefaultImpl();
    line->conn = connect_object_new(&quiet_driver, NULL, "test:///", false);
    remote_events_init(&line->events);
    line->events.queue = line->conn->events;
    line->heard = g_string_new(NULL);
    listen_to(line, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
              VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle));
    listen_to(line, VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2,
              VIR_DOMAIN_EVENT_CALLBACK(on_block_job));
    return line;
}

static void
line_free(Line *line)
{
    connect_object_unref(line->conn);
    /* The loop lets the queue go. */
    (void)virEventRunDefaultImpl();
    remote_events_clear(&line->events);
    g_string_free(line->heard, TRUE);
    g_free(line);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Line, line_free)

static void
tell(Line *line, int number, const void *body)
{
    const Procedure *procedure = procedure_find(RPC_PROGRAM_REMOTE, number);
    MessageHeader header = message_event_header(procedure);
    g_autoptr(Message) message =
        message_new(&header, procedure->args_xdr, body, NULL);

    remote_events_take(&line->events, message);
}

static void
tell_block_job(Line *line, int number, const char *disk)
{
    const WireCallbackBlockJob body = {
        .event = {.domain = {.name = (char *)"web", .id = 1},
                  .disk = (char *)disk,
                  .type = 5,
                  .status = 2}};

    tell(line, number, &body);
}

static const WireCallbackLifecycle stopped = {
    .event = {
        .domain = {.name = (char *)"web", .id = -1}, .event = 5, .detail = 1}};

static void
each_message_is_one_event_of_its_kind(void)
{
    g_autoptr(Line) line = line_new();

    /* Nobody registered for the path. */
    tell_block_job(line, REMOTE_DOMAIN_EVENT_CALLBACK_BLOCK_JOB, "/x/vda");
    tell_block_job(line, REMOTE_DOMAIN_EVENT_BLOCK_JOB_2, "vda");
    tell(line, REMOTE_DOMAIN_EVENT_CALLBACK_LIFECYCLE, &stopped);
    (void)virEventRunDefaultImpl();
    g_assert_cmpstr(line->heard->str, ==, "web vda 5 2;web 5 1;");
}

static void
a_body_that_ends_early_and_a_stranger_are_passed_over(void)
{
    g_autoptr(Line) line = line_new();
    const Procedure *procedure = procedure_find(
        RPC_PROGRAM_REMOTE, REMOTE_DOMAIN_EVENT_CALLBACK_LIFECYCLE);
    MessageHeader header = message_event_header(procedure);
    g_autoptr(Message) cut = message_new(&header, NULL, NULL, NULL);
    g_autoptr(Message) strange = NULL;

    remote_events_take(&line->events, cut);
    header.program = 77;
    strange = message_new(&header, procedure->args_xdr, &stopped, NULL);
    remote_events_take(&line->events, strange);
    tell(line, REMOTE_DOMAIN_EVENT_CALLBACK_LIFECYCLE, &stopped);
    (void)virEventRunDefaultImpl();
    g_assert_cmpstr(line->heard->str, ==, "web 5 1;");
}

static void
an_event_after_the_last_callback_is_dropped(void)
{
    g_autoptr(Line) line = line_new();

    tell(line, REMOTE_DOMAIN_EVENT_CALLBACK_LIFECYCLE, &stopped);
    line->events.queue = NULL;
    tell(line, REMOTE_DOMAIN_EVENT_CALLBACK_LIFECYCLE, &stopped);
    (void)virEventRunDefaultImpl();
    g_assert_cmpstr(line->heard->str, ==, "web 5 1;");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/remote/events/" #name, name)
    TEST(each_message_is_one_event_of_its_kind);
    TEST(a_body_that_ends_early_and_a_stranger_are_passed_over);
    TEST(an_event_after_the_last_callback_is_dropped);
    return g_test_run();
}
