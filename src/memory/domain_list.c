/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which domains there are: listing with its filters, and looking one up. */
#include "base/error.h"
#include "base/flags.h"
#include "memory/domain.h"
#include "memory/domain_calls.h"
#include "memory/snapshot.h"

/* What a domain is, as the bits that ask for it. */
typedef bool (*HasTrait)(const MemoryDomain *vm);

/* Within a group any that is asked will do, and each group in which something
 * is asked must be met. */
typedef struct {
    unsigned group;
    unsigned bit;
    HasTrait has;
} Trait;

static bool
is_inactive(const MemoryDomain *vm)
{
    return !memory_domain_is_active(vm);
}

static bool
is_persistent(const MemoryDomain *vm)
{
    return vm->config != NULL;
}

static bool
is_transient(const MemoryDomain *vm)
{
    return !vm->config;
}

static bool
is_running(const MemoryDomain *vm)
{
    return vm->state == VIR_DOMAIN_RUNNING;
}

static bool
is_paused(const MemoryDomain *vm)
{
    return vm->state == VIR_DOMAIN_PAUSED;
}

static bool
is_shutoff(const MemoryDomain *vm)
{
    return vm->state == VIR_DOMAIN_SHUTOFF;
}

/* Shutting down, crashed, and what may come. */
static bool
is_other(const MemoryDomain *vm)
{
    return !is_running(vm) && !is_paused(vm) && !is_shutoff(vm);
}

static bool
is_autostart(const MemoryDomain *vm)
{
    return vm->is_autostart;
}

static bool
is_no_autostart(const MemoryDomain *vm)
{
    return !vm->is_autostart;
}

/* One will do; a list of them all would be made for nothing. */
static bool
has_checkpoint(const MemoryDomain *vm)
{
    const GPtrArray *records = checkpoint_tree_records(vm->checkpoints);

    for (guint i = 0; i < records->len; i++) {
        if (checkpoint_record_is_visible(g_ptr_array_index(records, i)))
            return true;
    }
    return false;
}

static bool
has_no_checkpoint(const MemoryDomain *vm)
{
    return !has_checkpoint(vm);
}

static bool
has_snapshot(const MemoryDomain *vm)
{
    return memory_snapshots_count(vm->snapshots) > 0;
}

static bool
has_no_snapshot(const MemoryDomain *vm)
{
    return !has_snapshot(vm);
}

/* One that is done and waits for its end uses nothing any more, and does not
 * count, as with QEMU. */
static bool
has_backup_job(const MemoryDomain *vm)
{
    return vm->backup != NULL;
}

static bool
has_no_backup_job(const MemoryDomain *vm)
{
    return !has_backup_job(vm);
}

static bool
has_saved(const MemoryDomain *vm)
{
    return vm->saved != NULL;
}

static bool
has_no_saved(const MemoryDomain *vm)
{
    return !has_saved(vm);
}

enum {
    GROUP_ACTIVE,
    GROUP_PERSISTENT,
    GROUP_STATE,
    GROUP_MANAGEDSAVE,
    GROUP_AUTOSTART,
    GROUP_SNAPSHOT,
    GROUP_CHECKPOINT,
    GROUP_BACKUP_JOB,
    GROUP_LAST,
};

static const Trait traits[] = {
    {GROUP_ACTIVE, VIR_CONNECT_LIST_DOMAINS_ACTIVE, memory_domain_is_active},
    {GROUP_ACTIVE, VIR_CONNECT_LIST_DOMAINS_INACTIVE, is_inactive},
    {GROUP_PERSISTENT, VIR_CONNECT_LIST_DOMAINS_PERSISTENT, is_persistent},
    {GROUP_PERSISTENT, VIR_CONNECT_LIST_DOMAINS_TRANSIENT, is_transient},
    {GROUP_STATE, VIR_CONNECT_LIST_DOMAINS_RUNNING, is_running},
    {GROUP_STATE, VIR_CONNECT_LIST_DOMAINS_PAUSED, is_paused},
    {GROUP_STATE, VIR_CONNECT_LIST_DOMAINS_SHUTOFF, is_shutoff},
    {GROUP_STATE, VIR_CONNECT_LIST_DOMAINS_OTHER, is_other},
    {GROUP_MANAGEDSAVE, VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE, has_saved},
    {GROUP_MANAGEDSAVE, VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE, has_no_saved},
    {GROUP_AUTOSTART, VIR_CONNECT_LIST_DOMAINS_AUTOSTART, is_autostart},
    {GROUP_AUTOSTART, VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART, is_no_autostart},
    {GROUP_SNAPSHOT, VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT, has_snapshot},
    {GROUP_SNAPSHOT, VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT, has_no_snapshot},
    {GROUP_CHECKPOINT, VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT, has_checkpoint},
    {GROUP_CHECKPOINT, VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT,
     has_no_checkpoint},
    {GROUP_BACKUP_JOB, VIR_CONNECT_LIST_DOMAINS_HAS_BACKUP_JOB, has_backup_job},
    {GROUP_BACKUP_JOB, VIR_CONNECT_LIST_DOMAINS_NO_BACKUP_JOB,
     has_no_backup_job},
};

/* The table is the one place: a bit that is not in it is refused, so none can be
 * accepted and passed over. */
static unsigned
known_flags(void)
{
    unsigned known = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(traits); i++)
        known |= traits[i].bit;
    return known;
}

/* libvirt's rule: bits of one group widen it, groups narrow the list, and a group
 * that nobody asks about lets all pass. */
static bool
is_wanted(const MemoryDomain *vm, unsigned flags)
{
    bool is_asked[GROUP_LAST] = {false};
    bool is_met[GROUP_LAST] = {false};

    for (gsize i = 0; i < G_N_ELEMENTS(traits); i++) {
        if (!(flags & traits[i].bit))
            continue;
        is_asked[traits[i].group] = true;
        if (traits[i].has(vm))
            is_met[traits[i].group] = true;
    }
    for (gsize i = 0; i < GROUP_LAST; i++) {
        if (is_asked[i] && !is_met[i])
            return false;
    }
    return true;
}

/* Handles are made under the lock: a domain that is listed was there, all of them
 * at one moment. */
int
memory_list_domains(virConnectPtr conn, virDomainPtr **ret_domains,
                    unsigned flags, GError **error)
{
    const MemorySession *session = conn->session;
    const MemoryHost *host = session->host;
    LOCK_SCOPE(&session->host->lock);
    virDomainPtr *found = NULL;
    int count = 0;

    if (!flags_check(flags, known_flags(), "a list of domains", error))
        return -1;
    found = g_new0(virDomainPtr, host->domains->len + 1);
    for (guint i = 0; i < host->domains->len; i++) {
        const MemoryDomain *vm = g_ptr_array_index(host->domains, i);

        if (is_wanted(vm, flags)) {
            found[count] = domain_object_new(conn, vm->name, vm->uuid, vm->id);
            count++;
        }
    }
    *ret_domains = found;
    return count;
}

/* What a lookup found, as a handle. */
static virDomainPtr
handle_of(virConnectPtr conn, const MemoryDomain *vm, const char *what,
          GError **error)
{
    if (vm)
        return domain_object_new(conn, vm->name, vm->uuid, vm->id);
    fail(error, VIR_ERR_NO_DOMAIN,
         "there is no domain with %s; list the domains that are", what);
    return NULL;
}

virDomainPtr
memory_lookup_by_name(virConnectPtr conn, const char *name, GError **error)
{
    const MemorySession *session = conn->session;
    LOCK_SCOPE(&session->host->lock);
    g_autofree char *what = g_strdup_printf("name '%s'", name);

    return handle_of(conn, memory_host_find_name(session->host, name), what,
                     error);
}

virDomainPtr
memory_lookup_by_uuid(virConnectPtr conn, const unsigned char *uuid,
                      GError **error)
{
    const MemorySession *session = conn->session;
    LOCK_SCOPE(&session->host->lock);
    char text[DOMAIN_UUID_TEXT_SIZE];
    g_autofree char *what = NULL;

    uuid_format(uuid, text);
    what = g_strdup_printf("UUID %s", text);
    return handle_of(conn, memory_host_find_uuid(session->host, uuid), what,
                     error);
}

virDomainPtr
memory_lookup_by_id(virConnectPtr conn, int id, GError **error)
{
    const MemorySession *session = conn->session;
    LOCK_SCOPE(&session->host->lock);
    g_autofree char *what = g_strdup_printf("id %d", id);

    return handle_of(conn, memory_host_find_id(session->host, id), what, error);
}
