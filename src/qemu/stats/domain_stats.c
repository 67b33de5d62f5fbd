/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The figures of a machine, group by group.  A figure that nobody knows is left
 * out: a machine whose QEMU hangs still has those of the kernel. */
#include "model/domain_devices.h"
#include "qemu/domain/cpu_stats.h"
#include "qemu/domain/domain_state.h"
#include "qemu/qmp/message.h"
#include "qemu/stats/stats_calls.h"

#include <string.h>

/* By virDomainMemoryStatTags: in this group only. */
static const char *const balloon_names[VIR_DOMAIN_MEMORY_STAT_NR] = {
    [VIR_DOMAIN_MEMORY_STAT_SWAP_IN] = "swap_in",
    [VIR_DOMAIN_MEMORY_STAT_SWAP_OUT] = "swap_out",
    [VIR_DOMAIN_MEMORY_STAT_MAJOR_FAULT] = "major_fault",
    [VIR_DOMAIN_MEMORY_STAT_MINOR_FAULT] = "minor_fault",
    [VIR_DOMAIN_MEMORY_STAT_UNUSED] = "unused",
    [VIR_DOMAIN_MEMORY_STAT_AVAILABLE] = "available",
    [VIR_DOMAIN_MEMORY_STAT_RSS] = "rss",
    [VIR_DOMAIN_MEMORY_STAT_USABLE] = "usable",
    [VIR_DOMAIN_MEMORY_STAT_LAST_UPDATE] = "last-update",
    [VIR_DOMAIN_MEMORY_STAT_DISK_CACHES] = "disk_caches",
    [VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGALLOC] = "hugetlb_pgalloc",
    [VIR_DOMAIN_MEMORY_STAT_HUGETLB_PGFAIL] = "hugetlb_pgfail",
};

/* The state is refreshed if QEMU answers; else it is as it was last seen. */
static void
add_state(QemuDomain *vm, DomainStats *stats)
{
    (void)domain_state_look(vm);
    domain_stats_add_state(stats, vm->state, vm->reason);
}

/* While it runs: what a former run used is nobody's any more. */
static void
add_cpu(QemuDomain *vm, DomainStats *stats)
{
    CpuStats cpu = {0};

    if (qemu_domain_is_active(vm) && cpu_stats_read(vm, &cpu, NULL))
        domain_stats_add_cpu(stats, &cpu);
}

/* What the guest has now is QEMU's to say, and what it may have is the
 * definition's. Off, both are the definition's. */
static void
add_balloon(QemuDomain *vm, DomainStats *stats)
{
    const DomainDef *def = qemu_domain_def(vm);
    virDomainMemoryStatStruct found[VIR_DOMAIN_MEMORY_STAT_NR] = {0};
    unsigned long long current = def->current_memory_kib;
    unsigned count =
        qemu_domain_is_active(vm)
            ? memory_stats_get(vm, found, VIR_DOMAIN_MEMORY_STAT_NR)
            : 0;

    for (unsigned i = 0; i < count; i++) {
        if (found[i].tag == VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON)
            current = found[i].val;
    }
    domain_stats_add_ullong(stats, current, "balloon.current");
    domain_stats_add_ullong(stats, def->memory_kib, "balloon.maximum");
    for (unsigned i = 0; i < count; i++) {
        const char *name = balloon_names[found[i].tag];

        if (name)
            domain_stats_add_ullong(stats, found[i].val, "balloon.%s", name);
    }
}

/* Nanoseconds that a thread was ready to run and did not: the second field. */
static bool
read_delay(const char *folder, unsigned long long *ret_delay)
{
    g_autofree char *path = g_build_filename(folder, "schedstat", NULL);
    g_autofree char *text = NULL;
    g_auto(GStrv) fields = NULL;
    guint64 delay = 0;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return false;
    fields = g_strsplit(text, " ", 3);
    if (g_strv_length(fields) < 2 ||
        !g_ascii_string_to_unsigned(fields[1], 10, 0, G_MAXUINT64, &delay,
                                    NULL))
        return false;
    *ret_delay = delay;
    return true;
}

/* A vCPU that the guest switched off runs on in QEMU: what is told is that it is
 * there. */
static void
add_vcpu(const QemuDomain *vm, const json_t *cpu, DomainStats *stats)
{
    const json_t *thread = json_object_get(cpu, "thread-id");
    unsigned number =
        (unsigned)json_integer_value(json_object_get(cpu, "cpu-index"));
    g_autofree char *folder =
        g_strdup_printf("/proc/%d/task/%" JSON_INTEGER_FORMAT, (int)vm->pid,
                        json_integer_value(thread));
    g_autofree char *stat = g_build_filename(folder, "stat", NULL);
    CpuStats used = {0};
    unsigned long long delay = 0;

    /* Also of a guest that is paused: libvirt means by it that the vCPU is not
     * taken out of the machine. */
    domain_stats_add_int(stats, VIR_VCPU_RUNNING, "vcpu.%u.state", number);
    if (!json_is_integer(thread))
        return;
    if (cpu_stats_read_file(stat, &used))
        domain_stats_add_ullong(stats, used.cpu_time, "vcpu.%u.time", number);
    if (read_delay(folder, &delay))
        domain_stats_add_ullong(stats, delay, "vcpu.%u.delay", number);
}

/* Threads are QEMU's own names for them, which is why it is asked: their
 * order in /proc tells nothing. */
static void
add_vcpus(QemuDomain *vm, DomainStats *stats)
{
    unsigned count = qemu_domain_def(vm)->vcpus;
    QmpClient *qmp =
        qemu_domain_is_active(vm) ? qemu_domain_monitor(vm, NULL) : NULL;
    g_autoptr(Json) cpus =
        qmp ? qmp_client_call(qmp, "query-cpus-fast", NULL, NULL) : NULL;
    const json_t *cpu = NULL;
    gsize index = 0;

    domain_stats_add_uint(stats, count, "vcpu.current");
    domain_stats_add_uint(stats, count, "vcpu.maximum");
    json_array_foreach(cpus, index, cpu)
    {
        add_vcpu(vm, cpu, stats);
    }
}

/* What goes over a guest's network is counted by whoever owns the other end. */
static void
add_interfaces(QemuDomain *vm, DomainStats *stats)
{
    unsigned count = qemu_domain_def(vm)->devices->interfaces->len;

    if (qemu_domain_is_active(vm))
        domain_stats_add_uint(stats, count, "net.count");
}

/* In a file of its own, since a disk is more than one question. */
static void
add_blocks(QemuDomain *vm, unsigned flags, DomainStats *stats)
{
    block_figures_add(vm, flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING,
                      stats);
}

/* "iothread3" is number 3. */
static void
add_iothreads(QemuDomain *vm, DomainStats *stats)
{
    QmpClient *qmp =
        qemu_domain_is_active(vm) && vm->live->machine->iothreads > 0
            ? qemu_domain_monitor(vm, NULL)
            : NULL;
    g_autoptr(Json) threads =
        qmp ? qmp_client_call(qmp, "query-iothreads", NULL, NULL) : NULL;
    const json_t *thread = NULL;
    gsize index = 0;

    /* Without threads there is no group: libvirt counts none either. */
    if (!threads)
        return;
    domain_stats_add_uint(stats, (unsigned)json_array_size(threads),
                          "iothread.count");
    json_array_foreach(threads, index, thread)
    {
        const char *id = json_string_value(json_object_get(thread, "id"));
        guint64 number = 0;

        /* Another name is of <qemu:commandline>, and has no number here. */
        if (!id || !g_str_has_prefix(id, "iothread") ||
            !g_ascii_string_to_unsigned(id + strlen("iothread"), 10, 1,
                                        G_MAXINT, &number, NULL))
            continue;
        domain_stats_add_ullong(stats,
                                (unsigned long long)json_integer_value(
                                    json_object_get(thread, "poll-max-ns")),
                                "iothread.%u.poll-max-ns", (unsigned)number);
        domain_stats_add_uint(
            stats,
            (unsigned)json_integer_value(json_object_get(thread, "poll-grow")),
            "iothread.%u.poll-grow", (unsigned)number);
        domain_stats_add_uint(stats,
                              (unsigned)json_integer_value(
                                  json_object_get(thread, "poll-shrink")),
                              "iothread.%u.poll-shrink", (unsigned)number);
    }
}

/* Of the last measurement that somebody asked QEMU for; nothing begins one. */
static void
add_dirty_rate(QemuDomain *vm, DomainStats *stats)
{
    static const char *const words[] = {"unstarted", "measuring", "measured",
                                        NULL};
    QmpClient *qmp =
        qemu_domain_is_active(vm) ? qemu_domain_monitor(vm, NULL) : NULL;
    g_autoptr(Json) told =
        qmp ? qmp_client_call(qmp, "query-dirty-rate", NULL, NULL) : NULL;
    const char *status = json_string_value(json_object_get(told, "status"));
    const char *mode = json_string_value(json_object_get(told, "mode"));
    const json_t *rate = json_object_get(told, "dirty-rate");
    int number = 0;

    /* libvirt tells the state by its number. */
    while (status && words[number] && !g_str_equal(words[number], status))
        number++;
    if (!status || !words[number])
        return;
    domain_stats_add_int(stats, number, "dirtyrate.calc_status");
    domain_stats_add_llong(
        stats, json_integer_value(json_object_get(told, "start-time")),
        "dirtyrate.calc_start_time");
    domain_stats_add_int(
        stats, (int)json_integer_value(json_object_get(told, "calc-time")),
        "dirtyrate.calc_period");
    if (mode)
        domain_stats_add_string(stats, mode, "dirtyrate.calc_mode");
    if (json_is_integer(rate)) {
        domain_stats_add_llong(stats, json_integer_value(rate),
                               "dirtyrate.megabytes_per_second");
    }
}

/* In libvirt's order.  A reading call: nothing is recovered, and a QEMU that
 * hangs is waited for once and not by each group. */
static bool
add_all(virDomainPtr domain, unsigned groups, unsigned flags,
        DomainStats *stats, GError **error)
{
    static const struct {
        unsigned group;
        void (*add)(QemuDomain *vm, DomainStats *stats);
    } parts[] = {
        {VIR_DOMAIN_STATS_STATE, add_state},
        {VIR_DOMAIN_STATS_CPU_TOTAL, add_cpu},
        {VIR_DOMAIN_STATS_BALLOON, add_balloon},
        {VIR_DOMAIN_STATS_VCPU, add_vcpus},
        {VIR_DOMAIN_STATS_INTERFACE, add_interfaces},
        {VIR_DOMAIN_STATS_BLOCK, NULL},
        {VIR_DOMAIN_STATS_IOTHREAD, add_iothreads},
        {VIR_DOMAIN_STATS_DIRTYRATE, add_dirty_rate},
    };
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;

    if (!vm)
        return false;
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
        if (!(groups & parts[i].group))
            continue;
        /* The one group whose flags say more than that it is wanted. */
        if (parts[i].add) {
            parts[i].add(vm, stats);
        } else {
            add_blocks(vm, flags, stats);
        }
    }
    return true;
}

/* Which domains, and what becomes of one that goes meanwhile, is the same in
 * every driver. */
int
qemu_connect_domain_stats(virConnectPtr conn, const DomainStatsAsked *asked,
                          virDomainStatsRecordPtr **ret_records, GError **error)
{
    return domain_stats_collect(conn, asked, add_all, ret_records, error);
}
