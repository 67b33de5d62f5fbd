/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pull: the frozen views, served over NBD.
 *
 * The socket is bound here and handed to QEMU: QEMU itself would remove
 * whatever file has the name of its Unix socket, a disk image too, and could
 * not pick a port and say which.
 */
#pragma once

#include "model/job.h"
#include "qemu/backup_plan.h"

/** backup_pull_listen: a listening socket; a port that was picked is filled
 * in.  VIR_ERR_INVALID_ARG for a socket path that is in use; -1. */
int backup_pull_listen(BackupServer *server, GError **error);

/** backup_pull_serve: QEMU's NBD server on @listener, in the clear.  No export
 * yet. */
bool backup_pull_serve(QmpClient *qmp, int job, int listener, GError **error);

/** backup_pull_serve_clients: the server that @job's document asks for: over TLS
 * if it says so. */
bool backup_pull_serve_clients(QemuDomain *vm, const Job *job, QmpClient *qmp,
                               int listener, GError **error);

/** backup_pull_export: every frozen disk, read-only. */
bool backup_pull_export(const BackupPlan *plan, QmpClient *qmp, GError **error);

/** backup_pull_stop: clients are disconnected, exports and server go. */
bool backup_pull_stop(const Job *job, QmpClient *qmp, GError **error);

/** backup_pull_remove_socket: the Unix socket's file, once nobody listens. */
void backup_pull_remove_socket(const BackupServer *server);

/** backup_pull_look: scratch space used, into @job's figures. */
void backup_pull_look(QemuDomain *vm, Job *job);

/** backup_pull_check: that no view broke: VIR_ERR_OPERATION_FAILED, with the
 * disk.  What a client read from a broken view is nothing to rely on.  Clients
 * over TLS are disconnected for it. */
bool backup_pull_check(QemuDomain *vm, const Job *job, QmpClient *qmp,
                       GError **error);
