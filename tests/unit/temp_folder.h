/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A folder of the test's own, gone with everything in it at the end of the
 * scope: g_autoptr(TempFolder) folder = temp_folder_new(). */
#pragma once

#include <glib.h>

typedef struct {
    char *path;
    int fd; /* of the folder */
} TempFolder;

TempFolder *temp_folder_new(void);
void temp_folder_free(TempFolder *folder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TempFolder, temp_folder_free)

/** temp_folder_file: (transfer full): the path of @name in it. */
char *temp_folder_file(const TempFolder *folder, const char *name);

/** temp_folder_read: (transfer full): the text of @name, NULL if absent. */
char *temp_folder_read(const TempFolder *folder, const char *name);

/** temp_folder_write: @name holds @text, or the test ends. */
void temp_folder_write(const TempFolder *folder, const char *name,
                       const char *text);

/** temp_folder_count: how many entries there are. */
guint temp_folder_count(const TempFolder *folder);

/** run_again: runs this test program once more as a child, with one argument
 * after its name (--child=@what), @folder as its working folder, and
 * STRANDLINE_FAULT set to @fault (NULL: unset).  Returns the wait status.
 * Faults are read once a process, and some of them end it: hence a child. */
int run_again(const TempFolder *folder, const char *what, const char *fault);

/** child_of: what run_again() asked this process to do; NULL in the parent. */
const char *child_of(int argc, char **argv);
