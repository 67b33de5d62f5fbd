/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/jobs/job_store.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "xml/job_xml.h"

#include <string.h>

#define RECORD_NAME "jobs.xml"

/* Some 300 bytes a disk of a job, and a bounded history.  New jobs get only half
 * of it: with the rest every one that was begun can be ended, whatever has to be
 * said of it. */
enum { RECORD_LIMIT = 8 * 1024 * 1024, BEGIN_LIMIT = RECORD_LIMIT / 2 };

/* Somebody may still have ids of a domain that had this UUID before. */
static JobTable *
first_table(const QemuDomain *vm, GError **error)
{
    int first = qemu_root_first_job(vm->root, error);
    JobTable *jobs = first < 0 ? NULL : job_table_new();

    if (jobs)
        jobs->next_id = first;
    return jobs;
}

/* Kept in memory until another process writes. */
JobTable *
job_store_load(QemuDomain *vm, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) problem = NULL;
    bool is_absent = false;

    if (vm->jobs)
        return vm->jobs;
    text = atomic_file_read(vm->folder, RECORD_NAME, RECORD_LIMIT, &is_absent,
                            &problem);
    /* A file that is there and cannot be read is never taken for an empty
     * table: its ids would be given out again. */
    if (!text && !is_absent) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return NULL;
    }
    vm->jobs = text ? job_xml_parse(text, error) : first_table(vm, error);
    if (!vm->jobs)
        g_prefix_error(error, "domain '%s': ", vm->name);
    return vm->jobs;
}

/* What could not be read again must not be written: no call on the domain would
 * get past it any more. */
static bool
check_size(const QemuDomain *vm, const char *text, GError **error)
{
    int limit = RECORD_LIMIT;

    for (guint i = 0; i < vm->jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(vm->jobs->jobs, i);

        if (job->state == JOB_STARTING)
            limit = BEGIN_LIMIT;
    }
    return strlen(text) <= (size_t)limit ||
           fail(error, VIR_ERR_OPERATION_FAILED,
                "the record of the jobs of domain '%s' would be larger than %d "
                "bytes; end some of them first",
                vm->name, limit);
}

/* Before each step that a death would have to be found at, and after it. */
bool
job_store_save(QemuDomain *vm, GError **error)
{
    g_autofree char *text = NULL;

    /* Before the first write of a call: the busy mark, and the generation that
     * makes other processes read anew. */
    if (!qemu_domain_touch(vm, error))
        return false;
    text = job_xml_format(vm->jobs);
    if (check_size(vm, text, error) &&
        atomic_file_write(vm->folder, RECORD_NAME, text, error))
        return true;
    /* The table in memory is ahead of the file from here on. */
    qemu_domain_distrust(vm);
    return false;
}

bool
job_store_retire(QemuDomain *vm, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);

    return jobs &&
           qemu_root_raise_first_job(vm->root, jobs->next_id - 1, error);
}
