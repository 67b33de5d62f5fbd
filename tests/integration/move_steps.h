/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two state folders, and a machine that moves between them. */
#pragma once

#include "save_steps.h"

typedef struct {
    Machine *machine; /* at home: counts, see save_steps.h */
    char *there_uri;  /* below the machine's folder, so it ends with it */
    virConnectPtr there;
} Pair;

/** pair_new: the machine is defined at home, and runs. */
Pair *pair_new(void);
void pair_free(Pair *pair);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pair, pair_free)

/** pair_move: must succeed; the domain there, for virDomainFree(). */
virDomainPtr pair_move(Pair *pair, unsigned flags);

/** pair_find: the domain there; NULL if there is none. */
virDomainPtr pair_find(Pair *pair);

/** expect_counting: it runs, and goes on from @count at least. */
void expect_counting(virDomainPtr domain, guint64 count);

/** qemu_of: the process that runs in @folder ("root", "there"); 0: none. */
pid_t qemu_of(const Pair *pair, const char *folder);

/** expect_no_traces: no sockets, verdicts or documents of a migration in either
 * folder, and as many QEMUs as @n_qemus. */
void expect_no_traces(Pair *pair, unsigned n_qemus);
