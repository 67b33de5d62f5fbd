/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Telling of jobs that ended, whichever process ended them.
 *
 * A push that concluded is finished by whoever looks at its domain first, and
 * that may be another process than the one that waits for the event.  So the
 * watcher remembers which jobs were live, and compares.
 */
#pragma once

#include "model/job.h"
#include "qemu/domain.h"

/* A job that was live. */
typedef struct {
    int id;
    bool is_ready; /* of a disk: that it was in step has been told */
} JobSeen;

/* Zeroed: nothing was looked at yet. */
typedef struct {
    int next_id;  /* 0: not known */
    GArray *live; /* of JobSeen; NULL: none */
} JobsSeen;

void jobs_seen_clear(JobsSeen *seen);

/** jobs_seen_update: notes @vm's jobs; with @is_telling sends an event for each
 * that ended since @seen was noted last, or got in step. */
void jobs_seen_update(JobsSeen *seen, QemuDomain *vm, bool is_telling);

/** job_watch_send: the events of @job's end, to this connection. */
void job_watch_send(QemuDomain *vm, const Job *job);
