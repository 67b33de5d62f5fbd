/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/host/machine_scope.h"

#include "base/fd.h"
#include "base/scope.h"

#include <gio/gio.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SYSTEMD_NAME      "org.freedesktop.systemd1"
#define SYSTEMD_PATH      "/org/freedesktop/systemd1"
#define SYSTEMD_INTERFACE "org.freedesktop.systemd1.Manager"

enum {
    /* systemd takes 255 bytes; what leads and follows the name is in it. */
    UNIT_NAME_LIMIT = 230,
    /* A systemd that does not answer holds each of these up for its time. */
    WAITING_LIMIT = 64,
};

/* A machine that waits to be told of.  The pidfd is taken at once, while the
 * number can be nobody else's. */
typedef struct {
    char *machine;
    pid_t pid;
    int pidfd;
} Arrival;

/* One thread: the order is kept, and a systemd that hangs costs no more. */
static GThreadPool *pool;
static GCancellable *ending;
static unsigned patience_ms;

static void
arrival_free(Arrival *arrival)
{
    if (!arrival)
        return;
    auto_fd_close(arrival->pidfd);
    g_free(arrival->machine);
    g_free(arrival);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Arrival, arrival_free)

/* With the number in it the name is this run's alone: the scope of the run before
 * may still be there while systemd takes it away.  A "-" would make slices of the
 * parts, so it is escaped with the rest, as systemd-escape does it. */
static char *
unit_name(const Arrival *arrival)
{
    g_autofree char *plain = g_strdup_printf(
        "strandline-%d-%s", (int)arrival->pid, arrival->machine);
    GString *name = g_string_new("machine-");

    for (const char *at = plain; *at && name->len < UNIT_NAME_LIMIT; at++) {
        if (g_ascii_isalnum(*at) || *at == '_' || *at == '.' || *at == ':') {
            g_string_append_c(name, *at);
        } else {
            g_string_append_printf(name, "\\x%02x", (unsigned char)*at);
        }
    }
    g_string_append(name, ".scope");
    return g_string_free(name, FALSE);
}

static void
add_word(GVariantBuilder *all, const char *name, const char *word)
{
    g_variant_builder_add(all, "(sv)", name, g_variant_new_string(word));
}

static void
add_unit(GVariantBuilder *all, const char *name, const char *unit)
{
    g_variant_builder_add(all, "(sv)", name, g_variant_new_strv(&unit, 1));
}

/* What is stopped comes in the other order: guests are asked to shut down first,
 * then what is left of machines ends, and the daemon that knows them last.  A scope
 * that failed is not kept, since nobody would take it away. */
static GVariant *
properties_of(const Arrival *arrival)
{
    g_autofree char *valid = g_utf8_make_valid(arrival->machine, -1);
    g_autofree char *title = g_strdup_printf("Strandline machine %s", valid);
    guint32 pid = (guint32)arrival->pid;
    GVariantBuilder all;

    g_variant_builder_init(&all, G_VARIANT_TYPE("a(sv)"));
    add_word(&all, "Description", title);
    add_word(&all, "Slice", "machine.slice");
    add_word(&all, "CollectMode", "inactive-or-failed");
    add_unit(&all, "After", "strandlined.service");
    add_unit(&all, "Before", "strandline-guests.service");
    g_variant_builder_add(
        &all, "(sv)", "PIDs",
        g_variant_new_fixed_array(G_VARIANT_TYPE_UINT32, &pid, 1, sizeof(pid)));
    return g_variant_builder_end(&all);
}

/* root's service is the system's, any other its user's. */
static bool
ask_systemd(const Arrival *arrival, const char *unit, GError **error)
{
    GBusType type = geteuid() == 0 ? G_BUS_TYPE_SYSTEM : G_BUS_TYPE_SESSION;
    g_autoptr(GDBusConnection) bus = g_bus_get_sync(type, ending, error);
    g_autoptr(GVariant) answer = NULL;

    if (!bus)
        return false;
    /* A bus that ends must not end us. */
    g_dbus_connection_set_exit_on_close(bus, FALSE);
    answer = g_dbus_connection_call_sync(
        bus, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_INTERFACE,
        "StartTransientUnit",
        g_variant_new("(ss@a(sv)@a(sa(sv)))", unit, "fail",
                      properties_of(arrival),
                      g_variant_new_array(G_VARIANT_TYPE("(sa(sv))"), NULL, 0)),
        G_VARIANT_TYPE("(o)"), G_DBUS_CALL_FLAGS_NONE, (int)patience_ms, ending,
        error);
    return answer != NULL;
}

/* A pidfd becomes readable when its process ends; from then on the number may be
 * another's, whom systemd would move. */
static bool
is_there(const Arrival *arrival)
{
    struct pollfd end = {.fd = arrival->pidfd, .events = POLLIN};

    return arrival->pidfd >= 0 && poll(&end, 1, 0) == 0;
}

static void
move_machine(gpointer data, gpointer opaque)
{
    g_autoptr(Arrival) arrival = data;
    g_autofree char *unit = unit_name(arrival);
    g_autoptr(GError) error = NULL;

    (void)opaque;
    if (!is_there(arrival))
        return;
    if (ask_systemd(arrival, unit, &error)) {
        g_message("machine '%s' is in the scope '%s'", arrival->machine, unit);
    } else {
        g_message("machine '%s' stays in the service's control group: systemd "
                  "gives it no scope: %s",
                  arrival->machine, error->message);
    }
}

static void
take_arrival(const char *machine, pid_t pid)
{
    Arrival *arrival = NULL;

    if (g_thread_pool_unprocessed(pool) >= WAITING_LIMIT) {
        g_message("machine '%s' stays in the service's control group: systemd "
                  "has not answered for the ones before",
                  machine);
        return;
    }
    arrival = g_new0(Arrival, 1);
    arrival->machine = g_strdup(machine);
    arrival->pid = pid;
    arrival->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    (void)g_thread_pool_push(pool, arrival, NULL);
}

/* The variable is systemd's mark on what it starts.  A daemon that somebody runs
 * by hand stands in his session, whose machines are his affair. */
void
machine_scope_begin(unsigned answer_ms)
{
    if (!g_getenv("INVOCATION_ID"))
        return;
    patience_ms = answer_ms;
    ending = g_cancellable_new();
    pool = g_thread_pool_new(move_machine, NULL, 1, FALSE, NULL);
    scope_set_maker(take_arrival);
}

/* Those that wait are gone through, each refused at once. */
void
machine_scope_end(void)
{
    if (!pool)
        return;
    scope_set_maker(NULL);
    g_cancellable_cancel(ending);
    g_thread_pool_free(g_steal_pointer(&pool), FALSE, TRUE);
    g_clear_object(&ending);
}
