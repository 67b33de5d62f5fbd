/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/access/polkit.h"

#include "base/error.h"

#include <gio/gio.h>

enum {
    ALLOW_INTERACTION = 1, /* polkit's own flag */
    /* A user may type a password in the first: less than a login has as a whole.
     * In the other nobody is asked. */
    TYPING_MS = 25 * 1000,
    ANSWER_MS = 10 * 1000,
};

#define POLKIT_BUS_NAME  "org.freedesktop.PolicyKit1"
#define POLKIT_PATH      "/org/freedesktop/PolicyKit1/Authority"
#define POLKIT_INTERFACE "org.freedesktop.PolicyKit1.Authority"
#define ACTION_PREFIX    "org.strandline.api."

/* A process and when it began: its number alone might be another's by the time
 * that polkit looks, and the kernel's word for the user is more than what polkit
 * could read of a process that has become somebody else. */
static GVariant *
subject_of(const ClientPeer *peer)
{
    GVariantBuilder about;

    g_variant_builder_init(&about, G_VARIANT_TYPE("a{sv}"));
    g_variant_builder_add(&about, "{sv}", "pid",
                          g_variant_new_uint32((guint32)peer->pid));
    g_variant_builder_add(&about, "{sv}", "start-time",
                          g_variant_new_uint64(peer->started));
    g_variant_builder_add(&about, "{sv}", "uid",
                          g_variant_new_int32((gint32)peer->uid));
    return g_variant_new("(sa{sv})", "unix-process", &about);
}

/* Texts from a client travel as values only; what is not UTF-8, which the bus
 * does not carry, cannot be a domain's name. */
static GVariant *
details_of(const PolkitDetail *details)
{
    GVariantBuilder all;

    g_variant_builder_init(&all, G_VARIANT_TYPE("a{ss}"));
    for (; details && details->name; details++) {
        if (g_utf8_validate(details->value, -1, NULL)) {
            g_variant_builder_add(&all, "{ss}", details->name, details->value);
        }
    }
    return g_variant_builder_end(&all);
}

/* The connection is GLib's, one for the process, made anew when it was lost; it
 * must not end us when the bus does. */
static GDBusConnection *
reach_bus(GError **error)
{
    GDBusConnection *bus = g_bus_get_sync(G_BUS_TYPE_SYSTEM, NULL, error);

    if (bus)
        g_dbus_connection_set_exit_on_close(bus, FALSE);
    return bus;
}

/* Waits in a worker of the daemon's: GLib reads the bus in a thread of its own,
 * so no loop of ours has to turn meanwhile. */
static GVariant *
ask(const ClientPeer *peer, const char *action, const PolkitDetail *details,
    bool may_ask, GError **error)
{
    g_autoptr(GDBusConnection) bus = reach_bus(error);

    if (!bus)
        return NULL;
    return g_dbus_connection_call_sync(
        bus, POLKIT_BUS_NAME, POLKIT_PATH, POLKIT_INTERFACE,
        "CheckAuthorization",
        g_variant_new("(@(sa{sv})s@a{ss}us)", subject_of(peer), action,
                      details_of(details), may_ask ? ALLOW_INTERACTION : 0, ""),
        G_VARIANT_TYPE("((bba{ss}))"), G_DBUS_CALL_FLAGS_NONE,
        may_ask ? TYPING_MS : ANSWER_MS, NULL, error);
}

/* Who is no process of this host is nobody that polkit could know. */
bool
polkit_allows(const ClientPeer *peer, const char *action,
              const PolkitDetail *details, bool may_ask, bool *ret_may,
              GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autoptr(GVariant) answer = NULL;
    gboolean is_allowed = FALSE;
    gboolean is_challenge = FALSE;

    if (peer->uid == (uid_t)-1 || peer->pid <= 0) {
        *ret_may = false;
        return true;
    }
    answer = ask(peer, action, details, may_ask, &reason);
    if (!answer) {
        return fail(error, VIR_ERR_AUTH_UNAVAILABLE,
                    "polkit does not answer about '%s': %s", action,
                    reason->message);
    }
    g_variant_get(answer, "((bba{ss}))", &is_allowed, &is_challenge, NULL);
    *ret_may = is_allowed;
    return true;
}

/* libvirt's actions are made of its permissions in the same way, so that a rule
 * is carried over by exchanging the prefix. */
char *
polkit_action(const char *access_name)
{
    g_autofree char *name = g_strdelimit(g_strdup(access_name), ":", '.');

    return g_strconcat(ACTION_PREFIX, name, NULL);
}
