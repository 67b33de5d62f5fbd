/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parts of a document, chosen by an XPath expression: --xpath and --wrap. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/**
 * xpath_select:
 * @xml: a document of the library's
 * @expression: from the command line
 * @is_wrapped: all nodes below one <nodes>, so that the result is a document
 *
 * Returns: (transfer full): what matches, a line or more for each, each ended;
 * "" if nothing does; NULL with VIR_ERR_INVALID_ARG
 */
char *xpath_select(const char *xml, const char *expression, bool is_wrapped,
                   GError **error);
