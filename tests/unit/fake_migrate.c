/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake_migrate.h"

#include "base/error.h"

#include <string.h>

char fake_phases[256];
const char *fake_failing_phase;
bool fake_is_offline;
MigrationStep fake_step;

void
fake_migrate_reset(void)
{
    memset(fake_phases, 0, sizeof(fake_phases));
    fake_failing_phase = NULL;
    fake_is_offline = false;
    fake_step = (MigrationStep){0};
}

static bool
phase(const char *name, GError **error)
{
    if (g_strcmp0(fake_failing_phase, name) == 0)
        return fail(error, VIR_ERR_OPERATION_FAILED, "%s fails", name);
    if (*fake_phases)
        g_strlcat(fake_phases, " ", sizeof(fake_phases));
    g_strlcat(fake_phases, name, sizeof(fake_phases));
    return fake_record(error, "migrate_%s", name);
}

char *
fake_migrate_begin(virDomainPtr domain, const MigrationStep *step,
                   char **ret_cookie, GError **error)
{
    (void)domain;
    g_assert_null(step->cookie);
    if (!phase("begin", error))
        return NULL;
    *ret_cookie = g_strdup("from begin");
    return g_strdup("<domain/>");
}

int
fake_migrate_prepare(virConnectPtr conn, const MigrationStep *step,
                     char **ret_uri, char **ret_cookie, GError **error)
{
    (void)conn;
    g_assert_cmpstr(step->cookie, ==, "from begin");
    g_assert_cmpstr(step->xml, ==, "<domain/>");
    fake_step = *step;
    if (!phase("prepare", error))
        return -1;
    *ret_uri = fake_is_offline ? NULL : g_strdup("tcp://here:1");
    *ret_cookie = g_strdup("from prepare");
    return 0;
}

int
fake_migrate_perform(virDomainPtr domain, const MigrationStep *step,
                     GError **error)
{
    (void)domain;
    if (step->destination) {
        fake_step = *step;
        return phase("all", error) ? 0 : -1;
    }
    g_assert_cmpstr(step->cookie, ==, "from prepare");
    g_assert_cmpstr(step->uri, ==, "tcp://here:1");
    return phase("perform", error) ? 0 : -1;
}

virDomainPtr
fake_migrate_finish(virConnectPtr conn, const MigrationStep *step,
                    bool is_cancelled, GError **error)
{
    g_assert_cmpstr(step->cookie, ==, "from prepare");
    if (!phase(is_cancelled ? "finish-not" : "finish", error) || is_cancelled)
        return NULL;
    return domain_object_new(conn, "web", fake_uuid, 7);
}

int
fake_migrate_confirm(virDomainPtr domain, const MigrationStep *step,
                     bool is_cancelled, GError **error)
{
    (void)domain;
    (void)step;
    return phase(is_cancelled ? "confirm-not" : "confirm", error) ? 0 : -1;
}

int
fake_migrate_settle(virConnectPtr conn, const char *cookie, bool is_last,
                    GError **error)
{
    (void)conn;
    (void)cookie;
    (void)is_last;
    return phase("settle", error) ? 1 : -1;
}

int
fake_migrate_get_downtime(virDomainPtr domain, unsigned long long *ret_downtime,
                          GError **error)
{
    (void)domain;
    *ret_downtime = 300;
    return fake_record(error, "migrate_get_downtime") ? 0 : -1;
}

int
fake_migrate_set_downtime(virDomainPtr domain, unsigned long long downtime,
                          GError **error)
{
    (void)domain;
    return fake_record(error, "migrate_set_downtime %llu", downtime) ? 0 : -1;
}

int
fake_migrate_get_speed(virDomainPtr domain, unsigned long long *ret_speed,
                       GError **error)
{
    (void)domain;
    *ret_speed = 5 * 1024 * 1024 + 1;
    return fake_record(error, "migrate_get_speed") ? 0 : -1;
}

int
fake_migrate_set_speed(virDomainPtr domain, unsigned long long speed,
                       GError **error)
{
    (void)domain;
    return fake_record(error, "migrate_set_speed %llu", speed) ? 0 : -1;
}
