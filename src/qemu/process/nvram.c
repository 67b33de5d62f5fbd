/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/nvram.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "model/domain_devices.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEMPLATE_LIMIT = 64 * 1024 * 1024 };

/* By descriptors: no path is walked a second time. */
static bool
copy_bytes(int from, int to, off_t length)
{
    while (length > 0) {
        /* The kernel copies; 0 before the end means that the template became
         * shorter, and half of it is no firmware. */
        ssize_t copied = sendfile(to, from, NULL, (size_t)length);

        if (copied <= 0)
            return false;
        length -= copied;
    }
    return true;
}

/* Under another name first: a copy that died would start as broken firmware. */
static bool
copy_template(const char *template, int folder, const char *name,
              GError **error)
{
    g_autofree char *temporary = g_strdup_printf(".%s.new", name);
    /* The template is the distribution's or the user's: a link is as good as a
     * file. */
    g_auto(AutoFd) from = open(template, O_RDONLY | O_CLOEXEC);
    g_auto(AutoFd) to = -1;
    struct stat status;

    if (from < 0 || fstat(from, &status) < 0) {
        return fail_errno(error, errno, "cannot open nvram template '%s'",
                          template);
    }
    if (!S_ISREG(status.st_mode) || status.st_size > TEMPLATE_LIMIT) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "nvram template '%s' is no file of at most %d bytes",
                    template, TEMPLATE_LIMIT);
    }
    if (!fault_point("file:nvram", error))
        return false;
    to = openat(folder, temporary,
                O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (to < 0 || !copy_bytes(from, to, status.st_size) || fsync(to) < 0) {
        return fail_errno(error, errno, "cannot copy '%s' to '%s'", template,
                          name);
    }
    return atomic_file_rename(folder, temporary, name, error);
}

void
nvram_name(DomainDef *def, const char *folder)
{
    DomainMachine *machine = def->machine;

    if (machine->loader && !machine->nvram && machine->nvram_template)
        machine->nvram = g_strdup_printf("%s/nvram", folder);
}

/* Before the start changes anything else: a machine without its variables would
 * forget what it boots. */
bool
nvram_prepare(DomainDef *live, const char *folder, bool is_reset,
              GError **error)
{
    DomainMachine *machine = live->machine;
    g_autofree char *parent = NULL;
    g_autofree char *name = NULL;
    g_auto(AutoFd) parent_fd = -1;

    nvram_name(live, folder);
    if (!machine->loader || !machine->nvram)
        return true;
    if (!machine->nvram)
        machine->nvram = g_strdup_printf("%s/nvram", folder);
    /* What the guest has written there is its own: boot entries, keys. */
    if (!is_reset && access(machine->nvram, F_OK) == 0)
        return true;
    if (!machine->nvram_template) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "nvram '%s' of domain '%s' cannot be made: its <nvram> has "
                    "no template",
                    machine->nvram, live->name);
    }
    parent = g_path_get_dirname(machine->nvram);
    name = g_path_get_basename(machine->nvram);
    parent_fd = fd_open_folder(parent, error);
    return parent_fd >= 0 &&
           copy_template(machine->nvram_template, parent_fd, name, error);
}
