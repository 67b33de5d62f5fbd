/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the state folder holds of one domain, read and written.
 *
 * A domain exists when it has a definition (config.xml) or runs (status.xml
 * with a live definition).  A folder with neither is what a definition or an
 * undefinition that died left behind; it counts as absent, and is emptied
 * before its UUID is used again.
 */
#pragma once

#include "qemu/domain.h"

/** domain_record_load: *@ret_absent (and NULL without @error) when @uuid has no
 * folder, or one that counts as absent. */
QemuDomain *domain_record_load(QemuSession *session, const unsigned char *uuid,
                               bool *ret_absent, GError **error);
/** domain_record_new: a domain that is to be defined. */
QemuDomain *domain_record_new(QemuSession *session, const unsigned char *uuid);
void domain_record_free(QemuDomain *vm);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(QemuDomain, domain_record_free)

/** domain_record_open/domain_record_close: @vm->folder, for a call. */
bool domain_record_open(QemuDomain *vm, GError **error);
void domain_record_close(QemuDomain *vm);

/** domain_record_define: @config, which somebody asked for, becomes the
 * definition once it is on disk; taken over then.  Other connections tell it
 * as an update even if it says what the former one said. */
bool domain_record_define(QemuDomain *vm, DomainDef *config, GError **error);
/** domain_record_save_config: the same for what follows from a job or snapshot:
 * if nothing follows, nothing is written and nobody is told. */
bool domain_record_save_config(QemuDomain *vm, DomainDef *config,
                               GError **error);

/** domain_record_remove_config: what runs is transient then. */
bool domain_record_remove_config(QemuDomain *vm, GError **error);
bool domain_record_set_autostart(QemuDomain *vm, bool is_autostart,
                                 GError **error);

/** domain_record_set_busy: the mark that a call is writing.  It need not
 * outlive a crash of the host: QEMU does not either, and a QEMU that is found
 * dead has everything looked at. */
bool domain_record_set_busy(QemuDomain *vm, GError **error);
void domain_record_clear_busy(QemuDomain *vm);
bool domain_record_is_busy(const QemuDomain *vm);
