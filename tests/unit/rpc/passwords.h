/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Passwords of a test's own (tests/passwords.sh). */
#pragma once

#include "temp_folder.h"

/** passwords_new: "secret of alice" is alice's, and bob has one like it, by any
 * of @mechanisms; for the whole process, before its first session. */
TempFolder *passwords_new(const char *mechanisms);
