/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/domain/guest_rules.h"

#include "base/error.h"
#include "base/flags.h"

/* QEMU's agent has taken a mount point for no trim yet; libvirt refuses one as
 * well. */
bool
guest_rules_trim(const char *mountpoint, unsigned long long minimum,
                 GError **error)
{
    if (mountpoint) {
        return fail(error, VIR_ERR_ARGUMENT_UNSUPPORTED,
                    "the guest agent trims all file systems or none; give no "
                    "mount point in place of '%.256s'",
                    mountpoint);
    }
    return minimum <= INT64_MAX ||
           fail(error, VIR_ERR_OVERFLOW,
                "%llu bytes are more than a free range can be", minimum);
}

/* The agent's unit is nanoseconds in 64 bits, which end in 2262. */
bool
guest_rules_time(long long seconds, unsigned nanoseconds, unsigned flags,
                 int64_t *ret_time, GError **error)
{
    int64_t time = 0;

    if (!flags_check(flags, VIR_DOMAIN_TIME_SYNC, "a guest's time", error))
        return false;
    if (flags & VIR_DOMAIN_TIME_SYNC)
        return true;
    if (__builtin_mul_overflow(seconds, INT64_C(1000000000), &time) ||
        __builtin_add_overflow(time, nanoseconds, &time)) {
        return fail(error, VIR_ERR_OVERFLOW,
                    "%lld seconds are more than a guest's clock can be set to",
                    seconds);
    }
    *ret_time = time;
    return true;
}

/* Refused by name: without a source the agent is asked. */
bool
guest_rules_hostname(const char *domain, unsigned flags, GError **error)
{
    if (!flags_check(flags,
                     VIR_DOMAIN_GET_HOSTNAME_LEASE |
                         VIR_DOMAIN_GET_HOSTNAME_AGENT,
                     "a guest's name", error))
        return false;
    if (!(flags & VIR_DOMAIN_GET_HOSTNAME_LEASE))
        return true;
    return fail(error, VIR_ERR_ARGUMENT_UNSUPPORTED,
                "there are no leases to find the name of '%s' in; ask its "
                "agent",
                domain);
}

/* An empty list would be no answer: it would say that there are no addresses. */
bool
guest_rules_source(const char *domain, unsigned source, GError **error)
{
    bool is_arp = source == VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP;

    if (source == VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT)
        return true;
    return fail(error, VIR_ERR_ARGUMENT_UNSUPPORTED,
                "addresses of '%s' cannot be had by %s; ask its agent "
                "(--source agent)",
                domain, is_arp ? "ARP" : "leases, of which there are none");
}
