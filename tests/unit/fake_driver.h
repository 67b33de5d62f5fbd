/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A driver that keeps nothing and remembers what it was asked.
 *
 * It serves the scheme "fake" with every call there is, and "bare" with none
 * but opening and closing.  What a call does is set in `fake` first.
 */
#pragma once

#include "driver/driver.h"

typedef struct {
    /* What happened. */
    char *last_call; /* "domain_create flags=0x1"; NULL: none yet */
    char *opened;    /* the URI of the last connection */
    int closes;
    int wanted;   /* calls of events_wanted(true) */
    int unwanted; /* and of events_wanted(false) */
    int ends_wanted;

    /* What to do. */
    bool is_failing;    /* every call fails with VIR_ERR_OPERATION_FAILED */
    bool is_speechless; /* ... without an error */
    bool is_noteless;   /* nothing is noted about a domain */
    int result;         /* of calls that return an int */
    int active_id;      /* of the first domain in a list; the second is off */
    const char *current_snapshot; /* NULL: none */
} Fake;

extern Fake fake;
extern const Driver fake_driver;
extern const Driver bare_driver;

extern const unsigned char fake_uuid[VIR_UUID_BUFLEN];

/** fake_record: remembers the call; false if it is to fail. */
bool fake_record(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** fake_reset: forgets everything and lets all calls succeed with 0. */
void fake_reset(void);
