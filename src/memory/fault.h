/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a test has planned to go wrong on a domain (virDomainTestFault()).
 *
 *     <fault type='backup-fail' bytes='65536'/>
 *     <fault type='backup-hold' bytes='0'/>      <fault type='backup-release'/>
 *     <fault type='bitmap-missing' disk='vda' bitmap='c1'/>
 *     <fault type='bitmap-inconsistent' disk='vda' bitmap='c1'/>
 *     <fault type='crash'/>
 *     <fault type='call' name='checkpoint_create' code='1' message='...'/>
 *     <fault type='block-job-fail' bytes='65536'/>
 *     <fault type='io-error' disk='vda' action='pause' reason='enospc'/>
 *     <fault type='agent' state='disconnected'/>
 *     <fault type='memory-fail' bytes='4096'/>
 *     <fault type='memory-hold' bytes='0'/>      <fault type='memory-release'/>
 *
 * What fails and holds backups, block jobs and saves (or dumps, or migrations, of
 * which the guest's memory counts first) waits for the next of them,
 * and that of a call for the next such call; the others happen at once.
 */
#pragma once

#include "memory/backup.h"

/** memory_fault_arm: what was planned for the next push is @backup's now. */
void memory_fault_arm(MemoryDomain *vm, MemoryBackup *backup);
/** memory_fault_arm_blockjob: where the next block job is to fail, if anywhere;
 * else *@ret_fail_at stays. */
void memory_fault_arm_blockjob(MemoryDomain *vm, uint64_t *ret_fail_at);
/** memory_fault_arm_write: the same of the next save or dump. */
void memory_fault_arm_write(MemoryDomain *vm, struct MemoryWrite *writing);
/** memory_fault_check: false, with the error that was planned for a call of the
 * driver's member @name. */
bool memory_fault_check(MemoryDomain *vm, const char *name, GError **error);

/* The driver's member (driver/driver.h). */
int memory_test_fault(virDomainPtr domain, const char *xml, GError **error);
