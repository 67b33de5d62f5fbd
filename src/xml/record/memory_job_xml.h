/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <memory> in the record of jobs: what a save or a dump writes, and where. */
#pragma once

#include "model/memory/memory_job.h"
#include "xml/reader.h"
#include "xml/writer.h"

void memory_job_xml_write(Writer *writer, const MemoryJob *job);

/** memory_job_xml_parse: VIR_ERR_XML_ERROR. */
MemoryJob *memory_job_xml_parse(xmlNode *node, GError **error);
