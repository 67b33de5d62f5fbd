/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/access.h"

#include <glib.h>
#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

/* What each public call needs: {call, permissions, flags, what those need more},
 * and once more flags with theirs where a call has two kinds.  ACCESS_FREE is for
 * what only looks at a handle in the caller's hands or gives one up.
 *
 * This table is read three times: by the API's edge, where a connection that is
 * for reading has the readers' permissions; by the daemon, which asks its policy
 * for the same names; and by the test that calls every function as a reader.
 *
 * In the order of strcmp(): it is searched by halves.  A call that is not here
 * does not pass api_enter_...(), and tools/check_api.py misses it. */
static const AccessRule rules[] = {
    {"virConnCopyLastError", ACCESS_FREE, 0, 0},
    {"virConnGetLastError", ACCESS_FREE, 0, 0},
    {"virConnResetLastError", ACCESS_FREE, 0, 0},
    {"virConnectClose", ACCESS_FREE, 0, 0},
    {"virConnectDomainEventDeregister", ACCESS_FREE, 0, 0},
    {"virConnectDomainEventDeregisterAny", ACCESS_FREE, 0, 0},
    {"virConnectDomainEventRegister", ACCESS_CONNECT_SEARCH_DOMAINS, 0, 0},
    {"virConnectDomainEventRegisterAny", ACCESS_CONNECT_SEARCH_DOMAINS, 0, 0},
    {"virConnectGetAllDomainStats",
     ACCESS_CONNECT_SEARCH_DOMAINS | ACCESS_DOMAIN_READ, 0, 0},
    {"virConnectGetCapabilities", ACCESS_CONNECT_READ, 0, 0},
    {"virConnectGetDaemonStatus", ACCESS_CONNECT_READ, 0, 0},
    {"virConnectGetDomainCapabilities", ACCESS_CONNECT_WRITE, 0, 0},
    {"virConnectGetHostname", ACCESS_CONNECT_GETATTR, 0, 0},
    {"virConnectGetLibVersion", ACCESS_CONNECT_GETATTR, 0, 0},
    {"virConnectGetMaxVcpus", ACCESS_CONNECT_READ, 0, 0},
    {"virConnectGetType", ACCESS_CONNECT_GETATTR, 0, 0},
    {"virConnectGetURI", ACCESS_CONNECT_GETATTR, 0, 0},
    {"virConnectGetVersion", ACCESS_CONNECT_GETATTR, 0, 0},
    {"virConnectIsAlive", ACCESS_FREE, 0, 0},
    {"virConnectIsEncrypted", ACCESS_FREE, 0, 0},
    {"virConnectIsSecure", ACCESS_FREE, 0, 0},
    {"virConnectListAllDomains", ACCESS_CONNECT_SEARCH_DOMAINS, 0, 0},
    {"virConnectListDefinedDomains", ACCESS_CONNECT_SEARCH_DOMAINS, 0, 0},
    {"virConnectListDomains", ACCESS_CONNECT_SEARCH_DOMAINS, 0, 0},
    {"virConnectNetworkEventDeregisterAny", ACCESS_FREE, 0, 0},
    {"virConnectNetworkEventRegisterAny", ACCESS_CONNECT_GETATTR, 0, 0},
    {"virConnectNodeDeviceEventDeregisterAny", ACCESS_FREE, 0, 0},
    {"virConnectNodeDeviceEventRegisterAny", ACCESS_CONNECT_GETATTR, 0, 0},
    {"virConnectNumOfDefinedDomains", ACCESS_CONNECT_SEARCH_DOMAINS, 0, 0},
    {"virConnectNumOfDomains", ACCESS_CONNECT_SEARCH_DOMAINS, 0, 0},
    {"virConnectOpen", ACCESS_CONNECT_GETATTR, 0, 0},
    {"virConnectOpenAuth", ACCESS_CONNECT_GETATTR, 0, 0},
    {"virConnectOpenReadOnly", ACCESS_CONNECT_GETATTR, 0, 0},
    {"virConnectRef", ACCESS_FREE, 0, 0},
    {"virConnectRegisterCloseCallback", ACCESS_FREE, 0, 0},
    {"virConnectSecretEventDeregisterAny", ACCESS_FREE, 0, 0},
    {"virConnectSecretEventRegisterAny", ACCESS_CONNECT_GETATTR, 0, 0},
    {"virConnectSetKeepAlive", ACCESS_FREE, 0, 0},
    {"virConnectStoragePoolEventDeregisterAny", ACCESS_FREE, 0, 0},
    {"virConnectStoragePoolEventRegisterAny", ACCESS_CONNECT_GETATTR, 0, 0},
    {"virConnectUnregisterCloseCallback", ACCESS_FREE, 0, 0},
    {"virCopyLastError", ACCESS_FREE, 0, 0},
    {"virDomainAbortJob", ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainAbortJobFlags", ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainAgentSetResponseTimeout", ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainBackupBegin",
     ACCESS_DOMAIN_CHECKPOINT | ACCESS_DOMAIN_BLOCK_WRITE,
     VIR_DOMAIN_BACKUP_BEGIN_QUIESCE, ACCESS_DOMAIN_FS_FREEZE},
    {"virDomainBackupEnd", ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainBackupGetXMLDesc", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainBlockCommit", ACCESS_DOMAIN_BLOCK_WRITE, 0, 0},
    {"virDomainBlockCopy", ACCESS_DOMAIN_BLOCK_WRITE, 0, 0},
    {"virDomainBlockJobAbort", ACCESS_DOMAIN_BLOCK_WRITE, 0, 0},
    {"virDomainBlockJobSetSpeed", ACCESS_DOMAIN_BLOCK_WRITE, 0, 0},
    {"virDomainBlockPeek", ACCESS_DOMAIN_BLOCK_READ, 0, 0},
    {"virDomainBlockPull", ACCESS_DOMAIN_BLOCK_WRITE, 0, 0},
    {"virDomainBlockRebase", ACCESS_DOMAIN_BLOCK_WRITE, 0, 0},
    {"virDomainBlockResize", ACCESS_DOMAIN_BLOCK_WRITE, 0, 0},
    {"virDomainBlockStats", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainBlockStatsFlags", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainCheckpointCreateXML", ACCESS_DOMAIN_CHECKPOINT,
     VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE, ACCESS_DOMAIN_FS_FREEZE},
    {"virDomainCheckpointDelete", ACCESS_DOMAIN_CHECKPOINT, 0, 0},
    {"virDomainCheckpointFree", ACCESS_FREE, 0, 0},
    {"virDomainCheckpointGetConnect", ACCESS_FREE, 0, 0},
    {"virDomainCheckpointGetDomain", ACCESS_FREE, 0, 0},
    {"virDomainCheckpointGetName", ACCESS_FREE, 0, 0},
    {"virDomainCheckpointGetParent", ACCESS_DOMAIN_READ, 0, 0},
    /* Sizes are added up in bitmaps that are made for it and removed again, so
     * asking for them is no mere reading (libvirt lets readers do so). */
    {"virDomainCheckpointGetXMLDesc", ACCESS_DOMAIN_READ,
     VIR_DOMAIN_CHECKPOINT_XML_SECURE, ACCESS_DOMAIN_READ_SECURE,
     VIR_DOMAIN_CHECKPOINT_XML_SIZE, ACCESS_DOMAIN_CHECKPOINT},
    {"virDomainCheckpointListAllChildren", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainCheckpointLookupByName", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainCheckpointRef", ACCESS_FREE, 0, 0},
    {"virDomainCoreDump", ACCESS_DOMAIN_CORE_DUMP, 0, 0},
    {"virDomainCoreDumpWithFormat", ACCESS_DOMAIN_CORE_DUMP, 0, 0},
    {"virDomainCreate", ACCESS_DOMAIN_START, 0, 0},
    {"virDomainCreateWithFlags", ACCESS_DOMAIN_START, 0, 0},
    {"virDomainCreateXML", ACCESS_DOMAIN_START | ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainDefineXML", ACCESS_DOMAIN_WRITE | ACCESS_DOMAIN_SAVE, 0, 0},
    {"virDomainDefineXMLFlags", ACCESS_DOMAIN_WRITE | ACCESS_DOMAIN_SAVE, 0, 0},
    {"virDomainDestroy", ACCESS_DOMAIN_STOP, 0, 0},
    {"virDomainDestroyFlags", ACCESS_DOMAIN_STOP, 0, 0},
    {"virDomainFSFreeze", ACCESS_DOMAIN_FS_FREEZE, 0, 0},
    {"virDomainFSInfoFree", ACCESS_FREE, 0, 0},
    {"virDomainFSThaw", ACCESS_DOMAIN_FS_FREEZE, 0, 0},
    {"virDomainFSTrim", ACCESS_DOMAIN_FS_TRIM, 0, 0},
    {"virDomainFree", ACCESS_FREE, 0, 0},
    {"virDomainGetAutostart", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetBlockInfo", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetBlockJobInfo", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetCPUStats", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetConnect", ACCESS_FREE, 0, 0},
    {"virDomainGetDiskErrors", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetFSInfo", ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainGetGuestInfo", ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainGetHostname", ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainGetID", ACCESS_FREE, 0, 0},
    {"virDomainGetInfo", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetJobInfo", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetJobStats", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetMaxMemory", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetMaxVcpus", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetMessages", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetMetadata", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetName", ACCESS_FREE, 0, 0},
    {"virDomainGetOSType", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetSecurityLabel", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetState", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetTime", ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainGetUUID", ACCESS_FREE, 0, 0},
    {"virDomainGetUUIDString", ACCESS_FREE, 0, 0},
    {"virDomainGetVcpusFlags", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainGetXMLDesc", ACCESS_DOMAIN_READ,
     VIR_DOMAIN_XML_SECURE | VIR_DOMAIN_XML_MIGRATABLE,
     ACCESS_DOMAIN_READ_SECURE},
    {"virDomainHasCurrentSnapshot", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainHasManagedSaveImage", ACCESS_DOMAIN_READ, 0, 0},
    /* By where they come from, in place of flags. */
    {"virDomainInterfaceAddresses", ACCESS_DOMAIN_READ,
     VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT, ACCESS_DOMAIN_WRITE},
    {"virDomainInterfaceFree", ACCESS_FREE, 0, 0},
    {"virDomainIsActive", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainIsPersistent", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainIsUpdated", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainJobAbort", ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainJobEnd", ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainJobFree", ACCESS_FREE, 0, 0},
    {"virDomainJobGetDomain", ACCESS_FREE, 0, 0},
    {"virDomainJobGetID", ACCESS_FREE, 0, 0},
    {"virDomainJobGetOperation", ACCESS_FREE, 0, 0},
    {"virDomainJobGetStats", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainJobGetType", ACCESS_FREE, 0, 0},
    {"virDomainJobGetXMLDesc", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainJobLookupByID", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainJobRef", ACCESS_FREE, 0, 0},
    {"virDomainListAllCheckpoints", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainListAllJobs", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainListAllSnapshots", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainListGetStats", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainListJobIds", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainLookupByID", ACCESS_DOMAIN_GETATTR, 0, 0},
    {"virDomainLookupByName", ACCESS_DOMAIN_GETATTR, 0, 0},
    {"virDomainLookupByUUID", ACCESS_DOMAIN_GETATTR, 0, 0},
    {"virDomainLookupByUUIDString", ACCESS_DOMAIN_GETATTR, 0, 0},
    {"virDomainManagedSave", ACCESS_DOMAIN_HIBERNATE, 0, 0},
    {"virDomainManagedSaveDefineXML", ACCESS_DOMAIN_HIBERNATE, 0, 0},
    {"virDomainManagedSaveGetXMLDesc", ACCESS_DOMAIN_READ,
     VIR_DOMAIN_SAVE_IMAGE_XML_SECURE, ACCESS_DOMAIN_READ_SECURE},
    {"virDomainManagedSaveRemove", ACCESS_DOMAIN_HIBERNATE, 0, 0},
    {"virDomainMemoryStats", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainMigrate", ACCESS_DOMAIN_MIGRATE, 0, 0},
    {"virDomainMigrate2", ACCESS_DOMAIN_MIGRATE, 0, 0},
    {"virDomainMigrate3", ACCESS_DOMAIN_MIGRATE, 0, 0},
    {"virDomainMigrateGetCompressionCache", ACCESS_DOMAIN_MIGRATE, 0, 0},
    {"virDomainMigrateGetMaxDowntime", ACCESS_DOMAIN_MIGRATE, 0, 0},
    {"virDomainMigrateGetMaxSpeed", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainMigrateSetCompressionCache", ACCESS_DOMAIN_MIGRATE, 0, 0},
    {"virDomainMigrateSetMaxDowntime", ACCESS_DOMAIN_MIGRATE, 0, 0},
    {"virDomainMigrateSetMaxSpeed", ACCESS_DOMAIN_MIGRATE, 0, 0},
    {"virDomainMigrateStartPostCopy", ACCESS_DOMAIN_MIGRATE, 0, 0},
    {"virDomainMigrateToURI", ACCESS_DOMAIN_MIGRATE, 0, 0},
    {"virDomainMigrateToURI2", ACCESS_DOMAIN_MIGRATE, 0, 0},
    {"virDomainMigrateToURI3", ACCESS_DOMAIN_MIGRATE, 0, 0},
    {"virDomainQemuAgentCommand", ACCESS_DOMAIN_WRITE | ACCESS_DOMAIN_AGENT, 0,
     0},
    {"virDomainQemuMonitorCommand", ACCESS_DOMAIN_WRITE | ACCESS_DOMAIN_MONITOR,
     0, 0},
    {"virDomainReboot", ACCESS_DOMAIN_INIT_CONTROL,
     VIR_DOMAIN_REBOOT_GUEST_AGENT, ACCESS_DOMAIN_WRITE},
    {"virDomainRef", ACCESS_FREE, 0, 0},
    {"virDomainRename", ACCESS_DOMAIN_WRITE | ACCESS_DOMAIN_SAVE, 0, 0},
    {"virDomainReset", ACCESS_DOMAIN_RESET, 0, 0},
    {"virDomainRestore", ACCESS_DOMAIN_START | ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainRestoreFlags", ACCESS_DOMAIN_START | ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainRestoreParams", ACCESS_DOMAIN_START | ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainResume", ACCESS_DOMAIN_SUSPEND, 0, 0},
    {"virDomainRevertToSnapshot", ACCESS_DOMAIN_SNAPSHOT, 0, 0},
    {"virDomainSave", ACCESS_DOMAIN_HIBERNATE, 0, 0},
    {"virDomainSaveFlags", ACCESS_DOMAIN_HIBERNATE, 0, 0},
    {"virDomainSaveImageDefineXML", ACCESS_DOMAIN_HIBERNATE, 0, 0},
    {"virDomainSaveImageGetXMLDesc", ACCESS_DOMAIN_READ | ACCESS_DOMAIN_WRITE,
     VIR_DOMAIN_SAVE_IMAGE_XML_SECURE, ACCESS_DOMAIN_READ_SECURE},
    {"virDomainSaveParams", ACCESS_DOMAIN_HIBERNATE, 0, 0},
    {"virDomainSetAutostart", ACCESS_DOMAIN_WRITE | ACCESS_DOMAIN_SAVE, 0, 0},
    {"virDomainSetBlockThreshold", ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainSetMetadata", ACCESS_DOMAIN_WRITE | ACCESS_DOMAIN_SAVE, 0, 0},
    {"virDomainSetTime", ACCESS_DOMAIN_SET_TIME, 0, 0},
    {"virDomainSetUserPassword", ACCESS_DOMAIN_SET_PASSWORD, 0, 0},
    {"virDomainShutdown", ACCESS_DOMAIN_INIT_CONTROL, 0, 0},
    {"virDomainShutdownFlags", ACCESS_DOMAIN_INIT_CONTROL,
     VIR_DOMAIN_SHUTDOWN_GUEST_AGENT, ACCESS_DOMAIN_WRITE},
    {"virDomainSnapshotCreateXML", ACCESS_DOMAIN_SNAPSHOT,
     VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE, ACCESS_DOMAIN_FS_FREEZE},
    {"virDomainSnapshotCreateXML2",
     ACCESS_DOMAIN_SNAPSHOT | ACCESS_DOMAIN_CHECKPOINT,
     VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE, ACCESS_DOMAIN_FS_FREEZE},
    {"virDomainSnapshotCurrent", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainSnapshotDelete", ACCESS_DOMAIN_SNAPSHOT, 0, 0},
    {"virDomainSnapshotFree", ACCESS_FREE, 0, 0},
    {"virDomainSnapshotGetConnect", ACCESS_FREE, 0, 0},
    {"virDomainSnapshotGetDomain", ACCESS_FREE, 0, 0},
    {"virDomainSnapshotGetName", ACCESS_FREE, 0, 0},
    {"virDomainSnapshotGetParent", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainSnapshotGetXMLDesc", ACCESS_DOMAIN_READ,
     VIR_DOMAIN_SNAPSHOT_XML_SECURE, ACCESS_DOMAIN_READ_SECURE},
    {"virDomainSnapshotHasMetadata", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainSnapshotIsCurrent", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainSnapshotListAllChildren", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainSnapshotListChildrenNames", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainSnapshotListNames", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainSnapshotLookupByName", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainSnapshotNum", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainSnapshotNumChildren", ACCESS_DOMAIN_READ, 0, 0},
    {"virDomainSnapshotRef", ACCESS_FREE, 0, 0},
    {"virDomainStatsRecordListFree", ACCESS_FREE, 0, 0},
    {"virDomainSuspend", ACCESS_DOMAIN_SUSPEND, 0, 0},
    {"virDomainTestDiskWrite", ACCESS_DOMAIN_BLOCK_WRITE, 0, 0},
    {"virDomainTestFault", ACCESS_DOMAIN_WRITE, 0, 0},
    {"virDomainUndefine", ACCESS_DOMAIN_DELETE, 0, 0},
    {"virDomainUndefineFlags", ACCESS_DOMAIN_DELETE, 0, 0},
    {"virEventAddHandle", ACCESS_FREE, 0, 0},
    {"virEventAddTimeout", ACCESS_FREE, 0, 0},
    {"virEventRegisterDefaultImpl", ACCESS_FREE, 0, 0},
    {"virEventRegisterImpl", ACCESS_FREE, 0, 0},
    {"virEventRemoveHandle", ACCESS_FREE, 0, 0},
    {"virEventRemoveTimeout", ACCESS_FREE, 0, 0},
    {"virEventRunDefaultImpl", ACCESS_FREE, 0, 0},
    {"virEventUpdateHandle", ACCESS_FREE, 0, 0},
    {"virEventUpdateTimeout", ACCESS_FREE, 0, 0},
    {"virFreeError", ACCESS_FREE, 0, 0},
    {"virGetLastError", ACCESS_FREE, 0, 0},
    {"virGetLastErrorCode", ACCESS_FREE, 0, 0},
    {"virGetLastErrorDomain", ACCESS_FREE, 0, 0},
    {"virGetLastErrorMessage", ACCESS_FREE, 0, 0},
    {"virGetVersion", ACCESS_FREE, 0, 0},
    {"virInitialize", ACCESS_FREE, 0, 0},
    {"virNetworkGetName", ACCESS_FREE, 0, 0},
    {"virNodeDeviceGetName", ACCESS_FREE, 0, 0},
    {"virNodeGetFreeMemory", ACCESS_CONNECT_READ, 0, 0},
    {"virNodeGetInfo", ACCESS_CONNECT_READ, 0, 0},
    {"virNodeGetSecurityModel", ACCESS_CONNECT_READ, 0, 0},
    {"virResetError", ACCESS_FREE, 0, 0},
    {"virResetLastError", ACCESS_FREE, 0, 0},
    {"virSaveLastError", ACCESS_FREE, 0, 0},
    {"virSecretGetUUIDString", ACCESS_FREE, 0, 0},
    {"virSetErrorFunc", ACCESS_FREE, 0, 0},
    {"virStoragePoolGetName", ACCESS_FREE, 0, 0},
    {"virTypedParamsAddBoolean", ACCESS_FREE, 0, 0},
    {"virTypedParamsAddDouble", ACCESS_FREE, 0, 0},
    {"virTypedParamsAddInt", ACCESS_FREE, 0, 0},
    {"virTypedParamsAddLLong", ACCESS_FREE, 0, 0},
    {"virTypedParamsAddString", ACCESS_FREE, 0, 0},
    {"virTypedParamsAddUInt", ACCESS_FREE, 0, 0},
    {"virTypedParamsAddULLong", ACCESS_FREE, 0, 0},
    {"virTypedParamsClear", ACCESS_FREE, 0, 0},
    {"virTypedParamsFree", ACCESS_FREE, 0, 0},
    {"virTypedParamsGet", ACCESS_FREE, 0, 0},
    {"virTypedParamsGetBoolean", ACCESS_FREE, 0, 0},
    {"virTypedParamsGetDouble", ACCESS_FREE, 0, 0},
    {"virTypedParamsGetInt", ACCESS_FREE, 0, 0},
    {"virTypedParamsGetLLong", ACCESS_FREE, 0, 0},
    {"virTypedParamsGetString", ACCESS_FREE, 0, 0},
    {"virTypedParamsGetUInt", ACCESS_FREE, 0, 0},
    {"virTypedParamsGetULLong", ACCESS_FREE, 0, 0},
};

static int
compare(const void *function, const void *rule)
{
    return strcmp(function, ((const AccessRule *)rule)->function);
}

const AccessRule *
access_rule(const char *function)
{
    return bsearch(function, rules, G_N_ELEMENTS(rules), sizeof(rules[0]),
                   compare);
}

const AccessRule *
access_rules(size_t *ret_count)
{
    *ret_count = G_N_ELEMENTS(rules);
    return rules;
}

/* A flag may ask for more than its call: dumping XML is reading, and dumping it
 * with its secrets is a permission of its own. */
unsigned
access_needs(const AccessRule *rule, unsigned flags)
{
    unsigned needs = rule->needs;

    if (flags & rule->flags)
        needs |= rule->flags_need;
    if (flags & rule->others)
        needs |= rule->others_need;
    return needs;
}

/* By the number of the bit; libvirt's names, which policies and polkit's rules
 * are written with, and four of our own that "*" does not include. */
static const char *const names[] = {
    "connect:getattr",   "connect:read",        "connect:search-domains",
    "domain:getattr",    "domain:read",         "domain:read-secure",
    "domain:write",      "domain:save",         "domain:delete",
    "domain:start",      "domain:stop",         "domain:reset",
    "domain:suspend",    "domain:init-control", "domain:fs-freeze",
    "domain:block-read", "domain:block-write",  "domain:snapshot",
    "domain:checkpoint", "domain:hibernate",    "domain:core-dump",
    "domain:migrate",    "domain:monitor",      "domain:agent",
    "domain:emulator",   "domain:devices",      "connect:write",
    "domain:fs-trim",    "domain:set-time",     "domain:set-password",
};
G_STATIC_ASSERT(1U << G_N_ELEMENTS(names) == ACCESS_LAST);

const char *
access_name(unsigned permission)
{
    int bit = g_bit_nth_lsf(permission, -1);

    g_assert(bit >= 0 && bit < (int)G_N_ELEMENTS(names));
    return names[bit];
}
