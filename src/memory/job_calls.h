/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's members about jobs (driver/driver.h). */
#pragma once

#include "driver/driver.h"

int memory_job_list_ids(virDomainPtr domain, virDomainJobId **ret_ids,
                        GError **error);
int memory_job_list(virDomainPtr domain, virDomainJobPtr **ret_jobs,
                    unsigned flags, GError **error);
virDomainJobPtr memory_job_lookup(virDomainPtr domain, int id, GError **error);
char *memory_job_xml(virDomainPtr domain, int id, GError **error);
int memory_job_end(virDomainPtr domain, int id, GError **error);
int memory_job_stats(virDomainPtr domain, int id, unsigned flags,
                     JobStats *ret_stats, GError **error);
int memory_job_info(virDomainPtr domain, virDomainJobInfoPtr ret_info,
                    GError **error);
int memory_job_abort(virDomainPtr domain, int id, GError **error);
