/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a client registered for reaches it, and nobody else. */
#include "base/error.h"
#include "base/lock.h"
#include "peer.h"

#include <libvirt/libvirt.h>
#include <poll.h>

/* The daemon's main thread. */
static gint is_ending;

static void *
run_events(void *data)
{
    (void)data;
    while (!g_atomic_int_get(&is_ending))
        (void)virEventRunDefaultImpl();
    return NULL;
}

static void
on_tick(int timer, void *opaque)
{
    (void)timer;
    (void)opaque;
}

static WireDomain
lookup(Peer *peer)
{
    WireDomain domain = {0};
    char *const name = (char *)"test";

    g_assert_true(
        peer_call(peer, REMOTE_DOMAIN_LOOKUP_BY_NAME, &name, &domain, NULL));
    return domain;
}

/* Happens in a connection of another, so that no reply mixes in. */
static void
suspend_and_resume(void)
{
    g_autoptr(Peer) other = peer_new_open();
    WireDomain domain = lookup(other);

    g_assert_true(peer_call(other, REMOTE_DOMAIN_SUSPEND, &domain, NULL, NULL));
    g_assert_true(peer_call(other, REMOTE_DOMAIN_RESUME, &domain, NULL, NULL));
    xdr_free((xdrproc_t)xdr_WireDomain, (char *)&domain);
}

static void
assert_lifecycle(Peer *peer, int callback_id, int event)
{
    g_autoptr(Message) message = peer_receive(peer);
    WireCallbackLifecycle body = {0};

    g_assert_cmpint(message->header.type, ==, MESSAGE_EVENT);
    g_assert_cmpint(message->header.procedure, ==,
                    REMOTE_DOMAIN_EVENT_CALLBACK_LIFECYCLE);
    g_assert_true(message_decode(message, (xdrproc_t)xdr_WireCallbackLifecycle,
                                 &body, NULL));
    g_assert_cmpint(body.callback, ==, callback_id);
    g_assert_cmpstr(body.event.domain.name, ==, "test");
    g_assert_cmpint(body.event.event, ==, event);
    xdr_free((xdrproc_t)xdr_WireCallbackLifecycle, (char *)&body);
}

static int
listen_to(Peer *peer, int event, WireDomain *domain)
{
    const WireRegister wanted = {.event = event, .domain = domain};
    int callback_id = -1;

    g_assert_true(peer_call(peer,
                            REMOTE_CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY,
                            &wanted, &callback_id, NULL));
    g_assert_cmpint(callback_id, >=, 0);
    return callback_id;
}

static void
events_come_with_the_callbacks_id(void)
{
    g_autoptr(Peer) peer = peer_new_open();
    WireDomain domain = lookup(peer);
    int any = listen_to(peer, VIR_DOMAIN_EVENT_ID_LIFECYCLE, NULL);
    int one = listen_to(peer, VIR_DOMAIN_EVENT_ID_LIFECYCLE, &domain);

    g_assert_cmpint(any, !=, one);
    suspend_and_resume();
    assert_lifecycle(peer, any, VIR_DOMAIN_EVENT_SUSPENDED);
    assert_lifecycle(peer, one, VIR_DOMAIN_EVENT_SUSPENDED);
    assert_lifecycle(peer, any, VIR_DOMAIN_EVENT_RESUMED);
    assert_lifecycle(peer, one, VIR_DOMAIN_EVENT_RESUMED);
    xdr_free((xdrproc_t)xdr_WireDomain, (char *)&domain);
}

static void
who_deregistered_is_told_nothing_more(void)
{
    g_autoptr(Peer) peer = peer_new_open();
    int one = listen_to(peer, VIR_DOMAIN_EVENT_ID_LIFECYCLE, NULL);
    int two = listen_to(peer, VIR_DOMAIN_EVENT_ID_LIFECYCLE, NULL);

    g_assert_true(peer_call(peer,
                            REMOTE_CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY,
                            &one, NULL, NULL));
    suspend_and_resume();
    assert_lifecycle(peer, two, VIR_DOMAIN_EVENT_SUSPENDED);
    assert_lifecycle(peer, two, VIR_DOMAIN_EVENT_RESUMED);
    peer_refused(peer, REMOTE_CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY,
                 &one, VIR_ERR_INVALID_ARG, "there is no event callback");
}

static void
clients_without_ids_get_the_other_message(void)
{
    g_autoptr(Peer) peer = peer_new_open();
    const int late = VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2;
    g_autoptr(Message) message = NULL;
    int registered = -1;

    g_assert_true(peer_call(peer, REMOTE_CONNECT_DOMAIN_EVENT_REGISTER, NULL,
                            &registered, NULL));
    suspend_and_resume();
    message = peer_receive(peer);
    g_assert_cmpint(message->header.procedure, ==,
                    REMOTE_DOMAIN_EVENT_LIFECYCLE);
    g_clear_pointer(&message, message_free);
    message = peer_receive(peer);
    peer_refused(peer, REMOTE_CONNECT_DOMAIN_EVENT_REGISTER_ANY, &late,
                 VIR_ERR_INTERNAL_ERROR, "needs a callback with an id");
    g_assert_true(peer_call(peer, REMOTE_CONNECT_DOMAIN_EVENT_DEREGISTER, NULL,
                            &registered, NULL));
    peer_refused(peer, REMOTE_CONNECT_DOMAIN_EVENT_DEREGISTER, NULL,
                 VIR_ERR_INVALID_ARG, "nothing is registered");
}

static void
every_event_there_is_can_be_registered_for_and_no_other(void)
{
    g_autoptr(Peer) peer = peer_new_open();
    const WireRegister unknown = {.event = 4711};

    for (int event = 0; event < 27; event++)
        (void)listen_to(peer, event, NULL);
    peer_refused(peer, REMOTE_CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY,
                 &unknown, VIR_ERR_INVALID_ARG, "eventID");
}

static bool
may_call(const Serve *serve, virDomainPtr domain, unsigned flags)
{
    (void)serve;
    (void)domain;
    (void)flags;
    return true;
}

static bool
may_see(const Serve *serve, virDomainPtr domain)
{
    (void)serve;
    (void)domain;
    return false;
}

static void
who_may_not_see_a_domain_is_not_told_of_it(void)
{
    static const ServeAccess blind = {.may_call = may_call, .may_see = may_see};
    g_autoptr(Peer) peer = peer_new(false, &blind);
    g_autoptr(Peer) seeing = peer_new_open();
    struct pollfd what = {.events = POLLIN};
    int callback_id = -1;

    g_assert_true(peer_open(peer, "test:///default", 0, NULL));
    (void)listen_to(peer, VIR_DOMAIN_EVENT_ID_LIFECYCLE, NULL);
    callback_id = listen_to(seeing, VIR_DOMAIN_EVENT_ID_LIFECYCLE, NULL);
    suspend_and_resume();
    assert_lifecycle(seeing, callback_id, VIR_DOMAIN_EVENT_SUSPENDED);
    assert_lifecycle(seeing, callback_id, VIR_DOMAIN_EVENT_RESUMED);
    what.fd = peer->fd;
    g_assert_cmpint(poll(&what, 1, 0), ==, 0);
}

#define ADD(test) g_test_add_func("/session_events/" #test, test)

int
main(int argc, char **argv)
{
    pthread_t thread;
    int timer = -1;
    int status = 0;

    g_test_init(&argc, &argv, NULL);
    ADD(events_come_with_the_callbacks_id);
    ADD(who_deregistered_is_told_nothing_more);
    ADD(clients_without_ids_get_the_other_message);
    ADD(every_event_there_is_can_be_registered_for_and_no_other);
    ADD(who_may_not_see_a_domain_is_not_told_of_it);
    (void)virEventRegisterDefaultImpl();
    g_assert_cmpint(pthread_create(&thread, NULL, run_events, NULL), ==, 0);
    status = g_test_run();
    g_atomic_int_set(&is_ending, 1);
    timer = virEventAddTimeout(0, on_tick, NULL, NULL); /* wakes it */
    g_assert_cmpint(pthread_join(thread, NULL), ==, 0);
    (void)virEventRemoveTimeout(timer);
    return status;
}
