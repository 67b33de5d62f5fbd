/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/events/root_watch.h"

#include "base/fd.h"
#include "qemu/events/journal.h"

#include <errno.h>
#include <sys/inotify.h>
#include <unistd.h>

struct RootWatch {
    int fd;
};

RootWatch *
root_watch_new(const char *path)
{
    g_autofree char *lock = g_build_filename(path, "lock", NULL);
    g_auto(AutoFd) fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    RootWatch *watch = NULL;

    /* Writers touch the lock file behind their last write, when others may look
     * already (qemu_root_unlock()); what they write into it before says only
     * that there will be something. */
    if (fd < 0 || inotify_add_watch(fd, lock, IN_ATTRIB) < 0)
        return NULL;
    watch = g_new0(RootWatch, 1);
    watch->fd = fd_steal(&fd);
    return watch;
}

void
root_watch_free(RootWatch *watch)
{
    if (!watch)
        return;
    close(watch->fd);
    g_free(watch);
}

int
root_watch_fd(const RootWatch *watch)
{
    return watch->fd;
}

bool
root_watch_follow(RootWatch *watch, int folder)
{
    return journal_watch(folder, watch->fd);
}

/* What it was is of no interest: the look finds out. */
bool
root_watch_take(RootWatch *watch)
{
    char buffer[4096] __attribute__((aligned(8)));
    bool is_any = false;
    ssize_t length = 0;

    do {
        length = read(watch->fd, buffer, sizeof(buffer));
        is_any = is_any || length > 0;
    } while (length > 0 || (length < 0 && errno == EINTR));
    return is_any;
}
