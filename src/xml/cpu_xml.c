/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/cpu_xml.h"

#include "base/error.h"

#include <limits.h>
#include <string.h>

enum { CPU_NAME_MAX = 64, TOPOLOGY_MAX = 4096, SPINLOCK_RETRIES_MIN = 4095 };

/* ---- <cpu> ---- */

/* The name becomes part of -cpu, where a comma would start an option. */
static bool
read_model(xmlNode *node, DomainCpu *cpu, GError **error)
{
    static const char *const attributes[] = {"fallback", NULL};
    static const char *const fallbacks[] = {"allow", "forbid", NULL};
    g_autofree char *name = NULL;

    if (!node)
        return true;
    if (!part_only(node, attributes, NULL, error) ||
        !part_word(node, "fallback", fallbacks, &cpu->fallback, error))
        return false;
    name = reader_text(node);
    /* An empty element only carries its fallback. */
    if (*name == '\0')
        return true;
    if (!part_check_name(name, "CPU model", CPU_NAME_MAX, error))
        return false;
    cpu->model = g_steal_pointer(&name);
    return true;
}

/* dies came later than the rest, and may be missing. */
static bool
read_topology(xmlNode *node, DomainCpu *cpu, GError **error)
{
    static const char *const attributes[] = {"sockets", "dies", "cores",
                                             "threads", NULL};

    if (!node)
        return true;
    cpu->dies = 1;
    if (!part_only(node, attributes, NULL, error) ||
        !part_unsigned(node, "sockets", TOPOLOGY_MAX, &cpu->sockets, error) ||
        !part_unsigned(node, "dies", TOPOLOGY_MAX, &cpu->dies, error) ||
        !part_unsigned(node, "cores", TOPOLOGY_MAX, &cpu->cores, error) ||
        !part_unsigned(node, "threads", TOPOLOGY_MAX, &cpu->threads, error))
        return false;
    /* That the product is the number of processors is checked with the whole
     * document in hand. */
    if (!cpu->sockets || !cpu->dies || !cpu->cores || !cpu->threads) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<topology> needs sockets, cores and threads, each 1 or "
                    "more");
    }
    return true;
}

/* Twice with different policies could be read either way. */
static bool
read_feature(xmlNode *node, DomainCpu *cpu, GError **error)
{
    static const char *const attributes[] = {"policy", "name", NULL};
    static const char *const policies[] = {"force",   "require", "optional",
                                           "disable", "forbid",  NULL};
    g_autofree char *policy = g_strdup("require");
    g_autofree char *name = NULL;

    if (!part_only(node, attributes, NULL, error) ||
        !part_word(node, "policy", policies, &policy, error) ||
        !part_name(node, "name", CPU_NAME_MAX, &name, error))
        return false;
    if (!name)
        return fail(error, VIR_ERR_XML_ERROR, "a CPU <feature> has no name");
    for (guint i = 0; i < cpu->features->len; i++) {
        const CpuFeature *other = cpu->features->pdata[i];

        if (strcmp(other->name, name) == 0) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "the CPU feature '%s' is given twice", name);
        }
    }
    g_ptr_array_add(cpu->features, cpu_feature_new(name, policy));
    return true;
}

/* A model without a mode means that very model. */
static bool
settle_mode(DomainCpu *cpu, GError **error)
{
    if (!cpu->mode && cpu->model)
        cpu->mode = g_strdup("custom");
    if (!cpu->mode) {
        return cpu->features->len == 0 ||
               fail(error, VIR_ERR_XML_ERROR,
                    "<cpu> has features and neither a mode nor a <model>");
    }
    if (strcmp(cpu->mode, "custom") == 0) {
        return cpu->model || fail(error, VIR_ERR_XML_ERROR,
                                  "<cpu mode='custom'> needs a <model>");
    }
    if (cpu->model) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<cpu mode='%s'> takes no <model>", cpu->mode);
    }
    return true;
}

/* fallback and check are libvirt's dealings with the host's processor; they
 * are kept, and QEMU knows nothing of them. */
bool
cpu_xml_parse(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const attributes[] = {"mode", "match", "check",
                                             "migratable", NULL};
    static const char *const children[] = {"model", "topology", "*feature",
                                           NULL};
    static const char *const modes[] = {"custom", "host-model",
                                        "host-passthrough", "maximum", NULL};
    /* "minimum" and "strict" compare with the host, which QEMU does not. */
    static const char *const matches[] = {"exact", NULL};
    static const char *const checks[] = {"none", "partial", "full", NULL};
    DomainCpu *cpu = &parse->def->machine->cpu;

    if (!part_only(node, attributes, children, error) ||
        !part_word(node, "mode", modes, &cpu->mode, error) ||
        !part_word(node, "match", matches, &cpu->match, error) ||
        !part_word(node, "check", checks, &cpu->check, error) ||
        !part_switch(node, "migratable", &cpu->migratable, error) ||
        !read_model(reader_first(node, "model"), cpu, error) ||
        !read_topology(reader_first(node, "topology"), cpu, error))
        return false;
    /* In document order: QEMU takes them in the order they are given. */
    for (xmlNode *feature = reader_first(node, "feature"); feature;
         feature = reader_next(feature, "feature")) {
        if (!read_feature(feature, cpu, error))
            return false;
    }
    return settle_mode(cpu, error);
}

/* dies always, as libvirt does by now. */
static void
put_topology(Writer *writer, const DomainCpu *cpu)
{
    if (cpu->sockets == 0)
        return;
    writer_open(writer, "topology");
    writer_attribute_uint(writer, "sockets", cpu->sockets);
    writer_attribute_uint(writer, "dies", cpu->dies);
    writer_attribute_uint(writer, "cores", cpu->cores);
    writer_attribute_uint(writer, "threads", cpu->threads);
    writer_close(writer);
}

/* No element at all for a machine that said nothing: the default processor
 * is QEMU's to choose. */
void
cpu_xml_format(Writer *writer, const DomainCpu *cpu)
{
    if (!cpu->mode && cpu->sockets == 0)
        return;
    writer_open(writer, "cpu");
    writer_attribute(writer, "mode", cpu->mode);
    writer_attribute(writer, "match", cpu->match);
    writer_attribute(writer, "check", cpu->check);
    put_switch(writer, "migratable", cpu->migratable);
    if (cpu->model || cpu->fallback) {
        writer_open(writer, "model");
        writer_attribute(writer, "fallback", cpu->fallback);
        writer_text(writer, cpu->model ? cpu->model : "");
        writer_close(writer);
    }
    put_topology(writer, cpu);
    for (guint i = 0; i < cpu->features->len; i++) {
        const CpuFeature *feature = cpu->features->pdata[i];

        writer_open(writer, "feature");
        writer_attribute(writer, "policy", feature->policy);
        writer_attribute(writer, "name", feature->name);
        writer_close(writer);
    }
    writer_close(writer);
}

/* ---- <features> ---- */

/* A state is required: libvirt has it so, and a bare name would leave open
 * what it means. */
static bool
read_hyperv_feature(xmlNode *node, DomainFeatures *features, GError **error)
{
    static const char *const plain[] = {"state", NULL};
    static const char *const with_retries[] = {"state", "retries", NULL};
    bool is_spinlocks = strcmp(reader_name(node), "spinlocks") == 0;
    HypervFeature *feature = hyperv_feature_new(reader_name(node));
    Switch state = SWITCH_DEFAULT;

    /* The array owns it from here on, also when it is refused. */
    g_ptr_array_add(features->hyperv, feature);
    if (!part_only(node, is_spinlocks ? with_retries : plain, NULL, error) ||
        !part_switch(node, "state", &state, error) ||
        !part_unsigned(node, "retries", INT_MAX, &feature->retries, error))
        return false;
    if (state == SWITCH_DEFAULT) {
        return fail(error, VIR_ERR_XML_ERROR, "<%s> in <hyperv> needs a state",
                    feature->name);
    }
    feature->is_on = state == SWITCH_ON;
    if (is_spinlocks && feature->is_on &&
        feature->retries < SPINLOCK_RETRIES_MIN) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<spinlocks> in <hyperv> needs retries='%d' or more",
                    SPINLOCK_RETRIES_MIN);
    }
    return true;
}

/* 'passthrough' takes whatever the host has, so a guest would change with
 * its host. */
static bool
read_hyperv(xmlNode *node, DomainFeatures *features, GError **error)
{
    static const char *const attributes[] = {"mode", NULL};
    static const char *const modes[] = {"custom", NULL};
    static const char *const children[] = {
        "relaxed", "vapic",  "spinlocks",       "vpindex",     "runtime",
        "synic",   "stimer", "reset",           "frequencies", "tlbflush",
        "ipi",     "evmcs",  "reenlightenment", NULL};
    int mode = 0;

    if (!part_only(node, attributes, children, error) ||
        !part_choice(node, "mode", modes, &mode, error))
        return false;
    for (xmlNode *child = reader_first(node, NULL); child;
         child = reader_next(child, NULL)) {
        if (!read_hyperv_feature(child, features, error))
            return false;
    }
    return true;
}

/* The only one of its features that has a meaning here: hiding KVM from drivers
 * that refuse to run in a machine. */
static bool
read_kvm(xmlNode *node, DomainFeatures *features, GError **error)
{
    static const char *const children[] = {"hidden", NULL};
    static const char *const attributes[] = {"state", NULL};
    xmlNode *hidden = reader_first(node, "hidden");

    return part_only(node, NULL, children, error) &&
           (!hidden ||
            (part_only(hidden, attributes, NULL, error) &&
             part_switch(hidden, "state", &features->kvm_hidden, error)));
}

/* Presence is the value. */
static bool
read_presence(xmlNode *node, const char *name, bool *ret_value, GError **error)
{
    xmlNode *child = reader_first(node, name);

    *ret_value = child != NULL;
    return !child || part_only(child, NULL, NULL, error);
}

/* Presence without a state means on. */
static bool
read_state(xmlNode *node, const char *name, Switch *ret_value, GError **error)
{
    static const char *const attributes[] = {"state", NULL};
    xmlNode *child = reader_first(node, name);

    if (!child)
        return true;
    *ret_value = SWITCH_ON;
    return part_only(child, attributes, NULL, error) &&
           part_switch(child, "state", ret_value, error);
}

/* Presence is the value for the old ones, a state for the newer. */
bool
features_xml_parse(xmlNode *node, DomainParse *parse, GError **error)
{
    static const char *const children[] = {
        "acpi", "apic", "pae", "hyperv", "kvm", "vmport", "smm", "pmu", NULL};
    DomainFeatures *features = &parse->def->machine->features;
    xmlNode *hyperv = reader_first(node, "hyperv");
    xmlNode *kvm = reader_first(node, "kvm");

    return part_only(node, NULL, children, error) &&
           read_presence(node, "acpi", &features->has_acpi, error) &&
           read_presence(node, "apic", &features->has_apic, error) &&
           read_presence(node, "pae", &features->has_pae, error) &&
           (!hyperv || read_hyperv(hyperv, features, error)) &&
           (!kvm || read_kvm(kvm, features, error)) &&
           read_state(node, "vmport", &features->vmport, error) &&
           read_state(node, "smm", &features->smm, error) &&
           read_state(node, "pmu", &features->pmu, error);
}

/* mode='custom' is what a missing mode means; written out since newer
 * libvirt does. */
static void
put_hyperv(Writer *writer, const GPtrArray *hyperv)
{
    if (hyperv->len == 0)
        return;
    writer_open(writer, "hyperv");
    writer_attribute(writer, "mode", "custom");
    for (guint i = 0; i < hyperv->len; i++) {
        const HypervFeature *feature = hyperv->pdata[i];

        writer_open(writer, feature->name);
        writer_attribute(writer, "state", feature->is_on ? "on" : "off");
        put_nonzero(writer, "retries", feature->retries);
        writer_close(writer);
    }
    writer_close(writer);
}

static void
put_presence(Writer *writer, const char *name, bool is_there)
{
    if (is_there)
        writer_element(writer, name, "");
}

/* Nothing at all where nothing was said: an empty element would read as a
 * statement. */
void
features_xml_format(Writer *writer, const DomainFeatures *features)
{
    bool has_switch = features->kvm_hidden || features->vmport ||
                      features->smm || features->pmu;

    if (!features->has_acpi && !features->has_apic && !features->has_pae &&
        features->hyperv->len == 0 && !has_switch)
        return;
    writer_open(writer, "features");
    put_presence(writer, "acpi", features->has_acpi);
    put_presence(writer, "apic", features->has_apic);
    put_presence(writer, "pae", features->has_pae);
    put_hyperv(writer, features->hyperv);
    if (features->kvm_hidden != SWITCH_DEFAULT) {
        writer_open(writer, "kvm");
        put_state(writer, "hidden", features->kvm_hidden);
        writer_close(writer);
    }
    /* In libvirt's order, which is not that of reading. */
    put_state(writer, "pmu", features->pmu);
    put_state(writer, "vmport", features->vmport);
    put_state(writer, "smm", features->smm);
    writer_close(writer);
}
