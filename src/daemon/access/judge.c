/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/access/judge.h"

#include "api/access.h"
#include "api/error.h"
#include "daemon/access/polkit.h"
#include "daemon/client.h"
#include "daemon/log.h"
#include "driver/driver.h"

#include <libvirt/libvirt.h>

/* ServeAccess has no data of its own, and a process has one set of drivers. */
static struct {
    Policy *policy; /* nullable */
    bool asks_polkit;
} drivers;

/* The name in a handle from a client is the client's word; the UUID is what
 * counts, and the driver knows the name to it. */
static char *
real_name(const Serve *serve, virDomainPtr domain)
{
    virDomainPtr found = NULL;
    char *name = NULL;

    if (serve->conn->driver->domain_lookup_by_uuid) {
        found = serve->conn->driver->domain_lookup_by_uuid(serve->conn,
                                                           domain->uuid, NULL);
    }
    name = found ? g_strdup(found->name) : NULL;
    domain_object_unref(found);
    return name;
}

/* For each call anew, so a policy that was read again holds for who is there. */
static bool
file_gives(const Serve *serve, unsigned permissions, const char *name)
{
    const ClientPeer *peer = client_peer(serve->client);
    const PolicySubject subject = {
        .uid = peer->uid,
        .groups = peer->groups,
        .x509 = client_x509_name(serve->client),
        .sasl = client_user(serve->client),
    };

    return policy_allows(drivers.policy, &subject, permissions, name);
}

/* One permission; without an answer it is not given.  A rule, and no user, is
 * asked: calls are many, and nobody could answer them all. */
static bool
polkit_gives(const Serve *serve, unsigned permission, const char *name)
{
    const LogAbout about = {.peer = client_peer(serve->client), .domain = name};
    g_autofree char *action = polkit_action(access_name(permission));
    const PolkitDetail details[] = {
        {"connect_driver", virConnectGetType(serve->conn)},
        {name ? "domain_name" : NULL, name},
        {NULL, NULL},
    };
    g_autoptr(GError) error = NULL;
    bool may = false;

    if (!polkit_allows(about.peer, action, details, false, &may, &error))
        log_about(G_LOG_LEVEL_WARNING, &about, "%s", error->message);
    return may;
}

/* The file first: it is here, and polkit is another process.  Root has its power
 * without either. */
static bool
is_given(const Serve *serve, unsigned permission, const char *name)
{
    if (!serve->is_stranger && permission & ACCESS_LIKE_ROOT)
        return true;
    return (!drivers.policy || file_gives(serve, permission, name)) &&
           (!drivers.asks_polkit || polkit_gives(serve, permission, name));
}

/* The client's word against what is: both are told the same. */
static bool
no_such_domain(const Serve *serve)
{
    error_raise_text(serve->conn->driver->error_domain, VIR_ERR_NO_DOMAIN,
                     "no such domain");
    return false;
}

/* Told to both: the client learns what is missing, and the administrator who
 * wanted it, where and from where. */
static bool
deny(const Serve *serve, unsigned permissions, const char *name)
{
    const LogAbout about = {.peer = client_peer(serve->client),
                            .name = client_name(serve->client),
                            .domain = name};
    const char *function = serve->procedure->function;

    log_about(G_LOG_LEVEL_WARNING, &about, "denied %s", function);
    error_raise_text(VIR_FROM_ACCESS, VIR_ERR_ACCESS_DENIED,
                     "access denied: %s needs %s, which the policy does not "
                     "give",
                     function, access_name(permissions));
    return false;
}

/* What is missing, by one of its bits, for the message. */
static unsigned
first_missing(const Serve *serve, unsigned permissions, const char *name)
{
    for (unsigned bit = 1; bit < ACCESS_LAST; bit <<= 1) {
        if (permissions & bit && !is_given(serve, bit, name))
            return bit;
    }
    return 0;
}

/* First whether there is such a domain for this client, and only then what it
 * may do with it: a denial would tell that there is one. */
static bool
may_call(const Serve *serve, virDomainPtr domain, unsigned flags)
{
    const char *function = serve->procedure->function;
    const AccessRule *rule = function ? access_rule(function) : NULL;
    g_autofree char *name = domain ? real_name(serve, domain) : NULL;
    unsigned missing = 0;

    /* Without a rule there is no such public call, and none is made. */
    if (!rule)
        return true;
    if (domain && (!name || !is_given(serve, ACCESS_DOMAIN_GETATTR, name)))
        return no_such_domain(serve);
    missing = first_missing(serve, access_needs(rule, flags), name);
    return !missing || deny(serve, missing, name);
}

/* A name that may not be seen is none that can be given, and that is told as any
 * other denial: the client has named it itself. */
static bool
may_name(const Serve *serve, const char *name, unsigned flags)
{
    const AccessRule *rule = access_rule(serve->procedure->function);
    unsigned missing =
        rule ? first_missing(serve,
                             access_needs(rule, flags) | ACCESS_DOMAIN_GETATTR,
                             name)
             : 0;

    return !missing || deny(serve, missing, name);
}

/* Of lists, lookups and events: here the name is a driver's, and true. */
static bool
may_see(const Serve *serve, virDomainPtr domain)
{
    return is_given(serve, ACCESS_DOMAIN_GETATTR, domain->name);
}

/* A definition's domain need not be there yet, so rules for all domains count. */
static bool
may_use(const Serve *serve, unsigned permission)
{
    return is_given(serve, permission, NULL);
}

/* Called once, before anybody is served. */
const ServeAccess *
judge_access(Policy *policy, bool asks_polkit)
{
    static const ServeAccess access = {may_call, may_name, may_see, may_use};

    drivers.policy = policy;
    drivers.asks_polkit = asks_polkit;
    return policy || asks_polkit ? &access : NULL;
}
