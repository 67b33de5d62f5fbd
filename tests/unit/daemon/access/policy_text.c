/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "policy_text.h"

#include <sys/stat.h>

Policy *
policy_of(const TempFolder *folder, const char *text)
{
    g_autofree char *path = temp_folder_file(folder, "policy");
    g_autoptr(GError) error = NULL;
    Policy *policy = NULL;

    temp_folder_write(folder, "policy", text);
    g_assert_cmpint(chmod(path, 0600), ==, 0);
    policy = policy_load(path, &error);
    g_assert_no_error(error);
    return policy;
}
