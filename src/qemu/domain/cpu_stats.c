/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/domain/cpu_stats.h"

#include "base/error.h"
#include "qemu/domain.h"
#include "qemu/domain/domain_calls.h"

#include <string.h>
#include <unistd.h>

enum { USER_FIELD = 12, SYSTEM_FIELD = 13, NS_PER_S = 1000 * 1000 * 1000 };

typedef struct {
    unsigned long long user; /* nanoseconds */
    unsigned long long system;
} Used;

/* Clock ticks in the field number @index as nanoseconds. */
static bool
parse_ticks(char **fields, guint index, unsigned long long *ret_time)
{
    guint64 per_tick = NS_PER_S / (guint64)sysconf(_SC_CLK_TCK);
    guint64 ticks = 0;

    if (index >= g_strv_length(fields) ||
        !g_ascii_string_to_unsigned(fields[index], 10, 0,
                                    G_MAXUINT64 / per_tick, &ticks, NULL))
        return false;
    *ret_time = ticks * per_tick;
    return true;
}

/* "4711 (qemu (x)) S 1 ...": the name may hold anything, the last parenthesis
 * ends it.  utime and stime are the 12th and 13th field behind it. */
static bool
parse_stat(const char *text, Used *ret_used)
{
    const char *rest = strrchr(text, ')');
    g_auto(GStrv) fields = g_strsplit(rest ? rest : "", " ", -1);

    /* The parenthesis itself is field 0. */
    return parse_ticks(fields, USER_FIELD, &ret_used->user) &&
           parse_ticks(fields, SYSTEM_FIELD, &ret_used->system);
}

/* In clock ticks, so that two readings within 10 ms may be the same. */
bool
cpu_stats_read_file(const char *path, CpuStats *ret_stats)
{
    g_autofree char *text = NULL;
    Used used = {0};

    if (!g_file_get_contents(path, &text, NULL, NULL) ||
        !parse_stat(text, &used))
        return false;
    ret_stats->cpu_time = used.user + used.system;
    ret_stats->user_time = used.user;
    ret_stats->system_time = used.system;
    return true;
}

/* The process is known to be ours: the call's begin compared its start time. */
bool
cpu_stats_read(const QemuDomain *vm, CpuStats *ret_stats, GError **error)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)vm->pid);

    if (cpu_stats_read_file(path, ret_stats))
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "the kernel does not tell what QEMU of domain '%s' used",
                vm->name);
}

/* The kernel counts a process' time as a whole, and keeps no figure for each of
 * the host's processors. */
static bool
check_wish(int cpu, GError **error)
{
    if (cpu < 0)
        return true;
    return fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
                "the kernel does not count a machine's time by processor; ask "
                "for the total (start_cpu -1)");
}

/* A reading call: a machine that hangs is one whose time is of interest. */
int
qemu_domain_cpu_stats(virDomainPtr domain, int cpu, CpuStats *ret_stats,
                      GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;

    if (!vm)
        return -1;
    if (!qemu_domain_is_active(vm)) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "domain '%s' does not run; start it first", vm->name);
        return -1;
    }
    return check_wish(cpu, error) && cpu_stats_read(vm, ret_stats, error) ? 1
                                                                          : -1;
}
