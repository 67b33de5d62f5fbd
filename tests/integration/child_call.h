/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A test program that runs itself again as the caller of one call, to be killed,
 * failed or stopped at one of its points (base/fault.h). */
#pragma once

#include "machine.h"

#include <sys/types.h>

/** child_is_asked: this process is the child: argv is PROGRAM WHAT URI NAME.
 * Also remembers how to run the program again. */
bool child_is_asked(int argc, char **argv);

/** child_start: one that does @what ("--save") with @fault ("kill:7"; "": none)
 * to the domain of @machine; @name is what it likes to be told. */
pid_t child_start(const Machine *machine, const char *what, const char *name,
                  const char *fault);

/** child_start_at: the same by the connection's @uri. */
pid_t child_start_at(const char *uri, const char *what, const char *name,
                     const char *fault);

/** child_await: its exit code; -1 if it was killed. */
int child_await(pid_t pid);

/** child_point_of: the number of the first point called @point on the way of
 * @what, which is done once for that; it must succeed. */
int child_point_of(const Machine *machine, const char *what, const char *name,
                   const char *point);

/** child_stop_at: the same, stopped (SIGSTOP) at point number @point. */
pid_t child_stop_at(const Machine *machine, const char *what, const char *name,
                    int point);
