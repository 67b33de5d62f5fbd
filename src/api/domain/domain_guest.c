/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the agent inside a guest tells and does
 * (<libvirt/libvirt-domain-guest.h>). */
#include "api/call.h"

#include <libvirt/libvirt-domain.h>

/* Which file systems can be trimmed is the driver's to say: a daemon may
 * know of an agent that can do one alone. */
int
virDomainFSTrim(virDomainPtr dom, const char *mountPoint,
                unsigned long long minimum, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(domain_fs_trim, dom, mountPoint, minimum);
}

/* Either place may be missing: who wants whole seconds need not give both. */
int
virDomainGetTime(virDomainPtr dom, long long *seconds, unsigned int *nseconds,
                 unsigned int flags)
{
    long long whole = 0;
    unsigned rest = 0;
    int result = -1;

    API_ENTER(domain, dom, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_CALL(result, API_IS_NEGATIVE, domain_get_time, dom, &whole, &rest);
    if (seconds)
        *seconds = whole;
    if (nseconds)
        *nseconds = rest;
    return result;
}

/* With SYNC the numbers mean nothing, and nobody looks at them. */
int
virDomainSetTime(virDomainPtr dom, long long seconds, unsigned int nseconds,
                 unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_RETURN_INT(domain_set_time, dom, seconds, nseconds, flags);
}

/* Neither flag means whatever the driver has; both would be two questions
 * with one answer. */
char *
virDomainGetHostname(virDomainPtr domain, unsigned int flags)
{
    API_ENTER(domain, domain, NULL);
    API_CHECK(api_flags_exclusive(&api, flags, VIR_DOMAIN_GET_HOSTNAME_LEASE,
                                  VIR_DOMAIN_GET_HOSTNAME_AGENT));
    API_RETURN_POINTER(domain_hostname, domain, flags);
}

/* Where addresses come from is what the permission depends on, and so the
 * table of them has sources in place of flags, of which the call has none. */
int
virDomainInterfaceAddresses(virDomainPtr dom, virDomainInterfacePtr **ifaces,
                            unsigned int source, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_NOT_NULL(ifaces);
    *ifaces = NULL;
    API_CHECK(api_allowed(&api, source));
    API_CHECK(api_no_flags(&api, flags));
    API_CLAIM(source <= VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP, "source",
              "0 (leases), 1 (agent) or 2 (ARP)");
    API_RETURN_INT(domain_interface_addresses, dom, ifaces, source);
}

/* The counterpart of what drivers make with GLib's allocator, which is the C
 * library's: programs free the array themselves. */
void
virDomainInterfaceFree(virDomainInterfacePtr iface)
{
    if (!iface)
        return;
    for (unsigned i = 0; i < iface->naddrs; i++)
        g_free(iface->addrs[i].addr);
    g_free(iface->addrs);
    g_free(iface->name);
    g_free(iface->hwaddr);
    g_free(iface);
}

/* Unknown types are refused by the driver, which may be a newer daemon. */
int
virDomainGetGuestInfo(virDomainPtr domain, unsigned int types,
                      virTypedParameterPtr *params, int *nparams,
                      unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(params);
    API_NOT_NULL(nparams);
    *params = NULL;
    *nparams = 0;
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(domain_guest_info, domain, types, params, nparams);
}

/* Of a domain that is off as well: it is said before the agent is there. */
int
virDomainAgentSetResponseTimeout(virDomainPtr domain, int timeout,
                                 unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_CLAIM(timeout >= VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK, "timeout",
              "-2 (for ever), -1 (the default), or seconds");
    API_RETURN_INT(domain_agent_timeout, domain, timeout);
}

/* An empty password is one, and the guest's to refuse; an empty name is
 * nobody. */
int
virDomainSetUserPassword(virDomainPtr dom, const char *user,
                         const char *password, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_NOT_NULL(user);
    API_CLAIM(*user, "user", "not empty");
    API_NOT_NULL(password);
    API_RETURN_INT(domain_set_password, dom, user, password, flags);
}
