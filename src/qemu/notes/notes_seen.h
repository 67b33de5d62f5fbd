/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Telling of notes about a domain (its title, description, metadata) that were
 * changed, whichever process did so: the watcher remembers how they were, and
 * compares. */
#pragma once

#include "qemu/domain.h"
#include "xml/domain/metadata_xml.h"

/* Zeroed: nothing was looked at yet. */
typedef struct {
    MetadataSeen config;
    MetadataSeen live;
    bool is_known;
    bool has_config;
    int id; /* of the run that @live is about */
} NotesSeen;

void notes_seen_clear(NotesSeen *seen);

/** notes_seen_update: notes how they are, and sends an event for each that is
 * another than before.  Of a definition or a run that is new there was none
 * before. */
void notes_seen_update(NotesSeen *seen, const QemuDomain *vm);
