/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/handed_files.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fd.h"
#include "qemu/qmp/message.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SET_PREFIX "/dev/fdset/"

/* O_NONBLOCK: a pipe under an image's name must not hold us until somebody
 * writes to it.  For files and disks it means nothing. */
int
handed_files_open(const char *path, int flags, GError **error)
{
    g_auto(AutoFd) fd = caller_open(path, flags | O_NONBLOCK | O_NOCTTY, 0);
    struct stat status;

    if (fd < 0 || fstat(fd, &status) < 0) {
        fail_errno(error, errno, "cannot open '%s' for QEMU", path);
        return -1;
    }
    if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode)) {
        fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
             "cannot use '%s' as an image: it is neither a file nor a block "
             "device",
             path);
        return -1;
    }
    return fd_steal(&fd);
}

/* The protocol nodes that name something of the host.  Others, such as nbd, do
 * not, or are none of ours. */
static bool
names_file(const json_t *options)
{
    const char *driver = json_string_value(json_object_get(options, "driver"));
    const char *name = json_string_value(json_object_get(options, "filename"));

    return driver && name && *name == '/' &&
           !g_str_has_prefix(name, SET_PREFIX) &&
           (g_str_equal(driver, "file") || g_str_equal(driver, "host_device"));
}

/* One file, one set: QEMU may open it more than once, each time for the same. */
static bool
replace_one(json_t *options, bool is_readonly, HandFile hand, gpointer data,
            GError **error)
{
    const char *path = json_string_value(json_object_get(options, "filename"));
    /* QEMU takes from a set the descriptor of the very mode that it wants. */
    int fd = handed_files_open(path, is_readonly ? O_RDONLY : O_RDWR, error);
    g_autofree char *name = NULL;
    guint set = 0;

    if (fd < 0 || !hand(data, fd, &set, error))
        return false;
    name = g_strdup_printf(SET_PREFIX "%u", set);
    json_object_set_new(options, "filename", json_string(name));
    return true;
}

/* What is described inline takes these two from the node above it.  With
 * auto-read-only QEMU opens for reading, and for writing when somebody wants
 * to: handed_files_run(). */
static bool
replace_below(json_t *options, bool is_readonly, HandFile hand, gpointer data,
              GError **error)
{
    const char *key = NULL;
    json_t *value = NULL;

    is_readonly = is_readonly ||
                  json_is_true(json_object_get(options, "read-only")) ||
                  json_is_true(json_object_get(options, "auto-read-only"));
    if (names_file(options))
        return replace_one(options, is_readonly, hand, data, error);
    json_object_foreach(options, key, value)
    {
        /* As deep as QMP_DEPTH allows, and these are our own. */
        if (json_is_object(value) &&
            !replace_below(value, is_readonly, hand, data, error))
            return false;
    }
    return true;
}

/* Half of the work may be done when it fails: whoever has the sets lets them
 * go. */
bool
handed_files_replace(json_t *options, HandFile hand, gpointer data,
                     GError **error)
{
    return replace_below(options, false, hand, data, error);
}

/* HandFile for a QEMU that runs.  It chooses the set's number, so that two of us,
 * in two processes, never take the same. */
static bool
hand_by_qmp(gpointer data, int fd, guint *ret_set, GError **error)
{
    QmpClient *qmp = data;
    g_auto(AutoFd) owned = fd;
    g_autoptr(Json) reply =
        qmp_client_call_with(qmp, "add-fd", json_object(), fd, error);
    const json_t *set = json_object_get(reply, "fdset-id");

    if (!reply)
        return false;
    if (!json_is_integer(set) || json_integer_value(set) < 0 ||
        json_integer_value(set) > G_MAXINT) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "QEMU does not say where it keeps a descriptor");
    }
    *ret_set = (guint)json_integer_value(set);
    return true;
}

/* The set in a file's name, as query-named-block-nodes has it.  QEMU's word, by
 * which it could only harm itself. */
static bool
read_set(const json_t *node, json_int_t *ret_set)
{
    const char *file = json_string_value(json_object_get(node, "file"));
    guint64 set = 0;

    if (!file || !g_str_has_prefix(file, SET_PREFIX) ||
        !g_ascii_string_to_unsigned(file + strlen(SET_PREFIX), 10, 0, G_MAXINT,
                                    &set, NULL))
        return false;
    *ret_set = (json_int_t)set;
    return true;
}

/* "flat": the files and not what is made of them, which grows with the square of
 * the chain. */
static json_t *
query_nodes(QmpClient *qmp, GError **error)
{
    return qmp_client_call(qmp, "query-named-block-nodes",
                           json_pack("{s:b}", "flat", 1), error);
}

/* The node of that name, or one that was described inline below it, which goes
 * with it and whose name begins with its own (store.h). */
static bool
goes_with(const json_t *node, const char *name)
{
    const char *own = json_string_value(json_object_get(node, "node-name"));
    const char *driver = json_string_value(json_object_get(node, "drv"));

    return own && driver && g_str_has_prefix(own, name) &&
           (g_str_equal(driver, "file") || g_str_equal(driver, "host_device"));
}

/* A node takes a copy from its set when it is made and whenever it is reopened,
 * so its descriptor stays there as long as it does; left longer it would keep
 * the file open.  (A paused QEMU 7.2 keeps it until it runs; the locks go with
 * the node all the same.) */
static void
forget_sets(QmpClient *qmp, const json_t *nodes, const char *name)
{
    size_t index = 0;
    json_t *node = NULL;

    json_array_foreach(nodes, index, node)
    {
        json_int_t set = 0;
        guint64 id = 0;

        if (!goes_with(node, name) || !read_set(node, &set))
            continue;
        /* Never waited for: QEMU carries it out after the deletion, and it can
         * only fail with all that follows. */
        (void)qmp_client_send(qmp, "remove-fd",
                              json_pack("{s:I}", "fdset-id", set), -1, &id,
                              NULL);
    }
}

static bool
send_deletion(QmpClient *qmp, QmpCommand *command, guint64 *ret_id,
              GError **error)
{
    g_autofree char *name = g_strdup(
        json_string_value(json_object_get(command->arguments, "node-name")));
    /* Before it: afterwards nothing says which set it was. */
    g_autoptr(Json) nodes = query_nodes(qmp, NULL);

    if (!qmp_client_send_plain(qmp, command, ret_id, error))
        return false;
    if (name)
        forget_sets(qmp, nodes, name);
    return true;
}

/* All else goes by as it is. */
static bool
send_handing(QmpClient *qmp, QmpCommand *command, guint64 *ret_id,
             GError **error)
{
    if (g_str_equal(command->name, "blockdev-del"))
        return send_deletion(qmp, command, ret_id, error);
    if (g_str_equal(command->name, "blockdev-add") &&
        !handed_files_replace(command->arguments, hand_by_qmp, qmp, error)) {
        json_decref(command->arguments);
        command->arguments = NULL;
        return false;
    }
    return qmp_client_send_plain(qmp, command, ret_id, error);
}

/* Whoever describes nodes need not know whether this QEMU opens files itself. */
void
handed_files_by_qmp(QmpClient *qmp)
{
    qmp_client_set_sender(qmp, send_handing);
}

/* Which set the file of the node @name was taken from; false without @error if
 * it was opened by name. */
static bool
find_set(QmpClient *qmp, const char *name, json_int_t *ret_set, GError **error)
{
    g_autoptr(Json) nodes = query_nodes(qmp, error);
    size_t index = 0;
    json_t *node = NULL;

    json_array_foreach(nodes, index, node)
    {
        const char *own = json_string_value(json_object_get(node, "node-name"));

        if (g_strcmp0(own, name) == 0)
            return read_set(node, ret_set);
    }
    return false;
}

/* Left in the set for the length of the command alone: the node copies what it
 * needs. */
bool
handed_files_run(QmpClient *qmp, const HandedFile *file, const char *command,
                 json_t *arguments, GError **error)
{
    g_autoptr(Json) owned = arguments;
    g_autoptr(GError) problem = NULL;
    g_autoptr(Json) reply = NULL;
    g_auto(AutoFd) fd = -1;
    json_int_t set = 0;
    bool is_done = false;

    if (!find_set(qmp, file->node, &set, &problem)) {
        if (!problem)
            return qmp_client_run(qmp, command, g_steal_pointer(&owned), error);
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    fd = handed_files_open(file->path, file->flags, error);
    if (fd < 0)
        return false;
    reply = qmp_client_call_with(
        qmp, "add-fd", json_pack("{s:I}", "fdset-id", set), fd, error);
    if (!reply)
        return false;
    is_done = qmp_client_run(qmp, command, g_steal_pointer(&owned), error);
    /* If this fails, so does all that follows. */
    (void)qmp_client_run(
        qmp, "remove-fd",
        json_pack("{s:I, s:I}", "fdset-id", set, "fd",
                  json_integer_value(json_object_get(reply, "fd"))),
        NULL);
    return is_done;
}
