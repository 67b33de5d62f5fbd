/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is told of hosts and domains in shapes of its own: texts as arrays of
 * characters, lists that are filled in. */
#include "base/error.h"
#include "remote/call.h"
#include "remote/members.h"
#include "rpc/wire_objects.h"

#define PROCEDURE(name) procedure_find(RPC_PROGRAM_REMOTE, REMOTE_##name)

/* What came has no byte that ends it, and may be longer than there is room
 * for. */
static void
copy_text(char *text, size_t size, const char *wire, u_int length)
{
    size_t count = MIN(size - 1, length);

    for (size_t i = 0; i < count; i++)
        text[i] = wire[i];
    text[count] = '\0';
}

/* By hand for its type alone: what xdr calls 64 bits is another one than
 * ours. */
int
remote_node_free_memory(virConnectPtr conn, unsigned long long *ret_bytes,
                        GError **error)
{
    u_quad_t ret = 0;

    if (!remote_call(conn, PROCEDURE(NODE_GET_FREE_MEMORY), NULL, &ret, error))
        return -1;
    *ret_bytes = ret;
    return 0;
}

/* Two texts of the peer's, each cut to what the struct of ours has. */
int
remote_node_security_model(virConnectPtr conn, virSecurityModelPtr ret_model,
                           GError **error)
{
    const Procedure *procedure = PROCEDURE(NODE_GET_SECURITY_MODEL);
    WireSecurityModel ret = {0};

    if (!remote_call(conn, procedure, NULL, &ret, error))
        return -1;
    copy_text(ret_model->model, sizeof(ret_model->model), ret.model.model_val,
              ret.model.model_len);
    copy_text(ret_model->doi, sizeof(ret_model->doi), ret.doi.doi_val,
              ret.doi.doi_len);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return 0;
}

/* As the model: the label, and whether it counts. */
int
remote_domain_security_label(virDomainPtr domain, virSecurityLabelPtr ret_label,
                             GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_GET_SECURITY_LABEL);
    WireDomain args = {0};
    WireSecurityLabel ret = {0};

    wire_domain_lend(domain, &args);
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    copy_text(ret_label->label, sizeof(ret_label->label), ret.label.label_val,
              ret.label.label_len);
    ret_label->enforcing = ret.enforcing;
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return 0;
}

/* Texts change hands; those that there is no room for go with the rest. */
int
remote_domain_disk_errors(virDomainPtr domain, virDomainDiskErrorPtr ret_errors,
                          unsigned room, GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_GET_DISK_ERRORS);
    WireDomainUnsignedFlags args = {.number = MIN(room, WIRE_DISK_ERRORS_MAX)};
    WireDiskErrors ret = {0};
    int count = 0;

    wire_domain_lend(domain, &args.domain);
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    count = ret_errors ? (int)MIN(room, ret.errors.errors_len) : ret.count;
    for (int i = 0; ret_errors && i < count; i++) {
        ret_errors[i].error = ret.errors.errors_val[i].error;
        ret_errors[i].disk = g_steal_pointer(&ret.errors.errors_val[i].disk);
    }
    xdr_free(procedure->ret_xdr, (char *)&ret);
    return count;
}

/* The texts change hands, and the list that the caller gets ends with a
 * NULL, which the one on the wire does not. */
int
remote_domain_messages(virDomainPtr domain, char ***ret_messages,
                       unsigned flags, GError **error)
{
    const Procedure *procedure = PROCEDURE(DOMAIN_GET_MESSAGES);
    WireDomainFlags args = {.flags = flags};
    WireMessages ret = {0};
    char **messages = NULL;
    u_int count = 0;

    wire_domain_lend(domain, &args.domain);
    if (!remote_call(domain->conn, procedure, &args, &ret, error))
        return -1;
    count = ret.messages.messages_len;
    messages = g_new0(char *, (gsize)count + 1);
    for (u_int i = 0; i < count; i++)
        messages[i] = g_steal_pointer(&ret.messages.messages_val[i]);
    xdr_free(procedure->ret_xdr, (char *)&ret);
    *ret_messages = messages;
    return (int)count;
}
