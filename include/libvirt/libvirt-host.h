/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections: to which driver, where, and with what rights.
 *
 * A program opens a connection by a URI, works with the domains there, and
 * closes it.  What the URIs are:
 *
 *     qemu:///embed?root=DIR    QEMU machines of this very process; everything
 *                               about them is kept below DIR.  No daemon.
 *         &lock_timeout=SECONDS how long a call waits for another process that
 *                               works below DIR (10)
 *         &user=NAME            whom QEMU runs as when root starts it (root);
 *         &group=NAME           it opens no file itself then
 *         &networks=NAME:BRIDGE,...   which bridge an interface of
 *                               type='network' hangs on
 *
 * Values are percent-encoded.  Names and numbers are libvirt's.
 *
 * Errors that any call may give: VIR_ERR_INVALID_CONN (what was given is no
 * connection), VIR_ERR_INVALID_ARG (NULL where a value is needed, unknown
 * flags), VIR_ERR_NO_SUPPORT (the driver has no such call) and
 * VIR_ERR_SYSTEM_ERROR (the host said no).
 */
#pragma once

#include <libvirt/libvirt-common.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The size of a UUID, as bytes and as text with its NUL. */
#define VIR_UUID_BUFLEN        (16)
#define VIR_UUID_STRING_BUFLEN (36 + 1)

/** virConnectFlags: for virConnectOpenAuth().  Since: 0.1.0 */
typedef enum {
    /* nothing can be changed through this connection */
    VIR_CONNECT_RO = (1 << 0),
    /* take the name literally: it is no alias of libvirt.conf */
    VIR_CONNECT_NO_ALIASES = (1 << 1),
} virConnectFlags;

/** virConnectCredentialType: what a server may ask.  Since: 0.1.0 */
typedef enum {
    VIR_CRED_USERNAME = 1,     /* who to act as */
    VIR_CRED_AUTHNAME = 2,     /* whose password it is */
    VIR_CRED_LANGUAGE = 3,     /* preferred languages */
    VIR_CRED_CNONCE = 4,       /* a nonce of the client's */
    VIR_CRED_PASSPHRASE = 5,   /* a secret */
    VIR_CRED_ECHOPROMPT = 6,   /* the answer to a challenge */
    VIR_CRED_NOECHOPROMPT = 7, /* the same, not shown while typed */
    VIR_CRED_REALM = 8,        /* where the name is known */
    VIR_CRED_EXTERNAL = 9,     /* handled outside the connection */
#ifdef VIR_ENUM_SENTINELS
    VIR_CRED_LAST
#endif
} virConnectCredentialType;

/** virConnectCredential: a question and its answer.  Since: 0.1.0 */
typedef struct _virConnectCredential virConnectCredential;
typedef virConnectCredential *virConnectCredentialPtr;
struct _virConnectCredential {
    int type;               /* a virConnectCredentialType */
    const char *prompt;     /* to show */
    const char *challenge;  /* more to show */
    const char *defresult;  /* the answer if the user gives none */
    char *result;           /* the answer, from malloc() */
    unsigned int resultlen; /* its length */
};

/**
 * virConnectAuthCallbackPtr:
 * @cred: the questions; the answers go into the result fields
 * @ncred: how many there are
 * @cbdata: as in the virConnectAuth
 *
 * Returns: 0 if all could be answered, -1 to give up
 *
 * Since: 0.1.0
 */
typedef int (*virConnectAuthCallbackPtr)(virConnectCredentialPtr cred,
                                         unsigned int ncred, void *cbdata);

/** virConnectAuth: how a program answers questions.  Since: 0.1.0 */
typedef struct _virConnectAuth virConnectAuth;
typedef virConnectAuth *virConnectAuthPtr;
struct _virConnectAuth {
    int *credtype;          /* what @cb can answer */
    unsigned int ncredtype; /* how many those are */
    virConnectAuthCallbackPtr cb;
    void *cbdata;
};

/**
 * virConnectAuthPtrDefault:
 *
 * Answers nothing: this library does not ask at a terminal by itself. What stands
 * in libvirt's auth.conf (LIBVIRT_AUTH_FILE) needs no answer.
 *
 * Since: 0.1.0
 */
extern virConnectAuthPtr virConnectAuthPtrDefault;

/**
 * virInitialize:
 *
 * Prepares the library.  Opening a connection does it too; calling it again
 * does nothing.
 *
 * Returns: 0
 *
 * Since: 0.1.0
 */
int virInitialize(void);

/**
 * virGetVersion:
 * @libVer: set to the version of this library, as
 *          1000000 * major + 1000 * minor + micro
 * @type: (nullable): not used
 * @typeVer: (nullable): set to the same number
 *
 * Returns: 0, or -1 with VIR_ERR_INVALID_ARG
 *
 * Since: 0.1.0
 */
int virGetVersion(unsigned long *libVer, const char *type,
                  unsigned long *typeVer);

/**
 * virConnectOpen:
 * @name: (nullable): a URI, or an alias of one in libvirt.conf; NULL or "": what
 *        STRANDLINE_DEFAULT_URI or LIBVIRT_DEFAULT_URI say in the environment,
 *        else uri_default in libvirt.conf, else qemu:///system if
 *        its daemon is there, else qemu:///embed below the calling user's
 *        state folder ($XDG_STATE_HOME/strandline)
 *
 * Opens a connection for reading and writing.
 *
 * Errors: VIR_ERR_INVALID_ARG (no URI), VIR_ERR_NO_CONNECT (no driver serves
 * it), VIR_ERR_CONF_SYNTAX (libvirt.conf cannot be understood), and what the driver
 * says.
 *
 * Returns: (transfer full): a connection for virConnectClose(); NULL on error
 *
 * Since: 0.1.0
 */
virConnectPtr virConnectOpen(const char *name);

/**
 * virConnectOpenReadOnly:
 * @name: (nullable): as for virConnectOpen()
 *
 * Opens a connection through which nothing can be changed: every call that
 * would is refused with VIR_ERR_OPERATION_DENIED.
 *
 * Returns: (transfer full): a connection for virConnectClose(); NULL on error
 *
 * Since: 0.1.0
 */
virConnectPtr virConnectOpenReadOnly(const char *name);

/**
 * virConnectOpenAuth:
 * @name: (nullable): as for virConnectOpen()
 * @auth: (nullable): who answers if the server asks for credentials
 * @flags: bitwise-OR of virConnectFlags
 *
 * A server that wants SASL asks for a name (VIR_CRED_AUTHNAME), a password
 * (VIR_CRED_PASSPHRASE), and what its mechanism has besides. What libvirt's
 * auth.conf says of the host is not asked; the rest is, in one call of @auth's
 * callback, in this thread, before this returns.
 *
 * Errors: as for virConnectOpen(), and VIR_ERR_AUTH_FAILED (the server does not
 * believe it, or nobody could be asked), VIR_ERR_AUTH_UNAVAILABLE (there is no
 * mechanism that both have), VIR_ERR_AUTH_CANCELLED (the callback gave up).
 *
 * Returns: (transfer full): a connection for virConnectClose(); NULL on error
 *
 * Since: 0.1.0
 */
virConnectPtr virConnectOpenAuth(const char *name, virConnectAuthPtr auth,
                                 unsigned int flags);

/**
 * virConnectRef:
 * @conn: a connection
 *
 * Adds a reference, to be given back with virConnectClose().
 *
 * Returns: 0, or -1 with VIR_ERR_INVALID_CONN
 *
 * Since: 0.1.0
 */
int virConnectRef(virConnectPtr conn);

/**
 * virConnectClose:
 * @conn: a connection
 *
 * Gives a reference back; the last one closes the connection.  Handles that
 * came from it hold references too.  Event callbacks do not: those that are
 * still registered are dropped, and their free functions run from the event
 * loop.
 *
 * Returns: the references that are left (0: it is closed), or -1 with
 * VIR_ERR_INVALID_CONN
 *
 * Since: 0.1.0
 */
int virConnectClose(virConnectPtr conn);

/**
 * virConnectGetType:
 * @conn: a connection
 *
 * Returns: the name of the driver ("QEMU"), not to be freed; NULL on error
 *
 * Since: 0.1.0
 */
const char *virConnectGetType(virConnectPtr conn);

/**
 * virConnectGetVersion:
 * @conn: a connection
 * @hvVer: set to the version of the hypervisor (QEMU 7.2.0 is 7002000), 0 if it
 *         cannot be told
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectGetVersion(virConnectPtr conn, unsigned long *hvVer);

/**
 * virConnectGetLibVersion:
 * @conn: a connection
 * @libVer: set to the version of the library that does the work, as in
 *          virGetVersion()
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectGetLibVersion(virConnectPtr conn, unsigned long *libVer);

/**
 * virConnectGetHostname:
 * @conn: a connection
 *
 * Returns: (transfer full): the name of the host on which the machines run, for
 * free(); NULL on error
 *
 * Since: 0.1.0
 */
char *virConnectGetHostname(virConnectPtr conn);

/**
 * virConnectGetURI:
 * @conn: a connection
 *
 * Returns: (transfer full): the URI in the form that opens the same connection
 * again, for free(); NULL on error
 *
 * Since: 0.1.0
 */
char *virConnectGetURI(virConnectPtr conn);

/**
 * virConnectIsAlive:
 * @conn: a connection
 *
 * Returns: 1 if calls can still reach the driver, 0 if not, -1 on error
 *
 * Since: 0.1.0
 */
int virConnectIsAlive(virConnectPtr conn);

/**
 * virConnectIsSecure:
 * @conn: a connection
 *
 * Returns: 1 if nobody on the way can read along (encrypted, or never leaves
 * the host), 0 if somebody could, -1 on error
 *
 * Since: 0.1.0
 */
int virConnectIsSecure(virConnectPtr conn);

/**
 * virConnectIsEncrypted:
 * @conn: a connection
 *
 * Returns: 1 if it is encrypted, 0 if not, -1 on error
 *
 * Since: 0.1.0
 */
int virConnectIsEncrypted(virConnectPtr conn);

/**
 * virConnectSetKeepAlive:
 * @conn: a connection
 * @interval: seconds of silence before the other side is asked; <= 0: never
 * @count: how often it may not answer
 *
 * A daemon that is silent is asked, and given up if it does not answer @count
 * times: every call under way then fails with VIR_ERR_RPC.  Inside the calling
 * process nobody is to be asked.
 *
 * Returns: 0; 1: not needed here, or the daemon cannot be asked; -1 on error
 *
 * Since: 0.1.0
 */
int virConnectSetKeepAlive(virConnectPtr conn, int interval,
                           unsigned int count);

/**
 * virConnectCloseFunc:
 * @conn: the connection
 * @reason: a virConnectCloseReason
 * @opaque: what was registered
 *
 * Called when a connection ended by itself.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectCloseFunc)(virConnectPtr conn, int reason,
                                    void *opaque);

/**
 * virConnectRegisterCloseCallback:
 * @conn: a connection
 * @cb: called once, from the event loop, when @conn has ended by itself: the
 *      daemon closed it or is silent (virConnectSetKeepAlive()); at once if it
 *      had ended before.  Drivers that work inside the calling process never do
 * @opaque: handed to @cb
 * @freecb: (nullable): frees @opaque when @cb is no longer needed: in
 *          virConnectUnregisterCloseCallback(), or in the virConnectClose()
 *          that closes @conn; not called if this call fails
 *
 * @cb gets a virConnectCloseReason. It may take itself back; @opaque is then freed
 * when it has returned. Without an event loop it is never called.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (there is one already).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectRegisterCloseCallback(virConnectPtr conn, virConnectCloseFunc cb,
                                    void *opaque, virFreeCallback freecb);

/**
 * virConnectUnregisterCloseCallback:
 * @conn: a connection
 * @cb: what was given to virConnectRegisterCloseCallback()
 *
 * Errors: VIR_ERR_INVALID_ARG (that is not the one that is registered).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectUnregisterCloseCallback(virConnectPtr conn,
                                      virConnectCloseFunc cb);

/** virNodeInfo: a host in eight numbers.  Since: 0.1.0 */
typedef struct _virNodeInfo virNodeInfo;
typedef virNodeInfo *virNodeInfoPtr;
struct _virNodeInfo {
    char model[32];       /* its architecture: "x86_64" */
    unsigned long memory; /* KiB */
    unsigned int cpus;    /* processors that are on */
    unsigned int mhz;     /* their speed, 0: not known */
    unsigned int nodes;   /* NUMA cells */
    unsigned int sockets; /* in a cell */
    unsigned int cores;   /* in a socket */
    unsigned int threads; /* of a core */
};

/**
 * virNodeGetInfo:
 * @conn: a connection
 * @info: filled in
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virNodeGetInfo(virConnectPtr conn, virNodeInfoPtr info);

/**
 * virConnectGetCapabilities:
 * @conn: a connection
 *
 * Returns: (transfer full): a <capabilities> document: the host's architecture,
 * and what kinds of domain can be defined, for free(); NULL on error
 *
 * Since: 0.1.0
 */
char *virConnectGetCapabilities(virConnectPtr conn);

/**
 * virConnectGetDomainCapabilities:
 * @conn: a connection
 * @emulatorbin: (nullable): absolute path of an emulator; NULL: the usual one
 * @arch: (nullable): architecture; NULL: the host's
 * @machine: (nullable): kind of machine, "pc" or "pc-q35-7.2"; NULL: "pc"
 * @virttype: (nullable): "kvm" or "qemu"; NULL: "kvm" where it can be used
 * @flags: none: 0
 *
 * What a <domain> with these may have: how many processors and of which models,
 * which firmware, which devices. The emulator is run and asked, once until it is
 * installed anew; hence not for readers, and a daemon's client which is not root
 * may name one of root's alone.
 *
 * Errors: VIR_ERR_INVALID_ARG (no such machine, or not virtualised so),
 * VIR_ERR_CONFIG_UNSUPPORTED (another architecture), VIR_ERR_OPERATION_FAILED
 * (the emulator cannot be run), VIR_ERR_OPERATION_DENIED (a reader),
 * VIR_ERR_ACCESS_DENIED (that emulator must not be run).
 *
 * Returns: (transfer full): a <domainCapabilities> document, for free(); NULL on
 * error
 *
 * Since: 0.1.0
 */
char *virConnectGetDomainCapabilities(virConnectPtr conn,
                                      const char *emulatorbin, const char *arch,
                                      const char *machine, const char *virttype,
                                      unsigned int flags);

/**
 * virConnectGetMaxVcpus:
 * @conn: a connection
 * @type: (nullable): kind of virtualisation, "kvm" or "qemu"; NULL: the usual one
 *
 * Errors: VIR_ERR_INVALID_ARG (domains are not of that type).
 *
 * Returns: how many processors a domain of the usual machine can have, or -1 on
 * error
 *
 * Since: 0.1.0
 */
int virConnectGetMaxVcpus(virConnectPtr conn, const char *type);

/**
 * virNodeGetFreeMemory:
 * @conn: a connection
 *
 * Returns: the bytes of the host's memory that nobody uses, or 0 on error
 *
 * Since: 0.1.0
 */
unsigned long long virNodeGetFreeMemory(virConnectPtr conn);

/* Room for the three texts below, with the byte that ends them. */
#define VIR_SECURITY_LABEL_BUFLEN 4097
#define VIR_SECURITY_MODEL_BUFLEN 257
#define VIR_SECURITY_DOI_BUFLEN   257

/** virSecurityLabel: how a domain is marked for the host's security module.
 * Since: 0.1.0 */
typedef struct _virSecurityLabel virSecurityLabel;
typedef virSecurityLabel *virSecurityLabelPtr;
struct _virSecurityLabel {
    char label[VIR_SECURITY_LABEL_BUFLEN]; /* "": it is not */
    int enforcing;                         /* 1 if the mark counts */
};

/** virSecurityModel: the host's security module.  Since: 0.1.0 */
typedef struct _virSecurityModel virSecurityModel;
typedef virSecurityModel *virSecurityModelPtr;
struct _virSecurityModel {
    char model[VIR_SECURITY_MODEL_BUFLEN]; /* "none": domains are not marked */
    char doi[VIR_SECURITY_DOI_BUFLEN];     /* how its marks are meant */
};

/**
 * virNodeGetSecurityModel:
 * @conn: a connection
 * @secmodel: filled in
 *
 * Strandline marks no domain: a machine is shut in by its user and by QEMU's
 * sandbox (docs/security.md).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virNodeGetSecurityModel(virConnectPtr conn, virSecurityModelPtr secmodel);

#ifdef __cplusplus
}
#endif
