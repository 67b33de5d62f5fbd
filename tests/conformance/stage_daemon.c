/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stage_daemon.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct StageDaemon {
    char *folder; /* of its sockets and settings */
    char *socket;
    GPid pid;
};

bool
stage_daemon_is_wanted(void)
{
    return g_getenv("STRANDLINE_DAEMON") != NULL;
}

static char *
write_settings(const StageDaemon *daemon, const char *root)
{
    g_autofree char *own_root = g_build_filename(daemon->folder, "root", NULL);
    g_autofree char *text =
        g_strdup_printf("unix_sock_dir = \"%s\"\nstate_root = \"%s\"\n"
                        "nbd_plain_tcp = 1\n%s",
                        daemon->folder, root ? root : own_root,
                        /* The fixture has QEMU make a socket of its own. */
                        geteuid() == 0 ? "user = \"root\"\n" : "");
    g_autoptr(GError) error = NULL;
    char *path = g_build_filename(daemon->folder, "conf", NULL);

    if (!g_file_set_contents(path, text, -1, &error))
        g_error("%s", error->message);
    return path;
}

/* Killed or failed, a test cannot end its daemon: the kernel does. */
static void
die_with_parent(gpointer opaque)
{
    (void)opaque;
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
}

/* What it says when it is there, on standard error: without reading that, we
 * would have to knock until somebody opens. */
static void
await_ready(int output)
{
    GString *said = g_string_new(NULL);
    char buffer[512];

    while (!strstr(said->str, " serves ")) {
        ssize_t length = read(output, buffer, sizeof(buffer));

        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            g_error("the daemon did not begin: %s", said->str);
        g_string_append_len(said, buffer, length);
    }
    g_string_free(said, TRUE);
}

/* What it says later goes where ours goes: complaints are for whoever reads the
 * test's output.  The pipe must not fill meanwhile, so it is passed on by a
 * thread that ends with it. */
static gpointer
pass_on(gpointer data)
{
    int output = GPOINTER_TO_INT(data);
    char buffer[4096];
    ssize_t length = 0;

    do {
        length = read(output, buffer, sizeof(buffer));
        if (length > 0)
            (void)!write(STDERR_FILENO, buffer, (size_t)length);
    } while (length > 0 || (length < 0 && errno == EINTR));
    (void)close(output);
    return NULL;
}

StageDaemon *
stage_daemon_new(const char *root)
{
    StageDaemon *daemon = g_new0(StageDaemon, 1);
    g_autofree char *settings = NULL;
    g_autoptr(GError) error = NULL;
    int output = -1;

    daemon->folder = g_dir_make_tmp("strandline-test-XXXXXX", &error);
    if (!daemon->folder)
        g_error("%s", error->message);
    daemon->socket = g_build_filename(daemon->folder, "strandline-sock", NULL);
    settings = write_settings(daemon, root);
    const char *words[] = {g_getenv("STRANDLINE_DAEMON"), "--config", settings,
                           "--verbose", NULL};
    if (!g_spawn_async_with_pipes(
            NULL, (char **)words, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
            die_with_parent, NULL, &daemon->pid, NULL, NULL, &output, &error))
        g_error("%s", error->message);
    await_ready(output);
    g_thread_unref(
        g_thread_new("daemon's words", pass_on, GINT_TO_POINTER(output)));
    return daemon;
}

void
stage_daemon_free(StageDaemon *daemon)
{
    int status = 0;

    if (!daemon)
        return;
    g_assert_cmpint(kill(daemon->pid, SIGTERM), ==, 0);
    while (waitpid(daemon->pid, &status, 0) < 0)
        g_assert_cmpint(errno, ==, EINTR);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        g_error("the daemon ended with status 0x%x", status);
    g_spawn_close_pid(daemon->pid);
    const char *words[] = {"rm", "-rf", "--", daemon->folder, NULL};
    g_assert_true(g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH,
                               NULL, NULL, NULL, NULL, NULL, NULL));
    g_free(daemon->folder);
    g_free(daemon->socket);
    g_free(daemon);
}

char *
stage_daemon_uri(const StageDaemon *daemon, const char *uri)
{
    return g_strdup_printf("%s?socket=%s", uri, daemon->socket);
}
