/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts held against files that were looked at once. */
#pragma once

#include <glib.h>

/** golden_check: the file at @path holds @text.  With
 * STRANDLINE_TEST_REGENERATE=1 it is rewritten; review the difference. */
void golden_check(const char *path, const char *text);
