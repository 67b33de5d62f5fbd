/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs: by their ids and handles with a peer of our own, and with a genuine
 * libvirtd by what its statistics tell.
 *
 * libvirt's daemon runs one job of a domain at a time and has no id for it.
 * What runs is told apart by its operation: a backup is job 1, as for the calls
 * about backups, and everything else is the default job, 0, which is always
 * listed.  The job that ended last is remembered there until somebody reads it
 * or the next one begins, and that is all the past there is.
 *
 * So an id does not outlive its backup as it does with a peer of our own: a
 * handle of an earlier backup means the one that runs now.  Nothing on that
 * wire could tell them apart.
 */
#include "base/error.h"
#include "base/typed_params.h"
#include "remote/call.h"
#include "remote/calls_made.h"
#include "remote/members.h"
#include "rpc/wire_objects.h"
#include "rpc/wire_params.h"

#include <libvirt/libvirt-strandline.h>

#define PROCEDURE(name) procedure_find(RPC_PROGRAM_REMOTE, REMOTE_##name)
#define OURS(name)      procedure_find(RPC_PROGRAM_STRANDLINE, STRANDLINE_##name)

/* What libvirt's daemon tells of its one job. */
typedef struct {
    int type;      /* virDomainJobType; NONE: there is no such job */
    int operation; /* virDomainJobOperation */
} OnlyJob;

static int
operation_of(const JobStats *stats)
{
    virTypedParameterPtr param = typed_params_find(
        stats->params, stats->nparams, VIR_DOMAIN_JOB_OPERATION);

    return param && param->type == VIR_TYPED_PARAM_INT
               ? param->value.i
               : VIR_DOMAIN_JOB_OPERATION_UNKNOWN;
}

/* With @flags as for the statistics: the one that runs, or the one that ended
 * last.  A domain that does not run has none, which is no failure here. */
static bool
look(virDomainPtr domain, unsigned flags, OnlyJob *ret_job, GError **error)
{
    JobStats stats = {0};
    GError *reason = NULL;

    *ret_job = (OnlyJob){VIR_DOMAIN_JOB_NONE, VIR_DOMAIN_JOB_OPERATION_UNKNOWN};
    if (remote_job_stats(domain, ANY_ID, flags, &stats, &reason) == 0) {
        ret_job->type = stats.type;
        ret_job->operation = operation_of(&stats);
        typed_params_free(stats.params, stats.nparams);
        return true;
    }
    if (error_is(reason, VIR_ERR_OPERATION_INVALID)) {
        g_error_free(reason);
        return true;
    }
    g_propagate_error(error, reason);
    return false;
}

static bool
is_backup(const OnlyJob *job)
{
    return job->type != VIR_DOMAIN_JOB_NONE &&
           job->operation == VIR_DOMAIN_JOB_OPERATION_BACKUP;
}

/* The one that ended last, without making the peer forget it. */
static bool
look_back(virDomainPtr domain, OnlyJob *ret_job, GError **error)
{
    return look(domain,
                VIR_DOMAIN_JOB_STATS_COMPLETED |
                    VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED,
                ret_job, error);
}

/* The default job, and the backup if one is under way. */
static int
list_only_ids(virDomainPtr domain, virDomainJobId **ret_ids, GError **error)
{
    OnlyJob job;
    int count = 1;

    if (!look(domain, 0, &job, error))
        return -1;
    *ret_ids = g_new0(virDomainJobId, 2);
    if (is_backup(&job)) {
        (*ret_ids)[count++] = (virDomainJobId){job.type, ONLY_ID};
    } else {
        (*ret_ids)[0].type = job.type;
    }
    return count;
}

/* Ours have as many as they like; the list's limit is the wire's. */
int
remote_job_list_ids(virDomainPtr domain, virDomainJobId **ret_ids,
                    GError **error)
{
    const Procedure *procedure = OURS(DOMAIN_LIST_JOB_IDS);
    WireDomainFlags args = {0};
    WireJobIds ret = {0};
    int count = 0;

    if (!remote_is_strandline(domain->conn))
        return list_only_ids(domain, ret_ids, error);
    wire_domain_lend(domain, &args.domain);
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    count = (int)ret.ids.ids_len;
    *ret_ids = g_new0(virDomainJobId, MAX(count, 1));
    for (int i = 0; i < count; i++) {
        (*ret_ids)[i].type = ret.ids.ids_val[i].type;
        (*ret_ids)[i].id = ret.ids.ids_val[i].id;
    }
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return count;
}

/* Of the default job: what runs, unless that is a backup. */
static virDomainJobPtr
default_handle(virDomainPtr domain, const OnlyJob *job)
{
    return is_backup(job)
               ? job_object_new(domain, DEFAULT_ID, VIR_DOMAIN_JOB_NONE,
                                VIR_DOMAIN_JOB_OPERATION_UNKNOWN)
               : job_object_new(domain, DEFAULT_ID, job->type, job->operation);
}

static virDomainJobPtr
backup_handle(virDomainPtr domain, const OnlyJob *job)
{
    return job_object_new(domain, ONLY_ID, job->type, job->operation);
}

/* One that ended is not listed beside one that runs: they would have the same
 * id. */
static int
list_only(virDomainPtr domain, unsigned flags, virDomainJobPtr **ret_jobs,
          GError **error)
{
    virDomainJobPtr *handles = NULL;
    OnlyJob running;
    OnlyJob backup;
    int count = 0;

    if (!look(domain, 0, &running, error))
        return -1;
    backup = running;
    if (!is_backup(&running) && (flags & VIR_DOMAIN_LIST_JOBS_COMPLETED) &&
        !look_back(domain, &backup, error))
        return -1;
    /* Two jobs, and NULL after them. */
    handles = g_new0(virDomainJobPtr, 3);
    handles[count++] = default_handle(domain, &running);
    if (is_backup(&backup))
        handles[count++] = backup_handle(domain, &backup);
    *ret_jobs = handles;
    return count;
}

/* Flags are judged here for a peer that never sees them. */
int
remote_job_list(virDomainPtr domain, virDomainJobPtr **ret_jobs, unsigned flags,
                GError **error)
{
    if (remote_is_strandline(domain->conn)) {
        return call_strandline_domain_list_all_jobs(domain, ret_jobs, flags,
                                                    error);
    }
    if (flags & ~(unsigned)VIR_DOMAIN_LIST_JOBS_COMPLETED) {
        fail(error, VIR_ERR_INVALID_ARG,
             "unsupported flags (0x%x) of virDomainListAllJobs", flags);
        return -1;
    }
    return list_only(domain, flags, ret_jobs, error);
}

/* The backup that runs or, if none does, the one that ended last. */
static virDomainJobPtr
lookup_only(virDomainPtr domain, int id, GError **error)
{
    OnlyJob job;

    if (!look(domain, 0, &job, error))
        return NULL;
    if (id == DEFAULT_ID)
        return default_handle(domain, &job);
    if (!is_backup(&job) && !look_back(domain, &job, error))
        return NULL;
    if (is_backup(&job))
        return backup_handle(domain, &job);
    fail(error, VIR_ERR_NO_DOMAIN_BACKUP,
         "domain '%s' has no backup, or has forgotten it", domain->name);
    return NULL;
}

/* An id that the peer cannot mean is refused without asking it. */
virDomainJobPtr
remote_job_lookup(virDomainPtr domain, int id, GError **error)
{
    if (remote_is_strandline(domain->conn))
        return call_strandline_domain_job_lookup_by_id(domain, id, error);
    if (id != DEFAULT_ID && !remote_is_only_backup(domain, id, error))
        return NULL;
    return lookup_only(domain, id, error);
}

/* The default job has no document, and none that could be ended. */
char *
remote_job_xml(virDomainPtr domain, int id, GError **error)
{
    return remote_is_strandline(domain->conn)
               ? call_strandline_domain_job_get_xml_desc(domain, id, error)
               : remote_backup_xml(domain, id, error);
}

/* As virDomainBackupEnd() without ABORT: a pull ends well, and a push that is not
 * done is refused. */
int
remote_job_end(virDomainPtr domain, int id, GError **error)
{
    return remote_is_strandline(domain->conn)
               ? call_strandline_domain_job_end(domain, id, error)
               : remote_backup_end(domain, id, 0, error);
}

/* Takes the reply into *@ret_stats. */
static bool
call_stats(virDomainPtr domain, const Procedure *procedure, const void *args,
           JobStats *ret_stats, GError **error)
{
    WireJobStats ret = {0};
    bool is_read = false;

    if (!remote_call(domain->conn, procedure, args, &ret, error))
        return false;
    ret_stats->type = ret.type;
    is_read =
        wire_params_decode(ret.params.params_val, ret.params.params_len,
                           &ret_stats->params, &ret_stats->nparams, error);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return is_read;
}

/* libvirt's call without an id has what there is to tell of any job. */
static bool
any_stats(virDomainPtr domain, unsigned flags, JobStats *ret_stats,
          GError **error)
{
    WireDomainFlags args = {.flags = flags};

    wire_domain_lend(domain, &args.domain);
    return call_stats(domain, PROCEDURE(DOMAIN_GET_JOB_STATS), &args, ret_stats,
                      error);
}

/* Of what is not the job that was asked for, nothing is told. */
static void
keep_only(int id, JobStats *stats)
{
    const OnlyJob job = {stats->type, operation_of(stats)};

    if (is_backup(&job) == (id == ONLY_ID))
        return;
    typed_params_free(stats->params, stats->nparams);
    *stats = (JobStats){.type = VIR_DOMAIN_JOB_NONE};
}

/* The backup that runs or, as with a peer that has ids, the one that ended and
 * is remembered, which stays so. */
static bool
only_stats(virDomainPtr domain, int id, unsigned flags, JobStats *ret_stats,
           GError **error)
{
    const unsigned kept =
        VIR_DOMAIN_JOB_STATS_COMPLETED | VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED;

    if (!any_stats(domain, flags, ret_stats, error))
        return false;
    keep_only(id, ret_stats);
    if (id == DEFAULT_ID || flags & VIR_DOMAIN_JOB_STATS_COMPLETED ||
        ret_stats->type != VIR_DOMAIN_JOB_NONE)
        return true;
    if (!any_stats(domain, kept, ret_stats, error))
        return false;
    keep_only(id, ret_stats);
    return true;
}

/* Calls without an id are libvirt's own with either peer: strandlined answers
 * them by the rule for several jobs. */
int
remote_job_stats(virDomainPtr domain, int id, unsigned flags,
                 JobStats *ret_stats, GError **error)
{
    WireDomainNumberFlags args = {.number = id, .flags = flags};
    bool is_told = false;

    if (id == ANY_ID) {
        is_told = any_stats(domain, flags, ret_stats, error);
    } else if (remote_is_strandline(domain->conn)) {
        wire_domain_lend(domain, &args.domain);
        is_told = call_stats(domain, OURS(DOMAIN_JOB_GET_STATS), &args,
                             ret_stats, error);
    } else if (id == DEFAULT_ID || remote_is_only_backup(domain, id, error)) {
        is_told = only_stats(domain, id, flags, ret_stats, error);
    }
    return is_told ? 0 : -1;
}

/* By libvirt's one call for all ends, which takes no id: what an id does not
 * mean must not meet it. */
static int
abort_only(virDomainPtr domain, int id, GError **error)
{
    WireDomain args = {0};
    OnlyJob job;

    if (id != ANY_ID) {
        if (!look(domain, 0, &job, error))
            return -1;
        if (job.type == VIR_DOMAIN_JOB_NONE ||
            is_backup(&job) != (id == ONLY_ID)) {
            fail(error, VIR_ERR_OPERATION_INVALID,
                 "job %d of domain '%s' does not run", id, domain->name);
            return -1;
        }
    }
    wire_domain_lend(domain, &args);
    return remote_call(domain->conn, PROCEDURE(DOMAIN_ABORT_JOB), &args, NULL,
                       error)
               ? 0
               : -1;
}

/* With libvirt's daemon the checkpoint that was made with the backup stays, as
 * it does for libvirt's own clients. */
int
remote_job_abort(virDomainPtr domain, int id, GError **error)
{
    if (id != ANY_ID && remote_is_strandline(domain->conn))
        return call_strandline_domain_job_abort(domain, id, error);
    if (id > ONLY_ID && !remote_is_only_backup(domain, id, error))
        return -1;
    return abort_only(domain, id, error);
}

/* Keeps of @domains (NULL-terminated, @count) those of which @is_wanted says
 * whether they have a backup under way; one that went since it was listed is
 * none.  Returns how many are left. */
static int
keep_by_backup(virDomainPtr *domains, int count, bool is_wanted)
{
    int kept = 0;

    for (int i = 0; i < count; i++) {
        OnlyJob job;

        if (look(domains[i], 0, &job, NULL) && is_backup(&job) == is_wanted) {
            domains[kept++] = domains[i];
        } else {
            domain_object_unref(domains[i]);
        }
    }
    domains[kept] = NULL;
    return kept;
}

/* libvirt's daemon knows no filter for backups: each domain is asked. */
int
remote_list_domains(virConnectPtr conn, virDomainPtr **ret_domains,
                    unsigned flags, GError **error)
{
    const unsigned with = VIR_CONNECT_LIST_DOMAINS_HAS_BACKUP_JOB;
    const unsigned both = with | VIR_CONNECT_LIST_DOMAINS_NO_BACKUP_JOB;
    unsigned wanted = flags & both;
    int count = 0;

    if (wanted == 0 || remote_is_strandline(conn)) {
        return call_remote_connect_list_all_domains(conn, ret_domains, flags,
                                                    error);
    }
    count = call_remote_connect_list_all_domains(conn, ret_domains,
                                                 flags & ~both, error);
    return count < 0 || wanted == both
               ? count
               : keep_by_backup(*ret_domains, count, wanted == with);
}
