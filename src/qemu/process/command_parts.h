/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of the command line share; only they include this.
 *
 * Devices are gathered in groups and put out group by group: controllers before
 * what hangs on them, and devices with a PCI address before those for which
 * QEMU picks one, lest it picks an address that a later device asks for.
 */
#pragma once

#include "model/address.h"
#include "qemu/process/command_line.h"

#include <jansson.h>

typedef enum {
    GROUP_PCI_CONTROLLER, /* buses */
    GROUP_PLACED,         /* with a PCI address */
    GROUP_CONTROLLER,     /* without one: buses of other kinds */
    GROUP_FREE,           /* without one */
    GROUP_ON_BUS,         /* on a scsi, ide, usb, ... bus */
    GROUP_COUNT,
} DeviceGroup;

typedef struct {
    const DomainDef *def;
    const CommandLineContext *context;
    GPtrArray *arguments;            /* of char * */
    GPtrArray *devices[GROUP_COUNT]; /* of char *: JSON */
    bool has_boot_orders; /* some device has its own: <os><boot> is not used */
} CommandBuilder;

/** command_add: @option and its @value, which is taken over. */
void command_add(CommandBuilder *builder, const char *option, char *value);
/** command_add_json: @value is taken over. */
void command_add_json(CommandBuilder *builder, const char *option,
                      json_t *value);
/** command_escape: commas doubled. */
char *command_escape(const char *value);

/** command_device: {"driver": @driver, "id": @alias}, to be filled. */
json_t *command_device(const char *driver, const char *alias);
/** command_device_done: into @group, or by its address if that is set. */
void command_device_done(CommandBuilder *builder, json_t *device,
                         DeviceGroup group);
void command_device_pci(CommandBuilder *builder, json_t *device,
                        const PciAddress *address);
/** command_set_text, ...: nothing is set for NULL, 0, SWITCH_DEFAULT. */
void command_set_text(json_t *object, const char *key, const char *value);
void command_set_number(json_t *object, const char *key, guint64 value);
void command_set_switch(json_t *object, const char *key, Switch value);

/** command_boot_index: of the device's own @order, else of <os><boot>. */
guint64 command_boot_index(const CommandBuilder *builder, int boot_device,
                           bool is_first, unsigned order);

bool command_add_disks(CommandBuilder *builder, GError **error);
bool command_add_devices(CommandBuilder *builder, GError **error);
