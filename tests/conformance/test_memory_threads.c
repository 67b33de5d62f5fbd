/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any call from any thread: many threads on one connection, many connections
 * on one host, callbacks from the event loop, and backups that copy meanwhile.
 *
 * What each thread does is its own (names, disks, files), so every call must
 * succeed; that nothing races is for the thread sanitizer to say, with which
 * tsan.sh builds this program.  Nothing here but the public API and pthreads:
 * the sanitizer does not see GLib's locks.
 */
#include <glib.h>
#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    WORKERS = 6,
    ROUNDS = 25,
    BACKUPS = 8,
    OPENINGS = 25,
    DISK = 256 * 1024
};

static virConnectPtr shared;
static virDomainPtr domain; /* on the shared connection */
static char *folder;
static int is_over; /* atomic */

static void
must(bool holds, const char *what)
{
    const char *text = virGetLastErrorMessage();

    if (!holds)
        g_error("%s: %s", what, text ? text : "(no error message)");
}

/* ---- what the threads do ---- */

static void
make_one(unsigned worker, unsigned round)
{
    g_autofree char *xml = g_strdup_printf(
        "<domaincheckpoint><name>w%u-%u</name></domaincheckpoint>", worker,
        round);
    g_autofree char *name = g_strdup_printf("w%u-%u", worker, round);
    char bytes[512] = "";
    virDomainCheckpointPtr made = virDomainCheckpointCreateXML(domain, xml, 0);
    virDomainCheckpointPtr found =
        virDomainCheckpointLookupByName(domain, name, 0);
    virDomainCheckpointPtr *list = NULL;
    char *text = NULL;
    int count = 0;

    must(made && found, "create and look up");
    memset(bytes, (int)round, sizeof(bytes));
    must(virDomainTestDiskWrite(domain, "vda", worker * 4096ULL, bytes,
                                sizeof(bytes), 0) == 0,
         "write");
    text = virDomainCheckpointGetXMLDesc(found, VIR_DOMAIN_CHECKPOINT_XML_SIZE);
    must(text != NULL, "xml");
    free(text);
    count = virDomainListAllCheckpoints(domain, &list, 0);
    must(count >= 1, "list");
    for (int i = 0; i < count; i++)
        (void)virDomainCheckpointFree(list[i]);
    free(list);
    must(virDomainCheckpointDelete(made, 0) == 0, "delete");
    (void)virDomainCheckpointFree(made);
    (void)virDomainCheckpointFree(found);
}

static void *
work_on_checkpoints(void *opaque)
{
    unsigned worker = *(unsigned *)opaque;

    for (unsigned i = 0; i < ROUNDS; i++)
        make_one(worker, i);
    return NULL;
}

static void
wait_for(int job)
{
    int type = VIR_DOMAIN_JOB_UNBOUNDED;

    while (type == VIR_DOMAIN_JOB_UNBOUNDED) {
        virDomainJobPtr handle = virDomainJobLookupByID(domain, job, 0);

        must(handle != NULL, "look up a job");
        type = virDomainJobGetType(handle);
        (void)virDomainJobFree(handle);
    }
    must(type == VIR_DOMAIN_JOB_COMPLETED, "a push");
}

static void *
work_on_backups(void *opaque)
{
    (void)opaque;
    for (unsigned i = 0; i < BACKUPS; i++) {
        g_autofree char *xml = g_strdup_printf(
            "<domainbackup><disks><disk name='vda'>"
            "<target file='%s/push%u'/></disk></disks></domainbackup>",
            folder, i);
        int job = virDomainBackupBegin(domain, xml, NULL, 0);

        must(job > 0, "begin");
        wait_for(job);
        must(virDomainBackupEnd(domain, job, 0) == 1, "end");
    }
    return NULL;
}

static void *
work_on_connections(void *opaque)
{
    unsigned worker = *(unsigned *)opaque;

    for (unsigned i = 0; i < OPENINGS; i++) {
        virConnectPtr conn = virConnectOpen("test:///default");
        g_autofree char *xml = g_strdup_printf(
            "<domain type='test'><name>own%u</name><memory>1024</memory>"
            "<os><type>hvm</type></os></domain>",
            worker);
        virDomainPtr own = NULL;

        must(conn != NULL, "open");
        own = virDomainDefineXML(conn, xml);
        must(own && virDomainCreate(own) == 0, "define and start");
        must(virConnectListAllDomains(conn, NULL, 0) >= 3, "list domains");
        must(virDomainDestroy(own) == 0, "destroy");
        must(virDomainUndefine(own) == 0, "undefine");
        (void)virDomainFree(own);
        must(virConnectClose(conn) == 0, "close");
    }
    return NULL;
}

/* ---- a machine that is saved while others look, and give it up ---- */

static virDomainPtr kept; /* on the shared connection */
static int is_kept_over;  /* atomic */

/* To its end, or given up by the other thread; both leave a machine that can go
 * on. */
static void
save_one(unsigned round)
{
    g_autofree char *file = g_strdup_printf("%s/kept", folder);
    bool is_managed = round % 2 == 0;
    int result =
        is_managed ? virDomainManagedSave(kept, 0) : virDomainSave(kept, file);

    if (result < 0) {
        must(virGetLastErrorCode() == VIR_ERR_OPERATION_ABORTED, "save");
        return;
    }
    must((is_managed ? virDomainCreate(kept)
                     : virDomainRestore(shared, file)) == 0,
         "go on");
    must(is_managed || unlink(file) == 0, "a saved file");
}

static void *
work_on_saves(void *opaque)
{
    char bytes[512] = "";

    (void)opaque;
    for (unsigned i = 0; i < ROUNDS; i++) {
        must(virDomainTestDiskWrite(kept, "vda", i * 4096ULL, bytes,
                                    sizeof(bytes), 0) == 0,
             "write");
        save_one(i);
    }
    __atomic_store_n(&is_kept_over, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

/* Most of the time there is no job to be given up, or no machine to ask about,
 * which are answers as well. */
static void *
look_at_saves(void *opaque)
{
    (void)opaque;
    while (!__atomic_load_n(&is_kept_over, __ATOMIC_SEQ_CST)) {
        virDomainJobInfo info;

        if (virDomainGetJobInfo(kept, &info) < 0) {
            must(virGetLastErrorCode() == VIR_ERR_OPERATION_INVALID,
                 "look at the job");
        }
        must(virDomainListAllJobs(kept, NULL, VIR_DOMAIN_LIST_JOBS_COMPLETED) >=
                 1,
             "list jobs");
        if (virDomainAbortJob(kept) < 0) {
            must(virGetLastErrorCode() == VIR_ERR_OPERATION_INVALID,
                 "give the job up");
        }
    }
    return NULL;
}

static void
on_event(virConnectPtr conn, virDomainPtr about, int event, int detail,
         void *opaque)
{
    (void)conn;
    (void)about;
    (void)event;
    (void)detail;
    __atomic_add_fetch((int *)opaque, 1, __ATOMIC_SEQ_CST);
}

static void
on_timeout(int timer, void *opaque)
{
    (void)timer;
    (void)opaque;
}

static void *
run_loop(void *opaque)
{
    (void)opaque;
    while (!__atomic_load_n(&is_over, __ATOMIC_SEQ_CST))
        must(virEventRunDefaultImpl() == 0, "event loop");
    return NULL;
}

/* ---- all of them at once ---- */

static void
set_up(void)
{
    g_autofree char *xml = NULL;

    folder = g_dir_make_tmp("strandline-test-XXXXXX", NULL);
    must(folder != NULL, "folder");
    must(virEventRegisterDefaultImpl() == 0, "event loop");
    shared = virConnectOpen("test:///default");
    must(shared != NULL, "open");
    xml = g_strdup_printf(
        "<domain type='test'><name>threads</name><metadata>"
        "<disk xmlns='urn:strandline:test:1' target='vda' size='%d'/>"
        "</metadata><memory>1024</memory><os><type>hvm</type></os><devices>"
        "<disk type='file'><driver name='qemu' type='qcow2'/>"
        "<source file='%s/vda.qcow2'/><target dev='vda'/></disk></devices>"
        "</domain>",
        DISK, folder);
    domain = virDomainDefineXML(shared, xml);
    must(domain && virDomainCreate(domain) == 0, "define and start");
    kept = virDomainDefineXML(
        shared, "<domain type='test'><name>kept</name><memory>1024</memory>"
                "<os><type>hvm</type></os><devices><disk type='file'>"
                "<driver name='qemu' type='qcow2'/><source file='/kept'/>"
                "<target dev='vda'/></disk></devices></domain>");
    must(kept && virDomainCreate(kept) == 0, "define and start another");
}

static void
tear_down(void)
{
    must(virDomainDestroy(kept) == 0, "destroy another");
    must(virDomainUndefine(kept) == 0, "undefine another");
    (void)virDomainFree(kept);
    must(virDomainDestroy(domain) == 0, "destroy");
    must(virDomainUndefine(domain) == 0, "undefine");
    (void)virDomainFree(domain);
    must(virConnectClose(shared) == 0, "close");
    for (unsigned i = 0; i < BACKUPS; i++) {
        g_autofree char *file = g_strdup_printf("%s/push%u", folder, i);

        must(unlink(file) == 0, "a pushed file");
    }
    must(rmdir(folder) == 0, "the folder is empty");
    g_free(folder);
}

static pthread_t
start(void *(*work)(void *), void *opaque)
{
    pthread_t thread = 0;

    g_assert_cmpint(pthread_create(&thread, NULL, work, opaque), ==, 0);
    return thread;
}

static void
calls_come_from_any_thread(void)
{
    pthread_t threads[2 * WORKERS + 3];
    unsigned numbers[WORKERS];
    pthread_t loop = 0;
    int heard = 0;
    int id = 0;
    int timer = 0;

    set_up();
    id = virConnectDomainEventRegisterAny(
        shared, NULL, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
        VIR_DOMAIN_EVENT_CALLBACK(on_event), &heard, NULL);
    must(id >= 0, "register");
    timer = virEventAddTimeout(10, on_timeout, NULL, NULL);
    must(timer >= 0, "timer"); /* so that the loop sees the end */
    loop = start(run_loop, NULL);
    for (unsigned i = 0; i < WORKERS; i++) {
        numbers[i] = i;
        threads[2 * i] = start(work_on_checkpoints, &numbers[i]);
        threads[2 * i + 1] = start(work_on_connections, &numbers[i]);
    }
    threads[2 * WORKERS] = start(work_on_backups, NULL);
    threads[2 * WORKERS + 1] = start(work_on_saves, NULL);
    threads[2 * WORKERS + 2] = start(look_at_saves, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
        g_assert_cmpint(pthread_join(threads[i], NULL), ==, 0);
    __atomic_store_n(&is_over, 1, __ATOMIC_SEQ_CST);
    g_assert_cmpint(pthread_join(loop, NULL), ==, 0);
    must(virConnectDomainEventDeregisterAny(shared, id) == 0, "deregister");
    must(virEventRemoveTimeout(timer) == 0, "timer");
    g_assert_cmpint(virDomainListAllCheckpoints(domain, NULL, 0), ==, 0);
    tear_down();
    g_assert_cmpint(__atomic_load_n(&heard, __ATOMIC_SEQ_CST), >, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/memory/threads/calls_come_from_any_thread",
                    calls_come_from_any_thread);
    return g_test_run();
}
