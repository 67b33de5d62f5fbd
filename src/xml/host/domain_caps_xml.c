/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/host/domain_caps_xml.h"

#include "base/error.h"
#include "xml/writer.h"

#define ARCH "x86_64"

static const char *const yes_no[] = {"yes", "no", NULL};
static const char *const on_off[] = {"on", "off", NULL};

/* A word that nobody knows and one that is known and not supported are told
 * apart by libvirt; who asks gets no further in either case. */
bool
domain_caps_check(const DomainCapsAsked *asked, const char *const *types,
                  GError **error)
{
    g_autofree char *known = NULL;

    if (asked->arch && !g_str_equal(asked->arch, ARCH)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "there is no emulator for the architecture '%.64s', only "
                    "for '" ARCH "'",
                    asked->arch);
    }
    if (!asked->virt_type || g_strv_contains(types, asked->virt_type))
        return true;
    known = g_strjoinv("' and '", (char **)types);
    return fail(error, VIR_ERR_INVALID_ARG,
                "domains of type '%.64s' are not supported, only '%s'",
                asked->virt_type, known);
}

/* What is not there is said as well: a client need not guess whether we are
 * silent because we are older than it. */
static void
open_part(Writer *writer, const char *name, bool is_there)
{
    writer_open(writer, name);
    writer_attribute(writer, "supported", is_there ? "yes" : "no");
}

/* Not <name/>: that would be an empty list, and no answer. */
static void
put_missing(Writer *writer, const char *name)
{
    open_part(writer, name, false);
    writer_close(writer);
}

static void
put_present(Writer *writer, const char *name)
{
    open_part(writer, name, true);
    writer_close(writer);
}

/* A word that is not listed is one that the reader of <domain> refuses. */
static void
put_enum(Writer *writer, const char *name, const char *const *values)
{
    writer_open(writer, "enum");
    writer_attribute(writer, "name", name);
    for (; *values; values++)
        writer_element(writer, "value", *values);
    writer_close(writer);
}

/* A loader is always a flash image that the guest cannot write to: the reader
 * of <loader> says why. */
static void
put_os(Writer *writer, const DomainCaps *caps)
{
    static const char *const efi[] = {"efi", NULL};
    static const char *const nothing[] = {NULL};
    static const char *const pflash[] = {"pflash", NULL};

    open_part(writer, "os", true);
    put_enum(writer, "firmware", caps->has_efi ? efi : nothing);
    open_part(writer, "loader", true);
    for (guint i = 0; caps->loaders && i < caps->loaders->len; i++)
        writer_element(writer, "value", caps->loaders->pdata[i]);
    put_enum(writer, "type", pflash);
    /* Each list but its last word ("no"), or but its first ("yes"). */
    put_enum(writer, "readonly", (const char *const[]){"yes", NULL});
    put_enum(writer, "secure", caps->has_secure ? yes_no : yes_no + 1);
    writer_close(writer);
    writer_close(writer);
}

/* Modes have the same attribute, behind their name. */
static void
open_mode(Writer *writer, const char *name, bool is_there)
{
    writer_open(writer, "mode");
    writer_attribute(writer, "name", name);
    writer_attribute(writer, "supported", is_there ? "yes" : "no");
}

/* "host-model" names no model: the guest gets the host's own processor, or all
 * that can be emulated. */
static void
put_cpu(Writer *writer, const DomainCaps *caps)
{
    bool has_kvm = g_str_equal(caps->virt_type, "kvm");

    writer_open(writer, "cpu");
    open_mode(writer, "host-passthrough", has_kvm);
    if (has_kvm)
        put_enum(writer, "hostPassthroughMigratable", on_off);
    writer_close(writer);
    open_mode(writer, "maximum", true);
    put_enum(writer, "maximumMigratable", on_off);
    writer_close(writer);
    open_mode(writer, "host-model", true);
    writer_close(writer);
    open_mode(writer, "custom", caps->cpus && caps->cpus->len > 0);
    for (guint i = 0; caps->cpus && i < caps->cpus->len; i++) {
        const DomainCapsCpu *cpu = &g_array_index(caps->cpus, DomainCapsCpu, i);

        writer_open(writer, "model");
        writer_attribute(writer, "usable", cpu->is_usable ? "yes" : "no");
        writer_text(writer, cpu->name);
        writer_close(writer);
    }
    writer_close(writer);
    writer_close(writer);
}

/* There are no IDE drives on q35. */
static void
put_disk(Writer *writer, const DomainCaps *caps)
{
    static const char *const devices[] = {"disk", "cdrom", NULL};
    static const char *const buses[] = {"ide", "scsi", "virtio", "sata", NULL};

    open_part(writer, "disk", true);
    put_enum(writer, "diskDevice", devices);
    put_enum(writer, "bus", caps->is_q35 ? buses + 1 : buses);
    writer_close(writer);
}

/* A part that one list of words describes whole. */
static void
put_one_enum(Writer *writer, const char *part, const char *name,
             const char *const *values)
{
    open_part(writer, part, true);
    put_enum(writer, name, values);
    writer_close(writer);
}

/* The first four kinds are those that virt-install looks for. */
static void
put_devices(Writer *writer, const DomainCaps *caps)
{
    static const char *const graphics[] = {"vnc", NULL};
    static const char *const videos[] = {"vga",  "cirrus", "virtio",
                                         "none", "bochs",  NULL};
    static const char *const channels[] = {"pty", "unix", NULL};

    writer_open(writer, "devices");
    put_disk(writer, caps);
    put_one_enum(writer, "graphics", "type", graphics);
    put_one_enum(writer, "video", "modelType", videos);
    put_missing(writer, "hostdev");
    open_part(writer, "rng", true);
    put_enum(writer, "model", (const char *const[]){"virtio", NULL});
    put_enum(writer, "backendModel", (const char *const[]){"random", NULL});
    writer_close(writer);
    put_missing(writer, "filesystem");
    put_missing(writer, "tpm");
    put_missing(writer, "redirdev");
    put_one_enum(writer, "channel", "type", channels);
    writer_close(writer);
}

/* Enlightenments are KVM's; which of them its kernel has is not asked, and QEMU
 * refuses the others by name. */
static void
put_features(Writer *writer, const DomainCaps *caps)
{
    static const char *const hyperv[] = {
        "relaxed",  "vapic",  "spinlocks", "vpindex",     "runtime",
        "synic",    "stimer", "reset",     "frequencies", "reenlightenment",
        "tlbflush", "ipi",    "evmcs",     NULL};

    writer_open(writer, "features");
    put_missing(writer, "gic");
    put_missing(writer, "vmcoreinfo");
    put_missing(writer, "genid");
    put_present(writer, "backingStoreInput");
    put_present(writer, "backup");
    put_missing(writer, "sev");
    put_missing(writer, "sgx");
    if (g_str_equal(caps->virt_type, "kvm")) {
        put_one_enum(writer, "hyperv", "features", hyperv);
    } else {
        put_missing(writer, "hyperv");
    }
    writer_close(writer);
}

/* In libvirt's order: documents can be compared line by line. */
char *
domain_caps_xml_format(const DomainCaps *caps)
{
    g_autoptr(Writer) writer = writer_new();

    writer_open(writer, "domainCapabilities");
    writer_element(writer, "path", caps->emulator);
    writer_element(writer, "domain", caps->virt_type);
    writer_element(writer, "machine", caps->machine);
    writer_element(writer, "arch", ARCH);
    writer_open(writer, "vcpu");
    writer_attribute_uint(writer, "max", caps->vcpus_max);
    writer_close(writer);
    put_present(writer, "iothreads");
    put_os(writer, caps);
    put_cpu(writer, caps);
    put_missing(writer, "memoryBacking");
    put_devices(writer, caps);
    put_features(writer, caps);
    writer_close(writer);
    return writer_finish(writer);
}
