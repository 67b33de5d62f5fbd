/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/call.h"

#include "api/error.h"

/* What of @needs a reader may not; it is told one of them. */
static bool
deny(const ApiCall *api, unsigned needs)
{
    unsigned missing = needs & ~(unsigned)ACCESS_OF_READERS;

    error_raise_text(api->error_domain, VIR_ERR_OPERATION_DENIED,
                     "cannot run %s: it needs the permission %s, and the "
                     "connection to '%s' is read-only; open it for writing",
                     api->function, access_name(missing), api->conn->uri);
    return false;
}

/* A reader's connection only; what an identity may is asked of the same rules
 * by who knows one. */
static bool
is_denied(virConnectPtr conn, unsigned needs)
{
    return conn->is_readonly && (needs & ~(unsigned)ACCESS_OF_READERS);
}

/* @conn is that of a valid handle. */
static ApiCall
enter(const char *function, int error_domain, virConnectPtr conn)
{
    const AccessRule *rule = access_rule(function);
    ApiCall api = {function, error_domain, conn, rule};

    g_assert(rule);
    if (is_denied(conn, rule->needs)) {
        (void)deny(&api, rule->needs);
        api.conn = NULL;
    }
    return api;
}

/* Nothing of what was passed is looked into: it may be any pointer, so the
 * message names its kind and no more.  Without a connection there is nothing to
 * go on with, which is how API_ENTER() knows. */
static ApiCall
refuse(const char *function, int error_domain, int code, const char *kind)
{
    const ApiCall api = {function, error_domain, NULL, NULL};

    error_raise_text(error_domain, code,
                     "cannot run %s: its first argument is no valid %s handle",
                     function, kind);
    return api;
}

/* The error of the call before goes first, whatever comes of this one: a
 * program that asks afterwards must never get an older one's. */
static ApiCall
enter_connect(const char *function, virConnectPtr conn, int error_domain)
{
    error_reset();
    if (!connect_object_is(conn)) {
        return refuse(function, error_domain, VIR_ERR_INVALID_CONN,
                      "connection");
    }
    return enter(function, error_domain, conn);
}

static ApiCall
enter_domain(const char *function, virDomainPtr domain, int error_domain)
{
    error_reset();
    if (!domain_object_is(domain))
        return refuse(function, error_domain, VIR_ERR_INVALID_DOMAIN, "domain");
    return enter(function, error_domain, domain->conn);
}

ApiCall
api_enter_connect(const char *function, virConnectPtr conn)
{
    return enter_connect(function, conn, VIR_FROM_NONE);
}

ApiCall
api_enter_domains(const char *function, virConnectPtr conn)
{
    return enter_connect(function, conn, VIR_FROM_DOMAIN);
}

ApiCall
api_enter_domain(const char *function, virDomainPtr domain)
{
    return enter_domain(function, domain, VIR_FROM_DOMAIN);
}

/* VIR_FROM_NONE as libvirt has it for the calls of its library for QEMU. */
ApiCall
api_enter_qemu(const char *function, virDomainPtr domain)
{
    return enter_domain(function, domain, VIR_FROM_NONE);
}

ApiCall
api_enter_checkpoints(const char *function, virDomainPtr domain)
{
    return enter_domain(function, domain, VIR_FROM_DOMAIN_CHECKPOINT);
}

/* The calls on a handle check that handle alone: it holds references to its
 * domain and its connection, so these are there. */
ApiCall
api_enter_checkpoint(const char *function, virDomainCheckpointPtr checkpoint)
{
    error_reset();
    if (!checkpoint_object_is(checkpoint)) {
        return refuse(function, VIR_FROM_DOMAIN_CHECKPOINT,
                      VIR_ERR_INVALID_DOMAIN_CHECKPOINT, "checkpoint");
    }
    return enter(function, VIR_FROM_DOMAIN_CHECKPOINT,
                 checkpoint->domain->conn);
}

ApiCall
api_enter_snapshots(const char *function, virDomainPtr domain)
{
    return enter_domain(function, domain, VIR_FROM_DOMAIN_SNAPSHOT);
}

ApiCall
api_enter_snapshot(const char *function, virDomainSnapshotPtr snapshot)
{
    error_reset();
    if (!snapshot_object_is(snapshot)) {
        return refuse(function, VIR_FROM_DOMAIN_SNAPSHOT,
                      VIR_ERR_INVALID_DOMAIN_SNAPSHOT, "snapshot");
    }
    return enter(function, VIR_FROM_DOMAIN_SNAPSHOT, snapshot->domain->conn);
}

/* There is no code for a bad job handle: they are ours, and libvirt's numbers
 * are not added to. */
ApiCall
api_enter_job(const char *function, virDomainJobPtr job)
{
    error_reset();
    if (!job_object_is(job))
        return refuse(function, VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG, "job");
    return enter(function, VIR_FROM_DOMAIN, job->domain->conn);
}

/* Asked after api_enter_...(), which knows no flags: the rule that these flags
 * bring may need more than the call without them. */
bool
api_allowed(const ApiCall *api, unsigned flags)
{
    unsigned needs = access_needs(api->rule, flags);

    return !is_denied(api->conn, needs) || deny(api, needs);
}

/* Where the driver is not told of flags, nobody else would refuse them. */
bool
api_no_flags(const ApiCall *api, unsigned flags)
{
    if (!flags)
        return true;
    error_raise_text(api->error_domain, VIR_ERR_INVALID_ARG,
                     "unsupported flags (0x%x) in %s: it has none", flags,
                     api->function);
    return false;
}

/* Numbers and not names: the message is the same for a program in any language,
 * and the reference has both. */
bool
api_flags_exclusive(const ApiCall *api, unsigned flags, unsigned one,
                    unsigned other)
{
    if (!(flags & one) || !(flags & other))
        return true;
    error_raise_text(api->error_domain, VIR_ERR_INVALID_ARG,
                     "the flags 0x%x and 0x%x of %s exclude each other; give "
                     "one of them",
                     one, other, api->function);
    return false;
}

bool
api_flags_need(const ApiCall *api, unsigned flags, unsigned flag,
               unsigned needed)
{
    if (!(flags & flag) || (flags & needed))
        return true;
    error_raise_text(api->error_domain, VIR_ERR_INVALID_ARG,
                     "the flag 0x%x of %s is for use with 0x%x; give both",
                     flag, api->function, needed);
    return false;
}

void
api_refuse(const ApiCall *api, const char *argument, const char *what)
{
    error_raise_text(api->error_domain, VIR_ERR_INVALID_ARG,
                     "the argument '%s' of %s must be %s", argument,
                     api->function, what);
}

/* The driver's own domain: libvirt's clients tell by it who refused. */
void
api_failed(const ApiCall *api, const GError *error)
{
    error_raise(api->conn->driver->error_domain, error);
}

void
api_unsupported(const ApiCall *api)
{
    error_raise_text(api->error_domain, VIR_ERR_NO_SUPPORT,
                     "the driver %s of '%s' has no such function: %s",
                     api->conn->driver->name, api->conn->uri, api->function);
}
