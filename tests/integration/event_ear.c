/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "event_ear.h"

#include <string.h>

/* Only a hang reaches it. */
enum { PATIENCE_MS = 60 * 1000 };

typedef struct {
    EarLine on_line;
    void *opaque;
} Ear;

static void say(void *opaque, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
say(void *opaque, const char *format, ...)
{
    const Ear *ear = opaque;
    g_autofree char *line = NULL;
    va_list args;

    va_start(args, format);
    line = g_strdup_vprintf(format, args);
    va_end(args);
    ear->on_line(line, ear->opaque);
}

static const char *
last_part(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    return slash ? slash + 1 : path ? path : "-";
}

static void
on_lifecycle(virConnectPtr conn, virDomainPtr domain, int event, int detail,
             void *opaque)
{
    (void)conn;
    (void)domain;
    say(opaque, "lifecycle %d %d", event, detail);
}

static void
on_reboot(virConnectPtr conn, virDomainPtr domain, void *opaque)
{
    (void)conn;
    (void)domain;
    say(opaque, "reboot");
}

static void
on_io_error(virConnectPtr conn, virDomainPtr domain, const char *path,
            const char *alias, int action, void *opaque)
{
    (void)conn;
    (void)domain;
    say(opaque, "io-error %s %s %d", last_part(path), alias, action);
}

static void /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
on_io_error_reason(virConnectPtr conn, virDomainPtr domain, const char *path,
                   const char *alias, int action, const char *reason,
                   void *opaque)
{
    (void)conn;
    (void)domain;
    say(opaque, "io-error-reason %s %s %d %s", last_part(path), alias, action,
        reason);
}

static void
on_block_job(virConnectPtr conn, virDomainPtr domain, const char *path,
             int type, int status, void *opaque)
{
    (void)conn;
    (void)domain;
    say(opaque, "block-job %s %d %d", last_part(path), type, status);
}

static void
on_block_job_2(virConnectPtr conn, virDomainPtr domain, const char *disk,
               int type, int status, void *opaque)
{
    (void)conn;
    (void)domain;
    say(opaque, "block-job-2 %s %d %d", disk, type, status);
}

static void
on_agent(virConnectPtr conn, virDomainPtr domain, int state, int reason,
         void *opaque)
{
    (void)conn;
    (void)domain;
    say(opaque, "agent %d %d", state, reason);
}

static void /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
on_threshold(virConnectPtr conn, virDomainPtr domain, const char *device,
             const char *path, unsigned long long threshold,
             unsigned long long excess, void *opaque)
{
    (void)conn;
    (void)domain;
    say(opaque, "threshold %s %s %llu %s", device, last_part(path), threshold,
        excess > 0 ? "passed" : "met");
}

static void
on_metadata(virConnectPtr conn, virDomainPtr domain, int type, const char *uri,
            void *opaque)
{
    (void)conn;
    (void)domain;
    say(opaque, "metadata %d %s", type, uri ? uri : "-");
}

static void
on_job(virConnectPtr conn, virDomainPtr domain, virTypedParameterPtr params,
       int n_params, void *opaque)
{
    int success = -1;

    (void)conn;
    (void)domain;
    (void)virTypedParamsGetBoolean(params, n_params, VIR_DOMAIN_JOB_SUCCESS,
                                   &success);
    say(opaque, "job %d", success);
}

void
ear_open(virConnectPtr conn, EarLine on_line, void *opaque)
{
    const struct {
        int id;
        virConnectDomainEventGenericCallback call;
    } kinds[] = {
        {VIR_DOMAIN_EVENT_ID_LIFECYCLE,
         VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle)},
        {VIR_DOMAIN_EVENT_ID_REBOOT, VIR_DOMAIN_EVENT_CALLBACK(on_reboot)},
        {VIR_DOMAIN_EVENT_ID_IO_ERROR, VIR_DOMAIN_EVENT_CALLBACK(on_io_error)},
        {VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON,
         VIR_DOMAIN_EVENT_CALLBACK(on_io_error_reason)},
        {VIR_DOMAIN_EVENT_ID_BLOCK_JOB,
         VIR_DOMAIN_EVENT_CALLBACK(on_block_job)},
        {VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2,
         VIR_DOMAIN_EVENT_CALLBACK(on_block_job_2)},
        {VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE,
         VIR_DOMAIN_EVENT_CALLBACK(on_agent)},
        {VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD,
         VIR_DOMAIN_EVENT_CALLBACK(on_threshold)},
        {VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
         VIR_DOMAIN_EVENT_CALLBACK(on_metadata)},
        {VIR_DOMAIN_EVENT_ID_JOB_COMPLETED, VIR_DOMAIN_EVENT_CALLBACK(on_job)},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        Ear *ear = g_new0(Ear, 1);

        ear->on_line = on_line;
        ear->opaque = opaque;
        if (virConnectDomainEventRegisterAny(conn, NULL, kinds[i].id,
                                             kinds[i].call, ear, g_free) < 0)
            g_error("cannot listen: %s", virGetLastErrorMessage());
    }
}

/* ---- kept until asked for ---- */

static GString *heard;

static void
keep(const char *line, void *opaque)
{
    (void)opaque;
    g_string_append_printf(heard, "%s\n", line);
}

void
ear_keep(virConnectPtr conn)
{
    if (!heard)
        heard = g_string_new(NULL);
    ear_open(conn, keep, NULL);
}

static void
on_timeout(int timer, void *opaque)
{
    gboolean *is_patient = opaque;

    (void)timer;
    *is_patient = FALSE;
}

void
ear_expect(const char *lines)
{
    gboolean is_patient = TRUE;
    int timer = virEventAddTimeout(PATIENCE_MS, on_timeout, &is_patient, NULL);

    while (is_patient && strlen(heard->str) < strlen(lines))
        g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
    g_assert_cmpstr(heard->str, ==, lines);
    (void)virEventRemoveTimeout(timer);
    g_string_truncate(heard, 0);
}
