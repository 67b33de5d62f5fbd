/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/domain.h"

#include "base/error.h"
#include "model/domain_devices.h"

#include <string.h>

/* Names become file names with a suffix, and NAME_MAX is 255. */
enum { NAME_LIMIT = 200 };

/* An array's free function takes a gpointer; the cast of a function's type
 * would be undefined. */
static void
free_disk(gpointer data)
{
    disk_def_free(data);
}

/* Every array and part is there from the start, so that no reader asks whether
 * a definition has devices; the parser fills in and never replaces. */
DomainDef *
domain_def_new(void)
{
    DomainDef *def = g_new0(DomainDef, 1);

    def->id = -1;
    def->disks = g_ptr_array_new_with_free_func(free_disk);
    def->machine = domain_machine_new();
    def->devices = domain_devices_new();
    def->echoed = g_ptr_array_new_with_free_func(g_free);
    return def;
}

/* Accepts what a reader left half filled: every array is there from
 * domain_def_new(). */
void
domain_def_free(DomainDef *def)
{
    if (!def)
        return;
    g_free(def->type);
    g_free(def->name);
    g_free(def->title);
    g_free(def->description);
    g_ptr_array_unref(def->disks);
    domain_machine_free(def->machine);
    domain_devices_free(def->devices);
    g_ptr_array_unref(def->echoed);
    g_free(def);
}

/* NULL for @target NULL too: g_strcmp0() takes it for no disk's name, since
 * every disk has a target. */
DiskDef *
domain_def_find_disk(const DomainDef *def, const char *target)
{
    for (guint i = 0; i < def->disks->len; i++) {
        DiskDef *disk = def->disks->pdata[i];

        if (g_strcmp0(disk->target, target) == 0)
            return disk;
    }
    return NULL;
}

/* A target wins over a path, since it is unique and a path need not be. */
DiskDef *
domain_def_find_disk_by_name(const DomainDef *def, const char *name)
{
    DiskDef *found = domain_def_find_disk(def, name);

    /* NULL must not match a drive without a path. */
    if (found || !name)
        return found;
    for (guint i = 0; i < def->disks->len; i++) {
        DiskDef *disk = def->disks->pdata[i];

        if (g_strcmp0(disk->path, name) != 0)
            continue;
        if (found) /* two disks on one path: the name says nothing */
            return NULL;
        found = disk;
    }
    return found;
}

/* By character rather than by byte: names in any script are fine. */
static bool
is_printable(const char *text)
{
    if (!g_utf8_validate(text, -1, NULL))
        return false;
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        if (!g_unichar_isprint(g_utf8_get_char(p)))
            return false;
    }
    return true;
}

/* Blanks alone would be a name that no list shows. */
static bool
is_blank(const char *text)
{
    return text[strspn(text, " ")] == '\0';
}

bool
domain_name_check(const char *name, GError **error)
{
    if (!name || is_blank(name)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "a domain needs a name that is not blank");
    }
    /* The text is not repeated where it could disturb a terminal.
     *
     * A name ends in lists, logs and messages of other programs. */
    if (!is_printable(name)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the domain name holds a character that is not printable");
    }
    /* %.32s may cut a character in half; the message is for people, and the
     * name was found printable as a whole. */
    if (strlen(name) > NAME_LIMIT) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the domain name '%.32s...' is longer than %d bytes", name,
                    NAME_LIMIT);
    }
    /* Files are named by the UUID; the name is a link beside them, for people,
     * and must not lead elsewhere. */
    if (strchr(name, '/') || strcmp(name, ".") == 0 ||
        strcmp(name, "..") == 0) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the domain name '%s' cannot be used as a file name: it "
                    "must not hold '/' nor be '.' or '..'",
                    name);
    }
    return true;
}

/* By hand: 37 bytes of @ret_text, always lower case, so that a UUID can be
 * compared and be a folder's name as text. */
void
uuid_format(const unsigned char *uuid, char *ret_text)
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < DOMAIN_UUID_SIZE; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *ret_text++ = '-';
        *ret_text++ = digits[uuid[i] >> 4];
        *ret_text++ = digits[uuid[i] & 15];
    }
    *ret_text = '\0';
}

/* Hyphens may be missing or stand between any two bytes, as libvirt has it.
 *
 * Through a copy, so that @ret_uuid is not written on failure. */
bool
uuid_parse(const char *text, unsigned char *ret_uuid)
{
    unsigned char uuid[DOMAIN_UUID_SIZE];

    for (int i = 0; i < DOMAIN_UUID_SIZE; i++) {
        int high;
        int low;

        /* At most one between two bytes, and none at the start or the end. */
        if (*text == '-' && i > 0)
            text++;
        high = g_ascii_xdigit_value(text[0]);
        /* The second digit is looked at only behind a first: behind the final
         * NUL nothing is ours to read. */
        low = high < 0 ? -1 : g_ascii_xdigit_value(text[1]);
        if (low < 0)
            return false;
        uuid[i] = (unsigned char)(high << 4 | low);
        text += 2;
    }
    if (*text != '\0')
        return false;
    memcpy(ret_uuid, uuid, sizeof(uuid));
    return true;
}
