/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which domains there are: listing with its filters, and looking one up. */
#include "base/error.h"
#include "base/flags.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_record.h"
#include "qemu/domain/domain_state.h"
#include "qemu/recover.h"
#include "qemu/save/managed.h"
#include "qemu/session.h"

/* Filters come in groups: within one group any will do, and each group in which
 * something is asked must be met. */
#define FILTER_ACTIVE \
    (VIR_CONNECT_LIST_DOMAINS_ACTIVE | VIR_CONNECT_LIST_DOMAINS_INACTIVE)
#define FILTER_PERSISTENT \
    (VIR_CONNECT_LIST_DOMAINS_PERSISTENT | VIR_CONNECT_LIST_DOMAINS_TRANSIENT)
#define FILTER_STATE                                                      \
    (VIR_CONNECT_LIST_DOMAINS_RUNNING | VIR_CONNECT_LIST_DOMAINS_PAUSED | \
     VIR_CONNECT_LIST_DOMAINS_SHUTOFF | VIR_CONNECT_LIST_DOMAINS_OTHER)
#define FILTER_MANAGEDSAVE                  \
    (VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE | \
     VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE)
#define FILTER_AUTOSTART \
    (VIR_CONNECT_LIST_DOMAINS_AUTOSTART | VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART)
#define FILTER_SNAPSHOT                      \
    (VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT | \
     VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT)
#define FILTER_CHECKPOINT                      \
    (VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT | \
     VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT)
#define FILTER_BACKUP_JOB                      \
    (VIR_CONNECT_LIST_DOMAINS_HAS_BACKUP_JOB | \
     VIR_CONNECT_LIST_DOMAINS_NO_BACKUP_JOB)
#define FILTER_ALL                                                           \
    (FILTER_ACTIVE | FILTER_PERSISTENT | FILTER_STATE | FILTER_MANAGEDSAVE | \
     FILTER_AUTOSTART | FILTER_SNAPSHOT | FILTER_CHECKPOINT |                \
     FILTER_BACKUP_JOB)

static const unsigned filter_groups[] = {
    FILTER_ACTIVE,    FILTER_PERSISTENT, FILTER_STATE,      FILTER_MANAGEDSAVE,
    FILTER_AUTOSTART, FILTER_SNAPSHOT,   FILTER_CHECKPOINT, FILTER_BACKUP_JOB,
};

/* libvirt's filter has four; what is none of three is "other". */
static unsigned
state_trait(int state)
{
    switch (state) {
    case VIR_DOMAIN_RUNNING:
        return VIR_CONNECT_LIST_DOMAINS_RUNNING;
    case VIR_DOMAIN_PAUSED:
        return VIR_CONNECT_LIST_DOMAINS_PAUSED;
    case VIR_DOMAIN_SHUTOFF:
        return VIR_CONNECT_LIST_DOMAINS_SHUTOFF;
    default:
        return VIR_CONNECT_LIST_DOMAINS_OTHER;
    }
}

/* One bit of each group: what @vm is.  State, checkpoints and backups, which
 * cost something to learn, only if @flags ask. */
static bool
traits_of(QemuDomain *vm, unsigned flags, unsigned *ret_traits, GError **error)
{
    unsigned traits = 0;
    bool has_snapshot = false;
    bool has_checkpoint = false;
    bool has_backup = false;

    traits |= qemu_domain_is_active(vm) ? VIR_CONNECT_LIST_DOMAINS_ACTIVE
                                        : VIR_CONNECT_LIST_DOMAINS_INACTIVE;
    traits |= vm->config ? VIR_CONNECT_LIST_DOMAINS_PERSISTENT
                         : VIR_CONNECT_LIST_DOMAINS_TRANSIENT;
    traits |= vm->is_autostart ? VIR_CONNECT_LIST_DOMAINS_AUTOSTART
                               : VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART;
    if (flags & FILTER_STATE) {
        (void)domain_state_look(vm);
        traits |= state_trait(vm->state);
    }
    if (flags & FILTER_MANAGEDSAVE) {
        traits |= managed_save_is_there(vm)
                      ? VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE
                      : VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE;
    }
    if (flags & FILTER_SNAPSHOT) {
        if (!domain_has_snapshots(vm, &has_snapshot, error))
            return false;
        traits |= has_snapshot ? VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT
                               : VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT;
    }
    /* Reads the records of each domain, once; they stay in memory until
     * somebody writes. */
    if (flags & FILTER_CHECKPOINT) {
        if (!domain_has_checkpoints(vm, &has_checkpoint, error))
            return false;
        traits |= has_checkpoint ? VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT
                                 : VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT;
    }
    if (flags & FILTER_BACKUP_JOB) {
        if (!domain_has_running_backup(vm, &has_backup, error))
            return false;
        traits |= has_backup ? VIR_CONNECT_LIST_DOMAINS_HAS_BACKUP_JOB
                             : VIR_CONNECT_LIST_DOMAINS_NO_BACKUP_JOB;
    }
    *ret_traits = traits;
    return true;
}

/* Groups are joined by "and", bits in a group by "or". */
static bool
is_wanted(unsigned traits, unsigned flags)
{
    for (gsize i = 0; i < G_N_ELEMENTS(filter_groups); i++) {
        unsigned asked = flags & filter_groups[i];

        /* Both bits of a group ask for everything in it, as none does. */
        if (asked && !(asked & traits))
            return false;
    }
    return true;
}

static void
unref_domain(gpointer domain)
{
    domain_object_unref(domain);
}

/* Filters about what is in files. */
#define FILTER_FILES                                            \
    (FILTER_MANAGEDSAVE | FILTER_SNAPSHOT | FILTER_CHECKPOINT | \
     FILTER_BACKUP_JOB)

/* A machine that is off is known from memory, unless somebody waits for its
 * events or a filter looks further: of a thousand machines most are. */
static bool
open_to_look(QemuDomain *vm, unsigned flags, GError **error)
{
    bool is_needed = qemu_domain_is_active(vm) || flags & FILTER_FILES ||
                     vm->session->watcher;

    return !is_needed || domain_record_open(vm, error);
}

/* Appends a handle for @vm to @found if the filters let it through. */
static bool
examine(virConnectPtr conn, QemuDomain *vm, unsigned flags, GPtrArray *found,
        GError **error)
{
    unsigned traits = 0;
    bool is_done =
        open_to_look(vm, flags, error) && domain_end_notice(vm, error);

    /* A transient domain whose end was noticed just now. */
    if (is_done && !qemu_domain_def(vm)) {
        qemu_session_forget(vm->session, vm);
        return true;
    }
    is_done = is_done && traits_of(vm, flags, &traits, error);
    if (is_done && is_wanted(traits, flags)) {
        g_ptr_array_add(found,
                        domain_object_new(conn, vm->name, vm->uuid, vm->id));
    }
    qemu_domain_close(vm);
    return is_done;
}

/* @ret_domains is NULL when only the count was asked for. */
static int
hand_over(GPtrArray *found, virDomainPtr **ret_domains)
{
    int count = (int)found->len;

    if (ret_domains) {
        /* The handles are the caller's from here on; the array it gets ends
         * with NULL. */
        g_ptr_array_set_free_func(found, NULL);
        g_ptr_array_add(found, NULL);
        *ret_domains = (virDomainPtr *)g_ptr_array_steal(found, NULL);
    }
    return count;
}

/* A record that cannot be read fails the list: one that lacks a domain in
 * silence would be believed. */
int
qemu_list_domains(virConnectPtr conn, virDomainPtr **ret_domains,
                  unsigned flags, GError **error)
{
    QemuSession *session = conn->session;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(unref_domain);
    g_autoptr(GPtrArray) list = NULL;
    bool is_done = false;

    if (!flags_check(flags, FILTER_ALL, "a list of domains", error))
        return -1;
    if (!qemu_session_lock(session, error))
        return -1;
    session->events = conn->events;
    list = qemu_session_list(session, error);
    is_done = list != NULL;
    /* All under one lock, so the list is of one moment. */
    for (guint i = 0; is_done && i < list->len; i++)
        is_done = examine(conn, list->pdata[i], flags, found, error);
    qemu_session_unlock(session);
    return is_done ? hand_over(found, ret_domains) : -1;
}

/* What a lookup found, as a handle; @vm NULL without @problem: not there. */
static virDomainPtr
handle_of(virConnectPtr conn, const QemuDomain *vm, GError *problem,
          GError **error, const char *what)
{
    if (vm)
        return domain_object_new(conn, vm->name, vm->uuid, vm->id);
    if (problem) {
        g_propagate_error(error, problem);
        /* Absent, for certain: a record that could not be read makes
         * @problem. */
    } else {
        fail(error, VIR_ERR_NO_DOMAIN,
             "there is no domain with %s; list the domains that are", what);
    }
    return NULL;
}

/* Without looking at the machine: a handle is only a name. */
virDomainPtr
qemu_lookup_by_name(virConnectPtr conn, const char *name, GError **error)
{
    g_autofree char *what = g_strdup_printf("name '%s'", name);
    GError *problem = NULL;
    const QemuDomain *vm = NULL;
    virDomainPtr domain = NULL;

    if (!qemu_session_lock(conn->session, error))
        return NULL;
    vm = qemu_session_find_name(conn->session, name, &problem);
    domain = handle_of(conn, vm, problem, error, what);
    qemu_session_unlock(conn->session);
    return domain;
}

/* One record is read if it is not in memory, and not the whole root. */
virDomainPtr
qemu_lookup_by_uuid(virConnectPtr conn, const unsigned char *uuid,
                    GError **error)
{
    char text[DOMAIN_UUID_TEXT_SIZE];
    g_autofree char *what = NULL;
    GError *problem = NULL;
    const QemuDomain *vm = NULL;
    virDomainPtr domain = NULL;

    uuid_format(uuid, text);
    what = g_strdup_printf("UUID %s", text);
    if (!qemu_session_lock(conn->session, error))
        return NULL;
    vm = qemu_session_find_uuid(conn->session, uuid, &problem);
    domain = handle_of(conn, vm, problem, error, what);
    qemu_session_unlock(conn->session);
    return domain;
}

/* Of running machines only, and used once: an id that was of another run finds
 * nothing. */
virDomainPtr
qemu_lookup_by_id(virConnectPtr conn, int id, GError **error)
{
    g_autofree char *what = g_strdup_printf("id %d", id);
    GError *problem = NULL;
    const QemuDomain *vm = NULL;
    virDomainPtr domain = NULL;

    if (!qemu_session_lock(conn->session, error))
        return NULL;
    vm = qemu_session_find_id(conn->session, id, &problem);
    domain = handle_of(conn, vm, problem, error, what);
    qemu_session_unlock(conn->session);
    return domain;
}
