/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The interface that every driver implements.
 *
 * src/api/ has checked arguments, flags that exclude each other, and the
 * read-only rule before it calls one of these; which flags a driver knows is
 * the driver's to say (base/flags.h).  A
 * NULL member is a call that the driver does not have: VIR_ERR_NO_SUPPORT.
 *
 * Results follow the public call: a count, an id or 0 for success, a new
 * handle or a string for the caller (from malloc: g_malloc is malloc), and
 * -1 or NULL with @error set.  Any member may be called from any thread; a
 * driver does its own locking.  Events are put in with event_queue.h and never
 * delivered under a lock.
 */
#pragma once

#include "driver/object.h"
#include "model/domain/domain_metadata.h"

#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt-strandline.h>

/* A connection URI taken apart: 
 * scheme[+transport]://[user@]host[:port]/path?key=value. */
typedef struct {
    char *text;          /* as given */
    char *scheme;        /* "qemu", "test" */
    char *transport;     /* nullable: "unix", "tls", "ssh", ... */
    char *user;          /* nullable */
    char *host;          /* nullable */
    int port;            /* -1: not given */
    char *path;          /* "/embed"; never NULL */
    GHashTable *options; /* char * -> char *, percent-decoded */
    /* Who answers a server's questions while the URI is opened; nullable, and not
     * a part of its text. */
    const virConnectAuth *auth;
} ConnectUri;

/* What is known of a job; the parameters are the caller's to free
 * (base/typed_params.h). */
typedef struct {
    int type; /* virDomainJobType */
    virTypedParameterPtr params;
    int nparams;
} JobStats;

/* What a disk has done since the domain was started; -1: not known.  Times are
 * in nanoseconds. */
typedef struct {
    long long read_requests, read_bytes, read_times;
    long long write_requests, write_bytes, write_times;
    long long flush_requests, flush_times;
    long long errors;
} BlockStats;

/* How long the host's processors worked for a domain, in nanoseconds. */
typedef struct {
    unsigned long long cpu_time;
    unsigned long long user_time;   /* of the total alone */
    unsigned long long system_time; /* of the total alone */
    unsigned long long vcpu_time;   /* of one processor alone */
} CpuStats;

/* What virDomainBlockCopy() and virDomainBlockRebase() with COPY ask for. */
typedef struct {
    const char *dest_xml;         /* a <disk> element */
    unsigned long long bandwidth; /* bytes/s; 0: no limit */
    unsigned granularity;         /* a power of two; 0: not given */
    unsigned long long buf_size;  /* bytes; 0: not given */
} BlockCopy;

typedef struct {
    const char *base;             /* nullable: the lowest image */
    const char *top;              /* nullable: the one that is written to */
    unsigned long long bandwidth; /* bytes/s; 0: no limit */
} BlockCommit;

/* What virConnectGetAllDomainStats() and virDomainListGetStats() ask for. */
typedef struct {
    virDomainPtr *domains; /* nullable: all; else up to a NULL */
    unsigned groups;       /* of virDomainStatsTypes; 0: all */
    unsigned flags;        /* of virConnectGetAllDomainStatsFlags */
} DomainStatsAsked;

/* One phase of a migration, as src/api/domain/migration.c leads through them:
 * begin on the source, prepare on the destination, perform on the source,
 * finish on the destination, confirm on the source. */
typedef struct {
    const char *cookie;      /* of the phase before; NULL: begin */
    const char *xml;         /* begin: nullable, another document of the same
                              * machine; prepare: what begin returned */
    const char *name;        /* nullable: what it is called there */
    const char *uri;         /* prepare: nullable; perform: where to connect */
    const char *persist_xml; /* nullable: what is to be defined there */
    /* prepare: nullable: by which URI the source asks us how it came out, if
     * not by that of the connection. */
    const char *known_as;
    /* perform, and only of a driver whose machines run elsewhere
     * (connect_hostname): nullable: it is all of the phases, and the source
     * itself connects to this URI. */
    const char *destination;
    unsigned long long bandwidth; /* bytes/s; 0: as the domain has it */
    unsigned flags;               /* virDomainMigrateFlags */
} MigrationStep;

struct Driver {
    const char *name; /* "QEMU": virConnectGetType() */
    int error_domain; /* virErrorDomain of failures, VIR_FROM_QEMU */

    /* Whether this driver serves @uri. */
    bool (*accepts)(const ConnectUri *uri);
    /* Returns the session, with *@ret_uri the canonical URI. */
    void *(*open)(const ConnectUri *uri, bool is_readonly, char **ret_uri,
                  GError **error);
    void (*close)(void *session);
    /* Events were asked for, or are no longer (@conn->events tells). */
    void (*events_wanted)(virConnectPtr conn, bool is_wanted);

    /* Of a driver whose work is done by a peer; one that works inside the
     * process has none of these: it is alive and secure, and its name is its
     * type. */
    /* From now on, and if it has ended already, the end is told
     * (event_queue_end()). */
    void (*end_wanted)(virConnectPtr conn);
    const char *(*type)(virConnectPtr conn); /* lives as long as @conn */
    int (*is_alive)(virConnectPtr conn);     /* 1 or 0 */
    int (*is_secure)(virConnectPtr conn);    /* 1 or 0 */
    int (*is_encrypted)(virConnectPtr conn); /* 1 or 0 */
    /* 0, or 1 if the peer cannot be asked. */
    int (*set_keepalive)(virConnectPtr conn, int interval, unsigned count);

    /* Where the machines run; a driver without this: here. */
    char *(*connect_hostname)(virConnectPtr conn, GError **error);
    int (*connect_version)(virConnectPtr conn, unsigned long *ret_version,
                           GError **error);
    int (*node_info)(virConnectPtr conn, virNodeInfoPtr ret_info,
                     GError **error);
    char *(*connect_capabilities)(virConnectPtr conn, GError **error);
    /* @type is nullable. */
    int (*connect_max_vcpus)(virConnectPtr conn, const char *type,
                             GError **error);
    int (*node_free_memory)(virConnectPtr conn, unsigned long long *ret_bytes,
                            GError **error);
    int (*node_security_model)(virConnectPtr conn,
                               virSecurityModelPtr ret_model, GError **error);
    /* Each nullable: the driver's choice. */
    char *(*connect_domain_capabilities)(virConnectPtr conn,
                                         const char *emulator, const char *arch,
                                         const char *machine,
                                         const char *virt_type, GError **error);
    char *(*connect_daemon_status)(virConnectPtr conn, unsigned flags,
                                   GError **error);
    /* Lists (here and below) end with a NULL that is not counted; the place
     * for them is never NULL. */
    int (*connect_list_domains)(virConnectPtr conn, virDomainPtr **ret_domains,
                                unsigned flags, GError **error);

    /* Returns how many; the list ends with a NULL that is not counted. */
    int (*connect_domain_stats)(virConnectPtr conn,
                                const DomainStatsAsked *asked,
                                virDomainStatsRecordPtr **ret_records,
                                GError **error);

    virDomainPtr (*domain_lookup_by_name)(virConnectPtr conn, const char *name,
                                          GError **error);
    virDomainPtr (*domain_lookup_by_uuid)(virConnectPtr conn,
                                          const unsigned char *uuid,
                                          GError **error);
    virDomainPtr (*domain_lookup_by_id)(virConnectPtr conn, int id,
                                        GError **error);
    virDomainPtr (*domain_define)(virConnectPtr conn, const char *xml,
                                  unsigned flags, GError **error);
    int (*domain_undefine)(virDomainPtr domain, unsigned flags, GError **error);
    char *(*domain_xml)(virDomainPtr domain, unsigned flags, GError **error);
    char *(*domain_os_type)(virDomainPtr domain, GError **error);
    /* Starting updates the id of @domain. */
    int (*domain_create)(virDomainPtr domain, unsigned flags, GError **error);
    virDomainPtr (*domain_create_xml)(virConnectPtr conn, const char *xml,
                                      unsigned flags, GError **error);
    int (*domain_shutdown)(virDomainPtr domain, unsigned flags, GError **error);
    int (*domain_reboot)(virDomainPtr domain, unsigned flags, GError **error);
    int (*domain_reset)(virDomainPtr domain, unsigned flags, GError **error);
    int (*domain_destroy)(virDomainPtr domain, unsigned flags, GError **error);
    int (*domain_suspend)(virDomainPtr domain, GError **error);
    int (*domain_resume)(virDomainPtr domain, GError **error);
    int (*domain_state)(virDomainPtr domain, int *ret_state, int *ret_reason,
                        GError **error);
    int (*domain_info)(virDomainPtr domain, virDomainInfoPtr ret_info,
                       GError **error);
    /* @cpu: of the host; -1: all together.  Returns how many it has (at least
     * 1); of one beyond them nothing is filled in. */
    int (*domain_cpu_stats)(virDomainPtr domain, int cpu, CpuStats *ret_stats,
                            GError **error);
    int (*domain_vcpus)(virDomainPtr domain, unsigned flags, GError **error);
    /* As virDomainGetDiskErrors() says. */
    int (*domain_disk_errors)(virDomainPtr domain,
                              virDomainDiskErrorPtr ret_errors, unsigned room,
                              GError **error);
    /* Returns how many; *@ret_messages ends with a NULL. */
    int (*domain_messages)(virDomainPtr domain, char ***ret_messages,
                           unsigned flags, GError **error);
    int (*domain_security_label)(virDomainPtr domain,
                                 virSecurityLabelPtr ret_label, GError **error);
    /* Returns how many were filled in, at most @room. */
    int (*domain_memory_stats)(virDomainPtr domain,
                               virDomainMemoryStatPtr ret_stats, unsigned room,
                               GError **error);
    /* 1 or 0. */
    int (*domain_is_active)(virDomainPtr domain, GError **error);
    int (*domain_is_persistent)(virDomainPtr domain, GError **error);
    int (*domain_is_updated)(virDomainPtr domain, GError **error);
    int (*domain_get_autostart)(virDomainPtr domain, int *ret_autostart,
                                GError **error);
    int (*domain_set_autostart)(virDomainPtr domain, int autostart,
                                GError **error);
    int (*domain_rename)(virDomainPtr domain, const char *new_name,
                         unsigned flags, GError **error);
    int (*domain_set_metadata)(virDomainPtr domain,
                               const DomainMetadata *metadata, unsigned flags,
                               GError **error);
    /* @uri: of an element, else NULL. */
    char *(*domain_get_metadata)(virDomainPtr domain, int type, const char *uri,
                                 unsigned flags, GError **error);
    int (*domain_block_info)(virDomainPtr domain, const char *disk,
                             virDomainBlockInfoPtr ret_info, GError **error);
    int (*domain_fs_freeze)(virDomainPtr domain, const char **mountpoints,
                            unsigned nmountpoints, unsigned flags,
                            GError **error);
    int (*domain_fs_thaw)(virDomainPtr domain, const char **mountpoints,
                          unsigned nmountpoints, unsigned flags,
                          GError **error);
    int (*domain_fs_info)(virDomainPtr domain, virDomainFSInfoPtr **ret_info,
                          GError **error);
    /* @mountpoint: nullable: all of them. */
    int (*domain_fs_trim)(virDomainPtr domain, const char *mountpoint,
                          unsigned long long minimum, GError **error);
    int (*domain_get_time)(virDomainPtr domain, long long *ret_seconds,
                           unsigned *ret_nanoseconds, GError **error);
    int (*domain_set_time)(virDomainPtr domain, long long seconds,
                           unsigned nanoseconds, unsigned flags,
                           GError **error);
    char *(*domain_hostname)(virDomainPtr domain, unsigned flags,
                             GError **error);
    int (*domain_interface_addresses)(virDomainPtr domain,
                                      virDomainInterfacePtr **ret_interfaces,
                                      unsigned source, GError **error);
    /* @types: 0: all that the agent knows. */
    int (*domain_guest_info)(virDomainPtr domain, unsigned types,
                             virTypedParameterPtr *ret_params, int *ret_nparams,
                             GError **error);
    int (*domain_agent_timeout)(virDomainPtr domain, int timeout,
                                GError **error);
    int (*domain_set_password)(virDomainPtr domain, const char *user,
                               const char *password, unsigned flags,
                               GError **error);
    char *(*qemu_monitor_command)(virDomainPtr domain, const char *command,
                                  unsigned flags, GError **error);
    char *(*qemu_agent_command)(virDomainPtr domain, const char *command,
                                int timeout, unsigned flags, GError **error);

    /* Saved machines and dumps.  @path is absolute; NULL: the domain's own
     * (managed) image.  @dxml is nullable but where it is defined. */
    int (*domain_save)(virDomainPtr domain, const char *path, const char *dxml,
                       unsigned flags, GError **error);
    int (*domain_restore)(virConnectPtr conn, const char *path,
                          const char *dxml, unsigned flags, GError **error);
    char *(*save_image_xml)(virConnectPtr conn, const char *path,
                            unsigned flags, GError **error);
    int (*save_image_define)(virConnectPtr conn, const char *path,
                             const char *dxml, unsigned flags, GError **error);
    /* 1 or 0. */
    int (*managed_save_has)(virDomainPtr domain, GError **error);
    int (*managed_save_remove)(virDomainPtr domain, GError **error);
    char *(*managed_save_xml)(virDomainPtr domain, unsigned flags,
                              GError **error);
    int (*managed_save_define)(virDomainPtr domain, const char *dxml,
                               unsigned flags, GError **error);
    /* @format: a virDomainCoreDumpFormat that there is. */
    int (*domain_dump)(virDomainPtr domain, const char *path, unsigned format,
                       unsigned flags, GError **error);

    /* Migration.  Whoever prepared finishes, and whoever performed confirms,
     * whatever became of the phase between: is_cancelled tells the one that it
     * is not to run, the other that it may go on. */
    /* The machine's XML, with *@ret_cookie for the destination. */
    char *(*migrate_begin)(virDomainPtr domain, const MigrationStep *step,
                           char **ret_cookie, GError **error);
    /* *@ret_uri: where it listens; NULL: nothing is to be performed.
     * *@ret_cookie: for the phases that follow. */
    int (*migrate_prepare)(virConnectPtr conn, const MigrationStep *step,
                           char **ret_uri, char **ret_cookie, GError **error);
    /* Returns when all of the memory is there. */
    int (*migrate_perform)(virDomainPtr domain, const MigrationStep *step,
                           GError **error);
    /* NULL also when it @is_cancelled: @error says what went wrong then. */
    virDomainPtr (*migrate_finish)(virConnectPtr conn,
                                   const MigrationStep *step, bool is_cancelled,
                                   GError **error);
    int (*migrate_confirm)(virDomainPtr domain, const MigrationStep *step,
                           bool is_cancelled, GError **error);
    /* For a source that nobody leads any more: 1: it runs here, or did; 0: it
     * does not, and will not now; -1: not known.  @is_last: nobody will ask
     * again. */
    int (*migrate_settle)(virConnectPtr conn, const char *cookie, bool is_last,
                          GError **error);
    /* Milliseconds; bytes/s. */
    int (*migrate_get_downtime)(virDomainPtr domain,
                                unsigned long long *ret_downtime,
                                GError **error);
    int (*migrate_set_downtime)(virDomainPtr domain,
                                unsigned long long downtime, GError **error);
    int (*migrate_get_speed)(virDomainPtr domain, unsigned long long *ret_speed,
                             GError **error);
    int (*migrate_set_speed)(virDomainPtr domain, unsigned long long speed,
                             GError **error);

    virDomainCheckpointPtr (*checkpoint_create)(virDomainPtr domain,
                                                const char *xml, unsigned flags,
                                                GError **error);
    char *(*checkpoint_xml)(virDomainCheckpointPtr checkpoint, unsigned flags,
                            GError **error);
    /* @from NULL: all of the domain's; else the children or descendants. */
    int (*checkpoint_list)(virDomainPtr domain, virDomainCheckpointPtr from,
                           virDomainCheckpointPtr **ret_checkpoints,
                           unsigned flags, GError **error);
    virDomainCheckpointPtr (*checkpoint_lookup)(virDomainPtr domain,
                                                const char *name,
                                                GError **error);
    virDomainCheckpointPtr (*checkpoint_parent)(
        virDomainCheckpointPtr checkpoint, GError **error);
    int (*checkpoint_delete)(virDomainCheckpointPtr checkpoint, unsigned flags,
                             GError **error);

    /* Snapshots.  @checkpoint_xml is nullable: virDomainSnapshotCreateXML2(). */
    virDomainSnapshotPtr (*snapshot_create)(virDomainPtr domain,
                                            const char *xml,
                                            const char *checkpoint_xml,
                                            unsigned flags, GError **error);
    char *(*snapshot_xml)(virDomainSnapshotPtr snapshot, unsigned flags,
                          GError **error);
    /* @from NULL: all of the domain's; else the children or descendants. */
    int (*snapshot_list)(virDomainPtr domain, virDomainSnapshotPtr from,
                         virDomainSnapshotPtr **ret_snapshots, unsigned flags,
                         GError **error);
    virDomainSnapshotPtr (*snapshot_lookup)(virDomainPtr domain,
                                            const char *name, GError **error);
    virDomainSnapshotPtr (*snapshot_parent)(virDomainSnapshotPtr snapshot,
                                            GError **error);
    /* 1 with the current one, 0 with NULL.  What HasCurrent and IsCurrent tell
     * is made of this. */
    int (*snapshot_current)(virDomainPtr domain,
                            virDomainSnapshotPtr *ret_current, GError **error);
    /* 1 or 0. */
    int (*snapshot_has_metadata)(virDomainSnapshotPtr snapshot, GError **error);
    int (*snapshot_revert)(virDomainSnapshotPtr snapshot, unsigned flags,
                           GError **error);
    int (*snapshot_delete)(virDomainSnapshotPtr snapshot, unsigned flags,
                           GError **error);

    /* Disks, named by target or path, and the jobs on them.  Sizes are bytes
     * and limits bytes/s (0: none) here, whatever unit the program chose: the
     * ..._BYTES flags never get this far. */
    /* @disk "": of all of them together. */
    int (*block_stats)(virDomainPtr domain, const char *disk,
                       BlockStats *ret_stats, GError **error);
    /* @size is 1 .. 1 MiB. */
    int (*block_peek)(virDomainPtr domain, const char *disk,
                      unsigned long long offset, size_t size, void *ret_buffer,
                      GError **error);
    int (*block_resize)(virDomainPtr domain, const char *disk,
                        unsigned long long size, unsigned flags,
                        GError **error);
    /* @device: "vda" or "vda[3]". */
    int (*block_threshold)(virDomainPtr domain, const char *device,
                           unsigned long long threshold, GError **error);
    /* 1 with *@ret_info (bandwidth in bytes/s), 0 if the disk has no job. */
    int (*block_job_info)(virDomainPtr domain, const char *disk,
                          virDomainBlockJobInfoPtr ret_info, GError **error);
    int (*block_job_abort)(virDomainPtr domain, const char *disk,
                           unsigned flags, GError **error);
    int (*block_job_set_speed)(virDomainPtr domain, const char *disk,
                               unsigned long long bandwidth, GError **error);
    /* @base is nullable: down to the lowest.  @flags: RELATIVE or none, of
     * virDomainBlockRebaseFlags. */
    int (*block_pull)(virDomainPtr domain, const char *disk, const char *base,
                      unsigned long long bandwidth, unsigned flags,
                      GError **error);
    /* @flags of virDomainBlockCopyFlags. */
    int (*block_copy)(virDomainPtr domain, const char *disk,
                      const BlockCopy *copy, unsigned flags, GError **error);
    /* @flags of virDomainBlockCommitFlags. */
    int (*block_commit)(virDomainPtr domain, const char *disk,
                        const BlockCommit *commit, unsigned flags,
                        GError **error);

    /* Returns the job id (> 0). */
    int (*backup_begin)(virDomainPtr domain, const char *disk_xml,
                        const char *checkpoint_xml, unsigned flags,
                        GError **error);
    char *(*backup_xml)(virDomainPtr domain, int id, GError **error);
    /* 1 finished, 0 aborted. */
    int (*backup_end)(virDomainPtr domain, int id, unsigned flags,
                      GError **error);

    int (*job_list_ids)(virDomainPtr domain, virDomainJobId **ret_ids,
                        GError **error);
    /* As virDomainListAllJobs() says; @flags of virDomainListAllJobsFlags. */
    int (*job_list)(virDomainPtr domain, virDomainJobPtr **ret_jobs,
                    unsigned flags, GError **error);
    virDomainJobPtr (*job_lookup)(virDomainPtr domain, int id, GError **error);
    /* Of one job, whatever it does; VIR_ERR_NO_DOMAIN_BACKUP if it is gone. */
    char *(*job_xml)(virDomainPtr domain, int id, GError **error);
    /* 1 finished. */
    int (*job_end)(virDomainPtr domain, int id, GError **error);
    /* @id -1: as the calls without an id mean it (design: job 0, else the
     * domain's backup). */
    int (*job_stats)(virDomainPtr domain, int id, unsigned flags,
                     JobStats *ret_stats, GError **error);
    int (*job_info)(virDomainPtr domain, virDomainJobInfoPtr ret_info,
                    GError **error);
    /* @id -1: virDomainAbortJob(); else virDomainJobAbort() of that job. */
    int (*job_abort)(virDomainPtr domain, int id, GError **error);

    /* What a guest would do, where there is none: the memory driver alone.
     * @buffer NULL: zeroes. */
    int (*test_disk_write)(virDomainPtr domain, const char *disk,
                           unsigned long long offset, const void *buffer,
                           unsigned long long size, GError **error);
    int (*test_fault)(virDomainPtr domain, const char *xml, GError **error);
};
