/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine's memory in a file: saved, so that it goes on from there later, or
 * dumped, for whoever looks into it. Part of libvirt-domain.h, which includes
 * it; what is said there of errors counts here too.
 *
 * While memory is written the domain has a job of its own
 * (VIR_DOMAIN_JOB_OPERATION_SAVE or _DUMP), which virDomainListJobIds() lists,
 * virDomainGetJobStats() tells about and virDomainAbortJob() gives up; its end
 * is an event (VIR_DOMAIN_EVENT_ID_JOB_COMPLETED). A file has the name that was
 * asked for only once it is whole; one of that name is replaced then.
 *
 * Names, signatures and numbers are libvirt's.
 */
#pragma once

#include <libvirt/libvirt-host.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virDomainSaveRestoreFlags: how to save or restore.  Since: 0.1.0 */
typedef enum {
    /* leave nothing of the file in the host's cache */
    VIR_DOMAIN_SAVE_BYPASS_CACHE = 1 << 0,
    /* restored it runs, even if it was paused when it was saved */
    VIR_DOMAIN_SAVE_RUNNING = 1 << 1,
    /* restored it is paused, even if it ran */
    VIR_DOMAIN_SAVE_PAUSED = 1 << 2,
    /* restoring: make its UEFI variables anew */
    VIR_DOMAIN_SAVE_RESET_NVRAM = 1 << 3,
} virDomainSaveRestoreFlags;

/* The names of what virDomainSaveParams() and virDomainRestoreParams() take,
 * both VIR_TYPED_PARAM_STRING. */
#define VIR_DOMAIN_SAVE_PARAM_FILE "file"
#define VIR_DOMAIN_SAVE_PARAM_DXML "dxml"

/** virDomainSaveImageXMLFlags: what of a saved domain is shown.
 * Since: 0.1.0 */
typedef enum {
    /* passwords, too */
    VIR_DOMAIN_SAVE_IMAGE_XML_SECURE = 1 << 0,
} virDomainSaveImageXMLFlags;

/** virDomainCoreDumpFlags: how to dump.  Since: 0.1.0 */
typedef enum {
    /* the domain ends, as if it had crashed */
    VIR_DUMP_CRASH = 1 << 0,
    /* the guest goes on meanwhile, but for the end */
    VIR_DUMP_LIVE = 1 << 1,
    /* leave nothing of the file in the host's cache */
    VIR_DUMP_BYPASS_CACHE = 1 << 2,
    /* the guest is reset afterwards */
    VIR_DUMP_RESET = 1 << 3,
    /* what debuggers read: the guest's memory, and no devices */
    VIR_DUMP_MEMORY_ONLY = 1 << 4,
} virDomainCoreDumpFlags;

/** virDomainCoreDumpFormat: the format of a dump of memory alone.
 * Since: 0.1.0 */
typedef enum {
    /* ELF; without VIR_DUMP_MEMORY_ONLY the hypervisor's own */
    VIR_DOMAIN_CORE_DUMP_FORMAT_RAW = 0,
    /* kdump, compressed with zlib */
    VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_ZLIB = 1,
    /* kdump, compressed with lzo */
    VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_LZO = 2,
    /* kdump, compressed with snappy */
    VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_SNAPPY = 3,
    /* of Windows guests */
    VIR_DOMAIN_CORE_DUMP_FORMAT_WIN_DMP = 4,
#ifdef VIR_ENUM_SENTINELS
    VIR_DOMAIN_CORE_DUMP_FORMAT_LAST
#endif
} virDomainCoreDumpFormat;

/**
 * virDomainSave:
 * @domain: a running domain
 * @to: the file
 *
 * Stops the domain with its memory and the state of its devices in @to, from
 * which virDomainRestore() makes it go on. Its disks are not in there: they must
 * be as they were when it goes on. A transient domain is gone then.
 *
 * The call waits until all is written. If its process dies meanwhile, the next
 * call on the domain brings the save to its end.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run; a backup or a block job
 * is under way), VIR_ERR_OPERATION_FAILED (@to is no plain file, or cannot be
 * written), VIR_ERR_OPERATION_ABORTED (virDomainAbortJob(); it runs on).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSave(virDomainPtr domain, const char *to);

/**
 * virDomainSaveFlags:
 * @domain: a running domain
 * @to: the file
 * @dxml: (nullable): what the domain is when it is restored; only where its
 *        disks are may differ from what it is now
 * @flags: bitwise-OR of virDomainSaveRestoreFlags
 *
 * virDomainSave() with @flags; without any it will run or be paused as it was.
 *
 * Errors: those of virDomainSave(); VIR_ERR_CONFIG_UNSUPPORTED (@dxml is another
 * machine's).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSaveFlags(virDomainPtr domain, const char *to, const char *dxml,
                       unsigned int flags);

/**
 * virDomainSaveParams:
 * @domain: a running domain
 * @params: (nullable): VIR_DOMAIN_SAVE_PARAM_FILE and VIR_DOMAIN_SAVE_PARAM_DXML
 * @nparams: how many there are
 * @flags: bitwise-OR of virDomainSaveRestoreFlags
 *
 * virDomainSaveFlags() with named parameters. Without a file it is
 * virDomainManagedSave().
 *
 * Errors: those of virDomainSaveFlags() and virDomainManagedSave().
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSaveParams(virDomainPtr domain, virTypedParameterPtr params,
                        int nparams, unsigned int flags);

/**
 * virDomainRestore:
 * @conn: a connection
 * @from: a file of virDomainSave()
 *
 * Makes the saved domain go on. One that is defined stays defined as it is, and
 * has in this run what was saved; one that is not is transient. @from stays, and
 * is of no use once the guest has written to its disks.
 *
 * Errors: VIR_ERR_OPERATION_FAILED (@from is none, or not whole; another domain
 * has its name; the hypervisor cannot load it), VIR_ERR_OPERATION_INVALID (the
 * domain runs).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainRestore(virConnectPtr conn, const char *from);

/**
 * virDomainRestoreFlags:
 * @conn: a connection
 * @from: a file of virDomainSave()
 * @dxml: (nullable): what the domain is instead; only where its disks are may
 *        differ
 * @flags: bitwise-OR of virDomainSaveRestoreFlags
 *
 * virDomainRestore() with @flags.
 *
 * Errors: those of virDomainRestore(); VIR_ERR_CONFIG_UNSUPPORTED (@dxml is
 * another machine's).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainRestoreFlags(virConnectPtr conn, const char *from,
                          const char *dxml, unsigned int flags);

/**
 * virDomainRestoreParams:
 * @conn: a connection
 * @params: VIR_DOMAIN_SAVE_PARAM_FILE and VIR_DOMAIN_SAVE_PARAM_DXML
 * @nparams: how many there are
 * @flags: bitwise-OR of virDomainSaveRestoreFlags
 *
 * virDomainRestoreFlags() with named parameters; the file must be among them.
 *
 * Errors: those of virDomainRestoreFlags().
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainRestoreParams(virConnectPtr conn, virTypedParameterPtr params,
                           int nparams, unsigned int flags);

/**
 * virDomainSaveImageGetXMLDesc:
 * @conn: a connection
 * @file: a file of virDomainSave()
 * @flags: bitwise-OR of virDomainSaveImageXMLFlags
 *
 * What is in such a file. Not on read-only connections, since any file of the
 * host can be asked for.
 *
 * Errors: VIR_ERR_OPERATION_FAILED (it is none, or not whole).
 *
 * Returns: (transfer full): a <domain> document for free(), or NULL on error
 *
 * Since: 0.1.0
 */
char *virDomainSaveImageGetXMLDesc(virConnectPtr conn, const char *file,
                                   unsigned int flags);

/**
 * virDomainSaveImageDefineXML:
 * @conn: a connection
 * @file: a file of virDomainSave()
 * @dxml: a <domain> document
 * @flags: bitwise-OR of virDomainSaveRestoreFlags: VIR_DOMAIN_SAVE_RUNNING or
 *         VIR_DOMAIN_SAVE_PAUSED
 *
 * Changes where the disks of a saved domain are, and whether it will run. The
 * file has the old definition or the new one, whatever happens.
 *
 * Errors: VIR_ERR_OPERATION_FAILED (@file is none, or not whole),
 * VIR_ERR_CONFIG_UNSUPPORTED (@dxml is another machine's, or too long).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSaveImageDefineXML(virConnectPtr conn, const char *file,
                                const char *dxml, unsigned int flags);

/**
 * virDomainManagedSave:
 * @dom: a running domain that is defined
 * @flags: bitwise-OR of virDomainSaveRestoreFlags
 *
 * As virDomainSaveFlags(), but the file is the domain's own, and the next start
 * goes on from it, once.
 *
 * Errors: those of virDomainSave(); VIR_ERR_OPERATION_INVALID (it is
 * transient).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainManagedSave(virDomainPtr dom, unsigned int flags);

/**
 * virDomainHasManagedSaveImage:
 * @dom: a domain
 * @flags: none: 0
 *
 * Returns: 1 if its next start goes on from a managed save, 0 if not, or -1 on
 * error
 *
 * Since: 0.1.0
 */
int virDomainHasManagedSaveImage(virDomainPtr dom, unsigned int flags);

/**
 * virDomainManagedSaveRemove:
 * @dom: a domain
 * @flags: none: 0
 *
 * Gives a managed save up: the next start is one from nothing, with the disks as
 * after a power cut. Not an error if there is none.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainManagedSaveRemove(virDomainPtr dom, unsigned int flags);

/**
 * virDomainManagedSaveGetXMLDesc:
 * @domain: a domain
 * @flags: bitwise-OR of virDomainSaveImageXMLFlags
 *
 * virDomainSaveImageGetXMLDesc() of its managed save.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it has none).
 *
 * Returns: (transfer full): a <domain> document for free(), or NULL on error
 *
 * Since: 0.1.0
 */
char *virDomainManagedSaveGetXMLDesc(virDomainPtr domain, unsigned int flags);

/**
 * virDomainManagedSaveDefineXML:
 * @domain: a domain
 * @dxml: a <domain> document
 * @flags: bitwise-OR of virDomainSaveRestoreFlags: VIR_DOMAIN_SAVE_RUNNING or
 *         VIR_DOMAIN_SAVE_PAUSED
 *
 * virDomainSaveImageDefineXML() of its managed save.
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it has none); those of
 * virDomainSaveImageDefineXML().
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainManagedSaveDefineXML(virDomainPtr domain, const char *dxml,
                                  unsigned int flags);

/**
 * virDomainCoreDump:
 * @domain: a running domain
 * @to: the file
 * @flags: bitwise-OR of virDomainCoreDumpFlags
 *
 * Writes the domain's memory to @to. Without VIR_DUMP_LIVE the guest stands
 * still meanwhile; afterwards it goes on if it ran.
 *
 * Errors: those of virDomainSave(). A dump of memory alone cannot be aborted
 * (VIR_ERR_OPERATION_INVALID), and is allowed during backups and block jobs.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainCoreDump(virDomainPtr domain, const char *to, unsigned int flags);

/**
 * virDomainCoreDumpWithFormat:
 * @domain: a running domain
 * @to: the file
 * @dumpformat: a virDomainCoreDumpFormat
 * @flags: bitwise-OR of virDomainCoreDumpFlags
 *
 * virDomainCoreDump() in another format than the usual.
 *
 * Errors: those of virDomainCoreDump(); VIR_ERR_OPERATION_UNSUPPORTED (another
 * one than VIR_DOMAIN_CORE_DUMP_FORMAT_RAW without VIR_DUMP_MEMORY_ONLY).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainCoreDumpWithFormat(virDomainPtr domain, const char *to,
                                unsigned int dumpformat, unsigned int flags);

#ifdef __cplusplus
}
#endif
