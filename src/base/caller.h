/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who a call is made for, when that is somebody who may do less than we.
 *
 * A daemon of root's makes calls for its clients.  Who is not root himself may
 * name files only below folders that root has set, and there a path is followed
 * without a link in it (openat2), so that nothing else is ever touched whatever
 * its owner exchanges meanwhile.
 *
 * The caller is the thread's: a call is carried out in one.  The folders are the
 * process's, set once; paths below them are always followed so, since a record
 * of today may be used by another call tomorrow.  Without either, as in a
 * program that uses the library itself, all is as the system has it.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

/* What is as good as root's own power, and is given by name alone. */
typedef enum {
    CALLER_EMULATOR, /* arguments and environment of the emulator */
    CALLER_DEVICES,  /* block devices of the host */
} CallerRight;

typedef struct {
    uid_t uid; /* -1: nobody of this host */
    bool (*has)(gconstpointer data, CallerRight right);
    gconstpointer data;
} Caller;

/** caller_uid: of whom the thread's calls are made for; our own without. */
uid_t caller_uid(void);

/** caller_enter: the thread's calls are made for @caller (borrowed) from now on;
 * NULL: for ourselves. */
void caller_enter(const Caller *caller);
/** caller_is_bound: for somebody else. */
bool caller_is_bound(void);

/* What a folder is for. */
typedef enum {
    CALLER_IMAGES,  /* machines' disks, and what they run from */
    CALLER_BACKUPS, /* what is written of them: targets, saved states */
    CALLER_PLACES,
} CallerPlace;

/** caller_set_folders: before the first call. */
void caller_set_folders(CallerPlace place, const char *const *list);

/** caller_may_name: VIR_ERR_ACCESS_DENIED unless @path (nullable) is below a
 * folder for @place.  Nothing is touched. */
bool caller_may_name(CallerPlace place, const char *path, GError **error);
/** caller_may: VIR_ERR_ACCESS_DENIED, saying that @what needs @right. */
bool caller_may(CallerRight right, const char *what, GError **error);

/** caller_set_loopback_only: what is served in the clear is served to this host
 * alone; before the first call. */
void caller_set_loopback_only(bool is_only);
/** caller_may_serve: in the clear, at the address @host (NULL: this host's own).
 * VIR_ERR_CONFIG_UNSUPPORTED. */
bool caller_may_serve(const char *host, GError **error);

/** caller_is_below: @path is below one of the folders, as it is written. */
bool caller_is_below(const char *path);

/* As open(), lstat(), unlink(): false or -1 with errno.  Below the folders no
 * link is followed. */
int caller_open(const char *path, int flags, mode_t mode);
bool caller_look(const char *path, struct stat *ret_status);
bool caller_unlink(const char *path);
/** caller_open_parent: the folder that @path is in. */
int caller_open_parent(const char *path);

/* A path for a program that we start, which follows links as it likes. */
typedef struct {
    int fd;
    char *text; /* what to give to it */
} CallerPath;

/** caller_path_open: false with errno. */
bool caller_path_open(const char *path, CallerPath *ret_path);
void caller_path_clear(CallerPath *path);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CallerPath, caller_path_clear)
