/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake_guest.h"

#include "base/typed_params.h"
#include "fake_driver.h"

int
fake_fs_trim(virDomainPtr domain, const char *mountpoint,
             unsigned long long minimum, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_fs_trim %s %llu",
                       mountpoint ? mountpoint : "all", minimum)
               ? 0
               : -1;
}

int
fake_get_time(virDomainPtr domain, long long *ret_seconds,
              unsigned *ret_nanoseconds, GError **error)
{
    (void)domain;
    if (!fake_record(error, "domain_get_time"))
        return -1;
    *ret_seconds = 1700000000;
    *ret_nanoseconds = 5;
    return 0;
}

int
fake_set_time(virDomainPtr domain, long long seconds, unsigned nanoseconds,
              unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_set_time %lld.%u flags=0x%x", seconds,
                       nanoseconds, flags)
               ? 0
               : -1;
}

char *
fake_guest_hostname(virDomainPtr domain, unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_hostname flags=0x%x", flags)
               ? g_strdup("web.example")
               : NULL;
}

/* One with two addresses, and one without anything. */
int
fake_interface_addresses(virDomainPtr domain,
                         virDomainInterfacePtr **ret_interfaces,
                         unsigned source, GError **error)
{
    virDomainInterfacePtr full = NULL;
    virDomainInterfacePtr bare = NULL;

    (void)domain;
    if (!fake_record(error, "domain_interface_addresses %u", source))
        return -1;
    full = g_new0(virDomainInterface, 1);
    full->name = g_strdup("eth0");
    full->hwaddr = g_strdup("52:54:00:00:00:01");
    full->naddrs = 2;
    full->addrs = g_new0(virDomainIPAddress, 2);
    full->addrs[0] =
        (virDomainIPAddress){VIR_IP_ADDR_TYPE_IPV4, g_strdup("192.0.2.7"), 24};
    full->addrs[1] = (virDomainIPAddress){VIR_IP_ADDR_TYPE_IPV6,
                                          g_strdup("2001:db8::7"), 64};
    bare = g_new0(virDomainInterface, 1);
    bare->name = g_strdup("sit0");
    *ret_interfaces = g_new0(virDomainInterfacePtr, 3);
    (*ret_interfaces)[0] = full;
    (*ret_interfaces)[1] = bare;
    return 2;
}

int
fake_guest_info(virDomainPtr domain, unsigned types,
                virTypedParameterPtr *ret_params, int *ret_nparams,
                GError **error)
{
    (void)domain;
    if (!fake_record(error, "domain_guest_info 0x%x", types))
        return -1;
    typed_params_add_string(ret_params, ret_nparams, "hostname", "web.example");
    typed_params_add_int(ret_params, ret_nparams, "timezone.offset", 3600);
    return 0;
}

int
fake_agent_timeout(virDomainPtr domain, int timeout, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_agent_timeout %d", timeout) ? 0 : -1;
}

int
fake_set_password(virDomainPtr domain, const char *user, const char *password,
                  unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_set_password %s %s flags=0x%x", user,
                       password, flags)
               ? 0
               : -1;
}
