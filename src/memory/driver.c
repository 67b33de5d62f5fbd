/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/driver.h"

#include "memory/backup.h"
#include "memory/block/blockjob_calls.h"
#include "memory/block/threshold.h"
#include "memory/disk_calls.h"
#include "memory/domain_calls.h"
#include "memory/fault.h"
#include "memory/guest/agent.h"
#include "memory/host.h"
#include "memory/host/host_calls.h"
#include "memory/job_calls.h"
#include "memory/run/cpu_stats.h"
#include "memory/run/domain_create.h"
#include "memory/save/managed.h"
#include "memory/save/save_calls.h"
#include "memory/snapshot.h"

const Driver memory_driver = {
    .name = "Test",
    .error_domain = VIR_FROM_TEST,
    .accepts = memory_accepts,
    .open = memory_open,
    .close = memory_close,
    .events_wanted = memory_events_wanted,
    .connect_version = memory_connect_version,
    .node_info = memory_node_info,
    .connect_capabilities = memory_connect_capabilities,
    .connect_domain_capabilities = memory_connect_domain_capabilities,
    .connect_list_domains = memory_list_domains,
    .domain_lookup_by_name = memory_lookup_by_name,
    .domain_lookup_by_uuid = memory_lookup_by_uuid,
    .domain_lookup_by_id = memory_lookup_by_id,
    .domain_define = memory_domain_define_xml,
    .domain_undefine = memory_domain_undefine,
    .domain_xml = memory_domain_xml_desc,
    .domain_os_type = memory_domain_os_type,
    .domain_create = memory_domain_create,
    .domain_create_xml = memory_domain_create_xml,
    .domain_shutdown = memory_domain_shutdown,
    .domain_reboot = memory_domain_reboot,
    .domain_reset = memory_domain_reset,
    .domain_destroy = memory_domain_destroy,
    .domain_suspend = memory_domain_suspend,
    .domain_resume = memory_domain_resume,
    .domain_state = memory_domain_state,
    .domain_info = memory_domain_info,
    .domain_is_active = memory_domain_active,
    .domain_is_persistent = memory_domain_persistent,
    .domain_is_updated = memory_domain_updated,
    .domain_get_autostart = memory_domain_get_autostart,
    .domain_set_autostart = memory_domain_set_autostart,
    .domain_set_metadata = memory_domain_set_metadata,
    .domain_get_metadata = memory_domain_get_metadata,
    .domain_rename = memory_domain_rename,
    .domain_block_info = memory_domain_block_info,
    .domain_fs_freeze = memory_domain_fs_freeze,
    .domain_fs_thaw = memory_domain_fs_thaw,
    .domain_fs_info = memory_domain_fs_info,
    .domain_cpu_stats = memory_domain_cpu_stats,
    .domain_save = memory_domain_save,
    .domain_restore = memory_domain_restore,
    .save_image_xml = memory_save_image_xml,
    .save_image_define = memory_save_image_define,
    .domain_dump = memory_domain_dump,
    .managed_save_has = memory_managed_save_has,
    .managed_save_remove = memory_managed_save_remove,
    .managed_save_xml = memory_managed_save_xml,
    .managed_save_define = memory_managed_save_define,
    .checkpoint_create = memory_checkpoint_create,
    .checkpoint_xml = memory_checkpoint_xml,
    .checkpoint_list = memory_checkpoint_list,
    .checkpoint_lookup = memory_checkpoint_lookup,
    .checkpoint_parent = memory_checkpoint_parent,
    .checkpoint_delete = memory_checkpoint_delete,
    .snapshot_create = memory_snapshot_create,
    .snapshot_xml = memory_snapshot_xml,
    .snapshot_list = memory_snapshot_list,
    .snapshot_lookup = memory_snapshot_lookup,
    .snapshot_parent = memory_snapshot_parent,
    .snapshot_current = memory_snapshot_current,
    .snapshot_has_metadata = memory_snapshot_has_metadata,
    .snapshot_revert = memory_snapshot_revert,
    .snapshot_delete = memory_snapshot_delete,
    .backup_begin = memory_backup_begin,
    .backup_xml = memory_backup_xml,
    .backup_end = memory_backup_end,
    .job_list_ids = memory_job_list_ids,
    .job_list = memory_job_list,
    .job_lookup = memory_job_lookup,
    .job_xml = memory_job_xml,
    .job_end = memory_job_end,
    .job_stats = memory_job_stats,
    .job_info = memory_job_info,
    .job_abort = memory_job_abort,
    .block_stats = memory_block_stats,
    .block_threshold = memory_block_threshold,
    .block_job_info = memory_block_job_info,
    .block_job_abort = memory_block_job_abort,
    .block_job_set_speed = memory_block_job_set_speed,
    .block_pull = memory_block_pull,
    .block_copy = memory_block_copy,
    .block_commit = memory_block_commit,
    .block_peek = memory_block_peek,
    .block_resize = memory_block_resize,
    .test_disk_write = memory_test_disk_write,
    .test_fault = memory_test_fault,
};
