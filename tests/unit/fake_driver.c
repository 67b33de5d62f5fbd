/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake_driver.h"

#include "base/error.h"
#include "base/typed_params.h"
#include "fake_block.h"
#include "fake_guest.h"
#include "fake_migrate.h"
#include "fake_save.h"
#include "fake_snapshot.h"
#include "fake_stats.h"

#include <string.h>

Fake fake;

const unsigned char fake_uuid[VIR_UUID_BUFLEN] = {
    0x5a, 0x1d, 0x00, 0x01, 0x02, 0x03, 0x44, 0x05,
    0x86, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d};

void
fake_reset(void)
{
    g_free(fake.last_call);
    g_free(fake.opened);
    memset(&fake, 0, sizeof(fake));
}

bool
fake_record(GError **error, const char *format, ...)
{
    va_list args;

    g_free(fake.last_call);
    va_start(args, format);
    fake.last_call = g_strdup_vprintf(format, args);
    va_end(args);
    if (fake.is_failing && !fake.is_speechless)
        return fail(error, VIR_ERR_OPERATION_FAILED, "the fake was told to");
    return !fake.is_failing;
}

static bool
accepts_fake(const ConnectUri *uri)
{
    return !strcmp(uri->scheme, "fake");
}

static bool
accepts_bare(const ConnectUri *uri)
{
    return !strcmp(uri->scheme, "bare");
}

static void *
fake_open(const ConnectUri *uri, bool is_readonly, char **ret_uri,
          GError **error)
{
    (void)is_readonly;
    if (!fake_record(error, "open"))
        return NULL;
    g_free(fake.opened);
    fake.opened = g_strdup(uri->text);
    *ret_uri = g_strdup_printf("%s:///canonical", uri->scheme);
    return &fake;
}

static void
fake_close(void *session)
{
    g_assert_true(session == &fake);
    fake.closes++;
}

static void
events_wanted(virConnectPtr conn, bool is_wanted)
{
    g_assert_true(conn->session == &fake);
    fake.wanted += is_wanted;
    fake.unwanted += !is_wanted;
}

static void
end_wanted(virConnectPtr conn)
{
    g_assert_true(conn->session == &fake);
    fake.ends_wanted++;
}

/* Those that have no way to fail record nothing. */
static const char *
type(virConnectPtr conn)
{
    g_assert_true(conn->session == &fake);
    return "FAKE";
}

static int
is_alive(virConnectPtr conn)
{
    g_assert_true(conn->session == &fake);
    return fake.result == 0;
}

static int
is_secure(virConnectPtr conn)
{
    g_assert_true(conn->session == &fake);
    return fake.result == 0;
}

static int
is_encrypted(virConnectPtr conn)
{
    g_assert_true(conn->session == &fake);
    return fake.result != 0;
}

static int
set_keepalive(virConnectPtr conn, int interval, unsigned count)
{
    g_assert_true(conn->session == &fake);
    return interval > 0 && count > 0 ? 0 : 1;
}

static virDomainPtr
new_domain(virConnectPtr conn, const char *name, int id)
{
    return domain_object_new(conn, name, fake_uuid, id);
}

static char *
connect_hostname(virConnectPtr conn, GError **error)
{
    (void)conn;
    return fake_record(error, "connect_hostname") ? g_strdup("there") : NULL;
}

static int
connect_version(virConnectPtr conn, unsigned long *ret_version, GError **error)
{
    (void)conn;
    *ret_version = 7002000;
    return fake_record(error, "connect_version") ? fake.result : -1;
}

static int
node_info(virConnectPtr conn, virNodeInfoPtr ret_info, GError **error)
{
    (void)conn;
    g_strlcpy(ret_info->model, "x86_64", sizeof(ret_info->model));
    ret_info->cpus = 4;
    return fake_record(error, "node_info") ? fake.result : -1;
}

static char *
connect_capabilities(virConnectPtr conn, GError **error)
{
    (void)conn;
    return fake_record(error, "connect_capabilities")
               ? g_strdup("<capabilities/>")
               : NULL;
}

static char *
connect_domain_capabilities(virConnectPtr conn, const char *emulator,
                            const char *arch, const char *machine,
                            const char *virt_type, GError **error)
{
    (void)conn;
    (void)emulator;
    (void)arch;
    (void)virt_type;
    return fake_record(error, "connect_domain_capabilities %s",
                       machine ? machine : "-")
               ? g_strdup("<domainCapabilities/>")
               : NULL;
}

static char *
connect_daemon_status(virConnectPtr conn, unsigned flags, GError **error)
{
    (void)conn;
    if (!fake_record(error, "connect_daemon_status flags=0x%x", flags))
        return NULL;
    return g_strdup("<daemonstatus release='0.1.0' pid='7'>"
                    "<uptime unit='seconds'>93784</uptime>"
                    "<clients now='3' max='5000'/>"
                    "<strangers now='1' max='20'/>"
                    "<networkStrangers now='0' max='20'/>"
                    "<calls now='2' max='1000'/>"
                    "<messages now='512' max='268435456'/>"
                    "</daemonstatus>");
}

static int
connect_list_domains(virConnectPtr conn, virDomainPtr **ret_domains,
                     unsigned flags, GError **error)
{
    if (!fake_record(error, "connect_list_domains flags=0x%x", flags))
        return -1;
    *ret_domains = g_new0(virDomainPtr, 3);
    (*ret_domains)[0] = new_domain(conn, "web", fake.active_id);
    (*ret_domains)[1] = new_domain(conn, "db", -1);
    return 2;
}

static virDomainPtr
lookup_by_name(virConnectPtr conn, const char *name, GError **error)
{
    return fake_record(error, "domain_lookup_by_name %s", name)
               ? new_domain(conn, name, -1)
               : NULL;
}

static virDomainPtr
lookup_by_uuid(virConnectPtr conn, const unsigned char *uuid, GError **error)
{
    return fake_record(error, "domain_lookup_by_uuid %02x", uuid[0])
               ? new_domain(conn, "web", -1)
               : NULL;
}

static virDomainPtr
lookup_by_id(virConnectPtr conn, int id, GError **error)
{
    return fake_record(error, "domain_lookup_by_id %d", id)
               ? new_domain(conn, "web", id)
               : NULL;
}

static virDomainPtr
domain_define(virConnectPtr conn, const char *xml, unsigned flags,
              GError **error)
{
    return fake_record(error, "domain_define %s flags=0x%x", xml, flags)
               ? new_domain(conn, "web", -1)
               : NULL;
}

/* The calls that differ only in their name. */
#define DEFINE_WITH_FLAGS(name)                                             \
    static int name(virDomainPtr domain, unsigned flags, GError **error)    \
    {                                                                       \
        (void)domain;                                                       \
        return fake_record(error, #name " flags=0x%x", flags) ? fake.result \
                                                              : -1;         \
    }

#define DEFINE_PLAIN(name)                                         \
    static int name(virDomainPtr domain, GError **error)           \
    {                                                              \
        (void)domain;                                              \
        return fake_record(error, "%s", #name) ? fake.result : -1; \
    }

DEFINE_WITH_FLAGS(domain_undefine)
DEFINE_WITH_FLAGS(domain_create)
DEFINE_WITH_FLAGS(domain_shutdown)
DEFINE_WITH_FLAGS(domain_reboot)
DEFINE_WITH_FLAGS(domain_reset)
DEFINE_WITH_FLAGS(domain_destroy)
DEFINE_PLAIN(domain_suspend)
DEFINE_PLAIN(domain_resume)
DEFINE_PLAIN(domain_is_active)
DEFINE_PLAIN(domain_is_persistent)
DEFINE_PLAIN(domain_is_updated)

static char *
domain_xml(virDomainPtr domain, unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_xml flags=0x%x", flags)
               ? g_strdup("<domain/>")
               : NULL;
}

static char *
domain_os_type(virDomainPtr domain, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_os_type") ? g_strdup("hvm") : NULL;
}

static int
domain_state(virDomainPtr domain, int *ret_state, int *ret_reason,
             GError **error)
{
    (void)domain;
    *ret_state = VIR_DOMAIN_PAUSED;
    *ret_reason = VIR_DOMAIN_PAUSED_USER;
    return fake_record(error, "domain_state") ? fake.result : -1;
}

static int
domain_info(virDomainPtr domain, virDomainInfoPtr ret_info, GError **error)
{
    (void)domain;
    ret_info->nrVirtCpu = 2;
    ret_info->maxMem = 2048;
    return fake_record(error, "domain_info") ? fake.result : -1;
}

static int
get_autostart(virDomainPtr domain, int *ret_autostart, GError **error)
{
    (void)domain;
    *ret_autostart = 1;
    return fake_record(error, "domain_get_autostart") ? fake.result : -1;
}

static int
set_autostart(virDomainPtr domain, int autostart, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_set_autostart %d", autostart)
               ? fake.result
               : -1;
}

static int
domain_rename(virDomainPtr domain, const char *new_name, unsigned flags,
              GError **error)
{
    (void)domain;
    return fake_record(error, "domain_rename %s flags=0x%x", new_name, flags)
               ? fake.result
               : -1;
}

static int
block_info(virDomainPtr domain, const char *disk,
           virDomainBlockInfoPtr ret_info, GError **error)
{
    (void)domain;
    ret_info->capacity = 64;
    return fake_record(error, "domain_block_info %s", disk) ? fake.result : -1;
}

static int
fs_freeze(virDomainPtr domain, const char **mountpoints, unsigned nmountpoints,
          unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_fs_freeze %s flags=0x%x",
                       nmountpoints ? mountpoints[0] : "all", flags)
               ? fake.result
               : -1;
}

static int
fs_thaw(virDomainPtr domain, const char **mountpoints, unsigned nmountpoints,
        unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_fs_thaw %s flags=0x%x",
                       nmountpoints ? mountpoints[0] : "all", flags)
               ? fake.result
               : -1;
}

static int
set_metadata(virDomainPtr domain, const DomainMetadata *metadata,
             unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_set_metadata %d '%s' %s %s flags=0x%x",
                       metadata->type, metadata->text ? metadata->text : "",
                       metadata->key ? metadata->key : "-",
                       metadata->uri ? metadata->uri : "-", flags)
               ? 0
               : -1;
}

static char *
get_metadata(virDomainPtr domain, int type, const char *uri, unsigned flags,
             GError **error)
{
    (void)domain;
    if (!fake_record(error, "domain_get_metadata %d %s flags=0x%x", type,
                     uri ? uri : "-", flags))
        return NULL;
    if (!fake.is_noteless)
        return g_strdup("<note/>");
    fail(error, VIR_ERR_NO_DOMAIN_METADATA, "nothing is noted");
    return NULL;
}

static int
fs_info(virDomainPtr domain, virDomainFSInfoPtr **ret_info, GError **error)
{
    virDomainFSInfoPtr info = NULL;

    (void)domain;
    if (!fake_record(error, "domain_fs_info"))
        return -1;
    info = g_new0(virDomainFSInfo, 1);
    info->mountpoint = g_strdup("/");
    info->devAlias = g_new0(char *, 1);
    info->devAlias[0] = g_strdup("vda");
    info->ndevAlias = 1;
    *ret_info = g_new0(virDomainFSInfoPtr, 1);
    (*ret_info)[0] = info;
    return 1;
}

static char *
monitor_command(virDomainPtr domain, const char *command, unsigned flags,
                GError **error)
{
    (void)domain;
    return fake_record(error, "qemu_monitor_command %s flags=0x%x", command,
                       flags)
               ? g_strdup("{}")
               : NULL;
}

static char *
agent_command(virDomainPtr domain, const char *command, int timeout,
              unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "qemu_agent_command %s timeout=%d flags=0x%x",
                       command, timeout, flags)
               ? g_strdup("{}")
               : NULL;
}

static virDomainCheckpointPtr
checkpoint_create(virDomainPtr domain, const char *xml, unsigned flags,
                  GError **error)
{
    return fake_record(error, "checkpoint_create %s flags=0x%x", xml, flags)
               ? checkpoint_object_new(domain, "chk")
               : NULL;
}

static char *
checkpoint_xml(virDomainCheckpointPtr checkpoint, unsigned flags,
               GError **error)
{
    (void)checkpoint;
    return fake_record(error, "checkpoint_xml flags=0x%x", flags)
               ? g_strdup("<domaincheckpoint/>")
               : NULL;
}

static int
checkpoint_list(virDomainPtr domain, virDomainCheckpointPtr from,
                virDomainCheckpointPtr **ret_checkpoints, unsigned flags,
                GError **error)
{
    if (!fake_record(error, "checkpoint_list from=%s flags=0x%x",
                     from ? from->name : "all", flags))
        return -1;
    *ret_checkpoints = g_new0(virDomainCheckpointPtr, 2);
    (*ret_checkpoints)[0] = checkpoint_object_new(domain, "chk");
    return 1;
}

static virDomainCheckpointPtr
checkpoint_lookup(virDomainPtr domain, const char *name, GError **error)
{
    return fake_record(error, "checkpoint_lookup %s", name)
               ? checkpoint_object_new(domain, name)
               : NULL;
}

static virDomainCheckpointPtr
checkpoint_parent(virDomainCheckpointPtr checkpoint, GError **error)
{
    return fake_record(error, "checkpoint_parent")
               ? checkpoint_object_new(checkpoint->domain, "root")
               : NULL;
}

static int
checkpoint_delete(virDomainCheckpointPtr checkpoint, unsigned flags,
                  GError **error)
{
    (void)checkpoint;
    return fake_record(error, "checkpoint_delete flags=0x%x", flags)
               ? fake.result
               : -1;
}

static int
backup_begin(virDomainPtr domain, const char *disk_xml,
             const char *checkpoint_xml_text, unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "backup_begin %s %s flags=0x%x",
                       disk_xml ? disk_xml : "-",
                       checkpoint_xml_text ? checkpoint_xml_text : "-", flags)
               ? fake.result
               : -1;
}

static char *
backup_xml(virDomainPtr domain, int id, GError **error)
{
    (void)domain;
    return fake_record(error, "backup_xml %d", id) ? g_strdup("<domainbackup/>")
                                                   : NULL;
}

static int
backup_end(virDomainPtr domain, int id, unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "backup_end %d flags=0x%x", id, flags)
               ? fake.result
               : -1;
}

static int
job_list_ids(virDomainPtr domain, virDomainJobId **ret_ids, GError **error)
{
    (void)domain;
    if (!fake_record(error, "job_list_ids"))
        return -1;
    *ret_ids = g_new0(virDomainJobId, 1);
    return 1;
}

static int
job_list(virDomainPtr domain, virDomainJobPtr **ret_jobs, unsigned flags,
         GError **error)
{
    if (!fake_record(error, "job_list flags=0x%x", flags))
        return -1;
    *ret_jobs = g_new0(virDomainJobPtr, 2);
    (*ret_jobs)[0] = job_object_new(domain, 0, VIR_DOMAIN_JOB_NONE,
                                    VIR_DOMAIN_JOB_OPERATION_UNKNOWN);
    return 1;
}

static char *
job_xml(virDomainPtr domain, int id, GError **error)
{
    (void)domain;
    return fake_record(error, "job_xml %d", id) ? g_strdup("<domainbackup/>")
                                                : NULL;
}

static int
job_end(virDomainPtr domain, int id, GError **error)
{
    (void)domain;
    return fake_record(error, "job_end %d", id) ? fake.result : -1;
}

static virDomainJobPtr
job_lookup(virDomainPtr domain, int id, GError **error)
{
    return fake_record(error, "job_lookup %d", id)
               ? job_object_new(domain, id, VIR_DOMAIN_JOB_UNBOUNDED,
                                VIR_DOMAIN_JOB_OPERATION_BACKUP)
               : NULL;
}

static int
job_stats(virDomainPtr domain, int id, unsigned flags, JobStats *ret_stats,
          GError **error)
{
    (void)domain;
    if (!fake_record(error, "job_stats %d flags=0x%x", id, flags))
        return -1;
    ret_stats->type = VIR_DOMAIN_JOB_UNBOUNDED;
    typed_params_add_int(&ret_stats->params, &ret_stats->nparams,
                         VIR_DOMAIN_JOB_ID, id);
    return 0;
}

static int
job_info(virDomainPtr domain, virDomainJobInfoPtr ret_info, GError **error)
{
    (void)domain;
    ret_info->type = VIR_DOMAIN_JOB_UNBOUNDED;
    return fake_record(error, "job_info") ? fake.result : -1;
}

static int
job_abort(virDomainPtr domain, int id, GError **error)
{
    (void)domain;
    return fake_record(error, "job_abort %d", id) ? fake.result : -1;
}

static int
test_disk_write(virDomainPtr domain, const char *disk,
                unsigned long long offset, const void *buffer,
                unsigned long long size, GError **error)
{
    (void)domain;
    return fake_record(error, "test_disk_write %s %llu+%llu %s", disk, offset,
                       size, buffer ? "bytes" : "zeroes")
               ? fake.result
               : -1;
}

static int
test_fault(virDomainPtr domain, const char *xml, GError **error)
{
    (void)domain;
    return fake_record(error, "test_fault %s", xml) ? fake.result : -1;
}

const Driver bare_driver = {
    .name = "BARE",
    .error_domain = VIR_FROM_TEST,
    .accepts = accepts_bare,
    .open = fake_open,
    .close = fake_close,
};

const Driver fake_driver = {
    .name = "FAKE",
    .error_domain = VIR_FROM_TEST,
    .accepts = accepts_fake,
    .open = fake_open,
    .close = fake_close,
    .events_wanted = events_wanted,
    .end_wanted = end_wanted,
    .type = type,
    .is_alive = is_alive,
    .is_secure = is_secure,
    .is_encrypted = is_encrypted,
    .set_keepalive = set_keepalive,
    .connect_hostname = connect_hostname,
    .connect_version = connect_version,
    .node_info = node_info,
    .connect_capabilities = connect_capabilities,
    .connect_domain_capabilities = connect_domain_capabilities,
    .connect_daemon_status = connect_daemon_status,
    .connect_max_vcpus = fake_connect_max_vcpus,
    .node_free_memory = fake_node_free_memory,
    .node_security_model = fake_node_security_model,
    .domain_vcpus = fake_domain_vcpus,
    .domain_disk_errors = fake_domain_disk_errors,
    .domain_messages = fake_domain_messages,
    .domain_security_label = fake_domain_security_label,
    .connect_domain_stats = fake_connect_domain_stats,
    .connect_list_domains = connect_list_domains,
    .domain_memory_stats = fake_domain_memory_stats,
    .domain_lookup_by_name = lookup_by_name,
    .domain_lookup_by_uuid = lookup_by_uuid,
    .domain_lookup_by_id = lookup_by_id,
    .domain_define = domain_define,
    .domain_undefine = domain_undefine,
    .domain_xml = domain_xml,
    .domain_os_type = domain_os_type,
    .domain_create = domain_create,
    .domain_create_xml = fake_domain_create_xml,
    .domain_cpu_stats = fake_domain_cpu_stats,
    .domain_save = fake_domain_save,
    .domain_restore = fake_domain_restore,
    .domain_dump = fake_domain_dump,
    .save_image_xml = fake_save_image_xml,
    .save_image_define = fake_save_image_define,
    .managed_save_has = fake_managed_save_has,
    .managed_save_remove = fake_managed_save_remove,
    .managed_save_xml = fake_managed_save_xml,
    .managed_save_define = fake_managed_save_define,
    .migrate_begin = fake_migrate_begin,
    .migrate_prepare = fake_migrate_prepare,
    .migrate_perform = fake_migrate_perform,
    .migrate_finish = fake_migrate_finish,
    .migrate_confirm = fake_migrate_confirm,
    .migrate_settle = fake_migrate_settle,
    .migrate_get_downtime = fake_migrate_get_downtime,
    .migrate_set_downtime = fake_migrate_set_downtime,
    .migrate_get_speed = fake_migrate_get_speed,
    .migrate_set_speed = fake_migrate_set_speed,
    .domain_shutdown = domain_shutdown,
    .domain_reboot = domain_reboot,
    .domain_reset = domain_reset,
    .domain_destroy = domain_destroy,
    .domain_suspend = domain_suspend,
    .domain_resume = domain_resume,
    .domain_state = domain_state,
    .domain_info = domain_info,
    .domain_is_active = domain_is_active,
    .domain_is_persistent = domain_is_persistent,
    .domain_is_updated = domain_is_updated,
    .domain_get_autostart = get_autostart,
    .domain_set_autostart = set_autostart,
    .domain_rename = domain_rename,
    .domain_set_metadata = set_metadata,
    .domain_get_metadata = get_metadata,
    .domain_block_info = block_info,
    .domain_fs_freeze = fs_freeze,
    .domain_fs_thaw = fs_thaw,
    .domain_fs_info = fs_info,
    .domain_fs_trim = fake_fs_trim,
    .domain_get_time = fake_get_time,
    .domain_set_time = fake_set_time,
    .domain_hostname = fake_guest_hostname,
    .domain_interface_addresses = fake_interface_addresses,
    .domain_guest_info = fake_guest_info,
    .domain_agent_timeout = fake_agent_timeout,
    .domain_set_password = fake_set_password,
    .qemu_monitor_command = monitor_command,
    .qemu_agent_command = agent_command,
    .checkpoint_create = checkpoint_create,
    .checkpoint_xml = checkpoint_xml,
    .checkpoint_list = checkpoint_list,
    .checkpoint_lookup = checkpoint_lookup,
    .checkpoint_parent = checkpoint_parent,
    .checkpoint_delete = checkpoint_delete,
    .snapshot_create = fake_snapshot_create,
    .snapshot_xml = fake_snapshot_xml,
    .snapshot_list = fake_snapshot_list,
    .snapshot_lookup = fake_snapshot_lookup,
    .snapshot_parent = fake_snapshot_parent,
    .snapshot_current = fake_snapshot_current,
    .snapshot_has_metadata = fake_snapshot_has_metadata,
    .snapshot_revert = fake_snapshot_revert,
    .snapshot_delete = fake_snapshot_delete,
    .block_stats = fake_block_stats,
    .block_peek = fake_block_peek,
    .block_resize = fake_block_resize,
    .block_threshold = fake_block_threshold,
    .block_job_info = fake_block_job_info,
    .block_job_abort = fake_block_job_abort,
    .block_job_set_speed = fake_block_job_set_speed,
    .block_pull = fake_block_pull,
    .block_copy = fake_block_copy,
    .block_commit = fake_block_commit,
    .backup_begin = backup_begin,
    .backup_xml = backup_xml,
    .backup_end = backup_end,
    .job_list_ids = job_list_ids,
    .job_list = job_list,
    .job_lookup = job_lookup,
    .job_xml = job_xml,
    .job_end = job_end,
    .job_stats = job_stats,
    .job_info = job_info,
    .job_abort = job_abort,
    .test_disk_write = test_disk_write,
    .test_fault = test_fault,
};
