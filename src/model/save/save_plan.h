/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a save or a dump is to do, and what it is refused for before anything is
 * touched: the same of every driver, in the same words. */
#pragma once

#include "model/job.h"

#include <libvirt/libvirt-domain.h>

/* The flags that these calls know. */
enum {
    SAVE_PLAN_SAVE_FLAGS = VIR_DOMAIN_SAVE_BYPASS_CACHE |
                           VIR_DOMAIN_SAVE_RUNNING | VIR_DOMAIN_SAVE_PAUSED,
    SAVE_PLAN_RESTORE_FLAGS =
        SAVE_PLAN_SAVE_FLAGS | VIR_DOMAIN_SAVE_RESET_NVRAM,
    SAVE_PLAN_CHANGE_FLAGS = VIR_DOMAIN_SAVE_RUNNING | VIR_DOMAIN_SAVE_PAUSED,
};

typedef struct {
    int operation; /* virDomainJobOperation */
    MemoryJobKind kind;
    MemoryJobThen then;
    const char *path;       /* absolute; NULL: of a driver that needs no file */
    const char *xml;        /* of an image: what the machine is */
    bool runs_again;        /* of an image: when it is restored */
    const char *format;     /* of a core: QEMU's word for it */
    bool is_live;           /* the guest goes on while it is written */
    const char *snapshot;   /* of a snapshot's memory: its name */
    const char *checkpoint; /* nullable: made in that moment */
    bool spares_cache;
} SavePlan;

/** save_plan_save: @dxml (nullable) is as the caller has it. */
bool save_plan_save(SavePlan *ret_plan, const char *path, const char *dxml,
                    unsigned flags, GError **error);

/** save_plan_dump: @format: a virDomainCoreDumpFormat.
 * VIR_ERR_OPERATION_UNSUPPORTED for a format that needs memory alone. */
bool save_plan_dump(SavePlan *ret_plan, const char *path, unsigned format,
                    unsigned flags, GError **error);

/** save_plan_pause_reason: virDomainPausedReason of a guest that stands still for
 * @operation (virDomainJobOperation). */
int save_plan_pause_reason(int operation);

/** save_plan_check: @state (virDomainState) and @jobs of the domain @name let
 * @plan be carried out.  VIR_ERR_OPERATION_INVALID, naming what does not. */
bool save_plan_check(const SavePlan *plan, const char *name, int state,
                     const JobTable *jobs, GError **error);

/** save_plan_check_snapshot: the memory of a domain in @state can be kept in
 * @path beside a snapshot.  VIR_ERR_OPERATION_INVALID while it is paused,
 * VIR_ERR_CONFIG_UNSUPPORTED if there is such a file. */
bool save_plan_check_snapshot(const char *name, int state, const char *path,
                              GError **error);

/** save_plan_check_managed: a domain that keeps its own state is persistent.
 * VIR_ERR_OPERATION_INVALID. */
bool save_plan_check_managed(const char *name, bool is_persistent,
                             GError **error);

/** save_plan_refuse: VIR_ERR_OPERATION_INVALID, naming the job, if one of @jobs
 * writes memory out, or moves it; @what was not done ("begin a backup"). */
bool save_plan_refuse(const char *name, const JobTable *jobs, const char *what,
                      GError **error);

/** save_plan_check_cancel: whether the live @job can be given up.
 * VIR_ERR_OPERATION_INVALID for a dump of memory alone, which QEMU cannot end. */
bool save_plan_check_cancel(const char *name, const Job *job, GError **error);

/** save_plan_record: fills in the new @job, which will carry @plan out; @state: of
 * the guest before that. */
void save_plan_record(const SavePlan *plan, int state, Job *job);

/** save_plan_note: the same of a @job in which nobody could look, and which is
 * done: @memory bytes were moved.  When it ended is the caller's to say. */
void save_plan_note(Job *job, int64_t started_ms, uint64_t memory);

/** save_plan_judge: whether the ended @job (NULL: it is forgotten) came to what
 * was asked for.  VIR_ERR_OPERATION_ABORTED, VIR_ERR_OPERATION_FAILED. */
bool save_plan_judge(const char *name, int id, const Job *job, GError **error);
