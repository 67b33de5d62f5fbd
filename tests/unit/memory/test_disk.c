/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/disk.h"

#include "xml/domain_xml.h"

#include <string.h>

enum { SIZE = 4 * MEMORY_BLOCK };

/* One disk, vda, of the default size. */
static MemoryDisks *
one_disk(void)
{
    MemoryDisks *disks = memory_disks_new();
    g_autoptr(DomainDef) def = domain_xml_parse(
        "<domain type='test'><name>web</name><memory>1</memory>"
        "<os><type>hvm</type></os><devices><disk type='file'>"
        "<driver name='qemu' type='qcow2'/><source file='/a.qcow2'/>"
        "<target dev='vda'/></disk></devices></domain>",
        NULL);

    g_assert_nonnull(def);
    memory_disks_fit(disks, def);
    return disks;
}

static void
run(MemoryDisks *disks, IntervalAct act, const char *bitmap, const char *target)
{
    g_autoptr(IntervalPlan) plan = interval_plan_new();
    IntervalStep *step = g_new0(IntervalStep, 1);

    step->act = act;
    step->disk = g_strdup("vda");
    step->bitmap = g_strdup(bitmap);
    step->target = g_strdup(target);
    g_ptr_array_add(plan->steps, step);
    memory_disks_run(disks, plan);
}

static uint64_t
dirty(MemoryDisks *disks, const char *bitmap)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(MemoryBits) bits = NULL;

    g_ptr_array_add(names, (gpointer)bitmap);
    bits = memory_disks_union(disks, "vda", names);
    return memory_bits_bytes(bits, SIZE);
}

static void
an_image_does_not_see_later_writes(void)
{
    MemoryDisks *disks = one_disk();
    MemoryDisk *disk = memory_disks_find(disks, "vda");
    g_autoptr(MemoryImage) before = NULL;
    char bytes[2] = "";

    memory_disk_write(disk, 10, "a", 1);
    before = memory_disk_freeze(disk);
    memory_disk_write(disk, 10, "b", 1);
    memory_disk_write(disk, MEMORY_BLOCK, "c", 1);
    g_assert_cmpint(memory_image_block(before, 0)[10], ==, 'a');
    g_assert_null(memory_image_block(before, 1));
    memory_disk_read(disk, 10, bytes, 1);
    g_assert_cmpint(bytes[0], ==, 'b');
    memory_disk_restore(disk, before);
    memory_disk_read(disk, 10, bytes, 1);
    g_assert_cmpint(bytes[0], ==, 'a');
    memory_disks_free(disks);
}

static void
whole_blocks_of_zeroes_take_no_room(void)
{
    MemoryDisks *disks = one_disk();
    MemoryDisk *disk = memory_disks_find(disks, "vda");

    memory_disk_write(disk, MEMORY_BLOCK - 1, "ab", 2);
    g_assert_cmpuint(memory_disk_allocated(disk), ==, 2 * MEMORY_BLOCK);
    memory_disk_write(disk, 0, NULL, MEMORY_BLOCK);
    g_assert_cmpuint(memory_disk_allocated(disk), ==, MEMORY_BLOCK);
    memory_disk_write(disk, MEMORY_BLOCK, NULL, 1);
    g_assert_cmpuint(memory_disk_allocated(disk), ==, MEMORY_BLOCK);
    memory_disks_free(disks);
}

static void
only_what_records_gets_the_bits(void)
{
    MemoryDisks *disks = one_disk();
    MemoryDisk *disk = memory_disks_find(disks, "vda");

    run(disks, INTERVAL_ADD, "a", NULL);
    memory_disk_write(disk, 0, "x", 1);
    run(disks, INTERVAL_DISABLE, "a", NULL);
    run(disks, INTERVAL_ADD, "b", NULL);
    memory_disk_write(disk, MEMORY_BLOCK, NULL, 2);
    g_assert_cmpuint(dirty(disks, "a"), ==, MEMORY_BLOCK);
    g_assert_cmpuint(dirty(disks, "b"), ==, MEMORY_BLOCK);
    run(disks, INTERVAL_MERGE, "b", "a");
    run(disks, INTERVAL_ENABLE, "a", NULL);
    run(disks, INTERVAL_REMOVE, "b", NULL);
    g_assert_cmpuint(dirty(disks, "a"), ==, 2 * MEMORY_BLOCK);
    memory_disk_write(disk, 2 * MEMORY_BLOCK, "x", 1);
    g_assert_cmpuint(dirty(disks, "a"), ==, 3 * MEMORY_BLOCK);
    g_assert_cmpint(bitmap_states_get(memory_disks_states(disks), "vda", "b"),
                    ==, BITMAP_MISSING);
    memory_disks_free(disks);
}

static void
a_spoilt_bitmap_records_no_more(void)
{
    MemoryDisks *disks = one_disk();
    const BitmapStates *states = memory_disks_states(disks);

    run(disks, INTERVAL_ADD, "a", NULL);
    run(disks, INTERVAL_ADD, "b", NULL);
    run(disks, INTERVAL_DISABLE, "a", NULL);
    memory_disks_spoil_recording(disks);
    g_assert_cmpint(bitmap_states_get(states, "vda", "a"), ==, BITMAP_STOPPED);
    g_assert_cmpint(bitmap_states_get(states, "vda", "b"), ==,
                    BITMAP_INCONSISTENT);
    memory_disk_write(memory_disks_find(disks, "vda"), 0, "x", 1);
    g_assert_cmpuint(dirty(disks, "b"), ==, 0);
    g_assert_true(memory_disks_spoil(disks, "vda", "a", BITMAP_MISSING));
    g_assert_false(memory_disks_spoil(disks, "vda", "a", BITMAP_MISSING));
    g_assert_false(memory_disks_spoil(disks, "vdz", "a", BITMAP_MISSING));
    memory_disks_free(disks);
}

static void
a_disk_that_ends_within_a_block_counts_the_part(void)
{
    g_autoptr(MemoryBits) bits = memory_bits_new();
    g_autoptr(GArray) sorted = NULL;

    memory_bits_add(bits, 1);
    memory_bits_add(bits, 0);
    memory_bits_add(bits, 1);
    g_assert_cmpuint(memory_bits_bytes(bits, MEMORY_BLOCK + 512), ==,
                     MEMORY_BLOCK + 512);
    sorted = memory_bits_sorted(bits);
    g_assert_cmpuint(sorted->len, ==, 2);
    g_assert_cmpuint(g_array_index(sorted, guint64, 0), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/memory/disk/" #test, test)
    ADD(an_image_does_not_see_later_writes);
    ADD(whole_blocks_of_zeroes_take_no_room);
    ADD(only_what_records_gets_the_bits);
    ADD(a_spoilt_bitmap_records_no_more);
    ADD(a_disk_that_ends_within_a_block_counts_the_part);
#undef ADD
    return g_test_run();
}
