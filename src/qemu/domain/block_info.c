/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/domain/block_info.h"

#include "base/error.h"
#include "base/fd.h"
#include "qemu/block/node_names.h"
#include "qemu/domain.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/process/image_chain.h"
#include "qemu/qmp/message.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

/* From the host's side, for file and device alike. */
bool
block_info_look(const char *path, virDomainBlockInfoPtr info, GError **error)
{
    g_auto(AutoFd) fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    guint64 length = 0;

    if (fd < 0 || fstat(fd, &status) < 0) {
        return fail_errno(error, errno, "cannot look at image '%s'", path);
    }
    if (S_ISBLK(status.st_mode)) {
        if (ioctl(fd, BLKGETSIZE64, &length) < 0) {
            return fail_errno(error, errno, "cannot get the size of '%s'",
                              path);
        }
        info->physical = info->allocation = length;
    } else {
        info->physical = (unsigned long long)status.st_size;
        info->allocation = (unsigned long long)status.st_blocks * 512;
    }
    /* Right for raw; for qcow2 the callers put the image's own figure in its
     * place. */
    info->capacity = info->physical;
    return true;
}

/* For a machine that is off: nobody else has the image open for writing. */
static bool
ask_tool(const DiskDef *disk, virDomainBlockInfoPtr info, GError **error)
{
    g_autoptr(ImageHeader) header = NULL;

    /* The file's length is the disk's. */
    if (disk->format == IMAGE_FORMAT_RAW)
        return true;
    header = image_header_read(disk->path, disk->format, error);
    if (header)
        info->capacity = header->virtual_size;
    return header != NULL;
}

/* QEMU knows the size after a resize; the image's header may lag behind. */
static bool
ask_qemu(QemuDomain *vm, const DiskDef *disk, virDomainBlockInfoPtr info,
         GError **error)
{
    g_autofree char *wanted = node_format(disk);
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_autoptr(Json) nodes =
        qmp ? qmp_client_call(qmp, "query-named-block-nodes",
                              json_pack("{s:b}", "flat", 1), error)
            : NULL;
    json_t *node = NULL;
    gsize index = 0;

    if (!nodes)
        return false;
    json_array_foreach(nodes, index, node)
    {
        const char *name =
            json_string_value(json_object_get(node, "node-name"));
        json_t *size =
            json_object_get(json_object_get(node, "image"), "virtual-size");

        /* The top image's node: filters of a backup above it have the same
         * size, and other names. */
        if (g_strcmp0(name, wanted) != 0 || !json_is_integer(size))
            continue;
        info->capacity = (unsigned long long)json_integer_value(size);
        return true;
    }
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "QEMU of domain '%s' has no node for disk '%s'", vm->name,
                disk->target);
}

/* First the host's view, which holds for every format, then what is written in
 * the image. */
bool
block_info_get(QemuDomain *vm, const char *name, virDomainBlockInfoPtr ret_info,
               GError **error)
{
    const DiskDef *disk =
        domain_def_find_disk_by_name(qemu_domain_def(vm), name);

    if (!disk) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "domain '%s' has no disk '%s'; domblklist names its disks",
                    vm->name, name);
    }
    memset(ret_info, 0, sizeof(*ret_info));
    /* All zero, as libvirt says of a drive without a medium. */
    if (disk_def_is_empty(disk))
        return true;
    if (!block_info_look(disk->path, ret_info, error))
        return false;
    return qemu_domain_is_active(vm) ? ask_qemu(vm, disk, ret_info, error)
                                     : ask_tool(disk, ret_info, error);
}

/* A reading call: it must work for a machine whose QEMU hangs. */
int
qemu_domain_block_info(virDomainPtr domain, const char *disk,
                       virDomainBlockInfoPtr ret_info, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, error);

    return call && block_info_get(qemu_call_domain(call), disk, ret_info, error)
               ? 0
               : -1;
}
