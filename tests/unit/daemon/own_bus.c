/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "own_bus.h"

struct OwnBus {
    GTestDBus *host;
    GDBusConnection *bus;
    GMainLoop *loop;
    GThread *thread;
};

/* A thread of its own: who asks waits for it. */
static gpointer
serve(gpointer data)
{
    GMainLoop *loop = data;

    g_main_context_push_thread_default(g_main_loop_get_context(loop));
    g_main_loop_run(loop);
    return NULL;
}

static void
begin_to_serve(OwnBus *own, const OwnBusService *service)
{
    g_autoptr(GDBusNodeInfo) node =
        g_dbus_node_info_new_for_xml(service->xml, NULL);
    g_autoptr(GVariant) owned = NULL;
    GMainContext *context = g_main_loop_get_context(own->loop);

    g_main_context_push_thread_default(context);
    g_assert_cmpuint(g_dbus_connection_register_object(
                         own->bus, service->path, node->interfaces[0],
                         &service->functions, NULL, NULL, NULL),
                     >, 0);
    g_main_context_pop_thread_default(context);
    owned = g_dbus_connection_call_sync(own->bus, "org.freedesktop.DBus", "/",
                                        "org.freedesktop.DBus", "RequestName",
                                        g_variant_new("(su)", service->name, 0),
                                        NULL, 0, -1, NULL, NULL);
    g_assert_nonnull(owned);
}

OwnBus *
own_bus_new(const OwnBusService *service)
{
    OwnBus *own = g_new0(OwnBus, 1);
    g_autoptr(GMainContext) context = g_main_context_new();
    const char *address = NULL;

    own->host = g_test_dbus_new(G_TEST_DBUS_NONE);
    g_test_dbus_up(own->host);
    address = g_test_dbus_get_bus_address(own->host);
    g_assert_true(g_setenv("DBUS_SYSTEM_BUS_ADDRESS", address, TRUE));
    own->bus = g_dbus_connection_new_for_address_sync(
        address,
        G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
            G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
        NULL, NULL, NULL);
    g_assert_nonnull(own->bus);
    own->loop = g_main_loop_new(context, FALSE);
    begin_to_serve(own, service);
    own->thread = g_thread_new("service", serve, own->loop);
    return own;
}

void
own_bus_free(OwnBus *own)
{
    g_main_loop_quit(own->loop);
    (void)g_thread_join(own->thread);
    g_main_loop_unref(own->loop);
    g_object_unref(own->bus);
    g_test_dbus_stop(own->host);
    g_object_unref(own->host);
    g_free(own);
}
