/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the backup tests do to a machine, and how they see that nothing is left
 * of it: nodes, jobs and exports by asking QEMU, files by listing the folder.
 */
#pragma once

#include "machine.h"

/** document: a <domainbackup> around @body; @mode "push", "pull" (with the
 * server on nbd.sock).  New string. */
char *document(const Machine *machine, const char *mode, const char *format,
               ...) G_GNUC_PRINTF(3, 4);

/** begin: must succeed; frees @xml (nullable).  @checkpoint: its name, or NULL.
 * Returns the job's id. */
int begin(Machine *machine, char *xml, const char *checkpoint, unsigned flags);

/** refuse_begin: fails with @code and says @what; frees @xml; nothing changed:
 * require_nothing_left() and no new checkpoint. */
void refuse_begin(Machine *machine, char *xml, const char *checkpoint,
                  unsigned flags, int code, const char *what);

/** end: virDomainBackupEnd() gives @result. */
void end(Machine *machine, int job, unsigned flags, int result);

/** wait_until_done: the job is no longer at work.  Returns: its type. */
int wait_until_done(Machine *machine, int job);

/** push_all: a full push to target0, target1 ... that is ended well. */
void push_all(Machine *machine, const char *checkpoint);

/** require_nothing_left: QEMU has no node, job or export of a backup, and the
 * folder no files but the disks and @kept (glob, nullable). */
void require_nothing_left(Machine *machine, const char *kept);

/** require_checkpoints: how many are listed. */
void require_checkpoints(Machine *machine, int count);

/** require_pattern: @file holds @pattern from @offset on for @length. */
void require_pattern(const char *file, const char *format, int pattern,
                     uint64_t offset, uint64_t length);

/** number_of_nodes: whose name begins with @prefix. */
unsigned number_of_nodes(Machine *machine, const char *prefix);

/** shown: virDomainBackupGetXMLDesc().  From malloc. */
char *shown(Machine *machine, int job);

/** require_failed_disk: of the job's statistics: @target. */
void require_failed_disk(Machine *machine, int job, const char *target);

/** stat_of: a number of the job's statistics; -1 if it is not there. */
long long stat_of(Machine *machine, int job, const char *field);
