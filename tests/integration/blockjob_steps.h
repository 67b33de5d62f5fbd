/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine whose disk is three images, one above the other, and a raw file
 * that holds what the guest must see: each write goes to both. */
#pragma once

#include "machine.h"

typedef struct {
    Machine *machine;
    char *reference; /* raw */
    char *base;      /* the lowest image */
    char *middle;
} Chain;

/** chain_new: paused.  Each image holds a block of its own, and one that hides
 * the one below. */
Chain *chain_new(const char *name);
void chain_free(Chain *chain);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Chain, chain_free)

/** chain_write: @pattern into 64 KiB of vda. */
void chain_write(Chain *chain, int pattern, uint64_t offset);

/** chain_images: the paths in the running definition, from the top down, then
 * those in the stored one, as "top middle base | top"; names as in Chain,
 * others by their last part. */
char *chain_images(const Chain *chain);

/** require_images: chain_images() is @expected. */
void require_images(const Chain *chain, const char *expected);

/** require_same: stops the machine and compares the image that its definition
 * names, with all below it, to the reference. */
void require_same(Chain *chain);

/** require_nodes: how many QEMU has; 1 filter and 2 for each image. */
void require_nodes(const Chain *chain, unsigned count);

/** wait_disk_over: until @disk has no block job. */
void wait_disk_over(virDomainPtr domain, const char *disk);
/** wait_job_over: until vda has no block job. */
void wait_job_over(virDomainPtr domain);

/** wait_job_ready: until the job of vda is in step. */
void wait_job_ready(virDomainPtr domain);

/** only_job: the id of the one job besides the default one. */
int only_job(virDomainPtr domain);
