/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* jobs.xml of a domain's folder: written before each step that another process
 * might have to finish or undo, and after it. */
#pragma once

#include "model/job.h"
#include "qemu/domain.h"

/** job_store_load: the domain's jobs, read on the first ask and then kept in
 * @vm.  VIR_ERR_SYSTEM_ERROR, VIR_ERR_XML_ERROR (a damaged record). */
JobTable *job_store_load(QemuDomain *vm, GError **error);

/** job_store_save: durably.  On failure the file is as it was. */
bool job_store_save(QemuDomain *vm, GError **error);

/** job_store_retire: before the record goes with its domain: a domain of the
 * same UUID, should there be one, goes on counting. */
bool job_store_retire(QemuDomain *vm, GError **error);
