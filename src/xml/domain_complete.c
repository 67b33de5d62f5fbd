/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/domain_complete.h"

#include "base/error.h"
#include "model/domain_devices.h"
#include "xml/controller_xml.h"

#include <string.h>

/* ---- plain defaults ---- */

static void
default_text(char **text, const char *value)
{
    if (!*text)
        *text = g_strdup(value);
}

/* libvirt's defaults, so that a document means the same machine there. */
static void
complete_machine(DomainDef *def)
{
    DomainMachine *machine = def->machine;

    default_text(&machine->arch, "x86_64");
    /* As it is called and not as what it stands for today: QEMU resolves it at
     * each start, as libvirt's "pc" of an older definition would not.  Whoever
     * needs the same chipset for ever names a version. */
    default_text(&machine->machine, "pc");
    default_text(&machine->clock_offset, "utc");
    default_text(&machine->on_poweroff, "destroy");
    default_text(&machine->on_reboot, "restart");
    default_text(&machine->on_crash, "destroy");
    /* Nothing runs the machines of the memory driver. */
    if (strcmp(def->type, "test") != 0)
        default_text(&def->devices->emulator, "/usr/bin/qemu-system-x86_64");
}

/* In the range that QEMU's makers registered for guests. */
static char *
new_mac(void)
{
    guint32 bits = g_random_int();

    return g_strdup_printf("52:54:00:%02x:%02x:%02x", bits & 0xff,
                           (bits >> 8) & 0xff, (bits >> 16) & 0xff);
}

/* rtl8139 is slow and found by every guest: libvirt's choice when nothing is
 * said. */
static void
complete_interfaces(DomainDevices *devices)
{
    for (guint i = 0; i < devices->interfaces->len; i++) {
        DomainInterface *nic = devices->interfaces->pdata[i];

        /* Written into the definition, so it is the same at every start. */
        if (!nic->mac)
            nic->mac = new_mac();
        default_text(&nic->model, "rtl8139");
    }
}

/* Of that very bus: a USB keyboard does not replace the one that every PC
 * has. */
static bool
has_input(const DomainDevices *devices, InputType type, InputBus bus)
{
    for (guint i = 0; i < devices->inputs->len; i++) {
        const DomainInput *input = devices->inputs->pdata[i];

        if (input->type == type && input->bus == bus)
            return true;
    }
    return false;
}

/* A PC has a PS/2 mouse and keyboard, whether the XML names them or not. */
static void
complete_inputs(DomainDevices *devices)
{
    static const InputType types[] = {INPUT_MOUSE, INPUT_KEYBOARD};

    for (guint i = 0; i < G_N_ELEMENTS(types); i++) {
        if (!has_input(devices, types[i], INPUT_BUS_PS2)) {
            g_ptr_array_add(devices->inputs,
                            domain_input_new(types[i], INPUT_BUS_PS2));
        }
    }
}

/* A display without a card would show nothing. */
static void
complete_video(DomainDevices *devices)
{
    if (devices->graphics->len > 0 && devices->videos->len == 0)
        g_ptr_array_add(devices->videos, domain_video_new("vga"));
}

/* Firmware boots from the first disk unless told otherwise. */
static void
complete_boot(DomainDef *def)
{
    bool has_order = false;

    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = def->disks->pdata[i];

        has_order = has_order || disk->boot_order != 0;
    }
    for (guint i = 0; i < def->devices->interfaces->len; i++) {
        const DomainInterface *nic = def->devices->interfaces->pdata[i];

        has_order = has_order || nic->boot_order != 0;
    }
    /* Written out, as libvirt writes it. */
    if (!has_order && def->machine->boot_count == 0)
        def->machine->boot[def->machine->boot_count++] = BOOT_DEVICE_HD;
}

/* ---- drive addresses ---- */

/* Drives of one bus and controller. */
static int
units_of(DiskBus bus)
{
    switch (bus) {
    case DISK_BUS_SCSI:
        return 7;
    case DISK_BUS_SATA:
        return 6;
    case DISK_BUS_IDE:
        return 4;
    default:
        return 1; /* virtio disks hang on no controller */
    }
}

/* "sda" is 0, "sdaa" 26; -1 for a name that does not count. */
static int
index_of_target(const char *target)
{
    int index = 0;

    if (strlen(target) < 3 || strlen(target) > 5)
        return -1;
    for (const char *p = target + 2; *p; p++) {
        if (!g_ascii_islower(*p))
            return -1;
        index = index * 26 + (*p - 'a' + 1);
    }
    return index - 1;
}

/* Buses number their controllers separately. */
static bool
is_taken(const DomainDef *def, const DiskDef *disk, int controller, int unit)
{
    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *other = def->disks->pdata[i];

        if (other != disk && other->bus == disk->bus &&
            other->controller == controller && other->unit == unit)
            return true;
    }
    return false;
}

/* Where libvirt would put it, by its letter, if that place is free. */
static void
assign_drive(const DomainDef *def, DiskDef *disk)
{
    int units = units_of(disk->bus);
    int index = index_of_target(disk->target);

    /* A name that counts nothing, or a place that is used: the first free
     * one. */
    if (index < 0 || is_taken(def, disk, index / units, index % units)) {
        index = 0;
        /* Ends: there are fewer drives than there are numbers. */
        while (is_taken(def, disk, index / units, index % units))
            index++;
    }
    disk->controller = index / units;
    disk->unit = index % units;
}

/* Each drive gets a place on its bus, and keeps it: the guest knows its disks
 * by it. */
static bool
complete_drives(DomainDef *def, GError **error)
{
    for (guint i = 0; i < def->disks->len; i++) {
        DiskDef *disk = def->disks->pdata[i];

        if (disk->bus == DISK_BUS_VIRTIO)
            continue;
        /* In document order: those with an address of their own are not yet
         * known to those before them, so the check below finds a clash and not
         * a silent move. */
        if (disk->controller < 0) {
            assign_drive(def, disk);
        } else if (is_taken(def, disk, disk->controller, disk->unit)) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "the address of disk '%s' is another disk's too",
                        disk->target);
        }
        if (disk->bus == DISK_BUS_IDE && disk->controller > 0) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "disk '%s' does not fit on the machine's one IDE "
                        "controller, which has room for 4",
                        disk->target);
        }
        if (disk->controller > UINT8_MAX) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "disk '%s' would need controller %d, the last is %d",
                        disk->target, disk->controller, UINT8_MAX);
        }
    }
    return true;
}

/* ---- controllers ---- */

/* One that the document has is left as it is. */
static void
need_controller(DomainDevices *devices, ControllerType type, unsigned index)
{
    /* Behind those of the document, so that their numbers and order stay. */
    if (!domain_devices_find_controller(devices, type, index)) {
        g_ptr_array_add(devices->controllers,
                        domain_controller_new(type, index));
    }
}

/* After the drives have their addresses: those tell which are needed. */
static void
add_needed_controllers(DomainDef *def)
{
    static const ControllerType of_bus[] = {[DISK_BUS_SCSI] = CONTROLLER_SCSI,
                                            [DISK_BUS_SATA] = CONTROLLER_SATA,
                                            [DISK_BUS_IDE] = CONTROLLER_IDE};
    DomainDevices *devices = def->devices;

    need_controller(devices, CONTROLLER_PCI, 0);
    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = def->disks->pdata[i];

        if (disk->bus != DISK_BUS_VIRTIO) {
            need_controller(devices, of_bus[disk->bus],
                            (unsigned)disk->controller);
        }
    }
    if (devices->channels->len > 0 || devices->consoles->len > 0)
        need_controller(devices, CONTROLLER_VIRTIO_SERIAL, 0);
    for (guint i = 0; i < devices->inputs->len; i++) {
        const DomainInput *input = devices->inputs->pdata[i];

        if (input->bus == INPUT_BUS_USB)
            need_controller(devices, CONTROLLER_USB, 0);
    }
}

/* NULL: the type has only one. */
static const char *
default_model(const DomainController *controller, bool is_q35)
{
    switch (controller->type) {
    case CONTROLLER_USB:
        return is_q35 ? "qemu-xhci" : "piix3-uhci";
    case CONTROLLER_PCI:
        if (controller->index == 0)
            return is_q35 ? "pcie-root" : "pci-root";
        return is_q35 ? "pcie-root-port" : "pci-bridge";
    case CONTROLLER_SCSI:
        return "virtio-scsi";
    default:
        return NULL;
    }
}

/* Whether a root bus is where it belongs, and nothing else there. */
static bool
check_pci_root(const DomainController *controller, bool is_q35, GError **error)
{
    const char *root = is_q35 ? "pcie-root" : "pci-root";
    bool is_express = g_str_has_prefix(controller->model, "pcie-");

    if ((controller->index == 0) != (strcmp(controller->model, root) == 0)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the PCI controller %u cannot be a '%s': on this machine "
                    "controller 0, and no other, is the '%s'",
                    controller->index, controller->model, root);
    }
    if (is_express && !is_q35) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the PCI controller %u is a '%s', which needs a q35 "
                    "machine",
                    controller->index, controller->model);
    }
    return true;
}

/* An IDE or root controller is part of the machine, and cannot be added to
 * one. */
static bool
check_controller(const DomainDef *def, const DomainController *controller,
                 GError **error)
{
    bool is_q35 = domain_machine_is_q35(def->machine);

    if (controller->type == CONTROLLER_PCI)
        return check_pci_root(controller, is_q35, error);
    if (controller->type == CONTROLLER_IDE &&
        (is_q35 || controller->index != 0)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "an IDE controller %u is not supported: %s",
                    controller->index,
                    is_q35 ? "a q35 machine has SATA"
                           : "the machine has one, number 0");
    }
    if (controller->iothread > def->machine->iothreads) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the SCSI controller %u names iothread %u, and there are "
                    "%u",
                    controller->index, controller->iothread,
                    def->machine->iothreads);
    }
    return true;
}

/* USB 2 controllers share their index with their USB 1 companions. */
static bool
is_companion(const DomainController *controller)
{
    return controller->type == CONTROLLER_USB && controller->master_start >= 0;
}

/* By one that has its number already: whoever has none yet stands at 0. */
static bool
is_index_taken(const DomainDef *def, ControllerType type, unsigned index)
{
    const GPtrArray *all = def->devices->controllers;

    for (guint i = 0; i < all->len; i++) {
        const DomainController *controller = all->pdata[i];

        if (controller->type == type && controller->index == index &&
            !controller->has_no_index)
            return true;
    }
    return false;
}

/* virtinst numbers none of its ports, and means the order that they stand in:
 * each gets the first number that nobody has.  Companions share one, which is
 * 0 where none is written. */
static void
number_controllers(DomainDef *def)
{
    GPtrArray *all = def->devices->controllers;

    for (guint i = 0; i < all->len; i++) {
        DomainController *controller = all->pdata[i];

        if (!controller->has_no_index)
            continue;
        while (!is_companion(controller) &&
               is_index_taken(def, controller->type, controller->index))
            controller->index++;
        controller->has_no_index = false;
    }
}

/* Those that devices need and the document does not have are added; then each
 * gets its model, and is checked against the machine. */
static bool
complete_controllers(DomainDef *def, GError **error)
{
    GPtrArray *all = def->devices->controllers;

    number_controllers(def);
    add_needed_controllers(def);
    /* With the ones that were just added: they get their models here, too. */
    for (guint i = 0; i < all->len; i++) {
        DomainController *controller = all->pdata[i];

        if (!controller->model) {
            controller->model = g_strdup(
                default_model(controller, domain_machine_is_q35(def->machine)));
        }
        if (!is_companion(controller) &&
            domain_devices_find_controller(def->devices, controller->type,
                                           controller->index) != controller) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "two controllers of type '%s' have the index %u",
                        controller_type_name(controller->type),
                        controller->index);
        }
        if (!check_controller(def, controller, error))
            return false;
    }
    return true;
}

/* ---- PCI addresses ---- */

typedef struct {
    const PciAddress *address;
    char *owner;
} PciUser;

static void
clear_pci_user(gpointer data)
{
    g_free(((PciUser *)data)->owner);
}

/* Takes @owner over. */
static void
add_pci_user(GArray *users, const PciAddress *address, char *owner)
{
    PciUser user = {address, owner};

    if (address->is_set) {
        g_array_append_val(users, user);
    } else {
        g_free(owner);
    }
}

/* Every device that can have an address, for messages called as its XML is. */
static GArray *
list_pci_users(const DomainDef *def)
{
    const DomainDevices *devices = def->devices;
    GArray *users = g_array_new(FALSE, FALSE, sizeof(PciUser));

    g_array_set_clear_func(users, clear_pci_user);
    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = def->disks->pdata[i];

        add_pci_user(users, &disk->pci,
                     g_strdup_printf("disk '%s'", disk->target));
    }
    for (guint i = 0; i < devices->controllers->len; i++) {
        const DomainController *controller = devices->controllers->pdata[i];

        add_pci_user(users, &controller->pci,
                     g_strdup_printf("the %s controller %u",
                                     controller_type_name(controller->type),
                                     controller->index));
    }
    for (guint i = 0; i < devices->interfaces->len; i++) {
        const DomainInterface *nic = devices->interfaces->pdata[i];

        add_pci_user(users, &nic->pci,
                     g_strdup_printf("interface '%s'", nic->mac));
    }
    for (guint i = 0; i < devices->inputs->len; i++) {
        const DomainInput *input = devices->inputs->pdata[i];

        add_pci_user(users, &input->pci, g_strdup("an <input>"));
    }
    for (guint i = 0; i < devices->videos->len; i++) {
        const DomainVideo *video = devices->videos->pdata[i];

        add_pci_user(users, &video->pci, g_strdup("<video>"));
    }
    for (guint i = 0; i < devices->rngs->len; i++) {
        const DomainRng *rng = devices->rngs->pdata[i];

        add_pci_user(users, &rng->pci, g_strdup("an <rng>"));
    }
    add_pci_user(users, &devices->balloon.pci, g_strdup("<memballoon>"));
    return users;
}

/* The hash is of the same three numbers; this is for those that collide. */
static bool
is_same_place(const PciAddress *a, const PciAddress *b)
{
    return a->bus == b->bus && a->slot == b->slot && a->function == b->function;
}

/* QEMU would say so too, but by its own names and only at the start. */
static bool
check_pci_addresses(const DomainDef *def, GError **error)
{
    g_autoptr(GArray) users = list_pci_users(def);
    g_autoptr(GHashTable) places =
        g_hash_table_new(g_direct_hash, g_direct_equal);

    for (guint i = 0; i < users->len; i++) {
        const PciUser *user = &g_array_index(users, PciUser, i);
        const PciAddress *address = user->address;
        /* Bus, slot and function in one number; 1 is added since NULL means
         * absent. */
        gpointer place = GUINT_TO_POINTER(
            1 + (address->bus << 8 | address->slot << 3 | address->function));
        const PciUser *other = g_hash_table_lookup(places, place);

        if (other && is_same_place(address, other->address)) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "%s and %s have the same PCI address", other->owner,
                        user->owner);
        }
        g_hash_table_insert(places, place, (gpointer)user);
        if (!domain_devices_find_controller(def->devices, CONTROLLER_PCI,
                                            address->bus)) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "%s is on PCI bus %u, and there is no such controller",
                        user->owner, address->bus);
        }
    }
    return true;
}

/* ---- clashes ---- */

/* Serials, too: a guest that mounts by serial would take either. */
static bool
check_disk(const DomainDef *def, guint position, GError **error)
{
    const DiskDef *disk = def->disks->pdata[position];

    if (disk->iothread > def->machine->iothreads) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "disk '%s' names iothread %u, and there are %u",
                    disk->target, disk->iothread, def->machine->iothreads);
    }
    /* With those before it only, which looks at every pair once. */
    for (guint i = 0; i < position; i++) {
        const DiskDef *other = def->disks->pdata[i];

        if (strcmp(other->target, disk->target) == 0) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "two disks have the target '%s'", disk->target);
        }
        if (disk->serial && g_strcmp0(other->serial, disk->serial) == 0) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "the disks '%s' and '%s' have the same serial '%s'",
                        other->target, disk->target, disk->serial);
        }
    }
    return true;
}

/* @seen holds the orders met so far. */
static bool
check_boot_order(const DomainDef *def, GHashTable *seen, unsigned order,
                 const char *owner, GError **error)
{
    if (order == 0)
        return true;
    /* Two ways to say the same, and QEMU would have to be given both. */
    if (def->machine->boot_count > 0) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "%s has a boot order, which cannot stand beside <boot> in "
                    "<os>",
                    owner);
    }
    if (!g_hash_table_add(seen, GUINT_TO_POINTER(order))) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the boot order %u of %s is another device's too", order,
                    owner);
    }
    return true;
}

/* Disks and interfaces share one sequence. */
static bool
check_boot_orders(const DomainDef *def, GError **error)
{
    g_autoptr(GHashTable) seen =
        g_hash_table_new(g_direct_hash, g_direct_equal);

    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = def->disks->pdata[i];
        g_autofree char *owner = g_strdup_printf("disk '%s'", disk->target);

        if (!check_boot_order(def, seen, disk->boot_order, owner, error))
            return false;
    }
    for (guint i = 0; i < def->devices->interfaces->len; i++) {
        const DomainInterface *nic = def->devices->interfaces->pdata[i];
        g_autofree char *owner = g_strdup_printf("interface '%s'", nic->mac);

        if (!check_boot_order(def, seen, nic->boot_order, owner, error))
            return false;
    }
    return true;
}

/* 'none' is how a document says that it wants no USB at all. */
static bool
check_usb(const DomainDevices *devices, GError **error)
{
    const DomainController *usb =
        domain_devices_find_controller(devices, CONTROLLER_USB, 0);

    if (!usb || strcmp(usb->model, "none") != 0)
        return true;
    for (guint i = 0; i < devices->inputs->len; i++) {
        const DomainInput *input = devices->inputs->pdata[i];

        if (input->bus == INPUT_BUS_USB) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "an <input> is on USB, and the domain says that it "
                        "has no USB controller");
        }
    }
    return true;
}

/* In 64 bits: each factor may be 4096. */
static bool
check_topology(const DomainDef *def, GError **error)
{
    const DomainCpu *cpu = &def->machine->cpu;
    uint64_t places =
        (uint64_t)cpu->sockets * cpu->dies * cpu->cores * cpu->threads;

    return cpu->sockets == 0 || places == def->vcpus ||
           fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "<topology> has room for %" G_GUINT64_FORMAT
                " vCPUs, and <vcpu> is %u",
                places, def->vcpus);
}

/* What only KVM gives a guest; TCG would end at its start. */
static bool
check_accelerator(const DomainDef *def, GError **error)
{
    const DomainMachine *machine = def->machine;
    const GPtrArray *hyperv = machine->features.hyperv;

    if (strcmp(def->type, "kvm") == 0)
        return true;
    if (g_strcmp0(machine->cpu.mode, "host-passthrough") == 0) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<cpu mode='host-passthrough'> needs a domain of type "
                    "'kvm'; 'maximum' is the most that type '%s' has",
                    def->type);
    }
    for (guint i = 0; i < hyperv->len; i++) {
        const HypervFeature *feature = hyperv->pdata[i];

        if (feature->is_on) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "<%s> in <hyperv> needs a domain of type 'kvm'",
                        feature->name);
        }
    }
    return true;
}

/* What the firmware tells the system of the machine it tells by ACPI. */
static bool
check_firmware(const DomainMachine *machine, GError **error)
{
    return !machine->wants_efi || machine->features.has_acpi ||
           fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "<os firmware='efi'> needs <acpi/> in <features>");
}

/* The order matters.  Defaults first; then targets, by which all messages name
 * disks; then places on buses, from which follows which controllers are needed;
 * the checks last, of the whole. */
bool
domain_complete(DomainDef *def, GError **error)
{
    complete_machine(def);
    complete_interfaces(def->devices);
    complete_inputs(def->devices);
    complete_video(def->devices);
    complete_boot(def);

    /* Targets first: everything below names disks by them. */
    for (guint i = 0; i < def->disks->len; i++) {
        if (!check_disk(def, i, error))
            return false;
    }
    return complete_drives(def, error) && complete_controllers(def, error) &&
           check_boot_orders(def, error) && check_usb(def->devices, error) &&
           check_firmware(def->machine, error) && check_topology(def, error) &&
           check_accelerator(def, error) && check_pci_addresses(def, error);
}
