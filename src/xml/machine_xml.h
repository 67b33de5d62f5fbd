/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a domain is apart from its devices: <os>, <features>, <cpu>, <clock>,
 * <on_...>, <pm>, <iothreads>. */
#pragma once

#include "xml/domain_parts.h"

/* Each reads one child of <domain>. */
bool machine_xml_parse_os(xmlNode *node, DomainParse *parse, GError **error);
bool machine_xml_parse_cpu(xmlNode *node, DomainParse *parse, GError **error);
bool machine_xml_parse_features(xmlNode *node, DomainParse *parse,
                                GError **error);
bool machine_xml_parse_clock(xmlNode *node, DomainParse *parse, GError **error);
bool machine_xml_parse_action(xmlNode *node, DomainParse *parse,
                              GError **error);
bool machine_xml_parse_pm(xmlNode *node, DomainParse *parse, GError **error);
bool machine_xml_parse_iothreads(xmlNode *node, DomainParse *parse,
                                 GError **error);
bool machine_xml_parse_iothread_ids(xmlNode *node, DomainParse *parse,
                                    GError **error);

/** machine_xml_format: <os> to <pm>, in libvirt's order. */
void machine_xml_format(Writer *writer, const DomainMachine *machine);
