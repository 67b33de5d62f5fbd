/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a process goes that is to outlive its starter's service.
 *
 * A service manager ends, counts and limits what a service started together with
 * it.  A program that runs as such a service says here how a machine's process is
 * taken out of that; in any other nothing is done.
 */
#pragma once

#include <sys/types.h>

/* Must not wait: a machine's start goes on behind it. */
typedef void (*ScopeMaker)(const char *machine, pid_t pid);

/** scope_set_maker: before the first call; NULL: nobody, as it is at first. */
void scope_set_maker(ScopeMaker make);

/** scope_make: @pid, which was just started for @machine, goes where the maker
 * says.  That it cannot is no error of the start. */
void scope_make(const char *machine, pid_t pid);
