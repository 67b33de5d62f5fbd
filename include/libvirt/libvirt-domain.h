/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Domains (virtual machines): their life, disks, jobs, backups and events.
 *
 * A domain handle is a name for a domain, not the domain: it stays valid when
 * the domain is undefined, and calls then fail with VIR_ERR_NO_DOMAIN.
 *
 * Errors that any call may give, and that are not repeated below:
 * VIR_ERR_INVALID_CONN and VIR_ERR_INVALID_DOMAIN (what was given is no such
 * handle), VIR_ERR_INVALID_ARG (NULL where a value is needed, unknown flags),
 * VIR_ERR_OPERATION_DENIED (a change on a read-only connection),
 * VIR_ERR_NO_SUPPORT (the driver has no such call), VIR_ERR_NO_DOMAIN,
 * VIR_ERR_SYSTEM_ERROR and VIR_ERR_OPERATION_TIMEOUT (another process works
 * with the domain for too long).
 *
 * Names, signatures and numbers are libvirt's, save those of backups and job
 * ids, which are the proposal's and say so.
 */
#pragma once

#include <libvirt/libvirt-host.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virDomainState: what a domain is doing.  Since: 0.1.0 */
typedef enum {
    /* unknown */
    VIR_DOMAIN_NOSTATE = 0,
    /* its processors run */
    VIR_DOMAIN_RUNNING = 1,
    /* it waits for something (not used) */
    VIR_DOMAIN_BLOCKED = 2,
    /* it is there, and its processors stand still */
    VIR_DOMAIN_PAUSED = 3,
    /* it is about to be off */
    VIR_DOMAIN_SHUTDOWN = 4,
    /* it is off */
    VIR_DOMAIN_SHUTOFF = 5,
    /* its system died, and it is kept to be looked at */
    VIR_DOMAIN_CRASHED = 6,
    /* it went to sleep by itself */
    VIR_DOMAIN_PMSUSPENDED = 7,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_LAST
#endif
} virDomainState;

/** virDomainNostateReason: why the state is unknown.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_NOSTATE_UNKNOWN = 0,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_NOSTATE_LAST
#endif
} virDomainNostateReason;

/** virDomainRunningReason: why a domain runs.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_RUNNING_UNKNOWN = 0,
    /* it was started */
    VIR_DOMAIN_RUNNING_BOOTED = 1,
    /* it came from another host */
    VIR_DOMAIN_RUNNING_MIGRATED = 2,
    /* its saved state was loaded */
    VIR_DOMAIN_RUNNING_RESTORED = 3,
    /* a snapshot was reverted to */
    VIR_DOMAIN_RUNNING_FROM_SNAPSHOT = 4,
    /* it was resumed */
    VIR_DOMAIN_RUNNING_UNPAUSED = 5,
    /* a migration was given up */
    VIR_DOMAIN_RUNNING_MIGRATION_CANCELED = 6,
    /* saving was given up */
    VIR_DOMAIN_RUNNING_SAVE_CANCELED = 7,
    /* it was woken up */
    VIR_DOMAIN_RUNNING_WAKEUP = 8,
    /* it was resumed after a crash */
    VIR_DOMAIN_RUNNING_CRASHED = 9,
    /* its memory is still arriving */
    VIR_DOMAIN_RUNNING_POSTCOPY = 10,
    /* the rest of its memory never arrived */
    VIR_DOMAIN_RUNNING_POSTCOPY_FAILED = 11,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_RUNNING_LAST
#endif
} virDomainRunningReason;

/** virDomainBlockedReason: why a domain waits.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_BLOCKED_UNKNOWN = 0,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_BLOCKED_LAST
#endif
} virDomainBlockedReason;

/** virDomainPausedReason: why a domain stands still.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_PAUSED_UNKNOWN = 0,
    /* somebody suspended it, or started it paused */
    VIR_DOMAIN_PAUSED_USER = 1,
    /* it is moving to another host */
    VIR_DOMAIN_PAUSED_MIGRATION = 2,
    /* its state is being saved */
    VIR_DOMAIN_PAUSED_SAVE = 3,
    /* its memory is being dumped */
    VIR_DOMAIN_PAUSED_DUMP = 4,
    /* a disk failed */
    VIR_DOMAIN_PAUSED_IOERROR = 5,
    /* its watchdog bit */
    VIR_DOMAIN_PAUSED_WATCHDOG = 6,
    /* a snapshot was reverted to */
    VIR_DOMAIN_PAUSED_FROM_SNAPSHOT = 7,
    /* it powered off, and something is still to be done */
    VIR_DOMAIN_PAUSED_SHUTTING_DOWN = 8,
    /* a snapshot is being made */
    VIR_DOMAIN_PAUSED_SNAPSHOT = 9,
    /* its system died */
    VIR_DOMAIN_PAUSED_CRASHED = 10,
    /* it is not ready to run yet */
    VIR_DOMAIN_PAUSED_STARTING_UP = 11,
    /* its memory is on the way to another host */
    VIR_DOMAIN_PAUSED_POSTCOPY = 12,
    /* that went wrong */
    VIR_DOMAIN_PAUSED_POSTCOPY_FAILED = 13,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_PAUSED_LAST
#endif
} virDomainPausedReason;

/** virDomainShutdownReason: why a domain is about to be off.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_SHUTDOWN_UNKNOWN = 0,
    /* somebody asked it to */
    VIR_DOMAIN_SHUTDOWN_USER = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_SHUTDOWN_LAST
#endif
} virDomainShutdownReason;

/** virDomainShutoffReason: why a domain is off.  Since: 0.1.0 */
typedef enum {
    /* never started, or forgotten */
    VIR_DOMAIN_SHUTOFF_UNKNOWN = 0,
    /* it powered off by itself */
    VIR_DOMAIN_SHUTOFF_SHUTDOWN = 1,
    /* somebody ended it by force */
    VIR_DOMAIN_SHUTOFF_DESTROYED = 2,
    /* its QEMU died */
    VIR_DOMAIN_SHUTOFF_CRASHED = 3,
    /* it runs on another host */
    VIR_DOMAIN_SHUTOFF_MIGRATED = 4,
    /* its state was saved */
    VIR_DOMAIN_SHUTOFF_SAVED = 5,
    /* it could not be started */
    VIR_DOMAIN_SHUTOFF_FAILED = 6,
    /* a snapshot of it turned off was reverted to */
    VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT = 7,
    /* it ended while nobody watched */
    VIR_DOMAIN_SHUTOFF_DAEMON = 8,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_SHUTOFF_LAST
#endif
} virDomainShutoffReason;

/** virDomainCrashedReason: why a domain crashed.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_CRASHED_UNKNOWN = 0,
    /* its kernel said so */
    VIR_DOMAIN_CRASHED_PANICKED = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_CRASHED_LAST
#endif
} virDomainCrashedReason;

/** virDomainPMSuspendedReason: why a domain sleeps.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_PMSUSPENDED_UNKNOWN = 0,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_PMSUSPENDED_LAST
#endif
} virDomainPMSuspendedReason;

/** virConnectListAllDomainsFlags: which domains to list. Flags of one pair or
 * group are or-ed, groups are and-ed; none of a group: all.  Since: 0.1.0 */
typedef enum {
    /* running or paused */
    VIR_CONNECT_LIST_DOMAINS_ACTIVE = 1 << 0,
    /* off */
    VIR_CONNECT_LIST_DOMAINS_INACTIVE = 1 << 1,
    /* with a definition that stays */
    VIR_CONNECT_LIST_DOMAINS_PERSISTENT = 1 << 2,
    /* gone when they end */
    VIR_CONNECT_LIST_DOMAINS_TRANSIENT = 1 << 3,
    /* in the state VIR_DOMAIN_RUNNING */
    VIR_CONNECT_LIST_DOMAINS_RUNNING = 1 << 4,
    /* in the state VIR_DOMAIN_PAUSED */
    VIR_CONNECT_LIST_DOMAINS_PAUSED = 1 << 5,
    /* in the state VIR_DOMAIN_SHUTOFF */
    VIR_CONNECT_LIST_DOMAINS_SHUTOFF = 1 << 6,
    /* in any other state */
    VIR_CONNECT_LIST_DOMAINS_OTHER = 1 << 7,
    /* with a saved state to start from */
    VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE = 1 << 8,
    /* without one */
    VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE = 1 << 9,
    /* started with the host */
    VIR_CONNECT_LIST_DOMAINS_AUTOSTART = 1 << 10,
    /* not started with the host */
    VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART = 1 << 11,
    /* with snapshots */
    VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT = 1 << 12,
    /* without */
    VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT = 1 << 13,
    /* with checkpoints (from the proposal) */
    VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT = 1 << 14,
    /* without (from the proposal) */
    VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT = 1 << 15,
} virConnectListAllDomainsFlags;

/** virDomainCreateFlags: how to start a domain.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_NONE = 0,
    /* leave its processors standing until virDomainResume() */
    VIR_DOMAIN_START_PAUSED = 1 << 0,
    /* destroy it when this connection is closed, or its process dies; through a
     * daemon when the client is gone.  It is of this run alone */
    VIR_DOMAIN_START_AUTODESTROY = 1 << 1,
    /* read its saved state past the host's cache */
    VIR_DOMAIN_START_BYPASS_CACHE = 1 << 2,
    /* boot it even if there is a saved state */
    VIR_DOMAIN_START_FORCE_BOOT = 1 << 3,
    /* hold its XML against the schema first */
    VIR_DOMAIN_START_VALIDATE = 1 << 4,
    /* with firmware variables as from the template */
    VIR_DOMAIN_START_RESET_NVRAM = 1 << 5,
} virDomainCreateFlags;

/** virDomainDefineFlags: how to define a domain.  Since: 0.1.0 */
typedef enum {
    /* hold the XML against the schema first */
    VIR_DOMAIN_DEFINE_VALIDATE = (1 << 0),
} virDomainDefineFlags;

/** virDomainUndefineFlagsValues: what may go with a definition. Without the
 * flag for something that is there, undefining is refused.  Since: 0.1.0 */
typedef enum {
    /* remove the saved state */
    VIR_DOMAIN_UNDEFINE_MANAGED_SAVE = (1 << 0),
    /* forget the snapshots; what is in the images stays */
    VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA = (1 << 1),
    /* remove the firmware's variables */
    VIR_DOMAIN_UNDEFINE_NVRAM = (1 << 2),
    /* keep them (not together with NVRAM) */
    VIR_DOMAIN_UNDEFINE_KEEP_NVRAM = (1 << 3),
    /* forget the checkpoints; the bitmaps in the images stay (from the
     * proposal) */
    VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA = (1 << 4),
    /* remove the state of an emulated TPM */
    VIR_DOMAIN_UNDEFINE_TPM = (1 << 5),
    /* keep it (not together with TPM) */
    VIR_DOMAIN_UNDEFINE_KEEP_TPM = (1 << 6),
} virDomainUndefineFlagsValues;

/** virDomainShutdownFlagValues: how to ask a domain to power off. None:
 * whichever way works.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_SHUTDOWN_DEFAULT = 0,
    /* press its power button */
    VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN = (1 << 0),
    /* through the guest agent */
    VIR_DOMAIN_SHUTDOWN_GUEST_AGENT = (1 << 1),
    /* through its init (containers only) */
    VIR_DOMAIN_SHUTDOWN_INITCTL = (1 << 2),
    /* by a signal to its init (containers only) */
    VIR_DOMAIN_SHUTDOWN_SIGNAL = (1 << 3),
    /* through a paravirtual channel (Xen only) */
    VIR_DOMAIN_SHUTDOWN_PARAVIRT = (1 << 4),
} virDomainShutdownFlagValues;

/** virDomainRebootFlagValues: how to ask a domain to restart. None: whichever
 * way works.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_REBOOT_DEFAULT = 0,
    /* press its power button */
    VIR_DOMAIN_REBOOT_ACPI_POWER_BTN = (1 << 0),
    /* through the guest agent */
    VIR_DOMAIN_REBOOT_GUEST_AGENT = (1 << 1),
    /* through its init (containers only) */
    VIR_DOMAIN_REBOOT_INITCTL = (1 << 2),
    /* by a signal to its init (containers only) */
    VIR_DOMAIN_REBOOT_SIGNAL = (1 << 3),
    /* through a paravirtual channel (Xen only) */
    VIR_DOMAIN_REBOOT_PARAVIRT = (1 << 4),
} virDomainRebootFlagValues;

/** virDomainDestroyFlagsValues: how to end a domain by force.  Since: 0.1.0 */
typedef enum {
    /* ask its QEMU to go, and kill it if it does not */
    VIR_DOMAIN_DESTROY_DEFAULT = 0,
    /* fail rather than kill it */
    VIR_DOMAIN_DESTROY_GRACEFUL = 1 << 0,
    /* remove its log file too */
    VIR_DOMAIN_DESTROY_REMOVE_LOGS = 1 << 1,
} virDomainDestroyFlagsValues;

/** virDomainXMLFlags: what the XML of a domain shows.  Since: 0.1.0 */
typedef enum {
    /* passwords too (refused on a read-only connection) */
    VIR_DOMAIN_XML_SECURE = (1 << 0),
    /* as it will be at its next start */
    VIR_DOMAIN_XML_INACTIVE = (1 << 1),
    /* its processor in full */
    VIR_DOMAIN_XML_UPDATE_CPU = (1 << 2),
    /* as another host needs it (refused on a read-only connection) */
    VIR_DOMAIN_XML_MIGRATABLE = (1 << 3),
} virDomainXMLFlags;

/** virDomainModificationImpact: what a change is for.  Since: 0.1.0 */
typedef enum {
    /* the running domain, or the definition of one that is off */
    VIR_DOMAIN_AFFECT_CURRENT = 0,
    /* the running domain */
    VIR_DOMAIN_AFFECT_LIVE = 1 << 0,
    /* the definition */
    VIR_DOMAIN_AFFECT_CONFIG = 1 << 1,
} virDomainModificationImpact;

/** virDomainInfo: a domain in five numbers.  Since: 0.1.0 */
typedef struct _virDomainInfo virDomainInfo;
typedef virDomainInfo *virDomainInfoPtr;
struct _virDomainInfo {
    unsigned char state;        /* a virDomainState */
    unsigned long maxMem;       /* KiB it may have */
    unsigned long memory;       /* KiB it has */
    unsigned short nrVirtCpu;   /* its processors */
    unsigned long long cpuTime; /* nanoseconds it has used; 0 while off */
};

/** virDomainFSInfo: a file system mounted in the guest.  Since: 0.1.0 */
typedef struct _virDomainFSInfo virDomainFSInfo;
typedef virDomainFSInfo *virDomainFSInfoPtr;
struct _virDomainFSInfo {
    char *mountpoint; /* where */
    char *name;       /* the device, as the guest calls it */
    char *fstype;     /* "ext4" */
    size_t ndevAlias; /* how many disks it lies on */
    char **devAlias;  /* their targets in the domain's XML ("vda") */
};

/**
 * virConnectListAllDomains:
 * @conn: a connection
 * @domains: (nullable): set to an array that ends with a NULL, for free() after
 *           each of its handles was given to virDomainFree(); NULL: only count
 * @flags: bitwise-OR of virConnectListAllDomainsFlags and
 *         virConnectListAllDomainsJobFlags
 *
 * Returns: the number of domains, or -1 on error (@domains is then NULL)
 *
 * Since: 0.1.0
 */
int virConnectListAllDomains(virConnectPtr conn, virDomainPtr **domains,
                             unsigned int flags);

/**
 * virConnectNumOfDomains:
 * @conn: a connection
 *
 * Prefer virConnectListAllDomains(): between counting and listing, domains come
 * and go.
 *
 * Returns: the number of running domains, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectNumOfDomains(virConnectPtr conn);

/**
 * virConnectListDomains:
 * @conn: a connection
 * @ids: room for @maxids ids
 * @maxids: how many at most
 *
 * Returns: the number of ids of running domains that were stored, or -1 on
 * error
 *
 * Since: 0.1.0
 */
int virConnectListDomains(virConnectPtr conn, int *ids, int maxids);

/**
 * virConnectNumOfDefinedDomains:
 * @conn: a connection
 *
 * Returns: the number of domains that are off, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectNumOfDefinedDomains(virConnectPtr conn);

/**
 * virConnectListDefinedDomains:
 * @conn: a connection
 * @names: room for @maxnames names, each for free()
 * @maxnames: how many at most
 *
 * Returns: the number of names of domains that are off that were stored, or -1
 * on error
 *
 * Since: 0.1.0
 */
int virConnectListDefinedDomains(virConnectPtr conn, char **const names,
                                 int maxnames);

/**
 * virDomainLookupByName:
 * @conn: a connection
 * @name: of a domain
 *
 * Returns: (transfer full): the domain, for virDomainFree(); NULL on error
 * (VIR_ERR_NO_DOMAIN)
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainLookupByName(virConnectPtr conn, const char *name);

/**
 * virDomainLookupByID:
 * @conn: a connection
 * @id: of a running domain
 *
 * Returns: (transfer full): the domain, for virDomainFree(); NULL on error
 * (VIR_ERR_NO_DOMAIN)
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainLookupByID(virConnectPtr conn, int id);

/**
 * virDomainLookupByUUID:
 * @conn: a connection
 * @uuid: 16 bytes
 *
 * Returns: (transfer full): the domain, for virDomainFree(); NULL on error
 * (VIR_ERR_NO_DOMAIN)
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainLookupByUUID(virConnectPtr conn,
                                   const unsigned char *uuid);

/**
 * virDomainLookupByUUIDString:
 * @conn: a connection
 * @uuid: 36 characters
 *
 * Returns: (transfer full): the domain, for virDomainFree(); NULL on error
 * (VIR_ERR_NO_DOMAIN)
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainLookupByUUIDString(virConnectPtr conn, const char *uuid);

/**
 * virDomainDefineXML:
 * @conn: a connection
 * @xml: a <domain> document
 *
 * Defines a domain that stays, or gives one that is there a new definition. One
 * that runs goes on as it is and changes at its next start. What the document
 * leaves out is filled in; virDomainGetXMLDesc() shows it.
 *
 * Errors: VIR_ERR_XML_DETAIL (no XML), VIR_ERR_XML_ERROR (makes no sense),
 * VIR_ERR_CONFIG_UNSUPPORTED (an element that would change the machine and is
 * not understood, named), VIR_ERR_OPERATION_FAILED (the name or the UUID
 * belongs to another domain).
 *
 * Returns: (transfer full): the domain, for virDomainFree(); NULL on error
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainDefineXML(virConnectPtr conn, const char *xml);

/**
 * virDomainDefineXMLFlags:
 * @conn: a connection
 * @xml: a <domain> document
 * @flags: bitwise-OR of virDomainDefineFlags
 *
 * As virDomainDefineXML().
 *
 * Returns: (transfer full): the domain, for virDomainFree(); NULL on error
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainDefineXMLFlags(virConnectPtr conn, const char *xml,
                                     unsigned int flags);

/**
 * virDomainUndefine:
 * @domain: a domain
 *
 * As virDomainUndefineFlags() without flags.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainUndefine(virDomainPtr domain);

/**
 * virDomainUndefineFlags:
 * @domain: a domain
 * @flags: bitwise-OR of virDomainUndefineFlagsValues
 *
 * Removes the definition. Disk images are never touched. A domain that runs
 * goes on and is gone when it ends.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it has checkpoints, snapshots, firmware
 * variables or a saved state, and the flag for them is missing).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainUndefineFlags(virDomainPtr domain, unsigned int flags);

/**
 * virDomainRef:
 * @domain: a domain
 *
 * Adds a reference, to be given back with virDomainFree().
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainRef(virDomainPtr domain);

/**
 * virDomainFree:
 * @domain: a domain
 *
 * Gives a reference back; the last one frees the handle. The domain itself is
 * not affected.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainFree(virDomainPtr domain);

/**
 * virDomainGetName:
 * @domain: a domain
 *
 * Returns: its name, owned by the handle; NULL on error
 *
 * Since: 0.1.0
 */
const char *virDomainGetName(virDomainPtr domain);

/**
 * virDomainGetID:
 * @domain: a domain
 *
 * Returns: the number that it has while it runs, as of when the handle was made
 * or the domain was last started through it; (unsigned int)-1 if it was off, or
 * on error
 *
 * Since: 0.1.0
 */
unsigned int virDomainGetID(virDomainPtr domain);

/**
 * virDomainGetUUID:
 * @domain: a domain
 * @uuid: room for VIR_UUID_BUFLEN bytes
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetUUID(virDomainPtr domain, unsigned char *uuid);

/**
 * virDomainGetUUIDString:
 * @domain: a domain
 * @buf: room for VIR_UUID_STRING_BUFLEN characters
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetUUIDString(virDomainPtr domain, char *buf);

/**
 * virDomainGetConnect:
 * @domain: a domain
 *
 * Returns: the connection that it belongs to, without a reference: not to be
 * closed; NULL on error
 *
 * Since: 0.1.0
 */
virConnectPtr virDomainGetConnect(virDomainPtr domain);

/**
 * virDomainGetOSType:
 * @domain: a domain
 *
 * Returns: (transfer full): "hvm" for a machine of its own, for free(); NULL on
 * error
 *
 * Since: 0.1.0
 */
char *virDomainGetOSType(virDomainPtr domain);

/**
 * virDomainGetXMLDesc:
 * @domain: a domain
 * @flags: bitwise-OR of virDomainXMLFlags
 *
 * Returns: (transfer full): the <domain> document, defaults filled in, for
 * free(); NULL on error
 *
 * Since: 0.1.0
 */
char *virDomainGetXMLDesc(virDomainPtr domain, unsigned int flags);

/**
 * virDomainCreateXML:
 * @conn: a connection
 * @xmlDesc: a <domain> document
 * @flags: bitwise-OR of virDomainCreateFlags
 *
 * Starts a domain without defining it: it is transient, and gone when it ends.
 * One that is defined under that name and UUID, and off, stays defined as it is
 * and is for this run what @xmlDesc says.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it runs), VIR_ERR_OPERATION_FAILED (another
 * domain has its name, or it cannot be started), VIR_ERR_XML_ERROR and the other
 * errors of virDomainDefineXML().
 *
 * Returns: (transfer full): the domain, or NULL on error
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainCreateXML(virConnectPtr conn, const char *xmlDesc,
                                unsigned int flags);

/**
 * virDomainCreate:
 * @domain: a domain
 *
 * As virDomainCreateWithFlags() without flags.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainCreate(virDomainPtr domain);

/**
 * virDomainCreateWithFlags:
 * @domain: a domain
 * @flags: bitwise-OR of virDomainCreateFlags
 *
 * Starts a domain that is defined and off. It runs on when the calling process
 * ends, unless @flags say otherwise.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it runs), VIR_ERR_SYSTEM_ERROR (an image
 * is missing or locked), VIR_ERR_CONFIG_UNSUPPORTED (an image has a format that
 * was not named), VIR_ERR_INTERNAL_ERROR (QEMU refused; its last words are in
 * the message).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainCreateWithFlags(virDomainPtr domain, unsigned int flags);

/**
 * virDomainShutdown:
 * @domain: a domain
 *
 * As virDomainShutdownFlags() without flags.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainShutdown(virDomainPtr domain);

/**
 * virDomainShutdownFlags:
 * @domain: a domain
 * @flags: bitwise-OR of virDomainShutdownFlagValues
 *
 * Asks the guest to power off, and returns at once: the guest may take its
 * time, or ignore it.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run),
 * VIR_ERR_AGENT_UNRESPONSIVE.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainShutdownFlags(virDomainPtr domain, unsigned int flags);

/**
 * virDomainReboot:
 * @domain: a domain
 * @flags: bitwise-OR of virDomainRebootFlagValues
 *
 * Asks the guest to restart, and returns at once.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run),
 * VIR_ERR_AGENT_UNRESPONSIVE.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainReboot(virDomainPtr domain, unsigned int flags);

/**
 * virDomainReset:
 * @domain: a domain
 * @flags: none: 0
 *
 * Resets the machine as its reset button would; what the guest had not written
 * yet is lost.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainReset(virDomainPtr domain, unsigned int flags);

/**
 * virDomainDestroy:
 * @domain: a domain
 *
 * As virDomainDestroyFlags() without flags.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainDestroy(virDomainPtr domain);

/**
 * virDomainDestroyFlags:
 * @domain: a domain
 * @flags: bitwise-OR of virDomainDestroyFlagsValues
 *
 * Turns the machine off as pulling its plug would; what the guest had not
 * written yet is lost. Its backups fail, and their checkpoints are rolled back.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainDestroyFlags(virDomainPtr domain, unsigned int flags);

/**
 * virDomainSuspend:
 * @domain: a domain
 *
 * Stops the processors; memory and disks stay as they are.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSuspend(virDomainPtr domain);

/**
 * virDomainResume:
 * @domain: a domain
 *
 * Lets the processors of a paused domain run.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainResume(virDomainPtr domain);

/**
 * virDomainGetState:
 * @domain: a domain
 * @state: set to a virDomainState
 * @reason: (nullable): set to a virDomain...Reason of that state
 * @flags: none: 0
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetState(virDomainPtr domain, int *state, int *reason,
                      unsigned int flags);

/**
 * virDomainGetInfo:
 * @domain: a domain
 * @info: filled in
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetInfo(virDomainPtr domain, virDomainInfoPtr info);

/* The names of what virDomainGetCPUStats() tells: nanoseconds, all of them
 * VIR_TYPED_PARAM_ULLONG. */
#define VIR_DOMAIN_CPU_STATS_CPUTIME    "cpu_time"
#define VIR_DOMAIN_CPU_STATS_USERTIME   "user_time"
#define VIR_DOMAIN_CPU_STATS_SYSTEMTIME "system_time"
#define VIR_DOMAIN_CPU_STATS_VCPUTIME   "vcpu_time"

/**
 * virDomainGetCPUStats:
 * @domain: a running domain
 * @params: (nullable): room for @nparams times @ncpus parameters, which are
 *          filled in; NULL: only count
 * @nparams: how many are wanted for each processor; 0 if @params is NULL
 * @start_cpu: the first of the host's processors; -1: all of them together
 * @ncpus: how many processors, at most 128; 1 if @start_cpu is -1
 * @flags: none: 0
 *
 * How long the host's processors worked for the domain. With @params NULL and
 * @ncpus 0, the number of processors that can be asked about; with @params NULL
 * otherwise, the number of parameters for each. Processors that the host does
 * not have are left zero. Not every driver knows the time by processor.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run),
 * VIR_ERR_OPERATION_UNSUPPORTED (only the total is known), VIR_ERR_INVALID_ARG
 * (the numbers do not go together; there is no processor @start_cpu).
 *
 * Returns: as described, else the number of parameters filled in for each
 * processor, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetCPUStats(virDomainPtr domain, virTypedParameterPtr params,
                         unsigned int nparams, int start_cpu,
                         unsigned int ncpus, unsigned int flags);

/**
 * virDomainGetMaxMemory:
 * @domain: a domain
 *
 * Returns: the KiB of memory that it may have, or 0 on error
 *
 * Since: 0.1.0
 */
unsigned long virDomainGetMaxMemory(virDomainPtr domain);

/**
 * virDomainIsActive:
 * @dom: a domain
 *
 * Returns: 1 if it runs or is paused, 0 if it is off, -1 on error
 *
 * Since: 0.1.0
 */
int virDomainIsActive(virDomainPtr dom);

/**
 * virDomainIsPersistent:
 * @dom: a domain
 *
 * Returns: 1 if its definition stays when it ends, 0 if not, -1 on error
 *
 * Since: 0.1.0
 */
int virDomainIsPersistent(virDomainPtr dom);

/**
 * virDomainIsUpdated:
 * @dom: a domain
 *
 * Returns: 1 if its definition was changed since it was started, 0 if not, -1
 * on error
 *
 * Since: 0.1.0
 */
int virDomainIsUpdated(virDomainPtr dom);

/**
 * virDomainGetAutostart:
 * @domain: a domain
 * @autostart: set to 1 if it is to be started with the host, else 0
 *
 * The embedded driver stores the mark and starts nothing: there is no process
 * that could.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetAutostart(virDomainPtr domain, int *autostart);

/**
 * virDomainSetAutostart:
 * @domain: a domain
 * @autostart: 1 to start it with the host, 0 not to
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it has no definition that stays).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSetAutostart(virDomainPtr domain, int autostart);

/**
 * virDomainRename:
 * @dom: a domain that is off
 * @new_name: its name from now on
 * @flags: none: 0
 *
 * Checkpoints stay with it. The handle keeps the old name; its UUID, by which
 * it is found, is the same.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it runs), VIR_ERR_OPERATION_FAILED (the
 * name is taken), VIR_ERR_XML_ERROR (no name for a domain).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainRename(virDomainPtr dom, const char *new_name, unsigned int flags);

/**
 * virDomainSetMetadata:
 * @domain: a domain
 * @type: a virDomainMetadataType
 * @metadata: (nullable): a DESCRIPTION's or TITLE's text, an ELEMENT as XML;
 *            NULL: it goes
 * @key: (nullable): of an ELEMENT that is set: the prefix of its namespace;
 *       else NULL
 * @uri: (nullable): of an ELEMENT: its namespace, of which there is one element;
 *       else NULL
 * @flags: bitwise-OR of virDomainModificationImpact
 *
 * Notes something about a domain, in place of what was noted there. Names of an
 * element that have no namespace get @uri's. An empty description or title is
 * none, and to remove what is not there is no error.
 *
 * LIVE: as long as it runs. CONFIG: in its definition. Both may be given; with
 * none (CURRENT) it is LIVE for a domain that runs, else CONFIG.
 * VIR_DOMAIN_EVENT_ID_METADATA_CHANGE tells it.
 *
 * Errors: VIR_ERR_INVALID_ARG (an unknown type, a title of two lines, too long,
 * a @key that cannot be a prefix), VIR_ERR_OPERATION_INVALID (LIVE of one that
 * is off, CONFIG of one that has no definition), VIR_ERR_XML_DETAIL (the element
 * is no XML), VIR_ERR_XML_ERROR (more than 1 MiB of elements, or too deep).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSetMetadata(virDomainPtr domain, int type, const char *metadata,
                         const char *key, const char *uri, unsigned int flags);

/**
 * virDomainGetMetadata:
 * @domain: a domain
 * @type: a virDomainMetadataType
 * @uri: (nullable): of an ELEMENT: its namespace; else NULL
 * @flags: bitwise-OR of virDomainModificationImpact, of which one may be given
 *
 * Reads what virDomainSetMetadata() or the definition's XML noted. An element
 * comes without the prefix of its namespace.
 *
 * LIVE: of the running domain. CONFIG: of its definition; of a domain that is
 * transient that is an error. With none (CURRENT): LIVE if it runs, else CONFIG.
 *
 * Errors: VIR_ERR_NO_DOMAIN_METADATA (nothing is noted),
 * VIR_ERR_INVALID_ARG (an unknown type, both flags), VIR_ERR_OPERATION_INVALID
 * (LIVE of one that is off, CONFIG of one that has no definition).
 *
 * Returns: (transfer full): the text, for free(), or NULL on error
 *
 * Since: 0.1.0
 */
char *virDomainGetMetadata(virDomainPtr domain, int type, const char *uri,
                           unsigned int flags);

/**
 * virDomainFSFreeze:
 * @dom: a running domain with a guest agent
 * @mountpoints: (nullable): which file systems, as the guest names them; NULL:
 *               all
 * @nmountpoints: how many, 0 with NULL
 * @flags: none: 0
 *
 * Lets the guest write out its file systems and hold back further writes, until
 * virDomainFSThaw().
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run),
 * VIR_ERR_AGENT_UNRESPONSIVE (no agent, or no answer in time),
 * VIR_ERR_ARGUMENT_UNSUPPORTED (the agent has no such command).
 *
 * Returns: the number of file systems that were frozen, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainFSFreeze(virDomainPtr dom, const char **mountpoints,
                      unsigned int nmountpoints, unsigned int flags);

/**
 * virDomainFSThaw:
 * @dom: a running domain with a guest agent
 * @mountpoints: (nullable): which file systems, as the guest names them; NULL:
 *               all
 * @nmountpoints: how many, 0 with NULL
 * @flags: none: 0
 *
 * Ends what virDomainFSFreeze() began.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run),
 * VIR_ERR_AGENT_UNRESPONSIVE (no agent, or no answer in time),
 * VIR_ERR_ARGUMENT_UNSUPPORTED (the agent has no such command).
 *
 * Returns: the number of file systems that were thawed, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainFSThaw(virDomainPtr dom, const char **mountpoints,
                    unsigned int nmountpoints, unsigned int flags);

/**
 * virDomainGetFSInfo:
 * @dom: a running domain with a guest agent
 * @info: set to an array, for free() after each of its elements was given to
 *        virDomainFSInfoFree()
 * @flags: none: 0
 *
 * Asks the guest what it has mounted; refused on a read-only connection, since
 * it makes the guest do something.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run),
 * VIR_ERR_AGENT_UNRESPONSIVE (no agent, or no answer in time),
 * VIR_ERR_ARGUMENT_UNSUPPORTED (the agent has no such command).
 *
 * Returns: the number of file systems, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetFSInfo(virDomainPtr dom, virDomainFSInfoPtr **info,
                       unsigned int flags);

/**
 * virDomainFSInfoFree:
 * @info: (nullable): from virDomainGetFSInfo()
 *
 * Frees it and all that it points to.
 *
 * Since: 0.1.0
 */
void virDomainFSInfoFree(virDomainFSInfoPtr info);

/** virDomainJobType: the state of a job.  Since: 0.1.0 */
typedef enum {
    /* there is no job */
    VIR_DOMAIN_JOB_NONE = 0,
    /* under way, and its end can be foreseen */
    VIR_DOMAIN_JOB_BOUNDED = 1,
    /* under way; a backup always says this */
    VIR_DOMAIN_JOB_UNBOUNDED = 2,
    /* ended well */
    VIR_DOMAIN_JOB_COMPLETED = 3,
    /* ended by an error */
    VIR_DOMAIN_JOB_FAILED = 4,
    /* ended because somebody asked */
    VIR_DOMAIN_JOB_CANCELLED = 5,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_JOB_LAST
#endif
} virDomainJobType;

/** virDomainJobOperation: what a job does.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_JOB_OPERATION_UNKNOWN = 0,
    /* starts the domain */
    VIR_DOMAIN_JOB_OPERATION_START = 1,
    /* saves its state */
    VIR_DOMAIN_JOB_OPERATION_SAVE = 2,
    /* loads its state */
    VIR_DOMAIN_JOB_OPERATION_RESTORE = 3,
    /* brings it to this host */
    VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN = 4,
    /* takes it to another */
    VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT = 5,
    /* makes a snapshot */
    VIR_DOMAIN_JOB_OPERATION_SNAPSHOT = 6,
    /* reverts to one */
    VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_REVERT = 7,
    /* dumps its memory */
    VIR_DOMAIN_JOB_OPERATION_DUMP = 8,
    /* backs up its disks (from the proposal) */
    VIR_DOMAIN_JOB_OPERATION_BACKUP = 9,
    /* deletes a snapshot */
    VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_DELETE = 10,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_JOB_OPERATION_LAST
#endif
} virDomainJobOperation;

/** virDomainGetJobStatsFlags: which job to tell of.  Since: 0.1.0 */
typedef enum {
    /* one that has ended; it is forgotten with this call */
    VIR_DOMAIN_JOB_STATS_COMPLETED = 1 << 0,
    /* do not forget it (only together with COMPLETED) */
    VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED = 1 << 1,
} virDomainGetJobStatsFlags;

/* The names of what virDomainGetJobStats() tells; times are in milliseconds,
 * sizes in bytes, and VIR_TYPED_PARAM_ULLONG where nothing else is said. */

/* the job's id, VIR_TYPED_PARAM_INT (from the proposal) */
#define VIR_DOMAIN_JOB_ID "id"
/* a virDomainJobOperation, VIR_TYPED_PARAM_INT */
#define VIR_DOMAIN_JOB_OPERATION "operation"
/* since it began */
#define VIR_DOMAIN_JOB_TIME_ELAPSED         "time_elapsed"
#define VIR_DOMAIN_JOB_TIME_ELAPSED_NET     "time_elapsed_net"
#define VIR_DOMAIN_JOB_TIME_REMAINING       "time_remaining"
#define VIR_DOMAIN_JOB_DOWNTIME             "downtime"
#define VIR_DOMAIN_JOB_DOWNTIME_NET         "downtime_net"
#define VIR_DOMAIN_JOB_SETUP_TIME           "setup_time"
#define VIR_DOMAIN_JOB_DATA_TOTAL           "data_total"
#define VIR_DOMAIN_JOB_DATA_PROCESSED       "data_processed"
#define VIR_DOMAIN_JOB_DATA_REMAINING       "data_remaining"
#define VIR_DOMAIN_JOB_MEMORY_TOTAL         "memory_total"
#define VIR_DOMAIN_JOB_MEMORY_PROCESSED     "memory_processed"
#define VIR_DOMAIN_JOB_MEMORY_REMAINING     "memory_remaining"
#define VIR_DOMAIN_JOB_MEMORY_CONSTANT      "memory_constant"
#define VIR_DOMAIN_JOB_MEMORY_NORMAL        "memory_normal"
#define VIR_DOMAIN_JOB_MEMORY_NORMAL_BYTES  "memory_normal_bytes"
#define VIR_DOMAIN_JOB_MEMORY_BPS           "memory_bps"
#define VIR_DOMAIN_JOB_MEMORY_DIRTY_RATE    "memory_dirty_rate"
#define VIR_DOMAIN_JOB_MEMORY_PAGE_SIZE     "memory_page_size"
#define VIR_DOMAIN_JOB_MEMORY_ITERATION     "memory_iteration"
#define VIR_DOMAIN_JOB_MEMORY_POSTCOPY_REQS "memory_postcopy_requests"
/* a push backup: to copy, over all its disks; the whole of a disk in a full
 * backup, what has changed in an incremental one */
#define VIR_DOMAIN_JOB_DISK_TOTAL               "disk_total"
#define VIR_DOMAIN_JOB_DISK_PROCESSED           "disk_processed"
#define VIR_DOMAIN_JOB_DISK_REMAINING           "disk_remaining"
#define VIR_DOMAIN_JOB_DISK_BPS                 "disk_bps"
#define VIR_DOMAIN_JOB_COMPRESSION_CACHE        "compression_cache"
#define VIR_DOMAIN_JOB_COMPRESSION_BYTES        "compression_bytes"
#define VIR_DOMAIN_JOB_COMPRESSION_PAGES        "compression_pages"
#define VIR_DOMAIN_JOB_COMPRESSION_CACHE_MISSES "compression_cache_misses"
#define VIR_DOMAIN_JOB_COMPRESSION_OVERFLOW     "compression_overflow"
#define VIR_DOMAIN_JOB_AUTO_CONVERGE_THROTTLE   "auto_converge_throttle"
/* an ended job: whether it ended well, VIR_TYPED_PARAM_BOOLEAN */
#define VIR_DOMAIN_JOB_SUCCESS "success"
/* ... and why not, VIR_TYPED_PARAM_STRING */
#define VIR_DOMAIN_JOB_ERRMSG "errmsg"
/* a pull backup: its scratch, used and at most */
#define VIR_DOMAIN_JOB_DISK_TEMP_USED  "disk_temp_used"
#define VIR_DOMAIN_JOB_DISK_TEMP_TOTAL "disk_temp_total"

/** virDomainJobInfo: a job in fixed fields.  Since: 0.1.0 */
typedef struct _virDomainJobInfo virDomainJobInfo;
typedef virDomainJobInfo *virDomainJobInfoPtr;
struct _virDomainJobInfo {
    int type; /* a virDomainJobType */
    /* milliseconds */
    unsigned long long timeElapsed;
    unsigned long long timeRemaining;
    /* bytes: memory and files together */
    unsigned long long dataTotal;
    unsigned long long dataProcessed;
    unsigned long long dataRemaining;
    /* bytes of memory */
    unsigned long long memTotal;
    unsigned long long memProcessed;
    unsigned long long memRemaining;
    /* bytes of disks; those of a push backup */
    unsigned long long fileTotal;
    unsigned long long fileProcessed;
    unsigned long long fileRemaining;
};

/**
 * virDomainJobId:
 *
 * A job in a list of them.  From the proposal (its review asked for an opaque
 * handle too: virDomainJobPtr in libvirt-strandline.h).
 *
 * Since: 0.1.0
 */
typedef struct _virDomainJobId virDomainJobId;
typedef virDomainJobId *virDomainJobIdPtr;
struct _virDomainJobId {
    int type; /* a virDomainJobType */
    int id;   /* 0: the default job */
};

/**
 * virDomainGetJobInfo:
 * @dom: a domain
 * @info: filled in; type VIR_DOMAIN_JOB_NONE if there is no job
 *
 * Of job 0: the migration, save or dump that is under way; if there is none, of
 * the domain's backup. With several backups, of the one that this connection
 * began last, else of the newest.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run, and no job of it waits
 * for its end).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetJobInfo(virDomainPtr dom, virDomainJobInfoPtr info);

/**
 * virDomainGetJobStats:
 * @domain: a domain
 * @type: set to a virDomainJobType
 * @params: set to an array of VIR_DOMAIN_JOB_..., for virTypedParamsFree();
 *          NULL if there is no job
 * @nparams: set to how many there are
 * @flags: bitwise-OR of virDomainGetJobStatsFlags
 *
 * Of job 0: the migration, save or dump that is under way; if there is none, of
 * the domain's backup. With several backups, of the one that this connection
 * began last, else of the newest.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run, and no ended job was
 * asked for).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainGetJobStats(virDomainPtr domain, int *type,
                         virTypedParameterPtr *params, int *nparams,
                         unsigned int flags);

/**
 * virDomainAbortJob:
 * @dom: a domain
 *
 * Asks the current job to end. A pull backup ends well by this (that is how
 * clients of libvirt finish it) and keeps its checkpoint; a push backup is
 * cancelled, its targets are worthless and its checkpoint is rolled back.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (no job; or several backups of which this
 * connection began none: the message has their ids, for virDomainBackupEnd()).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainAbortJob(virDomainPtr dom);

/**
 * virDomainListJobIds:
 * @dom: a domain
 * @ids: (nullable): set to an array, for free(); NULL: only count
 * @flags: none: 0
 *
 * Lists all jobs of the domain, the default job (id 0) always among them, also
 * when nothing is under way. A backup is listed until virDomainBackupEnd(),
 * even when it has nothing left to do.
 *
 * From the proposal, with the default job that its review asked for.
 *
 * Returns: the number of jobs, or -1 on error (@ids is then NULL)
 *
 * Since: 0.1.0
 */
int virDomainListJobIds(virDomainPtr dom, virDomainJobId **ids,
                        unsigned int flags);

/** virDomainBackupBeginFlags: how to begin a backup. The first two and their
 * values are the proposal's; the others came to libvirt later, where they
 * have the values 1 and 2.  Since: 0.1.0 */
typedef enum {
    /* make the checkpoint without remembering it: only its bitmap is there,
     * for the caller to use (needs a checkpoint) */
    VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA = (1 << 0),
    /* let the guest agent bring the guest's file systems to a consistent
     * state first */
    VIR_DOMAIN_BACKUP_BEGIN_QUIESCE = (1 << 1),
    /* targets and scratch files are there already, made by the caller, and
     * are not removed */
    VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL = (1 << 2),
    /* when the guest powers off meanwhile, keep the machine (paused) until
     * the backup has ended */
    VIR_DOMAIN_BACKUP_BEGIN_PRESERVE_SHUTDOWN_DOMAIN = (1 << 3),
} virDomainBackupBeginFlags;

/**
 * virDomainBackupBegin:
 * @domain: a running or paused domain
 * @diskXml: (nullable): a <domainbackup> document: which disks, push or pull,
 *           where to, since which checkpoint; NULL: a full push backup of all
 *           disks into files beside their images
 * @checkpointXml: (nullable): a <domaincheckpoint> document: also make this
 *                 checkpoint, of the same moment
 * @flags: bitwise-OR of virDomainBackupBeginFlags; QUIESCE and NO_METADATA
 *         count for the checkpoint too
 *
 * Begins a backup of one moment of all chosen disks, and returns without
 * waiting for it. The guest goes on and sees nothing of it.
 *
 * Push: QEMU copies the disks to the targets. VIR_DOMAIN_EVENT_ID_JOB_COMPLETED
 * says when it is done, or failed; then virDomainBackupEnd() takes it off the
 * list.
 *
 * Pull: the disks of that moment can be read over NBD, incremental ones with a
 * bitmap context that tells what has changed, until virDomainBackupEnd().
 * virDomainBackupGetXMLDesc() tells where. There is no event: only the reader
 * knows when it has read enough.
 *
 * Any number of backups may be under way. What cannot be done is refused before
 * anything has changed. If the backup fails, or is aborted, its checkpoint is
 * rolled back: the next incremental is taken from the one before it.
 *
 * From the proposal. Today's libvirt has the same name and arguments, and
 * returns 0: there are no ids there.
 *
 * Errors: VIR_ERR_XML_DETAIL, VIR_ERR_XML_ERROR, VIR_ERR_XML_INVALID_SCHEMA
 * (the documents), VIR_ERR_CONFIG_UNSUPPORTED (a disk that is unknown, not
 * possible, or none at all), VIR_ERR_NO_DOMAIN_CHECKPOINT (no such base),
 * VIR_ERR_CHECKPOINT_INCONSISTENT (the record since the base has gaps: take a
 * full backup), VIR_ERR_INVALID_ARG (a target exists; NO_METADATA without a
 * checkpoint), VIR_ERR_OPERATION_FAILED (the checkpoint's name is taken),
 * VIR_ERR_OPERATION_INVALID (the base is still unfinished),
 * VIR_ERR_OPERATION_UNSUPPORTED (not running, or not this way),
 * VIR_ERR_AGENT_UNRESPONSIVE (QUIESCE).
 *
 * Returns: the id of the job (> 0), never used again for this domain, nor for a
 * domain that is defined later with its UUID; -1 on error. Test for < 0
 *
 * Since: 0.1.0
 */
int virDomainBackupBegin(virDomainPtr domain, const char *diskXml,
                         const char *checkpointXml, unsigned int flags);

/**
 * virDomainBackupGetXMLDesc:
 * @domain: a domain
 * @id: of a backup job
 * @flags: none: 0
 *
 * Shows a backup with all that was filled in: its disks, the names of files
 * that were generated, the port and the exports of a pull backup.
 *
 * From the proposal; libvirt's has no @id.
 *
 * Errors: VIR_ERR_NO_DOMAIN_BACKUP (no backup has that id).
 *
 * Returns: (transfer full): a <domainbackup> document, for free(); NULL on
 * error
 *
 * Since: 0.1.0
 */
char *virDomainBackupGetXMLDesc(virDomainPtr domain, int id,
                                unsigned int flags);

/** virDomainBackupEndFlags: how to end a backup (from the proposal).  Since:
 * 0.1.0 */
typedef enum {
    /* give up a push backup that is not done; no effect on any other */
    VIR_DOMAIN_BACKUP_END_ABORT = (1 << 0),
} virDomainBackupEndFlags;

/**
 * virDomainBackupEnd:
 * @domain: a domain
 * @id: of a backup job
 * @flags: bitwise-OR of virDomainBackupEndFlags
 *
 * Ends a backup, takes it off the list and removes everything that was made for
 * it and not asked for: nodes, exports, sockets, scratch files. The checkpoint
 * of a pull backup is kept from now on.
 *
 * A push backup that is not done is refused, unless ABORT is given: its targets
 * are then worthless, and its checkpoint is rolled back.
 *
 * From the proposal; libvirt has virDomainAbortJob() instead.
 *
 * Errors: VIR_ERR_NO_DOMAIN_BACKUP (no backup has that id),
 * VIR_ERR_OPERATION_INVALID (a push backup is not done yet),
 * VIR_ERR_OPERATION_FAILED (a push backup has failed; its error is in the
 * message), VIR_ERR_OPERATION_TIMEOUT (the storage of a scratch file hangs, and
 * the guest would wait for it: the job stays).
 *
 * Returns: 1 if the backup is good, 0 if it was aborted as asked, -1 on error.
 * Test for < 0
 *
 * Since: 0.1.0
 */
int virDomainBackupEnd(virDomainPtr domain, int id, unsigned int flags);

#ifdef __cplusplus
}
#endif

/* The same subject, in files of a readable length. */
#include <libvirt/libvirt-domain-block.h>
#include <libvirt/libvirt-domain-event.h>
#include <libvirt/libvirt-domain-guest.h>
#include <libvirt/libvirt-domain-migrate.h>
#include <libvirt/libvirt-domain-save.h>
#include <libvirt/libvirt-domain-stats.h>
