/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "passwords.h"

#include "base/spawn.h"

enum { MAKE_TIMEOUT_MS = 60 * 1000, OUTPUT_MAX = 10000 };

TempFolder *
passwords_new(const char *mechanisms)
{
    TempFolder *folder = temp_folder_new();
    const char *const argv[] = {g_getenv("STRANDLINE_PASSWORDS"),
                                folder->path,
                                mechanisms,
                                "alice",
                                "bob",
                                NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *said =
        spawn_tool(argv, OUTPUT_MAX, MAKE_TIMEOUT_MS, &error);

    g_assert_no_error(error);
    g_assert_true(g_setenv("SASL_CONF_PATH", folder->path, TRUE));
    return folder;
}
