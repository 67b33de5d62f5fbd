/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ssh program as a way to a peer: its words, and what runs at its other end.
 *
 * There, a shell looks for our daemon's socket and then for libvirt's, and
 * netcat, or libvirt's own helper, joins it with the input and output that ssh
 * carries.  Nothing of the URI is left for either shell or for ssh to understand
 * in another way: each value is one word, and quoted.
 */
#pragma once

#include "remote/place.h"

/** remote_ssh_words: (transfer full): the program and its arguments. */
GStrv remote_ssh_words(const RemotePlace *place);

/** remote_ssh_script: what the shell at the other end runs.  @run: where daemons
 * listen there, as that shell writes it between double quotes. */
char *remote_ssh_script(const RemotePlace *place, const char *run);
