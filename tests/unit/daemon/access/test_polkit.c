/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What polkit is told, and what its answers come to; somebody else answers here,
 * on a bus of the test's own. */
#include "daemon/access/polkit.h"

#include "base/error.h"

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

static const char interface[] =
    "<node><interface name='org.freedesktop.PolicyKit1.Authority'>"
    "<method name='CheckAuthorization'>"
    "<arg type='(sa{sv})' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='a{ss}' direction='in'/><arg type='u' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='(bba{ss})' direction='out'/>"
    "</method></interface></node>";

static char *told;

/* Allows what is about "web", and keeps what it was told; as GLib wants it. */
static void /* NOLINTNEXTLINE(readability-function-size) */
answer(GDBusConnection *bus, const char *sender, const char *path,
       const char *name, const char *method, GVariant *args,
       GDBusMethodInvocation *call, gpointer opaque)
{
    bool is_web = false;

    (void)bus;
    (void)sender;
    (void)path;
    (void)name;
    (void)method;
    (void)opaque;
    g_free(told);
    told = g_variant_print(args, FALSE);
    is_web = strstr(told, "'domain_name': 'web'") != NULL;
    if (strstr(told, "no.such.action")) {
        g_dbus_method_invocation_return_dbus_error(call, "x.y", "not known");
        return;
    }
    g_dbus_method_invocation_return_value(
        call, g_variant_new("((bba{ss}))", is_web, FALSE, NULL));
}

static const GDBusInterfaceVTable functions = {.method_call = answer};

/* The authority has a thread of its own: who asks waits for it. */
static gpointer
serve(gpointer data)
{
    GMainLoop *loop = data;

    g_main_context_push_thread_default(g_main_loop_get_context(loop));
    g_main_loop_run(loop);
    return NULL;
}

static void
begin_to_serve(GDBusConnection *bus, GMainContext *context)
{
    g_autoptr(GDBusNodeInfo) node =
        g_dbus_node_info_new_for_xml(interface, NULL);
    g_autoptr(GVariant) owned = NULL;

    g_main_context_push_thread_default(context);
    g_assert_cmpuint(g_dbus_connection_register_object(
                         bus, "/org/freedesktop/PolicyKit1/Authority",
                         node->interfaces[0], &functions, NULL, NULL, NULL),
                     >, 0);
    g_main_context_pop_thread_default(context);
    owned = g_dbus_connection_call_sync(
        bus, "org.freedesktop.DBus", "/", "org.freedesktop.DBus", "RequestName",
        g_variant_new("(su)", "org.freedesktop.PolicyKit1", 0), NULL, 0, -1,
        NULL, NULL);
    g_assert_nonnull(owned);
}

static ClientPeer
somebody(void)
{
    return (ClientPeer){.uid = 1000, .pid = 4711, .started = 99};
}

static void
a_process_is_told_of_with_its_action_and_details(void)
{
    const ClientPeer peer = somebody();
    const PolkitDetail web[] = {{"domain_name", "web"}, {NULL, NULL}};
    const PolkitDetail odd[] = {{"domain_name", "\xff"}, {NULL, NULL}};
    g_autoptr(GError) error = NULL;
    bool may = false;

    g_assert_true(polkit_allows(&peer, "a.b", web, false, &may, &error));
    g_assert_true(may);
    g_assert_cmpstr(told, ==,
                    "(('unix-process', {'pid': <uint32 4711>, 'start-time': "
                    "<uint64 99>, 'uid': <1000>}), 'a.b', {'domain_name': "
                    "'web'}, 0, '')");
    g_assert_true(polkit_allows(&peer, "a.b", odd, true, &may, &error));
    g_assert_false(may);
    g_assert_true(g_str_has_suffix(told, "'a.b', {}, 1, '')"));
}

static void
no_answer_is_no_permission(void)
{
    const ClientPeer peer = somebody();
    g_autoptr(GError) error = NULL;
    bool may = false;

    g_assert_false(
        polkit_allows(&peer, "no.such.action", NULL, false, &may, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_AUTH_UNAVAILABLE);
    g_assert_false(may);
}

static void
who_is_no_process_of_this_host_may_nothing(void)
{
    const ClientPeer peer = {.uid = (uid_t)-1};
    const PolkitDetail web[] = {{"domain_name", "web"}, {NULL, NULL}};
    bool may = true;

    g_assert_true(polkit_allows(&peer, "a.b", web, false, &may, NULL));
    g_assert_false(may);
}

static void
permissions_have_actions(void)
{
    g_autofree char *action = polkit_action("domain:read-secure");

    g_assert_cmpstr(action, ==, "org.strandline.api.domain.read-secure");
}

int
main(int argc, char **argv)
{
    g_autoptr(GTestDBus) host = NULL;
    g_autoptr(GDBusConnection) bus = NULL;
    g_autoptr(GMainContext) context = NULL;
    g_autoptr(GMainLoop) loop = NULL;
    GThread *thread = NULL;
    int result = 0;

    g_test_init(&argc, &argv, NULL);
    host = g_test_dbus_new(G_TEST_DBUS_NONE);
    g_test_dbus_up(host);
    g_assert_true(g_setenv("DBUS_SYSTEM_BUS_ADDRESS",
                           g_test_dbus_get_bus_address(host), TRUE));
    bus = g_dbus_connection_new_for_address_sync(
        g_test_dbus_get_bus_address(host),
        G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
            G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
        NULL, NULL, NULL);
    g_assert_nonnull(bus);
    context = g_main_context_new();
    loop = g_main_loop_new(context, FALSE);
    begin_to_serve(bus, context);
    thread = g_thread_new("authority", serve, loop);
    g_test_add_func("/polkit/a_process_is_told_of_with_its_action_and_details",
                    a_process_is_told_of_with_its_action_and_details);
    g_test_add_func("/polkit/no_answer_is_no_permission",
                    no_answer_is_no_permission);
    g_test_add_func("/polkit/who_is_no_process_of_this_host_may_nothing",
                    who_is_no_process_of_this_host_may_nothing);
    g_test_add_func("/polkit/permissions_have_actions",
                    permissions_have_actions);
    result = g_test_run();
    g_main_loop_quit(loop);
    (void)g_thread_join(thread);
    g_free(told);
    g_test_dbus_stop(host);
    return result;
}
