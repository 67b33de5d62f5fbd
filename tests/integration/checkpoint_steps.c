/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "checkpoint_steps.h"

#include "nbd_reader.h"

#include <jansson.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

void
assert_text(char *text, const char *expected, const char *file, int line)
{
    g_autofree char *owned = text;

    if (!g_str_equal(owned, expected)) {
        g_error("%s:%d: expected \"%s\", got \"%s\"", file, line, expected,
                owned);
    }
}

char *
checkpoint_document(const Machine *machine, const char *name, const char *disks)
{
    GString *xml = g_string_new("<domaincheckpoint>");
    g_auto(GStrv) words = disks ? g_strsplit(disks, " ", -1) : NULL;

    (void)machine;
    if (name)
        g_string_append_printf(xml, "<name>%s</name>", name);
    if (words)
        g_string_append(xml, "<disks>");
    for (char **word = words; word && *word; word++)
        g_string_append_printf(xml, "<disk name='%s'/>", *word);
    g_string_append(xml, words ? "</disks></domaincheckpoint>"
                               : "</domaincheckpoint>");
    return g_string_free(xml, FALSE);
}

void
make_checkpoint(Machine *machine, const char *name, const char *disks)
{
    g_autofree char *xml = checkpoint_document(machine, name, disks);
    virDomainCheckpointPtr checkpoint =
        virDomainCheckpointCreateXML(machine->domain, xml, 0);

    require(checkpoint != NULL);
    require(virDomainCheckpointFree(checkpoint) == 0);
}

void
refuse_checkpoint(Machine *machine, const char *xml, unsigned flags, int code)
{
    g_assert_null(virDomainCheckpointCreateXML(machine->domain, xml, flags));
    require_error(code);
}

static virDomainCheckpointPtr
look_up(Machine *machine, const char *name)
{
    virDomainCheckpointPtr checkpoint =
        virDomainCheckpointLookupByName(machine->domain, name, 0);

    require(checkpoint != NULL);
    return checkpoint;
}

void
delete_checkpoint(Machine *machine, const char *name, unsigned flags)
{
    virDomainCheckpointPtr checkpoint = look_up(machine, name);

    require(virDomainCheckpointDelete(checkpoint, flags) == 0);
    require(virDomainCheckpointFree(checkpoint) == 0);
}

void
refuse_delete(Machine *machine, const char *name, unsigned flags, int code,
              const char *what)
{
    virDomainCheckpointPtr checkpoint = look_up(machine, name);

    g_assert_cmpint(virDomainCheckpointDelete(checkpoint, flags), ==, -1);
    require_error(code);
    if (what && !strstr(virGetLastErrorMessage(), what))
        g_error("'%s' does not name %s", virGetLastErrorMessage(), what);
    require(virDomainCheckpointFree(checkpoint) == 0);
}

char *
names(Machine *machine, const char *from, unsigned flags)
{
    virDomainCheckpointPtr top = from ? look_up(machine, from) : NULL;
    virDomainCheckpointPtr *list = NULL;
    GString *text = g_string_new(NULL);
    int count =
        top ? virDomainCheckpointListAllChildren(top, &list, flags)
            : virDomainListAllCheckpoints(machine->domain, &list, flags);

    require(count >= 0);
    g_assert_null(list[count]);
    /* Counting alone comes to the same. */
    g_assert_cmpint(
        count, ==,
        top ? virDomainCheckpointListAllChildren(top, NULL, flags)
            : virDomainListAllCheckpoints(machine->domain, NULL, flags));
    for (int i = 0; i < count; i++) {
        g_string_append_printf(text, "%s%s", i ? " " : "",
                               virDomainCheckpointGetName(list[i]));
        require(virDomainCheckpointFree(list[i]) == 0);
    }
    free(list);
    if (top)
        require(virDomainCheckpointFree(top) == 0);
    return g_string_free(text, FALSE);
}

char *
parent(Machine *machine, const char *name)
{
    virDomainCheckpointPtr checkpoint = look_up(machine, name);
    virDomainCheckpointPtr above = virDomainCheckpointGetParent(checkpoint, 0);
    char *text = g_strdup(above ? virDomainCheckpointGetName(above) : "-");

    if (above) {
        require(virDomainCheckpointFree(above) == 0);
    } else {
        require_error(VIR_ERR_NO_DOMAIN_CHECKPOINT);
    }
    require(virDomainCheckpointFree(checkpoint) == 0);
    return text;
}

static int
compare_words(gconstpointer left, gconstpointer right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Sorts and joins @words (owned). */
static char *
join_sorted(GPtrArray *words)
{
    g_autoptr(GPtrArray) list = words;

    g_ptr_array_sort(list, compare_words);
    g_ptr_array_add(list, NULL);
    return g_strjoinv(" ", (char **)list->pdata);
}

static json_t *
load(const char *text)
{
    json_t *value = json_loads(text, 0, NULL);

    g_assert_nonnull(value);
    return value;
}

char *
bitmaps(Machine *machine, unsigned disk)
{
    char *text = machine_monitor(
        machine, "{\"execute\": \"query-named-block-nodes\", \"arguments\": "
                 "{\"flat\": true}}");
    g_autofree char *wanted = g_strdup_printf("sl-vd%c-fmt", (int)('a' + disk));
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    json_t *reply = load(text);
    json_t *node;
    json_t *bitmap;
    size_t i;
    size_t j;

    json_array_foreach(json_object_get(reply, "return"), i, node)
    {
        if (g_strcmp0(json_string_value(json_object_get(node, "node-name")),
                      wanted))
            continue;
        json_array_foreach(json_object_get(node, "dirty-bitmaps"), j, bitmap)
        {
            const char *name =
                json_string_value(json_object_get(bitmap, "name"));
            const char *mark = "";

            if (json_is_true(json_object_get(bitmap, "inconsistent"))) {
                mark = "!";
            } else if (json_is_true(json_object_get(bitmap, "recording"))) {
                mark = "*";
            }
            /* A running job's copy-before-write filter has one without. */
            if (name)
                g_ptr_array_add(words, g_strconcat(name, mark, NULL));
        }
    }
    json_decref(reply);
    free(text);
    return join_sorted(words);
}

static bool
has_flag(json_t *bitmap, const char *flag)
{
    json_t *word;
    size_t i;

    json_array_foreach(json_object_get(bitmap, "flags"), i, word)
    {
        if (g_strcmp0(json_string_value(word), flag) == 0)
            return true;
    }
    return false;
}

char *
stored_bitmaps(Machine *machine, unsigned disk)
{
    g_autofree char *text =
        run_command("qemu-img", "info", "-f", "qcow2", "--output=json",
                    machine->path[disk], NULL);
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
    json_t *info = load(text);
    json_t *list = NULL;
    json_t *bitmap;
    size_t i;

    (void)json_unpack(info, "{s:{s:{s:o}}}", "format-specific", "data",
                      "bitmaps", &list); /* absent when there are none */
    json_array_foreach(list, i, bitmap)
    {
        const char *mark = has_flag(bitmap, "in-use") ? "!"
                           : has_flag(bitmap, "auto") ? "*"
                                                      : "";

        g_ptr_array_add(words, g_strconcat(json_string_value(
                                               json_object_get(bitmap, "name")),
                                           mark, NULL));
    }
    json_decref(info);
    return join_sorted(words);
}

char *
xml_of(Machine *machine, const char *name, unsigned flags)
{
    virDomainCheckpointPtr checkpoint = look_up(machine, name);
    char *xml = virDomainCheckpointGetXMLDesc(checkpoint, flags);

    require(xml != NULL);
    require(virDomainCheckpointFree(checkpoint) == 0);
    return xml;
}

int64_t
size_since(Machine *machine, const char *name, unsigned disk)
{
    char *xml = xml_of(machine, name,
                       VIR_DOMAIN_CHECKPOINT_XML_SIZE |
                           VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN);
    g_autofree char *element =
        g_strdup_printf("<disk name='vd%c'", (int)('a' + disk));
    const char *start = strstr(xml, element);
    const char *end = start ? strchr(start, '>') : NULL;
    const char *size = start ? strstr(start, "size='") : NULL;
    int64_t bytes = -1;

    g_assert_nonnull(start);
    if (size && size < end)
        bytes = g_ascii_strtoll(size + strlen("size='"), NULL, 10);
    free(xml);
    return bytes;
}

static char *
pull_document(const Machine *machine, const char *base, unsigned disk)
{
    GString *disks = g_string_new(NULL);
    char *xml;

    for (unsigned i = 0; i < machine->disks; i++) {
        g_string_append_printf(disks,
                               i == disk ? "<disk name='vd%c'/>"
                                         : "<disk name='vd%c' backup='no'/>",
                               (int)('a' + i));
    }
    xml = g_strdup_printf("<domainbackup mode='pull'>"
                          "<incremental>%s</incremental>"
                          "<server transport='unix' socket='%s/pull.sock'/>"
                          "<disks>%s</disks></domainbackup>",
                          base, machine->folder, disks->str);
    g_string_free(disks, TRUE);
    return xml;
}

uint64_t
dirty_since(Machine *machine, const char *base, unsigned disk)
{
    g_autofree char *xml = pull_document(machine, base, disk);
    g_autofree char *socket = machine_file(machine, "pull.sock");
    g_autofree char *name = g_strdup_printf("vd%c", (int)('a' + disk));
    g_autofree char *bitmap = g_strdup_printf("backup-%s", name);
    g_autofree uint8_t *content = g_malloc0(machine->size[disk]);
    int job = virDomainBackupBegin(machine->domain, xml, NULL, 0);
    uint64_t dirty;

    require(job > 0);
    dirty = nbd_read_dirty(socket, name, bitmap, content, machine->size[disk]);
    require(virDomainBackupEnd(machine->domain, job, 0) == 1);
    return dirty;
}

void
refuse_base(Machine *machine, const char *base, unsigned disk, int code)
{
    g_autofree char *xml = pull_document(machine, base, disk);
    g_autofree char *named_disk = g_strdup_printf("'vd%c'", (int)('a' + disk));
    g_autofree char *named_base = g_strdup_printf("'%s'", base);

    g_assert_cmpint(virDomainBackupBegin(machine->domain, xml, NULL, 0), ==,
                    -1);
    require_error(code);
    if (code != VIR_ERR_CHECKPOINT_INCONSISTENT)
        return;
    g_assert_nonnull(strstr(virGetLastErrorMessage(), named_disk));
    g_assert_nonnull(strstr(virGetLastErrorMessage(), named_base));
}

void
change_image(Machine *machine, unsigned disk, const char *action,
             const char *name)
{
    g_free(run_command("qemu-img", "bitmap", "-f", "qcow2", action,
                       machine->path[disk], name, NULL));
}

void
remove_bitmap(Machine *machine, unsigned disk, const char *name)
{
    g_autofree char *command = g_strdup_printf(
        "{\"execute\": \"block-dirty-bitmap-remove\", \"arguments\": "
        "{\"node\": \"sl-vd%c-fmt\", \"name\": \"%s\"}}",
        (int)('a' + disk), name);

    free(machine_monitor(machine, command));
}
