/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <domainCapabilities>: what a <domain> may ask for on this host.
 *
 * What depends on the host or on QEMU is found out by the driver, and is in
 * DomainCaps.  The rest is what the readers of <domain> accept: the words
 * stand here once more, and a test defines a domain with each of them.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* What a caller asked about; NULL: the driver's choice. */
typedef struct {
    const char *emulator;
    const char *arch;
    const char *machine;
    const char *virt_type;
} DomainCapsAsked;

typedef struct {
    const char *name;
    bool is_usable;
} DomainCapsCpu;

/* Borrowed texts: whoever fills it in keeps them until it is formatted. */
typedef struct {
    const char *emulator; /* nullable: there is none */
    const char *virt_type;
    const char *machine;
    unsigned vcpus_max;
    bool is_q35;
    bool has_efi;       /* <os firmware='efi'> finds one */
    bool has_secure;    /* and one that starts signed code alone */
    GPtrArray *loaders; /* (nullable): of const char *: paths */
    GArray *cpus;       /* (nullable): of DomainCapsCpu */
} DomainCaps;

/** domain_caps_check: refuses another architecture (VIR_ERR_CONFIG_UNSUPPORTED)
 * and another kind of virtualisation than one of the NULL-terminated @types
 * (VIR_ERR_INVALID_ARG). */
bool domain_caps_check(const DomainCapsAsked *asked, const char *const *types,
                       GError **error);

/** domain_caps_xml_format: (transfer full): as libvirt orders it. */
char *domain_caps_xml_format(const DomainCaps *caps);
