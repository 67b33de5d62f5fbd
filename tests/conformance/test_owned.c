/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs that end with the connection that began them
 * (VIR_DOMAIN_START_AUTODESTROY).  This program runs itself again as an owner
 * that is killed. */
#include "stage.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OWNED (VIR_DOMAIN_START_PAUSED | VIR_DOMAIN_START_AUTODESTROY)

enum { POLL_US = 1000 };

static const char *self; /* how to run this program again */

/* Begins it, and waits to be killed. */
static int
own(const char *uri)
{
    virConnectPtr conn = virConnectOpen(uri);
    virDomainPtr domain = conn ? virDomainLookupByName(conn, "web") : NULL;

    if (!domain || virDomainCreateWithFlags(domain, OWNED) < 0)
        return 1;
    while (pause() < 0)
        ;
    return 0;
}

/* By another connection, which is the owner. */
static virConnectPtr
start_owned(Stage *stage)
{
    virConnectPtr conn = stage_connect(stage, false);
    virDomainPtr domain = virDomainLookupByName(conn, "web");

    require(domain != NULL);
    require(virDomainCreateWithFlags(domain, OWNED) == 0);
    require(virDomainFree(domain) == 0);
    g_assert_cmpint(virDomainIsActive(stage->machine->domain), ==, 1);
    return conn;
}

/* A daemon ends what was a client's after the client has gone. */
static void
await_end(virDomainPtr domain)
{
    while (virDomainIsActive(domain) == 1)
        g_usleep(POLL_US);
}

static void
a_run_ends_with_the_connection_that_began_it(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    virConnectPtr owner = start_owned(stage);
    int state = 0;
    int reason = 0;

    require(virConnectClose(owner) == 0);
    await_end(domain);
    require(virDomainGetState(domain, &state, &reason, 0) == 0);
    g_assert_cmpint(state, ==, VIR_DOMAIN_SHUTOFF);
    g_assert_cmpint(reason, ==, VIR_DOMAIN_SHUTOFF_DESTROYED);
    require(virDomainIsPersistent(domain) == 1);
}

/* It is of that run alone: the next one is nobody's. */
static void
the_next_run_is_nobodys(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    virConnectPtr owner = start_owned(stage);

    require(virDomainDestroy(domain) == 0);
    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    require(virConnectClose(owner) == 0);
    g_assert_cmpint(virDomainIsActive(domain), ==, 1);
}

static void
a_domain_without_definition_is_gone_with_its_owner(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virConnectPtr owner = stage_connect(stage, false);
    g_autofree char *xml = stage_document(stage, "brief", NULL, NULL);
    virDomainPtr brief = virDomainCreateXML(owner, xml, OWNED);
    virDomainPtr seen = NULL;

    require(brief != NULL);
    seen = virDomainLookupByName(stage->machine->conn, "brief");
    require(seen != NULL);
    require(virDomainFree(brief) == 0);
    require(virConnectClose(owner) == 0);
    await_end(seen);
    require(virDomainFree(seen) == 0);
    g_assert_null(virDomainLookupByName(stage->machine->conn, "brief"));
    require_error(VIR_ERR_NO_DOMAIN);
}

/* What is saved goes on as its owner's, as what begins anew. */
static void
a_saved_machine_has_an_owner_when_it_goes_on(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    virConnectPtr owner = NULL;

    require(virDomainManagedSave(domain, 0) == 0);
    owner = start_owned(stage);
    g_assert_cmpint(virDomainHasManagedSaveImage(domain, 0), ==, 0);
    require(virConnectClose(owner) == 0);
    await_end(domain);
}

/* One that is killed closes nothing. */
static void
a_run_ends_with_the_process_that_began_it(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    const char *const argv[] = {self, "--own", stage->machine->uri, NULL};
    g_autoptr(GError) error = NULL;
    GPid owner = 0;

    g_assert_true(g_spawn_async(NULL, (char **)argv, NULL,
                                G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &owner,
                                &error));
    while (virDomainIsActive(domain) == 0)
        g_usleep(POLL_US);
    g_assert_cmpint(kill(owner, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(owner, NULL, 0), ==, owner);
    await_end(domain);
    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
}

int
main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "--own") == 0)
        return own(argv[2]);
    self = argv[0];
    stage_init(&argc, &argv, "owned");
    STAGE_TEST(a_run_ends_with_the_connection_that_began_it);
    STAGE_TEST(the_next_run_is_nobodys);
    STAGE_TEST(a_domain_without_definition_is_gone_with_its_owner);
    STAGE_TEST(a_saved_machine_has_an_owner_when_it_goes_on);
    /* A process has a host of the memory driver for itself: nobody else sees its
     * machines unless there is a daemon. */
    if (!stage_is_memory() || stage_daemon_is_wanted())
        STAGE_TEST(a_run_ends_with_the_process_that_began_it);
    return g_test_run();
}
