/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/domain_xml.h"

#include "base/error.h"
#include "model/domain_devices.h"
#include "xml/char_xml.h"
#include "xml/controller_xml.h"
#include "xml/device_xml.h"
#include "xml/disk_xml.h"
#include "xml/domain/metadata_xml.h"
#include "xml/domain_complete.h"
#include "xml/domain_parts.h"
#include "xml/fragment.h"
#include "xml/machine_xml.h"
#include "xml/schema.h"

#include <limits.h>
#include <string.h>

#define QEMU_NAMESPACE "http://libvirt.org/schemas/domain/qemu/1.0"

/* A definition is embedded in checkpoints and status files, whose readers have
 * the reader's limits too: leave them room for their own part. */
enum {
    DOMAIN_XML_LIMIT = READER_LIMIT / 4,
    VCPUS_MAX = 1024,
};

static const uint64_t memory_max_kib = (uint64_t)1 << 40; /* 1 PiB */

typedef bool (*ParsePart)(xmlNode *node, DomainParse *parse, GError **error);

typedef struct {
    const char *name;
    ParsePart parse;
} Part;

/* ---- children of <domain> ---- */

/* It becomes a file's name and part of messages. */
static bool
parse_name(xmlNode *node, DomainParse *parse, GError **error)
{
    parse->def->name = reader_text(node);
    return domain_name_check(parse->def->name, error);
}

/* All zeroes is accepted, as libvirt does: it is a UUID, if a poor one. */
static bool
parse_uuid(xmlNode *node, DomainParse *parse, GError **error)
{
    g_autofree char *text = reader_text(node);

    /* %.64s: a message is no place for a document. */
    if (!uuid_parse(text, parse->def->uuid)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "'%.64s' is not a UUID of 32 hexadecimal digits", text);
    }
    return true;
}

/* A title is shown in lists, a line each. */
static bool
parse_title(xmlNode *node, DomainParse *parse, GError **error)
{
    g_autofree char *text = reader_text(node);

    if (strchr(text, '\n') || strlen(text) > METADATA_TITLE_MAX) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<title> must be one line of at most %d bytes",
                    METADATA_TITLE_MAX);
    }
    if (*text != '\0')
        parse->def->title = g_steal_pointer(&text);
    return true;
}

/* May have lines; it is shown by itself. */
static bool
parse_description(xmlNode *node, DomainParse *parse, GError **error)
{
    g_autofree char *text = reader_text(node);

    if (strlen(text) > METADATA_DESCRIPTION_MAX) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<description> is longer than %d bytes",
                    METADATA_DESCRIPTION_MAX);
    }
    if (*text != '\0')
        parse->def->description = g_steal_pointer(&text);
    return true;
}

/* What says nothing about the machine is kept as it came. */
static bool
parse_echoed(xmlNode *node, DomainParse *parse, GError **error)
{
    /* It is written again inside other documents (a checkpoint in a record),
     * and must not run into their bound there. */
    if (fragment_depth(node) > FRAGMENT_DEPTH_MAX) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<%s> is nested deeper than %d levels", reader_name(node),
                    FRAGMENT_DEPTH_MAX);
    }
    g_ptr_array_add(parse->def->echoed, reader_dump(node));
    return true;
}

/* Bytes in one @unit; 0 if there is no such unit. */
static uint64_t
bytes_of_unit(const char *unit)
{
    static const struct {
        const char *names[4];
        uint64_t bytes;
    } units[] = {
        {{"b", "bytes"}, 1},
        {{"KB"}, 1000},
        {{"k", "K", "KiB"}, UINT64_C(1) << 10},
        {{"MB"}, 1000000},
        {{"m", "M", "MiB"}, UINT64_C(1) << 20},
        {{"GB"}, 1000000000},
        {{"g", "G", "GiB"}, UINT64_C(1) << 30},
        {{"TB"}, UINT64_C(1000000000000)},
        {{"t", "T", "TiB"}, UINT64_C(1) << 40},
    };

    for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
        for (guint n = 0; n < 4 && units[i].names[n]; n++) {
            if (strcmp(units[i].names[n], unit) == 0)
                return units[i].bytes;
        }
    }
    return 0;
}

/* Rounded up: a machine never has less than it was given. */
static bool
read_memory(xmlNode *node, uint64_t *ret_kib, GError **error)
{
    static const char *const attributes[] = {"unit", NULL};
    g_autofree char *text = reader_text(node);
    g_autofree char *unit = reader_attribute(node, "unit");
    /* KiB when nothing is said, as in libvirt. */
    uint64_t unit_bytes = bytes_of_unit(unit ? unit : "KiB");
    guint64 number;
    guint64 bytes;

    if (!part_only(node, attributes, NULL, error))
        return false;
    if (unit_bytes == 0) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<%s unit='%.32s'>: no such unit; use KiB, MiB or GiB",
                    reader_name(node), unit);
    }
    /* The product is checked before it is used: 2^60 TiB is a number somebody
     * may write. */
    if (!g_ascii_string_to_unsigned(text, 10, 1, UINT64_MAX, &number, NULL) ||
        !g_uint64_checked_mul(&bytes, number, unit_bytes) ||
        bytes / 1024 > memory_max_kib) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<%s> is '%.32s': expected a number from 1 to what makes "
                    "1 PiB",
                    reader_name(node), text);
    }
    *ret_kib = bytes / 1024 + (bytes % 1024 != 0);
    return true;
}

static bool
parse_memory(xmlNode *node, DomainParse *parse, GError **error)
{
    return read_memory(node, &parse->def->memory_kib, error);
}

static bool
parse_current_memory(xmlNode *node, DomainParse *parse, GError **error)
{
    return read_memory(node, &parse->def->current_memory_kib, error);
}

/* Hotplug and pinning would have to be held by somebody. */
static bool
parse_vcpu(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"placement", "current", NULL};
    static const char *const placements[] = {"static", NULL};
    g_autofree char *text = reader_text(node);
    unsigned current = 0;
    int placement = 0;
    guint64 count;

    if (!part_only(node, attributes, NULL, error) ||
        !part_choice(node, "placement", placements, &placement, error) ||
        !part_unsigned(node, "current", VCPUS_MAX, &current, error))
        return false;
    if (!g_ascii_string_to_unsigned(text, 10, 1, VCPUS_MAX, &count, NULL)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<vcpu> is '%.32s': expected a number from 1 to %d", text,
                    VCPUS_MAX);
    }
    /* Equal is what libvirt writes for a machine without hotplug. */
    if (current != 0 && current != count) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<vcpu current='%u'> other than its %u vCPUs is not "
                    "supported",
                    current, (unsigned)count);
    }
    parse->def->vcpus = (unsigned)count;
    return true;
}

/* ---- <devices> ---- */

/* Whoever may define a machine may choose what runs it, as with libvirt; it
 * is started as the same user. */
static bool
parse_emulator(xmlNode *node, DomainParse *parse, GError **error)
{
    g_autofree char *path = reader_text(node);

    if (!part_only(node, NULL, NULL, error))
        return false;
    if (*path == '\0')
        return true;
    if (!part_check_path(path, "<emulator>", error))
        return false;
    parse->def->devices->emulator = g_steal_pointer(&path);
    return true;
}

/* libvirt adds one of type none, which is nothing at all. */
static bool
parse_audio(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const types[] = {"none", NULL};
    int type = -1;

    if (!part_choice(node, "type", types, &type, error))
        return false;
    if (type < 0)
        return fail(error, VIR_ERR_XML_ERROR, "an <audio> has no type");
    return parse_echoed(node, parse, error);
}

/* Read in a second round: see char_xml.h. */
static bool
parse_console_later(xmlNode *node, DomainParse *parse, GError **error)
{
    (void)node;
    (void)parse;
    (void)error;
    return true;
}

/* Names as part_only() takes them. */
static const Part device_parts[] = {
    {"emulator", parse_emulator},
    {"*disk", disk_xml_parse},
    {"*controller", controller_xml_parse},
    {"*interface", device_xml_parse_interface},
    {"*serial", char_xml_parse_serial},
    {"*console", parse_console_later},
    {"*channel", char_xml_parse_channel},
    {"*input", device_xml_parse_input},
    {"*graphics", device_xml_parse_graphics},
    {"*audio", parse_audio},
    {"*video", device_xml_parse_video},
    {"*rng", device_xml_parse_rng},
    {"memballoon", device_xml_parse_balloon},
    {NULL, NULL},
};

/* A name may have a '*' before it: see part_only(). */
static const Part *
find_part(const Part *parts, const xmlNode *node)
{
    for (; parts->name; parts++) {
        const char *name = parts->name + (*parts->name == '*');

        if (!reader_namespace(node) && strcmp(name, reader_name(node)) == 0)
            return parts;
    }
    return NULL;
}

/* Refuses children that are not in @parts before any of them is read, apart
 * from @extra (nullable). */
static bool
parse_children(xmlNode *parent, const char *const *attributes,
               const Part *parts, const char *extra, DomainParse *parse,
               GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();

    for (const Part *part = parts; part->name; part++)
        g_ptr_array_add(names, (gpointer)part->name);
    /* NULL ends the list a little earlier, no more. */
    g_ptr_array_add(names, (gpointer)extra);
    g_ptr_array_add(names, NULL);
    if (!part_only(parent, attributes, (const char *const *)names->pdata,
                   error))
        return false;
    for (xmlNode *node = reader_first(parent, NULL); node;
         node = reader_next(node, NULL)) {
        const Part *part = find_part(parts, node);

        if (part && !part->parse(node, parse, error))
            return false;
    }
    return true;
}

/* In two rounds, since what the first console is depends on the serials. */
static bool
parse_devices(xmlNode *node, DomainParse *parse, GError **error)
{
    if (!parse_children(node, NULL, device_parts, NULL, parse, error))
        return false;
    /* After all the serials: the first console may be a view of one. */
    for (xmlNode *console = reader_first(node, "console"); console;
         console = reader_next(console, "console")) {
        if (!char_xml_parse_console(console, parse, error))
            return false;
    }
    return true;
}

/* ---- <qemu:commandline> ---- */

/* An '=' in the name would set another variable. */
static bool
is_environment_name(const char *name)
{
    if (g_ascii_isdigit(*name) || *name == '\0')
        return false;
    for (; *name; name++) {
        if (!g_ascii_isalnum(*name) && *name != '_')
            return false;
    }
    return true;
}

/* Passed on untouched: that is what the element is for. */
static bool
parse_qemu_argument(xmlNode *node, DomainDevices *devices, GError **error)
{
    static const char *const attributes[] = {"value", NULL};
    g_autofree char *value = NULL;

    if (!part_only(node, attributes, NULL, error) ||
        !part_text(node, "value", &value, error))
        return false;
    if (!value)
        return fail(error, VIR_ERR_XML_ERROR, "a <qemu:arg> has no value");
    g_ptr_array_add(devices->qemu_arguments, g_steal_pointer(&value));
    return true;
}

/* For the process of QEMU alone.  A variable without a value is set and
 * empty. */
static bool
parse_qemu_environment(xmlNode *node, DomainDevices *devices, GError **error)
{
    static const char *const attributes[] = {"name", "value", NULL};
    g_autofree char *name = NULL;
    g_autofree char *value = NULL;

    if (!part_only(node, attributes, NULL, error) ||
        !part_text(node, "name", &name, error) ||
        !part_text(node, "value", &value, error))
        return false;
    if (!name || !is_environment_name(name)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the name of a <qemu:env> must be letters, digits and _");
    }
    g_ptr_array_add(devices->qemu_environment,
                    qemu_environment_new(name, value));
    return true;
}

/* Arguments and variables may come in any order. */
static bool
parse_commandline(xmlNode *node, DomainDevices *devices, GError **error)
{
    static const char *const children[] = {"*" QEMU_NAMESPACE " arg",
                                           "*" QEMU_NAMESPACE " env", NULL};

    if (!part_only(node, NULL, children, error))
        return false;
    for (xmlNode *child = reader_first(node, NULL); child;
         child = reader_next(child, NULL)) {
        bool is_argument = strcmp(reader_name(child), "arg") == 0;

        if (!(is_argument ? parse_qemu_argument(child, devices, error)
                          : parse_qemu_environment(child, devices, error)))
            return false;
    }
    return true;
}

/* libvirt's way to give QEMU arguments that it does not know; whoever may
 * define a machine may run programs as this user anyhow. */
static bool
parse_commandlines(xmlNode *root, DomainParse *parse, GError **error)
{
    for (xmlNode *node = reader_first(root, NULL); node;
         node = reader_next(node, NULL)) {
        /* The only child in a namespace that got this far. */
        if (reader_namespace(node) &&
            !parse_commandline(node, parse->def->devices, error))
            return false;
    }
    return true;
}

/* ---- <domain> ---- */

static const Part domain_parts[] = {
    {"name", parse_name},
    {"uuid", parse_uuid},
    {"title", parse_title},
    {"description", parse_description},
    {"metadata", parse_echoed},
    {"memory", parse_memory},
    {"currentMemory", parse_current_memory},
    {"vcpu", parse_vcpu},
    {"iothreads", machine_xml_parse_iothreads},
    {"iothreadids", machine_xml_parse_iothread_ids},
    {"resource", parse_echoed},
    {"os", machine_xml_parse_os},
    {"features", machine_xml_parse_features},
    {"cpu", machine_xml_parse_cpu},
    {"clock", machine_xml_parse_clock},
    {"on_poweroff", machine_xml_parse_action},
    {"on_reboot", machine_xml_parse_action},
    {"on_crash", machine_xml_parse_action},
    {"pm", machine_xml_parse_pm},
    {"devices", parse_devices},
    {"*seclabel", parse_echoed},
    {NULL, NULL},
};

/* The type first, since a document of another hypervisor fails at many
 * places and this is the cause. */
static bool
parse_root(xmlNode *root, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"type", "id", NULL};
    static const char *const types[] = {"qemu", "kvm", "test", NULL};
    static const char *const plain[] = {"name", "uuid", "title", "description",
                                        NULL};
    unsigned id = 0;
    int type = -1;

    if (!part_plain(root, plain, error) ||
        !part_choice(root, "type", types, &type, error) ||
        !part_unsigned(root, "id", INT_MAX, &id, error))
        return false;
    if (type < 0)
        return fail(error, VIR_ERR_XML_ERROR, "<domain> has no type");
    parse->def->type = g_strdup(types[type]);
    /* An id in a definition is what dumpxml of a running machine printed, and
     * nothing of the definition. */
    if (parse->is_status && parse->is_live)
        parse->def->id = (int)id;
    return parse_children(root, attributes, domain_parts,
                          "*" QEMU_NAMESPACE " commandline", parse, error) &&
           parse_commandlines(root, parse, error);
}

/* An RFC 4122 uuid of version 4. */
static void
new_uuid(unsigned char *ret_uuid)
{
    g_autofree char *text = g_uuid_string_random();
    bool is_parsed = uuid_parse(text, ret_uuid);

    g_assert(is_parsed);
}

/* What a document may leave out, and what it may not.  An element that is there
 * and empty counts as given. */
static bool
complete_root(xmlNode *root, DomainDef *def, GError **error)
{
    if (!def->name)
        return fail(error, VIR_ERR_XML_ERROR, "<domain> has no <name>");
    /* By the element and not by zeroes: that would be a UUID, too. */
    if (!reader_first(root, "uuid"))
        new_uuid(def->uuid);
    if (def->memory_kib == 0)
        return fail(error, VIR_ERR_XML_ERROR, "<domain> has no <memory>");
    if (def->current_memory_kib == 0)
        def->current_memory_kib = def->memory_kib;
    if (def->current_memory_kib > def->memory_kib) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<currentMemory> is more than <memory>");
    }
    if (def->vcpus == 0)
        def->vcpus = 1;
    if (!reader_first(root, "os"))
        return fail(error, VIR_ERR_XML_ERROR, "<domain> has no <os>");
    /* A machine without one could be asked to shrink by nobody. */
    if (!reader_first(root, "devices") ||
        !reader_first(reader_first(root, "devices"), "memballoon"))
        def->devices->balloon.is_present = true;
    return domain_complete(def, error);
}

/* Written out, a definition must be readable again, also within another. */
static bool
check_size(const char *text, const DomainDef *def, GError **error)
{
    g_autofree char *written = NULL;
    size_t length = strlen(text);

    /* White space apart, writing adds a constant and some small factor. */
    if (length < DOMAIN_XML_LIMIT / 128)
        return true;
    /* By writing it: how much a document grows when it is written cannot be
     * told from its length (references, indentation, defaults). */
    written = domain_xml_format(def, DOMAIN_FORMAT_STATUS);
    length = MAX(length, strlen(written));
    return length <= DOMAIN_XML_LIMIT ||
           fail(error, VIR_ERR_XML_ERROR,
                "the definition has %zu bytes, the limit is %d", length,
                DOMAIN_XML_LIMIT);
}

/* So that a message about the fifth disk says of which machine. */
static void
prefix_with_name(xmlNode *root, GError **error)
{
    g_autofree char *name = reader_child_text(root, "name");

    /* A name that was refused is in the message, as far as it may be shown. */
    if (name && domain_name_check(name, NULL))
        g_prefix_error(error, "domain '%s': ", name);
}

/* One way for definitions and for our own status files, so that neither can
 * hold what the other would not understand. */
static DomainDef *
parse_document(const char *text, bool is_status, GError **error)
{
    g_autoptr(XmlDocument) document =
        reader_parse(text, "domain", "domain", error);
    /* Filled in by the parts; on any failure all that was read so far is freed
     * with it. */
    g_autoptr(DomainDef) def = domain_def_new();
    DomainParse parse = {.def = def, .is_status = is_status};
    g_autofree char *id = NULL;
    xmlNode *root;

    if (!document)
        return NULL;
    root = reader_root(document);
    id = reader_attribute(root, "id");
    parse.is_live = id != NULL;
    if (parse_root(root, &parse, error) && complete_root(root, def, error) &&
        check_size(text, def, error))
        return g_steal_pointer(&def);
    prefix_with_name(root, error);
    return NULL;
}

DomainDef *
domain_xml_parse(const char *text, GError **error)
{
    return parse_document(text, false, error);
}

/* The reader comes first, since it has the better words; that the text is read
 * twice is the price of keeping the two apart. */
DomainDef *
domain_xml_parse_strict(const char *text, GError **error)
{
    g_autoptr(DomainDef) def = domain_xml_parse(text, error);
    g_autoptr(XmlDocument) document =
        def ? reader_parse(text, "domain", "domain", error) : NULL;

    if (!document || !schema_check(SCHEMA_DOMAIN, document, error))
        return NULL;
    return g_steal_pointer(&def);
}

DomainDef *
domain_xml_parse_status(const char *text, GError **error)
{
    return parse_document(text, true, error);
}

/* ---- writing ---- */

/* The echoed elements called @name. */
static void
put_echoed(Writer *writer, const DomainDef *def, const char *name)
{
    size_t length = strlen(name);

    for (guint i = 0; i < def->echoed->len; i++) {
        /* Fragments begin with '<' and the name.  The character behind it tells
         * "resource" from "resources". */
        const char *text = def->echoed->pdata[i];

        if (strncmp(text + 1, name, length) == 0 &&
            strchr(" />", text[1 + length]))
            writer_raw(writer, text);
    }
}

/* In KiB, libvirt's unit. */
static void
put_memory(Writer *writer, const char *name, uint64_t kib)
{
    g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, kib);

    writer_open(writer, name);
    writer_attribute(writer, "unit", "KiB");
    writer_text(writer, text);
    writer_close(writer);
}

/* In libvirt's order, as everything below. */
static void
put_general(Writer *writer, const DomainDef *def)
{
    char uuid[DOMAIN_UUID_TEXT_SIZE];
    g_autofree char *vcpus = g_strdup_printf("%u", def->vcpus);

    uuid_format(def->uuid, uuid);
    writer_element(writer, "name", def->name);
    writer_element(writer, "uuid", uuid);
    writer_element(writer, "title", def->title);
    writer_element(writer, "description", def->description);
    put_echoed(writer, def, "metadata");
    put_memory(writer, "memory", def->memory_kib);
    put_memory(writer, "currentMemory", def->current_memory_kib);
    writer_open(writer, "vcpu");
    writer_attribute(writer, "placement", "static");
    writer_text(writer, vcpus);
    writer_close(writer);
    if (def->machine->iothreads > 0)
        writer_element_uint(writer, "iothreads", def->machine->iothreads);
    put_echoed(writer, def, "resource");
}

/* Devices by kind, whatever order they came in; within a kind the order
 * counts. */
static void
put_devices(Writer *writer, const DomainDef *def, DomainFormatFlags flags)
{
    const DomainDevices *devices = def->devices;

    writer_open(writer, "devices");
    writer_element(writer, "emulator", devices->emulator);
    for (guint i = 0; i < def->disks->len; i++)
        disk_xml_format(writer, def->disks->pdata[i], flags);
    for (guint i = 0; i < devices->controllers->len; i++)
        controller_xml_format(writer, devices->controllers->pdata[i], flags);
    for (guint i = 0; i < devices->interfaces->len; i++) {
        device_xml_format_interface(writer, devices->interfaces->pdata[i],
                                    flags);
    }
    char_xml_format(writer, devices, flags);
    for (guint i = 0; i < devices->inputs->len; i++)
        device_xml_format_input(writer, devices->inputs->pdata[i], flags);
    for (guint i = 0; i < devices->graphics->len; i++)
        device_xml_format_graphics(writer, devices->graphics->pdata[i], flags);
    put_echoed(writer, def, "audio");
    for (guint i = 0; i < devices->videos->len; i++)
        device_xml_format_video(writer, devices->videos->pdata[i], flags);
    device_xml_format_balloon(writer, &devices->balloon, flags);
    for (guint i = 0; i < devices->rngs->len; i++)
        device_xml_format_rng(writer, devices->rngs->pdata[i], flags);
    writer_close(writer);
}

static bool
has_commandline(const DomainDef *def)
{
    return def->devices->qemu_arguments->len > 0 ||
           def->devices->qemu_environment->len > 0;
}

/* Last, as libvirt has it. */
static void
put_commandline(Writer *writer, const DomainDevices *devices)
{
    writer_open(writer, "qemu:commandline");
    for (guint i = 0; i < devices->qemu_arguments->len; i++) {
        writer_open(writer, "qemu:arg");
        writer_attribute(writer, "value", devices->qemu_arguments->pdata[i]);
        writer_close(writer);
    }
    for (guint i = 0; i < devices->qemu_environment->len; i++) {
        const QemuEnvironment *one = devices->qemu_environment->pdata[i];

        writer_open(writer, "qemu:env");
        writer_attribute(writer, "name", one->name);
        writer_attribute(writer, "value", one->value);
        writer_close(writer);
    }
    writer_close(writer);
}

/* The text is the definition: files hold it, checkpoints embed it, and a copy
 * is made by way of it. */
char *
domain_xml_format(const DomainDef *def, DomainFormatFlags flags)
{
    g_autoptr(Writer) writer = writer_new();

    writer_open(writer, "domain");
    writer_attribute(writer, "type", def->type);
    if (def->id >= 0 && !(flags & DOMAIN_FORMAT_INACTIVE))
        writer_attribute_format(writer, "id", "%d", def->id);
    if (has_commandline(def))
        writer_attribute(writer, "xmlns:qemu", QEMU_NAMESPACE);
    put_general(writer, def);
    machine_xml_format(writer, def->machine);
    put_devices(writer, def, flags);
    put_echoed(writer, def, "seclabel");
    if (has_commandline(def))
        put_commandline(writer, def->devices);
    writer_close(writer);
    return writer_finish(writer);
}

/* Through the text, so that no field can be forgotten in a second place; a
 * definition is copied once a start. */
DomainDef *
domain_def_copy(const DomainDef *def)
{
    g_autofree char *text = domain_xml_format(def, DOMAIN_FORMAT_STATUS);
    g_autoptr(GError) error = NULL;
    DomainDef *copy = domain_xml_parse_status(text, &error);

    /* check_size() has seen to it that what is in memory can be read again. */
    g_assert_no_error(error); /* what we write, we read */
    return copy;
}
