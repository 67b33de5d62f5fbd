/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What holds for every public call, asked of each in turn.
 *
 * The table has a row for each call that takes a handle; a call that is added
 * to the library gets its row here, and with it all the tests below. */
#include "api/call.h"

#include "machine.h"

#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

/* The kinds of handle, with the code and the domain of a refusal. */
typedef struct {
    int code;
    int domain;
} Kind;

static const Kind CONN = {VIR_ERR_INVALID_CONN, VIR_FROM_NONE};
static const Kind CONN_DOM = {VIR_ERR_INVALID_CONN, VIR_FROM_DOMAIN};
static const Kind DOM = {VIR_ERR_INVALID_DOMAIN, VIR_FROM_DOMAIN};
static const Kind DOM_CHK = {VIR_ERR_INVALID_DOMAIN,
                             VIR_FROM_DOMAIN_CHECKPOINT};
static const Kind DOM_QEMU = {VIR_ERR_INVALID_DOMAIN, VIR_FROM_NONE};
static const Kind CHK = {VIR_ERR_INVALID_DOMAIN_CHECKPOINT,
                         VIR_FROM_DOMAIN_CHECKPOINT};
static const Kind DOM_SNAP = {VIR_ERR_INVALID_DOMAIN, VIR_FROM_DOMAIN_SNAPSHOT};
static const Kind SNAP = {VIR_ERR_INVALID_DOMAIN_SNAPSHOT,
                          VIR_FROM_DOMAIN_SNAPSHOT};
static const Kind JOB = {VIR_ERR_INVALID_ARG, VIR_FROM_DOMAIN};

/* Results of any type, as "did it succeed", given back at once. */
static bool
is_count(int result)
{
    return result >= 0;
}

static bool
is_text(char *result)
{
    bool is = result != NULL;

    free(result);
    return is;
}

static bool
is_domain(virDomainPtr result)
{
    domain_object_unref(result);
    return result != NULL;
}

static bool
is_checkpoint(virDomainCheckpointPtr result)
{
    checkpoint_object_unref(result);
    return result != NULL;
}

static bool
is_snapshot(virDomainSnapshotPtr result)
{
    snapshot_object_unref(result);
    return result != NULL;
}

static bool
is_job(virDomainJobPtr result)
{
    job_object_unref(result);
    return result != NULL;
}

static bool
is_there(const void *result)
{
    return result != NULL;
}

/* Places for what the calls give. */
static struct {
    int number;
    int numbers[4];
    char *names[4];
    unsigned long version;
    unsigned char uuid[VIR_UUID_BUFLEN];
    char text[VIR_UUID_STRING_BUFLEN];
    virDomainInfo info;
    virDomainBlockInfo block;
    virNodeInfo node;
    virDomainJobInfo job;
    virDomainBlockStatsStruct stats;
    virDomainBlockJobInfo block_job;
    char *reply;
    virSecurityModel model;
    virSecurityLabel label;
} out;

static bool
gives_names(int count)
{
    for (int i = 0; i < count; i++)
        free(out.names[i]);
    return count >= 0;
}

static bool
gives_block_stats(const Machine *m)
{
    virTypedParameter params[16];
    int count = 16;

    return virDomainBlockStatsFlags(m->domain, "vda", params, &count, 0) == 0;
}

static bool
has_current(const Machine *m)
{
    fake.current_snapshot = "snap";
    return is_snapshot(virDomainSnapshotCurrent(m->domain, 0));
}

static bool
is_current(const Machine *m)
{
    fake.current_snapshot = "snap";
    return is_count(virDomainSnapshotIsCurrent(m->snapshot, 0));
}

static bool
gives_file_systems(const Machine *m)
{
    virDomainFSInfoPtr *list = NULL;
    int count = virDomainGetFSInfo(m->domain, &list, 0);

    for (int i = 0; i < count; i++)
        virDomainFSInfoFree(list[i]);
    free(list);
    return count >= 0;
}

/* From leases, which readers may ask. */
static bool
gives_interfaces(const Machine *m)
{
    virDomainInterfacePtr *list = NULL;
    int count = virDomainInterfaceAddresses(m->domain, &list, 0, 0);

    for (int i = 0; i < count; i++)
        virDomainInterfaceFree(list[i]);
    free(list);
    return count >= 0;
}

static bool
gives_info(const Machine *m)
{
    virTypedParameterPtr params = NULL;
    int count = 0;
    int result = virDomainGetGuestInfo(m->domain, 0, &params, &count, 0);

    virTypedParamsFree(params, count);
    return result >= 0;
}

static bool
gives_stats(const Machine *m)
{
    virTypedParameterPtr params = NULL;
    int count = 0;
    int result =
        virDomainGetJobStats(m->domain, &out.number, &params, &count, 0);

    if (result == 0)
        virTypedParamsFree(params, count);
    return result >= 0;
}

static bool
gives_stats_of_job(const Machine *m)
{
    virTypedParameterPtr params = NULL;
    int count = 0;
    int result = virDomainJobGetStats(m->job, &out.number, &params, &count, 0);

    if (result == 0)
        virTypedParamsFree(params, count);
    return result >= 0;
}

static bool
gives_reply(const Machine *m)
{
    int result = virDomainQemuMonitorCommand(m->domain, "{}", &out.reply, 0);

    g_clear_pointer(&out.reply, free);
    return result >= 0;
}

typedef struct {
    const char *name;
    const Kind *kind;
    const char *member; /* of Driver; NULL: answered without the driver */
    bool is_write;      /* refused on a read-only connection */
    bool (*call)(const Machine *m);
} Row;

#define READ  false
#define WRITE true

#define CALLS(X)                                                               \
    X(ConnectGetType, CONN, NULL, READ, is_there(virConnectGetType(m->conn)))  \
    X(ConnectGetVersion, CONN, "connect_version", READ,                        \
      is_count(virConnectGetVersion(m->conn, &out.version)))                   \
    X(ConnectGetLibVersion, CONN, NULL, READ,                                  \
      is_count(virConnectGetLibVersion(m->conn, &out.version)))                \
    X(ConnectGetHostname, CONN, "connect_hostname", READ,                      \
      is_text(virConnectGetHostname(m->conn)))                                 \
    X(ConnectGetURI, CONN, NULL, READ, is_text(virConnectGetURI(m->conn)))     \
    X(ConnectIsAlive, CONN, NULL, READ, is_count(virConnectIsAlive(m->conn)))  \
    X(ConnectIsSecure, CONN, NULL, READ,                                       \
      is_count(virConnectIsSecure(m->conn)))                                   \
    X(ConnectIsEncrypted, CONN, NULL, READ,                                    \
      is_count(virConnectIsEncrypted(m->conn)))                                \
    X(ConnectSetKeepAlive, CONN, NULL, READ,                                   \
      is_count(virConnectSetKeepAlive(m->conn, 5, 3)))                         \
    X(NodeGetInfo, CONN, "node_info", READ,                                    \
      is_count(virNodeGetInfo(m->conn, &out.node)))                            \
    X(ConnectGetCapabilities, CONN, "connect_capabilities", READ,              \
      is_text(virConnectGetCapabilities(m->conn)))                             \
    X(ConnectGetDomainCapabilities, CONN, "connect_domain_capabilities q35",   \
      WRITE,                                                                   \
      is_text(virConnectGetDomainCapabilities(m->conn, "/e", NULL, "q35",      \
                                              NULL, 0)))                       \
    X(ConnectGetMaxVcpus, CONN, "connect_max_vcpus kvm", READ,                 \
      is_count(virConnectGetMaxVcpus(m->conn, "kvm")))                         \
    X(NodeGetSecurityModel, CONN, "node_security_model", READ,                 \
      is_count(virNodeGetSecurityModel(m->conn, &out.model)))                  \
    X(DomainGetVcpusFlags, DOM, "domain_vcpus flags=0x4", READ,                \
      is_count(virDomainGetVcpusFlags(m->domain, VIR_DOMAIN_VCPU_MAXIMUM)))    \
    X(DomainGetMaxVcpus, DOM, "domain_vcpus flags=0x5", READ,                  \
      is_count(virDomainGetMaxVcpus(m->domain)))                               \
    X(DomainGetSecurityLabel, DOM, "domain_security_label", READ,              \
      is_count(virDomainGetSecurityLabel(m->domain, &out.label)))              \
    X(DomainAbortJobFlags, DOM, "job_abort", WRITE,                            \
      is_count(virDomainAbortJobFlags(m->domain, 0)))                          \
    X(ConnectGetDaemonStatus, CONN, "connect_daemon_status flags=0x0", READ,   \
      is_text(virConnectGetDaemonStatus(m->conn, 0)))                          \
    X(ConnectListAllDomains, CONN_DOM, "connect_list_domains", READ,           \
      is_count(virConnectListAllDomains(m->conn, NULL, 0)))                    \
    X(ConnectNumOfDomains, CONN_DOM, "connect_list_domains", READ,             \
      is_count(virConnectNumOfDomains(m->conn)))                               \
    X(ConnectNumOfDefinedDomains, CONN_DOM, "connect_list_domains", READ,      \
      is_count(virConnectNumOfDefinedDomains(m->conn)))                        \
    X(ConnectListDomains, CONN_DOM, "connect_list_domains", READ,              \
      is_count(virConnectListDomains(m->conn, out.numbers, 4)))                \
    X(ConnectListDefinedDomains, CONN_DOM, "connect_list_domains", READ,       \
      gives_names(virConnectListDefinedDomains(m->conn, out.names, 4)))        \
    X(DomainLookupByName, CONN_DOM, "domain_lookup_by_name", READ,             \
      is_domain(virDomainLookupByName(m->conn, "web")))                        \
    X(DomainLookupByID, CONN_DOM, "domain_lookup_by_id", READ,                 \
      is_domain(virDomainLookupByID(m->conn, 1)))                              \
    X(DomainLookupByUUID, CONN_DOM, "domain_lookup_by_uuid", READ,             \
      is_domain(virDomainLookupByUUID(m->conn, fake_uuid)))                    \
    X(DomainLookupByUUIDString, CONN_DOM, "domain_lookup_by_uuid", READ,       \
      is_domain(virDomainLookupByUUIDString(                                   \
          m->conn, "5a1d0001-0203-4405-8607-08090a0b0c0d")))                   \
    X(DomainDefineXML, CONN_DOM, "domain_define", WRITE,                       \
      is_domain(virDomainDefineXML(m->conn, "<domain/>")))                     \
    X(DomainDefineXMLFlags, CONN_DOM, "domain_define", WRITE,                  \
      is_domain(virDomainDefineXMLFlags(m->conn, "<domain/>", 0)))             \
    X(DomainGetName, DOM, NULL, READ, is_there(virDomainGetName(m->domain)))   \
    X(DomainGetUUID, DOM, NULL, READ,                                          \
      is_count(virDomainGetUUID(m->domain, out.uuid)))                         \
    X(DomainGetUUIDString, DOM, NULL, READ,                                    \
      is_count(virDomainGetUUIDString(m->domain, out.text)))                   \
    X(DomainGetConnect, DOM, NULL, READ,                                       \
      is_there(virDomainGetConnect(m->domain)))                                \
    X(DomainGetOSType, DOM, "domain_os_type", READ,                            \
      is_text(virDomainGetOSType(m->domain)))                                  \
    X(DomainGetXMLDesc, DOM, "domain_xml", READ,                               \
      is_text(virDomainGetXMLDesc(m->domain, 0)))                              \
    X(DomainUndefine, DOM, "domain_undefine", WRITE,                           \
      is_count(virDomainUndefine(m->domain)))                                  \
    X(DomainUndefineFlags, DOM, "domain_undefine", WRITE,                      \
      is_count(virDomainUndefineFlags(m->domain, 0)))                          \
    X(DomainCreate, DOM, "domain_create", WRITE,                               \
      is_count(virDomainCreate(m->domain)))                                    \
    X(DomainCreateWithFlags, DOM, "domain_create", WRITE,                      \
      is_count(virDomainCreateWithFlags(m->domain, 0)))                        \
    X(DomainShutdown, DOM, "domain_shutdown", WRITE,                           \
      is_count(virDomainShutdown(m->domain)))                                  \
    X(DomainShutdownFlags, DOM, "domain_shutdown", WRITE,                      \
      is_count(virDomainShutdownFlags(m->domain, 0)))                          \
    X(DomainReboot, DOM, "domain_reboot", WRITE,                               \
      is_count(virDomainReboot(m->domain, 0)))                                 \
    X(DomainReset, DOM, "domain_reset", WRITE,                                 \
      is_count(virDomainReset(m->domain, 0)))                                  \
    X(DomainDestroy, DOM, "domain_destroy", WRITE,                             \
      is_count(virDomainDestroy(m->domain)))                                   \
    X(DomainDestroyFlags, DOM, "domain_destroy", WRITE,                        \
      is_count(virDomainDestroyFlags(m->domain, 0)))                           \
    X(DomainSuspend, DOM, "domain_suspend", WRITE,                             \
      is_count(virDomainSuspend(m->domain)))                                   \
    X(DomainResume, DOM, "domain_resume", WRITE,                               \
      is_count(virDomainResume(m->domain)))                                    \
    X(DomainGetState, DOM, "domain_state", READ,                               \
      is_count(virDomainGetState(m->domain, &out.number, NULL, 0)))            \
    X(DomainGetInfo, DOM, "domain_info", READ,                                 \
      is_count(virDomainGetInfo(m->domain, &out.info)))                        \
    X(DomainIsActive, DOM, "domain_is_active", READ,                           \
      is_count(virDomainIsActive(m->domain)))                                  \
    X(DomainIsPersistent, DOM, "domain_is_persistent", READ,                   \
      is_count(virDomainIsPersistent(m->domain)))                              \
    X(DomainIsUpdated, DOM, "domain_is_updated", READ,                         \
      is_count(virDomainIsUpdated(m->domain)))                                 \
    X(DomainGetAutostart, DOM, "domain_get_autostart", READ,                   \
      is_count(virDomainGetAutostart(m->domain, &out.number)))                 \
    X(DomainSetAutostart, DOM, "domain_set_autostart", WRITE,                  \
      is_count(virDomainSetAutostart(m->domain, 1)))                           \
    X(DomainRename, DOM, "domain_rename", WRITE,                               \
      is_count(virDomainRename(m->domain, "new", 0)))                          \
    X(DomainSetMetadata, DOM, "domain_set_metadata", WRITE,                    \
      is_count(virDomainSetMetadata(m->domain, 1, "x", NULL, NULL, 0)))        \
    X(DomainGetMetadata, DOM, "domain_get_metadata", READ,                     \
      is_text(virDomainGetMetadata(m->domain, 0, NULL, 0)))                    \
    X(DomainGetBlockInfo, DOM, "domain_block_info", READ,                      \
      is_count(virDomainGetBlockInfo(m->domain, "vda", &out.block, 0)))        \
    X(DomainFSFreeze, DOM, "domain_fs_freeze", WRITE,                          \
      is_count(virDomainFSFreeze(m->domain, NULL, 0, 0)))                      \
    X(DomainFSThaw, DOM, "domain_fs_thaw", WRITE,                              \
      is_count(virDomainFSThaw(m->domain, NULL, 0, 0)))                        \
    X(DomainGetFSInfo, DOM, "domain_fs_info", WRITE, gives_file_systems(m))    \
    X(DomainFSTrim, DOM, "domain_fs_trim", WRITE,                              \
      is_count(virDomainFSTrim(m->domain, NULL, 0, 0)))                        \
    X(DomainGetTime, DOM, "domain_get_time", WRITE,                            \
      is_count(virDomainGetTime(m->domain, NULL, NULL, 0)))                    \
    X(DomainSetTime, DOM, "domain_set_time", WRITE,                            \
      is_count(virDomainSetTime(m->domain, 1, 0, 0)))                          \
    X(DomainGetHostname, DOM, "domain_hostname", WRITE,                        \
      is_text(virDomainGetHostname(m->domain, 0)))                             \
    X(DomainInterfaceAddresses, DOM, "domain_interface_addresses", READ,       \
      gives_interfaces(m))                                                     \
    X(DomainGetGuestInfo, DOM, "domain_guest_info", WRITE, gives_info(m))      \
    X(DomainAgentSetResponseTimeout, DOM, "domain_agent_timeout", WRITE,       \
      is_count(virDomainAgentSetResponseTimeout(m->domain, 7, 0)))             \
    X(DomainSetUserPassword, DOM, "domain_set_password", WRITE,                \
      is_count(virDomainSetUserPassword(m->domain, "root", "x", 0)))           \
    X(DomainGetJobInfo, DOM, "job_info", READ,                                 \
      is_count(virDomainGetJobInfo(m->domain, &out.job)))                      \
    X(DomainGetJobStats, DOM, "job_stats", READ, gives_stats(m))               \
    X(DomainAbortJob, DOM, "job_abort", WRITE,                                 \
      is_count(virDomainAbortJob(m->domain)))                                  \
    X(DomainListJobIds, DOM, "job_list_ids", READ,                             \
      is_count(virDomainListJobIds(m->domain, NULL, 0)))                       \
    X(DomainBackupBegin, DOM, "backup_begin", WRITE,                           \
      is_count(virDomainBackupBegin(m->domain, NULL, NULL, 0)))                \
    X(DomainBackupGetXMLDesc, DOM, "backup_xml", READ,                         \
      is_text(virDomainBackupGetXMLDesc(m->domain, 1, 0)))                     \
    X(DomainBackupEnd, DOM, "backup_end", WRITE,                               \
      is_count(virDomainBackupEnd(m->domain, 1, 0)))                           \
    X(DomainCheckpointCreateXML, DOM_CHK, "checkpoint_create", WRITE,          \
      is_checkpoint(virDomainCheckpointCreateXML(m->domain, "<x/>", 0)))       \
    X(DomainListAllCheckpoints, DOM_CHK, "checkpoint_list", READ,              \
      is_count(virDomainListAllCheckpoints(m->domain, NULL, 0)))               \
    X(DomainCheckpointLookupByName, DOM_CHK, "checkpoint_lookup", READ,        \
      is_checkpoint(virDomainCheckpointLookupByName(m->domain, "chk", 0)))     \
    X(DomainCheckpointGetXMLDesc, CHK, "checkpoint_xml", READ,                 \
      is_text(virDomainCheckpointGetXMLDesc(m->checkpoint, 0)))                \
    X(DomainCheckpointListAllChildren, CHK, "checkpoint_list", READ,           \
      is_count(virDomainCheckpointListAllChildren(m->checkpoint, NULL, 0)))    \
    X(DomainCheckpointGetParent, CHK, "checkpoint_parent", READ,               \
      is_checkpoint(virDomainCheckpointGetParent(m->checkpoint, 0)))           \
    X(DomainCheckpointDelete, CHK, "checkpoint_delete", WRITE,                 \
      is_count(virDomainCheckpointDelete(m->checkpoint, 0)))                   \
    X(DomainCheckpointGetName, CHK, NULL, READ,                                \
      is_there(virDomainCheckpointGetName(m->checkpoint)))                     \
    X(DomainCheckpointGetDomain, CHK, NULL, READ,                              \
      is_there(virDomainCheckpointGetDomain(m->checkpoint)))                   \
    X(DomainCheckpointGetConnect, CHK, NULL, READ,                             \
      is_there(virDomainCheckpointGetConnect(m->checkpoint)))                  \
    X(DomainJobLookupByID, DOM, "job_lookup", READ,                            \
      is_job(virDomainJobLookupByID(m->domain, 7, 0)))                         \
    X(DomainJobGetID, JOB, NULL, READ, is_count(virDomainJobGetID(m->job)))    \
    X(DomainJobGetType, JOB, NULL, READ,                                       \
      is_count(virDomainJobGetType(m->job)))                                   \
    X(DomainJobGetOperation, JOB, NULL, READ,                                  \
      is_count(virDomainJobGetOperation(m->job)))                              \
    X(DomainJobGetDomain, JOB, NULL, READ,                                     \
      is_there(virDomainJobGetDomain(m->job)))                                 \
    X(DomainJobGetStats, JOB, "job_stats", READ, gives_stats_of_job(m))        \
    X(DomainJobAbort, JOB, "job_abort", WRITE,                                 \
      is_count(virDomainJobAbort(m->job, 0)))                                  \
    X(DomainSnapshotCreateXML, DOM_SNAP, "snapshot_create", WRITE,             \
      is_snapshot(virDomainSnapshotCreateXML(m->domain, "<x/>", 0)))           \
    X(DomainSnapshotCreateXML2, DOM_SNAP, "snapshot_create", WRITE,            \
      is_snapshot(virDomainSnapshotCreateXML2(m->domain, "<x/>", NULL, 0)))    \
    X(DomainSnapshotNum, DOM_SNAP, "snapshot_list", READ,                      \
      is_count(virDomainSnapshotNum(m->domain, 0)))                            \
    X(DomainSnapshotListNames, DOM_SNAP, "snapshot_list", READ,                \
      gives_names(virDomainSnapshotListNames(m->domain, out.names, 4, 0)))     \
    X(DomainListAllSnapshots, DOM_SNAP, "snapshot_list", READ,                 \
      is_count(virDomainListAllSnapshots(m->domain, NULL, 0)))                 \
    X(DomainSnapshotLookupByName, DOM_SNAP, "snapshot_lookup", READ,           \
      is_snapshot(virDomainSnapshotLookupByName(m->domain, "snap", 0)))        \
    X(DomainHasCurrentSnapshot, DOM_SNAP, "snapshot_current", READ,            \
      is_count(virDomainHasCurrentSnapshot(m->domain, 0)))                     \
    X(DomainSnapshotCurrent, DOM_SNAP, "snapshot_current", READ,               \
      has_current(m))                                                          \
    X(DomainSnapshotGetXMLDesc, SNAP, "snapshot_xml", READ,                    \
      is_text(virDomainSnapshotGetXMLDesc(m->snapshot, 0)))                    \
    X(DomainSnapshotNumChildren, SNAP, "snapshot_list", READ,                  \
      is_count(virDomainSnapshotNumChildren(m->snapshot, 0)))                  \
    X(DomainSnapshotListChildrenNames, SNAP, "snapshot_list", READ,            \
      gives_names(                                                             \
          virDomainSnapshotListChildrenNames(m->snapshot, out.names, 4, 0)))   \
    X(DomainSnapshotListAllChildren, SNAP, "snapshot_list", READ,              \
      is_count(virDomainSnapshotListAllChildren(m->snapshot, NULL, 0)))        \
    X(DomainSnapshotGetParent, SNAP, "snapshot_parent", READ,                  \
      is_snapshot(virDomainSnapshotGetParent(m->snapshot, 0)))                 \
    X(DomainSnapshotIsCurrent, SNAP, "snapshot_", READ, is_current(m))         \
    X(DomainSnapshotHasMetadata, SNAP, "snapshot_has_metadata", READ,          \
      is_count(virDomainSnapshotHasMetadata(m->snapshot, 0)))                  \
    X(DomainRevertToSnapshot, SNAP, "snapshot_revert", WRITE,                  \
      is_count(virDomainRevertToSnapshot(m->snapshot, 0)))                     \
    X(DomainSnapshotDelete, SNAP, "snapshot_delete", WRITE,                    \
      is_count(virDomainSnapshotDelete(m->snapshot, 0)))                       \
    X(DomainSnapshotGetName, SNAP, NULL, READ,                                 \
      is_there(virDomainSnapshotGetName(m->snapshot)))                         \
    X(DomainSnapshotGetDomain, SNAP, NULL, READ,                               \
      is_there(virDomainSnapshotGetDomain(m->snapshot)))                       \
    X(DomainSnapshotGetConnect, SNAP, NULL, READ,                              \
      is_there(virDomainSnapshotGetConnect(m->snapshot)))                      \
    X(DomainBlockStats, DOM, "block_stats", READ,                              \
      is_count(virDomainBlockStats(m->domain, "vda", &out.stats,               \
                                   sizeof(out.stats))))                        \
    X(DomainBlockStatsFlags, DOM, "block_stats", READ, gives_block_stats(m))   \
    X(DomainBlockPeek, DOM, "block_peek", WRITE,                               \
      is_count(virDomainBlockPeek(m->domain, "vda", 0, 4, out.text, 0)))       \
    X(DomainBlockResize, DOM, "block_resize", WRITE,                           \
      is_count(virDomainBlockResize(m->domain, "vda", 1, 0)))                  \
    X(DomainSetBlockThreshold, DOM, "block_threshold", WRITE,                  \
      is_count(virDomainSetBlockThreshold(m->domain, "vda", 1, 0)))            \
    X(DomainGetBlockJobInfo, DOM, "block_job_info", READ,                      \
      is_count(virDomainGetBlockJobInfo(m->domain, "vda", &out.block_job, 0))) \
    X(DomainBlockJobAbort, DOM, "block_job_abort", WRITE,                      \
      is_count(virDomainBlockJobAbort(m->domain, "vda", 0)))                   \
    X(DomainBlockJobSetSpeed, DOM, "block_job_set_speed", WRITE,               \
      is_count(virDomainBlockJobSetSpeed(m->domain, "vda", 1, 0)))             \
    X(DomainBlockPull, DOM, "block_pull", WRITE,                               \
      is_count(virDomainBlockPull(m->domain, "vda", 0, 0)))                    \
    X(DomainBlockRebase, DOM, "block_pull", WRITE,                             \
      is_count(virDomainBlockRebase(m->domain, "vda", NULL, 0, 0)))            \
    X(DomainBlockCopy, DOM, "block_copy", WRITE,                               \
      is_count(virDomainBlockCopy(m->domain, "vda", "<disk/>", NULL, 0, 0)))   \
    X(DomainBlockCommit, DOM, "block_commit", WRITE,                           \
      is_count(virDomainBlockCommit(m->domain, "vda", NULL, NULL, 0, 0)))      \
    X(DomainListAllJobs, DOM, "job_list", READ,                                \
      is_count(virDomainListAllJobs(m->domain, NULL, 0)))                      \
    X(DomainJobGetXMLDesc, JOB, "job_xml", READ,                               \
      is_text(virDomainJobGetXMLDesc(m->job, 0)))                              \
    X(DomainJobEnd, JOB, "job_end", WRITE,                                     \
      is_count(virDomainJobEnd(m->job, 0)))                                    \
    X(DomainTestFault, DOM, "test_fault", WRITE,                               \
      is_count(virDomainTestFault(m->domain, "<fault/>", 0)))                  \
    X(DomainTestDiskWrite, DOM, "test_disk_write", WRITE,                      \
      is_count(virDomainTestDiskWrite(m->domain, "vda", 0, NULL, 512,          \
                                      VIR_DOMAIN_TEST_DISK_ZERO)))             \
    X(DomainQemuMonitorCommand, DOM_QEMU, "qemu_monitor_command", WRITE,       \
      gives_reply(m))                                                          \
    X(DomainQemuAgentCommand, DOM_QEMU, "qemu_agent_command", WRITE,           \
      is_text(virDomainQemuAgentCommand(m->domain, "{}", -1, 0)))

#define DEFINE_CALL(name, kind, member, is_write, claim) \
    static bool call_##name(const Machine *m)            \
    {                                                    \
        return claim;                                    \
    }
CALLS(DEFINE_CALL)

#define DEFINE_ROW(name, kind, member, is_write, claim) \
    {"vir" #name, &kind, member, is_write, call_##name},
static const Row rows[] = {CALLS(DEFINE_ROW)};

#define FOR_EACH_ROW(row) \
    for (const Row *row = rows; row < rows + G_N_ELEMENTS(rows); row++)

static void
assert_reached(const Row *row)
{
    if (row->member) {
        g_assert_true(g_str_has_prefix(fake.last_call, row->member));
    } else {
        g_assert_null(fake.last_call);
    }
}

static void
each_call_reaches_its_driver_member(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    FOR_EACH_ROW(row)
    {
        fake_reset();
        g_test_message("%s", row->name);
        g_assert_true(row->call(machine));
        g_assert_null(virGetLastError());
        assert_reached(row);
    }
}

static void
each_call_refuses_null_handles(void)
{
    const Machine nothing = {0};

    FOR_EACH_ROW(row)
    {
        g_test_message("%s", row->name);
        virResetLastError();
        g_assert_false(row->call(&nothing));
        assert_last_error(row->kind->domain, row->kind->code);
        g_assert_nonnull(strstr(virGetLastErrorMessage(), row->name));
    }
}

/* Memory that is no handle; and handles of the wrong kind. */
static void
each_call_refuses_what_is_no_handle(void)
{
    static guint64 garbage[32] = {0x1122334455667788};
    const Machine wrong = {(void *)garbage, (void *)garbage, (void *)garbage,
                           (void *)garbage, (void *)garbage};
    g_autoptr(Machine) right = machine_new("fake:///");
    const Machine swapped = {(void *)right->domain, (void *)right->checkpoint,
                             (void *)right->snapshot, (void *)right->job,
                             (void *)right->conn};

    FOR_EACH_ROW(row)
    {
        g_test_message("%s", row->name);
        g_assert_false(row->call(&wrong));
        assert_last_error(row->kind->domain, row->kind->code);
        g_assert_false(row->call(&swapped));
        assert_last_error(row->kind->domain, row->kind->code);
    }
    g_assert_null(fake.last_call);
}

static void
assert_denied(const Row *row)
{
    assert_last_error(row->kind->domain, VIR_ERR_OPERATION_DENIED);
    g_assert_null(fake.last_call);
}

static void
writes_are_refused_on_a_readonly_connection(void)
{
    g_autoptr(Machine) machine = machine_new_readonly("fake:///");

    FOR_EACH_ROW(row)
    {
        fake_reset();
        g_test_message("%s", row->name);
        g_assert_true(row->call(machine) == !row->is_write);
        if (row->is_write)
            assert_denied(row);
    }
}

static void
assert_unsupported(const Row *row)
{
    assert_last_error(row->kind->domain, VIR_ERR_NO_SUPPORT);
    g_assert_true(g_str_has_suffix(virGetLastErrorMessage(), row->name));
}

/* A driver inside the process has its machines on this host, and need not say
 * its name. */
static bool
has_answer(const Row *row)
{
    return !row->member || g_str_has_suffix(row->name, "ConnectGetHostname");
}

static void
what_the_driver_lacks_is_unsupported(void)
{
    g_autoptr(Machine) machine = machine_new("bare:///");

    FOR_EACH_ROW(row)
    {
        g_test_message("%s", row->name);
        g_assert_true(row->call(machine) == has_answer(row));
        if (!has_answer(row))
            assert_unsupported(row);
    }
}

static void
a_failing_driver_says_why(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    FOR_EACH_ROW(row)
    {
        fake.is_failing = true;
        g_test_message("%s", row->name);
        g_assert_true(row->call(machine) == !row->member);
        if (row->member) {
            assert_last_error(VIR_FROM_TEST, VIR_ERR_OPERATION_FAILED);
            g_assert_cmpstr(virGetLastErrorMessage(), ==,
                            "the fake was told to");
        }
    }
}

static void
a_speechless_driver_still_gives_an_error(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    fake.is_failing = true;
    fake.is_speechless = true;
    FOR_EACH_ROW(row)
    {
        g_assert_true(row->call(machine) == !row->member);
        if (row->member)
            assert_last_error(VIR_FROM_TEST, VIR_ERR_INTERNAL_ERROR);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/call/each_call_reaches_its_driver_member",
                    each_call_reaches_its_driver_member);
    g_test_add_func("/api/call/each_call_refuses_null_handles",
                    each_call_refuses_null_handles);
    g_test_add_func("/api/call/each_call_refuses_what_is_no_handle",
                    each_call_refuses_what_is_no_handle);
    g_test_add_func("/api/call/writes_are_refused_on_a_readonly_connection",
                    writes_are_refused_on_a_readonly_connection);
    g_test_add_func("/api/call/what_the_driver_lacks_is_unsupported",
                    what_the_driver_lacks_is_unsupported);
    g_test_add_func("/api/call/a_failing_driver_says_why",
                    a_failing_driver_says_why);
    g_test_add_func("/api/call/a_speechless_driver_still_gives_an_error",
                    a_speechless_driver_still_gives_an_error);
    return g_test_run();
}
