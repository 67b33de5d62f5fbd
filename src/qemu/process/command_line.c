/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/command_line.h"

#include "base/error.h"
#include "model/domain_devices.h"
#include "qemu/process/command_parts.h"

#include <string.h>

/* @value is taken over, NULL for an option without one. */
void
command_add(CommandBuilder *builder, const char *option, char *value)
{
    /* Option and value are two arguments; no shell and no quoting stands
     * between us and QEMU. */
    g_ptr_array_add(builder->arguments, g_strdup(option));
    if (value)
        g_ptr_array_add(builder->arguments, value);
}

/* Takes @value over.  NULL would mean text that is not UTF-8, and all text
 * comes from an XML reader that checked it. */
static char *
json_line(json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT);

    json_decref(value);
    g_assert(text); /* made by us, of valid UTF-8 */
    return text;
}

/* Where QEMU takes JSON, a value can hold anything: no character ends it
 * early. */
void
command_add_json(CommandBuilder *builder, const char *option, json_t *value)
{
    command_add(builder, option, json_line(value));
}

/* For the options that have no JSON form: a comma begins the next key there,
 * and two are a comma. */
char *
command_escape(const char *value)
{
    g_auto(GStrv) parts = g_strsplit(value, ",", -1);

    return g_strjoinv(",,", parts);
}

json_t *
command_device(const char *driver, const char *alias)
{
    return json_pack("{s:s, s:s}", "driver", driver, "id", alias);
}

/* The device goes into a group and to the command line at the end: order among
 * groups is what QEMU's bus lookup needs. */
void
command_device_done(CommandBuilder *builder, json_t *device, DeviceGroup group)
{
    /* Devices with a fixed address go first: one that QEMU may place anywhere
     * must not take a place that another was promised. */
    if (group == GROUP_FREE || group == GROUP_CONTROLLER)
        group = json_object_get(device, "addr") ? GROUP_PLACED : group;
    g_ptr_array_add(builder->devices[group], json_line(device));
}

/* Without an address QEMU chooses one, in the order of the devices, which is
 * the same each time. */
void
command_device_pci(CommandBuilder *builder, json_t *device,
                   const PciAddress *address)
{
    bool is_q35 = domain_machine_is_q35(builder->def->machine);
    g_autofree char *bus = NULL;
    g_autofree char *addr = NULL;

    if (!address->is_set)
        return;
    bus = address->bus == 0 ? g_strdup(is_q35 ? "pcie.0" : "pci.0")
                            : g_strdup_printf("pci.%u", address->bus);
    addr = g_strdup_printf("0x%x.0x%x", address->slot, address->function);
    command_set_text(device, "bus", bus);
    command_set_text(device, "addr", addr);
    if (address->multifunction != SWITCH_DEFAULT) {
        json_object_set_new(device, "multifunction",
                            json_boolean(address->multifunction == SWITCH_ON));
    }
}

/* NULL leaves the key out and QEMU's default in force; the same for the two
 * below. */
void
command_set_text(json_t *object, const char *key, const char *value)
{
    if (value)
        json_object_set_new(object, key, json_string(value));
}

void
command_set_number(json_t *object, const char *key, guint64 value)
{
    if (value)
        json_object_set_new(object, key, json_integer((json_int_t)value));
}

void
command_set_switch(json_t *object, const char *key, Switch value)
{
    if (value != SWITCH_DEFAULT)
        json_object_set_new(object, key, json_boolean(value == SWITCH_ON));
}

/* <os><boot> names kinds, in order; the first device of a kind gets its turn. */
guint64
command_boot_index(const CommandBuilder *builder, int boot_device,
                   bool is_first, unsigned order)
{
    const DomainMachine *machine = builder->def->machine;

    if (order || builder->has_boot_orders || !is_first)
        return order;
    for (unsigned i = 0; i < machine->boot_count; i++) {
        if ((int)machine->boot[i] == boot_device)
            return i + 1;
    }
    return 0;
}

static const char *
on_off(Switch value)
{
    return value == SWITCH_ON ? "on" : "off";
}

static void
append_switch(GString *text, const char *key, Switch value)
{
    if (value != SWITCH_DEFAULT)
        g_string_append_printf(text, ",%s=%s", key, on_off(value));
}

/* By libvirt's name; each occurs once. */
static const DomainTimer *
find_timer(const DomainMachine *machine, const char *name)
{
    for (guint i = 0; i < machine->timers->len; i++) {
        const DomainTimer *timer = machine->timers->pdata[i];

        if (g_str_equal(timer->name, name))
            return timer;
    }
    return NULL;
}

/* -machine and -accel: what cannot be changed later. */
static void
add_machine(CommandBuilder *builder)
{
    const DomainMachine *machine = builder->def->machine;
    g_autofree char *name = command_escape(machine->machine);
    const DomainTimer *hpet = find_timer(machine, "hpet");
    GString *text = g_string_new(name);

    /* No USB controller but those in the definition; and a core dump of QEMU
     * without the guest's memory. */
    g_string_append(text, ",usb=off,dump-guest-core=off");
    if (!machine->features.has_acpi)
        g_string_append(text, ",acpi=off");
    append_switch(text, "vmport", machine->features.vmport);
    append_switch(text, "smm", machine->features.smm);
    if (hpet)
        append_switch(text, "hpet", hpet->present);
    if (machine->loader)
        g_string_append(text, ",pflash0=sl-pflash0");
    if (machine->loader && machine->nvram)
        g_string_append(text, ",pflash1=sl-pflash1");
    command_add(builder, "-machine", g_string_free(text, FALSE));
    command_add(
        builder, "-accel",
        g_strdup(g_str_equal(builder->def->type, "kvm") ? "kvm" : "tcg"));
}

/* The names agree with QEMU's but for the prefix. */
static void
append_hyperv(GString *text, const DomainFeatures *features)
{
    for (guint i = 0; i < features->hyperv->len; i++) {
        const HypervFeature *feature = features->hyperv->pdata[i];

        /* Off is QEMU's default for all of them. */
        if (!feature->is_on)
            continue;
        if (g_str_equal(feature->name, "spinlocks")) {
            g_string_append_printf(text, ",hv-spinlocks=0x%x",
                                   feature->retries);
        } else {
            g_string_append_printf(text, ",hv-%s=on", feature->name);
        }
    }
}

/* In the document's order: a later one wins, for QEMU as for the reader. */
static void
append_cpu_features(GString *text, const DomainCpu *cpu)
{
    for (guint i = 0; i < cpu->features->len; i++) {
        const CpuFeature *feature = cpu->features->pdata[i];
        g_autofree char *name = command_escape(feature->name);
        /* "require" and "force" are both on: that the host has it is looked at
         * by "enforce" alone (check='full'). */
        bool is_off = g_str_equal(feature->policy, "disable") ||
                      g_str_equal(feature->policy, "forbid");

        g_string_append_printf(text, ",%s=%s", name, is_off ? "off" : "on");
    }
}

/* The model, or NULL when QEMU's own default is meant. */
static bool
cpu_model(const DomainDef *def, char **ret_model, GError **error)
{
    const DomainCpu *cpu = &def->machine->cpu;
    bool is_kvm = g_str_equal(def->type, "kvm");

    *ret_model = NULL;
    if (!cpu->mode)
        return true;
    if (g_str_equal(cpu->mode, "custom")) {
        *ret_model = command_escape(cpu->model);
        return true;
    }
    /* Not "max" in its place: who asks for the host's processor would be told
     * nothing of getting another. */
    if (g_str_equal(cpu->mode, "host-passthrough") && !is_kvm) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "cpu mode 'host-passthrough' needs a domain of type 'kvm'; "
                    "use mode 'maximum'");
    }
    /* "host-model" is the host's own processor as far as a guest can tell it;
     * machines do not move between hosts here. */
    *ret_model =
        g_strdup(is_kvm && !g_str_equal(cpu->mode, "maximum") ? "host" : "max");
    return true;
}

/* Nothing where nothing was said: then it is QEMU's default for this
 * machine. */
static bool
add_cpu(CommandBuilder *builder, GError **error)
{
    const DomainMachine *machine = builder->def->machine;
    const DomainTimer *kvmclock = find_timer(machine, "kvmclock");
    const DomainTimer *hypervclock = find_timer(machine, "hypervclock");
    g_autofree char *model = NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    if (!cpu_model(builder->def, &model, error))
        return false;
    if (model && g_str_equal(model, "host"))
        append_switch(text, "migratable", machine->cpu.migratable);
    append_cpu_features(text, &machine->cpu);
    append_hyperv(text, &machine->features);
    if (hypervclock)
        append_switch(text, "hv-time", hypervclock->present);
    if (kvmclock)
        append_switch(text, "kvmclock", kvmclock->present);
    if (machine->features.kvm_hidden == SWITCH_ON)
        g_string_append(text, ",kvm=off");
    append_switch(text, "pmu", machine->features.pmu);
    if (g_strcmp0(machine->cpu.check, "full") == 0)
        g_string_append(text, ",enforce");
    /* Features need a model to be written behind; qemu64 is what QEMU would
     * take without one. */
    if (model || text->len > 0) {
        command_add(builder, "-cpu",
                    g_strconcat(model ? model : "qemu64", text->str, NULL));
    }
    return true;
}

/* With the I/O threads, which disks and controllers name. */
static void
add_memory_and_processors(CommandBuilder *builder)
{
    const DomainDef *def = builder->def;
    const DomainCpu *cpu = &def->machine->cpu;
    GString *text = g_string_new(NULL);

    command_add(
        builder, "-m",
        /* In KiB, as the definition has it: nothing is rounded twice. */
        g_strdup_printf("size=%" G_GUINT64_FORMAT "k", def->memory_kib));
    g_string_printf(text, "%u", def->vcpus);
    if (cpu->sockets) {
        g_string_append_printf(text, ",sockets=%u,dies=%u,cores=%u,threads=%u",
                               cpu->sockets, MAX(cpu->dies, 1), cpu->cores,
                               cpu->threads);
    }
    command_add(builder, "-smp", g_string_free(text, FALSE));
    for (unsigned i = 1; i <= def->machine->iothreads; i++) {
        g_autofree char *id = g_strdup_printf("iothread%u", i);

        command_add_json(
            builder, "-object",
            json_pack("{s:s, s:s}", "qom-type", "iothread", "id", id));
    }
}

/* Only what has an option.  Timers that QEMU has no switch for were refused by
 * the reader. */
static void
add_clock(CommandBuilder *builder)
{
    const DomainMachine *machine = builder->def->machine;
    const DomainTimer *rtc = find_timer(machine, "rtc");
    const DomainTimer *pit = find_timer(machine, "pit");
    GString *text = g_string_new("base=");

    g_string_append(text, machine->clock_offset);
    /* The clock stands while the guest is stopped. */
    if (rtc && g_strcmp0(rtc->track, "guest") == 0)
        g_string_append(text, ",clock=vm");
    if (rtc && g_strcmp0(rtc->tickpolicy, "catchup") == 0)
        g_string_append(text, ",driftfix=slew");
    command_add(builder, "-rtc", g_string_free(text, FALSE));
    /* The in-kernel timer is KVM's: under TCG there is nothing to set. */
    if (pit && pit->tickpolicy && g_str_equal(builder->def->type, "kvm")) {
        command_add(
            builder, "-global",
            g_strdup_printf("kvm-pit.lost_tick_policy=%s", pit->tickpolicy));
    }
}

/* Sleep states are the chipset's; each machine calls its chip by another
 * name. */
static void
add_power(CommandBuilder *builder)
{
    const DomainMachine *machine = builder->def->machine;
    const char *chip = domain_machine_is_q35(machine) ? "ICH9-LPC" : "PIIX4_PM";

    if (machine->suspend_to_mem != SWITCH_DEFAULT) {
        command_add(builder, "-global",
                    g_strdup_printf("%s.disable_s3=%d", chip,
                                    machine->suspend_to_mem == SWITCH_OFF));
    }
    if (machine->suspend_to_disk != SWITCH_DEFAULT) {
        command_add(builder, "-global",
                    g_strdup_printf("%s.disable_s4=%d", chip,
                                    machine->suspend_to_disk == SWITCH_OFF));
    }
    /* The guest's reboot ends QEMU by itself, also when nobody of us is
     * there. */
    if (g_str_equal(machine->on_reboot, "destroy"))
        command_add(builder, "-action", g_strdup("reboot=shutdown"));
}

/* UEFI: code that nobody writes to, and this machine's own variables. */
static void
add_firmware(CommandBuilder *builder)
{
    const DomainMachine *machine = builder->def->machine;

    if (!machine->loader)
        return;
    /* Format said, as everywhere: a variable store that looks like qcow2 stays
     * raw. */
    command_add_json(builder, "-blockdev",
                     json_pack("{s:s, s:s, s:b, s:{s:s, s:s}}", "driver", "raw",
                               "node-name", "sl-pflash0", "read-only", 1,
                               "file", "driver", "file", "filename",
                               machine->loader));
    if (machine->nvram) {
        command_add_json(builder, "-blockdev",
                         json_pack("{s:s, s:s, s:{s:s, s:s}}", "driver", "raw",
                                   "node-name", "sl-pflash1", "file", "driver",
                                   "file", "filename", machine->nvram));
    }
    if (machine->loader_secure == SWITCH_ON) {
        command_add(builder, "-global",
                    g_strdup("driver=cfi.pflash01,property=secure,value=on"));
    }
}

/* A kernel that is given is booted, whatever the order of devices. */
static void
add_boot(CommandBuilder *builder)
{
    const DomainMachine *machine = builder->def->machine;
    /* strict: what is not in the boot order is not tried. */
    GString *text = g_string_new("strict=on");

    if (machine->boot_menu == SWITCH_ON) {
        g_string_append(text, ",menu=on");
        if (machine->boot_menu_timeout_ms) {
            g_string_append_printf(text, ",splash-time=%u",
                                   machine->boot_menu_timeout_ms);
        }
    }
    command_add(builder, "-boot", g_string_free(text, FALSE));
    if (!machine->kernel)
        return;
    command_add(builder, "-kernel", g_strdup(machine->kernel));
    if (machine->initrd)
        command_add(builder, "-initrd", g_strdup(machine->initrd));
    if (machine->cmdline)
        command_add(builder, "-append", g_strdup(machine->cmdline));
}

/* Who this machine is, and that it has nothing but what follows. */
static void
add_identity(CommandBuilder *builder)
{
    const DomainDef *def = builder->def;
    g_autofree char *name = command_escape(def->name);
    char uuid[DOMAIN_UUID_TEXT_SIZE];

    uuid_format(def->uuid, uuid);
    command_add(builder, "-name",
                g_strdup_printf("guest=%s,debug-threads=on", name));
    command_add(builder, "-uuid", g_strdup(uuid));
    /* Processors stopped until everything is set (domain_start.c); no
     * configuration files of the host; no default devices: what the definition
     * does not have, the machine does not have. */
    command_add(builder, "-S", NULL);
    if (def->awaits_memory)
        command_add(builder, "-incoming", g_strdup("defer"));
    command_add(builder, "-no-user-config", NULL);
    command_add(builder, "-nodefaults", NULL);
    command_add(builder, "-display", g_strdup("none"));
    if (builder->context->pid_file)
        command_add(builder, "-pidfile", g_strdup(builder->context->pid_file));
}

/* The one monitor.  QEMU serves one client of it at a time. */
static void
add_monitor(CommandBuilder *builder)
{
    /* A listening socket that exists before QEMU does: connecting to it works
     * from the first moment, and waits. */
    int fd = GPOINTER_TO_INT(
        g_hash_table_lookup(builder->context->handed, "monitor"));

    command_add(
        builder, "-chardev",
        g_strdup_printf("socket,id=charmonitor,fd=%d,server=on,wait=off", fd));
    command_add(builder, "-mon",
                g_strdup("chardev=charmonitor,id=monitor,mode=control"));
}

/* A monitor that listens to a file of one command and speaks into another: the
 * events of the machine, for whoever comes to read them. */
static void
add_journal(CommandBuilder *builder)
{
    g_autofree char *path = command_escape(builder->context->journal);

    command_add(builder, "-chardev",
                g_strdup_printf("pipe,id=charevents,path=%s", path));
    command_add(builder, "-mon",
                g_strdup("chardev=charevents,id=events,mode=control"));
}

/* What the guest's end does is QEMU's to act on when nobody of us is there, so
 * only what it can do by itself is promised. */
static bool
check_lifecycle(const DomainMachine *machine, GError **error)
{
    /* Restarting or preserving needs somebody who watches; here the machine may
     * be alone. */
    if (!g_str_equal(machine->on_poweroff, "destroy")) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<on_poweroff>%s</on_poweroff> is not supported; use "
                    "destroy",
                    machine->on_poweroff);
    }
    if (g_str_equal(machine->on_reboot, "preserve")) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<on_reboot>preserve</on_reboot> is not supported; use "
                    "restart or destroy");
    }
    return true;
}

/* One device with an order switches the whole machine to orders. */
static bool
has_boot_orders(const DomainDef *def)
{
    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = def->disks->pdata[i];

        if (disk->boot_order)
            return true;
    }
    for (guint i = 0; i < def->devices->interfaces->len; i++) {
        const DomainInterface *interface = def->devices->interfaces->pdata[i];

        if (interface->boot_order)
            return true;
    }
    return false;
}

/* Devices in the order that lets each find what it hangs on; then what the
 * definition adds as it stands. */
static void
finish(CommandBuilder *builder)
{
    const GPtrArray *extra = builder->def->devices->qemu_arguments;

    /* The groups' arrays are freed here, also when a device was refused
     * before. */
    for (int group = 0; group < GROUP_COUNT; group++) {
        for (guint i = 0; i < builder->devices[group]->len; i++) {
            command_add(builder, "-device",
                        g_strdup(builder->devices[group]->pdata[i]));
        }
        g_ptr_array_unref(builder->devices[group]);
    }
    for (guint i = 0; i < extra->len; i++)
        g_ptr_array_add(builder->arguments, g_strdup(extra->pdata[i]));
    g_ptr_array_add(builder->arguments, NULL);
}

/* No file is touched and nothing is asked of the host: the same definition
 * gives the same line, which tests compare. */
GPtrArray *
command_line_build(const DomainDef *def, const CommandLineContext *context,
                   GError **error)
{
    g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);
    CommandBuilder builder = {.def = def,
                              .context = context,
                              .arguments = arguments,
                              .has_boot_orders = has_boot_orders(def)};
    bool is_done = false;

    if (!check_lifecycle(def->machine, error))
        return NULL;
    for (int group = 0; group < GROUP_COUNT; group++)
        builder.devices[group] = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(arguments, g_strdup(def->devices->emulator));
    add_identity(&builder);
    add_machine(&builder);
    is_done = add_cpu(&builder, error);
    add_memory_and_processors(&builder);
    add_clock(&builder);
    add_power(&builder);
    add_firmware(&builder);
    add_boot(&builder);
    add_monitor(&builder);
    add_journal(&builder);
    /* The first refusal counts; what has no reason to refuse is added all the
     * same, and thrown away. */
    is_done = is_done && command_add_disks(&builder, error) &&
              command_add_devices(&builder, error);
    finish(&builder);
    return is_done ? g_steal_pointer(&arguments) : NULL;
}
