/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every public call does before it reaches a driver.
 *
 * An entry point is a list of claims and then one line that calls the driver:
 *
 *     API_ENTER(domain, domain, -1);            the handle is one, and the
 *                                               connection may make this call
 *     API_NOT_NULL(xml);                        else 8
 *     API_RETURN_INT(domain_reset, domain, flags);
 *
 * The first claim that does not hold sets the thread's error and returns the
 * call's failure value.  Which flags exist is the driver's to say; which ones
 * exclude or need each other is the public interface, and stands here.
 *
 * Every call passes api_enter_...() with its own name: who may make which call
 * is decided there, by the table in access.h, and not in the calls.
 */
#pragma once

#include "api/access.h"
#include "driver/driver.h"

/* A public call under way. */
typedef struct {
    const char *function;   /* "virDomainReset" */
    int error_domain;       /* of what is refused here */
    virConnectPtr conn;     /* NULL: refused, the error is set */
    const AccessRule *rule; /* of this call; NULL if refused */
} ApiCall;

/* One for each kind of handle, with the error domain that libvirt gives the
 * calls of that kind.  "domains", "checkpoints" and "snapshots" are calls on a
 * connection or a domain that are about those below it. */
ApiCall api_enter_connect(const char *function, virConnectPtr conn);
ApiCall api_enter_domains(const char *function, virConnectPtr conn);
ApiCall api_enter_domain(const char *function, virDomainPtr domain);
ApiCall api_enter_qemu(const char *function, virDomainPtr domain);
ApiCall api_enter_checkpoints(const char *function, virDomainPtr domain);
ApiCall api_enter_checkpoint(const char *function,
                             virDomainCheckpointPtr checkpoint);
ApiCall api_enter_snapshots(const char *function, virDomainPtr domain);
ApiCall api_enter_snapshot(const char *function, virDomainSnapshotPtr snapshot);
ApiCall api_enter_job(const char *function, virDomainJobPtr job);

/** api_allowed: VIR_ERR_OPERATION_DENIED if these flags of the call need more
 * than a read-only connection may. */
bool api_allowed(const ApiCall *api, unsigned flags);
/** api_no_flags: VIR_ERR_INVALID_ARG; for calls that have none. */
bool api_no_flags(const ApiCall *api, unsigned flags);
/** api_flags_exclusive: not more than one of the two. */
bool api_flags_exclusive(const ApiCall *api, unsigned flags, unsigned one,
                         unsigned other);
/** api_flags_need: @flag only together with @needed. */
bool api_flags_need(const ApiCall *api, unsigned flags, unsigned flag,
                    unsigned needed);
/** api_refuse: VIR_ERR_INVALID_ARG naming @argument, which must be @what. */
void api_refuse(const ApiCall *api, const char *argument, const char *what);
/** api_failed: raises what the driver reported. */
void api_failed(const ApiCall *api, const GError *error);
/** api_unsupported: VIR_ERR_NO_SUPPORT. */
void api_unsupported(const ApiCall *api);

#define API_ENTER(kind, handle, failure)                    \
    const ApiCall api = api_enter_##kind(__func__, handle); \
    __typeof__(failure) const api_failure = (failure);      \
    if (!api.conn)                                          \
    return api_failure

#define API_CHECK(claim)        \
    do {                        \
        if (!(claim))           \
            return api_failure; \
    } while (0)

/* @holds, or the call is refused: "the argument '@argument' must be @what". */
#define API_CLAIM(holds, argument, what)      \
    do {                                      \
        if (!(holds)) {                       \
            api_refuse(&api, argument, what); \
            return api_failure;               \
        }                                     \
    } while (0)

#define API_NOT_NULL(argument) \
    API_CLAIM((argument) != NULL, #argument, "not NULL")

#define API_NOT_NEGATIVE(argument) \
    API_CLAIM((argument) >= 0, #argument, "not negative")

/* Sets @ret_result to what the driver's @member returns; leaves the function
 * if the driver has none, or if @is_failure(result). */
#define API_CALL(ret_result, is_failure, member, ...)                   \
    do {                                                                \
        g_autoptr(GError) api_error = NULL;                             \
        if (!api.conn->driver->member) {                                \
            api_unsupported(&api);                                      \
            return api_failure;                                         \
        }                                                               \
        ret_result = api.conn->driver->member(__VA_ARGS__, &api_error); \
        if (is_failure(ret_result)) {                                   \
            api_failed(&api, api_error);                                \
            return api_failure;                                         \
        }                                                               \
    } while (0)

#define API_IS_NEGATIVE(result) ((result) < 0)
#define API_IS_NULL(result)     ((result) == NULL)

#define API_RETURN_INT(member, ...)                                 \
    do {                                                            \
        int api_result = -1;                                        \
        API_CALL(api_result, API_IS_NEGATIVE, member, __VA_ARGS__); \
        return api_result;                                          \
    } while (0)

#define API_RETURN_POINTER(member, ...)                         \
    do {                                                        \
        void *api_result = NULL;                                \
        API_CALL(api_result, API_IS_NULL, member, __VA_ARGS__); \
        return api_result;                                      \
    } while (0)
