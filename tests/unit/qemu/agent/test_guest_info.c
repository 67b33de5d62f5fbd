/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest's words as libvirt's names for them. */
#include "qemu/agent/guest_info.h"

#include "base/error.h"
#include "model/domain_devices.h"
#include "qemu/qmp/message.h"

/* A machine whose one disk is known by its serial number. */
static DiskPlaces *
places(void)
{
    g_autoptr(DomainDef) def = domain_def_new();
    DiskDef *disk = disk_def_new();

    disk->target = g_strdup("vda");
    disk->serial = g_strdup("SN1");
    g_ptr_array_add(def->disks, disk);
    return disk_places_new(def, NULL);
}

/* "name=value" a line. */
static char *
lines_of(const GuestInfo *info)
{
    g_autoptr(GString) text = g_string_new(NULL);

    for (int i = 0; i < info->nparams; i++) {
        const virTypedParameter *param = &info->params[i];

        g_string_append_printf(text, "%s=", param->field);
        switch (param->type) {
        case VIR_TYPED_PARAM_STRING:
            g_string_append(text, param->value.s);
            break;
        case VIR_TYPED_PARAM_ULLONG:
            g_string_append_printf(text, "%llul", param->value.ul);
            break;
        case VIR_TYPED_PARAM_BOOLEAN:
            g_string_append(text, param->value.b ? "yes" : "no");
            break;
        default:
            g_string_append_printf(text, "%d", param->value.i);
            break;
        }
        g_string_append_c(text, '\n');
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
expect(unsigned type, const char *answer, const char *lines)
{
    g_autoptr(DiskPlaces) known = places();
    g_autoptr(Json) json = json_loads(answer, JSON_DECODE_ANY, NULL);
    g_auto(GuestInfo) info = {0};
    g_autoptr(GError) error = NULL;
    g_autofree char *found = NULL;

    g_assert_true(guest_info_add(&info, type, json, known, &error));
    found = lines_of(&info);
    g_assert_cmpstr(found, ==, lines);
}

static void
each_type_has_its_names(void)
{
    expect(VIR_DOMAIN_GUEST_INFO_USERS,
           "[{\"user\": \"ann\", \"login-time\": 1700000000.25},"
           " {\"user\": \"bob\", \"domain\": \"D\", \"login-time\": -1}]",
           "user.count=2\nuser.0.name=ann\nuser.0.login-time=1700000000250l\n"
           "user.1.name=bob\nuser.1.domain=D\n");
    expect(VIR_DOMAIN_GUEST_INFO_OS,
           "{\"id\": \"debian\", \"pretty-name\": \"Debian\","
           " \"kernel-release\": \"6.1\", \"more\": \"x\", \"name\": 7}",
           "os.id=debian\nos.pretty-name=Debian\nos.kernel-release=6.1\n");
    expect(VIR_DOMAIN_GUEST_INFO_TIMEZONE,
           "{\"zone\": \"CET\", \"offset\": 3600}",
           "timezone.name=CET\ntimezone.offset=3600\n");
    expect(VIR_DOMAIN_GUEST_INFO_TIMEZONE, "{\"offset\": 9999999999}", "");
    expect(VIR_DOMAIN_GUEST_INFO_HOSTNAME, "{\"host-name\": \"web\"}",
           "hostname=web\n");
    expect(VIR_DOMAIN_GUEST_INFO_FILESYSTEM,
           "[{\"name\": \"sda1\", \"mountpoint\": \"/\", \"type\": \"ext4\","
           " \"total-bytes\": 100, \"used-bytes\": 7, \"disk\":"
           " [{\"serial\": \"SN1\", \"dev\": \"/dev/sda1\"}]}]",
           "fs.count=1\nfs.0.name=sda1\nfs.0.mountpoint=/\nfs.0.fstype=ext4\n"
           "fs.0.total-bytes=100l\nfs.0.used-bytes=7l\nfs.0.disk.count=1\n"
           "fs.0.disk.0.alias=vda\nfs.0.disk.0.serial=SN1\n"
           "fs.0.disk.0.device=/dev/sda1\n");
    expect(VIR_DOMAIN_GUEST_INFO_DISKS,
           "[{\"name\": \"/dev/sda\", \"partition\": false, \"address\":"
           " {\"bus-type\": \"virtio\", \"serial\": \"SN1\"}},"
           " {\"name\": \"/dev/dm-0\", \"partition\": true, \"alias\": \"lv\","
           " \"dependencies\": [\"/dev/sda\"]}]",
           "disk.count=2\ndisk.0.name=/dev/sda\ndisk.0.partition=no\n"
           "disk.0.serial=SN1\ndisk.0.alias=vda\ndisk.0.guest_bus=virtio\n"
           "disk.1.name=/dev/dm-0\ndisk.1.partition=yes\n"
           "disk.1.dependency.count=1\ndisk.1.dependency.0.name=/dev/sda\n"
           "disk.1.guest_alias=lv\n");
    expect(VIR_DOMAIN_GUEST_INFO_INTERFACES,
           "[{\"name\": \"eth0\", \"hardware-address\": \"52:54:00:00:00:01\","
           " \"ip-addresses\": [{\"ip-address\": \"10.0.0.1\","
           " \"ip-address-type\": \"ipv4\", \"prefix\": 8}]}]",
           "if.count=1\nif.0.name=eth0\nif.0.hwaddr=52:54:00:00:00:01\n"
           "if.0.addr.count=1\nif.0.addr.0.type=ipv4\n"
           "if.0.addr.0.addr=10.0.0.1\nif.0.addr.0.prefix=8\n");
}

static void
what_is_another_thing_is_refused(void)
{
    g_autoptr(DiskPlaces) known = places();

    for (unsigned type = 1; type <= VIR_DOMAIN_GUEST_INFO_INTERFACES;
         type <<= 1) {
        g_autoptr(Json) text = json_string("no");
        g_auto(GuestInfo) info = {0};
        g_autoptr(GError) error = NULL;

        g_assert_nonnull(guest_info_command(type));
        g_assert_false(guest_info_add(&info, type, text, known, &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_AGENT_UNRESPONSIVE);
    }
    g_assert_null(guest_info_command(1 << 7));
}

/* A guest may make up as many users as it likes. */
static void
too_much_is_refused(void)
{
    g_autoptr(DiskPlaces) known = places();
    g_autoptr(Json) users = json_array();
    g_auto(GuestInfo) info = {0};
    g_autoptr(GError) error = NULL;

    for (int i = 0; i < 3000; i++)
        json_array_append_new(users, json_pack("{s:s}", "user", "u"));
    g_assert_false(guest_info_add(&info, VIR_DOMAIN_GUEST_INFO_USERS, users,
                                  known, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_AGENT_UNRESPONSIVE);
    g_assert_cmpint(info.nparams, <=, 2048);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/agent/guest_info/each_type_has_its_names",
                    each_type_has_its_names);
    g_test_add_func("/agent/guest_info/what_is_another_thing_is_refused",
                    what_is_another_thing_is_refused);
    g_test_add_func("/agent/guest_info/too_much_is_refused",
                    too_much_is_refused);
    return g_test_run();
}
