/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/block/tell.h"

#include "driver/backup_tell.h"

/* The next queue that somebody listens to, from session *@place on; NULL after
 * the last one. */
static EventQueue *
next_queue(const MemoryDomain *vm, guint *place)
{
    const GPtrArray *sessions = vm->host->sessions;

    while (*place < sessions->len) {
        const MemorySession *session = g_ptr_array_index(sessions, (*place)++);

        if (session->events)
            return session->events;
    }
    return NULL;
}

/* Borrowed: an event copies what it is told. */
static EventDomain
whom(const MemoryDomain *vm)
{
    return (EventDomain){vm->name, vm->uuid, vm->id};
}

void
memory_tell_block_job(const MemoryDomain *vm, const EventBlockJob *news)
{
    const EventDomain domain = whom(vm);
    guint place = 0;

    for (EventQueue *queue = next_queue(vm, &place); queue;
         queue = next_queue(vm, &place))
        event_queue_block_job(queue, &domain, news);
}

void
memory_tell_threshold(const MemoryDomain *vm,
                      const EventBlockThreshold *crossed)
{
    const EventDomain domain = whom(vm);
    guint place = 0;

    for (EventQueue *queue = next_queue(vm, &place); queue;
         queue = next_queue(vm, &place))
        event_queue_block_threshold(queue, &domain, crossed);
}

void
memory_tell_io_error(const MemoryDomain *vm, const EventIoError *failure)
{
    const EventDomain domain = whom(vm);
    guint place = 0;

    for (EventQueue *queue = next_queue(vm, &place); queue;
         queue = next_queue(vm, &place))
        event_queue_io_error(queue, &domain, failure);
}

void
memory_tell_agent(const MemoryDomain *vm, int state, int reason)
{
    const EventDomain domain = whom(vm);
    guint place = 0;

    for (EventQueue *queue = next_queue(vm, &place); queue;
         queue = next_queue(vm, &place))
        event_queue_agent_lifecycle(queue, &domain, state, reason);
}

void
memory_tell_job(const MemoryDomain *vm, const Job *job)
{
    const EventDomain domain = whom(vm);
    guint place = 0;

    for (EventQueue *queue = next_queue(vm, &place); queue;
         queue = next_queue(vm, &place))
        backup_tell(queue, &domain, memory_domain_def(vm), job);
}

void
memory_tell_reboot(const MemoryDomain *vm)
{
    const EventDomain domain = whom(vm);
    guint place = 0;

    for (EventQueue *queue = next_queue(vm, &place); queue;
         queue = next_queue(vm, &place))
        event_queue_reboot(queue, &domain);
}

/* To all connections of the host, also to the one that made the change. */
void
memory_tell_metadata(const MemoryDomain *vm, int type, const char *uri)
{
    const EventDomain domain = whom(vm);
    guint place = 0;

    for (EventQueue *queue = next_queue(vm, &place); queue;
         queue = next_queue(vm, &place))
        event_queue_metadata(queue, &domain, type, uri);
}
