/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What strandlined.conf says, checked: strandlined(8).
 *
 * Keys that libvirtd.conf has too mean the same here.  A key that is unknown is
 * refused, since a limit that is written wrong is no limit.
 */
#pragma once

#include "daemon/access/login.h"
#include "daemon/server.h"

/* How TLS is done; paths are NULL for what there is not. */
typedef struct {
    char *ca_file;
    char *crl_file;
    char *cert_file;
    char *key_file;
    char *priority;
    GStrv allowed_names; /* NULL: everybody with a certificate of the CA */
    unsigned no_verify;
    unsigned no_sanity;
} TlsSettings;

typedef struct {
    char *unix_sock_dir;
    char *unix_sock_group;    /* NULL: the daemon's */
    unsigned libvirt_sockets; /* also by virtqemud's names, in the next */
    char *libvirt_sock_dir;
    unsigned unix_sock_rw_perms;
    unsigned unix_sock_ro_perms;
    LoginKind auth[CLIENT_ORIGINS]; /* of who comes in there */
    GStrv sasl_allowed;             /* names; NULL: all */
    unsigned listen_tls;            /* these two with --listen alone */
    unsigned listen_tcp;
    char *listen_addr; /* NULL: all */
    char *tls_port;    /* a number or a service's name */
    char *tcp_port;
    TlsSettings tls;
    char *state_root;
    GStrv networks;      /* "NAME:BRIDGE"; NULL: none */
    char *migration_uri; /* NULL: our Unix socket */
    char *user;          /* QEMU's; NULL: the daemon's own */
    char *group;         /* NULL: the user's */
    bool asks_polkit;    /* the driver "polkit" */
    /* What clients who are not root may name (base/caller.h); NULL: nothing. */
    GStrv image_dirs;
    GStrv backup_dirs;         /* for what is written of machines */
    char *backup_certificates; /* NULL: libvirt's places */
    unsigned nbd_plain_tcp; /* 1: pull backups in the clear over the network */
    char *access_policy;    /* NULL: no driver "file" */
    ServerLimits limits;
} Settings;

/** settings_new: the defaults, which are those of root's daemon or of a user's
 * own. */
Settings *settings_new(void);
void settings_free(Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Settings, settings_free)

/** settings_parse: the defaults, and what @text changes; messages say
 * @name:LINE.  VIR_ERR_CONF_SYNTAX. */
Settings *settings_parse(const char *name, const char *text, GError **error);
/** settings_load: of the file @path; VIR_ERR_SYSTEM_ERROR if it cannot be
 * read. */
Settings *settings_load(const char *path, GError **error);
