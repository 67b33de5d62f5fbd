/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "counting_guest.h"

#include <libvirt/libvirt-strandline.h>
#include <stdio.h>
#include <string.h>

enum {
    WAIT_STEPS = 6000,
    WAIT_STEP_US = 10 * 1000,
    COUNTER_OFFSET = 512, /* the second sector */
};

/*  7c00  xor ax,ax ; mov ds,ax ; mov es,ax
 *  7c06  inc dword [7e00]
 *        mov dl,80 ; call write ; mov dl,81 ; call write ; jmp 7c06
 *  7c17  write: mov ax,0301 ; mov bx,7e00 ; mov cx,0002 ; mov dh,0
 *        int 13 ; ret                      (one sector, the second, BIOS) */
static const unsigned char counting_guest[] = {
    0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0, 0x66, 0xff, 0x06, 0x00,
    0x7e, 0xb2, 0x80, 0xe8, 0x07, 0x00, 0xb2, 0x81, 0xe8, 0x02,
    0x00, 0xeb, 0xef, 0xb8, 0x01, 0x03, 0xbb, 0x00, 0x7e, 0xb9,
    0x02, 0x00, 0xb6, 0x00, 0xcd, 0x13, 0xc3,
};

const char *
counting_sector(void)
{
    static char sector[COUNTING_SECTOR];

    memcpy(sector, counting_guest, sizeof(counting_guest));
    sector[COUNTING_SECTOR - 2] = 0x55;
    sector[COUNTING_SECTOR - 1] = (char)0xaa;
    return sector;
}

uint32_t
counter_in(const uint8_t *content)
{
    uint32_t value = 0;

    memcpy(&value, content + COUNTER_OFFSET, sizeof(value));
    return GUINT32_FROM_LE(value);
}

int
wait_for_end(virDomainPtr domain, int id)
{
    virDomainJobPtr job = virDomainJobLookupByID(domain, id, 0);
    int type = VIR_DOMAIN_JOB_UNBOUNDED;

    require(job != NULL);
    for (int i = 0; i < WAIT_STEPS && type == VIR_DOMAIN_JOB_UNBOUNDED; i++) {
        virTypedParameterPtr params = NULL;
        int count = 0;

        if (i > 0)
            g_usleep(WAIT_STEP_US);
        require(virDomainJobGetStats(job, &type, &params, &count, 0) == 0);
        virTypedParamsFree(params, count);
    }
    require(virDomainJobFree(job) == 0);
    return type;
}

static void
push_to(virDomainPtr domain, const char *disk, const char *path)
{
    g_autofree char *xml = g_markup_printf_escaped(
        "<domainbackup mode='push'><disks><disk name='%s' type='file'>"
        "<target file='%s'/></disk></disks></domainbackup>",
        disk, path);
    int job = virDomainBackupBegin(domain, xml, NULL, 0);

    require(job > 0);
    g_assert_cmpint(wait_for_end(domain, job), ==, VIR_DOMAIN_JOB_COMPLETED);
    require(virDomainBackupEnd(domain, job, 0) == 1);
}

uint32_t
pushed_counter(Machine *machine, virDomainPtr domain, const char *disk,
               uint64_t size)
{
    g_autofree char *path = machine_file(machine, "pushed.qcow2");
    g_autofree char *raw = machine_file(machine, "pushed.raw");
    g_autofree char *content = NULL;
    gsize length = 0;

    push_to(domain, disk, path);
    g_free(run_command("qemu-img", "convert", "-f", "qcow2", "-O", "raw", path,
                       raw, NULL));
    g_assert_true(g_file_get_contents(raw, &content, &length, NULL));
    g_assert_cmpuint(length, ==, size);
    g_assert_cmpint(remove(path), ==, 0);
    g_assert_cmpint(remove(raw), ==, 0);
    return counter_in((const uint8_t *)content);
}
