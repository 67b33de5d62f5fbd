/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/capabilities.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "nbd/probe.h"
#include "qemu/process/scrap_qemu.h"
#include "qemu/qmp/message.h"

#include <errno.h>
#include <sys/stat.h>

enum { CACHE_VERSION = 1, CACHE_LIMIT = 64 * 1024 };

#define EXPORT_NAME "probe"

/* Not "export-iothread-safe": files with that hold answers of a probe that was
 * wrong once in some hundred times (docs/design/disks-with-iothreads.md). */
#define EXPORT_KEY "iothread-export-safe"

/* Of a reader whose server may have died under it. */
enum { PROBE_TIMEOUT_MS = 5000, PROBE_PAUSE_US = 1000 };

/* One file a binary:
 *   {"version": 1, "emulator": PATH, "size": N, "mtime": NS, "inode": N,
 *    "qemu": [7, 2, 22], "has-reopen": true, ...,
 *    "machines": [...], "cpus-tcg": [...],
 *    "iothread-export-safe": false}
 * A file that is unlike that, or of another version, is made anew. */
typedef struct {
    json_t *object;
    char *name;
    int folder;
} Cache;

static void
cache_clear(Cache *cache)
{
    json_decref(cache->object);
    g_free(cache->name);
    auto_fd_close(cache->folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Cache, cache_clear)

/* Path, size, time and inode: a package's upgrade changes at least one of them.
 * The content is not read: it is large, and this is asked on the way into a
 * backup. */
static json_t *
describe(const char *emulator, GError **error)
{
    struct stat status;
    json_int_t mtime = 0;

    if (stat(emulator, &status) < 0) {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "cannot find emulator '%s': %s; install it or correct <emulator>",
             emulator, g_strerror(errno));
        return NULL;
    }
    mtime = (json_int_t)status.st_mtim.tv_sec * G_GINT64_CONSTANT(1000000000) +
            status.st_mtim.tv_nsec;
    return json_pack("{s:i, s:s, s:I, s:I, s:I}", "version", CACHE_VERSION,
                     "emulator", emulator, "size", (json_int_t)status.st_size,
                     "mtime", mtime, "inode", (json_int_t)status.st_ino);
}

/* Whether everything that @wanted says stands in @found too. */
static bool
covers(const json_t *found, json_t *wanted)
{
    const char *key = NULL;
    json_t *value = NULL;

    /* Only what is wanted is compared, so that a file with answers that a later
     * version added stays good. */
    json_object_foreach(wanted, key, value)
    {
        if (!json_equal(json_object_get(found, key), value))
            return false;
    }
    return true;
}

/* What is cached about this very binary, or its description alone. */
static bool
cache_open(QemuRoot *root, const char *emulator, Cache *cache, GError **error)
{
    /* The path as a name of fixed length: paths are longer than names may
     * be. */
    g_autofree char *sum =
        g_compute_checksum_for_string(G_CHECKSUM_SHA256, emulator, -1);
    g_autofree char *text = NULL;
    json_t *found = NULL;

    cache->folder = qemu_root_open_cache(root, error);
    if (cache->folder < 0)
        return false;
    cache->name = g_strconcat(sum, ".json", NULL);
    cache->object = describe(emulator, error);
    if (!cache->object)
        return false;
    /* Whatever is wrong with the file, it is only a cache: it is asked
     * again. */
    text =
        atomic_file_read(cache->folder, cache->name, CACHE_LIMIT, NULL, NULL);
    found = text ? json_loads(text, 0, NULL) : NULL;
    if (found && covers(found, cache->object)) {
        json_decref(cache->object);
        cache->object = g_steal_pointer(&found);
    }
    json_decref(found);
    return true;
}

/* In the state folder, since what a QEMU can do is asked by whoever works on
 * this root. */
static bool
cache_save(const Cache *cache, GError **error)
{
    g_autofree char *text = json_dumps(cache->object, JSON_COMPACT);

    /* Two processes that ask at once cannot meet here: the root's lock is
     * held. */
    return atomic_file_write(cache->folder, cache->name, text, error);
}

/* Through the monitor and not by running "--version": one process answers
 * everything. */
static bool
ask_version(QmpClient *qmp, json_t *object, GError **error)
{
    g_autoptr(Json) answer = qmp_client_call(qmp, "query-version", NULL, error);
    const json_t *qemu = json_object_get(answer, "qemu");

    if (!answer)
        return false;
    /* For people only: nothing is decided by a version, since distributions
     * carry changes back. */
    json_object_set_new(object, "qemu",
                        json_pack("[O?, O?, O?]",
                                  json_object_get(qemu, "major"),
                                  json_object_get(qemu, "minor"),
                                  json_object_get(qemu, "micro")));
    return true;
}

/* The value of an entry of the schema that says @key is @value. */
static bool
schema_has(const json_t *schema, const char *meta_type, const char *name)
{
    gsize index = 0;
    json_t *entry = NULL;

    json_array_foreach(schema, index, entry)
    {
        if (g_strcmp0(json_string_value(json_object_get(entry, "meta-type")),
                      meta_type) == 0 &&
            g_strcmp0(json_string_value(json_object_get(entry, "name")),
                      name) == 0)
            return true;
    }
    return false;
}

/* Types have no names in the schema: an enumeration is known by its words. */
static bool
schema_has_driver(const json_t *schema, const char *driver)
{
    gsize index = 0;
    json_t *entry = NULL;

    json_array_foreach(schema, index, entry)
    {
        const json_t *values = json_object_get(entry, "values");
        bool has_raw = false;
        bool has_driver = false;
        gsize at = 0;
        json_t *value = NULL;

        json_array_foreach(values, at, value)
        {
            const char *word = json_string_value(value);

            has_raw = has_raw || g_strcmp0(word, "qcow2") == 0;
            has_driver = has_driver || g_strcmp0(word, driver) == 0;
        }
        if (has_raw && has_driver)
            return true;
    }
    return false;
}

/* What is asked for by name are commands and drivers that something here
 * depends on; a feature that a version ought to have is not believed. */
static bool
ask_schema(QmpClient *qmp, json_t *object, GError **error)
{
    g_autoptr(Json) schema =
        qmp_client_call(qmp, "query-qmp-schema", NULL, error);

    if (!schema)
        return false;
    /* Noted as answers and not as the schema, which is large. */
    json_object_set_new(
        object, "has-reopen",
        json_boolean(schema_has(schema, "command", "blockdev-reopen")));
    json_object_set_new(
        object, "has-set-action",
        json_boolean(schema_has(schema, "command", "set-action")));
    json_object_set_new(
        object, "has-snapshot-access",
        json_boolean(schema_has_driver(schema, "snapshot-access")));
    return true;
}

/* The cache is a file: whatever stands there gives a version that can be
 * printed. */
static unsigned
read_number(const json_t *version, gsize index)
{
    json_int_t number = json_integer_value(json_array_get(version, index));

    /* From a file, so bounded: 999 is what fits libvirt's one number for all
     * three. */
    return (unsigned)CLAMP(number, 0, 999);
}

/* Usually one small file is read.  A binary that is new, or was changed, costs
 * a QEMU once. */
bool
qemu_capabilities_get(QemuRoot *root, const char *emulator,
                      QemuCapabilities *ret_capabilities, GError **error)
{
    g_auto(Cache) cache = {.folder = -1};
    g_autoptr(ScrapQemu) scrap = NULL;
    QemuCapabilities found = {0};
    const json_t *version = NULL;

    if (!cache_open(root, emulator, &cache, error))
        return false;
    /* A file that the other question made has no such member yet. */
    if (!json_object_get(cache.object, "has-reopen")) {
        scrap = scrap_qemu_new(emulator, "tcg", error);
        if (!scrap ||
            !ask_version(scrap_qemu_monitor(scrap), cache.object, error) ||
            !ask_schema(scrap_qemu_monitor(scrap), cache.object, error) ||
            !cache_save(&cache, error))
            return false;
    }
    version = json_object_get(cache.object, "qemu");
    found.major = read_number(version, 0);
    found.minor = read_number(version, 1);
    found.micro = read_number(version, 2);
    found.has_reopen =
        json_is_true(json_object_get(cache.object, "has-reopen"));
    found.has_set_action =
        json_is_true(json_object_get(cache.object, "has-set-action"));
    found.has_snapshot_access =
        json_is_true(json_object_get(cache.object, "has-snapshot-access"));
    *ret_capabilities = found;
    return true;
}

/* ---- machines and processors ---- */

/* Other kinds of machine have other devices, and no domain can be one. */
static bool
is_machine_known(const char *name)
{
    return name && (g_str_has_prefix(name, "pc-i440fx-") ||
                    g_str_has_prefix(name, "pc-q35-"));
}

/* An array, so that a machine costs few bytes of the cache's file. */
static json_t *
ask_machines(QmpClient *qmp, GError **error)
{
    g_autoptr(Json) answer =
        qmp_client_call(qmp, "query-machines", NULL, error);
    json_t *machines = NULL;
    const json_t *machine = NULL;
    gsize index = 0;

    if (!answer)
        return NULL;
    machines = json_array();
    json_array_foreach(answer, index, machine)
    {
        const char *name = json_string_value(json_object_get(machine, "name"));
        json_t *most = json_object_get(machine, "cpu-max");

        if (is_machine_known(name) && json_is_integer(most)) {
            json_array_append_new(
                machines,
                json_pack("[s, s?, O]", name,
                          json_string_value(json_object_get(machine, "alias")),
                          most));
        }
    }
    return machines;
}

/* "Haswell" is one of the models "Haswell-v1", "-v2", ...: those are names of
 * QEMU's alone.  The other three are modes, and no models. */
static bool
is_model(const char *name)
{
    static const char *const modes[] = {"base", "host", "max", NULL};

    return name && !g_strv_contains(modes, name) &&
           !g_regex_match_simple("-v[0-9]+$", name, 0, 0);
}

/* A model of which a feature is missing can be named all the same: QEMU then
 * warns and gives the guest the rest, which is what "usable" tells of. */
static json_t *
ask_cpus(QmpClient *qmp, GError **error)
{
    g_autoptr(Json) answer =
        qmp_client_call(qmp, "query-cpu-definitions", NULL, error);
    json_t *cpus = NULL;
    const json_t *cpu = NULL;
    gsize index = 0;

    if (!answer)
        return NULL;
    cpus = json_array();
    json_array_foreach(answer, index, cpu)
    {
        const char *name = json_string_value(json_object_get(cpu, "name"));
        const json_t *missing = json_object_get(cpu, "unavailable-features");

        if (is_model(name)) {
            json_array_append_new(
                cpus, json_pack("[s, b]", name,
                                missing && json_array_size(missing) == 0));
        }
    }
    return cpus;
}

/* Which processors can be had depends on who runs the guest; machines are the
 * same, and asked with the first of the two. */
static bool
ask_models(Cache *cache, const char *emulator, const char *accelerator,
           const char *key, GError **error)
{
    g_autoptr(ScrapQemu) scrap = scrap_qemu_new(emulator, accelerator, error);
    QmpClient *qmp = scrap ? scrap_qemu_monitor(scrap) : NULL;
    json_t *cpus = qmp ? ask_cpus(qmp, error) : NULL;

    if (!cpus)
        return false;
    json_object_set_new(cache->object, key, cpus);
    if (!json_object_get(cache->object, "machines")) {
        json_t *machines = ask_machines(qmp, error);

        if (!machines)
            return false;
        json_object_set_new(cache->object, "machines", machines);
    }
    return cache_save(cache, error);
}

/* Two answers in one file with the others: a definition that only needs the
 * machines, and a client that asks what can be had, find the same. */
json_t *
qemu_capabilities_models(QemuRoot *root, const char *emulator,
                         const char *accelerator, GError **error)
{
    g_auto(Cache) cache = {.folder = -1};
    g_autofree char *key = g_strconcat("cpus-", accelerator, NULL);

    if (!cache_open(root, emulator, &cache, error))
        return NULL;
    if (!json_object_get(cache.object, key) &&
        !ask_models(&cache, emulator, accelerator, key, error))
        return NULL;
    return json_pack("{s:O?, s:O?}", "machines",
                     json_object_get(cache.object, "machines"), "cpus",
                     json_object_get(cache.object, key));
}

/* A disk of zeroes, exported in an I/O thread on a socket of ours. */
static bool
export_zeroes(QmpClient *qmp, int socket, GError **error)
{
    /* No file is involved: the disk is zeroes made by QEMU, the socket is ours,
     * and the folder is below the root, where nobody else can connect. */
    return qmp_client_run(
               qmp, "object-add",
               json_pack("{s:s, s:s}", "qom-type", "iothread", "id", "thread"),
               error) &&
           qmp_client_run(qmp, "blockdev-add",
                          json_pack("{s:s, s:s, s:i, s:b}", "driver", "null-co",
                                    "node-name", "zeroes", "size", 1 << 20,
                                    "read-zeroes", 1),
                          error) &&
           qmp_client_pass_fd(qmp, "listen", socket, error) &&
           qmp_client_run(qmp, "nbd-server-start",
                          json_pack("{s:{s:s, s:{s:s}}}", "addr", "type", "fd",
                                    "data", "str", "listen"),
                          error) &&
           qmp_client_run(qmp, "block-export-add",
                          json_pack("{s:s, s:s, s:s, s:s, s:s}", "type", "nbd",
                                    "id", "export", "node-name", "zeroes",
                                    "name", EXPORT_NAME, "iothread", "thread"),
                          error);
}

/* Whether the export is listed no more; false, too, when it cannot be asked. */
static bool
is_export_gone(QmpClient *qmp)
{
    g_autoptr(Json) exports =
        qmp_client_call(qmp, "query-block-exports", NULL, NULL);

    return json_is_array(exports) && json_array_size(exports) == 0;
}

/* QEMU has closed the client's connection by now, but its thread may be anywhere
 * between that and the abort, while the monitor answers whatever it is asked.
 * What that thread does last is to give the export back: once that is gone, it
 * has lived through all of it.  (Removing it before QEMU saw the client leave
 * would be no experiment: then the main thread closes the connection, and
 * nothing aborts.) */
static bool
survives(QmpClient *qmp)
{
    gint64 deadline =
        g_get_monotonic_time() + PROBE_TIMEOUT_MS * G_TIME_SPAN_MILLISECOND;

    if (!qmp_client_run(qmp, "block-export-del",
                        json_pack("{s:s, s:s}", "id", "export", "mode", "hard"),
                        NULL))
        return false;
    while (!is_export_gone(qmp)) {
        if (qmp_client_is_lost(qmp) || g_get_monotonic_time() > deadline)
            return false;
        g_usleep(PROBE_PAUSE_US);
    }
    return true;
}

/* Everything up to the visit must work, or we have learned nothing. */
static bool
probe(const char *emulator, const char *folder, bool *ret_safe, GError **error)
{
    g_auto(AutoFd) listener = unix_listen(folder, "probe.sock", error);
    g_autoptr(ScrapQemu) scrap = NULL;
    g_autoptr(GError) problem = NULL;
    QmpClient *qmp = NULL;
    NbdProbe visit = NBD_PROBE_FAILED;
    bool is_alive = false;
    int client = -1;

    if (listener < 0)
        return false;
    scrap = scrap_qemu_new(emulator, "tcg", error);
    if (!scrap)
        return false;
    qmp = scrap_qemu_monitor(scrap);
    /* A refusal so far is no answer to the question, and is not cached. */
    if (!export_zeroes(qmp, listener, error))
        return false;
    client = unix_connect(folder, "probe.sock", error);
    if (client < 0)
        return false;
    visit = nbd_probe(client, EXPORT_NAME, 0, PROBE_TIMEOUT_MS, &problem);
    /* A visit that came to nothing proves nothing, unless QEMU died of it. */
    is_alive = visit == NBD_PROBE_FAILED
                   ? qmp_client_run(qmp, "query-version", NULL, NULL)
                   : survives(qmp);
    /* Only a QEMU that is gone has answered the question with no.  One that is
     * there and was slow has not, and a no would be believed for as long as
     * this binary is installed. */
    if (!is_alive && !qmp_client_is_lost(qmp)) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "it does not answer after an NBD client has left");
    }
    if (is_alive && visit == NBD_PROBE_FAILED) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    *ret_safe = is_alive && visit == NBD_PROBE_READABLE;
    return true;
}

/* The experiment needs a QEMU to lose; nothing of the user's is near it. */
bool
qemu_capabilities_export_iothread_safe(QemuRoot *root, const char *emulator,
                                       bool *ret_safe, GError **error)
{
    g_auto(Cache) cache = {.folder = -1};
    g_autofree char *folder =
        g_build_filename(qemu_root_path(root), "cache", NULL);
    const json_t *known = NULL;
    bool is_safe = false;

    if (!cache_open(root, emulator, &cache, error))
        return false;
    known = json_object_get(cache.object, EXPORT_KEY);
    if (json_is_boolean(known)) {
        *ret_safe = json_is_true(known);
        return true;
    }
    if (!probe(emulator, folder, &is_safe, error)) {
        g_prefix_error(error,
                       "cannot find out whether '%s' may serve a disk "
                       "with an I/O thread: ",
                       emulator);
        return false;
    }
    json_object_set_new(cache.object, EXPORT_KEY, json_boolean(is_safe));
    /* Not told before it is written down: the probe costs a QEMU, and its
     * answer should be had once. */
    if (!cache_save(&cache, error))
        return false;
    *ret_safe = is_safe;
    return true;
}
