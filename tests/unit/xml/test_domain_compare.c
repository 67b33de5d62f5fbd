/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What makes a running machine another one than its definition's. */
#include "domain_sample.h"

#include "xml/domain/domain_compare.h"

#include <string.h>

#define DISK(inner)                                               \
    "<disk type='file'><driver type='qcow2'/><source file='/a'/>" \
    "<target dev='vda'/>" inner "</disk>"
#define BASE(path)                                               \
    "<backingStore type='file'><format type='raw'/><source file" \
    "='" path "'/><backingStore/></backingStore>"
#define CDROM "<disk device='cdrom'><target dev='hdc' bus='ide'/></disk>"

/* The same domain, which @devices describe otherwise. */
static DomainDef *
another_of(const DomainDef *domain, const char *devices)
{
    DomainDef *other = domain_with_devices(devices);

    memcpy(other->uuid, domain->uuid, sizeof(other->uuid));
    return other;
}

static bool
is_run_of(const char *live, const char *config)
{
    g_autoptr(DomainDef) run = domain_with_devices(live);
    g_autoptr(DomainDef) defined = another_of(run, config);

    return domain_compare_is_run_of(run, defined);
}

static void
what_a_start_finds_out_is_no_change(void)
{
    g_autoptr(DomainDef) config = domain_with_devices(DISK("") CDROM);
    g_autoptr(DomainDef) live = another_of(config, DISK(BASE("/b")) CDROM);

    live->id = 7;
    for (guint i = 0; i < live->disks->len; i++) {
        DiskDef *disk = live->disks->pdata[i];

        disk->alias = g_strdup_printf("disk%u", i);
        disk->is_readonly = disk->device == DISK_DEVICE_CDROM;
    }
    g_assert_true(domain_compare_is_run_of(live, config));
    /* Neither is touched by that. */
    g_assert_nonnull(domain_def_find_disk(live, "vda")->backing);
    g_assert_null(domain_def_find_disk(config, "vda")->backing);
}

static void
a_stated_chain_counts(void)
{
    g_assert_true(is_run_of(DISK(BASE("/b")), DISK(BASE("/b"))));
    g_assert_false(is_run_of(DISK(BASE("/b")), DISK(BASE("/c"))));
    g_assert_false(is_run_of(DISK(BASE("/b")), DISK("<backingStore/>")));
}

static void
disks_and_settings_count(void)
{
#define VNC(secret) "<graphics type='vnc' passwd='" secret "'/>"
    g_assert_false(is_run_of(DISK(""), DISK("") CDROM));
    g_assert_false(is_run_of(DISK("") CDROM, DISK("")));
    g_assert_false(is_run_of(DISK(""), DISK("<serial>s</serial>")));
    g_assert_true(is_run_of(VNC("old"), VNC("old")));
    g_assert_false(is_run_of(VNC("old"), VNC("new")));
#undef VNC
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/domain_compare/what_a_start_finds_out_is_no_change",
                    what_a_start_finds_out_is_no_change);
    g_test_add_func("/xml/domain_compare/a_stated_chain_counts",
                    a_stated_chain_counts);
    g_test_add_func("/xml/domain_compare/disks_and_settings_count",
                    disks_and_settings_count);
    return g_test_run();
}
