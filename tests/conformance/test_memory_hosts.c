/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What only the memory driver has: its two kinds of host, and disks that tests
 * write to. */
#include "stage.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_UUID "6695eb01-f6a4-8304-79aa-97f2502e193f"
#define KEPT                              \
    "<domain type='test'><name>%s</name>" \
    "<memory>1024</memory><os><type>hvm</type></os>%s</domain>"

static virConnectPtr
open_host(const char *uri)
{
    virConnectPtr conn = virConnectOpen(uri);

    require(conn != NULL);
    return conn;
}

static virDomainPtr
look_up(virConnectPtr conn, const char *name)
{
    virDomainPtr domain = virDomainLookupByName(conn, name);

    require(domain != NULL);
    return domain;
}

static char *write_node(const char *folder, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

/* A node file; returns its URI. */
static char *
write_node(const char *folder, const char *format, ...)
{
    g_autofree char *path = g_build_filename(folder, "node.xml", NULL);
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return g_strdup_printf("test://%s", path);
}

static void
the_default_host_has_the_domain_that_libvirts_has(void)
{
    virConnectPtr conn = open_host("test:///default");
    virDomainPtr domain = look_up(conn, "test");
    char uuid[VIR_UUID_STRING_BUFLEN] = "";
    virDomainInfo info;
    char *uri = virConnectGetURI(conn);

    g_assert_cmpstr(virConnectGetType(conn), ==, "Test");
    g_assert_cmpstr(uri, ==, "test:///default");
    require(virDomainGetUUIDString(domain, uuid) == 0);
    g_assert_cmpstr(uuid, ==, DEFAULT_UUID);
    require(virDomainGetInfo(domain, &info) == 0);
    g_assert_cmpint(info.state, ==, VIR_DOMAIN_RUNNING);
    g_assert_cmpuint(info.maxMem, ==, 8388608);
    g_assert_cmpuint(info.memory, ==, 2097152);
    g_assert_cmpuint(info.nrVirtCpu, ==, 2);
    free(uri);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(conn) == 0);
}

static void
the_default_host_is_shared_until_its_last_connection(void)
{
    virConnectPtr one = open_host("test:///default");
    virConnectPtr two = open_host("test:///default");
    virDomainPtr domain = look_up(one, "test");
    virDomainPtr same = look_up(two, "test");

    require(virDomainDestroy(domain) == 0);
    g_assert_cmpint(virDomainIsActive(same), ==, 0);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(one) == 0);
    g_assert_cmpint(virDomainIsActive(same), ==, 0);
    require(virDomainFree(same) == 0);
    require(virConnectClose(two) == 0);

    one = open_host("test:///default");
    domain = look_up(one, "test");
    g_assert_cmpint(virDomainIsActive(domain), ==, 1);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(one) == 0);
}

static void
a_host_from_a_file_is_the_connections_own(void)
{
    g_autofree char *folder = g_dir_make_tmp("strandline-test-XXXXXX", NULL);
    g_autofree char *other = g_build_filename(folder, "other.xml", NULL);
    g_autofree char *text = g_strdup_printf(KEPT, "elsewhere", "");
    g_autofree char *off = g_strdup_printf(
        KEPT, "off",
        "<t:runstate xmlns:t='http://libvirt.org/schemas/domain/test/1.0'>5"
        "</t:runstate>");
    g_autofree char *brief = g_strdup_printf(
        KEPT, "brief",
        "<t:transient xmlns:t='http://libvirt.org/schemas/domain/test/1.0'/>");
    g_autofree char *uri = write_node(
        folder, "<node><network/><domain file='other.xml'/>%s%s</node>", off,
        brief);
    virConnectPtr one = NULL;
    virConnectPtr two = NULL;
    virDomainPtr domain = NULL;

    g_assert_true(g_file_set_contents(other, text, -1, NULL));
    one = open_host(uri);
    two = open_host(uri);
    g_assert_cmpint(virConnectNumOfDomains(one), ==, 2);
    g_assert_cmpint(virConnectNumOfDefinedDomains(one), ==, 1);
    domain = look_up(one, "brief");
    g_assert_cmpint(virDomainIsPersistent(domain), ==, 0);
    require(virDomainDestroy(domain) == 0);
    g_assert_cmpint(virConnectNumOfDomains(one), ==, 1);
    g_assert_cmpint(virConnectNumOfDomains(two), ==, 2);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(one) == 0);
    require(virConnectClose(two) == 0);
    g_free(run_command("rm", "-rf", "--", folder, NULL));
}

static void
refuse_node(const char *folder, const char *content, int code)
{
    g_autofree char *uri = write_node(folder, "%s", content);

    g_assert_null(virConnectOpen(uri));
    require_error(code);
}

static void
files_that_make_no_host_are_refused(void)
{
    g_autofree char *folder = g_dir_make_tmp("strandline-test-XXXXXX", NULL);
    g_autofree char *domain = g_strdup_printf(KEPT, "twin", "");
    g_autofree char *twins =
        g_strdup_printf("<node>%s%s</node>", domain, domain);
    g_autofree char *odd = g_strdup_printf(
        "<node>" KEPT "</node>", "odd",
        "<t:runstate xmlns:t='http://libvirt.org/schemas/domain/test/1.0'>99"
        "</t:runstate>");

    g_assert_null(virConnectOpen("test:///nowhere/to/be/found.xml"));
    require_error(VIR_ERR_SYSTEM_ERROR);
    g_assert_null(virConnectOpen("test:///"));
    require_error(VIR_ERR_NO_CONNECT);
    refuse_node(folder, "<node>", VIR_ERR_XML_DETAIL);
    refuse_node(folder, "<domain/>", VIR_ERR_XML_ERROR);
    refuse_node(folder, "<node><domain type='test'/></node>",
                VIR_ERR_XML_ERROR);
    refuse_node(folder, "<node><domain file='absent.xml'/></node>",
                VIR_ERR_SYSTEM_ERROR);
    refuse_node(folder, twins, VIR_ERR_XML_ERROR);
    refuse_node(folder, odd, VIR_ERR_XML_ERROR);
    g_free(run_command("rm", "-rf", "--", folder, NULL));
}

static void
disks_keep_what_is_written(void)
{
    g_autoptr(Stage) stage = stage_new(1, 200 * KIB);
    virDomainPtr domain = stage->machine->domain;
    char bytes[] = "across the border of two blocks";
    char read[sizeof(bytes)] = "";
    const uint64_t border = 64 * KIB - 8;

    require(virDomainTestDiskWrite(domain, "vda", border, bytes, sizeof(bytes),
                                   0) == 0);
    require(virDomainBlockPeek(domain, "vda", border, sizeof(read), read, 0) ==
            0);
    g_assert_cmpmem(bytes, sizeof(bytes), read, sizeof(read));
    require(virDomainTestDiskWrite(domain, "vda", border, NULL, 8,
                                   VIR_DOMAIN_TEST_DISK_ZERO) == 0);
    require(virDomainBlockPeek(domain, "vda", border, sizeof(read), read, 0) ==
            0);
    g_assert_cmpmem("\0\0\0\0\0\0\0\0", 8, read, 8);
    g_assert_cmpmem(bytes + 8, sizeof(bytes) - 8, read + 8, sizeof(read) - 8);
    g_assert_cmpint(
        virDomainTestDiskWrite(domain, "vda", 200 * KIB - 1, bytes, 2, 0), ==,
        -1);
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainBlockPeek(domain, "vda", UINT64_MAX, 2, read, 0),
                    ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainBlockPeek(domain, "vdb", 0, 2, read, 0), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

static void
content_stays_over_a_stop_and_goes_with_its_source(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    char *xml = NULL;
    g_auto(GStrv) halves = NULL;
    g_autofree char *changed = NULL;
    char byte = 0;

    stage_write(stage, 0, 7, 0, 4);
    require(virDomainDestroy(domain) == 0);
    require(virDomainBlockPeek(domain, "vda", 3, 1, &byte, 0) == 0);
    g_assert_cmpint(byte, ==, 7);
    xml = virDomainGetXMLDesc(domain, 0);
    require(xml != NULL);
    halves = g_strsplit(xml, "disk0.qcow2", 2);
    changed = g_strjoinv("disk9.qcow2", halves);
    free(xml);
    require(virDomainFree(virDomainDefineXML(stage->machine->conn, changed)) ==
            0);
    require(virDomainBlockPeek(domain, "vda", 3, 1, &byte, 0) == 0);
    g_assert_cmpint(byte, ==, 0);
}

static void
metadata_that_is_ours_must_be_understood(void)
{
    static const char *const wrong[] = {
        "<t:disk target='vda'/>", "<t:disk size='512'/>",
        "<t:disk target='vda' size='100'/>", "<t:disc/>",
        "<t:disk target='vda' size='512' colour='red'/>"};
    virConnectPtr conn = open_host("test:///default");

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autofree char *metadata = g_strdup_printf(
            "<metadata xmlns:t='urn:strandline:test:1'>%s</metadata>",
            wrong[i]);
        g_autofree char *xml = g_strdup_printf(KEPT, "odd", metadata);

        g_assert_null(virDomainDefineXML(conn, xml));
        require_error(VIR_ERR_XML_ERROR);
    }
    require(virConnectClose(conn) == 0);
}

static void
domains_of_other_drivers_are_refused(void)
{
    virConnectPtr conn = open_host("test:///default");

    g_assert_null(virDomainDefineXML(
        conn, "<domain type='kvm'><name>x</name><memory>1024</memory>"
              "<os><type>hvm</type></os></domain>"));
    require_error(VIR_ERR_CONFIG_UNSUPPORTED);
    require(virConnectClose(conn) == 0);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "hosts");
    STAGE_TEST(the_default_host_has_the_domain_that_libvirts_has);
    STAGE_TEST(the_default_host_is_shared_until_its_last_connection);
    STAGE_TEST(a_host_from_a_file_is_the_connections_own);
    STAGE_TEST(files_that_make_no_host_are_refused);
    STAGE_TEST(disks_keep_what_is_written);
    STAGE_TEST(content_stays_over_a_stop_and_goes_with_its_source);
    STAGE_TEST(metadata_that_is_ours_must_be_understood);
    STAGE_TEST(domains_of_other_drivers_are_refused);
    return g_test_run();
}
