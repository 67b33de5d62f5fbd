/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stage, and another host of the same driver to which its machine may move:
 * for the memory driver one of its own kinds, for QEMU another state folder;
 * behind a daemon another daemon. */
#pragma once

#include "stage.h"

typedef struct {
    Stage *stage;        /* its guest runs */
    virDomainPtr domain; /* the stage's */
    StageDaemon *daemon; /* of the other host; NULL: it is in this process */
    virConnectPtr there;
} Hosts;

Hosts *hosts_new(void);
void hosts_free(Hosts *hosts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hosts, hosts_free)

/** hosts_move: must succeed; the domain there, for virDomainFree(). */
virDomainPtr hosts_move(Hosts *hosts, unsigned flags);

/** hosts_expect_none_there: no "web", or none that runs (@is_active). */
void hosts_expect_none_there(const Hosts *hosts, bool is_active);

/** hosts_expect_byte: what @domain has on its first disk at @offset. */
void hosts_expect_byte(virDomainPtr domain, uint64_t offset, int byte);
