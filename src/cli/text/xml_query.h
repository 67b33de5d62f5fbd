/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The few things that the tool reads out of the library's documents.
 *
 * GLib's markup parser is enough for that: the documents are the library's
 * own, or are given to the library right after, which checks them in full.  A
 * path is the names of elements from the root, joined by '/'.
 */
#pragma once

#include <glib.h>

/** xml_query_text: (transfer full) (nullable): the text of the first element
 * at @path; NULL also when @xml is malformed. */
char *xml_query_text(const char *xml, const char *path);

/** xml_query_attribute: (transfer full) (nullable): likewise, @name of it. */
char *xml_query_attribute(const char *xml, const char *path, const char *name);

/* One disk of a domain as listings show it; no member is NULL except as said. */
typedef struct {
    char *type;   /* "file", "block", ... */
    char *device; /* "disk", "cdrom", ... */
    char *target; /* (nullable): "vda" */
    char *source; /* (nullable): path or name; NULL for an empty drive */
} XmlDisk;

void xml_disk_free(XmlDisk *disk);

/** xml_query_disks: (transfer full) (element-type XmlDisk): those of a
 * <domain> document, in its order; empty when @xml is malformed. */
GPtrArray *xml_query_disks(const char *xml);
