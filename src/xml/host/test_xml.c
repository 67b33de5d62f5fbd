/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/host/test_xml.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "xml/domain_xml.h"
#include "xml/reader.h"

#include <libvirt/libvirt-domain.h>
#include <string.h>

enum { NODE_FILE_LIMIT = 4 * 1024 * 1024, SECTOR = 512 };

/* Sparse, so large ones cost nothing until they are written to. */
static const uint64_t size_max = UINT64_C(1) << 50;

/* ---- metadata ---- */

typedef bool (*MetadataVisit)(xmlNode *node, void *opaque, GError **error);

static bool
visit_fragment(const char *text, MetadataVisit visit, void *opaque,
               GError **error)
{
    g_autoptr(XmlDocument) document = reader_parse_fragment(text);

    for (xmlNode *node = document ? reader_first(reader_root(document), NULL)
                                  : NULL;
         node; node = reader_next(node, NULL)) {
        const char *space = reader_namespace(node);

        /* Everyone may keep something here, and only one of them are we. */
        if (space && g_str_equal(space, TEST_METADATA_NAMESPACE) &&
            !visit(node, opaque, error))
            return false;
    }
    return true;
}

/* Each of our elements below <metadata>. */
static bool
visit_metadata(const DomainDef *def, MetadataVisit visit, void *opaque,
               GError **error)
{
    for (guint i = 0; i < def->echoed->len; i++) {
        const char *text = g_ptr_array_index(def->echoed, i);

        if (g_str_has_prefix(text, "<metadata") &&
            !visit_fragment(text, visit, opaque, error))
            return false;
    }
    return true;
}

static bool
check_element(xmlNode *node, void *opaque, GError **error)
{
    static const char *const attributes[] = {"target", "size", NULL};
    g_autofree char *target = reader_attribute(node, "target");
    uint64_t size = 0;

    (void)opaque;
    if (!g_str_equal(reader_name(node), "disk")) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the memory driver's metadata has no element <%s>; it has "
                    "<disk target= size=>",
                    reader_name(node));
    }
    if (!reader_only(node, attributes, NULL, error) ||
        !reader_uint(node, "size", size_max, &size, error))
        return false;
    if (!target || size == 0 || size % SECTOR != 0) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<disk> of the memory driver's metadata needs a target and "
                    "a size in bytes, a multiple of %d",
                    SECTOR);
    }
    return true;
}

bool
test_xml_check(const DomainDef *def, GError **error)
{
    return visit_metadata(def, check_element, NULL, error);
}

typedef struct {
    const char *target;
    uint64_t size;
} SizeSearch;

static bool
find_size(xmlNode *node, void *opaque, GError **error)
{
    SizeSearch *search = opaque;
    g_autofree char *target = reader_attribute(node, "target");

    if (g_strcmp0(target, search->target) != 0)
        return true;
    return reader_uint(node, "size", size_max, &search->size, error);
}

uint64_t
test_xml_disk_size(const DomainDef *def, const char *target)
{
    SizeSearch search = {.target = target};

    /* What cannot be read was refused when the domain was defined. */
    (void)visit_metadata(def, find_size, &search, NULL);
    return search.size;
}

/* ---- the node's file ---- */

void
test_domain_free(TestDomain *domain)
{
    if (!domain)
        return;
    domain_def_free(domain->def);
    g_free(domain);
}

/* Bounded before it is parsed, as every file that somebody else wrote. */
static char *
read_file(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_auto(AutoFd) folder_fd = fd_open_folder(folder, error);

    return folder_fd < 0 ? NULL
                         : atomic_file_read(folder_fd, name, NODE_FILE_LIMIT,
                                            NULL, error);
}

/* <runstate> or <transient>; libvirt has more, which are nothing to us. */
static bool
read_addition(xmlNode *node, TestDomain *ret_domain, GError **error)
{
    g_autofree char *text = reader_text(node);
    guint64 state = 0;

    if (g_str_equal(reader_name(node), "transient"))
        ret_domain->is_transient = true;
    if (!g_str_equal(reader_name(node), "runstate"))
        return true;
    if (!g_ascii_string_to_unsigned(text, 10, VIR_DOMAIN_RUNNING,
                                    VIR_DOMAIN_CRASHED, &state, NULL)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<runstate> is '%.32s': expected a virDomainState from %d "
                    "to %d",
                    text, VIR_DOMAIN_RUNNING, VIR_DOMAIN_CRASHED);
    }
    ret_domain->state = (int)state;
    return true;
}

/* libvirt's additions are no part of the domain: they are read and taken out,
 * and what is left must be a domain. */
static bool
take_additions(xmlNode *domain, TestDomain *ret_domain, GError **error)
{
    xmlNode *node = reader_first(domain, NULL);

    while (node) {
        xmlNode *next = reader_next(node, NULL);
        const char *space = reader_namespace(node);

        if (space && g_str_equal(space, TEST_LIBVIRT_NAMESPACE)) {
            if (!read_addition(node, ret_domain, error))
                return false;
            reader_remove(node);
        }
        node = next;
    }
    return true;
}

static bool
read_domain(xmlNode *node, TestDomain *ret_domain, GError **error)
{
    g_autofree char *text = NULL;

    if (!take_additions(node, ret_domain, error))
        return false;
    text = reader_dump(node);
    ret_domain->def = domain_xml_parse(text, error);
    if (!ret_domain->def || !test_xml_check(ret_domain->def, error))
        return false;
    if (ret_domain->is_transient && ret_domain->state == VIR_DOMAIN_SHUTOFF) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "domain '%s' is transient and shut off, so it is not there",
                    ret_domain->def->name);
    }
    return true;
}

/* <domain file='...'/>: relative to the file that names it. */
static bool
read_domain_file(const char *node_path, const char *file,
                 TestDomain *ret_domain, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(node_path);
    g_autofree char *path = g_path_is_absolute(file)
                                ? g_strdup(file)
                                : g_build_filename(folder, file, NULL);
    g_autofree char *text = read_file(path, error);
    g_autoptr(XmlDocument) document =
        text ? reader_parse(text, "domain", "domain", error) : NULL;

    if (document && read_domain(reader_root(document), ret_domain, error))
        return true;
    g_prefix_error(error, "'%s': ", path);
    return false;
}

/* Read at once and as a whole: what opens a host finds all of its domains,
 * or none. */
GPtrArray *
test_xml_read_node(const char *path, GError **error)
{
    g_autofree char *text = read_file(path, error);
    g_autoptr(XmlDocument) document =
        text ? reader_parse(text, "node", "node", error) : NULL;
    g_autoptr(GPtrArray) domains =
        g_ptr_array_new_with_free_func((GDestroyNotify)test_domain_free);

    if (!document)
        return NULL;
    /* Networks, pools and the like are libvirt's, and nothing to us. */
    for (xmlNode *node = reader_first(reader_root(document), "domain"); node;
         node = reader_next(node, "domain")) {
        TestDomain *domain = g_new0(TestDomain, 1);
        g_autofree char *file = reader_attribute(node, "file");

        g_ptr_array_add(domains, domain);
        domain->state = VIR_DOMAIN_RUNNING;
        if (!(file ? read_domain_file(path, file, domain, error)
                   : read_domain(node, domain, error)))
            return NULL;
    }
    return g_steal_pointer(&domains);
}

/* ---- faults ---- */

void
test_fault_free(TestFault *fault)
{
    if (!fault)
        return;
    g_free(fault->disk);
    g_free(fault->bitmap);
    g_free(fault->name);
    g_free(fault->message);
    g_free(fault->reason);
    g_free(fault);
}

/* In the order of TestFaultType. */
static const struct {
    const char *word;
    const char *attributes[5]; /* besides type; NULL-terminated */
} fault_kinds[] = {
    {"backup-fail", {"bytes"}},
    {"backup-hold", {"bytes"}},
    {"backup-release", {NULL}},
    {"bitmap-missing", {"disk", "bitmap"}},
    {"bitmap-inconsistent", {"disk", "bitmap"}},
    {"crash", {NULL}},
    {"call", {"name", "code", "message"}},
    {"block-job-fail", {"bytes"}},
    {"io-error", {"disk", "action", "reason"}},
    {"agent", {"state"}},
    {"memory-fail", {"bytes"}},
    {"memory-hold", {"bytes"}},
    {"memory-release", {NULL}},
};

static bool
parse_fault_type(xmlNode *root, TestFault *fault, GError **error)
{
    const char *words[G_N_ELEMENTS(fault_kinds) + 1] = {NULL};
    const char *known[6] = {"type"};
    int type = -1;

    for (gsize i = 0; i < G_N_ELEMENTS(fault_kinds); i++)
        words[i] = fault_kinds[i].word;
    if (!reader_choice(root, "type", words, &type, error))
        return false;
    if (type < 0)
        return fail(error, VIR_ERR_XML_ERROR, "a <fault> has no type");
    fault->type = (TestFaultType)type;
    for (gsize i = 0; fault_kinds[type].attributes[i]; i++)
        known[i + 1] = fault_kinds[type].attributes[i];
    return reader_only(root, known, NULL, error);
}

/* What the kind needs is there; of the rest reader_only() has seen that it is
 * not. */
static bool
check_fault(const TestFault *fault, GError **error)
{
    bool has_disk = fault->type == TEST_FAULT_IO_ERROR;
    bool is_bitmap = fault->type == TEST_FAULT_BITMAP_MISSING ||
                     fault->type == TEST_FAULT_BITMAP_INCONSISTENT;

    if (is_bitmap && (!fault->disk || !fault->bitmap)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a <fault> of a bitmap needs its disk and its name");
    }
    if (has_disk && !fault->disk) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a <fault> of a disk needs its name");
    }
    if (fault->type == TEST_FAULT_CALL && (!fault->name || fault->code == 0)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a <fault> of a call needs its name and a code");
    }
    return true;
}

/* In the order of virDomainEventIOErrorAction; and of an agent's going. */
static bool
read_choice(xmlNode *root, TestFault *fault, GError **error)
{
    static const char *const actions[] = {"none", "pause", "report", NULL};
    static const char *const states[] = {"connected", "disconnected", NULL};

    if (fault->type == TEST_FAULT_IO_ERROR)
        return reader_choice(root, "action", actions, &fault->choice, error);
    if (fault->type == TEST_FAULT_AGENT)
        return reader_choice(root, "state", states, &fault->choice, error);
    return true;
}

TestFault *
test_xml_parse_fault(const char *text, GError **error)
{
    g_autoptr(XmlDocument) document =
        reader_parse(text, "fault", "fault", error);
    g_autoptr(TestFault) fault = g_new0(TestFault, 1);
    xmlNode *root = document ? reader_root(document) : NULL;
    uint64_t code = 0;

    if (!document || !parse_fault_type(root, fault, error) ||
        !reader_uint(root, "bytes", INT64_MAX, &fault->bytes, error) ||
        !reader_uint(root, "code", INT16_MAX, &code, error) ||
        !read_choice(root, fault, error))
        return NULL;
    fault->code = (int)code;
    fault->disk = reader_attribute(root, "disk");
    fault->bitmap = reader_attribute(root, "bitmap");
    fault->name = reader_attribute(root, "name");
    fault->message = reader_attribute(root, "message");
    fault->reason = reader_attribute(root, "reason");
    return check_fault(fault, error) ? g_steal_pointer(&fault) : NULL;
}
