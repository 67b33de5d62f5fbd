/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The words for states of domains and jobs and for their events, which
 * scripts compare with: they are those of virsh. */
#pragma once

#include <libvirt/libvirt-common.h>

const char *wording_state(int state);
const char *wording_reason(int state, int reason);

/** wording_job_type, wording_operation: of virDomainJobType and
 * virDomainJobOperation. */
const char *wording_job_type(int type);
const char *wording_operation(int operation);

/** wording_event, wording_event_detail: of virDomainEventType and
 * its details. */
const char *wording_event(int event);
const char *wording_event_detail(int event, int detail);

/** wording_block_job, wording_block_job_status: of virDomainBlockJobType and
 * virConnectDomainEventBlockJobStatus. */
const char *wording_block_job(int type);
const char *wording_block_job_status(int status);

/** wording_io_error: of virDomainEventIOErrorAction. */
const char *wording_io_error(int action);

/** wording_agent_state, wording_agent_reason: of the agent's events. */
const char *wording_agent_state(int state);
const char *wording_agent_reason(int reason);

/** wording_metadata: of virDomainMetadataType. */
const char *wording_metadata(int type);

/** wording_param: (transfer full): the value of @param, whatever its type. */
char *wording_param(const virTypedParameter *param);
