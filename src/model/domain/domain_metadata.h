/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What people and programs note about a domain: its title, its description, and
 * elements of <metadata>, one for each namespace.  None of it changes the
 * machine. */
#pragma once

/* A note as it is to be.  Lent: nothing of it is kept. */
typedef struct {
    int type;         /* virDomainMetadataType */
    const char *text; /* nullable: it is to go */
    const char *key;  /* of an element that stays: the prefix of its names */
    const char *uri;  /* of an element: whose it is; else NULL */
} DomainMetadata;
