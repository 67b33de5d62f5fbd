/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Definitions: what may be called what, what is listed, what must be given up
 * expressly. */
#include "domain_steps.h"

#include <libvirt/libvirt-domain-checkpoint.h>
#include <string.h>

static void
names_and_uuids_belong_together(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *xml = virDomainGetXMLDesc(machine->domain, 0);
    g_autofree char *other_name = NULL;
    g_auto(GStrv) parts = g_strsplit(xml, "<name>web</name>", 2);
    virDomainPtr domain = NULL;

    require(xml != NULL);
    domain = virDomainDefineXML(machine->conn, xml); /* the same again */
    require(domain != NULL);
    require(virDomainFree(domain) == 0);
    other_name = g_strjoinv("<name>db</name>", parts);
    g_assert_null(virDomainDefineXML(machine->conn, other_name));
    expect_error(VIR_ERR_OPERATION_FAILED, "web");
    g_assert_null(virDomainDefineXML(
        machine->conn, "<domain type='qemu'><name>web</name><memory>65536"
                       "</memory><os><type>hvm</type></os></domain>"));
    expect_error(VIR_ERR_OPERATION_FAILED, "web");
    g_assert_cmpint(virConnectListAllDomains(machine->conn, NULL, 0), ==, 1);
}

static void
bad_documents_change_nothing(void)
{
    static const char *const names[] = {"../x", "/", "a/b", ".", ""};
    g_autoptr(Machine) machine = machine_new("web", 0, 0);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *xml = g_strdup_printf(
            "<domain type='qemu'><name>%s</name><memory>65536</memory>"
            "<os><type>hvm</type></os></domain>",
            names[i]);

        g_assert_null(virDomainDefineXML(machine->conn, xml));
        expect_error(VIR_ERR_XML_ERROR, "");
        g_assert_cmpint(virDomainRename(machine->domain, names[i], 0), ==, -1);
        virResetLastError();
    }
    g_assert_null(virDomainDefineXML(machine->conn, "<domain type='qemu'>"));
    expect_error(VIR_ERR_XML_DETAIL, "");
    g_assert_null(virDomainDefineXML(machine->conn, "<network/>"));
    expect_error(VIR_ERR_XML_ERROR, "");
    g_assert_null(virDomainDefineXMLFlags(machine->conn, "<domain/>", 1 << 20));
    expect_error(VIR_ERR_INVALID_ARG, "0x100000");
    g_assert_cmpint(virConnectListAllDomains(machine->conn, NULL, 0), ==, 1);
}

static void
a_renamed_domain_keeps_everything_but_its_name(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    virDomainPtr other = define_with(machine, "db", NULL, "");
    virDomainPtr found = NULL;
    char before[VIR_UUID_STRING_BUFLEN];
    char after[VIR_UUID_STRING_BUFLEN];

    require(virDomainSetAutostart(machine->domain, 1) == 0);
    g_assert_cmpint(virDomainRename(machine->domain, "db", 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_FAILED, "db");
    require(virDomainRename(machine->domain, "web2", 0) == 0);
    g_assert_null(virDomainLookupByName(machine->conn, "web"));
    expect_error(VIR_ERR_NO_DOMAIN, "web");
    found = virDomainLookupByName(machine->conn, "web2");
    require(found != NULL);
    require(virDomainGetUUIDString(machine->domain, before) == 0);
    require(virDomainGetUUIDString(found, after) == 0);
    g_assert_cmpstr(before, ==, after);
    machine_start_paused(machine); /* the old handle still means it */
    require(virDomainFree(found) == 0);
    require(virDomainFree(other) == 0);
}

static int
count(Machine *machine, unsigned flags)
{
    return virConnectListAllDomains(machine->conn, NULL, flags);
}

static void
lists_by_every_filter(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    virDomainPtr other = define_with(machine, "db", NULL, "");
    virDomainPtr *all = NULL;

    require(virDomainSetAutostart(other, 1) == 0);
    machine_start_paused(machine);
    g_assert_cmpint(count(machine, 0), ==, 2);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_ACTIVE), ==, 1);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_INACTIVE), ==, 1);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_ACTIVE |
                                       VIR_CONNECT_LIST_DOMAINS_INACTIVE),
                    ==, 2);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_PAUSED), ==, 1);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_RUNNING), ==, 0);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_SHUTOFF), ==, 1);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_AUTOSTART), ==, 1);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART), ==,
                    1);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_ACTIVE |
                                       VIR_CONNECT_LIST_DOMAINS_AUTOSTART),
                    ==, 0);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT), ==,
                    0);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT), ==,
                    2);
    require(virDomainUndefine(machine->domain) == 0);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_TRANSIENT), ==, 1);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_PERSISTENT), ==, 1);
    g_assert_cmpint(count(machine, 1U << 30), ==, -1);
    expect_error(VIR_ERR_INVALID_ARG, "0x40000000");
    g_assert_cmpint(virConnectListAllDomains(machine->conn, &all, 0), ==, 2);
    g_assert_cmpstr(virDomainGetName(all[0]), ==, "db");
    g_assert_cmpstr(virDomainGetName(all[1]), ==, "web");
    g_assert_null(all[2]);
    require(virDomainFree(all[0]) == 0);
    require(virDomainFree(all[1]) == 0);
    free(all);
    require(virDomainFree(other) == 0);
}

static void
autostart_is_kept(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    virConnectPtr conn = NULL;
    virDomainPtr domain = NULL;
    int autostart = -1;

    require(virDomainSetAutostart(machine->domain, 1) == 0);
    conn = virConnectOpen(machine->uri);
    require(conn != NULL);
    domain = virDomainLookupByName(conn, "web");
    require(domain != NULL);
    require(virDomainGetAutostart(domain, &autostart) == 0);
    g_assert_cmpint(autostart, ==, 1);
    require(virDomainSetAutostart(domain, 0) == 0);
    require(virDomainGetAutostart(machine->domain, &autostart) == 0);
    g_assert_cmpint(autostart, ==, 0);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(conn) == 0);
}

static void
checkpoints_are_given_up_only_expressly(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, MIB);
    virDomainCheckpointPtr checkpoint = NULL;

    machine_start_paused(machine);
    checkpoint = virDomainCheckpointCreateXML(
        machine->domain, "<domaincheckpoint><name>c1</name></domaincheckpoint>",
        0);
    require(checkpoint != NULL);
    g_assert_cmpint(count(machine, VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT), ==,
                    1);
    machine_stop(machine);
    g_assert_cmpint(virDomainUndefine(machine->domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "1 checkpoint");
    g_assert_cmpint(
        virDomainUndefineFlags(machine->domain,
                               VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
                                   VIR_DOMAIN_UNDEFINE_MANAGED_SAVE),
        ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "1 checkpoint");
    require(virDomainUndefineFlags(machine->domain,
                                   VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA) ==
            0);
    g_assert_cmpint(count(machine, 0), ==, 0);
    require(virDomainCheckpointFree(checkpoint) == 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/define/names_and_uuids_belong_together",
                    names_and_uuids_belong_together);
    g_test_add_func("/define/bad_documents_change_nothing",
                    bad_documents_change_nothing);
    g_test_add_func("/define/a_renamed_domain_keeps_everything_but_its_name",
                    a_renamed_domain_keeps_everything_but_its_name);
    g_test_add_func("/define/lists_by_every_filter", lists_by_every_filter);
    g_test_add_func("/define/autostart_is_kept", autostart_is_kept);
    g_test_add_func("/define/checkpoints_are_given_up_only_expressly",
                    checkpoints_are_given_up_only_expressly);
    return g_test_run();
}
