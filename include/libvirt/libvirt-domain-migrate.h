/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine that moves to another host. Part of libvirt-domain.h, which includes
 * it; what is said there of errors counts here too.
 *
 * The QEMU driver moves a machine while it runs, from one state folder to
 * another, on storage that both see. At every moment one side at most runs the
 * guest, and whoever dies on the way, one of them can go on. A migration is a
 * job on both sides: it is listed, tells how far it is, and can be given up at
 * the source by virDomainAbortJob().
 *
 * What keeps a machine where it is (VIR_ERR_OPERATION_INVALID, naming it): a job
 * at work, checkpoints, snapshots, a managed save image. A machine that is
 * changed, paused or resumed between the begin and the copy of its memory makes
 * the call fail (CHANGE_PROTECTION, which is always on).
 *
 * Names, signatures and numbers are libvirt's.
 */
#pragma once

#include <libvirt/libvirt-host.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virDomainMigrateFlags: how to move.  Since: 0.1.0 */
typedef enum {
    /* the guest goes on while its memory is copied; it always does */
    VIR_MIGRATE_LIVE = 1 << 0,
    /* the library, or the daemon of the source, opens the destination: needed
     * with a URI */
    VIR_MIGRATE_PEER2PEER = 1 << 1,
    /* what is sent goes through that conversation: not supported */
    VIR_MIGRATE_TUNNELLED = 1 << 2,
    /* it is defined at the destination */
    VIR_MIGRATE_PERSIST_DEST = 1 << 3,
    /* it is no longer defined at the source */
    VIR_MIGRATE_UNDEFINE_SOURCE = 1 << 4,
    /* it does not go on when it has arrived; nor does one that was paused */
    VIR_MIGRATE_PAUSED = 1 << 5,
    /* copy whole disks: not supported */
    VIR_MIGRATE_NON_SHARED_DISK = 1 << 6,
    /* copy the top layers of disks: not supported */
    VIR_MIGRATE_NON_SHARED_INC = 1 << 7,
    /* nobody changes it meanwhile; always so */
    VIR_MIGRATE_CHANGE_PROTECTION = 1 << 8,
    /* even if a disk's image looks like another file there */
    VIR_MIGRATE_UNSAFE = 1 << 9,
    /* the definition alone, of a machine that is off; with PERSIST_DEST */
    VIR_MIGRATE_OFFLINE = 1 << 10,
    /* compress what is sent: not supported */
    VIR_MIGRATE_COMPRESSED = 1 << 11,
    /* an I/O error of a disk ends it */
    VIR_MIGRATE_ABORT_ON_ERROR = 1 << 12,
    /* slow a guest down that writes too fast: not supported */
    VIR_MIGRATE_AUTO_CONVERGE = 1 << 13,
    /* pin all of its memory: not supported */
    VIR_MIGRATE_RDMA_PIN_ALL = 1 << 14,
    /* it may go on before all of its memory is there: not supported */
    VIR_MIGRATE_POSTCOPY = 1 << 15,
    /* encrypt what is sent: not supported */
    VIR_MIGRATE_TLS = 1 << 16,
    /* use several connections: not supported */
    VIR_MIGRATE_PARALLEL = 1 << 17,
    /* disks stay in step with writes: not supported */
    VIR_MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES = 1 << 18,
    /* go on with one that was interrupted: not supported */
    VIR_MIGRATE_POSTCOPY_RESUME = 1 << 19,
    /* send memory without copying it: not supported */
    VIR_MIGRATE_ZEROCOPY = 1 << 20,
} virDomainMigrateFlags;

/** virDomainMigrateMaxSpeedFlags: of which limit.  Since: 0.1.0 */
typedef enum {
    /* of what is sent after the guest has moved */
    VIR_DOMAIN_MIGRATE_MAX_SPEED_POSTCOPY = 1 << 0,
} virDomainMigrateMaxSpeedFlags;

/* The names of what virDomainMigrate3() and virDomainMigrateToURI3() take: URI,
 * DEST_NAME, DEST_XML and PERSIST_XML (strings), BANDWIDTH (unsigned long long).
 * The others are refused by their names. */
#define VIR_MIGRATE_PARAM_URI                      "migrate_uri"
#define VIR_MIGRATE_PARAM_DEST_NAME                "destination_name"
#define VIR_MIGRATE_PARAM_DEST_XML                 "destination_xml"
#define VIR_MIGRATE_PARAM_PERSIST_XML              "persistent_xml"
#define VIR_MIGRATE_PARAM_BANDWIDTH                "bandwidth"
#define VIR_MIGRATE_PARAM_BANDWIDTH_POSTCOPY       "bandwidth.postcopy"
#define VIR_MIGRATE_PARAM_GRAPHICS_URI             "graphics_uri"
#define VIR_MIGRATE_PARAM_LISTEN_ADDRESS           "listen_address"
#define VIR_MIGRATE_PARAM_MIGRATE_DISKS            "migrate_disks"
#define VIR_MIGRATE_PARAM_DISKS_PORT               "disks_port"
#define VIR_MIGRATE_PARAM_DISKS_URI                "disks_uri"
#define VIR_MIGRATE_PARAM_COMPRESSION              "compression"
#define VIR_MIGRATE_PARAM_COMPRESSION_MT_LEVEL     "compression.mt.level"
#define VIR_MIGRATE_PARAM_COMPRESSION_MT_THREADS   "compression.mt.threads"
#define VIR_MIGRATE_PARAM_COMPRESSION_MT_DTHREADS  "compression.mt.dthreads"
#define VIR_MIGRATE_PARAM_COMPRESSION_XBZRLE_CACHE "compression.xbzrle.cache"
#define VIR_MIGRATE_PARAM_AUTO_CONVERGE_INITIAL    "auto_converge.initial"
#define VIR_MIGRATE_PARAM_AUTO_CONVERGE_INCREMENT  "auto_converge.increment"
#define VIR_MIGRATE_PARAM_PARALLEL_CONNECTIONS     "parallel.connections"
#define VIR_MIGRATE_PARAM_TLS_DESTINATION          "tls.destination"

/**
 * virDomainMigrate:
 * @domain: a running domain
 * @dconn: a connection to the destination
 * @flags: bitwise-OR of virDomainMigrateFlags
 * @dname: (nullable): its name there
 * @uri: (nullable): how its memory gets there
 * @bandwidth: MiB/s; 0: no limit
 *
 * Moves @domain to @dconn. When it returns the guest runs there, and is shut off
 * here (reason MIGRATED). Without success it is as it was, here.
 *
 * Its memory goes over @uri, tcp://host:port or unix:///path; NULL: a socket in
 * the destination's own folder, where both sides are on one host.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run, runs there already, or
 * something keeps it here), VIR_ERR_ARGUMENT_UNSUPPORTED (a flag or parameter
 * that no driver has; naming it), VIR_ERR_MIGRATE_UNSAFE (an image is another
 * file there), VIR_ERR_OPERATION_FAILED (its name is taken there, or QEMU says
 * why), VIR_ERR_OPERATION_ABORTED (given up), VIR_ERR_MIGRATE_PERSIST_FAILED,
 * VIR_ERR_CONFIG_UNSUPPORTED (a document of another machine),
 * VIR_ERR_NO_SUPPORT (the driver moves none).
 *
 * Returns: (transfer full): the domain there, or NULL on error
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainMigrate(virDomainPtr domain, virConnectPtr dconn,
                              unsigned long flags, const char *dname,
                              const char *uri, unsigned long bandwidth);

/**
 * virDomainMigrate2:
 * @domain: a running domain
 * @dconn: a connection to the destination
 * @dxml: (nullable): what it is there
 * @flags: bitwise-OR of virDomainMigrateFlags
 * @dname: (nullable): its name there
 * @uri: (nullable): how its memory gets there
 * @bandwidth: MiB/s; 0: no limit
 *
 * Moves @domain to @dconn. When it returns the guest runs there, and is shut off
 * here (reason MIGRATED). Without success it is as it was, here.
 *
 * Its memory goes over @uri, tcp://host:port or unix:///path; NULL: a socket in
 * the destination's own folder, where both sides are on one host.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run, runs there already, or
 * something keeps it here), VIR_ERR_ARGUMENT_UNSUPPORTED (a flag or parameter
 * that no driver has; naming it), VIR_ERR_MIGRATE_UNSAFE (an image is another
 * file there), VIR_ERR_OPERATION_FAILED (its name is taken there, or QEMU says
 * why), VIR_ERR_OPERATION_ABORTED (given up), VIR_ERR_MIGRATE_PERSIST_FAILED,
 * VIR_ERR_CONFIG_UNSUPPORTED (a document of another machine),
 * VIR_ERR_NO_SUPPORT (the driver moves none).
 *
 * Returns: (transfer full): the domain there, or NULL on error
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainMigrate2(virDomainPtr domain, virConnectPtr dconn,
                               const char *dxml, unsigned long flags,
                               const char *dname, const char *uri,
                               unsigned long bandwidth);

/**
 * virDomainMigrate3:
 * @domain: a running domain
 * @dconn: a connection to the destination
 * @params: (nullable): VIR_MIGRATE_PARAM_...
 * @nparams: how many there are
 * @flags: bitwise-OR of virDomainMigrateFlags
 *
 * Moves @domain to @dconn. When it returns the guest runs there, and is shut off
 * here (reason MIGRATED). Without success it is as it was, here.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run, runs there already, or
 * something keeps it here), VIR_ERR_ARGUMENT_UNSUPPORTED (a flag or parameter
 * that no driver has; naming it), VIR_ERR_MIGRATE_UNSAFE (an image is another
 * file there), VIR_ERR_OPERATION_FAILED (its name is taken there, or QEMU says
 * why), VIR_ERR_OPERATION_ABORTED (given up), VIR_ERR_MIGRATE_PERSIST_FAILED,
 * VIR_ERR_CONFIG_UNSUPPORTED (a document of another machine),
 * VIR_ERR_NO_SUPPORT (the driver moves none).
 *
 * Returns: (transfer full): the domain there, or NULL on error
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainMigrate3(virDomainPtr domain, virConnectPtr dconn,
                               virTypedParameterPtr params,
                               unsigned int nparams, unsigned int flags);

/**
 * virDomainMigrateToURI:
 * @domain: a running domain
 * @duri: the destination
 * @flags: bitwise-OR of virDomainMigrateFlags
 * @dname: (nullable): its name there
 * @bandwidth: MiB/s; 0: no limit
 *
 * Moves @domain to @duri. When it returns the guest runs there, and is shut off
 * here (reason MIGRATED). Without success it is as it was, here.
 * Needs VIR_MIGRATE_PEER2PEER.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run, runs there already, or
 * something keeps it here), VIR_ERR_ARGUMENT_UNSUPPORTED (a flag or parameter
 * that no driver has; naming it), VIR_ERR_MIGRATE_UNSAFE (an image is another
 * file there), VIR_ERR_OPERATION_FAILED (its name is taken there, or QEMU says
 * why), VIR_ERR_OPERATION_ABORTED (given up), VIR_ERR_MIGRATE_PERSIST_FAILED,
 * VIR_ERR_CONFIG_UNSUPPORTED (a document of another machine),
 * VIR_ERR_NO_SUPPORT (the driver moves none).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainMigrateToURI(virDomainPtr domain, const char *duri,
                          unsigned long flags, const char *dname,
                          unsigned long bandwidth);

/**
 * virDomainMigrateToURI2:
 * @domain: a running domain
 * @dconnuri: the destination
 * @miguri: (nullable): how its memory gets there
 * @dxml: (nullable): what it is there
 * @flags: bitwise-OR of virDomainMigrateFlags
 * @dname: (nullable): its name there
 * @bandwidth: MiB/s; 0: no limit
 *
 * Moves @domain to @dconnuri. When it returns the guest runs there, and is shut off
 * here (reason MIGRATED). Without success it is as it was, here.
 *
 * Its memory goes over @miguri, tcp://host:port or unix:///path; NULL: a socket
 * in the destination's own folder, where both sides are on one host.
 * Needs VIR_MIGRATE_PEER2PEER.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run, runs there already, or
 * something keeps it here), VIR_ERR_ARGUMENT_UNSUPPORTED (a flag or parameter
 * that no driver has; naming it), VIR_ERR_MIGRATE_UNSAFE (an image is another
 * file there), VIR_ERR_OPERATION_FAILED (its name is taken there, or QEMU says
 * why), VIR_ERR_OPERATION_ABORTED (given up), VIR_ERR_MIGRATE_PERSIST_FAILED,
 * VIR_ERR_CONFIG_UNSUPPORTED (a document of another machine),
 * VIR_ERR_NO_SUPPORT (the driver moves none).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainMigrateToURI2(virDomainPtr domain, const char *dconnuri,
                           const char *miguri, const char *dxml,
                           unsigned long flags, const char *dname,
                           unsigned long bandwidth);

/**
 * virDomainMigrateToURI3:
 * @domain: a running domain
 * @dconnuri: the destination
 * @params: (nullable): VIR_MIGRATE_PARAM_...
 * @nparams: how many there are
 * @flags: bitwise-OR of virDomainMigrateFlags
 *
 * Moves @domain to @dconnuri. When it returns the guest runs there, and is shut off
 * here (reason MIGRATED). Without success it is as it was, here.
 * Needs VIR_MIGRATE_PEER2PEER.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run, runs there already, or
 * something keeps it here), VIR_ERR_ARGUMENT_UNSUPPORTED (a flag or parameter
 * that no driver has; naming it), VIR_ERR_MIGRATE_UNSAFE (an image is another
 * file there), VIR_ERR_OPERATION_FAILED (its name is taken there, or QEMU says
 * why), VIR_ERR_OPERATION_ABORTED (given up), VIR_ERR_MIGRATE_PERSIST_FAILED,
 * VIR_ERR_CONFIG_UNSUPPORTED (a document of another machine),
 * VIR_ERR_NO_SUPPORT (the driver moves none).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainMigrateToURI3(virDomainPtr domain, const char *dconnuri,
                           virTypedParameterPtr params, unsigned int nparams,
                           unsigned int flags);

/**
 * virDomainMigrateGetMaxDowntime:
 * @domain: a running domain
 * @downtime: set to milliseconds
 * @flags: none: 0
 *
 * How long QEMU may let the guest stand still at the end of a migration.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run), VIR_ERR_OPERATION_FAILED
 * (QEMU does not have it), VIR_ERR_INVALID_ARG (a number that cannot be counted),
 * VIR_ERR_NO_SUPPORT (the driver moves none).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainMigrateGetMaxDowntime(virDomainPtr domain,
                                   unsigned long long *downtime,
                                   unsigned int flags);

/**
 * virDomainMigrateSetMaxDowntime:
 * @domain: a running domain
 * @downtime: milliseconds
 * @flags: none: 0
 *
 * How long QEMU may let the guest stand still at the end of a migration; for
 * this run of the machine, also while one is under way.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run), VIR_ERR_OPERATION_FAILED
 * (QEMU does not have it), VIR_ERR_INVALID_ARG (a number that cannot be counted),
 * VIR_ERR_NO_SUPPORT (the driver moves none).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainMigrateSetMaxDowntime(virDomainPtr domain,
                                   unsigned long long downtime,
                                   unsigned int flags);

/**
 * virDomainMigrateGetCompressionCache:
 * @domain: a running domain
 * @cacheSize: set to bytes
 * @flags: none: 0
 *
 * How much memory compression may use.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainMigrateGetCompressionCache(virDomainPtr domain,
                                        unsigned long long *cacheSize,
                                        unsigned int flags);

/**
 * virDomainMigrateSetCompressionCache:
 * @domain: a running domain
 * @cacheSize: bytes
 * @flags: none: 0
 *
 * How much memory compression may use.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainMigrateSetCompressionCache(virDomainPtr domain,
                                        unsigned long long cacheSize,
                                        unsigned int flags);

/**
 * virDomainMigrateGetMaxSpeed:
 * @domain: a running domain
 * @bandwidth: set to MiB/s
 * @flags: none: 0 (virDomainMigrateMaxSpeedFlags are refused)
 *
 * How fast its memory may be sent; one of which nobody has set a limit has the
 * largest number there is.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run), VIR_ERR_OPERATION_FAILED
 * (QEMU does not have it), VIR_ERR_INVALID_ARG (a number that cannot be counted),
 * VIR_ERR_NO_SUPPORT (the driver moves none).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainMigrateGetMaxSpeed(virDomainPtr domain, unsigned long *bandwidth,
                                unsigned int flags);

/**
 * virDomainMigrateSetMaxSpeed:
 * @domain: a running domain
 * @bandwidth: MiB/s; 0: no limit
 * @flags: none: 0 (virDomainMigrateMaxSpeedFlags are refused)
 *
 * How fast its memory may be sent; for this run of the machine, also while it is
 * sent. A save lifts the limit.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run), VIR_ERR_OPERATION_FAILED
 * (QEMU does not have it), VIR_ERR_INVALID_ARG (a number that cannot be counted),
 * VIR_ERR_NO_SUPPORT (the driver moves none).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainMigrateSetMaxSpeed(virDomainPtr domain, unsigned long bandwidth,
                                unsigned int flags);

/**
 * virDomainMigrateStartPostCopy:
 * @domain: a running domain
 * @flags: none: 0
 *
 * Lets the guest go on at the destination now.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainMigrateStartPostCopy(virDomainPtr domain, unsigned int flags);

#ifdef __cplusplus
}
#endif
