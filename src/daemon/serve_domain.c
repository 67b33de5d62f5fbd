/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls on connections and domains whose shape is their own: older lists, which
 * take a maximum, and what returns what no other call does. */
#include "api/error.h"
#include "daemon/serve_made.h"
#include "driver/driver.h"
#include "rpc/wire_objects.h"
#include "rpc/wire_params.h"
#include "xml/domain_xml.h"

#include <libvirt/libvirt.h>
#include <string.h>

/* As libvirt's daemon, before anything is allocated. */
static bool
check_maximum(int maximum)
{
    return (maximum >= 0 && maximum <= WIRE_LIST_MAX) ||
           serve_fail(VIR_ERR_RPC,
                      "a list of %d was asked for, and the most is %d", maximum,
                      WIRE_LIST_MAX);
}

/* The library's constant, copied, since results are freed. */
bool
serve_remote_connect_get_type(Serve *serve, const void *body, void *ret_body)
{
    WireText *ret = ret_body;
    const char *type = NULL;

    (void)body;
    if (serve_allowed(serve, NULL, 0))
        type = virConnectGetType(serve->conn);
    *ret = g_strdup(type);
    return type != NULL;
}

/* The older lists are made of the new one: what the client may not see is left
 * out in one place, and between a count and a list nothing can slip. */
static int
list_domains(Serve *serve, int maximum, unsigned flags,
             virDomainPtr **ret_domains)
{
    int count = -1;

    if (!check_maximum(maximum) || !serve_allowed(serve, NULL, 0))
        return -1;
    count = virConnectListAllDomains(serve->conn, ret_domains, flags);
    return serve_seen_list(serve, *ret_domains, count);
}

static void
free_domains(virDomainPtr *domains, int count)
{
    for (int i = 0; i < count; i++)
        domain_object_unref(domains[i]);
    g_free(domains);
}

/* At most as many as there is room for at the other end: domains may have come
 * since it counted. */
bool
serve_remote_connect_list_domains(Serve *serve, const void *body,
                                  void *ret_body)
{
    const int *maximum = body;
    WireIds *ret = ret_body;
    virDomainPtr *domains = NULL;
    int count = list_domains(serve, *maximum, VIR_CONNECT_LIST_DOMAINS_ACTIVE,
                             &domains);

    if (count < 0)
        return false;
    ret->ids.ids_len = MIN(count, *maximum);
    ret->ids.ids_val = g_new0(int, ret->ids.ids_len);
    for (unsigned i = 0; i < ret->ids.ids_len; i++)
        ret->ids.ids_val[i] = domains[i]->id;
    free_domains(domains, count);
    return true;
}

bool
serve_remote_connect_list_defined_domains(Serve *serve, const void *body,
                                          void *ret_body)
{
    const int *maximum = body;
    WireNames *ret = ret_body;
    virDomainPtr *domains = NULL;
    int count = list_domains(serve, *maximum, VIR_CONNECT_LIST_DOMAINS_INACTIVE,
                             &domains);

    if (count < 0)
        return false;
    ret->names.names_len = MIN(count, *maximum);
    ret->names.names_val = g_new0(WireText, ret->names.names_len);
    for (unsigned i = 0; i < ret->names.names_len; i++)
        ret->names.names_val[i] = g_strdup(domains[i]->name);
    free_domains(domains, count);
    return true;
}

/* Counted by listing, so that the count is that of what the client may see. */
bool
serve_remote_connect_num_of_domains(Serve *serve, const void *body,
                                    void *ret_body)
{
    int *ret = ret_body;
    virDomainPtr *domains = NULL;
    int count =
        list_domains(serve, 0, VIR_CONNECT_LIST_DOMAINS_ACTIVE, &domains);

    (void)body;
    free_domains(domains, count);
    *ret = count;
    return count >= 0;
}

bool
serve_remote_connect_num_of_defined_domains(Serve *serve, const void *body,
                                            void *ret_body)
{
    int *ret = ret_body;
    virDomainPtr *domains = NULL;
    int count =
        list_domains(serve, 0, VIR_CONNECT_LIST_DOMAINS_INACTIVE, &domains);

    (void)body;
    free_domains(domains, count);
    *ret = count;
    return count >= 0;
}

bool
serve_remote_domain_get_max_memory(Serve *serve, const void *body,
                                   void *ret_body)
{
    const WireDomain *args = body;
    u_quad_t *ret = ret_body;
    virDomainPtr domain = wire_domain_to(serve->conn, args);

    if (serve_allowed(serve, domain, 0))
        *ret = virDomainGetMaxMemory(domain);
    domain_object_unref(domain);
    return *ret != 0; /* 0 is how the call fails */
}

/* The handle with the id that starting gave it. */
bool
serve_remote_domain_create_with_flags(Serve *serve, const void *body,
                                      void *ret_body)
{
    const WireDomainFlags *args = body;
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    int value = -1;

    if (serve_allowed(serve, domain, args->flags))
        value = virDomainCreateWithFlags(domain, args->flags);
    if (value >= 0)
        wire_domain_from(domain, ret_body);
    domain_object_unref(domain);
    return value >= 0;
}

/* Takes @there (nullable) over: what a definition would replace. */
static bool
may_replace(const Serve *serve, virDomainPtr there, unsigned flags)
{
    bool may = !there || serve_allowed(serve, there, flags);

    domain_object_unref(there);
    return may;
}

/* A definition is about no domain until its document is read; one that is there
 * already, by UUID or by name, is not defined anew by who may not write to it.
 * The parser is the drivers' own: another one might read another name. */
static bool
may_define(const Serve *serve, const char *xml, unsigned flags)
{
    const Driver *driver = serve->conn->driver;
    g_autoptr(DomainDef) def = NULL;
    g_autoptr(GError) error = NULL;
    virDomainPtr named = NULL;

    if (!serve_allowed(serve, NULL, flags))
        return false;
    if (!serve->access)
        return true;
    def = domain_xml_parse(xml, &error);
    if (!def) {
        error_raise(driver->error_domain, error);
        return false;
    }
    /* Nor one that could not be told of when it is there. */
    named = serve_seen(
        serve, domain_object_new(serve->conn, def->name, def->uuid, -1));
    domain_object_unref(named);
    return named &&
           may_replace(
               serve,
               driver->domain_lookup_by_uuid(serve->conn, def->uuid, NULL),
               flags) &&
           may_replace(
               serve,
               driver->domain_lookup_by_name(serve->conn, def->name, NULL),
               flags);
}

static bool
give_domain(const Serve *serve, virDomainPtr domain, WireDomain *ret)
{
    domain = serve_seen(serve, domain);
    if (!domain)
        return false;
    wire_domain_from(domain, ret);
    domain_object_unref(domain);
    return true;
}

bool
serve_remote_domain_define_xml(Serve *serve, const void *body, void *ret_body)
{
    const WireText *args = body;

    return may_define(serve, *args, 0) &&
           give_domain(serve, virDomainDefineXML(serve->conn, *args), ret_body);
}

bool
serve_remote_domain_define_xml_flags(Serve *serve, const void *body,
                                     void *ret_body)
{
    const WireTextFlags *args = body;

    return may_define(serve, args->text, args->flags) &&
           give_domain(
               serve,
               virDomainDefineXMLFlags(serve->conn, args->text, args->flags),
               ret_body);
}

/* Rules are about names, so both are asked: that which the domain has, and that
 * which it is to get. */
bool
serve_remote_domain_rename(Serve *serve, const void *body, void *ret_body)
{
    const WireDomainMaybeTextFlags *args = body;
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    const char *name = wire_text(args->text);
    int *ret = ret_body;

    *ret = -1;
    if (serve_allowed(serve, domain, args->flags) &&
        (!name || serve_allowed_name(serve, name, args->flags)))
        *ret = virDomainRename(domain, name, args->flags);
    domain_object_unref(domain);
    return *ret >= 0;
}

/* @names has room for as many as were asked for; @count of them came. */
static bool
give_names(WireNames *ret, char **names, int count)
{
    if (count < 0) {
        g_free(names);
        return false;
    }
    ret->names.names_val = names;
    ret->names.names_len = count;
    return true;
}

/* One place more than asked for, since a maximum of 0 is allowed and NULL is
 * not. */
bool
serve_remote_domain_snapshot_list_names(Serve *serve, const void *body,
                                        void *ret_body)
{
    const WireNamesInDomain *args = body;
    virDomainPtr domain = NULL;
    char **names = NULL;
    int count = -1;

    if (!check_maximum(args->max_names))
        return false;
    domain = wire_domain_to(serve->conn, &args->domain);
    names = g_new0(char *, (gsize)args->max_names + 1);
    if (serve_allowed(serve, domain, args->flags)) {
        count = virDomainSnapshotListNames(domain, names, args->max_names,
                                           args->flags);
    }
    domain_object_unref(domain);
    return give_names(ret_body, names, count);
}

bool
serve_remote_domain_snapshot_list_children_names(Serve *serve, const void *body,
                                                 void *ret_body)
{
    const WireNamesBelowSnapshot *args = body;
    virDomainSnapshotPtr snapshot = NULL;
    char **names = NULL;
    int count = -1;

    if (!check_maximum(args->max_names))
        return false;
    snapshot = wire_snapshot_to(serve->conn, &args->snapshot);
    names = g_new0(char *, (gsize)args->max_names + 1);
    if (serve_allowed(serve, snapshot->domain, args->flags)) {
        count = virDomainSnapshotListChildrenNames(
            snapshot, names, args->max_names, args->flags);
    }
    snapshot_object_unref(snapshot);
    return give_names(ret_body, names, count);
}

/* A guest's agent need not tell everything, and a text must travel. */
static char *
or_empty(char *text)
{
    return text ? text : g_strdup("");
}

/* Names, types and devices change hands; the rest of each entry goes. */
bool
serve_remote_domain_get_fsinfo(Serve *serve, const void *body, void *ret_body)
{
    const WireDomainFlags *args = body;
    WireFsInfo *ret = ret_body;
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    virDomainFSInfoPtr *found = NULL;
    int count = -1;

    if (serve_allowed(serve, domain, args->flags))
        count = virDomainGetFSInfo(domain, &found, args->flags);
    domain_object_unref(domain);
    if (count < 0)
        return false;
    ret->count = count;
    ret->items.items_len = count;
    ret->items.items_val = g_new0(WireFs, count);
    for (int i = 0; i < count; i++) {
        ret->items.items_val[i] = (WireFs){
            .mountpoint = or_empty(found[i]->mountpoint),
            .name = or_empty(found[i]->name),
            .type = or_empty(found[i]->fstype),
            .devices.devices_val = found[i]->devAlias,
            .devices.devices_len = found[i]->ndevAlias,
        };
        g_free(found[i]);
    }
    g_free(found);
    return true;
}

/* Texts change hands; the rest of @found goes. */
static WireInterface
give_interface(virDomainInterfacePtr found)
{
    WireInterface wire = {
        .name = found->name,
        .hwaddr = found->hwaddr ? g_new0(char *, 1) : NULL,
        .addresses.addresses_len = found->naddrs,
        .addresses.addresses_val = g_new0(WireAddress, found->naddrs),
    };

    if (wire.hwaddr)
        *wire.hwaddr = found->hwaddr;
    for (unsigned i = 0; i < found->naddrs; i++) {
        wire.addresses.addresses_val[i] = (WireAddress){
            .type = found->addrs[i].type,
            .address = found->addrs[i].addr,
            .prefix = found->addrs[i].prefix,
        };
    }
    g_free(found->addrs);
    g_free(found);
    return wire;
}

/* Judged by the source, which stands in place of flags in the table of
 * permissions; flags there are none of, and the call refuses them. */
bool
serve_remote_domain_interface_addresses(Serve *serve, const void *body,
                                        void *ret_body)
{
    const WireDomainUnsignedFlags *args = body;
    WireInterfaces *ret = ret_body;
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    virDomainInterfacePtr *found = NULL;
    int count = -1;

    if (serve_allowed(serve, domain, args->number)) {
        count = virDomainInterfaceAddresses(domain, &found, args->number,
                                            args->flags);
    }
    domain_object_unref(domain);
    if (count < 0)
        return false;
    ret->interfaces.interfaces_len = count;
    ret->interfaces.interfaces_val = g_new0(WireInterface, count);
    for (int i = 0; i < count; i++)
        ret->interfaces.interfaces_val[i] = give_interface(found[i]);
    g_free(found);
    return true;
}

/* The list is the library's, and the wire has room for as many as a driver
 * tells. */
bool
serve_remote_domain_get_guest_info(Serve *serve, const void *body,
                                   void *ret_body)
{
    const WireDomainUnsignedFlags *args = body;
    WireGuestInfo *ret = ret_body;
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    virTypedParameterPtr params = NULL;
    int nparams = 0;
    int value = -1;

    if (serve_allowed(serve, domain, args->flags)) {
        value = virDomainGetGuestInfo(domain, args->number, &params, &nparams,
                                      args->flags);
    }
    domain_object_unref(domain);
    if (value < 0)
        return false;
    ret->params.params_len = nparams;
    ret->params.params_val = wire_params_own(params, nparams);
    return true;
}

/* Rows of processors that the host has not got are left out, as libvirt does:
 * at the other end they are zero again.  Returns how many parameters are
 * left. */
static int
close_gaps(virTypedParameterPtr params, int nparams)
{
    int left = 0;

    for (int i = 0; i < nparams; i++) {
        if (params[i].type != 0)
            params[left++] = params[i];
    }
    return left;
}

/* The two factors are the client's, and their product is held before memory is
 * taken. */
bool
serve_remote_domain_get_cpu_stats(Serve *serve, const void *body,
                                  void *ret_body)
{
    const WireCpuStatsAsked *args = body;
    WireCpuStats *ret = ret_body;
    guint64 room = (guint64)args->nparams * args->ncpus;
    g_autofree virTypedParameterPtr params = NULL;
    virDomainPtr domain = NULL;
    int value = -1;

    if (room > WIRE_CPU_STATS_MAX) {
        return serve_fail(VIR_ERR_INTERNAL_ERROR,
                          "%" G_GUINT64_FORMAT
                          " parameters were asked for, and the most is %d",
                          room, WIRE_CPU_STATS_MAX);
    }
    domain = wire_domain_to(serve->conn, &args->domain);
    params = room > 0 ? g_new0(virTypedParameter, room) : NULL;
    if (serve_allowed(serve, domain, args->flags)) {
        value = virDomainGetCPUStats(domain, params, args->nparams, args->first,
                                     args->ncpus, args->flags);
    }
    domain_object_unref(domain);
    if (value < 0)
        return false;
    ret->nparams = value;
    ret->params.params_len = params ? close_gaps(params, (int)room) : 0;
    ret->params.params_val =
        wire_params_own(g_steal_pointer(&params), (int)ret->params.params_len);
    return true;
}
