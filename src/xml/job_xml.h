/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a domain's background jobs (jobs.xml of the state folder).
 *
 *     <jobs version='1' next='8'>
 *       <job id='7' operation='9' state='running' ...>
 *         <checkpoint>c2</checkpoint>
 *         <progress target='vda' size='...' .../>
 *         <domainbackup mode='push' id='7'> ... </domainbackup>
 *       </job>
 *     </jobs>
 *
 * It holds all that another process needs to finish a job or to undo it: names
 * of nodes, exports and bitmaps follow from the id (qemu/block/node_names.h).
 */
#pragma once

#include "model/job.h"

#include <glib.h>

/** job_xml_parse: VIR_ERR_XML_ERROR for a record that is not ours, is damaged,
 * or is of a later version.  @text comes from our own folder, and is held to
 * every rule all the same. */
JobTable *job_xml_parse(const char *text, GError **error);

/** job_xml_format: (transfer full): what job_xml_parse() reads. */
char *job_xml_format(const JobTable *table);
