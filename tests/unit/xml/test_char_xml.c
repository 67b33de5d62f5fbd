/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* <serial>, <console>, <channel>: which of them are devices, and which paths
 * belong to a definition. */
#include "domain_sample.h"

#include "base/error.h"
#include "model/domain_devices.h"
#include "xml/domain_xml.h"

#include <string.h>

#define AGENT               \
    "<channel type='unix'>" \
    "<target type='virtio' name='org.qemu.guest_agent.0'/></channel>"

static void
console_alone_makes_the_serial(void)
{
    g_autoptr(DomainDef) def =
        domain_with_devices("<console type='file'><source path='/c'/>"
                            "</console>");
    const DomainChar *serial = def->devices->serials->pdata[0];

    g_assert_cmpuint(def->devices->serials->len, ==, 1);
    g_assert_cmpuint(def->devices->consoles->len, ==, 0);
    g_assert_cmpint(serial->type, ==, CHAR_FILE);
    g_assert_cmpstr(serial->path, ==, "/c");
}

/* Even when the console stands first in the document. */
static void
console_beside_a_serial_is_its_view(void)
{
    g_autoptr(DomainDef) def =
        domain_with_devices("<console type='pty'/>"
                            "<serial type='file'><source path='/s'/></serial>");
    const DomainChar *serial = def->devices->serials->pdata[0];

    g_assert_cmpuint(def->devices->serials->len, ==, 1);
    g_assert_cmpstr(serial->path, ==, "/s");
}

static void
serial_ports_are_numbered_without_gaps(void)
{
    g_autoptr(DomainDef) def =
        domain_with_devices("<serial type='null'><target port='1'/></serial>"
                            "<serial type='null'/><serial type='null'/>");
    DomainChar **serials = (DomainChar **)def->devices->serials->pdata;

    g_assert_cmpuint(serials[0]->port, ==, 1);
    g_assert_cmpuint(serials[1]->port, ==, 0);
    g_assert_cmpuint(serials[2]->port, ==, 2);
}

static void
agent_socket_may_be_left_to_us(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(AGENT);
    const DomainChar *channel = def->devices->channels->pdata[0];

    g_assert_cmpstr(channel->name, ==, "org.qemu.guest_agent.0");
    g_assert_true(channel->is_server);
    g_assert_null(channel->path);
    g_assert_nonnull(domain_devices_find_controller(
        def->devices, CONTROLLER_VIRTIO_SERIAL, 0));
}

/* The socket is shown while the machine runs, survives a copy and a status
 * file, and never becomes part of the definition. */
static void
chosen_socket_stays_out_of_the_definition(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(AGENT);
    DomainChar *channel = def->devices->channels->pdata[0];
    g_autoptr(DomainDef) copy = NULL;
    g_autofree char *live = NULL;
    g_autofree char *inactive = NULL;

    def->id = 3;
    channel->live_path = g_strdup("/run/x/agent.sock");
    copy = domain_def_copy(def);
    channel = copy->devices->channels->pdata[0];
    g_assert_cmpstr(channel->live_path, ==, "/run/x/agent.sock");
    g_assert_null(channel->path);

    live = domain_xml_format(copy, 0);
    g_assert_nonnull(strstr(live, "path='/run/x/agent.sock'"));
    g_assert_null(strstr(live, "generated"));
    inactive = domain_xml_format(copy, DOMAIN_FORMAT_INACTIVE);
    g_assert_null(strstr(inactive, "agent.sock"));
}

static void
chosen_socket_of_a_live_dump_is_not_taken_over(void)
{
    g_autoptr(DomainDef) def = domain_with_devices(AGENT);
    DomainChar *channel = def->devices->channels->pdata[0];
    g_autofree char *live = NULL;
    g_autoptr(DomainDef) again = NULL;

    def->id = 3;
    channel->live_path = g_strdup("/run/x/agent.sock");
    live = domain_xml_format(def, 0);
    again = domain_xml_parse(live, NULL);
    g_assert_nonnull(again);
    channel = again->devices->channels->pdata[0];
    g_assert_null(channel->path);
    g_assert_null(channel->live_path);
}

static void
pty_is_known_only_while_it_is_open(void)
{
    g_autoptr(DomainDef) def = domain_with_devices("<serial type='pty'/>");
    DomainChar *serial = def->devices->serials->pdata[0];
    g_autoptr(DomainDef) copy = NULL;
    g_autofree char *live = NULL;

    def->id = 1;
    serial->live_path = g_strdup("/dev/pts/9");
    copy = domain_def_copy(def);
    live = domain_xml_format(copy, 0);
    g_assert_nonnull(strstr(live, "<source path='/dev/pts/9'/>"));
    g_assert_nonnull(strstr(live, "tty='/dev/pts/9'"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/char_xml/console_alone_makes_the_serial",
                    console_alone_makes_the_serial);
    g_test_add_func("/xml/char_xml/console_beside_a_serial_is_its_view",
                    console_beside_a_serial_is_its_view);
    g_test_add_func("/xml/char_xml/serial_ports_are_numbered_without_gaps",
                    serial_ports_are_numbered_without_gaps);
    g_test_add_func("/xml/char_xml/agent_socket_may_be_left_to_us",
                    agent_socket_may_be_left_to_us);
    g_test_add_func("/xml/char_xml/chosen_socket_stays_out_of_the_definition",
                    chosen_socket_stays_out_of_the_definition);
    g_test_add_func("/xml/char_xml/chosen_socket_of_a_live_dump_is_not_taken",
                    chosen_socket_of_a_live_dump_is_not_taken_over);
    g_test_add_func("/xml/char_xml/pty_is_known_only_while_it_is_open",
                    pty_is_known_only_while_it_is_open);
    return g_test_run();
}
