/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A snapshot's machine after a commit: on the image that has what it stood on. */
#include "xml/domain/snapshot_follow.h"

#include <libvirt/virterror.h>
#include <string.h>

#define WEB(source)                                                   \
    "<domain type='test'><name>web</name><memory>65536</memory>"      \
    "<os><type>hvm</type></os><devices><disk type='file'>"            \
    "<driver name='qemu' type='qcow2'/>" source "<target dev='vda'/>" \
    "</disk></devices></domain>"

/* "/over" went into "/base". */
static bool
follow(SnapshotDef *def, const char *target, GError **error)
{
    g_autoptr(GPtrArray) gone =
        g_ptr_array_new_with_free_func((GDestroyNotify)image_layer_free);
    ImageLayer *base =
        image_layer_new(DISK_SOURCE_FILE, "/base", IMAGE_FORMAT_QCOW2);
    const ImageMove move = {target, gone, base};
    bool is_changed = false;
    bool is_done = false;

    g_ptr_array_add(
        gone, image_layer_new(DISK_SOURCE_FILE, "/over", IMAGE_FORMAT_QCOW2));
    is_done = snapshot_follow(def, &move, &is_changed, error);
    image_layer_free(base);
    g_assert_true(is_done || !is_changed);
    return is_changed;
}

static void
what_stood_on_it_stands_on_the_base(void)
{
    SnapshotDef def = {
        .domain_xml = g_strdup(WEB("<source file='/over'/>")),
        .inactive_xml = g_strdup(WEB("<source file='/other'/>")),
    };
    g_autoptr(GError) error = NULL;

    g_assert_true(follow(&def, "vda", &error));
    g_assert_no_error(error);
    g_assert_nonnull(strstr(def.domain_xml, "'/base'"));
    g_assert_null(strstr(def.domain_xml, "'/over'"));
    g_assert_nonnull(strstr(def.inactive_xml, "'/other'"));
    g_assert_false(follow(&def, "vda", &error));
    g_assert_no_error(error);
    g_free(def.domain_xml);
    g_free(def.inactive_xml);
}

static void
an_image_in_the_middle_is_taken_out(void)
{
    SnapshotDef def = {.domain_xml = g_strdup(WEB(
                           "<source file='/top'/><backingStore type='file'>"
                           "<format type='qcow2'/><source file='/over'/>"
                           "<backingStore type='file'><format type='qcow2'/>"
                           "<source file='/base'/><backingStore/>"
                           "</backingStore></backingStore>"))};
    g_autoptr(GError) error = NULL;

    g_assert_true(follow(&def, "vda", &error));
    g_assert_no_error(error);
    g_assert_nonnull(strstr(def.domain_xml, "'/top'"));
    g_assert_nonnull(strstr(def.domain_xml, "'/base'"));
    g_assert_null(strstr(def.domain_xml, "'/over'"));
    g_free(def.domain_xml);
}

static void
other_disks_and_unknown_machines_stay(void)
{
    SnapshotDef def = {.domain_xml = g_strdup(WEB("<source file='/over'/>"))};
    SnapshotDef none = {0};
    g_autoptr(GError) error = NULL;

    g_assert_false(follow(&def, "vdb", &error));
    g_assert_no_error(error);
    g_assert_nonnull(strstr(def.domain_xml, "'/over'"));
    g_assert_false(follow(&none, "vda", &error));
    g_assert_no_error(error);
    g_free(def.domain_xml);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/xml/snapshot_follow/" #test, test)
    ADD(what_stood_on_it_stands_on_the_base);
    ADD(an_image_in_the_middle_is_taken_out);
    ADD(other_disks_and_unknown_machines_stay);
#undef ADD
    return g_test_run();
}
