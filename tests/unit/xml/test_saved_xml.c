/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The definition in a saved machine's file: shown without its passwords, and
 * replaced by none but the same machine's. */
#include "xml/domain/saved_xml.h"

#include "base/error.h"
#include "base/fd.h"
#include "model/save/save_image.h"
#include "temp_folder.h"
#include "xml/domain_xml.h"

#include <fcntl.h>
#include <libvirt/libvirt-domain.h>
#include <string.h>
#include <unistd.h>

#define WEB(place, password)                                                \
    "<domain type='test'><name>web</name>"                                  \
    "<uuid>11111111-2222-3333-4444-555555555555</uuid>"                     \
    "<memory unit='KiB'>65536</memory><vcpu>1</vcpu>"                       \
    "<os><type>hvm</type></os><devices><disk type='file' device='disk'>"    \
    "<driver name='qemu' type='qcow2'/><source file='" place                \
    "'/><target dev='vda' bus='virtio'/></disk>"                            \
    "<graphics type='vnc' port='-1' autoport='yes' passwd='" password "'/>" \
    "</devices></domain>"

/* (transfer full): the path of a whole one in @folder. */
static char *
write_file(const TempFolder *folder)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) live = domain_xml_parse(WEB("/a", "secret"), &error);
    g_autofree char *xml = live ? saved_xml_make(live, NULL, &error) : NULL;
    g_auto(AutoFd) file =
        openat(folder->fd, "saved", O_RDWR | O_CREAT | O_EXCL, 0600);

    g_assert_no_error(error);
    g_assert_true(save_image_begin(file, xml, false, &error));
    g_assert_cmpint(write(file, "state", 5), ==, 5);
    g_assert_true(save_image_seal(file, &error));
    return temp_folder_file(folder, "saved");
}

static void
passwords_are_shown_to_who_may_see_them(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *path = write_file(folder);
    g_autoptr(GError) error = NULL;
    g_autofree char *shown = saved_xml_show_file(path, 0, &error);
    g_autofree char *whole =
        saved_xml_show_file(path, VIR_DOMAIN_SAVE_IMAGE_XML_SECURE, &error);

    g_assert_no_error(error);
    g_assert_nonnull(strstr(shown, "<name>web</name>"));
    g_assert_null(strstr(shown, "secret"));
    g_assert_nonnull(strstr(whole, "secret"));
    g_assert_null(saved_xml_show_file(path, 1u << 20, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

static void
its_disks_may_move_and_nothing_else(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *path = write_file(folder);
    g_autofree char *shown = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(SaveImage) image = NULL;
    g_auto(AutoFd) file = -1;

    g_assert_true(saved_xml_change_file(path, WEB("/b", "secret"),
                                        VIR_DOMAIN_SAVE_RUNNING, &error));
    g_assert_no_error(error);
    shown = saved_xml_show_file(path, 0, &error);
    g_assert_nonnull(strstr(shown, "'/b'"));
    image = save_image_open(path, false, &file, &error);
    g_assert_true(image->was_running);
    g_assert_false(saved_xml_change_file(
        path,
        "<domain type='test'><name>db</name><memory>65536</memory>"
        "<os><type>hvm</type></os></domain>",
        0, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
}

static void
what_is_restored_is_what_was_saved_or_said(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) saved =
        saved_xml_machine(WEB("/a", "secret"), NULL, &error);
    g_autoptr(DomainDef) moved =
        saved_xml_machine(WEB("/a", "secret"), WEB("/b", "secret"), &error);

    g_assert_no_error(error);
    g_assert_cmpstr(domain_def_find_disk(saved, "vda")->path, ==, "/a");
    g_assert_cmpstr(domain_def_find_disk(moved, "vda")->path, ==, "/b");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/xml/saved_xml/" #test, test)
    ADD(passwords_are_shown_to_who_may_see_them);
    ADD(its_disks_may_move_and_nothing_else);
    ADD(what_is_restored_is_what_was_saved_or_said);
#undef ADD
    return g_test_run();
}
