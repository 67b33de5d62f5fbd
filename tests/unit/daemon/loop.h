/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Both ends of the wire in one process, with no socket between them: what the
 * client's stubs send is encoded, decoded, served by the memory driver, and
 * comes back the same way. */
#pragma once

#include "daemon/serve.h"
#include "driver/driver.h"

typedef struct {
    virConnectPtr server; /* test:///default */
    virConnectPtr conn;   /* the client's; its calls arrive at the other */
    virDomainPtr domain;  /* the client's "test" */
    ServeBackups *backups;
    ServeMoves *moves;
} Loop;

/** loop_new: one at a time in a process. */
Loop *loop_new(void);
Loop *loop_new_readonly(void);
/** loop_new_fake: with the fake driver (fake_driver.h), which has every call,
 * in place of the memory driver. */
Loop *loop_new_fake(void);
void loop_free(Loop *loop);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Loop, loop_free)

/** loop_access: who the client is from now on; NULL: anybody. */
void loop_access(const ServeAccess *access);

/** loop_play_libvirt: from now on the peer does not have our own program, as a
 * genuine libvirtd. */
void loop_play_libvirt(void);

/** loop_call: makes a call that has no stub; false with @error. */
bool loop_call(Loop *loop, unsigned program, int number, const void *args,
               void *ret, GError **error);
/** loop_free_ret: what that call gave. */
void loop_free_ret(unsigned program, int number, void *ret);
