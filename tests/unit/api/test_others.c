/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What libvirt has besides domains: one may listen, and there is nothing. */
#include "base/event_loop.h"
#include "driver/event_queue.h"

#include "machine.h"

#include <libvirt/libvirt-others.h>

static int frees;

static void
on_free(void *opaque)
{
    (void)opaque;
    frees++;
}

static void
never(virConnectPtr conn, void *one, void *opaque)
{
    (void)conn;
    (void)one;
    (void)opaque;
    g_assert_not_reached();
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

/* The last event of each kind, one that is not there, and their end. */
#define LISTEN(listen, stop, callback, LAST)                                   \
    do {                                                                       \
        int id = listen(conn, NULL, LAST, callback(never), NULL, on_free);     \
                                                                               \
        g_assert_cmpint(id, >=, 0);                                            \
        g_assert_cmpint(                                                       \
            listen(conn, NULL, LAST + 1, callback(never), NULL, NULL), ==,     \
            -1);                                                               \
        assert_last_error(VIR_FROM_NONE, VIR_ERR_INVALID_ARG);                 \
        g_assert_cmpint(virConnectDomainEventDeregisterAny(conn, id), ==, -1); \
        g_assert_cmpint(stop(conn, id), ==, 0);                                \
        g_assert_cmpint(stop(conn, id), ==, -1);                               \
        assert_last_error(VIR_FROM_NONE, VIR_ERR_INVALID_ARG);                 \
    } while (0)

static void
one_may_listen_and_stop_listening(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virConnectPtr conn = machine->conn;

    frees = 0;
    LISTEN(virConnectNetworkEventRegisterAny,
           virConnectNetworkEventDeregisterAny, VIR_NETWORK_EVENT_CALLBACK,
           VIR_NETWORK_EVENT_ID_LIFECYCLE);
    LISTEN(virConnectStoragePoolEventRegisterAny,
           virConnectStoragePoolEventDeregisterAny,
           VIR_STORAGE_POOL_EVENT_CALLBACK, VIR_STORAGE_POOL_EVENT_ID_REFRESH);
    LISTEN(virConnectNodeDeviceEventRegisterAny,
           virConnectNodeDeviceEventDeregisterAny,
           VIR_NODE_DEVICE_EVENT_CALLBACK, VIR_NODE_DEVICE_EVENT_ID_UPDATE);
    LISTEN(virConnectSecretEventRegisterAny, virConnectSecretEventDeregisterAny,
           VIR_SECRET_EVENT_CALLBACK, VIR_SECRET_EVENT_ID_VALUE_CHANGED);
    run_loop();
    g_assert_cmpint(frees, ==, 4);
}

static void
a_callback_for_domains_is_not_theirs_to_drop(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    int id = virConnectDomainEventRegisterAny(
        machine->conn, NULL, VIR_DOMAIN_EVENT_ID_REBOOT,
        VIR_DOMAIN_EVENT_CALLBACK(never), NULL, NULL);

    g_assert_cmpint(virConnectNetworkEventDeregisterAny(machine->conn, id), ==,
                    -1);
    g_assert_cmpint(virConnectSecretEventDeregisterAny(machine->conn, id), ==,
                    -1);
    g_assert_cmpint(virConnectDomainEventDeregisterAny(machine->conn, id), ==,
                    0);
    run_loop();
}

static void
there_are_none_to_ask(void)
{
    static guint64 garbage[4];
    char text[VIR_UUID_STRING_BUFLEN];

    g_assert_null(virNetworkGetName((void *)garbage));
    assert_last_error(VIR_FROM_NETWORK, VIR_ERR_INVALID_NETWORK);
    g_assert_null(virStoragePoolGetName((void *)garbage));
    assert_last_error(VIR_FROM_STORAGE, VIR_ERR_INVALID_STORAGE_POOL);
    g_assert_null(virNodeDeviceGetName((void *)garbage));
    assert_last_error(VIR_FROM_NODEDEV, VIR_ERR_INVALID_NODE_DEVICE);
    g_assert_cmpint(virSecretGetUUIDString((void *)garbage, text), ==, -1);
    assert_last_error(VIR_FROM_SECRET, VIR_ERR_INVALID_SECRET);
}

static void
on_close(virConnectPtr conn, int reason, void *opaque)
{
    (void)reason;
    never(conn, NULL, opaque);
}

static void
on_other_close(virConnectPtr conn, int reason, void *opaque)
{
    on_close(conn, reason, opaque);
}

/* Of connections, and here since it never happens either. */
static void
a_connection_has_one_close_callback(void)
{
    virConnectPtr conn = virConnectOpen("fake:///");

    frees = 0;
    g_assert_cmpint(
        virConnectRegisterCloseCallback(conn, on_close, NULL, on_free), ==, 0);
    g_assert_cmpint(
        virConnectRegisterCloseCallback(conn, on_other_close, NULL, on_free),
        ==, -1);
    assert_last_error(VIR_FROM_NONE, VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virConnectUnregisterCloseCallback(conn, on_other_close), ==,
                    -1);
    assert_last_error(VIR_FROM_NONE, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(frees, ==, 0);
    g_assert_cmpint(virConnectUnregisterCloseCallback(conn, on_close), ==, 0);
    g_assert_cmpint(frees, ==, 1);
    g_assert_cmpint(
        virConnectRegisterCloseCallback(conn, on_close, NULL, on_free), ==, 0);
    g_assert_cmpint(virConnectClose(conn), ==, 0);
    g_assert_cmpint(frees, ==, 2);
    /* The driver was told each time that somebody wants to know. */
    g_assert_cmpint(fake.ends_wanted, ==, 2);
}

#define ADD(name) g_test_add_func("/api/others/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_true(event_loop_register_default());
    ADD(one_may_listen_and_stop_listening);
    ADD(a_callback_for_domains_is_not_theirs_to_drop);
    ADD(there_are_none_to_ask);
    ADD(a_connection_has_one_close_callback);
    return g_test_run();
}
