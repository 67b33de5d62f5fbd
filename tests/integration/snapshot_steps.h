/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the snapshot tests do to a machine, and how they look at it: names by
 * the public API, bytes by reading the images behind its back. */
#pragma once

#include "machine.h"

/** take: a snapshot from @xml; must succeed. */
void take(Machine *machine, const char *xml, unsigned flags);
/** take_disks: of the disks only, called @name. */
void take_disks(Machine *machine, const char *name);
/** refuse_take: fails with @code, and @what (nullable) is in the message. */
void refuse_take(Machine *machine, const char *xml, unsigned flags, int code,
                 const char *what);

void revert(Machine *machine, const char *name, unsigned flags);
void refuse_revert(Machine *machine, const char *name, unsigned flags, int code,
                   const char *what);
void drop(Machine *machine, const char *name, unsigned flags);
void refuse_drop(Machine *machine, const char *name, unsigned flags, int code,
                 const char *what);

/** listed: "a b"; @from NULL: all.  New string. */
char *listed(Machine *machine, const char *from, unsigned flags);
/** current: its name, or "-".  New string. */
char *current(Machine *machine);
/** snapshot_text: its XML.  From malloc. */
char *snapshot_text(Machine *machine, const char *name);

#define assert_listed(machine, expected) \
    assert_same(listed((machine), NULL, 0), (expected), __FILE__, __LINE__)
#define assert_current(machine, expected) \
    assert_same(current(machine), (expected), __FILE__, __LINE__)
/** assert_same: takes @text over. */
void assert_same(char *text, const char *expected, const char *file, int line);

/** top: the path of the image that disk number @disk writes to, by the XML of
 * the domain.  New string. */
char *top(Machine *machine, unsigned disk, unsigned flags);
#define assert_top(machine, disk, flags, expected) \
    assert_same(top((machine), (disk), (flags)), (expected), __FILE__, __LINE__)

/** assert_holds: @length bytes of @pattern at @offset of the image, and of
 * what is below it as its header says. */
#define assert_holds(path, pattern, offset, length) \
    assert_pattern((path), (pattern), (offset), (length), G_STRLOC)
void assert_pattern(const char *path, int pattern, uint64_t offset,
                    uint64_t length, const char *where);

/** assert_disk: the same of the disk, running or not. */
#define assert_disk(machine, disk, pattern, offset, length) \
    assert_on_disk((machine), (disk), (pattern), (offset), (length), G_STRLOC)
void assert_on_disk(Machine *machine, unsigned disk, int pattern,
                    uint64_t offset, uint64_t length, const char *where);
