/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/node_names.h"

#include "model/domain.h"

char *
node_top(const char *target)
{
    return g_strdup_printf("sl-%s", target);
}

char *
node_layer(const char *target, unsigned number)
{
    return number == 0 ? g_strdup_printf("sl-%s-fmt", target)
                       : g_strdup_printf("sl-%s-b%u-fmt", target, number);
}

char *
node_layer_protocol(const char *target, unsigned number)
{
    return number == 0 ? g_strdup_printf("sl-%s-file", target)
                       : g_strdup_printf("sl-%s-b%u-file", target, number);
}

char *
node_format(const DiskDef *disk)
{
    return node_layer(disk->target, disk->node);
}

char *
node_format_of(const DomainDef *domain, const char *target)
{
    const DiskDef *disk = domain_def_find_disk(domain, target);

    return node_layer(target, disk ? disk->node : 0);
}

char *
node_job(int job, const char *target, const char *part)
{
    return g_strdup_printf("sl-j%d-%s-%s", job, target, part);
}
