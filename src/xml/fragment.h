/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A tree of libxml2's written the way the writer writes.
 *
 * Elements that only hold elements are indented anew, and everything else stays
 * to the byte, so that a <metadata> that is read and written many times neither
 * changes nor creeps to the right.  libxml2's own serializer knows only
 * "as it was" (which creeps) and "formatted" for documents without white space.
 */
#pragma once

#include <glib.h>
#include <libxml/tree.h>

/* Of an element that is kept and echoed: it is written again inside other
 * documents, and must not run into the reader's bound there. */
enum { FRAGMENT_DEPTH_MAX = 48 };

/** fragment_append: @node at @level, without a line break after it. */
void fragment_append(GString *out, xmlNode *node, unsigned level);

/** fragment_depth: levels of elements, @node's own included. */
unsigned fragment_depth(xmlNode *node);

/** fragment_escape: appends @text, with what a quoted attribute value (or, not
 * @is_attribute, character data) cannot hold written as references. */
void fragment_escape(GString *out, const char *text, gboolean is_attribute);
