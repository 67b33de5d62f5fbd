/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state file of a domain's run: status.xml of the embedded driver.
 *
 *     <domainstatus version='1' id='7' pid='4711' pidStart='998877' state='1'
 *                   reason='1' shutdown='poweroff' agentTimeout='30'>
 *       <domain ...> the live definition </domain>
 *     </domainstatus>
 *
 * agentTimeout is a number of seconds or "block", and stays after the run.
 * While there is a <domain> QEMU runs (or died unnoticed).  Afterwards the file
 * stays with state and reason alone, so that everyone who asks later learns how
 * the run ended.  A version that we do not know is refused: guessing what a
 * later one means could start a second QEMU on the same disks.
 */
#pragma once

#include "model/domain.h"

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

enum { STATUS_XML_VERSION = 1 };

typedef struct {
    int id;            /* -1: ended */
    pid_t pid;         /* 0: ended */
    guint64 pid_start; /* clock ticks after boot, as /proc/PID/stat has it */
    int state;         /* virDomainState */
    int reason;
    int shutdown;      /* index into "poweroff", "keep", "reboot" */
    int agent_timeout; /* seconds; -1: none was set; -2: for ever */
    DomainDef *live;   /* NULL: ended */
} DomainStatus;

void domain_status_free(DomainStatus *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainStatus, domain_status_free)

/** status_xml_format: (transfer full): @status->live with its secrets. */
char *status_xml_format(const DomainStatus *status);

/** status_xml_parse: VIR_ERR_XML_ERROR, VIR_ERR_XML_DETAIL;
 * VIR_ERR_OPERATION_INVALID for a later version. */
DomainStatus *status_xml_parse(const char *text, GError **error);
