/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Moving machines: <libvirt/libvirt-domain-migrate.h>.
 *
 * No driver does.  What is wrong with a call is told all the same before that,
 * so that a program finds its own mistakes first.
 */
#include "api/call.h"

#include <libvirt/libvirt-domain.h>

/* What nobody looks at: how to migrate matters only where it can be done. */
static void
ignore(int none, ...)
{
    (void)none;
}

/* The one answer, by whichever driver: the handle was good, the caller may ask,
 * and nothing has been done. */
#define API_NO_MIGRATION()     \
    do {                       \
        api_unsupported(&api); \
        return api_failure;    \
    } while (0)

/* By way of two connections of this program, which both would have to be of
 * drivers that can. */
virDomainPtr
virDomainMigrate(virDomainPtr domain, virConnectPtr dconn, unsigned long flags,
                 const char *dname, const char *uri, unsigned long bandwidth)
{
    API_ENTER(domain, domain, NULL);
    API_NOT_NULL(dconn);
    ignore(0, flags, dname, uri, bandwidth);
    API_NO_MIGRATION();
}

virDomainPtr /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
virDomainMigrate2(virDomainPtr domain, virConnectPtr dconn, const char *dxml,
                  unsigned long flags, const char *dname, const char *uri,
                  unsigned long bandwidth)
{
    API_ENTER(domain, domain, NULL);
    API_NOT_NULL(dconn);
    ignore(0, dxml, flags, dname, uri, bandwidth);
    API_NO_MIGRATION();
}

/* Named parameters take the place of all that was added to the call over time. */
virDomainPtr
virDomainMigrate3(virDomainPtr domain, virConnectPtr dconn,
                  virTypedParameterPtr params, unsigned int nparams,
                  unsigned int flags)
{
    API_ENTER(domain, domain, NULL);
    API_NOT_NULL(dconn);
    API_NOT_NULL(params);
    ignore(0, nparams, flags);
    API_NO_MIGRATION();
}

/* The source would speak to the destination itself, which takes a connection
 * that this library cannot open for it. */
int
virDomainMigrateToURI(virDomainPtr domain, const char *duri,
                      unsigned long flags, const char *dname,
                      unsigned long bandwidth)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(duri);
    ignore(0, flags, dname, bandwidth);
    API_NO_MIGRATION();
}

int /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
virDomainMigrateToURI2(virDomainPtr domain, const char *dconnuri,
                       const char *miguri, const char *dxml,
                       unsigned long flags, const char *dname,
                       unsigned long bandwidth)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(dconnuri);
    ignore(0, miguri, dxml, flags, dname, bandwidth);
    API_NO_MIGRATION();
}

/* As virDomainMigrate3(), by the same parameters. */
int
virDomainMigrateToURI3(virDomainPtr domain, const char *dconnuri,
                       virTypedParameterPtr params, unsigned int nparams,
                       unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(dconnuri);
    API_NOT_NULL(params);
    ignore(0, nparams, flags);
    API_NO_MIGRATION();
}

/* Set even so: a program that does not look at the result reads no garbage. */
int
virDomainMigrateGetMaxDowntime(virDomainPtr domain,
                               unsigned long long *downtime, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(downtime);
    *downtime = 0;
    ignore(0, flags);
    API_NO_MIGRATION();
}

/* Not kept for a later day: a limit that nothing ever obeys would be a lie. */
int
virDomainMigrateSetMaxDowntime(virDomainPtr domain, unsigned long long downtime,
                               unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    ignore(0, downtime, flags);
    API_NO_MIGRATION();
}

/* As the downtime: set, and refused. */
int
virDomainMigrateGetCompressionCache(virDomainPtr domain,
                                    unsigned long long *cacheSize,
                                    unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(cacheSize);
    *cacheSize = 0;
    ignore(0, flags);
    API_NO_MIGRATION();
}

/* Refused like the other limits: nothing would ever obey it. */
int
virDomainMigrateSetCompressionCache(virDomainPtr domain,
                                    unsigned long long cacheSize,
                                    unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    ignore(0, cacheSize, flags);
    API_NO_MIGRATION();
}

/* A reader may ask, as in libvirt, and hears that there is nothing to know. */
int
virDomainMigrateGetMaxSpeed(virDomainPtr domain, unsigned long *bandwidth,
                            unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(bandwidth);
    *bandwidth = 0;
    ignore(0, flags);
    API_NO_MIGRATION();
}

/* The same of the speed; that of a save has no limit (qemu/save/stream.c). */
int
virDomainMigrateSetMaxSpeed(virDomainPtr domain, unsigned long bandwidth,
                            unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    ignore(0, bandwidth, flags);
    API_NO_MIGRATION();
}

/* There is no migration that could be switched over. */
int
virDomainMigrateStartPostCopy(virDomainPtr domain, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    ignore(0, flags);
    API_NO_MIGRATION();
}
