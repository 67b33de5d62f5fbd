/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A backup that cannot be had is refused before anything has changed: each
 * case is asked for together with a checkpoint, and afterwards files, sockets,
 * bitmaps, checkpoints, nodes and jobs are what they were. */
#include "checkpoint_steps.h"

#include <arpa/inet.h>
#include <libvirt/virterror.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* What a failed call might leave traces in. */
typedef struct {
    char *files;
    char *nodes;
    char *exports;
} Traces;

typedef struct {
    const char *what;
    const char *disks; /* @ stands for the machine's folder */
    int code;
    const char *words; /* in the message */
} Refusal;

#define PUSH(disks) \
    "<domainbackup mode='push'><disks>" disks "</disks></domainbackup>"
#define PULL(server, disks)                                       \
    "<domainbackup mode='pull'><server " server "/><disks>" disks \
    "</disks></domainbackup>"
#define UNIX(name) "transport='unix' socket='@/" name "'"

static const Refusal refusals[] = {
    {"a target that exists",
     PUSH("<disk name='vda' type='file'><target file='@/there'/></disk>"),
     VIR_ERR_INVALID_ARG, "/there"},
    {"a target below a missing folder",
     PUSH("<disk name='vda' type='file'><target file='@/no/t'/></disk>"),
     VIR_ERR_SYSTEM_ERROR, "/no/t"},
    {"a target that is a disk",
     PUSH("<disk name='vda' type='file'><target file='@/disk1.qcow2'/></disk>"),
     VIR_ERR_INVALID_ARG, "/disk1.qcow2"},
    {"one good target and one that exists",
     PUSH("<disk name='vda' type='file'><target file='@/new'/></disk>"
          "<disk name='vdb' type='file'><target file='@/there'/></disk>"),
     VIR_ERR_INVALID_ARG, "/there"},
    {"scratch that exists",
     PULL(UNIX("new.sock"), "<disk name='vda' type='file'>"
                            "<scratch file='@/there'/></disk>"),
     VIR_ERR_INVALID_ARG, "/there"},
    {"a device that is a file",
     PUSH("<disk name='vda' type='block'><target dev='@/there'/></disk>"),
     VIR_ERR_INVALID_ARG, "/there"},
    {"a socket that is a file", PULL(UNIX("there"), "<disk name='vda'/>"),
     VIR_ERR_INVALID_ARG, "/there"},
    {"a socket on which somebody listens",
     PULL(UNIX("live"), "<disk name='vda'/>"), VIR_ERR_INVALID_ARG, "/live"},
    {"somebody's socket for datagrams",
     PULL(UNIX("datagrams"), "<disk name='vda'/>"), VIR_ERR_INVALID_ARG,
     "/datagrams"},
    {"a socket in a missing folder", PULL(UNIX("no/s"), "<disk name='vda'/>"),
     VIR_ERR_SYSTEM_ERROR, "/no"},
    {"a host that is none",
     PULL("transport='tcp' name='no such host'", "<disk name='vda'/>"),
     VIR_ERR_OPERATION_FAILED, "no such host"},
    {"an unknown checkpoint",
     "<domainbackup><incremental>c9</incremental></domainbackup>",
     VIR_ERR_NO_DOMAIN_CHECKPOINT, "c9"},
    {"an unknown checkpoint of one disk",
     PUSH("<disk name='vda'/><disk name='vdb' incremental='c9'/>"),
     VIR_ERR_NO_DOMAIN_CHECKPOINT, "c9"},
    {"the checkpoint that is only being made",
     "<domainbackup><incremental>c2</incremental></domainbackup>",
     VIR_ERR_NO_DOMAIN_CHECKPOINT, "c2"},
    {"an unknown disk", PUSH("<disk name='vdz'/>"), VIR_ERR_CONFIG_UNSUPPORTED,
     "vdz"},
    {"a disk named twice", PUSH("<disk name='vda'/><disk name='vda'/>"),
     VIR_ERR_CONFIG_UNSUPPORTED, "vda"},
    {"an export name given twice",
     PULL(UNIX("new.sock"), "<disk name='vda' exportname='x'/>"
                            "<disk name='vdb' exportname='x'/>"),
     VIR_ERR_CONFIG_UNSUPPORTED, "'x'"},
    {"malformed text", "<domainbackup", VIR_ERR_XML_DETAIL, ""},
    {"another document", "<domainsnapshot/>", VIR_ERR_XML_ERROR,
     "domainsnapshot"},
    {"pull without a server", "<domainbackup mode='pull'/>",
     VIR_ERR_XML_INVALID_SCHEMA, "server"},
};

static gint
compare_words(gconstpointer left, gconstpointer right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static char *
list_folder(const Machine *machine)
{
    g_autoptr(GDir) folder = g_dir_open(machine->folder, 0, NULL);
    g_autoptr(GPtrArray) names_found = g_ptr_array_new();
    const char *name = NULL;

    g_assert_nonnull(folder);
    for (name = g_dir_read_name(folder); name; name = g_dir_read_name(folder))
        g_ptr_array_add(names_found, (gpointer)g_intern_string(name));
    g_ptr_array_sort(names_found, compare_words);
    g_ptr_array_add(names_found, NULL);
    return g_strjoinv(" ", (char **)names_found->pdata);
}

/* The names of all nodes, in QEMU's order. */
static char *
list_nodes(Machine *machine)
{
    g_autofree char *reply =
        machine_monitor(machine, "{\"execute\": \"query-named-block-nodes\", "
                                 "\"arguments\": {\"flat\": true}}");
    g_auto(GStrv) parts = g_strsplit(reply, "\"node-name\"", -1);
    GString *found = g_string_new(NULL);

    for (char **part = parts + 1; *parts && *part; part++)
        g_string_append_len(found, *part, (gssize)strcspn(*part, ",}"));
    return g_string_free(found, FALSE);
}

static void
traces_take(Machine *machine, Traces *traces)
{
    traces->files = list_folder(machine);
    traces->nodes = list_nodes(machine);
    traces->exports = machine_monitor(
        machine, "{\"execute\": \"query-block-exports\", \"id\": \"x\"}");
}

static void
traces_clear(Traces *traces)
{
    g_free(traces->files);
    g_free(traces->nodes);
    g_free(traces->exports);
}

/* Also: no job, and c1 alone, which records. */
static void
require_unchanged(Machine *machine, const Traces *before)
{
    Traces now = {0};

    traces_take(machine, &now);
    g_assert_cmpstr(now.files, ==, before->files);
    g_assert_cmpstr(now.nodes, ==, before->nodes);
    g_assert_cmpint(strstr(now.exports, "sl-j") != NULL, ==,
                    strstr(before->exports, "sl-j") != NULL);
    traces_clear(&now);
    g_assert_cmpint(virDomainListJobIds(machine->domain, NULL, 0), ==, 1);
    assert_names(machine, "c1");
    assert_bitmaps(machine, 0, "c1*");
    assert_bitmaps(machine, 1, "c1*");
}

static int
bind_socket(const Machine *machine, const char *name, int type)
{
    g_autofree char *path = machine_file(machine, "%s", name);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

    g_assert_cmpint(fd, >=, 0);
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==,
                    0);
    if (type == SOCK_STREAM)
        g_assert_cmpint(listen(fd, 1), ==, 0);
    return fd;
}

static char *
in_folder(const Machine *machine, const char *document)
{
    g_auto(GStrv) parts = g_strsplit(document, "@", -1);

    return g_strjoinv(machine->folder, parts);
}

static int
begin(Machine *machine, const char *document, const char *checkpoint,
      unsigned flags)
{
    g_autofree char *xml = in_folder(machine, document);

    return virDomainBackupBegin(machine->domain, xml, checkpoint, flags);
}

static void
require_refusal(int code, const char *words)
{
    require_error(code);
    if (!strstr(virGetLastErrorMessage(), words))
        g_error("no '%s' in: %s", words, virGetLastErrorMessage());
    virResetLastError();
}

static Machine *
machine_with_checkpoint(void)
{
    Machine *machine = machine_new("web", 2, 4 * MIB);

    machine_start_paused(machine);
    make_checkpoint(machine, "c1", NULL);
    return machine;
}

static const char with_c2[] =
    "<domaincheckpoint><name>c2</name></domaincheckpoint>";

static void
bad_documents_change_nothing(void)
{
    g_autoptr(Machine) machine = machine_with_checkpoint();
    g_autofree char *there = machine_file(machine, "there");
    g_autofree char *content = NULL;
    int live = bind_socket(machine, "live", SOCK_STREAM);
    int datagrams = bind_socket(machine, "datagrams", SOCK_DGRAM);
    Traces before = {0};

    g_assert_true(g_file_set_contents(there, "precious", -1, NULL));
    traces_take(machine, &before);
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_test_message("%s", refusals[i].what);
        g_assert_cmpint(begin(machine, refusals[i].disks, with_c2, 0), ==, -1);
        require_refusal(refusals[i].code, refusals[i].words);
        require_unchanged(machine, &before);
    }
    g_assert_true(g_file_get_contents(there, &content, NULL, NULL));
    g_assert_cmpstr(content, ==, "precious");
    traces_clear(&before);
    close(live);
    close(datagrams);
}

static void
bad_checkpoints_and_flags_change_nothing(void)
{
    static const struct {
        const char *checkpoint;
        unsigned flags;
        int code;
    } cases[] = {
        {"<domaincheckpoint><name>c1</name></domaincheckpoint>", 0,
         VIR_ERR_OPERATION_FAILED},
        {"<domaincheckpoint><name>../x</name></domaincheckpoint>", 0,
         VIR_ERR_XML_ERROR},
        {"<domaincheckpoint><name>c2</name><disks><disk name='vdz'/></disks>"
         "</domaincheckpoint>",
         0, VIR_ERR_CONFIG_UNSUPPORTED},
        {"<domaincheckpoint>", 0, VIR_ERR_XML_DETAIL},
        {"<domainbackup/>", 0, VIR_ERR_XML_ERROR},
        {with_c2, 1U << 20, VIR_ERR_INVALID_ARG},
        {NULL, VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA, VIR_ERR_INVALID_ARG},
        /* No image of the caller's is there. */
        {with_c2, VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL, VIR_ERR_SYSTEM_ERROR},
        /* A paused guest has no agent that could answer. */
        {with_c2, VIR_DOMAIN_BACKUP_BEGIN_QUIESCE, VIR_ERR_OPERATION_INVALID},
    };
    g_autoptr(Machine) machine = machine_with_checkpoint();
    Traces before = {0};

    traces_take(machine, &before);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("case %zu", i);
        g_assert_cmpint(begin(machine, "<domainbackup/>", cases[i].checkpoint,
                              cases[i].flags),
                        ==, -1);
        require_error(cases[i].code);
        require_unchanged(machine, &before);
    }
    traces_clear(&before);
}

/* A path that fills the 107 bytes, one byte more, and a socket that a crashed
 * server left. */
static void
a_socket_may_be_dead_and_107_bytes_long(void)
{
    g_autoptr(Machine) machine = machine_with_checkpoint();
    g_autofree char *name = g_strnfill(107 - strlen(machine->folder) - 1, 's');
    g_autofree char *path = machine_file(machine, "%s", name);
    g_autofree char *longest = g_strdup_printf(
        PULL("transport='unix' socket='%s'", "<disk name='vda'/>"), path);
    g_autofree char *too_long = g_strdup_printf(
        PULL("transport='unix' socket='%sx'", "<disk name='vda'/>"), path);
    int job = 0;

    g_assert_cmpuint(strlen(path), ==, 107);
    g_assert_cmpint(begin(machine, too_long, with_c2, 0), ==, -1);
    require_refusal(VIR_ERR_INVALID_ARG, "107");
    close(bind_socket(machine, name, SOCK_STREAM));
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    job = begin(machine, longest, NULL, 0);
    require(job > 0);
    require(virDomainBackupEnd(machine->domain, job, 0) == 1);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

/* Connects to 127.0.0.@host; -1 if nobody listens. */
static int
connect_local(unsigned host, unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int result = -1;

    g_assert_cmpint(fd, >=, 0);
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl((127U << 24) | host);
    result = connect(fd, (struct sockaddr *)&address, sizeof(address));
    close(fd);
    return result;
}

/* Picked and shown; nothing beyond 127.0.0.1 may see the export. */
static void
tcp_without_name_and_port_is_local(void)
{
    g_autoptr(Machine) machine = machine_with_checkpoint();
    g_autofree char *xml = NULL;
    g_autofree char *busy = NULL;
    const char *shown = NULL;
    unsigned port = 0;
    int job =
        begin(machine, PULL("transport='tcp'", "<disk name='vda'/>"), NULL, 0);

    require(job > 0);
    xml = virDomainBackupGetXMLDesc(machine->domain, job, 0);
    require(xml != NULL);
    g_assert_nonnull(xml);
    g_assert_nonnull(strstr(xml, "name='127.0.0.1'"));
    shown = strstr(xml, " port='");
    g_assert_nonnull(shown);
    port = (unsigned)g_ascii_strtoull(shown + strlen(" port='"), NULL, 10);
    g_assert_cmpuint(port, >, 0);
    g_assert_cmpint(connect_local(1, port), ==, 0);
    g_assert_cmpint(connect_local(2, port), ==, -1);
    busy = g_strdup_printf(
        PULL("transport='tcp' port='%u'", "<disk name='vda'/>"), port);
    g_assert_cmpint(begin(machine, busy, NULL, 0), ==, -1);
    require_refusal(VIR_ERR_OPERATION_INVALID, "job");
    require(virDomainBackupEnd(machine->domain, job, 0) == 1);
    g_assert_cmpint(connect_local(1, port), ==, -1);
}

static void
refuses_a_port_in_use(void)
{
    g_autoptr(Machine) machine = machine_with_checkpoint();
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_autofree char *xml = NULL;
    Traces before = {0};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, length), ==, 0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==,
                    0);
    xml =
        g_strdup_printf(PULL("transport='tcp' port='%u'", "<disk name='vda'/>"),
                        ntohs(address.sin_port));
    traces_take(machine, &before);
    g_assert_cmpint(begin(machine, xml, with_c2, 0), ==, -1);
    require_refusal(VIR_ERR_SYSTEM_ERROR, "127.0.0.1");
    require_unchanged(machine, &before);
    traces_clear(&before);
    close(fd);
}

static void
refuses_a_machine_that_is_off(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, 4 * MIB);

    g_assert_cmpint(virDomainBackupBegin(machine->domain, NULL, NULL, 0), ==,
                    -1);
    require_refusal(VIR_ERR_OPERATION_UNSUPPORTED, "web");
    g_assert_null(virDomainBackupGetXMLDesc(machine->domain, 1, 0));
    require_refusal(VIR_ERR_NO_DOMAIN_BACKUP, "web");
    g_assert_cmpint(virDomainAbortJob(machine->domain), ==, -1);
    require_refusal(VIR_ERR_OPERATION_INVALID, "web");
}

#define ADD(test) g_test_add_func("/backup/refusals/" #test, test)

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD(bad_documents_change_nothing);
    ADD(bad_checkpoints_and_flags_change_nothing);
    ADD(a_socket_may_be_dead_and_107_bytes_long);
    ADD(tcp_without_name_and_port_is_local);
    ADD(refuses_a_port_in_use);
    ADD(refuses_a_machine_that_is_off);
    return g_test_run();
}
