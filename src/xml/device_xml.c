/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/device_xml.h"

#include "base/error.h"

#include <limits.h>
#include <net/if.h>
#include <string.h>

enum {
    MAC_SIZE = 6,
    LISTEN_MAX = 255,
    KEYMAP_MAX = 16,
    HEADS_MAX = 16,
    NETWORK_NAME_MAX = 255,
    VNC_PASSWORD_MAX = 8, /* longer ones are cut short by the protocol */
};

/* ---- <interface> ---- */

/* In the order of InterfaceType. */
static const char *const interface_types[] = {"user", "bridge", "ethernet",
                                              "network", NULL};

/* Kept in one spelling, since it is compared and shown. */
static bool
read_mac(xmlNode *node, DomainInterface *nic, GError **error)
{
    static const char *const attributes[] = {"address", NULL};
    g_autofree char *text = NULL;
    g_auto(GStrv) parts = NULL;
    unsigned char mac[MAC_SIZE];

    if (!node)
        return true;
    if (!part_only(node, attributes, NULL, error))
        return false;
    text = reader_attribute(node, "address");
    parts = g_strsplit(text ? text : "", ":", MAC_SIZE + 1);
    /* The length is asked in each round, before parts[i] is looked at: a
     * shorter list ends there. */
    for (guint i = 0; i < MAC_SIZE; i++) {
        guint64 byte;

        if (g_strv_length(parts) != MAC_SIZE || strlen(parts[i]) > 2 ||
            !g_ascii_string_to_unsigned(parts[i], 16, 0, 255, &byte, NULL)) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "the MAC address '%.64s' is not of the form "
                        "52:54:00:12:34:56",
                        text ? text : "");
        }
        mac[i] = (unsigned char)byte;
    }
    /* An interface cannot have one of its own; QEMU would take it, and no frame
     * would come back. */
    if (mac[0] & 1) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the MAC address '%s' is a multicast address", text);
    }
    nic->mac = g_strdup_printf("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
                               mac[2], mac[3], mac[4], mac[5]);
    return true;
}

/* What the interface hangs on. */
static bool
read_interface_source(xmlNode *node, DomainInterface *nic, GError **error)
{
    static const char *const bridge[] = {"bridge", NULL};
    static const char *const network[] = {"network", "bridge", "portid", NULL};
    bool is_bridge = nic->type == INTERFACE_BRIDGE;
    bool is_network = nic->type == INTERFACE_NETWORK;
    const char *const *attributes = is_bridge    ? bridge
                                    : is_network ? network
                                                 : NULL;

    /* part_name(): the helper gets the bridge's name as an argument, and the
     * kernel takes 15 characters.  That of a network, and libvirt's port in it,
     * are of a run: the next one looks again. */
    if (node &&
        (!part_only(node, attributes, NULL, error) ||
         !part_name(node, "bridge", IFNAMSIZ - 1, &nic->bridge, error) ||
         !part_name(node, "network", NETWORK_NAME_MAX, &nic->network, error)))
        return false;
    if (is_network && !nic->network) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "an interface of type 'network' needs <source network=>");
    }
    if (is_bridge && !nic->bridge) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "an interface of type 'bridge' needs <source bridge=>");
    }
    return true;
}

/* QEMU's bridge helper picks the names of its taps, so a name that libvirt had
 * picked ("vnet0") is dropped and any other cannot be had. */
static bool
settle_interface_target(DomainInterface *nic, GError **error)
{
    if (nic->target && g_str_has_prefix(nic->target, "vnet")) {
        g_clear_pointer(&nic->target, g_free);
    }
    if (nic->target && nic->type != INTERFACE_ETHERNET) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<target dev='%s'> of an interface of type '%s' is not "
                    "supported, only of type 'ethernet'",
                    nic->target, interface_types[nic->type]);
    }
    return true;
}

/* Only 'ethernet' may name its tap: the others' are made, and named, by
 * somebody else. */
static bool
read_interface_target(xmlNode *node, DomainInterface *nic, GError **error)
{
    static const char *const attributes[] = {"dev", "managed", NULL};
    Switch managed = SWITCH_ON;

    if (node && (!part_only(node, attributes, NULL, error) ||
                 !part_name(node, "dev", IFNAMSIZ - 1, &nic->target, error) ||
                 !part_switch(node, "managed", &managed, error)))
        return false;
    if (nic->type == INTERFACE_ETHERNET) {
        nic->is_managed = managed == SWITCH_ON;
        if (!nic->target) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "an interface of type 'ethernet' needs <target dev=>");
        }
        return true;
    }
    return settle_interface_target(nic, error);
}

/* NULL, for the default, is filled in by domain_complete(). */
static bool
read_interface_model(xmlNode *node, DomainInterface *nic, GError **error)
{
    static const char *const attributes[] = {"type", NULL};
    static const char *const models[] = {"virtio", "e1000", "e1000e", "rtl8139",
                                         NULL};

    return !node || (part_only(node, attributes, NULL, error) &&
                     part_word(node, "type", models, &nic->model, error));
}

/* Whether the cable is in. */
static bool
read_link(xmlNode *node, DomainInterface *nic, GError **error)
{
    static const char *const attributes[] = {"state", NULL};
    static const char *const states[] = {"up", "down", NULL};
    int state = -1;

    if (!node)
        return true;
    if (!part_only(node, attributes, NULL, error) ||
        !part_choice(node, "state", states, &state, error))
        return false;
    if (state >= 0)
        nic->link = state == 0 ? SWITCH_ON : SWITCH_OFF;
    return true;
}

/* The type first: which source and target make sense depends on it. */
bool
device_xml_parse_interface(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"type", NULL};
    static const char *const children[] = {"mac",   "source",  "target",
                                           "model", "link",    "boot",
                                           "alias", "address", NULL};
    DomainInterface *nic = domain_interface_new(INTERFACE_USER);
    int type = -1;

    /* The definition owns it from here on, and frees it if it is refused. */
    g_ptr_array_add(parse->def->devices->interfaces, nic);
    if (!part_choice(node, "type", interface_types, &type, error))
        return false;
    if (type < 0)
        return fail(error, VIR_ERR_XML_ERROR, "an <interface> has no type");
    nic->type = (InterfaceType)type;
    part_alias(node, parse, &nic->alias);
    return part_only(node, attributes, children, error) &&
           read_mac(reader_first(node, "mac"), nic, error) &&
           read_interface_source(reader_first(node, "source"), nic, error) &&
           read_interface_target(reader_first(node, "target"), nic, error) &&
           read_interface_model(reader_first(node, "model"), nic, error) &&
           read_link(reader_first(node, "link"), nic, error) &&
           part_boot(node, &nic->boot_order, error) &&
           part_pci(node, &nic->pci, error);
}

/* <name attribute='value'/>; nothing for NULL */
static void
put_one(Writer *writer, const char *name, const char *attribute,
        const char *value)
{
    if (!value)
        return;
    writer_open(writer, name);
    writer_attribute(writer, attribute, value);
    writer_close(writer);
}

/* The bridge of a network only while it runs: written into a definition it would
 * look as if somebody had chosen it. */
static void
put_interface_source(Writer *writer, const DomainInterface *nic,
                     DomainFormatFlags flags)
{
    if (!nic->network) {
        put_one(writer, "source", "bridge", nic->bridge);
        return;
    }
    writer_open(writer, "source");
    writer_attribute(writer, "network", nic->network);
    if (nic->bridge && !(flags & DOMAIN_FORMAT_INACTIVE))
        writer_attribute(writer, "bridge", nic->bridge);
    writer_close(writer);
}

/* The MAC always, also where we chose it: a guest knows its interface by it. */
void
device_xml_format_interface(Writer *writer, const DomainInterface *nic,
                            DomainFormatFlags flags)
{
    writer_open(writer, "interface");
    writer_attribute(writer, "type", interface_types[nic->type]);
    put_one(writer, "mac", "address", nic->mac);
    put_interface_source(writer, nic, flags);
    if (nic->target) {
        writer_open(writer, "target");
        writer_attribute(writer, "dev", nic->target);
        if (!nic->is_managed)
            writer_attribute(writer, "managed", "no");
        writer_close(writer);
    }
    put_one(writer, "model", "type", nic->model);
    if (nic->link != SWITCH_DEFAULT) {
        put_one(writer, "link", "state",
                nic->link == SWITCH_ON ? "up" : "down");
    }
    put_boot(writer, nic->boot_order);
    put_alias(writer, nic->alias, flags);
    put_pci(writer, &nic->pci);
    writer_close(writer);
}

/* ---- <input> ---- */

/* In the order of InputType and InputBus. */
static const char *const input_types[] = {"tablet", "mouse", "keyboard", NULL};
static const char *const input_buses[] = {"ps2", "usb", "virtio", NULL};

/* A USB address is accepted and dropped: QEMU gives out the ports in order,
 * and no guest minds. */
bool
device_xml_parse_input(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"type", "bus", NULL};
    static const char *const children[] = {"alias", "address", NULL};
    DomainInput *input = domain_input_new(INPUT_TABLET, INPUT_BUS_USB);
    int type = -1;
    int bus = -1;

    g_ptr_array_add(parse->def->devices->inputs, input);
    part_alias(node, parse, &input->alias);
    if (!part_only(node, attributes, children, error) ||
        !part_choice(node, "type", input_types, &type, error) ||
        !part_choice(node, "bus", input_buses, &bus, error))
        return false;
    if (type < 0)
        return fail(error, VIR_ERR_XML_ERROR, "an <input> has no type");
    /* libvirt's default for a PC. */
    if (bus < 0)
        bus = type == INPUT_TABLET ? INPUT_BUS_USB : INPUT_BUS_PS2;
    if (type == INPUT_TABLET && bus == INPUT_BUS_PS2) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "there is no <input type='tablet' bus='ps2'/>");
    }
    input->type = (InputType)type;
    input->bus = (InputBus)bus;
    if (bus == INPUT_BUS_VIRTIO)
        return part_pci(node, &input->pci, error);
    return part_no_address(node, "usb", error);
}

/* The machine's own PS/2 devices too, as libvirt lists them. */
void
device_xml_format_input(Writer *writer, const DomainInput *input,
                        DomainFormatFlags flags)
{
    writer_open(writer, "input");
    writer_attribute(writer, "type", input_types[input->type]);
    writer_attribute(writer, "bus", input_buses[input->bus]);
    put_alias(writer, input->alias, flags);
    put_pci(writer, &input->pci);
    writer_close(writer);
}

/* ---- <graphics> ---- */

/* The first <listen> repeats what the attribute says; libvirt writes both. */
static bool
read_listen(xmlNode *node, DomainGraphics *graphics, GError **error)
{
    static const char *const attributes[] = {"type", "address", "socket", NULL};
    static const char *const types[] = {"address", "socket", NULL};
    g_autofree char *address = NULL;
    g_autofree char *socket = NULL;
    int type = 0;

    if (!node)
        return true;
    if (!part_only(node, attributes, NULL, error) ||
        !part_choice(node, "type", types, &type, error) ||
        !part_name(node, "address", LISTEN_MAX, &address, error) ||
        !part_path(node, "socket", &socket, error))
        return false;
    if ((type == 0 && socket) || (type == 1 && address)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<listen> holds an attribute that its type does not have");
    }
    /* A document that contradicts itself is not settled by a rule of ours. */
    if ((address && graphics->listen &&
         strcmp(address, graphics->listen) != 0) ||
        (socket && graphics->socket && strcmp(socket, graphics->socket) != 0)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<graphics> and its <listen> name different addresses");
    }
    if (address && !graphics->listen)
        graphics->listen = g_steal_pointer(&address);
    if (socket && !graphics->socket)
        graphics->socket = g_steal_pointer(&socket);
    return true;
}

/* -1 stands for "chosen at start", as autoport does. */
static bool
read_port(xmlNode *node, const DomainParse *parse, DomainGraphics *graphics,
          GError **error)
{
    g_autofree char *text = reader_attribute(node, "port");
    Switch is_auto = SWITCH_DEFAULT;
    unsigned port = 0;

    if (!part_switch(node, "autoport", &is_auto, error))
        return false;
    /* -1 is no unsigned number, and what libvirt writes for a display that is
     * not open. */
    if (g_strcmp0(text, "-1") != 0 &&
        !part_unsigned(node, "port", 65535, &port, error))
        return false;
    /* VNC's display 0 is port 5900, and QEMU counts from there. */
    if (port != 0 && port < 5900) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the VNC port %u is below 5900, which QEMU cannot do",
                    port);
    }
    graphics->is_autoport =
        is_auto == SWITCH_ON || (is_auto == SWITCH_DEFAULT && port == 0);
    /* In a status file the port is the one that was found, and not a wish. */
    if (graphics->is_autoport && parse->is_status) {
        graphics->live_port = (int)port;
    } else if (!graphics->is_autoport && port != 0) {
        graphics->port = (int)port;
    } else if (!graphics->is_autoport) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<graphics autoport='no'> needs a port");
    }
    return true;
}

/* A longer password would be cut by the protocol, and look stronger than it
 * is. */
static bool
check_graphics(const DomainGraphics *graphics, GError **error)
{
    if (graphics->password && strlen(graphics->password) > VNC_PASSWORD_MAX) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a VNC password has at most %d characters",
                    VNC_PASSWORD_MAX);
    }
    if (graphics->socket && graphics->listen) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<graphics> listens on either an address or a socket");
    }
    return true;
}

/* One display: whoever asks for two would have to be told which of them the
 * password and the port in the answer belong to. */
bool
device_xml_parse_graphics(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"type",   "port",   "autoport",
                                             "listen", "socket", "passwd",
                                             "keymap", NULL};
    static const char *const children[] = {"listen", NULL};
    static const char *const types[] = {"vnc", NULL};
    DomainGraphics *graphics = domain_graphics_new();
    int type = -1;

    g_ptr_array_add(parse->def->devices->graphics, graphics);
    if (!part_choice(node, "type", types, &type, error))
        return false;
    if (type < 0)
        return fail(error, VIR_ERR_XML_ERROR, "<graphics> has no type");
    if (parse->def->devices->graphics->len > 1) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "more than one <graphics> is not supported");
    }
    return part_only(node, attributes, children, error) &&
           part_name(node, "listen", LISTEN_MAX, &graphics->listen, error) &&
           part_path(node, "socket", &graphics->socket, error) &&
           part_text(node, "passwd", &graphics->password, error) &&
           part_name(node, "keymap", KEYMAP_MAX, &graphics->keymap, error) &&
           read_listen(reader_first(node, "listen"), graphics, error) &&
           (graphics->socket || read_port(node, parse, graphics, error)) &&
           check_graphics(graphics, error);
}

/* The port that was chosen is shown only while it is open; what was asked
 * for is -1. */
static void
put_port(Writer *writer, const DomainGraphics *graphics,
         DomainFormatFlags flags)
{
    bool is_known = !(flags & DOMAIN_FORMAT_INACTIVE) && graphics->live_port;

    if (graphics->is_autoport) {
        writer_attribute_format(writer, "port", "%d",
                                is_known ? graphics->live_port : -1);
    } else {
        writer_attribute_format(writer, "port", "%d", graphics->port);
    }
    writer_attribute(writer, "autoport", graphics->is_autoport ? "yes" : "no");
}

/* The address twice, as attribute and as element: old and new programs look in
 * different places. */
void
device_xml_format_graphics(Writer *writer, const DomainGraphics *graphics,
                           DomainFormatFlags flags)
{
    bool is_secure = flags & (DOMAIN_FORMAT_SECURE | DOMAIN_FORMAT_STATUS);

    writer_open(writer, "graphics");
    writer_attribute(writer, "type", "vnc");
    if (graphics->socket) {
        writer_attribute(writer, "socket", graphics->socket);
    } else {
        put_port(writer, graphics, flags);
    }
    writer_attribute(writer, "listen", graphics->listen);
    writer_attribute(writer, "keymap", graphics->keymap);
    if (is_secure)
        writer_attribute(writer, "passwd", graphics->password);
    writer_open(writer, "listen");
    writer_attribute(writer, "type", graphics->socket ? "socket" : "address");
    writer_attribute(writer, "socket", graphics->socket);
    writer_attribute(writer, "address", graphics->listen);
    writer_close(writer);
    writer_close(writer);
}

/* ---- <video> ---- */

/* Sizes for models that have none are accepted, as libvirt writes them for
 * every model. */
static bool
read_video_model(xmlNode *node, DomainVideo *video, GError **error)
{
    static const char *const attributes[] = {"type", "vram", "heads", "primary",
                                             NULL};
    static const char *const models[] = {"vga",   "virtio", "cirrus",
                                         "bochs", "none",   NULL};
    Switch primary = SWITCH_ON;

    if (!node)
        return fail(error, VIR_ERR_XML_ERROR, "<video> has no <model>");
    if (!part_word(node, "type", models, &video->model, error))
        return false;
    if (!video->model) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the <model> of <video> has no type");
    }
    if (!part_only(node, attributes, NULL, error) ||
        !part_switch(node, "primary", &primary, error) ||
        !part_unsigned(node, "vram", 1024 * 1024, &video->vram_kib, error) ||
        !part_unsigned(node, "heads", HEADS_MAX, &video->heads, error))
        return false;
    /* There is one card, so it is the primary one. */
    return primary == SWITCH_ON ||
           fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "a <video> that is not primary is not supported");
}

/* A second card would need other devices than the first. */
bool
device_xml_parse_video(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const children[] = {"model", "alias", "address", NULL};
    DomainVideo *video = domain_video_new(NULL);

    g_ptr_array_add(parse->def->devices->videos, video);
    if (parse->def->devices->videos->len > 1) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "more than one <video> is not supported");
    }
    part_alias(node, parse, &video->alias);
    return part_only(node, NULL, children, error) &&
           read_video_model(reader_first(node, "model"), video, error) &&
           part_pci(node, &video->pci, error);
}

/* Sizes only where they were given; QEMU's defaults are not written down, since
 * they are QEMU's to change. */
void
device_xml_format_video(Writer *writer, const DomainVideo *video,
                        DomainFormatFlags flags)
{
    bool is_none = strcmp(video->model, "none") == 0;

    writer_open(writer, "video");
    writer_open(writer, "model");
    writer_attribute(writer, "type", video->model);
    put_nonzero(writer, "vram", video->vram_kib);
    put_nonzero(writer, "heads", video->heads);
    writer_attribute(writer, "primary", is_none ? NULL : "yes");
    writer_close(writer);
    put_alias(writer, video->alias, flags);
    put_pci(writer, &video->pci);
    writer_close(writer);
}

/* ---- <rng> ---- */

/* What the guest reads is taken from this device of the host's.  The three that
 * are allowed give random bytes to whoever reads them. */
static bool
read_rng_backend(xmlNode *node, DomainRng *rng, GError **error)
{
    static const char *const attributes[] = {"model", NULL};
    static const char *const models[] = {"random", NULL};
    static const char *const paths[] = {"/dev/urandom", "/dev/random",
                                        "/dev/hwrng", NULL};
    int model = 0;

    if (!node)
        return fail(error, VIR_ERR_XML_ERROR, "<rng> has no <backend>");
    if (!part_only(node, attributes, NULL, error) ||
        !part_choice(node, "model", models, &model, error))
        return false;
    rng->path = reader_text(node);
    /* The one that never makes the guest wait. */
    if (*rng->path == '\0') {
        g_free(rng->path);
        rng->path = g_strdup(paths[0]);
    }
    /* Any other file would be read out by the guest, to its end. */
    if (!g_strv_contains(paths, rng->path)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the <rng> source '%.200s' is not one of /dev/urandom, "
                    "/dev/random and /dev/hwrng",
                    rng->path);
    }
    return true;
}

/* A period without bytes would be a limit of nothing. */
static bool
read_rate(xmlNode *node, DomainRng *rng, GError **error)
{
    static const char *const attributes[] = {"bytes", "period", NULL};

    if (!node)
        return true;
    rng->rate_period_ms = 1000;
    if (!part_only(node, attributes, NULL, error) ||
        !part_unsigned(node, "bytes", INT_MAX, &rng->rate_bytes, error) ||
        !part_unsigned(node, "period", INT_MAX, &rng->rate_period_ms, error))
        return false;
    if (rng->rate_bytes == 0 || rng->rate_period_ms == 0) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<rate> of <rng> needs bytes and a period of 1 or more");
    }
    return true;
}

/* Any number of them; the guest uses the first it finds. */
bool
device_xml_parse_rng(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"model", NULL};
    static const char *const children[] = {"rate", "backend", "alias",
                                           "address", NULL};
    static const char *const models[] = {"virtio", NULL};
    DomainRng *rng = domain_rng_new(NULL);
    int model = 0;

    g_ptr_array_add(parse->def->devices->rngs, rng);
    part_alias(node, parse, &rng->alias);
    return part_only(node, attributes, children, error) &&
           part_choice(node, "model", models, &model, error) &&
           read_rate(reader_first(node, "rate"), rng, error) &&
           read_rng_backend(reader_first(node, "backend"), rng, error) &&
           part_pci(node, &rng->pci, error);
}

/* The rate in both its parts, since a period without bytes means nothing. */
void
device_xml_format_rng(Writer *writer, const DomainRng *rng,
                      DomainFormatFlags flags)
{
    writer_open(writer, "rng");
    writer_attribute(writer, "model", "virtio");
    if (rng->rate_bytes != 0) {
        writer_open(writer, "rate");
        writer_attribute_uint(writer, "bytes", rng->rate_bytes);
        writer_attribute_uint(writer, "period", rng->rate_period_ms);
        writer_close(writer);
    }
    writer_open(writer, "backend");
    writer_attribute(writer, "model", "random");
    writer_text(writer, rng->path);
    writer_close(writer);
    put_alias(writer, rng->alias, flags);
    put_pci(writer, &rng->pci);
    writer_close(writer);
}

/* ---- <memballoon> ---- */

/* 'none' is a statement too: without the element there is one. */
bool
device_xml_parse_balloon(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"model", "autodeflate",
                                             "freePageReporting", NULL};
    static const char *const children[] = {"stats", "alias", "address", NULL};
    static const char *const models[] = {"virtio", "none", NULL};
    static const char *const stats_attributes[] = {"period", NULL};
    DomainBalloon *balloon = &parse->def->devices->balloon;
    xmlNode *stats = reader_first(node, "stats");
    int model = 0;

    if (!part_only(node, attributes, children, error) ||
        !part_choice(node, "model", models, &model, error) ||
        !part_switch(node, "autodeflate", &balloon->autodeflate, error) ||
        !part_switch(node, "freePageReporting", &balloon->free_page_reporting,
                     error) ||
        !part_pci(node, &balloon->pci, error))
        return false;
    /* Also without an address: QEMU finds a place. */
    balloon->is_present = model == 0;
    part_alias(node, parse, &balloon->alias);
    return !stats || (part_only(stats, stats_attributes, NULL, error) &&
                      part_unsigned(stats, "period", INT_MAX,
                                    &balloon->stats_period, error));
}

/* Always written, like libvirt does: absent and 'none' mean different
 * machines. */
void
device_xml_format_balloon(Writer *writer, const DomainBalloon *balloon,
                          DomainFormatFlags flags)
{
    writer_open(writer, "memballoon");
    writer_attribute(writer, "model", balloon->is_present ? "virtio" : "none");
    if (balloon->is_present) {
        put_switch(writer, "autodeflate", balloon->autodeflate);
        put_switch(writer, "freePageReporting", balloon->free_page_reporting);
        if (balloon->stats_period != 0) {
            writer_open(writer, "stats");
            writer_attribute_uint(writer, "period", balloon->stats_period);
            writer_close(writer);
        }
        put_alias(writer, balloon->alias, flags);
        put_pci(writer, &balloon->pci);
    }
    writer_close(writer);
}
