/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls on disks whose shape is their own: counted parameters, buffers. */
#include "daemon/serve_made.h"
#include "rpc/wire_objects.h"
#include "rpc/wire_params.h"

#include "base/typed_params.h"

#include <libvirt/libvirt-strandline.h>

/* The size is the peer's way to say which fields it knows; here all travel. */
bool
serve_remote_domain_block_stats(Serve *serve, const void *body, void *ret_body)
{
    const WireDomainText *args = body;
    WireBlockStats *ret = ret_body;
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    virDomainBlockStatsStruct stats = {0};
    int value = -1;

    if (serve_allowed(serve, domain, 0))
        value = virDomainBlockStats(domain, args->text, &stats, sizeof(stats));
    domain_object_unref(domain);
    ret->rd_req = stats.rd_req;
    ret->rd_bytes = stats.rd_bytes;
    ret->wr_req = stats.wr_req;
    ret->wr_bytes = stats.wr_bytes;
    ret->errs = stats.errs;
    return value >= 0;
}

/* With room for none it is the count that is asked for. */
bool
serve_remote_domain_block_stats_flags(Serve *serve, const void *body,
                                      void *ret_body)
{
    const WireBlockParamsAsked *args = body;
    WireBlockParams *ret = ret_body;
    virDomainPtr domain = NULL;
    virTypedParameterPtr params = NULL;
    int nparams = args->nparams;
    int value = -1;

    if (nparams < 0 || nparams > WIRE_DOMAIN_PARAMS_MAX) {
        return serve_fail(VIR_ERR_INTERNAL_ERROR,
                          "%d parameters were asked for, and the most is %d",
                          nparams, WIRE_DOMAIN_PARAMS_MAX);
    }
    domain = wire_domain_to(serve->conn, &args->domain);
    params = nparams > 0 ? g_new0(virTypedParameter, nparams) : NULL;
    if (serve_allowed(serve, domain, args->flags)) {
        value = virDomainBlockStatsFlags(domain, args->disk, params, &nparams,
                                         args->flags);
    }
    domain_object_unref(domain);
    if (value < 0) {
        g_free(params);
        return false;
    }
    ret->nparams = nparams;
    ret->params.params_len = params ? nparams : 0;
    ret->params.params_val = wire_params_own(params, params ? nparams : 0);
    return true;
}

/* The limit of the protocol before memory is taken; the call has a lower one of
 * its own. */
bool
serve_remote_domain_block_peek(Serve *serve, const void *body, void *ret_body)
{
    const WireBlockPeek *args = body;
    WireBytes *ret = ret_body;
    virDomainPtr domain = NULL;
    g_autofree char *buffer = NULL;
    int value = -1;

    if (args->size > WIRE_PEEK_MAX) {
        return serve_fail(VIR_ERR_INTERNAL_ERROR,
                          "%u bytes were asked for, and the most is %d",
                          args->size, WIRE_PEEK_MAX);
    }
    domain = wire_domain_to(serve->conn, &args->domain);
    buffer = g_malloc(MAX(args->size, 1));
    if (serve_allowed(serve, domain, args->flags)) {
        value = virDomainBlockPeek(domain, args->disk, args->offset, args->size,
                                   buffer, args->flags);
    }
    domain_object_unref(domain);
    if (value < 0)
        return false;
    ret->bytes.bytes_val = g_steal_pointer(&buffer);
    ret->bytes.bytes_len = args->size;
    return true;
}

/* 0 is "no job" and travels as found = 0, with the rest zero. */
bool
serve_remote_domain_get_block_job_info(Serve *serve, const void *body,
                                       void *ret_body)
{
    const WireDomainTextFlags *args = body;
    WireBlockJobInfo *ret = ret_body;
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    virDomainBlockJobInfo info = {0};
    int value = -1;

    if (serve_allowed(serve, domain, args->flags)) {
        value =
            virDomainGetBlockJobInfo(domain, args->text, &info, args->flags);
    }
    domain_object_unref(domain);
    ret->found = value > 0;
    ret->type = info.type;
    ret->bandwidth = info.bandwidth;
    ret->cur = info.cur;
    ret->end = info.end;
    return value >= 0;
}

/* Which parameters there are is the public call's to judge. */
bool
serve_remote_domain_block_copy(Serve *serve, const void *body, void *ret_body)
{
    const WireBlockCopy *args = body;
    virDomainPtr domain = NULL;
    virTypedParameterPtr params = NULL;
    int nparams = 0;
    int value = -1;

    (void)ret_body;
    if (!wire_params_decode(args->params.params_val, args->params.params_len,
                            &params, &nparams, NULL)) {
        return serve_fail(VIR_ERR_RPC, "a parameter has no name");
    }
    domain = wire_domain_to(serve->conn, &args->domain);
    if (serve_allowed(serve, domain, args->flags)) {
        value = virDomainBlockCopy(domain, args->disk, args->xml, params,
                                   nparams, args->flags);
    }
    domain_object_unref(domain);
    typed_params_free(params, nparams);
    return value >= 0;
}

/* No bytes at all stand for no buffer: ZERO and DISCARD have none. */
bool
serve_strandline_domain_test_disk_write(Serve *serve, const void *body,
                                        void *ret_body)
{
    const WireTestWrite *args = body;
    virDomainPtr domain = NULL;
    gsize given = args->bytes.bytes_len;
    int value = -1;

    (void)ret_body;
    if (given > 0 && given != args->size) {
        return serve_fail(VIR_ERR_RPC,
                          "%zu bytes came for a write of %" G_GUINT64_FORMAT,
                          given, (guint64)args->size);
    }
    domain = wire_domain_to(serve->conn, &args->domain);
    if (serve_allowed(serve, domain, args->flags)) {
        value = virDomainTestDiskWrite(domain, args->disk, args->offset,
                                       given > 0 ? args->bytes.bytes_val : NULL,
                                       args->size, args->flags);
    }
    domain_object_unref(domain);
    return value >= 0;
}
