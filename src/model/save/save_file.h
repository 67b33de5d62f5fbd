/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of a job that writes memory out: under a name of its own until it is
 * whole (model/memory/memory_job.h). */
#pragma once

#include "model/job.h"

/** save_file_check: @path is absolute, what is there may be replaced, and its
 * folder is there. */
bool save_file_check(const char *path, GError **error);

/** save_file_make: new, 0600, with its name on disk; it stands where QEMU is to
 * write.  @xml, @runs_again: of an image.  Returns: a descriptor, or -1. */
int save_file_make(const Job *job, const char *xml, bool runs_again,
                   GError **error);

/** save_file_has_stream: something was written into the file that is not whole
 * yet. */
bool save_file_has_stream(const Job *job);

/** save_file_seal: what was written is on disk, and says that it is whole. */
bool save_file_seal(const Job *job, GError **error);

/** save_file_settle: gives a sealed file its name; not an error if it has it.
 * Who fails may have given it all the same: ask. */
bool save_file_settle(const Job *job, GError **error);

/** save_file_is_partial: it is there by the name under which it was written. */
bool save_file_is_partial(const Job *job);

/** save_file_drop: one that is not to be; not an error if it is not there. */
bool save_file_drop(const Job *job, GError **error);
