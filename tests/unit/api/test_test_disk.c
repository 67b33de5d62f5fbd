/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes and reads that tests make in the place of a guest. */
#include "machine.h"

#include <libvirt/libvirt-strandline.h>

enum {
    ZERO = VIR_DOMAIN_TEST_DISK_ZERO,
    DISCARD = VIR_DOMAIN_TEST_DISK_DISCARD
};

static void
assert_refused(int result)
{
    g_assert_cmpint(result, ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
}

static void
zeroes_have_no_buffer_and_bytes_have_one(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;

    assert_refused(virDomainTestDiskWrite(domain, "vda", 0, NULL, 4, 0));
    assert_refused(virDomainTestDiskWrite(domain, "vda", 0, "abcd", 4, ZERO));
    assert_refused(
        virDomainTestDiskWrite(domain, "vda", 0, NULL, 4, ZERO | DISCARD));
    assert_refused(virDomainTestDiskWrite(domain, "vda", 0, "abcd", 4, 4));
    assert_refused(virDomainTestDiskWrite(domain, NULL, 0, "abcd", 4, 0));
    g_assert_cmpint(virDomainTestDiskWrite(domain, "vda", 8, "abcd", 4, 0), ==,
                    0);
    g_assert_cmpstr(fake.last_call, ==, "test_disk_write vda 8+4 bytes");
    g_assert_cmpint(virDomainTestDiskWrite(domain, "vda", 8, NULL, 4, DISCARD),
                    ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "test_disk_write vda 8+4 zeroes");
}

static void
a_fault_is_a_document(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    assert_refused(virDomainTestFault(machine->domain, NULL, 0));
    assert_refused(virDomainTestFault(machine->domain, "<fault/>", 1));
    g_assert_cmpint(virDomainTestFault(machine->domain, "<fault/>", 0), ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "test_fault <fault/>");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/test_disk/zeroes_have_no_buffer_and_bytes_have_one",
                    zeroes_have_no_buffer_and_bytes_have_one);
    g_test_add_func("/api/test_disk/a_fault_is_a_document",
                    a_fault_is_a_document);
    return g_test_run();
}
