/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What may replace the definition of a saved machine. */
#include "domain_sample.h"

#include "xml/domain/domain_moved.h"
#include "xml/domain_xml.h"

#include <libvirt/virterror.h>
#include <string.h>

#define DISK(path, bus)                                                 \
    "<disk type='file'><driver type='qcow2'/><source file='" path "'/>" \
    "<target dev='vda' bus='" bus "'/></disk>"

/* The machine with @old as its devices, described with @new. */
static DomainDef *
moved(const char *old, const char *new, GError **error)
{
    g_autoptr(DomainDef) then = domain_with_devices(old);
    g_autoptr(DomainDef) now = domain_with_devices(new);
    g_autofree char *xml = domain_xml_format(then, DOMAIN_FORMAT_INACTIVE);
    g_autofree char *dxml = NULL;

    memcpy(now->uuid, then->uuid, sizeof(now->uuid));
    dxml = domain_xml_format(now, DOMAIN_FORMAT_INACTIVE);
    return domain_moved_parse(xml, dxml, error);
}

static void
a_disk_may_be_elsewhere(void)
{
    GError *error = NULL;
    g_autoptr(DomainDef) def =
        moved(DISK("/a", "virtio"), DISK("/b", "virtio"), &error);
    g_autofree char *xml = NULL;

    g_assert_no_error(error);
    xml = domain_xml_format(def, DOMAIN_FORMAT_INACTIVE);
    g_assert_nonnull(strstr(xml, "/b'"));
    g_assert_null(strstr(xml, "/a'"));
}

static void
what_the_guest_sees_may_not_change(void)
{
    GError *error = NULL;

    g_assert_null(moved(DISK("/a", "virtio"), DISK("/a", "scsi"), &error));
    g_assert_cmpint(error->code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
    g_clear_error(&error);
    g_assert_null(moved(DISK("/a", "virtio"), "", &error));
    g_assert_cmpint(error->code, ==, VIR_ERR_CONFIG_UNSUPPORTED);
    g_clear_error(&error);
}

#define ADD(name) g_test_add_func("/xml/domain_moved/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(a_disk_may_be_elsewhere);
    ADD(what_the_guest_sees_may_not_change);
    return g_test_run();
}
