/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members of the driver's table that are written by hand; the table says what
 * each does (driver/driver.h), and remote/calls_made.h has the others.
 *
 * Where libvirt's programs and ours both could carry a call, it is ours if the
 * peer has it, since that one has ids.
 */
#pragma once

#include "driver/driver.h"

int remote_list_domains(virConnectPtr conn, virDomainPtr **ret_domains,
                        unsigned flags, GError **error);
int remote_node_free_memory(virConnectPtr conn, unsigned long long *ret_bytes,
                            GError **error);
int remote_node_security_model(virConnectPtr conn,
                               virSecurityModelPtr ret_model, GError **error);
int remote_domain_disk_errors(virDomainPtr domain,
                              virDomainDiskErrorPtr ret_errors, unsigned room,
                              GError **error);
int remote_domain_messages(virDomainPtr domain, char ***ret_messages,
                           unsigned flags, GError **error);
int remote_domain_security_label(virDomainPtr domain,
                                 virSecurityLabelPtr ret_label, GError **error);
int remote_domain_memory_stats(virDomainPtr domain,
                               virDomainMemoryStatPtr ret_stats, unsigned room,
                               GError **error);
int remote_connect_domain_stats(virConnectPtr conn,
                                const DomainStatsAsked *asked,
                                virDomainStatsRecordPtr **ret_records,
                                GError **error);
int remote_domain_create(virDomainPtr domain, unsigned flags, GError **error);
int remote_domain_save(virDomainPtr domain, const char *path, const char *dxml,
                       unsigned flags, GError **error);
int remote_domain_cpu_stats(virDomainPtr domain, int cpu, CpuStats *ret_stats,
                            GError **error);
int remote_domain_set_metadata(virDomainPtr domain,
                               const DomainMetadata *metadata, unsigned flags,
                               GError **error);
int remote_domain_fs_info(virDomainPtr domain, virDomainFSInfoPtr **ret_info,
                          GError **error);
int remote_domain_interface_addresses(virDomainPtr domain,
                                      virDomainInterfacePtr **ret_interfaces,
                                      unsigned source, GError **error);
int remote_domain_guest_info(virDomainPtr domain, unsigned types,
                             virTypedParameterPtr *ret_params, int *ret_nparams,
                             GError **error);

int remote_checkpoint_list(virDomainPtr domain, virDomainCheckpointPtr from,
                           virDomainCheckpointPtr **ret_checkpoints,
                           unsigned flags, GError **error);

virDomainSnapshotPtr remote_snapshot_create(virDomainPtr domain,
                                            const char *xml,
                                            const char *checkpoint_xml,
                                            unsigned flags, GError **error);
int remote_snapshot_list(virDomainPtr domain, virDomainSnapshotPtr from,
                         virDomainSnapshotPtr **ret_snapshots, unsigned flags,
                         GError **error);
int remote_snapshot_current(virDomainPtr domain,
                            virDomainSnapshotPtr *ret_current, GError **error);

int remote_block_stats(virDomainPtr domain, const char *disk,
                       BlockStats *ret_stats, GError **error);
int remote_block_peek(virDomainPtr domain, const char *disk,
                      unsigned long long offset, size_t size, void *ret_buffer,
                      GError **error);
int remote_block_resize(virDomainPtr domain, const char *disk,
                        unsigned long long size, unsigned flags,
                        GError **error);
int remote_block_job_info(virDomainPtr domain, const char *disk,
                          virDomainBlockJobInfoPtr ret_info, GError **error);
int remote_block_job_set_speed(virDomainPtr domain, const char *disk,
                               unsigned long long bandwidth, GError **error);
int remote_block_pull(virDomainPtr domain, const char *disk, const char *base,
                      unsigned long long bandwidth, unsigned flags,
                      GError **error);
int remote_block_copy(virDomainPtr domain, const char *disk,
                      const BlockCopy *copy, unsigned flags, GError **error);
int remote_block_commit(virDomainPtr domain, const char *disk,
                        const BlockCommit *commit, unsigned flags,
                        GError **error);
int remote_test_disk_write(virDomainPtr domain, const char *disk,
                           unsigned long long offset, const void *buffer,
                           unsigned long long size, GError **error);

int remote_backup_begin(virDomainPtr domain, const char *disk_xml,
                        const char *checkpoint_xml, unsigned flags,
                        GError **error);
char *remote_backup_xml(virDomainPtr domain, int id, GError **error);
int remote_backup_end(virDomainPtr domain, int id, unsigned flags,
                      GError **error);

/* What libvirt's daemon has no id for has these: whatever is no backup, and the
 * one backup there can be.  ANY_ID is the driver's for the calls without. */
enum { ANY_ID = -1, DEFAULT_ID = 0, ONLY_ID = 1 };

/** remote_is_only_backup: ids that libvirt's daemon has no use for are judged
 * before it is asked: VIR_ERR_NO_DOMAIN_BACKUP. */
bool remote_is_only_backup(virDomainPtr domain, int id, GError **error);

int remote_job_list_ids(virDomainPtr domain, virDomainJobId **ret_ids,
                        GError **error);
int remote_job_list(virDomainPtr domain, virDomainJobPtr **ret_jobs,
                    unsigned flags, GError **error);
virDomainJobPtr remote_job_lookup(virDomainPtr domain, int id, GError **error);
char *remote_job_xml(virDomainPtr domain, int id, GError **error);
int remote_job_end(virDomainPtr domain, int id, GError **error);
int remote_job_stats(virDomainPtr domain, int id, unsigned flags,
                     JobStats *ret_stats, GError **error);
int remote_job_abort(virDomainPtr domain, int id, GError **error);

char *remote_migrate_begin(virDomainPtr domain, const MigrationStep *step,
                           char **ret_cookie, GError **error);
int remote_migrate_prepare(virConnectPtr conn, const MigrationStep *step,
                           char **ret_uri, char **ret_cookie, GError **error);
int remote_migrate_perform(virDomainPtr domain, const MigrationStep *step,
                           GError **error);
virDomainPtr remote_migrate_finish(virConnectPtr conn,
                                   const MigrationStep *step, bool is_cancelled,
                                   GError **error);
int remote_migrate_confirm(virDomainPtr domain, const MigrationStep *step,
                           bool is_cancelled, GError **error);
int remote_migrate_settle(virConnectPtr conn, const char *cookie, bool is_last,
                          GError **error);
int remote_migrate_get_speed(virDomainPtr domain, unsigned long long *ret_speed,
                             GError **error);
int remote_migrate_set_speed(virDomainPtr domain, unsigned long long speed,
                             GError **error);
