/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/launch.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "base/spawn.h"
#include "model/domain_devices.h"
#include "qemu/events/journal.h"
#include "qemu/process/command_line.h"
#include "qemu/process/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SHELL_TIMEOUT_MS = 10 * 1000,
    STRAY_TIMEOUT_MS = 10 * 1000,
    STRAY_BIRTH_MS = 3 * 1000, /* from its making to its pid file */
    STRAY_POLL_US = 5 * 1000,
    US_PER_MS = 1000,
    LOG_LIMIT = 4 * 1024 * 1024, /* a longer log starts anew */
    LOG_TAIL = 4096,
    FIRST_SOCKET = 3, /* after stdin, stdout, stderr */
};

/* Descriptors for the child, and which alias has which number. */
typedef struct {
    int fds[SPAWN_FDS_MAX];
    unsigned nfds;
    GHashTable *sockets; /* alias -> GINT */
} Handover;

/* Ours are closed in every case: the child has copies of its own by then, or
 * never was. */
static void
handover_clear(Handover *handover)
{
    for (unsigned i = 0; i < handover->nfds; i++)
        auto_fd_close(handover->fds[i]);
    if (handover->sockets)
        g_hash_table_destroy(handover->sockets);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Handover, handover_clear)

/* By name: the mode of a socket's descriptor is not that of its file. */
static int
hide_socket(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    /* bind() made it with the umask of the program that we are a library in. */
    return chmod(path, 0600);
}

/* Each socket gets the next number of QEMU's descriptors.  What was made before
 * a failure is closed by handover_clear(); its file is replaced by the next
 * start. */
static bool
add_socket(Handover *handover, const char *alias, const char *folder,
           const char *name, GError **error)
{
    int fd = -1;

    if (handover->nfds + 1 >= SPAWN_FDS_MAX) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the domain has more than %d devices with a socket",
                    SPAWN_FDS_MAX - FIRST_SOCKET - 1);
    }
    /* A socket that somebody listens on refuses the start here: two machines
     * with one socket are one machine too many. */
    fd = unix_listen(folder, name, error);
    if (fd < 0)
        return false;
    /* The handover's from here on, whatever comes after it. */
    handover->fds[handover->nfds] = fd;
    g_hash_table_insert(handover->sockets, g_strdup(alias),
                        GINT_TO_POINTER(handover->nfds));
    handover->nfds++;
    /* Its folder keeps others out as well; this is for a path of the user's. */
    if (hide_socket(folder, name) < 0) {
        return fail_errno(error, errno, "cannot keep '%s/%s' to ourselves",
                          folder, name);
    }
    return true;
}

/* The first channel of the guest agent gets the name that src/qemu/agent.h
 * looks for; others are called after their device. */
static char *
default_socket(const DomainChar *end, const char *path)
{
    if (g_strcmp0(end->name, "org.qemu.guest_agent.0") == 0)
        return g_strdup_printf("%s/agent.sock", path);
    return g_strdup_printf("%s/%s.sock", path, end->alias);
}

/* Only sockets that QEMU is to listen on: those it connects to are its own
 * affair. */
static bool
add_char_sockets(Handover *handover, GPtrArray *ends, const char *path,
                 GError **error)
{
    for (guint i = 0; i < ends->len; i++) {
        DomainChar *end = ends->pdata[i];
        g_autofree char *folder = NULL;
        g_autofree char *name = NULL;

        /* A socket that QEMU connects to is its own affair. */
        if (end->type != CHAR_UNIX || (end->path && !end->is_server))
            continue;
        /* Recorded where it is, since the definition may not say: the status
         * file and the live XML have it. */
        g_free(end->live_path);
        end->live_path =
            end->path ? g_strdup(end->path) : default_socket(end, path);
        folder = g_path_get_dirname(end->live_path);
        name = g_path_get_basename(end->live_path);
        if (!add_socket(handover, end->alias, folder, name, error))
            return false;
    }
    return true;
}

/* The monitor first: without it nothing else matters. */
static bool
add_sockets(Handover *handover, DomainDef *live, const char *path,
            GError **error)
{
    DomainDevices *devices = live->devices;

    return add_socket(handover, "monitor", path, "qmp.sock", error) &&
           add_char_sockets(handover, devices->channels, path, error) &&
           add_char_sockets(handover, devices->serials, path, error) &&
           add_char_sockets(handover, devices->consoles, path, error);
}

/* Its own file for each domain; what stands there is shown when a start
 * fails. */
static int
open_log(int folder, off_t *ret_start, GError **error)
{
    g_auto(AutoFd) fd = -1;
    struct stat status;

    if (!fault_point("file:log", error))
        return -1;
    /* Appended to: the last run's words are what explains why it ended. */
    fd = openat(folder, "qemu.log",
                O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || fstat(fd, &status) < 0) {
        fail_errno(error, errno, "cannot open the log of QEMU");
        return -1;
    }
    *ret_start = status.st_size;
    /* A guest can make QEMU write to its log; a run that never ends is not
     * bounded by this, only the next one starts afresh. */
    if (status.st_size > LOG_LIMIT && ftruncate(fd, 0) == 0)
        *ret_start = 0;
    return fd_steal(&fd);
}

/* A copy of ours: QEMU finds its data, and a user's settings of it, as a QEMU
 * that was started by hand would. */
static GStrv
make_environment(const DomainDef *live)
{
    const GPtrArray *extra = live->devices->qemu_environment;
    GStrv environment = g_get_environ();

    for (guint i = 0; i < extra->len; i++) {
        const QemuEnvironment *variable = extra->pdata[i];

        /* After ours, so that <qemu:env> wins. */
        environment =
            g_environ_setenv(environment, variable->name,
                             variable->value ? variable->value : "", TRUE);
    }
    return environment;
}

/* The shell's arguments before QEMU's own.
 *
 * The strings stay the callers'; only the array is new. */
static GPtrArray *
wrap_in_shell(const GPtrArray *arguments)
{
    GPtrArray *wrapped = g_ptr_array_new();

    g_ptr_array_add(wrapped, (gpointer) "/bin/sh");
    g_ptr_array_add(wrapped, (gpointer) "-c");
    g_ptr_array_add(wrapped, (gpointer)LAUNCH_SCRIPT);
    g_ptr_array_add(wrapped, (gpointer) "qemu");
    for (guint i = 0; i < arguments->len; i++)
        g_ptr_array_add(wrapped, arguments->pdata[i]);
    return wrapped;
}

/* Also for the pid file, which has the same form. */
static pid_t
read_pid(int fd)
{
    char text[32] = "";
    ssize_t length = read(fd, text, sizeof(text) - 1);
    guint64 pid = 0;

    /* One read: the shell writes the line at once, and is gone by the time we
     * look. */
    if (length <= 0 || !g_ascii_string_to_unsigned(g_strchomp(text), 10, 1,
                                                   G_MAXINT, &pid, NULL))
        return -1;
    return (pid_t)pid;
}

/* Runs the shell and learns from it QEMU's pid. */
static bool
run_shell(const GPtrArray *arguments, const DomainDef *live,
          const Handover *handover, pid_t *ret_pid, GError **error)
{
    g_autoptr(GPtrArray) wrapped = wrap_in_shell(arguments);
    g_auto(GStrv) environment = make_environment(live);
    int fds[SPAWN_FDS_MAX];
    int status = -1;
    int ends[2] = {-1, -1};
    SpawnRequest request = {
        .argv = (const char *const *)wrapped->pdata,
        .envp = (const char *const *)environment,
        .fds = fds,
        .nfds = handover->nfds,
        .is_leader = true,
    };
    pid_t shell = -1;

    /* O_CLOEXEC for us; the child's copy is made by spawn_process(). */
    if (pipe2(ends, O_CLOEXEC) < 0)
        return fail_errno(error, errno, "cannot start QEMU");
    memcpy(fds, handover->fds, sizeof(fds));
    fds[STDOUT_FILENO] = ends[1];
    shell = spawn_process(&request, error);
    /* Before the wait: else our own end would keep the pipe open. */
    close(ends[1]);
    if (shell > 0 && spawn_wait(shell, SHELL_TIMEOUT_MS, &status, error)) {
        *ret_pid = read_pid(ends[0]);
        if (*ret_pid < 0) {
            fail(error, VIR_ERR_OPERATION_FAILED,
                 "the shell that starts QEMU failed; see qemu.log");
        }
    }
    close(ends[0]);
    return *ret_pid > 0;
}

/* Asked before the shell is started, whose failure would look like QEMU's. */
static bool
check_emulator(const DomainDef *live, GError **error)
{
    const char *emulator = live->devices->emulator;

    /* The shell would say so too, in qemu.log only. */
    if (access(emulator, X_OK) == 0)
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "cannot run emulator '%s' of domain '%s': %s; install it or "
                "correct <emulator>",
                emulator, live->name, g_strerror(errno));
}

/* In the order of what can be refused without a process.  From run_shell() on
 * there may be a QEMU; its pid file is what finds it if we die before the
 * record is written. */
bool
launch_qemu(DomainDef *live, int folder, const char *path,
            LaunchedQemu *ret_qemu, GError **error)
{
    g_autofree char *pid_file = g_strdup_printf("%s/qemu.pid", path);
    g_autofree char *journal = g_strdup_printf("%s/" JOURNAL_NAME, path);
    g_auto(Handover) handover = {.fds = {-1, -1, -1},
                                 .nfds = FIRST_SOCKET,
                                 .sockets = g_hash_table_new_full(
                                     g_str_hash, g_str_equal, g_free, NULL)};
    CommandLineContext context = {
        .pid_file = pid_file, .journal = journal, .sockets = handover.sockets};
    g_autoptr(GPtrArray) arguments = NULL;
    pid_t pid = -1;

    if (!check_emulator(live, error))
        return false;
    /* Before the images are opened a second time: QEMU's locks would refuse it,
     * with words that help nobody. */
    launch_end_stray(folder);
    /* A pid file that is left over tells of a kill (domain_end.h); from now on
     * it tells of this run. */
    if (!atomic_file_remove(folder, "qemu.pid", error) ||
        !journal_make(folder, error) ||
        !add_sockets(&handover, live, path, error))
        return false;
    arguments = command_line_build(live, &context, error);
    if (!arguments)
        return false;
    handover.fds[STDERR_FILENO] = open_log(folder, &ret_qemu->log_start, error);
    if (handover.fds[STDERR_FILENO] < 0 ||
        !fault_point("process:start", error) ||
        !run_shell(arguments, live, &handover, &pid, error))
        return false;
    ret_qemu->pid = pid;
    /* 0 if it has died already; the caller finds that out and reads the log. */
    ret_qemu->pid_start = process_start_time(pid);
    return true;
}

/* Of this run only: @log_start was taken before it began. */
char *
launch_explain(int folder, off_t log_start)
{
    g_auto(AutoFd) fd =
        openat(folder, "qemu.log", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char text[LOG_TAIL + 1];
    off_t end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    ssize_t length = 0;
    g_autofree char *valid = NULL;

    if (fd < 0 || end <= log_start)
        return g_strdup("(QEMU wrote nothing to its log)");
    /* The last words are the ones that count: what ends a QEMU is what it says
     * last. */
    log_start = MAX(log_start, end - LOG_TAIL);
    length = pread(fd, text, LOG_TAIL, log_start);
    valid = g_utf8_make_valid(text, MAX(length, 0));
    return g_strdup(g_strstrip(valid));
}

/* The pid in the file, as long as QEMU holds its lock on it; else 0. */
static pid_t
locked_by(int folder)
{
    g_auto(AutoFd) fd =
        openat(folder, "qemu.pid", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    /* Asking for the lock and not taking it: QEMU's own stays undisturbed. */
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    pid_t pid = fd < 0 ? 0 : read_pid(fd);

    if (pid <= 0 || fcntl(fd, F_OFD_GETLK, &lock) < 0 || lock.l_type == F_UNLCK)
        return 0;
    return pid;
}

/* Somebody holds the monitor's socket open: a QEMU, or one that is about to be
 * and has not written its pid yet. */
static bool
is_listening(int folder)
{
    g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", folder);
    g_auto(AutoFd) socket = unix_connect(path, "qmp.sock", NULL);

    return socket >= 0;
}

/* A starter that died right behind the making leaves a process that is not yet
 * to be found: it is waited for, or it would come to hold the images for ever. */
static pid_t
find_stray(int folder)
{
    gint64 deadline_us =
        g_get_monotonic_time() + (gint64)STRAY_BIRTH_MS * US_PER_MS;
    pid_t pid = locked_by(folder);

    while (pid == 0 && is_listening(folder) &&
           g_get_monotonic_time() < deadline_us) {
        g_usleep(STRAY_POLL_US);
        pid = locked_by(folder);
    }
    return pid;
}

/* The lock on the pid file and not the pid in it says that this QEMU lives. */
void
launch_end_stray(int folder)
{
    pid_t pid = find_stray(folder);
    guint64 start = process_start_time(pid);

    /* A start time of 0 goes with it: nothing is signalled then. */
    if (pid == 0)
        return;
    g_debug("ending stray QEMU %d", (int)pid);
    /* Asked first: it has the images open, and stores its bitmaps when it ends
     * in good order. */
    if (process_signal(pid, start, SIGTERM) &&
        process_wait_end(pid, start, STRAY_TIMEOUT_MS))
        return;
    if (process_signal(pid, start, SIGKILL))
        (void)process_wait_end(pid, start, STRAY_TIMEOUT_MS);
}
