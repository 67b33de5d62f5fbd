/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "domain_steps.h"

#include <stdarg.h>
#include <string.h>

virDomainPtr
define_with(Machine *machine, const char *name, const char *before,
            const char *devices)
{
    g_autofree char *escaped = g_markup_escape_text(name, -1);
    g_autofree char *xml = g_strdup_printf(
        "<domain type='qemu' "
        "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>"
        "<name>%s</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>"
        "<os><type arch='x86_64' machine='pc'>hvm</type></os>%s"
        "<devices>%s</devices></domain>",
        escaped, before ? before : "", devices);
    virDomainPtr domain = virDomainDefineXML(machine->conn, xml);

    require(domain != NULL);
    return domain;
}

void
expect_error(int code, const char *words)
{
    const virError *error = virGetLastError();

    g_assert_nonnull(error);
    if (error->code != code || !strstr(error->message, words)) {
        g_error("expected %d with '%s', got %d: %s", code, words, error->code,
                error->message);
    }
    virResetLastError();
}

void
expect_state(virDomainPtr domain, int state, int reason)
{
    int found = -1;
    int why = -1;

    require(virDomainGetState(domain, &found, &why, 0) == 0);
    g_assert_cmpint(found, ==, state);
    g_assert_cmpint(why, ==, reason);
}

char *
run_tool(const char *program, ...)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *complaint = NULL;
    char *output = NULL;
    int status = 0;
    va_list args;

    g_ptr_array_add(argv, (gpointer)program);
    va_start(args, program);
    while (argv->pdata[argv->len - 1])
        g_ptr_array_add(argv, va_arg(args, gpointer));
    va_end(args);
    if (!g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH,
                      NULL, NULL, &output, &complaint, &status, &error) ||
        !g_spawn_check_wait_status(status, &error))
        g_error("%s: %s: %s", program, error->message, complaint);
    return output;
}
