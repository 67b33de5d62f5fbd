/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What tests do to domains that have no guest
 * (<libvirt/libvirt-strandline.h>). */
#include "api/call.h"

int
virDomainTestDiskWrite(virDomainPtr domain, const char *disk,
                       unsigned long long offset, const void *buffer,
                       unsigned long long size, unsigned int flags)
{
    const unsigned known =
        VIR_DOMAIN_TEST_DISK_ZERO | VIR_DOMAIN_TEST_DISK_DISCARD;

    API_ENTER(domain, domain, -1);
    API_NOT_NULL(disk);
    API_CHECK(api_no_flags(&api, flags & ~known));
    API_CHECK(api_flags_exclusive(&api, flags, VIR_DOMAIN_TEST_DISK_ZERO,
                                  VIR_DOMAIN_TEST_DISK_DISCARD));
    /* A buffer that is forgotten must not become zeroes on a disk. */
    API_CLAIM(!buffer == (flags != 0), "buffer",
              "what is written, or NULL to write zeroes or to discard");
    API_RETURN_INT(test_disk_write, domain, disk, offset, buffer, size);
}

int
virDomainTestFault(virDomainPtr domain, const char *xml, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(xml);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(test_fault, domain, xml);
}
