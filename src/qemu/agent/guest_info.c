/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members are taken one by one, each as it is or not at all: unlike a list of file
 * systems or interfaces by its own call, this is a collection of what there is to
 * know, and an agent of another release, or of another system, has other members.
 * What must be right is what we build on it: names and numbers of parameters are
 * ours, texts are copied, and the whole is bounded. */
#include "qemu/agent/guest_info.h"

#include "base/error.h"
#include "base/typed_params.h"
#include "qemu/agent/interfaces.h"

/* What the wire carries in one answer. */
enum { PARAMS_MAX = 2048 };

/* Also of one that was handed on, of which only the count was forgotten:
 * then there is nothing to free. */
void
guest_info_clear(GuestInfo *info)
{
    typed_params_free(info->params, info->nparams);
    *info = (GuestInfo){0};
}

/* One more; NULL once there are too many, which is told at the end.  Names are
 * ours and bounded: the guest gives values alone. */
static virTypedParameterPtr G_GNUC_PRINTF(3, 4)
    put(GuestInfo *info, int type, const char *format, ...)
{
    g_autofree char *name = NULL;
    va_list args;

    if (info->nparams >= PARAMS_MAX)
        return NULL;
    va_start(args, format);
    name = g_strdup_vprintf(format, args);
    va_end(args);
    return typed_params_append(&info->params, &info->nparams, &info->capacity,
                               name, type, NULL);
}

/* The text @object has as @key, as the parameter "@prefix@name". */
static void
put_text(GuestInfo *info, const json_t *object, const char *key,
         const char *prefix, const char *name)
{
    const char *text = json_string_value(json_object_get(object, key));
    virTypedParameterPtr param = NULL;

    if (text)
        param = put(info, VIR_TYPED_PARAM_STRING, "%s%s", prefix, name);
    if (param)
        param->value.s = g_strdup(text);
}

/* The same of a text that we have found ourselves; NULL, as a disk that is
 * none of ours, is left out. */
static void
put_own_text(GuestInfo *info, const char *text, const char *prefix,
             const char *name)
{
    virTypedParameterPtr param =
        text ? put(info, VIR_TYPED_PARAM_STRING, "%s%s", prefix, name) : NULL;

    if (param)
        param->value.s = g_strdup(text);
}

/* How many there are is told even if the members of some are not: readers go
 * by it, and pass over what is missing. */
static void
put_count(GuestInfo *info, const char *prefix, const char *name, size_t count)
{
    virTypedParameterPtr param =
        put(info, VIR_TYPED_PARAM_UINT, "%s%s", prefix, name);

    /* A list that is longer is refused before it gets here, by its bytes. */
    if (param)
        param->value.ui = (unsigned)count;
}

/* A size below zero is no size: a guest that says so is not believed, and
 * the member is left out as if it had not said anything. */
static void
put_size(GuestInfo *info, const json_t *object, const char *key,
         const char *prefix)
{
    const json_t *number = json_object_get(object, key);
    virTypedParameterPtr param = NULL;

    if (json_is_integer(number) && json_integer_value(number) >= 0)
        param = put(info, VIR_TYPED_PARAM_ULLONG, "%s%s", prefix, key);
    if (param)
        param->value.ul = (unsigned long long)json_integer_value(number);
}

/* ---- each kind ---- */

/* Seconds with a fraction come in, milliseconds go out. */
static void
add_user(GuestInfo *info, size_t number, const json_t *user)
{
    g_autofree char *prefix = g_strdup_printf("user.%zu.", number);
    double login = json_number_value(json_object_get(user, "login-time"));
    virTypedParameterPtr param = NULL;

    put_text(info, user, "user", prefix, "name");
    put_text(info, user, "domain", prefix, "domain");
    /* Past it a double is no time any more, and no number of ours. */
    if (login >= 0 && login < 1e15)
        param = put(info, VIR_TYPED_PARAM_ULLONG, "%slogin-time", prefix);
    if (param)
        param->value.ul = (unsigned long long)(login * 1000);
}

/* An empty list is an answer, too: nobody is logged in. */
static void
add_users(GuestInfo *info, const json_t *list)
{
    size_t count = json_array_size(list);

    put_count(info, "user.", "count", count);
    for (size_t i = 0; i < count && info->nparams < PARAMS_MAX; i++)
        add_user(info, i, json_array_get(list, i));
}

/* Names are the agent's own below "os."; what a system has not got (a
 * variant, most of them) is not in the answer either. */
static void
add_os(GuestInfo *info, const json_t *os)
{
    static const char *const keys[] = {
        "id",         "name",           "pretty-name",    "version",
        "version-id", "kernel-release", "kernel-version", "machine",
        "variant",    "variant-id"};

    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        put_text(info, os, keys[i], "os.", keys[i]);
}

/* Two days: no place on Earth is as far. */
enum { OFFSET_MAX = 172800 };

/* Some guests know how far they are from UTC and not what that is called. No
 * place on Earth is two days away. */
static void
add_timezone(GuestInfo *info, const json_t *zone)
{
    const json_t *offset = json_object_get(zone, "offset");
    virTypedParameterPtr param = NULL;

    put_text(info, zone, "zone", "timezone.", "name");
    if (json_is_integer(offset) &&
        ABS(json_integer_value(offset)) <= OFFSET_MAX)
        param = put(info, VIR_TYPED_PARAM_INT, "timezone.offset");
    if (param)
        param->value.i = (int)json_integer_value(offset);
}

/* The disks of a file system are told by three names: ours for it, which a
 * program looks for in the definition, its serial number, and the guest's
 * own. Each may be missing. */
static void
add_fs(GuestInfo *info, size_t number, const json_t *fs,
       const DiskPlaces *places)
{
    g_autofree char *prefix = g_strdup_printf("fs.%zu.", number);
    const json_t *disks = json_object_get(fs, "disk");
    size_t count = json_array_size(disks);

    put_text(info, fs, "name", prefix, "name");
    put_text(info, fs, "mountpoint", prefix, "mountpoint");
    put_text(info, fs, "type", prefix, "fstype");
    put_size(info, fs, "total-bytes", prefix);
    put_size(info, fs, "used-bytes", prefix);
    put_count(info, prefix, "disk.count", count);
    for (size_t i = 0; i < count && info->nparams < PARAMS_MAX; i++) {
        const json_t *disk = json_array_get(disks, i);
        g_autofree char *own = g_strdup_printf("%sdisk.%zu.", prefix, i);

        put_own_text(info, disk_places_target(places, disk), own, "alias");
        put_text(info, disk, "serial", own, "serial");
        put_text(info, disk, "dev", own, "device");
    }
}

/* Also those that lie on no disk at all: the guest has mounted them. */
static void
add_filesystems(GuestInfo *info, const json_t *list, const DiskPlaces *places)
{
    size_t count = json_array_size(list);

    put_count(info, "fs.", "count", count);
    for (size_t i = 0; i < count && info->nparams < PARAMS_MAX; i++)
        add_fs(info, i, json_array_get(list, i), places);
}

/* Which disks a volume lies on, by the guest's names. */
static void
add_dependencies(GuestInfo *info, const json_t *names, const char *prefix)
{
    size_t count = json_array_size(names);

    if (count > 0)
        put_count(info, prefix, "dependency.count", count);
    for (size_t i = 0; i < count && info->nparams < PARAMS_MAX; i++) {
        g_autofree char *own = g_strdup_printf("%sdependency.%zu.", prefix, i);

        put_own_text(info, json_string_value(json_array_get(names, i)), own,
                     "name");
    }
}

/* An address is missing of what is no disk of its own, such as a partition
 * or a volume of several. The order of the members is libvirt's. */
static void
add_disk(GuestInfo *info, size_t number, const json_t *disk,
         const DiskPlaces *places)
{
    g_autofree char *prefix = g_strdup_printf("disk.%zu.", number);
    const json_t *address = json_object_get(disk, "address");
    virTypedParameterPtr param = NULL;

    put_text(info, disk, "name", prefix, "name");
    param = put(info, VIR_TYPED_PARAM_BOOLEAN, "%spartition", prefix);
    if (param)
        param->value.b = json_is_true(json_object_get(disk, "partition"));
    add_dependencies(info, json_object_get(disk, "dependencies"), prefix);
    if (address) {
        put_text(info, address, "serial", prefix, "serial");
        put_own_text(info, disk_places_target(places, address), prefix,
                     "alias");
    }
    put_text(info, disk, "alias", prefix, "guest_alias");
    if (address)
        put_text(info, address, "bus-type", prefix, "guest_bus");
}

/* As the guest sees them: more than the machine has, with what the guest
 * made of them. */
static void
add_disks(GuestInfo *info, const json_t *list, const DiskPlaces *places)
{
    size_t count = json_array_size(list);

    put_count(info, "disk.", "count", count);
    for (size_t i = 0; i < count && info->nparams < PARAMS_MAX; i++)
        add_disk(info, i, json_array_get(list, i), places);
}

/* Words for the two kinds, unlike in the call for addresses alone, which has
 * numbers. */
static void
add_address(GuestInfo *info, const char *prefix,
            const virDomainIPAddress *address)
{
    virTypedParameterPtr param = NULL;

    put_own_text(info, address->type == VIR_IP_ADDR_TYPE_IPV6 ? "ipv6" : "ipv4",
                 prefix, "type");
    put_own_text(info, address->addr, prefix, "addr");
    param = put(info, VIR_TYPED_PARAM_UINT, "%sprefix", prefix);
    if (param)
        param->value.ui = address->prefix;
}

/* An interface without an address has a count of them that is 0. */
static void
add_interface(GuestInfo *info, int number, const virDomainInterface *interface)
{
    g_autofree char *prefix = g_strdup_printf("if.%d.", number);

    put_own_text(info, interface->name, prefix, "name");
    put_own_text(info, interface->hwaddr, prefix, "hwaddr");
    put_count(info, prefix, "addr.count", interface->naddrs);
    for (unsigned i = 0; i < interface->naddrs; i++) {
        g_autofree char *own = g_strdup_printf("%saddr.%u.", prefix, i);

        add_address(info, own, &interface->addrs[i]);
    }
}

/* By the same reader as their own call. */
static bool
add_interfaces(GuestInfo *info, const json_t *list, GError **error)
{
    virDomainInterfacePtr *interfaces = NULL;
    int count = agent_interfaces_parse(list, &interfaces, error);

    if (count < 0)
        return false;
    put_count(info, "if.", "count", (size_t)count);
    for (int i = 0; i < count; i++)
        add_interface(info, i, interfaces[i]);
    agent_interfaces_free(interfaces, count);
    return true;
}

/* One command for each type, so an old agent that has not got one of them
 * can still tell the others. */
const char *
guest_info_command(unsigned type)
{
    switch (type) {
    case VIR_DOMAIN_GUEST_INFO_USERS:
        return "guest-get-users";
    case VIR_DOMAIN_GUEST_INFO_OS:
        return "guest-get-osinfo";
    case VIR_DOMAIN_GUEST_INFO_TIMEZONE:
        return "guest-get-timezone";
    case VIR_DOMAIN_GUEST_INFO_HOSTNAME:
        return "guest-get-host-name";
    case VIR_DOMAIN_GUEST_INFO_FILESYSTEM:
        return "guest-get-fsinfo";
    case VIR_DOMAIN_GUEST_INFO_DISKS:
        return "guest-get-disks";
    case VIR_DOMAIN_GUEST_INFO_INTERFACES:
        return "guest-network-get-interfaces";
    default:
        return NULL;
    }
}

/* The answer's kind has been looked at. */
static bool
add_answer(GuestInfo *info, unsigned type, const json_t *answer,
           const DiskPlaces *places, GError **error)
{
    switch (type) {
    case VIR_DOMAIN_GUEST_INFO_USERS:
        add_users(info, answer);
        return true;
    case VIR_DOMAIN_GUEST_INFO_OS:
        add_os(info, answer);
        return true;
    case VIR_DOMAIN_GUEST_INFO_TIMEZONE:
        add_timezone(info, answer);
        return true;
    case VIR_DOMAIN_GUEST_INFO_HOSTNAME:
        put_text(info, answer, "host-name", "", "hostname");
        return true;
    case VIR_DOMAIN_GUEST_INFO_FILESYSTEM:
        add_filesystems(info, answer, places);
        return true;
    case VIR_DOMAIN_GUEST_INFO_DISKS:
        add_disks(info, answer, places);
        return true;
    default:
        return add_interfaces(info, answer, error);
    }
}

bool
guest_info_add(GuestInfo *info, unsigned type, const json_t *answer,
               const DiskPlaces *places, GError **error)
{
    const unsigned objects = VIR_DOMAIN_GUEST_INFO_OS |
                             VIR_DOMAIN_GUEST_INFO_TIMEZONE |
                             VIR_DOMAIN_GUEST_INFO_HOSTNAME;
    bool is_sound =
        type & objects ? json_is_object(answer) : json_is_array(answer);

    if (!is_sound) {
        return fail(error, VIR_ERR_AGENT_UNRESPONSIVE,
                    "the guest agent answered '%s' with something else",
                    guest_info_command(type));
    }
    if (!add_answer(info, type, answer, places, error))
        return false;
    return info->nparams < PARAMS_MAX ||
           fail(error, VIR_ERR_AGENT_UNRESPONSIVE,
                "the guest agent tells more than %d things; ask for fewer "
                "types",
                PARAMS_MAX);
}
