/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/flags.h"

#include "base/error.h"

#include <libvirt/libvirt-domain.h>

/* The proposal numbered two flags first; libvirt then numbered its own from the
 * beginning, and ours had to go on behind the proposal's. */
static const struct {
    unsigned ours;
    unsigned libvirts;
} backup_begin[] = {
    {VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL, 1 << 0},
    {VIR_DOMAIN_BACKUP_BEGIN_PRESERVE_SHUTDOWN_DOMAIN, 1 << 1},
};

bool
flags_backup_begin_to_libvirt(unsigned flags, unsigned *ret_wire,
                              GError **error)
{
    unsigned wire = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(backup_begin); i++) {
        if (flags & backup_begin[i].ours)
            wire |= backup_begin[i].libvirts;
        flags &= ~backup_begin[i].ours;
    }
    if (flags != 0) {
        return fail(error, VIR_ERR_NO_SUPPORT,
                    "libvirt's protocol has no such flags of "
                    "virDomainBackupBegin (0x%x): connect to strandlined",
                    flags);
    }
    *ret_wire = wire;
    return true;
}

bool
flags_backup_begin_from_libvirt(unsigned wire, unsigned *ret_flags,
                                GError **error)
{
    unsigned flags = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(backup_begin); i++) {
        if (wire & backup_begin[i].libvirts)
            flags |= backup_begin[i].ours;
        wire &= ~backup_begin[i].libvirts;
    }
    if (wire != 0) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "unsupported flags (0x%x) of virDomainBackupBegin", wire);
    }
    *ret_flags = flags;
    return true;
}
