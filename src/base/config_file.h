/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The syntax of strandlined.conf, which is that of libvirtd.conf and of
 * libvirt.conf:
 *
 *     key = 20
 *     key = "text"            or 'text'
 *     key = ["one", "two"]    over as many lines as wanted
 *     # a comment
 *
 * What the keys mean is for daemon/settings.h and api/uri/client_conf.h.
 */
#pragma once

#include <glib.h>

typedef enum {
    CONFIG_NUMBER,
    CONFIG_TEXT,
    CONFIG_LIST,
} ConfigType;

typedef struct {
    char *key;
    int line; /* from 1 */
    ConfigType type;
    gint64 number;
    char *text;
    GStrv list;
} ConfigEntry;

void config_entry_free(ConfigEntry *entry);

/** config_file_parse: the entries of @text in their order; messages name
 * @name and the line.  VIR_ERR_CONF_SYNTAX, also for a key that comes twice. */
GPtrArray *config_file_parse(const char *name, const char *text,
                             GError **error);

/** config_type_name: "a number". */
const char *config_type_name(ConfigType type);
