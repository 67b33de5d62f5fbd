/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/capabilities.h"

#include "base/error.h"
#include "base/spawn.h"

#include <glib/gstdio.h>
#include <string.h>

#define EMULATOR "/usr/bin/qemu-system-x86_64"

/* A root folder with a wrapper that stands for an emulator; the wrapper says in
 * @asked how often it ran. */
typedef struct {
    char *folder;
    char *emulator;
    char *asked;
    QemuRoot *root;
} Bench;

static Bench *
bench_new(void)
{
    Bench *bench = g_new0(Bench, 1);
    g_autofree char *path = NULL;
    g_autofree char *script = NULL;

    bench->folder = g_dir_make_tmp("strandline-capabilities-XXXXXX", NULL);
    g_assert_nonnull(bench->folder);
    path = g_build_filename(bench->folder, "root", NULL);
    bench->root = qemu_root_open(path, 0, NULL);
    g_assert_nonnull(bench->root);
    bench->emulator = g_build_filename(bench->folder, "emulator", NULL);
    bench->asked = g_build_filename(bench->folder, "asked", NULL);
    script = g_strdup_printf(
        "#!/bin/sh\necho >> '%s'\nexec " EMULATOR " \"$@\"\n", bench->asked);
    g_assert_true(g_file_set_contents(bench->emulator, script, -1, NULL));
    g_assert_cmpint(g_chmod(bench->emulator, 0700), ==, 0);
    return bench;
}

static void
bench_free(Bench *bench)
{
    const char *argv[] = {"rm", "-rf", "--", bench->folder, NULL};

    qemu_root_free(bench->root);
    g_free(spawn_tool(argv, 1024, 10000, NULL));
    g_free(bench->folder);
    g_free(bench->emulator);
    g_free(bench->asked);
    g_free(bench);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bench, bench_free)

static gsize
times_asked(const Bench *bench)
{
    g_autofree char *text = NULL;
    gsize length = 0;

    if (!g_file_get_contents(bench->asked, &text, &length, NULL))
        return 0;
    return length;
}

static void
a_binary_is_asked_once(void)
{
    g_autoptr(Bench) bench = bench_new();
    g_autoptr(GError) error = NULL;
    QemuCapabilities first = {0};
    QemuCapabilities second = {0};

    g_assert_true(
        qemu_capabilities_get(bench->root, bench->emulator, &first, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(first.major, >=, 7);
    g_assert_true(first.has_reopen);
    g_assert_true(first.has_snapshot_access);
    g_assert_true(first.has_set_action);
    g_assert_true(
        qemu_capabilities_get(bench->root, bench->emulator, &second, NULL));
    g_assert_cmpuint(second.minor, ==, first.minor);
    g_assert_cmpuint(second.micro, ==, first.micro);
    g_assert_cmpuint(times_asked(bench), ==, 1);
}

static void
another_binary_under_the_name_is_asked_again(void)
{
    g_autoptr(Bench) bench = bench_new();
    QemuCapabilities found = {0};
    g_autofree char *script = NULL;

    g_assert_true(
        qemu_capabilities_get(bench->root, bench->emulator, &found, NULL));
    g_assert_true(g_file_get_contents(bench->emulator, &script, NULL, NULL));
    g_assert_true(g_file_set_contents(bench->emulator, script, -1, NULL));
    g_assert_cmpint(g_chmod(bench->emulator, 0700), ==, 0);
    g_assert_true(
        qemu_capabilities_get(bench->root, bench->emulator, &found, NULL));
    g_assert_cmpuint(times_asked(bench), ==, 2);
}

/* Kinds of machine come with either question, processors by who runs them. */
static void
machines_and_processors_are_asked_once(void)
{
    g_autoptr(Bench) bench = bench_new();
    g_autoptr(GError) error = NULL;
    json_t *first =
        qemu_capabilities_models(bench->root, bench->emulator, "tcg", &error);
    json_t *second =
        qemu_capabilities_models(bench->root, bench->emulator, "tcg", NULL);
    const json_t *machine = NULL;
    gsize index = 0;
    bool has_pc = false;

    g_assert_no_error(error);
    g_assert_true(json_equal(first, second));
    g_assert_cmpuint(times_asked(bench), ==, 1);
    g_assert_cmpuint(json_array_size(json_object_get(first, "cpus")), >, 5);
    json_array_foreach(json_object_get(first, "machines"), index, machine)
    {
        has_pc =
            has_pc ||
            g_strcmp0(json_string_value(json_array_get(machine, 1)), "pc") == 0;
    }
    g_assert_true(has_pc);
    json_decref(first);
    json_decref(second);
}

/* What this QEMU does cannot be known here; that the answer is one, that the
 * probe ends whatever happens to it, and that it runs once, can. */
static void
the_probe_of_an_iothread_export_runs_once(void)
{
    g_autoptr(Bench) bench = bench_new();
    g_autoptr(GError) error = NULL;
    QemuCapabilities found = {0};
    bool first = false;
    bool second = false;

    g_assert_true(qemu_capabilities_export_iothread_safe(
        bench->root, bench->emulator, &first, &error));
    g_assert_no_error(error);
    second = !first;
    g_assert_true(qemu_capabilities_export_iothread_safe(
        bench->root, bench->emulator, &second, NULL));
    g_assert_true(first == second);
    g_assert_cmpuint(times_asked(bench), ==, 1);
    g_assert_true(
        qemu_capabilities_get(bench->root, bench->emulator, &found, NULL));
    /* Measured: these abort. */
    if (found.major == 7 && found.minor == 2)
        g_assert_false(first);
    g_test_message("QEMU %u.%u.%u: %s", found.major, found.minor, found.micro,
                   first ? "safe" : "aborts");
}

/* Whether a QEMU is found safe that learns late of what a client does; @mode is
 * late_emulator.py's. */
static bool
is_late_one_safe(const char *mode)
{
    g_autoptr(Bench) bench = bench_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *script = g_strdup_printf(
        "#!/bin/sh\nLATE_EMULATOR='%s' exec "
        "'%s/unit/qemu/process/late_emulator.py' %s " EMULATOR " \"$@\"\n",
        bench->emulator, g_getenv("STRANDLINE_TESTS"), mode);
    bool is_safe = false;

    g_assert_true(g_file_set_contents(bench->emulator, script, -1, NULL));
    g_assert_cmpint(g_chmod(bench->emulator, 0700), ==, 0);
    g_assert_true(qemu_capabilities_export_iothread_safe(
        bench->root, bench->emulator, &is_safe, &error));
    g_assert_no_error(error);
    return is_safe;
}

/* The probe once removed the export before QEMU had seen its client leave; that
 * never aborts, and the trap was taken for none. */
static void
a_goodbye_that_arrives_late_is_waited_for(void)
{
    g_autoptr(Bench) bench = bench_new();
    QemuCapabilities found = {0};

    g_assert_true(
        qemu_capabilities_get(bench->root, bench->emulator, &found, NULL));
    if (found.major == 7 && found.minor == 2)
        g_assert_false(is_late_one_safe("move"));
}

static void
an_emulator_that_lives_on_is_found_safe(void)
{
    g_assert_true(is_late_one_safe("keep"));
}

/* Answers everything it is told, and serves nothing: as a host does that is too
 * busy for it. */
static const char deaf_emulator[] =
    "#!/usr/bin/env python3\n"
    "import json, socket\n"
    "monitor = socket.socket(fileno=3)\n"
    "monitor.sendall(b'{\"QMP\": {}}\\n')\n"
    "for line in monitor.makefile():\n"
    "    asked = json.loads(line)\n"
    "    answer = {'return': {}, 'id': asked['id']}\n"
    "    monitor.sendall(json.dumps(answer).encode() + b'\\n')\n"
    "    if asked['execute'] == 'quit':\n"
    "        break\n";

static void
a_probe_that_learned_nothing_is_not_remembered(void)
{
    g_autoptr(Bench) bench = bench_new();
    g_autoptr(GError) error = NULL;
    bool is_safe = false;

    g_assert_true(
        g_file_set_contents(bench->emulator, deaf_emulator, -1, NULL));
    g_assert_cmpint(g_chmod(bench->emulator, 0700), ==, 0);
    g_assert_false(qemu_capabilities_export_iothread_safe(
        bench->root, bench->emulator, &is_safe, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_TIMEOUT));
}

static void
a_missing_emulator_is_named(void)
{
    g_autoptr(Bench) bench = bench_new();
    g_autoptr(GError) error = NULL;
    QemuCapabilities found = {0};

    g_assert_false(
        qemu_capabilities_get(bench->root, "/nowhere/qemu", &found, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
    g_assert_nonnull(strstr(error->message, "/nowhere/qemu"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/process/capabilities/a_binary_is_asked_once",
                    a_binary_is_asked_once);
    g_test_add_func("/qemu/process/capabilities/another_is_asked_again",
                    another_binary_under_the_name_is_asked_again);
    g_test_add_func("/qemu/process/capabilities/models_are_asked_once",
                    machines_and_processors_are_asked_once);
    g_test_add_func("/qemu/process/capabilities/the_probe_runs_once",
                    the_probe_of_an_iothread_export_runs_once);
    g_test_add_func("/qemu/process/capabilities/late_goodbye",
                    a_goodbye_that_arrives_late_is_waited_for);
    g_test_add_func("/qemu/process/capabilities/found_safe",
                    an_emulator_that_lives_on_is_found_safe);
    g_test_add_func("/qemu/process/capabilities/nothing_learned",
                    a_probe_that_learned_nothing_is_not_remembered);
    g_test_add_func("/qemu/process/capabilities/a_missing_emulator_is_named",
                    a_missing_emulator_is_named);
    return g_test_run();
}
