/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "temp_folder.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char child_option[] = "--child=";

TempFolder *
temp_folder_new(void)
{
    TempFolder *folder = g_new0(TempFolder, 1);
    g_autoptr(GError) error = NULL;

    folder->path = g_dir_make_tmp("strandline-test-XXXXXX", &error);
    g_assert_no_error(error);
    folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    g_assert_cmpint(folder->fd, >=, 0);
    return folder;
}

static int
remove_one(const char *path, const struct stat *status, int type,
           struct FTW *where)
{
    (void)status;
    (void)type;
    (void)where;
    return remove(path);
}

void
temp_folder_free(TempFolder *folder)
{
    enum { OPEN_FOLDERS = 16 };

    if (!folder)
        return;
    close(folder->fd);
    g_assert_cmpint(
        nftw(folder->path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS), ==,
        0);
    g_free(folder->path);
    g_free(folder);
}

char *
temp_folder_file(const TempFolder *folder, const char *name)
{
    return g_build_filename(folder->path, name, NULL);
}

char *
temp_folder_read(const TempFolder *folder, const char *name)
{
    g_autofree char *path = temp_folder_file(folder, name);
    char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL))
        return NULL;
    return text;
}

void
temp_folder_write(const TempFolder *folder, const char *name, const char *text)
{
    g_autofree char *path = temp_folder_file(folder, name);
    g_autoptr(GError) error = NULL;

    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

guint
temp_folder_count(const TempFolder *folder)
{
    g_autoptr(GDir) entries = g_dir_open(folder->path, 0, NULL);
    guint count = 0;

    while (g_dir_read_name(entries))
        count++;
    return count;
}

int
run_again(const TempFolder *folder, const char *what, const char *fault)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *option = g_strconcat(child_option, what, NULL);
    g_auto(GStrv) environment = g_get_environ();
    char *arguments[] = {program, option, NULL};
    g_autoptr(GError) error = NULL;
    int status = -1;

    environment = g_environ_unsetenv(environment, "STRANDLINE_FAULT");
    if (fault) {
        environment =
            g_environ_setenv(environment, "STRANDLINE_FAULT", fault, TRUE);
    }
    g_spawn_sync(folder->path, arguments, environment, G_SPAWN_DEFAULT, NULL,
                 NULL, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    return status;
}

const char *
child_of(int argc, char **argv)
{
    if (argc != 2 || !g_str_has_prefix(argv[1], child_option))
        return NULL;
    return argv[1] + strlen(child_option);
}
