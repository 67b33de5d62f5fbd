/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The second phase, at the destination: a QEMU that waits for the machine. */
#include "base/atomic_file.h"
#include "base/caller.h"
#include "base/error.h"
#include "driver/registry.h"
#include "qemu/domain/domain_create.h"
#include "qemu/domain/domain_define.h"
#include "qemu/jobs/job_store.h"
#include "qemu/migrate/migrate_calls.h"
#include "qemu/migrate/migrate_in.h"
#include "qemu/migrate/migrate_listen.h"
#include "qemu/migrate/migrate_source.h"
#include "qemu/process/caller_rules.h"
#include "qemu/session.h"
#include "xml/domain/arrival_xml.h"
#include "xml/domain_xml.h"
#include "xml/record/migration_xml.h"

#include <errno.h>
#include <sys/stat.h>

/* What prepare hands to the steps of a start. */
typedef struct {
    const MigrationCookie *cookie;
    const MigrationStep *step;
    bool is_same_host;
    char *definition; /* nullable: what is to be defined in the end */
    char **ret_uri;
} Arrival;

/* ---- before anything is done ---- */

/* As of any machine that is made for a client, and of a socket that is made
 * where it says. */
static bool
check_caller(const Arrival *arrival, const DomainDef *machine, GError **error)
{
    g_autoptr(MigratePlace) place = NULL;

    if (!caller_rules_domain(machine, error))
        return false;
    if (!arrival->step->uri || !caller_is_bound())
        return true;
    place = migrate_place_parse(arrival->step->uri, error);
    return place && (!place->folder ||
                     caller_may_name(CALLER_BACKUPS, place->folder, error));
}

/* A source that loses its leader asks here how it came out.  On another host a
 * socket or a folder of ours is somebody else's, whose answer would be wrong. */
static bool
check_peer(virConnectPtr conn, const Arrival *arrival, GError **error)
{
    const char *known_as = arrival->step->known_as;
    g_autoptr(ConnectUri) uri = NULL;

    if (arrival->is_same_host || arrival->cookie->is_offline)
        return true;
    uri = connect_uri_parse(known_as ? known_as : conn->uri, error);
    if (!uri || uri->host)
        return uri != NULL;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "the machine comes from another host, which could not ask '%s' "
                "whether it has arrived; set migration_uri in strandlined.conf "
                "to a URI that it can reach",
                uri->text);
}

/* The same file by its numbers, or a file of that size where the numbers are
 * another kernel's: a copy would be written to by a guest that knows another
 * one. */
static bool
is_same_file(const Arrival *arrival, const MigrationDisk *there,
             const struct stat *here)
{
    if (arrival->is_same_host) {
        return there->inode == here->st_ino && there->device == here->st_dev;
    }
    return !S_ISREG(here->st_mode) || (there->inode == here->st_ino &&
                                       there->size == (uint64_t)here->st_size);
}

/* Of the machine as it is to be here: another document may have moved its
 * images. */
static bool
check_disks(const Arrival *arrival, const DomainDef *machine, GError **error)
{
    for (guint i = 0; i < machine->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(machine->disks, i);
        const MigrationDisk *there =
            migration_cookie_find(arrival->cookie, disk->target);
        struct stat here;

        if (disk_def_is_empty(disk))
            continue;
        if (stat(disk->path, &here) < 0) {
            return fail_errno(error, errno,
                              "the destination does not see '%s', the image of "
                              "disk '%s': both sides need the same storage",
                              disk->path, disk->target);
        }
        if (there && !disk_def_is_fixed(disk) &&
            !(arrival->step->flags & VIR_MIGRATE_UNSAFE) &&
            !migration_check_image(is_same_file(arrival, there, &here),
                                   disk->path, disk->target, error))
            return false;
    }
    return true;
}

static ArrivalWish
wish_of(const Arrival *arrival)
{
    return (ArrivalWish){.cookie = arrival->cookie,
                         .xml = arrival->step->xml,
                         .name = arrival->step->name,
                         .persist_xml = arrival->step->persist_xml,
                         .flags = arrival->step->flags};
}

/* As text: it waits in a file until the machine is here. */
static bool
choose_definition(Arrival *arrival, const DomainDef *machine, GError **error)
{
    const ArrivalWish wish = wish_of(arrival);
    g_autoptr(DomainDef) def = NULL;

    if (!arrival_definition(&wish, machine, &def, error) ||
        (def && (!domain_define_check_type(def, error) ||
                 !caller_rules_domain(def, error))))
        return false;
    if (def) {
        arrival->definition = domain_xml_format(def, DOMAIN_FORMAT_INACTIVE |
                                                         DOMAIN_FORMAT_SECURE);
    }
    return true;
}

/* ---- a start that waits ---- */

/* DomainStart.check: of a domain that is defined here and off. */
static bool
check_free(QemuDomain *vm, const void *data, GError **error)
{
    (void)data;
    return !qemu_domain_def(vm) ||
           migrate_source_holds(vm, "migrate the domain here", error);
}

/* Images that are taken only when the guest is let go: until then the source
 * can take them back. One that is to stand still has no such moment. */
static bool
set_capabilities(QmpClient *qmp, unsigned flags, GError **error)
{
    return flags & VIR_MIGRATE_PAUSED ||
           qmp_client_run(qmp, "migrate-set-capabilities",
                          json_pack("{s:[{s:s, s:b}]}", "capabilities",
                                    "capability", "late-block-activate",
                                    "state", 1),
                          error);
}

/* In its own folder, where nobody else gets in; over a port only where
 * somebody has said which. */
static char *
choose_uri(const QemuDomain *vm, const Arrival *arrival, GError **error)
{
    g_autofree char *folder = qemu_root_folder_path(vm->root, vm->uuid);

    /* Whoever names a place has seen to it that only the source gets there. */
    if (arrival->step->uri)
        return g_strdup(arrival->step->uri);
    if (arrival->is_same_host)
        return g_strdup_printf("unix://%s/" MIGRATE_SOCKET, folder);
    fail(error, VIR_ERR_INVALID_ARG,
         "domain '%s' comes from another host: say where it can be reached "
         "(tcp://host:port)",
         vm->name);
    return NULL;
}

/* "defines" is asked now: what is defined later was not there before. */
static Job *
record(QemuDomain *vm, const Arrival *arrival, const char *uri, GError **error)
{
    Migration *migration = migration_new(arrival->cookie->id, true);

    migration->flags = arrival->step->flags;
    migration->defines = arrival->definition && !vm->config;
    return migrate_job_record(vm, migration, uri, error);
}

/* DomainStart.load. */
static bool
await_machine(QemuDomain *vm, const void *data, GError **error)
{
    const Arrival *arrival = data;
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_autofree char *uri = choose_uri(vm, arrival, error);
    g_autoptr(MigratePlace) place =
        uri ? migrate_place_parse(uri, error) : NULL;
    Job *job = NULL;

    if (!qmp || !place || !set_capabilities(qmp, arrival->step->flags, error) ||
        !atomic_file_remove(vm->folder, MIGRATE_SOCKET, error))
        return false;
    if (arrival->definition &&
        !atomic_file_write(vm->folder, MIGRATE_DEFINITION, arrival->definition,
                           error))
        return false;
    /* The record before the socket: from the moment at which somebody can
     * connect, a death has to be found. */
    job = record(vm, arrival, uri, error);
    if (!job || !migrate_listen(place, qmp, arrival->ret_uri, error))
        return false;
    g_free(job->memory->path);
    job->memory->path = g_strdup(*arrival->ret_uri);
    job->state = JOB_RUNNING;
    return job_store_save(vm, error);
}

/* A start like any other up to the guest's first instruction, which is
 * somebody else's to allow; so a failure is taken back as that of any start. */
static bool
prepare_run(virConnectPtr conn, Arrival *arrival, const DomainDef *machine,
            GError **error)
{
    const DomainStart how = {
        .flags = VIR_DOMAIN_START_PAUSED,
        .machine = machine,
        .check = check_free,
        .load = await_machine,
        .data = arrival,
        .origin = DOMAIN_FROM_ELSEWHERE,
        .awaits_memory = true,
        .is_incoming = true,
    };
    virDomainPtr domain = domain_create_run(conn, &how, error);

    if (!domain)
        return false;
    domain_object_unref(domain);
    return true;
}

/* A definition alone: it is made in the end, and here only looked at. */
static bool
prepare_offline(virConnectPtr conn, const DomainDef *machine, GError **error)
{
    QemuSession *session = conn->session;
    bool is_free = false;

    if (!qemu_session_lock(session, error))
        return false;
    is_free =
        domain_define_check_name(session, machine->name, machine->uuid, error);
    qemu_session_unlock(session);
    return is_free;
}

/* From what costs nothing to what starts a process. */
static bool
prepare(virConnectPtr conn, Arrival *arrival, const DomainDef *machine,
        GError **error)
{
    if (!domain_define_check_type(machine, error) ||
        !check_caller(arrival, machine, error) ||
        !check_peer(conn, arrival, error) ||
        !check_disks(arrival, machine, error) ||
        !choose_definition(arrival, machine, error))
        return false;
    return arrival->cookie->is_offline
               ? prepare_offline(conn, machine, error)
               : prepare_run(conn, arrival, machine, error);
}

/* All documents are read before the lock is taken. */
int
qemu_migrate_prepare(virConnectPtr conn, const MigrationStep *step,
                     char **ret_uri, char **ret_cookie, GError **error)
{
    g_autoptr(MigrationCookie) cookie =
        migration_cookie_parse(step->cookie, error);
    g_autofree char *host = cookie ? migrate_place_host(error) : NULL;
    g_autofree char *uri = NULL;
    Arrival arrival = {.cookie = cookie, .step = step, .ret_uri = &uri};
    const ArrivalWish wish = wish_of(&arrival);
    g_autoptr(DomainDef) machine = host ? arrival_machine(&wish, error) : NULL;
    bool is_ready = false;

    if (!machine)
        return -1;
    /* Inodes can be compared, and a socket be found, by one kernel alone. */
    arrival.is_same_host = g_str_equal(host, cookie->host);
    is_ready = prepare(conn, &arrival, machine, error);
    if (is_ready) {
        migration_cookie_answer(cookie,
                                step->known_as ? step->known_as : conn->uri,
                                arrival.definition);
        *ret_cookie = migration_cookie_format(cookie);
        *ret_uri = g_steal_pointer(&uri);
    }
    g_free(arrival.definition);
    return is_ready ? 0 : -1;
}
