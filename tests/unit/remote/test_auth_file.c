/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials are those of the host, from the file that is meant. */
#include "remote/auth_file.h"

#include "base/error.h"
#include "driver/registry.h"
#include "temp_folder.h"

#include <libvirt/virterror.h>
#include <string.h>

#define TEXT                                                            \
    "[credentials-ours]\nauthname=alice\npassword=secret\nrealm=here\n" \
    "[credentials-others]\nusername=bob\n"                              \
    "[auth-libvirt-there]\ncredentials=ours\n"                          \
    "[auth-libvirt-lost]\ncredentials=gone\n"                           \
    "[auth-libvirt-default]\ncredentials=others\n"

/* Of @text, for a connection to @host. */
static AuthFile *
load(const char *text, const char *host, GError **error)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *path = temp_folder_file(folder, "auth.conf");
    g_autofree char *whole =
        g_strdup_printf("test+tcp://%s/default?authfile=%s", host, path);
    g_autoptr(ConnectUri) uri = connect_uri_parse(whole, NULL);
    g_autoptr(RemotePlace) place = remote_place_new(uri, "/run", false, NULL);

    g_assert_nonnull(place);
    if (text)
        g_assert_true(g_file_set_contents(path, text, -1, NULL));
    return auth_file_load(place, error);
}

static void
assert_answer(const AuthFile *file, int kind, const char *expected)
{
    g_autofree char *answer = auth_file_answer(file, kind);

    g_assert_cmpstr(answer, ==, expected);
}

static void
a_host_has_its_own_and_all_others_the_default(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(AuthFile) own = load(TEXT, "there", &error);
    g_autoptr(AuthFile) other = load(TEXT, "elsewhere", &error);

    g_assert_no_error(error);
    assert_answer(own, VIR_CRED_AUTHNAME, "alice");
    assert_answer(own, VIR_CRED_PASSPHRASE, "secret");
    assert_answer(own, VIR_CRED_REALM, "here");
    assert_answer(own, VIR_CRED_USERNAME, NULL);
    assert_answer(own, VIR_CRED_EXTERNAL, NULL);
    assert_answer(other, VIR_CRED_USERNAME, "bob");
    assert_answer(other, VIR_CRED_AUTHNAME, NULL);
}

static void
a_file_that_says_nothing_answers_nothing(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(AuthFile) file = load("", "there", &error);

    g_assert_no_error(error);
    assert_answer(file, VIR_CRED_AUTHNAME, NULL);
}

static void
what_is_named_has_to_be_there_and_sound(void)
{
    g_autoptr(GError) absent = NULL;
    g_autoptr(GError) odd = NULL;
    g_autoptr(GError) lost = NULL;

    g_assert_null(load(NULL, "there", &absent));
    g_assert_error(absent, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_null(load("alice: secret\n", "there", &odd));
    g_assert_error(odd, STRANDLINE_ERROR, VIR_ERR_CONF_SYNTAX);
    /* Not with a password in the error. */
    g_assert_null(strstr(odd->message, "secret"));
    g_assert_null(load(TEXT, "lost", &lost));
    g_assert_error(lost, STRANDLINE_ERROR, VIR_ERR_CONF_SYNTAX);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/remote/auth-file/" #test, test)
    ADD(a_host_has_its_own_and_all_others_the_default);
    ADD(a_file_that_says_nothing_answers_nothing);
    ADD(what_is_named_has_to_be_there_and_sound);
#undef ADD
    return g_test_run();
}
