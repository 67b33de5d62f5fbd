/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory of a machine: what the balloon has, what its driver in the guest
 * tells, and what QEMU itself takes of the host. */
#include "base/error.h"
#include "qemu/qmp/message.h"
#include "qemu/stats/stats_calls.h"

#include "model/domain_devices.h"

#include <unistd.h>

enum { KIB = 1024 };

/* In the order that libvirt tells them in; bytes are told as KiB. */
static const struct {
    const char *name;
    int tag;
    bool is_bytes;
} guest_stats[] = {
    {"stat-swap-in", VIR_DOMAIN_MEMORY_STAT_SWAP_IN, true},
    {"stat-swap-out", VIR_DOMAIN_MEMORY_STAT_SWAP_OUT, true},
    {"stat-major-faults", VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT, false},
    {"stat-minor-faults", VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT, false},
    {"stat-free-memory", VIR_DOMAIN_MEMORY_STAT_UNUSED, true},
    {"stat-total-memory", VIR_DOMAIN_MEMORY_STAT_AVAILABLE, true},
    {"stat-available-memory", VIR_DOMAIN_MEMORY_STAT_USABLE, true},
    {"stat-disk-caches", VIR_DOMAIN_MEMORY_STAT_DISK_CACHES, true},
    {"stat-htlb-pgalloc", VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC, false},
    {"stat-htlb-pgfail", VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL, false},
};

/* What is filled in, and how far. */
typedef struct {
    virDomainMemoryStatPtr stats;
    unsigned room;
    unsigned count;
} Filling;

/* Beyond the room they are dropped: the caller said how many it wants. */
static void
add(Filling *filling, int tag, unsigned long long value)
{
    if (filling->count < filling->room) {
        filling->stats[filling->count++] =
            (virDomainMemoryStatStruct){.tag = tag, .val = value};
    }
}

/* As QEMU has it now; without its answer, as the definition has it.  A machine
 * without a balloon tells nothing: what it has cannot change. */
static void
add_actual(QemuDomain *vm, QmpClient *qmp, Filling *filling)
{
    g_autoptr(Json) balloon =
        qmp ? qmp_client_call(qmp, "query-balloon", NULL, NULL) : NULL;
    const json_t *actual = json_object_get(balloon, "actual");

    add(filling, VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON,
        json_is_integer(actual)
            ? (unsigned long long)json_integer_value(actual) / KIB
            : vm->live->current_memory_kib);
}

/* 2^64-1 is what the guest did not tell.  jansson has no such integer: a reply
 * that holds one is read with all of its numbers as reals (qmp/message.c), and
 * so are those of its neighbours. */
static bool
read_number(const json_t *value, unsigned long long *ret_number)
{
    const double limit = 9.2e18; /* below 2^63 */
    double number = json_number_value(value);

    if (!json_is_number(value) || number < 0 || number > limit)
        return false;
    *ret_number = json_is_integer(value)
                      ? (unsigned long long)json_integer_value(value)
                      : (unsigned long long)number;
    return true;
}

static void
add_guest(QemuDomain *vm, QmpClient *qmp, Filling *filling)
{
    const char *alias = vm->live->devices->balloon.alias;
    g_autofree char *path =
        g_strdup_printf("/machine/peripheral/%s", alias ? alias : "");
    g_autoptr(Json) told =
        alias ? qmp_client_call(qmp, "qom-get",
                                json_pack("{s:s, s:s}", "path", path,
                                          "property", "guest-stats"),
                                NULL)
              : NULL;
    const json_t *stats = json_object_get(told, "stats");
    unsigned long long number = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(guest_stats); i++) {
        if (read_number(json_object_get(stats, guest_stats[i].name), &number)) {
            add(filling, guest_stats[i].tag,
                number / (guest_stats[i].is_bytes ? KIB : 1));
        }
    }
    /* 0: never; told all the same, as libvirt tells it. */
    if (read_number(json_object_get(told, "last-update"), &number))
        add(filling, VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE, number);
}

/* The second field of "statm" is in pages. */
static void
add_rss(const QemuDomain *vm, Filling *filling)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/statm", (int)vm->pid);
    g_autofree char *text = NULL;
    g_auto(GStrv) fields = NULL;
    guint64 pages = 0;

    /* Gone in this moment, or another user's: then it is not told. */
    if (!g_file_get_contents(path, &text, NULL, NULL))
        return;
    fields = g_strsplit(text, " ", 3);
    if (g_strv_length(fields) > 1 &&
        g_ascii_string_to_unsigned(fields[1], 10, 0, G_MAXUINT32, &pages,
                                   NULL)) {
        add(filling, VIR_DOMAIN_MEMORY_STAT_RSS,
            pages * ((guint64)sysconf(_SC_PAGESIZE) / KIB));
    }
}

/* A QEMU that does not answer leaves what the kernel knows. */
unsigned
memory_stats_get(QemuDomain *vm, virDomainMemoryStatPtr stats, unsigned room)
{
    Filling filling = {stats, room, 0};
    QmpClient *qmp = qemu_domain_monitor(vm, NULL);

    if (vm->live->devices->balloon.is_present)
        add_actual(vm, qmp, &filling);
    if (qmp && vm->live->devices->balloon.is_present)
        add_guest(vm, qmp, &filling);
    add_rss(vm, &filling);
    return filling.count;
}

/* A reading call: a machine that hangs is one whose memory is of interest. */
int
qemu_domain_memory_stats(virDomainPtr domain, virDomainMemoryStatPtr ret_stats,
                         unsigned room, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;

    if (!vm)
        return -1;
    if (!qemu_domain_is_active(vm)) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "cannot tell the memory of domain '%s', which does not run; start "
             "it first",
             vm->name);
        return -1;
    }
    return (int)memory_stats_get(vm, ret_stats, room);
}
