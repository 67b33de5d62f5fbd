/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What ssh is started with, and what the shell at its other end does: each value
 * of the URI is one word there, whatever it is made of. */
#include "remote/ssh.h"

#include "base/fd.h"
#include "driver/registry.h"
#include "temp_folder.h"

#include <string.h>
#include <unistd.h>

static RemotePlace *
place_of(const char *text, bool is_readonly)
{
    g_autoptr(ConnectUri) uri = connect_uri_parse(text, NULL);
    g_autoptr(GError) error = NULL;
    RemotePlace *place = remote_place_new(uri, "/run", is_readonly, &error);

    g_assert_no_error(error);
    return place;
}

/* All but the last word, which is the script. */
static void
assert_words(const char *uri, const char *expected)
{
    g_autoptr(RemotePlace) place = place_of(uri, false);
    g_auto(GStrv) words = remote_ssh_words(place);
    guint last = g_strv_length(words) - 1;
    g_autofree char *line = NULL;

    g_assert_true(g_str_has_prefix(words[last], "sh -c "));
    g_clear_pointer(&words[last], g_free);
    line = g_strjoinv(" ", words);
    g_assert_cmpstr(line, ==, expected);
}

static void
ssh_gets_what_the_uri_names_as_its_own_words(void)
{
    assert_words("qemu+ssh://host/system", "ssh -T -e none -- host");
    assert_words("qemu+ssh://me@host:2222/system?keyfile=/a%20key&no_tty=1",
                 "ssh -p 2222 -l me -i /a key -T -e none -o BatchMode=yes -- "
                 "host");
    assert_words("qemu+ssh://host/session?command=/my/ssh&no_verify=1",
                 "/my/ssh -T -e none -o StrictHostKeyChecking=no -- host");
    assert_words("qemu+ssh://host/system?no_tty=0&no_verify=0",
                 "ssh -T -e none -- host");
}

/* What the script runs, as fake programs write it down; @run stands for the
 * folder where daemons listen. */
static char *
run_script(const TempFolder *folder, const char *uri, bool is_readonly)
{
    g_autoptr(RemotePlace) place = place_of(uri, is_readonly);
    g_autofree char *run = temp_folder_file(folder, "run");
    g_autofree char *path =
        g_strdup_printf("PATH=%s/bin:%s", folder->path, g_getenv("PATH"));
    g_autofree char *script = remote_ssh_script(place, run);
    const char *words[] = {"env", path, "sh", "-c", script, NULL};
    char *output = NULL;

    g_assert_true(g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH,
                               NULL, NULL, &output, NULL, NULL, NULL));
    g_strstrip(output);
    return output;
}

static void
add_program(const TempFolder *folder, const char *name)
{
    g_autofree char *bin = temp_folder_file(folder, "bin");
    g_autofree char *path = g_build_filename(bin, name, NULL);
    g_autofree char *text = g_strdup_printf(
        "#!/bin/sh\n[ \"$1\" = -h ] && { echo '  -q secs'; exit; }\n"
        "printf '%%s:' '%s'; printf ' <%%s>' \"$@\"; echo\n",
        name);

    g_assert_cmpint(g_mkdir_with_parents(bin, 0700), ==, 0);
    g_assert_true(g_file_set_contents_full(
        path, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
}

static void
add_socket(const TempFolder *folder, const char *below, const char *name)
{
    g_autofree char *path = g_build_filename(folder->path, "run", below, NULL);
    int fd = -1;

    g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
    fd = unix_listen(path, name, NULL);
    g_assert_cmpint(fd, >=, 0);
    (void)close(fd);
}

static void
assert_runs(const TempFolder *folder, const char *uri, bool is_readonly,
            const char *expected)
{
    g_autofree char *ran = run_script(folder, uri, is_readonly);
    g_auto(GStrv) parts = g_strsplit(ran, folder->path, -1);
    g_autofree char *short_form = g_strjoinv("", parts);

    g_assert_cmpstr(short_form, ==, expected);
}

static void
over_there_our_socket_comes_before_those_of_libvirt(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    const char *system = "qemu+ssh://host/system";
    const char *netcat = "qemu+ssh://host/system?proxy=netcat";

    add_program(folder, "nc");
    assert_runs(folder, netcat, false, "");
    add_socket(folder, "libvirt", "libvirt-sock");
    assert_runs(folder, netcat, false,
                "nc: <-q> <0> <-U> </run/libvirt/libvirt-sock>");
    add_socket(folder, "libvirt", "virtqemud-sock");
    assert_runs(folder, netcat, false,
                "nc: <-q> <0> <-U> </run/libvirt/virtqemud-sock>");
    assert_runs(folder, "qemu+ssh://host/system?mode=legacy&proxy=netcat",
                false, "nc: <-q> <0> <-U> </run/libvirt/libvirt-sock>");
    add_program(folder, "virt-ssh-helper");
    assert_runs(folder, system, false, "virt-ssh-helper: <qemu:///system>");
    assert_runs(folder, system, true, "virt-ssh-helper: <-r> <qemu:///system>");
    add_socket(folder, "strandline", "strandline-sock");
    add_socket(folder, "strandline", "strandline-sock-ro");
    assert_runs(folder, system, false,
                "nc: <-q> <0> <-U> </run/strandline/strandline-sock>");
    assert_runs(folder, system, true,
                "nc: <-q> <0> <-U> </run/strandline/strandline-sock-ro>");
    assert_runs(folder, "qemu+ssh://host/system?proxy=native", false,
                "virt-ssh-helper: <qemu:///system>");
}

static void
a_named_socket_is_one_word_over_there(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();

    add_program(folder, "nc");
    add_program(folder, "my nc");
    assert_runs(folder, "qemu+ssh://host/system?socket=/a%20b", false,
                "nc: <-q> <0> <-U> </a b>");
    assert_runs(folder,
                "qemu+ssh://host/system?socket=/a';touch%20$HOME;echo%20'",
                false, "nc: <-q> <0> <-U> </a';touch $HOME;echo '>");
    assert_runs(folder, "qemu+ssh://host/system?socket=/s&netcat=my%20nc",
                false, "my nc: <-q> <0> <-U> </s>");
    add_program(folder, "virt-ssh-helper");
    assert_runs(folder, "qemu+ssh://host/system?name=qemu:///x';echo%20y'",
                false, "virt-ssh-helper: <qemu:///x';echo y'>");
}

/* The user's shell over there takes the words of ssh apart once more. */
static void
the_whole_command_is_one_script_for_any_shell(void)
{
    g_autoptr(RemotePlace) place =
        place_of("qemu+ssh://host/system?socket=/it's", false);
    g_auto(GStrv) words = remote_ssh_words(place);
    g_autofree char *script = remote_ssh_script(place, "/run");
    g_auto(GStrv) parsed = NULL;
    int count = 0;

    g_assert_true(g_shell_parse_argv(words[g_strv_length(words) - 1], &count,
                                     &parsed, NULL));
    g_assert_cmpint(count, ==, 3);
    g_assert_cmpstr(parsed[2], ==, script);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/remote/ssh/" #name, name)
    TEST(ssh_gets_what_the_uri_names_as_its_own_words);
    TEST(over_there_our_socket_comes_before_those_of_libvirt);
    TEST(a_named_socket_is_one_word_over_there);
    TEST(the_whole_command_is_one_script_for_any_shell);
    return g_test_run();
}
