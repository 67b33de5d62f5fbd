/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <libvirt/libvirt-event.h>
#include <signal.h>
#include <unistd.h>

struct Interrupt {
    int read_fd;
    int watch;
    struct sigaction old_int;
    struct sigaction old_term;
};

/* What a signal handler may touch. */
static volatile sig_atomic_t is_seen;
static volatile sig_atomic_t write_fd = -1;

/* SA_RESETHAND has given the signal back its usual meaning by now. */
static void
on_signal(int signal G_GNUC_UNUSED)
{
    /* The handler comes between a system call of anybody's and the look at its
     * errno. */
    int kept = errno;
    ssize_t written = 0;

    is_seen = 1;
    written = write((int)write_fd, "", 1);
    /* A full pipe has woken the loop already. */
    (void)written;
    errno = kept;
}

/* Empties the pipe, so that the loop does not turn for ever. */
static void
on_readable(int watch G_GNUC_UNUSED, int fd, int events G_GNUC_UNUSED,
            void *data G_GNUC_UNUSED)
{
    char byte = 0;
    ssize_t got = read(fd, &byte, 1);

    /* Being woken was all that was wanted. */
    (void)got;
}

/* Who started us with a signal ignored, as a shell does for what it runs in the
 * background, means it. */
static void
catch_signal(int signal, struct sigaction *ret_old)
{
    struct sigaction action = {.sa_handler = on_signal,
                               .sa_flags = SA_RESETHAND | SA_RESTART};

    sigaction(signal, NULL, ret_old);
    if (ret_old->sa_handler != SIG_IGN)
        sigaction(signal, &action, NULL);
}

/* A handler may do next to nothing, so it writes a byte that wakes the
 * library's loop; the rest happens there. */
Interrupt *
interrupt_new(void)
{
    Interrupt *interrupt = NULL;
    int fds[2] = {-1, -1};
    int watch = -1;

    /* Not blocking: the handler must never wait for room. */
    if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
        return NULL;
    watch = virEventAddHandle(fds[0], VIR_EVENT_HANDLE_READABLE, on_readable,
                              NULL, NULL);
    if (watch < 0) {
        close(fds[0]);
        close(fds[1]);
        return NULL;
    }
    interrupt = g_new0(Interrupt, 1);
    interrupt->read_fd = fds[0];
    interrupt->watch = watch;
    is_seen = 0;
    /* Before the handlers are in place, which use it. */
    write_fd = fds[1];
    catch_signal(SIGINT, &interrupt->old_int);
    catch_signal(SIGTERM, &interrupt->old_term);
    return interrupt;
}

/* Gives the signals their former meaning back. */
void
interrupt_free(Interrupt *interrupt)
{
    if (!interrupt)
        return;
    /* First: after this no signal can write to what is closed below. */
    sigaction(SIGINT, &interrupt->old_int, NULL);
    sigaction(SIGTERM, &interrupt->old_term, NULL);
    virEventRemoveHandle(interrupt->watch);
    close((int)write_fd);
    write_fd = -1;
    close(interrupt->read_fd);
    g_free(interrupt);
}

bool
interrupt_seen(const Interrupt *interrupt)
{
    return interrupt && is_seen;
}
