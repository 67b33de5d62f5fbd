/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a client's certificates lie: libvirt's places, so that who has them for
 * virsh needs no others. */
#pragma once

#include <glib.h>

typedef struct {
    char *ca;   /* also if it is not there: then that is what is said */
    char *crl;  /* nullable: nothing is revoked */
    char *cert; /* nullable, with @key: we show none */
    char *key;
} RemotePki;

/** remote_pki_find: all in @folder (?pkipath=, nullable); else what is there of
 * @home/.pki/libvirt (nullable: of no user's), else below @system ("/etc/pki"). */
RemotePki *remote_pki_find(const char *folder, const char *home,
                           const char *system);
void remote_pki_free(RemotePki *pki);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RemotePki, remote_pki_free)
