/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/domain/domain_end.h"

#include "base/error.h"
#include "base/fault.h"
#include "model/domain/domain_rules.h"
#include "qemu/jobs/job_store.h"
#include "qemu/process/process.h"
#include "qemu/process/run_folder.h"
#include "qemu/recover.h"
#include "qemu/save/save_job.h"
#include "qemu/watcher.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

enum {
    QUIT_TIMEOUT_MS = 10 * 1000, /* it stores its bitmaps meanwhile */
    TERM_TIMEOUT_MS = 5 * 1000,
    KILL_TIMEOUT_MS = 15 * 1000, /* a process in disk sleep takes a while */
};

/* What only a running QEMU uses.  Nothing depends on it. */
static void
remove_run_files(const QemuDomain *vm)
{
    static const char *const names[] = {
        "qmp.sock", "agent.sock", "migrate.sock", "migrate.xml", RUN_PID_FILE};

    /* A death here leaves sockets that nobody listens on; the next start
     * replaces them. */
    if (!fault_point("file:run-files", NULL))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        /* Leftovers are replaced by the next start. */
        (void)unlinkat(vm->folder, names[i], 0);
    }
}

/* The definition stays readable for those who clean up after the run. */
static void
forget_process(QemuDomain *vm, int reason)
{
    /* A transient domain: jobs and checkpoints are still to be settled by
     * it. */
    if (!vm->config)
        vm->config = g_steal_pointer(&vm->live);
    domain_def_free(vm->live);
    vm->live = NULL;
    vm->id = -1;
    vm->config->id = -1;
    vm->pid = 0;
    vm->pid_start = 0;
    vm->state = VIR_DOMAIN_SHUTOFF;
    vm->reason = reason;
    vm->shutdown = QEMU_SHUTDOWN_POWEROFF;
    /* The process is gone, so every later command would only wait for the loss
     * to be noticed. */
    qmp_client_free(vm->qmp);
    vm->qmp = NULL;
}

/* The last trace of a domain that nobody can start again, except for its
 * intervals. */
static bool
remove_transient(QemuDomain *vm, GError **error)
{
    static const char *const keep[] = {"checkpoints", NULL};

    /* The bitmaps stay in the images, so their intervals stay in their line. */
    if (!domain_forget_checkpoints(vm, error) || !job_store_retire(vm, error))
        return false;
    domain_def_free(vm->config);
    vm->config = NULL;
    watcher_forget(vm);
    qemu_domain_distrust(vm); /* nothing is left to be remembered */
    return qemu_root_remove_folder(vm->root, vm->uuid, keep, error);
}

/* The one way from running to shut off, whoever caused it and whoever finds
 * it. */
bool
domain_end_record(QemuDomain *vm, int reason, GError **error)
{
    bool is_transient = !vm->config;
    bool is_sound = false;

    if (!qemu_domain_touch(vm, error))
        return false;
    /* In memory and on disk, and only then the cleaning up: a death after this
     * finds a domain that is shut off, with the busy mark, and takes up from
     * there. */
    forget_process(vm, reason);
    if (!qemu_domain_save_status(vm, error))
        return false;
    /* Without a QEMU: running jobs have failed, pending checkpoints wait for
     * the next start. */
    is_sound =
        domain_refresh_jobs(vm, error) && domain_recover(vm, false, error);
    /* The mark stays, and the next call tries again. */
    vm->is_half_done = !is_sound;
    remove_run_files(vm);
    /* Told even if the cleaning up failed: the machine has stopped, whatever is
     * left over. */
    watcher_send(vm, vm->name, VIR_DOMAIN_EVENT_STOPPED,
                 domain_rules_stop_detail(reason));
    if (is_sound && is_transient)
        return remove_transient(vm, error);
    return is_sound;
}

/* Called at the start of every call, so it must be cheap: two numbers are
 * compared. */
bool
domain_end_notice(QemuDomain *vm, GError **error)
{
    int reason = VIR_DOMAIN_SHUTOFF_SHUTDOWN;

    /* The pid with its start time: a new process of that number is not our
     * QEMU. */
    if (!qemu_domain_is_active(vm) || process_is_alive(vm->pid, vm->pid_start))
        return true;
    if (run_folder_has_crashed(vm->folder))
        reason = VIR_DOMAIN_SHUTOFF_CRASHED;
    /* Its guest never ran. */
    if (vm->state == VIR_DOMAIN_PAUSED &&
        vm->reason == VIR_DOMAIN_PAUSED_STARTING_UP)
        reason = VIR_DOMAIN_SHUTOFF_FAILED;
    return domain_end_record(vm, save_job_end_reason(vm, reason), error);
}

/* QEMU stores its bitmaps on "quit" and on SIGTERM, and not on SIGKILL. */
bool
domain_end_kill(QemuDomain *vm, bool is_graceful, GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, NULL);

    /* A monitor that cannot be had is no obstacle, but then bitmaps are stored
     * by SIGTERM's way only. */
    if (qmp && qmp_client_run(qmp, "quit", NULL, NULL) &&
        process_wait_end(vm->pid, vm->pid_start, QUIT_TIMEOUT_MS))
        return true;
    if (process_signal(vm->pid, vm->pid_start, SIGTERM) &&
        process_wait_end(vm->pid, vm->pid_start, TERM_TIMEOUT_MS))
        return true;
    /* It may have ended between two of these steps, and a signal that hits
     * nobody counts as failed. */
    if (!process_is_alive(vm->pid, vm->pid_start))
        return true;
    /* SIGKILL costs every bitmap in the images: who asked for grace decides
     * that himself. */
    if (is_graceful) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "QEMU of domain '%s' (process %d) does not end when asked; "
                    "destroy it without the graceful flag",
                    vm->name, (int)vm->pid);
    }
    if (process_signal(vm->pid, vm->pid_start, SIGKILL) &&
        process_wait_end(vm->pid, vm->pid_start, KILL_TIMEOUT_MS))
        return true;
    if (!process_is_alive(vm->pid, vm->pid_start))
        return true;
    return fail(error, VIR_ERR_SYSTEM_ERROR,
                "QEMU of domain '%s' (process %d) does not end even when "
                "killed; its storage may hang",
                vm->name, (int)vm->pid);
}

/* The jobs first, while there is a QEMU that can give back what they hold.  A
 * QEMU that does not answer must go all the same; what its jobs leave is then
 * cleaned up as after a crash. */
bool
domain_end_destroy(QemuDomain *vm, bool is_graceful, GError **error)
{
    if (!qemu_domain_touch(vm, error))
        return false;
    (void)domain_abort_jobs(vm, "the domain was destroyed", NULL);
    /* In this order, so that the record never says "shut off" of a QEMU that
     * still has the images open. */
    return domain_end_kill(vm, is_graceful, error) &&
           domain_end_record(vm, VIR_DOMAIN_SHUTOFF_DESTROYED, error);
}

void
domain_end_remove_log(const QemuDomain *vm)
{
    if (!fault_point("file:log", NULL) ||
        unlinkat(vm->folder, "qemu.log", 0) < 0)
        g_debug("domain '%s' had no log", vm->name);
}
