/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One domain of the memory driver.
 *
 * There is no machine: a domain that runs is one that says so.  But its disks
 * hold what was written to them (memory/disk.h), so that checkpoints, backups
 * and jobs are about something.  All fields are guarded by the host's lock.
 */
#pragma once

#include "memory/disk.h"
#include "memory/host.h"
#include "model/checkpoint_tree.h"
#include "model/domain/domain_rules.h"
#include "model/domain/domain_text.h"
#include "model/job.h"

typedef struct MemorySnapshots MemorySnapshots; /* its snapshot.h */
typedef struct MemorySaved MemorySaved;         /* its save/managed.h */

/* What the guest used of the host's processors, in nanoseconds. */
typedef struct {
    unsigned long long user;
    unsigned long long system;
} MemoryCpu;

/* How a migration may go. */
typedef struct {
    uint64_t speed;    /* bytes/s; G_MAXINT64: nobody has chosen one */
    uint64_t downtime; /* ms */
} MemoryLimits;

struct MemoryDomain {
    MemoryHost *host; /* which owns us */
    char *name;
    unsigned char uuid[DOMAIN_UUID_SIZE];
    DomainDef *config; /* persistent definition; NULL: transient */
    DomainDef *live;   /* NULL: shut off */
    DomainText *text;  /* of the current definition; NULL: nobody asked yet */
    int id;            /* -1: shut off */
    int state;         /* virDomainState */
    int reason;
    bool is_autostart;
    MemoryDisks *disks; /* those of the current definition that have a medium */
    CheckpointTree *checkpoints;
    MemorySnapshots *snapshots;
    MemorySaved *saved; /* what the next start goes on from; NULL: nothing */
    JobTable *jobs;
    struct MemoryBackup
        *backup; /* what the live job uses; NULL: there is none */
    struct MemoryWrite *writing; /* what writes its state out; NULL: nothing */
    struct MemoryArrival *arrival; /* what brings it here; NULL: nothing */
    MemoryLimits limits;           /* of this run */
    const MemorySession *owner;    /* whose end is this run's; NULL: nobody's */
    MemoryCpu cpu;                 /* of this run */
    bool has_agent;       /* one answers in the guest: memory/guest/agent.h */
    unsigned frozen;      /* file systems */
    gint64 clock_off;     /* the guest's, nanoseconds before the host's */
    int agent_timeout;    /* kept and told to nobody: all answers are at once */
    GPtrArray *blockjobs; /* of MemoryBlockjob: those that run */
    GPtrArray *thresholds; /* of MemoryThreshold: not passed yet */
    GPtrArray *faults;     /* of MemoryFault: what tests have planned */
};

/** memory_domain_new: shut off, without definition; the host's from now on. */
MemoryDomain *memory_domain_new(MemoryHost *host, const char *name,
                                const unsigned char *uuid);
void memory_domain_free(MemoryDomain *vm);
/** memory_domain_remove: the host forgets @vm, which is freed. */
void memory_domain_remove(MemoryDomain *vm);

/** memory_domain_def: live, else config. */
const DomainDef *memory_domain_def(const MemoryDomain *vm);
/** memory_domain_set_config, memory_domain_set_live: take @def over (NULL:
 * there is none any more) and fit the disks to the definition that counts now.
 * A disk keeps its content as long as its target keeps its source. */
void memory_domain_set_config(MemoryDomain *vm, DomainDef *def);
void memory_domain_set_live(MemoryDomain *vm, DomainDef *def);

/** memory_domain_text: (transfer none): what a checkpoint keeps of its domain,
 * one for all that are made of the current definition. */
DomainText *memory_domain_text(MemoryDomain *vm);

bool memory_domain_is_active(const MemoryDomain *vm);
/** memory_domain_require_active: @code with @what ("create a checkpoint"). */
bool memory_domain_require_active(const MemoryDomain *vm, int code,
                                  const char *what, GError **error);

/** memory_domain_start: @live (taken over) runs or stands still from now on;
 * sends the events. */
void memory_domain_start(MemoryDomain *vm, DomainDef *live, DomainOrigin origin,
                         bool is_paused);
/** memory_domain_stop: its jobs end, then it is shut off with @reason
 * (virDomainShutoffReason); a transient one is gone: @vm is freed then. */
void memory_domain_stop(MemoryDomain *vm, int reason);

/** memory_domain_restart: the guest begins anew, in the same run. */
void memory_domain_restart(MemoryDomain *vm);

/** memory_domain_end_jobs: before @vm stops, or nobody is left to ask. */
void memory_domain_end_jobs(MemoryDomain *vm, JobOutcome outcome,
                            const char *why);
/** memory_domain_settle: after the end of a job: a guest that went off while it
 * ran takes the domain along now, so @vm may be freed. */
void memory_domain_settle(MemoryDomain *vm);

/** memory_domain_event: a lifecycle event, to all connections of the host. */
void memory_domain_event(const MemoryDomain *vm, int event, int detail);

/** memory_block_info_read: how large its disk @name is. */
bool memory_block_info_read(const MemoryDomain *vm, const char *name,
                            virDomainBlockInfoPtr ret_info, GError **error);

/* A call on a domain: the host's lock, and the domain. */
typedef struct MemoryCall MemoryCall;

/** memory_call_begin: VIR_ERR_NO_DOMAIN when @domain is gone; or whatever a
 * test has planned for this call, whose name is that of the function. */
#define memory_call_begin(domain, error) \
    memory_call_enter(domain, __func__, error)
/** memory_call_enter: the same by the name @function ("memory_NAME"). */
MemoryCall *memory_call_enter(virDomainPtr domain, const char *function,
                              GError **error);
MemoryDomain *memory_call_domain(MemoryCall *call);
void memory_call_end(MemoryCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemoryCall, memory_call_end)
