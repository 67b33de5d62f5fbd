/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The events at the end of a backup, in libvirt's order: programs that wait for
 * the last of them wait for the same one here. */
#pragma once

#include "driver/event_queue.h"
#include "model/domain.h"
#include "model/job.h"

/** backup_tell: that @job, a backup or a job on memory of @domain, has ended.
 * @def (the domain's) knows the paths of its disks. */
void backup_tell(EventQueue *queue, const EventDomain *domain,
                 const DomainDef *def, const Job *job);
