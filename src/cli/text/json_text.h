/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON replies laid out for reading.
 *
 * Only white space changes: a reply is shown as QEMU or the agent wrote it,
 * every number with all its digits and every string with its escapes, which
 * reading it into values and writing those again would not promise.
 */
#pragma once

/** json_text_pretty: (transfer full): @json with a line for each member and
 * two blanks a level.  What is not JSON comes back much as it was. */
char *json_text_pretty(const char *json);

/** json_text_member: (transfer full) (nullable): the text of the value of
 * @name in the object @json; NULL when there is none. */
char *json_text_member(const char *json, const char *name);
