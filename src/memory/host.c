/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/host.h"

#include "base/error.h"
#include "memory/domain.h"
#include "memory/migrate/migrate_calls.h"
#include "memory/run/domain_create.h"
#include "xml/domain_xml.h"
#include "xml/host/test_xml.h"

#include <string.h>

/* What libvirt's test:///default has: this name, UUID, memory and vCPUs, so that
 * programs and tests which know it find it.  The disk is ours: there would be
 * nothing to back up. */
static const char default_domain[] =
    "<domain type='test'><name>test</name>"
    "<uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>"
    "<memory>8388608</memory><currentMemory>2097152</currentMemory>"
    "<vcpu>2</vcpu><os><type>hvm</type></os><devices>"
    "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>"
    "<source file='/guest/test.qcow2'/><target dev='vda' bus='virtio'/></disk>"
    "</devices></domain>";

/* The host of test:///default; it holds no reference, its sessions do. */
static struct {
    Lock lock; /* taken before any host's */
    MemoryHost *host;
} shared = {.lock = PTHREAD_MUTEX_INITIALIZER};

enum { VERSION = 2 }; /* libvirt's test driver has it */

static void
end_export(gpointer export)
{
    memory_export_free(export);
}

static GPtrArray *
new_ended(void)
{
    return g_ptr_array_new_with_free_func(end_export);
}

/* Domains are removed one by one by memory_host_unref(), and sessions are the
 * connections': neither array frees what it holds. */
static MemoryHost *
host_new(void)
{
    MemoryHost *host = g_new0(MemoryHost, 1);

    host->refs = 1;
    lock_init(&host->lock);
    host->domains = g_ptr_array_new();
    host->sessions = g_ptr_array_new();
    host->ended = new_ended();
    return host;
}

MemoryHost *
memory_host_ref(MemoryHost *host)
{
    g_atomic_int_inc(&host->refs);
    return host;
}

/* By the last session or the last thread that copies: nobody else knows the
 * host any more, so no lock is taken. */
void
memory_host_unref(MemoryHost *host)
{
    if (!host || !g_atomic_int_dec_and_test(&host->refs))
        return;
    while (host->domains->len > 0)
        memory_domain_remove(g_ptr_array_index(host->domains, 0));
    g_ptr_array_unref(host->domains);
    g_ptr_array_unref(host->sessions);
    g_ptr_array_unref(host->ended);
    lock_clear(&host->lock);
    g_free(host);
}

void
memory_host_lock(MemoryHost *host)
{
    /* The holder is the lock itself: memory_host_unlock() gives it back. */
    (void)lock_hold(&host->lock);
}

/* What a call put off is taken out under the lock and ended after it: a daemon
 * is waited for, and nobody else should wait along. */
void
memory_host_unlock(MemoryHost *host)
{
    g_autoptr(GPtrArray) ended = NULL;

    if (host->ended->len > 0) {
        ended = host->ended;
        host->ended = new_ended();
    }
    lock_release(&host->lock);
}

/* Ending an export waits for its process; a caller holds the lock. */
void
memory_host_end_later(MemoryHost *host, MemoryExport *export)
{
    if (export)
        g_ptr_array_add(host->ended, export);
}

/* A walk: a host has a handful of domains, and their names change. */
MemoryDomain *
memory_host_find_uuid(const MemoryHost *host, const unsigned char *uuid)
{
    for (guint i = 0; i < host->domains->len; i++) {
        MemoryDomain *vm = g_ptr_array_index(host->domains, i);

        if (memcmp(vm->uuid, uuid, DOMAIN_UUID_SIZE) == 0)
            return vm;
    }
    return NULL;
}

MemoryDomain *
memory_host_find_name(const MemoryHost *host, const char *name)
{
    for (guint i = 0; i < host->domains->len; i++) {
        MemoryDomain *vm = g_ptr_array_index(host->domains, i);

        if (g_str_equal(vm->name, name))
            return vm;
    }
    return NULL;
}

/* -1 is what those that are off have, and finds none. */
MemoryDomain *
memory_host_find_id(const MemoryHost *host, int id)
{
    for (guint i = 0; i < host->domains->len; i++) {
        MemoryDomain *vm = g_ptr_array_index(host->domains, i);

        if (vm->id == id && id >= 0)
            return vm;
    }
    return NULL;
}

/* ---- opening ---- */

bool
memory_accepts(const ConnectUri *uri)
{
    return g_str_equal(uri->scheme, "test") && !uri->transport && !uri->host &&
           strlen(uri->path) > 1;
}

/* Started before it gets its definition: a transient one has none, and what
 * runs is the live one in either case. */
static bool
add_domain(MemoryHost *host, TestDomain *described, GError **error)
{
    const DomainDef *def = described->def;
    MemoryDomain *vm = NULL;

    if (memory_host_find_name(host, def->name) ||
        memory_host_find_uuid(host, def->uuid)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "domain '%s' has the name or the UUID of one before it",
                    def->name);
    }
    vm = memory_domain_new(host, def->name, def->uuid);
    if (described->state != VIR_DOMAIN_SHUTOFF) {
        memory_domain_start(vm, domain_def_copy(def), DOMAIN_FROM_NOTHING,
                            described->state == VIR_DOMAIN_PAUSED);
        vm->state = described->state;
    }
    if (!described->is_transient)
        memory_domain_set_config(vm, g_steal_pointer(&described->def));
    return true;
}

/* A host of its own for each opening, as libvirt has it: two that read one file
 * do not see each other's changes. */
static MemoryHost *
host_from_file(const char *path, GError **error)
{
    g_autoptr(GPtrArray) domains = test_xml_read_node(path, error);
    g_autoptr(MemoryHost) host = host_new();

    if (!domains) {
        g_prefix_error(error, "cannot open '%s': ", path);
        return NULL;
    }
    for (guint i = 0; i < domains->len; i++) {
        if (!add_domain(host, g_ptr_array_index(domains, i), error)) {
            g_prefix_error(error, "cannot open '%s': ", path);
            return NULL;
        }
    }
    return g_steal_pointer(&host);
}

/* The first that opens makes it, with the shared lock held; a failure leaves no
 * host behind that others would find. */
static MemoryHost *
shared_host(GError **error)
{
    g_autoptr(MemoryHost) host = NULL;
    TestDomain described = {.state = VIR_DOMAIN_RUNNING};

    if (shared.host)
        return memory_host_ref(shared.host);
    described.def = domain_xml_parse(default_domain, error);
    if (!described.def)
        return NULL;
    host = host_new();
    if (!add_domain(host, &described, error))
        return NULL;
    shared.host = host;
    return g_steal_pointer(&host);
}

/* The shared lock around both, so that nobody finds a host that is closing. */
void *
memory_open(const ConnectUri *uri, bool is_readonly, char **ret_uri,
            GError **error)
{
    LOCK_SCOPE(&shared.lock);
    bool is_default = g_str_equal(uri->path, "/default");
    MemoryHost *host =
        is_default ? shared_host(error) : host_from_file(uri->path, error);
    MemorySession *session = NULL;

    (void)is_readonly; /* held by the public calls */
    if (!host)
        return NULL;
    session = g_new0(MemorySession, 1);
    session->host = host;
    {
        LOCK_SCOPE(&host->lock);

        g_ptr_array_add(host->sessions, session);
    }
    *ret_uri = g_strdup_printf("test://%s", uri->path);
    return session;
}

/* With the last session everything that runs on a host ends. */
static void
end_jobs(MemoryHost *host)
{
    for (guint i = 0; i < host->domains->len; i++) {
        memory_domain_end_jobs(g_ptr_array_index(host->domains, i),
                               JOB_CANCELLED, "its connection was closed");
    }
}

/* The order is that of memory_open(): the shared lock first.  The last session
 * takes the host out of everybody's sight before anything is freed. */
void
memory_close(void *opened)
{
    MemorySession *session = opened;
    MemoryHost *host = session->host;

    /* Without the locks: it may take a call of another process. */
    memory_migrate_end_led(session);
    {
        LOCK_SCOPE(&shared.lock);

        memory_host_lock(host);
        memory_domain_end_owned(session);
        g_ptr_array_remove(host->sessions, session);
        if (host->sessions->len == 0) {
            end_jobs(host);
            if (shared.host == host)
                shared.host = NULL;
        }
        memory_host_unlock(host);
    }
    memory_host_unref(host);
    g_free(session);
}

/* The queue is the connection's and outlives the session; NULL costs nobody who
 * changes something an event that no one would take. */
void
memory_events_wanted(virConnectPtr conn, bool is_wanted)
{
    MemorySession *session = conn->session;
    LOCK_SCOPE(&session->host->lock);

    session->events = is_wanted ? conn->events : NULL;
}

int
memory_connect_version(virConnectPtr conn, unsigned long *ret_version,
                       GError **error)
{
    (void)conn;
    (void)error;
    *ret_version = VERSION;
    return 0;
}

/* A host that is not this one, and always the same: programs that are tested
 * with libvirt's test driver find that one's figures. */
int
memory_node_info(virConnectPtr conn, virNodeInfoPtr ret_info, GError **error)
{
    (void)conn;
    (void)error;
    *ret_info = (virNodeInfo){.model = "x86_64",
                              .memory = 3UL * 1024 * 1024,
                              .cpus = 16,
                              .mhz = 1400,
                              .nodes = 2,
                              .sockets = 2,
                              .cores = 2,
                              .threads = 2};
    return 0;
}

char *
memory_connect_capabilities(virConnectPtr conn, GError **error)
{
    (void)conn;
    (void)error;
    return g_strdup("<capabilities>\n"
                    "  <host>\n"
                    "    <cpu>\n"
                    "      <arch>x86_64</arch>\n"
                    "    </cpu>\n"
                    "  </host>\n"
                    "  <guest>\n"
                    "    <os_type>hvm</os_type>\n"
                    "    <arch name='x86_64'>\n"
                    "      <wordsize>64</wordsize>\n"
                    "      <domain type='test'/>\n"
                    "    </arch>\n"
                    "  </guest>\n"
                    "</capabilities>\n");
}
