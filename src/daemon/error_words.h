/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How an error begins for a client of libvirt's.
 *
 * There, each code has words of its own that stand before what happened, and
 * people's scripts look for them in what virsh prints.  Ours say what happened
 * alone: so the words are put there for who is none of our own clients, and
 * nowhere else.
 */
#pragma once

#include <glib.h>

#include <libvirt/virterror.h>

/** error_words: the text of @reason with the words of its code before it; the
 * text itself if the code has none, or if they are there already.  Free it. */
char *error_words(const virError *reason);
