/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The golden documents below tests/data/xml/domain. */
#pragma once

#include <glib.h>

/** data_path/data_read: of @file in @folder ("in", "out", "invalid"). */
char *data_path(const char *folder, const char *file);
char *data_read(const char *folder, const char *file);
/** data_check: golden_check() of it. */
void data_check(const char *folder, const char *file, const char *text);

/** data_list: the sorted names of the *.xml in @folder. */
GPtrArray *data_list(const char *folder);
