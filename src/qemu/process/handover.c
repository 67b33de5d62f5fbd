/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/handover.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "model/domain_devices.h"
#include "qemu/block/handed_files.h"
#include "qemu/process/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_SOCKET = 3 /* after stdin, stdout, stderr */ };

/* Without the standard ones: /dev/null, a log and a pipe are for whoever starts
 * the program. */
Handover *
handover_new(void)
{
    Handover *handover = g_new0(Handover, 1);

    for (unsigned i = 0; i < FIRST_SOCKET; i++)
        handover->fds[i] = -1;
    handover->nfds = FIRST_SOCKET;
    handover->numbers =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return handover;
}

/* Ours are closed in every case: the child has copies of its own by then, or
 * never was. */
void
handover_free(Handover *handover)
{
    if (!handover)
        return;
    for (unsigned i = 0; i < handover->nfds; i++)
        auto_fd_close(handover->fds[i]);
    g_hash_table_destroy(handover->numbers);
    g_free(handover->pid_file);
    g_free(handover);
}

/* Closed here when there is no room, so that no caller has to think of it. */
int
handover_add(Handover *handover, int fd, GError **error)
{
    if (handover->nfds + 1 >= SPAWN_FDS_MAX) {
        auto_fd_close(fd);
        fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
             "the domain has more than %d images and devices with a socket",
             SPAWN_FDS_MAX - FIRST_SOCKET - 1);
        return -1;
    }
    handover->fds[handover->nfds] = fd;
    return (int)handover->nfds++;
}

/* The same, with a name for its number. */
static bool
add_named(Handover *handover, int fd, const char *alias, GError **error)
{
    int number = handover_add(handover, fd, error);

    if (number < 0)
        return false;
    g_hash_table_insert(handover->numbers, g_strdup(alias),
                        GINT_TO_POINTER(number));
    return true;
}

/* By name: the mode of a socket's descriptor is not that of its file. */
static int
hide_socket(const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);

    /* bind() made it with the umask of the program that we are a library in. */
    return chmod(path, 0600);
}

/* Each socket gets the next number of QEMU's descriptors.  What was made before
 * a failure is closed by handover_free(); its file is replaced by the next
 * start. */
static bool
add_socket(Handover *handover, const char *alias, const char *folder,
           const char *name, GError **error)
{
    int fd = -1;

    /* A socket that somebody listens on refuses the start here: two machines
     * with one socket are one machine too many. */
    fd = unix_listen(folder, name, error);
    /* The handover's from here on, whatever comes after it. */
    if (fd < 0 || !add_named(handover, fd, alias, error))
        return false;
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
bool
handover_add_sockets(Handover *handover, DomainDef *live, const char *path,
                     GError **error)
{
    DomainDevices *devices = live->devices;

    return add_socket(handover, "monitor", path, "qmp.sock", error) &&
           add_char_sockets(handover, devices->channels, path, error) &&
           add_char_sockets(handover, devices->serials, path, error) &&
           add_char_sockets(handover, devices->consoles, path, error);
}

/* QEMU's own network needs nothing of the host. */
bool
handover_add_taps(Handover *handover, const DomainDef *live, GError **error)
{
    const GPtrArray *interfaces = live->devices->interfaces;

    for (guint i = 0; i < interfaces->len; i++) {
        const DomainInterface *interface = interfaces->pdata[i];
        int fd = -1;

        if (interface->type == INTERFACE_USER)
            continue;
        fd = tap_open(interface, error);
        if (fd < 0 || !add_named(handover, fd, interface->alias, error))
            return false;
    }
    return true;
}

/* Where the guest's words go: the file is ours, and QEMU's to write on. */
static bool
add_char_files(Handover *handover, const GPtrArray *ends, GError **error)
{
    for (guint i = 0; i < ends->len; i++) {
        const DomainChar *end = ends->pdata[i];
        int fd = -1;

        if (end->type != CHAR_FILE)
            continue;
        if (!fault_point("file:char-file", error))
            return false;
        /* O_NONBLOCK: a pipe that nobody reads is refused, and not waited
         * for. */
        fd = caller_open(end->path, O_WRONLY | O_CREAT | O_NONBLOCK | O_NOCTTY,
                         0600);
        if (fd < 0) {
            return fail_errno(error, errno, "cannot open '%s' for device '%s'",
                              end->path, end->alias);
        }
        if (!add_named(handover, fd, end->alias, error))
            return false;
    }
    return true;
}

/* In the order of the devices, which is that of their numbers: what comes after
 * the first of them has a set. */
bool
handover_add_char_files(Handover *handover, const DomainDef *live,
                        GError **error)
{
    const DomainDevices *devices = live->devices;

    handover->first_file = handover->nfds;
    return add_char_files(handover, devices->channels, error) &&
           add_char_files(handover, devices->serials, error) &&
           add_char_files(handover, devices->consoles, error);
}

/* HandFile: a set has the number of its one descriptor. */
static bool
hand_image(gpointer data, int fd, guint *ret_set, GError **error)
{
    Handover *handover = data;
    int number = handover_add(handover, fd, error);

    *ret_set = (guint)MAX(number, 0);
    return number >= 0;
}

/* Of one "-blockdev".  What is no JSON came from <qemu:arg>, and is QEMU's to
 * open if it can. */
static bool
add_images_of(Handover *handover, char **option, GError **error)
{
    json_t *options = json_loads(*option, 0, NULL);
    bool is_done =
        !options || handed_files_replace(options, hand_image, handover, error);

    if (options && is_done) {
        g_free(*option);
        *option = json_dumps(options, JSON_COMPACT);
    }
    json_decref(options);
    return is_done;
}

/* The words for all sets stand at the end: QEMU reads them before it makes the
 * first node, wherever they are. */
bool
handover_add_images(Handover *handover, GPtrArray *words, GError **error)
{
    char **word = (char **)words->pdata;

    for (guint i = 0; i + 1 < words->len; i++) {
        if (g_str_equal(word[i], "-blockdev") &&
            !add_images_of(handover, &word[i + 1], error))
            return false;
    }
    for (unsigned i = handover->first_file; i < handover->nfds; i++) {
        g_ptr_array_add(words, g_strdup("-add-fd"));
        g_ptr_array_add(words, g_strdup_printf("set=%u,fd=%u", i, i));
    }
    return true;
}
