/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/host/autostart.h"

#include "base/error.h"
#include "base/fd.h"
#include "driver/object.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK    "autostarted"
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

enum { BOOT_ID_MAX = 64 };

struct Autostart {
    const SessionHost *host; /* outlives us */
    GThread *thread;
    gint is_over; /* atomic: begin no other */
};

/* Of what is short and made by the kernel or by us; "" if it cannot be had. */
static void
read_short(int fd, char *ret_text)
{
    ssize_t length = fd >= 0 ? read(fd, ret_text, BOOT_ID_MAX - 1) : 0;

    ret_text[length > 0 ? length : 0] = '\0';
}

/* Whether this boot's machines are still to be started; from here on they are
 * not.  A mark that cannot be written is none: better no machine than one that
 * is started again and again. */
static bool
take_mark(const char *folder)
{
    g_autofree char *path = g_build_filename(folder, MARK, NULL);
    g_auto(AutoFd) kernel = open(BOOT_ID, O_RDONLY | O_CLOEXEC);
    g_auto(AutoFd) fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                             S_IRUSR | S_IWUSR);
    char now[BOOT_ID_MAX];
    char marked[BOOT_ID_MAX];
    size_t length = 0;

    read_short(kernel, now);
    read_short(fd, marked);
    length = strlen(now);
    if (length > 0 && strcmp(now, marked) == 0)
        return false;
    if (fd >= 0 && length > 0 && ftruncate(fd, 0) == 0 &&
        pwrite(fd, now, length, 0) == (ssize_t)length)
        return true;
    g_warning("machines marked to start with the host are not started: cannot "
              "write '%s': %s",
              path, g_strerror(errno));
    return false;
}

/* Its failure is nobody's to whom it could be told but the log's. */
static void
start_domain(virDomainPtr domain)
{
    if (virDomainCreate(domain) == 0) {
        g_message("started machine '%s', which is marked to start with the "
                  "host",
                  domain->name);
    } else {
        g_warning("cannot start machine '%s', which is marked to start with "
                  "the host: %s",
                  domain->name, virGetLastErrorMessage());
    }
}

/* Over a connection of its own, as any client's: a client that starts or deletes
 * one of them meanwhile is met by that machine's lock, and the later of the two
 * fails.  In no order: what depends on another machine has to wait for it, as
 * with libvirt. */
static gpointer
start_all(gpointer opaque)
{
    Autostart *autostart = opaque;
    g_autoptr(GError) error = NULL;
    virConnectPtr conn = session_host_open(autostart->host, &error);
    virDomainPtr *domains = NULL;
    int count = -1;

    if (conn) {
        count =
            virConnectListAllDomains(conn, &domains,
                                     VIR_CONNECT_LIST_DOMAINS_INACTIVE |
                                         VIR_CONNECT_LIST_DOMAINS_AUTOSTART);
    }
    if (count < 0) {
        g_warning("cannot look for machines to start with the host: %s",
                  error ? error->message : virGetLastErrorMessage());
    }
    for (int i = 0; i < count; i++) {
        if (!g_atomic_int_get(&autostart->is_over))
            start_domain(domains[i]);
        virDomainFree(domains[i]);
    }
    free(domains);
    connect_object_unref(conn);
    return NULL;
}

Autostart *
autostart_begin(const SessionHost *host, const char *folder)
{
    Autostart *autostart = NULL;

    if (!take_mark(folder))
        return NULL;
    autostart = g_new0(Autostart, 1);
    autostart->host = host;
    autostart->thread = g_thread_new("autostart", start_all, autostart);
    return autostart;
}

/* The daemon's end waits for one start at most, which has deadlines of its own;
 * and behind them stands the alarm that ends us anyhow. */
void
autostart_free(Autostart *autostart)
{
    if (!autostart)
        return;
    g_atomic_int_set(&autostart->is_over, 1);
    g_thread_join(autostart->thread);
    g_free(autostart);
}
