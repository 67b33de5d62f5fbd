/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that tell figures of domains; their table is that of
 * cmd_monitor.c. */
#pragma once

#include "cli/command.h"

extern const OptionDef domstats_options[];
CommandResult cmd_domstats(Tool *tool, const Options *options);

extern const OptionDef domblkerror_options[];
CommandResult cmd_domblkerror(Tool *tool, const Options *options);

extern const OptionDef dommemstat_options[];
CommandResult cmd_dommemstat(Tool *tool, const Options *options);
