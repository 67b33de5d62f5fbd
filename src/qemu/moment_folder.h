/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The folder in which a domain keeps the records of one kind of moment,
 * checkpoints or snapshots:
 *
 *     NAME.pending    begun
 *     NAME.xml        all others
 *
 * The name of a file is the last word on whether its record counts, so that
 * sealing one is a rename.  What a record holds, and which states it has, is
 * each kind's own.
 */
#pragma once

#include "qemu/domain.h"

typedef struct {
    const char *name;   /* "checkpoint", for messages */
    const char *folder; /* "checkpoints", within the domain's */
} MomentKind;

/** moment_folder_file: (transfer full): of the moment called @name. */
char *moment_folder_file(const char *name, bool is_pending);

/** moment_folder_open: for reading.  -1 with *@ret_absent: there has never been
 * one, which is no error. */
int moment_folder_open(const QemuDomain *vm, const MomentKind *kind,
                       bool *ret_absent, GError **error);

/** moment_folder_open_to_write: made if there is none; tells the root first
 * that this call writes (qemu_domain_touch()).  -1 on failure. */
int moment_folder_open_to_write(QemuDomain *vm, const MomentKind *kind,
                                GError **error);

/** MomentReader: reads @file of @folder into @tree, unless that has a record
 * with its name already. */
typedef bool (*MomentReader)(gpointer tree, int folder, const char *file,
                             bool is_pending, GError **error);

/** moment_folder_read: calls @reader for each record, sealed ones first, since
 * of two records with one name the first counts; false as soon as that is. */
bool moment_folder_read(const QemuDomain *vm, const MomentKind *kind,
                        MomentReader reader, gpointer tree, GError **error);

/** moment_folder_write: @text is the record of the moment called @name from now
 * on.  After a failure @vm is distrusted. */
bool moment_folder_write(QemuDomain *vm, const MomentKind *kind,
                         const char *name, bool is_pending, const char *text,
                         GError **error);
