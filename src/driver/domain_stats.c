/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/domain_stats.h"

#include "base/error.h"
#include "base/flags.h"
#include "base/typed_params.h"

#include <stdarg.h>
#include <string.h>

enum {
    ALL_GROUPS = (VIR_DOMAIN_STATS_VM << 1) - 1,
    /* These choose domains, by the numbers of virConnectListAllDomains(). */
    FILTERS = (VIR_CONNECT_GET_ALL_DOMAINS_STATS_OTHER << 1) - 1,
};

#define KNOWN_FLAGS                                       \
    (FILTERS | VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT | \
     VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING |          \
     (unsigned)VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS)

/* The texts too: whoever took the parameters over has left none here. */
void
domain_stats_clear(DomainStats *stats)
{
    typed_params_free(stats->params, stats->nparams);
    *stats = (DomainStats){0};
}

/* The parameters change hands, with their texts. */
void
domain_stats_append(DomainStats *stats, DomainStats *more)
{
    int count = stats->nparams + more->nparams;

    if (more->nparams == 0)
        return;
    stats->params = g_renew(virTypedParameter, stats->params, count);
    memcpy(stats->params + stats->nparams, more->params,
           sizeof(*more->params) * (gsize)more->nparams);
    stats->nparams = count;
    g_free(more->params);
    *more = (DomainStats){0};
}

virDomainStatsRecordPtr
domain_stats_record_new(virDomainPtr domain, DomainStats *stats)
{
    virDomainStatsRecordPtr record = g_new0(virDomainStatsRecord, 1);

    /* A handle of its own: the caller's may be gone before the record is. */
    record->dom = domain_object_new(domain->conn, domain->name, domain->uuid,
                                    domain_object_id(domain));
    record->params = g_steal_pointer(&stats->params);
    record->nparams = stats->nparams;
    stats->nparams = 0;
    return record;
}

/* Each with its own reference of the domain; NULL, and a list that a failure
 * left half filled, are fine: it ends with a NULL in any case. */
void
domain_stats_free(virDomainStatsRecordPtr *records)
{
    for (virDomainStatsRecordPtr *record = records; record && *record;
         record++) {
        domain_object_unref((*record)->dom);
        typed_params_free((*record)->params, (*record)->nparams);
        g_free(*record);
    }
    g_free(records);
}

/* ---- which domains ---- */

/* NULL @asked: everybody. */
static bool
is_asked(const DomainStatsAsked *asked, virDomainPtr domain)
{
    for (virDomainPtr *one = asked->domains; one && *one; one++) {
        if (memcmp((*one)->uuid, domain->uuid, VIR_UUID_BUFLEN) == 0)
            return true;
    }
    return !asked->domains;
}

/* Those that were named are not listed unless a filter has to judge them:
 * listing costs a look at every domain of the host. */
static virDomainPtr *
choose(virConnectPtr conn, const DomainStatsAsked *asked, GError **error)
{
    virDomainPtr *list = NULL;
    guint count = 0;

    if (!asked->domains || asked->flags & FILTERS) {
        return conn->driver->connect_list_domains(
                   conn, &list, asked->flags & FILTERS, error) < 0
                   ? NULL
                   : list;
    }
    for (virDomainPtr *one = asked->domains; *one; one++)
        count++;
    list = g_new0(virDomainPtr, count + 1);
    for (guint i = 0; i < count; i++) {
        virDomainPtr one = asked->domains[i];

        list[i] = domain_object_new(conn, one->name, one->uuid,
                                    domain_object_id(one));
    }
    return list;
}

/* A group that is not known is no error unless that was asked: a client may
 * be newer than its daemon, and takes what there is. */
static bool
check(const DomainStatsAsked *asked, GError **error)
{
    unsigned unknown = asked->groups & ~(unsigned)ALL_GROUPS;

    if (!flags_check(asked->flags, KNOWN_FLAGS, "statistics of domains", error))
        return false;
    if (!unknown ||
        !(asked->flags &
          (unsigned)VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS))
        return true;
    return fail(error, VIR_ERR_ARGUMENT_UNSUPPORTED,
                "there are no statistics of the groups 0x%x", unknown);
}

/* A domain that ended between the list and its turn is none. */
static bool
add_record(virDomainPtr domain, const DomainStatsAsked *asked,
           DomainStatsFunc one, GPtrArray *records, GError **error)
{
    g_auto(DomainStats) stats = {0};
    GError *problem = NULL;
    unsigned groups =
        asked->groups ? asked->groups & ALL_GROUPS : (unsigned)ALL_GROUPS;

    if (one(domain, groups, asked->flags, &stats, &problem)) {
        g_ptr_array_add(records, domain_stats_record_new(domain, &stats));
        return true;
    }
    if (error_is(problem, VIR_ERR_NO_DOMAIN)) {
        g_error_free(problem);
        return true;
    }
    g_propagate_error(error, problem);
    return false;
}

/* Domain by domain, each with a lock of its own: figures of a hundred machines
 * keep nobody waiting for longer than those of one. */
int
domain_stats_collect(virConnectPtr conn, const DomainStatsAsked *asked,
                     DomainStatsFunc one, virDomainStatsRecordPtr **ret_records,
                     GError **error)
{
    GPtrArray *records = NULL;
    virDomainPtr *list =
        check(asked, error) ? choose(conn, asked, error) : NULL;
    bool is_done = list != NULL;
    int count = -1;

    if (!list)
        return -1;
    records = g_ptr_array_new();
    /* In the order of the list, which is that of names if it was made here. */
    for (virDomainPtr *domain = list; is_done && *domain; domain++) {
        is_done = !is_asked(asked, *domain) ||
                  add_record(*domain, asked, one, records, error);
    }
    domain_object_list_free(list);
    count = (int)records->len;
    g_ptr_array_add(records, NULL);
    if (!is_done) {
        domain_stats_free(
            (virDomainStatsRecordPtr *)g_ptr_array_free(records, FALSE));
        return -1;
    }
    *ret_records = (virDomainStatsRecordPtr *)g_ptr_array_free(records, FALSE);
    return count;
}

/* ---- figures ---- */

/* Names are ours, and fit; numbers in them are bounded by the readers. */
static virTypedParameterPtr
append(DomainStats *stats, int type, const char *format, va_list args)
{
    g_autofree char *name = g_strdup_vprintf(format, args);
    virTypedParameterPtr param = typed_params_append(
        &stats->params, &stats->nparams, NULL, name, type, NULL);

    g_assert(param);
    return param;
}

/* The same five lines for each type: the union's member is its difference. */
#define DEFINE_ADD(function, ctype, tag, member)                            \
    void function(DomainStats *stats, ctype value, const char *format, ...) \
    {                                                                       \
        va_list args;                                                       \
                                                                            \
        va_start(args, format);                                             \
        append(stats, tag, format, args)->value.member = value;             \
        va_end(args);                                                       \
    }

DEFINE_ADD(domain_stats_add_int, int, VIR_TYPED_PARAM_INT, i)
DEFINE_ADD(domain_stats_add_uint, unsigned, VIR_TYPED_PARAM_UINT, ui)
DEFINE_ADD(domain_stats_add_llong, long long, VIR_TYPED_PARAM_LLONG, l)
DEFINE_ADD(domain_stats_add_ullong, unsigned long long, VIR_TYPED_PARAM_ULLONG,
           ul)

/* A text has an owner, which the numbers have not: a copy of its own. */
void
domain_stats_add_string(DomainStats *stats, const char *value,
                        const char *format, ...)
{
    va_list args;

    va_start(args, format);
    append(stats, VIR_TYPED_PARAM_STRING, format, args)->value.s =
        g_strdup(value);
    va_end(args);
}

/* The numbers of virDomainGetState(), as libvirt gives them. */
void
domain_stats_add_state(DomainStats *stats, int state, int reason)
{
    domain_stats_add_int(stats, state, "state.state");
    domain_stats_add_int(stats, reason, "state.reason");
}

/* Of the whole process: what QEMU itself does is the machine's cost, too. */
void
domain_stats_add_cpu(DomainStats *stats, const CpuStats *cpu)
{
    domain_stats_add_ullong(stats, cpu->cpu_time, "cpu.time");
    domain_stats_add_ullong(stats, cpu->user_time, "cpu.user");
    domain_stats_add_ullong(stats, cpu->system_time, "cpu.system");
}

/* -1 is what QEMU did not tell. */
static void
add_done(DomainStats *stats, unsigned number, const BlockStats *done)
{
    const struct {
        const char *name;
        long long value;
    } figures[] = {
        {"rd.reqs", done->read_requests},  {"rd.bytes", done->read_bytes},
        {"rd.times", done->read_times},    {"wr.reqs", done->write_requests},
        {"wr.bytes", done->write_bytes},   {"wr.times", done->write_times},
        {"fl.reqs", done->flush_requests}, {"fl.times", done->flush_times},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(figures); i++) {
        if (figures[i].value >= 0) {
            domain_stats_add_ullong(stats, (unsigned long long)figures[i].value,
                                    "block.%u.%s", number, figures[i].name);
        }
    }
}

/* In libvirt's order. What is NULL or 0 has no line at all: a client tells
 * "not known" from "nothing" by that. */
void
domain_stats_add_block(DomainStats *stats, unsigned number,
                       const DomainStatsBlock *block)
{
    domain_stats_add_string(stats, block->name, "block.%u.name", number);
    if (block->path)
        domain_stats_add_string(stats, block->path, "block.%u.path", number);
    if (block->backing_index > 0) {
        domain_stats_add_uint(stats, block->backing_index,
                              "block.%u.backingIndex", number);
    }
    if (block->done)
        add_done(stats, number, block->done);
    if (block->size) {
        domain_stats_add_ullong(stats, block->size->allocation,
                                "block.%u.allocation", number);
        domain_stats_add_ullong(stats, block->size->capacity,
                                "block.%u.capacity", number);
        domain_stats_add_ullong(stats, block->size->physical,
                                "block.%u.physical", number);
    }
    if (block->threshold > 0) {
        domain_stats_add_ullong(stats, block->threshold, "block.%u.threshold",
                                number);
    }
}
