/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the file of a saved machine back to the machine. */
#include "base/error.h"
#include "base/fd.h"
#include "base/flags.h"
#include "memory/run/domain_create.h"
#include "memory/save/save_calls.h"
#include "memory/save/state.h"
#include "model/save/save_image.h"
#include "model/save/save_plan.h"
#include "xml/domain/saved_xml.h"

/* All of the file is read before there is a machine: a damaged one starts
 * nothing, and the host's lock is free meanwhile. */
int
memory_domain_restore(virConnectPtr conn, const char *path, const char *dxml,
                      unsigned flags, GError **error)
{
    g_auto(AutoFd) file = -1;
    g_autoptr(SaveImage) image = NULL;
    g_autoptr(DomainDef) machine = NULL;
    g_autoptr(MemoryState) state = NULL;
    MemoryStart how = {.origin = DOMAIN_FROM_SAVE};
    virDomainPtr domain = NULL;

    if (!flags_check(flags, SAVE_PLAN_RESTORE_FLAGS, "a restore", error))
        return -1;
    image = save_image_open(path, false, &file, error);
    machine = image ? saved_xml_machine(image->xml, dxml, error) : NULL;
    if (!machine || !memory_domain_check_document(machine, error))
        return -1;
    state = memory_state_read(file, error);
    if (!state)
        return -1;
    how.state = state;
    how.is_paused = !domain_rules_runs_restored(flags, image->was_running);
    domain = memory_domain_run(conn, machine, &how, error);
    if (!domain)
        return -1;
    /* The call has no place for it; whoever wants one looks the name up. */
    domain_object_unref(domain);
    return 0;
}

/* Shown and changed without a look at the host: the machine in it may be of
 * another one.
 *
 * Neither needs the host: a file of the caller's own is no part of it. */
char *
memory_save_image_xml(virConnectPtr conn, const char *path, unsigned flags,
                      GError **error)
{
    (void)conn;
    return saved_xml_show_file(path, flags, error);
}

int
memory_save_image_define(virConnectPtr conn, const char *path, const char *dxml,
                         unsigned flags, GError **error)
{
    (void)conn;
    return saved_xml_change_file(path, dxml, flags, error) ? 0 : -1;
}
