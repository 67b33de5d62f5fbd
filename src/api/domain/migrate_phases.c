/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/domain/migrate_phases.h"

#include "api/call.h"

/* The call that a phase is a part of: whoever may not make that one may make
 * none of these. */
#define WHOLE "virDomainMigrate3"

/* A driver that moves no machines has none of the members. */
static ApiCall
enter(virConnectPtr conn)
{
    ApiCall api = api_enter_domains(WHOLE, conn);

    if (api.conn && !api.conn->driver->migrate_begin) {
        api_unsupported(&api);
        api.conn = NULL;
    }
    return api;
}

/* Raises what the driver said; returns @is_well. */
static bool
judge(const ApiCall *api, bool is_well, const GError *problem)
{
    if (!is_well)
        api_failed(api, problem);
    return is_well;
}

/* Also of a domain that is gone: the driver says so. */
char *
migrate_phase_begin(virDomainPtr domain, const MigrationStep *step,
                    char **ret_cookie)
{
    const ApiCall api = enter(domain->conn);
    g_autoptr(GError) problem = NULL;
    char *xml = NULL;

    if (!api.conn)
        return NULL;
    xml = api.conn->driver->migrate_begin(domain, step, ret_cookie, &problem);
    (void)judge(&api, xml != NULL, problem);
    return xml;
}

/* About a machine that is not here yet, so the connection is asked. */
bool
migrate_phase_prepare(virConnectPtr conn, const MigrationStep *step,
                      char **ret_uri, char **ret_cookie)
{
    const ApiCall api = enter(conn);
    g_autoptr(GError) problem = NULL;
    bool is_done = api.conn &&
                   api.conn->driver->migrate_prepare(conn, step, ret_uri,
                                                     ret_cookie, &problem) == 0;

    return api.conn && judge(&api, is_done, problem);
}

/* As long as it takes: the caller's worker waits. */
bool
migrate_phase_perform(virDomainPtr domain, const MigrationStep *step)
{
    const ApiCall api = enter(domain->conn);
    g_autoptr(GError) problem = NULL;
    bool is_done = api.conn && api.conn->driver->migrate_perform(domain, step,
                                                                 &problem) == 0;

    return api.conn && judge(&api, is_done, problem);
}

/* Without a domain there is an error also when it was to be cancelled: libvirt's
 * clients expect one, and pass it over. */
virDomainPtr
migrate_phase_finish(virConnectPtr conn, const MigrationStep *step,
                     bool is_cancelled)
{
    const ApiCall api = enter(conn);
    g_autoptr(GError) problem = NULL;
    virDomainPtr domain = NULL;

    if (!api.conn)
        return NULL;
    domain =
        api.conn->driver->migrate_finish(conn, step, is_cancelled, &problem);
    (void)judge(&api, domain != NULL, problem);
    return domain;
}

bool
migrate_phase_confirm(virDomainPtr domain, const MigrationStep *step,
                      bool is_cancelled)
{
    const ApiCall api = enter(domain->conn);
    g_autoptr(GError) problem = NULL;
    bool is_done = api.conn && api.conn->driver->migrate_confirm(
                                   domain, step, is_cancelled, &problem) == 0;

    return api.conn && judge(&api, is_done, problem);
}

/* A driver whose machines end with the process has nobody to settle with. */
int
migrate_phase_settle(virConnectPtr conn, const char *cookie, bool is_last)
{
    const ApiCall api = enter(conn);
    g_autoptr(GError) problem = NULL;
    int answer = -1;

    if (api.conn && !api.conn->driver->migrate_settle) {
        api_unsupported(&api);
    } else if (api.conn) {
        answer =
            api.conn->driver->migrate_settle(conn, cookie, is_last, &problem);
        (void)judge(&api, answer >= 0, problem);
    }
    return answer;
}
