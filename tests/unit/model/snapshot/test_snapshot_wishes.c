/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What cannot be wished of a snapshot. */
#include "model/snapshot/snapshot_wishes.h"

#include <libvirt/libvirt-domain-snapshot.h>
#include <libvirt/virterror.h>
#include <string.h>

/* Refused, naming @word; NULL: it can be. */
static void
check(SnapshotPlace memory, bool is_active, bool is_persistent, unsigned flags,
      const char *word)
{
    const SnapshotSubject subject = {"web", is_active, is_persistent};
    SnapshotDef def = {.name = (char *)"s1", .memory = memory};
    g_autoptr(GError) error = NULL;
    bool is_allowed = snapshot_wishes_check(&subject, &def, flags, &error);

    g_assert_true(is_allowed == !word);
    if (!word)
        return;
    g_assert_cmpint(error->code, ==, VIR_ERR_OPERATION_INVALID);
    g_assert_nonnull(strstr(error->message, word));
}

static void
what_is_off_is_not_quiesced(void)
{
    const unsigned quiesce = VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE;

    check(SNAPSHOT_PLACE_NO, false, true, quiesce, "quiesce");
    check(SNAPSHOT_PLACE_NO, true, true, quiesce, NULL);
}

static void
only_memory_in_a_file_is_taken_live(void)
{
    const unsigned live = VIR_DOMAIN_SNAPSHOT_CREATE_LIVE;

    check(SNAPSHOT_PLACE_NO, true, true, live, "live");
    check(SNAPSHOT_PLACE_INTERNAL, true, true, live, "live");
    check(SNAPSHOT_PLACE_EXTERNAL, true, true, live, NULL);
}

static void
a_transient_machine_is_not_halted(void)
{
    const unsigned halt = VIR_DOMAIN_SNAPSHOT_CREATE_HALT;

    check(SNAPSHOT_PLACE_NO, true, false, halt, "transient");
    check(SNAPSHOT_PLACE_NO, true, true, halt, NULL);
    check(SNAPSHOT_PLACE_NO, false, true, halt, NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/model/snapshot_wishes/" #test, test)
    ADD(what_is_off_is_not_quiesced);
    ADD(only_memory_in_a_file_is_taken_live);
    ADD(a_transient_machine_is_not_halted);
#undef ADD
    return g_test_run();
}
