/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every public call that takes handles and values, as data: what is asked of
 * all of them (NULL, flags nobody knows, handles of the wrong kind, readers,
 * things that are gone) is asked of a table that is made from the headers.
 *
 * A row's call() makes it with arguments that nothing is wrong with but what
 * the test chose: its handles, its flags, NULL in one place.
 */
#pragma once

#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt-strandline.h>
#include <stdbool.h>
#include <stddef.h>

/* Borrowed.  "c1", "s1" and "web" are what the calls look up by name. */
typedef struct {
    virConnectPtr conn;
    virDomainPtr domain;
    virDomainCheckpointPtr checkpoint;
    virDomainSnapshotPtr snapshot;
    virDomainJobPtr job;
} Handles;

typedef enum {
    HANDLE_NONE,
    HANDLE_CONN,
    HANDLE_DOMAIN,
    HANDLE_CHECKPOINT,
    HANDLE_SNAPSHOT,
    HANDLE_JOB,
} HandleKind;

/* A pointer that the call cannot do without. */
typedef struct {
    int place;
    const char *name; /* NULL: the list's end */
    bool is_handle;   /* refused as none, and not by its name */
} NeededArgument;

enum { NO_HOLE = -1 };

typedef struct {
    const char *name;
    /* Whether it succeeded; what it gave is given back.  @hole: the place that
     * gets NULL, or NO_HOLE. */
    bool (*call)(const Handles *h, unsigned flags, int hole);
    HandleKind handle; /* its first argument */
    bool has_flags;
    bool is_local;        /* needs no permission: it asks no driver */
    bool is_write;        /* refused to readers whatever its flags */
    unsigned known_flags; /* that its documentation names */
    unsigned write_flags; /* those with which it is refused to readers */
    NeededArgument needed[8];
    int errors[32]; /* that its documentation names; 0: the list's end */
} PublicCall;

/** public_calls: all of them, in the headers' order. */
const PublicCall *public_calls(size_t *ret_count);

/** public_call_counts_references: it takes a reference, gives one back or lets go of
 * what the program registered, so that nobody may make it twice by chance. */
bool public_call_counts_references(const PublicCall *call);

/** public_call_documents: whether its documentation names the error @code. */
bool public_call_documents(const PublicCall *call, int code);

/** handle_kind_code: the code of "its first argument is no such handle". */
int handle_kind_code(HandleKind kind);
