/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for a job that moves a disk's data: --wait of blockcommit, blockpull
 * and blockcopy.
 *
 * The job is asked for a few times a second, since another process may end it;
 * the event tells how it ended, where this process is told.  Ctrl-C or the end
 * of the time gives the job up.
 */
#pragma once

#include "cli/tool.h"

/* What to wait for, and what to say of it. */
typedef struct {
    virDomainPtr domain;
    const char *disk;     /* as the user named it */
    const char *title;    /* "Pull": for "Pull complete" */
    const char *progress; /* (nullable): "Block Pull": show how far it is */
    int timeout;          /* seconds; 0: as long as it takes */
    bool is_two_stage;    /* it gets in step, and ends when it is told to */
    bool is_async_abort;  /* when given up: do not wait for its end */
} BlockWait;

/** block_wait_begin: listens for the end and for Ctrl-C; before the job is begun,
 * so that neither is missed.  One at a time. */
typedef struct BlockWatch BlockWatch;
BlockWatch *block_wait_begin(const Tool *tool, const BlockWait *wait);
void block_watch_free(BlockWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlockWatch, block_watch_free)

/** block_wait: until the job is done, or in step if it is of two stages.
 * Returns: RESULT_DONE; or after reporting RESULT_FAILED (it failed, was given
 * up by somebody else or took too long) or RESULT_INTERRUPTED. */
CommandResult block_wait(const Tool *tool, BlockWatch *watch);
