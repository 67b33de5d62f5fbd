/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What polkit is told, and what its answers come to; somebody else answers here,
 * on a bus of the test's own. */
#include "daemon/access/polkit.h"

#include "base/error.h"
#include "own_bus.h"

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
    const OwnBusService authority = {
        .name = "org.freedesktop.PolicyKit1",
        .path = "/org/freedesktop/PolicyKit1/Authority",
        .xml = interface,
        .functions = {.method_call = answer},
    };
    OwnBus *own = NULL;
    int result = 0;

    g_test_init(&argc, &argv, NULL);
    own = own_bus_new(&authority);
    g_test_add_func("/polkit/a_process_is_told_of_with_its_action_and_details",
                    a_process_is_told_of_with_its_action_and_details);
    g_test_add_func("/polkit/no_answer_is_no_permission",
                    no_answer_is_no_permission);
    g_test_add_func("/polkit/who_is_no_process_of_this_host_may_nothing",
                    who_is_no_process_of_this_host_may_nothing);
    g_test_add_func("/polkit/permissions_have_actions",
                    permissions_have_actions);
    result = g_test_run();
    own_bus_free(own);
    g_free(told);
    return result;
}
