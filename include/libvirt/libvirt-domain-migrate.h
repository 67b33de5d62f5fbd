/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine that moves to another host. Part of libvirt-domain.h, which includes
 * it; what is said there of errors counts here too.
 *
 * No driver of this release moves machines: each of these calls checks its
 * arguments and its permission, and then fails with VIR_ERR_NO_SUPPORT. They are
 * here so that programs which can do that, among other things, compile.
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
    /* the guest goes on while its memory is copied */
    VIR_MIGRATE_LIVE = 1 << 0,
    /* the source speaks to the destination itself */
    VIR_MIGRATE_PEER2PEER = 1 << 1,
    /* what is sent goes through that conversation */
    VIR_MIGRATE_TUNNELLED = 1 << 2,
    /* it is defined at the destination */
    VIR_MIGRATE_PERSIST_DEST = 1 << 3,
    /* it is no longer defined at the source */
    VIR_MIGRATE_UNDEFINE_SOURCE = 1 << 4,
    /* it does not go on when it has arrived */
    VIR_MIGRATE_PAUSED = 1 << 5,
    /* copy whole disks */
    VIR_MIGRATE_NON_SHARED_DISK = 1 << 6,
    /* copy the top layers of disks */
    VIR_MIGRATE_NON_SHARED_INC = 1 << 7,
    /* nobody changes it meanwhile */
    VIR_MIGRATE_CHANGE_PROTECTION = 1 << 8,
    /* even if its disks could lose data */
    VIR_MIGRATE_UNSAFE = 1 << 9,
    /* the definition alone */
    VIR_MIGRATE_OFFLINE = 1 << 10,
    /* compress what is sent */
    VIR_MIGRATE_COMPRESSED = 1 << 11,
    /* an I/O error ends it */
    VIR_MIGRATE_ABORT_ON_ERROR = 1 << 12,
    /* slow a guest down that writes too fast */
    VIR_MIGRATE_AUTO_CONVERGE = 1 << 13,
    /* pin all of its memory */
    VIR_MIGRATE_RDMA_PIN_ALL = 1 << 14,
    /* it may go on before all of its memory is there */
    VIR_MIGRATE_POSTCOPY = 1 << 15,
    /* encrypt what is sent */
    VIR_MIGRATE_TLS = 1 << 16,
    /* use several connections */
    VIR_MIGRATE_PARALLEL = 1 << 17,
    /* disks stay in step with writes */
    VIR_MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES = 1 << 18,
    /* go on with one that was interrupted */
    VIR_MIGRATE_POSTCOPY_RESUME = 1 << 19,
    /* send memory without copying it */
    VIR_MIGRATE_ZEROCOPY = 1 << 20,
} virDomainMigrateFlags;

/** virDomainMigrateMaxSpeedFlags: of which limit.  Since: 0.1.0 */
typedef enum {
    /* of what is sent after the guest has moved */
    VIR_DOMAIN_MIGRATE_MAX_SPEED_POSTCOPY = 1 << 0,
} virDomainMigrateMaxSpeedFlags;

/* The names of what virDomainMigrate3() and virDomainMigrateToURI3() take. */
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
 * Moves @domain to @dconn.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
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
 * Moves @domain to @dconn.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
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
 * @params: VIR_MIGRATE_PARAM_...
 * @nparams: how many there are
 * @flags: bitwise-OR of virDomainMigrateFlags
 *
 * Moves @domain to @dconn.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
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
 * Moves @domain to @duri.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
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
 * Moves @domain to @dconnuri.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
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
 * @params: VIR_MIGRATE_PARAM_...
 * @nparams: how many there are
 * @flags: bitwise-OR of virDomainMigrateFlags
 *
 * Moves @domain to @dconnuri.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
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
 * How long the guest may stand still.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
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
 * How long the guest may stand still.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
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
 * @flags: bitwise-OR of virDomainMigrateMaxSpeedFlags
 *
 * How fast a migration may be.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
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
 * @flags: bitwise-OR of virDomainMigrateMaxSpeedFlags
 *
 * How fast a migration may be.
 *
 * Errors: VIR_ERR_NO_SUPPORT (always).
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
