/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/domain/migration.h"

#include "base/error.h"

#include <libvirt/libvirt-domain.h>

enum { MIB_SHIFT = 20 };

/* ---- what is wished for ---- */

/* The place of a string in @wish; NULL if @name is of none. */
static const char **
string_of(MigrationWish *wish, const char *name)
{
    const struct {
        const char *name;
        const char **place;
    } strings[] = {
        {VIR_MIGRATE_PARAM_URI, &wish->uri},
        {VIR_MIGRATE_PARAM_DEST_NAME, &wish->name},
        {VIR_MIGRATE_PARAM_DEST_XML, &wish->dxml},
        {VIR_MIGRATE_PARAM_PERSIST_XML, &wish->persist_xml},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(strings); i++) {
        if (g_str_equal(strings[i].name, name))
            return strings[i].place;
    }
    return NULL;
}

/* Each is a wish that would not be heard. */
static bool
is_libvirts(const char *name)
{
    static const char *const names[] = {
        VIR_MIGRATE_PARAM_BANDWIDTH_POSTCOPY,
        VIR_MIGRATE_PARAM_GRAPHICS_URI,
        VIR_MIGRATE_PARAM_LISTEN_ADDRESS,
        VIR_MIGRATE_PARAM_MIGRATE_DISKS,
        VIR_MIGRATE_PARAM_DISKS_PORT,
        VIR_MIGRATE_PARAM_DISKS_URI,
        VIR_MIGRATE_PARAM_COMPRESSION,
        VIR_MIGRATE_PARAM_COMPRESSION_MT_LEVEL,
        VIR_MIGRATE_PARAM_COMPRESSION_MT_THREADS,
        VIR_MIGRATE_PARAM_COMPRESSION_MT_DTHREADS,
        VIR_MIGRATE_PARAM_COMPRESSION_XBZRLE_CACHE,
        VIR_MIGRATE_PARAM_AUTO_CONVERGE_INITIAL,
        VIR_MIGRATE_PARAM_AUTO_CONVERGE_INCREMENT,
        VIR_MIGRATE_PARAM_PARALLEL_CONNECTIONS,
        VIR_MIGRATE_PARAM_TLS_DESTINATION,
    };

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_str_equal(names[i], name))
            return true;
    }
    return false;
}

/* A second one of a name would silently take the place of the first. */
static bool
read_param(const virTypedParameter *param, MigrationWish *wish, GError **error)
{
    const char **place = string_of(wish, param->field);
    bool is_bandwidth = g_str_equal(param->field, VIR_MIGRATE_PARAM_BANDWIDTH);

    g_assert(wish);
    if (!place && !is_bandwidth) {
        return fail(error,
                    is_libvirts(param->field) ? VIR_ERR_ARGUMENT_UNSUPPORTED
                                              : VIR_ERR_INVALID_ARG,
                    "the migration parameter '%s' is not supported",
                    param->field);
    }
    if (place && param->type == VIR_TYPED_PARAM_STRING && !*place) {
        *place = param->value.s;
        return true;
    }
    if (!place && param->type == VIR_TYPED_PARAM_ULLONG && !wish->bandwidth) {
        wish->bandwidth = param->value.ul;
        return true;
    }
    return fail(error, VIR_ERR_INVALID_ARG,
                "the migration parameter '%s' must be one %s", param->field,
                place ? "string" : "unsigned long long");
}

/* All or nothing: a wish that was half understood is not carried out. */
bool
migration_wish_read(virTypedParameterPtr params, unsigned nparams,
                    MigrationWish *ret_wish, GError **error)
{
    for (unsigned i = 0; i < nparams; i++) {
        if (!read_param(&params[i], ret_wish, error))
            return false;
    }
    return true;
}

/* ---- the way ---- */

MigrationStep
migration_step(const MigrationWish *wish)
{
    return (MigrationStep){.xml = wish->dxml,
                           .name = wish->name,
                           .uri = wish->uri,
                           .persist_xml = wish->persist_xml,
                           .bandwidth = wish->bandwidth << MIB_SHIFT,
                           .flags = wish->flags};
}

static const char *
type_of(virConnectPtr conn)
{
    return conn->driver->type ? conn->driver->type(conn) : conn->driver->name;
}

/* Both ends have to understand each other's cookies; by what they are and not by
 * how they are reached, since one may be behind a daemon. */
static bool
check_ends(virConnectPtr from, virConnectPtr to, GError **error)
{
    const char *here = type_of(from);
    const char *there = type_of(to);

    if (!from->driver->migrate_begin || !to->driver->migrate_begin) {
        return fail(error, VIR_ERR_NO_SUPPORT,
                    "the driver %s moves no machines",
                    from->driver->migrate_begin ? to->driver->name
                                                : from->driver->name);
    }
    if (from->driver == to->driver || g_strcmp0(here, there) == 0)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "a machine of '%s' (%s) cannot move to '%s' (%s)", from->uri,
                here, to->uri, there);
}

/* A guest that stands still when the migration begins goes on standing still:
 * who paused it has not asked for anything else. */
static bool
add_pause(virDomainPtr domain, MigrationStep *step, GError **error)
{
    int state = VIR_DOMAIN_NOSTATE;
    int reason = 0;

    if (domain->conn->driver->domain_state(domain, &state, &reason, error) < 0)
        return false;
    /* A guest that stands still for another reason goes on as it would here. */
    if (state == VIR_DOMAIN_PAUSED)
        step->flags |= VIR_MIGRATE_PAUSED;
    return true;
}

/* From the moment when the destination is prepared: it hears how it came
 * out, and then the source does, whatever went wrong before. */
static virDomainPtr
carry_over(virDomainPtr domain, virConnectPtr dconn, const MigrationStep *step,
           GError **error)
{
    const Driver *driver = domain->conn->driver;
    bool is_there =
        !step->uri || driver->migrate_perform(domain, step, error) == 0;
    /* What failed first is what counts. */
    virDomainPtr found = dconn->driver->migrate_finish(dconn, step, !is_there,
                                                       is_there ? error : NULL);
    g_autoptr(GError) problem = NULL;

    /* Not an error of the migration: the machine is where it was to go, or where
     * it was, and the next call on it sees to the rest. */
    if (driver->migrate_confirm(domain, step, found == NULL, &problem) < 0) {
        g_debug("the source of '%s' is not yet in order: %s", domain->name,
                problem ? problem->message : "no reason");
    }
    return found;
}

/* Until the destination is prepared nothing needs to be taken back: begin
 * leaves no trace, and a prepare that fails has tidied up itself. */
virDomainPtr
migration_lead(virDomainPtr domain, virConnectPtr dconn,
               const MigrationWish *wish, GError **error)
{
    const Driver *driver = domain->conn->driver;
    MigrationStep step = migration_step(wish);
    g_autofree char *begun = NULL;
    g_autofree char *prepared = NULL;
    g_autofree char *uri = NULL;
    g_autofree char *xml = NULL;

    if (!check_ends(domain->conn, dconn, error))
        return NULL;
    xml = driver->migrate_begin(domain, &step, &begun, error);
    if (!xml || !add_pause(domain, &step, error))
        return NULL;
    step.xml = xml;
    step.cookie = begun;
    if (dconn->driver->migrate_prepare(dconn, &step, &uri, &prepared, error) <
        0)
        return NULL;
    /* From here on only what the destination has answered counts. */
    step.cookie = prepared;
    step.uri = uri;
    return carry_over(domain, dconn, &step, error);
}
