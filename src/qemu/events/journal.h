/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* QEMU's events, kept by QEMU itself while nobody listens.
 *
 * A monitor tells its events to whoever is connected, and ours serves one
 * client at a time, for the length of a call: what happens in between would be
 * told to nobody.  So each machine has a second monitor whose input is a file
 * with the one command that QEMU waits for, and whose output is another file.
 * QEMU writes a line there for each event, whether or not any process of ours
 * runs; every process that wants events reads it from where it was
 * (docs/design/event-journal.md).
 *
 *     domains/UUID/events.in     {"execute": "qmp_capabilities"}
 *     domains/UUID/events.out    the greeting, and then a line each event
 */
#pragma once

#include "qemu/qmp/message.h"

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/** The two files' common part of the name, as QEMU's "pipe" wants it. */
#define JOURNAL_NAME "events"

/** journal_make: both files, new and private, before QEMU is started; @folder is
 * where the run's files are (process/run_folder.h).  All others take the
 * machine's own folder. */
bool journal_make(int folder, GError **error);

/** journal_give: makes them @uid's, whom QEMU is to run as. */
bool journal_give(int folder, uid_t uid, GError **error);

/** journal_end: where the next event will be; 0 if there is no journal. */
gint64 journal_end(int folder);

/** journal_read: (transfer full): of json_t: the events from *@offset on, which
 * then stands behind the last whole line.  Empty if there are none.  One call
 * reads a bounded part; *@ret_more tells that there is more. */
GPtrArray *journal_read(int folder, gint64 *offset, bool *ret_more);

/** journal_watch: has @inotify tell of each write of an event, and of QEMU's
 * closing the file, which even a killed one does. */
bool journal_watch(int folder, int inotify);

/** journal_has_end: QEMU has told that it ends, and nothing after it that it
 * goes on. */
bool journal_has_end(int folder);

/** journal_trim: gives back the space of what is long past; offsets stay. */
void journal_trim(int folder);
