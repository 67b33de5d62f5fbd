/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remote/ssh.h"

/* The user's own folder is known only to the shell over there. */
static const char *
run_folder(const RemotePlace *place)
{
    return place->is_session ? "${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"
                             : "/run";
}

/* Some kinds of netcat stay when their input ends, until they are told. */
static void
add_netcat(GString *script, const RemotePlace *place)
{
    const char *given = remote_place_option(place, "netcat");
    g_autofree char *netcat = g_shell_quote(given ? given : "nc");

    g_string_append_printf(
        script,
        "n=%s; q=; if \"$n\" -h 2>&1 | grep -q -e '-q '; then q='-q 0'; fi; ",
        netcat);
}

/* The first of the sockets that is there.  exec, so that nothing but the bridge
 * holds the connection, and its end is the end. */
static void
add_search(GString *script, const RemotePlace *place, SocketOwner owner,
           const char *run)
{
    g_auto(GStrv) paths = remote_place_sockets(place, owner);

    for (char **path = paths; *path; path++) {
        g_string_append_printf(
            script,
            "s=\"%s/%s\"; if test -S \"$s\"; then exec \"$n\" $q -U \"$s\"; "
            "fi; ",
            run, *path);
    }
}

/* libvirt's own program knows where its daemons are better than we do. */
static void
add_helper(GString *script, const RemotePlace *place)
{
    g_autofree char *name = g_shell_quote(place->name);

    g_string_append_printf(
        script,
        "if command -v virt-ssh-helper >/dev/null 2>&1; then exec "
        "virt-ssh-helper %s%s; fi; ",
        place->is_readonly ? "-r " : "", name);
}

/* One line without a newline, for shells that take a command as one.  A socket
 * that was named is not looked for: it is wrong or right. */
char *
remote_ssh_script(const RemotePlace *place, const char *run)
{
    GString *script = g_string_new(NULL);
    const char *socket = remote_place_option(place, "socket");
    const char *proxy = remote_place_option(place, "proxy");
    bool wants_helper = g_strcmp0(proxy, "netcat") != 0 &&
                        !remote_place_option(place, "netcat");

    add_netcat(script, place);
    if (socket) {
        g_autofree char *quoted = g_shell_quote(socket);

        g_string_append_printf(script, "exec \"$n\" $q -U %s", quoted);
        return g_string_free(script, FALSE);
    }
    if (g_strcmp0(proxy, "native") != 0)
        add_search(script, place, SOCKET_OURS, run);
    if (wants_helper)
        add_helper(script, place);
    if (g_strcmp0(proxy, "native") != 0)
        add_search(script, place, SOCKET_LIBVIRTS, run);
    g_string_append(script, "echo 'no daemon has a socket on this host' >&2; "
                            "exit 1");
    return g_string_free(script, FALSE);
}

/* "--" ends ssh's options, before what the URI names as host; the host begins
 * with no '-' either (remote_place_new()).  The user's shell over there may be
 * any: it is asked to start one that we know. */
GStrv
remote_ssh_words(const RemotePlace *place)
{
    g_autoptr(GStrvBuilder) words = g_strv_builder_new();
    const char *program = remote_place_option(place, "command");
    const char *key = remote_place_option(place, "keyfile");
    g_autofree char *port = g_strdup_printf("%u", place->port);
    g_autofree char *script = remote_ssh_script(place, run_folder(place));
    g_autofree char *quoted = g_shell_quote(script);
    g_autofree char *command = g_strconcat("sh -c ", quoted, NULL);

    g_strv_builder_add(words, program ? program : "ssh");
    if (place->port > 0)
        g_strv_builder_add_many(words, "-p", port, NULL);
    if (place->user)
        g_strv_builder_add_many(words, "-l", place->user, NULL);
    if (key)
        g_strv_builder_add_many(words, "-i", key, NULL);
    g_strv_builder_add_many(words, "-T", "-e", "none", NULL);
    if (remote_place_has(place, "no_tty"))
        g_strv_builder_add_many(words, "-o", "BatchMode=yes", NULL);
    if (remote_place_has(place, "no_verify"))
        g_strv_builder_add_many(words, "-o", "StrictHostKeyChecking=no", NULL);
    g_strv_builder_add_many(words, "--", place->host, command, NULL);
    return g_strv_builder_end(words);
}
