/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scratch of a pull lies on storage that stands still: the guest's write
 * waits for a while (CBW_TIMEOUT_S of qemu/backup_cut.c) and then goes on, and
 * it is the backup that breaks.
 *
 * The storage is a file of nbdfuse, whose nbdkit can be paused.  Mounting it
 * needs root and /dev/fuse. */
#include "checkpoint_steps.h"

#include <libvirt/virterror.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define DISK_SIZE (4 * MIB)
#define BLOCK     (64 * KIB)

enum { DATA = 0x5d, WAIT_STEPS = 3000, WAIT_STEP_US = 10 * 1000 };

typedef struct {
    char *file;    /* what QEMU opens */
    char *content; /* where it really is */
    char *control; /* of the pause */
    char *socket;
    GPid server;
    GPid mount;
} Storage;

static GPid
run_beside(const char *const *words)
{
    g_autoptr(GError) error = NULL;
    GPid pid = 0;

    g_spawn_async(NULL, (char **)words, NULL,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                  &pid, &error);
    g_assert_no_error(error);
    return pid;
}

static void
wait_for_size(const char *path, int64_t at_least)
{
    for (int i = 0; i < WAIT_STEPS; i++) {
        struct stat status;

        if (stat(path, &status) == 0 && status.st_size >= at_least)
            return;
        g_usleep(WAIT_STEP_US);
    }
    g_error("'%s' does not come", path);
}

/* A qcow2 image with room to grow in, since a mounted file cannot. */
static Storage *
storage_new(const Machine *machine)
{
    Storage *storage = g_new0(Storage, 1);
    g_autofree char *pause = NULL;
    g_autofree char *uri = NULL;

    storage->file = machine_file(machine, "disk8.qcow2");
    storage->content = machine_file(machine, "disk9.qcow2");
    storage->control = machine_file(machine, "pause");
    storage->socket = machine_file(machine, "storage");
    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2",
                       storage->content, "4M", NULL));
    g_free(run_command("truncate", "-s", "16M", storage->content, NULL));
    pause = g_strconcat("pause-control=", storage->control, NULL);
    uri = g_strconcat("nbd+unix:///?socket=", storage->socket, NULL);
    storage->server = run_beside((const char *const[]){
        "nbdkit", "-f", "-U", storage->socket, "--filter=pause", "file",
        storage->content, pause, NULL});
    wait_for_size(storage->socket, 0);
    g_assert_true(g_file_set_contents(storage->file, "", 0, NULL));
    storage->mount =
        run_beside((const char *const[]){"nbdfuse", storage->file, uri, NULL});
    wait_for_size(storage->file, 16 * (int64_t)MIB);
    return storage;
}

static void
storage_free(Storage *storage)
{
    g_free(run_command("umount", "-l", storage->file, NULL));
    g_assert_cmpint(kill(storage->server, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(storage->server, NULL, 0), ==, storage->server);
    (void)kill(storage->mount, SIGKILL); /* it ends with its mount */
    g_assert_cmpint(waitpid(storage->mount, NULL, 0), ==, storage->mount);
    g_free(storage->file);
    g_free(storage->content);
    g_free(storage->control);
    g_free(storage->socket);
    g_free(storage);
}

/* 'p': from its answer on no request is served; 'r': all are again. */
static void
tell(const Storage *storage, char what)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char answer = '\0';

    g_strlcpy(address.sun_path, storage->control, sizeof(address.sun_path));
    g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)),
                    ==, 0);
    g_assert_cmpint(write(fd, &what, 1), ==, 1);
    g_assert_cmpint(read(fd, &answer, 1), ==, 1);
    g_assert_cmpint(answer, ==, g_ascii_toupper(what));
    close(fd);
}

static int
begin_over(Machine *machine, const Storage *storage)
{
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='pull'><incremental>c1</incremental>"
        "<server transport='unix' socket='%s/nbd.sock'/><disks>"
        "<disk name='vda'><scratch file='%s'/></disk></disks></domainbackup>",
        machine->folder, storage->file);
    int job = virDomainBackupBegin(
        machine->domain, xml,
        "<domaincheckpoint><name>c2</name></domaincheckpoint>",
        VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL);

    require(job > 0);
    return job;
}

static void
a_scratch_that_stands_still_breaks_the_backup_alone(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    Storage *storage = NULL;
    int job = 0;

    if (geteuid() != 0 || access("/dev/fuse", R_OK | W_OK) < 0) {
        g_test_skip("mounting needs root and /dev/fuse");
        return;
    }
    storage = storage_new(machine);
    machine_start_paused(machine);
    machine_write(machine, 0, DATA, 0, 2 * MIB);
    make_checkpoint(machine, "c1", NULL);
    job = begin_over(machine, storage);
    machine_write(machine, 0, 1, 0, BLOCK);
    tell(storage, 'p');
    /* This one waits for the scratch till the view is given up ... */
    machine_write(machine, 0, 2, MIB, BLOCK);
    /* ... and the others do not. */
    for (unsigned i = 1; i < 8; i++)
        machine_write(machine, 0, 2, MIB + i * BLOCK, BLOCK);
    /* An end would have the guest wait for it once more. */
    g_assert_cmpint(virDomainBackupEnd(machine->domain, job, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_TIMEOUT);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), storage->file));
    g_assert_cmpint(virDomainListJobIds(machine->domain, NULL, 0), ==, 2);
    machine_write(machine, 0, 2, MIB, BLOCK);
    tell(storage, 'r');
    g_assert_cmpint(virDomainBackupEnd(machine->domain, job, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "'vda'"));
    assert_names(machine, "c1");
    assert_bitmaps(machine, 0, "c1*");
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 9 * BLOCK);
    machine_stop(machine);
    g_free(run_command("qemu-io", "-r", "-f", "qcow2", "-c", "read -P 1 0 64k",
                       "-c", "read -P 2 1M 512k", machine->path[0], NULL));
    storage_free(storage);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/backup/slow_scratch/"
                    "a_scratch_that_stands_still_breaks_the_backup_alone",
                    a_scratch_that_stands_still_breaks_the_backup_alone);
    return g_test_run();
}
