/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <disk>: what is read is what was said, and no format is guessed. */
#include "domain_sample.h"

#include "base/error.h"
#include "xml/disk_xml.h"
#include "xml/domain_xml.h"
#include "xml/reader.h"

#include <string.h>

static const DiskDef *
only_disk(const DomainDef *def)
{
    g_assert_cmpuint(def->disks->len, ==, 1);
    return def->disks->pdata[0];
}

static void
every_option_is_read(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<disk type='block' device='disk'>"
        "<driver name='qemu' type='qcow2' cache='none' io='native'"
        " discard='unmap' detect_zeroes='on' error_policy='report'"
        " iothread='2'/><source dev='/dev/vg/a b'/><target dev='vdb'/>"
        "<serial>S 1</serial><readonly/></disk>");
    const DiskDef *disk = only_disk(def);

    g_assert_cmpint(disk->source_type, ==, DISK_SOURCE_BLOCK);
    g_assert_cmpint(disk->device, ==, DISK_DEVICE_DISK);
    g_assert_cmpint(disk->bus, ==, DISK_BUS_VIRTIO);
    g_assert_cmpint(disk->format, ==, IMAGE_FORMAT_QCOW2);
    g_assert_cmpstr(disk->path, ==, "/dev/vg/a b");
    g_assert_cmpstr(disk->cache, ==, "none");
    g_assert_cmpstr(disk->io, ==, "native");
    g_assert_cmpstr(disk->discard, ==, "unmap");
    g_assert_cmpstr(disk->detect_zeroes, ==, "on");
    g_assert_cmpstr(disk->error_policy, ==, "report");
    g_assert_cmpstr(disk->serial, ==, "S 1");
    g_assert_cmpuint(disk->iothread, ==, 2);
    g_assert_true(disk->is_readonly);
    g_assert_false(disk->is_shareable);
    g_assert_null(disk->backing);
}

/* The name promises qcow2, the XML says nothing: raw. */
static void
missing_format_is_raw_whatever_the_name(void)
{
    g_autoptr(DomainDef) def =
        domain_with_devices("<disk type='file'><source file='/a.qcow2'/>"
                            "<target dev='vda'/></disk>");

    g_assert_cmpint(only_disk(def)->format, ==, IMAGE_FORMAT_RAW);
}

static void
chain_is_listed_from_top_to_bottom(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<disk type='file'><driver type='qcow2'/><source file='/top'/>"
        "<backingStore type='file'><format type='qcow2'/>"
        "<source file='/mid'/><backingStore type='block'>"
        "<source dev='/dev/base'/></backingStore></backingStore>"
        "<target dev='vda'/></disk>");
    const GPtrArray *backing = only_disk(def)->backing;
    const ImageLayer *mid = backing->pdata[0];
    const ImageLayer *base = backing->pdata[1];

    g_assert_cmpuint(backing->len, ==, 2);
    g_assert_cmpstr(mid->path, ==, "/mid");
    g_assert_cmpint(mid->format, ==, IMAGE_FORMAT_QCOW2);
    g_assert_cmpstr(base->path, ==, "/dev/base");
    g_assert_cmpint(base->format, ==, IMAGE_FORMAT_RAW);
    g_assert_cmpint(base->type, ==, DISK_SOURCE_BLOCK);
}

static void
an_empty_chain_is_not_an_unknown_one(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<disk type='file'><driver type='qcow2'/><source file='/top'/>"
        "<backingStore/><target dev='vda'/></disk>");

    g_assert_nonnull(only_disk(def)->backing);
    g_assert_cmpuint(only_disk(def)->backing->len, ==, 0);
}

/* A chain of @length qcow2 layers below the disk. */
static char *
disk_with_chain(int length)
{
    GString *text = g_string_new("<disk type='file'><driver type='qcow2'/>"
                                 "<source file='/top'/><target dev='vda'/>");

    for (int i = 0; i < length; i++) {
        g_string_append_printf(text,
                               "<backingStore type='file'>"
                               "<format type='qcow2'/><source file='/%d'/>",
                               i);
    }
    g_string_append(text, "<backingStore/>");
    for (int i = 0; i < length; i++)
        g_string_append(text, "</backingStore>");
    g_string_append(text, "</disk>");
    return g_string_free(text, FALSE);
}

/* Also by way of its status, where it stands one level deeper. */
static void
longest_chain_can_be_written_and_read_again(void)
{
    g_autofree char *longest = disk_with_chain(DISK_CHAIN_MAX);
    g_autofree char *too_long = disk_with_chain(DISK_CHAIN_MAX + 1);
    g_autoptr(DomainDef) def = domain_with_devices(longest);
    g_autoptr(DomainDef) copy = domain_def_copy(def);
    g_autofree char *text = domain_xml_format(copy, DOMAIN_FORMAT_STATUS);
    g_autofree char *status = g_strdup_printf("<s><t>%s</t></s>", text);
    g_autoptr(XmlDocument) document = reader_parse(status, "status", "s", NULL);

    g_assert_nonnull(document);
    g_assert_cmpuint(only_disk(copy)->backing->len, ==, DISK_CHAIN_MAX);
    g_free(refusal_of_devices(too_long, VIR_ERR_CONFIG_UNSUPPORTED));
}

/* After a snapshot the numbers are not the depths: they must come back. */
static void
a_running_disk_keeps_the_numbers_of_its_nodes(void)
{
    g_autofree char *chain = disk_with_chain(2);
    g_autoptr(DomainDef) def = domain_with_devices(chain);
    DiskDef *disk = def->disks->pdata[0];
    g_autoptr(DomainDef) copy = NULL;
    g_autoptr(DomainDef) shut_off = NULL;
    g_autofree char *config = NULL;

    disk_def_number_nodes(disk);
    disk->alias = g_strdup("virtio-disk0");
    disk->node = 7;
    copy = domain_def_copy(def);
    g_assert_cmpuint(only_disk(copy)->node, ==, 7);
    g_assert_cmpuint(((ImageLayer *)only_disk(copy)->backing->pdata[1])->node,
                     ==, 2);

    config = domain_xml_format(def, DOMAIN_FORMAT_INACTIVE);
    shut_off = domain_xml_parse(config, NULL);
    g_assert_null(strstr(config, "/top' index"));
    g_assert_cmpuint(only_disk(shut_off)->node, ==, 0);
}

static void
cdrom_may_be_empty_and_is_readonly(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<disk type='file' device='cdrom'><target dev='hdc'/></disk>");
    const DiskDef *disk = only_disk(def);

    g_assert_true(disk_def_is_empty(disk));
    g_assert_null(disk->path);
    g_assert_true(disk->is_readonly);
    g_assert_cmpint(disk->bus, ==, DISK_BUS_IDE);
    g_assert_cmpint(disk->unit, ==, 2); /* second channel, first drive */
}

static void
refusals_name_domain_disk_and_culprit(void)
{
    g_autofree char *message = refusal_of_devices(
        "<disk type='file'><source file='/a'/><target dev='vda'/>"
        "<transient/></disk>",
        VIR_ERR_CONFIG_UNSUPPORTED);

    g_assert_nonnull(strstr(message, "'web'"));
    g_assert_nonnull(strstr(message, "'vda'"));
    g_assert_nonnull(strstr(message, "<transient>"));
}

static void
a_copys_target_is_a_place_and_a_format(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(ImageLayer) file =
        disk_xml_parse_target("<disk type='file'><source file='/a'/></disk>",
                              IMAGE_FORMAT_QCOW2, &error);
    g_autoptr(ImageLayer) device = disk_xml_parse_target(
        "<disk type='block' device='disk'><driver name='qemu' type='raw'/>"
        "<source dev='/dev/b'/><target dev='vda'/></disk>",
        IMAGE_FORMAT_QCOW2, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(file->path, ==, "/a");
    g_assert_cmpint(file->type, ==, DISK_SOURCE_FILE);
    g_assert_cmpint(file->format, ==, IMAGE_FORMAT_QCOW2);
    g_assert_cmpint(device->type, ==, DISK_SOURCE_BLOCK);
    g_assert_cmpint(device->format, ==, IMAGE_FORMAT_RAW);
}

static void
a_copys_target_with_more_is_refused(void)
{
    static const struct {
        const char *text;
        int code;
    } cases[] = {
        {"<disk type='file'/>", VIR_ERR_XML_ERROR},
        {"<disk><source file='a'/></disk>", VIR_ERR_XML_ERROR},
        {"<disk type='network'><source file='/a'/></disk>",
         VIR_ERR_CONFIG_UNSUPPORTED},
        {"<disk><source file='/a'/><encryption/></disk>",
         VIR_ERR_CONFIG_UNSUPPORTED},
        {"<disk><source file='/a'/><driver cache='none'/></disk>",
         VIR_ERR_CONFIG_UNSUPPORTED},
        {"<disk><source file='/a'/><driver type='vmdk'/></disk>",
         VIR_ERR_CONFIG_UNSUPPORTED},
        {"<domain/>", VIR_ERR_XML_ERROR},
        {"<disk", VIR_ERR_XML_DETAIL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(
            disk_xml_parse_target(cases[i].text, IMAGE_FORMAT_RAW, &error));
        g_assert_error(error, STRANDLINE_ERROR, cases[i].code);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/disk_xml/every_option_is_read", every_option_is_read);
    g_test_add_func("/xml/disk_xml/missing_format_is_raw_whatever_the_name",
                    missing_format_is_raw_whatever_the_name);
    g_test_add_func("/xml/disk_xml/chain_is_listed_from_top_to_bottom",
                    chain_is_listed_from_top_to_bottom);
    g_test_add_func("/xml/disk_xml/an_empty_chain_is_not_an_unknown_one",
                    an_empty_chain_is_not_an_unknown_one);
    g_test_add_func("/xml/disk_xml/longest_chain_can_be_written_and_read_again",
                    longest_chain_can_be_written_and_read_again);
    g_test_add_func(
        "/xml/disk_xml/a_running_disk_keeps_the_numbers_of_its_nodes",
        a_running_disk_keeps_the_numbers_of_its_nodes);
    g_test_add_func("/xml/disk_xml/cdrom_may_be_empty_and_is_readonly",
                    cdrom_may_be_empty_and_is_readonly);
    g_test_add_func("/xml/disk_xml/refusals_name_domain_disk_and_culprit",
                    refusals_name_domain_disk_and_culprit);
    g_test_add_func("/xml/disk_xml/a_copys_target_is_a_place_and_a_format",
                    a_copys_target_is_a_place_and_a_format);
    g_test_add_func("/xml/disk_xml/a_copys_target_with_more_is_refused",
                    a_copys_target_with_more_is_refused);
    return g_test_run();
}
