/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processor time as typed parameters, one row of them a processor. */
#include "api/call.h"

#include <libvirt/libvirt-domain.h>
#include <string.h>

enum { CPUS_MAX = 128, TOTAL = -1 };

typedef struct {
    const char *name;
    size_t offset; /* in CpuStats */
} Figure;

static const Figure total_figures[] = {
    {VIR_DOMAIN_CPU_STATS_CPUTIME, offsetof(CpuStats, cpu_time)},
    {VIR_DOMAIN_CPU_STATS_USERTIME, offsetof(CpuStats, user_time)},
    {VIR_DOMAIN_CPU_STATS_SYSTEMTIME, offsetof(CpuStats, system_time)},
};
static const Figure cpu_figures[] = {
    {VIR_DOMAIN_CPU_STATS_CPUTIME, offsetof(CpuStats, cpu_time)},
    {VIR_DOMAIN_CPU_STATS_VCPUTIME, offsetof(CpuStats, vcpu_time)},
};

typedef struct {
    const Figure *figures;
    unsigned count;
} Row;

/* libvirt has other figures of the total than of one processor. */
static Row
row_of(int start_cpu)
{
    const Row total = {total_figures, G_N_ELEMENTS(total_figures)};
    const Row one = {cpu_figures, G_N_ELEMENTS(cpu_figures)};

    return start_cpu == TOTAL ? total : one;
}

/* As far as @room goes. */
static void
fill_row(Row row, const CpuStats *stats, virTypedParameterPtr params,
         unsigned room)
{
    for (unsigned i = 0; i < MIN(row.count, room); i++) {
        g_strlcpy(params[i].field, row.figures[i].name,
                  sizeof(params[i].field));
        params[i].type = VIR_TYPED_PARAM_ULLONG;
        params[i].value.ul =
            G_STRUCT_MEMBER(unsigned long long, stats, row.figures[i].offset);
    }
}

/* What goes together; the rest is the driver's to say. */
static bool
numbers_agree(const ApiCall *call, bool has_params, const unsigned *counts,
              int start_cpu)
{
    const ApiCall api = *call;
    const bool api_failure = false;
    const unsigned nparams = counts[0];
    const unsigned ncpus = counts[1];

    API_CLAIM(start_cpu >= TOTAL, "start_cpu", "-1, or a processor's number");
    API_CLAIM(start_cpu != TOTAL || ncpus == 1, "ncpus", "1 for the total");
    API_CLAIM(has_params == (nparams > 0), "nparams",
              "0 exactly if params is NULL");
    API_CLAIM(ncpus > 0 || (!has_params && start_cpu == 0), "ncpus",
              "0 only to count the processors");
    API_CLAIM(ncpus <= CPUS_MAX, "ncpus", "at most 128");
    return true;
}

/* How many processors the host has; 0 after telling why that is not known. */
static int
ask(const ApiCall *call, virDomainPtr domain, int cpu, CpuStats *ret_stats)
{
    const ApiCall api = *call;
    const int api_failure = 0;
    int present = 0;

    API_CALL(present, API_IS_NEGATIVE, domain_cpu_stats, domain, cpu,
             ret_stats);
    return present;
}

/* Three questions in one call, told apart by what is NULL or 0: how many
 * processors, how many figures of each, and the figures. */
int
virDomainGetCPUStats(virDomainPtr domain, virTypedParameterPtr params,
                     unsigned int nparams, int start_cpu, unsigned int ncpus,
                     unsigned int flags)
{
    const Row row = row_of(start_cpu);
    const unsigned counts[] = {nparams, ncpus};
    CpuStats stats = {0};
    int present = 0;

    API_ENTER(domain, domain, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_CHECK(numbers_agree(&api, params != NULL, counts, start_cpu));
    present = ask(&api, domain, start_cpu, &stats);
    if (present == 0)
        return -1;
    if (ncpus == 0)
        return present;
    if (!params)
        return (int)row.count;
    API_CLAIM(start_cpu < present, "start_cpu", "a processor of the host");
    /* Also those of processors that are not there: "type 0" tells them. */
    memset(params, 0, (size_t)nparams * ncpus * sizeof(*params));
    for (unsigned i = 0; i < ncpus && start_cpu + (int)i < present; i++) {
        if (!ask(&api, domain, start_cpu + (int)i, &stats))
            return -1;
        fill_row(row, &stats, params + (size_t)i * nparams, nparams);
    }
    return (int)MIN(row.count, nparams);
}
