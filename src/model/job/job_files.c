/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/job/job_files.h"
#include "base/caller.h"
#include "base/fd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MS_PER_S = 1000, NS_PER_MS = 1000 * 1000 };

/* Everything that could make it somebody else's must be as we make files: plain,
 * ours, with this one name, and for nobody else to read.  A file system that
 * keeps no time of birth leaves it at that. */
bool
job_file_is_born_since(int64_t since_ms, const char *path)
{
    g_auto(AutoFd) folder = caller_open_parent(path);
    g_autofree char *name = g_path_get_basename(path);
    struct statx status;
    int64_t born_ms = 0;

    if (folder < 0 || statx(folder, name, AT_SYMLINK_NOFOLLOW,
                            STATX_BASIC_STATS | STATX_BTIME, &status) < 0)
        return false;
    if (!S_ISREG(status.stx_mode) || status.stx_uid != geteuid() ||
        status.stx_nlink != 1 || (status.stx_mode & ~(unsigned)S_IFMT) != 0600)
        return false;
    if (!(status.stx_mask & STATX_BTIME))
        return true;
    born_ms = status.stx_btime.tv_sec * MS_PER_S +
              status.stx_btime.tv_nsec / NS_PER_MS;
    /* File systems take their time from a clock that ticks. */
    return born_ms + MS_PER_S >= since_ms;
}

bool
job_file_is_ours(const Job *job, const char *path)
{
    return job_file_is_born_since(job->started_ms, path);
}
