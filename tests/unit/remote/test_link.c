/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that carries the bytes: both ways, what it says when it cannot, and
 * its end. */
#include "remote/link.h"

#include "driver/registry.h"
#include "temp_folder.h"

#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char *
make_program(const TempFolder *folder, const char *body)
{
    char *path = temp_folder_file(folder, "program");
    g_autofree char *text = g_strdup_printf("#!/bin/sh\n%s\n", body);

    g_assert_true(g_file_set_contents_full(
        path, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
    return path;
}

static RemoteLink *
link_of(const char *text, GError **error)
{
    g_autoptr(ConnectUri) uri = connect_uri_parse(text, NULL);
    g_autoptr(RemotePlace) place = remote_place_new(uri, "/run", false, error);

    return place ? remote_link_open(place, error) : NULL;
}

static RemoteLink *
link_by_program(const TempFolder *folder, const char *body)
{
    g_autofree char *program = make_program(folder, body);
    g_autofree char *uri =
        g_strdup_printf("qemu+ext:///system?command=%s", program);
    g_autoptr(GError) error = NULL;
    RemoteLink *link = link_of(uri, &error);

    g_assert_no_error(error);
    return link;
}

/* All until the end of it. */
static char *
receive_all(Transport *transport)
{
    GString *all = g_string_new(NULL);
    char place[64];
    ssize_t got = 1;

    while (got != 0) {
        struct pollfd socket = {.fd = transport_fd(transport),
                                .events = POLLIN};

        g_assert_cmpint(poll(&socket, 1, -1), ==, 1);
        got = transport_receive(transport, place, sizeof(place));
        g_assert_cmpint(got, >=, 0);
        g_string_append_len(all, place, got);
    }
    return g_string_free(all, FALSE);
}

static void
its_input_and_output_carry_the_bytes(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    RemoteLink *link =
        link_by_program(folder, "read -r line; echo \"<$line>\"");
    Transport *transport = remote_link_take(link);
    g_autofree char *came = NULL;

    g_assert_cmpint(transport_send(transport, "hello\n", 6), ==, 6);
    came = receive_all(transport);
    g_assert_cmpstr(came, ==, "<hello>\n");
    g_assert_null(remote_link_words(link));
    transport_free(transport);
    remote_link_free(link);
    /* No child is left, and no zombie. */
    g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
}

static void
what_it_says_is_one_line_and_bounded(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    RemoteLink *link = link_by_program(
        folder, "printf 'no\\033[1m way\\n' >&2; "
                "head -c 100000 /dev/zero | tr '\\0' x >&2 2>&1; exit 1");
    Transport *transport = remote_link_take(link);
    g_autofree char *came = receive_all(transport);
    g_autofree char *words = remote_link_words(link);

    g_assert_true(g_str_has_prefix(words, "no [1m way x") ||
                  g_str_equal(words, "no [1m way"));
    g_assert_cmpuint(strlen(words), <=, 4096);
    transport_free(transport);
    remote_link_free(link);
}

static void
one_that_is_not_there_is_named(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(link_of("qemu+ext:///system?command=/no/such", &error));
    g_assert_nonnull(strstr(error->message, "/no/such"));
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/remote/link/" #name, name)
    TEST(its_input_and_output_carry_the_bytes);
    TEST(what_it_says_is_one_line_and_bounded);
    TEST(one_that_is_not_there_is_named);
    return g_test_run();
}
