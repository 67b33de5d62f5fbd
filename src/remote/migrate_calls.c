/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Migration: the phases of libvirt's third protocol, which ours are; only what
 * a source asks that nobody leads any more goes by our own program.
 *
 * Phases carry cookies that the other side has to understand.  A genuine
 * libvirtd's are of another kind, so it is refused before anything is begun,
 * and asked for whole migrations only, between two of its kind. */
#include "base/error.h"
#include "base/typed_params.h"
#include "remote/call.h"
#include "remote/members.h"
#include "rpc/wire_objects.h"
#include "rpc/wire_params.h"

#include <string.h>

#define PROCEDURE(name) procedure_find(RPC_PROGRAM_REMOTE, REMOTE_##name)
#define OURS(name)      procedure_find(RPC_PROGRAM_STRANDLINE, STRANDLINE_##name)

enum { MIB_SHIFT = 20 };

/* ---- a step as it travels ---- */

/* libvirt has the step's texts as parameters; all phases take the same. */
typedef struct {
    virTypedParameterPtr params;
    int count;
    WireParam *wire; /* borrows from @params */
} Params;

static void
params_clear(Params *params)
{
    g_free(params->wire);
    typed_params_free(params->params, params->count);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Params, params_clear)

static void
add_text(Params *params, const char *name, const char *value)
{
    if (value)
        typed_params_add_string(&params->params, &params->count, name, value);
}

/* Texts are copied once more than they need to be: libvirt's encoding of them is
 * shared with all other typed parameters. */
static Params
params_of(const MigrationStep *step)
{
    Params params = {0};

    add_text(&params, VIR_MIGRATE_PARAM_URI, step->uri);
    add_text(&params, VIR_MIGRATE_PARAM_DEST_NAME, step->name);
    add_text(&params, VIR_MIGRATE_PARAM_DEST_XML, step->xml);
    add_text(&params, VIR_MIGRATE_PARAM_PERSIST_XML, step->persist_xml);
    if (step->bandwidth) {
        typed_params_add_ullong(&params.params, &params.count,
                                VIR_MIGRATE_PARAM_BANDWIDTH,
                                step->bandwidth >> MIB_SHIFT);
    }
    params.wire = wire_params_encode(params.params, params.count);
    return params;
}

/* The parameters and the cookie of a struct that has both. */
#define LEND(args, step, lent)                                  \
    do {                                                        \
        (args).params.params_val = (lent).wire;                 \
        (args).params.params_len = (u_int)(lent).count;         \
        (args).cookie.cookie_val = (char *)(step)->cookie;      \
        (args).cookie.cookie_len =                              \
            (step)->cookie ? (u_int)strlen((step)->cookie) : 0; \
    } while (0)

/* Our cookies are texts.  One that is none is of somebody else, whose next
 * phase would not understand it either. */
static char *
read_cookie(const char *bytes, u_int length, GError **error)
{
    if (length > 0 && !memchr(bytes, '\0', length))
        return g_strndup(bytes, length);
    fail(error, VIR_ERR_RPC, "the peer's cookie of a migration is no text");
    return NULL;
}

/* Found out on opening, so that nothing is begun in vain. */
static bool
check_peer(virConnectPtr conn, GError **error)
{
    return remote_is_strandline(conn) ||
           fail(error, VIR_ERR_NO_SUPPORT,
                "'%s' is libvirt's daemon: a machine moves between two of "
                "them, by their own virsh or with the flag PEER2PEER, and "
                "between two of ours",
                conn->uri);
}

/* ---- the phases ----
 *
 * Each result is the peer's to say; what fails on the way fails the phase, and
 * whether it was carried out over there is then not known. */

char *
remote_migrate_begin(virDomainPtr domain, const MigrationStep *step,
                     char **ret_cookie, GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_MIGRATE_BEGIN3_PARAMS);
    g_auto(Params) params = params_of(step);
    WireMigrateBegin args = {.params = {(u_int)params.count, params.wire},
                             .flags = step->flags};
    WireMigrateBegun ret = {0};
    char *xml = NULL;

    wire_domain_lend(domain, &args.domain);
    if (!check_peer(domain->conn, error) ||
        !remote_call(domain->conn, procedure, &args, &ret, error))
        return NULL;
    *ret_cookie =
        read_cookie(ret.cookie.cookie_val, ret.cookie.cookie_len, error);
    if (*ret_cookie)
        xml = g_steal_pointer(&ret.xml);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return xml;
}

int
remote_migrate_prepare(virConnectPtr conn, const MigrationStep *step,
                       char **ret_uri, char **ret_cookie, GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_MIGRATE_PREPARE3_PARAMS);
    g_auto(Params) params = params_of(step);
    WireMigratePrepare args = {.flags = step->flags};
    WireMigratePrepared ret = {0};

    LEND(args, step, params);
    if (!check_peer(conn, error) ||
        !remote_call(conn, procedure, &args, &ret, error))
        return -1;
    *ret_cookie =
        read_cookie(ret.cookie.cookie_val, ret.cookie.cookie_len, error);
    *ret_uri = g_strdup(wire_text(ret.uri));
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return *ret_cookie ? 0 : -1;
}

/* With a destination libvirt's daemon is as good as ours: it leads alone. */
int
remote_migrate_perform(virDomainPtr domain, const MigrationStep *step,
                       GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_MIGRATE_PERFORM3_PARAMS);
    g_auto(Params) params = params_of(step);
    WireMigratePerform args = {
        .destination = step->destination ? (char **)&step->destination : NULL,
        .flags = step->flags};
    WireMigratePerformed ret = {0};

    wire_domain_lend(domain, &args.domain);
    LEND(args, step, params);
    if ((!step->destination && !check_peer(domain->conn, error)) ||
        !remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return 0;
}

/* No peer is checked: it has prepared, so it is one of ours. */
virDomainPtr
remote_migrate_finish(virConnectPtr conn, const MigrationStep *step,
                      bool is_cancelled, GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_MIGRATE_FINISH3_PARAMS);
    g_auto(Params) params = params_of(step);
    WireMigrateFinish args = {.flags = step->flags,
                              .is_cancelled = is_cancelled};
    WireMigrateFinished ret = {0};
    virDomainPtr domain = NULL;

    LEND(args, step, params);
    if (!remote_call(conn, procedure, &args, &ret, error))
        return NULL;
    domain = wire_domain_to(conn, &ret.domain);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return domain;
}

int
remote_migrate_confirm(virDomainPtr domain, const MigrationStep *step,
                       bool is_cancelled, GError **error)
{
    g_auto(Params) params = params_of(step);
    WireMigrateConfirm args = {.flags = step->flags,
                               .is_cancelled = is_cancelled};

    wire_domain_lend(domain, &args.domain);
    LEND(args, step, params);
    return remote_call(domain->conn, PROCEDURE(DOMAIN_MIGRATE_CONFIRM3_PARAMS),
                       &args, NULL, error)
               ? 0
               : -1;
}

/* Who asks is a source behind another daemon, or none. */
int
remote_migrate_settle(virConnectPtr conn, const char *cookie, bool is_last,
                      GError **error)
{
    WireMigrateSettle args = {.cookie = {(u_int)strlen(cookie), (char *)cookie},
                              .is_last = is_last};
    int answer = -1;

    return remote_call(conn, OURS(DOMAIN_MIGRATE_SETTLE), &args, &answer, error)
               ? answer
               : -1;
}

/* ---- limits, which libvirt counts in MiB/s ---- */

int
remote_migrate_get_speed(virDomainPtr domain, unsigned long long *ret_speed,
                         GError **error)
{
    WireDomainFlags args = {0};
    u_quad_t ret = 0;

    wire_domain_lend(domain, &args.domain);
    if (!remote_call(domain->conn, PROCEDURE(DOMAIN_MIGRATE_GET_MAX_SPEED),
                     &args, &ret, error))
        return -1;
    /* A peer may have a largest number of its own for "no limit". */
    *ret_speed = (unsigned long long)MIN(ret, (u_quad_t)G_MAXINT64 >> MIB_SHIFT)
                 << MIB_SHIFT;
    return 0;
}

int
remote_migrate_set_speed(virDomainPtr domain, unsigned long long speed,
                         GError **error)
{
    WireMigrateLimit args = {.limit = speed >> MIB_SHIFT};

    wire_domain_lend(domain, &args.domain);
    return remote_call(domain->conn, PROCEDURE(DOMAIN_MIGRATE_SET_MAX_SPEED),
                       &args, NULL, error)
               ? 0
               : -1;
}
