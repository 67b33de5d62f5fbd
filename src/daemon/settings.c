/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/settings.h"

#include "base/config_file.h"
#include "base/error.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

typedef enum {
    AS_COUNT,   /* into an unsigned */
    AS_SIGNED,  /* into an int */
    AS_TEXT,    /* into a char * */
    AS_PATH,    /* the same, absolute */
    AS_LIST,    /* texts, into a GStrv */
    AS_FOLDERS, /* the same, each an absolute path */
    AS_FILE,    /* as AS_PATH; empty: none */
    AS_MODE,    /* an octal text, into an unsigned */
    AS_AUTH,    /* a text, into an LoginKind */
    AS_DRIVERS, /* a list that may only name the drivers that there are */
} SettingKind;

/* How a key is stored, and what it may be. */
typedef struct {
    const char *key;
    SettingKind kind;
    size_t offset;
    gint64 least;
    gint64 most;
} Setting;

/* Made by the package (strandline.sysusers); a daemon of root's does not start
 * without it, or another that is named. */
#define QEMU_USER "strandline-qemu"

#define AT(member) offsetof(Settings, member)

/* All there are.  What is libvirtd's and has no meaning here (audit, a log
 * file) is not accepted in silence: it would look as if it had one. */
static const Setting known[] = {
    {"access_drivers", AS_DRIVERS, AT(asks_polkit), 0, 0},
    {"access_policy", AS_PATH, AT(access_policy), 0, 0},
    {"auth_tcp", AS_AUTH, AT(auth[CLIENT_TCP]), 0, 0},
    {"auth_tls", AS_AUTH, AT(auth[CLIENT_TLS]), 0, 0},
    {"auth_unix_ro", AS_AUTH, AT(auth[CLIENT_UNIX_READONLY]), 0, 0},
    {"auth_unix_rw", AS_AUTH, AT(auth[CLIENT_UNIX]), 0, 0},
    {"backup_dirs", AS_FOLDERS, AT(backup_dirs), 0, 0},
    {"backup_tls_x509_cert_dir", AS_PATH, AT(backup_certificates), 0, 0},
    {"ca_file", AS_FILE, AT(tls.ca_file), 0, 0},
    {"cert_file", AS_PATH, AT(tls.cert_file), 0, 0},
    {"crl_file", AS_FILE, AT(tls.crl_file), 0, 0},
    {"group", AS_TEXT, AT(group), 0, 0},
    {"image_dirs", AS_FOLDERS, AT(image_dirs), 0, 0},
    {"keepalive_count", AS_COUNT, AT(limits.client.keepalive_count), 0, 1000},
    {"keepalive_interval", AS_SIGNED, AT(limits.client.keepalive_interval), -1,
     86400},
    {"key_file", AS_PATH, AT(tls.key_file), 0, 0},
    {"libvirt_sock_dir", AS_PATH, AT(libvirt_sock_dir), 0, 0},
    {"libvirt_sockets", AS_COUNT, AT(libvirt_sockets), 0, 1},
    {"listen_addr", AS_TEXT, AT(listen_addr), 0, 0},
    {"listen_tcp", AS_COUNT, AT(listen_tcp), 0, 1},
    {"listen_tls", AS_COUNT, AT(listen_tls), 0, 1},
    {"max_anonymous_clients", AS_COUNT, AT(limits.max_anonymous), 1, 100000},
    {"max_client_requests", AS_COUNT, AT(limits.client.max_requests), 1, 1000},
    {"max_clients", AS_COUNT, AT(limits.max_clients), 1, 100000},
    {"max_requests", AS_COUNT, AT(limits.max_requests), 1, 100000},
    {"max_workers", AS_COUNT, AT(limits.max_workers), 1, 1000},
    {"migration_uri", AS_TEXT, AT(migration_uri), 0, 0},
    {"nbd_plain_tcp", AS_COUNT, AT(nbd_plain_tcp), 0, 1},
    {"networks", AS_LIST, AT(networks), 0, 0},
    {"prio_workers", AS_COUNT, AT(limits.prio_workers), 1, 1000},
    {"sasl_allowed_username_list", AS_LIST, AT(sasl_allowed), 0, 0},
    {"state_root", AS_PATH, AT(state_root), 0, 0},
    {"tcp_port", AS_TEXT, AT(tcp_port), 0, 0},
    {"tls_allowed_dn_list", AS_LIST, AT(tls.allowed_names), 0, 0},
    {"tls_no_sanity_certificate", AS_COUNT, AT(tls.no_sanity), 0, 1},
    {"tls_no_verify_certificate", AS_COUNT, AT(tls.no_verify), 0, 1},
    {"tls_port", AS_TEXT, AT(tls_port), 0, 0},
    {"tls_priority", AS_TEXT, AT(tls.priority), 0, 0},
    {"unix_sock_dir", AS_PATH, AT(unix_sock_dir), 0, 0},
    {"unix_sock_group", AS_TEXT, AT(unix_sock_group), 0, 0},
    {"unix_sock_ro_perms", AS_MODE, AT(unix_sock_ro_perms), 0, 0777},
    {"unix_sock_rw_perms", AS_MODE, AT(unix_sock_rw_perms), 0, 0777},
    {"user", AS_TEXT, AT(user), 0, 0},
};

/* Where libvirt's servers have theirs, so that a host which has those needs no
 * others. */
#define PKI_CA "/etc/pki/CA"
#define PKI    "/etc/pki/libvirt"

/* So few that no order is worth keeping. */
static const Setting *
find(const char *key)
{
    for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
        if (g_str_equal(known[i].key, key))
            return &known[i];
    }
    return NULL;
}

/* Behind a socket that others can reach, the defaults of libvirtd: who is not
 * in the group may look, and change nothing. */
Settings *
settings_new(void)
{
    Settings *settings = g_new0(Settings, 1);
    bool is_root = geteuid() == 0;

    settings->unix_sock_dir =
        is_root
            ? g_strdup("/run/strandline")
            : g_build_filename(g_get_user_runtime_dir(), "strandline", NULL);
    settings->libvirt_sock_dir =
        is_root ? g_strdup("/run/libvirt")
                : g_build_filename(g_get_user_runtime_dir(), "libvirt", NULL);
    settings->state_root =
        is_root ? g_strdup("/var/lib/strandline")
                : g_build_filename(g_get_user_data_dir(), "strandline", NULL);
    settings->image_dirs =
        is_root ? g_strsplit("/var/lib/libvirt/images", ":", -1) : NULL;
    settings->user = is_root ? g_strdup(QEMU_USER) : NULL;
    settings->unix_sock_rw_perms = is_root ? 0770 : 0700;
    settings->unix_sock_ro_perms = is_root ? 0777 : 0700;
    settings->auth[CLIENT_TCP] = LOGIN_SASL;
    settings->listen_tls = 1;
    settings->tls_port = g_strdup("16514");
    settings->tcp_port = g_strdup("16509");
    settings->tls = (TlsSettings){
        .ca_file = g_strdup(PKI_CA "/cacert.pem"),
        .cert_file = g_strdup(PKI "/servercert.pem"),
        .key_file = g_strdup(PKI "/private/serverkey.pem"),
        /* The one that may be absent. */
        .crl_file = g_file_test(PKI_CA "/cacrl.pem", G_FILE_TEST_EXISTS)
                        ? g_strdup(PKI_CA "/cacrl.pem")
                        : NULL,
    };
    settings->limits = (ServerLimits){
        .client = {.max_requests = 5,
                   .max_output = 16UL * 1024 * 1024,
                   .max_anonymous_size = 128UL * 1024,
                   .login_seconds = 30,
                   .message_seconds = 60,
                   .keepalive_interval = 5,
                   .keepalive_count = 5},
        .max_clients = 5000,
        .max_anonymous = 20,
        .max_requests = 1000,
        .max_held = 256UL * 1024 * 1024,
        .max_workers = 20,
        .prio_workers = 5,
    };
    return settings;
}

void
settings_free(Settings *settings)
{
    if (!settings)
        return;
    g_free(settings->unix_sock_dir);
    g_free(settings->unix_sock_group);
    g_free(settings->libvirt_sock_dir);
    g_free(settings->state_root);
    g_strfreev(settings->image_dirs);
    g_strfreev(settings->backup_dirs);
    g_free(settings->backup_certificates);
    g_free(settings->user);
    g_free(settings->group);
    g_free(settings->access_policy);
    g_free(settings->listen_addr);
    g_free(settings->tls_port);
    g_free(settings->tcp_port);
    g_free(settings->tls.ca_file);
    g_free(settings->tls.crl_file);
    g_free(settings->tls.cert_file);
    g_free(settings->tls.key_file);
    g_free(settings->tls.priority);
    g_strfreev(settings->tls.allowed_names);
    g_strfreev(settings->sasl_allowed);
    g_strfreev(settings->networks);
    g_free(settings->migration_uri);
    g_free(settings);
}

/* Where a value that is to be used comes from. */
typedef struct {
    const char *name; /* of the file */
    const ConfigEntry *entry;
    const Setting *setting;
} Source;

/* "FILE:LINE: 'key' must be ...", as an editor can jump to it. */
static bool
refuse(const Source *source, GError **error, const char *what)
{
    return fail(error, VIR_ERR_CONF_SYNTAX, "%s:%d: '%s' must be %s",
                source->name, source->entry->line, source->entry->key, what);
}

/* A number in quotes is refused like any other type: "20" as a text is as often
 * a slip as it is meant. */
static bool
check_type(const Source *source, GError **error)
{
    ConfigType wanted = CONFIG_TEXT;

    if (source->setting->kind == AS_COUNT || source->setting->kind == AS_SIGNED)
        wanted = CONFIG_NUMBER;
    if (source->setting->kind == AS_DRIVERS ||
        source->setting->kind == AS_LIST || source->setting->kind == AS_FOLDERS)
        wanted = CONFIG_LIST;
    return source->entry->type == wanted ||
           refuse(source, error, config_type_name(wanted));
}

/* The range is the table's; it also keeps what is stored within an int. */
static bool
use_number(const Source *source, void *place, GError **error)
{
    const Setting *setting = source->setting;
    gint64 number = source->entry->number;
    g_autofree char *range = g_strdup_printf(
        "from %d to %d", (int)setting->least, (int)setting->most);

    if (number < setting->least || number > setting->most)
        return refuse(source, error, range);
    if (setting->kind == AS_COUNT) {
        *(unsigned *)place = (unsigned)number;
    } else {
        *(int *)place = (int)number;
    }
    return true;
}

/* No set-id and sticky bits: on a socket they mean nothing good. */
static bool
use_mode(const Source *source, void *place, GError **error)
{
    const char *text = source->entry->text;
    char *end = NULL;
    guint64 mode = g_ascii_strtoull(text, &end, 8);

    if (!g_ascii_isdigit(*text) || *end || mode > 0777)
        return refuse(source, error, "an octal mode like \"0770\"");
    *(unsigned *)place = (unsigned)mode;
    return true;
}

/* A daemon has no folder that a relative path could be in. */
static bool
use_text(const Source *source, void *place, GError **error)
{
    char **text = place;
    SettingKind kind = source->setting->kind;

    if (!*source->entry->text && kind == AS_FILE) {
        g_clear_pointer(text, g_free);
        return true;
    }
    if (!*source->entry->text)
        return refuse(source, error, "more than an empty text");
    if ((kind == AS_PATH || kind == AS_FILE) &&
        !g_path_is_absolute(source->entry->text))
        return refuse(source, error, "an absolute path");
    g_free(*text);
    *text = g_strdup(source->entry->text);
    return true;
}

/* Who comes over the network in the clear has to be asked for a password, unless
 * the settings say in so many words that nobody is. */
static bool
use_auth(const Source *source, void *place, GError **error)
{
    LoginKind *kind = place;

    static const char *const names[] = {"none", "sasl", "polkit", NULL};

    for (int i = 0; names[i]; i++) {
        /* polkit knows the processes of this host. */
        if (i == LOGIN_POLKIT &&
            !g_str_has_prefix(source->entry->key, "auth_unix_"))
            return refuse(source, error, "\"none\" or \"sasl\"");
        if (g_str_equal(source->entry->text, names[i])) {
            *kind = i;
            return true;
        }
    }
    return refuse(source, error, "\"none\", \"sasl\" or \"polkit\"");
}

/* An empty list lets nobody in, as it says; without the key all are let in. */
static bool
use_list(const Source *source, void *place)
{
    GStrv *list = place;

    g_strfreev(*list);
    *list = g_strdupv(source->entry->list);
    return true;
}

/* Root's own words: that they name folders which only root can exchange is for
 * root to see to. */
static bool
use_folders(const Source *source, void *place, GError **error)
{
    for (char **path = source->entry->list; *path; path++) {
        if (!g_path_is_absolute(*path) || g_str_equal(*path, "/"))
            return refuse(source, error, "a list of absolute paths");
    }
    return use_list(source, place);
}

/* Several may be listed, as in libvirtd.conf; who is none of them is refused,
 * since what was meant to be shut would be open. */
static bool
use_drivers(const Source *source, void *place, GError **error)
{
    bool *asks_polkit = place;

    for (char **name = source->entry->list; *name; name++) {
        if (!g_str_equal(*name, "none") && !g_str_equal(*name, "file") &&
            !g_str_equal(*name, "polkit")) {
            return refuse(source, error,
                          "a list of \"none\", \"file\" and \"polkit\"");
        }
        *asks_polkit |= g_str_equal(*name, "polkit");
    }
    return true;
}

/* The table says where a value goes, so a key is one line there and a member. */
static bool
use(const Source *source, Settings *settings, GError **error)
{
    void *place = (char *)settings + source->setting->offset;

    if (!check_type(source, error))
        return false;
    switch (source->setting->kind) {
    case AS_COUNT:
    case AS_SIGNED:
        return use_number(source, place, error);
    case AS_MODE:
        return use_mode(source, place, error);
    case AS_AUTH:
        return use_auth(source, place, error);
    case AS_DRIVERS:
        return use_drivers(source, place, error);
    case AS_LIST:
        return use_list(source, place);
    case AS_FOLDERS:
        return use_folders(source, place, error);
    default:
        return use_text(source, place, error);
    }
}

/* The driver and its file are two keys, and one without the other would leave
 * open what was meant to be shut. */
static bool
check_access(const char *name, const GPtrArray *entries,
             const Settings *settings, GError **error)
{
    bool is_wanted = false;

    for (guint i = 0; i < entries->len; i++) {
        const ConfigEntry *entry = entries->pdata[i];

        if (g_str_equal(entry->key, "access_drivers")) {
            is_wanted =
                g_strv_contains((const char *const *)entry->list, "file");
        }
    }
    if (is_wanted == (settings->access_policy != NULL))
        return true;
    return fail(error, VIR_ERR_CONF_SYNTAX,
                "%s: access_drivers = [\"file\"] and access_policy = \"PATH\" "
                "go together",
                name);
}

/* Without a CA nobody can be verified, and who is not may not be by mistake. */
static bool
check_tls(const char *name, const Settings *settings, GError **error)
{
    if (settings->tls.ca_file || settings->tls.no_verify)
        return true;
    return fail(error, VIR_ERR_CONF_SYNTAX,
                "%s: without ca_file no client's certificate can be verified: "
                "tls_no_verify_certificate = 1 says that none shall be",
                name);
}

Settings *
settings_parse(const char *name, const char *text, GError **error)
{
    g_autoptr(Settings) settings = settings_new();
    g_autoptr(GPtrArray) entries = config_file_parse(name, text, error);

    if (!entries)
        return NULL;
    for (guint i = 0; i < entries->len; i++) {
        const ConfigEntry *entry = entries->pdata[i];
        const Source source = {name, entry, find(entry->key)};

        if (!source.setting) {
            fail(error, VIR_ERR_CONF_SYNTAX,
                 "%s:%d: '%s' is no setting of this daemon", name, entry->line,
                 entry->key);
            return NULL;
        }
        if (!use(&source, settings, error))
            return NULL;
    }
    if (!check_access(name, entries, settings, error) ||
        !check_tls(name, settings, error))
        return NULL;
    return g_steal_pointer(&settings);
}

/* The file's own mode is not asked about: who can write it is root's affair, as
 * with every file below /etc. */
Settings *
settings_load(const char *path, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GError) reason = NULL;

    if (!g_file_get_contents(path, &text, NULL, &reason)) {
        fail(error, VIR_ERR_SYSTEM_ERROR, "cannot read the settings: %s",
             reason->message);
        return NULL;
    }
    return settings_parse(path, text, error);
}
