/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backup_steps.h"

#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_STEPS = 60000, WAIT_STEP_US = 1000 };

char *
document(const Machine *machine, const char *mode, const char *format, ...)
{
    g_autofree char *body = NULL;
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    g_autofree char *server =
        g_strdup_printf("<server transport='unix' socket='%s'/>", socket);
    va_list args;

    va_start(args, format);
    body = g_strdup_vprintf(format, args);
    va_end(args);
    return g_strdup_printf("<domainbackup mode='%s'>%s%s</domainbackup>", mode,
                           strcmp(mode, "pull") == 0 ? server : "", body);
}

static char *
checkpoint_of(const char *name)
{
    return name ? g_strdup_printf(
                      "<domaincheckpoint><name>%s</name></domaincheckpoint>",
                      name)
                : NULL;
}

int
begin(Machine *machine, char *xml, const char *checkpoint, unsigned flags)
{
    g_autofree char *text = xml;
    g_autofree char *checkpoint_xml = checkpoint_of(checkpoint);
    int job =
        virDomainBackupBegin(machine->domain, text, checkpoint_xml, flags);

    require(job > 0);
    return job;
}

static int
count_checkpoints(Machine *machine)
{
    int count = virDomainListAllCheckpoints(machine->domain, NULL, 0);

    require(count >= 0);
    return count;
}

void
refuse_begin(Machine *machine, char *xml, const char *checkpoint,
             unsigned flags, int code, const char *what)
{
    g_autofree char *text = xml;
    g_autofree char *checkpoint_xml = checkpoint_of(checkpoint);
    int before = count_checkpoints(machine);

    if (virDomainBackupBegin(machine->domain, text, checkpoint_xml, flags) >= 0)
        g_error("accepted, though it should say '%s': %s", what, text);
    require_error(code);
    if (!strstr(virGetLastErrorMessage(), what))
        g_error("'%s' does not say '%s'", virGetLastErrorMessage(), what);
    require_checkpoints(machine, before);
}

void
end(Machine *machine, int job, unsigned flags, int result)
{
    int got = virDomainBackupEnd(machine->domain, job, flags);

    if (got != result) {
        g_error("the end of job %d gives %d, not %d: %s", job, got, result,
                got < 0 ? virGetLastErrorMessage() : "");
    }
}

int
wait_until_done(Machine *machine, int job)
{
    for (int i = 0; i < WAIT_STEPS; i++) {
        virDomainJobPtr handle =
            virDomainJobLookupByID(machine->domain, job, 0);
        int type = handle ? virDomainJobGetType(handle) : -1;

        require(handle != NULL);
        virDomainJobFree(handle);
        if (type != VIR_DOMAIN_JOB_UNBOUNDED)
            return type;
        g_usleep(WAIT_STEP_US);
    }
    g_error("job %d does not conclude", job);
}

void
push_all(Machine *machine, const char *checkpoint)
{
    g_autoptr(GString) disks = g_string_new("<disks>");
    int job = 0;

    for (unsigned i = 0; i < machine->disks; i++) {
        g_string_append_printf(
            disks, "<disk name='vd%c'><target file='%s/target%u'/></disk>",
            (int)('a' + i), machine->folder, i);
    }
    g_string_append(disks, "</disks>");
    job = begin(machine, document(machine, "push", "%s", disks->str),
                checkpoint, 0);
    g_assert_cmpint(wait_until_done(machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    end(machine, job, 0, 1);
}

/* How often @needle stands in @text. */
static unsigned
count(const char *text, const char *needle)
{
    unsigned n = 0;

    for (const char *at = strstr(text, needle); at; at = strstr(at + 1, needle))
        n++;
    return n;
}

unsigned
number_of_nodes(Machine *machine, const char *prefix)
{
    g_autofree char *reply =
        machine_monitor(machine, "{\"execute\": \"query-named-block-nodes\", "
                                 "\"arguments\": {\"flat\": true}}");
    g_autofree char *needle = g_strdup_printf("\"node-name\":\"%s", prefix);
    g_auto(GStrv) words = g_strsplit(reply, " ", -1);
    g_autofree char *packed = g_strjoinv("", words);

    return count(packed, needle);
}

static void
require_empty_answer(Machine *machine, const char *question)
{
    g_autofree char *command =
        g_strdup_printf("{\"execute\": \"%s\"}", question);
    g_autofree char *reply = machine_monitor(machine, command);
    g_auto(GStrv) words = g_strsplit(reply, " ", -1);
    g_autofree char *packed = g_strjoinv("", words);

    if (!strstr(packed, "\"return\":[]"))
        g_error("%s: %s", question, packed);
}

static void
require_only_disks(const Machine *machine, const char *kept)
{
    static const char *const ours[] = {"disk?.qcow2", "root", "watch.sock",
                                       "sector"};
    g_autoptr(GDir) folder = g_dir_open(machine->folder, 0, NULL);
    const char *entry = NULL;

    g_assert_nonnull(folder);
    for (entry = g_dir_read_name(folder); entry;
         entry = g_dir_read_name(folder)) {
        bool is_known = kept && g_pattern_match_simple(kept, entry);

        for (gsize i = 0; i < G_N_ELEMENTS(ours); i++)
            is_known = is_known || g_pattern_match_simple(ours[i], entry);
        if (!is_known)
            g_error("'%s' is left in the folder", entry);
    }
}

void
require_nothing_left(Machine *machine, const char *kept)
{
    if (virDomainIsActive(machine->domain) == 1) {
        g_assert_cmpuint(number_of_nodes(machine, "sl-j"), ==, 0);
        require_empty_answer(machine, "query-jobs");
        require_empty_answer(machine, "query-block-exports");
    }
    require_only_disks(machine, kept);
}

void
require_checkpoints(Machine *machine, int count_wanted)
{
    g_assert_cmpint(count_checkpoints(machine), ==, count_wanted);
}

void
require_pattern(const char *file, const char *format, int pattern,
                uint64_t offset, uint64_t length)
{
    g_autofree char *command =
        g_strdup_printf("read -P %d %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                        pattern, offset, length);

    g_free(
        run_command("qemu-io", "-r", "-f", format, "-c", command, file, NULL));
}

char *
shown(Machine *machine, int job)
{
    char *xml = virDomainBackupGetXMLDesc(machine->domain, job, 0);

    require(xml != NULL);
    return xml;
}

long long
stat_of(Machine *machine, int job, const char *field)
{
    virDomainJobPtr handle = virDomainJobLookupByID(machine->domain, job, 0);
    virTypedParameterPtr params = NULL;
    int n_params = 0;
    int type = 0;
    unsigned long long value = 0;
    long long result = -1;

    require(handle != NULL);
    require(virDomainJobGetStats(handle, &type, &params, &n_params, 0) == 0);
    if (virTypedParamsGetULLong(params, n_params, field, &value) == 1)
        result = (long long)value;
    virTypedParamsFree(params, n_params);
    virDomainJobFree(handle);
    return result;
}

void
require_failed_disk(Machine *machine, int job, const char *target)
{
    virDomainJobPtr handle = virDomainJobLookupByID(machine->domain, job, 0);
    virTypedParameterPtr params = NULL;
    const char *found = NULL;
    int n_params = 0;
    int type = 0;

    require(handle != NULL);
    require(virDomainJobGetStats(handle, &type, &params, &n_params, 0) == 0);
    (void)virTypedParamsGetString(params, n_params, VIR_DOMAIN_JOB_FAILED_DISK,
                                  &found);
    g_assert_cmpstr(found, ==, target);
    virTypedParamsFree(params, n_params);
    virDomainJobFree(handle);
}
