/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A disk of a domain, as its XML describes it.
 *
 * The image format is what the XML says, never what the file looks like: a
 * guest writes its own first sectors and could make a raw disk look like a
 * qcow2 image that names any file of the host.  A missing format is raw.
 */
#pragma once

#include "model/address.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    DISK_SOURCE_NONE, /* an empty drive */
    DISK_SOURCE_FILE,
    DISK_SOURCE_BLOCK,
    DISK_SOURCE_NETWORK, /* only where a backup goes to: an NBD export */
} DiskSourceType;

typedef enum {
    DISK_DEVICE_DISK,
    DISK_DEVICE_CDROM,
} DiskDevice;

typedef enum {
    DISK_BUS_VIRTIO,
    DISK_BUS_SCSI,
    DISK_BUS_SATA,
    DISK_BUS_IDE,
} DiskBus;

typedef enum {
    IMAGE_FORMAT_RAW,
    IMAGE_FORMAT_QCOW2,
} ImageFormat;

/* "raw", "qcow2"; -1 from the parser for any other word. */
const char *image_format_name(ImageFormat format);
int image_format_parse(const char *name);

/* One image file or block device. */
typedef struct {
    DiskSourceType type; /* never NONE */
    char *path;          /* absolute */
    ImageFormat format;
    unsigned node; /* while the machine runs: see DiskDef.node */
} ImageLayer;

ImageLayer *image_layer_new(DiskSourceType type, const char *path,
                            ImageFormat format);
void image_layer_free(ImageLayer *layer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImageLayer, image_layer_free)

typedef struct {
    DiskDevice device;
    DiskBus bus;
    char *target; /* "vda": the name by which everyone speaks of the disk */

    DiskSourceType source_type;
    char *path; /* NULL exactly when source_type is NONE */
    ImageFormat format;
    /* While the machine runs: the number of the top image's node in QEMU
     * (node_layer() in qemu/block/node_names.h).  A start counts the chain from
     * 0 downwards; an image that is put on top later gets the next number that
     * no layer has, since a node keeps its name for life. */
    unsigned node;
    /* ImageLayer, top to bottom, below path; at most DISK_CHAIN_MAX.  NULL: not stated, read from the
     * image at start; empty: stated as having none (<backingStore/>). */
    GPtrArray *backing;

    char *cache;         /* nullable: "none", "writeback", ... */
    char *io;            /* nullable: "threads", "native", "io_uring" */
    char *discard;       /* nullable: "unmap", "ignore" */
    char *detect_zeroes; /* nullable: "off", "on", "unmap" */
    char *error_policy;  /* nullable: "stop", "report", "ignore", "enospace" */
    char *serial;        /* nullable */
    char *alias;         /* nullable; filled in while the machine runs */
    bool is_readonly;
    bool is_shareable;
    unsigned boot_order; /* 0: none */
    unsigned iothread;   /* 0: none */
    PciAddress pci;      /* virtio only */

    /* Where a scsi, sata or ide disk hangs; the XML parser assigns it, so -1
     * only for virtio.  unit: scsi: LUN of target 0; sata: port; ide: 2 * bus +
     * unit, so 0...3. */
    int controller;
    int unit;
} DiskDef;

DiskDef *disk_def_new(void);
void disk_def_free(DiskDef *disk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DiskDef, disk_def_free)

/** disk_def_number_nodes: as a start does: 0 at the top, 1, 2... below it. */
void disk_def_number_nodes(DiskDef *disk);
/** disk_def_next_node: a number that none of @disk's layers has. */
unsigned disk_def_next_node(const DiskDef *disk);

/** disk_def_is_empty: a drive without a medium. */
bool disk_def_is_empty(const DiskDef *disk);
/** disk_def_is_fixed: what is in it does not change: it is read-only, empty or
 * a CD drive. */
bool disk_def_is_fixed(const DiskDef *disk);

/* Each layer is an element within the one above it, and readers of XML bound
 * the depth: a machine that runs must be able to read its own status file. */
enum { DISK_CHAIN_MAX = 64 };

/* Targets become part of QEMU's node names, which end at 31 bytes: the same
 * limit as NODE_TARGET_MAX in qemu/block/node_names.h, which lies above us. */
enum { DISK_TARGET_MAX = 8 };

/** disk_target_check: lower case letters and digits, 1 to DISK_TARGET_MAX of
 * them.  VIR_ERR_XML_ERROR. */
bool disk_target_check(const char *target, GError **error);
