/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake_qemu.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    /* A test that is right never waits so long; one that is wrong ends. */
    PATIENCE_MS = 30 * 1000,
    READ_SIZE = 4096,
    FLOOD_SIZE = 64 * 1024,
};

struct FakeQemu {
    char **steps;
    GThread *thread;
    int listener; /* -1: @socket is connected already */
    int socket;
    GString *input;      /* bytes received and not yet read as lines */
    GPtrArray *commands; /* json_t *: command N at N - 1 */
    GString *transcript;
    char *failure; /* NULL: the script was followed so far */
    bool is_gone;  /* the client closed, or we did */
    unsigned nfds; /* descriptors received and not yet expected */
};

static bool
wait_readable(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLIN};

    return poll(&ready, 1, PATIENCE_MS) > 0;
}

static void give_up(FakeQemu *fake, const char *format, ...)
    G_GNUC_PRINTF(2, 3);

static void
give_up(FakeQemu *fake, const char *format, ...)
{
    va_list args;

    if (fake->failure)
        return;
    va_start(args, format);
    fake->failure = g_strdup_vprintf(format, args);
    va_end(args);
}

/* Counts and closes the descriptors that came with @message. */
static void
take_fds(FakeQemu *fake, struct msghdr *message)
{
    struct cmsghdr *header = CMSG_FIRSTHDR(message);

    for (; header; header = CMSG_NXTHDR(message, header)) {
        int fd = -1;

        if (header->cmsg_type != SCM_RIGHTS)
            continue;
        memcpy(&fd, CMSG_DATA(header), sizeof(fd));
        close(fd);
        fake->nfds++;
    }
}

/* Receives once.  False: the client is gone. */
static bool
receive(FakeQemu *fake)
{
    char bytes[READ_SIZE];
    char control[CMSG_SPACE(sizeof(int))];
    struct iovec part = {.iov_base = bytes, .iov_len = sizeof(bytes)};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof(control)};
    ssize_t length = 0;

    if (!wait_readable(fake->socket)) {
        give_up(fake, "the client said nothing for %d ms", PATIENCE_MS);
        return false;
    }
    length = recvmsg(fake->socket, &message, MSG_CMSG_CLOEXEC);
    if (length <= 0) {
        fake->is_gone = true;
        return false;
    }
    take_fds(fake, &message);
    g_string_append_len(fake->input, bytes, length);
    return true;
}

/* The next command, NULL when the client is gone.  Bytes of 0xFF in front of it
 * are those that a client of the guest agent clears its line with. */
static json_t *
read_command(FakeQemu *fake)
{
    char *end = memchr(fake->input->str, '\n', fake->input->len);
    size_t length = 0;
    size_t start = 0;
    json_t *command = NULL;

    while (!end) {
        if (!receive(fake))
            return NULL;
        end = memchr(fake->input->str, '\n', fake->input->len);
    }
    length = (size_t)(end - fake->input->str) + 1;
    while (start < length && fake->input->str[start] == (char)0xFF)
        start++;
    command = json_loadb(fake->input->str + start, length - start, 0, NULL);
    if (!command) {
        give_up(fake, "received what is no JSON: %.*s", (int)length,
                fake->input->str);
        return NULL;
    }
    g_string_erase(fake->input, 0, (gssize)length);
    return command;
}

static const char *
command_name(const json_t *command)
{
    const char *name = json_string_value(json_object_get(command, "execute"));

    return name ? name : "";
}

static void
note_command(FakeQemu *fake, json_t *command)
{
    json_t *arguments = json_object_get(command, "arguments");
    char *text = arguments ? json_dumps(arguments, JSON_COMPACT) : NULL;

    g_ptr_array_add(fake->commands, command);
    g_string_append_printf(fake->transcript, "%s%s%s\n", command_name(command),
                           text ? " " : "", text ? text : "");
    free(text);
}

static void
send_bytes(FakeQemu *fake, const char *bytes, size_t length)
{
    while (length > 0 && !fake->is_gone) {
        ssize_t done = send(fake->socket, bytes, length, MSG_NOSIGNAL);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0) {
            fake->is_gone = true;
            return;
        }
        bytes += done;
        length -= (size_t)done;
    }
}

static void
send_message(FakeQemu *fake, json_t *message)
{
    char *text = NULL;

    g_assert_nonnull(message);
    text = json_dumps(message, JSON_COMPACT);
    g_assert_nonnull(text);
    send_bytes(fake, text, strlen(text));
    send_bytes(fake, "\r\n", 2);
    free(text);
    json_decref(message);
}

static json_t *
command_at(FakeQemu *fake, guint64 number)
{
    if (number == 0 || number > fake->commands->len) {
        g_error("the script speaks of command %" G_GUINT64_FORMAT
                ", which was not read",
                number);
    }
    return g_ptr_array_index(fake->commands, number - 1);
}

/* Writes what $N or $N.KEY at @at stands for; returns what is behind it. */
static const char *
expand_one(FakeQemu *fake, const char *at, GString *into)
{
    char *end = NULL;
    const json_t *command =
        command_at(fake, g_ascii_strtoull(at + 1, &end, 10));
    json_t *value = json_object_get(command, "id");
    char *text = NULL;

    if (*end == '.') {
        size_t length = strspn(end + 1, "abcdefghijklmnopqrstuvwxyz-_");
        g_autofree char *key = g_strndup(end + 1, length);

        value = json_object_get(json_object_get(command, "arguments"), key);
        end += 1 + length;
    }
    text = value ? json_dumps(value, JSON_ENCODE_ANY) : NULL;
    g_string_append(into, text ? text : "null");
    free(text);
    return end;
}

static GString *
expand(FakeQemu *fake, const char *text)
{
    g_autofree char *plain = g_strcompress(text);
    GString *expanded = g_string_new(NULL);
    const char *at = plain;

    while (*at) {
        if (at[0] == '$' && g_ascii_isdigit(at[1])) {
            at = expand_one(fake, at, expanded);
        } else {
            g_string_append_c(expanded, *at++);
        }
    }
    return expanded;
}

static void
send_text(FakeQemu *fake, const char *text, const char *end)
{
    GString *expanded = expand(fake, text);

    g_string_append(expanded, end);
    send_bytes(fake, expanded->str, expanded->len);
    g_string_free(expanded, TRUE);
}

/* In large pieces, so that a flood costs the reader more than the writer. */
static void
step_repeat(FakeQemu *fake, const char *rest)
{
    char *text = NULL;
    guint64 count = g_ascii_strtoull(rest, &text, 10);
    GString *once = expand(fake, g_strchug(text));
    GString *many = g_string_new(NULL);
    guint64 held = 0;

    while (held < count && many->len < FLOOD_SIZE) {
        g_string_append_len(many, once->str, (gssize)once->len);
        held++;
    }
    while (count > 0 && !fake->is_gone) {
        held = MIN(held, count);
        send_bytes(fake, many->str, held * once->len);
        count -= held;
    }
    g_string_free(once, TRUE);
    g_string_free(many, TRUE);
}

static void
step_greeting(FakeQemu *fake)
{
    send_message(fake,
                 json_pack("{s:{s:{s:{s:i, s:i, s:i}, s:s}, s:[]}}", "QMP",
                           "version", "qemu", "major", 7, "minor", 2, "micro",
                           22, "package", "fake", "capabilities"));
}

static void
step_expect(FakeQemu *fake, const char *rest)
{
    g_auto(GStrv) words = g_strsplit(rest, " ", 2);
    json_t *command = read_command(fake);
    json_t *wanted = words[1] ? json_loads(words[1], 0, NULL) : NULL;

    if (!command) {
        give_up(fake, "the client left before '%s'", words[0]);
        json_decref(wanted);
        return;
    }
    note_command(fake, command);
    if (words[1] && !wanted)
        g_error("the script has no JSON in: %s", rest);
    if (strcmp(command_name(command), words[0]) != 0) {
        give_up(fake, "expected '%s', came '%s'", words[0],
                command_name(command));
    } else if (wanted &&
               !json_equal(json_object_get(command, "arguments"), wanted)) {
        give_up(fake, "'%s' came with other arguments than expected: %s",
                words[0], fake->transcript->str);
    }
    json_decref(wanted);
}

static void
step_expect_fd(FakeQemu *fake, const char *rest)
{
    step_expect(fake, rest);
    if (fake->nfds == 0) {
        give_up(fake, "no descriptor came with '%s'", rest);
    } else {
        fake->nfds--;
    }
}

static void
step_greet(FakeQemu *fake)
{
    json_t *command = NULL;

    step_greeting(fake);
    command = read_command(fake);
    if (!command || strcmp(command_name(command), "qmp_capabilities") != 0) {
        give_up(fake, "the client did not ask for qmp_capabilities");
        json_decref(command);
        return;
    }
    /* Not numbered, so that a script counts its own commands from 1. */
    send_message(fake, json_pack("{s:{}, s:O}", "return", "id",
                                 json_object_get(command, "id")));
    json_decref(command);
}

static void
step_reply(FakeQemu *fake, const char *rest)
{
    char *text = NULL;
    const json_t *command = command_at(fake, g_ascii_strtoull(rest, &text, 10));
    json_t *value = *g_strchug(text) ? json_loads(text, JSON_DECODE_ANY, NULL)
                                     : json_object();
    json_t *id = json_object_get(command, "id");

    if (!value)
        g_error("the script has no JSON in: %s", rest);
    send_message(fake, id ? json_pack("{s:o, s:O}", "return", value, "id", id)
                          : json_pack("{s:o}", "return", value));
}

static void
step_error(FakeQemu *fake, const char *rest)
{
    g_auto(GStrv) words = g_strsplit(rest, " ", 3);
    const json_t *command =
        command_at(fake, g_ascii_strtoull(words[0], NULL, 10));

    send_message(fake, json_pack("{s:{s:s, s:s}, s:O*}", "error", "class",
                                 words[1], "desc", words[2], "id",
                                 json_object_get(command, "id")));
}

static void
step_event(FakeQemu *fake, const char *rest)
{
    send_message(fake, json_pack("{s:s, s:{s:i, s:i}}", "event", rest,
                                 "timestamp", "seconds", 1, "microseconds", 2));
}

static void
step_serve(FakeQemu *fake, const char *rest G_GNUC_UNUSED)
{
    while (!fake->is_gone && !fake->failure) {
        json_t *command = read_command(fake);

        if (!command)
            return;
        note_command(fake, command);
        send_message(fake, json_pack("{s:{}, s:O*}", "return", "id",
                                     json_object_get(command, "id")));
    }
}

/* Commands that come meanwhile are not looked at. */
static void
step_hang(FakeQemu *fake, const char *rest G_GNUC_UNUSED)
{
    while (!fake->is_gone && receive(fake))
        g_string_truncate(fake->input, 0);
}

static void
step_close(FakeQemu *fake, const char *rest G_GNUC_UNUSED)
{
    fake->is_gone = true;
    shutdown(fake->socket, SHUT_RDWR);
}

static void
step_greeting_alone(FakeQemu *fake, const char *rest G_GNUC_UNUSED)
{
    step_greeting(fake);
}

static void
step_greet_whole(FakeQemu *fake, const char *rest G_GNUC_UNUSED)
{
    step_greet(fake);
}

static void
step_line(FakeQemu *fake, const char *rest)
{
    send_text(fake, rest, "\n");
}

static void
step_send(FakeQemu *fake, const char *rest)
{
    send_text(fake, rest, "");
}

static const struct {
    const char *name;
    void (*play)(FakeQemu *fake, const char *rest);
} step_kinds[] = {
    {"greet", step_greet_whole}, {"greeting", step_greeting_alone},
    {"expect", step_expect},     {"expect-fd", step_expect_fd},
    {"reply", step_reply},       {"error", step_error},
    {"event", step_event},       {"line", step_line},
    {"send", step_send},         {"repeat", step_repeat},
    {"serve", step_serve},       {"hang", step_hang},
    {"close", step_close},
};

static void
play_step(FakeQemu *fake, const char *step)
{
    size_t length = strcspn(step, " ");
    const char *rest = step[length] ? step + length + 1 : "";
    size_t i = 0;

    for (i = 0; i < G_N_ELEMENTS(step_kinds); i++) {
        if (strlen(step_kinds[i].name) == length &&
            strncmp(step_kinds[i].name, step, length) == 0) {
            step_kinds[i].play(fake, rest);
            return;
        }
    }
    g_error("the script has an unknown step: %s", step);
}

static gpointer
play(gpointer data)
{
    FakeQemu *fake = data;
    char **step = fake->steps;

    if (fake->listener >= 0 && wait_readable(fake->listener))
        fake->socket = accept(fake->listener, NULL, NULL);
    if (fake->socket < 0)
        give_up(fake, "nobody connected");
    for (; *step && !fake->failure; step++) {
        g_strstrip(*step);
        if (**step && **step != '#')
            play_step(fake, *step);
    }
    if (!fake->failure)
        step_hang(fake, "");
    if (fake->socket >= 0)
        close(fake->socket);
    return NULL;
}

static FakeQemu *
fake_new(const char *script)
{
    FakeQemu *fake = g_new0(FakeQemu, 1);

    fake->steps = g_strsplit(script, "\n", 0);
    fake->input = g_string_new(NULL);
    fake->transcript = g_string_new(NULL);
    fake->commands =
        g_ptr_array_new_with_free_func((GDestroyNotify)json_decref);
    fake->listener = -1;
    fake->socket = -1;
    return fake;
}

FakeQemu *
fake_qemu_start(const char *script, int *ret_socket)
{
    FakeQemu *fake = fake_new(script);
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    *ret_socket = ends[0];
    fake->socket = ends[1];
    fake->thread = g_thread_new("fake-qemu", play, fake);
    return fake;
}

FakeQemu *
fake_qemu_start_on(const char *script, int listener)
{
    FakeQemu *fake = fake_new(script);

    fake->listener = listener;
    fake->thread = g_thread_new("fake-qemu", play, fake);
    return fake;
}

char *
fake_qemu_finish(FakeQemu *fake)
{
    char *transcript = NULL;

    g_thread_join(fake->thread);
    if (fake->failure)
        g_error("the fake QEMU gave up: %s", fake->failure);
    transcript = g_string_free(fake->transcript, FALSE);
    if (fake->listener >= 0)
        close(fake->listener);
    g_ptr_array_unref(fake->commands);
    g_string_free(fake->input, TRUE);
    g_strfreev(fake->steps);
    g_free(fake);
    return transcript;
}
