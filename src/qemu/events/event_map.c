/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/events/event_map.h"

#include "driver/event_queue.h"
#include "model/block/backup_image.h"
#include "model/block/disk_chain.h"
#include "model/domain_devices.h"
#include "qemu/block/node_names.h"
#include "qemu/jobs/job_store.h"

#include <string.h>

static EventDomain
whom(const QemuDomain *vm)
{
    return (EventDomain){vm->name, vm->uuid, vm->id};
}

/* What QEMU says may lack anything, also what its schema promises: an event that
 * makes no sense is told to nobody, and is no error of anybody's. */
static const char *
text_of(const json_t *data, const char *key)
{
    const char *text = json_string_value(json_object_get(data, key));

    return text ? text : "";
}

static unsigned long long
number_of(const json_t *data, const char *key)
{
    json_int_t number = json_integer_value(json_object_get(data, key));

    return number < 0 ? 0 : (unsigned long long)number;
}

/* The uppermost node of @disk: our filter, or that of a job above it, which is
 * "sl-jN-TARGET-flt". */
static bool
is_upmost(const DiskDef *disk, const char *node)
{
    g_autofree char *top = node_top(disk->target);
    g_autofree char *end = g_strdup_printf("-%s-flt", disk->target);

    return strcmp(top, node) == 0 ||
           (g_str_has_prefix(node, "sl-j") && g_str_has_suffix(node, end));
}

static int
io_error_action(const char *action)
{
    if (strcmp(action, "stop") == 0)
        return VIR_DOMAIN_EVENT_IO_ERROR_PAUSE;
    return strcmp(action, "report") == 0 ? VIR_DOMAIN_EVENT_IO_ERROR_REPORT
                                         : VIR_DOMAIN_EVENT_IO_ERROR_NONE;
}

/* Of a node that is none of the disks' (a backup's target, say) the event has no
 * path and no alias: that something failed is worth telling all the same. */
static void
tell_io_error(QemuDomain *vm, EventQueue *events, const json_t *data)
{
    const EventDomain domain = whom(vm);
    const DomainDef *def = qemu_domain_def(vm);
    bool is_full = json_is_true(json_object_get(data, "nospace"));
    EventIoError failure = {.action = io_error_action(text_of(data, "action")),
                            .reason = is_full ? "enospc" : NULL};

    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(def->disks, i);

        if (is_upmost(disk, text_of(data, "node-name"))) {
            failure.path = disk->path;
            failure.alias = disk->alias;
        }
    }
    event_queue_io_error(events, &domain, &failure);
}

/* The image of @disk whose file is the node @name. */
static bool
find_file(const DiskDef *disk, const char *name, unsigned *ret_depth)
{
    for (unsigned depth = 0; depth < disk_chain_length(disk); depth++) {
        g_autofree char *node = node_layer_protocol(
            disk->target, disk_chain_layer(disk, depth).node);

        if (strcmp(node, name) == 0) {
            *ret_depth = depth;
            return true;
        }
    }
    return false;
}

static void
send_threshold(QemuDomain *vm, EventBlockThreshold *crossed, const char *device)
{
    const EventDomain domain = whom(vm);

    crossed->device = device;
    event_queue_block_threshold(qemu_domain_events(vm), &domain, crossed);
}

/* The top image is called by its disk and then, once more, by its number, as
 * libvirt does: whoever set the threshold by either name hears of it. */
static bool
tell_of_chain(QemuDomain *vm, const char *node, EventBlockThreshold *crossed)
{
    const DomainDef *def = qemu_domain_def(vm);

    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(def->disks, i);
        g_autofree char *name = NULL;
        unsigned depth = 0;

        if (disk_def_is_empty(disk) || !find_file(disk, node, &depth))
            continue;
        name = disk_chain_device(disk, depth);
        crossed->path = disk_chain_layer(disk, depth).path;
        if (depth == 0)
            send_threshold(vm, crossed, disk->target);
        send_threshold(vm, crossed, name);
        return true;
    }
    return false;
}

/* Of ended backups, too: what a short one has crossed is read in QEMU's journal
 * when it may be over already. */
static void
tell_of_backup(QemuDomain *vm, const char *node, EventBlockThreshold *crossed)
{
    const JobTable *jobs = job_store_load(vm, NULL);
    g_autoptr(GArray) images =
        jobs ? backup_images_of(qemu_domain_def(vm), jobs, true) : NULL;

    for (guint i = 0; images && i < images->len; i++) {
        const BackupImage *image = &g_array_index(images, BackupImage, i);
        g_autofree char *own = node_backup_file(image);
        g_autofree char *name = backup_image_device(image);

        if (!g_str_equal(own, node))
            continue;
        crossed->path = image->wanted->store;
        send_threshold(vm, crossed, name);
        return;
    }
}

static void
tell_threshold(QemuDomain *vm, EventQueue *events, const json_t *data)
{
    const char *node = text_of(data, "node-name");
    EventBlockThreshold crossed = {
        .threshold = number_of(data, "write-threshold"),
        .excess = number_of(data, "amount-exceeded")};

    (void)events; /* that of @vm */
    if (!tell_of_chain(vm, node, &crossed))
        tell_of_backup(vm, node, &crossed);
}

/* Other channels open and close as well; that of the agent is the one that says
 * whether a freeze has somebody to ask. */
static void
tell_port(QemuDomain *vm, EventQueue *events, const json_t *data)
{
    const EventDomain domain = whom(vm);
    const DomainChar *agent =
        domain_devices_find_agent(qemu_domain_def(vm)->devices);
    bool is_open = json_is_true(json_object_get(data, "open"));

    if (!agent || g_strcmp0(agent->alias, text_of(data, "id")) != 0)
        return;
    event_queue_agent_lifecycle(
        events, &domain,
        is_open ? VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED
                : VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED,
        VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_CHANNEL);
}

static void
tell_reset(QemuDomain *vm, EventQueue *events, const json_t *data)
{
    const EventDomain domain = whom(vm);

    (void)data;
    event_queue_reboot(events, &domain);
}

/* Kinds that are not in the table are states, which comparison tells (watcher.c),
 * or nothing that libvirt has an event for. */
void
event_map_tell(QemuDomain *vm, const json_t *event)
{
    static const struct {
        const char *name;
        void (*tell)(QemuDomain *vm, EventQueue *events, const json_t *data);
    } kinds[] = {{"BLOCK_IO_ERROR", tell_io_error},
                 {"BLOCK_WRITE_THRESHOLD", tell_threshold},
                 {"VSERPORT_CHANGE", tell_port},
                 {"RESET", tell_reset}};
    EventQueue *events = qemu_domain_events(vm);
    const char *name = text_of(event, "event");

    for (gsize i = 0; events && i < G_N_ELEMENTS(kinds); i++) {
        if (strcmp(kinds[i].name, name) == 0)
            kinds[i].tell(vm, events, json_object_get(event, "data"));
    }
}

void
event_map_started(QemuDomain *vm)
{
    const EventDomain domain = whom(vm);
    EventQueue *events = qemu_domain_events(vm);

    if (!events || !domain_devices_find_agent(qemu_domain_def(vm)->devices))
        return;
    event_queue_agent_lifecycle(
        events, &domain,
        VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED,
        VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_DOMAIN_STARTED);
}
