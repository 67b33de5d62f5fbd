/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A policy of rules that stand in a test. */
#pragma once

#include "daemon/access/policy.h"
#include "temp_folder.h"

/** policy_of: @text, which must be good, read from a private file in @folder. */
Policy *policy_of(const TempFolder *folder, const char *text);
