/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/disk_xml.h"

#include "base/error.h"

#include <limits.h>
#include <string.h>

/* In the order of the enumerators of model/disk.h; an empty drive is written
 * as an empty file. */
static const char *const source_types[] = {"file", "block", NULL};
static const char *const devices[] = {"disk", "cdrom", NULL};
static const char *const buses[] = {"virtio", "scsi", "sata", "ide", NULL};

/* The serial ends up in 20 bytes of a virtio disk; SCSI takes 36. */
enum {
    SERIAL_MAX = 36,
    CONTROLLER_MAX = 255,
    SCSI_UNIT_MAX = 255,
    NODE_INDEX_MAX = 99999, /* what a node's name has room for */
};

/* The same word is the attribute of a layer's <source>. */
static const char *
source_attribute(DiskSourceType type)
{
    return type == DISK_SOURCE_BLOCK ? "dev" : "file";
}

/* ---- driver ---- */

/* Words go to QEMU as they are, so only QEMU's own are let through;
 * "default" is libvirt's word for leaving one out. */
static bool
read_driver_words(xmlNode *node, DiskDef *disk, GError **error)
{
    static const char *const names[] = {"qemu", NULL};
    static const char *const caches[] = {
        "default", "none", "writethrough", "writeback", "directsync",
        "unsafe",  NULL};
    static const char *const ios[] = {"default", "native", "threads",
                                      "io_uring", NULL};
    static const char *const discards[] = {"default", "unmap", "ignore", NULL};
    static const char *const zeroes[] = {"off", "on", "unmap", NULL};
    static const char *const policies[] = {"default", "stop",     "report",
                                           "ignore",  "enospace", NULL};
    /* Its value is not used: "qemu" is the one driver there is. */
    int name;

    return part_choice(node, "name", names, &name, error) &&
           part_word(node, "cache", caches, &disk->cache, error) &&
           part_word(node, "io", ios, &disk->io, error) &&
           part_word(node, "discard", discards, &disk->discard, error) &&
           part_word(node, "detect_zeroes", zeroes, &disk->detect_zeroes,
                     error) &&
           part_word(node, "error_policy", policies, &disk->error_policy,
                     error);
}

/* Never from the image: its owner, the guest, could write a header that
 * names any file of the host. */
static bool
read_format(xmlNode *node, ImageFormat *ret_format, GError **error)
{
    g_autofree char *type = reader_attribute(node, "type");
    int format = type ? image_format_parse(type) : IMAGE_FORMAT_RAW;

    if (format < 0) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the image format '%s' is not supported, only 'raw' and "
                    "'qcow2'",
                    type);
    }
    *ret_format = (ImageFormat)format;
    return true;
}

/* io='native' without O_DIRECT is refused by QEMU when it opens the image;
 * here the message can name the attribute. */
static bool
read_driver(xmlNode *node, DiskDef *disk, GError **error)
{
    static const char *const attributes[] = {
        "name",          "type",         "cache",    "io", "discard",
        "detect_zeroes", "error_policy", "iothread", NULL};
    bool is_direct;

    if (!node)
        return true;
    if (!part_only(node, attributes, NULL, error) ||
        !read_format(node, &disk->format, error) ||
        !read_driver_words(node, disk, error) ||
        !part_unsigned(node, "iothread", INT_MAX, &disk->iothread, error))
        return false;

    is_direct = g_strcmp0(disk->cache, "none") == 0 ||
                g_strcmp0(disk->cache, "directsync") == 0;
    if (g_strcmp0(disk->io, "native") == 0 && !is_direct) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "io='native' needs cache='none' or 'directsync'");
    }
    return true;
}

/* ---- source and backing chain ---- */

/* The layers of a running domain are numbered, as libvirt's are, from 1 at the
 * top; to us that is the number of the node, from 0.  Anybody else's numbers
 * say nothing here, and those of an earlier release's status are not there:
 * *@ret_node stays what it is. */
static bool
read_index(xmlNode *node, const DomainParse *parse, unsigned *ret_node,
           GError **error)
{
    unsigned index = 0;

    if (!parse->is_status)
        return true;
    if (!part_unsigned(node, "index", NODE_INDEX_MAX, &index, error))
        return false;
    if (index > 0)
        *ret_node = index - 1;
    return true;
}

/* Sets *@ret_path to NULL if the drive is empty. */
static bool
read_source(xmlNode *node, DiskSourceType type, const DomainParse *parse,
            char **ret_path, GError **error)
{
    const char *name = source_attribute(type);
    bool is_numbered = parse->is_live || parse->is_status;
    /* An index belongs to a machine that runs; in a definition it would be a
     * promise about a node that nobody keeps. */
    const char *attributes[] = {name, is_numbered ? "index" : NULL, NULL};

    return !node || (part_only(node, attributes, NULL, error) &&
                     part_path(node, name, ret_path, error));
}

/* One <backingStore>, without the one inside it: chains are walked by a
 * loop, so that their length costs no stack. */
static bool
read_layer(xmlNode *node, DiskDef *disk, const DomainParse *parse,
           GError **error)
{
    static const char *const attributes[] = {"type", "index", NULL};
    static const char *const children[] = {"format", "source", "backingStore",
                                           NULL};
    static const char *const format_attributes[] = {"type", NULL};
    xmlNode *format_node = reader_first(node, "format");
    ImageFormat format = IMAGE_FORMAT_RAW;
    DiskSourceType type;
    ImageLayer *layer;
    g_autofree char *path = NULL;
    int index = 0;

    if (!part_only(node, attributes, children, error) ||
        !part_choice(node, "type", source_types, &index, error))
        return false;
    if (format_node &&
        (!part_only(format_node, format_attributes, NULL, error) ||
         !read_format(format_node, &format, error)))
        return false;
    type = DISK_SOURCE_FILE + (DiskSourceType)index;
    if (!read_source(reader_first(node, "source"), type, parse, &path, error))
        return false;
    if (!path)
        return fail(error, VIR_ERR_XML_ERROR, "a <backingStore> has no source");
    layer = image_layer_new(type, path, format);
    g_ptr_array_add(disk->backing, layer);
    /* What a start would give it; a status file knows better. */
    layer->node = disk->backing->len;
    return read_index(node, parse, &layer->node, error);
}

static void
free_layer(gpointer data)
{
    image_layer_free(data);
}

/* The chain must say where it ends, since what lies below its last qcow2 layer
 * would otherwise come from the image, and half a statement is none. */
static bool
read_backing(xmlNode *owner, DiskDef *disk, const DomainParse *parse,
             GError **error)
{
    xmlNode *node = reader_first(owner, "backingStore");
    const ImageLayer *last;

    if (!node)
        return true;
    disk->backing = g_ptr_array_new_with_free_func(free_layer);
    /* Downwards, one level at a time.  The depth of the document bounds it
     * (READER_DEPTH). */
    for (; node; node = reader_first(node, "backingStore")) {
        /* <backingStore/>: nothing below */
        if (!node->properties && !reader_first(node, NULL))
            return true;
        if (!read_layer(node, disk, parse, error))
            return false;
    }
    last = disk->backing->pdata[disk->backing->len - 1];
    if (last->format == IMAGE_FORMAT_RAW)
        return true;
    return fail(error, VIR_ERR_XML_ERROR,
                "the backing chain does not say that it ends at '%s': put "
                "<backingStore/> there, or leave the chain out to have it "
                "read from the image",
                last->path);
}

/* What QEMU could not open: a raw image has no place to name a backing file
 * in. */
static bool
check_backing(const DiskDef *disk, GError **error)
{
    ImageFormat above = disk->format;

    /* More could be read here than could be read back from a status file, which
     * has levels of its own. */
    if (disk->backing && disk->backing->len > DISK_CHAIN_MAX) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "a backing chain of more than %d layers is not supported",
                    DISK_CHAIN_MAX);
    }

    for (guint i = 0; disk->backing && i < disk->backing->len; i++) {
        const ImageLayer *layer = disk->backing->pdata[i];

        if (above == IMAGE_FORMAT_RAW) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "'%s' is below a raw image, which cannot have a "
                        "backing file",
                        layer->path);
        }
        above = layer->format;
    }
    if (disk->backing && disk->backing->len > 0 && disk_def_is_empty(disk)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "there is a backing chain and no source");
    }
    return true;
}

/* ---- target and address ---- */

/* libvirt's own guess, for the three prefixes that are not ambiguous. */
static bool
default_bus(DiskDef *disk, GError **error)
{
    static const struct {
        const char *prefix;
        DiskBus bus;
    } usual[] = {
        {"vd", DISK_BUS_VIRTIO}, {"sd", DISK_BUS_SCSI}, {"hd", DISK_BUS_IDE}};

    for (guint i = 0; i < G_N_ELEMENTS(usual); i++) {
        if (g_str_has_prefix(disk->target, usual[i].prefix)) {
            disk->bus = usual[i].bus;
            return true;
        }
    }
    return fail(error, VIR_ERR_XML_ERROR,
                "the target's name tells no bus: say <target bus='...'/>");
}

/* Read first: the messages about everything else name the disk by it. */
static bool
read_target(xmlNode *node, DiskDef *disk, GError **error)
{
    static const char *const attributes[] = {"dev", "bus", "tray", NULL};
    int bus = -1;

    /* Before anything is refused, so that messages can name the disk. */
    if (node)
        disk->target = reader_attribute(node, "dev");
    if (!disk->target) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a <disk> has no <target dev='...'/>");
    }
    if (!disk_target_check(disk->target, error) ||
        !part_only(node, attributes, NULL, error) ||
        !part_choice(node, "bus", buses, &bus, error))
        return false;
    if (bus < 0)
        return default_bus(disk, error);
    disk->bus = (DiskBus)bus;
    return true;
}

/* @unit_max depends on the bus: see DiskDef.unit. */
static bool
read_drive_address(xmlNode *node, DiskDef *disk, GError **error)
{
    static const char *const attributes[] = {"type",   "controller", "bus",
                                             "target", "unit",       NULL};
    static const unsigned unit_max[] = {[DISK_BUS_SCSI] = SCSI_UNIT_MAX,
                                        [DISK_BUS_SATA] = 5,
                                        [DISK_BUS_IDE] = 1};
    unsigned controller_max = disk->bus == DISK_BUS_IDE ? 0 : CONTROLLER_MAX;
    unsigned bus_max = disk->bus == DISK_BUS_IDE ? 1 : 0;
    unsigned controller = 0;
    unsigned bus = 0;
    unsigned target = 0;
    unsigned unit = 0;

    if (!part_only(node, attributes, NULL, error) ||
        !part_unsigned(node, "controller", controller_max, &controller,
                       error) ||
        !part_unsigned(node, "bus", bus_max, &bus, error) ||
        !part_unsigned(node, "target", 0, &target, error) ||
        !part_unsigned(node, "unit", unit_max[disk->bus], &unit, error))
        return false;
    disk->controller = (int)controller;
    /* IDE's two channels with two units each are one number to us
     * (DiskDef.unit). */
    disk->unit = (int)(disk->bus == DISK_BUS_IDE ? 2 * bus + unit : unit);
    return true;
}

/* Virtio disks are PCI devices of their own; all others hang on a
 * controller. */
static bool
read_address(xmlNode *disk_node, DiskDef *disk, GError **error)
{
    xmlNode *node = reader_first(disk_node, "address");

    if (disk->bus == DISK_BUS_VIRTIO)
        return part_pci(disk_node, &disk->pci, error);
    return !node || (part_no_address(disk_node, "drive", error) &&
                     read_drive_address(node, disk, error));
}

/* ---- the rest ---- */

/* The guest sees it as a name in /dev/disk/by-id; this is the set that
 * libvirt lets through, too. */
static bool
read_serial(xmlNode *disk_node, DiskDef *disk, GError **error)
{
    g_autofree char *serial = reader_child_text(disk_node, "serial");

    if (!serial || *serial == '\0')
        return true;
    if (strlen(serial) > SERIAL_MAX) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the serial '%.64s' is longer than %d characters", serial,
                    SERIAL_MAX);
    }
    for (const char *p = serial; *p; p++) {
        if (!g_ascii_isalnum(*p) && !strchr(" -_.+", *p)) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "the serial '%s' may hold letters, digits, blanks and "
                        "-_.+ only",
                        serial);
        }
    }
    disk->serial = g_steal_pointer(&serial);
    return true;
}

/* What kind of drive can be empty, or read-only, on which bus: QEMU would
 * refuse most of it at the start, in words about its own devices. */
static bool
check_medium(const DiskDef *disk, GError **error)
{
    if (disk->device == DISK_DEVICE_CDROM) {
        return disk->bus != DISK_BUS_VIRTIO ||
               fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the bus 'virtio' has no cdrom drives");
    }
    if (disk_def_is_empty(disk)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "there is no source; only a cdrom may be empty");
    }
    /* Neither controller can tell the guest that a disk is read-only. */
    if (disk->is_readonly &&
        (disk->bus == DISK_BUS_IDE || disk->bus == DISK_BUS_SATA)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "a disk on the bus '%s' cannot be read-only",
                    buses[disk->bus]);
    }
    return true;
}

/* What each part allows and the parts together do not. */
static bool
check_disk(const DiskDef *disk, GError **error)
{
    if (disk->iothread != 0 && disk->bus != DISK_BUS_VIRTIO) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "an iothread needs the bus 'virtio' (a scsi disk's is its "
                    "controller's)");
    }
    /* qcow2 metadata has one writer. */
    if (disk->is_shareable && disk->format != IMAGE_FORMAT_RAW) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "a shareable disk needs a raw image");
    }
    return check_medium(disk, error) && check_backing(disk, error);
}

static bool
read_top_index(xmlNode *disk_node, const DomainParse *parse, DiskDef *disk,
               GError **error)
{
    xmlNode *source = reader_first(disk_node, "source");

    return !source || read_index(source, parse, &disk->node, error);
}

/* The target first: messages name the disk by it. */
static bool
read_disk(xmlNode *node, const DomainParse *parse, DiskDef *disk,
          GError **error)
{
    static const char *const attributes[] = {"type", "device", NULL};
    static const char *const children[] = {
        "driver", "source", "backingStore", "target",  "readonly", "shareable",
        "serial", "boot",   "alias",        "address", NULL};
    static const char *const plain[] = {"readonly", "shareable", "serial",
                                        NULL};
    int type = 0;
    int device = 0;

    if (!read_target(reader_first(node, "target"), disk, error) ||
        !part_only(node, attributes, children, error) ||
        !part_plain(node, plain, error) ||
        !part_choice(node, "type", source_types, &type, error) ||
        !part_choice(node, "device", devices, &device, error) ||
        !read_driver(reader_first(node, "driver"), disk, error))
        return false;
    disk->source_type = DISK_SOURCE_FILE + (DiskSourceType)type;
    disk->device = (DiskDevice)device;
    if (!read_source(reader_first(node, "source"), disk->source_type, parse,
                     &disk->path, error) ||
        !read_top_index(node, parse, disk, error) ||
        !read_backing(node, disk, parse, error) ||
        !read_address(node, disk, error) || !read_serial(node, disk, error) ||
        !part_boot(node, &disk->boot_order, error))
        return false;
    /* A drive without a medium, whatever type was given. */
    if (!disk->path)
        disk->source_type = DISK_SOURCE_NONE;
    disk->is_readonly =
        device == DISK_DEVICE_CDROM || reader_first(node, "readonly") != NULL;
    disk->is_shareable = reader_first(node, "shareable") != NULL;
    part_alias(node, parse, &disk->alias);
    return check_disk(disk, error);
}

/* Every message is told with the disk's name, which the readers below need not
 * know. */
bool
disk_xml_parse(xmlNode *node, DomainParse *parse, GError **error)
{
    g_autoptr(DiskDef) disk = disk_def_new();

    /* The disk is not in the definition yet: a half-read one never gets
     * there. */
    if (!read_disk(node, parse, disk, error)) {
        /* A target that was refused is in the message already. */
        if (disk->target && disk_target_check(disk->target, NULL))
            g_prefix_error(error, "disk '%s': ", disk->target);
        return false;
    }
    g_ptr_array_add(parse->def->disks, g_steal_pointer(&disk));
    return true;
}

/* Only where and in which format: what a document says of the device or of the
 * chain below would not be done. */
static bool
read_target_driver(xmlNode *disk, ImageFormat *ret_format, GError **error)
{
    static const char *const attributes[] = {"name", "type", NULL};
    xmlNode *node = reader_first(disk, "driver");
    g_autofree char *type = node ? reader_attribute(node, "type") : NULL;

    if (node && !part_only(node, attributes, NULL, error))
        return false;
    return !type || read_format(node, ret_format, error);
}

ImageLayer *
disk_xml_parse_target(const char *text, ImageFormat format, GError **error)
{
    static const char *const attributes[] = {"type", "device", NULL};
    static const char *const children[] = {"driver", "source", "target", NULL};
    g_autoptr(XmlDocument) document = reader_parse(text, "disk", "disk", error);
    const DomainParse parse = {0};
    xmlNode *root = document ? reader_root(document) : NULL;
    g_autofree char *path = NULL;
    int type = 0;

    if (!root || !part_only(root, attributes, children, error) ||
        !part_choice(root, "type", source_types, &type, error) ||
        !read_target_driver(root, &format, error) ||
        !read_source(reader_first(root, "source"),
                     DISK_SOURCE_FILE + (DiskSourceType)type, &parse, &path,
                     error))
        return NULL;
    if (!path) {
        fail(error, VIR_ERR_XML_ERROR,
             "the <disk> of a copy does not say where to: it has no <source>");
        return NULL;
    }
    return image_layer_new(DISK_SOURCE_FILE + (DiskSourceType)type, path,
                           format);
}

/* ---- writing ---- */

/* Attributes in libvirt's order, so that documents of either can be compared
 * line by line. */
static void
put_driver(Writer *writer, const DiskDef *disk)
{
    writer_open(writer, "driver");
    writer_attribute(writer, "name", "qemu");
    writer_attribute(writer, "type", image_format_name(disk->format));
    writer_attribute(writer, "cache", disk->cache);
    writer_attribute(writer, "error_policy", disk->error_policy);
    writer_attribute(writer, "io", disk->io);
    writer_attribute(writer, "discard", disk->discard);
    put_nonzero(writer, "iothread", disk->iothread);
    writer_attribute(writer, "detect_zeroes", disk->detect_zeroes);
    writer_close(writer);
}

/* An empty drive has none at all, rather than an empty one.  @index: 0: none. */
static void
put_source(Writer *writer, DiskSourceType type, const char *path,
           unsigned index)
{
    if (!path)
        return;
    writer_open(writer, "source");
    writer_attribute(writer, source_attribute(type), path);
    /* From 1, as libvirt counts, so that 0 can mean none. */
    put_nonzero(writer, "index", index);
    writer_close(writer);
}

/* Each layer is written inside the one above it; a loop opens, a second one
 * closes. */
static void
put_backing(Writer *writer, const GPtrArray *backing, bool is_live)
{
    if (!backing)
        return;
    for (guint i = 0; i < backing->len; i++) {
        const ImageLayer *layer = backing->pdata[i];

        writer_open(writer, "backingStore");
        writer_attribute(writer, "type",
                         source_types[layer->type - DISK_SOURCE_FILE]);
        put_nonzero(writer, "index", is_live ? layer->node + 1 : 0);
        writer_open(writer, "format");
        writer_attribute(writer, "type", image_format_name(layer->format));
        writer_close(writer);
        put_source(writer, layer->type, layer->path, 0);
    }
    writer_open(writer, "backingStore");
    for (guint i = 0; i <= backing->len; i++)
        writer_close(writer);
}

/* bus and target are 0 but for IDE, whose two channels are buses. */
static void
put_address(Writer *writer, const DiskDef *disk)
{
    bool is_ide = disk->bus == DISK_BUS_IDE;

    put_pci(writer, &disk->pci);
    if (disk->controller < 0)
        return;
    writer_open(writer, "address");
    writer_attribute(writer, "type", "drive");
    writer_attribute_format(writer, "controller", "%d", disk->controller);
    writer_attribute_format(writer, "bus", "%d", is_ide ? disk->unit / 2 : 0);
    writer_attribute(writer, "target", "0");
    writer_attribute_format(writer, "unit", "%d",
                            is_ide ? disk->unit % 2 : disk->unit);
    writer_close(writer);
}

/* Elements whose presence is their value. */
static void
put_empty(Writer *writer, const char *name, bool is_there)
{
    if (!is_there)
        return;
    writer_open(writer, name);
    writer_close(writer);
}

/* Read again by disk_xml_parse(), numbers of nodes included in a status
 * file. */
void
disk_xml_format(Writer *writer, const DiskDef *disk, DomainFormatFlags flags)
{
    bool is_block = disk->source_type == DISK_SOURCE_BLOCK;
    bool is_live = disk->alias && !(flags & DOMAIN_FORMAT_INACTIVE);

    writer_open(writer, "disk");
    writer_attribute(writer, "type", is_block ? "block" : "file");
    writer_attribute(writer, "device", devices[disk->device]);
    put_driver(writer, disk);
    put_source(writer, disk->source_type, disk->path,
               is_live ? disk->node + 1 : 0);
    put_backing(writer, disk->backing, is_live);
    writer_open(writer, "target");
    writer_attribute(writer, "dev", disk->target);
    writer_attribute(writer, "bus", buses[disk->bus]);
    writer_close(writer);
    put_empty(writer, "readonly", disk->is_readonly);
    put_empty(writer, "shareable", disk->is_shareable);
    writer_element(writer, "serial", disk->serial);
    put_boot(writer, disk->boot_order);
    put_alias(writer, disk->alias, flags);
    put_address(writer, disk);
    writer_close(writer);
}
