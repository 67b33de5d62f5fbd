/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fault.h"

#include "base/error.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

typedef enum {
    FAULT_OFF,
    FAULT_COUNT,
    FAULT_KILL,
    FAULT_FAIL,
    FAULT_STOP,
} FaultMode;

typedef struct {
    const char *prefix;
    FaultMode mode;
} NumberedPlan;

static const NumberedPlan numbered_plans[] = {
    {"kill:", FAULT_KILL}, {"fail:", FAULT_FAIL}, {"stop:", FAULT_STOP}};

/* Set once from the environment, then constant.  No thread sees any of them
 * before all are set. */
static gsize is_read;
static FaultMode mode = FAULT_OFF;
static const char *count_file;
static guint64 chosen;

/* Over all threads: which thread passes a point first may vary, the sum of the
 * points of one call does not. */
static gint passed; /* atomic */

/* A plan that is not understood is no plan: a variable left in the environment
 * must not keep a user's command from working. */
static void
read_plan(const char *plan)
{
    if (g_str_has_prefix(plan, "count:")) {
        count_file = plan + strlen("count:");
        mode = FAULT_COUNT;
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(numbered_plans); i++) {
        const NumberedPlan *numbered = &numbered_plans[i];

        if (g_str_has_prefix(plan, numbered->prefix) &&
            g_ascii_string_to_unsigned(plan + strlen(numbered->prefix), 10, 1,
                                       G_MAXINT, &chosen, NULL))
            mode = numbered->mode;
    }
}

/* The variable is read once: a program that changes its own environment while it
 * runs would change the numbers under a test. */
static void
read_environment(void)
{
    const char *plan = NULL;

    if (!g_once_init_enter(&is_read))
        return;
    plan = g_getenv("STRANDLINE_FAULT");
    if (plan)
        read_plan(plan);
    g_once_init_leave(&is_read, 1);
}

/* One write() of one line, appended: several processes may share the list. */
static void
note_point(const char *name)
{
    g_autofree char *line = g_strdup_printf("%s\n", name);
    int fd = open(count_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    /* No error: counting must not change what is counted. */
    if (fd < 0)
        return;
    /* A lost line shows as a wrong count in the test that asked for it. */
    if (write(fd, line, strlen(line)) < 0)
        g_debug("fault point '%s' was not noted", name);
    close(fd);
}

bool
fault_point(const char *name, GError **error)
{
    guint64 number = 0;

    read_environment();
    if (mode == FAULT_OFF)
        return true;
    /* Numbers begin at 1, so that 0 can be no plan.  Points are counted in
     * every mode but OFF, and in the same order: kill:N hits the N-th line of
     * the list that count: wrote. */
    number = (guint64)g_atomic_int_add(&passed, 1) + 1;
    if (mode == FAULT_COUNT)
        note_point(name);
    if (mode == FAULT_KILL && number == chosen)
        raise(SIGKILL); /* no handler, no atexit: as a crash would */
    if (mode == FAULT_STOP && number == chosen)
        raise(SIGSTOP); /* whoever asked for it sends SIGCONT */
    if (mode == FAULT_FAIL && number == chosen) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "planned fault at point %" G_GUINT64_FORMAT " (%s)", number,
                    name);
    }
    return true;
}
