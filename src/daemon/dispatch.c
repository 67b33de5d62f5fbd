/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/dispatch.h"

#include "api/access.h"
#include "api/error.h"
#include "base/error.h"
#include "daemon/error_words.h"
#include "daemon/log.h"
#include "rpc/wire_error.h"
#include "rpc/wire_objects.h"

#include <libvirt/libvirt-strandline.h>
#include <libvirt/libvirt.h>
#include <unistd.h>

/* From a packet to its reply, in a worker's thread.
 *
 * admit() judges the header alone, before a byte of the arguments is decoded:
 * program, version, number, and whether this client may call anything yet.
 * Then the arguments are decoded, the call is served (a row of own_rows, or the
 * public call that its line in remote.x names, behind the policy), and its
 * result is encoded.  Whatever fails on the way is an error reply of the same
 * serial: a call that was admitted has exactly one reply, and none of these
 * functions may leave without it.
 *
 * Several workers may serve calls of one client at a time, so a session's state
 * is behind its lock, and the connection is held by a reference for as long as a
 * call uses it: the client may go meanwhile.
 */

/* A call of the connection's own: no public call serves it.  False with the
 * thread's error. */
typedef struct {
    Session *session;
    virConnectPtr conn; /* NULL: none is open (procedures that may) */
    const Procedure *procedure;
} Own;
typedef bool (*OwnFunc)(const Own *own, const void *args, void *ret);

typedef struct {
    unsigned program;
    int number;
    OwnFunc answer;
    bool holds_events; /* until its reply is on the way */
} OwnRow;

/* What libvirt's clients ask a server for, by number; the others they may ask
 * about are of migration, and 0. */
enum {
    FEATURE_MIGRATION_P2P = 4,
    FEATURE_MIGRATION_V3 = 6,
    FEATURE_TYPED_PARAM_STRING = 9,
    FEATURE_KEEPALIVE = 10,
    FEATURE_MIGRATION_OFFLINE = 12,
    FEATURE_MIGRATION_PARAMS = 13,
    FEATURE_EVENT_CALLBACK = 14,
    FEATURE_CLOSE_CALLBACK = 15,
    OPEN_READONLY = 1, /* other bits of the flags are the clients' own */
    /* The release of libvirt whose protocol this is: its clients turn features
     * on by this number, and not by what we are. */
    PROTOCOL_RELEASE = 9000000,
};

static bool
auth_list(const Own *own, const void *args, void *ret)
{
    (void)args;
    login_list(session_login(own->session), ret);
    return true;
}

/* Errors of authentication are the protocol's own; takes @error over.  Returns
 * whether there is none. */
static bool
is_told(GError *error)
{
    g_autoptr(GError) owned = error;

    if (owned)
        error_raise(VIR_FROM_RPC, owned);
    return !owned;
}

/* These three run in ordinary workers and not in those for quick calls: a
 * mechanism may ask another program. */
static bool
auth_sasl_init(const Own *own, const void *args, void *ret)
{
    GError *error = NULL;

    (void)args;
    (void)login_sasl_begin(session_login(own->session), ret, &error);
    return is_told(error);
}

static bool
auth_sasl_start(const Own *own, const void *args, void *ret)
{
    GError *error = NULL;

    (void)login_sasl_start(session_login(own->session), args, ret, &error);
    return is_told(error);
}

static bool
auth_sasl_step(const Own *own, const void *args, void *ret)
{
    GError *error = NULL;

    (void)login_sasl_step(session_login(own->session), args, ret, &error);
    return is_told(error);
}

/* An ordinary worker's, too: a user may be typing a password. */
static bool
auth_polkit(const Own *own, const void *args, void *ret)
{
    GError *error = NULL;
    int *is_complete = ret;

    (void)args;
    *is_complete = login_polkit(session_login(own->session), &error);
    return is_told(error);
}

static bool
supports_feature(const Own *own, const void *args, void *ret)
{
    const int *feature = args;
    int *answer = ret;

    switch (*feature) {
    case FEATURE_KEEPALIVE:
        /* Who asks has an event loop, and answers. */
        client_start_keepalive(session_client(own->session));
        *answer = 1;
        break;
    case FEATURE_MIGRATION_P2P:
    case FEATURE_MIGRATION_V3:
    case FEATURE_MIGRATION_OFFLINE:
    case FEATURE_MIGRATION_PARAMS:
    case FEATURE_TYPED_PARAM_STRING:
    case FEATURE_EVENT_CALLBACK:
    case FEATURE_CLOSE_CALLBACK:
        *answer = 1;
        break;
    default:
        *answer = 0;
        break;
    }
    return true;
}

/* libvirtd throws the first connection away when a second is asked for; a
 * refusal that costs the client what it had would be no service. */
static bool
open_connection(const Own *own, const void *args, void *ret)
{
    const WireOpen *open = args;
    g_autoptr(GError) error = NULL;

    (void)ret;
    if (own->conn)
        return serve_fail(VIR_ERR_INTERNAL_ERROR, "connection already open");
    if (session_open(own->session, wire_text(open->name),
                     open->flags & OPEN_READONLY, &error))
        return true;
    error_raise(VIR_FROM_NONE, error);
    return false;
}

/* The answer is empty.  What is to be done for a client that closes is done when
 * it has gone, which is when it has read the reply. */
static bool
nothing_to_do(const Own *own, const void *args, void *ret)
{
    (void)own;
    (void)args;
    (void)ret;
    return true;
}

/* What the client asked for, or the default when it asked for nothing: it takes
 * the answer apart as a URI. */
static bool
get_uri(const Own *own, const void *args, void *ret)
{
    WireText *uri = ret;

    (void)args;
    *uri = virConnectGetURI(own->conn);
    return *uri != NULL;
}

/* See docs/design/daemon.md: not the release of this library. */
static bool
get_lib_version(const Own *own, const void *args, void *ret)
{
    u_quad_t *version = ret;

    (void)own;
    (void)args;
    *version = PROTOCOL_RELEASE;
    return true;
}

static bool
is_secure(const Own *own, const void *args, void *ret)
{
    int *answer = ret;

    (void)args;
    *answer = virConnectIsSecure(own->conn);
    return *answer >= 0;
}

/* Each event is held against the policy when it is told; to listen at all is a
 * permission of its own.  Registrations are answered here and name no public
 * call, so this says which rule is theirs. */
static bool
may_listen(const Own *own)
{
    Procedure asked = *own->procedure;
    Serve serve = session_serve(own->session, own->conn, &asked);

    asked.function = "virConnectDomainEventRegisterAny";
    return serve_allowed(&serve, NULL, 0);
}

/* The older registration: no id, no domain, and one callback for each kind of
 * event; clients that know no feature 14 use it. */
static bool
listen_by_kind(const Own *own, int event_id)
{
    /* Later events have no message without an id. */
    if (event_id < 0 || event_id >= VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2) {
        return serve_fail(VIR_ERR_INTERNAL_ERROR,
                          "the event %d needs a callback with an id", event_id);
    }
    return may_listen(own) &&
           session_listen(own->session, own->conn, NULL, event_id,
                          SESSION_EVENTS_BY_KIND) >= 0;
}

static bool
register_lifecycle(const Own *own, const void *args, void *ret)
{
    (void)args;
    (void)ret;
    return listen_by_kind(own, VIR_DOMAIN_EVENT_ID_LIFECYCLE);
}

static bool
deregister_lifecycle(const Own *own, const void *args, void *ret)
{
    (void)args;
    (void)ret;
    return session_unlisten_kind(own->session, own->conn,
                                 VIR_DOMAIN_EVENT_ID_LIFECYCLE);
}

static bool
register_any(const Own *own, const void *args, void *ret)
{
    (void)ret;
    return listen_by_kind(own, *(const int *)args);
}

static bool
deregister_any(const Own *own, const void *args, void *ret)
{
    (void)ret;
    return session_unlisten_kind(own->session, own->conn, *(const int *)args);
}

/* A domain that is gone, or never was, is registered for all the same: by UUID,
 * and nothing will happen to it. */
static bool
register_callback(const Own *own, const void *args, void *ret)
{
    const WireRegister *wanted = args;
    int *callback_id = ret;
    virDomainPtr domain = NULL;

    if (!may_listen(own))
        return false;
    if (wanted->domain)
        domain = wire_domain_to(own->conn, wanted->domain);
    *callback_id = session_listen(own->session, own->conn, domain,
                                  wanted->event, SESSION_EVENTS_BY_ID);
    domain_object_unref(domain);
    return *callback_id >= 0;
}

static bool
deregister_callback(const Own *own, const void *args, void *ret)
{
    (void)ret;
    return session_unlisten(own->session, own->conn, *(const int *)args);
}

/* Ours, and not that of the protocol that libvirt's clients are told. */
static char *
release_text(void)
{
    return g_strdup_printf("%d.%d.%d", STRANDLINE_VERSION_NUMBER / 1000000,
                           STRANDLINE_VERSION_NUMBER / 1000 % 1000,
                           STRANDLINE_VERSION_NUMBER % 1000);
}

/* Who asks this is one of ours: libvirt's clients know no such program. */
static bool
hello(const Own *own, const void *args, void *ret)
{
    WireHello *answer = ret;

    (void)args;
    session_greet(own->session);
    answer->release = release_text();
    answer->level = 1;
    return true;
}

/* How the daemon is, in numbers; who its other clients are is nobody's. */
static bool
get_daemon_status(const Own *own, const void *args, void *ret)
{
    Server *server = session_host(own->session)->server;
    Serve serve = session_serve(own->session, own->conn, own->procedure);
    WireText *text = ret;
    ServerStatus now = {0};
    g_autofree char *release = release_text();

    if (!serve_allowed(&serve, NULL, 0))
        return false;
    if (*(const unsigned *)args != 0)
        return serve_fail(VIR_ERR_INVALID_ARG, "the status takes no flags");
    if (!server)
        return serve_fail(VIR_ERR_NO_SUPPORT, "there is no status");
    now = server_status(server);
    *text = g_strdup_printf(
        "<daemonstatus release='%s' pid='%d'>\n"
        "  <uptime unit='seconds'>%" G_GINT64_FORMAT "</uptime>\n"
        "  <clients now='%u' max='%u'/>\n"
        "  <strangers now='%u' max='%u'/>\n"
        "  <networkStrangers now='%u' max='%u'/>\n"
        "  <calls now='%u' max='%u'/>\n"
        "  <messages now='%zu' max='%zu'/>\n"
        "</daemonstatus>\n",
        release, (int)getpid(), now.seconds, now.clients,
        now.limits.max_clients, now.strangers, now.limits.max_anonymous,
        now.network_strangers, now.limits.max_anonymous, now.requests,
        now.limits.max_requests, now.held, now.limits.max_held);
    return true;
}

#define REMOTE(procedure) RPC_PROGRAM_REMOTE, REMOTE_##procedure

/* What the lines of remote.x mark with "-", and the version, which a public call
 * would answer otherwise.  Searched from the top: those that open a connection
 * come first. */
static const OwnRow own_rows[] = {
    {REMOTE(AUTH_LIST), auth_list, false},
    {REMOTE(AUTH_SASL_INIT), auth_sasl_init, false},
    {REMOTE(AUTH_SASL_START), auth_sasl_start, false},
    {REMOTE(AUTH_SASL_STEP), auth_sasl_step, false},
    {REMOTE(AUTH_POLKIT), auth_polkit, false},
    {REMOTE(CONNECT_SUPPORTS_FEATURE), supports_feature, false},
    {REMOTE(CONNECT_OPEN), open_connection, false},
    {REMOTE(CONNECT_CLOSE), nothing_to_do, false},
    {REMOTE(CONNECT_GET_URI), get_uri, false},
    {REMOTE(CONNECT_GET_LIB_VERSION), get_lib_version, false},
    {REMOTE(CONNECT_IS_SECURE), is_secure, false},
    {REMOTE(CONNECT_REGISTER_CLOSE_CALLBACK), nothing_to_do, false},
    {REMOTE(CONNECT_UNREGISTER_CLOSE_CALLBACK), nothing_to_do, false},
    /* Nobody here keeps any: an empty list is the whole of it. */
    {REMOTE(CONNECT_LIST_ALL_STORAGE_POOLS), nothing_to_do, false},
    {REMOTE(CONNECT_LIST_ALL_NETWORKS), nothing_to_do, false},
    {REMOTE(CONNECT_DOMAIN_EVENT_REGISTER), register_lifecycle, true},
    {REMOTE(CONNECT_DOMAIN_EVENT_DEREGISTER), deregister_lifecycle, false},
    {REMOTE(CONNECT_DOMAIN_EVENT_REGISTER_ANY), register_any, true},
    {REMOTE(CONNECT_DOMAIN_EVENT_DEREGISTER_ANY), deregister_any, false},
    {REMOTE(CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY), register_callback,
     true},
    {REMOTE(CONNECT_DOMAIN_EVENT_CALLBACK_DEREGISTER_ANY), deregister_callback,
     false},
    {RPC_PROGRAM_STRANDLINE, STRANDLINE_CONNECT_HELLO, hello, false},
    {RPC_PROGRAM_STRANDLINE, STRANDLINE_CONNECT_GET_DAEMON_STATUS,
     get_daemon_status, false},
};

static const OwnRow *
find_own(const Procedure *procedure)
{
    for (gsize i = 0; i < G_N_ELEMENTS(own_rows); i++) {
        if (own_rows[i].program == procedure->program &&
            own_rows[i].number == procedure->number)
            return &own_rows[i];
    }
    return NULL;
}

/* The procedure of a call that may be made now; NULL with *@ret_refusal.  In the
 * order in which libvirt's daemon refuses, since clients read the texts: an
 * unknown program is told apart from an unknown procedure, and both before it
 * is asked who calls. */
static const Procedure *
admit(Client *client, const MessageHeader *header, Message **ret_refusal)
{
    const Procedure *procedure = NULL;

    if (!procedure_program_is_known(header->program) ||
        header->program == RPC_PROGRAM_KEEPALIVE ||
        header->version != PROCEDURE_VERSION) {
        *ret_refusal = message_new_no_program(header);
        return NULL;
    }
    procedure = procedure_find(header->program, header->procedure);
    if (!procedure || procedure->marks & PROCEDURE_MESSAGE) {
        *ret_refusal = message_new_unknown(header);
    } else if (header->status != MESSAGE_OK) {
        *ret_refusal =
            message_new_refusal(header, VIR_ERR_RPC,
                                "Unexpected message status %d", header->status);
    } else if (!client_is_authenticated(client) &&
               !(procedure->marks & PROCEDURE_EARLY)) {
        *ret_refusal =
            message_new_refusal(header, VIR_ERR_RPC, "authentication required");
    } else {
        return procedure;
    }
    return NULL;
}

/* What was changed, and by whom: reading leaves no line. */
static void
tell(Client *client, const Procedure *procedure, const ServeTrace *trace)
{
    const AccessRule *rule = access_rule(procedure->function);
    const LogAbout about = {
        .peer = client_peer(client),
        .name = client_name(client),
        .domain = trace->domain,
        .job = trace->job,
    };

    if (rule && rule->needs & ~ACCESS_OF_READERS)
        log_about(G_LOG_LEVEL_MESSAGE, &about, "%s", procedure->function);
}

/* Our own program's answer to a begin is the job's id. */
static bool
serve_traced(Serve *call, Client *client, const void *args, void *ret)
{
    const Procedure *procedure = call->procedure;
    ServeTrace trace = {NULL, 0};
    bool is_well = false;

    call->trace = &trace;
    is_well = serve_call(call, args, ret);
    if (procedure->program == RPC_PROGRAM_STRANDLINE &&
        procedure->number == STRANDLINE_DOMAIN_BACKUP_BEGIN)
        trace.job = *(const int *)ret;
    if (is_well)
        tell(client, procedure, &trace);
    g_free(trace.domain);
    return is_well;
}

/* A worker's thread has served others before: its last error is theirs. */
static bool
run(Session *session, virConnectPtr conn, const Procedure *procedure,
    const void *args, void *ret)
{
    const OwnRow *row = find_own(procedure);
    Serve serve = session_serve(session, conn, procedure);

    virResetLastError();
    if (!conn && !(procedure->marks & PROCEDURE_CLOSED)) {
        return serve_fail(VIR_ERR_INTERNAL_ERROR,
                          "hypervisor connection not open");
    }
    if (row)
        return row->answer(&(Own){session, conn, procedure}, args, ret);
    return serve_traced(&serve, session_client(session), args, ret);
}

static void
free_body(xdrproc_t xdr, void *body)
{
    if (xdr)
        xdr_free(xdr, body);
    g_free(body);
}

/* What the thread's last error says.  Our own clients get the text as it is: a
 * call fails in the same words through the daemon and without one. */
static Message *
refusal_of(Session *session, const Message *call)
{
    const virError *last = virGetLastError();
    g_autofree char *words = NULL;
    virError told;

    if (!last || session_is_ours(session))
        return message_new_error(&call->header, last);
    words = error_words(last);
    told = *last;
    told.message = words;
    return message_new_error(&call->header, &told);
}

/* The reply; never NULL.  Arguments and result are one allocation each, zeroed,
 * so that xdr_free() is right wherever decoding or serving stopped; the byte more
 * is for procedures that take or give nothing. */
static Message *
answer(Session *session, virConnectPtr conn, const Procedure *procedure,
       const Message *call)
{
    const MessageHeader header =
        message_reply_header(&call->header, MESSAGE_OK);
    void *args = g_malloc0(procedure->args_size + 1);
    void *ret = g_malloc0(procedure->ret_size + 1);
    g_autoptr(GError) error = NULL;
    Message *reply = NULL;

    if (message_decode(call, procedure->args_xdr, args, &error)) {
        if (run(session, conn, procedure, args, ret)) {
            reply = message_new(&header, procedure->ret_xdr, ret, &error);
        } else {
            reply = refusal_of(session, call);
        }
    }
    if (!reply) {
        reply = message_new_refusal(&call->header, error->code, "%s",
                                    error->message);
    }
    free_body(procedure->args_xdr, args);
    free_body(procedure->ret_xdr, ret);
    return reply;
}

/* The reply is on its way before events go on, and before the socket is closed
 * behind the last one. */
static void
answer_call(Client *client, const Procedure *procedure, const Message *call)
{
    Session *session = client_data(client);
    const OwnRow *row = find_own(procedure);
    bool holds_events = row && row->holds_events;
    virConnectPtr conn = session_conn(session);

    if (holds_events)
        session_hold_events(session);
    client_reply(client, answer(session, conn, procedure, call));
    if (holds_events)
        session_release_events(session);
    connect_object_unref(conn);
    if (login_is_over(session_login(session)) ||
        (procedure->program == RPC_PROGRAM_REMOTE &&
         procedure->number == REMOTE_CONNECT_CLOSE))
        client_finish(client);
}

/* What is no call is none of ours: streams that nobody opened, replies. */
static void
call(Client *client, Message *message)
{
    g_autoptr(Message) owned = message;
    const Procedure *procedure = NULL;
    Message *refusal = NULL;

    if (message->header.type != MESSAGE_CALL &&
        message->header.type != MESSAGE_CALL_WITH_FDS) {
        client_skip(client);
        return;
    }
    procedure = admit(client, &message->header, &refusal);
    if (procedure) {
        answer_call(client, procedure, message);
    } else {
        client_reply(client, refusal);
    }
}

/* Refusals are quick, too. */
static bool
is_high(const Message *message)
{
    const Procedure *procedure =
        procedure_find(message->header.program, message->header.procedure);

    return !procedure || procedure->marks & PROCEDURE_HIGH;
}

static void
free_session(gpointer session)
{
    session_free(session);
}

/* In the server's thread, so nothing is opened here. */
static void
begin(Client *client, void *opaque)
{
    client_set_data(client, session_new(client, opaque), free_session);
}

static void
end(Client *client)
{
    session_end(client_data(client));
}

const ServerHandler dispatch_handler = {begin, is_high, call, end};
