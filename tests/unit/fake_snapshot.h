/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The part of the fake driver that has snapshots. */
#pragma once

#include "fake_driver.h"

virDomainSnapshotPtr fake_snapshot_create(virDomainPtr domain, const char *xml,
                                          const char *checkpoint_xml_text,
                                          unsigned flags, GError **error);
char *fake_snapshot_xml(virDomainSnapshotPtr snapshot, unsigned flags,
                        GError **error);
int fake_snapshot_list(virDomainPtr domain, virDomainSnapshotPtr from,
                       virDomainSnapshotPtr **ret_snapshots, unsigned flags,
                       GError **error);
virDomainSnapshotPtr fake_snapshot_lookup(virDomainPtr domain, const char *name,
                                          GError **error);
virDomainSnapshotPtr fake_snapshot_parent(virDomainSnapshotPtr snapshot,
                                          GError **error);
int fake_snapshot_current(virDomainPtr domain,
                          virDomainSnapshotPtr *ret_current, GError **error);
int fake_snapshot_has_metadata(virDomainSnapshotPtr snapshot, GError **error);
int fake_snapshot_revert(virDomainSnapshotPtr snapshot, unsigned flags,
                         GError **error);
int fake_snapshot_delete(virDomainSnapshotPtr snapshot, unsigned flags,
                         GError **error);
