/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/domain/domain_record.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "qemu/recover.h"
#include "qemu/session.h"
#include "xml/domain_xml.h"
#include "xml/reader.h"
#include "xml/status_xml.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG_FILE    "config.xml"
#define STATUS_FILE    "status.xml"
#define AUTOSTART_FILE "autostart"
#define BUSY_FILE      "busy"

/* Nothing of it is on disk, and its folder is not open. */
QemuDomain *
domain_record_new(QemuSession *session, const unsigned char *uuid)
{
    QemuDomain *vm = g_new0(QemuDomain, 1);

    vm->session = session;
    vm->root = session->root;
    memcpy(vm->uuid, uuid, DOMAIN_UUID_SIZE);
    vm->folder = -1;
    vm->id = -1;
    vm->state = VIR_DOMAIN_SHUTOFF;
    vm->agent_timeout = VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_DEFAULT;
    return vm;
}

/* Also of one that was never read: every field has a "none". */
void
domain_record_free(QemuDomain *vm)
{
    if (!vm)
        return;
    domain_record_close(vm);
    domain_free_parts(vm);
    domain_def_free(vm->config);
    domain_def_free(vm->live);
    g_free(vm->name);
    g_free(vm);
}

/* Idempotent: nested users of one call need not know of each other. */
bool
domain_record_open(QemuDomain *vm, GError **error)
{
    if (vm->folder < 0) {
        vm->folder =
            qemu_root_open_folder(vm->root, vm->uuid, NULL, false, error);
    }
    return vm->folder >= 0;
}

/* With the call ends the connection: QEMU's monitor has one place, and the next
 * process may need it. */
void
domain_record_close(QemuDomain *vm)
{
    qmp_client_free(vm->qmp);
    vm->qmp = NULL;
    auto_fd_close(vm->folder);
    vm->folder = -1;
}

/* Of the file and not only of what it says: a domain that is defined again as
 * it was is told as updated by libvirt, and only the file shows that to other
 * connections.  Every write makes a new one (base/atomic_file.h), which has
 * another number or another time.
 *
 * Only to tell that it changed; two of one stamp cost an event. */
static guint
config_stamp(const QemuDomain *vm, const char *text)
{
    guint stamp = g_str_hash(text);
    struct stat status;

    if (fstatat(vm->folder, CONFIG_FILE, &status, AT_SYMLINK_NOFOLLOW) == 0) {
        stamp ^= (guint)status.st_ino ^ (guint)status.st_mtim.tv_sec ^
                 (guint)status.st_mtim.tv_nsec;
    }
    return stamp;
}

/* Absent is no error: a transient domain has none. */
static bool
load_config(QemuDomain *vm, GError **error)
{
    bool is_absent = false;
    g_autoptr(GError) problem = NULL;
    g_autofree char *text = atomic_file_read(
        vm->folder, CONFIG_FILE, READER_LIMIT, &is_absent, &problem);

    if (is_absent)
        return true;
    /* By the same reader as a user's document: what was written is checked like
     * what came from outside. */
    vm->config = text ? domain_xml_parse(text, &problem) : NULL;
    if (vm->config) {
        vm->config_stamp = config_stamp(vm, text);
        return true;
    }
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

/* A run that is over left only how it ended. */
static void
take_status(QemuDomain *vm, DomainStatus *status)
{
    vm->state = status->state;
    vm->reason = status->reason;
    vm->agent_timeout = status->agent_timeout;
    /* How the last run ended; nothing runs. */
    if (!status->live)
        return;
    vm->live = g_steal_pointer(&status->live);
    vm->id = status->id;
    vm->pid = status->pid;
    vm->pid_start = status->pid_start;
    vm->shutdown = (QemuShutdown)status->shutdown;
}

/* A status that cannot be read fails the domain: it may run, and a second QEMU
 * on its images would destroy them. */
static bool
load_status(QemuDomain *vm, GError **error)
{
    bool is_absent = false;
    g_autoptr(GError) problem = NULL;
    g_autoptr(DomainStatus) status = NULL;
    g_autofree char *text = atomic_file_read(
        vm->folder, STATUS_FILE, READER_LIMIT, &is_absent, &problem);

    /* Never started. */
    if (is_absent)
        return true;
    status = text ? status_xml_parse(text, &problem) : NULL;
    if (!status) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    take_status(vm, status);
    return true;
}

/* Between two reads of one record nobody writes: we hold the root's lock. */
static bool
load_files(QemuDomain *vm, GError **error)
{
    g_autofree char *path = qemu_root_folder_path(vm->root, vm->uuid);

    if (!load_config(vm, error)) {
        g_prefix_error(error, "cannot read '%s/" CONFIG_FILE "': ", path);
        return false;
    }
    if (!load_status(vm, error)) {
        g_prefix_error(error, "cannot read '%s/" STATUS_FILE "': ", path);
        return false;
    }
    vm->is_autostart = faccessat(vm->folder, AUTOSTART_FILE, F_OK, 0) == 0;
    return true;
}

/* A domain as the folder has it.  Whether its QEMU lives is asked by the call
 * (domain_end_notice()). */
QemuDomain *
domain_record_load(QemuSession *session, const unsigned char *uuid,
                   bool *ret_absent, GError **error)
{
    g_autoptr(QemuDomain) vm = domain_record_new(session, uuid);
    const DomainDef *def = NULL;

    *ret_absent = false;
    vm->folder = qemu_root_open_folder(vm->root, uuid, NULL, false, NULL);
    /* Told apart from trouble: a folder that cannot be opened may well hold a
     * domain. */
    if (vm->folder < 0 && errno == ENOENT) {
        *ret_absent = true;
        return NULL;
    }
    if (!domain_record_open(vm, error) || !load_files(vm, error))
        return NULL;
    def = qemu_domain_def(vm);
    *ret_absent = !def;
    if (!def)
        return NULL;
    vm->name = g_strdup(def->name);
    /* What is cached between calls holds no descriptor. */
    domain_record_close(vm);
    return g_steal_pointer(&vm);
}

/* As it is shown with SECURE: the file is the only place where passwords are
 * kept. */
static char *
format_config(const DomainDef *config)
{
    return domain_xml_format(config,
                             DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE);
}

static void
take_config(QemuDomain *vm, DomainDef *config, const char *text)
{
    domain_def_free(vm->config);
    vm->config = config;
    vm->config_stamp = config_stamp(vm, text);
    g_free(vm->name);
    vm->name = g_strdup(config->name);
}

bool
domain_record_define(QemuDomain *vm, DomainDef *config, GError **error)
{
    g_autofree char *text = format_config(config);

    if (!atomic_file_write(vm->folder, CONFIG_FILE, text, error))
        return false;
    /* Only after the file is there: on failure @config is still the
     * caller's. */
    take_config(vm, config, text);
    return true;
}

/* Compared with the file and not with @vm->config, which the caller may have
 * worked on. */
bool
domain_record_save_config(QemuDomain *vm, DomainDef *config, GError **error)
{
    g_autofree char *text = format_config(config);
    g_autofree char *stored =
        atomic_file_read(vm->folder, CONFIG_FILE, READER_LIMIT, NULL, NULL);

    if (g_strcmp0(stored, text) != 0)
        return domain_record_define(vm, config, error);
    take_config(vm, config, text);
    return true;
}

/* From here on a folder without a status counts as absent. */
bool
domain_record_remove_config(QemuDomain *vm, GError **error)
{
    if (!atomic_file_remove(vm->folder, CONFIG_FILE, error))
        return false;
    domain_def_free(vm->config);
    vm->config = NULL;
    return true;
}

/* An empty file would do; this one says what it is. */
bool
domain_record_set_autostart(QemuDomain *vm, bool is_autostart, GError **error)
{
    bool is_done =
        is_autostart
            ? atomic_file_write(vm->folder, AUTOSTART_FILE, "yes\n", error)
            : atomic_file_remove(vm->folder, AUTOSTART_FILE, error);

    if (is_done)
        vm->is_autostart = is_autostart;
    return is_done;
}

/* After every change of what it holds, so that the next process finds the
 * machine as it is. */
bool
qemu_domain_save_status(QemuDomain *vm, GError **error)
{
    DomainStatus status = {
        .id = vm->id,
        .pid = vm->pid,
        .pid_start = vm->pid_start,
        .state = vm->state,
        .reason = vm->reason,
        .shutdown = (int)vm->shutdown,
        .agent_timeout = vm->agent_timeout,
        .live = vm->live,
    };
    g_autofree char *text = status_xml_format(&status);

    if (atomic_file_write(vm->folder, STATUS_FILE, text, error))
        return true;
    /* Memory is ahead of the disk now. */
    qemu_domain_distrust(vm);
    return false;
}

/* Not synced, see the header. */
bool
domain_record_set_busy(QemuDomain *vm, GError **error)
{
    g_auto(AutoFd) fd = -1;

    if (!fault_point("file:busy", error))
        return false;
    /* Its presence is all it says.  It may be there already, left by a call
     * that died; who takes it away is qemu_domain_touch()'s matter. */
    fd = openat(vm->folder, BUSY_FILE, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        return fail_errno(error, errno, "cannot mark domain '%s' as busy",
                          vm->name);
    }
    return true;
}

/* By the call that set it, and only when all it began is complete. */
void
domain_record_clear_busy(QemuDomain *vm)
{
    /* A test that dies here finds a mark and nothing to repair, which costs one
     * look. */
    if (!fault_point("file:not-busy", NULL))
        return;
    if (unlinkat(vm->folder, BUSY_FILE, 0) < 0)
        g_debug("busy mark of '%s' was gone already", vm->name);
}

bool
domain_record_is_busy(const QemuDomain *vm)
{
    return faccessat(vm->folder, BUSY_FILE, F_OK, 0) == 0;
}
