/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "life_ear.h"

#include "machine.h"

#include <string.h>

/* Only a hang reaches it. */
enum { PATIENCE_MS = 60 * 1000 };

static GString *heard; /* "web started 0\n"... */
static gboolean is_patient = TRUE;

static void
on_event(virConnectPtr conn, virDomainPtr domain, int event, int detail,
         void *opaque)
{
    static const char *const names[] = {"defined",   "undefined", "started",
                                        "suspended", "resumed",   "stopped",
                                        "shutdown"};

    (void)conn;
    (void)opaque;
    g_assert_cmpint(event, <, G_N_ELEMENTS(names));
    g_string_append_printf(heard, "%s %s %d\n", virDomainGetName(domain),
                           names[event], detail);
}

static void
on_timeout(int timer, void *opaque)
{
    (void)timer;
    (void)opaque;
    is_patient = FALSE;
}

void
life_expect(const char *expected)
{
    int timer = virEventAddTimeout(PATIENCE_MS, on_timeout, NULL, NULL);

    while (is_patient && strlen(heard->str) < strlen(expected))
        g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
    g_assert_cmpstr(heard->str, ==, expected);
    (void)virEventRemoveTimeout(timer);
    g_string_truncate(heard, 0);
}

int
life_listen(virConnectPtr conn, virDomainPtr domain)
{
    int id = -1;

    /* One for the whole program: what a test left unheard fails the next. */
    if (!heard)
        heard = g_string_new(NULL);
    id = virConnectDomainEventRegisterAny(
        conn, domain, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
        VIR_DOMAIN_EVENT_CALLBACK(on_event), NULL, NULL);
    require(id >= 0);
    return id;
}
