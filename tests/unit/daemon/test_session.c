/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which connections a client can open, and what it may do with them. */
#include "base/error.h"
#include "peer.h"

static void
open_refused(const char *name, int code, const char *text)
{
    g_autoptr(Peer) peer = peer_new(false, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_false(peer_open(peer, name, 0, &error));
    g_assert_error(error, STRANDLINE_ERROR, code);
    g_assert_nonnull(strstr(error->message, text));
}

static void
only_what_is_served_is_opened(void)
{
    open_refused(NULL, VIR_ERR_INVALID_ARG, "no URI");
    open_refused("bogus:///x", VIR_ERR_NO_CONNECT, "does not serve");
    /* Folders and files of this host are not for clients to name. */
    open_refused("qemu:///embed?root=/tmp", VIR_ERR_NO_CONNECT,
                 "does not serve");
    open_refused("test:////etc/passwd", VIR_ERR_NO_CONNECT, "does not serve");
    open_refused("qemu+unix:///system", VIR_ERR_NO_CONNECT, "does not serve");
}

static bool
can_undefine(Peer *peer, GError **error)
{
    WireDomain domain = {0};
    char *const name = (char *)"test";
    bool can = false;

    g_assert_true(
        peer_call(peer, REMOTE_DOMAIN_LOOKUP_BY_NAME, &name, &domain, NULL));
    can = peer_call(peer, REMOTE_DOMAIN_SUSPEND, &domain, NULL, error) &&
          peer_call(peer, REMOTE_DOMAIN_RESUME, &domain, NULL, error);
    xdr_free((xdrproc_t)xdr_WireDomain, (char *)&domain);
    return can;
}

static void
a_socket_for_readers_makes_readers_whatever_they_say(void)
{
    g_autoptr(Peer) peer = peer_new(true, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(peer_open(peer, "test:///default", 0, NULL));
    g_assert_false(can_undefine(peer, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_DENIED);
}

static void
a_client_may_ask_to_be_a_reader_and_its_own_flags_are_passed_over(void)
{
    g_autoptr(Peer) reader = peer_new(false, NULL);
    g_autoptr(Peer) writer = peer_new(false, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_true(peer_open(reader, "test:///default", 7, NULL));
    g_assert_false(can_undefine(reader, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_DENIED);
    g_assert_true(peer_open(writer, "test:///default", 6, NULL));
    g_assert_true(can_undefine(writer, NULL));
}

static void
a_second_opening_is_refused_and_the_first_stays(void)
{
    g_autoptr(Peer) peer = peer_new_open();
    g_autoptr(GError) error = NULL;

    g_assert_false(peer_open(peer, "test:///default", 0, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpstr(error->message, ==,
                    "internal error: connection already open");
    g_assert_true(can_undefine(peer, NULL));
}

static void
a_root_that_cannot_be_opened_is_found_out_at_the_start(void)
{
    /* There is no QEMU driver in this program. */
    const SessionHost host = {.state_root = (char *)"/proc/nowhere"};
    g_autoptr(GError) error = NULL;

    g_assert_false(session_host_check(&host, &error));
    g_assert_nonnull(error);
}

#define ADD(test) g_test_add_func("/session/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(only_what_is_served_is_opened);
    ADD(a_socket_for_readers_makes_readers_whatever_they_say);
    ADD(a_client_may_ask_to_be_a_reader_and_its_own_flags_are_passed_over);
    ADD(a_second_opening_is_refused_and_the_first_stays);
    ADD(a_root_that_cannot_be_opened_is_found_out_at_the_start);
    return g_test_run();
}
