/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <controller> in <devices>: the buses that other devices sit on. */
#pragma once

#include "xml/domain_parts.h"

bool controller_xml_parse(xmlNode *node, DomainParse *parse, GError **error);
void controller_xml_format(Writer *writer, const DomainController *controller,
                           DomainFormatFlags flags);

/** controller_type_name: "usb", "virtio-serial", ... */
const char *controller_type_name(ControllerType type);
