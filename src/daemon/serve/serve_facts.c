/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is told of hosts and domains in shapes of its own: texts as arrays of
 * characters, lists that are filled in. */
#include "daemon/serve_made.h"
#include "driver/object.h"
#include "rpc/wire_objects.h"

#include <libvirt/libvirt-domain.h>
#include <string.h>

/* With the byte that ends it, as libvirt's daemon sends it: its clients take what
 * comes for a text.  For xdr_free(). */
static char *
own_text(const char *text, u_int *ret_length)
{
    *ret_length = (u_int)strlen(text) + 1;
    return g_strdup(text);
}

/* About no domain; 64 bits travel as xdr's own type. */
bool
serve_remote_node_get_free_memory(Serve *serve, const void *body,
                                  void *ret_body)
{
    u_quad_t *ret = ret_body;

    (void)body;
    if (serve_allowed(serve, NULL, 0))
        *ret = virNodeGetFreeMemory(serve->conn);
    return *ret != 0; /* 0 is how the call fails */
}

/* Two texts, and the same of each. */
bool
serve_remote_node_get_security_model(Serve *serve, const void *body,
                                     void *ret_body)
{
    WireSecurityModel *ret = ret_body;
    virSecurityModel model = {0};

    (void)body;
    if (!serve_allowed(serve, NULL, 0) ||
        virNodeGetSecurityModel(serve->conn, &model) < 0)
        return false;
    ret->model.model_val = own_text(model.model, &ret->model.model_len);
    ret->doi.doi_val = own_text(model.doi, &ret->doi.doi_len);
    return true;
}

/* The mark, and whether it counts; both are zero where nothing is marked. */
bool
serve_remote_domain_get_security_label(Serve *serve, const void *body,
                                       void *ret_body)
{
    WireSecurityLabel *ret = ret_body;
    virDomainPtr domain = wire_domain_to(serve->conn, body);
    virSecurityLabel label = {0};
    int value = -1;

    if (serve_allowed(serve, domain, 0))
        value = virDomainGetSecurityLabel(domain, &label);
    domain_object_unref(domain);
    if (value < 0)
        return false;
    ret->label.label_val = own_text(label.label, &ret->label.label_len);
    ret->enforcing = label.enforcing;
    return true;
}

/* No room asks for the count alone; room is held before memory is taken. */
bool
serve_remote_domain_get_disk_errors(Serve *serve, const void *body,
                                    void *ret_body)
{
    const WireDomainUnsignedFlags *args = body;
    WireDiskErrors *ret = ret_body;
    virDomainDiskError errors[WIRE_DISK_ERRORS_MAX] = {0};
    bool is_list = args->number > 0;
    virDomainPtr domain = NULL;
    int count = -1;

    if (args->number > WIRE_DISK_ERRORS_MAX) {
        return serve_fail(VIR_ERR_INTERNAL_ERROR,
                          "%u errors were asked for, and the most is %d",
                          args->number, WIRE_DISK_ERRORS_MAX);
    }
    domain = wire_domain_to(serve->conn, &args->domain);
    if (serve_allowed(serve, domain, args->flags)) {
        count = virDomainGetDiskErrors(domain, is_list ? errors : NULL,
                                       args->number, args->flags);
    }
    domain_object_unref(domain);
    if (count < 0)
        return false;
    /* libvirt's clients take the number from here, whether or not a list comes
     * with it. */
    ret->count = count;
    if (!is_list)
        return true;
    ret->errors.errors_len = (u_int)count;
    ret->errors.errors_val = g_new0(WireDiskError, (gsize)count);
    for (int i = 0; i < count; i++) {
        ret->errors.errors_val[i] =
            (WireDiskError){.disk = errors[i].disk, .error = errors[i].error};
    }
    return true;
}

/* The array changes hands: its texts, and itself. */
bool
serve_remote_domain_get_messages(Serve *serve, const void *body, void *ret_body)
{
    const WireDomainFlags *args = body;
    WireMessages *ret = ret_body;
    virDomainPtr domain = wire_domain_to(serve->conn, &args->domain);
    char **messages = NULL;
    int count = -1;

    if (serve_allowed(serve, domain, args->flags))
        count = virDomainGetMessages(domain, &messages, args->flags);
    domain_object_unref(domain);
    if (count < 0)
        return false;
    ret->messages.messages_len = (u_int)count;
    ret->messages.messages_val = messages;
    return true;
}
