/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backup jobs of a QEMU domain. */
#pragma once

#include "qemu/domain.h"

/** backup_refresh: looks at the running jobs: a push that concluded is finished
 * (checkpoint sealed or rolled back, nodes and files given back, event), a job
 * whose QEMU is gone is failed.  Called at the start of every call on a domain
 * that has running jobs, and by the event watcher. */
bool backup_refresh(QemuDomain *vm, GError **error);

/** backup_abort_all: before QEMU is ended: every job is aborted, its checkpoint
 * rolled back, its nodes and files given back.  @why goes into the record. */
bool backup_abort_all(QemuDomain *vm, const char *why, GError **error);

/** backup_has_running: some job is not ended. */
bool backup_has_running(QemuDomain *vm);

/** backup_is_running: job @id is a backup that is not ended: its checkpoint is
 * pending by right. */
bool backup_is_running(QemuDomain *vm, int id);

/** backup_release_guest: lets a guest go on that a dead caller held. */
bool backup_release_guest(QemuDomain *vm, GError **error);

/* The driver's members (driver/driver.h). */
int qemu_backup_begin(virDomainPtr domain, const char *disk_xml,
                      const char *checkpoint_xml, unsigned flags,
                      GError **error);
char *qemu_backup_xml(virDomainPtr domain, int id, GError **error);
int qemu_backup_end(virDomainPtr domain, int id, unsigned flags,
                    GError **error);
int qemu_job_list_ids(virDomainPtr domain, virDomainJobId **ret_ids,
                      GError **error);
int qemu_job_list(virDomainPtr domain, virDomainJobPtr **ret_jobs,
                  unsigned flags, GError **error);
char *qemu_job_xml(virDomainPtr domain, int id, GError **error);
int qemu_job_end(virDomainPtr domain, int id, GError **error);
virDomainJobPtr qemu_job_lookup(virDomainPtr domain, int id, GError **error);
int qemu_job_stats(virDomainPtr domain, int id, unsigned flags,
                   JobStats *ret_stats, GError **error);
int qemu_job_info(virDomainPtr domain, virDomainJobInfoPtr ret_info,
                  GError **error);
int qemu_job_abort(virDomainPtr domain, int id, GError **error);
