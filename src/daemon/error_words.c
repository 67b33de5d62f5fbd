/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/error_words.h"

typedef struct {
    int code;
    const char *words;
} Row;

/* Those that our drivers fail with.  Left out are codes whose words take a name
 * and no sentence (no connection driver available for …), and those that have
 * none: malformed XML, the system's own errors, the protocol's. */
static const Row rows[] = {
    {VIR_ERR_INTERNAL_ERROR, "internal error"},
    {VIR_ERR_NO_SUPPORT,
     "this function is not supported by the connection driver"},
    {VIR_ERR_INVALID_ARG, "invalid argument"},
    {VIR_ERR_OPERATION_FAILED, "operation failed"},
    {VIR_ERR_XML_ERROR, "XML error"},
    {VIR_ERR_OPERATION_DENIED, "operation forbidden"},
    {VIR_ERR_NO_DOMAIN, "Domain not found"},
    {VIR_ERR_AUTH_FAILED, "authentication failed"},
    {VIR_ERR_OPERATION_INVALID, "Requested operation is not valid"},
    {VIR_ERR_CONFIG_UNSUPPORTED, "unsupported configuration"},
    {VIR_ERR_OPERATION_TIMEOUT, "Timed out during operation"},
    {VIR_ERR_INVALID_DOMAIN_SNAPSHOT, "Invalid domain snapshot"},
    {VIR_ERR_NO_DOMAIN_SNAPSHOT, "Domain snapshot not found"},
    {VIR_ERR_ARGUMENT_UNSUPPORTED, "argument unsupported"},
    {VIR_ERR_SNAPSHOT_REVERT_RISKY, "revert requires force"},
    {VIR_ERR_OPERATION_ABORTED, "operation aborted"},
    {VIR_ERR_NO_DOMAIN_METADATA, "metadata not found"},
    {VIR_ERR_OVERFLOW, "numerical overflow"},
    {VIR_ERR_BLOCK_COPY_ACTIVE, "block copy still active"},
    {VIR_ERR_OPERATION_UNSUPPORTED, "Operation not supported"},
    {VIR_ERR_AGENT_UNRESPONSIVE, "Guest agent is not responding"},
    {VIR_ERR_RESOURCE_BUSY, "resource busy"},
    {VIR_ERR_ACCESS_DENIED, "access denied"},
    {VIR_ERR_XML_INVALID_SCHEMA,
     "XML document failed to validate against schema"},
    {VIR_ERR_DEVICE_MISSING, "device not found"},
    {VIR_ERR_INVALID_DOMAIN_CHECKPOINT, "Invalid domain checkpoint"},
    {VIR_ERR_NO_DOMAIN_CHECKPOINT, "Domain checkpoint not found"},
    {VIR_ERR_NO_DOMAIN_BACKUP, "Domain backup job id not found"},
    {VIR_ERR_CHECKPOINT_INCONSISTENT, "checkpoint inconsistent"},
};

static const char *
find_words(int code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].code == code)
            return rows[i].words;
    }
    return NULL;
}

/* A few of our texts begin as libvirt's do, because programs read them. */
char *
error_words(const virError *reason)
{
    const char *words = find_words(reason->code);
    const char *text = reason->message ? reason->message : "";

    return words && !g_str_has_prefix(text, words)
               ? g_strdup_printf("%s: %s", words, text)
               : g_strdup(text);
}
