/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/procedures.h"

#include <stdlib.h>

static int
compare(const void *left, const void *right)
{
    const Procedure *a = left;
    const Procedure *b = right;

    if (a->program != b->program)
        return a->program < b->program ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* By halves: the numbers have gaps, and come from outside. */
const Procedure *
procedure_find(unsigned program, int number)
{
    const Procedure wanted = {.program = program, .number = number};

    return bsearch(&wanted, procedure_rows, procedure_count, sizeof(wanted),
                   compare);
}

bool
procedure_program_is_known(unsigned program)
{
    for (unsigned i = 0; i < procedure_count; i++) {
        if (procedure_rows[i].program == program)
            return true;
    }
    return false;
}

const Procedure *
procedure_all(unsigned *ret_count)
{
    *ret_count = procedure_count;
    return procedure_rows;
}
