/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "snapshot_steps.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

typedef virDomainSnapshot *Snapshot;

static void
snapshot_free(Snapshot *snapshot)
{
    if (*snapshot)
        (void)virDomainSnapshotFree(*snapshot);
}

#define autosnapshot __attribute__((cleanup(snapshot_free))) Snapshot

static Snapshot
find(Machine *machine, const char *name)
{
    Snapshot found = virDomainSnapshotLookupByName(machine->domain, name, 0);

    require(found != NULL);
    return found;
}

static void
require_refusal(int code, const char *what)
{
    require_error(code);
    if (what && !strstr(virGetLastErrorMessage(), what))
        g_error("'%s' does not say '%s'", virGetLastErrorMessage(), what);
}

void
take(Machine *machine, const char *xml, unsigned flags)
{
    autosnapshot made = virDomainSnapshotCreateXML(machine->domain, xml, flags);

    require(made != NULL);
}

void
take_disks(Machine *machine, const char *name)
{
    g_autofree char *xml = g_strdup_printf(
        "<domainsnapshot><name>%s</name></domainsnapshot>", name);

    take(machine, xml, VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY);
}

void
refuse_take(Machine *machine, const char *xml, unsigned flags, int code,
            const char *what)
{
    autosnapshot made = virDomainSnapshotCreateXML(machine->domain, xml, flags);

    g_assert_null(made);
    require_refusal(code, what);
}

void
revert(Machine *machine, const char *name, unsigned flags)
{
    autosnapshot found = find(machine, name);

    require(virDomainRevertToSnapshot(found, flags) == 0);
}

void
refuse_revert(Machine *machine, const char *name, unsigned flags, int code,
              const char *what)
{
    autosnapshot found = find(machine, name);

    g_assert_cmpint(virDomainRevertToSnapshot(found, flags), ==, -1);
    require_refusal(code, what);
}

void
drop(Machine *machine, const char *name, unsigned flags)
{
    autosnapshot found = find(machine, name);

    require(virDomainSnapshotDelete(found, flags) == 0);
}

void
refuse_drop(Machine *machine, const char *name, unsigned flags, int code,
            const char *what)
{
    autosnapshot found = find(machine, name);

    g_assert_cmpint(virDomainSnapshotDelete(found, flags), ==, -1);
    require_refusal(code, what);
}

char *
listed(Machine *machine, const char *from, unsigned flags)
{
    autosnapshot start = from ? find(machine, from) : NULL;
    virDomainSnapshotPtr *list = NULL;
    int n = start ? virDomainSnapshotListAllChildren(start, &list, flags)
                  : virDomainListAllSnapshots(machine->domain, &list, flags);
    GString *names = g_string_new(NULL);

    require(n >= 0);
    for (int i = 0; i < n; i++) {
        g_string_append_printf(names, "%s%s", i ? " " : "",
                               virDomainSnapshotGetName(list[i]));
        (void)virDomainSnapshotFree(list[i]);
    }
    free(list);
    return g_string_free(names, FALSE);
}

char *
current(Machine *machine)
{
    autosnapshot found = NULL;

    if (virDomainHasCurrentSnapshot(machine->domain, 0) == 0)
        return g_strdup("-");
    found = virDomainSnapshotCurrent(machine->domain, 0);
    require(found != NULL);
    return g_strdup(virDomainSnapshotGetName(found));
}

char *
snapshot_text(Machine *machine, const char *name)
{
    autosnapshot found = find(machine, name);
    char *xml = virDomainSnapshotGetXMLDesc(found, 0);

    require(xml != NULL);
    return xml;
}

void
assert_same(char *text, const char *expected, const char *file, int line)
{
    g_autofree char *owned = text;

    if (g_strcmp0(owned, expected) != 0)
        g_error("%s:%d: '%s' instead of '%s'", file, line, owned, expected);
}

/* The sources come in the order of the disks; those of backing layers are
 * inside a <backingStore>. */
char *
top(Machine *machine, unsigned disk, unsigned flags)
{
    char *xml = virDomainGetXMLDesc(machine->domain, flags);
    char *place = xml;
    char *end = NULL;
    char *path = NULL;

    g_assert_nonnull(place);
    for (unsigned i = 0; i <= disk; i++) {
        place = strstr(place + 1, "<disk ");
        g_assert_nonnull(place);
    }
    place = strstr(place, "<source file='");
    g_assert_nonnull(place);
    place += strlen("<source file='");
    end = strchr(place, '\'');
    path = g_strndup(place, (gsize)(end - place));
    free(xml);
    return path;
}

void
assert_pattern(const char *path, int pattern, uint64_t offset, uint64_t length,
               const char *where)
{
    g_autofree char *command =
        g_strdup_printf("read -P %d %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                        pattern, offset, length);
    g_autofree char *output = run_command("qemu-io", "-U", "-r", "-f", "qcow2",
                                          "-c", command, path, NULL);

    if (strstr(output, "failed")) {
        g_error("%s: '%s' has no %d at %" G_GUINT64_FORMAT, where, path,
                pattern, offset);
    }
}

void
assert_on_disk(Machine *machine, unsigned disk, int pattern, uint64_t offset,
               uint64_t length, const char *where)
{
    g_autofree char *path = top(machine, disk, 0);

    if (virDomainIsActive(machine->domain) == 1)
        machine_io(machine, disk, "flush");
    assert_pattern(path, pattern, offset, length, where);
}
