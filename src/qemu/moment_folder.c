/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/moment_folder.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "xml/reader.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char *
suffix_of(bool is_pending)
{
    return is_pending ? ".pending" : ".xml";
}

char *
moment_folder_file(const char *name, bool is_pending)
{
    return g_strconcat(name, suffix_of(is_pending), NULL);
}

/* -1 with errno ENOENT: there has never been one.
 *
 * O_NOFOLLOW: the folder is ours; a link in its place leads where somebody else
 * wants us to write. */
static int
open_folder(const QemuDomain *vm, const MomentKind *kind)
{
    return openat(vm->folder, kind->folder,
                  O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

int
moment_folder_open(const QemuDomain *vm, const MomentKind *kind,
                   bool *ret_absent, GError **error)
{
    int folder = open_folder(vm, kind);

    *ret_absent = folder < 0 && errno == ENOENT;
    if (folder < 0 && !*ret_absent) {
        fail_errno(error, errno, "cannot read the %s of domain '%s'",
                   kind->folder, vm->name);
    }
    return folder;
}

static bool
make_folder(const QemuDomain *vm, const MomentKind *kind, GError **error)
{
    if (atomic_file_make_folder(vm->folder, kind->folder, error))
        return true;
    g_prefix_error(error, "domain '%s': ", vm->name);
    return false;
}

int
moment_folder_open_to_write(QemuDomain *vm, const MomentKind *kind,
                            GError **error)
{
    int folder = -1;

    /* The busy mark and the generation come before the first write: a death
     * from here on is looked after, and no other process goes on with what it
     * has in memory. */
    if (!qemu_domain_touch(vm, error))
        return -1;
    folder = open_folder(vm, kind);
    if (folder < 0 && errno == ENOENT) {
        if (!make_folder(vm, kind, error))
            return -1;
        folder = open_folder(vm, kind);
    }
    if (folder < 0) {
        fail_errno(error, errno, "cannot open the folder of %s of domain '%s'",
                   kind->folder, vm->name);
    }
    return folder;
}

static bool
read_files(DIR *stream, bool is_pending, MomentReader reader, gpointer tree,
           GError **error)
{
    const char *suffix = suffix_of(is_pending);
    const struct dirent *entry = NULL;

    /* One stream, read once for each suffix. */
    rewinddir(stream);
    for (entry = readdir(stream); entry; entry = readdir(stream)) {
        /* Dot files are unfinished writes. */
        if (entry->d_name[0] == '.' || !g_str_has_suffix(entry->d_name, suffix))
            continue;
        /* One that cannot be read fails all of the domain's: without it, it is
         * not known which lines are whole. */
        if (!reader(tree, dirfd(stream), entry->d_name, is_pending, error))
            return false;
    }
    return true;
}

bool
moment_folder_read(const QemuDomain *vm, const MomentKind *kind,
                   MomentReader reader, gpointer tree, GError **error)
{
    bool is_absent = false;
    int folder = moment_folder_open(vm, kind, &is_absent, error);
    /* The stream owns the descriptor from here; closedir() closes it. */
    DIR *stream = folder < 0 ? NULL : fdopendir(folder);
    bool is_read = false;

    if (folder < 0)
        return is_absent;
    if (!stream) {
        fail_errno(error, errno, "cannot read the %s of domain '%s'",
                   kind->folder, vm->name);
        (void)close(folder);
        return false;
    }
    is_read = read_files(stream, false, reader, tree, error) &&
              read_files(stream, true, reader, tree, error);
    closedir(stream);
    return is_read;
}

bool
moment_folder_write(QemuDomain *vm, const MomentKind *kind, const char *name,
                    bool is_pending, const char *text, GError **error)
{
    g_autofree char *file = moment_folder_file(name, is_pending);
    g_auto(AutoFd) folder = -1;

    /* What could not be read again must not be written. */
    if (strlen(text) > READER_LIMIT) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "the record of %s '%s' is larger than %d bytes", kind->name,
                    name, READER_LIMIT);
    }
    folder = moment_folder_open_to_write(vm, kind, error);
    /* Whole or not at all: temporary file, sync, rename, sync of the folder. */
    if (folder >= 0 && atomic_file_write(folder, file, text, error))
        return true;
    /* The rename may have happened and only its sync failed; so neither the old
     * nor the new is what is known to be there. */
    qemu_domain_distrust(vm);
    g_prefix_error(error, "cannot write down %s '%s': ", kind->name, name);
    return false;
}
