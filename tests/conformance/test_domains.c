/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Domains: defined, listed, started, paused, renamed, taken away. */
#include "stage.h"

#include <stdlib.h>
#include <string.h>

#define UUID_ONE "5a1d0001-0203-4405-8607-08090a0b0c01"
#define UUID_TWO "5a1d0001-0203-4405-8607-08090a0b0c02"

static virDomainPtr
define(const Stage *stage, const char *name, const char *uuid)
{
    g_autofree char *xml = stage_document(stage, name, uuid, NULL);

    return virDomainDefineXML(stage->machine->conn, xml);
}

static void
refuse_define(const Stage *stage, const char *xml, int code)
{
    g_assert_null(virDomainDefineXML(stage->machine->conn, xml));
    require_error(code);
}

static bool
is_listed(const Stage *stage, const char *name, unsigned flags)
{
    virDomainPtr *list = NULL;
    int count = virConnectListAllDomains(stage->machine->conn, &list, flags);
    bool is_found = false;

    require(count >= 0);
    g_assert_null(list[count]);
    for (int i = 0; i < count; i++) {
        if (strcmp(virDomainGetName(list[i]), name) == 0)
            is_found = true;
        require(virDomainFree(list[i]) == 0);
    }
    free(list);
    return is_found;
}

static void
expect(virDomainPtr domain, int state, int reason)
{
    int found_state = -1;
    int found_reason = -1;

    require(virDomainGetState(domain, &found_state, &found_reason, 0) == 0);
    g_assert_cmpint(found_state, ==, state);
    g_assert_cmpint(found_reason, ==, reason);
}

static void
a_domain_is_found_by_name_uuid_and_id(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virConnectPtr conn = stage->machine->conn;
    char uuid[VIR_UUID_STRING_BUFLEN] = "";
    virDomainPtr by_name = virDomainLookupByName(conn, "web");
    virDomainPtr by_uuid = NULL;
    virDomainPtr by_id = NULL;

    require(by_name != NULL);
    require(virDomainGetUUIDString(by_name, uuid) == 0);
    by_uuid = virDomainLookupByUUIDString(conn, uuid);
    require(by_uuid != NULL);
    g_assert_cmpstr(virDomainGetName(by_uuid), ==, "web");
    by_id = virDomainLookupByID(conn, (int)virDomainGetID(by_name));
    require(by_id != NULL);
    g_assert_cmpstr(virDomainGetName(by_id), ==, "web");
    g_assert_null(virDomainLookupByName(conn, "nobody"));
    require_error(VIR_ERR_NO_DOMAIN);
    g_assert_null(virDomainLookupByUUIDString(conn, UUID_TWO));
    require_error(VIR_ERR_NO_DOMAIN);
    g_assert_null(virDomainLookupByID(conn, 123456789));
    require_error(VIR_ERR_NO_DOMAIN);
    require(virDomainFree(by_name) == 0);
    require(virDomainFree(by_uuid) == 0);
    require(virDomainFree(by_id) == 0);
}

static void
documents_that_cannot_be_are_refused(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    g_autofree char *nameless = stage_document(stage, "", NULL, NULL);
    g_autofree char *slash = stage_document(stage, "a/b", NULL, NULL);
    g_autofree char *device =
        stage_document(stage, "odd", NULL, "<filesystem type='mount'/>");

    refuse_define(stage, "<domain", VIR_ERR_XML_DETAIL);
    refuse_define(stage, "<network/>", VIR_ERR_XML_ERROR);
    refuse_define(stage, "<domain type='qemu'/>", VIR_ERR_XML_ERROR);
    refuse_define(stage, nameless, VIR_ERR_XML_ERROR);
    refuse_define(stage, slash, VIR_ERR_XML_ERROR);
    refuse_define(stage, device, VIR_ERR_CONFIG_UNSUPPORTED);
    g_assert_false(is_listed(stage, "odd", 0));
}

static void
a_name_and_a_uuid_belong_together(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr one = define(stage, "one", UUID_ONE);
    virDomainPtr again = define(stage, "one", UUID_ONE);

    require(one != NULL && again != NULL);
    g_assert_null(define(stage, "one", UUID_TWO));
    require_error(VIR_ERR_OPERATION_FAILED);
    g_assert_null(define(stage, "other", UUID_ONE));
    require_error(VIR_ERR_OPERATION_FAILED);
    require(virDomainUndefine(one) == 0);
    require(virDomainFree(one) == 0);
    require(virDomainFree(again) == 0);
}

static void
the_life_of_a_domain(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    g_assert_cmpint(virDomainIsActive(domain), ==, 0);
    g_assert_cmpint(virDomainIsPersistent(domain), ==, 1);
    g_assert_cmpint(virDomainDestroy(domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virDomainSuspend(domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    expect(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    g_assert_cmpint(virDomainCreate(domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    require(virDomainResume(domain) == 0);
    expect(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED);
    g_assert_cmpint(virDomainResume(domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    require(virDomainSuspend(domain) == 0);
    require(virDomainSuspend(domain) == 0);
    expect(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    require(virDomainReset(domain, 0) == 0);
    require(virDomainDestroy(domain) == 0);
    expect(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_DESTROYED);
    g_assert_cmpint(virDomainCreateWithFlags(domain, 1U << 20), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

static void
lists_are_filtered_by_what_domains_are(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    g_assert_true(is_listed(stage, "web", 0));
    g_assert_true(is_listed(stage, "web", VIR_CONNECT_LIST_DOMAINS_INACTIVE));
    g_assert_false(is_listed(stage, "web", VIR_CONNECT_LIST_DOMAINS_ACTIVE));
    g_assert_true(is_listed(stage, "web", VIR_CONNECT_LIST_DOMAINS_PERSISTENT));
    g_assert_false(is_listed(stage, "web", VIR_CONNECT_LIST_DOMAINS_TRANSIENT));
    g_assert_true(
        is_listed(stage, "web", VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART));
    require(virDomainSetAutostart(domain, 1) == 0);
    g_assert_true(is_listed(stage, "web", VIR_CONNECT_LIST_DOMAINS_AUTOSTART));
    machine_start_paused(stage->machine);
    g_assert_true(is_listed(stage, "web",
                            VIR_CONNECT_LIST_DOMAINS_ACTIVE |
                                VIR_CONNECT_LIST_DOMAINS_PAUSED));
    g_assert_false(is_listed(stage, "web", VIR_CONNECT_LIST_DOMAINS_RUNNING));
    g_assert_false(is_listed(stage, "web", VIR_CONNECT_LIST_DOMAINS_SHUTOFF));
    g_assert_true(is_listed(stage, "web",
                            VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT |
                                VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT));
    g_assert_cmpint(
        virConnectListAllDomains(stage->machine->conn, NULL, 1U << 30), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

static void
a_domain_is_renamed_while_it_is_off(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr other = define(stage, "other", UUID_ONE);

    require(other != NULL);
    g_assert_cmpint(virDomainRename(other, "web", 0), ==, -1);
    require_error(VIR_ERR_OPERATION_FAILED);
    g_assert_cmpint(virDomainRename(other, "other", 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virDomainRename(other, "a/b", 0), ==, -1);
    require_error(VIR_ERR_XML_ERROR);
    require(virDomainRename(other, "new", 0) == 0);
    g_assert_true(is_listed(stage, "new", 0));
    g_assert_false(is_listed(stage, "other", 0));
    machine_start_paused(stage->machine);
    g_assert_cmpint(virDomainRename(stage->machine->domain, "x", 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    require(virDomainUndefine(other) == 0);
    require(virDomainFree(other) == 0);
}

static void
a_domain_without_definition_ends_with_its_run(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    int autostart = -1;

    require(virDomainUndefine(domain) == 0);
    g_assert_cmpint(virDomainIsPersistent(domain), ==, 0);
    g_assert_true(is_listed(stage, "web", VIR_CONNECT_LIST_DOMAINS_TRANSIENT));
    g_assert_cmpint(virDomainUndefine(domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virDomainSetAutostart(domain, 1), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    require(virDomainDestroy(domain) == 0);
    g_assert_false(is_listed(stage, "web", 0));
    g_assert_cmpint(virDomainIsActive(domain), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN);
    g_assert_cmpint(virDomainGetAutostart(domain, &autostart), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN);
}

/* Defines the domain of @stage with @from replaced by @to. */
static void
redefine(const Stage *stage, const char *from, const char *to)
{
    char *xml =
        virDomainGetXMLDesc(stage->machine->domain, VIR_DOMAIN_XML_INACTIVE);
    g_auto(GStrv) parts = NULL;
    g_autofree char *changed = NULL;
    virDomainPtr domain = NULL;

    require(xml != NULL);
    parts = g_strsplit(xml, from, -1);
    g_assert_cmpuint(g_strv_length(parts), ==, 2);
    changed = g_strjoinv(to, parts);
    domain = virDomainDefineXML(stage->machine->conn, changed);
    require(domain != NULL);
    require(virDomainFree(domain) == 0);
    free(xml);
}

static void
a_definition_that_differs_from_the_run_is_updated(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    redefine(stage, ">1</vcpu>", ">3</vcpu>");
    g_assert_cmpint(virDomainIsUpdated(domain), ==, 0); /* it is off */
    machine_start_paused(stage->machine);
    g_assert_cmpint(virDomainIsUpdated(domain), ==, 0);
    redefine(stage, ">3</vcpu>", ">2</vcpu>");
    g_assert_cmpint(virDomainIsUpdated(domain), ==, 1);
    redefine(stage, ">2</vcpu>", ">3</vcpu>");
    g_assert_cmpint(virDomainIsUpdated(domain), ==, 0);
    redefine(stage, ">3</vcpu>", ">2</vcpu>");
    machine_stop(stage->machine);
    g_assert_cmpint(virDomainIsUpdated(domain), ==, 0);
    machine_start_paused(stage->machine);
    g_assert_cmpint(virDomainIsUpdated(domain), ==, 0);
    require(virDomainUndefine(domain) == 0);
    g_assert_cmpint(virDomainIsUpdated(domain), ==, 0);
    machine_stop(stage->machine);
    g_assert_cmpint(virDomainIsUpdated(domain), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN);
}

static void
what_is_shown_can_be_defined_again(void)
{
    g_autoptr(Stage) stage = stage_new_off(2, MIB);
    virDomainPtr domain = stage->machine->domain;
    char *xml = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
    virDomainPtr again = NULL;
    char *more = NULL;

    require(xml != NULL);
    again = virDomainDefineXMLFlags(stage->machine->conn, xml,
                                    VIR_DOMAIN_DEFINE_VALIDATE);
    require(again != NULL);
    more = virDomainGetXMLDesc(again, VIR_DOMAIN_XML_INACTIVE);
    g_assert_cmpstr(xml, ==, more);
    g_assert_null(virDomainGetXMLDesc(domain, 1U << 20));
    require_error(VIR_ERR_INVALID_ARG);
    free(xml);
    free(more);
    require(virDomainFree(again) == 0);
}

static void
reading_connections_change_nothing(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virConnectPtr reading = stage_connect(stage, true);
    virDomainPtr domain = virDomainLookupByName(reading, "web");
    char *xml = NULL;

    require(domain != NULL);
    g_assert_cmpint(virDomainIsActive(domain), ==, 1);
    xml = virDomainGetXMLDesc(domain, 0);
    require(xml != NULL);
    free(xml);
    g_assert_null(virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_SECURE));
    require_error(VIR_ERR_OPERATION_DENIED);
    g_assert_cmpint(virDomainDestroy(domain), ==, -1);
    require_error(VIR_ERR_OPERATION_DENIED);
    g_assert_cmpint(virDomainUndefine(domain), ==, -1);
    require_error(VIR_ERR_OPERATION_DENIED);
    g_assert_null(virDomainDefineXML(reading, "<domain/>"));
    require_error(VIR_ERR_OPERATION_DENIED);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(reading) >= 0);
}

static void
disks_tell_their_size(void)
{
    g_autoptr(Stage) stage = stage_new(2, 4 * MIB);
    virDomainBlockInfo info = {0};

    require(virDomainGetBlockInfo(stage->machine->domain, "vdb", &info, 0) ==
            0);
    g_assert_cmpuint(info.capacity, ==, 4 * MIB);
    g_assert_cmpint(
        virDomainGetBlockInfo(stage->machine->domain, "vdz", &info, 0), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "domains");
    STAGE_TEST(a_domain_is_found_by_name_uuid_and_id);
    STAGE_TEST(documents_that_cannot_be_are_refused);
    STAGE_TEST(a_name_and_a_uuid_belong_together);
    STAGE_TEST(the_life_of_a_domain);
    STAGE_TEST(lists_are_filtered_by_what_domains_are);
    STAGE_TEST(a_domain_is_renamed_while_it_is_off);
    STAGE_TEST(a_domain_without_definition_ends_with_its_run);
    STAGE_TEST(a_definition_that_differs_from_the_run_is_updated);
    STAGE_TEST(what_is_shown_can_be_defined_again);
    STAGE_TEST(reading_connections_change_nothing);
    STAGE_TEST(disks_tell_their_size);
    return g_test_run();
}
