/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/host/models.h"

#include "base/error.h"
#include "qemu/process/capabilities.h"
#include "qemu/qmp/message.h"
#include "xml/host/domain_caps_xml.h"

#include <unistd.h>

/* Name and alias are copies: the JSON that they came in is gone by then. */
static void
machine_free(gpointer data)
{
    QemuMachineType *type = data;

    g_free(type->name);
    g_free(type->alias);
    g_free(type);
}

/* The name is const for its readers, and this array's own. */
static void
cpu_clear(gpointer data)
{
    g_free((char *)((DomainCapsCpu *)data)->name);
}

void
qemu_models_free(QemuModels *models)
{
    if (!models)
        return;
    g_ptr_array_unref(models->machines);
    g_array_unref(models->cpus);
    g_free(models);
}

/* The answers may come out of a cache's file: an entry that is none is left
 * out. */
static void
read_machines(GPtrArray *machines, const json_t *told)
{
    const json_t *entry = NULL;
    gsize index = 0;

    json_array_foreach(told, index, entry)
    {
        const char *name = json_string_value(json_array_get(entry, 0));
        json_int_t most = json_integer_value(json_array_get(entry, 2));
        QemuMachineType *type = NULL;

        if (!name || most < 1 || most > G_MAXINT)
            continue;
        type = g_new0(QemuMachineType, 1);
        type->name = g_strdup(name);
        type->alias = g_strdup(json_string_value(json_array_get(entry, 1)));
        type->vcpus_max = (unsigned)most;
        g_ptr_array_add(machines, type);
    }
}

/* In QEMU's order, which libvirt keeps, too. */
static void
read_cpus(GArray *cpus, const json_t *told)
{
    const json_t *entry = NULL;
    gsize index = 0;

    json_array_foreach(told, index, entry)
    {
        const char *name = json_string_value(json_array_get(entry, 0));
        DomainCapsCpu cpu = {g_strdup(name),
                             json_is_true(json_array_get(entry, 1))};

        if (name)
            g_array_append_val(cpus, cpu);
    }
}

/* KVM's processors are those of the host, TCG's those that it can emulate; QEMU
 * tells of the one that it was started for. */
QemuModels *
qemu_models_ask(QemuRoot *root, const char *emulator, bool is_kvm,
                GError **error)
{
    g_autoptr(Json) told =
        qemu_capabilities_models(root, emulator, is_kvm ? "kvm" : "tcg", error);
    QemuModels *models = NULL;

    if (!told)
        return NULL;
    models = g_new0(QemuModels, 1);
    models->machines = g_ptr_array_new_with_free_func(machine_free);
    models->cpus = g_array_new(FALSE, FALSE, sizeof(DomainCapsCpu));
    g_array_set_clear_func(models->cpus, cpu_clear);
    read_machines(models->machines, json_object_get(told, "machines"));
    read_cpus(models->cpus, json_object_get(told, "cpus"));
    return models;
}

/* A walk: there are some fifty, and it is done once a definition. */
const QemuMachineType *
qemu_models_find(const QemuModels *models, const char *name, GError **error)
{
    for (guint i = 0; i < models->machines->len; i++) {
        const QemuMachineType *type = models->machines->pdata[i];

        if (g_str_equal(type->name, name) || g_strcmp0(type->alias, name) == 0)
            return type;
    }
    fail(
        error, VIR_ERR_INVALID_ARG,
        "the emulator has no machine '%.64s' that is supported: 'pc' and 'q35' "
        "are, and their versions",
        name);
    return NULL;
}

/* Of this process, which starts the machines. */
bool
qemu_host_has_kvm(void)
{
    return access("/dev/kvm", R_OK | W_OK) == 0;
}
