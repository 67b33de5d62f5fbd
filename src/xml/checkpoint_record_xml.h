/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of one checkpoint as it is kept in the state folder:
 *
 *     <checkpointrecord version='1' order='3' job='7'>
 *       <interval disk='vda' bitmap='c1' broken='yes'/>
 *       <domaincheckpoint> ... </domaincheckpoint>
 *       <domaintext>&lt;domain type='kvm'&gt; ... </domaintext>
 *     </checkpointrecord>
 *
 * The <domain> stands as text: reading a hundred records must not mean parsing
 * a hundred machines, and a deep one must not become too deep by being put
 * into another document.  Whether a record is pending is told by the name of
 * its file (qemu/checkpoint/checkpoint_store.h), so that sealing it is one rename.
 */
#pragma once

#include "model/checkpoint_tree.h"

/** checkpoint_record_xml_format: with secrets: the file is 0600. */
char *checkpoint_record_xml_format(const CheckpointRecord *record);

/** checkpoint_record_xml_parse: CHECKPOINT_SEALED unless it says otherwise.
 * VIR_ERR_XML_DETAIL, VIR_ERR_XML_ERROR; a later version is
 * VIR_ERR_OPERATION_UNSUPPORTED. */
CheckpointRecord *checkpoint_record_xml_parse(const char *text, GError **error);
