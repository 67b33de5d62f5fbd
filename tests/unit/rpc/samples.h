/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A value of each type on the wire, twice: with everything and with nothing
 * (tools/generate_rpc_samples.py). */
#pragma once

#include "rpc/procedures.h"

typedef struct {
    const char *name; /* "WireDomainFlags full" */
    xdrproc_t xdr;
    void *value;
    size_t size;                /* of the value */
    const unsigned char *bytes; /* as it has to travel */
    size_t length;
} Sample;

extern const Sample samples[];
extern const unsigned sample_count;
