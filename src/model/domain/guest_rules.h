/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be asked of a guest, by every driver that speaks with its agent
 * itself. */
#pragma once

#include <glib.h>
#include <libvirt/libvirt-domain.h>
#include <stdbool.h>
#include <stdint.h>

/* All that virDomainGetGuestInfo() knows. */
enum {
    GUEST_INFO_TYPES =
        VIR_DOMAIN_GUEST_INFO_USERS | VIR_DOMAIN_GUEST_INFO_OS |
        VIR_DOMAIN_GUEST_INFO_TIMEZONE | VIR_DOMAIN_GUEST_INFO_HOSTNAME |
        VIR_DOMAIN_GUEST_INFO_FILESYSTEM | VIR_DOMAIN_GUEST_INFO_DISKS |
        VIR_DOMAIN_GUEST_INFO_INTERFACES,
};

/** guest_rules_trim: VIR_ERR_ARGUMENT_UNSUPPORTED for a mount point of its own,
 * VIR_ERR_OVERFLOW. */
bool guest_rules_trim(const char *mountpoint, unsigned long long minimum,
                      GError **error);

/** guest_rules_time: *@ret_time in nanoseconds since 1970; with SYNC in @flags
 * it is left alone.  VIR_ERR_INVALID_ARG (flags), VIR_ERR_OVERFLOW. */
bool guest_rules_time(long long seconds, unsigned nanoseconds, unsigned flags,
                      int64_t *ret_time, GError **error);

/** guest_rules_hostname: VIR_ERR_ARGUMENT_UNSUPPORTED for leases, which only
 * libvirt's networks have; VIR_ERR_INVALID_ARG (flags). */
bool guest_rules_hostname(const char *domain, unsigned flags, GError **error);

/** guest_rules_source: of addresses: VIR_ERR_ARGUMENT_UNSUPPORTED for all but
 * the agent. */
bool guest_rules_source(const char *domain, unsigned source, GError **error);
