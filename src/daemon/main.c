/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* strandlined: the library behind sockets that libvirt's clients know.
 *
 * The main thread runs the library's events and waits for signals; connections
 * have threads of their own (server.h).
 */
#include "base/caller.h"
#include "base/error.h"
#include "base/event_loop.h"
#include "base/fd.h"
#include "daemon/access/judge.h"
#include "daemon/dispatch.h"
#include "daemon/host/autostart.h"
#include "daemon/host/machine_scope.h"
#include "daemon/host/notify.h"
#include "daemon/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <libvirt/libvirt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <unistd.h>

enum {
    /* How long a call that is under way may take when we are told to end;
     * after that its state is as after a crash, which the next start repairs. */
    STOP_SECONDS = 60,
    CHECK_IDLE_MS = 1000,
};

typedef struct {
    char *config;
    char *pid_file;
    gboolean is_listening; /* on the network, too */
    gboolean is_verbose;
    int timeout;
} Options;

typedef struct {
    Options options;
    Settings *settings;
    Policy *policy; /* NULL: everybody may do what the socket lets them */
    SessionHost host;
    Server *server;
    Autostart *autostart; /* NULL: nothing was to be started */
    int signals;          /* eventfd: counts up when one has come */
    gint64 idle_since;    /* 0: somebody is connected */
    int pid_file;         /* open and locked while we run; -1: none */
} Daemon;

/* What a handler may touch. */
static volatile sig_atomic_t wants_end;
static volatile sig_atomic_t wants_reload;
static int signal_fd = -1;

/* A byte more in the eventfd wakes the loop; errno belongs to whatever was
 * interrupted. */
static void
on_signal(int number)
{
    guint64 one = 1;
    int before = errno;

    if (number == SIGHUP) {
        wants_reload = 1;
    } else {
        wants_end = 1;
    }
    (void)!write(signal_fd, &one, sizeof(one));
    errno = before;
}

/* SIGPIPE is ignored for the whole process; what we start begins with the
 * default again (base/spawn.h).  SA_RESTART: the library's calls that run in
 * other threads are not to fail because somebody wants us to end. */
static void
catch_signals(void)
{
    const int ours[] = {SIGTERM, SIGINT, SIGHUP};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    for (gsize i = 0; i < G_N_ELEMENTS(ours); i++)
        g_assert(sigaction(ours[i], &action, NULL) == 0);
    action.sa_handler = SIG_IGN;
    g_assert(sigaction(SIGPIPE, &action, NULL) == 0);
}

/* The usual place may be empty; one that was named may not. */
static Settings *
read_settings(const Daemon *daemon, GError **error)
{
    const char *path = daemon->options.config;

    if (path || g_file_test(DEFAULT_CONFIG, G_FILE_TEST_EXISTS))
        return settings_load(path ? path : DEFAULT_CONFIG, error);
    return settings_new();
}

/* Who is allowed, and how many: what can change while sockets and threads stay.
 * The rest of the file counts at the next start. */
static bool
reload_settings(Daemon *daemon, GError **error)
{
    g_autoptr(Settings) settings = read_settings(daemon, error);
    g_autoptr(TlsCredentials) tls = NULL;

    if (!settings)
        return false;
    /* Whether it is spoken at all does not change: the sockets stay. */
    if (server_status(daemon->server).has_tls) {
        tls = listen_load_tls(settings, error);
        if (!tls)
            return false;
        server_set_tls(daemon->server, tls);
    }
    login_rules_set_allowed(daemon->host.logins,
                            (const char *const *)settings->sasl_allowed);
    server_set_limits(daemon->server, &settings->limits);
    return true;
}

/* What is wrong changes nothing, and each thing is read by itself: a certificate
 * that is not there yet does not keep a rule from being taken back. */
static void
reload(Daemon *daemon)
{
    g_autoptr(GError) error = NULL;

    if (!daemon->policy) {
        g_message("there is no access policy to read again");
    } else if (policy_reload(daemon->policy, &error)) {
        g_message("the access policy is read again");
    } else {
        g_warning("the access policy stays as it was: %s", error->message);
        g_clear_error(&error);
    }
    if (reload_settings(daemon, &error)) {
        g_message("limits, lists of names and certificates are read again");
    } else {
        g_assert(error);
        g_warning("limits, lists of names and certificates stay as they were: "
                  "%s",
                  error->message);
    }
}

static void
on_signals(int watch, int fd, int events, void *opaque)
{
    Daemon *daemon = opaque;
    guint64 count = 0;

    (void)watch;
    (void)events;
    (void)!read(fd, &count, sizeof(count));
    if (!wants_reload)
        return;
    wants_reload = 0;
    notify_state("RELOADING=1");
    reload(daemon);
    notify_state("READY=1");
}

/* For activation by socket: systemd starts us again when somebody comes.  The
 * machines run on meanwhile; nobody is needed for them. */
static void
on_idle_check(int timer, void *opaque)
{
    Daemon *daemon = opaque;
    gint64 now = g_get_monotonic_time();

    (void)timer;
    if (server_clients(daemon->server) > 0) {
        daemon->idle_since = 0;
    } else if (daemon->idle_since == 0) {
        daemon->idle_since = now;
    } else if (now - daemon->idle_since >=
               (gint64)daemon->options.timeout * G_USEC_PER_SEC) {
        wants_end = 1;
    }
}

/* Locked, so that a second daemon with the same file is refused, and a file
 * that was left behind is not. */
static bool
write_pid_file(Daemon *daemon, GError **error)
{
    const char *path = daemon->options.pid_file;
    g_autofree char *text = g_strdup_printf("%d\n", (int)getpid());
    gssize length = (gssize)strlen(text);

    if (!path)
        return true;
    daemon->pid_file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (daemon->pid_file < 0)
        return fail_errno(error, errno, "cannot open the pid file '%s'", path);
    if (flock(daemon->pid_file, LOCK_EX | LOCK_NB) != 0) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "the pid file '%s' is held by another daemon", path);
    }
    if (ftruncate(daemon->pid_file, 0) != 0 ||
        write(daemon->pid_file, text, (size_t)length) != length)
        return fail_errno(error, errno, "cannot write the pid file '%s'", path);
    return true;
}

/* Sockets that were handed over are all there are: whoever wrote the units says
 * where they lie, with what mode and which port, and the settings say nothing
 * then. */
static bool
open_sockets(Daemon *daemon, GError **error)
{
    g_auto(GStrv) inherited = notify_listen_fds(error);

    if (!inherited)
        return false;
    if (inherited[0]) {
        return listen_inherited(daemon->server, daemon->settings,
                                NOTIFY_FIRST_FD, (const char *const *)inherited,
                                error);
    }
    return listen_sockets(daemon->server, daemon->settings, error) &&
           (!daemon->options.is_listening ||
            listen_network(daemon->server, daemon->settings, error));
}

/* For sources of migrations that have lost their leader. */
static char *
address_of(const Settings *settings)
{
    g_autofree char *path = NULL;
    g_autofree char *escaped = NULL;

    if (settings->migration_uri)
        return g_strdup(settings->migration_uri);
    path = g_build_filename(settings->unix_sock_dir, LISTEN_SOCKET, NULL);
    escaped = g_uri_escape_string(path, "/", FALSE);
    return g_strdup_printf("qemu+unix:///system?socket=%s", escaped);
}

/* Before anything is made or opened: a daemon with wrong settings has not
 * begun. */
static bool
load_settings(Daemon *daemon, GError **error)
{
    daemon->settings = read_settings(daemon, error);
    if (!daemon->settings)
        return false;
    caller_set_loopback_only(!daemon->settings->nbd_plain_tcp);
    caller_set_folders(CALLER_IMAGES,
                       (const char *const *)daemon->settings->image_dirs);
    caller_set_folders(CALLER_BACKUPS,
                       (const char *const *)daemon->settings->backup_dirs);
    daemon->host.state_root = daemon->settings->state_root;
    daemon->host.qemu_user = daemon->settings->user;
    daemon->host.qemu_group = daemon->settings->group;
    daemon->host.certificates = daemon->settings->backup_certificates;
    if (daemon->settings->networks)
        daemon->host.networks = g_strjoinv(",", daemon->settings->networks);
    daemon->host.address = address_of(daemon->settings);
    daemon->host.logins =
        login_rules_new(daemon->settings->auth,
                        (const char *const *)daemon->settings->sasl_allowed);
    if (daemon->settings->access_policy) {
        daemon->policy = policy_load(daemon->settings->access_policy, error);
        if (!daemon->policy)
            return false;
    }
    daemon->host.access =
        judge_access(daemon->policy, daemon->settings->asks_polkit);
    return true;
}

/* The library's default loop is the main thread's: drivers put their sockets
 * into it, callbacks run in it, and signals come as readable bytes, so that
 * nothing is done in a handler. */
static bool
watch_events(Daemon *daemon, GError **error)
{
    signal_fd = daemon->signals = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (daemon->signals < 0)
        return fail_errno(error, errno, "cannot make an eventfd");
    catch_signals();
    (void)virEventRegisterDefaultImpl();
    if (event_loop_add_handle(daemon->signals, VIR_EVENT_HANDLE_READABLE,
                              on_signals, daemon, NULL) < 0)
        return fail(error, VIR_ERR_INTERNAL_ERROR, "cannot watch for signals");
    if (daemon->options.timeout > 0) {
        (void)event_loop_add_timeout(CHECK_IDLE_MS, on_idle_check, daemon,
                                     NULL);
    }
    return true;
}

/* In the order in which things can be refused: what costs nothing first, the
 * root before the sockets, and the sockets last, since a client that finds one
 * is to be answered. */
static bool
start(Daemon *daemon, GError **error)
{
    if (!load_settings(daemon, error) || !write_pid_file(daemon, error))
        return false;
    (void)virInitialize();
    machine_scope_begin(MACHINE_SCOPE_MS);
    if (!watch_events(daemon, error))
        return false;
    /* What cannot be opened is said now, and not to the first client. */
    if (!session_host_check(&daemon->host, error))
        return false;
    daemon->server = server_new(&daemon->settings->limits, &dispatch_handler,
                                &daemon->host, error);
    daemon->host.server = daemon->server;
    return daemon->server && open_sockets(daemon, error) &&
           server_start(daemon->server, error);
}

/* What the settings and the policy were read into; no session is left. */
static void
forget_settings(Daemon *daemon)
{
    policy_free(daemon->policy);
    login_rules_free(daemon->host.logins);
    g_free(daemon->host.networks);
    g_free(daemon->host.address);
    settings_free(daemon->settings);
}

/* Machines stay as they are, and so do their jobs. */
static void
stop(Daemon *daemon)
{
    notify_state("STOPPING=1");
    (void)alarm(STOP_SECONDS);
    g_clear_pointer(&daemon->autostart, autostart_free);
    g_clear_pointer(&daemon->server, server_free);
    machine_scope_end();
    forget_settings(daemon);
    if (daemon->pid_file >= 0)
        (void)unlink(daemon->options.pid_file);
    auto_fd_close(daemon->pid_file);
}

/* Until a signal, or the time without a client, ends it. */
static bool
run(Daemon *daemon, GError **error)
{
    if (!start(daemon, error))
        return false;
    g_message("strandlined %s serves %s", PROJECT_VERSION,
              daemon->settings->state_root);
    notify_state("READY=1");
    daemon->autostart =
        autostart_begin(&daemon->host, daemon->settings->unix_sock_dir);
    while (!wants_end) {
        if (!event_loop_run_default(error))
            return false;
    }
    return true;
}

/* libvirtd's options, for unit files that are rewritten by hand.  Exits are
 * here and in main() alone. */
static bool
parse_options(int *argc, char ***argv, Options *options, GError **error)
{
    gboolean wants_version = FALSE;
    const GOptionEntry entries[] = {
        {"config", 'f', 0, G_OPTION_ARG_FILENAME, &options->config,
         "the settings; without, " DEFAULT_CONFIG " if it is there", "FILE"},
        {"listen", 'l', 0, G_OPTION_ARG_NONE, &options->is_listening,
         "listen for TLS and TCP, too, as the settings say", NULL},
        {"pid-file", 'p', 0, G_OPTION_ARG_FILENAME, &options->pid_file,
         "where to write the process id", "FILE"},
        {"timeout", 't', 0, G_OPTION_ARG_INT, &options->timeout,
         "end after so many seconds without a client", "SECONDS"},
        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &options->is_verbose,
         "log what is done", NULL},
        {"version", 'V', 0, G_OPTION_ARG_NONE, &wants_version,
         "print the version and end", NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);

    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error))
        return false;
    if (wants_version) {
        printf("strandlined %s\n", PROJECT_VERSION);
        exit(EXIT_SUCCESS);
    }
    if (*argc > 1) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s' is not expected: there are options only", (*argv)[1]);
    }
    return true;
}

/* To the journal with its fields if that is where standard error goes. */
static GLogWriterOutput
write_log(GLogLevelFlags level, const GLogField *fields, gsize count,
          gpointer opaque)
{
    const Options *options = opaque;

    bool is_wanted = options->is_verbose || !(level & G_LOG_LEVEL_MESSAGE);

    if (!is_wanted || g_log_writer_default_would_drop(level, G_LOG_DOMAIN))
        return G_LOG_WRITER_HANDLED;
    if (g_log_writer_is_journald(STDERR_FILENO) &&
        g_log_writer_journald(level, fields, count, NULL) ==
            G_LOG_WRITER_HANDLED)
        return G_LOG_WRITER_HANDLED;
    return g_log_writer_standard_streams(level, fields, count, NULL);
}

/* What was begun is ended in any case: also a start that failed half way. */
int
main(int argc, char **argv)
{
    Daemon daemon = {.pid_file = -1, .signals = -1};
    g_autoptr(GError) error = NULL;
    bool is_well = false;

    setlocale(LC_ALL, "");
    if (!parse_options(&argc, &argv, &daemon.options, &error)) {
        fprintf(stderr, "strandlined: %s\n", error->message);
        return 2;
    }
    g_log_writer_default_set_use_stderr(TRUE);
    g_log_set_writer_func(write_log, &daemon.options, NULL);
    is_well = run(&daemon, &error);
    if (!is_well)
        fprintf(stderr, "strandlined: %s\n", error->message);
    stop(&daemon);
    g_free(daemon.options.config);
    g_free(daemon.options.pid_file);
    return is_well ? EXIT_SUCCESS : EXIT_FAILURE;
}
