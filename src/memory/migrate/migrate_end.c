/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Migrations that come to their end in another way than by their phases. */
#include "base/error.h"
#include "driver/migrate_peer.h"
#include "memory/migrate/arrival.h"
#include "memory/migrate/migrate_calls.h"
#include "memory/migrate/verdict.h"
#include "memory/save/write.h"
#include "model/save/save_plan.h"
#include "xml/record/migration_xml.h"

#include <string.h>

#define NOBODY_LEADS "whoever led the migration is gone"

/* By the migration and not by the number of the job, which only its own side
 * knows. */
Job *
memory_migrate_job(const MemoryDomain *vm, const char *id)
{
    Job *job = job_table_memory(vm->jobs);

    return job && job->memory->migration &&
                   g_str_equal(job->memory->migration->id, id)
               ? job
               : NULL;
}

/* ---- at the destination ---- */

/* Its guest has never run.  Called off first: a source that asks after this is
 * told so, and goes on. */
void
memory_migrate_give_back(MemoryDomain *vm, JobOutcome outcome, const char *why)
{
    Job *job = job_table_memory(vm->jobs);

    (void)memory_verdict_ask(job->memory->migration->id);
    memory_arrival_end(vm, job, outcome, why);
    memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_FAILED);
}

/* ---- at the source ---- */

/* A source whose destination is to be asked, without any lock. */
typedef struct {
    unsigned char uuid[DOMAIN_UUID_SIZE];
    char *id;
    char *peer;
    char *cookie;
} Question;

/* Its texts are copies: what it is about may be gone by the answer. */
static void
question_free(gpointer data)
{
    Question *question = data;

    g_free(question->id);
    g_free(question->peer);
    g_free(question->cookie);
    g_free(question);
}

/* With the host's lock, under which the peer's name stays. */
static Question *
question_new(const MemoryDomain *vm, const Migration *migration)
{
    Question *question = g_new0(Question, 1);

    memcpy(question->uuid, vm->uuid, sizeof(question->uuid));
    question->id = g_strdup(migration->id);
    question->peer = g_strdup(migration->peer);
    question->cookie = migration_cookie_question(migration, vm->uuid);
    return question;
}

/* The destination's word decides.  @vm may be freed. */
static void
end_source(MemoryDomain *vm, bool is_there)
{
    memory_write_finish(vm, job_table_memory(vm->jobs),
                        is_there ? JOB_COMPLETED : JOB_CANCELLED,
                        is_there ? NULL : NOBODY_LEADS);
}

/* With the host's lock; NULL if nothing is to be asked any more.  Everything may
 * be there: what this process does not know the destination has to say. */
static Question *
leave_source(MemoryDomain *vm)
{
    const Migration *migration = job_table_memory(vm->jobs)->memory->migration;
    Verdict verdict = VERDICT_UNKNOWN;

    vm->writing->leader = NULL;
    if (migration->is_moved)
        verdict = memory_verdict_ask(migration->id);
    if (migration->is_moved && verdict == VERDICT_UNKNOWN && migration->peer)
        return question_new(vm, migration);
    end_source(vm, verdict == VERDICT_HERE);
    return NULL;
}

/* Whoever cannot be asked is not believed to be dead: the guest stands still on
 * both sides then, until somebody destroys one. */
static void
ask(MemoryHost *host, const Question *question)
{
    g_autoptr(GError) problem = NULL;
    int answer =
        migrate_peer_settle(question->peer, question->cookie, false, &problem);
    MemoryDomain *vm = NULL;

    if (answer < 0) {
        g_debug("a machine waits for its destination '%s': %s", question->peer,
                problem ? problem->message : "no answer");
        return;
    }
    memory_host_lock(host);
    vm = memory_host_find_uuid(host, question->uuid);
    if (vm && memory_migrate_job(vm, question->id))
        end_source(vm, answer == 1);
    memory_host_unlock(host);
}

/* With the host's lock: what is to be asked is added to @questions. */
static void
leave(MemoryDomain *vm, GPtrArray *questions)
{
    Job *job = job_table_memory(vm->jobs);
    const Migration *migration = job ? job->memory->migration : NULL;
    Question *question = NULL;

    if (!migration)
        return;
    if (migration->is_incoming) {
        memory_migrate_give_back(vm, JOB_CANCELLED, NOBODY_LEADS);
        return;
    }
    question = leave_source(vm);
    if (question)
        g_ptr_array_add(questions, question);
}

/* One after the other: those that one connection led are few. */
static void
ask_all(MemoryHost *host, const GPtrArray *questions)
{
    for (guint i = 0; i < questions->len; i++)
        ask(host, g_ptr_array_index(questions, i));
}

/* By the host and the UUID, since the lock is given up before the answer is there
 * and the domain may be gone with it. */
void
memory_migrate_leave(MemoryHost *host, const unsigned char *uuid,
                     const char *id)
{
    g_autoptr(GPtrArray) questions =
        g_ptr_array_new_with_free_func(question_free);
    MemoryDomain *vm = NULL;

    memory_host_lock(host);
    vm = memory_host_find_uuid(host, uuid);
    if (vm && memory_migrate_job(vm, id))
        leave(vm, questions);
    memory_host_unlock(host);
    ask_all(host, questions);
}

/* From the end, since a transient one leaves the list. */
void
memory_migrate_end_led(const MemorySession *session)
{
    MemoryHost *host = session->host;
    const GPtrArray *domains = host->domains;
    g_autoptr(GPtrArray) questions =
        g_ptr_array_new_with_free_func(question_free);

    memory_host_lock(host);
    for (guint i = domains->len; i > 0; i--) {
        MemoryDomain *vm = g_ptr_array_index(domains, i - 1);
        bool is_led = (vm->arrival && vm->arrival->leader == session) ||
                      (vm->writing && vm->writing->leader == session);

        if (is_led)
            leave(vm, questions);
    }
    memory_host_unlock(host);
    ask_all(host, questions);
}

/* The answer to a source of another process, which asks by our URI. */
int
memory_migrate_settle(virConnectPtr conn, const char *cookie, bool is_last,
                      GError **error)
{
    const MemorySession *session = conn->session;
    g_autoptr(MigrationCookie) read = migration_cookie_parse(cookie, error);
    Verdict verdict = VERDICT_UNKNOWN;
    MemoryDomain *vm = NULL;

    if (!read)
        return -1;
    memory_host_lock(session->host);
    verdict = memory_verdict_ask(read->id);
    vm = memory_host_find_uuid(session->host, read->uuid);
    /* The source is about to go on: nothing of this must be left that could
     * run. */
    if (verdict != VERDICT_HERE && vm && vm->arrival &&
        memory_migrate_job(vm, read->id)) {
        memory_migrate_give_back(vm, JOB_CANCELLED, "given up at the source");
    }
    memory_host_unlock(session->host);
    if (is_last)
        memory_verdict_forget(read->id);
    /* Not "no": its guest may run in a process that has not been asked. */
    if (verdict == VERDICT_UNKNOWN) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "nobody here awaits, or has got, the machine of that migration");
        return -1;
    }
    return verdict == VERDICT_HERE;
}

/* ---- what the guest does meanwhile ---- */

/* A guest that a disk has stopped would come to nothing there either. */
void
memory_migrate_look_at_disks(MemoryDomain *vm)
{
    Job *job = job_table_memory(vm->jobs);
    const Migration *migration = job ? job->memory->migration : NULL;

    if (!migration || migration->is_incoming || migration->is_moved ||
        !(migration->flags & VIR_MIGRATE_ABORT_ON_ERROR) ||
        vm->state != VIR_DOMAIN_PAUSED ||
        vm->reason != VIR_DOMAIN_PAUSED_IOERROR)
        return;
    memory_write_finish(vm, job, JOB_FAILED, "a disk reported an error");
}

/* Of a source whose last state is on its way, and of a destination that has not
 * got it: as of a QEMU that does not have its images at that moment. */
bool
memory_migrate_check_write(const MemoryDomain *vm, GError **error)
{
    bool is_between = vm->arrival || (vm->writing && vm->writing->is_last);

    return !is_between ||
           save_plan_refuse(vm->name, vm->jobs, "write to a disk", error);
}
