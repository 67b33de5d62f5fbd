/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the commands on snapshots share, and those that have a file of their
 * own: making snapshots, listing them, editing them. */
#pragma once

#include "cli/command.h"

#include <libvirt/libvirt-domain-snapshot.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainSnapshot, virDomainSnapshotFree)

/** snapshot_find: (transfer full): the one of @domain that --snapshotname names,
 * or with --current the current one; NULL after reporting, with *@ret_result
 * set (nothing said which is RESULT_USAGE). */
virDomainSnapshotPtr snapshot_find(const Tool *tool, virDomainPtr domain,
                                   const Options *options,
                                   CommandResult *ret_result);

#define OPTION_SNAPSHOT                                         \
    {                                                           \
        .name = "snapshotname", .help = "name of the snapshot", \
        .kind = OPTION_STRING, .value = VALUE_SNAPSHOT          \
    }
#define OPTION_CURRENT                                        \
    {                                                         \
        .name = "current", .help = "the one that is current", \
        .kind = OPTION_FLAG                                   \
    }
/* For Command.apart where there are both. */
extern const char *const snapshot_apart[];

extern const OptionDef snapshot_create_options[];
extern const char *const snapshot_create_needs[];
CommandResult cmd_snapshot_create(Tool *tool, const Options *options);

extern const OptionDef snapshot_create_as_options[];
CommandResult cmd_snapshot_create_as(Tool *tool, const Options *options);

extern const OptionDef snapshot_list_options[];
extern const char *const snapshot_list_apart[];
CommandResult cmd_snapshot_list(Tool *tool, const Options *options);

extern const OptionDef snapshot_edit_options[];
extern const char *const snapshot_edit_apart[];
CommandResult cmd_snapshot_edit(Tool *tool, const Options *options);
