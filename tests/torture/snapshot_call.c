/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One snapshot call, for snapshot.sh to kill it at every step.
 *
 * usage: snapshot_call URI DOMAIN VERB [ARGUMENT...]
 *   create XML FLAGS [CHECKPOINT-XML]
 *   revert NAME FLAGS     delete NAME FLAGS     list     current
 */
#include <glib.h>
#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned
flags_of(const char *text)
{
    guint64 flags = 0;

    g_assert_true(
        g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT, &flags, NULL));
    return (unsigned)flags;
}

static int
create(virDomainPtr domain, char **arguments)
{
    virDomainSnapshotPtr made = virDomainSnapshotCreateXML2(
        domain, arguments[0],
        arguments[1] && arguments[2] ? arguments[2] : NULL,
        flags_of(arguments[1]));

    if (!made)
        return -1;
    return virDomainSnapshotFree(made);
}

static int
list(virDomainPtr domain)
{
    virDomainSnapshotPtr *found = NULL;
    int n = virDomainListAllSnapshots(domain, &found, 0);

    for (int i = 0; i < n; i++) {
        puts(virDomainSnapshotGetName(found[i]));
        (void)virDomainSnapshotFree(found[i]);
    }
    free(found);
    return n;
}

static int
call_on_one(virDomainPtr domain, const char *verb, char **arguments)
{
    virDomainSnapshotPtr found =
        virDomainSnapshotLookupByName(domain, arguments[0], 0);
    unsigned flags = flags_of(arguments[1]);
    int result = -1;

    if (!found)
        return -1;
    result = strcmp(verb, "revert") == 0
                 ? virDomainRevertToSnapshot(found, flags)
                 : virDomainSnapshotDelete(found, flags);
    if (result < 0) /* what follows forgets it */
        fprintf(stderr, "%s\n", virGetLastErrorMessage());
    (void)virDomainSnapshotFree(found);
    return result;
}

static int
current(virDomainPtr domain)
{
    virDomainSnapshotPtr found = virDomainSnapshotCurrent(domain, 0);

    puts(found ? virDomainSnapshotGetName(found) : "-");
    if (found)
        (void)virDomainSnapshotFree(found);
    return 0;
}

static int
run(virDomainPtr domain, const char *verb, char **arguments)
{
    if (strcmp(verb, "create") == 0)
        return create(domain, arguments);
    if (strcmp(verb, "list") == 0)
        return list(domain);
    if (strcmp(verb, "current") == 0)
        return current(domain);
    return call_on_one(domain, verb, arguments);
}

int
main(int argc, char **argv)
{
    virConnectPtr conn = argc > 3 ? virConnectOpen(argv[1]) : NULL;
    virDomainPtr domain = conn ? virDomainLookupByName(conn, argv[2]) : NULL;
    int result = domain ? run(domain, argv[3], argv + 4) : -1;

    if (result < 0)
        fprintf(stderr, "%s\n", virGetLastErrorMessage());
    if (domain)
        (void)virDomainFree(domain);
    if (conn)
        (void)virConnectClose(conn);
    return result < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
