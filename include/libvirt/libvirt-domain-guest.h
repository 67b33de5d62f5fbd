/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the agent inside a guest tells and does. Part of libvirt-domain.h, which
 * includes it; what is said there of errors counts here too.
 *
 * All of these but virDomainAgentSetResponseTimeout() make the guest do
 * something, so they are refused on a read-only connection (but for addresses
 * that no agent is asked for) and need a domain that runs:
 * VIR_ERR_OPERATION_INVALID if it does not, VIR_ERR_ARGUMENT_UNSUPPORTED if it
 * has no channel for an agent, VIR_ERR_AGENT_UNRESPONSIVE if none answers in
 * time or what it answers makes no sense, VIR_ERR_INTERNAL_ERROR with its words
 * if it refuses. Whatever a guest says is no more than its word.
 *
 * Names, signatures and numbers are libvirt's.
 */
#pragma once

#include <libvirt/libvirt-host.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * virDomainFSTrim:
 * @dom: a running domain with a guest agent
 * @mountPoint: (nullable): NULL: all file systems; others are refused, since the
 *              agent has no trim of one
 * @minimum: of bytes; smaller free ranges may be left
 * @flags: none: 0
 *
 * Has the guest discard what its file systems do not use.
 *
 * Errors: VIR_ERR_ARGUMENT_UNSUPPORTED (a @mountPoint), VIR_ERR_OVERFLOW
 * (@minimum does not fit), and those of all calls of this kind.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainFSTrim(virDomainPtr dom, const char *mountPoint,
                    unsigned long long minimum, unsigned int flags);

/**
 * virDomainGetTime:
 * @dom: a running domain with a guest agent
 * @seconds: (nullable): set to those since 1970 in UTC, by the guest's clock
 * @nseconds: (nullable): set to the nanoseconds beyond
 * @flags: none: 0
 *
 * Errors: those of all calls of this kind.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetTime(virDomainPtr dom, long long *seconds,
                     unsigned int *nseconds, unsigned int flags);

/** virDomainSetTimeFlags: how to set a guest's clock.  Since: 0.1.0 */
typedef enum {
    /* by the machine's own clock, which went on while the guest did not */
    VIR_DOMAIN_TIME_SYNC = (1 << 0),
} virDomainSetTimeFlags;

/**
 * virDomainSetTime:
 * @dom: a running domain with a guest agent
 * @seconds: since 1970 in UTC; not looked at with SYNC
 * @nseconds: nanoseconds beyond; not looked at with SYNC
 * @flags: bitwise-OR of virDomainSetTimeFlags
 *
 * Sets the guest's clock, and has QEMU forget ticks that it owes the guest,
 * which would else be added to the new time.
 *
 * Errors: VIR_ERR_OVERFLOW (more than fits into 64 bits of nanoseconds), and
 * those of all calls of this kind.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSetTime(virDomainPtr dom, long long seconds, unsigned int nseconds,
                     unsigned int flags);

/** virDomainGetHostnameFlags: who is asked.  Since: 0.1.0 */
typedef enum {
    /* the leases of libvirt's networks, of which Strandline has none */
    VIR_DOMAIN_GET_HOSTNAME_LEASE = (1 << 0),
    /* the guest's agent; so it is without flags */
    VIR_DOMAIN_GET_HOSTNAME_AGENT = (1 << 1),
} virDomainGetHostnameFlags;

/**
 * virDomainGetHostname:
 * @domain: a running domain
 * @flags: bitwise-OR of virDomainGetHostnameFlags, of which one may be given
 *
 * Errors: VIR_ERR_INVALID_ARG (both flags), VIR_ERR_ARGUMENT_UNSUPPORTED
 * (LEASE), and those of all calls of this kind.
 *
 * Returns: (transfer full): the guest's name for itself, for free(), or NULL on
 * error
 *
 * Since: 0.1.0
 */
char *virDomainGetHostname(virDomainPtr domain, unsigned int flags);

/** virDomainInterfaceAddressesSource: who is asked.  Since: 0.1.0 */
typedef enum {
    /* the leases of libvirt's networks, of which Strandline has none */
    VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LEASE = 0,
    /* the guest's agent */
    VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT = 1,
    /* the host's table of neighbours, which is not looked at */
    VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_ARP = 2,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_LAST
#endif
} virDomainInterfaceAddressesSource;

/** virIPAddrType: which kind of address.  Since: 0.1.0 */
typedef enum {
    VIR_IP_ADDR_TYPE_IPV4 = 0,
    VIR_IP_ADDR_TYPE_IPV6 = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_IP_ADDR_TYPE_LAST
#endif
} virIPAddrType;

/** virDomainIPAddress: one address of an interface.  Since: 0.1.0 */
typedef struct _virDomainInterfaceIPAddress virDomainIPAddress;
typedef virDomainIPAddress *virDomainIPAddressPtr;
struct _virDomainInterfaceIPAddress {
    int type;            /* a virIPAddrType */
    char *addr;          /* as text */
    unsigned int prefix; /* bits of the network */
};

/** virDomainInterface: a network interface as the guest has it.  Since: 0.1.0 */
typedef struct _virDomainInterface virDomainInterface;
typedef virDomainInterface *virDomainInterfacePtr;
struct _virDomainInterface {
    char *name;                  /* in the guest */
    char *hwaddr;                /* NULL: has none */
    unsigned int naddrs;         /* of addrs */
    virDomainIPAddressPtr addrs; /* NULL: none */
};

/**
 * virDomainInterfaceAddresses:
 * @dom: a running domain
 * @ifaces: set to an array, for free() after each of its elements was given to
 *          virDomainInterfaceFree()
 * @source: a virDomainInterfaceAddressesSource
 * @flags: none: 0
 *
 * Errors: VIR_ERR_INVALID_ARG (no such @source), VIR_ERR_ARGUMENT_UNSUPPORTED
 * (LEASE, ARP), and those of all calls of this kind.
 *
 * Returns: the number of interfaces, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainInterfaceAddresses(virDomainPtr dom,
                                virDomainInterfacePtr **ifaces,
                                unsigned int source, unsigned int flags);

/**
 * virDomainInterfaceFree:
 * @iface: (nullable): from virDomainInterfaceAddresses()
 *
 * Frees it and all that it points to.
 *
 * Since: 0.1.0
 */
void virDomainInterfaceFree(virDomainInterfacePtr iface);

/** virDomainGuestInfoTypes: what to ask a guest about.  Since: 0.1.0 */
typedef enum {
    /* "user.count", "user.N.name", ".domain", ".login-time" (ms since 1970) */
    VIR_DOMAIN_GUEST_INFO_USERS = (1 << 0),
    /* "os.id", ".name", ".pretty-name", ".version", ".version-id",
     * ".kernel-release", ".kernel-version", ".machine", ".variant",
     * ".variant-id" */
    VIR_DOMAIN_GUEST_INFO_OS = (1 << 1),
    /* "timezone.name", "timezone.offset" (seconds east of UTC) */
    VIR_DOMAIN_GUEST_INFO_TIMEZONE = (1 << 2),
    /* "hostname" */
    VIR_DOMAIN_GUEST_INFO_HOSTNAME = (1 << 3),
    /* "fs.count", "fs.N.name", ".mountpoint", ".fstype", ".total-bytes",
     * ".used-bytes", ".disk.count", ".disk.M.alias" (the disk's target),
     * ".disk.M.serial", ".disk.M.device" */
    VIR_DOMAIN_GUEST_INFO_FILESYSTEM = (1 << 4),
    /* "disk.count", "disk.N.name", ".partition", ".dependency.count",
     * ".dependency.M.name", ".serial", ".alias" (the disk's target),
     * ".guest_alias", ".guest_bus" */
    VIR_DOMAIN_GUEST_INFO_DISKS = (1 << 5),
    /* "if.count", "if.N.name", ".hwaddr", ".addr.count", ".addr.M.type",
     * ".addr.M.addr", ".addr.M.prefix" */
    VIR_DOMAIN_GUEST_INFO_INTERFACES = (1 << 6),
} virDomainGuestInfoTypes;

/**
 * virDomainGetGuestInfo:
 * @domain: a running domain with a guest agent
 * @types: bitwise-OR of virDomainGuestInfoTypes; 0: all that its agent knows
 * @params: set to an array, for virTypedParamsFree()
 * @nparams: set to the number of its elements
 * @flags: none: 0
 *
 * Asks the guest about itself. What it does not tell is left out; with @types
 * that it refuses is an error.
 *
 * Errors: VIR_ERR_INVALID_ARG (unknown @types), and those of all calls of this
 * kind.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetGuestInfo(virDomainPtr domain, unsigned int types,
                          virTypedParameterPtr *params, int *nparams,
                          unsigned int flags);

/** virDomainAgentResponseTimeoutValues: how long to wait.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK = -2,   /* for ever */
    VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_DEFAULT = -1, /* as the library likes */
    VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_NOWAIT = 0,   /* not at all */
} virDomainAgentResponseTimeoutValues;

/**
 * virDomainAgentSetResponseTimeout:
 * @domain: a domain
 * @timeout: seconds, or a virDomainAgentResponseTimeoutValues
 * @flags: none: 0
 *
 * Says how long the calls on the domain's agent wait for it to answer, but for
 * virDomainQemuAgentCommand(), which is told each time. Whether an agent is
 * there at all is waited for no longer than the library likes, 5 seconds.
 *
 * Errors: VIR_ERR_INVALID_ARG (less than -2).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainAgentSetResponseTimeout(virDomainPtr domain, int timeout,
                                     unsigned int flags);

/** virDomainSetUserPasswordFlags: what a password is.  Since: 0.1.0 */
typedef enum {
    /* as the guest's own file of passwords has it */
    VIR_DOMAIN_PASSWORD_ENCRYPTED = 1 << 0,
} virDomainSetUserPasswordFlags;

/**
 * virDomainSetUserPassword:
 * @dom: a running domain with a guest agent
 * @user: of the guest
 * @password: the new one
 * @flags: bitwise-OR of virDomainSetUserPasswordFlags
 *
 * Errors: those of all calls of this kind.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSetUserPassword(virDomainPtr dom, const char *user,
                             const char *password, unsigned int flags);

#ifdef __cplusplus
}
#endif
