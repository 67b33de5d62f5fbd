/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/driver.h"

#include "qemu/agent.h"
#include "qemu/backup.h"
#include "qemu/blockjob/blockjob.h"
#include "qemu/checkpoint.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/host/host_calls.h"
#include "qemu/migrate/migrate_calls.h"
#include "qemu/save/save_calls.h"
#include "qemu/session.h"
#include "qemu/snapshot.h"
#include "qemu/stats/stats_calls.h"
#include "qemu/watcher.h"

/* Without host and transport: the embedded driver has neither, and a URI that
 * names one was meant for another. */
static bool
accepts(const ConnectUri *uri)
{
    return g_str_equal(uri->scheme, "qemu") && !uri->transport && !uri->host &&
           g_str_equal(uri->path, "/embed");
}

const Driver qemu_driver = {
    .name = "QEMU",
    .error_domain = VIR_FROM_QEMU,
    .accepts = accepts,
    .open = qemu_session_open,
    .close = qemu_session_close,
    .events_wanted = watcher_wanted,
    .connect_version = qemu_connect_version,
    .node_info = qemu_node_info,
    .connect_capabilities = qemu_connect_capabilities,
    .connect_domain_capabilities = qemu_connect_domain_capabilities,
    .connect_max_vcpus = qemu_connect_max_vcpus,
    .node_free_memory = qemu_node_free_memory,
    .node_security_model = qemu_node_security_model,
    .domain_vcpus = qemu_domain_vcpus,
    .domain_disk_errors = qemu_domain_disk_errors,
    .domain_messages = qemu_domain_messages,
    .domain_security_label = qemu_domain_security_label,
    .connect_domain_stats = qemu_connect_domain_stats,
    .connect_list_domains = qemu_list_domains,
    .domain_lookup_by_name = qemu_lookup_by_name,
    .domain_lookup_by_uuid = qemu_lookup_by_uuid,
    .domain_lookup_by_id = qemu_lookup_by_id,
    .domain_define = qemu_domain_define_xml,
    .domain_undefine = qemu_domain_undefine,
    .domain_xml = qemu_domain_xml,
    .domain_os_type = qemu_domain_os_type,
    .domain_create = qemu_domain_create,
    .domain_create_xml = qemu_domain_create_xml,
    .domain_shutdown = qemu_domain_shutdown,
    .domain_reboot = qemu_domain_reboot,
    .domain_reset = qemu_domain_reset,
    .domain_destroy = qemu_domain_destroy,
    .domain_suspend = qemu_domain_suspend,
    .domain_resume = qemu_domain_resume,
    .domain_state = qemu_domain_state,
    .domain_info = qemu_domain_info,
    .domain_cpu_stats = qemu_domain_cpu_stats,
    .domain_memory_stats = qemu_domain_memory_stats,
    .domain_is_active = qemu_domain_active,
    .domain_is_persistent = qemu_domain_persistent,
    .domain_is_updated = qemu_domain_updated,
    .domain_get_autostart = qemu_domain_get_autostart,
    .domain_set_autostart = qemu_domain_set_autostart,
    .domain_set_metadata = qemu_domain_set_metadata,
    .domain_get_metadata = qemu_domain_get_metadata,
    .domain_rename = qemu_domain_rename,
    .domain_fs_freeze = qemu_domain_fs_freeze,
    .domain_fs_thaw = qemu_domain_fs_thaw,
    .domain_fs_info = qemu_domain_fs_info,
    .qemu_agent_command = qemu_agent_command,
    .domain_save = qemu_domain_save,
    .domain_restore = qemu_domain_restore,
    .domain_dump = qemu_domain_dump,
    .save_image_xml = qemu_save_image_xml,
    .save_image_define = qemu_save_image_define,
    .managed_save_has = qemu_managed_save_has,
    .managed_save_remove = qemu_managed_save_remove,
    .managed_save_xml = qemu_managed_save_xml,
    .managed_save_define = qemu_managed_save_define,
    .migrate_begin = qemu_migrate_begin,
    .migrate_prepare = qemu_migrate_prepare,
    .migrate_perform = qemu_migrate_perform,
    .migrate_finish = qemu_migrate_finish,
    .migrate_confirm = qemu_migrate_confirm,
    .migrate_settle = qemu_migrate_settle,
    .migrate_get_downtime = qemu_migrate_get_downtime,
    .migrate_set_downtime = qemu_migrate_set_downtime,
    .migrate_get_speed = qemu_migrate_get_speed,
    .migrate_set_speed = qemu_migrate_set_speed,
    .checkpoint_create = qemu_checkpoint_create,
    .checkpoint_xml = qemu_checkpoint_xml,
    .checkpoint_list = qemu_checkpoint_list,
    .checkpoint_lookup = qemu_checkpoint_lookup,
    .checkpoint_parent = qemu_checkpoint_parent,
    .checkpoint_delete = qemu_checkpoint_delete,
    .snapshot_create = qemu_snapshot_create,
    .snapshot_xml = qemu_snapshot_xml,
    .snapshot_list = qemu_snapshot_list,
    .snapshot_lookup = qemu_snapshot_lookup,
    .snapshot_parent = qemu_snapshot_parent,
    .snapshot_current = qemu_snapshot_current,
    .snapshot_has_metadata = qemu_snapshot_has_metadata,
    .snapshot_revert = qemu_snapshot_revert,
    .snapshot_delete = qemu_snapshot_delete,
    .backup_begin = qemu_backup_begin,
    .backup_xml = qemu_backup_xml,
    .backup_end = qemu_backup_end,
    .job_list_ids = qemu_job_list_ids,
    .job_list = qemu_job_list,
    .job_lookup = qemu_job_lookup,
    .job_xml = qemu_job_xml,
    .job_end = qemu_job_end,
    .job_stats = qemu_job_stats,
    .job_info = qemu_job_info,
    .job_abort = qemu_job_abort,
    .block_job_info = qemu_block_job_info,
    .block_job_abort = qemu_block_job_abort,
    .block_job_set_speed = qemu_block_job_set_speed,
    .block_pull = qemu_block_pull,
    .block_copy = qemu_block_copy,
    .block_commit = qemu_block_commit,
    .block_stats = qemu_domain_block_stats,
    .block_peek = qemu_block_peek,
    .block_resize = qemu_block_resize,
    .block_threshold = qemu_block_threshold,
    .domain_block_info = qemu_domain_block_info,
    .qemu_monitor_command = qemu_monitor_command,
};
