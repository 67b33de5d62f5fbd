/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "script_driver.h"

#include <string.h>

static char opened; /* of all connections; nothing is in it */

bool
script_accepts(const ConnectUri *uri)
{
    return strcmp(uri->scheme, "script") == 0;
}

void *
script_open(const ConnectUri *uri, bool is_readonly G_GNUC_UNUSED,
            char **ret_uri, GError **error G_GNUC_UNUSED)
{
    *ret_uri = g_strdup(uri->text);
    return &opened;
}

void
script_close(void *session)
{
    g_assert_true(session == &opened);
}

virDomainPtr
script_lookup(virConnectPtr conn, const char *name,
              GError **error G_GNUC_UNUSED)
{
    static const unsigned char uuid[VIR_UUID_BUFLEN] = {1};

    return domain_object_new(conn, name, uuid, 1);
}
