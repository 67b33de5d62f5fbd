/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A backup program: copies the first disk of a machine into a raw file.
 *
 *     pull_client URI DOMAIN FILE CHECKPOINT [BASE]
 *
 * Without BASE the whole disk is copied.  With it FILE must be the former
 * backup, made when checkpoint BASE was, and is brought up to date.  CHECKPOINT
 * is made at the moment that the copy stands for, to be the next one's BASE. */
#include <fcntl.h>
#include <libnbd.h>
#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DIRTY "qemu:dirty-bitmap:backup-vda"

enum { CHUNK = 1024 * 1024, ASK = 1024 * 1024 * 1024 };

typedef struct {
    uint64_t length;
    uint32_t flags; /* that all these bytes have */
} Extent;

static int
complain(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    return -1;
}

/* The first of the extents is enough; libnbd does not let us read in here. */
static int
on_extents(void *data, const char *context, uint64_t offset, uint32_t *entries,
           size_t n, int *error)
{
    Extent *extent = data;

    (void)context, (void)offset, (void)error;
    if (n >= 2)
        *extent = (Extent){entries[0], entries[1]};
    return 0;
}

static int
copy_range(struct nbd_handle *nbd, int file, uint64_t at, uint64_t length)
{
    static char buffer[CHUNK];

    for (uint64_t end = at + length; at < end;) {
        size_t n = end - at < CHUNK ? end - at : CHUNK;

        if (nbd_pread(nbd, buffer, n, at, 0) < 0)
            return complain("cannot read the export", nbd_get_error());
        if (pwrite(file, buffer, n, (off_t)at) != (ssize_t)n)
            return complain("cannot write", "the file");
        at += n;
    }
    return 0;
}

/* All blocks for which the flag of @context is @wanted. */
static int
copy_disk(struct nbd_handle *nbd, int file, const char *context, uint32_t flag,
          uint32_t wanted)
{
    int64_t size = nbd_get_size(nbd);
    uint64_t copied = 0;

    if (size < 0 || ftruncate(file, size) < 0 ||
        nbd_can_meta_context(nbd, context) != 1)
        return complain("cannot copy by", context);
    for (uint64_t at = 0; at < (uint64_t)size;) {
        uint64_t rest = (uint64_t)size - at;
        Extent extent = {0, 0};
        nbd_extent_callback told = {.callback = on_extents,
                                    .user_data = &extent};

        if (nbd_block_status(nbd, rest < ASK ? rest : ASK, at, told, 0) < 0 ||
            extent.length == 0 || extent.length > rest)
            return complain("cannot ask what to copy", nbd_get_error());
        if ((extent.flags & flag) == wanted) {
            if (copy_range(nbd, file, at, extent.length) < 0)
                return -1;
            copied += extent.length;
        }
        at += extent.length;
    }
    printf("%llu bytes copied\n", (unsigned long long)copied);
    return fsync(file);
}

static int
read_export(const char *socket, const char *path, int is_increment)
{
    const char *context = is_increment ? DIRTY : LIBNBD_CONTEXT_BASE_ALLOCATION;
    int file =
        open(path, O_RDWR | O_CREAT | (is_increment ? 0 : O_TRUNC), 0600);
    struct nbd_handle *nbd = nbd_create();
    int result = -1;

    if (file < 0 || !nbd) {
        complain("cannot open", path);
    } else if (nbd_set_export_name(nbd, "vda") < 0 ||
               nbd_add_meta_context(nbd, context) < 0 ||
               nbd_connect_unix(nbd, socket) < 0) {
        complain("cannot connect", nbd_get_error());
    } else { /* zeroes of a full copy stay out: the file begins empty */
        result = copy_disk(nbd, file, context,
                           is_increment ? 1 : LIBNBD_STATE_ZERO, is_increment);
    }
    nbd_close(nbd);
    return close(file) < 0 ? -1 : result;
}

int
main(int argc, char **argv)
{
    virConnectPtr conn = argc > 4 ? virConnectOpen(argv[1]) : NULL;
    virDomainPtr domain = conn ? virDomainLookupByName(conn, argv[2]) : NULL;
    char socket[108], backup[512], checkpoint[256];
    int job = -1;

    if (!domain)
        return complain("cannot find the machine", virGetLastErrorMessage());
    snprintf(socket, sizeof(socket), "%s.sock", argv[3]);
    snprintf(backup, sizeof(backup),
             "<domainbackup mode='pull'><incremental>%s</incremental>"
             "<server transport='unix' socket='%s'/><disks><disk name='vda' "
             "type='file'><scratch file='%s.scratch'/></disk></disks>"
             "</domainbackup>",
             argc > 5 ? argv[5] : "", socket, argv[3]);
    snprintf(checkpoint, sizeof(checkpoint),
             "<domaincheckpoint><name>%s</name></domaincheckpoint>", argv[4]);
    job = virDomainBackupBegin(domain, backup, checkpoint, 0);
    if (job < 0)
        return complain("cannot begin", virGetLastErrorMessage());
    if (read_export(socket, argv[3], argc > 5) < 0) {
        /* No backup, no checkpoint: the next one goes on from BASE. */
        virDomainJobAbort(virDomainJobLookupByID(domain, job, 0), 0);
        return EXIT_FAILURE;
    }
    if (virDomainBackupEnd(domain, job, 0) != 1)
        return complain("the copy is worthless", virGetLastErrorMessage());
    virDomainFree(domain);
    return virConnectClose(conn);
}
