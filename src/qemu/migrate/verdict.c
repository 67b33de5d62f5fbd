/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/migrate/verdict.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The one that was written first, and how many there are. */
static char *
find_oldest(int folder, unsigned *ret_count)
{
    g_autofree char *oldest = NULL;
    struct timespec first = {0};
    DIR *stream = fdopendir(dup(folder));
    const struct dirent *entry = NULL;

    *ret_count = 0;
    /* Only for tidiness: what cannot be listed is left alone. */
    if (!stream)
        return NULL;
    rewinddir(stream); /* the copy shares the place of @folder */
    for (entry = readdir(stream); entry; entry = readdir(stream)) {
        struct stat status;

        if (entry->d_name[0] == '.' ||
            fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        (*ret_count)++;
        if (oldest && (status.st_mtim.tv_sec > first.tv_sec ||
                       (status.st_mtim.tv_sec == first.tv_sec &&
                        status.st_mtim.tv_nsec >= first.tv_nsec)))
            continue;
        /* By time and not by name: ids are random. */
        first = status.st_mtim;
        g_free(oldest);
        oldest = g_strdup(entry->d_name);
    }
    (void)closedir(stream);
    return g_steal_pointer(&oldest);
}

/* Bounded, should sources die by the hundred. One more than the bound goes
 * at a time, since one more comes at a time. */
static void
trim(int folder)
{
    unsigned count = 0;
    g_autofree char *oldest = find_oldest(folder, &count);

    if (oldest && count > VERDICTS_MAX &&
        !atomic_file_remove(folder, oldest, NULL))
        g_debug("the verdict '%s' stays for now", oldest);
}

/* Empty but for a word: that it is there says everything. */
bool
verdict_write(QemuRoot *root, const char *id, GError **error)
{
    g_auto(AutoFd) folder = qemu_root_open_migrations(root, error);

    if (folder < 0 || !atomic_file_write(folder, id, "finished\n", error))
        return false;
    /* After it: the one that counts now is never among the oldest. */
    trim(folder);
    return true;
}

/* An error is neither yes nor no, and must not be taken for either: the guest
 * would run twice, or never. */
bool
verdict_is_there(QemuRoot *root, const char *id, bool *ret_is_there,
                 GError **error)
{
    g_auto(AutoFd) folder = qemu_root_open_migrations(root, error);

    if (folder < 0)
        return false;
    *ret_is_there = faccessat(folder, id, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
    return *ret_is_there || errno == ENOENT ||
           fail_errno(error, errno, "cannot look for the verdict '%s'", id);
}

/* A name is used once, so nobody else would ever write over it. */
void
verdict_sweep(QemuRoot *root)
{
    g_auto(AutoFd) folder = qemu_root_open_migrations(root, NULL);
    DIR *stream = folder >= 0 ? fdopendir(dup(folder)) : NULL;
    const struct dirent *entry = NULL;

    if (!stream)
        return;
    rewinddir(stream);
    for (entry = readdir(stream); entry; entry = readdir(stream)) {
        if (g_str_has_suffix(entry->d_name, ".new") &&
            !atomic_file_remove(folder, entry->d_name, NULL))
            g_debug("'%s' stays for now", entry->d_name);
    }
    (void)closedir(stream);
}

/* By the source's wish, or because the guest has not been let go after all. */
bool
verdict_remove(QemuRoot *root, const char *id, GError **error)
{
    g_auto(AutoFd) folder = qemu_root_open_migrations(root, error);

    return folder >= 0 && atomic_file_remove(folder, id, error);
}
