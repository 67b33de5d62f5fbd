/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <diskjob> in the record of jobs: what a pull, commit or copy does. */
#pragma once

#include "model/disk_job.h"
#include "xml/reader.h"
#include "xml/writer.h"

void disk_job_xml_write(Writer *writer, const DiskJob *job);

/** disk_job_xml_parse: VIR_ERR_XML_ERROR. */
DiskJob *disk_job_xml_parse(xmlNode *node, GError **error);
