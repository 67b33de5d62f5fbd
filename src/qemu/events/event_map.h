/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What QEMU tells, as libvirt's events tell it. */
#pragma once

#include "qemu/domain.h"

#include <jansson.h>

/** event_map_tell: puts what @event is to the callers of this connection into
 * its queue.  Most events of QEMU's are of no interest, and lifecycle and jobs
 * are told by comparing records (qemu/watcher.h). */
void event_map_tell(QemuDomain *vm, const json_t *event);

/** event_map_started: @vm has just been started: its agent is not there yet. */
void event_map_started(QemuDomain *vm);
