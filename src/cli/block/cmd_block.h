/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the commands on disks' jobs share, and those that begin one. */
#pragma once

#include "cli/command.h"

/** block_bandwidth: --bandwidth: with --bytes in bytes/s, with a unit at will;
 * else in MiB/s.  0 if not given; false after reporting. */
bool block_bandwidth(const Tool *tool, const Options *options,
                     unsigned long *ret_bandwidth);

extern const OptionDef blockcommit_options[];
extern const char *const blockcommit_apart[];
CommandResult cmd_blockcommit(Tool *tool, const Options *options);

extern const OptionDef blockpull_options[];
CommandResult cmd_blockpull(Tool *tool, const Options *options);

extern const OptionDef blockcopy_options[];
extern const char *const blockcopy_apart[];
CommandResult cmd_blockcopy(Tool *tool, const Options *options);

/* The second option of all of them. */
#define OPTION_PATH                                                     \
    {                                                                   \
        .name = "path", .help = "disk: its target name or its path",    \
        .kind = OPTION_STRING, .is_required = true, .value = VALUE_DISK \
    }
