/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/export.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONTROL_FD = 0, /* of the shell; the others are the daemon's alone */
    STDERR_FD = 2,
    LISTENER_FD = 3,
    MONITOR_FD = 4,
    IMAGE_FD = 5, /* and on */
    READY_TIMEOUT_MS = 30 * 1000,
    END_TIMEOUT_MS = 10 * 1000,
    SAID_LIMIT = 4096,
};

struct MemoryExport {
    pid_t pid;   /* the shell */
    int control; /* our end of its pipe */
};

/* What the shell does: start the daemon, let go of what only that one needs
 * (else a client would hang on a socket that nobody serves), and wait. */
static char *
script(unsigned n_images)
{
    GString *text = g_string_new("\"$@\" </dev/null & child=$!;");

    for (unsigned fd = LISTENER_FD; fd < IMAGE_FD + n_images; fd++)
        g_string_append_printf(text, " exec %u>&-;", fd);
    g_string_append(text, " read -r word; kill $child; wait $child");
    return g_string_free(text, FALSE);
}

/* In the daemon's options a comma within a value is written twice. */
static char *
escape(const char *text)
{
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);

    return g_strjoinv(",,", parts);
}

static void
add_image(GPtrArray *words, unsigned number, const ExportImage *image)
{
    g_autofree char *name = escape(image->name);
    GString *export = g_string_new(NULL);

    g_ptr_array_add(words, g_strdup("--blockdev"));
    /* Nobody else has the image, and a lock would be taken on the descriptor
     * that we share with the daemon. */
    g_ptr_array_add(words,
                    g_strdup_printf("driver=qcow2,node-name=n%u,read-only=on,"
                                    "file.driver=file,file.locking=off,"
                                    "file.filename=/proc/self/fd/%u",
                                    number, IMAGE_FD + number));
    g_string_printf(export, "type=nbd,id=e%u,node-name=n%u,name=%s", number,
                    number, name);
    if (image->bitmap) {
        g_autofree char *bitmap = escape(image->bitmap);

        g_string_append_printf(export, ",bitmaps.0=%s", bitmap);
    }
    g_ptr_array_add(words, g_strdup("--export"));
    g_ptr_array_add(words, g_string_free(export, FALSE));
}

/* The monitor comes last: it greets when all before it is done. */
static GPtrArray *
command(const ExportImage *images, unsigned n_images)
{
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_add(words, g_strdup("sh"));
    g_ptr_array_add(words, g_strdup("-c"));
    g_ptr_array_add(words, script(n_images));
    g_ptr_array_add(words, g_strdup("sh"));
    g_ptr_array_add(words, g_strdup("qemu-storage-daemon"));
    g_ptr_array_add(words, g_strdup("--chardev"));
    g_ptr_array_add(words, g_strdup_printf("socket,id=m,fd=%d", MONITOR_FD));
    g_ptr_array_add(words, g_strdup("--nbd-server"));
    g_ptr_array_add(words,
                    g_strdup_printf("addr.type=fd,addr.str=%d", LISTENER_FD));
    for (unsigned i = 0; i < n_images; i++)
        add_image(words, i, &images[i]);
    g_ptr_array_add(words, g_strdup("--monitor"));
    g_ptr_array_add(words, g_strdup("chardev=m"));
    g_ptr_array_add(words, NULL);
    return words;
}

/* Waits for the greeting; the end of the socket is the end of the daemon. */
static bool
wait_ready(int monitor, int said, GError **error)
{
    struct pollfd ready = {.fd = monitor, .events = POLLIN};
    char text[SAID_LIMIT] = "";
    int count = 0;

    do {
        count = poll(&ready, 1, READY_TIMEOUT_MS);
    } while (count < 0 && errno == EINTR);
    if (count > 0 && read(monitor, text, sizeof(text) - 1) > 0)
        return true;
    memset(text, 0, sizeof(text));
    if (count > 0 && pread(said, text, sizeof(text) - 1, 0) >= 0) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "qemu-storage-daemon does not serve the backup: %s",
                    *text ? g_strstrip(text) : "it said nothing");
    }
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "qemu-storage-daemon is not ready after %d seconds",
                READY_TIMEOUT_MS / 1000);
}

/* The shell has a session of its own, so that a Ctrl-C for the program does not
 * reach it.  Descriptors have fixed numbers, which the command line names. */
static pid_t
start(int listener, const ExportImage *images, unsigned n_images,
      const int *ends, GError **error)
{
    g_autoptr(GPtrArray) words = command(images, n_images);
    g_autofree int *fds = g_new(int, IMAGE_FD + n_images);
    SpawnRequest request = {.argv = (const char *const *)words->pdata,
                            .fds = fds,
                            .nfds = IMAGE_FD + n_images,
                            .is_leader = true};

    fds[CONTROL_FD] = ends[0];
    fds[1] = -1;
    fds[STDERR_FD] = ends[1];
    fds[LISTENER_FD] = listener;
    fds[MONITOR_FD] = ends[2];
    for (unsigned i = 0; i < n_images; i++)
        fds[IMAGE_FD + i] = images[i].fd;
    return spawn_process(&request, error);
}

/* Every descriptor made here but the control pipe's end is closed on every way
 * out; who gave @listener and the images keeps theirs. */
MemoryExport *
memory_export_start(int listener, const ExportImage *images, unsigned n_images,
                    GError **error)
{
    g_autoptr(MemoryExport) export = g_new0(MemoryExport, 1);
    g_auto(AutoFd) said = memfd_create("said", MFD_CLOEXEC);
    int control[2] = {-1, -1};
    int monitor[2] = {-1, -1};
    bool is_made =
        said >= 0 && pipe2(control, O_CLOEXEC) == 0 &&
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, monitor) == 0;
    int problem = errno;
    g_auto(AutoFd) control_end = control[0];
    g_auto(AutoFd) our_monitor = monitor[0];
    g_auto(AutoFd) monitor_end = monitor[1];
    const int ends[] = {control_end, said, monitor_end};

    export->control = control[1];
    if (!is_made) {
        fail_errno(error, problem, "cannot prepare an NBD server");
        return NULL;
    }
    if (n_images > SPAWN_FDS_MAX - IMAGE_FD) {
        fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
             "cannot serve %u disks at once: %d at most", n_images,
             SPAWN_FDS_MAX - IMAGE_FD);
        return NULL;
    }
    export->pid = start(listener, images, n_images, ends, error);
    if (export->pid < 0)
        return NULL;
    /* Ours must be the last copy but the daemon's, or its end is not seen. */
    auto_fd_close(fd_steal(&monitor_end));
    if (!wait_ready(our_monitor, said, error))
        return NULL;
    return g_steal_pointer(&export);
}

/* The end of the control pipe is what the shell waits for: it comes as well
 * when this process dies, so no daemon is left behind. */
void
memory_export_free(MemoryExport *export)
{
    int status = 0;

    if (!export)
        return;
    auto_fd_close(export->control);
    if (export->pid > 0)
        (void)spawn_wait(export->pid, END_TIMEOUT_MS, &status, NULL);
    g_free(export);
}
