/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/scope.h"

#include <stddef.h>

/* The process's, like the service that it is; set while there is one thread. */
static ScopeMaker maker;

void
scope_set_maker(ScopeMaker make)
{
    maker = make;
}

void
scope_make(const char *machine, pid_t pid)
{
    if (maker)
        maker(machine, pid);
}
