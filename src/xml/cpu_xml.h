/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <cpu> and <features>: what the guest's processor can do. */
#pragma once

#include "xml/domain_parts.h"

bool cpu_xml_parse(xmlNode *node, DomainParse *parse, GError **error);
void cpu_xml_format(Writer *writer, const DomainCpu *cpu);

bool features_xml_parse(xmlNode *node, DomainParse *parse, GError **error);
void features_xml_format(Writer *writer, const DomainFeatures *features);
