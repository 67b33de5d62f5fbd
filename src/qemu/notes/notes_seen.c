/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A definition that is written anew is told as that, by its file; this is told
 * besides, to all connections alike, the one that made the change too.  Two changes
 * of one note between two looks are one, and one that was taken back is none. */
#include "qemu/notes/notes_seen.h"

#include "driver/event_queue.h"
#include "qemu/session.h"

/* What has been told in this look: a change of both the definition and the run
 * is one. */
typedef struct {
    const QemuDomain *vm;
    GHashTable *told; /* "TYPE URI" */
} Telling;

/* Also of one that was zeroed: of a domain that was never looked at. */
void
notes_seen_clear(NotesSeen *seen)
{
    metadata_seen_clear(&seen->config);
    metadata_seen_clear(&seen->live);
}

/* Once for each kind and namespace in a look: libvirt tells one event for a
 * call, whatever it changed. */
static void
tell(int type, const char *uri, void *opaque)
{
    const Telling *telling = opaque;
    const QemuDomain *vm = telling->vm;
    const EventDomain domain = {vm->name, vm->uuid, vm->id};

    if (g_hash_table_add(telling->told,
                         g_strdup_printf("%d %s", type, uri ? uri : "")))
        event_queue_metadata(vm->session->events, &domain, type, uri);
}

/* The definition first. What a start copies from it into a new run is no
 * change of that run. */
void
notes_seen_update(NotesSeen *seen, const QemuDomain *vm)
{
    g_autoptr(GHashTable) told =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Telling telling = {vm, told};
    /* A definition that came or went is told as that. */
    bool had_config = seen->is_known && seen->has_config && vm->config;
    bool is_same_run = seen->is_known && seen->id == vm->id && vm->live;

    metadata_seen_update(&seen->config, vm->config, had_config ? tell : NULL,
                         &telling);
    metadata_seen_update(&seen->live, vm->live, is_same_run ? tell : NULL,
                         &telling);
    seen->is_known = true;
    seen->has_config = vm->config != NULL;
    seen->id = vm->id;
}
