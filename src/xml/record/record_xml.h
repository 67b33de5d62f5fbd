/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The frame of a record: its version, and the one document within it that is
 * as users see it.
 *
 * State files are ours, in a folder that is ours alone, and are still read like
 * a stranger's: a record that is believed wrongly makes a backup that cannot be
 * restored.
 */
#pragma once

#include "xml/reader.h"

/** record_xml_open: the element called @name within @root, a record that has to
 * be of @version.  VIR_ERR_XML_ERROR; any other version is
 * VIR_ERR_OPERATION_UNSUPPORTED. */
xmlNode *record_xml_open(xmlNode *root, unsigned version, const char *name,
                         GError **error);
