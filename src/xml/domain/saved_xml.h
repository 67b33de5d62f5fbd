/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The definition in the file of a saved machine (model/save/save_image.h): what
 * is written into it, shown of it, and put in its place.
 *
 * Held against what is saved and never against what is defined: the state fits
 * that machine and no other.
 */
#pragma once

#include "model/domain.h"

/** saved_xml_make: (transfer full): what an image says that @live is; @dxml
 * (nullable): the same machine with its disks elsewhere. */
char *saved_xml_make(const DomainDef *live, const char *dxml, GError **error);

/** saved_xml_machine: (transfer full): of the saved @xml, or of @dxml
 * (nullable) in its place. */
DomainDef *saved_xml_machine(const char *xml, const char *dxml, GError **error);

/** saved_xml_show: (transfer full): the saved @xml for a caller; @flags of
 * virDomainSaveImageXMLFlags. */
char *saved_xml_show(const char *xml, unsigned flags, GError **error);

/** saved_xml_move: (transfer full): what takes the place of @xml. */
char *saved_xml_move(const char *xml, const char *dxml, GError **error);

/* The same of the file @path. */
char *saved_xml_show_file(const char *path, unsigned flags, GError **error);
bool saved_xml_change_file(const char *path, const char *dxml, unsigned flags,
                           GError **error);
