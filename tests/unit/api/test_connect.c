/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Opening and closing connections, and which one no name means. */
#include "machine.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

static void
a_connection_has_the_drivers_own_uri(void)
{
    virConnectPtr conn = NULL;
    char *uri = NULL;

    fake_reset();
    conn = virConnectOpen("fake:///somewhere");
    uri = virConnectGetURI(conn);
    g_assert_cmpstr(fake.opened, ==, "fake:///somewhere");
    g_assert_cmpstr(uri, ==, "fake:///canonical");
    g_assert_cmpstr(virConnectGetType(conn), ==, "FAKE");
    free(uri);
    g_assert_cmpint(virConnectClose(conn), ==, 0);
    g_assert_cmpint(fake.closes, ==, 1);
}

static void
assert_not_opened(virConnectPtr conn, int domain, int code)
{
    g_assert_null(conn);
    assert_last_error(domain, code);
}

static void
opening_fails_with_the_reason(void)
{
    fake_reset();
    assert_not_opened(virConnectOpen("no uri"), VIR_FROM_NONE,
                      VIR_ERR_INVALID_ARG);
    assert_not_opened(virConnectOpenReadOnly("xen:///"), VIR_FROM_NONE,
                      VIR_ERR_NO_CONNECT);
    assert_not_opened(virConnectOpenAuth("fake:///", NULL, 0x80), VIR_FROM_NONE,
                      VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
    fake.is_failing = true;
    assert_not_opened(virConnectOpen("fake:///"), VIR_FROM_NONE,
                      VIR_ERR_OPERATION_FAILED);
    fake_reset();
}

static void
a_readonly_connection_is_asked_for_by_call_or_flag(void)
{
    virConnectPtr conns[] = {
        virConnectOpenReadOnly("fake:///"),
        virConnectOpenAuth("fake:///", virConnectAuthPtrDefault,
                           VIR_CONNECT_RO | VIR_CONNECT_NO_ALIASES)};

    for (size_t i = 0; i < G_N_ELEMENTS(conns); i++) {
        g_assert_null(virDomainDefineXML(conns[i], "<domain/>"));
        assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_OPERATION_DENIED);
        g_assert_cmpint(virConnectClose(conns[i]), ==, 0);
    }
}

static void
references_keep_it_open(void)
{
    virConnectPtr conn = virConnectOpen("fake:///");
    virDomainPtr domain = virDomainLookupByName(conn, "web");

    g_assert_cmpint(virConnectRef(conn), ==, 0);
    g_assert_cmpint(virConnectClose(conn), ==, 2);
    g_assert_cmpint(virConnectClose(conn), ==, 1);
    g_assert_cmpstr(virDomainGetName(domain), ==, "web");
    fake_reset();
    g_assert_cmpint(virDomainFree(domain), ==, 0);
    g_assert_cmpint(fake.closes, ==, 1);
}

static void
assert_opened(const char *name, const char *expected)
{
    virConnectPtr conn = NULL;

    fake_reset();
    conn = virConnectOpen(name);
    if (conn) {
        g_assert_cmpstr(fake.opened, ==, expected);
        virConnectClose(conn);
    } else {
        g_assert_nonnull(strstr(virGetLastErrorMessage(), expected));
    }
    fake_reset();
}

static void
no_name_means_the_environments(void)
{
    g_setenv("LIBVIRT_DEFAULT_URI", "fake:///theirs", TRUE);
    assert_opened(NULL, "fake:///theirs");
    assert_opened("", "fake:///theirs");
    g_setenv("STRANDLINE_DEFAULT_URI", "fake:///ours", TRUE);
    assert_opened(NULL, "fake:///ours");
    assert_opened("fake:///given", "fake:///given");
    g_setenv("STRANDLINE_DEFAULT_URI", "", TRUE);
    assert_opened(NULL, "fake:///theirs");
    g_unsetenv("LIBVIRT_DEFAULT_URI");
    g_unsetenv("STRANDLINE_DEFAULT_URI");
}

static void
versions_count_in_thousands(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    unsigned long library = 0;
    unsigned long type = 0;

    g_assert_cmpint(virGetVersion(&library, NULL, &type), ==, 0);
    g_assert_cmpuint(library, ==, STRANDLINE_VERSION_NUMBER);
    g_assert_cmpuint(type, ==, library);
    g_assert_cmpint(virGetVersion(NULL, NULL, NULL), ==, -1);
    assert_last_error(VIR_FROM_NONE, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virConnectGetLibVersion(machine->conn, &type), ==, 0);
    g_assert_cmpuint(type, ==, library);
    g_assert_cmpint(virConnectGetLibVersion(machine->conn, NULL), ==, -1);
    assert_last_error(VIR_FROM_NONE, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virConnectGetVersion(machine->conn, &type), ==, 0);
    g_assert_cmpuint(type, ==, 7002000);
    g_assert_cmpint(virConnectGetVersion(machine->conn, NULL), ==, -1);
    assert_last_error(VIR_FROM_NONE, VIR_ERR_INVALID_ARG);
}

static void
a_driver_in_the_process_is_alive_and_private(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    g_assert_cmpint(virConnectIsAlive(machine->conn), ==, 1);
    g_assert_cmpint(virConnectSetKeepAlive(machine->conn, 5, 3), ==, 0);
    g_assert_cmpint(virConnectSetKeepAlive(machine->conn, 0, 3), ==, 1);
    g_assert_cmpint(virConnectIsSecure(machine->conn), ==, 1);
    g_assert_cmpint(virConnectIsEncrypted(machine->conn), ==, 0);
    g_assert_cmpint(virInitialize(), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/connect/a_connection_has_the_drivers_own_uri",
                    a_connection_has_the_drivers_own_uri);
    g_test_add_func("/api/connect/opening_fails_with_the_reason",
                    opening_fails_with_the_reason);
    g_test_add_func(
        "/api/connect/a_readonly_connection_is_asked_for_by_call_or_flag",
        a_readonly_connection_is_asked_for_by_call_or_flag);
    g_test_add_func("/api/connect/references_keep_it_open",
                    references_keep_it_open);
    g_test_add_func("/api/connect/no_name_means_the_environments",
                    no_name_means_the_environments);
    g_test_add_func("/api/connect/versions_count_in_thousands",
                    versions_count_in_thousands);
    g_test_add_func("/api/connect/a_driver_in_the_process_is_alive_and_private",
                    a_driver_in_the_process_is_alive_and_private);
    return g_test_run();
}
