/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An Output whose text a test can read. */
#pragma once

#include "cli/output.h"

typedef struct {
    Output output;
    char *out_text;
    char *err_text;
    size_t out_size;
    size_t err_size;
} Capture;

/** capture_new: with empty streams in memory. */
Capture *capture_new(void);
void capture_free(Capture *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Capture, capture_free)

/** capture_out, capture_err: what was printed so far. */
const char *capture_out(Capture *capture);
const char *capture_err(Capture *capture);
