/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/status_xml.h"

#include "base/error.h"
#include "xml/domain_xml.h"
#include "xml/reader.h"
#include "xml/writer.h"

#include <libvirt/libvirt-domain.h>

enum { STATE_LIMIT = 7, REASON_LIMIT = 64 };

static const char *const shutdown_words[] = {"poweroff", "keep", "reboot",
                                             NULL};

/* live is stolen by whoever takes the status over, and NULL then. */
void
domain_status_free(DomainStatus *status)
{
    if (!status)
        return;
    domain_def_free(status->live);
    g_free(status);
}

/* None was set, most of the time. */
static void
write_agent(Writer *writer, int timeout)
{
    if (timeout == VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK) {
        writer_attribute(writer, "agentTimeout", "block");
    } else if (timeout >= 0) {
        writer_attribute_uint(writer, "agentTimeout", (uint64_t)timeout);
    }
}

/* Absent in files of releases that did not know it, which waited as long as
 * they liked. */
static bool
read_agent(xmlNode *root, int *ret_timeout, GError **error)
{
    g_autofree char *text = reader_attribute(root, "agentTimeout");
    uint64_t seconds = 0;

    *ret_timeout = VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_DEFAULT;
    if (g_strcmp0(text, "block") == 0) {
        *ret_timeout = VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_BLOCK;
    } else if (text) {
        if (!reader_uint(root, "agentTimeout", G_MAXINT, &seconds, error))
            return false;
        *ret_timeout = (int)seconds;
    }
    return true;
}

static void
write_live(Writer *writer, const DomainStatus *status)
{
    g_autofree char *text =
        domain_xml_format(status->live, DOMAIN_FORMAT_STATUS);

    writer_raw(writer, text);
}

/* While a machine runs: which process it is and what it is made of; afterwards
 * how it ended. */
char *
status_xml_format(const DomainStatus *status)
{
    g_autoptr(Writer) writer = writer_new();

    writer_open(writer, "domainstatus");
    writer_attribute_uint(writer, "version", STATUS_XML_VERSION);
    if (status->live) {
        writer_attribute_uint(writer, "id", (uint64_t)status->id);
        writer_attribute_uint(writer, "pid", (uint64_t)status->pid);
        writer_attribute_uint(writer, "pidStart", status->pid_start);
    }
    writer_attribute_uint(writer, "state", (uint64_t)status->state);
    writer_attribute_uint(writer, "reason", (uint64_t)status->reason);
    write_agent(writer, status->agent_timeout);
    if (status->live) {
        writer_attribute(writer, "shutdown", shutdown_words[status->shutdown]);
        write_live(writer, status);
    }
    writer_close(writer);
    return writer_finish(writer);
}

/* Before anything is read that a later version may have changed. */
static bool
check_version(xmlNode *root, GError **error)
{
    uint64_t version = 0;

    if (!reader_uint(root, "version", G_MAXINT, &version, error))
        return false;
    if (version == STATUS_XML_VERSION)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "state of the running domain has version %d, and this program "
                "knows version %d; use the program that wrote it",
                (int)version, STATUS_XML_VERSION);
}

/* Bounded by libvirt's enumerations, so that a damaged file cannot make a state
 * that no table has. */
static bool
read_state(xmlNode *root, DomainStatus *status, GError **error)
{
    uint64_t state = 0;
    uint64_t reason = 0;

    if (!reader_uint(root, "state", STATE_LIMIT, &state, error) ||
        !reader_uint(root, "reason", REASON_LIMIT, &reason, error))
        return false;
    status->state = (int)state;
    status->reason = (int)reason;
    return true;
}

/* Every attribute of a process is needed: half of them would name another. */
static bool
read_process(xmlNode *root, DomainStatus *status, GError **error)
{
    uint64_t id = 0;
    uint64_t pid = 0;

    if (!reader_uint(root, "id", G_MAXINT, &id, error) ||
        !reader_uint(root, "pid", G_MAXINT, &pid, error) ||
        !reader_uint(root, "pidStart", G_MAXUINT64, &status->pid_start,
                     error) ||
        !reader_choice(root, "shutdown", shutdown_words, &status->shutdown,
                       error))
        return false;
    if (id == 0 || pid == 0 || status->pid_start == 0) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "state of the running domain names no process; end QEMU "
                    "by hand and remove the file");
    }
    status->id = (int)id;
    status->pid = (pid_t)pid;
    return true;
}

/* The live definition with its run-time values: aliases, ptys, numbers of
 * nodes. */
static bool
read_live(xmlNode *node, DomainStatus *status, GError **error)
{
    g_autofree char *text = reader_dump(node);

    status->live = domain_xml_parse_status(text, error);
    if (!status->live)
        return false;
    status->live->id = status->id;
    return true;
}

/* A damaged status is refused: without it nobody knows which QEMU is whose. */
DomainStatus *
status_xml_parse(const char *text, GError **error)
{
    g_autoptr(DomainStatus) status = g_new0(DomainStatus, 1);
    g_autoptr(XmlDocument) document =
        reader_parse(text, "domain state", "domainstatus", error);
    xmlNode *root = document ? reader_root(document) : NULL;
    xmlNode *live = root ? reader_first(root, "domain") : NULL;

    status->id = -1;
    if (!root || !check_version(root, error) ||
        !read_state(root, status, error) ||
        !read_agent(root, &status->agent_timeout, error))
        return NULL;
    if (live &&
        (!read_process(root, status, error) || !read_live(live, status, error)))
        return NULL;
    return g_steal_pointer(&status);
}
