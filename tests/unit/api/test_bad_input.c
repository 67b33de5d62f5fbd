/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* NULL in each place where a public call needs something: refused with the
 * argument's name, before the driver hears of it.  Which calls and places there
 * are comes from the headers (generate_bad_input.py). */
#include "bad_input_rows.h"
#include "machine.h"

#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt-strandline.h>
#include <string.h>

/* What a call may write its answer to. */
static guint64 room[128];

static void
on_event(virConnectPtr conn, virDomainPtr domain, void *opaque)
{
    (void)conn;
    (void)domain;
    (void)opaque;
}

static int
on_lifecycle(virConnectPtr conn, virDomainPtr domain, int event, int detail,
             void *opaque)
{
    (void)event;
    (void)detail;
    on_event(conn, domain, opaque);
    return 0;
}

static void
on_close(virConnectPtr conn, int reason, void *opaque)
{
    (void)reason;
    on_event(conn, NULL, opaque);
}

#define DEFINE_CALL(id, name, argument, is_handle, claim) \
    static bool call_##id(const Machine *m)               \
    {                                                     \
        (void)m;                                          \
        (void)on_lifecycle;                               \
        (void)on_close;                                   \
        return claim;                                     \
    }
ROWS(DEFINE_CALL)

typedef struct {
    const char *name;
    const char *argument;
    bool is_handle; /* refused as none, and not by its name */
    bool (*refuses)(const Machine *m);
} Row;

#define DEFINE_ROW(id, name, argument, is_handle, claim) \
    {name, argument, is_handle, call_##id},
static const Row rows[] = {ROWS(DEFINE_ROW)};

static void
assert_names_the_argument(const Row *row)
{
    g_autofree char *quoted = g_strdup_printf("'%s'", row->argument);

    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_INVALID_ARG);
    /* These speak of the array and its counts together. */
    if (!g_str_has_prefix(row->name, "virTypedParams"))
        g_assert_nonnull(strstr(virGetLastErrorMessage(), quoted));
}

static void
null_where_something_is_needed_is_refused(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    g_assert_cmpuint(G_N_ELEMENTS(rows), >, 150);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s: %s", rows[i].name, rows[i].argument);
        memset(room, 0, sizeof(room));
        virResetLastError();
        g_assert_true(rows[i].refuses(machine));
        if (rows[i].is_handle) {
            g_assert_cmpint(virGetLastErrorCode(), !=, VIR_ERR_OK);
        } else if (virGetLastError()) {
            assert_names_the_argument(&rows[i]);
        }
        g_assert_null(fake.last_call);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    virEventRegisterDefaultImpl();
    g_test_add_func("/api/bad_input/null_where_something_is_needed_is_refused",
                    null_where_something_is_needed_is_refused);
    return g_test_run();
}
