/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A call that came, made as a public call.
 *
 * For each procedure there is one function, which takes the decoded arguments
 * to the public call and its results to the struct that is encoded.  Regular
 * ones are made at build time (docs/design/rpc.md), the others stand in
 * serve_*.c.  They know nothing of sockets and threads.
 *
 * Who may call what is asked in each of them at one place, when it is known
 * what the call is about and before anything is done.
 */
#pragma once

#include "driver/object.h"
#include "rpc/procedures.h"

typedef struct Serve Serve;
typedef struct ServeBackups ServeBackups;
typedef struct ServeMoves ServeMoves;

/* Who asks; each is nullable, and then everything is allowed that the
 * connection allows (a read-only one still refuses writes). */
typedef struct {
    /* Whether the client may make @serve's call with @flags, about @domain
     * (nullable: about the connection; a name from the peer, see
     * rpc/wire_objects.h).  False with the thread's error set. */
    bool (*may_call)(const Serve *serve, virDomainPtr domain, unsigned flags);
    /* The same about a domain that there is not, and that will be called
     * @name. */
    bool (*may_name)(const Serve *serve, const char *name, unsigned flags);
    /* Whether the client may know that there is @domain. */
    bool (*may_see)(const Serve *serve, virDomainPtr domain);
    /* Whether @permission (of ACCESS_LIKE_ROOT) is given to the client by name;
     * NULL: to nobody. */
    bool (*may_use)(const Serve *serve, unsigned permission);
} ServeAccess;

/* What a call was about, found out on the way, for whoever keeps a log. */
typedef struct {
    char *domain; /* nullable; g_free() */
    int job;      /* that it began; 0: none */
} ServeTrace;

/* A call under way. */
struct Serve {
    virConnectPtr conn; /* the client's own */
    const Procedure *procedure;
    const ServeAccess *access; /* nullable */
    ServeBackups *backups;     /* nullable: of the client */
    ServeMoves *moves;         /* of the client */
    const char *address;       /* nullable: a URI by which we are reached */
    bool is_ours;              /* the client knows our program, and ids */
    void *client;              /* the caller's, for @access */
    ServeTrace *trace;         /* nullable */
    uid_t uid;                 /* -1: nobody of this host */
    bool is_stranger;          /* neither root nor who we are: base/caller.h */
};

/** serve_call: makes the call with @args, which are what @serve->procedure
 * takes, and fills in @ret_body, which is zero before, for xdr_free().
 * False with the thread's error (virGetLastError()); a procedure that we do not
 * serve is VIR_ERR_NO_SUPPORT. */
bool serve_call(Serve *serve, const void *args, void *ret_body);
/** serve_is_known: whether serve_call() makes anything of @procedure. */
bool serve_is_known(const Procedure *procedure);

/* Which backups a client began, by domain: calls without an id mean them. */
ServeBackups *serve_backups_new(void);
/** serve_backups_free: accepts NULL. */
void serve_backups_free(ServeBackups *backups);

/* Which migrations a client leads, by what they wait for (serve_migrate.c). */
ServeMoves *serve_moves_new(void);
/** serve_moves_free: accepts NULL. */
void serve_moves_free(ServeMoves *moves);

/* For the functions that serve. */

/** serve_allowed: asks @serve->access. */
bool serve_allowed(const Serve *serve, virDomainPtr domain, unsigned flags);
/** serve_allowed_name: the same, about the name that a domain is to get. */
bool serve_allowed_name(const Serve *serve, const char *name, unsigned flags);
/** serve_seen: @domain (nullable), taken over; NULL with the thread's error if
 * the client may not know of it. */
virDomainPtr serve_seen(const Serve *serve, virDomainPtr domain);
/** serve_list_place: @items if the call has to list: it is asked to
 * (@is_wanted), or some of them have to be left out of the count. */
virDomainPtr **serve_list_place(const Serve *serve, int is_wanted,
                                virDomainPtr **items);
/** serve_seen_list: drops those of *@list, of @count (-1: failed), that the
 * client may not know of.  Returns: how many are left; -1 as before. */
int serve_seen_list(const Serve *serve, virDomainPtr *list, int count);
/** serve_job: a handle for @id of the domain. */
virDomainJobPtr serve_job(const Serve *serve, const WireDomain *domain, int id);
/** serve_began: that it began the job @id. */
void serve_began(const Serve *serve, int id);
/** serve_fail: sets the thread's error to one of the protocol; false. */
bool serve_fail(int code, const char *format, ...) G_GNUC_PRINTF(2, 3);

typedef bool (*ServeFunc)(Serve *serve, const void *body, void *ret_body);

/* Made at build time: one for each of procedure_rows, NULL if our headers have
 * no such call. */
extern const ServeFunc serve_functions[];
