/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting a domain.
 *
 * QEMU always starts with its processors stopped.  Before the guest's first
 * instruction the record is on disk, what an earlier run left is repaired, and
 * everything that QEMU has no option for is set; only then may it run.  When
 * something fails on the way QEMU is asked to quit rather than killed: it has
 * opened the images, and a kill would spoil the bitmaps in them.
 */
#include "qemu/domain/domain_start.h"
#include "base/error.h"
#include "base/fd.h"
#include "model/device/device_alias.h"
#include "model/domain_devices.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_state.h"
#include "qemu/guard/run_owner.h"
#include "qemu/host/firmware.h"
#include "qemu/process/command_line.h"
#include "qemu/process/image_chain.h"
#include "qemu/process/launch.h"
#include "qemu/process/networks.h"
#include "qemu/process/nvram.h"
#include "qemu/process/process.h"
#include "qemu/recover.h"
#include "qemu/save/save_job.h"
#include "qemu/session.h"
#include "qemu/watcher.h"
#include "xml/domain_xml.h"

enum {
    US_PER_MS = 1000,
    INIT_TIMEOUT_MS = 60 * 1000, /* it opens all images before it greets */
    DEATH_TIMEOUT_MS = 2 * 1000,
};

/* The definition of this run: complete, and checked against the host. */
static DomainDef *
prepare_live(const QemuDomain *vm, const DomainStart *how, GError **error)
{
    g_autoptr(DomainDef) live =
        domain_def_copy(how->machine ? how->machine : vm->config);
    g_autofree char *folder = qemu_root_folder_path(vm->root, vm->uuid);
    g_autoptr(GPtrArray) firmware = qemu_firmware_list(NULL);

    for (guint i = 0; i < live->disks->len; i++) {
        DiskDef *disk = live->disks->pdata[i];

        /* A CD is read-only whether or not its element says so. */
        disk->is_readonly =
            disk->is_readonly || disk->device == DISK_DEVICE_CDROM;
        if (!image_chain_complete(disk, error))
            return NULL;
        /* After the chain is complete, and before names are made of it. */
        disk_def_number_nodes(disk);
    }
    if (!networks_resolve(live, vm->session->networks, error) ||
        !qemu_firmware_settle(live, firmware, error) ||
        !nvram_prepare(live, folder, how->flags & VIR_DOMAIN_START_RESET_NVRAM,
                       error))
        return NULL;
    device_alias_assign(live);
    return g_steal_pointer(&live);
}

/* Some settings have no option, or must not be on a command line. */
static bool
set_passwords(QmpClient *qmp, const DomainDef *live, GError **error)
{
    for (guint i = 0; i < live->devices->graphics->len; i++) {
        const DomainGraphics *vnc = live->devices->graphics->pdata[i];

        /* Over the monitor: arguments of a process are for every user of the
         * host to read. */
        if (vnc->password &&
            !qmp_client_run(qmp, "set_password",
                            json_pack("{s:s, s:s}", "protocol", "vnc",
                                      "password", vnc->password),
                            error))
            return false;
    }
    return true;
}

/* Before the guest's first instruction: it never sees the cable in. */
static bool
set_links(QmpClient *qmp, const DomainDef *live, GError **error)
{
    for (guint i = 0; i < live->devices->interfaces->len; i++) {
        const DomainInterface *interface = live->devices->interfaces->pdata[i];

        /* There is no option for it: the cable is pulled before the guest
         * looks. */
        if (interface->link == SWITCH_OFF &&
            !qmp_client_run(
                qmp, "set_link",
                json_pack("{s:s, s:b}", "name", interface->alias, "up", 0),
                error))
            return false;
    }
    return true;
}

/* The guest's driver takes the memory when it comes up. */
static bool
set_balloon(QmpClient *qmp, const DomainDef *live, GError **error)
{
    const DomainBalloon *balloon = &live->devices->balloon;
    g_autofree char *path = NULL;

    if (!balloon->is_present)
        return true;
    if (balloon->stats_period) {
        path = g_strdup_printf("/machine/peripheral/%s", balloon->alias);
        if (!qmp_client_run(qmp, "qom-set",
                            json_pack("{s:s, s:s, s:i}", "path", path,
                                      "property",
                                      "guest-stats-polling-interval", "value",
                                      (int)balloon->stats_period),
                            error))
            return false;
    }
    /* Nothing to take away from the guest. */
    if (live->current_memory_kib >= live->memory_kib)
        return true;
    return qmp_client_run(
        qmp, "balloon",
        json_pack("{s:I}", "value",
                  (json_int_t)live->current_memory_kib * 1024),
        error);
}

/* Where QEMU chose a pty: "pty:/dev/pts/3". */
static void
note_ptys(GPtrArray *ends, const json_t *chardevs)
{
    for (guint i = 0; i < ends->len; i++) {
        DomainChar *end = ends->pdata[i];
        g_autofree char *label = g_strdup_printf("char%s", end->alias);
        gsize index = 0;
        json_t *chardev = NULL;

        json_array_foreach(chardevs, index, chardev)
        {
            const char *name =
                json_string_value(json_object_get(chardev, "label"));
            const char *file =
                json_string_value(json_object_get(chardev, "filename"));

            /* QEMU's label is our chardev's id, made of the alias. */
            if (end->type != CHAR_PTY || g_strcmp0(name, label) != 0 || !file ||
                !g_str_has_prefix(file, "pty:"))
                continue;
            g_free(end->live_path);
            end->live_path = g_strdup(file + strlen("pty:"));
        }
    }
}

/* So that the common machine costs no question. */
static bool
has_pty(const GPtrArray *ends)
{
    for (guint i = 0; i < ends->len; i++) {
        const DomainChar *end = ends->pdata[i];

        if (end->type == CHAR_PTY)
            return true;
    }
    return false;
}

/* The paths are known only now, and go into the status with the rest. */
static bool
learn_ptys(QmpClient *qmp, DomainDef *live, GError **error)
{
    DomainDevices *devices = live->devices;
    json_t *answer = NULL;

    if (!has_pty(devices->serials) && !has_pty(devices->consoles) &&
        !has_pty(devices->channels))
        return true;
    answer = qmp_client_call(qmp, "query-chardev", NULL, error);
    if (!answer)
        return false;
    note_ptys(devices->serials, answer);
    note_ptys(devices->consoles, answer);
    note_ptys(devices->channels, answer);
    json_decref(answer);
    return true;
}

/* Which port the display listens on, when QEMU was left to choose. */
static bool
learn_port(QmpClient *qmp, DomainDef *live, GError **error)
{
    const GPtrArray *graphics = live->devices->graphics;
    DomainGraphics *vnc = graphics->len ? graphics->pdata[0] : NULL;
    json_t *answer = NULL;
    const char *service = NULL;
    guint64 port = 0;

    if (!vnc || vnc->socket)
        return true;
    answer = qmp_client_call(qmp, "query-vnc", NULL, error);
    if (!answer)
        return false;
    service = json_string_value(json_object_get(answer, "service"));
    /* Shown, and nothing else: without it the display works all the same. */
    if (service &&
        g_ascii_string_to_unsigned(service, 10, 1, G_MAXUINT16, &port, NULL))
        vnc->live_port = (int)port;
    json_decref(answer);
    return true;
}

/* A machine that comes from a stream has its images, and the bitmaps in them,
 * only when all of it is there.  One that QEMU keeps in its images is loaded
 * into a machine that has been looked at. */
static bool
load_and_recover(QemuDomain *vm, const DomainStart *how, GError **error)
{
    if (how->awaits_memory && !how->load(vm, how->data, error))
        return false;
    /* Its images are not there yet, and the job that load() wrote down is the
     * one that it begins with. */
    if (how->is_incoming)
        return true;
    if (!domain_recover(vm, true, error))
        return false;
    return how->awaits_memory || !how->load || how->load(vm, how->data, error);
}

/* QEMU is there and stopped: everything up to the guest's first instruction. */
static bool
prepare_machine(QemuDomain *vm, const DomainStart *how, GError **error)
{
    /* The one wait of this length: with many images on slow storage QEMU greets
     * late. */
    QmpClient *qmp = qemu_domain_monitor_within(vm, INIT_TIMEOUT_MS, error);

    /* The owner first: from here on a death of ours is seen by its guard. */
    return qmp &&
           (!(how->flags & VIR_DOMAIN_START_AUTODESTROY) ||
            run_owner_take(vm, error)) &&
           set_passwords(qmp, vm->live, error) &&
           set_links(qmp, vm->live, error) &&
           set_balloon(qmp, vm->live, error) &&
           learn_ptys(qmp, vm->live, error) &&
           learn_port(qmp, vm->live, error) &&
           load_and_recover(vm, how, error) &&
           qemu_domain_set_shutdown_action(vm, false, error);
}

/* The last step of a start: from "cont" on the guest runs.
 *
 * A record that says "starting up" would have the next call end it as half
 * started, so a failure here ends it at once and says so.  The record of a saved
 * state says that it runs before it does: with the state used up, and a death in
 * between, the next call lets it go. */
static bool
set_going(QemuDomain *vm, const DomainStart *how, GError **error)
{
    bool is_paused = how->flags & VIR_DOMAIN_START_PAUSED;
    bool is_saved = how->origin == DOMAIN_FROM_SAVE;
    const DomainOriginWords *words = domain_rules_origin(how->origin);

    vm->state = is_paused ? VIR_DOMAIN_PAUSED : VIR_DOMAIN_RUNNING;
    vm->reason = is_paused ? words->paused : words->running;
    if (is_saved && !qemu_domain_save_status(vm, error))
        return false;
    if (!is_paused && !qmp_client_run(vm->qmp, "cont", NULL, error))
        return false;
    if (!is_saved && !qemu_domain_save_status(vm, error))
        return false;
    watcher_send(vm, vm->name, VIR_DOMAIN_EVENT_STARTED, words->started);
    if (is_paused && !how->is_incoming) {
        watcher_send(vm, vm->name, VIR_DOMAIN_EVENT_SUSPENDED,
                     words->suspended);
    }
    return true;
}

/* Takes back a start that failed: @error says why, and what QEMU's log adds. */
static void
give_up(QemuDomain *vm, off_t log_start, GError **error)
{
    bool has_died = process_wait_end(
        vm->pid, vm->pid_start,
        vm->qmp && !qmp_client_is_lost(vm->qmp) ? 0 : DEATH_TIMEOUT_MS);

    if (has_died && error) {
        g_autofree char *log = launch_explain(vm->folder, log_start);

        /* What QEMU itself says of its end explains more than that it does not
         * answer. */
        g_clear_error(error);
        fail(error, VIR_ERR_OPERATION_FAILED,
             "cannot start domain '%s': QEMU ended at once: %s", vm->name, log);
    }
    /* The record is left distrusted if that fails: the next call finds QEMU, or
     * its pid file. */
    if (!domain_end_kill(vm, false, NULL) ||
        !domain_end_record(vm, VIR_DOMAIN_SHUTOFF_FAILED, NULL))
        qemu_domain_distrust(vm);
}

/* Everything about the run in one place; false if it ended before it could be
 * recorded. */
static bool
take_process(QemuDomain *vm, DomainDef **live, const LaunchedQemu *qemu, int id)
{
    vm->live = g_steal_pointer(live);
    vm->live->id = id;
    vm->id = id;
    vm->pid = qemu->pid;
    vm->pid_start = qemu->pid_start;
    vm->state = VIR_DOMAIN_PAUSED;
    vm->reason = VIR_DOMAIN_PAUSED_STARTING_UP;
    vm->shutdown = QEMU_SHUTDOWN_POWEROFF;
    return qemu->pid_start != 0; /* 0: it is dead already */
}

bool
domain_start(QemuDomain *vm, const DomainStart *how, GError **error)
{
    g_autoptr(DomainDef) live = prepare_live(vm, how, error);
    g_autofree char *path = qemu_root_folder_path(vm->root, vm->uuid);
    const LaunchPlace place = {vm->folder, path, &vm->session->user};
    int64_t started_ms = g_get_real_time() / US_PER_MS;
    LaunchedQemu qemu = {0};
    int id = -1;

    if (!live || !qemu_domain_touch(vm, error))
        return false;
    live->awaits_memory = how->awaits_memory;
    id = qemu_root_next_id(vm->root, error);
    if (id < 0 || !launch_qemu(live, &place, &qemu, error))
        return false;
    if (take_process(vm, &live, &qemu, id) &&
        qemu_domain_save_status(vm, error) && prepare_machine(vm, how, error) &&
        set_going(vm, how, error)) {
        /* Loading is what took the time; a machine from nothing was begun by
         * nobody who would ask. */
        /* One that comes from elsewhere has a job of its own, which goes on. */
        if (how->load && !how->is_incoming) {
            save_job_note(vm, domain_rules_origin(how->origin)->operation,
                          started_ms);
        }
        return true;
    }
    give_up(vm, qemu.log_start, error);
    return false;
}
