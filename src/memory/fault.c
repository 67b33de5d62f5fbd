/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/fault.h"

#include "base/error.h"
#include "memory/block/tell.h"
#include "memory/guest/agent.h"
#include "memory/migrate/migrate_calls.h"
#include "memory/save/write.h"
#include "xml/host/test_xml.h"

/* Backups take the first one planned for them; a plan for a call is over with
 * it. */
static TestFault *
find_fault(const MemoryDomain *vm, TestFaultType type, const char *name)
{
    for (guint i = 0; i < vm->faults->len; i++) {
        TestFault *fault = g_ptr_array_index(vm->faults, i);

        if (fault->type == type && (!name || g_str_equal(fault->name, name)))
            return fault;
    }
    return NULL;
}

/* Planned once, met once; *@ret_bytes stays when nothing was planned. */
static void
take_bytes(MemoryDomain *vm, TestFaultType type, uint64_t *ret_bytes)
{
    TestFault *fault = find_fault(vm, type, NULL);

    if (!fault)
        return;
    *ret_bytes = fault->bytes;
    g_ptr_array_remove(vm->faults, fault);
}

/* Before the copying thread is there to see the fields. */
void
memory_fault_arm(MemoryDomain *vm, MemoryBackup *backup)
{
    if (backup->def->mode != BACKUP_MODE_PUSH)
        return;
    take_bytes(vm, TEST_FAULT_BACKUP_FAIL, &backup->fail_at);
    take_bytes(vm, TEST_FAULT_BACKUP_HOLD, &backup->hold_at);
}

void
memory_fault_arm_blockjob(MemoryDomain *vm, uint64_t *ret_fail_at)
{
    take_bytes(vm, TEST_FAULT_BLOCK_JOB_FAIL, ret_fail_at);
}

/* Before the writer is there to see the fields. */
void
memory_fault_arm_write(MemoryDomain *vm, MemoryWrite *writing)
{
    take_bytes(vm, TEST_FAULT_MEMORY_FAIL, &writing->fail_at);
    take_bytes(vm, TEST_FAULT_MEMORY_HOLD, &writing->hold_at);
}

/* By the function's name: a test may let any call of the driver fail, and it
 * fails before it has done anything. */
bool
memory_fault_check(MemoryDomain *vm, const char *name, GError **error)
{
    TestFault *fault = find_fault(vm, TEST_FAULT_CALL, name);

    if (!fault)
        return true;
    fail(error, fault->code, "%s",
         fault->message ? fault->message : "a test has planned this failure");
    g_ptr_array_remove(vm->faults, fault);
    return false;
}

/* Checkpoints are looked at right away, so that they are broken in what the
 * next call shows. */
static bool
spoil(MemoryDomain *vm, const TestFault *fault, GError **error)
{
    BitmapState state = fault->type == TEST_FAULT_BITMAP_MISSING
                            ? BITMAP_MISSING
                            : BITMAP_INCONSISTENT;

    if (memory_disks_spoil(vm->disks, fault->disk, fault->bitmap, state)) {
        memory_checkpoint_look(vm);
        return true;
    }
    return fail(error, VIR_ERR_INVALID_ARG,
                "domain '%s' has no bitmap '%s' on disk '%s'", vm->name,
                fault->bitmap, fault->disk);
}

/* The machine is killed: what recorded is not to be trusted any more.  Jobs
 * first, since a checkpoint that is rolled back gives its bits to the one
 * before. */
static bool
crash(MemoryDomain *vm, GError **error)
{
    if (!memory_domain_require_active(vm, VIR_ERR_OPERATION_INVALID, "crash",
                                      error))
        return false;
    memory_domain_end_jobs(vm, JOB_FAILED,
                           "the machine ended while the job was running");
    memory_disks_spoil_recording(vm->disks);
    memory_checkpoint_look(vm);
    memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_CRASHED);
    return true;
}

/* The thread takes the backup's lock alone, so it wakes while ours of the host
 * is still held. */
static bool
release(MemoryDomain *vm, GError **error)
{
    if (vm->backup) {
        LOCK_SCOPE(&vm->backup->lock);

        vm->backup->hold_at = UINT64_MAX;
        g_assert(pthread_cond_broadcast(&vm->backup->is_released) == 0);
        return true;
    }
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "domain '%s' has no backup to release", vm->name);
}

/* Without one there is nothing that could go on, and a test that releases too
 * early is to learn of it. */
static bool
release_memory(MemoryDomain *vm, GError **error)
{
    if (vm->writing) {
        memory_write_release(vm->writing);
        return true;
    }
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "domain '%s' has no save, dump or migration to release",
                vm->name);
}

/* A disk of the guest's fails it: as its policy says, the guest is told, stands
 * still, or notices nothing. */
static bool
fail_disk(MemoryDomain *vm, const TestFault *fault, GError **error)
{
    const DiskDef *def =
        vm->live ? domain_def_find_disk(vm->live, fault->disk) : NULL;
    MemoryDisk *disk = def ? memory_disks_find(vm->disks, fault->disk) : NULL;
    const EventIoError failure = {def ? def->path : NULL,
                                  def ? def->alias : NULL, fault->choice,
                                  fault->reason};

    if (!memory_domain_require_active(vm, VIR_ERR_OPERATION_INVALID,
                                      "fail a disk", error))
        return false;
    if (!disk) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "domain '%s' has no disk '%s' with a medium", vm->name,
                    fault->disk);
    }
    memory_disk_figures(disk)->errors++;
    memory_tell_io_error(vm, &failure);
    if (fault->choice == VIR_DOMAIN_EVENT_IO_ERROR_PAUSE &&
        vm->state == VIR_DOMAIN_RUNNING) {
        vm->state = VIR_DOMAIN_PAUSED;
        vm->reason = VIR_DOMAIN_PAUSED_IOERROR;
        memory_domain_event(vm, VIR_DOMAIN_EVENT_SUSPENDED,
                            VIR_DOMAIN_EVENT_SUSPENDED_IOERROR);
        memory_migrate_look_at_disks(vm);
    }
    return true;
}

/* Takes @fault over. */
static bool
plan(MemoryDomain *vm, TestFault *fault, GError **error)
{
    g_autoptr(TestFault) owned = fault;

    switch (owned->type) {
    case TEST_FAULT_BACKUP_RELEASE:
        return release(vm, error);
    case TEST_FAULT_MEMORY_RELEASE:
        return release_memory(vm, error);
    case TEST_FAULT_BITMAP_MISSING:
    case TEST_FAULT_BITMAP_INCONSISTENT:
        return spoil(vm, owned, error);
    case TEST_FAULT_CRASH:
        return crash(vm, error);
    case TEST_FAULT_IO_ERROR:
        return fail_disk(vm, owned, error);
    case TEST_FAULT_AGENT:
        return memory_agent_set(vm, owned->choice == 0, error);
    case TEST_FAULT_BACKUP_FAIL:
    case TEST_FAULT_BACKUP_HOLD:
    case TEST_FAULT_BLOCK_JOB_FAIL:
    case TEST_FAULT_CALL:
    case TEST_FAULT_MEMORY_FAIL:
    case TEST_FAULT_MEMORY_HOLD:
        break;
    }
    g_ptr_array_add(vm->faults, g_steal_pointer(&owned));
    return true;
}

/* The document is read before the lock is taken. */
int
memory_test_fault(virDomainPtr domain, const char *xml, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    TestFault *fault = test_xml_parse_fault(xml, error);

    if (!fault)
        return -1;
    call = memory_call_begin(domain, error);
    if (!call) {
        test_fault_free(fault);
        return -1;
    }
    return plan(memory_call_domain(call), fault, error) ? 0 : -1;
}
