/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backups and jobs for clients of libvirt's programs, which know no ids.
 *
 * A call without an id means the backup that this client began last on the
 * domain, else the newest there is.
 */
#include "api/error.h"
#include "base/lock.h"
#include "daemon/serve_made.h"
#include "driver/driver.h"
#include "rpc/flags.h"
#include "rpc/wire_objects.h"
#include "rpc/wire_params.h"

#include <libvirt/libvirt-strandline.h>

struct ServeBackups {
    Lock lock;
    GHashTable *ids; /* UUID in text -> id of the backup begun last */
};

ServeBackups *
serve_backups_new(void)
{
    ServeBackups *backups = g_new0(ServeBackups, 1);

    lock_init(&backups->lock);
    backups->ids = g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
                                         (GDestroyNotify)g_bytes_unref, NULL);
    return backups;
}

void
serve_backups_free(ServeBackups *backups)
{
    if (!backups)
        return;
    g_hash_table_destroy(backups->ids);
    lock_clear(&backups->lock);
    g_free(backups);
}

/* The newest replaces what was there: a client without ids has one backup of a
 * domain in mind. */
static void
remember(ServeBackups *backups, virDomainPtr domain, int id)
{
    if (!backups)
        return;
    LOCK_SCOPE(&backups->lock);
    g_hash_table_insert(backups->ids,
                        g_bytes_new(domain->uuid, sizeof(domain->uuid)),
                        GINT_TO_POINTER(id));
}

/* 0: none. */
static int
remembered(ServeBackups *backups, virDomainPtr domain)
{
    g_autoptr(GBytes) uuid = NULL;

    if (!backups)
        return 0;
    uuid = g_bytes_new(domain->uuid, sizeof(domain->uuid));
    LOCK_SCOPE(&backups->lock);
    return GPOINTER_TO_INT(g_hash_table_lookup(backups->ids, uuid));
}

/* libvirt's flags and its answer, which is nothing; the id stays with the
 * connection.  No client of this procedure has a call that ends a push. */
bool
serve_remote_domain_backup_begin(Serve *serve, const void *body, void *ret_body)
{
    const WireBackupBegin *args = body;
    g_autoptr(GError) error = NULL;
    virDomainPtr domain = NULL;
    unsigned flags = 0;
    int id = -1;

    (void)ret_body;
    if (!flags_backup_begin_from_libvirt(args->flags, &flags, &error)) {
        error_raise(serve->conn->driver->error_domain, error);
        return false;
    }
    domain = wire_domain_to(serve->conn, &args->domain);
    if (serve_allowed(serve, domain, flags)) {
        id = virDomainBackupBegin(
            domain, args->backup_xml, wire_text(args->checkpoint_xml),
            flags | VIR_DOMAIN_BACKUP_BEGIN_END_WHEN_DONE);
    }
    if (id > 0) {
        remember(serve->backups, domain, id);
        serve_began(serve, id);
    }
    domain_object_unref(domain);
    return id > 0;
}

/* Of the backups under way: @own if it is one of them, else the newest; 0 if
 * there is none, -1 on error. */
static int
choose_backup(virDomainPtr domain, int own)
{
    virDomainJobPtr *jobs = NULL;
    int count = virDomainListAllJobs(domain, &jobs, 0);
    int newest = 0;
    bool is_own = false;

    if (count < 0)
        return -1;
    for (int i = 0; i < count; i++) {
        if (jobs[i]->operation == VIR_DOMAIN_JOB_OPERATION_BACKUP) {
            newest = MAX(newest, jobs[i]->id);
            is_own = is_own || jobs[i]->id == own;
        }
        job_object_unref(jobs[i]);
    }
    g_free(jobs);
    return is_own ? own : newest;
}

/* No id came, so one is chosen. */
bool
serve_remote_domain_backup_get_xml_desc(Serve *serve, const void *body,
                                        void *ret_body)
{
    const WireDomainFlags *args = body;
    WireText *ret = ret_body;
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    int id = -1;

    if (serve_allowed(serve, domain, args->flags))
        id = choose_backup(domain, remembered(serve->backups, domain));
    if (id > 0) {
        *ret = virDomainBackupGetXMLDesc(domain, id, args->flags);
    } else if (id == 0) {
        error_raise_text(serve->conn->driver->error_domain,
                         VIR_ERR_NO_DOMAIN_BACKUP,
                         "domain '%s' has no backup under way", domain->name);
    }
    domain_object_unref(domain);
    return *ret != NULL;
}

/* A pair for each: no other call returns an array of these. */
bool
serve_strandline_domain_list_job_ids(Serve *serve, const void *body,
                                     void *ret_body)
{
    const WireDomainFlags *args = body;
    WireJobIds *ret = ret_body;
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    virDomainJobId *ids = NULL;
    int count = -1;

    if (serve_allowed(serve, domain, args->flags))
        count = virDomainListJobIds(domain, &ids, args->flags);
    domain_object_unref(domain);
    if (count < 0)
        return false;
    ret->ids.ids_len = count;
    ret->ids.ids_val = g_new0(WireJobId, count);
    for (int i = 0; i < count; i++) {
        ret->ids.ids_val[i].type = ids[i].type;
        ret->ids.ids_val[i].id = ids[i].id;
    }
    g_free(ids);
    return true;
}

/* A push that has copied everything and waits for its end is a job to those who
 * know ends.  libvirt's clients do not: for them it is over, as it would be
 * there, and they find it among the completed ones. */
static bool
is_over_for(const Serve *serve, unsigned flags, int type)
{
    return !serve->is_ours && type == VIR_DOMAIN_JOB_COMPLETED &&
           !(flags & VIR_DOMAIN_JOB_STATS_COMPLETED);
}

bool
serve_remote_domain_get_job_stats(Serve *serve, const void *body,
                                  void *ret_body)
{
    const WireDomainFlags *args = body;
    WireJobStats *ret = ret_body;
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    virTypedParameterPtr params = NULL;
    int nparams = 0;
    int value = -1;

    if (serve_allowed(serve, domain, args->flags)) {
        value = virDomainGetJobStats(domain, &ret->type, &params, &nparams,
                                     args->flags);
    }
    domain_object_unref(domain);
    if (value < 0)
        return false;
    if (is_over_for(serve, args->flags, ret->type)) {
        virTypedParamsFree(params, nparams);
        ret->type = VIR_DOMAIN_JOB_NONE;
        return true;
    }
    ret->params.params_val = wire_params_own(params, nparams);
    ret->params.params_len = nparams;
    return true;
}
