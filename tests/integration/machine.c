/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <libvirt/virterror.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

char *(*machine_opener)(const char *root);

void
machine_require(bool holds, const char *what, const char *file, int line)
{
    const char *text = virGetLastErrorMessage();

    if (holds)
        return;
    g_error("%s:%d: %s does not hold: %s", file, line, what,
            text ? text : "(no error message)");
}

void
machine_require_error(int code, const char *file, int line)
{
    if (virGetLastErrorCode() == code)
        return;
    g_error("%s:%d: expected error code %d, got %d: %s", file, line, code,
            virGetLastErrorCode(), virGetLastErrorMessage());
}

char *
run_command(const char *program, ...)
{
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *errors = NULL;
    char *output = NULL;
    int status = 0;
    va_list args;

    va_start(args, program);
    for (const char *word = program; word; word = va_arg(args, const char *))
        g_ptr_array_add(words, (gpointer)word);
    va_end(args);
    g_ptr_array_add(words, NULL);
    if (!g_spawn_sync(NULL, (char **)words->pdata, NULL, G_SPAWN_SEARCH_PATH,
                      NULL, NULL, &output, &errors, &status, &error) ||
        !g_spawn_check_wait_status(status, &error)) {
        g_autofree char *line = g_strjoinv(" ", (char **)words->pdata);

        g_error("%s: %s %s", line, error->message, errors ? errors : "");
    }
    return output;
}

char *
machine_file(const Machine *machine, const char *format, ...)
{
    g_autofree char *name = NULL;
    va_list args;

    va_start(args, format);
    name = g_strdup_vprintf(format, args);
    va_end(args);
    return g_build_filename(machine->folder, name, NULL);
}

static void
make_disk(Machine *machine, unsigned number, const char *boot_code,
          gsize boot_length)
{
    g_autofree char *size =
        g_strdup_printf("%" G_GUINT64_FORMAT, machine->size[number]);
    g_autofree char *sector = NULL;
    g_autofree char *fill = NULL;
    g_autoptr(GError) error = NULL;

    machine->path[number] = machine_file(machine, "disk%u.qcow2", number);
    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2",
                       machine->path[number], size, NULL));
    if (!boot_code)
        return;
    sector = machine_file(machine, "sector");
    if (!g_file_set_contents(sector, boot_code, (gssize)boot_length, &error))
        g_error("%s", error->message);
    fill = g_strdup_printf("write -s %s 0 %zu", sector, boot_length);
    g_free(run_command("qemu-io", "-f", "qcow2", "-c", fill,
                       machine->path[number], NULL));
}

static char *
domain_document(const Machine *machine, const char *extra)
{
    GString *xml = g_string_new(NULL);

    g_string_append_printf(
        xml,
        "<domain type='qemu' "
        "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>"
        "<name>%s</name><memory unit='MiB'>32</memory>"
        "<vcpu>1</vcpu><os><type arch='x86_64' machine='pc'>hvm</type>"
        "</os><devices>",
        machine->name);
    for (unsigned i = 0; i < machine->disks; i++) {
        g_string_append_printf(
            xml,
            "<disk type='file' device='disk'>"
            "<driver name='qemu' type='qcow2' discard='unmap'/>"
            "<source file='%s'/><target dev='vd%c' bus='virtio'/>"
            "<boot order='%u'/></disk>",
            machine->path[i], (int)('a' + i), i + 1);
    }
    g_string_append_printf(
        xml,
        "%s</devices><qemu:commandline><qemu:arg value='-qmp'/>"
        "<qemu:arg value='unix:%s/watch.sock,server=on,wait=off'/>"
        "</qemu:commandline></domain>",
        extra ? extra : "", machine->folder);
    return g_string_free(xml, FALSE);
}

/* QEMU outlives whoever started it.  Should this test be killed or stop on a
 * failure, the shell sees its input end, and ends QEMU and the folder.  It is in
 * a session of its own, since a test that takes too long is killed together
 * with its process group. */
static int
start_reaper(const char *folder)
{
    static const char script[] =
        "read -r word; kill -9 $(pgrep -f \"[q]emu-system.*$0/\"); "
        "rm -rf \"$0\"";
    const char *words[] = {"setsid", "sh", "-c", script, folder, NULL};
    g_autoptr(GError) error = NULL;
    int input = -1;

    if (!g_spawn_async_with_pipes(NULL, (char **)words, NULL,
                                  G_SPAWN_SEARCH_PATH |
                                      G_SPAWN_STDERR_TO_DEV_NULL,
                                  NULL, NULL, NULL, &input, NULL, NULL, &error))
        g_error("%s", error->message);
    g_assert_cmpint(fcntl(input, F_SETFD, FD_CLOEXEC), ==, 0);
    return input;
}

Machine *
machine_new_with(const char *name, unsigned disks, uint64_t size,
                 const char *extra, const char *boot_code, gsize boot_length)
{
    Machine *machine = g_new0(Machine, 1);
    g_autoptr(GError) error = NULL;
    g_autofree char *xml = NULL;
    g_autofree char *root = NULL;

    g_assert(disks <= MACHINE_DISKS_MAX);
    machine->folder = g_dir_make_tmp("strandline-test-XXXXXX", &error);
    if (!machine->folder)
        g_error("%s", error->message);
    machine->reaper = start_reaper(machine->folder);
    root = machine_file(machine, "root");
    machine->uri = machine_opener
                       ? machine_opener(root)
                       : g_strdup_printf("qemu:///embed?root=%s", root);
    machine->name = g_strdup(name);
    machine->disks = disks;
    for (unsigned i = 0; i < disks; i++) {
        machine->size[i] = size;
        make_disk(machine, i, boot_code, boot_length);
    }
    machine->conn = virConnectOpen(machine->uri);
    require(machine->conn != NULL);
    xml = domain_document(machine, extra);
    machine->domain = virDomainDefineXML(machine->conn, xml);
    require(machine->domain != NULL);
    return machine;
}

Machine *
machine_new(const char *name, unsigned disks, uint64_t size)
{
    return machine_new_with(name, disks, size, NULL, NULL, 0);
}

void
machine_free(Machine *machine)
{
    if (!machine)
        return;
    if (virDomainIsActive(machine->domain) == 1)
        (void)virDomainDestroy(machine->domain); /* the folder goes anyway */
    (void)virDomainFree(machine->domain);
    (void)virConnectClose(machine->conn);
    close(machine->reaper);
    g_free(run_command("rm", "-rf", "--", machine->folder, NULL));
    for (unsigned i = 0; i < machine->disks; i++)
        g_free(machine->path[i]);
    g_free(machine->folder);
    g_free(machine->uri);
    g_free(machine->name);
    g_free(machine);
}

void
machine_start(Machine *machine)
{
    require(virDomainCreate(machine->domain) == 0);
}

void
machine_start_paused(Machine *machine)
{
    require(virDomainCreateWithFlags(machine->domain,
                                     VIR_DOMAIN_START_PAUSED) == 0);
}

void
machine_stop(Machine *machine)
{
    require(virDomainDestroy(machine->domain) == 0);
}

/* QEMU is found by our folder on its command line: no call of the library is
 * trusted for the test that asks what happens behind its back. */
unsigned
machine_count_qemus(const char *folder, pid_t *ret_one)
{
    g_autoptr(GDir) processes = g_dir_open("/proc", 0, NULL);
    const char *entry = NULL;
    unsigned count = 0;

    g_assert_nonnull(processes);
    for (entry = g_dir_read_name(processes); entry;
         entry = g_dir_read_name(processes)) {
        g_autofree char *file =
            g_build_filename("/proc", entry, "cmdline", NULL);
        g_autofree char *words = NULL;
        gsize length = 0;

        if (!g_ascii_isdigit(*entry) ||
            !g_file_get_contents(file, &words, &length, NULL) ||
            !strstr(words, "qemu-system") ||
            !memmem(words, length, folder, strlen(folder)))
            continue;
        if (count++ == 0)
            *ret_one = (pid_t)g_ascii_strtoll(entry, NULL, 10);
    }
    return count;
}

pid_t
machine_pid(Machine *machine)
{
    pid_t pid = 0;

    (void)machine_count_qemus(machine->folder, &pid);
    return pid;
}

/* A process that ends loses its command line before it is gone: until then the
 * domain still runs. So the end is waited for by a descriptor of the process,
 * taken before what ends it. */
static int
open_process(Machine *machine, pid_t *ret_pid)
{
    int process = -1;

    *ret_pid = machine_pid(machine);
    g_assert_cmpint(*ret_pid, >, 1);
    process = (int)syscall(SYS_pidfd_open, *ret_pid, 0);
    g_assert_cmpint(process, >=, 0);
    return process;
}

static void
await_end(Machine *machine, int process)
{
    struct pollfd end = {.fd = process, .events = POLLIN};

    g_assert_cmpint(poll(&end, 1, -1), ==, 1);
    g_assert_cmpint(close(process), ==, 0);
    g_assert_cmpint(machine_pid(machine), ==, 0);
}

void
machine_kill(Machine *machine)
{
    pid_t pid = 0;
    int process = open_process(machine, &pid);

    g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
    await_end(machine, process);
}

void
machine_quit(Machine *machine)
{
    pid_t pid = 0;
    int process = open_process(machine, &pid);

    g_free(machine_monitor(machine, "{\"execute\": \"quit\"}"));
    await_end(machine, process);
}

int
machine_watch(Machine *machine)
{
    g_autofree char *path = machine_file(machine, "watch.sock");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int watch = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    g_assert_cmpint(watch, >=, 0);
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(
        connect(watch, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    g_free(machine_watch_text(watch));
    return watch;
}

/* Asks a question and reads up to its answer, so that everything that was said
 * before is in the text. */
char *
machine_watch_text(int watch)
{
    static const char question[] =
        "{\"execute\": \"qmp_capabilities\"}\r\n"
        "{\"execute\": \"query-name\", \"id\": \"watch-end\"}\r\n";
    GString *text = g_string_new(NULL);
    char buffer[4096];

    g_assert_cmpint(write(watch, question, strlen(question)), ==,
                    (gssize)strlen(question));
    while (!strstr(text->str, "watch-end")) {
        ssize_t length = read(watch, buffer, sizeof(buffer));

        g_assert_cmpint(length, >, 0);
        g_string_append_len(text, buffer, length);
    }
    return g_string_free(text, FALSE);
}

char *
machine_monitor(Machine *machine, const char *command)
{
    char *reply = NULL;

    require(virDomainQemuMonitorCommand(machine->domain, command, &reply, 0) ==
            0);
    return reply;
}

void
machine_io(Machine *machine, unsigned disk, const char *format, ...)
{
    g_autofree char *order = NULL;
    g_autofree char *command = NULL;
    char *reply = NULL;
    va_list args;

    va_start(args, format);
    order = g_strdup_vprintf(format, args);
    va_end(args);
    command = g_strdup_printf(
        "qemu-io -d /machine/peripheral/virtio-disk%u/virtio-backend \"%s\"",
        disk, order);
    require(virDomainQemuMonitorCommand(machine->domain, command, &reply,
                                        VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP) ==
            0);
    if (reply && *g_strstrip(reply) != '\0')
        g_error("qemu-io '%s' on disk %u: %s", order, disk, reply);
    free(reply);
}

void
machine_write(Machine *machine, unsigned disk, int pattern, uint64_t offset,
              uint64_t length)
{
    machine_io(machine, disk,
               "write -P %d %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, pattern,
               offset, length);
}
