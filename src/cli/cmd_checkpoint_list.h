/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The command "checkpoint-list": a table, names, or a tree. */
#pragma once

#include "cli/command.h"

extern const OptionDef checkpoint_list_options[];
extern const char *const checkpoint_list_apart[];
extern const char *const checkpoint_list_needs[];

CommandResult cmd_checkpoint_list(Tool *tool, const Options *options);
