/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a command that is being typed may go on.
 *
 * The tables of commands say which options there are and what their values
 * name; the connection says which domains, checkpoints, disks and jobs there
 * are.  One answer serves our own shell and bash ("strandline complete").
 */
#pragma once

#include "cli/tool.h"

/** complete_words: (transfer full): what the last of @words (at least one) may
 * become: sorted, without repetition, NULL-terminated, often nothing.  Sets
 * *@ret_is_file where the name of a file is wanted.  Nothing is reported: a
 * connection that fails has no names. */
GStrv complete_words(Tool *tool, const char *const *words, bool *ret_is_file);
