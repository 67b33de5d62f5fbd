/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command "list". */
#pragma once

#include "cli/tool.h"

extern const OptionDef list_options[];
extern const char *const list_apart[];

CommandResult cmd_list(Tool *tool, const Options *options);
