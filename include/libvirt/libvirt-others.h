/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What libvirt has besides domains: networks, storage pools, devices of the
 * host and secrets, as far as a program that listens to all of it needs their
 * names to compile.
 *
 * Strandline has none of these.  One may register for their events, as with any
 * kind of event that does not happen, and no callback is ever called.
 *
 * Names, signatures and numbers are libvirt's.  Errors that any call may give:
 * those of libvirt-host.h.
 */
#pragma once

#include <libvirt/libvirt-host.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virNetworkEventLifecycleType: what would happen to one.  Since: 0.1.0 */
typedef enum {
    VIR_NETWORK_EVENT_DEFINED = 0,
    VIR_NETWORK_EVENT_UNDEFINED = 1,
    VIR_NETWORK_EVENT_STARTED = 2,
    VIR_NETWORK_EVENT_STOPPED = 3,
#ifdef VIR_ENUM_SENTINELS
    VIR_NETWORK_EVENT_LAST
#endif
} virNetworkEventLifecycleType;

/** virNetworkEventID: the kinds of event.  Since: 0.1.0 */
typedef enum {
    VIR_NETWORK_EVENT_ID_LIFECYCLE = 0,
#ifdef VIR_ENUM_SENTINELS
    VIR_NETWORK_EVENT_ID_LAST
#endif
} virNetworkEventID;

/**
 * virConnectNetworkEventLifecycleCallback:
 * @conn: the connection
 * @net: the network
 * @event: a virNetworkEventLifecycleType
 * @detail: 0
 * @opaque: what was registered
 *
 * Since: 0.1.0
 */
typedef void (*virConnectNetworkEventLifecycleCallback)(virConnectPtr conn,
                                                        virNetworkPtr net,
                                                        int event, int detail,
                                                        void *opaque);

/**
 * virConnectNetworkEventGenericCallback:
 * @conn: the connection
 * @net: the network
 * @opaque: what was registered
 *
 * What all callbacks are registered as, by way of VIR_NETWORK_EVENT_CALLBACK().
 *
 * Since: 0.1.0
 */
typedef void (*virConnectNetworkEventGenericCallback)(virConnectPtr conn,
                                                      virNetworkPtr net,
                                                      void *opaque);

#define VIR_NETWORK_EVENT_CALLBACK(cb) \
    ((virConnectNetworkEventGenericCallback)(void (*)(void))(cb))

/**
 * virConnectNetworkEventRegisterAny:
 * @conn: a connection
 * @net: (nullable): NULL, since there are none
 * @eventID: a virNetworkEventID
 * @cb: never called
 * @opaque: handed to @cb
 * @freecb: (nullable): frees @opaque, from the event loop, after the callback
 *          was deregistered or the connection closed
 *
 * Errors: VIR_ERR_INVALID_ARG (no such event), VIR_ERR_INTERNAL_ERROR (no event
 * loop is registered).
 *
 * Returns: an id for virConnectNetworkEventDeregisterAny() (>= 0), or -1 on
 * error
 *
 * Since: 0.1.0
 */
int virConnectNetworkEventRegisterAny(virConnectPtr conn, virNetworkPtr net,
                                      int eventID,
                                      virConnectNetworkEventGenericCallback cb,
                                      void *opaque, virFreeCallback freecb);

/**
 * virConnectNetworkEventDeregisterAny:
 * @conn: a connection
 * @callbackID: from virConnectNetworkEventRegisterAny()
 *
 * Errors: VIR_ERR_INVALID_ARG (no such callback).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectNetworkEventDeregisterAny(virConnectPtr conn, int callbackID);

/**
 * virNetworkGetName:
 * @network: a network
 *
 * Returns: (nothing is owned): NULL with VIR_ERR_INVALID_NETWORK, since there are
 * none
 *
 * Since: 0.1.0
 */
const char *virNetworkGetName(virNetworkPtr network);

/** virStoragePool: a storage pool; there are none.  Since: 0.1.0 */
typedef struct _virStoragePool virStoragePool;
typedef virStoragePool *virStoragePoolPtr;

/** virStoragePoolEventLifecycleType: what would happen to one.  Since: 0.1.0 */
typedef enum {
    VIR_STORAGE_POOL_EVENT_DEFINED = 0,
    VIR_STORAGE_POOL_EVENT_UNDEFINED = 1,
    VIR_STORAGE_POOL_EVENT_STARTED = 2,
    VIR_STORAGE_POOL_EVENT_STOPPED = 3,
    VIR_STORAGE_POOL_EVENT_CREATED = 4,
    VIR_STORAGE_POOL_EVENT_DELETED = 5,
#ifdef VIR_ENUM_SENTINELS
    VIR_STORAGE_POOL_EVENT_LAST
#endif
} virStoragePoolEventLifecycleType;

/** virStoragePoolEventID: the kinds of event.  Since: 0.1.0 */
typedef enum {
    VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE = 0,
    VIR_STORAGE_POOL_EVENT_ID_REFRESH = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_STORAGE_POOL_EVENT_ID_LAST
#endif
} virStoragePoolEventID;

/**
 * virConnectStoragePoolEventLifecycleCallback:
 * @conn: the connection
 * @pool: the storage pool
 * @event: a virStoragePoolEventLifecycleType
 * @detail: 0
 * @opaque: what was registered
 *
 * Since: 0.1.0
 */
typedef void (*virConnectStoragePoolEventLifecycleCallback)(
    virConnectPtr conn, virStoragePoolPtr pool, int event, int detail,
    void *opaque);

/**
 * virConnectStoragePoolEventGenericCallback:
 * @conn: the connection
 * @pool: the storage pool
 * @opaque: what was registered
 *
 * What all callbacks are registered as, by way of VIR_STORAGE_POOL_EVENT_CALLBACK().
 *
 * Since: 0.1.0
 */
typedef void (*virConnectStoragePoolEventGenericCallback)(
    virConnectPtr conn, virStoragePoolPtr pool, void *opaque);

#define VIR_STORAGE_POOL_EVENT_CALLBACK(cb) \
    ((virConnectStoragePoolEventGenericCallback)(void (*)(void))(cb))

/**
 * virConnectStoragePoolEventRegisterAny:
 * @conn: a connection
 * @pool: (nullable): NULL, since there are none
 * @eventID: a virStoragePoolEventID
 * @cb: never called
 * @opaque: handed to @cb
 * @freecb: (nullable): frees @opaque, from the event loop, after the callback
 *          was deregistered or the connection closed
 *
 * Errors: VIR_ERR_INVALID_ARG (no such event), VIR_ERR_INTERNAL_ERROR (no event
 * loop is registered).
 *
 * Returns: an id for virConnectStoragePoolEventDeregisterAny() (>= 0), or -1 on
 * error
 *
 * Since: 0.1.0
 */
int virConnectStoragePoolEventRegisterAny(
    virConnectPtr conn, virStoragePoolPtr pool, int eventID,
    virConnectStoragePoolEventGenericCallback cb, void *opaque,
    virFreeCallback freecb);

/**
 * virConnectStoragePoolEventDeregisterAny:
 * @conn: a connection
 * @callbackID: from virConnectStoragePoolEventRegisterAny()
 *
 * Errors: VIR_ERR_INVALID_ARG (no such callback).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectStoragePoolEventDeregisterAny(virConnectPtr conn, int callbackID);

/**
 * virStoragePoolGetName:
 * @pool: a storage pool
 *
 * Returns: (nothing is owned): NULL with VIR_ERR_INVALID_STORAGE_POOL, since there are
 * none
 *
 * Since: 0.1.0
 */
const char *virStoragePoolGetName(virStoragePoolPtr pool);

/** virNodeDevice: a device of the host; there are none.  Since: 0.1.0 */
typedef struct _virNodeDevice virNodeDevice;
typedef virNodeDevice *virNodeDevicePtr;

/** virNodeDeviceEventLifecycleType: what would happen to one.  Since: 0.1.0 */
typedef enum {
    VIR_NODE_DEVICE_EVENT_CREATED = 0,
    VIR_NODE_DEVICE_EVENT_DELETED = 1,
    VIR_NODE_DEVICE_EVENT_DEFINED = 2,
    VIR_NODE_DEVICE_EVENT_UNDEFINED = 3,
#ifdef VIR_ENUM_SENTINELS
    VIR_NODE_DEVICE_EVENT_LAST
#endif
} virNodeDeviceEventLifecycleType;

/** virNodeDeviceEventID: the kinds of event.  Since: 0.1.0 */
typedef enum {
    VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE = 0,
    VIR_NODE_DEVICE_EVENT_ID_UPDATE = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_NODE_DEVICE_EVENT_ID_LAST
#endif
} virNodeDeviceEventID;

/**
 * virConnectNodeDeviceEventLifecycleCallback:
 * @conn: the connection
 * @dev: the device of the host
 * @event: a virNodeDeviceEventLifecycleType
 * @detail: 0
 * @opaque: what was registered
 *
 * Since: 0.1.0
 */
typedef void (*virConnectNodeDeviceEventLifecycleCallback)(virConnectPtr conn,
                                                           virNodeDevicePtr dev,
                                                           int event,
                                                           int detail,
                                                           void *opaque);

/**
 * virConnectNodeDeviceEventGenericCallback:
 * @conn: the connection
 * @dev: the device of the host
 * @opaque: what was registered
 *
 * What all callbacks are registered as, by way of VIR_NODE_DEVICE_EVENT_CALLBACK().
 *
 * Since: 0.1.0
 */
typedef void (*virConnectNodeDeviceEventGenericCallback)(virConnectPtr conn,
                                                         virNodeDevicePtr dev,
                                                         void *opaque);

#define VIR_NODE_DEVICE_EVENT_CALLBACK(cb) \
    ((virConnectNodeDeviceEventGenericCallback)(void (*)(void))(cb))

/**
 * virConnectNodeDeviceEventRegisterAny:
 * @conn: a connection
 * @dev: (nullable): NULL, since there are none
 * @eventID: a virNodeDeviceEventID
 * @cb: never called
 * @opaque: handed to @cb
 * @freecb: (nullable): frees @opaque, from the event loop, after the callback
 *          was deregistered or the connection closed
 *
 * Errors: VIR_ERR_INVALID_ARG (no such event), VIR_ERR_INTERNAL_ERROR (no event
 * loop is registered).
 *
 * Returns: an id for virConnectNodeDeviceEventDeregisterAny() (>= 0), or -1 on
 * error
 *
 * Since: 0.1.0
 */
int virConnectNodeDeviceEventRegisterAny(
    virConnectPtr conn, virNodeDevicePtr dev, int eventID,
    virConnectNodeDeviceEventGenericCallback cb, void *opaque,
    virFreeCallback freecb);

/**
 * virConnectNodeDeviceEventDeregisterAny:
 * @conn: a connection
 * @callbackID: from virConnectNodeDeviceEventRegisterAny()
 *
 * Errors: VIR_ERR_INVALID_ARG (no such callback).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectNodeDeviceEventDeregisterAny(virConnectPtr conn, int callbackID);

/**
 * virNodeDeviceGetName:
 * @dev: a device of the host
 *
 * Returns: (nothing is owned): NULL with VIR_ERR_INVALID_NODE_DEVICE, since there are
 * none
 *
 * Since: 0.1.0
 */
const char *virNodeDeviceGetName(virNodeDevicePtr dev);

/** virSecret: a secret; there are none.  Since: 0.1.0 */
typedef struct _virSecret virSecret;
typedef virSecret *virSecretPtr;

/** virSecretEventLifecycleType: what would happen to one.  Since: 0.1.0 */
typedef enum {
    VIR_SECRET_EVENT_DEFINED = 0,
    VIR_SECRET_EVENT_UNDEFINED = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_SECRET_EVENT_LAST
#endif
} virSecretEventLifecycleType;

/** virSecretEventID: the kinds of event.  Since: 0.1.0 */
typedef enum {
    VIR_SECRET_EVENT_ID_LIFECYCLE = 0,
    VIR_SECRET_EVENT_ID_VALUE_CHANGED = 1,
#ifdef VIR_ENUM_SENTINELS
    VIR_SECRET_EVENT_ID_LAST
#endif
} virSecretEventID;

/**
 * virConnectSecretEventLifecycleCallback:
 * @conn: the connection
 * @secret: the secret
 * @event: a virSecretEventLifecycleType
 * @detail: 0
 * @opaque: what was registered
 *
 * Since: 0.1.0
 */
typedef void (*virConnectSecretEventLifecycleCallback)(virConnectPtr conn,
                                                       virSecretPtr secret,
                                                       int event, int detail,
                                                       void *opaque);

/**
 * virConnectSecretEventGenericCallback:
 * @conn: the connection
 * @secret: the secret
 * @opaque: what was registered
 *
 * What all callbacks are registered as, by way of VIR_SECRET_EVENT_CALLBACK().
 *
 * Since: 0.1.0
 */
typedef void (*virConnectSecretEventGenericCallback)(virConnectPtr conn,
                                                     virSecretPtr secret,
                                                     void *opaque);

#define VIR_SECRET_EVENT_CALLBACK(cb) \
    ((virConnectSecretEventGenericCallback)(void (*)(void))(cb))

/**
 * virConnectSecretEventRegisterAny:
 * @conn: a connection
 * @secret: (nullable): NULL, since there are none
 * @eventID: a virSecretEventID
 * @cb: never called
 * @opaque: handed to @cb
 * @freecb: (nullable): frees @opaque, from the event loop, after the callback
 *          was deregistered or the connection closed
 *
 * Errors: VIR_ERR_INVALID_ARG (no such event), VIR_ERR_INTERNAL_ERROR (no event
 * loop is registered).
 *
 * Returns: an id for virConnectSecretEventDeregisterAny() (>= 0), or -1 on
 * error
 *
 * Since: 0.1.0
 */
int virConnectSecretEventRegisterAny(virConnectPtr conn, virSecretPtr secret,
                                     int eventID,
                                     virConnectSecretEventGenericCallback cb,
                                     void *opaque, virFreeCallback freecb);

/**
 * virConnectSecretEventDeregisterAny:
 * @conn: a connection
 * @callbackID: from virConnectSecretEventRegisterAny()
 *
 * Errors: VIR_ERR_INVALID_ARG (no such callback).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virConnectSecretEventDeregisterAny(virConnectPtr conn, int callbackID);

/**
 * virSecretGetUUIDString:
 * @secret: a secret
 * @buf: room for VIR_UUID_STRING_BUFLEN characters
 *
 * Returns: -1 with VIR_ERR_INVALID_SECRET, since there are none
 *
 * Since: 0.1.0
 */
int virSecretGetUUIDString(virSecretPtr secret, char *buf);

#ifdef __cplusplus
}
#endif
