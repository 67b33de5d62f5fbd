/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/migrate/migrate_limits.h"

#include "base/error.h"
#include "qemu/domain.h"
#include "qemu/migrate/migrate_calls.h"
#include "qemu/qmp/message.h"

/* QEMU begins with this limit, which nobody chose and is far below what a
 * network of today carries; so it counts as none, and is never set. */
enum { UNCHOSEN = 128 * 1024 * 1024 };

/* -1 with @error. */
static gint64
ask(QmpClient *qmp, const char *name, GError **error)
{
    g_autoptr(Json) reply =
        qmp_client_call(qmp, "query-migrate-parameters", NULL, error);
    const json_t *value = json_object_get(reply, name);

    if (reply && !json_is_integer(value)) {
        fail(error, VIR_ERR_OPERATION_FAILED, "QEMU does not tell its %s",
             name);
        return -1;
    }
    return reply ? MAX(json_integer_value(value), 0) : -1;
}

/* 0 is how QEMU itself writes "no limit". */
bool
migrate_limits_speed(QmpClient *qmp, guint64 *ret_speed, GError **error)
{
    gint64 speed = ask(qmp, "max-bandwidth", error);

    if (speed < 0)
        return false;
    *ret_speed =
        speed == 0 || speed == UNCHOSEN ? (guint64)G_MAXINT64 : (guint64)speed;
    return true;
}

/* QEMU of a domain that runs; the limits are those of a run. */
static QmpClient *
open_monitor(QemuCall *call, GError **error)
{
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;

    if (!vm)
        return NULL;
    if (qemu_domain_is_active(vm))
        return qemu_domain_monitor(vm, error);
    fail(error, VIR_ERR_OPERATION_INVALID,
         "domain '%s' does not run: QEMU keeps the limits of its migration",
         vm->name);
    return NULL;
}

/* At once, also for a migration that is under way. */
static bool
set(virDomainPtr domain, const char *name, gint64 value, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    QmpClient *qmp = open_monitor(call, error);

    return qmp &&
           qmp_client_run(qmp, "migrate-set-parameters",
                          json_pack("{s:I}", name, (json_int_t)value), error);
}

/* A question of QEMU, and of nothing that we keep. */
int
qemu_migrate_get_downtime(virDomainPtr domain, unsigned long long *ret_downtime,
                          GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    QmpClient *qmp = open_monitor(call, error);
    gint64 value = qmp ? ask(qmp, "downtime-limit", error) : -1;

    if (value < 0)
        return -1;
    *ret_downtime = (unsigned long long)value;
    return 0;
}

/* What is too long QEMU says. */
int
qemu_migrate_set_downtime(virDomainPtr domain, unsigned long long downtime,
                          GError **error)
{
    return set(domain, "downtime-limit", (gint64)MIN(downtime, G_MAXINT64),
               error)
               ? 0
               : -1;
}

/* As large as can be for no limit, so that a program may compare. */
int
qemu_migrate_get_speed(virDomainPtr domain, unsigned long long *ret_speed,
                       GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    QmpClient *qmp = open_monitor(call, error);
    guint64 speed = 0;

    if (!qmp || !migrate_limits_speed(qmp, &speed, error))
        return -1;
    *ret_speed = speed;
    return 0;
}

/* One byte more than what counts as none. */
int
qemu_migrate_set_speed(virDomainPtr domain, unsigned long long speed,
                       GError **error)
{
    gint64 limit = (gint64)MIN(speed, G_MAXINT64);

    /* As the public call has it; QEMU would take it for no bytes at all. */
    if (limit == 0)
        limit = G_MAXINT64;
    return set(domain, "max-bandwidth", limit == UNCHOSEN ? limit + 1 : limit,
               error)
               ? 0
               : -1;
}
