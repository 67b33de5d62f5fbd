/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What holds for every public call, asked of each on a real driver: the table
 * of tests/public_calls.h is made from the headers and the access table, so
 * none of them is left out. */
#include "../integration/backup_steps.h"
#include "../integration/checkpoint_steps.h"
#include "../integration/snapshot_steps.h"
#include "public_calls.h"
#include "stage.h"
#include "stage_daemon.h"

#include <stdlib.h>
#include <string.h>

/* One of each kind, for @stage: a snapshot "s1", a checkpoint "c1" and a job
 * that has ended. */
static Handles
handles_new(virConnectPtr conn, int job)
{
    Handles h = {.conn = conn, .domain = virDomainLookupByName(conn, "web")};

    require(h.domain != NULL);
    h.checkpoint = virDomainCheckpointLookupByName(h.domain, "c1", 0);
    require(h.checkpoint != NULL);
    h.snapshot = virDomainSnapshotLookupByName(h.domain, "s1", 0);
    require(h.snapshot != NULL);
    h.job = virDomainJobLookupByID(h.domain, job, 0);
    require(h.job != NULL);
    return h;
}

static void
handles_free(Handles *h)
{
    require(virDomainJobFree(h->job) == 0);
    require(virDomainSnapshotFree(h->snapshot) == 0);
    require(virDomainCheckpointFree(h->checkpoint) == 0);
    require(virDomainFree(h->domain) == 0);
}

/* Returns: the id of the job. */
static int
furnish(Stage *stage)
{
    int job = 0;

    take(stage->machine, "<domainsnapshot><name>s1</name></domainsnapshot>", 0);
    make_checkpoint(stage->machine, "c1", NULL);
    job = begin(stage->machine, document(stage->machine, "pull", "%s", ""),
                NULL, 0);
    end(stage->machine, job, 0, 1);
    return job;
}

/* ---- what must be as it was: all that the public calls show ---- */

static void
add_text(GString *state, char *text)
{
    require(text != NULL);
    g_string_append(state, text);
    free(text);
}

static char *
state_of(const Handles *h)
{
    GString *state = g_string_new(NULL);
    virDomainPtr *list = NULL;
    int autostart = 0;
    int count = virConnectListAllDomains(h->conn, &list, 0);

    require(count >= 1);
    for (int i = 0; i < count; i++) {
        int number = 0;
        int reason = 0;

        require(virDomainGetState(list[i], &number, &reason, 0) == 0);
        g_string_append_printf(state, "%s %d %d\n", virDomainGetName(list[i]),
                               number, reason);
        require(virDomainFree(list[i]) == 0);
    }
    free(list);
    require(virDomainGetAutostart(h->domain, &autostart) == 0);
    g_string_append_printf(
        state, "%d %d %d %d\n", autostart,
        virDomainListAllCheckpoints(h->domain, NULL, 0),
        virDomainSnapshotNum(h->domain, 0),
        virDomainListAllJobs(h->domain, NULL, VIR_DOMAIN_LIST_JOBS_COMPLETED));
    add_text(state, virDomainGetXMLDesc(h->domain, VIR_DOMAIN_XML_SECURE));
    add_text(state, virDomainGetXMLDesc(h->domain, VIR_DOMAIN_XML_INACTIVE));
    add_text(state, virDomainCheckpointGetXMLDesc(h->checkpoint, 0));
    add_text(state, virDomainSnapshotGetXMLDesc(h->snapshot, 0));
    return g_string_free(state, FALSE);
}

static void
assert_state(const Handles *h, const char *expected)
{
    g_autofree char *state = state_of(h);

    g_assert_cmpstr(state, ==, expected);
}

/* ---- the questions ---- */

#define FOR_EACH_CALL(call)                               \
    size_t n_calls = 0;                                   \
    for (const PublicCall *call = public_calls(&n_calls), \
                          *past = call + n_calls;         \
         call < past; call++)

/* Calls that a driver does not have ("*": all whose names begin so).  A driver
 * that gets one loses its row here: a row too many fails, as one too few does. */
static const struct {
    const char *pattern;
    bool on_memory;
    bool on_qemu;
    bool not_on_wire; /* only without a daemon */
} lacking[] = {
    /* There is no daemon to ask. */
    {"virConnectGetDaemonStatus", true, true, .not_on_wire = true},
    {"virDomainMigrate*CompressionCache", true, true},
    {"virDomainMigrateStartPostCopy", true, true},
    /* There is no QEMU and no agent behind it, and there never will be. */
    {"virDomainQemu*", true, false},
    /* Ours, for tests that have no guest. */
    {"virDomainTest*", false, true},
};

static bool
is_lacking(const PublicCall *call)
{
    for (size_t i = 0; i < G_N_ELEMENTS(lacking); i++) {
        bool is_here =
            stage_is_memory() ? lacking[i].on_memory : lacking[i].on_qemu;

        if (stage_daemon_is_wanted())
            is_here = is_here && !lacking[i].not_on_wire;
        if (is_here && g_pattern_match_simple(lacking[i].pattern, call->name))
            return true;
    }
    return false;
}

/* What a driver lacks altogether it refuses to everybody, before it looks at
 * anything.  Whatever the code is, the header has told of it. */
static void
assert_refused(const PublicCall *call, int code, const char *what)
{
    int found = virGetLastErrorCode();

    if (!public_call_documents(call, found)) {
        g_error("%s, %s: %d \"%s\", which it does not document", call->name,
                what, found, virGetLastErrorMessage());
    }
    if (found == VIR_ERR_NO_SUPPORT && is_lacking(call))
        return;
    if (found != code) {
        g_error("%s, %s: %d \"%s\", and not %d", call->name, what, found,
                virGetLastErrorMessage(), code);
    }
}

static void
refuse_flag(const Handles *h, const PublicCall *call, unsigned flag)
{
    g_autofree char *what = g_strdup_printf("the flag 0x%x", flag);

    virResetLastError();
    if (call->call(h, flag, NO_HOLE))
        g_error("%s took %s", call->name, what);
    assert_refused(call, VIR_ERR_INVALID_ARG, what);
    if (virGetLastErrorCode() == VIR_ERR_INVALID_ARG &&
        !strstr(virGetLastErrorMessage(), "flag"))
        g_error("%s, %s: \"%s\"", call->name, what, virGetLastErrorMessage());
}

static void
flags_that_nobody_knows_are_refused_and_nothing_changes(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    int job = furnish(stage);
    Handles h = handles_new(stage->machine->conn, job);
    g_autofree char *before = state_of(&h);
    unsigned asked = 0;

    FOR_EACH_CALL(call)
    {
        if (!call->has_flags || call->handle == HANDLE_NONE)
            continue;
        g_test_message("%s", call->name);
        for (unsigned bit = 0; bit < 32; bit++) {
            if (!(call->known_flags & 1U << bit))
                refuse_flag(&h, call, 1U << bit);
        }
        assert_state(&h, before);
        asked++;
    }
    g_assert_cmpuint(asked, >, 60);
    handles_free(&h);
}

static void
refuse_null(const Handles *h, const PublicCall *call)
{
    for (const NeededArgument *one = call->needed; one->name; one++) {
        g_test_message("%s: %s", call->name, one->name);
        virResetLastError();
        g_assert_false(call->call(h, 0, one->place));
        if (one->place == 0 && call->handle != HANDLE_NONE)
            assert_refused(call, handle_kind_code(call->handle), "NULL");
    }
}

static void
nothing_where_something_is_needed_is_refused(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    int job = furnish(stage);
    Handles h = handles_new(stage->machine->conn, job);
    g_autofree char *before = state_of(&h);

    FOR_EACH_CALL(call)
    {
        refuse_null(&h, call);
    }
    assert_state(&h, before);
    handles_free(&h);
}

/* Each kind of handle where each other one should be. */
static void
refuse_other_kinds(const Handles *h, const PublicCall *call)
{
    void *const kinds[] = {h->conn, h->domain, h->checkpoint, h->snapshot,
                           h->job};
    const size_t n = G_N_ELEMENTS(kinds);

    for (size_t by = 1; by < n; by++) {
        const Handles turned = {kinds[by], kinds[(by + 1) % n],
                                kinds[(by + 2) % n], kinds[(by + 3) % n],
                                kinds[(by + 4) % n]};

        g_test_message("%s, turned by %zu", call->name, by);
        g_assert_false(call->call(&turned, 0, NO_HOLE));
        assert_refused(call, handle_kind_code(call->handle), "another kind");
    }
}

static void
handles_of_another_kind_are_refused(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    int job = furnish(stage);
    Handles h = handles_new(stage->machine->conn, job);
    g_autofree char *before = state_of(&h);

    FOR_EACH_CALL(call)
    {
        if (call->handle != HANDLE_NONE && call->needed[0].is_handle)
            refuse_other_kinds(&h, call);
    }
    assert_state(&h, before);
    handles_free(&h);
}

static void
refuse_reader(const Handles *h, const PublicCall *call, unsigned flags)
{
    g_test_message("%s with 0x%x", call->name, flags);
    virResetLastError();
    g_assert_false(call->call(h, flags, NO_HOLE));
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OPERATION_DENIED);
    g_assert_true(public_call_documents(call, VIR_ERR_OPERATION_DENIED));
}

/* What the table lets readers do may still fail, but not for that. */
static void
let_reader(const Handles *h, const PublicCall *call)
{
    g_test_message("%s", call->name);
    virResetLastError();
    if (!call->call(h, 0, NO_HOLE))
        g_assert_cmpint(virGetLastErrorCode(), !=, VIR_ERR_OPERATION_DENIED);
}

static void
readers_may_do_what_the_table_of_permissions_says(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    int job = furnish(stage);
    virConnectPtr reading = stage_connect(stage, true);
    Handles h = handles_new(reading, job);
    Handles writing = handles_new(stage->machine->conn, job);
    g_autofree char *before = state_of(&writing);
    unsigned refused = 0;

    FOR_EACH_CALL(call)
    {
        if (call->handle == HANDLE_NONE || public_call_counts_references(call))
            continue;
        if (call->is_write) {
            refuse_reader(&h, call, 0);
            refused++;
        } else {
            let_reader(&h, call);
        }
        for (unsigned flag = 1; flag; flag <<= 1) {
            if (call->write_flags & flag)
                refuse_reader(&h, call, flag);
        }
    }
    g_assert_cmpuint(refused, >, 40);
    assert_state(&writing, before);
    handles_free(&writing);
    handles_free(&h);
    require(virConnectClose(reading) >= 0);
}

static bool
is_about(const PublicCall *call, HandleKind kind)
{
    return call->handle == kind && !call->is_local;
}

/* Every call of @kind is told that its object is no more. */
static void
expect_gone(const Handles *h, HandleKind kind, int code)
{
    unsigned asked = 0;

    FOR_EACH_CALL(call)
    {
        if (!is_about(call, kind))
            continue;
        g_test_message("%s", call->name);
        virResetLastError();
        if (call->call(h, 0, NO_HOLE))
            g_error("%s found what is gone", call->name);
        assert_refused(call, code, "gone");
        asked++;
    }
    g_assert_cmpuint(asked, >, 3);
}

static void
what_is_gone_is_gone_for_every_call(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    int job = furnish(stage);
    Handles h = handles_new(machine->conn, job);

    delete_checkpoint(machine, "c1", 0);
    expect_gone(&h, HANDLE_CHECKPOINT, VIR_ERR_NO_DOMAIN_CHECKPOINT);
    drop(machine, "s1", 0);
    expect_gone(&h, HANDLE_SNAPSHOT, VIR_ERR_NO_DOMAIN_SNAPSHOT);
    machine_stop(machine);
    require(virDomainUndefine(machine->domain) == 0);
    expect_gone(&h, HANDLE_DOMAIN, VIR_ERR_NO_DOMAIN);
    expect_gone(&h, HANDLE_CHECKPOINT, VIR_ERR_NO_DOMAIN);
    expect_gone(&h, HANDLE_SNAPSHOT, VIR_ERR_NO_DOMAIN);
    expect_gone(&h, HANDLE_JOB, VIR_ERR_NO_DOMAIN);
    handles_free(&h);
}

/* The domain, and all that furnish() gave it. */
static void
undefine(Machine *machine)
{
    delete_checkpoint(machine, "c1", 0);
    drop(machine, "s1", 0);
    machine_stop(machine);
    require(virDomainUndefine(machine->domain) == 0);
}

/* Asked of a domain that is gone: a call that exists would say so. */
static void
what_a_driver_lacks_is_what_the_table_says(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Handles h = handles_new(stage->machine->conn, furnish(stage));
    unsigned asked = 0;

    undefine(stage->machine);
    FOR_EACH_CALL(call)
    {
        if (!is_lacking(call))
            continue;
        g_test_message("%s", call->name);
        virResetLastError();
        g_assert_false(call->call(&h, 0, NO_HOLE));
        g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_SUPPORT);
        asked++;
    }
    g_assert_cmpuint(asked, >, 0);
    handles_free(&h);
}

/* libvirt's ways into guests of other kinds, and what is for other calls of the
 * same flags: refused by the drivers. */
static const struct {
    const char *call;
    unsigned flags;
} known_nowhere[] = {
    {"virDomainShutdownFlags", VIR_DOMAIN_SHUTDOWN_INITCTL |
                                   VIR_DOMAIN_SHUTDOWN_SIGNAL |
                                   VIR_DOMAIN_SHUTDOWN_PARAVIRT},
    {"virDomainReboot", VIR_DOMAIN_REBOOT_INITCTL | VIR_DOMAIN_REBOOT_SIGNAL |
                            VIR_DOMAIN_REBOOT_PARAVIRT},
    /* their enum is that of restoring, too */
    {"virDomainSaveFlags", VIR_DOMAIN_SAVE_RESET_NVRAM},
    {"virDomainSaveParams", VIR_DOMAIN_SAVE_RESET_NVRAM},
    {"virDomainManagedSave", VIR_DOMAIN_SAVE_RESET_NVRAM},
    {"virDomainManagedSaveDefineXML",
     VIR_DOMAIN_SAVE_BYPASS_CACHE | VIR_DOMAIN_SAVE_RESET_NVRAM},
};

static bool
is_known_nowhere(const PublicCall *call, unsigned flag)
{
    for (size_t i = 0; i < G_N_ELEMENTS(known_nowhere); i++) {
        if (strcmp(known_nowhere[i].call, call->name) == 0)
            return known_nowhere[i].flags & flag;
    }
    return false;
}

/* Of a domain that is gone, so that nothing is done; flags are looked at first,
 * and what a driver does not know it refuses before it looks for the domain. */
static void
try_flag(const Handles *gone, const PublicCall *call, unsigned flag)
{
    virResetLastError();
    g_assert_false(call->call(gone, flag, NO_HOLE));
    g_test_message("%s with 0x%x: %s", call->name, flag,
                   virGetLastErrorMessage());
    if (g_str_has_prefix(virGetLastErrorMessage(), "unsupported flags"))
        g_assert_true(is_known_nowhere(call, flag));
}

static void
flags_that_are_documented_are_known(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Handles h = handles_new(stage->machine->conn, furnish(stage));

    undefine(stage->machine);
    FOR_EACH_CALL(call)
    {
        if (!call->has_flags || call->handle <= HANDLE_CONN)
            continue;
        for (unsigned flag = 1; flag; flag <<= 1) {
            if (call->known_flags & flag)
                try_flag(&h, call, flag);
        }
    }
    handles_free(&h);
}

/* A handle holds its connection, whoever else has closed it. */
static void
handles_outlive_the_close_of_their_connection(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    int job = furnish(stage);
    virConnectPtr closed = stage_connect(stage, false);
    Handles h = handles_new(closed, job);

    g_assert_cmpint(virConnectClose(closed), >, 0);
    FOR_EACH_CALL(call)
    {
        if (call->is_write || public_call_counts_references(call) ||
            call->handle == HANDLE_NONE || call->handle == HANDLE_CONN)
            continue;
        g_test_message("%s", call->name);
        virResetLastError();
        if (!call->call(&h, 0, NO_HOLE))
            g_assert_cmpint(virGetLastErrorCode(), !=, VIR_ERR_INVALID_CONN);
    }
    handles_free(&h);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "calls");
    virEventRegisterDefaultImpl();
    STAGE_TEST(flags_that_nobody_knows_are_refused_and_nothing_changes);
    STAGE_TEST(nothing_where_something_is_needed_is_refused);
    STAGE_TEST(handles_of_another_kind_are_refused);
    STAGE_TEST(readers_may_do_what_the_table_of_permissions_says);
    STAGE_TEST(what_is_gone_is_gone_for_every_call);
    STAGE_TEST(what_a_driver_lacks_is_what_the_table_says);
    STAGE_TEST(flags_that_are_documented_are_known);
    STAGE_TEST(handles_outlive_the_close_of_their_connection);
    return g_test_run();
}
