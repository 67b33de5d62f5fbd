/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/session.h"

#include "base/error.h"
#include "base/fd.h"
#include "qemu/domain/domain_record.h"
#include "qemu/guard/run_owner.h"
#include "qemu/migrate/leader.h"
#include "qemu/process/launch.h"
#include "qemu/process/networks.h"
#include "qemu/watcher.h"

#include <string.h>

enum { LOCK_TIMEOUT_S = 10, LOCK_TIMEOUT_LIMIT_S = 24 * 60 * 60 };

/* How long a call waits for others; 10 s when nothing is said. */
static bool
read_timeout(const ConnectUri *uri, int *ret_seconds, GError **error)
{
    const char *text = g_hash_table_lookup(uri->options, "lock_timeout");
    guint64 seconds = LOCK_TIMEOUT_S;

    /* 0 means not to wait at all; a day is more than anybody means. */
    if (text && !g_ascii_string_to_unsigned(text, 10, 0, LOCK_TIMEOUT_LIMIT_S,
                                            &seconds, NULL)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "lock_timeout='%s' in '%s' is no number of seconds", text,
                    uri->text);
    }
    *ret_seconds = (int)seconds;
    return true;
}

/* As libvirt's qemu.conf names it. */
#define CERTIFICATES "backup_tls_x509_cert_dir"

static const char *const known_options[] = {
    "root", "lock_timeout", "user", "group", "networks", CERTIFICATES, NULL};

/* An option that is not understood was meant to do something. */
static bool
check_options(const ConnectUri *uri, GError **error)
{
    GHashTableIter iter;
    gpointer key = NULL;

    g_hash_table_iter_init(&iter, uri->options);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        if (!g_strv_contains(known_options, key)) {
            return fail(error, VIR_ERR_INVALID_ARG,
                        "unknown option '%s' in '%s'; the embedded driver "
                        "knows root, lock_timeout, user, group, networks "
                        "and " CERTIFICATES,
                        (const char *)key, uri->text);
        }
    }
    return true;
}

static void
add_option(GString *uri, const char *key, const char *value)
{
    if (!value)
        return;
    g_string_append_printf(uri, "&%s=", key);
    g_string_append_uri_escaped(uri, value, NULL, FALSE);
}

/* With everything that differs from the default, so that opening it gives the
 * same connection. */
static char *
canonical_uri(const QemuRoot *root, const QemuUser *user,
              const ConnectUri *asked, int timeout_s)
{
    /* The canonical path, so that two connections to one root show one URI. */
    g_autofree char *path =
        g_uri_escape_string(qemu_root_path(root), "/", FALSE);
    GString *uri = g_string_new("qemu:///embed?root=");

    g_string_append(uri, path);
    if (timeout_s != LOCK_TIMEOUT_S)
        g_string_append_printf(uri, "&lock_timeout=%d", timeout_s);
    add_option(uri, "user", user->name);
    add_option(uri, "group", user->group);
    add_option(uri, "networks",
               g_hash_table_lookup(asked->options, "networks"));
    add_option(uri, CERTIFICATES,
               g_hash_table_lookup(asked->options, CERTIFICATES));
    return g_string_free(uri, FALSE);
}

/* Without a name QEMU runs as we do, whoever we are: root's own tool gives up
 * nothing unasked, and the daemon always asks (daemon/session.c). */
static bool
read_user(const ConnectUri *uri, QemuUser *ret_user, GError **error)
{
    const char *name = g_hash_table_lookup(uri->options, "user");
    const char *group = g_hash_table_lookup(uri->options, "group");

    if (name)
        return qemu_user_find(name, group, ret_user, error);
    if (!group)
        return true;
    return fail(error, VIR_ERR_INVALID_ARG,
                "'%s' names a group for QEMU and no user; name both",
                uri->text);
}

static bool
check_certificates(const ConnectUri *uri, GError **error)
{
    const char *folder = g_hash_table_lookup(uri->options, CERTIFICATES);

    return !folder || g_path_is_absolute(folder) ||
           fail(error, VIR_ERR_INVALID_ARG,
                "%s='%s' in '%s' is no absolute path", CERTIFICATES, folder,
                uri->text);
}

static void
free_record(gpointer record)
{
    domain_record_free(record);
}

/* Reads nothing of the domains: that is left to the first call. */
void *
qemu_session_open(const ConnectUri *uri, bool is_readonly, char **ret_uri,
                  GError **error)
{
    const char *path = g_hash_table_lookup(uri->options, "root");
    const char *bridges = g_hash_table_lookup(uri->options, "networks");
    g_autoptr(GHashTable) networks = NULL;
    int timeout_s = 0;
    g_autoptr(QemuRoot) root = NULL;
    QemuSession *session = NULL;
    QemuUser user = {0};

    if (!path || !*path) {
        fail(error, VIR_ERR_INVALID_ARG,
             "'%s' names no state folder; write qemu:///embed?root=DIR",
             uri->text);
        return NULL;
    }
    /* Everything that the URI says is read before a folder is made for it. */
    networks = networks_parse(bridges, error);
    if (!networks || !check_options(uri, error) ||
        !check_certificates(uri, error) ||
        !read_timeout(uri, &timeout_s, error) || !read_user(uri, &user, error))
        return NULL;
    root = qemu_root_open(path, timeout_s * 1000, error);
    if (!root) {
        qemu_user_clear(&user);
        return NULL;
    }
    session = g_new0(QemuSession, 1);
    lock_init(&session->lock);
    *ret_uri = canonical_uri(root, &user, uri, timeout_s);
    session->backup_certificates =
        g_strdup(g_hash_table_lookup(uri->options, CERTIFICATES));
    session->networks = g_steal_pointer(&networks);
    session->user = user;
    session->root = g_steal_pointer(&root);
    session->is_readonly = is_readonly;
    session->records =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_record);
    return session;
}

/* By the last reference of the connection, so no call is under way. */
void
qemu_session_close(void *opened)
{
    QemuSession *session = opened;

    if (!session)
        return;
    leader_leave_all(session);
    /* First: its timer uses all the rest. */
    watcher_free(g_steal_pointer(&session->watcher));
    run_owner_end_all(session);
    g_hash_table_destroy(session->records);
    g_clear_error(&session->unreadable);
    qemu_root_free(session->root);
    qemu_user_clear(&session->user);
    g_hash_table_destroy(session->networks);
    g_free(session->backup_certificates);
    lock_clear(&session->lock);
    g_free(session);
}

/* Somebody else wrote.  Which of the records is not known, so all are read anew
 * when they are needed. */
static void
forget_everything(QemuSession *session)
{
    /* Between calls, so no record is in use: a call holds the lock that we
     * hold. */
    g_hash_table_remove_all(session->records);
    g_clear_error(&session->unreadable);
    session->is_listed = false;
}

/* What a call stands on: no other thread of this connection and no other
 * process changes anything until the unlock. */
bool
qemu_session_lock(QemuSession *session, GError **error)
{
    bool is_changed = false;

    /* The threads of this connection queue here without a deadline: each call
     * is bounded itself.  Then the root, against everybody else, with one. */
    g_assert(pthread_mutex_lock(&session->lock) == 0);
    if (!qemu_root_lock(session->root, &is_changed, error)) {
        g_assert(pthread_mutex_unlock(&session->lock) == 0);
        return false;
    }
    if (is_changed)
        forget_everything(session);
    return true;
}

/* Both locks or none. */
bool
qemu_session_try_lock(QemuSession *session, gint64 patience_us)
{
    bool is_changed = false;

    /* For the timer of the event loop, which must not wait long for anybody. */
    if (pthread_mutex_trylock(&session->lock) != 0)
        return false;
    if (!qemu_root_try_lock(session->root, patience_us, &is_changed)) {
        g_assert(pthread_mutex_unlock(&session->lock) == 0);
        return false;
    }
    if (is_changed)
        forget_everything(session);
    return true;
}

void
qemu_session_unlock(QemuSession *session)
{
    /* In the reverse order: the next thread must not find the root still held
     * by us. */
    qemu_root_unlock(session->root);
    g_assert(pthread_mutex_unlock(&session->lock) == 0);
}

void
qemu_session_add(QemuSession *session, QemuDomain *vm)
{
    char text[DOMAIN_UUID_TEXT_SIZE];

    uuid_format(vm->uuid, text);
    g_hash_table_replace(session->records, g_strdup(text), vm);
}

/* Frees @vm, which must not be in use further up. */
void
qemu_session_forget(QemuSession *session, QemuDomain *vm)
{
    char text[DOMAIN_UUID_TEXT_SIZE];

    uuid_format(vm->uuid, text);
    g_hash_table_remove(session->records, text);
    session->is_listed = false;
}

QemuDomain *
qemu_session_recall(QemuSession *session, const unsigned char *uuid)
{
    char text[DOMAIN_UUID_TEXT_SIZE];

    uuid_format(uuid, text);
    return g_hash_table_lookup(session->records, text);
}

/* One record is read at most. */
QemuDomain *
qemu_session_find_uuid(QemuSession *session, const unsigned char *uuid,
                       GError **error)
{
    bool is_absent = false;
    QemuDomain *vm = qemu_session_recall(session, uuid);

    /* With a complete list in memory, absent is absent; with one that has a
     * hole, it may be in the hole. */
    if (vm || (session->is_listed && !session->unreadable))
        return vm;
    vm = domain_record_load(session, uuid, &is_absent, error);
    if (vm)
        qemu_session_add(session, vm);
    return vm;
}

/* A folder without a definition counts as absent: a define or an undefine died
 * in it.  UEFI variables may have been kept on purpose, and so are intervals
 * whose checkpoints lost their names: a domain that is defined again has their
 * bitmaps in its images. */
static void
sweep_folder(QemuSession *session, const unsigned char *uuid)
{
    static const char *const keep[] = {"nvram", "checkpoints", NULL};
    g_auto(AutoFd) folder =
        qemu_root_open_folder(session->root, uuid, NULL, false, NULL);

    /* A machine that was not to be defined has no record before its QEMU runs:
     * its starter may have died in between. */
    if (folder >= 0)
        launch_end_stray(folder);
    if (!qemu_root_remove_folder(session->root, uuid, keep, NULL))
        g_debug("a folder without a domain cannot be removed");
}

/* A record that cannot be read is remembered, and does not keep the others from
 * being found. */
static bool
read_all(QemuSession *session, GError **error)
{
    g_autoptr(GPtrArray) uuids = NULL;

    if (session->is_listed)
        return true;
    uuids = qemu_root_list(session->root, error);
    if (!uuids)
        return false;
    g_clear_error(&session->unreadable);
    /* Also with unreadable records: they are noted, and asking again would find
     * them unreadable again. */
    session->is_listed = true;
    for (guint i = 0; i < uuids->len; i++) {
        unsigned char uuid[DOMAIN_UUID_SIZE];
        bool is_absent = false;
        QemuDomain *vm = NULL;

        if (g_hash_table_contains(session->records, uuids->pdata[i]) ||
            !uuid_parse(uuids->pdata[i], uuid))
            continue;
        vm = domain_record_load(session, uuid, &is_absent,
                                session->unreadable ? NULL
                                                    : &session->unreadable);
        if (vm)
            qemu_session_add(session, vm);
        /* Under the lock, so no define is under way in it. */
        if (is_absent && !session->is_readonly)
            sweep_folder(session, uuid);
    }
    return true;
}

static bool
explain_unreadable(const QemuSession *session, GError **error)
{
    /* A copy: the next lookup has to say it again. */
    if (session->unreadable && error)
        *error = g_error_copy(session->unreadable);
    return !session->unreadable;
}

/* Reads the whole root once; after that names are found in memory. */
QemuDomain *
qemu_session_find_name(QemuSession *session, const char *name, GError **error)
{
    GHashTableIter iter;
    gpointer record = NULL;

    if (!read_all(session, error))
        return NULL;
    g_hash_table_iter_init(&iter, session->records);
    /* A walk: names change by rename, and a second table would have to
     * follow. */
    while (g_hash_table_iter_next(&iter, NULL, &record)) {
        QemuDomain *vm = record;

        if (g_str_equal(vm->name, name))
            return vm;
    }
    (void)explain_unreadable(session, error); /* it may have that name */
    return NULL;
}

/* Ids change at starts only, and every start by others makes us read anew. */
QemuDomain *
qemu_session_find_id(QemuSession *session, int id, GError **error)
{
    GHashTableIter iter;
    gpointer record = NULL;

    if (!read_all(session, error))
        return NULL;
    g_hash_table_iter_init(&iter, session->records);
    while (g_hash_table_iter_next(&iter, NULL, &record)) {
        QemuDomain *vm = record;

        if (vm->id == id && id >= 0)
            return vm;
    }
    (void)explain_unreadable(session, error);
    return NULL;
}

static int
compare_names(gconstpointer left, gconstpointer right)
{
    const QemuDomain *const *one = left;
    const QemuDomain *const *other = right;

    /* By bytes, so that a list is the same in every locale. */
    return strcmp((*one)->name, (*other)->name);
}

/* By name, so that two listings can be compared. */
GPtrArray *
qemu_session_list(QemuSession *session, GError **error)
{
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    GHashTableIter iter;
    gpointer record = NULL;

    if (!read_all(session, error) || !explain_unreadable(session, error))
        return NULL;
    g_hash_table_iter_init(&iter, session->records);
    while (g_hash_table_iter_next(&iter, NULL, &record))
        g_ptr_array_add(list, record);
    g_ptr_array_sort(list, compare_names);
    return g_steal_pointer(&list);
}
