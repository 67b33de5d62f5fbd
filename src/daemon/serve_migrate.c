/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The phases of migrations that clients lead, and those that this daemon leads
 * itself because a client asks it to (VIR_MIGRATE_PEER2PEER).
 *
 * libvirt's clients drop the cookie when a phase has failed, and still call the
 * last ones: to say that it came to nothing.  So it is kept with the connection
 * which phases are due, by the machine's name where it comes and by its UUID
 * where it leaves.  That is also who may make them: only who prepared finishes. */
#include "api/domain/migrate_phases.h"
#include "api/domain/migration.h"
#include "api/error.h"
#include "base/error.h"
#include "base/lock.h"
#include "base/typed_params.h"
#include "daemon/serve_made.h"
#include "driver/registry.h"
#include "rpc/wire_objects.h"
#include "rpc/wire_params.h"
#include "xml/domain_xml.h"
#include "xml/record/migration_xml.h"

#include <libvirt/libvirt.h>
#include <string.h>

/* Each that came is a QEMU that waits. */
enum { MOVES_MAX = 64, MIB_SHIFT = 20 };

/* ---- which phases are due ---- */

typedef struct {
    char *key; /* "in NAME", "out UUID" */
    char *cookie;
} Move;

struct ServeMoves {
    Lock lock;
    GPtrArray *list; /* of Move */
};

static void
move_free(gpointer data)
{
    Move *move = data;

    g_free(move->key);
    g_free(move->cookie);
    g_free(move);
}

ServeMoves *
serve_moves_new(void)
{
    ServeMoves *moves = g_new0(ServeMoves, 1);

    lock_init(&moves->lock);
    moves->list = g_ptr_array_new_with_free_func(move_free);
    return moves;
}

void
serve_moves_free(ServeMoves *moves)
{
    if (!moves)
        return;
    g_ptr_array_unref(moves->list);
    lock_clear(&moves->lock);
    g_free(moves);
}

static char *
key_there(const char *name)
{
    return g_strdup_printf("in %s", name);
}

static char *
key_here(virDomainPtr domain)
{
    char uuid[VIR_UUID_STRING_BUFLEN];

    uuid_format(domain->uuid, uuid);
    return g_strdup_printf("out %s", uuid);
}

static bool
has_room(ServeMoves *moves)
{
    LOCK_SCOPE(&moves->lock);

    return moves->list->len < MOVES_MAX;
}

/* Under the lock. */
static guint
index_of(const ServeMoves *moves, const char *key)
{
    guint i = 0;

    while (i < moves->list->len &&
           !g_str_equal(((const Move *)moves->list->pdata[i])->key, key))
        i++;
    return i;
}

/* One that is begun anew replaces what a client has left lying about. */
static void
remember(ServeMoves *moves, const char *key, const char *cookie)
{
    Move *move = g_new0(Move, 1);
    guint i = 0;
    LOCK_SCOPE(&moves->lock);

    i = index_of(moves, key);
    if (i < moves->list->len)
        g_ptr_array_remove_index_fast(moves->list, i);
    move->key = g_strdup(key);
    move->cookie = g_strdup(cookie);
    g_ptr_array_add(moves->list, move);
}

/* (transfer full): the cookie, which is due no more; NULL: there is none. */
static char *
take(ServeMoves *moves, const char *key)
{
    char *cookie = NULL;
    guint i = 0;
    LOCK_SCOPE(&moves->lock);

    i = index_of(moves, key);
    if (i == moves->list->len)
        return NULL;
    cookie = g_steal_pointer(&((Move *)moves->list->pdata[i])->cookie);
    g_ptr_array_remove_index_fast(moves->list, i);
    return cookie;
}

/* ---- a step, as it comes ---- */

typedef struct {
    virTypedParameterPtr params;
    int count;
    char *cookie;       /* NULL: the client has none */
    MigrationStep step; /* borrows from both */
} Request;

static void
request_clear(Request *request)
{
    typed_params_free(request->params, request->count);
    g_free(request->cookie);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Request, request_clear)

/* What a client sends is bounded by the protocol; that a cookie is a text is
 * not, and a libvirtd's need not be one. */
static bool
read_cookie(const char *bytes, u_int length, Request *request)
{
    if (length == 0)
        return true;
    if (memchr(bytes, '\0', length)) {
        return serve_fail(VIR_ERR_OPERATION_INVALID,
                          "the other side of the migration is no strandlined: "
                          "its cookie is none of ours");
    }
    request->cookie = g_strndup(bytes, length);
    request->step.cookie = request->cookie;
    return true;
}

static bool
read_params(const Serve *serve, const WireParam *params, u_int count,
            unsigned flags, Request *request)
{
    g_autoptr(GError) error = NULL;
    MigrationWish wish = {.flags = flags};

    if (!wire_params_decode(params, count, &request->params, &request->count,
                            &error) ||
        !migration_wish_read(request->params, (unsigned)request->count, &wish,
                             &error)) {
        error_raise(serve->conn->driver->error_domain, error);
        return false;
    }
    if (wish.bandwidth > G_MAXINT64 >> MIB_SHIFT) {
        return serve_fail(VIR_ERR_INVALID_ARG,
                          "a bandwidth of %llu MiB/s cannot be counted",
                          wish.bandwidth);
    }
    request->step = migration_step(&wish);
    return true;
}

/* Of a struct that has parameters and flags, and maybe a cookie. */
#define READ_PARAMS(serve, args, request)                                    \
    read_params(serve, (args)->params.params_val, (args)->params.params_len, \
                (args)->flags, request)
#define READ_COOKIE(args, request) \
    read_cookie((args)->cookie.cookie_val, (args)->cookie.cookie_len, request)

/* For xdr_free(); @cookie (nullable) is taken over. */
static void
give_cookie(char *cookie, char **ret_bytes, u_int *ret_length)
{
    *ret_bytes = cookie;
    *ret_length = cookie ? (u_int)strlen(cookie) : 0;
}

#define GIVE_COOKIE(ret, text) \
    give_cookie(text, &(ret)->cookie.cookie_val, &(ret)->cookie.cookie_len)

/* ---- at the source ---- */

/* Its XML has the machine's secrets: the other side is to run it.  That is why
 * the permission to migrate is not one of readers. */
bool
serve_remote_domain_migrate_begin3_params(Serve *serve, const void *body,
                                          void *ret_body)
{
    const WireMigrateBegin *args = body;
    WireMigrateBegun *ret = ret_body;
    g_auto(Request) request = {0};
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    char *cookie = NULL;

    if (serve_allowed(serve, domain, args->flags) &&
        READ_PARAMS(serve, args, &request))
        ret->xml = migrate_phase_begin(domain, &request.step, &cookie);
    domain_object_unref(domain);
    if (!ret->xml)
        return false;
    GIVE_COOKIE(ret, cookie);
    return true;
}

/* A URI is opened with the daemon's rights.  Who has not got these himself may
 * name other daemons, and no folder, program or file of this host. */
static bool
check_destination(const Serve *serve, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ConnectUri) uri = NULL;
    unsigned known = 0;

    if (!serve->is_stranger)
        return true;
    uri = connect_uri_parse(text, &error);
    if (!uri) {
        error_raise(serve->conn->driver->error_domain, error);
        return false;
    }
    known = g_hash_table_contains(uri->options, "socket") ? 1 : 0;
    if ((g_strcmp0(uri->transport, "unix") == 0 ||
         g_strcmp0(uri->transport, "tcp") == 0 ||
         g_strcmp0(uri->transport, "tls") == 0) &&
        g_hash_table_size(uri->options) == known)
        return true;
    return serve_fail(VIR_ERR_ACCESS_DENIED,
                      "access denied: a client who is not root may name a "
                      "destination by qemu+unix:, qemu+tcp: or qemu+tls:, "
                      "without other options than socket, and not '%s'",
                      text);
}

/* Both sides are ours to lead: the client waits, and its part is done. */
static bool
move_away(const Serve *serve, virDomainPtr domain,
          const WireMigratePerform *args, const Request *request)
{
    const char *destination = wire_text(args->destination);

    return check_destination(serve, destination) &&
           virDomainMigrateToURI3(domain, destination, request->params,
                                  (unsigned)request->count, args->flags) == 0;
}

/* Before it is begun it is known which confirm belongs to it: libvirt's clients
 * have no cookie after a failure. */
static bool
perform(const Serve *serve, virDomainPtr domain, Request *request,
        WireMigratePerformed *ret)
{
    g_autofree char *key = key_here(domain);

    if (!has_room(serve->moves)) {
        return serve_fail(VIR_ERR_OPERATION_INVALID,
                          "%d migrations are under way on this connection",
                          MOVES_MAX);
    }
    if (request->cookie)
        remember(serve->moves, key, request->cookie);
    if (!migrate_phase_perform(domain, &request->step))
        return false;
    GIVE_COOKIE(ret, g_strdup(request->cookie));
    return true;
}

bool
serve_remote_domain_migrate_perform3_params(Serve *serve, const void *body,
                                            void *ret_body)
{
    const WireMigratePerform *args = body;
    g_auto(Request) request = {0};
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    bool is_done = false;

    if (serve_allowed(serve, domain, args->flags) &&
        READ_PARAMS(serve, args, &request) && READ_COOKIE(args, &request)) {
        is_done = args->destination
                      ? move_away(serve, domain, args, &request)
                      : perform(serve, domain, &request, ret_body);
    }
    domain_object_unref(domain);
    return is_done;
}

/* Of one that came to nothing before it was performed there is nothing to
 * confirm. */
bool
serve_remote_domain_migrate_confirm3_params(Serve *serve, const void *body,
                                            void *ret_body)
{
    const WireMigrateConfirm *args = body;
    g_auto(Request) request = {0};
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    g_autofree char *key = key_here(domain);
    g_autofree char *due = NULL;
    bool is_done = false;

    (void)ret_body;
    if (serve_allowed(serve, domain, args->flags) &&
        READ_PARAMS(serve, args, &request) && READ_COOKIE(args, &request)) {
        due = take(serve->moves, key);
        if (!request.cookie)
            request.step.cookie = due;
        is_done =
            (!request.step.cookie && args->is_cancelled) ||
            migrate_phase_confirm(domain, &request.step, args->is_cancelled);
    }
    domain_object_unref(domain);
    return is_done;
}

/* ---- at the destination ---- */

/* A machine is made there, as by virDomainCreateXML(): who may not make that
 * call brings none by this one. */
static bool
may_bring(const Serve *serve, const char *name, unsigned flags)
{
    Serve creation = *serve;

    creation.procedure =
        procedure_find(RPC_PROGRAM_REMOTE, REMOTE_DOMAIN_CREATE_XML);
    return serve_allowed(serve, NULL, flags) &&
           serve_allowed(&creation, NULL, 0) &&
           serve_allowed_name(&creation, name, 0);
}

/* What it is called here is wished for, or in its document. */
static char *
name_of(const Serve *serve, const MigrationStep *step)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) def = NULL;

    if (step->name)
        return g_strdup(step->name);
    def = step->xml ? domain_xml_parse(step->xml, &error) : NULL;
    if (def)
        return g_strdup(def->name);
    if (error) {
        error_raise(serve->conn->driver->error_domain, error);
    } else {
        (void)serve_fail(VIR_ERR_INVALID_ARG,
                         "a migration is prepared without a machine");
    }
    return NULL;
}

/* The name first, since that is what may be forbidden, and what the phases after
 * this are known by. */
bool
serve_remote_domain_migrate_prepare3_params(Serve *serve, const void *body,
                                            void *ret_body)
{
    const WireMigratePrepare *args = body;
    WireMigratePrepared *ret = ret_body;
    g_auto(Request) request = {0};
    g_autofree char *name = NULL;
    g_autofree char *key = NULL;
    char *cookie = NULL;
    char *uri = NULL;

    if (!READ_PARAMS(serve, args, &request) || !READ_COOKIE(args, &request))
        return false;
    name = name_of(serve, &request.step);
    if (!name || !may_bring(serve, name, args->flags))
        return false;
    if (!has_room(serve->moves)) {
        return serve_fail(VIR_ERR_OPERATION_INVALID,
                          "%d migrations are under way on this connection",
                          MOVES_MAX);
    }
    request.step.known_as = serve->address;
    if (!migrate_phase_prepare(serve->conn, &request.step, &uri, &cookie))
        return false;
    key = key_there(name);
    remember(serve->moves, key, cookie);
    /* Where nothing is to be performed libvirt's clients want to be told a place
     * all the same, to which they never go. */
    if (!uri && !serve->is_ours)
        uri = g_strdup("offline:");
    ret->uri = wire_text_own(uri);
    GIVE_COOKIE(ret, cookie);
    return true;
}

/* By its name, or by the cookie: our own client says no name of a machine that
 * keeps its own. */
static char *
take_prepared(ServeMoves *moves, const Request *request)
{
    g_autofree char *key = NULL;

    if (request->cookie) {
        LOCK_SCOPE(&moves->lock);
        for (guint i = 0; i < moves->list->len && !key; i++) {
            const Move *move = moves->list->pdata[i];

            if (g_str_equal(move->cookie, request->cookie) &&
                g_str_has_prefix(move->key, "in "))
                key = g_strdup(move->key);
        }
    } else if (request->step.name) {
        key = key_there(request->step.name);
    }
    return key ? take(moves, key) : NULL;
}

/* What was due is due no more, however it comes out: the driver has decided by
 * then, and a second finish would have nothing to say. */
bool
serve_remote_domain_migrate_finish3_params(Serve *serve, const void *body,
                                           void *ret_body)
{
    const WireMigrateFinish *args = body;
    WireMigrateFinished *ret = ret_body;
    g_auto(Request) request = {0};
    g_autofree char *due = NULL;
    virDomainPtr domain = NULL;

    if (!READ_PARAMS(serve, args, &request) || !READ_COOKIE(args, &request) ||
        !serve_allowed(serve, NULL, args->flags))
        return false;
    due = take_prepared(serve->moves, &request);
    if (!due) {
        return serve_fail(VIR_ERR_OPERATION_INVALID,
                          "no migration that could be finished was prepared on "
                          "this connection");
    }
    request.step.cookie = due;
    domain =
        migrate_phase_finish(serve->conn, &request.step, args->is_cancelled);
    if (!domain)
        return false;
    wire_domain_from(domain, &ret->domain);
    domain_object_unref(domain);
    GIVE_COOKIE(ret, g_steal_pointer(&due));
    return true;
}

/* ---- afterwards ---- */

/* About the machine, if it is here: a policy may be about that one alone. */
static bool
may_settle(const Serve *serve, const char *cookie)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigrationCookie) read = migration_cookie_parse(cookie, &error);
    virDomainPtr domain = NULL;
    bool may = false;

    if (!read) {
        error_raise(serve->conn->driver->error_domain, error);
        return false;
    }
    domain = serve->conn->driver->domain_lookup_by_uuid(serve->conn, read->uuid,
                                                        NULL);
    may = serve_allowed(serve, domain, 0);
    domain_object_unref(domain);
    return may;
}

bool
serve_strandline_domain_migrate_settle(Serve *serve, const void *body,
                                       void *ret_body)
{
    const WireMigrateSettle *args = body;
    int *ret = ret_body;
    g_auto(Request) request = {0};

    if (!READ_COOKIE(args, &request) || !may_settle(serve, request.cookie))
        return false;
    *ret = migrate_phase_settle(serve->conn, request.cookie, args->is_last);
    return *ret >= 0;
}
