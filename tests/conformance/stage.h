/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The machine that the conformance tests are about: the same tests, whatever
 * driver stands behind it.
 *
 * STRANDLINE_CONFORMANCE says which: "memory" (test:///default) or "qemu" (the
 * embedded driver, a paused QEMU).  A test sees a Machine of the integration
 * tests and the public API; what only one driver can do (writing to a disk as
 * the guest would) is done here.
 *
 * With STRANDLINE_DAEMON, the path of strandlined, that driver is behind a daemon
 * of each stage's own, and the tests are its client: the same calls have the same
 * results, codes and texts.
 *
 *     g_autoptr(Stage) stage = stage_new(2, MIB);
 *     stage_write(stage, 0, 0x5d, 0, 64 * KIB);
 *     make_checkpoint(stage->machine, "c1", NULL);
 */
#pragma once

#include "../integration/machine.h"
#include "stage_daemon.h"

typedef struct {
    Machine *machine; /* its folder, disks, connection and domain */
    bool is_memory;
    StageDaemon *daemon; /* NULL: the driver is in this process */
} Stage;

/** stage_is_memory: which driver this run is about. */
bool stage_is_memory(void);

/** stage_new: a domain "web" with so many disks of @size bytes, paused. */
Stage *stage_new(unsigned disks, uint64_t size);
/** stage_new_off: the same, shut off. */
Stage *stage_new_off(unsigned disks, uint64_t size);
void stage_free(Stage *stage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stage, stage_free)

/** stage_add_devices: more in the definition of a domain that is off. */
void stage_add_devices(Stage *stage, const char *devices);

/* As the guest would: @length bytes of @pattern, zeroes, or a discard. */
void stage_write(Stage *stage, unsigned disk, int pattern, uint64_t offset,
                 uint64_t length);
void stage_zero(Stage *stage, unsigned disk, uint64_t offset, uint64_t length);
void stage_discard(Stage *stage, unsigned disk, uint64_t offset,
                   uint64_t length);

/** stage_document: XML of a domain @name that the driver accepts, with
 * @devices in its <devices> (nullable); defined nowhere yet. */
char *stage_document(const Stage *stage, const char *name, const char *uuid,
                     const char *devices);
/** stage_connect: one connection more to the same host. */
virConnectPtr stage_connect(const Stage *stage, bool is_readonly);

/** stage_main: GLib's test loop, each name with the driver's before it. */
#define STAGE_TEST(test) stage_add(#test, test)
void stage_init(int *argc, char ***argv, const char *suite);
void stage_add(const char *name, void (*test)(void));
