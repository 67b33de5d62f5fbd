/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Moving machines: <libvirt/libvirt-domain-migrate.h>.
 *
 * All of these are one migration with more or less to say about it, which is led
 * from phase to phase here (migration.h): the drivers of both sides know their
 * own only. */
#include "api/call.h"
#include "api/connection.h"
#include "api/domain/migration.h"
#include "base/error.h"

#include <libvirt/libvirt-domain.h>

/* The largest that still fits when it is counted in bytes. */
#define BANDWIDTH_MAX (G_MAXINT64 >> 20)

/* All bits that libvirt has; which of them can be had the drivers say. */
#define FLAGS_MAX ((VIR_MIGRATE_ZEROCOPY << 1) - 1)

enum { MIB_SHIFT = 20 };

/* Numbers that reach the drivers as others: an unsigned long has bits that
 * no flag has, and a bandwidth is multiplied. */
static bool
check_numbers(const ApiCall *api, const MigrationWish *wish,
              unsigned long flags)
{
    if (flags > FLAGS_MAX) {
        api_refuse(api, "flags", "virDomainMigrateFlags");
        return false;
    }
    if (wish->bandwidth > BANDWIDTH_MAX) {
        api_refuse(api, "bandwidth", "a number of MiB/s that can be counted");
        return false;
    }
    return true;
}

/* The error is that of the phase that failed first, under the source's
 * driver. */
static virDomainPtr
move(const ApiCall *api, virDomainPtr domain, virConnectPtr dconn,
     const MigrationWish *wish)
{
    g_autoptr(GError) problem = NULL;
    virDomainPtr found = migration_lead(domain, dconn, wish, &problem);

    if (!found)
        api_failed(api, problem);
    return found;
}

/* To a connection of the caller's.  It makes the same call there: a connection
 * that may only read cannot take a machine. */
static virDomainPtr
move_to(const ApiCall *api, virDomainPtr domain, virConnectPtr dconn,
        const MigrationWish *wish)
{
    const ApiCall there = api_enter_domains(api->function, dconn);

    return there.conn ? move(api, domain, dconn, wish) : NULL;
}

/* To a connection that is opened for it.  libvirt has one more way with these
 * calls, in which the hypervisors find each other; nobody here has. */
static bool
move_from_here(virDomainPtr domain, const char *uri, const MigrationWish *wish,
               GError **error)
{
    virConnectPtr dconn = NULL;
    virDomainPtr found = NULL;
    int state = 0;
    int reason = 0;
    bool is_moved = false;

    /* A domain that is gone is the first thing to be said of it. */
    if (domain->conn->driver->domain_state(domain, &state, &reason, error) < 0)
        return false;
    if (!(wish->flags & VIR_MIGRATE_PEER2PEER)) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "a migration to a URI needs the flag PEER2PEER: QEMU does "
                    "not find a destination by itself");
    }
    dconn = connection_open(uri, NULL, false, error);
    found = dconn ? migration_lead(domain, dconn, wish, error) : NULL;
    is_moved = found != NULL;
    /* The domain there goes with its connection; who wants it looks it up. */
    domain_object_unref(found);
    connect_object_unref(dconn);
    return is_moved;
}

/* Where the machines run elsewhere the URI is one of that host's, and so is the
 * way to it: the source leads, and judges the rest. */
static bool
move_from_there(virDomainPtr domain, const char *uri, const MigrationWish *wish,
                GError **error)
{
    MigrationStep step = migration_step(wish);

    step.destination = uri;
    return domain->conn->driver->migrate_perform(domain, &step, error) == 0;
}

static int
move_away(const ApiCall *api, virDomainPtr domain, const char *uri,
          const MigrationWish *wish)
{
    const Driver *driver = domain->conn->driver;
    g_autoptr(GError) problem = NULL;
    bool is_moved = false;

    /* What a driver lacks it lacks for every domain, also for one that is
     * gone. */
    if (!driver->migrate_begin) {
        api_unsupported(api);
        return -1;
    }
    is_moved = driver->connect_hostname
                   ? move_from_there(domain, uri, wish, &problem)
                   : move_from_here(domain, uri, wish, &problem);
    if (!is_moved)
        api_failed(api, problem);
    return is_moved ? 0 : -1;
}

/* The parameters of the third kind of each call. */
static bool
read_wish(const ApiCall *api, virTypedParameterPtr params, unsigned nparams,
          MigrationWish *wish)
{
    g_autoptr(GError) problem = NULL;

    if (nparams && !params) {
        api_refuse(api, "params", "not NULL");
        return false;
    }
    if (migration_wish_read(params, nparams, wish, &problem))
        return check_numbers(api, wish, wish->flags);
    api_failed(api, problem);
    return false;
}

/* The first of them; what came later takes documents and parameters. */
virDomainPtr
virDomainMigrate(virDomainPtr domain, virConnectPtr dconn, unsigned long flags,
                 const char *dname, const char *uri, unsigned long bandwidth)
{
    const MigrationWish wish = {.name = dname,
                                .uri = uri,
                                .bandwidth = bandwidth,
                                .flags = (unsigned)flags};

    API_ENTER(domain, domain, NULL);
    API_NOT_NULL(dconn);
    API_CHECK(check_numbers(&api, &wish, flags));
    return move_to(&api, domain, dconn, &wish);
}

virDomainPtr /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
virDomainMigrate2(virDomainPtr domain, virConnectPtr dconn, const char *dxml,
                  unsigned long flags, const char *dname, const char *uri,
                  unsigned long bandwidth)
{
    const MigrationWish wish = {.dxml = dxml,
                                .name = dname,
                                .uri = uri,
                                .bandwidth = bandwidth,
                                .flags = (unsigned)flags};

    API_ENTER(domain, domain, NULL);
    API_NOT_NULL(dconn);
    API_CHECK(check_numbers(&api, &wish, flags));
    return move_to(&api, domain, dconn, &wish);
}

/* Named parameters take the place of all that was added to the call over
 * time. */
virDomainPtr
virDomainMigrate3(virDomainPtr domain, virConnectPtr dconn,
                  virTypedParameterPtr params, unsigned int nparams,
                  unsigned int flags)
{
    MigrationWish wish = {.flags = flags};

    API_ENTER(domain, domain, NULL);
    API_NOT_NULL(dconn);
    API_CHECK(read_wish(&api, params, nparams, &wish));
    return move_to(&api, domain, dconn, &wish);
}

/* The same, with a destination that we open and close ourselves. */
int
virDomainMigrateToURI(virDomainPtr domain, const char *duri,
                      unsigned long flags, const char *dname,
                      unsigned long bandwidth)
{
    const MigrationWish wish = {
        .name = dname, .bandwidth = bandwidth, .flags = (unsigned)flags};

    API_ENTER(domain, domain, -1);
    API_NOT_NULL(duri);
    API_CHECK(check_numbers(&api, &wish, flags));
    return move_away(&api, domain, duri, &wish);
}

int /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
virDomainMigrateToURI2(virDomainPtr domain, const char *dconnuri,
                       const char *miguri, const char *dxml,
                       unsigned long flags, const char *dname,
                       unsigned long bandwidth)
{
    const MigrationWish wish = {.dxml = dxml,
                                .name = dname,
                                .uri = miguri,
                                .bandwidth = bandwidth,
                                .flags = (unsigned)flags};

    API_ENTER(domain, domain, -1);
    API_NOT_NULL(dconnuri);
    API_CHECK(check_numbers(&api, &wish, flags));
    return move_away(&api, domain, dconnuri, &wish);
}

/* As virDomainMigrate3(), by the same parameters. */
int
virDomainMigrateToURI3(virDomainPtr domain, const char *dconnuri,
                       virTypedParameterPtr params, unsigned int nparams,
                       unsigned int flags)
{
    MigrationWish wish = {.flags = flags};

    API_ENTER(domain, domain, -1);
    API_NOT_NULL(dconnuri);
    API_CHECK(read_wish(&api, params, nparams, &wish));
    return move_away(&api, domain, dconnuri, &wish);
}

/* Milliseconds on both sides of this call. */
int
virDomainMigrateGetMaxDowntime(virDomainPtr domain,
                               unsigned long long *downtime, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(downtime);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(migrate_get_downtime, domain, downtime);
}

/* What is too long is the driver's to say: QEMU has a limit of its own. */
int
virDomainMigrateSetMaxDowntime(virDomainPtr domain, unsigned long long downtime,
                               unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(migrate_set_downtime, domain, downtime);
}

/* Nobody compresses; set all the same, so that a program that does not look at
 * the result reads no garbage. */
int
virDomainMigrateGetCompressionCache(virDomainPtr domain,
                                    unsigned long long *cacheSize,
                                    unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(cacheSize);
    *cacheSize = 0;
    API_CHECK(api_no_flags(&api, flags));
    api_unsupported(&api);
    return api_failure;
}

/* Not kept for a later day: a size that nothing ever obeys would be a lie. */
int
virDomainMigrateSetCompressionCache(virDomainPtr domain,
                                    unsigned long long cacheSize,
                                    unsigned int flags)
{
    (void)cacheSize;
    API_ENTER(domain, domain, -1);
    API_CHECK(api_no_flags(&api, flags));
    api_unsupported(&api);
    return api_failure;
}

/* libvirt counts it in MiB/s; what is less than one of these is one, since 0
 * is no limit. */
int
virDomainMigrateGetMaxSpeed(virDomainPtr domain, unsigned long *bandwidth,
                            unsigned int flags)
{
    unsigned long long speed = 0;
    int result = -1;

    API_ENTER(domain, domain, -1);
    API_NOT_NULL(bandwidth);
    API_CHECK(api_no_flags(&api, flags));
    API_CALL(result, API_IS_NEGATIVE, migrate_get_speed, domain, &speed);
    *bandwidth = (unsigned long)MAX(speed >> MIB_SHIFT, 1);
    return result;
}

/* 0 is no limit, as with all bandwidths of these calls. */
int
virDomainMigrateSetMaxSpeed(virDomainPtr domain, unsigned long bandwidth,
                            unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_CLAIM(bandwidth <= BANDWIDTH_MAX, "bandwidth",
              "a number of MiB/s that can be counted");
    API_RETURN_INT(migrate_set_speed, domain,
                   (unsigned long long)bandwidth << MIB_SHIFT);
}

/* Memory that is fetched after the guest has gone on would be lost with either
 * side; no driver offers that. */
int
virDomainMigrateStartPostCopy(virDomainPtr domain, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_CHECK(api_no_flags(&api, flags));
    api_unsupported(&api);
    return api_failure;
}
