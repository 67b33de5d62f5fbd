/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/serve.h"

#include "api/access.h"
#include "api/error.h"
#include "base/caller.h"
#include "base/error.h"
#include "driver/driver.h"
#include "rpc/wire_objects.h"

/* Tables of one order: a procedure that was found is not looked for again. */
static ServeFunc
find(const Procedure *procedure)
{
    return serve_functions[procedure - procedure_rows];
}

bool
serve_is_known(const Procedure *procedure)
{
    return find(procedure) != NULL;
}

/* What the policy has not named nobody has but root. */
static bool
has_right(gconstpointer data, CallerRight right)
{
    const Serve *serve = data;
    unsigned permission = right == CALLER_EMULATOR ? ACCESS_DOMAIN_EMULATOR
                                                   : ACCESS_DOMAIN_DEVICES;

    return serve->access && serve->access->may_use &&
           serve->access->may_use(serve, permission);
}

bool
serve_call(Serve *serve, const void *args, void *ret_body)
{
    ServeFunc call = find(serve->procedure);
    const Caller caller = {serve->uid, has_right, serve};
    bool is_done = false;

    if (!call) {
        const char *function = serve->procedure->function;

        return serve_fail(
            VIR_ERR_NO_SUPPORT,
            "this function is not supported by the connection driver: %s",
            function ? function : serve->procedure->name);
    }
    if (!serve->is_stranger)
        return call(serve, args, ret_body);
    /* In this thread until the call is done: the drivers ask for whom it is. */
    caller_enter(&caller);
    is_done = call(serve, args, ret_body);
    caller_enter(NULL);
    return is_done;
}

/* Without anybody to ask, the connection's own rule is left: what a read-only
 * one may not is refused by the public call. */
bool
serve_allowed(const Serve *serve, virDomainPtr domain, unsigned flags)
{
    const AccessRule *rule = serve->is_stranger && serve->procedure->function
                                 ? access_rule(serve->procedure->function)
                                 : NULL;

    /* Each dispatcher comes by here, and knows what it is about by now. */
    if (serve->trace && domain && !serve->trace->domain)
        serve->trace->domain = g_strdup(domain->name);
    if (serve->access && serve->access->may_call)
        return serve->access->may_call(serve, domain, flags);
    /* Without a policy who may connect may do all but what is root's. */
    if (!rule || !(access_needs(rule, flags) & ACCESS_LIKE_ROOT))
        return true;
    error_raise_text(VIR_FROM_ACCESS, VIR_ERR_ACCESS_DENIED,
                     "access denied: %s is for root alone unless a policy "
                     "names its permission",
                     rule->function);
    return false;
}

/* Or one could give a domain a name by which others, or oneself, may do more. */
bool
serve_allowed_name(const Serve *serve, const char *name, unsigned flags)
{
    return !serve->access || !serve->access->may_name ||
           serve->access->may_name(serve, name, flags);
}

static bool
is_seen(const Serve *serve, virDomainPtr domain)
{
    return !serve->access || !serve->access->may_see ||
           serve->access->may_see(serve, domain);
}

/* In the words for a domain that there is not: nothing tells the two apart. */
virDomainPtr
serve_seen(const Serve *serve, virDomainPtr domain)
{
    if (!domain || is_seen(serve, domain))
        return domain;
    error_raise_text(serve->conn->driver->error_domain, VIR_ERR_NO_DOMAIN,
                     "no such domain");
    domain_object_unref(domain);
    return NULL;
}

virDomainPtr **
serve_list_place(const Serve *serve, int is_wanted, virDomainPtr **items)
{
    return is_wanted || serve->access ? items : NULL;
}

/* In place: what may be seen moves up. */
int
serve_seen_list(const Serve *serve, virDomainPtr *list, int count)
{
    int left = 0;

    if (count < 0 || !list)
        return count;
    for (int i = 0; i < count; i++) {
        if (is_seen(serve, list[i])) {
            list[left++] = list[i];
        } else {
            domain_object_unref(list[i]);
        }
    }
    list[left] = NULL;
    return left;
}

/* By the function that knows the id: with libvirt's program the reply has none. */
void
serve_began(const Serve *serve, int id)
{
    if (serve->trace)
        serve->trace->job = id;
}

/* Type and operation are what a handle remembers, and no call asks them. */
virDomainJobPtr
serve_job(const Serve *serve, const WireDomain *domain, int id)
{
    const WireJob wire = {.domain = *domain, .id = id};

    return wire_job_to(serve->conn, &wire);
}

/* Of the protocol: no driver had a part in it. */
bool
serve_fail(int code, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    error_raise_text(VIR_FROM_RPC, code, "%s", text);
    return false;
}
