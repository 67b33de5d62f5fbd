/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/snapshot/snapshot_wishes.h"

#include "base/error.h"

#include <libvirt/libvirt-domain-snapshot.h>

/* Each combination that cannot be, told before anything is done. */
bool
snapshot_wishes_check(const SnapshotSubject *subject, const SnapshotDef *def,
                      unsigned flags, GError **error)
{
    if (!subject->is_active && flags & VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' does not run, so there is nothing to quiesce",
                    subject->name);
    }
    if (flags & VIR_DOMAIN_SNAPSHOT_CREATE_LIVE &&
        def->memory != SNAPSHOT_PLACE_EXTERNAL) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "snapshot '%s' cannot be taken live: only external memory "
                    "is saved while the guest runs",
                    def->name);
    }
    /* A transient domain is gone with its run, and with it whatever is known of
     * its snapshots. */
    if (flags & VIR_DOMAIN_SNAPSHOT_CREATE_HALT && subject->is_active &&
        !subject->is_persistent) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' is transient: halted, it would be gone with "
                    "its snapshot",
                    subject->name);
    }
    return true;
}
