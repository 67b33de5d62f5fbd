/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/machine_xml.h"

#include "base/error.h"
#include "xml/cpu_xml.h"

#include <string.h>

enum {
    MACHINE_NAME_MAX = 64,
    CMDLINE_MAX = 4096, /* what the kernel reads at most is 2048 */
    BOOT_MENU_TIMEOUT_MAX = 65535,
    IOTHREADS_MAX = 64,
};

/* ---- <os> ---- */

/* Other machines have other buses and other devices; a name that merely
 * looks right would start something else. */
static bool
read_os_type(xmlNode *node, DomainMachine *machine, GError **error)
{
    static const char *const attributes[] = {"arch", "machine", NULL};
    static const char *const archs[] = {"x86_64", NULL};
    g_autofree char *type = NULL;

    if (!node)
        return fail(error, VIR_ERR_XML_ERROR, "<os> has no <type>");
    type = reader_text(node);
    if (strcmp(type, "hvm") != 0) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the OS type '%.64s' is not supported, only 'hvm'", type);
    }
    if (!part_only(node, attributes, NULL, error) ||
        !part_word(node, "arch", archs, &machine->arch, error) ||
        !part_name(node, "machine", MACHINE_NAME_MAX, &machine->machine, error))
        return false;
    /* NULL: the default is filled in later, and is one of these. */
    if (!machine->machine || strcmp(machine->machine, "pc") == 0 ||
        g_str_has_prefix(machine->machine, "pc-i440fx-") ||
        domain_machine_is_q35(machine))
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "the machine '%s' is not supported, only 'pc' and 'q35' and "
                "their versions",
                machine->machine);
}

/* An empty element is as good as none; NULL then. */
static bool
read_path_text(xmlNode *node, char **ret_path, GError **error)
{
    g_autofree char *path = node ? reader_text(node) : NULL;
    g_autofree char *what = NULL;

    if (!path || *path == '\0')
        return true;
    what = g_strdup_printf("<%s>", reader_name(node));
    if (!part_check_path(path, what, error))
        return false;
    *ret_path = g_steal_pointer(&path);
    return true;
}

/* Without type='pflash' libvirt takes the file for a BIOS image, and a
 * writable loader lets the guest change its own firmware. */
static bool
read_loader(xmlNode *node, DomainMachine *machine, GError **error)
{
    static const char *const attributes[] = {"readonly", "secure", "type",
                                             "format", NULL};
    static const char *const types[] = {"pflash", NULL};
    static const char *const formats[] = {"raw", NULL};
    Switch is_readonly = SWITCH_ON;
    g_autofree char *type = NULL;
    int format = 0;

    if (!node)
        return true;
    if (!part_only(node, attributes, NULL, error) ||
        !part_word(node, "type", types, &type, error) ||
        !part_choice(node, "format", formats, &format, error) ||
        !part_switch(node, "readonly", &is_readonly, error) ||
        !part_switch(node, "secure", &machine->loader_secure, error) ||
        !read_path_text(node, &machine->loader, error))
        return false;
    /* Before its type: without a path there is nothing to be of any type. */
    if (!machine->loader && machine->wants_efi)
        return true; /* which are good enough is all that it says */
    if (!machine->loader)
        return fail(error, VIR_ERR_XML_ERROR, "<loader> has no path");
    if (machine->wants_efi) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<os firmware='efi'> finds a loader, and '%s' is one "
                    "already; say one of the two",
                    machine->loader);
    }
    if (!type || is_readonly != SWITCH_ON) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the loader '%s' must have type='pflash' and "
                    "readonly='yes'",
                    machine->loader);
    }
    return true;
}

/* Its own format is always raw; converting a template is more than is
 * needed. */
static bool
read_nvram(xmlNode *node, DomainMachine *machine, GError **error)
{
    static const char *const attributes[] = {"template", "templateFormat",
                                             "format", NULL};
    static const char *const formats[] = {"raw", NULL};
    int format = 0;

    if (!node)
        return true;
    if (!machine->loader && !machine->wants_efi)
        return fail(error, VIR_ERR_XML_ERROR, "<nvram> needs a <loader>");
    /* Neither path nor template is fine: a file of ours is made at the start if
     * there is something to make it of. */
    return part_only(node, attributes, NULL, error) &&
           part_choice(node, "templateFormat", formats, &format, error) &&
           part_choice(node, "format", formats, &format, error) &&
           part_path(node, "template", &machine->nvram_template, error) &&
           read_path_text(node, &machine->nvram, error);
}

/* QEMU fails on an initrd without a kernel, and silently drops a command
 * line. */
static bool
read_kernel(xmlNode *os, DomainMachine *machine, GError **error)
{
    g_autofree char *cmdline = reader_child_text(os, "cmdline");

    if (!read_path_text(reader_first(os, "kernel"), &machine->kernel, error) ||
        !read_path_text(reader_first(os, "initrd"), &machine->initrd, error))
        return false;
    if (cmdline && *cmdline != '\0')
        machine->cmdline = g_steal_pointer(&cmdline);
    if (!machine->kernel && (machine->initrd || machine->cmdline)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<initrd> and <cmdline> need a <kernel>");
    }
    /* A newline would end the command line for some boot loaders, and the log
     * line for all readers. */
    for (const char *p = machine->cmdline; p && *p; p++) {
        if (g_ascii_iscntrl(*p)) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "<cmdline> holds a control character");
        }
    }
    if (machine->cmdline && strlen(machine->cmdline) > CMDLINE_MAX) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<cmdline> is longer than %d bytes", CMDLINE_MAX);
    }
    return true;
}

/* In the order of BootDevice. */
static const char *const boot_devices[] = {"hd", "cdrom", "network", NULL};

/* Each kind once: more cannot be told apart by a boot index. */
static bool
read_boot_devices(xmlNode *os, DomainMachine *machine, GError **error)
{
    static const char *const attributes[] = {"dev", NULL};

    for (xmlNode *node = reader_first(os, "boot"); node;
         node = reader_next(node, "boot")) {
        int device = -1;

        if (!part_only(node, attributes, NULL, error) ||
            !part_choice(node, "dev", boot_devices, &device, error))
            return false;
        if (device < 0) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "<boot> in <os> has no dev='...'");
        }
        for (unsigned i = 0; i < machine->boot_count; i++) {
            if (machine->boot[i] == (BootDevice)device) {
                return fail(error, VIR_ERR_XML_ERROR,
                            "<boot dev='%s'/> is given twice",
                            boot_devices[device]);
            }
        }
        /* Bounded by the check above: there are as many places as there are
         * kinds. */
        machine->boot[machine->boot_count++] = (BootDevice)device;
    }
    return true;
}

/* 65535 is what the firmware interface can hold. */
static bool
read_boot_menu(xmlNode *node, DomainMachine *machine, GError **error)
{
    static const char *const attributes[] = {"enable", "timeout", NULL};

    return !node || (part_only(node, attributes, NULL, error) &&
                     part_switch(node, "enable", &machine->boot_menu, error) &&
                     part_unsigned(node, "timeout", BOOT_MENU_TIMEOUT_MAX,
                                   &machine->boot_menu_timeout_ms, error));
}

/* Only what QEMU does anyhow. */
static bool
read_smbios(xmlNode *node, GError **error)
{
    static const char *const attributes[] = {"mode", NULL};
    static const char *const modes[] = {"emulate", NULL};
    int mode;

    return !node || (part_only(node, attributes, NULL, error) &&
                     part_choice(node, "mode", modes, &mode, error));
}

/* kernel, initrd and cmdline stay beside <boot>: they win while they are
 * there. */
bool
machine_xml_parse_os(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const children[] = {
        "type",    "loader", "nvram",    "kernel", "initrd",
        "cmdline", "*boot",  "bootmenu", "smbios", NULL};
    static const char *const plain[] = {"kernel", "initrd", "cmdline", NULL};
    static const char *const attributes[] = {"firmware", NULL};
    static const char *const firmware[] = {"efi", NULL};
    DomainMachine *machine = parse->def->machine;
    int found = -1;

    if (!part_only(node, attributes, children, error) ||
        !part_choice(node, "firmware", firmware, &found, error))
        return false;
    machine->wants_efi = found == 0;
    return part_plain(node, plain, error) &&
           read_os_type(reader_first(node, "type"), machine, error) &&
           read_loader(reader_first(node, "loader"), machine, error) &&
           read_nvram(reader_first(node, "nvram"), machine, error) &&
           read_kernel(node, machine, error) &&
           read_boot_devices(node, machine, error) &&
           read_boot_menu(reader_first(node, "bootmenu"), machine, error) &&
           read_smbios(reader_first(node, "smbios"), error);
}

/* <cpu> and <features> have a file of their own. */
bool
machine_xml_parse_cpu(xmlNode *node, DomainParse *parse, GError **error)
{
    return cpu_xml_parse(node, parse, error);
}

bool
machine_xml_parse_features(xmlNode *node, DomainParse *parse, GError **error)
{
    return features_xml_parse(node, parse, error);
}

/* ---- <clock> ---- */

static const struct {
    const char *name;
    const char *policies[4]; /* NULL-terminated; empty: none */
    bool has_present;
    bool has_track;
} known_timers[] = {
    {"rtc", {"delay", "catchup", NULL}, false, true},
    {"pit", {"delay", "catchup", "discard", NULL}, false, false},
    {"hpet", {NULL}, true, false},
    {"kvmclock", {NULL}, true, false},
    {"hypervclock", {NULL}, true, false},
};

/* -1 for one that QEMU's x86 machines do not have, or that needs more than an
 * option. */
static int
find_known_timer(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(known_timers); i++) {
        if (g_strcmp0(known_timers[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

/* Which attributes a timer has depends on which it is; one that would be
 * ignored is refused. */
static bool
read_timer(xmlNode *node, DomainMachine *machine, GError **error)
{
    static const char *const tracks[] = {"guest", "wall", NULL};
    /* Name, three more, and the NULL that ends the list. */
    const char *attributes[5] = {"name"};
    g_autofree char *name = reader_attribute(node, "name");
    int kind = find_known_timer(name);
    int count = 1;
    DomainTimer *timer;

    if (kind < 0) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<timer name='%.64s'> is not supported", name ? name : "");
    }
    if (known_timers[kind].has_present)
        attributes[count++] = "present";
    if (known_timers[kind].has_track)
        attributes[count++] = "track";
    if (known_timers[kind].policies[0])
        attributes[count++] = "tickpolicy";

    timer = domain_timer_new(name);
    g_ptr_array_add(machine->timers, timer);
    return part_only(node, attributes, NULL, error) &&
           part_switch(node, "present", &timer->present, error) &&
           part_word(node, "track", tracks, &timer->track, error) &&
           part_word(node, "tickpolicy", known_timers[kind].policies,
                     &timer->tickpolicy, error);
}

/* 'variable' and 'timezone' need somebody who keeps the difference between
 * runs. */
bool
machine_xml_parse_clock(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"offset", NULL};
    static const char *const children[] = {"*timer", NULL};
    static const char *const offsets[] = {"utc", "localtime", NULL};
    DomainMachine *machine = parse->def->machine;

    if (!part_only(node, attributes, children, error) ||
        !part_word(node, "offset", offsets, &machine->clock_offset, error))
        return false;
    for (xmlNode *timer = reader_first(node, "timer"); timer;
         timer = reader_next(timer, "timer")) {
        if (!read_timer(timer, machine, error))
            return false;
    }
    return true;
}

/* ---- what happens at the end ---- */

/* Restarting a machine that powered off, or keeping one that wanted to reboot,
 * takes somebody who watches it all the time; there is nobody. */
static const struct {
    const char *name;
    const char *words[4];
    size_t offset;
} actions[] = {
    {"on_poweroff",
     {"destroy", NULL},
     G_STRUCT_OFFSET(DomainMachine, on_poweroff)},
    {"on_reboot",
     {"restart", "destroy", NULL},
     G_STRUCT_OFFSET(DomainMachine, on_reboot)},
    {"on_crash",
     {"destroy", "restart", "preserve", NULL},
     G_STRUCT_OFFSET(DomainMachine, on_crash)},
};

/* One function for three elements that differ in what they allow. */
bool
machine_xml_parse_action(xmlNode *node, DomainParse *parse, GError **error)
{
    g_autofree char *word = reader_text(node);

    if (!part_only(node, NULL, NULL, error))
        return false;
    for (guint i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (strcmp(actions[i].name, reader_name(node)) != 0)
            continue;
        if (!g_strv_contains(actions[i].words, word))
            break;
        /* The default, if there was one, has not been filled in yet: nothing is
         * lost. */
        G_STRUCT_MEMBER(char *, parse->def->machine, actions[i].offset) =
            g_steal_pointer(&word);
        return true;
    }
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "<%s> is '%.64s', which is not supported", reader_name(node),
                word);
}

/* Absent leaves QEMU's default. */
static bool
read_suspend(xmlNode *pm, const char *name, Switch *ret_value, GError **error)
{
    static const char *const attributes[] = {"enabled", NULL};
    xmlNode *node = reader_first(pm, name);

    return !node || (part_only(node, attributes, NULL, error) &&
                     part_switch(node, "enabled", ret_value, error));
}

/* Whether the guest is offered sleep at all. */
bool
machine_xml_parse_pm(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const children[] = {"suspend-to-mem", "suspend-to-disk",
                                           NULL};
    DomainMachine *machine = parse->def->machine;

    return part_only(node, NULL, children, error) &&
           read_suspend(node, "suspend-to-mem", &machine->suspend_to_mem,
                        error) &&
           read_suspend(node, "suspend-to-disk", &machine->suspend_to_disk,
                        error);
}

/* ---- iothreads ---- */

/* Ids are 1 to the number, as libvirt gives them out. */
bool
machine_xml_parse_iothreads(xmlNode *node, DomainParse *parse, GError **error)
{
    g_autofree char *text = reader_text(node);
    guint64 count;

    if (!part_only(node, NULL, NULL, error))
        return false;
    if (!g_ascii_string_to_unsigned(text, 10, 0, IOTHREADS_MAX, &count, NULL)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<iothreads> is '%.64s': expected a number from 0 to %d",
                    text, IOTHREADS_MAX);
    }
    parse->def->machine->iothreads = (unsigned)count;
    return true;
}

/* What libvirt adds for a running domain: accepted if it says no more than
 * <iothreads> does. */
bool
machine_xml_parse_iothread_ids(xmlNode *node, DomainParse *parse,
                               GError **error)
{
    static const char *const children[] = {"*iothread", NULL};
    static const char *const attributes[] = {"id", NULL};
    unsigned count = 0;

    if (!part_only(node, NULL, children, error))
        return false;
    for (xmlNode *child = reader_first(node, NULL); child;
         child = reader_next(child, NULL)) {
        unsigned id = 0;

        count++;
        if (!part_only(child, attributes, NULL, error) ||
            !part_unsigned(child, "id", IOTHREADS_MAX, &id, error))
            return false;
        if (id != count) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "<iothread id='%u'>: ids other than 1, 2, ... in order "
                        "are not supported",
                        id);
        }
    }
    /* The two elements may come in either order. */
    parse->def->machine->iothreads = MAX(parse->def->machine->iothreads, count);
    return true;
}

/* ---- writing ---- */

/* An nvram without a path is written too: its template says what it will be
 * made from. */
static void
put_firmware(Writer *writer, const DomainMachine *machine)
{
    if (!machine->loader && !machine->wants_efi)
        return;
    if (machine->loader || machine->loader_secure != SWITCH_DEFAULT) {
        writer_open(writer, "loader");
        writer_attribute(writer, "readonly", machine->loader ? "yes" : NULL);
        put_yes_no(writer, "secure", machine->loader_secure);
        writer_attribute(writer, "type", machine->loader ? "pflash" : NULL);
        if (machine->loader)
            writer_text(writer, machine->loader);
        writer_close(writer);
    }
    if (!machine->nvram && !machine->nvram_template)
        return;
    writer_open(writer, "nvram");
    writer_attribute(writer, "template", machine->nvram_template);
    writer_text(writer, machine->nvram ? machine->nvram : "");
    writer_close(writer);
}

/* In libvirt's order. */
static void
put_os(Writer *writer, const DomainMachine *machine)
{
    writer_open(writer, "os");
    writer_attribute(writer, "firmware", machine->wants_efi ? "efi" : NULL);
    writer_open(writer, "type");
    writer_attribute(writer, "arch", machine->arch);
    writer_attribute(writer, "machine", machine->machine);
    writer_text(writer, "hvm");
    writer_close(writer);
    put_firmware(writer, machine);
    writer_element(writer, "kernel", machine->kernel);
    writer_element(writer, "initrd", machine->initrd);
    writer_element(writer, "cmdline", machine->cmdline);
    for (unsigned i = 0; i < machine->boot_count; i++) {
        writer_open(writer, "boot");
        writer_attribute(writer, "dev", boot_devices[machine->boot[i]]);
        writer_close(writer);
    }
    if (machine->boot_menu != SWITCH_DEFAULT) {
        writer_open(writer, "bootmenu");
        put_yes_no(writer, "enable", machine->boot_menu);
        put_nonzero(writer, "timeout", machine->boot_menu_timeout_ms);
        writer_close(writer);
    }
    writer_close(writer);
}

/* The offset always; timers in the order they came. */
static void
put_clock(Writer *writer, const DomainMachine *machine)
{
    writer_open(writer, "clock");
    writer_attribute(writer, "offset", machine->clock_offset);
    for (guint i = 0; i < machine->timers->len; i++) {
        const DomainTimer *timer = machine->timers->pdata[i];

        writer_open(writer, "timer");
        writer_attribute(writer, "name", timer->name);
        put_yes_no(writer, "present", timer->present);
        writer_attribute(writer, "tickpolicy", timer->tickpolicy);
        writer_attribute(writer, "track", timer->track);
        writer_close(writer);
    }
    writer_close(writer);
}

/* Nothing where nothing was said. */
static void
put_suspend(Writer *writer, const char *name, Switch value)
{
    if (value == SWITCH_DEFAULT)
        return;
    writer_open(writer, name);
    put_yes_no(writer, "enabled", value);
    writer_close(writer);
}

/* In libvirt's order of elements, so that documents can be compared line by
 * line. */
void
machine_xml_format(Writer *writer, const DomainMachine *machine)
{
    put_os(writer, machine);
    features_xml_format(writer, &machine->features);
    cpu_xml_format(writer, &machine->cpu);
    put_clock(writer, machine);
    writer_element(writer, "on_poweroff", machine->on_poweroff);
    writer_element(writer, "on_reboot", machine->on_reboot);
    writer_element(writer, "on_crash", machine->on_crash);
    if (machine->suspend_to_mem || machine->suspend_to_disk) {
        writer_open(writer, "pm");
        put_suspend(writer, "suspend-to-mem", machine->suspend_to_mem);
        put_suspend(writer, "suspend-to-disk", machine->suspend_to_disk);
        writer_close(writer);
    }
}
