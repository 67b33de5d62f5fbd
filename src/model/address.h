/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Words that many devices share: a switch that may be left alone, and where a
 * PCI device sits.
 *
 * Addresses are passed on to QEMU rather than dropped: a guest names its network
 * interfaces after their slots, and a definition that libvirt wrote holds an
 * address for every device.
 */
#pragma once

#include <stdbool.h>

/* A setting that may be left to QEMU. */
typedef enum {
    SWITCH_DEFAULT,
    SWITCH_ON,
    SWITCH_OFF,
} Switch;

/* Where a PCI device sits; !is_set leaves the slot to QEMU.  Bus 0 is the root
 * bus ("pci.0", "pcie.0"), bus N the <controller type='pci' index='N'>. */
typedef struct {
    bool is_set;
    unsigned bus;
    unsigned slot;     /* 0...31 */
    unsigned function; /* 0...7 */
    Switch multifunction;
} PciAddress;
