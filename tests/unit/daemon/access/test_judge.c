/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls are held against the drivers of access, and what is hidden is not
 * there. */
#include "daemon/access/judge.h"

#include "api/access.h"
#include "peer.h"
#include "policy_text.h"

static bool
lookup(Peer *peer, WireDomain *ret_domain)
{
    char *const name = (char *)"test";

    return peer_call(peer, REMOTE_DOMAIN_LOOKUP_BY_NAME, &name, ret_domain,
                     NULL);
}

static Peer *
peer_under(Policy *policy)
{
    Peer *peer = peer_new(false, judge_access(policy, false));

    g_assert_true(peer_open(peer, "test:///default", 0, NULL));
    return peer;
}

static void
a_client_may_what_the_policy_says_and_the_rest_is_denied(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Policy) policy =
        policy_of(folder, "allow * read\nallow * domain:suspend t*\n");
    g_autoptr(Peer) peer = peer_under(policy);
    WireDomain domain = {0};

    g_assert_true(lookup(peer, &domain));
    g_assert_true(peer_call(peer, REMOTE_DOMAIN_SUSPEND, &domain, NULL, NULL));
    g_assert_true(peer_call(peer, REMOTE_DOMAIN_RESUME, &domain, NULL, NULL));
    peer_refused(peer, REMOTE_DOMAIN_DESTROY, &domain, VIR_ERR_ACCESS_DENIED,
                 "virDomainDestroy needs domain:stop");
    /* By another name it is the same domain. */
    memcpy(domain.name, "best", 4);
    g_assert_true(peer_call(peer, REMOTE_DOMAIN_SUSPEND, &domain, NULL, NULL));
    g_assert_true(peer_call(peer, REMOTE_DOMAIN_RESUME, &domain, NULL, NULL));
    xdr_free((xdrproc_t)xdr_WireDomain, (char *)&domain);
}

static void
a_domain_that_may_not_be_seen_is_none(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Policy) open = policy_of(folder, "allow * *\n");
    Peer *seeing = peer_under(open);
    g_autoptr(Policy) shut = NULL;
    g_autoptr(Peer) peer = NULL;
    WireDomain domain = {0};

    g_assert_true(lookup(seeing, &domain));
    peer_free(seeing);
    shut = policy_of(folder, "deny * * test\nallow * *\n");
    peer = peer_under(shut);
    g_assert_false(lookup(peer, &domain));
    peer_refused(peer, REMOTE_DOMAIN_SUSPEND, &domain, VIR_ERR_NO_DOMAIN,
                 "no such domain");
    xdr_free((xdrproc_t)xdr_WireDomain, (char *)&domain);
}

/* Defines @text with its first @before replaced. */
static void
define_refused(Peer *peer, const char *text, const char *before,
               const char *after, int code)
{
    g_auto(GStrv) parts = g_strsplit(text, before, 2);
    g_autofree char *document = g_strjoinv(after, parts);

    g_assert_cmpint(g_strv_length(parts), ==, 2);
    peer_refused(peer, REMOTE_DOMAIN_DEFINE_XML, &document, code, "");
    peer_refused(peer, REMOTE_DOMAIN_DEFINE_XML_FLAGS,
                 &(WireTextFlags){.text = document}, code, "");
}

static void
a_domain_is_not_defined_anew_by_who_may_not_write_to_it(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Policy) kept = policy_of(folder, "deny * domain:save test\n"
                                               "allow * *\n");
    g_autoptr(Policy) hidden = NULL;
    Peer *peer = peer_under(kept);
    WireDomainFlags asked = {0};
    WireText text = NULL;
    g_auto(GStrv) halves = NULL;
    g_autofree char *others = NULL;
    WireDomain made = {0};

    g_assert_true(lookup(peer, &asked.domain));
    g_assert_true(
        peer_call(peer, REMOTE_DOMAIN_GET_XML_DESC, &asked, &text, NULL));
    define_refused(peer, text, "<name>test<", "<name>test<",
                   VIR_ERR_ACCESS_DENIED);
    define_refused(peer, text, "<name>test<", "<name>mine<",
                   VIR_ERR_ACCESS_DENIED);
    define_refused(peer, text, "<uuid>6", "<uuid>7", VIR_ERR_ACCESS_DENIED);
    halves = g_strsplit(text, "<name>test<", 2);
    others = g_strjoinv("<name>mine<", halves);
    others[strcspn(others, "-") - 1] ^= 1; /* another UUID */
    g_assert_true(
        peer_call(peer, REMOTE_DOMAIN_DEFINE_XML, &others, &made, NULL));
    peer_free(peer);
    hidden = policy_of(folder, "deny * * test\nallow * *\n");
    peer = peer_under(hidden);
    define_refused(peer, text, "<name>test<", "<name>test<", VIR_ERR_NO_DOMAIN);
    define_refused(peer, text, "<name>test<", "<name>mine<", VIR_ERR_NO_DOMAIN);
    peer_free(peer);
    xdr_free((xdrproc_t)xdr_WireDomain, (char *)&made);
    xdr_free((xdrproc_t)xdr_WireDomain, (char *)&asked.domain);
    free(text);
}

/* What a rule gives by name is not had by taking the name. */
static void
a_domain_is_not_given_a_name_that_one_may_not_write_to(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Policy) policy =
        policy_of(folder, "allow * read\nallow * * t*\nallow * * best\n");
    g_autoptr(Peer) peer = peer_under(policy);
    WireDomainMaybeTextFlags wanted = {0};
    char *name = (char *)"other";
    int ret = 0;

    g_assert_true(lookup(peer, &wanted.domain));
    g_assert_true(
        peer_call(peer, REMOTE_DOMAIN_DESTROY, &wanted.domain, NULL, NULL));
    wanted.text = &name;
    peer_refused(peer, REMOTE_DOMAIN_RENAME, &wanted, VIR_ERR_ACCESS_DENIED,
                 "virDomainRename needs domain:write");
    name = (char *)"best";
    g_assert_true(peer_call(peer, REMOTE_DOMAIN_RENAME, &wanted, &ret, NULL));
    xdr_free((xdrproc_t)xdr_WireDomain, (char *)&wanted.domain);
}

static void
who_may_not_look_for_domains_is_told_of_none(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Policy) policy =
        policy_of(folder, "deny * connect:search-domains\nallow * *\n");
    g_autoptr(Peer) peer = peer_under(policy);
    const WireRegister any = {.event = VIR_DOMAIN_EVENT_ID_LIFECYCLE};

    peer_refused(peer, REMOTE_CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY, &any,
                 VIR_ERR_ACCESS_DENIED, "needs connect:search-domains");
    peer_refused(peer, REMOTE_CONNECT_DOMAIN_EVENT_REGISTER, NULL,
                 VIR_ERR_ACCESS_DENIED, "needs connect:search-domains");
}

/* Who serves a call asks by its public call's name: without a rule there, it
 * would be allowed to everybody. */
static void
every_procedure_that_is_served_has_a_rule(void)
{
    unsigned count = 0;
    unsigned served = 0;
    const Procedure *all = procedure_all(&count);

    for (unsigned i = 0; i < count; i++) {
        if (!serve_is_known(&all[i]))
            continue;
        served++;
        if (!all[i].function || !access_rule(all[i].function))
            g_error("%s has no rule", all[i].name);
    }
    g_assert_cmpuint(served, >, 90);
}

static void
without_a_driver_nobody_is_asked(void)
{
    g_assert_null(judge_access(NULL, false));
}

#define ADD(test) g_test_add_func("/judge/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* What is denied is told. */
    g_log_set_always_fatal(G_LOG_FATAL_MASK);
    ADD(a_client_may_what_the_policy_says_and_the_rest_is_denied);
    ADD(a_domain_that_may_not_be_seen_is_none);
    ADD(a_domain_is_not_defined_anew_by_who_may_not_write_to_it);
    ADD(a_domain_is_not_given_a_name_that_one_may_not_write_to);
    ADD(who_may_not_look_for_domains_is_told_of_none);
    ADD(every_procedure_that_is_served_has_a_rule);
    ADD(without_a_driver_nobody_is_asked);
    return g_test_run();
}
