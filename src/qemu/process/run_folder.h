/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files of a run that QEMU finds by their names, and how it ended.
 *
 * They lie beside the machine's other files, in a folder that is ours alone.  A
 * QEMU that runs as another user could not go there: its journal lies in
 * domains/UUID/run, which it reaches by a descriptor, and in which it can write
 * to its two files and make none.  It has no pid file either, since QEMU wants
 * to know the whole path of that: the shell that starts it writes one, and a
 * lock that QEMU holds without knowing says how long it is true.
 */
#pragma once

#include "qemu/process/qemu_user.h"

#include <glib.h>
#include <stdbool.h>

#define RUN_PID_FILE "qemu.pid"

/** run_folder_make: before a start: the former run's files go.  *@ret_fd: the
 * folder for the journal of a QEMU that runs as @user; -1 if it runs as we do,
 * and uses the machine's own. */
bool run_folder_make(int folder, const QemuUser *user, int *ret_fd,
                     GError **error);

/** run_folder_name: where the journal's file @name of the last run is, from
 * @folder. */
char *run_folder_name(int folder, const char *name);

/** run_folder_make_pid_file: empty, and locked for as long as somebody has the
 * descriptor, by which nothing can be written.  Returns: -1 with @error. */
int run_folder_make_pid_file(int folder, GError **error);

/** run_folder_read_pid: the pid in a line that is read from @fd; 0 if there is
 * none. */
pid_t run_folder_read_pid(int fd);

/** run_folder_pid: whose pid file is locked; 0 if nobody's. */
pid_t run_folder_pid(int folder);

/** run_folder_has_crashed: the QEMU that is gone did not end of its own. */
bool run_folder_has_crashed(int folder);
