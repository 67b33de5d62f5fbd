/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The other end of a QMP or guest agent socket, acting by a script.
 *
 * For what a real QEMU does only once in a thousand runs, or never: answers in
 * odd orders, errors, events in between, half lines, floods, silence.  A script
 * is text, a step a line; commands are numbered as they are read, from 1.
 *
 *   greet                 QMP's greeting, and a yes to qmp_capabilities
 *   greeting              the greeting alone
 *   expect NAME [JSON]    reads a command; it must be this one (and if given,
 *                         its arguments exactly these)
 *   expect-fd NAME        the same, and a descriptor must have come with it
 *   reply N [JSON]        {"return": JSON or {}, "id": that of command N}
 *   error N CLASS TEXT    refuses command N
 *   event NAME            {"event": NAME, ...}
 *   line TEXT             TEXT and a newline
 *   send TEXT             TEXT alone
 *   repeat COUNT TEXT     TEXT, COUNT times
 *   serve                 says {} to each command until the client is gone
 *   hang                  says nothing more, and waits until it is gone
 *   close                 closes the connection
 *
 * In TEXT, $N is the id of command N as JSON, $N.KEY one of its arguments, and
 * escapes are C's (\n, \377).  Empty lines and those with # are passed over.
 * The end of a script is the same as `hang`.
 */
#pragma once

#include <glib.h>

typedef struct FakeQemu FakeQemu;

/** fake_qemu_start: plays @script in a thread of its own.
 * *@ret_socket: the client's end (transfer full). */
FakeQemu *fake_qemu_start(const char *script, int *ret_socket);

/** fake_qemu_start_on: plays it to the first who connects to the listening
 * socket @listener (transfer full). */
FakeQemu *fake_qemu_start_on(const char *script, int listener);

/** fake_qemu_finish: waits for the end of the script, which comes when the
 * client's end is closed at the latest.  The test fails if the script was not
 * followed.  Returns the commands read, as lines "NAME JSON". */
char *fake_qemu_finish(FakeQemu *fake);
