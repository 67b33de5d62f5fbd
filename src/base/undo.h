/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Undo list: the reverse of each visible step taken so far.
 *
 * Memory, descriptors and locks clean up after themselves through g_autoptr.
 * What g_autoptr cannot know is that a node was added to QEMU's graph, or that
 * a file was created, and must go again when a later step fails.  A function
 * that takes several such steps declares one g_autoptr(Undo), pushes the
 * reverse of each step as it succeeds, and calls undo_commit() once nothing
 * more can fail.  That replaces the usual ladder of goto labels and "did we
 * already...?" booleans.
 */
#pragma once

#include <glib.h>

typedef struct Undo Undo;

Undo *undo_new(void);

/** undo_push: on failure, call @step(@data), later steps first. */
void undo_push(Undo *undo, GDestroyNotify step, gpointer data);

/** undo_commit: the whole operation stands; forget every step. */
void undo_commit(Undo *undo);

/** undo_free: runs what was not committed.  Called by g_autoptr(Undo). */
void undo_free(Undo *undo);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Undo, undo_free)
