/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "save_steps.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { POLL_US = 1000, SECTOR = 512 };

/* add dword [0x8000], 1; adc dword [0x8004], 0; jmp back: 64 bits, which do not
 * come round. */
Machine *
counting_machine(void)
{
    static const char code[SECTOR] = "\x66\x83\x06\x00\x80\x01"
                                     "\x66\x83\x16\x04\x80\x00"
                                     "\xeb\xf2";
    char sector[SECTOR];

    memcpy(sector, code, sizeof(sector));
    sector[SECTOR - 2] = 0x55;
    sector[SECTOR - 1] = (char)0xaa;
    return machine_new_with("web", 1, DISK_SIZE, NULL, sector, SECTOR);
}

guint64
count_of(virDomainPtr domain)
{
    char *reply = NULL;
    const char *value = NULL;
    guint64 number = 0;

    require(virDomainQemuMonitorCommand(domain, "xp /1gx 0x8000", &reply,
                                        VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP) ==
            0);
    value = strstr(reply, " 0x");
    g_assert_nonnull(value);
    number = g_ascii_strtoull(value + 1, NULL, 16);
    free(reply);
    return number;
}

guint64
counter(Machine *machine)
{
    return count_of(machine->domain);
}

void
let_it_count(Machine *machine)
{
    while (counter(machine) == 0)
        g_usleep(POLL_US);
}

void
set_bandwidth(Machine *machine, gint64 bandwidth)
{
    g_autofree char *order =
        g_strdup_printf("{\"execute\": \"migrate-set-parameters\", "
                        "\"arguments\": {\"max-bandwidth\": "
                        "%" G_GINT64_FORMAT "}}\r\n",
                        bandwidth);
    int watch = machine_watch(machine);

    g_assert_cmpint(write(watch, order, strlen(order)), ==,
                    (gssize)strlen(order));
    g_free(machine_watch_text(watch));
    close(watch);
}
