/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a look at a root is worth it: somebody has written there, or a QEMU has
 * written an event down or is gone.
 *
 * Who listens would otherwise have to look again and again, late for what just
 * happened and busy while nothing does.  It is a hint and no more: the kernel
 * may have none to give (their number is limited), and a process that died in
 * its call announces nothing, so a look now and then is still needed.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct RootWatch RootWatch;

/** root_watch_new: of the root at @path.  Returns: NULL if the kernel gives
 * none. */
RootWatch *root_watch_new(const char *path);
void root_watch_free(RootWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RootWatch, root_watch_free)

/** root_watch_fd: becomes readable when something happens; @watch's own. */
int root_watch_fd(const RootWatch *watch);

/** root_watch_follow: also what QEMU writes into the journal in @folder, until
 * that file is gone; and its closing it, which is its end.
 * Returns: false if there is no journal, or the kernel has no watch for it. */
bool root_watch_follow(RootWatch *watch, int folder);

/** root_watch_take: takes everything that happened so far.
 * Returns: whether there was anything. */
bool root_watch_take(RootWatch *watch);
