/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/char_xml.h"

#include "base/error.h"

#include <string.h>

enum { SERIAL_PORT_MAX = 3, CONSOLE_PORT_MAX = 30, CHANNEL_NAME_MAX = 255 };

#define AGENT_CHANNEL "org.qemu.guest_agent.0"

/* In the order of CharType and CharDevice. */
static const char *const types[] = {"pty", "file", "unix", "null", NULL};
static const char *const elements[] = {"serial", "console", "channel"};

/* ---- source ---- */

/* A channel's socket that somebody chose at a start, and that has no meaning in
 * a definition: libvirt's own folders, and the agent's of any running domain.
 * Our own status files mark it. */
static bool
is_chosen_path(xmlNode *source, const DomainChar *chr, const DomainParse *parse)
{
    g_autofree char *generated = reader_attribute(source, "generated");

    if (chr->device != CHAR_CHANNEL || !chr->is_server || !chr->path)
        return false;
    if (parse->is_status)
        return g_strcmp0(generated, "yes") == 0;
    return g_str_has_prefix(chr->path, "/var/lib/libvirt/qemu/channel/") ||
           g_str_has_prefix(chr->path, "/run/libvirt/qemu/channel/") ||
           (parse->is_live && g_strcmp0(chr->name, AGENT_CHANNEL) == 0);
}

/* Which attributes there are depends on the type: an 'append' beside a
 * socket is somebody's mistake. */
static bool
read_source_words(xmlNode *node, const DomainParse *parse, DomainChar *chr,
                  GError **error)
{
    static const char *const of_file[] = {"path", "append", NULL};
    static const char *const of_unix[] = {"path", "mode", "generated", NULL};
    static const char *const of_pty[] = {"path", NULL};
    static const char *const *const known[] = {of_pty, of_file, of_unix, NULL};
    static const char *const modes[] = {"bind", "connect", NULL};
    g_autofree char *generated = reader_attribute(node, "generated");
    int mode = chr->device == CHAR_CHANNEL ? 0 : 1;

    /* Ours alone: a definition that has it was taken from a state folder, and
     * would lose its socket at the next start. */
    if (generated && !parse->is_status) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the attribute 'generated' of <source> is not supported");
    }
    if (!part_only(node, known[chr->type], NULL, error) ||
        !part_choice(node, "mode", modes, &mode, error) ||
        !part_switch(node, "append", &chr->append, error) ||
        !part_path(node, "path", &chr->path, error))
        return false;
    chr->is_server = mode == 0;
    return true;
}

/* A missing path is an error but for the channel's socket, which is ours to
 * choose. */
static bool
read_source(xmlNode *node, const DomainParse *parse, DomainChar *chr,
            GError **error)
{
    /* The default differs by device, as in libvirt: a channel is listened on, a
     * serial port connects. */
    chr->is_server = chr->device == CHAR_CHANNEL;
    if (node && !read_source_words(node, parse, chr, error))
        return false;
    /* A pty's path is known only while it is open. */
    if (chr->path &&
        (chr->type == CHAR_PTY || is_chosen_path(node, chr, parse))) {
        if (parse->is_status)
            chr->live_path = g_steal_pointer(&chr->path);
        g_clear_pointer(&chr->path, g_free);
        return true;
    }
    if (!chr->path && (chr->type == CHAR_FILE || chr->type == CHAR_UNIX) &&
        !(chr->type == CHAR_UNIX && chr->device == CHAR_CHANNEL &&
          chr->is_server)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<%s type='%s'> needs <source path='...'>",
                    elements[chr->device], types[chr->type]);
    }
    return true;
}

/* Required by libvirt, too: there is no type that nobody would be surprised
 * by. */
static bool
read_type(xmlNode *node, CharType *ret_type, GError **error)
{
    int type = -1;

    if (!part_choice(node, "type", types, &type, error))
        return false;
    if (type < 0) {
        return fail(error, VIR_ERR_XML_ERROR, "a <%s> has no type",
                    reader_name(node));
    }
    *ret_type = (CharType)type;
    return true;
}

/* ---- <serial> ---- */

/* For serials and for consoles alike; NULL: it is free. */
static DomainChar *
find_port(const GPtrArray *array, unsigned port)
{
    for (guint i = 0; i < array->len; i++) {
        DomainChar *chr = array->pdata[i];

        if (chr->port == port)
            return chr;
    }
    return NULL;
}

/* The port that was given, or the first free one. */
static bool
choose_port(const GPtrArray *serials, xmlNode *target, unsigned *ret_port,
            GError **error)
{
    g_autofree char *text = target ? reader_attribute(target, "port") : NULL;
    unsigned port = 0;

    /* Ends: there are at most as many ports as there are elements. */
    while (!text && find_port(serials, port))
        port++;
    if (target && !part_unsigned(target, "port", SERIAL_PORT_MAX, &port, error))
        return false;
    if (port > SERIAL_PORT_MAX) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "more than %d serial ports are not supported",
                    SERIAL_PORT_MAX + 1);
    }
    if (find_port(serials, port)) {
        return fail(error, VIR_ERR_XML_ERROR, "two <serial> have the port %u",
                    port);
    }
    *ret_port = port;
    return true;
}

/* PCI and USB serial cards are other devices; only the PC's own ports are
 * known. */
static bool
read_serial_target(xmlNode *node, GError **error)
{
    static const char *const attributes[] = {"type", "port", NULL};
    static const char *const children[] = {"model", NULL};
    static const char *const target_types[] = {"isa-serial", NULL};
    static const char *const model_attributes[] = {"name", NULL};
    xmlNode *model = node ? reader_first(node, "model") : NULL;
    int word;

    return !node ||
           (part_only(node, attributes, children, error) &&
            part_choice(node, "type", target_types, &word, error) &&
            (!model ||
             (part_only(model, model_attributes, NULL, error) &&
              part_choice(model, "name", target_types, &word, error))));
}

/* An ISA address is where the machine puts the port anyhow. */
static const char *const char_children[] = {"source", "target", "alias",
                                            "address", NULL};

/* Of the four that a PC has.  The order counts: port and alias follow from it
 * where they were not given. */
bool
char_xml_parse_serial(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"type", NULL};
    GPtrArray *serials = parse->def->devices->serials;
    xmlNode *target = reader_first(node, "target");
    unsigned port = 0;
    DomainChar *chr;
    CharType type = CHAR_PTY;

    if (!read_type(node, &type, error) ||
        !part_only(node, attributes, char_children, error) ||
        !part_no_address(node, "isa", error) ||
        !read_serial_target(target, error) ||
        !choose_port(serials, target, &port, error))
        return false;
    chr = domain_char_new(CHAR_SERIAL, type);
    chr->port = port;
    g_ptr_array_add(serials, chr);
    part_alias(node, parse, &chr->alias);
    return read_source(reader_first(node, "source"), parse, chr, error);
}

/* ---- <console> ---- */

/* The first console of type serial: a serial, or a view of the one there is. */
static bool
read_serial_console(xmlNode *node, bool is_first, CharType type,
                    DomainParse *parse, GError **error)
{
    GPtrArray *serials = parse->def->devices->serials;
    DomainChar *chr;

    if (!is_first) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "only the first <console> can be of type 'serial'");
    }
    /* Its source is then only a repetition, and not read: the serial's own
     * counts. */
    if (serials->len > 0)
        return true;
    chr = domain_char_new(CHAR_SERIAL, type);
    g_ptr_array_add(serials, chr);
    part_alias(node, parse, &chr->alias);
    return read_source(reader_first(node, "source"), parse, chr, error);
}

/* Needs the same controller as the channels (domain_complete.c adds it). */
static bool
read_virtio_console(xmlNode *node, CharType type, DomainParse *parse,
                    GError **error)
{
    GPtrArray *consoles = parse->def->devices->consoles;
    DomainChar *chr = domain_char_new(CHAR_CONSOLE, type);

    /* A port counts the consoles, and a serial's view is the first of them;
     * what was given is only their order. */
    chr->port = consoles->len + (parse->def->devices->serials->len > 0 ? 1 : 0);
    g_ptr_array_add(consoles, chr);
    part_alias(node, parse, &chr->alias);
    return part_no_address(node, "virtio-serial", error) &&
           read_source(reader_first(node, "source"), parse, chr, error);
}

/* The target's type decides what this is; without one it is the serial kind,
 * as libvirt has it for a PC. */
bool
char_xml_parse_console(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"type", "tty", NULL};
    static const char *const target_attributes[] = {"type", "port", NULL};
    static const char *const target_types[] = {"serial", "virtio", NULL};
    xmlNode *target = reader_first(node, "target");
    /* By the element's place: the first of type serial may stand behind one of
     * type virtio, and is then no view of anything. */
    xmlNode *first = reader_first((xmlNode *)node->parent, "console");
    unsigned port = 0;
    int target_type = 0;
    CharType type = CHAR_PTY;

    if (!read_type(node, &type, error) ||
        !part_only(node, attributes, char_children, error))
        return false;
    if (target &&
        (!part_only(target, target_attributes, NULL, error) ||
         !part_choice(target, "type", target_types, &target_type, error) ||
         !part_unsigned(target, "port", CONSOLE_PORT_MAX, &port, error)))
        return false;
    if (target_type == 0)
        return read_serial_console(node, node == first, type, parse, error);
    return read_virtio_console(node, type, parse, error);
}

/* ---- <channel> ---- */

/* The name is how the guest finds the port, in /dev/virtio-ports. */
static bool
read_channel_target(xmlNode *node, DomainChar *chr, GError **error)
{
    static const char *const attributes[] = {"type", "name", "state", NULL};
    static const char *const target_types[] = {"virtio", NULL};
    int type = -1;

    if (node && (!part_choice(node, "type", target_types, &type, error) ||
                 !part_only(node, attributes, NULL, error) ||
                 !part_text(node, "name", &chr->name, error)))
        return false;
    if (type < 0 || !chr->name || *chr->name == '\0') {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<channel> needs <target type='virtio' name='...'/>");
    }
    if (strlen(chr->name) > CHANNEL_NAME_MAX) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the channel name '%.64s...' is longer than %d bytes",
                    chr->name, CHANNEL_NAME_MAX);
    }
    return true;
}

/* QEMU would refuse the second, but only once it runs. */
static bool
check_channel_name(const GPtrArray *channels, const DomainChar *chr,
                   GError **error)
{
    for (guint i = 0; i < channels->len; i++) {
        const DomainChar *other = channels->pdata[i];

        if (other != chr && strcmp(other->name, chr->name) == 0) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "two channels have the name '%s'", chr->name);
        }
    }
    return true;
}

/* An address may be there, and QEMU numbers the ports in order. */
bool
char_xml_parse_channel(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"type", NULL};
    GPtrArray *channels = parse->def->devices->channels;
    DomainChar *chr;
    CharType type = CHAR_PTY;

    if (!read_type(node, &type, error) ||
        !part_only(node, attributes, char_children, error) ||
        !part_no_address(node, "virtio-serial", error))
        return false;
    chr = domain_char_new(CHAR_CHANNEL, type);
    g_ptr_array_add(channels, chr);
    part_alias(node, parse, &chr->alias);
    return read_channel_target(reader_first(node, "target"), chr, error) &&
           check_channel_name(channels, chr, error) &&
           read_source(reader_first(node, "source"), parse, chr, error);
}

/* ---- writing ---- */

/* In a status file a socket that was chosen is marked: from its path alone
 * nobody could tell, and a definition must not take it over. */
static void
put_source(Writer *writer, const DomainChar *chr, DomainFormatFlags flags)
{
    bool is_live = chr->live_path && !(flags & DOMAIN_FORMAT_INACTIVE);
    const char *path = is_live ? chr->live_path : chr->path;

    /* Nothing known, or nothing to know. */
    if (!path && chr->type != CHAR_UNIX)
        return;
    if (!path && chr->device == CHAR_CHANNEL && chr->is_server)
        return;
    writer_open(writer, "source");
    if (chr->type == CHAR_UNIX)
        writer_attribute(writer, "mode", chr->is_server ? "bind" : "connect");
    writer_attribute(writer, "path", path);
    put_switch(writer, "append", chr->append);
    if (is_live && chr->type == CHAR_UNIX && flags & DOMAIN_FORMAT_STATUS)
        writer_attribute(writer, "generated", "yes");
    writer_close(writer);
}

/* @element and @target: what it is written as. */
static void
put_char(Writer *writer, const DomainChar *chr, const char *element,
         const char *target, DomainFormatFlags flags)
{
    writer_open(writer, element);
    writer_attribute(writer, "type", types[chr->type]);
    /* The old place of the pty's path, where programs still look. */
    if (strcmp(element, "console") == 0 && chr->type == CHAR_PTY &&
        !(flags & DOMAIN_FORMAT_INACTIVE))
        writer_attribute(writer, "tty", chr->live_path);
    put_source(writer, chr, flags);
    writer_open(writer, "target");
    writer_attribute(writer, "type", target);
    if (chr->device == CHAR_CHANNEL) {
        writer_attribute(writer, "name", chr->name);
    } else {
        writer_attribute_uint(writer, "port", chr->port);
    }
    if (strcmp(element, "serial") == 0) {
        writer_open(writer, "model");
        writer_attribute(writer, "name", "isa-serial");
        writer_close(writer);
    }
    writer_close(writer);
    put_alias(writer, chr->alias, flags);
    writer_close(writer);
}

/* In libvirt's order: serials, the view of the first, consoles, channels. */
void
char_xml_format(Writer *writer, const DomainDevices *devices,
                DomainFormatFlags flags)
{
    for (guint i = 0; i < devices->serials->len; i++) {
        put_char(writer, devices->serials->pdata[i], "serial", "isa-serial",
                 flags);
    }
    /* The view, as libvirt writes it: programs that look for a console find
     * one. */
    if (devices->serials->len > 0) {
        put_char(writer, devices->serials->pdata[0], "console", "serial",
                 flags);
    }
    for (guint i = 0; i < devices->consoles->len; i++) {
        put_char(writer, devices->consoles->pdata[i], "console", "virtio",
                 flags);
    }
    for (guint i = 0; i < devices->channels->len; i++) {
        put_char(writer, devices->channels->pdata[i], "channel", "virtio",
                 flags);
    }
}
