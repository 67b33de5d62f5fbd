/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A descriptor arrives as one byte and one descriptor. */
#include "rpc/fd_pass.h"

#include "base/error.h"
#include "base/fd.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    int ends[2];
} Pair;

static Pair
pair(void)
{
    Pair made;

    g_assert_cmpint(socketpair(AF_UNIX,
                               SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
                               made.ends),
                    ==, 0);
    return made;
}

static void
pair_close(const Pair *used)
{
    (void)close(used->ends[0]);
    (void)close(used->ends[1]);
}

static void
a_descriptor_arrives_and_is_the_same_file(void)
{
    Pair sockets = pair();
    g_auto(AutoFd) sent = open("/dev/null", O_RDONLY | O_CLOEXEC);
    g_auto(AutoFd) came = -1;
    struct stat ours;
    struct stat theirs;

    g_assert_cmpint(fd_pass_send(sockets.ends[0], sent, NULL), ==,
                    FD_PASS_DONE);
    g_assert_cmpint(write(sockets.ends[0], "x", 1), ==, 1);
    g_assert_cmpint(fd_pass_receive(sockets.ends[1], &came, NULL), ==,
                    FD_PASS_DONE);
    g_assert_cmpint(fstat(sent, &ours), ==, 0);
    g_assert_cmpint(fstat(came, &theirs), ==, 0);
    g_assert_cmpuint(ours.st_rdev, ==, theirs.st_rdev);
    g_assert_cmpint(fcntl(came, F_GETFD), ==, FD_CLOEXEC);
    pair_close(&sockets);
}

static void
a_byte_without_a_descriptor_is_refused(void)
{
    Pair sockets = pair();
    g_autoptr(GError) error = NULL;
    int fd = -1;

    g_assert_cmpint(write(sockets.ends[0], "x", 1), ==, 1);
    g_assert_cmpint(fd_pass_receive(sockets.ends[1], &fd, &error), ==,
                    FD_PASS_FAILED);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_assert_cmpint(fd, ==, -1);
    pair_close(&sockets);
}

static void
nothing_yet_is_not_a_failure(void)
{
    Pair sockets = pair();
    int fd = -1;

    g_assert_cmpint(fd_pass_receive(sockets.ends[1], &fd, NULL), ==,
                    FD_PASS_AGAIN);
    pair_close(&sockets);
}

static void
a_peer_that_is_gone_is_told(void)
{
    Pair sockets = pair();
    g_autoptr(GError) received = NULL;
    g_autoptr(GError) sent = NULL;
    int fd = -1;

    (void)close(sockets.ends[0]);
    g_assert_cmpint(fd_pass_receive(sockets.ends[1], &fd, &received), ==,
                    FD_PASS_FAILED);
    g_assert_error(received, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_assert_cmpint(fd_pass_send(sockets.ends[1], STDOUT_FILENO, &sent), ==,
                    FD_PASS_FAILED);
    g_assert_error(sent, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    (void)close(sockets.ends[1]);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/rpc/fd_pass/" #name, name)
    TEST(a_descriptor_arrives_and_is_the_same_file);
    TEST(a_byte_without_a_descriptor_is_refused);
    TEST(nothing_yet_is_not_a_failure);
    TEST(a_peer_that_is_gone_is_told);
    return g_test_run();
}
