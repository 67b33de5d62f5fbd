/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/events/journal.h"

#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "qemu/process/run_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_FILE  JOURNAL_NAME ".in"
#define OUTPUT_FILE JOURNAL_NAME ".out"

enum {
    /* An event takes some 150 bytes; a guest can cause as many as it likes. */
    READ_LIMIT = 256 * 1024,
    LINE_LIMIT = 64 * 1024,
    /* What is kept for those who read slowly, and how much more may have
     * gathered before it is worth a system call. */
    KEPT = 1024 * 1024,
    SLACK = 1024 * 1024,
    BLOCK = 4096,
};

/* Removed and made anew, so that a process that still reads the former run's
 * has another file. */
static bool
make_file(int folder, const char *name, const char *content, GError **error)
{
    g_auto(AutoFd) fd = -1;
    size_t length = strlen(content);

    if (!fault_point("file:journal", error))
        return false;
    if (unlinkat(folder, name, 0) < 0 && errno != ENOENT)
        return fail_errno(error, errno, "cannot remove the former '%s'", name);
    fd = openat(folder, name,
                O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0 || write(fd, content, length) != (ssize_t)length)
        return fail_errno(error, errno, "cannot make the file '%s'", name);
    return true;
}

/* They need not outlive a crash of the host: QEMU does not either. */
bool
journal_make(int folder, GError **error)
{
    return make_file(folder, INPUT_FILE,
                     "{\"execute\": \"qmp_capabilities\"}\n", error) &&
           make_file(folder, OUTPUT_FILE, "", error);
}

/* The owner alone: with mode 0600 the group has no part in it. */
bool
journal_give(int folder, uid_t uid, GError **error)
{
    static const char *const names[] = {INPUT_FILE, OUTPUT_FILE};

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (fchownat(folder, names[i], uid, (gid_t)-1, AT_SYMLINK_NOFOLLOW) <
            0) {
            return fail_errno(error, errno, "cannot give '%s' to QEMU's user",
                              names[i]);
        }
    }
    return true;
}

/* In a folder of QEMU's own user there may stand anything under that name: a
 * link is not followed, and a pipe not waited for. */
static int
open_output(int folder, int flags)
{
    g_autofree char *name = run_folder_name(folder, OUTPUT_FILE);

    return openat(folder, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

/* What is there now; both places are asked for by everybody who reads. */
static bool
look_at_output(int folder, struct stat *ret_status)
{
    g_autofree char *name = run_folder_name(folder, OUTPUT_FILE);

    return fstatat(folder, name, ret_status, AT_SYMLINK_NOFOLLOW) == 0;
}

gint64
journal_end(int folder)
{
    struct stat status;

    if (!look_at_output(folder, &status))
        return 0;
    return status.st_size;
}

/* By the descriptor and not by the name: what is watched is what is read. */
bool
journal_watch(int folder, int inotify)
{
    g_auto(AutoFd) fd = open_output(folder, O_RDONLY);
    char name[sizeof("/proc/self/fd/") + 10] = "";

    (void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    return fd >= 0 &&
           inotify_add_watch(inotify, name, IN_MODIFY | IN_CLOSE_WRITE) >= 0;
}

/* Greetings and answers are no events. */
static void
add_event(GPtrArray *events, const char *line, gsize length)
{
    json_t *message = NULL;

    if (length == 0 || length > LINE_LIMIT)
        return;
    message = json_loadb(line, length, 0, NULL);
    if (json_is_string(json_object_get(message, "event"))) {
        g_ptr_array_add(events, message);
    } else {
        json_decref(message);
    }
}

/* The part up to the last line break: QEMU may be in the middle of a line.
 * Space that was given back reads as zeroes, up to the middle of a line. */
static gsize
split_lines(const char *text, gsize length, GPtrArray *events)
{
    gsize done = 0;

    while (done < length) {
        const char *start = text + done;
        const char *end = memchr(start, '\n', length - done);
        gsize zeroes = 0;

        if (!end)
            break;
        while (start + zeroes < end && start[zeroes] == '\0')
            zeroes++;
        if (zeroes == 0)
            add_event(events, start, (gsize)(end - start));
        done += (gsize)(end - start) + 1;
    }
    return done;
}

static void
free_event(gpointer event)
{
    json_decref(event);
}

GPtrArray *
journal_read(int folder, gint64 *offset, bool *ret_more)
{
    GPtrArray *events = g_ptr_array_new_with_free_func(free_event);
    g_auto(AutoFd) fd = open_output(folder, O_RDONLY);
    g_autofree char *text = NULL;
    struct stat status;
    ssize_t length = 0;

    *ret_more = false;
    if (fd < 0 || fstat(fd, &status) < 0 || status.st_size == *offset)
        return events;
    /* Shorter than we know it: it is another run's. */
    if (status.st_size < *offset)
        *offset = 0;
    text = g_malloc(READ_LIMIT);
    length = pread(fd, text, READ_LIMIT, *offset);
    if (length <= 0)
        return events;
    *ret_more = length == READ_LIMIT;
    length = (ssize_t)split_lines(text, (gsize)length, events);
    /* A line that does not end within the limit is passed over. */
    *offset += length > 0 || !*ret_more ? length : READ_LIMIT;
    return events;
}

/* What QEMU says last is what counts, so the file's end is enough. */
bool
journal_has_end(int folder)
{
    gint64 offset = MAX(journal_end(folder) - READ_LIMIT / 2, 0);
    bool is_more = false;
    bool has_end = false;
    g_autoptr(GPtrArray) events = journal_read(folder, &offset, &is_more);

    for (guint i = 0; i < events->len; i++) {
        const char *event =
            json_string_value(json_object_get(events->pdata[i], "event"));

        if (g_str_equal(event, "SHUTDOWN")) {
            has_end = true;
        } else if (g_str_equal(event, "RESET") ||
                   g_str_equal(event, "RESUME")) {
            has_end = false;
        }
    }
    return has_end;
}

/* A hole in place of a shorter file: QEMU does not append, it goes on writing
 * where it was, and readers know their place by its distance from the start. */
void
journal_trim(int folder)
{
    struct stat status;
    g_auto(AutoFd) fd = -1;

    if (!look_at_output(folder, &status) ||
        (gint64)status.st_blocks * 512 < KEPT + SLACK ||
        !fault_point("file:journal", NULL))
        return;
    fd = open_output(folder, O_WRONLY);
    if (fd < 0 || fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
                            (status.st_size - KEPT) / BLOCK * BLOCK) < 0)
        g_debug("the journal of events keeps its length");
}
