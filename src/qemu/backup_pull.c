/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/backup_pull.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "base/tcp.h"
#include "nbd/probe.h"
#include "qemu/backup_tls.h"
#include "qemu/block/batch.h"
#include "qemu/block/node_list.h"
#include "qemu/block/node_names.h"
#include "qemu/nbd_server.h"
#include "qemu/qmp/message.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* In the machine's folder, for the moment of a check. */
#define CHECK_SOCKET "check.sock"

enum {
    STAT_BLOCK = 512,
    CHECK_TIMEOUT_MS = 15 * 1000,
    /* Each has a coroutine and buffers in QEMU; readers open a few a disk. */
    CONNECTIONS_MAX = 100,
};

/* Whoever began the backup may connect, with our own group, and nobody else:
 * what bind() leaves depends on the umask of the program.  By a descriptor of
 * the socket itself, since its folder may be somebody's who would put another
 * file there in time. */
static bool
give_socket(int folder, const char *name, GError **error)
{
    g_auto(AutoFd) fd = openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
    uid_t owner = caller_uid();
    struct stat status;

    if (fd < 0 || fstat(fd, &status) < 0)
        return fail_errno(error, errno, "cannot look at socket '%s'", name);
    if (!S_ISSOCK(status.st_mode) || status.st_uid != geteuid()) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "'%s' is not the socket that was made there", name);
    }
    if (chmod(path, 0660) < 0 ||
        (owner != geteuid() &&
         fchownat(fd, "", owner, (gid_t)-1, AT_EMPTY_PATH) < 0))
        return fail_errno(error, errno, "cannot give socket '%s' away", name);
    return true;
}

/* Refused if somebody listens there, or if it is no socket: QEMU itself would
 * remove it. */
static int
listen_unix(const BackupServer *server, GError **error)
{
    /* Through the folder's descriptor, so that the path is walked once. */
    g_auto(AutoFd) parent = caller_open_parent(server->socket);
    g_autofree char *folder = g_path_get_dirname(server->socket);
    g_autofree char *name = g_path_get_basename(server->socket);
    g_auto(AutoFd) listener = -1;

    if (parent < 0) {
        fail_errno(error, errno, "cannot open the folder of socket '%s'",
                   server->socket);
        return -1;
    }
    listener = unix_listen_at(parent, folder, name, error);
    /* A socket that could not be given away is left: nobody listens on it, and
     * the next backup takes its place. */
    if (listener < 0 || !give_socket(parent, name, error))
        return -1;
    return fd_steal(&listener);
}

int
backup_pull_listen(BackupServer *server, GError **error)
{
    if (server->transport == BACKUP_TRANSPORT_UNIX)
        return listen_unix(server, error);
    if (!backup_server_is_encrypted(server) &&
        !caller_may_serve(server->name, error))
        return -1;
    return tcp_listen(server->name, server->port, &server->port, error);
}

/* What QEMU calls the socket that it is given, until its server takes it. */
static char *
listener_name(int job)
{
    return g_strdup_printf("sl-j%d", job);
}

/* The descriptor is QEMU's own from here on; ours is closed by the caller.
 * @credentials: an object of QEMU's; NULL: in the clear. */
static bool
start_server(QmpClient *qmp, int job, int listener, const char *credentials,
             GError **error)
{
    g_autofree char *name = listener_name(job);

    /* QEMU takes the descriptor by name from its table; the server has it from
     * then on. */
    return qmp_client_pass_fd(qmp, name, listener, error) &&
           qmp_client_run(qmp, "nbd-server-start",
                          json_pack("{s:{s:s, s:{s:s}}, s:i, s:s*}", "addr",
                                    "type", "fd", "data", "str", name,
                                    "max-connections", CONNECTIONS_MAX,
                                    "tls-creds", credentials),
                          error);
}

bool
backup_pull_serve(QmpClient *qmp, int job, int listener, GError **error)
{
    return start_server(qmp, job, listener, NULL, error);
}

bool
backup_pull_serve_clients(QemuDomain *vm, const Job *job, QmpClient *qmp,
                          int listener, GError **error)
{
    g_autofree char *credentials = NULL;

    if (!backup_server_is_encrypted(job->backup->server))
        return backup_pull_serve(qmp, job->id, listener, error);
    credentials = backup_tls_name(job->id);
    return backup_tls_add(vm, qmp, job->id, error) &&
           start_server(qmp, job->id, listener, credentials, error);
}

/* Read-only; who may connect is decided by who can reach the socket. */
static void
export_disk(const BackupPlan *plan, const BackupPlanDisk *disk, Batch *batch)
{
    const char *target = disk->wanted->name;
    g_autofree char *id = node_job(plan->job, target, "exp");
    g_autofree char *frozen = backup_plan_frozen_node(plan, disk);
    g_autofree char *mask = node_job(plan->job, target, "msk");
    bool is_masked = disk->wanted->expose == BACKUP_EXPOSE_DIRTY;
    json_t *arguments =
        json_pack("{s:s, s:s, s:s, s:s, s:b}", "type", "nbd", "id", id,
                  "node-name", is_masked ? mask : frozen, "name",
                  disk->wanted->exportname, "writable", 0);

    /* Named with its node: the union stands on the frozen node, not on the
     * disk. */
    if (disk->bitmap) {
        json_object_set_new(
            arguments, "bitmaps",
            json_pack("[{s:s, s:s}]", "node", frozen, "name", disk->bitmap));
    }
    batch_add(batch, "block-export-add", arguments);
}

/* One batch; if one export fails, the caller takes the server down, and the
 * others with it. */
bool
backup_pull_export(const BackupPlan *plan, QmpClient *qmp, GError **error)
{
    g_autoptr(Batch) batch = batch_new();

    /* From the first export on a client may connect: the cut is behind us. */
    for (guint i = 0; i < plan->disks->len; i++)
        export_disk(plan, g_ptr_array_index(plan->disks, i), batch);
    return batch_run(batch, qmp, NULL, error);
}

/* Stopping the server takes its exports along and waits for their clients to
 * be gone.  QEMU's complaint that there is no server is the state we want; that
 * an export is left over is not, and is asked for.  A socket that no server took,
 * since its caller died, stays open in QEMU for ever, and nobody else could
 * listen there. */
bool
backup_pull_stop(const Job *job, QmpClient *qmp, GError **error)
{
    g_autoptr(Batch) stop = batch_new();
    g_autoptr(Json) exports = NULL;
    g_autofree char *prefix = g_strdup_printf("sl-j%d-", job->id);
    g_autofree char *listener = listener_name(job->id);
    size_t i = 0;
    json_t *entry = NULL;

    batch_add(stop, "nbd-server-stop", NULL);
    batch_add(stop, "closefd", json_pack("{s:s}", "fdname", listener));
    (void)batch_run(stop, qmp, NULL, NULL);
    /* Asked after the stop: what is listed still holds its node, and the
     * deletion of that would fail with words about a graph. */
    exports = qmp_client_call(qmp, "query-block-exports", NULL, error);
    if (!exports)
        return false;
    json_array_foreach(exports, i, entry)
    {
        const char *id = json_string_value(json_object_get(entry, "id"));

        if (id && g_str_has_prefix(id, prefix)) {
            return fail(error, VIR_ERR_OPERATION_FAILED,
                        "QEMU does not let go of the NBD export '%s'", id);
        }
    }
    return true;
}

/* Nobody listens: asked without waiting, since a listener that is busy is one.
 * The path is short enough for an address, or there would be no job. */
static bool
is_dead_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_auto(AutoFd) probe =
        socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    return probe >= 0 &&
           connect(probe, (struct sockaddr *)&address, sizeof(address)) < 0 &&
           errno == ECONNREFUSED;
}

/* Only if nobody listens: by now somebody else may. */
void
backup_pull_remove_socket(const BackupServer *server)
{
    struct stat status;

    if (!server || !server->socket || lstat(server->socket, &status) < 0 ||
        !S_ISSOCK(status.st_mode))
        return;
    /* Somebody else may have taken the place of ours meanwhile.  A dead socket
     * that stays is replaced by the next backup. */
    if (is_dead_socket(server->socket) && fault_point("file:unlink", NULL))
        (void)unlink(server->socket);
}

/* A device does not tell how much of it is in use; QEMU fills its image from
 * the begin, and knows how far it came. */
static uint64_t
device_used(QemuDomain *vm, const Job *job, const JobDisk *disk)
{
    g_autofree char *file = node_job(job->id, disk->target, "scr-file");
    QmpClient *qmp = qemu_domain_monitor(vm, NULL);

    return qmp ? node_written_to(qmp, file) : disk->temp_used;
}

/* For the figures of a job that runs; nothing depends on them. */
void
backup_pull_look(QemuDomain *vm, Job *job)
{
    for (guint i = 0; i < job->disks->len; i++) {
        JobDisk *disk = g_ptr_array_index(job->disks, i);
        const BackupDisk *wanted =
            backup_def_find_disk(job->backup, disk->target);
        struct stat status;

        if (!wanted || stat(wanted->store, &status) < 0)
            continue;
        /* Blocks and not length: a bounded scratch has its full length from the
         * start. */
        if (S_ISREG(status.st_mode))
            disk->temp_used = (uint64_t)status.st_blocks * STAT_BLOCK;
        if (S_ISBLK(status.st_mode))
            disk->temp_used = device_used(vm, job, disk);
    }
}

static bool
remove_check_export(const char *id, QmpClient *qmp, GError **error)
{
    return qmp_client_run(qmp, "block-export-del",
                          json_pack("{s:s, s:s}", "id", id, "mode", "hard"),
                          error);
}

/* A caller that died while it checked has left its export behind: that one
 * goes, and says nothing about the view. */
static bool
add_check_export(const char *id, const char *view, QmpClient *qmp,
                 GError **error)
{
    json_t *export =
        json_pack("{s:s, s:s, s:s, s:s, s:b}", "type", "nbd", "id", id,
                  "node-name", view, "name", id, "writable", 0);
    /* The second try comes after a removal; its error is the one that is
     * told. */
    bool is_added =
        qmp_client_run(qmp, "block-export-add", json_incref(export), NULL) ||
        (remove_check_export(id, qmp, NULL) &&
         qmp_client_run(qmp, "block-export-add", json_incref(export), error));

    json_decref(export);
    if (!is_added && error && !*error) {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "cannot export the view '%s' to check it", view);
    }
    return is_added;
}

/* Reads one view through an export of its own, which clients have no use for:
 * they read the scratch, and that does not tell. */
static bool
check_view(const Job *job, const JobDisk *disk, const BackupServer *server,
           QmpClient *qmp, GError **error)
{
    g_autofree char *id = node_job(job->id, disk->target, "check");
    g_autofree char *view = node_job(job->id, disk->target, "view");
    g_auto(AutoFd) socket = -1;
    g_autoptr(GError) problem = NULL;
    NbdProbe found = NBD_PROBE_FAILED;

    if (!add_check_export(id, view, qmp, error))
        return false;
    socket = nbd_server_connect(server, &problem);
    if (socket >= 0) {
        found = nbd_probe(fd_steal(&socket), id, 0, CHECK_TIMEOUT_MS, &problem);
    }
    /* Before the answer is told: an export that stays would keep the view from
     * being deleted. */
    if (!remove_check_export(id, qmp, error))
        return false;
    /* Not knowing is no success: what was read is believed only if the view was
     * seen to hold. */
    if (found == NBD_PROBE_FAILED) {
        g_propagate_prefixed_error(
            error, g_steal_pointer(&problem),
            "cannot check the view of disk '%s': ", disk->target);
        return false;
    }
    if (found == NBD_PROBE_BROKEN) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "the scratch of disk '%s' was full or too slow, so the "
                    "frozen view was given up for the guest's sake; what was "
                    "read of it is worthless: back up again with more room",
                    disk->target);
    }
    return true;
}

/* Disk by disk, and the first that broke is named. */
static bool
check_views(const Job *job, const BackupServer *server, QmpClient *qmp,
            GError **error)
{
    for (guint i = 0; i < job->disks->len; i++) {
        if (!check_view(job, g_ptr_array_index(job->disks, i), server, qmp,
                        error))
            return false;
    }
    return true;
}

/* We are no client that shows a certificate.  The readers are done, or there
 * would be no question: their server makes room for one that only we know. */
static bool
check_apart(QemuDomain *vm, const Job *job, QmpClient *qmp, GError **error)
{
    g_autofree char *folder = qemu_root_folder_path(vm->root, vm->uuid);
    g_autofree char *path = g_build_filename(folder, CHECK_SOCKET, NULL);
    const BackupServer server = {.transport = BACKUP_TRANSPORT_UNIX,
                                 .socket = path};
    g_auto(AutoFd) listener = -1;
    bool is_sound = false;

    /* First of all: the check of a caller that died may be served still, and
     * listens where we shall. */
    if (!backup_pull_stop(job, qmp, error) ||
        !fault_point("file:listen", error))
        return false;
    listener = unix_listen(folder, CHECK_SOCKET, error);
    if (listener < 0)
        return false;
    is_sound = backup_pull_serve(qmp, job->id, listener, error) &&
               check_views(job, &server, qmp, error);
    (void)unlink(path);
    return is_sound;
}

bool
backup_pull_check(QemuDomain *vm, const Job *job, QmpClient *qmp,
                  GError **error)
{
    return backup_server_is_encrypted(job->backup->server)
               ? check_apart(vm, job, qmp, error)
               : check_views(job, job->backup->server, qmp, error);
}
