/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "public_calls.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* Where the calls put their answers; emptied after each. */
static struct {
    guint64 bytes[128];
    virError error;
    virTypedParameterPtr params;
    int n_params;
    char *text;
    virDomainStatsRecordPtr *records;
    char **texts;
    virSecurityLabel label; /* 4 KiB: more than bytes */
    virSecurityModel model;
} room;

/* What calls with a list of wishes cannot do without. */
static virTypedParameter file_wish[] G_GNUC_UNUSED = {
    {"file", VIR_TYPED_PARAM_STRING, {.s = (char *)"/saved"}}};

static void
room_empty(void)
{
    if (room.params)
        virTypedParamsFree(room.params, room.n_params);
    virDomainStatsRecordListFree(room.records);
    free(room.text);
    for (char **text = room.texts; text && *text; text++)
        free(*text);
    free(room.texts);
    virResetError(&room.error);
    memset(&room, 0, sizeof(room));
}

static void
on_event(virConnectPtr conn, virDomainPtr domain, void *opaque)
{
    (void)conn;
    (void)domain;
    (void)opaque;
}

static int
on_lifecycle(virConnectPtr conn, virDomainPtr domain, int event, int detail,
             void *opaque)
{
    (void)event;
    (void)detail;
    on_event(conn, domain, opaque);
    return 0;
}

static void
on_close(virConnectPtr conn, int reason, void *opaque)
{
    (void)reason;
    on_event(conn, NULL, opaque);
}

/* ---- results of any type as "did it succeed", given back at once.  What is
 * freed must not take the error of a failure with it: the tests look at it. */

static bool
gave_nothing(void)
{
    room_empty();
    return false; /* nobody can tell */
}

static bool
gave_count(int result)
{
    room_empty();
    return result >= 0;
}

static bool
gave_number(unsigned long result)
{
    room_empty();
    return result != 0;
}

static bool
gave_pointer(const void *result)
{
    room_empty();
    return result != NULL;
}

static bool
gave_text(char *result)
{
    free(result);
    return gave_pointer(result);
}

static bool
gave_error(virErrorPtr result)
{
    virFreeError(result);
    return gave_pointer(result);
}

#define DEFINE_GAVE(what, type, give_back) \
    static bool gave_##what(type result)   \
    {                                      \
        if (result)                        \
            (void)give_back(result);       \
        return gave_pointer(result);       \
    }
DEFINE_GAVE(domain, virDomainPtr, virDomainFree)
DEFINE_GAVE(checkpoint, virDomainCheckpointPtr, virDomainCheckpointFree)
DEFINE_GAVE(snapshot, virDomainSnapshotPtr, virDomainSnapshotFree)
DEFINE_GAVE(job, virDomainJobPtr, virDomainJobFree)

#include "public_calls_table.h"

const PublicCall *
public_calls(size_t *ret_count)
{
    *ret_count = G_N_ELEMENTS(rows);
    return rows;
}

bool
public_call_counts_references(const PublicCall *call)
{
    static const char *const endings[] = {"Free", "Ref", "Close"};

    for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
        if (g_str_has_suffix(call->name, endings[i]))
            return true;
    }
    return false;
}

bool
public_call_documents(const PublicCall *call, int code)
{
    for (const int *one = call->errors; *one; one++) {
        if (*one == code)
            return true;
    }
    return false;
}

int
handle_kind_code(HandleKind kind)
{
    static const int codes[] = {
        [HANDLE_NONE] = VIR_ERR_INVALID_ARG,
        [HANDLE_CONN] = VIR_ERR_INVALID_CONN,
        [HANDLE_DOMAIN] = VIR_ERR_INVALID_DOMAIN,
        [HANDLE_CHECKPOINT] = VIR_ERR_INVALID_DOMAIN_CHECKPOINT,
        [HANDLE_SNAPSHOT] = VIR_ERR_INVALID_DOMAIN_SNAPSHOT,
        [HANDLE_JOB] = VIR_ERR_INVALID_ARG,
    };

    return codes[kind];
}
