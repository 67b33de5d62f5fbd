/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/handed_files.h"

#include "base/error.h"
#include "temp_folder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What was handed: "set:path:mode " for each, in order. */
static bool
note(gpointer data, int fd, guint *ret_set, GError **error)
{
    GString *text = data;
    g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autofree char *path = g_file_read_link(link, NULL);
    g_autofree char *name = g_path_get_basename(path);
    int mode = fcntl(fd, F_GETFL) & O_ACCMODE;

    (void)error;
    *ret_set = 20 + (guint)text->len;
    g_string_append_printf(text, "%u:%s:%s ", *ret_set, name,
                           mode == O_RDWR ? "rw" : "ro");
    close(fd);
    return true;
}

static json_t *
file_node(const TempFolder *folder, const char *name)
{
    g_autofree char *path = temp_folder_file(folder, name);

    return json_pack("{s:s, s:s}", "driver", "file", "filename", path);
}

static const char *
name_in(const json_t *node)
{
    return json_string_value(json_object_get(node, "filename"));
}

static void
every_file_below_a_node_is_handed_as_it_is_opened(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GString) handed = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    json_t *top = NULL;
    json_t *node = NULL;

    temp_folder_write(folder, "a", "");
    temp_folder_write(folder, "b", "");
    top = file_node(folder, "a");
    g_assert_true(handed_files_replace(top, note, handed, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(handed->str, ==, "20:a:rw ");
    g_assert_cmpstr(name_in(top), ==, "/dev/fdset/20");
    /* Twice is once: what has a set keeps it. */
    g_assert_true(handed_files_replace(top, note, handed, &error));
    g_assert_cmpstr(handed->str, ==, "20:a:rw ");
    json_decref(top);

    g_string_truncate(handed, 0);
    top = file_node(folder, "b");
    json_object_set_new(top, "auto-read-only", json_true());
    g_assert_true(handed_files_replace(top, note, handed, &error));
    g_assert_cmpstr(handed->str, ==, "20:b:ro ");
    json_decref(top);

    /* What is said of the image holds for the file in it, and for that alone. */
    g_string_truncate(handed, 0);
    top = json_pack("{s:s, s:b, s:o}", "driver", "qcow2", "read-only", 1,
                    "file", file_node(folder, "a"));
    node =
        json_pack("{s:s, s:o, s:{s:s, s:o}}", "driver", "qcow2", "backing", top,
                  "file", "driver", "raw", "file", file_node(folder, "b"));
    g_assert_true(handed_files_replace(node, note, handed, &error));
    g_assert_nonnull(strstr(handed->str, ":a:ro "));
    g_assert_nonnull(strstr(handed->str, ":b:rw "));
    json_decref(node);
}

static void
what_is_no_file_of_the_host_is_left_alone(void)
{
    static const char *const left[] = {
        "{\"driver\": \"qcow2\", \"file\": \"sl-vda-file\"}",
        "{\"driver\": \"nbd\", \"server\": {\"type\": \"unix\", "
        "\"path\": \"/x\"}}",
        "{\"driver\": \"null-co\"}",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(left); i++) {
        g_autoptr(GString) handed = g_string_new(NULL);
        json_t *node = json_loads(left[i], 0, NULL);
        json_t *before = json_deep_copy(node);

        g_assert_true(handed_files_replace(node, note, handed, NULL));
        g_assert_cmpstr(handed->str, ==, "");
        g_assert_true(json_equal(node, before));
        json_decref(before);
        json_decref(node);
    }
}

static void
neither_pipes_nor_consoles_are_images(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *pipe = temp_folder_file(folder, "pipe");
    g_autofree char *absent = temp_folder_file(folder, "absent");
    const char *const paths[] = {pipe, "/dev/null", folder->path};

    g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_cmpint(handed_files_open(paths[i], O_RDONLY, &error), ==, -1);
        g_assert_true(error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
        g_assert_nonnull(strstr(error->message, paths[i]));
    }
    g_assert_cmpint(handed_files_open(absent, O_RDWR, NULL), ==, -1);
    g_assert_cmpint(access(absent, F_OK), ==, -1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/qemu/handed_files/every_file_below_a_node_is_handed_as_it_is_opened",
        every_file_below_a_node_is_handed_as_it_is_opened);
    g_test_add_func(
        "/qemu/handed_files/what_is_no_file_of_the_host_is_left_alone",
        what_is_no_file_of_the_host_is_left_alone);
    g_test_add_func("/qemu/handed_files/neither_pipes_nor_consoles_are_images",
                    neither_pipes_nor_consoles_are_images);
    return g_test_run();
}
