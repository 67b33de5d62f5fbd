/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The children of <devices> other than disks and character devices.
 *
 * Each parser appends one device to its array of model/domain_devices.h.
 */
#pragma once

#include "xml/domain_parts.h"

bool device_xml_parse_interface(xmlNode *node, DomainParse *parse,
                                GError **error);
bool device_xml_parse_input(xmlNode *node, DomainParse *parse, GError **error);
bool device_xml_parse_graphics(xmlNode *node, DomainParse *parse,
                               GError **error);
bool device_xml_parse_video(xmlNode *node, DomainParse *parse, GError **error);
bool device_xml_parse_rng(xmlNode *node, DomainParse *parse, GError **error);
bool device_xml_parse_balloon(xmlNode *node, DomainParse *parse,
                              GError **error);

void device_xml_format_interface(Writer *writer, const DomainInterface *nic,
                                 DomainFormatFlags flags);
void device_xml_format_input(Writer *writer, const DomainInput *input,
                             DomainFormatFlags flags);
void device_xml_format_graphics(Writer *writer, const DomainGraphics *graphics,
                                DomainFormatFlags flags);
void device_xml_format_video(Writer *writer, const DomainVideo *video,
                             DomainFormatFlags flags);
void device_xml_format_rng(Writer *writer, const DomainRng *rng,
                           DomainFormatFlags flags);
void device_xml_format_balloon(Writer *writer, const DomainBalloon *balloon,
                               DomainFormatFlags flags);
