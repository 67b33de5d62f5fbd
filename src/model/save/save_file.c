/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/save/save_file.h"

#include "base/atomic_file.h"
#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "model/job/job_files.h"
#include "model/save/save_image.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Refused before the guest is stopped; whether there is room shows only later,
 * and costs no more than the attempt. */
bool
save_file_check(const char *path, GError **error)
{
    g_autofree char *parent = g_path_get_dirname(path);
    struct stat status;

    if (!g_path_is_absolute(path)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s' does not begin with '/'; give the whole path", path);
    }
    /* It is replaced by a rename, which would take a device's place. */
    if (caller_look(path, &status) && !S_ISREG(status.st_mode)) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "'%s' is no plain file; name one, or none", path);
    }
    if (!caller_is_below(path) &&
        faccessat(AT_FDCWD, parent, W_OK | X_OK, AT_EACCESS) < 0)
        return fail_errno(error, errno, "cannot make files in '%s'", parent);
    return true;
}

/* For QEMU and for whoever waits: the descriptor tells later whether this very
 * file has come to its name. */
int
save_file_make(const Job *job, const char *xml, bool runs_again, GError **error)
{
    g_autofree char *partial = memory_job_partial(job->memory, job->id);
    g_auto(AutoFd) file = -1;

    /* It holds the guest's whole memory, passwords with it: 0600. */
    if (!atomic_file_claim(partial, error) ||
        !fault_point("file:memory", error))
        return -1;
    file = caller_open(partial, O_RDWR | O_NOFOLLOW, 0);
    if (file < 0) {
        fail_errno(error, errno, "cannot write '%s'", partial);
        return -1;
    }
    if (job->memory->kind == MEMORY_JOB_IMAGE &&
        !save_image_begin(file, xml, runs_again, error))
        return -1;
    return fd_steal(&file);
}

/* What is before the stream we write ourselves; a place is stepped to, and makes
 * no file longer. */
bool
save_file_has_stream(const Job *job)
{
    g_autofree char *partial = memory_job_partial(job->memory, job->id);
    g_auto(AutoFd) file = open(partial, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat status;

    if (file < 0 || fstat(file, &status) < 0)
        return false;
    return job->memory->kind == MEMORY_JOB_IMAGE ? save_image_has_stream(file)
                                                 : status.st_size > 0;
}

/* By whoever finds that QEMU has written all of it, which need not be the
 * process that made the file: by its name, and synced as a whole. */
bool
save_file_seal(const Job *job, GError **error)
{
    const MemoryJob *memory = job->memory;
    g_autofree char *partial = memory_job_partial(memory, job->id);
    g_auto(AutoFd) file = -1;

    if (!fault_point("file:sync-memory", error))
        return false;
    file = caller_open(partial, O_RDWR | O_NOFOLLOW, 0);
    if (file < 0)
        return fail_errno(error, errno, "cannot open '%s'", partial);
    if (memory->kind == MEMORY_JOB_IMAGE) {
        if (!save_image_seal(file, error))
            return false;
    } else if (fsync(file) < 0) {
        return fail_errno(error, errno, "cannot sync '%s'", partial);
    }
    /* Best effort, as all of it is: it costs time, and no more. */
    if (memory->spares_cache)
        (void)posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    return true;
}

bool
save_file_is_partial(const Job *job)
{
    g_autofree char *partial = memory_job_partial(job->memory, job->id);
    struct stat status;

    return caller_look(partial, &status) || errno != ENOENT;
}

/* The rename is what makes it the file that was asked for, and it can be done
 * again: a name that is not there any more has been given. */
bool
save_file_settle(const Job *job, GError **error)
{
    const char *path = job->memory->path;
    g_autofree char *partial = memory_job_partial(job->memory, job->id);
    g_autofree char *from = g_path_get_basename(partial);
    g_autofree char *to = g_path_get_basename(path);
    g_auto(AutoFd) folder = -1;

    /* An earlier try has come past this. */
    if (!save_file_is_partial(job))
        return true;
    folder = caller_open_parent(path);
    if (folder < 0)
        return fail_errno(error, errno, "cannot open the folder of '%s'", path);
    return atomic_file_rename(folder, from, to, error);
}

/* Its name has the job's number, so a file of that name that is older than the
 * job, or somebody else's, was in the way of the making: it stays. */
bool
save_file_drop(const Job *job, GError **error)
{
    g_autofree char *partial = memory_job_partial(job->memory, job->id);

    if (!job_file_is_ours(job, partial))
        return true;
    if (!fault_point("file:unlink", error))
        return false;
    return caller_unlink(partial) || errno == ENOENT ||
           fail_errno(error, errno, "cannot remove '%s'", partial);
}
