/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of one snapshot as it is kept in the state folder:
 *
 *     <snapshotrecord version='1' step='prepared' nameless='yes' reused='yes'>
 *       <domainsnapshot> ... </domainsnapshot>
 *       <domaintext>&lt;domain type='kvm'&gt; ... </domaintext>
 *       <inactivetext> ... </inactivetext>
 *     </snapshotrecord>
 *
 * The machine stands as text, for the reasons of checkpoint_record_xml.h.
 */
#pragma once

#include "model/snapshot_tree.h"

/** snapshot_record_xml_format: with secrets: the file is 0600. */
char *snapshot_record_xml_format(const SnapshotRecord *record);

/** snapshot_record_xml_parse: VIR_ERR_XML_DETAIL, VIR_ERR_XML_ERROR,
 * VIR_ERR_XML_INVALID_SCHEMA; a later version is
 * VIR_ERR_OPERATION_UNSUPPORTED. */
SnapshotRecord *snapshot_record_xml_parse(const char *text, GError **error);
