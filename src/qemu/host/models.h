/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What machines of a QEMU binary can be: kinds of machine and processors, as
 * the binary tells (process/capabilities.h keeps its answers). */
#pragma once

#include "qemu/root.h"

#include <glib.h>
#include <stdbool.h>

/* Of a domain that names none. */
#define QEMU_HOST_EMULATOR "/usr/bin/qemu-system-x86_64"

typedef struct {
    char *name;  /* "pc-i440fx-7.2" */
    char *alias; /* nullable: "pc" */
    unsigned vcpus_max;
} QemuMachineType;

typedef struct {
    GPtrArray *machines; /* of QemuMachineType */
    GArray *cpus;        /* of DomainCapsCpu, whose names belong to it */
} QemuModels;

/** qemu_models_ask: under the root's lock.  Processors differ with KVM. */
QemuModels *qemu_models_ask(QemuRoot *root, const char *emulator, bool is_kvm,
                            GError **error);
void qemu_models_free(QemuModels *models);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuModels, qemu_models_free)

/** qemu_models_find: a machine by its name or by its alias ("pc").
 * VIR_ERR_INVALID_ARG if there is none. */
const QemuMachineType *qemu_models_find(const QemuModels *models,
                                        const char *name, GError **error);

/** qemu_host_has_kvm: whether this process could use it. */
bool qemu_host_has_kvm(void);
