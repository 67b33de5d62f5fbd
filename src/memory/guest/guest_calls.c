/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a guest that is not there tells of itself, so that programs that ask have
 * something to read: the same each time, made of its definition.  Rules and
 * refusals are those of a guest with QEMU's agent.
 *
 * The host's lock is held while it "answers": there is nobody who could take his
 * time, and a test that wants silence takes the agent away. */
#include "base/error.h"
#include "base/flags.h"
#include "base/typed_params.h"
#include "memory/guest/agent.h"
#include "model/domain/guest_rules.h"
#include "model/domain_devices.h"

static const gint64 second_ns = G_GINT64_CONSTANT(1000000000);

/* A frozen guest's agent answers little but the thaw: what it might write to its
 * own log would wait for ever. */
static bool
check_awake(const MemoryDomain *vm, const char *command, GError **error)
{
    if (!memory_agent_check(vm, error))
        return false;
    return vm->frozen == 0 ||
           fail(error, VIR_ERR_INTERNAL_ERROR,
                "guest agent of '%s' refused '%s': its file systems are "
                "frozen; thaw them first",
                vm->name, command);
}

/* A call that asks @command; NULL: refused. */
static MemoryCall *
ask(virDomainPtr domain, const char *function, const char *command,
    GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_enter(domain, function, error);

    return call && check_awake(memory_call_domain(call), command, error)
               ? g_steal_pointer(&call)
               : NULL;
}

/* Which ranges are free nobody knows, so none is discarded. */
int
memory_domain_fs_trim(virDomainPtr domain, const char *mountpoint,
                      unsigned long long minimum, GError **error)
{
    g_autoptr(MemoryCall) call =
        guest_rules_trim(mountpoint, minimum, error)
            ? ask(domain, __func__, "guest-fstrim", error)
            : NULL;

    return call ? 0 : -1;
}

/* The host's, but for what it was set to since. */
int
memory_domain_get_time(virDomainPtr domain, long long *ret_seconds,
                       unsigned *ret_nanoseconds, GError **error)
{
    g_autoptr(MemoryCall) call = ask(domain, __func__, "guest-get-time", error);
    gint64 time = 0;

    if (!call)
        return -1;
    time = g_get_real_time() * 1000 - memory_call_domain(call)->clock_off;
    *ret_seconds = time / second_ns;
    *ret_nanoseconds = (unsigned)(time % second_ns);
    return 0;
}

int
memory_domain_set_time(virDomainPtr domain, long long seconds,
                       unsigned nanoseconds, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    gint64 time = g_get_real_time() * 1000;
    int64_t wanted = time;

    if (!guest_rules_time(seconds, nanoseconds, flags, &wanted, error))
        return -1;
    call = ask(domain, __func__, "guest-set-time", error);
    if (!call)
        return -1;
    if (wanted < 0) {
        fail(error, VIR_ERR_INTERNAL_ERROR,
             "guest agent of '%s' refused 'guest-set-time': its clock begins "
             "in 1970",
             domain->name);
        return -1;
    }
    memory_call_domain(call)->clock_off = time - wanted;
    return 0;
}

/* Its own name for itself is the host's. */
char *
memory_domain_hostname(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;

    if (!guest_rules_hostname(domain->name, flags, error))
        return NULL;
    call = ask(domain, __func__, "guest-get-host-name", error);
    return call ? g_strdup(memory_call_domain(call)->name) : NULL;
}

/* ---- interfaces ---- */

/* The loop, and then each of the definition. */
static guint
count_interfaces(const MemoryDomain *vm)
{
    return 1 + vm->live->devices->interfaces->len;
}

/* @number: 0 is the loop. */
static virDomainInterfacePtr
make_interface(const MemoryDomain *vm, guint number)
{
    virDomainInterfacePtr interface = g_new0(virDomainInterface, 1);
    const GPtrArray *devices = vm->live->devices->interfaces;

    interface->naddrs = 1;
    interface->addrs = g_new0(virDomainIPAddress, 1);
    interface->addrs[0].type = VIR_IP_ADDR_TYPE_IPV4;
    if (number == 0) {
        interface->name = g_strdup("lo");
        interface->hwaddr = g_strdup("00:00:00:00:00:00");
        interface->addrs[0].addr = g_strdup("127.0.0.1");
        interface->addrs[0].prefix = 8;
    } else {
        const DomainInterface *device = g_ptr_array_index(devices, number - 1);

        interface->name = g_strdup_printf("eth%u", number - 1);
        interface->hwaddr = g_strdup(device->mac);
        /* For documents (RFC 5737): nobody's. */
        interface->addrs[0].addr = g_strdup_printf("192.0.2.%u", number % 255);
        interface->addrs[0].prefix = 24;
    }
    return interface;
}

int
memory_domain_interface_addresses(virDomainPtr domain,
                                  virDomainInterfacePtr **ret_interfaces,
                                  unsigned source, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    const MemoryDomain *vm = NULL;
    guint count = 0;

    call = memory_call_begin(domain, error);
    if (!call)
        return -1;
    vm = memory_call_domain(call);
    if (!memory_domain_require_active(vm, VIR_ERR_OPERATION_INVALID,
                                      "tell its addresses", error) ||
        !guest_rules_source(vm->name, source, error) ||
        !check_awake(vm, "guest-network-get-interfaces", error))
        return -1;
    count = count_interfaces(vm);
    *ret_interfaces = g_new0(virDomainInterfacePtr, count + 1);
    for (guint i = 0; i < count; i++)
        (*ret_interfaces)[i] = make_interface(vm, i);
    return (int)count;
}

/* ---- about the guest ---- */

typedef struct {
    virTypedParameterPtr params;
    int count;
} Told;

/* Names are ours, and always fit. */
static void
tell_count(Told *told, const char *name, guint count)
{
    virTypedParameterPtr param = typed_params_append(
        &told->params, &told->count, NULL, name, VIR_TYPED_PARAM_UINT, NULL);

    param->value.ui = count;
}

/* The same file systems as their own call has, so that a test may compare. */
static void
tell_filesystems(Told *told, const DomainDef *def)
{
    tell_count(told, "fs.count", def->disks->len);
    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(def->disks, i);
        g_autofree char *mountpoint = memory_agent_mountpoint(def, i);
        g_autofree char *device = g_strdup_printf("%s1", disk->target);
        const char *const members[][2] = {
            {"name", device}, {"mountpoint", mountpoint}, {"fstype", "ext4"}};
        g_autofree char *disks = g_strdup_printf("fs.%u.disk.count", i);
        g_autofree char *alias = g_strdup_printf("fs.%u.disk.0.alias", i);

        for (gsize j = 0; j < G_N_ELEMENTS(members); j++) {
            g_autofree char *name =
                g_strdup_printf("fs.%u.%s", i, members[j][0]);

            typed_params_add_string(&told->params, &told->count, name,
                                    members[j][1]);
        }
        tell_count(told, disks, 1);
        typed_params_add_string(&told->params, &told->count, alias,
                                disk->target);
    }
}

/* As a Linux guest names them, without partitions. */
static void
tell_disks(Told *told, const DomainDef *def)
{
    tell_count(told, "disk.count", def->disks->len);
    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(def->disks, i);
        g_autofree char *name = g_strdup_printf("disk.%u.name", i);
        g_autofree char *partition = g_strdup_printf("disk.%u.partition", i);
        g_autofree char *alias = g_strdup_printf("disk.%u.alias", i);
        g_autofree char *device = g_strdup_printf("/dev/%s", disk->target);

        typed_params_add_string(&told->params, &told->count, name, device);
        typed_params_add_boolean(&told->params, &told->count, partition, false);
        typed_params_add_string(&told->params, &told->count, alias,
                                disk->target);
    }
}

/* Made and given up at once: what is told of them is copied. */
static void
tell_interfaces(Told *told, const MemoryDomain *vm)
{
    guint count = count_interfaces(vm);

    tell_count(told, "if.count", count);
    for (guint i = 0; i < count; i++) {
        virDomainInterfacePtr one = make_interface(vm, i);
        g_autofree char *name = g_strdup_printf("if.%u.name", i);
        g_autofree char *hwaddr = g_strdup_printf("if.%u.hwaddr", i);
        g_autofree char *addresses = g_strdup_printf("if.%u.addr.count", i);
        g_autofree char *type = g_strdup_printf("if.%u.addr.0.type", i);
        g_autofree char *addr = g_strdup_printf("if.%u.addr.0.addr", i);
        g_autofree char *prefix = g_strdup_printf("if.%u.addr.0.prefix", i);

        typed_params_add_string(&told->params, &told->count, name, one->name);
        typed_params_add_string(&told->params, &told->count, hwaddr,
                                one->hwaddr);
        tell_count(told, addresses, 1);
        typed_params_add_string(&told->params, &told->count, type, "ipv4");
        typed_params_add_string(&told->params, &told->count, addr,
                                one->addrs[0].addr);
        tell_count(told, prefix, one->addrs[0].prefix);
        g_free(one->addrs[0].addr);
        g_free(one->addrs);
        g_free(one->name);
        g_free(one->hwaddr);
        g_free(one);
    }
}

/* Nobody is ever logged in, and no time zone is the author's. */
static void
tell_system(Told *told, const MemoryDomain *vm, unsigned types)
{
    if (types & VIR_DOMAIN_GUEST_INFO_USERS)
        tell_count(told, "user.count", 0);
    if (types & VIR_DOMAIN_GUEST_INFO_OS) {
        typed_params_add_string(&told->params, &told->count, "os.id", "test");
        typed_params_add_string(&told->params, &told->count, "os.name",
                                "No system at all");
    }
    if (types & VIR_DOMAIN_GUEST_INFO_TIMEZONE) {
        typed_params_add_string(&told->params, &told->count, "timezone.name",
                                "UTC");
        typed_params_add_int(&told->params, &told->count, "timezone.offset", 0);
    }
    if (types & VIR_DOMAIN_GUEST_INFO_HOSTNAME) {
        typed_params_add_string(&told->params, &told->count, "hostname",
                                vm->name);
    }
}

/* In the order of the types, as a guest with an agent is asked. All is known
 * at once, so nothing is ever left out. */
int
memory_domain_guest_info(virDomainPtr domain, unsigned types,
                         virTypedParameterPtr *ret_params, int *ret_nparams,
                         GError **error)
{
    unsigned wanted = types ? types : GUEST_INFO_TYPES;
    g_autoptr(MemoryCall) call = NULL;
    const MemoryDomain *vm = NULL;
    Told told = {0};

    if (!flags_check(types, GUEST_INFO_TYPES, "what a guest is asked", error))
        return -1;
    call = ask(domain, __func__, "guest-get-osinfo", error);
    if (!call)
        return -1;
    vm = memory_call_domain(call);
    tell_system(&told, vm, wanted);
    if (wanted & VIR_DOMAIN_GUEST_INFO_FILESYSTEM)
        tell_filesystems(&told, vm->live);
    if (wanted & VIR_DOMAIN_GUEST_INFO_DISKS)
        tell_disks(&told, vm->live);
    if (wanted & VIR_DOMAIN_GUEST_INFO_INTERFACES)
        tell_interfaces(&told, vm);
    *ret_params = told.params;
    *ret_nparams = told.count;
    return 0;
}

/* Of a domain that is off, too, as libvirt has it. */
int
memory_domain_agent_timeout(virDomainPtr domain, int timeout, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    if (!call)
        return -1;
    memory_call_domain(call)->agent_timeout = timeout;
    return 0;
}

/* Nobody can log in, so none is kept. */
int
memory_domain_set_password(virDomainPtr domain, const char *user,
                           const char *password G_GNUC_UNUSED, unsigned flags,
                           GError **error)
{
    g_autoptr(MemoryCall) call = NULL;

    if (!flags_check(flags, VIR_DOMAIN_PASSWORD_ENCRYPTED, "a password", error))
        return -1;
    if (!g_utf8_validate(user, -1, NULL)) {
        fail(error, VIR_ERR_INVALID_ARG, "the user's name is not in UTF-8");
        return -1;
    }
    call = ask(domain, __func__, "guest-set-user-password", error);
    return call ? 0 : -1;
}
