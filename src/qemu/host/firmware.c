/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/host/firmware.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "model/domain_devices.h"
#include "qemu/qmp/message.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A description is some hundred bytes, and there are a handful. */
enum { DESCRIPTION_LIMIT = 64 * 1024, DESCRIPTIONS_MAX = 256 };

/* The administrator's before the distribution's: one of the same name stands
 * before the other. */
static const char *const usual_folders[] = {"/etc/qemu/firmware",
                                            "/usr/share/qemu/firmware", NULL};

/* Of a list's, when it goes. */
static void
firmware_free(gpointer data)
{
    QemuFirmware *firmware = data;

    g_free(firmware->loader);
    g_free(firmware->variables);
    g_strfreev(firmware->machines);
    g_free(firmware);
}

/* Features and interfaces are words in lists; their order means nothing. */
static bool
holds(const json_t *list, const char *word)
{
    const json_t *item = NULL;
    gsize index = 0;

    json_array_foreach(list, index, item)
    {
        if (g_strcmp0(json_string_value(item), word) == 0)
            return true;
    }
    return false;
}

/* Of the one architecture that there is; NULL: it is for others. */
static char **
read_machines(const json_t *description)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const json_t *target = NULL;
    gsize index = 0;

    json_array_foreach(json_object_get(description, "targets"), index, target)
    {
        const json_t *machine = NULL;
        gsize at = 0;

        if (g_strcmp0(
                json_string_value(json_object_get(target, "architecture")),
                "x86_64") != 0)
            continue;
        json_array_foreach(json_object_get(target, "machines"), at, machine)
        {
            if (json_is_string(machine))
                g_ptr_array_add(names, g_strdup(json_string_value(machine)));
        }
    }
    g_ptr_array_add(names, NULL);
    return names->len > 1 ? (char **)g_ptr_array_steal(names, NULL) : NULL;
}

/* The path of a raw image; NULL for others: none is converted here. */
static char *
read_image(const json_t *mapping, const char *name)
{
    const json_t *image = json_object_get(mapping, name);
    const char *path = json_string_value(json_object_get(image, "filename"));
    const char *format = json_string_value(json_object_get(image, "format"));

    return path && g_path_is_absolute(path) && g_strcmp0(format, "raw") == 0
               ? g_strdup(path)
               : NULL;
}

/* NULL for what is no UEFI in a flash chip for these machines. */
static QemuFirmware *
read_description(const json_t *description)
{
    const json_t *mapping = json_object_get(description, "mapping");
    const json_t *features = json_object_get(description, "features");
    QemuFirmware *firmware = NULL;
    g_autofree char *loader = read_image(mapping, "executable");
    g_autofree char *variables = read_image(mapping, "nvram-template");
    char **machines = NULL;

    /* "stateless" and "combined" have no variables of their own, or keep them
     * in the code. */
    if (!loader || !variables ||
        !holds(json_object_get(description, "interface-types"), "uefi") ||
        g_strcmp0(json_string_value(json_object_get(mapping, "device")),
                  "flash") != 0)
        return NULL;
    machines = read_machines(description);
    if (!machines)
        return NULL;
    firmware = g_new0(QemuFirmware, 1);
    firmware->loader = g_steal_pointer(&loader);
    firmware->variables = g_steal_pointer(&variables);
    firmware->machines = machines;
    firmware->is_secure = holds(features, "secure-boot");
    firmware->needs_smm = holds(features, "requires-smm");
    firmware->is_enrolled = holds(features, "enrolled-keys");
    return firmware;
}

/* By name, and the first folder that has the name keeps it. */
static void
collect(const char *folder, GTree *paths)
{
    g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
    const char *name = NULL;

    while (directory && g_tree_nnodes(paths) < DESCRIPTIONS_MAX) {
        name = g_dir_read_name(directory);
        if (!name)
            return;
        if (g_str_has_suffix(name, ".json") && !g_tree_lookup(paths, name)) {
            g_tree_insert(paths, g_strdup(name),
                          g_build_filename(folder, name, NULL));
        }
    }
}

/* As bytes, so that no locale changes which is preferred. */
static gint
by_name(gconstpointer one, gconstpointer other, gpointer nothing)
{
    (void)nothing;
    return strcmp(one, other);
}

/* One that cannot be read hides what it stands before, and is not one. */
static gboolean
add_one(gpointer name, gpointer path, gpointer list)
{
    g_autofree char *text =
        atomic_file_read(AT_FDCWD, path, DESCRIPTION_LIMIT, NULL, NULL);
    g_autoptr(Json) description = text ? json_loads(text, 0, NULL) : NULL;
    QemuFirmware *firmware = read_description(description);

    (void)name;
    if (firmware)
        g_ptr_array_add(list, firmware);
    return FALSE; /* to the end */
}

/* Their order is the order of preference, by names that begin with numbers.  Read
 * anew each time: a handful of small files, and a package that is installed
 * meanwhile counts at once. */
GPtrArray *
qemu_firmware_list(const char *const *folders)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(firmware_free);
    GTree *paths = g_tree_new_full(by_name, NULL, g_free, g_free);

    for (folders = folders ? folders : usual_folders; *folders; folders++)
        collect(*folders, paths);
    g_tree_foreach(paths, add_one, list);
    g_tree_destroy(paths);
    return list;
}

/* Patterns are of full names, which an alias would not match. */
bool
qemu_firmware_fits(const QemuFirmware *firmware, const char *machine)
{
    for (char **pattern = firmware->machines; *pattern; pattern++) {
        if (g_pattern_match_simple(*pattern, machine))
            return true;
    }
    return false;
}

/* ---- for a machine ---- */

/* Descriptions name machines in full.  What an alias stands for is the newest of
 * its kind, and no description tells the versions of a kind apart. */
static const char *
full_name(const DomainMachine *machine)
{
    if (g_str_equal(machine->machine, "pc"))
        return "pc-i440fx-0";
    return g_str_equal(machine->machine, "q35") ? "pc-q35-0" : machine->machine;
}

/* By what the definition says, and not by what it leaves open: as libvirt, which
 * takes the most secure one unless SMM is off. */
static bool
is_good_for(const QemuFirmware *firmware, const DomainMachine *machine)
{
    if (!qemu_firmware_fits(firmware, full_name(machine)) ||
        access(firmware->loader, R_OK) != 0 ||
        access(firmware->variables, R_OK) != 0)
        return false;
    if (firmware->needs_smm && machine->features.smm == SWITCH_OFF)
        return false;
    if (machine->loader_secure == SWITCH_ON)
        return firmware->is_secure && firmware->needs_smm;
    return machine->loader_secure != SWITCH_OFF || !firmware->needs_smm;
}

/* The run then looks like one whose definition named it all, and can be defined
 * so from what it shows. */
static void
give(const QemuFirmware *firmware, DomainMachine *machine)
{
    machine->wants_efi = false;
    machine->loader = g_strdup(firmware->loader);
    if (!machine->nvram_template)
        machine->nvram_template = g_strdup(firmware->variables);
    if (firmware->needs_smm) {
        machine->loader_secure = SWITCH_ON;
        machine->features.smm = SWITCH_ON;
    }
}

/* At each start and not once: a firmware that is replaced by a package takes
 * its description along, and the variables of a machine that has some
 * already are not touched (process/nvram.h). */
bool
qemu_firmware_settle(DomainDef *live, const GPtrArray *list, GError **error)
{
    DomainMachine *machine = live->machine;

    if (!machine->wants_efi)
        return true;
    for (guint i = 0; i < list->len; i++) {
        const QemuFirmware *firmware = list->pdata[i];

        if (is_good_for(firmware, machine)) {
            give(firmware, machine);
            return true;
        }
    }
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "no UEFI firmware fits domain '%s' (machine '%s'%s); install "
                "one with a description (package ovmf), or name a <loader>",
                live->name, machine->machine,
                machine->loader_secure == SWITCH_ON ? ", secure" : "");
}
