/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way to a domain's guest agent: the socket behind its channel device. */
#pragma once

#include "qemu/domain.h"

/** agent_connect: a connected socket.  Returns -1 with
 * VIR_ERR_OPERATION_INVALID (not running), VIR_ERR_ARGUMENT_UNSUPPORTED (no
 * such channel in the definition), VIR_ERR_AGENT_UNRESPONSIVE. */
int agent_connect(QemuDomain *vm, GError **error);
