/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <disk> in <devices>.
 *
 * A format that is not stated is raw, and no image is ever looked at here.  A
 * source that is not a local file or block device, and everything that changes
 * how the guest sees the disk beyond model/disk.h, is refused by name.
 */
#pragma once

#include "xml/domain_parts.h"

/** disk_xml_parse: appends to the domain's disks. */
bool disk_xml_parse(xmlNode *node, DomainParse *parse, GError **error);

/** disk_xml_parse_target: where a copy goes: a <disk> with <source> and, if need
 * be, <driver type=>; without that @format.  VIR_ERR_XML_ERROR,
 * VIR_ERR_CONFIG_UNSUPPORTED. */
ImageLayer *disk_xml_parse_target(const char *text, ImageFormat format,
                                  GError **error);

void disk_xml_format(Writer *writer, const DiskDef *disk,
                     DomainFormatFlags flags);
