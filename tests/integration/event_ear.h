/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hears every kind of event of a connection, and keeps them as lines:
 *
 *     lifecycle 4 0
 *     io-error-reason web.qcow2 virtio-disk0 1 enospc
 *
 * Paths by their last part. */
#pragma once

#include <glib.h>
#include <libvirt/libvirt.h>

typedef void (*EarLine)(const char *line, void *opaque);

/** ear_open: from now on @on_line is called, from the event loop. */
void ear_open(virConnectPtr conn, EarLine on_line, void *opaque);

/** ear_keep: what is heard from now on waits for ear_expect(). */
void ear_keep(virConnectPtr conn);

/** ear_expect: runs the loop until exactly @lines was heard since the last ask;
 * each line ends with a newline. */
void ear_expect(const char *lines);
