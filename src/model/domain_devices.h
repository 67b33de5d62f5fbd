/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a domain consists of besides its disks: the machine and its devices.
 *
 * Plain data, as the XML said it and with the defaults filled in; the XML layer
 * writes it (src/xml/domain_xml.h), and QEMU's command line is made from it.
 * The parser has checked every word that is kept as text here against the list
 * in its comment, so readers need not refuse unknown ones.
 *
 * "live" marks what is known only while the machine runs; such fields are NULL
 * or 0 in a definition, and are left out of an inactive XML.
 */
#pragma once

#include "model/address.h"
#include "model/domain.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* ---- the machine: os, cpu, features, clock, what to do at its end ---- */

enum { BOOT_DEVICES_MAX = 3 };

typedef enum {
    BOOT_DEVICE_HD,
    BOOT_DEVICE_CDROM,
    BOOT_DEVICE_NETWORK,
} BootDevice;

typedef struct {
    char *name;   /* "vmx", or a model's feature as libvirt spells it */
    char *policy; /* "require", "force", "optional", "disable", "forbid" */
} CpuFeature;

typedef struct {
    char *mode;     /* nullable: "custom", "host-model", "host-passthrough",
                       "maximum" */
    char *model;    /* non-NULL exactly with mode "custom" */
    char *match;    /* nullable: "exact", "minimum", "strict" */
    char *check;    /* nullable: "none", "partial", "full" */
    char *fallback; /* nullable: "allow", "forbid" */
    Switch migratable;
    GPtrArray *features; /* of CpuFeature */
    unsigned sockets;    /* 0: no <topology>; else the product is vcpus */
    unsigned dies;
    unsigned cores;
    unsigned threads;
} DomainCpu;

/* A Hyper-V enlightenment: name as in the XML ("relaxed", "vapic", "vpindex",
 * "runtime", "synic", "stimer", "reset", "frequencies", "reenlightenment",
 * "tlbflush", "ipi", "evmcs", "spinlocks"). */
typedef struct {
    char *name;
    bool is_on;
    unsigned retries; /* of "spinlocks"; 0 otherwise */
} HypervFeature;

typedef struct {
    bool has_acpi;
    bool has_apic;
    bool has_pae;      /* of no effect on x86_64; kept */
    GPtrArray *hyperv; /* of HypervFeature */
    Switch kvm_hidden;
    Switch vmport;
    Switch smm;
    Switch pmu;
} DomainFeatures;

typedef struct {
    char *name;       /* "rtc", "pit", "hpet", "kvmclock", "hypervclock",
                         "tsc" */
    Switch present;   /* of hpet, kvmclock, hypervclock */
    char *tickpolicy; /* nullable: "delay", "catchup", "discard" */
    char *track;      /* nullable, rtc: "guest", "wall" */
} DomainTimer;

typedef struct DomainMachine {
    char *arch;    /* "x86_64" */
    char *machine; /* "pc", "q35", or a version of one as it was given */

    /* Which firmware is found when it starts (qemu/host/firmware.h): loader and
     * template are none of a definition's then, and a run's alone. */
    bool wants_efi;
    char *loader; /* nullable: UEFI code, a read-only pflash image */
    Switch loader_secure;
    char *nvram;          /* nullable: UEFI variables */
    char *nvram_template; /* nullable: what nvram is copied from when absent */
    char *kernel;         /* nullable: direct kernel boot */
    char *initrd;         /* nullable; only with kernel */
    char *cmdline;        /* nullable; only with kernel */

    BootDevice boot[BOOT_DEVICES_MAX];
    unsigned boot_count; /* 0: the devices' own boot orders count */
    Switch boot_menu;
    unsigned boot_menu_timeout_ms; /* 0: none */

    DomainCpu cpu;
    DomainFeatures features;

    char *clock_offset; /* "utc", "localtime" */
    GPtrArray *timers;  /* of DomainTimer */

    char *on_poweroff; /* "destroy", "restart", "preserve" */
    char *on_reboot;   /* the same */
    char *on_crash;    /* the same */
    Switch suspend_to_mem;
    Switch suspend_to_disk;

    unsigned iothreads; /* ids are 1...iothreads */
} DomainMachine;

/* ---- devices ---- */

typedef enum {
    INTERFACE_USER,
    INTERFACE_BRIDGE,   /* tap, made by us or by QEMU's bridge helper */
    INTERFACE_ETHERNET, /* a tap device that is there: target */
    INTERFACE_NETWORK,  /* a bridge that goes by another name here */
} InterfaceType;

typedef struct {
    InterfaceType type;
    char *mac;     /* "52:54:00:...": lower case, never NULL */
    char *bridge;  /* non-NULL with INTERFACE_BRIDGE, and with _NETWORK while it
                    * runs */
    char *network; /* non-NULL exactly with INTERFACE_NETWORK */
    char *target;  /* nullable: tap's name; non-NULL with INTERFACE_ETHERNET */
    bool is_managed; /* INTERFACE_ETHERNET: QEMU may create the tap */
    char *model;     /* "virtio", "e1000", "e1000e", "rtl8139" */
    Switch link;     /* OFF: starts with the cable pulled */
    unsigned boot_order;
    PciAddress pci;
    char *alias; /* live */
} DomainInterface;

typedef enum {
    CHAR_SERIAL,  /* isa-serial */
    CHAR_CONSOLE, /* virtconsole; a console of type serial is serial 0 */
    CHAR_CHANNEL, /* virtserialport */
} CharDevice;

typedef enum {
    CHAR_PTY,
    CHAR_FILE,
    CHAR_UNIX,
    CHAR_NULL,
} CharType;

typedef struct {
    CharDevice device;
    CharType type;
    char *path;      /* file, unix; NULL for a channel: chosen at start */
    Switch append;   /* file */
    bool is_server;  /* unix: mode='bind', we listen; else 'connect' */
    unsigned port;   /* target/@port of serial and console */
    char *name;      /* channel: "org.qemu.guest_agent.0" */
    char *live_path; /* live: the pty, or the socket chosen at start */
    char *alias;     /* live */
} DomainChar;

typedef struct {
    int port; /* -1: chosen at start (autoport) */
    bool is_autoport;
    char *listen;   /* nullable: address */
    char *socket;   /* nullable: Unix socket instead of address and port */
    char *password; /* nullable; secret: written only with SECURE */
    char *keymap;   /* nullable */
    int live_port;  /* live: what was chosen; 0: not known */
} DomainGraphics;   /* vnc */

typedef struct {
    char *model;       /* "vga", "virtio", "cirrus", "bochs", "none" */
    unsigned vram_kib; /* 0: QEMU's default */
    unsigned heads;    /* 0: QEMU's default */
    PciAddress pci;
    char *alias; /* live */
} DomainVideo;

typedef struct {
    char *path;          /* "/dev/urandom", "/dev/random", "/dev/hwrng" */
    unsigned rate_bytes; /* 0: unlimited */
    unsigned rate_period_ms;
    PciAddress pci;
    char *alias; /* live */
} DomainRng;

typedef struct {
    bool is_present; /* model='none' makes it false */
    Switch autodeflate;
    Switch free_page_reporting;
    unsigned stats_period; /* seconds; 0: none */
    PciAddress pci;
    char *alias; /* live */
} DomainBalloon;

typedef enum {
    CONTROLLER_USB,
    CONTROLLER_PCI,
    CONTROLLER_SCSI,
    CONTROLLER_SATA,
    CONTROLLER_IDE,
    CONTROLLER_VIRTIO_SERIAL,
} ControllerType;

typedef struct {
    ControllerType type;
    unsigned index;
    bool has_no_index; /* yet: its document gave none */
    /* Nullable.  usb: "piix3-uhci", "qemu-xhci", "none", ...; scsi:
     * "virtio-scsi"; pci: "pci-root", "pcie-root" (there is always one, index
     * 0, part of the machine), "pcie-root-port", "pcie-to-pci-bridge",
     * "pci-bridge". */
    char *model;
    unsigned ports;    /* 0: default; usb and virtio-serial */
    unsigned iothread; /* scsi; 0: none */
    int chassis;       /* pci; -1: none given */
    int port;          /* pci; -1: none given */
    int master_start;  /* usb: <master startport=>; -1: none */
    PciAddress pci;
    char *alias; /* live */
} DomainController;

typedef enum {
    INPUT_TABLET,
    INPUT_MOUSE,
    INPUT_KEYBOARD,
} InputType;

typedef enum {
    INPUT_BUS_PS2, /* part of the machine: no device to make */
    INPUT_BUS_USB,
    INPUT_BUS_VIRTIO,
} InputBus;

typedef struct {
    InputType type;
    InputBus bus;
    PciAddress pci; /* virtio */
    char *alias;    /* live */
} DomainInput;

typedef struct {
    char *name;
    char *value; /* nullable */
} QemuEnvironment;

typedef struct DomainDevices {
    char *emulator;         /* "/usr/bin/qemu-system-x86_64" */
    GPtrArray *controllers; /* of DomainController; each that is needed */
    GPtrArray *interfaces;  /* of DomainInterface */
    GPtrArray *serials;     /* of DomainChar, CHAR_SERIAL */
    GPtrArray *consoles;    /* of DomainChar, CHAR_CONSOLE */
    GPtrArray *channels;    /* of DomainChar, CHAR_CHANNEL */
    GPtrArray *inputs;      /* of DomainInput */
    GPtrArray *graphics;    /* of DomainGraphics */
    GPtrArray *videos;      /* of DomainVideo */
    GPtrArray *rngs;        /* of DomainRng */
    DomainBalloon balloon;
    GPtrArray *qemu_arguments;   /* of char *: <qemu:arg value=> */
    GPtrArray *qemu_environment; /* of QemuEnvironment */
} DomainDevices;

DomainMachine *domain_machine_new(void);
void domain_machine_free(DomainMachine *machine);
DomainDevices *domain_devices_new(void);
void domain_devices_free(DomainDevices *devices);

/* Each allocated as g_new0() plus its "none" values; freed with its fields. */
CpuFeature *cpu_feature_new(const char *name, const char *policy);
HypervFeature *hyperv_feature_new(const char *name);
DomainTimer *domain_timer_new(const char *name);
DomainInterface *domain_interface_new(InterfaceType type);
DomainChar *domain_char_new(CharDevice device, CharType type);
DomainGraphics *domain_graphics_new(void);
DomainVideo *domain_video_new(const char *model);
DomainRng *domain_rng_new(const char *path);
DomainController *domain_controller_new(ControllerType type, unsigned index);
DomainInput *domain_input_new(InputType type, InputBus bus);
QemuEnvironment *qemu_environment_new(const char *name, const char *value);

/* The channel that a guest agent listens to. */
#define DOMAIN_AGENT_CHANNEL "org.qemu.guest_agent.0"
/** domain_devices_find_agent: NULL if there is none. */
const DomainChar *domain_devices_find_agent(const DomainDevices *devices);
/** domain_devices_find_controller: NULL if there is none. */
DomainController *domain_devices_find_controller(const DomainDevices *devices,
                                                 ControllerType type,
                                                 unsigned index);

/** domain_def_disk_iothread: the I/O thread that serves @disk, its own or its
 * scsi controller's; 0 if none does. */
unsigned domain_def_disk_iothread(const DomainDef *def, const DiskDef *disk);

/** domain_machine_is_q35: the machine has a PCI Express root. */
bool domain_machine_is_q35(const DomainMachine *machine);
