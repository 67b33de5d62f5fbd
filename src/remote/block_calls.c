/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Disks.  The driver's table has bytes everywhere; on the wire the flag says so
 * that libvirt has for it. */
#include "base/error.h"
#include "driver/block_stats.h"
#include "remote/call.h"
#include "remote/members.h"
#include "rpc/wire_objects.h"

#include <string.h>

#define PROCEDURE(name) procedure_find(RPC_PROGRAM_REMOTE, REMOTE_##name)

/* What is not told is not known: -1.  A name that is new to us is skipped. */
static void
read_stats(const WireBlockParams *wire, BlockStats *ret_stats)
{
    block_stats_clear(ret_stats);
    for (unsigned i = 0; i < wire->params.params_len; i++) {
        const WireParam *param = &wire->params.params_val[i];

        if (param->value.type == VIR_TYPED_PARAM_LLONG) {
            block_stats_set(ret_stats, param->field,
                            param->value.WireParamValue_u.l);
        }
    }
}

/* With room for as many as the protocol allows, which spares asking first how
 * many there are. */
int
remote_block_stats(virDomainPtr domain, const char *disk, BlockStats *ret_stats,
                   GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_BLOCK_STATS_FLAGS);
    WireBlockParamsAsked args = {.disk = (char *)disk,
                                 .nparams = WIRE_DOMAIN_PARAMS_MAX};
    WireBlockParams ret = {0};

    wire_domain_lend(domain, &args.domain);
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    read_stats(&ret, ret_stats);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return 0;
}

/* A peer that sends another count than it was asked for is not believed: the
 * buffer is the program's, and of that size. */
int
remote_block_peek(virDomainPtr domain, const char *disk,
                  unsigned long long offset, size_t size, void *ret_buffer,
                  GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_BLOCK_PEEK);
    WireBlockPeek args = {
        .disk = (char *)disk, .offset = offset, .size = (u_int)size};
    WireBytes ret = {0};
    bool is_whole = false;

    wire_domain_lend(domain, &args.domain);
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    is_whole = ret.bytes.bytes_len == size;
    if (is_whole) {
        memcpy(ret_buffer, ret.bytes.bytes_val, size);
    } else {
        fail(error, VIR_ERR_RPC,
             "the peer sent %u bytes of disk '%s', and was asked for %zu",
             ret.bytes.bytes_len, disk, size);
    }
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return is_whole ? 0 : -1;
}

/* Calls of a disk with one number. */
static int
call_with_number(virDomainPtr domain, const Procedure *procedure,
                 const char *disk, unsigned long long number, unsigned flags,
                 GError **error)
{
    WireDiskNumber args = {
        .disk = (char *)disk, .number = number, .flags = flags};

    wire_domain_lend(domain, &args.domain);
    return remote_call(domain->conn, procedure, &args, NULL, error) ? 0 : -1;
}

/* BYTES, since the public call has counted in the caller's unit already. */
int
remote_block_resize(virDomainPtr domain, const char *disk,
                    unsigned long long size, unsigned flags, GError **error)
{
    return call_with_number(domain, PROCEDURE(DOMAIN_BLOCK_RESIZE), disk, size,
                            flags | VIR_DOMAIN_BLOCK_RESIZE_BYTES, error);
}

int
remote_block_job_set_speed(virDomainPtr domain, const char *disk,
                           unsigned long long bandwidth, GError **error)
{
    return call_with_number(domain, PROCEDURE(DOMAIN_BLOCK_JOB_SET_SPEED), disk,
                            bandwidth,
                            VIR_DOMAIN_BLOCK_JOB_SPEED_BANDWIDTH_BYTES, error);
}

/* That a disk has no job is an answer and no error, there as here.  The limit is
 * asked for in bytes: MiB/s would round a small one down to none. */
int
remote_block_job_info(virDomainPtr domain, const char *disk,
                      virDomainBlockJobInfoPtr ret_info, GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_GET_BLOCK_JOB_INFO);
    WireDomainTextFlags args = {.text = (char *)disk,
                                .flags =
                                    VIR_DOMAIN_BLOCK_JOB_INFO_BANDWIDTH_BYTES};
    WireBlockJobInfo ret = {0};

    wire_domain_lend(domain, &args.domain);
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    if (!ret.found)
        return 0;
    ret_info->type = ret.type;
    ret_info->bandwidth = ret.bandwidth;
    ret_info->cur = ret.cur;
    ret_info->end = ret.end;
    return 1;
}

/* Rebase with and without a base: virDomainBlockPull() is the latter, and has
 * no procedure of its own here. */
int
remote_block_pull(virDomainPtr domain, const char *disk, const char *base,
                  unsigned long long bandwidth, unsigned flags, GError **error)
{
    WireBlockRebase args = {.disk = (char *)disk,
                            .base = base ? (char **)&base : NULL,
                            .bandwidth = bandwidth,
                            .flags = flags |
                                     VIR_DOMAIN_BLOCK_REBASE_BANDWIDTH_BYTES};

    wire_domain_lend(domain, &args.domain);
    return remote_call(domain->conn, PROCEDURE(DOMAIN_BLOCK_REBASE), &args,
                       NULL, error)
               ? 0
               : -1;
}

/* Which images, and whether the uppermost, is the other end's to judge. */
int
remote_block_commit(virDomainPtr domain, const char *disk,
                    const BlockCommit *commit, unsigned flags, GError **error)
{
    WireBlockCommit args = {
        .disk = (char *)disk,
        .base = commit->base ? (char **)&commit->base : NULL,
        .top = commit->top ? (char **)&commit->top : NULL,
        .bandwidth = commit->bandwidth,
        .flags = flags | VIR_DOMAIN_BLOCK_COMMIT_BANDWIDTH_BYTES};

    wire_domain_lend(domain, &args.domain);
    return remote_call(domain->conn, PROCEDURE(DOMAIN_BLOCK_COMMIT), &args,
                       NULL, error)
               ? 0
               : -1;
}

/* A parameter that was not given is not sent: 0 is a value there. */
int
remote_block_copy(virDomainPtr domain, const char *disk, const BlockCopy *copy,
                  unsigned flags, GError **error)
{
    WireParam params[3];
    WireBlockCopy args = {.disk = (char *)disk,
                          .xml = (char *)copy->dest_xml,
                          .params.params_val = params,
                          .flags = flags};
    u_int *count = &args.params.params_len;

    if (copy->bandwidth > 0) {
        params[(*count)++] =
            (WireParam){(char *)VIR_DOMAIN_BLOCK_COPY_BANDWIDTH,
                        {VIR_TYPED_PARAM_ULLONG, {.ul = copy->bandwidth}}};
    }
    if (copy->granularity > 0) {
        params[(*count)++] =
            (WireParam){(char *)VIR_DOMAIN_BLOCK_COPY_GRANULARITY,
                        {VIR_TYPED_PARAM_UINT, {.ui = copy->granularity}}};
    }
    if (copy->buf_size > 0) {
        params[(*count)++] =
            (WireParam){(char *)VIR_DOMAIN_BLOCK_COPY_BUF_SIZE,
                        {VIR_TYPED_PARAM_ULLONG, {.ul = copy->buf_size}}};
    }
    wire_domain_lend(domain, &args.domain);
    return remote_call(domain->conn, PROCEDURE(DOMAIN_BLOCK_COPY), &args, NULL,
                       error)
               ? 0
               : -1;
}

/* Zeroes travel as a flag and no bytes; more bytes than one message has are
 * several writes. */
int
remote_test_disk_write(virDomainPtr domain, const char *disk,
                       unsigned long long offset, const void *buffer,
                       unsigned long long size, GError **error)
{
    unsigned long long done = 0;

    do {
        unsigned long long part =
            buffer ? MIN(size - done, WIRE_PEEK_MAX) : size;
        WireTestWrite args = {.disk = (char *)disk,
                              .offset = offset + done,
                              .bytes.bytes_val =
                                  buffer ? (char *)buffer + done : NULL,
                              .bytes.bytes_len = buffer ? (u_int)part : 0,
                              .size = part,
                              .flags = buffer ? 0 : VIR_DOMAIN_TEST_DISK_ZERO};

        wire_domain_lend(domain, &args.domain);
        if (!remote_call(domain->conn,
                         procedure_find(RPC_PROGRAM_STRANDLINE,
                                        STRANDLINE_DOMAIN_TEST_DISK_WRITE),
                         &args, NULL, error))
            return -1;
        done += part;
    } while (done < size);
    return 0;
}
