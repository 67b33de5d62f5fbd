/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backups: by their ids with a peer of our own, and with a genuine libvirtd by
 * what it has in their place.
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
#include "xml/reader.h"

#include <libvirt/libvirt-strandline.h>

#define PROCEDURE(name) procedure_find(RPC_PROGRAM_REMOTE, REMOTE_##name)

bool
remote_is_only_backup(virDomainPtr domain, int id, GError **error)
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
    return remote_is_only_backup(domain, id, error) ? show_only(domain, error)
                                                    : NULL;
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
        return remote_job_abort(domain, ANY_ID, error) < 0 ? -1 : 1;
    if (is_given_up)
        return remote_job_abort(domain, ANY_ID, error);
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
    return remote_is_only_backup(domain, id, error)
               ? end_only(domain, flags, error)
               : -1;
}
