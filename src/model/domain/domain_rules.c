/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/domain/domain_rules.h"

#include "base/error.h"
#include "base/flags.h"

#include <libvirt/libvirt-domain.h>
#include <string.h>

/* @holder: the UUID of the domain that has the name, if any.  Names and UUIDs are
 * both unique, so two rules are needed: this one for the name, and the next for
 * the UUID. */
bool
domain_rules_check_free(const char *name, const unsigned char *uuid,
                        const unsigned char *holder, GError **error)
{
    char text[DOMAIN_UUID_TEXT_SIZE];

    /* The same UUID: that is the domain itself, defined again or renamed to
     * what it is. */
    if (!holder || memcmp(holder, uuid, DOMAIN_UUID_SIZE) == 0)
        return true;
    uuid_format(holder, text);
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "a domain '%s' exists already, with UUID %s; give that UUID to "
                "replace its definition, or choose another name",
                name, text);
}

/* A definition under a known UUID replaces that domain's, so it must not rename it
 * on the way: what is kept under the name would be lost. */
bool
domain_rules_check_kept(const unsigned char *uuid, const char *known,
                        const char *name, GError **error)
{
    char text[DOMAIN_UUID_TEXT_SIZE];

    if (g_str_equal(known, name))
        return true;
    uuid_format(uuid, text);
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "UUID %s belongs to domain '%s'; rename that one, or give '%s' "
                "another UUID",
                text, known, name);
}

/* In the same words from both drivers: a client that is told one is told the
 * other. */
bool
domain_rules_check_rename(const char *name, bool is_active,
                          const char *new_name, GError **error)
{
    /* The name is in what runs: QEMU's command line, the live definition. */
    if (is_active) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot rename domain '%s' while it runs; shut it off "
                    "first",
                    name);
    }
    if (g_str_equal(name, new_name)) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' has that name already", new_name);
    }
    return true;
}

/* Of a domain that runs the run, else its definition: what the call without
 * flags has always meant. */
bool
domain_rules_impact(const char *name, bool is_active, bool is_persistent,
                    unsigned flags, unsigned *ret_impact, GError **error)
{
    const unsigned both = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG;
    unsigned impact = flags & both;

    if (impact == VIR_DOMAIN_AFFECT_CURRENT) {
        impact = is_active ? VIR_DOMAIN_AFFECT_LIVE : VIR_DOMAIN_AFFECT_CONFIG;
    }
    if ((impact & VIR_DOMAIN_AFFECT_LIVE) && !is_active) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' is not running; start it, or change its "
                    "definition (CONFIG)",
                    name);
    }
    if ((impact & VIR_DOMAIN_AFFECT_CONFIG) && !is_persistent) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' is transient: it has no definition to change",
                    name);
    }
    *ret_impact = impact;
    return true;
}

/* A transient one has nothing to take away; the call is not what ends it. */
bool
domain_rules_check_undefine(const char *name, bool is_persistent,
                            GError **error)
{
    if (is_persistent)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "domain '%s' is transient: it has no definition, and is gone "
                "when it stops",
                name);
}

/* What hangs on a domain goes with its definition only if that is said: a definition
 * comes back in a moment, and a checkpoint does not. */
bool
domain_rules_check_left(const char *name, unsigned count, const char *what,
                        GError **error)
{
    if (count == 0)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "domain '%s' has %u %s; delete them, or pass the flag to "
                "forget them",
                name, count, what);
}

/* All of a domain's processors are there from its start: the most that it can
 * have are those that it has. */
int
domain_rules_vcpus(const DomainDef *live, const DomainDef *config,
                   unsigned flags, GError **error)
{
    const unsigned known = VIR_DOMAIN_VCPU_LIVE | VIR_DOMAIN_VCPU_CONFIG |
                           VIR_DOMAIN_VCPU_MAXIMUM | VIR_DOMAIN_VCPU_GUEST;
    const char *name = live ? live->name : config->name;

    if (!flags_check(flags, known, "counting processors", error))
        return -1;
    if (flags & (VIR_DOMAIN_VCPU_LIVE | VIR_DOMAIN_VCPU_GUEST) && !live) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "domain '%s' does not run; start it first", name);
        return -1;
    }
    if (flags & VIR_DOMAIN_VCPU_GUEST) {
        fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
             "the guest of domain '%s' is not asked how many processors it "
             "uses",
             name);
        return -1;
    }
    if (flags & VIR_DOMAIN_VCPU_CONFIG && !config) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "domain '%s' is transient and has no definition", name);
        return -1;
    }
    /* MAXIMUM changes nothing: none is added later. */
    return (int)(flags & VIR_DOMAIN_VCPU_CONFIG || !live ? config : live)
        ->vcpus;
}

/* The mark is one of a definition, and goes with it. */
bool
domain_rules_check_autostart(const char *name, bool is_persistent,
                             GError **error)
{
    if (is_persistent)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "domain '%s' is transient and cannot be started by itself",
                name);
}

/* The image belongs to the disks as they are, and to the domain that finds it:
 * whatever would change either would make it a lie. */
bool
domain_rules_check_managed(const char *name, bool has_image, const char *what,
                           GError **error)
{
    if (!has_image)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "cannot %s: domain '%s' has a managed save image, which "
                "belongs to its disks as they are; start it, or remove the "
                "image with 'managedsave-remove %s'",
                what, name, name);
}

/* What was asked for at the restore counts more than what was at the save, and
 * that more than what the guest did then. */
bool
domain_rules_runs_restored(unsigned flags, bool was_running)
{
    if (flags & VIR_DOMAIN_SAVE_RUNNING)
        return true;
    return flags & VIR_DOMAIN_SAVE_PAUSED ? false : was_running;
}

/* A paused guest that was restored stands still for the user, as one that was
 * saved paused did; libvirt has no reason of its own for it. */
const DomainOriginWords *
domain_rules_origin(DomainOrigin origin)
{
    static const DomainOriginWords words[] = {
        {VIR_DOMAIN_RUNNING_BOOTED, VIR_DOMAIN_PAUSED_USER,
         VIR_DOMAIN_EVENT_STARTED_BOOTED, VIR_DOMAIN_EVENT_SUSPENDED_PAUSED,
         VIR_DOMAIN_JOB_OPERATION_START},
        {VIR_DOMAIN_RUNNING_FROM_SNAPSHOT, VIR_DOMAIN_PAUSED_FROM_SNAPSHOT,
         VIR_DOMAIN_EVENT_STARTED_FROM_SNAPSHOT,
         VIR_DOMAIN_EVENT_SUSPENDED_FROM_SNAPSHOT,
         VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_REVERT},
        {VIR_DOMAIN_RUNNING_RESTORED, VIR_DOMAIN_PAUSED_USER,
         VIR_DOMAIN_EVENT_STARTED_RESTORED, VIR_DOMAIN_EVENT_SUSPENDED_RESTORED,
         VIR_DOMAIN_JOB_OPERATION_RESTORE},
        {VIR_DOMAIN_RUNNING_MIGRATED, VIR_DOMAIN_PAUSED_MIGRATION,
         VIR_DOMAIN_EVENT_STARTED_MIGRATED, VIR_DOMAIN_EVENT_SUSPENDED_PAUSED,
         VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN},
    };

    g_assert(origin < G_N_ELEMENTS(words));
    return &words[origin];
}

/* What is not known in detail counts as an ordinary end. */
int
domain_rules_stop_detail(int reason)
{
    switch (reason) {
    case VIR_DOMAIN_SHUTOFF_DESTROYED:
        return VIR_DOMAIN_EVENT_STOPPED_DESTROYED;
    case VIR_DOMAIN_SHUTOFF_CRASHED:
        return VIR_DOMAIN_EVENT_STOPPED_CRASHED;
    case VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT:
        return VIR_DOMAIN_EVENT_STOPPED_FROM_SNAPSHOT;
    case VIR_DOMAIN_SHUTOFF_MIGRATED:
        return VIR_DOMAIN_EVENT_STOPPED_MIGRATED;
    case VIR_DOMAIN_SHUTOFF_SAVED:
        return VIR_DOMAIN_EVENT_STOPPED_SAVED;
    case VIR_DOMAIN_SHUTOFF_FAILED:
        return VIR_DOMAIN_EVENT_STOPPED_FAILED;
    default:
        return VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN;
    }
}
