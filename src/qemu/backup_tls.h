/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pull backups over TLS: the server's certificates, as libvirt's daemon has them
 * (ca-cert.pem, server-cert.pem, server-key.pem and, if it is there, ca-crl.pem,
 * in one folder), in QEMU's hands for as long as a job serves.
 *
 * Who reads has to show a certificate of the same CA: without that anybody on
 * the network could read the disk, if nobody could listen.
 *
 * QEMU may be another user and reach no path of ours, so it never opens the
 * files themselves: it gets a folder's descriptor with copies that are its own,
 * reads them when it is told to, and they are gone before the server starts. A
 * death in between leaves them below the machine's folder, which is ours alone,
 * until the job that they were for is undone.
 */
#pragma once

#include "qemu/domain.h"

/** backup_tls_check: whether all that is needed can be read: before anything
 * has changed.  VIR_ERR_CONFIG_UNSUPPORTED, naming the file. */
bool backup_tls_check(const QemuDomain *vm, GError **error);

/** backup_tls_add: gives them to QEMU for job @id. */
bool backup_tls_add(QemuDomain *vm, QmpClient *qmp, int id, GError **error);

/** backup_tls_name: (transfer full): what QEMU calls them. */
char *backup_tls_name(int id);

/** backup_tls_remove: takes them back, wherever backup_tls_add() came to; that
 * there is nothing is no failure.  The server must be down; @qmp NULL:
 * with its QEMU. */
void backup_tls_remove(QemuDomain *vm, QmpClient *qmp, int id);
