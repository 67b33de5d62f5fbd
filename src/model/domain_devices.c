/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/domain_devices.h"

#include <string.h>

/* Each kind of device is freed only through the array that owns it, so the
 * destructors stay private to this file. */

CpuFeature *
cpu_feature_new(const char *name, const char *policy)
{
    CpuFeature *feature = g_new0(CpuFeature, 1);

    feature->name = g_strdup(name);
    feature->policy = g_strdup(policy);
    return feature;
}

/* Through the array's free function alone, so NULL never comes here; the same
 * for all of these. */
static void
cpu_feature_free(gpointer data)
{
    CpuFeature *feature = data;

    g_free(feature->name);
    g_free(feature->policy);
    g_free(feature);
}

HypervFeature *
hyperv_feature_new(const char *name)
{
    HypervFeature *feature = g_new0(HypervFeature, 1);

    feature->name = g_strdup(name);
    return feature;
}

/* A name from the XML, kept as text: which of them QEMU knows is the command
 * line's affair. */
static void
hyperv_feature_free(gpointer data)
{
    HypervFeature *feature = data;

    g_free(feature->name);
    g_free(feature);
}

/* "present" is unset: for kvmclock and hypervclock only a document that says so
 * changes QEMU's default. */
DomainTimer *
domain_timer_new(const char *name)
{
    DomainTimer *timer = g_new0(DomainTimer, 1);

    timer->name = g_strdup(name);
    return timer;
}

static void
domain_timer_free(gpointer data)
{
    DomainTimer *timer = data;

    g_free(timer->name);
    g_free(timer->tickpolicy);
    g_free(timer->track);
    g_free(timer);
}

/* The MAC address is the parser's to choose where the document has none, so
 * that it is written down before the machine ever starts and never changes. */
DomainInterface *
domain_interface_new(InterfaceType type)
{
    DomainInterface *interface = g_new0(DomainInterface, 1);

    interface->type = type;
    return interface;
}

static void
domain_interface_free(gpointer data)
{
    DomainInterface *interface = data;

    g_free(interface->mac);
    g_free(interface->bridge);
    g_free(interface->network);
    g_free(interface->target);
    g_free(interface->model);
    g_free(interface->alias);
    g_free(interface);
}

/* Without a path: for a pty and for a channel it is known only while the
 * machine runs (live_path). */
DomainChar *
domain_char_new(CharDevice device, CharType type)
{
    DomainChar *chr = g_new0(DomainChar, 1);

    chr->device = device;
    chr->type = type;
    return chr;
}

/* live_path too: it is a copy, also where it equals the path that was asked
 * for. */
static void
domain_char_free(gpointer data)
{
    DomainChar *chr = data;

    g_free(chr->path);
    g_free(chr->name);
    g_free(chr->live_path);
    g_free(chr->alias);
    g_free(chr);
}

/* -1: chosen at start; 0 would be "no TCP port", which a socket says. */
DomainGraphics *
domain_graphics_new(void)
{
    DomainGraphics *graphics = g_new0(DomainGraphics, 1);

    graphics->port = -1;
    return graphics;
}

/* The password goes with it.  It is not wiped: the definition's file holds it
 * as well, 0600. */
static void
domain_graphics_free(gpointer data)
{
    DomainGraphics *graphics = data;

    g_free(graphics->listen);
    g_free(graphics->socket);
    g_free(graphics->password);
    g_free(graphics->keymap);
    g_free(graphics);
}

/* @model NULL is for the reader of XML, which fills it in before anybody sees
 * it. */
DomainVideo *
domain_video_new(const char *model)
{
    DomainVideo *video = g_new0(DomainVideo, 1);

    video->model = g_strdup(model);
    return video;
}

static void
domain_video_free(gpointer data)
{
    DomainVideo *video = data;

    g_free(video->model);
    g_free(video->alias);
    g_free(video);
}

/* The same: a path is one of three devices, which the reader checks. */
DomainRng *
domain_rng_new(const char *path)
{
    DomainRng *rng = g_new0(DomainRng, 1);

    rng->path = g_strdup(path);
    return rng;
}

static void
domain_rng_free(gpointer data)
{
    DomainRng *rng = data;

    g_free(rng->path);
    g_free(rng->alias);
    g_free(rng);
}

/* -1 for what the document may give and did not; 0 is a chassis, a port and a
 * start port that can be given. */
DomainController *
domain_controller_new(ControllerType type, unsigned index)
{
    DomainController *controller = g_new0(DomainController, 1);

    controller->type = type;
    controller->index = index;
    controller->chassis = -1;
    controller->port = -1;
    controller->master_start = -1;
    return controller;
}

static void
domain_controller_free(gpointer data)
{
    DomainController *controller = data;

    g_free(controller->model);
    g_free(controller->alias);
    g_free(controller);
}

/* Without an address: only virtio ones can have one. */
DomainInput *
domain_input_new(InputType type, InputBus bus)
{
    DomainInput *input = g_new0(DomainInput, 1);

    input->type = type;
    input->bus = bus;
    return input;
}

static void
domain_input_free(gpointer data)
{
    DomainInput *input = data;

    g_free(input->alias);
    g_free(input);
}

/* @value NULL is an empty variable, as QEMU's own option has it. */
QemuEnvironment *
qemu_environment_new(const char *name, const char *value)
{
    QemuEnvironment *environment = g_new0(QemuEnvironment, 1);

    environment->name = g_strdup(name);
    environment->value = g_strdup(value);
    return environment;
}

static void
qemu_environment_free(gpointer data)
{
    QemuEnvironment *environment = data;

    g_free(environment->name);
    g_free(environment->value);
    g_free(environment);
}

/* cpu and features are embedded: a machine without the elements still has their
 * defaults, and NULL would have to be asked for in every line of the command
 * line's maker. */
DomainMachine *
domain_machine_new(void)
{
    DomainMachine *machine = g_new0(DomainMachine, 1);

    machine->cpu.features = g_ptr_array_new_with_free_func(cpu_feature_free);
    machine->features.hyperv =
        g_ptr_array_new_with_free_func(hyperv_feature_free);
    machine->timers = g_ptr_array_new_with_free_func(domain_timer_free);
    return machine;
}

void
domain_machine_free(DomainMachine *machine)
{
    if (!machine)
        return;
    g_free(machine->arch);
    g_free(machine->machine);
    g_free(machine->loader);
    g_free(machine->nvram);
    g_free(machine->nvram_template);
    g_free(machine->kernel);
    g_free(machine->initrd);
    g_free(machine->cmdline);
    g_free(machine->cpu.mode);
    g_free(machine->cpu.model);
    g_free(machine->cpu.match);
    g_free(machine->cpu.check);
    g_free(machine->cpu.fallback);
    /* cpu and features lie within; only what they point to is freed here. */
    g_ptr_array_unref(machine->cpu.features);
    g_ptr_array_unref(machine->features.hyperv);
    g_free(machine->clock_offset);
    g_ptr_array_unref(machine->timers);
    g_free(machine->on_poweroff);
    g_free(machine->on_reboot);
    g_free(machine->on_crash);
    g_free(machine);
}

/* One array a kind, in document order, since aliases and default addresses are
 * numbered by it; the order between kinds has no meaning. */
DomainDevices *
domain_devices_new(void)
{
    DomainDevices *devices = g_new0(DomainDevices, 1);

    devices->controllers =
        g_ptr_array_new_with_free_func(domain_controller_free);
    devices->interfaces = g_ptr_array_new_with_free_func(domain_interface_free);
    devices->serials = g_ptr_array_new_with_free_func(domain_char_free);
    devices->consoles = g_ptr_array_new_with_free_func(domain_char_free);
    devices->channels = g_ptr_array_new_with_free_func(domain_char_free);
    devices->inputs = g_ptr_array_new_with_free_func(domain_input_free);
    devices->graphics = g_ptr_array_new_with_free_func(domain_graphics_free);
    devices->videos = g_ptr_array_new_with_free_func(domain_video_free);
    devices->rngs = g_ptr_array_new_with_free_func(domain_rng_free);
    devices->qemu_arguments = g_ptr_array_new_with_free_func(g_free);
    devices->qemu_environment =
        g_ptr_array_new_with_free_func(qemu_environment_free);
    return devices;
}

void
domain_devices_free(DomainDevices *devices)
{
    if (!devices)
        return;
    g_free(devices->emulator);
    g_ptr_array_unref(devices->controllers);
    g_ptr_array_unref(devices->interfaces);
    g_ptr_array_unref(devices->serials);
    g_ptr_array_unref(devices->consoles);
    g_ptr_array_unref(devices->channels);
    g_ptr_array_unref(devices->inputs);
    g_ptr_array_unref(devices->graphics);
    g_ptr_array_unref(devices->videos);
    g_ptr_array_unref(devices->rngs);
    /* Embedded: there is at most one balloon, and is_present says whether. */
    g_free(devices->balloon.alias);
    g_ptr_array_unref(devices->qemu_arguments);
    g_ptr_array_unref(devices->qemu_environment);
    g_free(devices);
}

/* By kind and index, which together are a controller's name in the XML. */
DomainController *
domain_devices_find_controller(const DomainDevices *devices,
                               ControllerType type, unsigned index)
{
    for (guint i = 0; i < devices->controllers->len; i++) {
        DomainController *controller = devices->controllers->pdata[i];

        if (controller->type == type && controller->index == index)
            return controller;
    }
    return NULL;
}

/* A disk of the scsi bus has no thread of its own: the controller polls for all
 * its disks.  What hangs on the answer is whether QEMU 7.2 may export the disk
 * at all (docs/design/disks-with-iothreads.md). */
unsigned
domain_def_disk_iothread(const DomainDef *def, const DiskDef *disk)
{
    const DomainController *controller = NULL;

    if (disk->bus != DISK_BUS_SCSI)
        return disk->iothread;
    controller = domain_devices_find_controller(def->devices, CONTROLLER_SCSI,
                                                (unsigned)disk->controller);
    return controller ? controller->iothread : 0;
}

bool
domain_machine_is_q35(const DomainMachine *machine)
{
    /* "q35" is QEMU's alias of the newest "pc-q35-N.M"; "pc" and
     * "pc-i440fx-N.M" are the older chipset. */
    return strcmp(machine->machine, "q35") == 0 ||
           g_str_has_prefix(machine->machine, "pc-q35-");
}

const DomainChar *
domain_devices_find_agent(const DomainDevices *devices)
{
    for (guint i = 0; i < devices->channels->len; i++) {
        const DomainChar *channel = g_ptr_array_index(devices->channels, i);

        if (g_strcmp0(channel->name, DOMAIN_AGENT_CHANNEL) == 0)
            return channel;
    }
    return NULL;
}
