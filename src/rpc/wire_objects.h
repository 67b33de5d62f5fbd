/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Handles, as programs have them and as they travel; and texts that may be
 * absent.
 *
 * Both ends use these: a handle is a name for something (driver/object.h), so a
 * domain that came over the wire is a handle without being looked up, and what
 * it names is found, or not, by the call that it is for.  Its name and id are
 * the peer's word; only the UUID counts.
 *
 * "lend": what is filled in borrows from the handle, for a message that is
 * encoded before the handle goes.  "from": it owns its texts, for xdr_free().
 * "to": a new handle, of one reference; "in": the same below a domain's handle
 * that there is, as a client has it: what it asks for is of that domain, and
 * virDomainCheckpointGetDomain() gives the same pointer with and without a
 * daemon between.
 */
#pragma once

#include "driver/object.h"
#include "rpc/procedures.h"

void wire_domain_lend(virDomainPtr domain, WireDomain *ret_wire);
void wire_checkpoint_lend(virDomainCheckpointPtr checkpoint,
                          WireCheckpoint *ret_wire);
void wire_snapshot_lend(virDomainSnapshotPtr snapshot, WireSnapshot *ret_wire);
void wire_job_lend(virDomainJobPtr job, WireJob *ret_wire);

void wire_domain_from(virDomainPtr domain, WireDomain *ret_wire);
void wire_checkpoint_from(virDomainCheckpointPtr checkpoint,
                          WireCheckpoint *ret_wire);
void wire_snapshot_from(virDomainSnapshotPtr snapshot, WireSnapshot *ret_wire);
void wire_job_from(virDomainJobPtr job, WireJob *ret_wire);

virDomainPtr wire_domain_to(virConnectPtr conn, const WireDomain *wire);
virDomainCheckpointPtr wire_checkpoint_to(virConnectPtr conn,
                                          const WireCheckpoint *wire);
virDomainSnapshotPtr wire_snapshot_to(virConnectPtr conn,
                                      const WireSnapshot *wire);
virDomainJobPtr wire_job_to(virConnectPtr conn, const WireJob *wire);

virDomainCheckpointPtr wire_checkpoint_in(virDomainPtr domain,
                                          const WireCheckpoint *wire);
virDomainSnapshotPtr wire_snapshot_in(virDomainPtr domain,
                                      const WireSnapshot *wire);
virDomainJobPtr wire_job_in(virDomainPtr domain, const WireJob *wire);

/* A list that came: an array that ends with a NULL, for g_free().  Returns its
 * length without that. */
int wire_domain_list_to(virConnectPtr conn, const WireDomain *wire,
                        unsigned count, virDomainPtr **ret_list);
int wire_checkpoint_list_in(virDomainPtr domain, const WireCheckpoint *wire,
                            unsigned count, virDomainCheckpointPtr **ret_list);
int wire_snapshot_list_in(virDomainPtr domain, const WireSnapshot *wire,
                          unsigned count, virDomainSnapshotPtr **ret_list);
int wire_job_list_in(virDomainPtr domain, const WireJob *wire, unsigned count,
                     virDomainJobPtr **ret_list);

/* A list that goes: @list (nullable), which ends with a NULL, is taken over,
 * and what is filled in is for xdr_free(). */
void wire_domain_list_from(virDomainPtr *list, WireDomain **ret_items,
                           u_int *ret_count);
void wire_checkpoint_list_from(virDomainCheckpointPtr *list,
                               WireCheckpoint **ret_items, u_int *ret_count);
void wire_snapshot_list_from(virDomainSnapshotPtr *list,
                             WireSnapshot **ret_items, u_int *ret_count);
void wire_job_list_from(virDomainJobPtr *list, WireJob **ret_items,
                        u_int *ret_count);

/** wire_text: NULL if it is absent. */
const char *wire_text(WireTextOrNone text);
/** wire_text_own: @text (nullable) is taken over. */
WireTextOrNone wire_text_own(char *text);
