/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A client that proves by SASL who it is, and the layer that may protect what
 * both say from then on; both ends.
 *
 * Mechanisms, and where passwords are kept, are the administrator's, in the
 * file that libvirt's servers read, too (sasl2/libvirt.conf).
 */
#pragma once

#include <glib.h>
#include <libvirt/libvirt-host.h>
#include <stdbool.h>

typedef struct SaslSession SaslSession;

/** sasl_session_new: with a client at @remote ("ADDRESS;PORT", as @local; NULL
 * on a Unix socket).  @is_private: nobody on the way can listen (@bits is the
 * strength of the cipher, 0 on a Unix socket), so passwords may be sent as they
 * are and no layer is needed; without, only mechanisms with a layer are
 * offered.  VIR_ERR_AUTH_UNAVAILABLE if SASL itself is not there. */
SaslSession *sasl_session_new(const char *local, const char *remote,
                              bool is_private, unsigned bits, GError **error);
SaslSession *sasl_session_ref(SaslSession *session);
/** sasl_session_unref: accepts NULL. */
void sasl_session_unref(SaslSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SaslSession, sasl_session_unref)

/** sasl_session_mechanisms: those that are offered, with commas;
 * VIR_ERR_AUTH_UNAVAILABLE if there is none. */
char *sasl_session_mechanisms(SaslSession *session, GError **error);

typedef enum {
    SASL_SESSION_DONE,
    SASL_SESSION_GOES_ON, /* the client has to answer */
    SASL_SESSION_FAILED,
} SaslProgress;

/** sasl_session_step: what the client sent (NULL: nothing, which is not the same
 * as no bytes), the first time with the @mechanism that it chose, then with
 * NULL.  *@ret_answer (NULL: nothing) is what it gets.  Failure is
 * VIR_ERR_AUTH_FAILED, with the reason, which is not for the client. */
SaslProgress sasl_session_step(SaslSession *session, const char *mechanism,
                               GBytes *sent, GBytes **ret_answer,
                               GError **error);

/* The client's end. */

/* Who answers what a mechanism wants to know. */
typedef struct {
    /* Fills in the results, from malloc(); false with @error. */
    bool (*ask)(virConnectCredential *questions, unsigned count, void *opaque,
                GError **error);
    void *opaque;
    unsigned kinds; /* bits, 1 << virConnectCredentialType: that can be */
} SaslAsker;

/** sasl_session_new_client: as sasl_session_new(), of a server at @host; @asker
 * (copied) is for the steps. */
SaslSession *sasl_session_new_client(const char *host, bool is_private,
                                     unsigned bits, const SaslAsker *asker,
                                     GError **error);
/** sasl_session_begin: *@ret_mechanism is the best of @mechanisms (with commas)
 * that both have, and *@ret_sent (NULL: nothing) what the server gets.
 * VIR_ERR_AUTH_UNAVAILABLE if there is none, VIR_ERR_AUTH_FAILED, or what the
 * asker says. */
SaslProgress sasl_session_begin(SaslSession *session, const char *mechanisms,
                                char **ret_mechanism, GBytes **ret_sent,
                                GError **error);
/** sasl_session_answer: of what the server has said (NULL: nothing). */
SaslProgress sasl_session_answer(SaslSession *session, GBytes *said,
                                 GBytes **ret_sent, GError **error);

/* Once it is done. */

/** sasl_session_user: who it is, as the mechanism has it ("alice@REALM"). */
const char *sasl_session_user(SaslSession *session);
/** sasl_session_bits: the layer's strength; 0: there is none, and bytes travel
 * as before.  Below 56 it protects from accidents, and not from people. */
unsigned sasl_session_bits(const SaslSession *session);

/** sasl_session_encode: as many of @bytes as go at once (*@ret_used); NULL if
 * that fails.  What is returned is the session's until the next call. */
const void *sasl_session_encode(SaslSession *session, const void *bytes,
                                gsize size, gsize *ret_used, gsize *ret_size);
/** sasl_session_decode: *@ret_size may be 0: more bytes have to come.  False if
 * what came was not the peer's.  What is returned is the session's until the
 * next call. */
bool sasl_session_decode(SaslSession *session, const void *bytes, gsize size,
                         const void **ret_bytes, gsize *ret_size);
