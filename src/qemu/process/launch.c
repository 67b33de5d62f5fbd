/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/launch.h"

#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "base/scope.h"
#include "base/spawn.h"
#include "model/domain_devices.h"
#include "qemu/events/journal.h"
#include "qemu/process/command_line.h"
#include "qemu/process/handover.h"
#include "qemu/process/process.h"
#include "qemu/process/run_folder.h"

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
};

/* What QEMU never does here, so that a guest that rules it cannot either: start
 * a program, change its user or its scheduling, or make calls of old. */
#define SANDBOX \
    "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny"

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
wrap_in_shell(const GPtrArray *arguments, const char *pid_file)
{
    GPtrArray *wrapped = g_ptr_array_new();

    g_ptr_array_add(wrapped, (gpointer) "/bin/sh");
    g_ptr_array_add(wrapped, (gpointer) "-c");
    g_ptr_array_add(wrapped, (gpointer)(pid_file ? LAUNCH_SCRIPT_WITH_FILE
                                                 : LAUNCH_SCRIPT));
    g_ptr_array_add(wrapped, (gpointer)(pid_file ? pid_file : "qemu"));
    for (guint i = 0; i < arguments->len; i++)
        g_ptr_array_add(wrapped, arguments->pdata[i]);
    return wrapped;
}

/* Runs the shell and learns from it QEMU's pid. */
static bool
run_shell(const GPtrArray *arguments, const DomainDef *live,
          const Handover *handover, pid_t *ret_pid, GError **error)
{
    g_autoptr(GPtrArray) wrapped = wrap_in_shell(arguments, handover->pid_file);
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
        *ret_pid = run_folder_read_pid(ends[0]);
        if (*ret_pid == 0) {
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

/* The whole command line of a QEMU that runs as @user: what makes it run so, its
 * own with the images replaced by descriptors, and what it may not do. */
static GPtrArray *
unprivilege(const QemuUser *user, const GPtrArray *built, Handover *handover,
            GError **error)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);

    qemu_user_add_words(user, words);
    /* The last one built is NULL. */
    for (guint i = 0; i + 1 < built->len; i++)
        g_ptr_array_add(words, g_strdup(built->pdata[i]));
    if (!handover_add_images(handover, words, error))
        return NULL;
    g_ptr_array_add(words, g_strdup("-sandbox"));
    g_ptr_array_add(words, g_strdup(SANDBOX));
    g_ptr_array_add(words, NULL);
    return g_steal_pointer(&words);
}

/* Where QEMU finds its own files of this run: by their names, or below a
 * descriptor of their folder where it could not go by a name. */
static bool
prepare_run(const LaunchPlace *place, Handover *handover, char **ret_prefix,
            GError **error)
{
    const QemuUser *user = place->user;
    g_auto(AutoFd) run = -1;
    int lock = -1;
    int number = -1;

    if (!run_folder_make(place->folder, user, &run, error))
        return false;
    if (run < 0) {
        *ret_prefix = g_strdup(place->path);
        return journal_make(place->folder, error);
    }
    if (!journal_make(run, error) || !journal_give(run, user->uid, error))
        return false;
    handover->pid_file = g_strdup_printf("%s/" RUN_PID_FILE, place->path);
    lock = run_folder_make_pid_file(place->folder, error);
    if (lock < 0 || handover_add(handover, lock, error) < 0)
        return false;
    number = handover_add(handover, fd_steal(&run), error);
    *ret_prefix = g_strdup_printf("/proc/self/fd/%d", number);
    return number >= 0;
}

/* What QEMU is run with, but for its log. */
static GPtrArray *
prepare_words(DomainDef *live, const LaunchPlace *place, Handover *handover,
              GError **error)
{
    bool is_other = qemu_user_is_set(place->user);
    g_autofree char *prefix = NULL;
    g_autofree char *pid_file = NULL;
    g_autofree char *journal = NULL;
    CommandLineContext context = {.handed = handover->numbers};
    g_autoptr(GPtrArray) words = NULL;

    if (!prepare_run(place, handover, &prefix, error) ||
        !handover_add_sockets(handover, live, place->path, error) ||
        (is_other && (!handover_add_taps(handover, live, error) ||
                      !handover_add_char_files(handover, live, error))))
        return NULL;
    if (!is_other)
        pid_file = g_strdup_printf("%s/" RUN_PID_FILE, prefix);
    context.pid_file = pid_file;
    context.journal = journal = g_strdup_printf("%s/" JOURNAL_NAME, prefix);
    words = command_line_build(live, &context, error);
    if (!words || !is_other)
        return g_steal_pointer(&words);
    return unprivilege(place->user, words, handover, error);
}

/* In the order of what can be refused without a process.  From run_shell() on
 * there may be a QEMU; its pid file is what finds it if we die before the
 * record is written. */
bool
launch_qemu(DomainDef *live, const LaunchPlace *place, LaunchedQemu *ret_qemu,
            GError **error)
{
    g_autoptr(Handover) handover = handover_new();
    g_autoptr(GPtrArray) words = NULL;
    pid_t pid = -1;

    if (!check_emulator(live, error))
        return false;
    /* Before the images are opened a second time: QEMU's locks would refuse it,
     * with words that help nobody. */
    launch_end_stray(place->folder);
    words = prepare_words(live, place, handover, error);
    if (!words)
        return false;
    handover->fds[STDERR_FILENO] =
        open_log(place->folder, &ret_qemu->log_start, error);
    if (handover->fds[STDERR_FILENO] < 0 ||
        !fault_point("process:start", error) ||
        !run_shell(words, live, handover, &pid, error))
        return false;
    scope_make(live->name, pid);
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
    pid_t pid = run_folder_pid(folder);

    while (pid == 0 && is_listening(folder) &&
           g_get_monotonic_time() < deadline_us) {
        g_usleep(STRAY_POLL_US);
        pid = run_folder_pid(folder);
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
