/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who may make which call: the one table of permissions.
 *
 * Every public call has a rule: the permissions that it needs, by libvirt's
 * names ("domain:read", "domain:block-write"), and those that some of its flags
 * need besides.  A read-only connection is one that has the permissions of
 * readers and no others; who refuses by identity uses the same rules.
 *
 * What needs no permission works on handles, parameters and errors that the
 * program has already.
 */
#pragma once

#include <stddef.h>

typedef enum {
    ACCESS_FREE = 0,
    ACCESS_CONNECT_GETATTR = 1 << 0,
    ACCESS_CONNECT_READ = 1 << 1,
    ACCESS_CONNECT_SEARCH_DOMAINS = 1 << 2,
    ACCESS_DOMAIN_GETATTR = 1 << 3,
    ACCESS_DOMAIN_READ = 1 << 4,
    ACCESS_DOMAIN_READ_SECURE = 1 << 5,
    ACCESS_DOMAIN_WRITE = 1 << 6,
    ACCESS_DOMAIN_SAVE = 1 << 7,
    ACCESS_DOMAIN_DELETE = 1 << 8,
    ACCESS_DOMAIN_START = 1 << 9,
    ACCESS_DOMAIN_STOP = 1 << 10,
    ACCESS_DOMAIN_RESET = 1 << 11,
    ACCESS_DOMAIN_SUSPEND = 1 << 12,
    ACCESS_DOMAIN_INIT_CONTROL = 1 << 13,
    ACCESS_DOMAIN_FS_FREEZE = 1 << 14,
    ACCESS_DOMAIN_BLOCK_READ = 1 << 15,
    ACCESS_DOMAIN_BLOCK_WRITE = 1 << 16,
    ACCESS_DOMAIN_SNAPSHOT = 1 << 17,
    ACCESS_DOMAIN_CHECKPOINT = 1 << 18,
    ACCESS_DOMAIN_HIBERNATE = 1 << 19,
    ACCESS_DOMAIN_CORE_DUMP = 1 << 20,
    ACCESS_DOMAIN_MIGRATE = 1 << 21,
    /* Not libvirt's: what is as good as root's own power, one each. */
    ACCESS_DOMAIN_MONITOR = 1 << 22,  /* QEMU's monitor, passed through */
    ACCESS_DOMAIN_AGENT = 1 << 23,    /* the guest's agent, the same */
    ACCESS_DOMAIN_EMULATOR = 1 << 24, /* arguments of the emulator */
    ACCESS_DOMAIN_DEVICES = 1 << 25,  /* block devices of the host */
    ACCESS_CONNECT_WRITE = 1 << 26,   /* libvirt's: work on the host */
    /* And what is asked of the guest. */
    ACCESS_DOMAIN_FS_TRIM = 1 << 27,
    ACCESS_DOMAIN_SET_TIME = 1 << 28,
    ACCESS_DOMAIN_SET_PASSWORD = 1 << 29,
    ACCESS_LAST = 1 << 30, /* none: the end of the list */

    ACCESS_LIKE_ROOT = ACCESS_DOMAIN_MONITOR | ACCESS_DOMAIN_AGENT |
                       ACCESS_DOMAIN_EMULATOR | ACCESS_DOMAIN_DEVICES,

    ACCESS_OF_READERS = ACCESS_CONNECT_GETATTR | ACCESS_CONNECT_READ |
                        ACCESS_CONNECT_SEARCH_DOMAINS | ACCESS_DOMAIN_GETATTR |
                        ACCESS_DOMAIN_READ,
} Access;

typedef struct {
    const char *function; /* "virDomainReset" */
    unsigned needs;       /* of Access: all of them */
    unsigned flags;       /* with one of these flags of the call ... */
    unsigned flags_need;  /* ... all of these besides */
    unsigned others;      /* and with one of these ... */
    unsigned others_need; /* ... all of these, too */
} AccessRule;

/** access_rule: NULL if there is no such call. */
const AccessRule *access_rule(const char *function);

/** access_rules: all of them, by name. */
const AccessRule *access_rules(size_t *ret_count);

/** access_needs: the permissions for a call with @flags. */
unsigned access_needs(const AccessRule *rule, unsigned flags);

/** access_name: of one permission, "domain:read". */
const char *access_name(unsigned permission);
