/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The limits of a test's server that is about something else: none is met. */
#pragma once

#include "daemon/server.h"

static const ServerLimits roomy_limits = {
    .client = {.max_requests = 5,
               .max_output = 1000000,
               .max_anonymous_size = 100000,
               .login_seconds = 60,
               .message_seconds = 60,
               .keepalive_interval = -1},
    .max_clients = 10,
    .max_anonymous = 10,
    .max_requests = 100,
    .max_held = 1000000,
    .max_workers = 4,
    .prio_workers = 2,
};
