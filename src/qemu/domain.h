/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One domain of the embedded driver: what the state folder says, and the QEMU
 * process if there is one.
 *
 * A driver call begins with qemu_call_begin(): it takes the root's lock, reads
 * what changed, notices a QEMU that died, takes up what a dead caller left
 * half done (qemu/recover.h), and finishes jobs that concluded meanwhile.  The
 * call's end gives up the QMP connection and the lock, so that the next
 * process finds QEMU's monitor free.
 */
#pragma once

#include "driver/driver.h"
#include "model/domain.h"
#include "qemu/qmp/client.h"
#include "qemu/root.h"

typedef struct QemuSession QemuSession;
typedef struct QemuDomain QemuDomain;
typedef struct QemuCall QemuCall;
typedef struct CheckpointSet CheckpointSet; /* its checkpoint_store.h */
typedef struct SnapshotTree SnapshotTree;   /* model/snapshot_tree.h */
typedef struct JobTable JobTable;           /* model/job.h */

/* What QEMU does when the guest switches itself off (set-action shutdown). */
typedef enum {
    QEMU_SHUTDOWN_POWEROFF, /* ends, and stores its bitmaps */
    QEMU_SHUTDOWN_KEEP,     /* stays for the sake of a job */
    QEMU_SHUTDOWN_REBOOT,   /* stays, and is reset by whoever finds it so */
} QemuShutdown;

/* All fields are protected by the root's lock (and the session's own). */
struct QemuDomain {
    QemuSession *session; /* the connection it was read by */
    QemuRoot *root;
    char *name;
    unsigned char uuid[DOMAIN_UUID_SIZE];
    int folder;         /* descriptor of domains/UUID; -1 outside a call */
    DomainDef *config;  /* persistent definition; NULL: transient */
    guint config_stamp; /* tells another writing of it */
    DomainDef *live;    /* NULL: shut off.  disks[].backing is complete */
    int id;             /* -1: shut off */
    pid_t pid;          /* 0: shut off */
    guint64 pid_start;  /* /proc/PID/stat start time: pids are used again */
    int state;          /* virDomainState as last seen */
    int reason;
    QemuShutdown shutdown;
    int agent_timeout; /* virDomainAgentSetResponseTimeout() */
    bool is_autostart;
    bool is_touched;    /* this call writes: qemu_domain_touch() */
    bool is_half_done;  /* this call's end must leave the busy mark behind */
    bool is_silent;     /* QEMU did not answer in this call: not again */
    bool is_distrusted; /* this call's end must forget the record */
    bool is_glance;     /* this call has no lock of the root: it only looks */
    gint64 known_at;    /* the journal's end when QEMU said @state; 0: never */
    gint64 known_us;    /* and when that was, of the monotonic clock */
    CheckpointSet *checkpoints; /* read on first use: checkpoint_store_load() */
    SnapshotTree *snapshots;    /* the same: snapshot_store_load() */
    JobTable *jobs;             /* read on first use: job_store_load() */
    QmpClient *qmp;             /* NULL until qemu_domain_monitor() */
};

/** qemu_call_begin: @domain's record, under the lock.  VIR_ERR_NO_DOMAIN when
 * there is none; VIR_ERR_OPERATION_TIMEOUT when the lock is held too long. */
QemuCall *qemu_call_begin(virDomainPtr domain, GError **error);
QemuDomain *qemu_call_domain(QemuCall *call);
void qemu_call_end(QemuCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuCall, qemu_call_end)

/** qemu_call_begin_reading: the same for calls that neither touch QEMU nor jobs
 * and checkpoints: nothing is recovered, and a QEMU that hangs does no harm. */
QemuCall *qemu_call_begin_reading(virDomainPtr domain, GError **error);

/** qemu_call_begin_looking: the same for calls that want the record and the
 * state and nothing else: while nobody writes and QEMU tells of nothing, they
 * wait for no lock and ask nobody. */
QemuCall *qemu_call_begin_looking(virDomainPtr domain, GError **error);

/** qemu_domain_close: what a call's end does with a domain; for those who go
 * through several under one lock (listing, watching). */
void qemu_domain_close(QemuDomain *vm);

/** qemu_domain_take_up: the part of a call's begin that repairs and finishes:
 * what a dead caller left, jobs that concluded, a guest that switched off. */
bool qemu_domain_take_up(QemuDomain *vm, GError **error);

/** qemu_domain_is_active: QEMU runs. */
bool qemu_domain_is_active(const QemuDomain *vm);
/** qemu_domain_require_active: VIR_ERR_OPERATION_UNSUPPORTED (84) with @what
 * ("create a checkpoint") and the domain's name when it does not run. */
bool qemu_domain_require_active(const QemuDomain *vm, const char *what,
                                GError **error);

/** qemu_domain_monitor: the QMP connection, opened on the first ask of a call.
 * Owned by the call.  NULL: VIR_ERR_OPERATION_FAILED. */
QmpClient *qemu_domain_monitor(QemuDomain *vm, GError **error);

/** qemu_domain_monitor_within: the same, with as much patience. */
QmpClient *qemu_domain_monitor_within(QemuDomain *vm, int timeout_ms,
                                      GError **error);

/** qemu_domain_touch: before the first write to the state folder in a call. */
bool qemu_domain_touch(QemuDomain *vm, GError **error);

/** qemu_domain_distrust: memory and disk may differ (a write failed half-way):
 * the next call reads the record anew and takes up what was left. */
void qemu_domain_distrust(QemuDomain *vm);

/** qemu_domain_save_status: writes status.xml after a change of @vm's fields. */
bool qemu_domain_save_status(QemuDomain *vm, GError **error);

/** qemu_domain_def: live, else config. */
const DomainDef *qemu_domain_def(const QemuDomain *vm);

/** qemu_domain_events: where events of this domain go; NULL if nobody asked. */
EventQueue *qemu_domain_events(QemuDomain *vm);

/** qemu_domain_set_shutdown_action: set-action shutdown=pause while a job runs
 * (@keep), so that a guest's power-off does not end it; poweroff otherwise. */
bool qemu_domain_set_shutdown_action(QemuDomain *vm, bool keep, GError **error);
