/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the public handles (virConnectPtr, virDomainPtr, ...) are made of.
 *
 * A handle is a name for something the driver keeps, never the thing itself:
 * a domain handle holds name, UUID and id as they were when it was made, and
 * the driver looks the domain up by UUID in each call.  So a handle can be
 * stale but never dangle.  Reference counts are atomic; everything else in a
 * handle is constant after creation unless its comment says otherwise.
 */
#pragma once

#include "base/lock.h"
#include "model/domain.h"

#include <glib.h>
#include <libvirt/libvirt-strandline.h>
#include <stdbool.h>

typedef struct Driver Driver;
typedef struct EventQueue EventQueue;

/* What virConnectRegisterCloseCallback() is given. */
typedef struct {
    virConnectCloseFunc call; /* NULL: nobody asked */
    void *opaque;
    virFreeCallback free_opaque; /* nullable */
} CloseCallback;

struct _virConnect {
    guint magic;
    gint refs;
    const Driver *driver;
    void *session; /* the driver's own state, from Driver.open */
    char *uri;     /* canonical, as virConnectGetURI() gives it */
    bool is_readonly;
    EventQueue *events; /* driver/event_queue.h */
    Lock lock;          /* the fields below; never held in a call outwards */
    CloseCallback closed;
    bool is_close_told;     /* it was called, or is being */
    bool is_telling_close;  /* it runs in the loop's thread */
    CloseCallback outgoing; /* taken back meanwhile: freed when it returns */
};

struct _virDomain {
    guint magic;
    gint refs;
    virConnectPtr conn; /* holds a reference */
    char *name;
    unsigned char uuid[DOMAIN_UUID_SIZE];
    gint id; /* atomic: domain_object_id(); -1: it was shut off then */
};

struct _virDomainCheckpoint {
    guint magic;
    gint refs;
    virDomainPtr domain; /* holds a reference */
    char *name;
};

struct _virDomainSnapshot {
    guint magic;
    gint refs;
    virDomainPtr domain; /* holds a reference */
    char *name;
};

struct _virDomainJob {
    guint magic;
    gint refs;
    virDomainPtr domain; /* holds a reference */
    int id;
    int type;
    int operation;
};

/** connect_object_new: @driver, @session and @uri (copied); one reference. */
virConnectPtr connect_object_new(const Driver *driver, void *session,
                                 const char *uri, bool is_readonly);

/** domain_object_new: a handle with one reference. */
virDomainPtr domain_object_new(virConnectPtr conn, const char *name,
                               const unsigned char *uuid, int id);

/** domain_object_id: of the run that the handle knows of; -1: shut off. */
int domain_object_id(virDomainPtr domain);

/** domain_object_set_id: a call started the domain by this handle, which other
 * threads may be using. */
void domain_object_set_id(virDomainPtr domain, int id);

virDomainCheckpointPtr checkpoint_object_new(virDomainPtr domain,
                                             const char *name);
virDomainSnapshotPtr snapshot_object_new(virDomainPtr domain, const char *name);
virDomainJobPtr job_object_new(virDomainPtr domain, int id, int type,
                               int operation);

/* Whether the pointer is a live handle of its kind; NULL is not. */
bool connect_object_is(virConnectPtr conn);
bool domain_object_is(virDomainPtr domain);
bool checkpoint_object_is(virDomainCheckpointPtr checkpoint);
bool snapshot_object_is(virDomainSnapshotPtr snapshot);
bool job_object_is(virDomainJobPtr job);

/** connect_object_try_ref: one reference more, unless the last one is gone
 * already (the event loop holds the pointer without a reference).
 * Returns: whether the caller now has a reference. */
bool connect_object_try_ref(virConnectPtr conn);

/** connect_object_set_close: false if there is one already. */
bool connect_object_set_close(virConnectPtr conn, const CloseCallback *wanted);
/** connect_object_clear_close: frees its opaque data; false if @call is not the
 * one that is set. */
bool connect_object_clear_close(virConnectPtr conn, virConnectCloseFunc call);

/** connect_object_tell_close: calls the callback, if there is one that was not
 * called yet.  From the event loop. */
void connect_object_tell_close(virConnectPtr conn, int reason);

/* One reference less; the last one frees.  Accept NULL (0).
 * Returns: the references that are left. */
int connect_object_unref(virConnectPtr conn);
int domain_object_unref(virDomainPtr domain);
/** domain_object_list_free: (nullable): references, up to a NULL. */
void domain_object_list_free(virDomainPtr *list);
int checkpoint_object_unref(virDomainCheckpointPtr checkpoint);
int snapshot_object_unref(virDomainSnapshotPtr snapshot);
int job_object_unref(virDomainJobPtr job);
