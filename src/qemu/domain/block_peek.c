/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A few bytes of a disk, as the guest sees it.
 *
 * A raw image is the disk: its file is read, whoever has it open.  What stands
 * where in any other only its user knows as long as there is one: QEMU keeps
 * tables in memory that are not in the file yet.  So a running QEMU is asked,
 * over NBD, which is the one way by which it gives out bytes; and of a machine
 * that is off qemu-img cuts the piece out.
 *
 * QEMU has one NBD server.  While a pull backup has it a peek is refused: the
 * server may be one for TLS, and its clients would see an export come and go.
 */
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "base/spawn.h"
#include "model/block/disk_chain.h"
#include "nbd/export_read.h"
#include "qemu/backup_pull.h"
#include "qemu/block/node_names.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/jobs/job_store.h"
#include "qemu/nbd_server.h"
#include "qemu/process/image_chain.h"
#include "qemu/qmp/message.h"
#include "xml/domain_xml.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What is asked for. */
typedef struct {
    const DiskDef *disk;
    uint64_t offset;
    gsize size;
    char *buffer;
} Peek;

/* Not a job's: their ids begin at 1. */
static const Job peek_job = {.id = 0};

enum { SECTOR = 512, TOOL_TIMEOUT_MS = 60 * 1000 };

static bool
fail_range(const Peek *peek, GError **error)
{
    return fail(error, VIR_ERR_INVALID_ARG,
                "%" G_GSIZE_FORMAT " bytes from %" G_GUINT64_FORMAT
                " on are not all within disk '%s'",
                peek->size, peek->offset, peek->disk->target);
}

/* ---- files ---- */

/* A file that ends before what was asked for is a disk that does; the size of a
 * device is not known in another way, so it is not asked for beforehand. */
static bool
read_file(const Peek *peek, const char *path, uint64_t offset, GError **error)
{
    g_auto(AutoFd) fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    gsize done = 0;

    if (fd < 0)
        return fail_errno(error, errno, "cannot read '%s'", path);
    if (offset > G_MAXINT64 - peek->size)
        return fail_range(peek, error);
    while (done < peek->size) {
        ssize_t n = pread(fd, peek->buffer + done, peek->size - done,
                          (off_t)(offset + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return fail_errno(error, errno, "cannot read '%s'", path);
        if (n == 0)
            return fail_range(peek, error);
        done += (gsize)n;
    }
    return true;
}

/* ---- of a machine that is off ---- */

/* (transfer full): the images with all that is below them, every format and
 * every name said. */
static json_t *
describe_chain(const DiskDef *disk)
{
    json_t *tree = json_null();

    for (unsigned n = disk_chain_length(disk); n > 0; n--) {
        const ImageLayer layer = disk_chain_layer(disk, n - 1);
        bool is_block = layer.type == DISK_SOURCE_BLOCK;
        json_t *node = json_pack("{s:s, s:{s:s, s:s}}", "driver",
                                 image_format_name(layer.format), "file",
                                 "driver", is_block ? "host_device" : "file",
                                 "filename", layer.path);

        if (layer.format == IMAGE_FORMAT_QCOW2) {
            json_object_set_new(node, "backing", tree);
        } else {
            json_decref(tree);
        }
        tree = node;
    }
    return tree;
}

/* Whole sectors around what is asked for, into @piece, which is there. */
static bool
cut_out(const Peek *peek, const DiskDef *disk, const char *piece,
        GError **error)
{
    uint64_t start = peek->offset / SECTOR * SECTOR;
    uint64_t end = (peek->offset + peek->size + SECTOR - 1) / SECTOR * SECTOR;
    g_autoptr(Json) window = json_pack(
        "{s:s, s:I, s:I, s:o}", "driver", "raw", "offset", (json_int_t)start,
        "size", (json_int_t)(end - start), "file", describe_chain(disk));
    char *text = json_dumps(window, JSON_COMPACT);
    g_autofree char *source = g_strconcat("json:", text, NULL);
    const char *const argv[] = {"qemu-img", "convert", "-n",   "-f",  "raw",
                                "-O",       "raw",     source, piece, NULL};
    g_autofree char *output = NULL;

    free(text);
    if (!fault_point("file:size-piece", error))
        return false;
    if (truncate(piece, (off_t)(end - start)) < 0)
        return fail_errno(error, errno, "cannot use '%s'", piece);
    output = spawn_tool(argv, SECTOR, TOOL_TIMEOUT_MS, error);
    return output && read_file(peek, piece, peek->offset - start, error);
}

/* Into a file of the domain's folder, 0600, since it is the guest's data; it
 * needs no name that lasts. */
static bool
peek_at_images(const QemuDomain *vm, const Peek *peek, GError **error)
{
    g_autofree char *folder = qemu_root_folder_path(vm->root, vm->uuid);
    g_autofree char *piece = g_build_filename(folder, "peek-XXXXXX", NULL);
    g_autoptr(DomainDef) copy = domain_def_copy(vm->config);
    DiskDef *disk = domain_def_find_disk(copy, peek->disk->target);
    g_autoptr(ImageHeader) header =
        image_header_read(disk->path, disk->format, error);
    g_auto(AutoFd) fd = -1;
    bool is_read = false;

    if (!header || !image_chain_complete(disk, error))
        return false;
    if (peek->size > header->virtual_size ||
        peek->offset > header->virtual_size - peek->size)
        return fail_range(peek, error);
    fd = mkostemp(piece, O_CLOEXEC);
    if (fd < 0)
        return fail_errno(error, errno, "cannot make '%s'", piece);
    is_read = cut_out(peek, disk, piece, error);
    /* One that stays goes with the domain's folder. */
    if (fault_point("file:unlink", NULL))
        (void)unlink(piece);
    return is_read;
}

/* ---- of a running one ---- */

/* Before QEMU is asked: its own refusal would not say whose server it is, nor
 * what to do. */
static bool
refuse_pull(QemuDomain *vm, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);

    for (guint i = 0; jobs && i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job_is_live(job) && job->backup &&
            job->backup->mode == BACKUP_MODE_PULL) {
            return fail(error, VIR_ERR_OPERATION_INVALID,
                        "QEMU of domain '%s' serves backup %d, and can serve "
                        "nobody else meanwhile; read from that, or end it",
                        vm->name, job->id);
        }
    }
    return jobs != NULL;
}

/* A server that nobody uses is one that a peek left whose caller died. */
static bool
serve(QmpClient *qmp, int listener, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(Json) exports = NULL;

    if (backup_pull_serve(qmp, peek_job.id, listener, &problem))
        return true;
    exports = qmp_client_call(qmp, "query-block-exports", NULL, error);
    if (!exports)
        return false;
    if (json_array_size(exports) > 0) {
        const json_t *first = json_array_get(exports, 0);
        const char *id = json_string_value(json_object_get(first, "id"));

        if (!id || !g_str_has_prefix(id, "sl-j0-")) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
    }
    return backup_pull_stop(&peek_job, qmp, error) &&
           backup_pull_serve(qmp, peek_job.id, listener, error);
}

/* The image, and not what a backup may have put above it for the while. */
static bool
export_disk(QmpClient *qmp, const DiskDef *disk, GError **error)
{
    g_autofree char *id = node_job(peek_job.id, disk->target, "exp");
    g_autofree char *node = node_format(disk);

    return qmp_client_run(qmp, "block-export-add",
                          json_pack("{s:s, s:s, s:s, s:s, s:b}", "type", "nbd",
                                    "id", id, "node-name", node, "name",
                                    disk->target, "writable", 0),
                          error);
}

/* As any client does, over a socket that only we know, for as long as it
 * takes. */
static bool
read_export(const BackupServer *server, const Peek *peek, GError **error)
{
    int socket = nbd_server_connect(server, error);

    return socket >= 0 &&
           nbd_export_read(socket, peek->disk->target, peek->offset,
                           peek->buffer, peek->size, error);
}

static bool
peek_through_qemu(QemuDomain *vm, const Peek *peek, GError **error)
{
    g_autofree char *folder = qemu_root_folder_path(vm->root, vm->uuid);
    g_autofree char *path = g_build_filename(folder, "peek.sock", NULL);
    BackupServer server = {.transport = BACKUP_TRANSPORT_UNIX, .socket = path};
    QmpClient *qmp =
        refuse_pull(vm, error) ? qemu_domain_monitor(vm, error) : NULL;
    g_auto(AutoFd) listener = qmp ? backup_pull_listen(&server, error) : -1;
    bool is_read = false;

    if (listener < 0)
        return false;
    is_read = serve(qmp, listener, error) &&
              export_disk(qmp, peek->disk, error) &&
              read_export(&server, peek, error);
    /* What was read is right, whatever becomes of the server: the next peek, or
     * the undo of a backup, finds it. */
    (void)backup_pull_stop(&peek_job, qmp, NULL);
    backup_pull_remove_socket(&server);
    return is_read;
}

/* ---- the call ---- */

static bool
take_a_peek(QemuDomain *vm, const char *name, Peek *peek, GError **error)
{
    peek->disk = domain_def_find_disk_by_name(qemu_domain_def(vm), name);
    if (!peek->disk || disk_def_is_empty(peek->disk)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "domain '%s' has no disk '%s' with a medium; domblklist "
                    "names its disks",
                    vm->name, name);
    }
    if (peek->disk->format == IMAGE_FORMAT_RAW)
        return read_file(peek, peek->disk->path, peek->offset, error);
    return qemu_domain_is_active(vm) ? peek_through_qemu(vm, peek, error)
                                     : peek_at_images(vm, peek, error);
}

int
qemu_block_peek(virDomainPtr domain, const char *disk,
                unsigned long long offset, size_t size, void *ret_buffer,
                GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    /* Into the caller's memory only when all of it is there. */
    g_autofree char *bytes = g_malloc(size);
    Peek peek = {.offset = offset, .size = size, .buffer = bytes};

    if (!call || !take_a_peek(qemu_call_domain(call), disk, &peek, error))
        return -1;
    memcpy(ret_buffer, bytes, size);
    return 0;
}
