/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/node_names.h"

#include <glib.h>

char *
node_top(const char *target)
{
    return g_strdup_printf("sl-%s", target);
}

char *
node_format(const char *target)
{
    return g_strdup_printf("sl-%s-fmt", target);
}

char *
node_protocol(const char *target)
{
    return g_strdup_printf("sl-%s-file", target);
}

char *
node_backing_format(const char *target, unsigned depth)
{
    return g_strdup_printf("sl-%s-b%u-fmt", target, depth);
}

char *
node_backing_protocol(const char *target, unsigned depth)
{
    return g_strdup_printf("sl-%s-b%u-file", target, depth);
}

char *
node_job(int job, const char *target, const char *part)
{
    return g_strdup_printf("sl-j%d-%s-%s", job, target, part);
}
