/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Networks, storage pools, devices and secrets: <libvirt/libvirt-others.h>.
 *
 * There are none of these here.  Their callbacks wait in the same queue as all
 * others, under event ids that no driver ever puts in, so that their opaque
 * data is freed as promised.
 */
#include "api/call.h"
#include "api/error.h"
#include "driver/event_queue.h"

#include <libvirt/libvirt-others.h>

/* Each kind has its own range of ids, far from virDomainEventID. */
enum {
    RANGE = 16,
    NETWORK_EVENTS = 1000,
    POOL_EVENTS = NETWORK_EVENTS + RANGE,
    DEVICE_EVENTS = POOL_EVENTS + RANGE,
    SECRET_EVENTS = DEVICE_EVENTS + RANGE,
};

typedef struct {
    int base;        /* of its range */
    int last;        /* the last event of the public enum */
    const void *one; /* must be NULL: there are none */
} Kind;

static int
register_any(const ApiCall *call, const Kind *kind, int event_id,
             const EventCallback *wanted)
{
    const ApiCall api = *call;
    const int api_failure = -1;
    EventCallback placed = *wanted;
    g_autoptr(GError) error = NULL;
    int id = -1;

    API_CLAIM(wanted->call, "cb", "not NULL");
    API_CLAIM(!kind->one, "the object", "NULL: there are none of its kind");
    API_CLAIM(event_id >= 0 && event_id <= kind->last, "eventID",
              "one of the events of its kind");
    placed.event_id = kind->base + event_id;
    id = event_queue_add(api.conn->events, &placed, &error);
    if (id < 0)
        api_failed(&api, error);
    return id;
}

static int
deregister_any(const ApiCall *call, int base, int callback_id)
{
    const ApiCall api = *call;
    const int api_failure = -1;
    int event_id = event_queue_event_of(api.conn->events, callback_id);

    API_CLAIM(event_id >= base && event_id < base + RANGE, "callbackID",
              "that of a callback of its kind");
    /* Between the look and this another thread may have been quicker. */
    API_CLAIM(event_queue_remove(api.conn->events, callback_id, NULL),
              "callbackID", "that of a callback that is registered");
    return 0;
}

#define DEFINE_EVENTS(Name, one, BASE, LAST)                                \
    int virConnect##Name##EventRegisterAny(                                 \
        virConnectPtr conn, vir##Name##Ptr one, int eventID,                \
        virConnect##Name##EventGenericCallback cb, void *opaque,            \
        virFreeCallback freecb)                                             \
    {                                                                       \
        const Kind kind = {BASE, LAST, one};                                \
        const EventCallback wanted = {                                      \
            NULL, 0, VIR_DOMAIN_EVENT_CALLBACK(cb), opaque, freecb, false}; \
                                                                            \
        API_ENTER(connect, conn, -1);                                       \
        return register_any(&api, &kind, eventID, &wanted);                 \
    }                                                                       \
                                                                            \
    int virConnect##Name##EventDeregisterAny(virConnectPtr conn,            \
                                             int callbackID)                \
    {                                                                       \
        API_ENTER(connect, conn, -1);                                       \
        return deregister_any(&api, BASE, callbackID);                      \
    }

DEFINE_EVENTS(Network, net, NETWORK_EVENTS, VIR_NETWORK_EVENT_ID_LIFECYCLE)
DEFINE_EVENTS(StoragePool, pool, POOL_EVENTS, VIR_STORAGE_POOL_EVENT_ID_REFRESH)
DEFINE_EVENTS(NodeDevice, dev, DEVICE_EVENTS, VIR_NODE_DEVICE_EVENT_ID_UPDATE)
DEFINE_EVENTS(Secret, secret, SECRET_EVENTS, VIR_SECRET_EVENT_ID_VALUE_CHANGED)

static void
refuse_handle(int error_domain, int code, const char *function)
{
    error_reset();
    error_raise_text(error_domain, code,
                     "cannot run %s: its first argument is no valid handle; "
                     "there are none of this kind",
                     function);
}

const char *
virNetworkGetName(virNetworkPtr network)
{
    (void)network;
    refuse_handle(VIR_FROM_NETWORK, VIR_ERR_INVALID_NETWORK, __func__);
    return NULL;
}

const char *
virStoragePoolGetName(virStoragePoolPtr pool)
{
    (void)pool;
    refuse_handle(VIR_FROM_STORAGE, VIR_ERR_INVALID_STORAGE_POOL, __func__);
    return NULL;
}

const char *
virNodeDeviceGetName(virNodeDevicePtr dev)
{
    (void)dev;
    refuse_handle(VIR_FROM_NODEDEV, VIR_ERR_INVALID_NODE_DEVICE, __func__);
    return NULL;
}

int /* NOLINTNEXTLINE(readability-non-const-parameter): libvirt's type */
virSecretGetUUIDString(virSecretPtr secret, char *buf)
{
    (void)secret;
    (void)buf;
    refuse_handle(VIR_FROM_SECRET, VIR_ERR_INVALID_SECRET, __func__);
    return -1;
}
