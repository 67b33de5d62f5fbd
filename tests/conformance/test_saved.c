/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Managed saves: what a domain keeps of its run, and what it is kept from
 * meanwhile. */
#include "../integration/checkpoint_steps.h"
#include "../integration/domain_steps.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK (64 * KIB)

static void
expect_image(virDomainPtr domain, int has_image)
{
    g_assert_cmpint(virDomainHasManagedSaveImage(domain, 0), ==, has_image);
}

static void
a_saved_guest_goes_on_as_it_was(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    require(virDomainManagedSave(domain, 0) == 0);
    expect_state(domain, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_SAVED);
    expect_image(domain, 1);
    require(virDomainCreate(domain) == 0);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    expect_image(domain, 0);
    require(virDomainManagedSave(domain, VIR_DOMAIN_SAVE_RUNNING) == 0);
    require(virDomainCreate(domain) == 0);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_RESTORED);
    require(virDomainManagedSave(domain, 0) == 0);
    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    require(virDomainDestroy(domain) == 0);
    expect_image(domain, 0);
}

static void
an_image_can_be_given_up(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    require(virDomainManagedSave(domain, VIR_DOMAIN_SAVE_RUNNING) == 0);
    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_FORCE_BOOT |
                                                 VIR_DOMAIN_START_PAUSED) == 0);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    expect_image(domain, 0);
    require(virDomainManagedSave(domain, 0) == 0);
    require(virDomainManagedSaveRemove(domain, 0) == 0);
    require(virDomainManagedSaveRemove(domain, 0) == 0);
    expect_image(domain, 0);
    require(virDomainCreate(domain) == 0);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED);
}

static void
checkpoints_come_along(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    make_checkpoint(stage->machine, "c1", NULL);
    stage_write(stage, 0, 1, 0, BLOCK);
    require(virDomainManagedSave(domain, 0) == 0);
    require(virDomainCreate(domain) == 0);
    assert_names(stage->machine, "c1");
    stage_write(stage, 0, 2, 2 * BLOCK, BLOCK);
    g_assert_cmpuint(dirty_since(stage->machine, "c1", 0), ==, 2 * BLOCK);
}

static int
listed(const Stage *stage, unsigned flags)
{
    virDomainPtr *list = NULL;
    int count = virConnectListAllDomains(stage->machine->conn, &list, flags);
    int found = 0;

    require(count >= 0);
    for (int i = 0; i < count; i++) {
        found += strcmp(virDomainGetName(list[i]), "web") == 0;
        require(virDomainFree(list[i]) == 0);
    }
    free(list);
    return found;
}

static void
domains_are_listed_by_their_images(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);

    g_assert_cmpint(listed(stage, VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE), ==, 0);
    g_assert_cmpint(listed(stage, VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE), ==,
                    1);
    require(virDomainManagedSave(stage->machine->domain, 0) == 0);
    g_assert_cmpint(listed(stage, VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE), ==, 1);
    g_assert_cmpint(listed(stage, VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE), ==,
                    0);
}

static void
what_would_change_its_disks_is_refused(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    require(virDomainManagedSave(domain, 0) == 0);
    g_assert_cmpint(virDomainUndefine(domain), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "managed save");
    g_assert_cmpint(virDomainRename(domain, "db", 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "managed save");
    g_assert_null(virDomainSnapshotCreateXML(
        domain, "<domainsnapshot><name>s</name></domainsnapshot>", 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "managed save");
    expect_image(domain, 1);
    require(virDomainUndefineFlags(domain, VIR_DOMAIN_UNDEFINE_MANAGED_SAVE) ==
            0);
    expect_image(domain, -1);
    require_error(VIR_ERR_NO_DOMAIN);
}

/* What is off has no state, a transient domain's would go with it. */
static void
what_has_no_state_to_keep_is_refused(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    g_assert_cmpint(virDomainManagedSave(domain, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "cannot save the domain");
    g_assert_null(virDomainManagedSaveGetXMLDesc(domain, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "no managed save");
    g_assert_cmpint(virDomainManagedSaveDefineXML(domain, "<domain/>", 0), ==,
                    -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "no managed save");
    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    require(virDomainUndefine(domain) == 0);
    g_assert_cmpint(virDomainManagedSave(domain, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "transient");
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
}

/* The same machine is taken, and says anew whether it runs; another is not. */
static void
an_image_is_of_one_machine(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *other = stage_document(stage, "db", NULL, NULL);
    char *xml = NULL;

    require(virDomainManagedSave(domain, 0) == 0);
    xml = virDomainManagedSaveGetXMLDesc(domain, 0);
    g_assert_nonnull(xml);
    g_assert_nonnull(strstr(xml, "<name>web</name>"));
    g_assert_cmpint(virDomainManagedSaveDefineXML(domain, other, 0), ==, -1);
    expect_error(VIR_ERR_CONFIG_UNSUPPORTED, "another machine");
    require(virDomainManagedSaveDefineXML(domain, xml,
                                          VIR_DOMAIN_SAVE_RUNNING) == 0);
    free(xml);
    require(virDomainCreate(domain) == 0);
    expect_state(domain, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_RESTORED);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "saved");
    STAGE_TEST(a_saved_guest_goes_on_as_it_was);
    STAGE_TEST(an_image_can_be_given_up);
    STAGE_TEST(checkpoints_come_along);
    STAGE_TEST(domains_are_listed_by_their_images);
    STAGE_TEST(what_would_change_its_disks_is_refused);
    STAGE_TEST(what_has_no_state_to_keep_is_refused);
    STAGE_TEST(an_image_is_of_one_machine);
    return g_test_run();
}
