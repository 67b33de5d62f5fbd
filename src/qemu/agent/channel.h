/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The language of the guest agent over its socket.
 *
 * The other end is whatever runs in the guest: it may flood, never answer, or
 * answer something else.  So each line is bounded in length, depth and number
 * of values, each wait has a deadline, and what was left over from callers
 * before us is passed over by asking for a number of our own first
 * (guest-sync-delimited).  Every failure of that kind is
 * VIR_ERR_AGENT_UNRESPONSIVE; a command that the agent itself refuses is
 * VIR_ERR_INTERNAL_ERROR with its words.
 *
 * Used by the library and by the guard process, which knows nothing else of it.
 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

enum {
    AGENT_LINE_LIMIT = 10 * 1024 * 1024,
    AGENT_DEPTH = 64,
    AGENT_VALUES = 100 * 1000,
    /* What is passed over in search of our own number. */
    AGENT_STALE_LIMIT = 16 * 1024 * 1024,
};

/* For waits without an end; other deadlines are g_get_monotonic_time()'s. */
#define AGENT_FOREVER G_MAXINT64

typedef struct AgentChannel AgentChannel;

/** agent_channel_new: @socket is taken over; @domain names the machine in
 * messages. */
AgentChannel *agent_channel_new(int socket, const char *domain);
void agent_channel_free(AgentChannel *channel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgentChannel, agent_channel_free)

/** agent_channel_set_patience: @seconds for each command, or a
 * virDomainAgentResponseTimeoutValues; at first it is the default. */
void agent_channel_set_patience(AgentChannel *channel, int seconds);
/** agent_channel_deadline: of a command that begins now and takes @usual_ms at
 * most where nothing else was wished. */
gint64 agent_channel_deadline(const AgentChannel *channel, gint64 usual_ms);

/** agent_channel_sync: makes sure that the agent is there and that the next
 * reply will be to our next command. */
bool agent_channel_sync(AgentChannel *channel, gint64 deadline, GError **error);

/** agent_channel_exchange: sends @request (a command, with its arguments) and
 * returns the whole reply, which has "return".  Once only after a sync if it
 * fails. */
json_t *agent_channel_exchange(AgentChannel *channel, json_t *request,
                               gint64 deadline, GError **error);

/** agent_channel_count: exchanges @command with @arguments (transfer full,
 * nullable) and returns the number it answers, -1 on error. */
int agent_channel_count(AgentChannel *channel, const char *command,
                        json_t *arguments, gint64 deadline, GError **error);

/** agent_channel_post: sends a command without arguments and leaves it at
 * that: the agent carries out what it was sent in order. */
bool agent_channel_post(AgentChannel *channel, const char *command,
                        gint64 deadline, GError **error);

/** agent_channel_is_closed: QEMU ended, or took the socket from us. */
bool agent_channel_is_closed(const AgentChannel *channel);
