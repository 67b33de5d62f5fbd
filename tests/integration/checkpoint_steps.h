/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the checkpoint tests do to a machine, and how they look at it: names by
 * the public API, bitmaps by asking QEMU or the images behind its back. */
#pragma once

#include "machine.h"

#include <stdint.h>

/** make_checkpoint: all disks, or those of @disks ("vda vdb"). */
void make_checkpoint(Machine *machine, const char *name, const char *disks);
/** checkpoint_xml: the document that make_checkpoint() gives.  New string. */
char *checkpoint_document(const Machine *machine, const char *name,
                          const char *disks);

/** refuse_checkpoint: creating one from @xml fails with @code. */
void refuse_checkpoint(Machine *machine, const char *xml, unsigned flags,
                       int code);

/** delete_checkpoint, refuse_delete: @what (nullable) is in the message. */
void delete_checkpoint(Machine *machine, const char *name, unsigned flags);
void refuse_delete(Machine *machine, const char *name, unsigned flags, int code,
                   const char *what);

/** names: the listed checkpoints, "c1 c2"; @from NULL: all.  New string. */
char *names(Machine *machine, const char *from, unsigned flags);
#define assert_names(machine, expected) \
    assert_text(names((machine), NULL, 0), (expected), __FILE__, __LINE__)
/** parent: its name, or "-".  New string. */
char *parent(Machine *machine, const char *name);

/** bitmaps: what QEMU has on disk number @disk, sorted: "c1 c2*"; * records,
 * ! is inconsistent.  New string. */
char *bitmaps(Machine *machine, unsigned disk);
/** stored_bitmaps: the same of the image of a machine that is off. */
char *stored_bitmaps(Machine *machine, unsigned disk);
#define assert_bitmaps(machine, disk, expected) \
    assert_text(bitmaps((machine), (disk)), (expected), __FILE__, __LINE__)

/** assert_text: takes @text over. */
void assert_text(char *text, const char *expected, const char *file, int line);

/** size_since: bytes that SIZE tells for the disk; -1 if it tells none. */
int64_t size_since(Machine *machine, const char *name, unsigned disk);

/** dirty_since: bytes that an incremental pull of the disk from @base exports
 * as dirty. */
uint64_t dirty_since(Machine *machine, const char *base, unsigned disk);
/** refuse_base: an incremental of the disk from @base fails with @code; if that
 * is 109, the message names disk and checkpoint. */
void refuse_base(Machine *machine, const char *base, unsigned disk, int code);

/** xml_of: virDomainCheckpointGetXMLDesc().  From malloc. */
char *xml_of(Machine *machine, const char *name, unsigned flags);

/** image_tool: qemu-img bitmap @action @name on the disk of a machine that is
 * off ("--remove"). */
void change_image(Machine *machine, unsigned disk, const char *action,
                  const char *name);
/** remove_bitmap: behind the library's back, in the running QEMU. */
void remove_bitmap(Machine *machine, unsigned disk, const char *name);
