/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every procedure of every program: its number, its two structs, and what may
 * be done with it when.
 *
 * The rows are made of src/rpc/remote.x and strandline.x, where a procedure is
 * one line; client and daemon are both driven by them.  The permission is that
 * of the public call which serves the procedure (api/access.h, by @function):
 * it is written down once, and a read-only connection is refused by it.
 */
#pragma once

#include "rpc/procedures_made.h"
#include "rpc/strandline.h"

#include <stdbool.h>

enum {
    /* must be answered while ordinary calls are stuck */
    PROCEDURE_HIGH = 1 << 0,
    /* allowed before authentication */
    PROCEDURE_EARLY = 1 << 1,
    /* allowed before CONNECT_OPEN has succeeded */
    PROCEDURE_CLOSED = 1 << 2,
    /* a MESSAGE: told, not called; @args is its body */
    PROCEDURE_MESSAGE = 1 << 3,
};

enum { PROCEDURE_VERSION = 1 }; /* of every program */

typedef struct {
    unsigned program;     /* RPC_PROGRAM_REMOTE */
    int number;           /* REMOTE_DOMAIN_RESET */
    const char *name;     /* "REMOTE_DOMAIN_RESET" */
    const char *function; /* "virDomainReset"; NULL: answered by what keeps the
                           * connection, and needs no permission */
    xdrproc_t args_xdr;   /* NULL and 0 if there is nothing */
    size_t args_size;
    xdrproc_t ret_xdr;
    size_t ret_size;
    unsigned marks; /* PROCEDURE_... */
} Procedure;

/** procedure_find: NULL if @number is not known in @program. */
const Procedure *procedure_find(unsigned program, int number);

/** procedure_program_is_known: whether any of @program's procedures is. */
bool procedure_program_is_known(unsigned program);

/** procedure_all: sorted by program and number. */
const Procedure *procedure_all(unsigned *ret_count);

/* Made at build time, behind the calls above. */
extern const Procedure procedure_rows[];
extern const unsigned procedure_count;
