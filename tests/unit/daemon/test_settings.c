/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings are what the file says, or nothing starts. */
#include "daemon/settings.h"

#include "base/error.h"
#include "temp_folder.h"

static void
what_is_set_is_set_and_the_rest_stays(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) usual = settings_new();
    g_autoptr(Settings) settings =
        settings_parse("f",
                       "unix_sock_dir = \"/run/x\"\nunix_sock_group = \"kvm\"\n"
                       "unix_sock_rw_perms = \"0700\"\nmax_clients = 7\n"
                       "keepalive_interval = -1\nauth_unix_rw = \"none\"\n"
                       "access_drivers = [ \"none\" ]\n"
                       "user = \"images\"\ngroup = \"+107\"\n",
                       &error);

    g_assert_no_error(error);
    g_assert_cmpstr(settings->unix_sock_dir, ==, "/run/x");
    g_assert_cmpstr(settings->unix_sock_group, ==, "kvm");
    g_assert_cmpuint(settings->unix_sock_rw_perms, ==, 0700);
    g_assert_cmpuint(settings->limits.max_clients, ==, 7);
    g_assert_cmpint(settings->limits.client.keepalive_interval, ==, -1);
    g_assert_cmpstr(settings->user, ==, "images");
    g_assert_cmpstr(settings->group, ==, "+107");
    g_assert_cmpstr(settings->state_root, ==, usual->state_root);
    g_assert_cmpuint(settings->limits.max_workers, ==,
                     usual->limits.max_workers);
}

static void
tls_is_set_by_libvirts_keys(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) usual = settings_new();
    g_autoptr(Settings) settings = settings_parse(
        "f",
        "listen_tls = 0\nlisten_tcp = 1\nauth_tcp = 'none'\n"
        "listen_addr = 'localhost'\ntcp_port = '0'\ntls_port = 'tls'\n"
        "key_file = '/k'\ncert_file = '/c'\nca_file = ''\n"
        "crl_file = '/r'\ntls_no_verify_certificate = 1\n"
        "tls_no_sanity_certificate = 1\ntls_priority = 'SECURE'\n"
        "tls_allowed_dn_list = ['CN=a', 'CN=b*']\n"
        "networks = ['default:virbr0']\n",
        &error);

    g_assert_no_error(error);
    g_assert_true(usual->listen_tls && !usual->listen_tcp);
    g_assert_cmpint(usual->auth[CLIENT_TCP], ==, LOGIN_SASL);
    g_assert_cmpstr(usual->tls_port, ==, "16514");
    g_assert_cmpstr(usual->tls.ca_file, ==, "/etc/pki/CA/cacert.pem");
    g_assert_true(!settings->listen_tls && settings->listen_tcp);
    g_assert_cmpint(settings->auth[CLIENT_TCP], ==, LOGIN_NONE);
    g_assert_cmpstr(settings->listen_addr, ==, "localhost");
    g_assert_cmpstr(settings->tcp_port, ==, "0");
    g_assert_cmpstr(settings->tls_port, ==, "tls");
    g_assert_cmpstr(settings->networks[0], ==, "default:virbr0");
    g_assert_cmpstr(settings->tls.key_file, ==, "/k");
    g_assert_cmpstr(settings->tls.cert_file, ==, "/c");
    g_assert_null(settings->tls.ca_file);
    g_assert_cmpstr(settings->tls.crl_file, ==, "/r");
    g_assert_cmpstr(settings->tls.priority, ==, "SECURE");
    g_assert_true(settings->tls.no_verify && settings->tls.no_sanity);
    g_assert_cmpstr(settings->tls.allowed_names[1], ==, "CN=b*");
}

static void
what_cannot_be_is_refused_with_its_line(void)
{
    static const struct {
        const char *text;
        const char *message;
    } wrong[] = {
        {"\nmax_clints = 1", "f:2: 'max_clints' is no setting"},
        {"max_clients = \"1\"", "f:1: 'max_clients' must be a number"},
        {"max_clients = 0", "f:1: 'max_clients' must be from 1 to"},
        {"max_workers = 1001", "f:1: 'max_workers' must be from 1 to 1000"},
        {"unix_sock_dir = 1", "f:1: 'unix_sock_dir' must be a text"},
        {"unix_sock_dir = \"x\"", "f:1: 'unix_sock_dir' must be an absolute"},
        {"unix_sock_group = \"\"", "f:1: 'unix_sock_group' must be more"},
        {"unix_sock_rw_perms = \"0778\"", "f:1: 'unix_sock_rw_perms' must be"},
        {"unix_sock_rw_perms = \"\"", "f:1: 'unix_sock_rw_perms' must be"},
        {"unix_sock_rw_perms = \"4777\"", "f:1: 'unix_sock_rw_perms' must be"},
        {"auth_unix_rw = \"x\"", "f:1: 'auth_unix_rw' must be \"none\""},
        {"access_drivers = \"none\"", "f:1: 'access_drivers' must be a list"},
        {"access_drivers = [\"x\"]", "f:1: 'access_drivers' must be"},
        {"access_drivers = [\"file\"]", "f: access_drivers = "},
        {"access_policy = \"/p\"", "f: access_drivers = "},
        {"listen_tls = 2", "f:1: 'listen_tls' must be from 0 to 1"},
        {"tls_port = 16514", "f:1: 'tls_port' must be a text"},
        {"cert_file = ''", "f:1: 'cert_file' must be more"},
        {"tls_allowed_dn_list = 'CN=a'", "f:1: 'tls_allowed_dn_list' must"},
        {"ca_file = ''", "f: without ca_file"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(settings_parse("f", wrong[i].text, &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONF_SYNTAX);
        if (!g_str_has_prefix(error->message, wrong[i].message))
            g_error("'%s' is not '%s'", error->message, wrong[i].message);
    }
}

static void
a_file_that_is_not_there_is_no_empty_one(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *path = temp_folder_file(folder, "f");
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) settings = NULL;

    g_assert_null(settings_load(path, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    temp_folder_write(folder, "f", "max_clients = 3\n");
    settings = settings_load(path, NULL);
    g_assert_cmpuint(settings->limits.max_clients, ==, 3);
}

/* What the example says is commented out; without the marks it must be valid,
 * and the values those that it says are the defaults of root. */
static void
the_example_names_settings_that_there_are(void)
{
    g_autofree char *text = NULL;
    g_autoptr(GRegex) mark =
        g_regex_new("^#([a-z])", G_REGEX_MULTILINE, 0, NULL);
    g_autofree char *open = NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(Settings) settings = NULL;
    g_autoptr(Settings) usual = settings_new();

    g_assert_true(
        g_file_get_contents(g_getenv("STRANDLINE_CONF"), &text, NULL, NULL));
    open = g_regex_replace(mark, text, -1, 0, "\\1", 0, NULL);
    settings = settings_parse("example", open, &error);
    g_assert_no_error(error);
    g_assert_cmpmem(&settings->limits, sizeof(settings->limits), &usual->limits,
                    sizeof(usual->limits));
    g_assert_cmpmem(settings->auth, sizeof(settings->auth), usual->auth,
                    sizeof(usual->auth));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/settings/what_is_set_is_set_and_the_rest_stays",
                    what_is_set_is_set_and_the_rest_stays);
    g_test_add_func("/settings/tls_is_set_by_libvirts_keys",
                    tls_is_set_by_libvirts_keys);
    g_test_add_func("/settings/what_cannot_be_is_refused_with_its_line",
                    what_cannot_be_is_refused_with_its_line);
    g_test_add_func("/settings/a_file_that_is_not_there_is_no_empty_one",
                    a_file_that_is_not_there_is_no_empty_one);
    g_test_add_func("/settings/the_example_names_settings_that_there_are",
                    the_example_names_settings_that_there_are);
    return g_test_run();
}
