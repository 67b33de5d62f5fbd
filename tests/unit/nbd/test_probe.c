/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The probe against views of a real qemu-storage-daemon, whole and broken, and
 * against servers that are none. */
#include "nbd/probe.h"

#include "base/error.h"
#include "base/fd.h"

#include <glib/gstdio.h>
#include <libnbd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LONG_MS = 20 * 1000, /* never passes in a test that is right */
    SHORT_MS = 100,      /* passes in tests whose point it is */
    LISTENER_FD = 3,
};

typedef struct {
    char *folder;
    GPid pid;
} Server;

/* In the child: a test that fails leaves no process behind. */
static void
die_with_test(gpointer data G_GNUC_UNUSED)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Refuses each write, as a file system without room does. */
static const char full_target[] =
    "{\"driver\": \"blkdebug\", \"node-name\": \"target\","
    " \"image\": \"room\", \"inject-error\": ["
    "{\"event\": \"none\", \"iotype\": \"write\", \"errno\": 28},"
    "{\"event\": \"none\", \"iotype\": \"write-zeroes\", \"errno\": 28}]}";

static const char filter[] =
    "{\"driver\": \"copy-before-write\", \"node-name\": \"cbw\","
    " \"file\": \"disk\", \"target\": \"target\","
    " \"on-cbw-error\": \"break-snapshot\"}";

/*   export "disk" ── cbw ── disk (1 MiB of zeroes)
 *                     ├── target: refuses each write
 *                     └── view ── export "view"
 */
static Server
start_server(void)
{
    const char *argv[] = {
        "qemu-storage-daemon",
        "--blockdev",
        "driver=null-co,node-name=disk,size=1048576,read-zeroes=on",
        "--blockdev",
        "driver=null-co,node-name=room,size=1048576,read-zeroes=on",
        "--blockdev",
        full_target,
        "--blockdev",
        filter,
        "--blockdev",
        "driver=snapshot-access,node-name=view,file=cbw",
        "--nbd-server",
        "addr.type=fd,addr.str=3,max-connections=0",
        "--export",
        "type=nbd,id=e1,node-name=cbw,name=disk,writable=on",
        "--export",
        "type=nbd,id=e2,node-name=view,name=view",
        NULL};
    const int target = LISTENER_FD;
    g_autoptr(GError) error = NULL;
    g_auto(AutoFd) listener = -1;
    Server server = {0};

    server.folder = g_dir_make_tmp("probe-XXXXXX", &error);
    g_assert_no_error(error);
    listener = unix_listen(server.folder, "nbd.sock", &error);
    g_assert_no_error(error);
    g_spawn_async_with_pipes_and_fds(
        NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
        die_with_test, NULL, -1, -1, -1, &listener, &target, 1, &server.pid,
        NULL, NULL, NULL, &error);
    g_assert_no_error(error);
    return server;
}

static void
stop_server(Server *server)
{
    g_autofree char *path = g_build_filename(server->folder, "nbd.sock", NULL);

    g_assert_cmpint(kill(server->pid, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(server->pid, NULL, 0), ==, server->pid);
    g_unlink(path);
    g_rmdir(server->folder);
    g_free(server->folder);
}

static int
connect_to(const Server *server)
{
    g_autoptr(GError) error = NULL;
    int socket = unix_connect(server->folder, "nbd.sock", &error);

    g_assert_no_error(error);
    return socket;
}

/* The guest's part: the copy of what was there fails, and breaks the view. */
static void
write_to_disk(const Server *server)
{
    struct nbd_handle *nbd = nbd_create();

    g_assert_cmpint(nbd_set_export_name(nbd, "disk"), ==, 0);
    g_assert_cmpint(nbd_connect_socket(nbd, connect_to(server)), ==, 0);
    g_assert_cmpint(nbd_pwrite(nbd, "data", 4, 0, 0), ==, 0);
    nbd_close(nbd);
}

static void
a_view_is_readable_until_its_scratch_fails(void)
{
    Server server = start_server();
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(nbd_probe(connect_to(&server), "view", 0, LONG_MS, &error),
                    ==, NBD_PROBE_READABLE);
    g_assert_no_error(error);
    write_to_disk(&server);
    g_assert_cmpint(nbd_probe(connect_to(&server), "view", 0, LONG_MS, &error),
                    ==, NBD_PROBE_BROKEN);
    g_assert_no_error(error);
    g_assert_cmpint(
        nbd_probe(connect_to(&server), "view", 524288, LONG_MS, &error), ==,
        NBD_PROBE_BROKEN);
    g_assert_cmpint(nbd_probe(connect_to(&server), "disk", 0, LONG_MS, &error),
                    ==, NBD_PROBE_READABLE);
    g_assert_no_error(error);
    stop_server(&server);
}

static void
an_offset_past_the_end_is_nothing_to_read(void)
{
    Server server = start_server();
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(
        nbd_probe(connect_to(&server), "view", 1048576, LONG_MS, &error), ==,
        NBD_PROBE_READABLE);
    g_assert_no_error(error);
    stop_server(&server);
}

static void
an_export_that_is_not_there_cannot_be_asked(void)
{
    Server server = start_server();
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(nbd_probe(connect_to(&server), "other", 0, LONG_MS, &error),
                    ==, NBD_PROBE_FAILED);
    g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
    g_assert_nonnull(strstr(error->message, "'other'"));
    stop_server(&server);
}

static void
a_server_that_is_silent_runs_out_of_time(void)
{
    g_autoptr(GError) error = NULL;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    g_assert_cmpint(nbd_probe(ends[0], "view", 0, SHORT_MS, &error), ==,
                    NBD_PROBE_FAILED);
    g_assert_true(error_is(error, VIR_ERR_OPERATION_TIMEOUT));
    close(ends[1]);
}

static void
what_is_no_nbd_server_cannot_be_asked(void)
{
    static const char *const greetings[] = {
        "", "HTTP/1.1 400 Bad Request\r\n\r\n", "NBDMAGICnonsensenonsense"};
    size_t i = 0;

    for (i = 0; i < G_N_ELEMENTS(greetings); i++) {
        g_autoptr(GError) error = NULL;
        size_t length = strlen(greetings[i]);
        int ends[2];

        g_assert_cmpint(
            socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
        g_assert_cmpint(write(ends[1], greetings[i], length), ==, length);
        close(ends[1]);
        g_assert_cmpint(nbd_probe(ends[0], "view", 0, LONG_MS, &error), ==,
                        NBD_PROBE_FAILED);
        g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
    }
}

#define ADD(test) g_test_add_func("/nbd/probe/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(a_view_is_readable_until_its_scratch_fails);
    ADD(an_offset_past_the_end_is_nothing_to_read);
    ADD(an_export_that_is_not_there_cannot_be_asked);
    ADD(a_server_that_is_silent_runs_out_of_time);
    ADD(what_is_no_nbd_server_cannot_be_asked);
    return g_test_run();
}
