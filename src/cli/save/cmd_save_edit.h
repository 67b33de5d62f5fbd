/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "save-image-edit", "managedsave-edit": what a saved state is of, given to the
 * user's editor. */
#pragma once

#include "cli/command.h"

CommandResult cmd_save_image_edit(Tool *tool, const Options *options);
CommandResult cmd_managedsave_edit(Tool *tool, const Options *options);
