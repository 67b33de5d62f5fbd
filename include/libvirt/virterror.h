/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What went wrong: the last error of the calling thread.
 *
 * Every call that fails (it returns -1, or NULL) leaves an error behind for the
 * thread that made it, until that thread makes its next call.  The numbers of
 * codes and domains are libvirt's, all of them, so that a program can compare
 * them and an error crosses the wire unchanged; those with a comment are the
 * ones that Strandline itself reports.
 *
 * Names, values and meaning come from libvirt; the codes for checkpoints and
 * backups (102, 103, 104, 109) are the proposal's.
 */
#pragma once

#include <libvirt/libvirt-common.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virErrorLevel: how bad it is.  Since: 0.1.0 */
typedef enum {
    VIR_ERR_NONE = 0,
    VIR_ERR_WARNING = 1,
    VIR_ERR_ERROR = 2,
} virErrorLevel;

/** virErrorDomain: which part of the library speaks.  Since: 0.1.0 */
typedef enum {
    /* the library itself, or unknown */
    VIR_FROM_NONE = 0,
    VIR_FROM_XEN = 1,
    VIR_FROM_XEND = 2,
    VIR_FROM_XENSTORE = 3,
    VIR_FROM_SEXPR = 4,
    /* a document that was given is at fault */
    VIR_FROM_XML = 5,
    VIR_FROM_DOM = 6,
    /* the connection to a daemon */
    VIR_FROM_RPC = 7,
    VIR_FROM_PROXY = 8,
    VIR_FROM_CONF = 9,
    /* the QEMU driver */
    VIR_FROM_QEMU = 10,
    VIR_FROM_NET = 11,
    /* the driver without machines (test:///) */
    VIR_FROM_TEST = 12,
    /* the driver that asks a daemon */
    VIR_FROM_REMOTE = 13,
    VIR_FROM_OPENVZ = 14,
    VIR_FROM_XENXM = 15,
    VIR_FROM_STATS_LINUX = 16,
    VIR_FROM_LXC = 17,
    /* disks and images */
    VIR_FROM_STORAGE = 18,
    VIR_FROM_NETWORK = 19,
    /* calls about domains and jobs */
    VIR_FROM_DOMAIN = 20,
    VIR_FROM_UML = 21,
    VIR_FROM_NODEDEV = 22,
    VIR_FROM_XEN_INOTIFY = 23,
    VIR_FROM_SECURITY = 24,
    VIR_FROM_VBOX = 25,
    VIR_FROM_INTERFACE = 26,
    VIR_FROM_ONE = 27,
    VIR_FROM_ESX = 28,
    VIR_FROM_PHYP = 29,
    VIR_FROM_SECRET = 30,
    VIR_FROM_CPU = 31,
    VIR_FROM_XENAPI = 32,
    VIR_FROM_NWFILTER = 33,
    VIR_FROM_HOOK = 34,
    /* calls about snapshots */
    VIR_FROM_DOMAIN_SNAPSHOT = 35,
    VIR_FROM_AUDIT = 36,
    VIR_FROM_SYSINFO = 37,
    VIR_FROM_STREAMS = 38,
    VIR_FROM_VMWARE = 39,
    /* the event loop */
    VIR_FROM_EVENT = 40,
    VIR_FROM_LIBXL = 41,
    VIR_FROM_LOCKING = 42,
    VIR_FROM_HYPERV = 43,
    VIR_FROM_CAPABILITIES = 44,
    /* connection names */
    VIR_FROM_URI = 45,
    /* proving who one is */
    VIR_FROM_AUTH = 46,
    VIR_FROM_DBUS = 47,
    VIR_FROM_PARALLELS = 48,
    VIR_FROM_DEVICE = 49,
    VIR_FROM_SSH = 50,
    VIR_FROM_LOCKSPACE = 51,
    VIR_FROM_INITCTL = 52,
    VIR_FROM_IDENTITY = 53,
    VIR_FROM_CGROUP = 54,
    /* who may do what */
    VIR_FROM_ACCESS = 55,
    VIR_FROM_SYSTEMD = 56,
    VIR_FROM_BHYVE = 57,
    VIR_FROM_CRYPTO = 58,
    VIR_FROM_FIREWALL = 59,
    /* the answer of polkit */
    VIR_FROM_POLKIT = 60,
    /* threads and locks */
    VIR_FROM_THREAD = 61,
    VIR_FROM_ADMIN = 62,
    VIR_FROM_LOGGING = 63,
    VIR_FROM_XENXL = 64,
    VIR_FROM_PERF = 65,
    VIR_FROM_LIBSSH = 66,
    VIR_FROM_RESCTRL = 67,
    VIR_FROM_FIREWALLD = 68,
    /* calls about checkpoints */
    VIR_FROM_DOMAIN_CHECKPOINT = 69,
    VIR_FROM_TPM = 70,
    VIR_FROM_BPF = 71,
    VIR_FROM_CH = 72,
#ifdef VIR_ENUM_SENTINELS
    VIR_ERR_DOMAIN_LAST
#endif
} virErrorDomain;

/** virErrorNumber: what is wrong, for programs.  Since: 0.1.0 */
typedef enum {
    /* no error */
    VIR_ERR_OK = 0,
    /* something that should not happen did */
    VIR_ERR_INTERNAL_ERROR = 1,
    VIR_ERR_NO_MEMORY = 2,
    /* the driver has no such call */
    VIR_ERR_NO_SUPPORT = 3,
    VIR_ERR_UNKNOWN_HOST = 4,
    /* no driver serves that connection name, or its daemon is not there */
    VIR_ERR_NO_CONNECT = 5,
    /* what was given is no connection */
    VIR_ERR_INVALID_CONN = 6,
    /* what was given is no domain */
    VIR_ERR_INVALID_DOMAIN = 7,
    /* an argument or a flag makes no sense */
    VIR_ERR_INVALID_ARG = 8,
    /* it was tried and did not work, or the name is taken */
    VIR_ERR_OPERATION_FAILED = 9,
    VIR_ERR_GET_FAILED = 10,
    VIR_ERR_POST_FAILED = 11,
    VIR_ERR_HTTP_ERROR = 12,
    VIR_ERR_SEXPR_SERIAL = 13,
    VIR_ERR_NO_XEN = 14,
    VIR_ERR_XEN_CALL = 15,
    VIR_ERR_OS_TYPE = 16,
    VIR_ERR_NO_KERNEL = 17,
    VIR_ERR_NO_ROOT = 18,
    VIR_ERR_NO_SOURCE = 19,
    VIR_ERR_NO_TARGET = 20,
    VIR_ERR_NO_NAME = 21,
    VIR_ERR_NO_OS = 22,
    VIR_ERR_NO_DEVICE = 23,
    VIR_ERR_NO_XENSTORE = 24,
    VIR_ERR_DRIVER_FULL = 25,
    VIR_ERR_CALL_FAILED = 26,
    /* the document says something that cannot be */
    VIR_ERR_XML_ERROR = 27,
    VIR_ERR_DOM_EXIST = 28,
    /* a change on a read-only connection */
    VIR_ERR_OPERATION_DENIED = 29,
    VIR_ERR_OPEN_FAILED = 30,
    VIR_ERR_READ_FAILED = 31,
    VIR_ERR_PARSE_FAILED = 32,
    /* a settings file cannot be understood; the message has the line */
    VIR_ERR_CONF_SYNTAX = 33,
    VIR_ERR_WRITE_FAILED = 34,
    /* the document is not well-formed XML */
    VIR_ERR_XML_DETAIL = 35,
    /* what was given is no network (there are none) */
    VIR_ERR_INVALID_NETWORK = 36,
    VIR_ERR_NETWORK_EXIST = 37,
    /* the operating system refused; the message says why */
    VIR_ERR_SYSTEM_ERROR = 38,
    VIR_ERR_RPC = 39,
    VIR_ERR_GNUTLS_ERROR = 40,
    VIR_WAR_NO_NETWORK = 41,
    /* no such domain */
    VIR_ERR_NO_DOMAIN = 42,
    VIR_ERR_NO_NETWORK = 43,
    VIR_ERR_INVALID_MAC = 44,
    VIR_ERR_AUTH_FAILED = 45,
    /* what was given is no storage pool (there are none) */
    VIR_ERR_INVALID_STORAGE_POOL = 46,
    VIR_ERR_INVALID_STORAGE_VOL = 47,
    VIR_WAR_NO_STORAGE = 48,
    VIR_ERR_NO_STORAGE_POOL = 49,
    VIR_ERR_NO_STORAGE_VOL = 50,
    VIR_WAR_NO_NODE = 51,
    /* what was given is no device of the host (there are none) */
    VIR_ERR_INVALID_NODE_DEVICE = 52,
    VIR_ERR_NO_NODE_DEVICE = 53,
    VIR_ERR_NO_SECURITY_MODEL = 54,
    /* not in the state that this is now in */
    VIR_ERR_OPERATION_INVALID = 55,
    VIR_WAR_NO_INTERFACE = 56,
    VIR_ERR_NO_INTERFACE = 57,
    VIR_ERR_INVALID_INTERFACE = 58,
    VIR_ERR_MULTIPLE_INTERFACES = 59,
    VIR_WAR_NO_NWFILTER = 60,
    VIR_ERR_INVALID_NWFILTER = 61,
    VIR_ERR_NO_NWFILTER = 62,
    VIR_ERR_BUILD_FIREWALL = 63,
    VIR_WAR_NO_SECRET = 64,
    /* what was given is no secret (there are none) */
    VIR_ERR_INVALID_SECRET = 65,
    VIR_ERR_NO_SECRET = 66,
    /* understood, and not possible with this configuration */
    VIR_ERR_CONFIG_UNSUPPORTED = 67,
    /* something else was busy for too long */
    VIR_ERR_OPERATION_TIMEOUT = 68,
    /* what has moved could not be defined there, and went back */
    VIR_ERR_MIGRATE_PERSIST_FAILED = 69,
    VIR_ERR_HOOK_SCRIPT_FAILED = 70,
    /* what was given is no snapshot */
    VIR_ERR_INVALID_DOMAIN_SNAPSHOT = 71,
    /* no such snapshot */
    VIR_ERR_NO_DOMAIN_SNAPSHOT = 72,
    VIR_ERR_INVALID_STREAM = 73,
    /* an argument that this driver cannot honour */
    VIR_ERR_ARGUMENT_UNSUPPORTED = 74,
    VIR_ERR_STORAGE_PROBE_FAILED = 75,
    VIR_ERR_STORAGE_POOL_BUILT = 76,
    /* a return to a snapshot that needs FORCE */
    VIR_ERR_SNAPSHOT_REVERT_RISKY = 77,
    /* somebody gave it up while it was waited for */
    VIR_ERR_OPERATION_ABORTED = 78,
    VIR_ERR_AUTH_CANCELLED = 79,
    /* nothing of that kind is noted about the domain */
    VIR_ERR_NO_DOMAIN_METADATA = 80,
    /* a machine's disk is another file at the destination */
    VIR_ERR_MIGRATE_UNSAFE = 81,
    /* a number is too large */
    VIR_ERR_OVERFLOW = 82,
    /* a block copy is in the way */
    VIR_ERR_BLOCK_COPY_ACTIVE = 83,
    /* not possible here at all */
    VIR_ERR_OPERATION_UNSUPPORTED = 84,
    VIR_ERR_SSH = 85,
    /* the guest agent is absent or does not answer */
    VIR_ERR_AGENT_UNRESPONSIVE = 86,
    VIR_ERR_RESOURCE_BUSY = 87,
    /* the daemon's policy does not give the permission, or its settings not the
     * file's place, to this client */
    VIR_ERR_ACCESS_DENIED = 88,
    VIR_ERR_DBUS_SERVICE = 89,
    VIR_ERR_STORAGE_VOL_EXIST = 90,
    VIR_ERR_CPU_INCOMPATIBLE = 91,
    /* an element or a value that the format does not have */
    VIR_ERR_XML_INVALID_SCHEMA = 92,
    VIR_ERR_MIGRATE_FINISH_OK = 93,
    VIR_ERR_AUTH_UNAVAILABLE = 94,
    VIR_ERR_NO_SERVER = 95,
    VIR_ERR_NO_CLIENT = 96,
    VIR_ERR_AGENT_UNSYNCED = 97,
    VIR_ERR_LIBSSH = 98,
    VIR_ERR_DEVICE_MISSING = 99,
    VIR_ERR_INVALID_NWFILTER_BINDING = 100,
    VIR_ERR_NO_NWFILTER_BINDING = 101,
    /* what was given is no checkpoint */
    VIR_ERR_INVALID_DOMAIN_CHECKPOINT = 102,
    /* no such checkpoint, or it has no parent */
    VIR_ERR_NO_DOMAIN_CHECKPOINT = 103,
    /* no such backup job */
    VIR_ERR_NO_DOMAIN_BACKUP = 104,
    VIR_ERR_INVALID_NETWORK_PORT = 105,
    VIR_ERR_NETWORK_PORT_EXIST = 106,
    VIR_ERR_NO_NETWORK_PORT = 107,
    VIR_ERR_NO_HOSTNAME = 108,
    /* the record since that checkpoint has gaps: only a full backup is sound */
    VIR_ERR_CHECKPOINT_INCONSISTENT = 109,
    VIR_ERR_MULTIPLE_DOMAINS = 110,
    VIR_ERR_NO_NETWORK_METADATA = 111,
    VIR_ERR_AGENT_COMMAND_TIMEOUT = 112,
    VIR_ERR_AGENT_COMMAND_FAILED = 113,
#ifdef VIR_ENUM_SENTINELS
    VIR_ERR_NUMBER_LAST
#endif
} virErrorNumber;

/**
 * virError:
 *
 * An error as it was reported.  Strandline fills in the fields with a comment;
 * the others are there for programs that read them, and are NULL or -1.
 *
 * Since: 0.1.0
 */
typedef struct _virError virError;
typedef virError *virErrorPtr;
struct _virError {
    /* a virErrorNumber */
    int code;
    /* a virErrorDomain */
    int domain;
    /* what was tried, on what, and what to do about it */
    char *message;
    virErrorLevel level;
    virConnectPtr conn;
    virDomainPtr dom;
    char *str1;
    char *str2;
    char *str3;
    int int1;
    int int2;
    virNetworkPtr net;
};

/**
 * virErrorFunc:
 * @userData: what was given to virSetErrorFunc()
 * @error: the error, owned by the library and valid during the call
 *
 * Called in the thread in which a call fails, before that call returns.
 *
 * Since: 0.1.0
 */
typedef void (*virErrorFunc)(void *userData, virErrorPtr error);

/**
 * virGetLastError:
 *
 * Returns: the error of this thread's last failed call, or NULL if its last
 * call succeeded.  It is the library's and changes with the thread's next call;
 * virSaveLastError() gives a copy to keep.
 *
 * Since: 0.1.0
 */
virErrorPtr virGetLastError(void);

/**
 * virGetLastErrorCode:
 *
 * Returns: the virErrorNumber of the last error, VIR_ERR_OK if there is none
 *
 * Since: 0.1.0
 */
int virGetLastErrorCode(void);

/**
 * virGetLastErrorDomain:
 *
 * Returns: the virErrorDomain of the last error, VIR_FROM_NONE if there is none
 *
 * Since: 0.1.0
 */
int virGetLastErrorDomain(void);

/**
 * virGetLastErrorMessage:
 *
 * Returns: the text of the last error, or "no error"; never NULL, and never to
 * be freed
 *
 * Since: 0.1.0
 */
const char *virGetLastErrorMessage(void);

/**
 * virResetLastError:
 *
 * Forgets this thread's last error, as each call does when it begins.
 *
 * Since: 0.1.0
 */
void virResetLastError(void);

/**
 * virResetError:
 * @err: (nullable): an error of the caller's, e.g. from virCopyLastError()
 *
 * Frees what @err points to and empties it; @err itself stays.
 *
 * Since: 0.1.0
 */
void virResetError(virErrorPtr err);

/**
 * virSaveLastError:
 *
 * Returns: (transfer full): a copy of the last error, to be given to
 * virFreeError(); its code is VIR_ERR_OK if there was none
 *
 * Since: 0.1.0
 */
virErrorPtr virSaveLastError(void);

/**
 * virCopyLastError:
 * @to: a virError of the caller's, zeroed or holding an older copy
 *
 * Copies the last error into @to, which virResetError() empties again.
 *
 * Returns: the code that was copied (0 if there was no error), or -1 if @to is
 * NULL
 *
 * Since: 0.1.0
 */
int virCopyLastError(virErrorPtr to);

/**
 * virFreeError:
 * @err: (nullable): from virSaveLastError()
 *
 * Since: 0.1.0
 */
void virFreeError(virErrorPtr err);

/**
 * virSetErrorFunc:
 * @userData: handed to @handler
 * @handler: (nullable): called for each error of any thread; NULL: nobody
 *
 * Without a handler nothing is printed anywhere; libvirt prints to stderr then.
 *
 * Since: 0.1.0
 */
void virSetErrorFunc(void *userData, virErrorFunc handler);

/**
 * virConnGetLastError:
 * @conn: (nullable): a connection
 *
 * The older form of virGetLastError(): errors belong to threads.
 *
 * Returns: the error of this thread's last failed call, the library's; NULL if
 * its last call succeeded, or @conn is NULL
 *
 * Since: 0.1.0
 */
virErrorPtr virConnGetLastError(virConnectPtr conn);

/**
 * virConnCopyLastError:
 * @conn: (nullable): a connection
 * @to: a virError of the caller's, zeroed or holding an older copy
 *
 * The older form of virCopyLastError().
 *
 * Returns: the code that was copied (0 if there was no error), or -1 if @conn or
 * @to is NULL
 *
 * Since: 0.1.0
 */
int virConnCopyLastError(virConnectPtr conn, virErrorPtr to);

/**
 * virConnResetLastError:
 * @conn: (nullable): a connection
 *
 * The older form of virResetLastError().
 *
 * Since: 0.1.0
 */
void virConnResetLastError(virConnectPtr conn);

#ifdef __cplusplus
}
#endif
