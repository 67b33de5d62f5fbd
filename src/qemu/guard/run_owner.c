/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/guard/run_owner.h"

#include "base/fd.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_record.h"
#include "qemu/guard/guard_spawn.h"
#include "qemu/process/process.h"

#include <inttypes.h>
#include <string.h>

/* By the process and not by the domain, which may have another run by then. */
typedef struct {
    unsigned char uuid[DOMAIN_UUID_SIZE];
    pid_t pid;
    guint64 pid_start;
    int guard; /* our end: the guard ends QEMU when it is closed */
} OwnedRun;

static void
run_free(gpointer data)
{
    OwnedRun *run = data;

    auto_fd_close(run->guard);
    g_free(run);
}

/* Those that have ended otherwise: their guards are gone with them, and a
 * connection that lasts for years holds none of their descriptors. */
static void
forget_ended(GPtrArray *owned)
{
    for (guint i = owned->len; i > 0; i--) {
        const OwnedRun *run = g_ptr_array_index(owned, i - 1);

        if (!process_is_alive(run->pid, run->pid_start))
            g_ptr_array_remove_index(owned, i - 1);
    }
}

/* Before the guest runs, and as a step of the start: one that has no guard is
 * taken back like any that failed. */
bool
run_owner_take(QemuDomain *vm, GError **error)
{
    QemuSession *session = vm->session;
    g_autofree char *pid = g_strdup_printf("%d", (int)vm->pid);
    g_autofree char *start = g_strdup_printf("%" PRIu64, vm->pid_start);
    const char *const args[] = {"--end", pid, start, NULL};
    int guard = guard_spawn(args, -1, error);
    OwnedRun *run = NULL;

    if (guard < 0) {
        g_prefix_error(
            error, "domain '%s' would not end with its connection: ", vm->name);
        return false;
    }
    if (!session->owned)
        session->owned = g_ptr_array_new_with_free_func(run_free);
    forget_ended(session->owned);
    run = g_new0(OwnedRun, 1);
    memcpy(run->uuid, vm->uuid, sizeof(run->uuid));
    run->pid = vm->pid;
    run->pid_start = vm->pid_start;
    run->guard = guard;
    g_ptr_array_add(session->owned, run);
    return true;
}

/* With the lock: the run of @run, if it is still that; false with @error if it
 * could not be ended. */
static bool
end_run(QemuSession *session, const OwnedRun *run, GError **error)
{
    QemuDomain *vm = qemu_session_find_uuid(session, run->uuid, error);

    if (!vm)
        return !error || !*error;
    return domain_record_open(vm, error) &&
           (!qemu_domain_is_active(vm) || vm->pid != run->pid ||
            vm->pid_start != run->pid_start ||
            domain_end_destroy(vm, false, error));
}

/* What cannot be ended in order is the guard's: its end of the pair goes with
 * the entry. */
void
run_owner_end_all(QemuSession *session)
{
    g_autoptr(GPtrArray) owned = g_steal_pointer(&session->owned);
    g_autoptr(GError) error = NULL;

    if (!owned)
        return;
    forget_ended(owned);
    if (owned->len > 0 && !qemu_session_lock(session, &error)) {
        g_debug("the guards end what was begun here: %s", error->message);
        return;
    }
    for (guint i = 0; i < owned->len; i++) {
        g_clear_error(&error);
        if (!end_run(session, g_ptr_array_index(owned, i), &error))
            g_debug("a guard ends a machine: %s", error->message);
    }
    if (owned->len > 0)
        qemu_session_unlock(session);
}
