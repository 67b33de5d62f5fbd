/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backups and jobs: by their ids with a peer of our own, and with a genuine
 * libvirtd by what it has in their place.
 *
 * libvirt knows one backup of a domain, without an id.  It gets the id 1 here,
 * beside the default job's 0; its end is what libvirt's clients do: aborting,
 * which is how a pull ends well, and for a push that is done, reading (and so
 * forgetting) its statistics.
 */
#include "base/error.h"
#include "base/typed_params.h"
#include "remote/call.h"
#include "remote/calls_made.h"
#include "remote/members.h"
#include "rpc/flags.h"
#include "rpc/wire_objects.h"
#include "rpc/wire_params.h"
#include "xml/reader.h"

#include <libvirt/libvirt-strandline.h>

enum { ONLY_ID = 1, ANY_ID = -1 };

#define PROCEDURE(name) procedure_find(RPC_PROGRAM_REMOTE, REMOTE_##name)
#define OURS(name)      procedure_find(RPC_PROGRAM_STRANDLINE, STRANDLINE_##name)

/* Ids that libvirt's daemon has no use for are judged before it is asked. */
static bool
is_only(virDomainPtr domain, int id, GError **error)
{
    return id == ONLY_ID ||
           fail(error, VIR_ERR_NO_DOMAIN_BACKUP,
                "domain '%s' has no backup with id %d: libvirt's daemon has "
                "one at a time, with id %d",
                domain->name, id, ONLY_ID);
}

/* The flags of the two programs are numbered otherwise; one that libvirt has not
 * got is refused before it is asked. */
int
remote_backup_begin(virDomainPtr domain, const char *disk_xml,
                    const char *checkpoint_xml, unsigned flags, GError **error)
{
    /* Not optional there; this means the same. */
    WireBackupBegin args = {
        .backup_xml = (char *)(disk_xml ? disk_xml : "<domainbackup/>"),
        .checkpoint_xml = checkpoint_xml ? (char **)&checkpoint_xml : NULL};

    if (remote_is_strandline(domain->conn)) {
        return call_strandline_domain_backup_begin(
            domain, disk_xml, checkpoint_xml, flags, error);
    }
    if (!flags_backup_begin_to_libvirt(flags, &args.flags, error))
        return -1;
    wire_domain_lend(domain, &args.domain);
    return remote_call(domain->conn, PROCEDURE(DOMAIN_BACKUP_BEGIN), &args,
                       NULL, error)
               ? ONLY_ID
               : -1;
}

/* Also how it is found out whether there is one: no other call tells. */
static char *
show_only(virDomainPtr domain, GError **error)
{
    WireDomainFlags args = {0};
    char *xml = NULL;

    wire_domain_lend(domain, &args.domain);
    (void)remote_call(domain->conn, PROCEDURE(DOMAIN_BACKUP_GET_XML_DESC),
                      &args, &xml, error);
    return xml;
}

/* With libvirt an id that is not the one backup's is refused here: it has no
 * argument for it, and would show another backup. */
char *
remote_backup_xml(virDomainPtr domain, int id, GError **error)
{
    if (remote_is_strandline(domain->conn))
        return call_strandline_domain_backup_get_xml_desc(domain, id, error);
    return is_only(domain, id, error) ? show_only(domain, error) : NULL;
}

/* libvirt's one call for all ends.  What it does to a pull is ending it. */
static int
abort_only(virDomainPtr domain, GError **error)
{
    WireDomain args = {0};

    wire_domain_lend(domain, &args);
    return remote_call(domain->conn, PROCEDURE(DOMAIN_ABORT_JOB), &args, NULL,
                       error)
               ? 0
               : -1;
}

/* How a backup ended that is not under way any more: 1 well, 0 aborted; it is
 * forgotten with the answer. */
static int
ended_how(virDomainPtr domain, GError **error)
{
    JobStats stats = {0};
    virTypedParameterPtr reason = NULL;
    int result = -1;

    if (remote_job_stats(domain, ANY_ID, VIR_DOMAIN_JOB_STATS_COMPLETED, &stats,
                         error) < 0)
        return -1;
    reason =
        typed_params_find(stats.params, stats.nparams, VIR_DOMAIN_JOB_ERRMSG);
    switch (stats.type) {
    case VIR_DOMAIN_JOB_COMPLETED:
        result = 1;
        break;
    case VIR_DOMAIN_JOB_CANCELLED:
        result = 0;
        break;
    case VIR_DOMAIN_JOB_FAILED:
        fail(error, VIR_ERR_OPERATION_FAILED,
             "the backup of domain '%s' has failed: %s", domain->name,
             reason && reason->type == VIR_TYPED_PARAM_STRING
                 ? reason->value.s
                 : "the peer did not say why");
        break;
    default:
        fail(error, VIR_ERR_NO_DOMAIN_BACKUP,
             "domain '%s' has no backup that could be ended", domain->name);
        break;
    }
    typed_params_free(stats.params, stats.nparams);
    return result;
}

/* Whether the document is of a pull; a push is what it is without a word. */
static bool
is_pull(const char *document)
{
    g_autoptr(XmlDocument) read =
        reader_parse(document, "the backup", "domainbackup", NULL);
    g_autofree char *mode =
        read ? reader_attribute(reader_root(read), "mode") : NULL;

    return g_strcmp0(mode, "pull") == 0;
}

/* What the proposal's call means, by what is under way: nothing (then it has
 * ended by itself, and how is in its record), a pull, or a push. */
static int
end_only(virDomainPtr domain, unsigned flags, GError **error)
{
    GError *reason = NULL;
    g_autofree char *document = show_only(domain, &reason);
    bool is_given_up = flags & VIR_DOMAIN_BACKUP_END_ABORT;

    if (error_is(reason, VIR_ERR_NO_DOMAIN_BACKUP)) {
        g_error_free(reason);
        return ended_how(domain, error);
    }
    if (!document) {
        g_propagate_error(error, reason);
        return -1;
    }
    if (is_pull(document))
        return abort_only(domain, error) < 0 ? -1 : 1;
    if (is_given_up)
        return abort_only(domain, error);
    fail(error, VIR_ERR_OPERATION_INVALID,
         "the backup of domain '%s' is not done yet: wait for it, or give it "
         "up with VIR_DOMAIN_BACKUP_END_ABORT",
         domain->name);
    return -1;
}

/* Flags are judged here for a peer that never sees them. */
int
remote_backup_end(virDomainPtr domain, int id, unsigned flags, GError **error)
{
    if (remote_is_strandline(domain->conn))
        return call_strandline_domain_backup_end(domain, id, flags, error);
    if (flags & ~(unsigned)VIR_DOMAIN_BACKUP_END_ABORT) {
        fail(error, VIR_ERR_INVALID_ARG,
             "unsupported flags (0x%x) of virDomainBackupEnd", flags);
        return -1;
    }
    return is_only(domain, id, error) ? end_only(domain, flags, error) : -1;
}

/* The default job, and the backup if one is under way. */
static int
list_only(virDomainPtr domain, virDomainJobId **ret_ids, GError **error)
{
    GError *reason = NULL;
    g_autofree char *document = show_only(domain, &reason);
    int count = 1;

    if (!document && !error_is(reason, VIR_ERR_NO_DOMAIN_BACKUP)) {
        g_propagate_error(error, reason);
        return -1;
    }
    g_clear_error(&reason);
    *ret_ids = g_new0(virDomainJobId, 2);
    if (document) {
        /* The state that libvirt gives every backup under way. */
        (*ret_ids)[count++] =
            (virDomainJobId){VIR_DOMAIN_JOB_UNBOUNDED, ONLY_ID};
    }
    return count;
}

int
remote_job_list_ids(virDomainPtr domain, virDomainJobId **ret_ids,
                    GError **error)
{
    const Procedure *procedure = OURS(DOMAIN_LIST_JOB_IDS);
    WireDomainFlags args = {0};
    WireJobIds ret = {0};
    int count = 0;

    if (!remote_is_strandline(domain->conn))
        return list_only(domain, ret_ids, error);
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

/* libvirt's call without an id has what there is to tell of any job. */
int
remote_job_stats(virDomainPtr domain, int id, unsigned flags,
                 JobStats *ret_stats, GError **error)
{
    bool is_ours = id != ANY_ID && remote_is_strandline(domain->conn);
    const Procedure *procedure =
        is_ours ? OURS(DOMAIN_JOB_GET_STATS) : PROCEDURE(DOMAIN_GET_JOB_STATS);
    WireDomainNumberFlags by_id = {.number = id, .flags = flags};
    WireDomainFlags any = {.flags = flags};
    WireJobStats ret = {0};
    bool is_read = false;

    wire_domain_lend(domain, &any.domain);
    by_id.domain = any.domain;
    if (!is_ours && id > ONLY_ID && !is_only(domain, id, error))
        return -1;
    if (!remote_call(domain->conn, procedure,
                     is_ours ? (const void *)&by_id : &any, &ret, error))
        return -1;
    ret_stats->type = ret.type;
    is_read =
        wire_params_decode(ret.params.params_val, ret.params.params_len,
                           &ret_stats->params, &ret_stats->nparams, error);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return is_read ? 0 : -1;
}

/* Job 0 with libvirt's daemon is whatever there is: it has one. */
int
remote_job_abort(virDomainPtr domain, int id, GError **error)
{
    if (id != ANY_ID && remote_is_strandline(domain->conn))
        return call_strandline_domain_job_abort(domain, id, error);
    if (id > ONLY_ID && !is_only(domain, id, error))
        return -1;
    return abort_only(domain, error);
}
