/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Saves and dumps: whole paths, named parameters, wishes that agree. */
#include "machine.h"

#include <libvirt/libvirt-domain.h>
#include <stdlib.h>

static void
assert_refused(int result)
{
    g_assert_cmpint(result, ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
}

static void
assert_call(int result, const char *call)
{
    g_assert_cmpint(result, ==, 0);
    g_assert_cmpstr(fake.last_call, ==, call);
    fake_reset();
}

static void
a_driver_gets_whole_paths(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    g_autofree char *here = g_get_current_dir();
    g_autofree char *save =
        g_strdup_printf("domain_save %s/f - flags=0x0", here);
    g_autofree char *restore =
        g_strdup_printf("domain_restore %s/f - flags=0x0", here);
    g_autofree char *dump =
        g_strdup_printf("domain_dump %s/f 0 flags=0x1", here);

    assert_call(virDomainSave(machine->domain, "f"), save);
    assert_call(virDomainRestore(machine->conn, "f"), restore);
    assert_call(virDomainCoreDump(machine->domain, "f", VIR_DUMP_CRASH), dump);
    assert_call(virDomainSaveFlags(machine->domain, "/f", "<d/>", 1),
                "domain_save /f <d/> flags=0x1");
    assert_call(virDomainRestoreFlags(machine->conn, "/f", "<d/>", 8),
                "domain_restore /f <d/> flags=0x8");
    assert_call(virDomainManagedSave(machine->domain, 4),
                "domain_save - - flags=0x4");
    assert_refused(virDomainSave(machine->domain, ""));
    assert_refused(virDomainRestore(machine->conn, ""));
}

static void
parameters_are_a_file_and_a_document(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virTypedParameterPtr params = NULL;
    int count = 0;
    int room = 0;

    assert_call(virDomainSaveParams(machine->domain, NULL, 0, 0),
                "domain_save - - flags=0x0");
    assert_refused(virDomainRestoreParams(machine->conn, NULL, 0, 0));
    virTypedParamsAddString(&params, &count, &room, VIR_DOMAIN_SAVE_PARAM_DXML,
                            "<d/>");
    assert_refused(virDomainRestoreParams(machine->conn, params, count, 0));
    virTypedParamsAddString(&params, &count, &room, VIR_DOMAIN_SAVE_PARAM_FILE,
                            "/f");
    assert_call(virDomainSaveParams(machine->domain, params, count, 2),
                "domain_save /f <d/> flags=0x2");
    assert_call(virDomainRestoreParams(machine->conn, params, count, 2),
                "domain_restore /f <d/> flags=0x2");
    virTypedParamsAddString(&params, &count, &room, VIR_DOMAIN_SAVE_PARAM_FILE,
                            "/g");
    assert_refused(virDomainSaveParams(machine->domain, params, count, 0));
    virTypedParamsFree(params, count);
    params = NULL;
    count = room = 0;
    virTypedParamsAddInt(&params, &count, &room, VIR_DOMAIN_SAVE_PARAM_FILE, 1);
    assert_refused(virDomainSaveParams(machine->domain, params, count, 0));
    virTypedParamsFree(params, count);
}

static void
wishes_that_exclude_each_other_are_refused(void)
{
    const unsigned both = VIR_DOMAIN_SAVE_RUNNING | VIR_DOMAIN_SAVE_PAUSED;
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;

    assert_refused(virDomainSaveFlags(domain, "/f", NULL, both));
    assert_refused(virDomainRestoreFlags(machine->conn, "/f", NULL, both));
    assert_refused(virDomainManagedSave(domain, both));
    assert_refused(
        virDomainSaveImageDefineXML(machine->conn, "/f", "<d/>", both));
    assert_refused(virDomainManagedSaveDefineXML(domain, "<d/>", both));
    assert_refused(
        virDomainCoreDump(domain, "/f", VIR_DUMP_CRASH | VIR_DUMP_LIVE));
    assert_refused(
        virDomainCoreDump(domain, "/f", VIR_DUMP_CRASH | VIR_DUMP_RESET));
    assert_refused(
        virDomainCoreDump(domain, "/f", VIR_DUMP_LIVE | VIR_DUMP_RESET));
    assert_refused(virDomainCoreDumpWithFormat(domain, "/f", 5, 0));
    assert_call(virDomainCoreDumpWithFormat(domain, "/f", 4, 16),
                "domain_dump /f 4 flags=0x10");
}

static void
images_are_shown_and_changed(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    g_autofree char *image =
        virDomainSaveImageGetXMLDesc(machine->conn, "/f", 1);
    g_autofree char *managed = NULL;

    g_assert_cmpstr(image, ==, "<domain/>");
    g_assert_cmpstr(fake.last_call, ==, "save_image_xml /f flags=0x1");
    managed = virDomainManagedSaveGetXMLDesc(machine->domain, 1);
    g_assert_cmpstr(managed, ==, "<domain/>");
    fake_reset();
    assert_call(virDomainSaveImageDefineXML(machine->conn, "/f", "<d/>", 2),
                "save_image_define /f <d/> flags=0x2");
    assert_call(virDomainManagedSaveDefineXML(machine->domain, "<d/>", 4),
                "managed_save_define <d/> flags=0x4");
    assert_refused(virDomainHasManagedSaveImage(machine->domain, 1));
    assert_refused(virDomainManagedSaveRemove(machine->domain, 1));
    assert_call(virDomainManagedSaveRemove(machine->domain, 0),
                "managed_save_remove");
    fake.result = 1;
    g_assert_cmpint(virDomainHasManagedSaveImage(machine->domain, 0), ==, 1);
}

static void
passwords_and_foreign_files_are_not_for_readers(void)
{
    g_autoptr(Machine) machine = machine_new_readonly("fake:///");

    g_assert_null(virDomainSaveImageGetXMLDesc(machine->conn, "/f", 0));
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_OPERATION_DENIED);
    g_assert_null(virDomainManagedSaveGetXMLDesc(
        machine->domain, VIR_DOMAIN_SAVE_IMAGE_XML_SECURE));
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_OPERATION_DENIED);
    g_assert_cmpint(virDomainSave(machine->domain, "/f"), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_OPERATION_DENIED);
    free(virDomainManagedSaveGetXMLDesc(machine->domain, 0));
    g_assert_cmpstr(fake.last_call, ==, "managed_save_xml flags=0x0");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/domain_save/a_driver_gets_whole_paths",
                    a_driver_gets_whole_paths);
    g_test_add_func("/api/domain_save/parameters_are_a_file_and_a_document",
                    parameters_are_a_file_and_a_document);
    g_test_add_func(
        "/api/domain_save/wishes_that_exclude_each_other_are_refused",
        wishes_that_exclude_each_other_are_refused);
    g_test_add_func("/api/domain_save/images_are_shown_and_changed",
                    images_are_shown_and_changed);
    g_test_add_func(
        "/api/domain_save/passwords_and_foreign_files_are_not_for_readers",
        passwords_and_foreign_files_are_not_for_readers);
    return g_test_run();
}
