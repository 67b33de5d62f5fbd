/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Interfaces, input, VNC, video, rng and balloon. */
#include "domain_sample.h"

#include "base/error.h"
#include "model/domain_devices.h"
#include "xml/domain_xml.h"

#include <string.h>

static void
mac_is_kept_in_lower_case(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<interface type='user'><mac address='52:54:0:AB:cd:9'/></interface>");
    const DomainInterface *nic = def->devices->interfaces->pdata[0];

    g_assert_cmpstr(nic->mac, ==, "52:54:00:ab:cd:09");
}

static void
missing_macs_are_made_and_differ(void)
{
    g_autoptr(DomainDef) def =
        domain_with_devices("<interface type='user'/><interface type='user'/>");
    const DomainInterface *one = def->devices->interfaces->pdata[0];
    const DomainInterface *two = def->devices->interfaces->pdata[1];

    g_assert_true(g_str_has_prefix(one->mac, "52:54:00:"));
    g_assert_cmpuint(strlen(one->mac), ==, 17);
    g_assert_cmpstr(one->mac, !=, two->mac);
}

static void
bridge_and_tap_are_read(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<interface type='bridge'><source bridge='br0'/>"
        "<target dev='vnet7'/><model type='virtio'/></interface>"
        "<interface type='ethernet'><target dev='tap0' managed='no'/>"
        "<link state='down'/></interface>");
    const DomainInterface *bridge = def->devices->interfaces->pdata[0];
    const DomainInterface *tap = def->devices->interfaces->pdata[1];

    g_assert_cmpint(bridge->type, ==, INTERFACE_BRIDGE);
    g_assert_cmpstr(bridge->bridge, ==, "br0");
    g_assert_null(bridge->target); /* libvirt's of a former run */
    g_assert_cmpstr(tap->target, ==, "tap0");
    g_assert_false(tap->is_managed);
    g_assert_cmpint(tap->link, ==, SWITCH_OFF);
}

/* Whose bridge it is while it runs is not of its definition. */
static void
a_network_is_kept_by_its_name(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<interface type='network'>"
        "<source network='default' portid='1234' bridge='virbr0'/>"
        "<target dev='vnet7'/></interface>");
    const DomainInterface *nic = def->devices->interfaces->pdata[0];
    g_autofree char *live = domain_xml_format(def, 0);
    g_autofree char *inactive = domain_xml_format(def, DOMAIN_FORMAT_INACTIVE);

    g_assert_cmpint(nic->type, ==, INTERFACE_NETWORK);
    g_assert_cmpstr(nic->network, ==, "default");
    g_assert_nonnull(
        strstr(live, "<source network='default' bridge='virbr0'/>"));
    g_assert_nonnull(strstr(inactive, "<source network='default'/>"));
}

static void
password_is_written_only_when_asked_for(void)
{
    g_autoptr(DomainDef) def =
        domain_with_devices("<graphics type='vnc' passwd='psst&amp;x'/>");
    g_autofree char *plain = domain_xml_format(def, 0);
    g_autofree char *inactive = domain_xml_format(def, DOMAIN_FORMAT_INACTIVE);
    g_autofree char *secure = domain_xml_format(def, DOMAIN_FORMAT_SECURE);
    g_autoptr(DomainDef) copy = domain_def_copy(def);
    const DomainGraphics *graphics = copy->devices->graphics->pdata[0];

    g_assert_null(strstr(plain, "psst"));
    g_assert_null(strstr(inactive, "psst"));
    g_assert_nonnull(strstr(secure, "passwd='psst&amp;x'"));
    g_assert_cmpstr(graphics->password, ==, "psst&x");
}

static void
chosen_port_is_shown_while_it_is_open(void)
{
    g_autoptr(DomainDef) def =
        domain_with_devices("<graphics type='vnc' autoport='yes'/>");
    DomainGraphics *graphics = def->devices->graphics->pdata[0];
    g_autoptr(DomainDef) copy = NULL;
    g_autofree char *live = NULL;
    g_autofree char *inactive = NULL;

    g_assert_true(graphics->is_autoport);
    g_assert_cmpint(graphics->port, ==, -1);
    def->id = 1;
    graphics->live_port = 5903;
    copy = domain_def_copy(def);
    live = domain_xml_format(copy, 0);
    inactive = domain_xml_format(copy, DOMAIN_FORMAT_INACTIVE);
    g_assert_nonnull(strstr(live, "port='5903' autoport='yes'"));
    g_assert_nonnull(strstr(inactive, "port='-1' autoport='yes'"));
}

/* dumpxml of a running domain, defined again */
static void
port_of_a_live_dump_is_not_taken_over(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<graphics type='vnc' port='5901' autoport='yes'/>");
    const DomainGraphics *graphics = def->devices->graphics->pdata[0];

    g_assert_true(graphics->is_autoport);
    g_assert_cmpint(graphics->port, ==, -1);
    g_assert_cmpint(graphics->live_port, ==, 0);
}

static void
graphics_without_video_get_a_card(void)
{
    g_autoptr(DomainDef) def = domain_with_devices("<graphics type='vnc'/>");
    g_autoptr(DomainDef) none = domain_with_devices("");
    const DomainVideo *video = def->devices->videos->pdata[0];

    g_assert_cmpstr(video->model, ==, "vga");
    g_assert_cmpuint(none->devices->videos->len, ==, 0);
}

static void
rng_rate_and_balloon_settings_are_read(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(
        "<rng model='virtio'><rate bytes='77'/>"
        "<backend model='random'>/dev/random</backend></rng>"
        "<memballoon model='virtio' autodeflate='on'><stats period='5'/>"
        "</memballoon>");
    const DomainRng *rng = def->devices->rngs->pdata[0];
    const DomainBalloon *balloon = &def->devices->balloon;

    g_assert_cmpstr(rng->path, ==, "/dev/random");
    g_assert_cmpuint(rng->rate_bytes, ==, 77);
    g_assert_cmpuint(rng->rate_period_ms, ==, 1000);
    g_assert_true(balloon->is_present);
    g_assert_cmpint(balloon->autodeflate, ==, SWITCH_ON);
    g_assert_cmpuint(balloon->stats_period, ==, 5);
}

static void
input_knows_its_usual_bus(void)
{
    g_autoptr(DomainDef) def =
        domain_with_devices("<input type='tablet'/><input type='keyboard'/>");
    DomainInput **inputs = (DomainInput **)def->devices->inputs->pdata;

    g_assert_cmpuint(def->devices->inputs->len, ==, 3); /* and a mouse */
    g_assert_cmpint(inputs[0]->bus, ==, INPUT_BUS_USB);
    g_assert_cmpint(inputs[1]->bus, ==, INPUT_BUS_PS2);
    g_assert_cmpint(inputs[2]->type, ==, INPUT_MOUSE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/device_xml/mac_is_kept_in_lower_case",
                    mac_is_kept_in_lower_case);
    g_test_add_func("/xml/device_xml/missing_macs_are_made_and_differ",
                    missing_macs_are_made_and_differ);
    g_test_add_func("/xml/device_xml/bridge_and_tap_are_read",
                    bridge_and_tap_are_read);
    g_test_add_func("/xml/device_xml/a_network_is_kept_by_its_name",
                    a_network_is_kept_by_its_name);
    g_test_add_func("/xml/device_xml/password_is_written_only_when_asked_for",
                    password_is_written_only_when_asked_for);
    g_test_add_func("/xml/device_xml/chosen_port_is_shown_while_it_is_open",
                    chosen_port_is_shown_while_it_is_open);
    g_test_add_func("/xml/device_xml/port_of_a_live_dump_is_not_taken_over",
                    port_of_a_live_dump_is_not_taken_over);
    g_test_add_func("/xml/device_xml/graphics_without_video_get_a_card",
                    graphics_without_video_get_a_card);
    g_test_add_func("/xml/device_xml/rng_rate_and_balloon_settings_are_read",
                    rng_rate_and_balloon_settings_are_read);
    g_test_add_func("/xml/device_xml/input_knows_its_usual_bus",
                    input_knows_its_usual_bus);
    return g_test_run();
}
