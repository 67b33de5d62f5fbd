/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/backup_tls.h"

#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "qemu/qmp/message.h"
#include "qemu/session.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPIES "tls"

enum { FILE_MAX = 1024 * 1024 };

/* As libvirt finds them: those for backups, else those for all of QEMU. */
static const char *const usual_folders[] = {"/etc/pki/libvirt-backup",
                                            "/etc/pki/qemu"};

static const struct {
    const char *name;
    bool is_needed;
} files[] = {
    {"ca-cert.pem", true},
    {"server-cert.pem", true},
    {"server-key.pem", true},
    {"ca-crl.pem", false},
};

char *
backup_tls_name(int id)
{
    return g_strdup_printf("sl-j%d-tls", id);
}

static const char *
certificates(const QemuDomain *vm)
{
    const char *named = vm->session->backup_certificates;

    if (named)
        return named;
    return g_file_test(usual_folders[0], G_FILE_TEST_IS_DIR) ? usual_folders[0]
                                                             : usual_folders[1];
}

/* Not one that could be a pipe or a device, on which a call would hang. */
static bool
read_file(const char *folder, const char *name, char **ret_text,
          gsize *ret_length, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    g_auto(AutoFd) fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    g_autofree char *text = g_malloc(FILE_MAX);
    struct stat status;
    ssize_t length = -1;

    if (fd >= 0 && fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<server tls='yes'>: '%s' is no file", path);
    }
    if (fd >= 0)
        length = read(fd, text, FILE_MAX);
    if (length < 0) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<server tls='yes'>: cannot read '%s': %s; put the "
                    "server's certificates there, or name their folder with "
                    "backup_tls_x509_cert_dir",
                    path, g_strerror(errno));
    }
    if (length == 0 || length == FILE_MAX) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "<server tls='yes'>: '%s' is no certificate or key", path);
    }
    *ret_text = g_steal_pointer(&text);
    *ret_length = (gsize)length;
    return true;
}

/* Keys do not stay in memory that is given back. */
static void
forget_text(char *text, gsize length)
{
    if (text)
        explicit_bzero(text, length);
    g_free(text);
}

/* The content is looked at by QEMU alone (object-add, before the cut): it knows
 * which certificates it would not use, and says so better than we could. */
bool
backup_tls_check(const QemuDomain *vm, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        char *text = NULL;
        gsize length = 0;
        bool is_read =
            !files[i].is_needed ||
            read_file(certificates(vm), files[i].name, &text, &length, error);

        forget_text(text, length);
        if (!is_read)
            return false;
    }
    return true;
}

/* By names that we gave: the folder is ours, and nothing else is in it. */
static void
remove_copies(const QemuDomain *vm)
{
    g_auto(AutoFd) folder = openat(
        vm->folder, COPIES, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

    if (folder < 0 || !fault_point("file:certificates", NULL))
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        (void)unlinkat(folder, files[i].name, 0);
    (void)unlinkat(vm->folder, COPIES, AT_REMOVEDIR);
}

/* Whoever QEMU runs as is their owner, and nobody else can read them. */
static bool
give(const QemuDomain *vm, int fd, const char *name, GError **error)
{
    const QemuUser *user = &vm->session->user;

    if (fd >= 0 &&
        (!qemu_user_is_set(user) || fchown(fd, user->uid, user->gid) == 0))
        return true;
    return fail_errno(error, errno, "cannot make '%s' for QEMU to read", name);
}

static bool
copy_text(const QemuDomain *vm, int folder, const char *name, const char *text,
          gsize length, GError **error)
{
    g_auto(AutoFd) fd = -1;

    if (!fault_point("file:certificate", error))
        return false;
    fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                S_IRUSR | S_IWUSR);
    if (!give(vm, fd, name, error))
        return false;
    if (write(fd, text, length) == (ssize_t)length)
        return true;
    return fail_errno(error, errno, "cannot copy '%s'", name);
}

/* One at a time, so that no more than one key is in our memory. */
static bool
copy_file(const QemuDomain *vm, int folder, gsize number, GError **error)
{
    g_autofree char *path =
        g_build_filename(certificates(vm), files[number].name, NULL);
    char *text = NULL;
    gsize length = 0;
    bool is_copied = false;

    if (!files[number].is_needed && access(path, F_OK) < 0)
        return true;
    is_copied = read_file(certificates(vm), files[number].name, &text, &length,
                          error) &&
                copy_text(vm, folder, files[number].name, text, length, error);
    forget_text(text, length);
    return is_copied;
}

/* Returns the folder of the copies; -1 with @error. */
static int
make_copies(const QemuDomain *vm, GError **error)
{
    g_auto(AutoFd) folder = -1;

    remove_copies(vm);
    if (!fault_point("file:certificates", error))
        return -1;
    if (mkdirat(vm->folder, COPIES, S_IRWXU) < 0) {
        fail_errno(error, errno, "cannot make a folder for certificates");
        return -1;
    }
    folder = openat(vm->folder, COPIES,
                    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (!give(vm, folder, COPIES, error))
        return -1;
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        if (!copy_file(vm, folder, i, error))
            return -1;
    }
    return fd_steal(&folder);
}

/* QEMU reads them within the call, so that they can go after it. */
static bool
add_object(QmpClient *qmp, int folder, int id, GError **error)
{
    g_autofree char *name = backup_tls_name(id);
    g_autofree char *path = NULL;
    g_autoptr(Json) lent =
        qmp_client_call_with(qmp, "add-fd", json_object(), folder, error);
    bool is_added = false;

    if (!lent)
        return false;
    path = g_strdup_printf("/proc/self/fd/%" JSON_INTEGER_FORMAT,
                           json_integer_value(json_object_get(lent, "fd")));
    is_added =
        qmp_client_run(qmp, "object-add",
                       json_pack("{s:s, s:s, s:s, s:s, s:b}", "qom-type",
                                 "tls-creds-x509", "id", name, "dir", path,
                                 "endpoint", "server", "verify-peer", 1),
                       error);
    /* Should it stay, QEMU has one descriptor more, of an empty folder. */
    (void)qmp_client_run(
        qmp, "remove-fd",
        json_pack("{s:I}", "fdset-id",
                  json_integer_value(json_object_get(lent, "fdset-id"))),
        NULL);
    return is_added;
}

/* Whatever came of it, the copies go: QEMU has what it needs, or nothing. */
bool
backup_tls_add(QemuDomain *vm, QmpClient *qmp, int id, GError **error)
{
    g_auto(AutoFd) folder = make_copies(vm, error);
    bool is_added = folder >= 0 && add_object(qmp, folder, id, error);

    remove_copies(vm);
    if (!is_added)
        g_prefix_error(error, "cannot serve the backup over TLS: ");
    return is_added;
}

void
backup_tls_remove(QemuDomain *vm, QmpClient *qmp, int id)
{
    g_autofree char *name = backup_tls_name(id);

    if (qmp) {
        (void)qmp_client_run(qmp, "object-del", json_pack("{s:s}", "id", name),
                             NULL);
    }
    remove_copies(vm);
}
