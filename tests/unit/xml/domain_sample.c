/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain_sample.h"

#include "base/error.h"
#include "xml/domain_xml.h"

#include <string.h>

static char *
document_with(const char *body, const char *devices, const char *machine)
{
    g_autofree char *os = g_strdup_printf(
        "<os><type arch='x86_64' machine='%s'>hvm</type></os>", machine);

    return g_strdup_printf("<domain type='qemu'><name>web</name>"
                           "<memory unit='MiB'>64</memory><vcpu>4</vcpu>"
                           "<iothreads>2</iothreads>"
                           "%s%s<devices>%s</devices></domain>",
                           strstr(body, "<os") ? "" : os, body, devices);
}

static DomainDef *
accepted(const char *text)
{
    g_autoptr(GError) error = NULL;
    DomainDef *def = domain_xml_parse(text, &error);

    g_assert_no_error(error);
    g_assert_nonnull(def);
    return def;
}

static char *
refused(const char *text, int code)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(domain_xml_parse(text, &error));
    g_assert_error(error, STRANDLINE_ERROR, code);
    return g_strdup(error->message);
}

DomainDef *
domain_with_devices(const char *devices)
{
    g_autofree char *text = document_with("", devices, "pc");

    return accepted(text);
}

DomainDef *
q35_with_devices(const char *devices)
{
    g_autofree char *text = document_with("", devices, "q35");

    return accepted(text);
}

DomainDef *
domain_with_body(const char *body)
{
    g_autofree char *text = document_with(body, "", "pc");

    return accepted(text);
}

char *
refusal_of_devices(const char *devices, int code)
{
    g_autofree char *text = document_with("", devices, "pc");

    return refused(text, code);
}

char *
refusal_of_body(const char *body, int code)
{
    g_autofree char *text = document_with(body, "", "pc");

    return refused(text, code);
}
