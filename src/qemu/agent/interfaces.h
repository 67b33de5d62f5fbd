/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a guest says of its network interfaces. */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <libvirt/libvirt-domain.h>

/** agent_interfaces_parse: @list is what guest-network-get-interfaces returned.
 * Further names of one interface ("eth0:1") are addresses of it.  Returns their
 * number, -1 with VIR_ERR_AGENT_UNRESPONSIVE. */
int agent_interfaces_parse(const json_t *list,
                           virDomainInterfacePtr **ret_interfaces,
                           GError **error);

/** agent_interfaces_free: the array and what is in it. */
void agent_interfaces_free(virDomainInterfacePtr *interfaces, int count);
