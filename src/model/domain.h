/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A domain (virtual machine), as its XML describes it: nothing of QEMU's. */
#pragma once

#include "model/disk.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { DOMAIN_UUID_SIZE = 16, DOMAIN_UUID_TEXT_SIZE = 37 };

typedef struct DomainDef DomainDef;

/* The devices and settings other than disks live in model/domain_devices.h and
 * below; only what every part of the library needs stands here. */
struct DomainDef {
    char *type; /* "qemu" (TCG), "kvm", "test" */
    char *name;
    unsigned char uuid[DOMAIN_UUID_SIZE];
    int id; /* -1 while shut off; read from XML only in status files */
    char *title;
    char *description;
    uint64_t memory_kib;
    uint64_t current_memory_kib;
    unsigned vcpus;
    GPtrArray *disks;              /* of DiskDef, in document order */
    struct DomainMachine *machine; /* os, cpu, features, clock, on_* */
    struct DomainDevices *devices; /* everything else below <devices> */
    GPtrArray *echoed;             /* of char *: XML kept as it came */
    /* Of a run that is about to begin, and in no XML: QEMU waits for a stream
     * that holds the memory. */
    bool awaits_memory;
};

DomainDef *domain_def_new(void);
void domain_def_free(DomainDef *def);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DomainDef, domain_def_free)

/** domain_def_find_disk: by target ("vda").  NULL if there is none. */
DiskDef *domain_def_find_disk(const DomainDef *def, const char *target);

/** domain_def_find_disk_by_name: by target, or by a source path that only one
 * disk has (the proposal's rule).  NULL if there is none. */
DiskDef *domain_def_find_disk_by_name(const DomainDef *def, const char *name);

/** domain_name_check: refuses names that are empty, too long, not printable,
 * or that could leave a folder.  VIR_ERR_XML_ERROR. */
bool domain_name_check(const char *name, GError **error);

/** uuid_format/uuid_parse: the usual 36 characters. */
void uuid_format(const unsigned char *uuid, char *ret_text);
bool uuid_parse(const char *text, unsigned char *ret_uuid);
