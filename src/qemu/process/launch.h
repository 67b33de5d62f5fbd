/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making a QEMU process that outlives us.
 *
 * A shell in a session of its own puts QEMU in the background, tells its pid
 * and ends, so QEMU is nobody's child and no zombie of a long-lived caller.
 * QEMU's -daemonize would do as much, but sends whatever QEMU says later, above
 * all the assertion that ends it, to /dev/null; our way stderr stays qemu.log.
 *
 * Listening sockets are made here and handed over as descriptors: a path may
 * then be longer than the 107 bytes that QEMU could bind.
 */
#pragma once

#include "model/domain.h"
#include "qemu/process/qemu_user.h"

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* What the shell runs; everything after its first word is QEMU's command line.
 * Its output joins stderr (the log): stdout is where we read the pid.  With
 * "exec" that pid is QEMU's under every shell: some, as bash, would otherwise
 * wait for it in a process of their own, and that one would be signalled. */
#define LAUNCH_SCRIPT "cd / && umask 077 && exec \"$@\" >&2 & echo $!"

/* The same, and the pid is written to the file that is the first word. */
#define LAUNCH_SCRIPT_WITH_FILE LAUNCH_SCRIPT " >\"$0\" && echo $!"

typedef struct {
    pid_t pid;
    guint64 pid_start;
    off_t log_start; /* where this run begins in qemu.log */
} LaunchedQemu;

/* Where a QEMU is started, and as whom. */
typedef struct {
    int folder;       /* the machine's, open */
    const char *path; /* of the same */
    const QemuUser *user;
} LaunchPlace;

/** launch_qemu: starts QEMU for @live, in which the paths of sockets are filled
 * in.  It may still die of what it finds: launch_explain() tells then.
 * Errors: VIR_ERR_CONFIG_UNSUPPORTED, VIR_ERR_OPERATION_FAILED (no such
 * emulator), VIR_ERR_INVALID_ARG (a socket's place is taken). */
bool launch_qemu(DomainDef *live, const LaunchPlace *place,
                 LaunchedQemu *ret_qemu, GError **error);

/** launch_explain: (transfer full): the last lines of this run's log. */
char *launch_explain(int folder, off_t log_start);

/** launch_end_stray: kills a QEMU whose pid file is still locked although no
 * record names it: its starter died between the two. */
void launch_end_stray(int folder);
