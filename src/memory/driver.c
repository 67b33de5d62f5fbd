/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/driver.h"

#include "memory/checkpoint.h"
#include "memory/disk_calls.h"
#include "memory/domain_calls.h"
#include "memory/host.h"

const Driver memory_driver = {
    .name = "Test",
    .error_domain = VIR_FROM_TEST,
    .accepts = memory_accepts,
    .open = memory_open,
    .close = memory_close,
    .events_wanted = memory_events_wanted,
    .connect_version = memory_connect_version,
    .connect_list_domains = memory_list_domains,
    .domain_lookup_by_name = memory_lookup_by_name,
    .domain_lookup_by_uuid = memory_lookup_by_uuid,
    .domain_lookup_by_id = memory_lookup_by_id,
    .domain_define = memory_domain_define_xml,
    .domain_undefine = memory_domain_undefine,
    .domain_xml = memory_domain_xml_desc,
    .domain_os_type = memory_domain_os_type,
    .domain_create = memory_domain_create,
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
    .domain_rename = memory_domain_rename,
    .domain_block_info = memory_domain_block_info,
    .domain_fs_freeze = memory_domain_fs_freeze,
    .domain_fs_thaw = memory_domain_fs_thaw,
    .checkpoint_create = memory_checkpoint_create,
    .checkpoint_xml = memory_checkpoint_xml,
    .checkpoint_list = memory_checkpoint_list,
    .checkpoint_lookup = memory_checkpoint_lookup,
    .checkpoint_parent = memory_checkpoint_parent,
    .checkpoint_delete = memory_checkpoint_delete,
    .block_peek = memory_block_peek,
    .block_resize = memory_block_resize,
    .test_disk_write = memory_test_disk_write,
};
