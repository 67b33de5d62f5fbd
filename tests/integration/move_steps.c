/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "move_steps.h"

#include <string.h>

enum { POLL_US = 1000 };

Pair *
pair_new(void)
{
    Pair *pair = g_new0(Pair, 1);

    pair->machine = counting_machine();
    pair->there_uri =
        g_strdup_printf("qemu:///embed?root=%s/there", pair->machine->folder);
    pair->there = virConnectOpen(pair->there_uri);
    require(pair->there != NULL);
    machine_start(pair->machine);
    let_it_count(pair->machine);
    return pair;
}

virDomainPtr
pair_find(Pair *pair)
{
    virDomainPtr *domains = NULL;
    virDomainPtr found = NULL;
    int count = virConnectListAllDomains(pair->there, &domains, 0);

    require(count >= 0);
    for (int i = 0; i < count; i++) {
        if (i == 0) {
            found = domains[i];
        } else {
            (void)virDomainFree(domains[i]);
        }
    }
    free(domains);
    return found;
}

void
pair_free(Pair *pair)
{
    virDomainPtr there = NULL;

    if (!pair)
        return;
    there = pair_find(pair);
    if (there && virDomainIsActive(there) == 1)
        (void)virDomainDestroy(there);
    if (there)
        (void)virDomainFree(there);
    (void)virConnectClose(pair->there);
    g_free(pair->there_uri);
    machine_free(pair->machine);
    g_free(pair);
}

virDomainPtr
pair_move(Pair *pair, unsigned flags)
{
    virDomainPtr there = virDomainMigrate(pair->machine->domain, pair->there,
                                          flags, NULL, NULL, 0);

    require(there != NULL);
    return there;
}

void
expect_counting(virDomainPtr domain, guint64 count)
{
    guint64 now = count_of(domain);

    g_assert_cmpuint(now, >=, count);
    while (count_of(domain) == now)
        g_usleep(POLL_US);
}

pid_t
qemu_of(const Pair *pair, const char *folder)
{
    g_autofree char *domains =
        g_strdup_printf("%s/%s/domains/", pair->machine->folder, folder);
    pid_t pid = 0;

    (void)machine_count_qemus(domains, &pid);
    return pid;
}

void
expect_no_traces(Pair *pair, unsigned n_qemus)
{
    g_autofree char *found =
        run_command("find", pair->machine->folder, "-name", "migrate.*", "-o",
                    "-path", "*/migrations/*", NULL);
    pid_t one = 0;

    g_assert_cmpstr(found, ==, "");
    g_assert_cmpuint(machine_count_qemus(pair->machine->folder, &one), ==,
                     n_qemus);
}
