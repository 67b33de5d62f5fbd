/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/caller_rules.h"

#include "base/caller.h"
#include "base/error.h"
#include "model/block/disk_chain.h"
#include "model/domain_devices.h"
#include "xml/domain_xml.h"

#include <errno.h>
#include <string.h>

/* A block device of the host is whole disks of others, below no folder that
 * could bound it. */
static bool
may_use(DiskSourceType type, CallerPlace place, const char *path,
        GError **error)
{
    g_autofree char *what = NULL;

    if (type != DISK_SOURCE_BLOCK)
        return caller_may_name(place, path, error);
    what = g_strdup_printf("the block device '%s'", path);
    return caller_may(CALLER_DEVICES, what, error);
}

/* Also for the target of a copy, which becomes the disk's image. */
bool
caller_rules_layer(const ImageLayer *layer, GError **error)
{
    return may_use(layer->type, CALLER_IMAGES, layer->path, error);
}

/* With what the document itself says is below; what a header names is looked at
 * when it is read (image_chain.c). */
static bool
check_disks(const DomainDef *def, GError **error)
{
    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = def->disks->pdata[i];

        if (disk_def_is_empty(disk))
            continue;
        for (unsigned n = 0; n < disk_chain_length(disk); n++) {
            const ImageLayer layer = disk_chain_layer(disk, n);

            if (!caller_rules_layer(&layer, error))
                return false;
        }
    }
    return true;
}

/* Files that we open or make for QEMU, and sockets that we make. */
static bool
check_chars(const GPtrArray *ends, GError **error)
{
    for (guint i = 0; i < ends->len; i++) {
        const DomainChar *end = ends->pdata[i];

        if (!caller_may_name(CALLER_IMAGES, end->path, error))
            return false;
    }
    return true;
}

/* What root has installed is for everybody: firmware, kernels, templates.  It is
 * only read, and by a QEMU that is nobody. */
static bool
is_installed(const char *path)
{
    return g_str_has_prefix(path, "/usr/share/") && !strstr(path, "/../");
}

/* Variables are written to, the others are read. */
static bool
check_machine(const DomainMachine *machine, GError **error)
{
    const char *const read[] = {machine->loader, machine->nvram_template,
                                machine->kernel, machine->initrd};

    for (gsize i = 0; i < G_N_ELEMENTS(read); i++) {
        if (read[i] && !is_installed(read[i]) &&
            !caller_may_name(CALLER_IMAGES, read[i], error))
            return false;
    }
    return caller_may_name(CALLER_IMAGES, machine->nvram, error);
}

/* It is run, so it has to be root's own, and so has every folder above it. */
static bool
check_emulator(const char *emulator, GError **error)
{
    g_autofree char *path = g_canonicalize_filename(emulator, "/");
    struct stat status;

    while (!g_str_equal(path, "/")) {
        char *parent = NULL;

        if (stat(path, &status) < 0)
            return fail_errno(error, errno, "cannot look at '%s'", path);
        if (status.st_uid != 0 || status.st_mode & (S_IWGRP | S_IWOTH)) {
            return fail(error, VIR_ERR_ACCESS_DENIED,
                        "emulator '%s' is not run: '%s' must be root's, and "
                        "nobody else may write to it",
                        emulator, path);
        }
        parent = g_path_get_dirname(path);
        g_free(path);
        path = parent;
    }
    return true;
}

/* Before anything is run, as for a machine's. */
bool
caller_rules_emulator(const char *emulator, GError **error)
{
    return !caller_is_bound() || check_emulator(emulator, error);
}

/* What is not here names nothing of the host: addresses, bridges, and sockets
 * that lie in the machine's own folder. */
static bool
check_devices(const DomainDevices *devices, GError **error)
{
    for (guint i = 0; i < devices->graphics->len; i++) {
        const DomainGraphics *vnc = devices->graphics->pdata[i];

        if (!caller_may_name(CALLER_IMAGES, vnc->socket, error))
            return false;
    }
    if ((devices->qemu_arguments->len > 0 ||
         devices->qemu_environment->len > 0) &&
        !caller_may(CALLER_EMULATOR, "<qemu:commandline>", error))
        return false;
    return check_chars(devices->channels, error) &&
           check_chars(devices->serials, error) &&
           check_chars(devices->consoles, error);
}

/* Whole, however often it was asked before: a definition that was allowed to
 * somebody else may be more than this caller's. */
bool
caller_rules_domain(const DomainDef *def, GError **error)
{
    if (!caller_is_bound())
        return true;
    return check_disks(def, error) && check_machine(def->machine, error) &&
           check_emulator(def->devices->emulator, error) &&
           check_devices(def->devices, error);
}

/* Before defaults are filled in: those are ours. */
bool
caller_rules_backup(const BackupDef *def, GError **error)
{
    if (!caller_is_bound())
        return true;
    if (def->server &&
        !caller_may_name(CALLER_BACKUPS, def->server->socket, error))
        return false;
    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        const BackupDisk *disk = def->disks->pdata[i];

        if (disk->host) {
            if (!caller_may_name(CALLER_BACKUPS, disk->host->socket, error))
                return false;
        } else if (disk->store &&
                   !may_use(disk->type, CALLER_BACKUPS, disk->store, error)) {
            return false;
        }
    }
    return true;
}

/* The machine inside, too: a return to the snapshot makes it the domain's. */
bool
caller_rules_snapshot(const SnapshotDef *def, GError **error)
{
    const char *const machines[] = {def->domain_xml, def->inactive_xml};

    if (!caller_is_bound())
        return true;
    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        const SnapshotDisk *disk = def->disks->pdata[i];

        if (disk->path &&
            !may_use(disk->type, CALLER_IMAGES, disk->path, error))
            return false;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autoptr(DomainDef) machine =
            machines[i] ? domain_xml_parse(machines[i], error) : NULL;

        if (machines[i] && (!machine || !caller_rules_domain(machine, error)))
            return false;
    }
    return caller_may_name(CALLER_IMAGES, def->memory_file, error);
}
