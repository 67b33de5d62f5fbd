/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What happens to domains, and being told of it.  Part of libvirt-domain.h,
 * which includes it; what is said there of errors counts here too.
 *
 * Callbacks run from the event loop (libvirt-event.h), in the thread that runs
 * it, and with no lock held: they may make any call, also register and
 * deregister, themselves too.  The events of one connection come in the order
 * in which they happened, whatever their kind and domain, and each goes to the
 * callbacks in the order in which those were registered.  Between connections
 * there is no order.  An event that happened before a callback was registered,
 * or that it was deregistered before, does not reach it.
 *
 * Names, signatures and numbers are libvirt's.
 */
#pragma once

#include <libvirt/libvirt-host.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virDomainEventType: what happened to a domain; each has its details below.
 * Since: 0.1.0 */
typedef enum {
    /* it has a definition, or a new one */
    VIR_DOMAIN_EVENT_DEFINED = 0,
    /* its definition is gone */
    VIR_DOMAIN_EVENT_UNDEFINED = 1,
    /* it was started */
    VIR_DOMAIN_EVENT_STARTED = 2,
    /* its processors stand still */
    VIR_DOMAIN_EVENT_SUSPENDED = 3,
    /* its processors run again */
    VIR_DOMAIN_EVENT_RESUMED = 4,
    /* it is off */
    VIR_DOMAIN_EVENT_STOPPED = 5,
    /* its guest has powered off */
    VIR_DOMAIN_EVENT_SHUTDOWN = 6,
    /* its guest went to sleep */
    VIR_DOMAIN_EVENT_PMSUSPENDED = 7,
    /* its guest died */
    VIR_DOMAIN_EVENT_CRASHED = 8,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_LAST
#endif
} virDomainEventType;

/** virDomainEventDefinedDetailType: how a domain was defined.  Since: 0.1.0 */
typedef enum {
    /* it is new */
    VIR_DOMAIN_EVENT_DEFINED_ADDED = 0,
    /* it was there */
    VIR_DOMAIN_EVENT_DEFINED_UPDATED = 1,
    /* it had another name */
    VIR_DOMAIN_EVENT_DEFINED_RENAMED = 2,
    /* as a snapshot had it */
    VIR_DOMAIN_EVENT_DEFINED_FROM_SNAPSHOT = 3,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_DEFINED_LAST
#endif
} virDomainEventDefinedDetailType;

/** virDomainEventUndefinedDetailType: how a definition went.  Since: 0.1.0 */
typedef enum {
    /* it was undefined */
    VIR_DOMAIN_EVENT_UNDEFINED_REMOVED = 0,
    /* it has another name now */
    VIR_DOMAIN_EVENT_UNDEFINED_RENAMED = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_UNDEFINED_LAST
#endif
} virDomainEventUndefinedDetailType;

/** virDomainEventStartedDetailType: how a domain was started.  Since: 0.1.0 */
typedef enum {
    /* it booted */
    VIR_DOMAIN_EVENT_STARTED_BOOTED = 0,
    /* it came from another host */
    VIR_DOMAIN_EVENT_STARTED_MIGRATED = 1,
    /* its saved state was loaded */
    VIR_DOMAIN_EVENT_STARTED_RESTORED = 2,
    /* a snapshot was reverted to */
    VIR_DOMAIN_EVENT_STARTED_FROM_SNAPSHOT = 3,
    /* it was woken up */
    VIR_DOMAIN_EVENT_STARTED_WAKEUP = 4,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_STARTED_LAST
#endif
} virDomainEventStartedDetailType;

/** virDomainEventSuspendedDetailType: why a domain stands still.  Since:
 * 0.1.0 */
typedef enum {
    /* somebody suspended it */
    VIR_DOMAIN_EVENT_SUSPENDED_PAUSED = 0,
    /* it is moving to another host */
    VIR_DOMAIN_EVENT_SUSPENDED_MIGRATED = 1,
    /* a disk failed */
    VIR_DOMAIN_EVENT_SUSPENDED_IOERROR = 2,
    /* its watchdog bit */
    VIR_DOMAIN_EVENT_SUSPENDED_WATCHDOG = 3,
    /* it was restored paused */
    VIR_DOMAIN_EVENT_SUSPENDED_RESTORED = 4,
    /* a snapshot was reverted to */
    VIR_DOMAIN_EVENT_SUSPENDED_FROM_SNAPSHOT = 5,
    /* a call failed half-way */
    VIR_DOMAIN_EVENT_SUSPENDED_API_ERROR = 6,
    /* its memory is on the way to another host */
    VIR_DOMAIN_EVENT_SUSPENDED_POSTCOPY = 7,
    /* that went wrong */
    VIR_DOMAIN_EVENT_SUSPENDED_POSTCOPY_FAILED = 8,
    /* it powered off, and a backup keeps the machine */
    VIR_DOMAIN_EVENT_SUSPENDED_GUEST_SHUTDOWN = 9,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_SUSPENDED_LAST
#endif
} virDomainEventSuspendedDetailType;

/** virDomainEventResumedDetailType: why a domain runs again.  Since: 0.1.0 */
typedef enum {
    /* somebody resumed it */
    VIR_DOMAIN_EVENT_RESUMED_UNPAUSED = 0,
    /* it arrived on this host */
    VIR_DOMAIN_EVENT_RESUMED_MIGRATED = 1,
    /* a snapshot was reverted to */
    VIR_DOMAIN_EVENT_RESUMED_FROM_SNAPSHOT = 2,
    /* its memory is still arriving */
    VIR_DOMAIN_EVENT_RESUMED_POSTCOPY = 3,
    /* the rest of its memory never arrived */
    VIR_DOMAIN_EVENT_RESUMED_POSTCOPY_FAILED = 4,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_RESUMED_LAST
#endif
} virDomainEventResumedDetailType;

/** virDomainEventStoppedDetailType: why a domain is off.  Since: 0.1.0 */
typedef enum {
    /* it powered off by itself */
    VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN = 0,
    /* somebody ended it by force */
    VIR_DOMAIN_EVENT_STOPPED_DESTROYED = 1,
    /* its QEMU died */
    VIR_DOMAIN_EVENT_STOPPED_CRASHED = 2,
    /* it runs on another host */
    VIR_DOMAIN_EVENT_STOPPED_MIGRATED = 3,
    /* its state was saved */
    VIR_DOMAIN_EVENT_STOPPED_SAVED = 4,
    /* it could not be started */
    VIR_DOMAIN_EVENT_STOPPED_FAILED = 5,
    /* a snapshot of it turned off was reverted to */
    VIR_DOMAIN_EVENT_STOPPED_FROM_SNAPSHOT = 6,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_STOPPED_LAST
#endif
} virDomainEventStoppedDetailType;

/** virDomainEventShutdownDetailType: who powered a domain off.  Since: 0.1.0 */
typedef enum {
    /* not known */
    VIR_DOMAIN_EVENT_SHUTDOWN_FINISHED = 0,
    /* its guest */
    VIR_DOMAIN_EVENT_SHUTDOWN_GUEST = 1,
    /* somebody on the host */
    VIR_DOMAIN_EVENT_SHUTDOWN_HOST = 2,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_SHUTDOWN_LAST
#endif
} virDomainEventShutdownDetailType;

/** virDomainEventPMSuspendedDetailType: how a guest sleeps.  Since: 0.1.0 */
typedef enum {
    /* with its state in memory */
    VIR_DOMAIN_EVENT_PMSUSPENDED_MEMORY = 0,
    /* with its state on disk */
    VIR_DOMAIN_EVENT_PMSUSPENDED_DISK = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_PMSUSPENDED_LAST
#endif
} virDomainEventPMSuspendedDetailType;

/** virDomainEventCrashedDetailType: how a guest died.  Since: 0.1.0 */
typedef enum {
    /* its kernel said so */
    VIR_DOMAIN_EVENT_CRASHED_PANICKED = 0,
    /* its crash kernel runs */
    VIR_DOMAIN_EVENT_CRASHED_CRASHLOADED = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_CRASHED_LAST
#endif
} virDomainEventCrashedDetailType;

/** virDomainEventID: the kinds of event. Any may be registered for; those with
 * a comment happen, and it names the type of their callback.  Since: 0.1.0 */
typedef enum {
    /* virConnectDomainEventCallback */
    VIR_DOMAIN_EVENT_ID_LIFECYCLE = 0,
    /* virConnectDomainEventGenericCallback: its guest restarts */
    VIR_DOMAIN_EVENT_ID_REBOOT = 1,
    VIR_DOMAIN_EVENT_ID_RTC_CHANGE = 2,
    VIR_DOMAIN_EVENT_ID_WATCHDOG = 3,
    /* virConnectDomainEventIOErrorCallback */
    VIR_DOMAIN_EVENT_ID_IO_ERROR = 4,
    VIR_DOMAIN_EVENT_ID_GRAPHICS = 5,
    /* virConnectDomainEventIOErrorReasonCallback */
    VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON = 6,
    VIR_DOMAIN_EVENT_ID_CONTROL_ERROR = 7,
    /* virConnectDomainEventBlockJobCallback, with an image's path */
    VIR_DOMAIN_EVENT_ID_BLOCK_JOB = 8,
    VIR_DOMAIN_EVENT_ID_DISK_CHANGE = 9,
    VIR_DOMAIN_EVENT_ID_TRAY_CHANGE = 10,
    VIR_DOMAIN_EVENT_ID_PMWAKEUP = 11,
    VIR_DOMAIN_EVENT_ID_PMSUSPEND = 12,
    VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE = 13,
    VIR_DOMAIN_EVENT_ID_PMSUSPEND_DISK = 14,
    VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED = 15,
    /* virConnectDomainEventBlockJobCallback, with a disk's target */
    VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2 = 16,
    VIR_DOMAIN_EVENT_ID_TUNABLE = 17,
    /* virConnectDomainEventAgentLifecycleCallback */
    VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE = 18,
    VIR_DOMAIN_EVENT_ID_DEVICE_ADDED = 19,
    VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION = 20,
    /* virConnectDomainEventJobCompletedCallback */
    VIR_DOMAIN_EVENT_ID_JOB_COMPLETED = 21,
    VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED = 22,
    /* virConnectDomainEventMetadataChangeCallback */
    VIR_DOMAIN_EVENT_ID_METADATA_CHANGE = 23,
    /* virConnectDomainEventBlockThresholdCallback */
    VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD = 24,
    VIR_DOMAIN_EVENT_ID_MEMORY_FAILURE = 25,
    VIR_DOMAIN_EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE = 26,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_ID_LAST
#endif
} virDomainEventID;

/**
 * virConnectDomainEventCallback:
 * @conn: the connection
 * @dom: the domain; virDomainRef() it to keep it
 * @event: a virDomainEventType
 * @detail: a virDomainEvent...DetailType of that event
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_LIFECYCLE.
 *
 * Returns: nothing that is looked at; 0
 *
 * Since: 0.1.0
 */
typedef int (*virConnectDomainEventCallback)(virConnectPtr conn,
                                             virDomainPtr dom, int event,
                                             int detail, void *opaque);

/**
 * virConnectDomainEventGenericCallback:
 * @conn: the connection
 * @dom: the domain
 * @opaque: what was registered
 *
 * What all callbacks are registered as, by way of VIR_DOMAIN_EVENT_CALLBACK().
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventGenericCallback)(virConnectPtr conn,
                                                     virDomainPtr dom,
                                                     void *opaque);

/**
 * virConnectDomainEventJobCompletedCallback:
 * @conn: the connection
 * @dom: the domain; virDomainRef() it to keep it
 * @params: what virDomainGetJobStats() would tell of the job, its id among
 *          them; freed after the call
 * @nparams: how many there are
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_JOB_COMPLETED: a push backup is done, or has failed
 * (VIR_DOMAIN_JOB_SUCCESS tells).  A pull backup has no such event.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventJobCompletedCallback)(
    virConnectPtr conn, virDomainPtr dom, virTypedParameterPtr params,
    int nparams, void *opaque);

/** virConnectDomainEventBlockJobStatus: how such a job is.  Since: 0.1.0 */
typedef enum {
    /* ended well */
    VIR_DOMAIN_BLOCK_JOB_COMPLETED = 0,
    /* ended by an error */
    VIR_DOMAIN_BLOCK_JOB_FAILED = 1,
    /* ended because somebody asked */
    VIR_DOMAIN_BLOCK_JOB_CANCELED = 2,
    /* in step, and can be ended at any time */
    VIR_DOMAIN_BLOCK_JOB_READY = 3,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_BLOCK_JOB_LAST
#endif
} virConnectDomainEventBlockJobStatus;

/**
 * virConnectDomainEventBlockJobCallback:
 * @conn: the connection
 * @dom: the domain; virDomainRef() it to keep it
 * @disk: BLOCK_JOB: the path of the disk's image, or "" if it has none;
 *        BLOCK_JOB_2: the disk's target
 * @type: a virDomainBlockJobType
 * @status: a virConnectDomainEventBlockJobStatus
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_BLOCK_JOB and VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2: a job
 * on one disk has ended, or got in step.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventBlockJobCallback)(virConnectPtr conn,
                                                      virDomainPtr dom,
                                                      const char *disk,
                                                      int type, int status,
                                                      void *opaque);

/** virDomainEventIOErrorAction: what became of a domain whose disk failed.
 * Since: 0.1.0 */
typedef enum {
    /* nothing: the error was ignored */
    VIR_DOMAIN_EVENT_IO_ERROR_NONE = 0,
    /* it was paused */
    VIR_DOMAIN_EVENT_IO_ERROR_PAUSE = 1,
    /* its guest was told */
    VIR_DOMAIN_EVENT_IO_ERROR_REPORT = 2,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_IO_ERROR_LAST
#endif
} virDomainEventIOErrorAction;

/**
 * virConnectDomainEventIOErrorCallback:
 * @conn: the connection
 * @dom: the domain; virDomainRef() it to keep it
 * @srcPath: the path of the disk's image, or ""
 * @devAlias: the device's alias in the running domain's XML
 * @action: a virDomainEventIOErrorAction
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_IO_ERROR: a disk could not be read or written.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventIOErrorCallback)(virConnectPtr conn,
                                                     virDomainPtr dom,
                                                     const char *srcPath,
                                                     const char *devAlias,
                                                     int action, void *opaque);

/**
 * virConnectDomainEventIOErrorReasonCallback:
 * @conn: the connection
 * @dom: the domain; virDomainRef() it to keep it
 * @srcPath: the path of the disk's image, or ""
 * @devAlias: the device's alias in the running domain's XML
 * @action: a virDomainEventIOErrorAction
 * @reason: "enospc", or "" if it is not known
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON: as the one above, and why.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventIOErrorReasonCallback)(
    virConnectPtr conn, virDomainPtr dom, const char *srcPath,
    const char *devAlias, int action, const char *reason, void *opaque);

/** virConnectDomainEventAgentLifecycleState: whether a guest's agent answers.
 * Since: 0.1.0 */
typedef enum {
    VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED = 1,
    VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED = 2,
#ifdef VIR_ENUM_SENTINELS
    VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_LAST
#endif
} virConnectDomainEventAgentLifecycleState;

/** virConnectDomainEventAgentLifecycleReason: why that has changed.  Since:
 * 0.1.0 */
typedef enum {
    VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_UNKNOWN = 0,
    /* the domain was started */
    VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_DOMAIN_STARTED = 1,
    /* the guest opened or closed its end of the channel */
    VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_CHANNEL = 2,
#ifdef VIR_ENUM_SENTINELS
    VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_LAST
#endif
} virConnectDomainEventAgentLifecycleReason;

/**
 * virConnectDomainEventAgentLifecycleCallback:
 * @conn: the connection
 * @dom: the domain; virDomainRef() it to keep it
 * @state: a virConnectDomainEventAgentLifecycleState
 * @reason: a virConnectDomainEventAgentLifecycleReason
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventAgentLifecycleCallback)(
    virConnectPtr conn, virDomainPtr dom, int state, int reason, void *opaque);

/**
 * virConnectDomainEventBlockThresholdCallback:
 * @conn: the connection
 * @dom: the domain; virDomainRef() it to keep it
 * @dev: the image's name with its index, "vda[3]"; of a disk's top image it is
 *       called twice, first with the target alone
 * @path: (nullable): the path of that image
 * @threshold: where it was set
 * @excess: how many bytes further the write went
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD: something was written at or past a
 * threshold, which is now unset.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventBlockThresholdCallback)(
    virConnectPtr conn, virDomainPtr dom, const char *dev, const char *path,
    unsigned long long threshold, unsigned long long excess, void *opaque);

/**
 * virConnectDomainEventRTCChangeCallback:
 * @conn: the connection
 * @dom: the domain
 * @utcoffset: seconds from UTC
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_RTC_CHANGE, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventRTCChangeCallback)(virConnectPtr conn,
                                                       virDomainPtr dom,
                                                       long long utcoffset,
                                                       void *opaque);

/** virDomainEventWatchdogAction: what a watchdog did.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_EVENT_WATCHDOG_NONE = 0,
    VIR_DOMAIN_EVENT_WATCHDOG_PAUSE = 1,
    VIR_DOMAIN_EVENT_WATCHDOG_RESET = 2,
    VIR_DOMAIN_EVENT_WATCHDOG_POWEROFF = 3,
    VIR_DOMAIN_EVENT_WATCHDOG_SHUTDOWN = 4,
    VIR_DOMAIN_EVENT_WATCHDOG_DEBUG = 5,
    VIR_DOMAIN_EVENT_WATCHDOG_INJECTNMI = 6,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_WATCHDOG_LAST
#endif
} virDomainEventWatchdogAction;

/**
 * virConnectDomainEventWatchdogCallback:
 * @conn: the connection
 * @dom: the domain
 * @action: a virDomainEventWatchdogAction
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_WATCHDOG, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventWatchdogCallback)(virConnectPtr conn,
                                                      virDomainPtr dom,
                                                      int action, void *opaque);

/** virDomainEventGraphicsPhase: how far a viewer is.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_EVENT_GRAPHICS_CONNECT = 0,
    VIR_DOMAIN_EVENT_GRAPHICS_INITIALIZE = 1,
    VIR_DOMAIN_EVENT_GRAPHICS_DISCONNECT = 2,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_GRAPHICS_LAST
#endif
} virDomainEventGraphicsPhase;

/** virDomainEventGraphicsAddressType: the kind of its address.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_EVENT_GRAPHICS_ADDRESS_IPV4 = 0,
    VIR_DOMAIN_EVENT_GRAPHICS_ADDRESS_IPV6 = 1,
    VIR_DOMAIN_EVENT_GRAPHICS_ADDRESS_UNIX = 2,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_GRAPHICS_ADDRESS_LAST
#endif
} virDomainEventGraphicsAddressType;

/** virDomainEventGraphicsAddress: where a viewer is.  Since: 0.1.0 */
typedef struct _virDomainEventGraphicsAddress virDomainEventGraphicsAddress;
typedef virDomainEventGraphicsAddress *virDomainEventGraphicsAddressPtr;
struct _virDomainEventGraphicsAddress {
    int family;    /* a virDomainEventGraphicsAddressType */
    char *node;    /* its host, or the path */
    char *service; /* its port */
};

/** virDomainEventGraphicsSubjectIdentity: one name of a viewer.  Since:
 * 0.1.0 */
typedef struct _virDomainEventGraphicsSubjectIdentity
    virDomainEventGraphicsSubjectIdentity;
typedef virDomainEventGraphicsSubjectIdentity
    *virDomainEventGraphicsSubjectIdentityPtr;
struct _virDomainEventGraphicsSubjectIdentity {
    char *type; /* of name */
    char *name;
};

/** virDomainEventGraphicsSubject: who a viewer is.  Since: 0.1.0 */
typedef struct _virDomainEventGraphicsSubject virDomainEventGraphicsSubject;
typedef virDomainEventGraphicsSubject *virDomainEventGraphicsSubjectPtr;
struct _virDomainEventGraphicsSubject {
    int nidentity;
    virDomainEventGraphicsSubjectIdentityPtr identities;
};

/**
 * virConnectDomainEventGraphicsCallback:
 * @conn: the connection
 * @dom: the domain
 * @phase: a virDomainEventGraphicsPhase
 * @local: of the server
 * @remote: of the viewer
 * @authScheme: how it proved who it is
 * @subject: who it is
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_GRAPHICS, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventGraphicsCallback)(
    virConnectPtr conn, virDomainPtr dom, int phase,
    const virDomainEventGraphicsAddress *local,
    const virDomainEventGraphicsAddress *remote, const char *authScheme,
    const virDomainEventGraphicsSubject *subject, void *opaque);

/** virConnectDomainEventDiskChangeReason: why a disk changed.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_EVENT_DISK_CHANGE_MISSING_ON_START = 0,
    VIR_DOMAIN_EVENT_DISK_DROP_MISSING_ON_START = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_DISK_CHANGE_LAST
#endif
} virConnectDomainEventDiskChangeReason;

/**
 * virConnectDomainEventDiskChangeCallback:
 * @conn: the connection
 * @dom: the domain
 * @oldSrcPath: what it had
 * @newSrcPath: what it has
 * @devAlias: the device's alias
 * @reason: a virConnectDomainEventDiskChangeReason
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_DISK_CHANGE, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventDiskChangeCallback)(
    virConnectPtr conn, virDomainPtr dom, const char *oldSrcPath,
    const char *newSrcPath, const char *devAlias, int reason, void *opaque);

/** virDomainEventTrayChangeReason: what a tray did.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_EVENT_TRAY_CHANGE_OPEN = 0,
    VIR_DOMAIN_EVENT_TRAY_CHANGE_CLOSE = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_TRAY_CHANGE_LAST
#endif
} virDomainEventTrayChangeReason;

/**
 * virConnectDomainEventTrayChangeCallback:
 * @conn: the connection
 * @dom: the domain
 * @devAlias: the device's alias
 * @reason: a virDomainEventTrayChangeReason
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_TRAY_CHANGE, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventTrayChangeCallback)(virConnectPtr conn,
                                                        virDomainPtr dom,
                                                        const char *devAlias,
                                                        int reason,
                                                        void *opaque);

/**
 * virConnectDomainEventPMWakeupCallback:
 * @conn: the connection
 * @dom: the domain
 * @reason: 0
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_PMWAKEUP, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventPMWakeupCallback)(virConnectPtr conn,
                                                      virDomainPtr dom,
                                                      int reason, void *opaque);

/**
 * virConnectDomainEventPMSuspendCallback:
 * @conn: the connection
 * @dom: the domain
 * @reason: 0
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_PMSUSPEND, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventPMSuspendCallback)(virConnectPtr conn,
                                                       virDomainPtr dom,
                                                       int reason,
                                                       void *opaque);

/**
 * virConnectDomainEventPMSuspendDiskCallback:
 * @conn: the connection
 * @dom: the domain
 * @reason: 0
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_PMSUSPEND_DISK, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventPMSuspendDiskCallback)(virConnectPtr conn,
                                                           virDomainPtr dom,
                                                           int reason,
                                                           void *opaque);

/**
 * virConnectDomainEventBalloonChangeCallback:
 * @conn: the connection
 * @dom: the domain
 * @actual: KiB that it has now
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventBalloonChangeCallback)(
    virConnectPtr conn, virDomainPtr dom, unsigned long long actual,
    void *opaque);

/**
 * virConnectDomainEventDeviceRemovedCallback:
 * @conn: the connection
 * @dom: the domain
 * @devAlias: the device's alias
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventDeviceRemovedCallback)(virConnectPtr conn,
                                                           virDomainPtr dom,
                                                           const char *devAlias,
                                                           void *opaque);

/**
 * virConnectDomainEventDeviceAddedCallback:
 * @conn: the connection
 * @dom: the domain
 * @devAlias: the device's alias
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventDeviceAddedCallback)(virConnectPtr conn,
                                                         virDomainPtr dom,
                                                         const char *devAlias,
                                                         void *opaque);

/**
 * virConnectDomainEventDeviceRemovalFailedCallback:
 * @conn: the connection
 * @dom: the domain
 * @devAlias: the device's alias
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventDeviceRemovalFailedCallback)(
    virConnectPtr conn, virDomainPtr dom, const char *devAlias, void *opaque);

/** virDomainMetadataType: which part of a description.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_METADATA_DESCRIPTION = 0,
    VIR_DOMAIN_METADATA_TITLE = 1,
    VIR_DOMAIN_METADATA_ELEMENT = 2,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_METADATA_LAST
#endif
} virDomainMetadataType;

/**
 * virConnectDomainEventMetadataChangeCallback:
 * @conn: the connection
 * @dom: the domain
 * @type: a virDomainMetadataType
 * @nsuri: (nullable): of an ELEMENT: its namespace
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_METADATA_CHANGE: a note about the domain is another
 * than before (virDomainSetMetadata()).
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventMetadataChangeCallback)(virConnectPtr conn,
                                                            virDomainPtr dom,
                                                            int type,
                                                            const char *nsuri,
                                                            void *opaque);

/**
 * virConnectDomainEventMigrationIterationCallback:
 * @conn: the connection
 * @dom: the domain
 * @iteration: its number
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventMigrationIterationCallback)(
    virConnectPtr conn, virDomainPtr dom, int iteration, void *opaque);

/**
 * virConnectDomainEventTunableCallback:
 * @conn: the connection
 * @dom: the domain
 * @params: what was tuned
 * @nparams: how many there are
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_TUNABLE, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventTunableCallback)(
    virConnectPtr conn, virDomainPtr dom, virTypedParameterPtr params,
    int nparams, void *opaque);

/** virDomainMemoryFailureRecipientType: whose memory failed.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_EVENT_MEMORY_FAILURE_RECIPIENT_HYPERVISOR = 0,
    VIR_DOMAIN_EVENT_MEMORY_FAILURE_RECIPIENT_GUEST = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_MEMORY_FAILURE_RECIPIENT_LAST
#endif
} virDomainMemoryFailureRecipientType;

/** virDomainMemoryFailureActionType: what became of it.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_EVENT_MEMORY_FAILURE_ACTION_IGNORE = 0,
    VIR_DOMAIN_EVENT_MEMORY_FAILURE_ACTION_INJECT = 1,
    VIR_DOMAIN_EVENT_MEMORY_FAILURE_ACTION_FATAL = 2,
    VIR_DOMAIN_EVENT_MEMORY_FAILURE_ACTION_RESET = 3,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_EVENT_MEMORY_FAILURE_ACTION_LAST
#endif
} virDomainMemoryFailureActionType;

/** virDomainMemoryFailureFlags: more about it.  Since: 0.1.0 */
typedef enum {
    VIR_DOMAIN_MEMORY_FAILURE_ACTION_REQUIRED = (1 << 0),
    VIR_DOMAIN_MEMORY_FAILURE_RECURSIVE = (1 << 1),
} virDomainMemoryFailureFlags;

/**
 * virConnectDomainEventMemoryFailureCallback:
 * @conn: the connection
 * @dom: the domain
 * @recipient: a virDomainMemoryFailureRecipientType
 * @action: a virDomainMemoryFailureActionType
 * @flags: bitwise-OR of virDomainMemoryFailureFlags
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_MEMORY_FAILURE, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventMemoryFailureCallback)(
    virConnectPtr conn, virDomainPtr dom, int recipient, int action,
    unsigned int flags, void *opaque);

/**
 * virConnectDomainEventMemoryDeviceSizeChangeCallback:
 * @conn: the connection
 * @dom: the domain
 * @alias: the device's alias
 * @size: KiB that it has now
 * @opaque: what was registered
 *
 * For VIR_DOMAIN_EVENT_ID_MEMORY_DEVICE_SIZE_CHANGE, which does not happen yet.
 *
 * Since: 0.1.0
 */
typedef void (*virConnectDomainEventMemoryDeviceSizeChangeCallback)(
    virConnectPtr conn, virDomainPtr dom, const char *alias,
    unsigned long long size, void *opaque);

/* A callback of any of the types above as virConnectDomainEventRegisterAny()
 * takes it. */
#define VIR_DOMAIN_EVENT_CALLBACK(cb) \
    ((virConnectDomainEventGenericCallback)(void (*)(void))(cb))

/**
 * virConnectDomainEventRegisterAny:
 * @conn: a connection
 * @dom: (nullable): only events of this domain; NULL: of any
 * @eventID: a virDomainEventID
 * @cb: through VIR_DOMAIN_EVENT_CALLBACK(); its real type depends on @eventID
 * @opaque: handed to @cb
 * @freecb: (nullable): frees @opaque, from the event loop, when @cb is no
 *          longer needed; not called if this call fails
 *
 * Asks to be told of events from now on. @cb runs from the event loop, in the
 * order in which things happened (see libvirt-event.h), and may make any call,
 * deregister itself and close the connection.
 *
 * Errors: VIR_ERR_INVALID_ARG (no such event; a domain of another connection),
 * VIR_ERR_INTERNAL_ERROR (no event loop is registered).
 *
 * Returns: an id for virConnectDomainEventDeregisterAny() (>= 0), or -1 on
 * error
 *
 * Since: 0.1.0
 */
int virConnectDomainEventRegisterAny(virConnectPtr conn, virDomainPtr dom,
                                     int eventID,
                                     virConnectDomainEventGenericCallback cb,
                                     void *opaque, virFreeCallback freecb);

/**
 * virConnectDomainEventDeregisterAny:
 * @conn: a connection
 * @callbackID: from virConnectDomainEventRegisterAny()
 *
 * The callback is not called again, unless it is running in the event loop's
 * thread right now. Its free function runs later, from the loop.
 *
 * Errors: VIR_ERR_INVALID_ARG (no such callback).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectDomainEventDeregisterAny(virConnectPtr conn, int callbackID);

/**
 * virConnectDomainEventRegister:
 * @conn: a connection
 * @cb: called for each lifecycle event of any domain
 * @opaque: handed to @cb
 * @freecb: (nullable): frees @opaque, from the event loop, when @cb is no
 *          longer needed; not called if this call fails
 *
 * The older way to register for VIR_DOMAIN_EVENT_ID_LIFECYCLE; prefer
 * virConnectDomainEventRegisterAny().
 *
 * Errors: VIR_ERR_INVALID_ARG (@cb is registered this way already),
 * VIR_ERR_INTERNAL_ERROR (no event loop is registered).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectDomainEventRegister(virConnectPtr conn,
                                  virConnectDomainEventCallback cb,
                                  void *opaque, virFreeCallback freecb);

/**
 * virConnectDomainEventDeregister:
 * @conn: a connection
 * @cb: what was given to virConnectDomainEventRegister()
 *
 * As virConnectDomainEventDeregisterAny().
 *
 * Errors: VIR_ERR_INVALID_ARG (@cb is not registered this way).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectDomainEventDeregister(virConnectPtr conn,
                                    virConnectDomainEventCallback cb);

#ifdef __cplusplus
}
#endif
