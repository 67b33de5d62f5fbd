/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* For shell tests: a process that prints "ready", and then each event.
 *
 * usage: event_listener URI      (until it is ended) */
#include "event_ear.h"

#include <stdio.h>
#include <stdlib.h>

static void
print(const char *line, void *opaque)
{
    (void)opaque;
    puts(line);
    (void)fflush(stdout);
}

int
main(int argc, char **argv)
{
    virConnectPtr conn = NULL;

    if (argc != 2 || virEventRegisterDefaultImpl() < 0)
        return EXIT_FAILURE;
    conn = virConnectOpen(argv[1]);
    if (!conn)
        return EXIT_FAILURE;
    ear_open(conn, print, NULL);
    print("ready", NULL);
    while (virEventRunDefaultImpl() == 0)
        continue;
    return EXIT_FAILURE;
}
