/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is told of the host, and of what a domain may have there. */
#include "stage.h"

#include <stdlib.h>
#include <string.h>

static char *
caps_of(const Stage *stage, const char *machine, const char *type)
{
    char *text = virConnectGetDomainCapabilities(stage->machine->conn, NULL,
                                                 NULL, machine, type, 0);

    require(text != NULL);
    return text;
}

static const char *
type_of_stage(void)
{
    return stage_is_memory() ? "test" : "qemu";
}

/* The words of <enum name='@name'>, for g_strfreev(). */
static char **
words_of(const char *caps, const char *name)
{
    g_autofree char *start = g_strdup_printf("<enum name='%s'>", name);
    const char *from = strstr(caps, start);
    const char *to = from ? strstr(from, "</enum>") : NULL;
    g_autofree char *inner = NULL;
    GPtrArray *words = g_ptr_array_new();
    g_auto(GStrv) parts = NULL;

    require(to != NULL);
    inner = g_strndup(from, (gsize)(to - from));
    parts = g_strsplit(inner, "<value>", -1);
    for (char **part = parts + 1; *part; part++)
        g_ptr_array_add(words, g_strndup(*part, strcspn(*part, "<")));
    g_ptr_array_add(words, NULL);
    return (char **)g_ptr_array_free(words, FALSE);
}

/* Defined with each of the words, one after the other. */
static void
assert_accepted(const Stage *stage, const char *caps, const char *name,
                const char *device_format)
{
    g_auto(GStrv) words = words_of(caps, name);

    require(words[0] != NULL);
    for (char **word = words; *word; word++) {
        g_auto(GStrv) parts = g_strsplit(device_format, "WORD", 2);
        g_autofree char *device = g_strjoin(*word, parts[0], parts[1], NULL);
        g_autofree char *xml = stage_document(stage, "probe", NULL, device);
        virDomainPtr domain = virDomainDefineXML(stage->machine->conn, xml);

        require(domain != NULL);
        require(virDomainUndefine(domain) == 0);
        require(virDomainFree(domain) == 0);
    }
}

static void
what_a_domain_may_have_can_be_defined(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    char *caps = caps_of(stage, NULL, type_of_stage());

    assert_accepted(stage, caps, "bus",
                    "<disk type='file' device='disk'><source "
                    "file='/none'/><target dev='sdc' "
                    "bus='WORD'/></disk>");
    assert_accepted(stage, caps, "modelType",
                    "<video><model type='WORD'/></video>");
    assert_accepted(stage, caps, "backendModel",
                    "<rng model='virtio'><backend model='WORD'>/dev/urandom"
                    "</backend></rng>");
    free(caps);
}

static void
a_machine_goes_by_either_name(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    char *usual = caps_of(stage, NULL, type_of_stage());
    char *pc = caps_of(stage, "pc", type_of_stage());
    char *q35 = caps_of(stage, "q35", type_of_stage());

    g_assert_cmpstr(usual, ==, pc);
    g_assert_nonnull(strstr(pc, "<value>ide</value>"));
    g_assert_nonnull(strstr(q35, "q35"));
    g_assert_null(strstr(q35, "<value>ide</value>"));
    free(usual);
    free(pc);
    free(q35);
}

static void
what_no_domain_can_be_is_refused(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virConnectPtr conn = stage->machine->conn;
    virConnectPtr reader = NULL;

    g_assert_null(
        virConnectGetDomainCapabilities(conn, NULL, "vax", NULL, NULL, 0));
    require_error(VIR_ERR_CONFIG_UNSUPPORTED);
    g_assert_null(
        virConnectGetDomainCapabilities(conn, NULL, NULL, NULL, "xen", 0));
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_null(virConnectGetDomainCapabilities(conn, NULL, NULL, "isapc",
                                                  type_of_stage(), 0));
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_null(
        virConnectGetDomainCapabilities(conn, "bin/qemu", NULL, NULL, NULL, 0));
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_null(
        virConnectGetDomainCapabilities(conn, NULL, NULL, NULL, NULL, 1));
    require_error(VIR_ERR_INVALID_ARG);
    reader = stage_connect(stage, true);
    g_assert_null(
        virConnectGetDomainCapabilities(reader, NULL, NULL, NULL, NULL, 0));
    require_error(VIR_ERR_OPERATION_DENIED);
    require(virConnectClose(reader) == 0);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "host");
    STAGE_TEST(what_a_domain_may_have_can_be_defined);
    STAGE_TEST(a_machine_goes_by_either_name);
    STAGE_TEST(what_no_domain_can_be_is_refused);
    return g_test_run();
}
