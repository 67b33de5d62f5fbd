/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tool finds in documents what it lists. */
#include "cli/text/xml_query.h"

static void
text_of_the_first_element_is_found(void)
{
    g_autofree char *found = xml_query_text(
        "<a><c><b>no</b></c><b>x &lt;<i>y</i> z</b><b>later</b></a>", "a/b");

    g_assert_cmpstr(found, ==, "x < z");
}

static void
absent_and_malformed_are_nothing(void)
{
    g_assert_null(xml_query_text("<a><b>1</b></a>", "a/c"));
    g_assert_null(xml_query_text("<a><b>1</b>", "a/b"));
    g_assert_null(xml_query_text("", "a"));
    g_assert_null(xml_query_attribute("<a/>", "a", "mode"));
}

static void
an_empty_element_has_empty_text(void)
{
    g_autofree char *found = xml_query_text("<a><b/></a>", "a/b");

    g_assert_cmpstr(found, ==, "");
}

static void
an_attribute_is_found(void)
{
    g_autofree char *found = xml_query_attribute(
        "<!-- x --><domainbackup mode='pull'><server mode='no'/>"
        "</domainbackup>",
        "domainbackup", "mode");

    g_assert_cmpstr(found, ==, "pull");
}

/* Type, device, target and source, parted by '|'. */
static void
assert_disk(const GPtrArray *disks, unsigned index, const char *expected)
{
    const XmlDisk *disk = g_ptr_array_index(disks, index);
    g_autofree char *got = g_strdup_printf(
        "%s|%s|%s|%s", disk->type, disk->device,
        disk->target ? disk->target : "-", disk->source ? disk->source : "-");

    g_assert_cmpstr(got, ==, expected);
}

static void
disks_are_listed_in_order(void)
{
    static const char *const xml =
        "<domain><devices>"
        "<disk><source file='/a b.qcow2'><x/></source><target dev='vda'/>"
        "<backingStore><source file='/base'/></backingStore></disk>"
        "<disk type='block' device='lun'><target dev='sda'/>"
        "<source dev='/dev/x'/></disk>"
        "<disk type='file' device='cdrom'><target dev='hda'/></disk>"
        "<disk type='network'><source protocol='nbd' name='exp'/></disk>"
        "<disk type='volume'><source pool='p' volume='v'/></disk>"
        "</devices><metadata><disk/></metadata></domain>";
    g_autoptr(GPtrArray) disks = xml_query_disks(xml);

    g_assert_cmpuint(disks->len, ==, 5);
    assert_disk(disks, 0, "file|disk|vda|/a b.qcow2");
    assert_disk(disks, 1, "block|lun|sda|/dev/x");
    assert_disk(disks, 2, "file|cdrom|hda|-");
    assert_disk(disks, 3, "network|disk|-|exp");
    assert_disk(disks, 4, "volume|disk|-|v");
}

static void
malformed_domains_have_no_disks(void)
{
    g_autoptr(GPtrArray) disks =
        xml_query_disks("<domain><devices><disk/></devices>");

    g_assert_cmpuint(disks->len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/xml_query/text_of_the_first_element_is_found",
                    text_of_the_first_element_is_found);
    g_test_add_func("/cli/xml_query/absent_and_malformed_are_nothing",
                    absent_and_malformed_are_nothing);
    g_test_add_func("/cli/xml_query/an_empty_element_has_empty_text",
                    an_empty_element_has_empty_text);
    g_test_add_func("/cli/xml_query/an_attribute_is_found",
                    an_attribute_is_found);
    g_test_add_func("/cli/xml_query/disks_are_listed_in_order",
                    disks_are_listed_in_order);
    g_test_add_func("/cli/xml_query/malformed_domains_have_no_disks",
                    malformed_domains_have_no_disks);
    return g_test_run();
}
