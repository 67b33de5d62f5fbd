/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <serial>, <console> and <channel> in <devices>.
 *
 * The first <console> of type 'serial' is only another view of the first
 * <serial>, and the model holds the serial alone: it is made from the console
 * if there is none, and both are written.  Consoles of type 'virtio' are
 * devices of their own.  Serials are therefore to be read before consoles.
 */
#pragma once

#include "xml/domain_parts.h"

bool char_xml_parse_serial(xmlNode *node, DomainParse *parse, GError **error);
bool char_xml_parse_console(xmlNode *node, DomainParse *parse, GError **error);
bool char_xml_parse_channel(xmlNode *node, DomainParse *parse, GError **error);

/** char_xml_format: all of them, in libvirt's order. */
void char_xml_format(Writer *writer, const DomainDevices *devices,
                     DomainFormatFlags flags);
