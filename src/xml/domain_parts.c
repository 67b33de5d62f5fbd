/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/domain_parts.h"

#include "base/error.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

/* ---- what is known ---- */

typedef enum {
    CHILD_UNKNOWN,
    CHILD_ONCE,
    CHILD_REPEATED,
} ChildRule;

/* The lists are short and written in place; a table would have to be kept in
 * step with them. */
static ChildRule
rule_for(const char *const *children, const xmlNode *child)
{
    /* An element in a namespace is listed by that and its name, so that no
     * prefix a document may choose changes what it is. */
    const char *uri = reader_namespace(child);
    g_autofree char *name =
        uri ? g_strdup_printf("%s %s", uri, reader_name(child))
            : g_strdup(reader_name(child));

    for (; children && *children; children++) {
        if (strcmp(*children, name) == 0)
            return CHILD_ONCE;
        if (**children == '*' && strcmp(*children + 1, name) == 0)
            return CHILD_REPEATED;
    }
    return CHILD_UNKNOWN;
}

/* Attributes first: a message about the element itself helps more than one
 * about its children. */
bool
part_only(xmlNode *node, const char *const *attributes,
          const char *const *children, GError **error)
{
    const char *unknown = reader_unknown_attribute(node, attributes);

    if (unknown) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the attribute '%s' of <%s> is not supported", unknown,
                    reader_name(node));
    }
    for (xmlNode *child = reader_first(node, NULL); child;
         child = reader_next(child, NULL)) {
        const char *name = reader_name(child);
        ChildRule rule = rule_for(children, child);

        if (rule == CHILD_UNKNOWN) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "the element <%s> in <%s> is not supported", name,
                        reader_name(node));
        }
        /* Of two of a kind the readers would take the first, and the second
         * would be lost. */
        if (rule == CHILD_ONCE && reader_next(child, name)) {
            return fail(error, VIR_ERR_XML_ERROR, "<%s> may hold only one <%s>",
                        reader_name(node), name);
        }
    }
    return true;
}

/* For elements whose presence or text is all they have. */
bool
part_plain(xmlNode *parent, const char *const *names, GError **error)
{
    for (; *names; names++) {
        xmlNode *child = reader_first(parent, *names);

        if (child && !part_only(child, NULL, NULL, error))
            return false;
    }
    return true;
}

/* ---- values ---- */

/* For words of libvirt's that exist and are not done here: told apart from
 * words that nobody knows. */
bool
part_choice(xmlNode *node, const char *name, const char *const *words,
            int *ret_index, GError **error)
{
    g_autofree char *text = reader_attribute(node, name);
    g_autofree char *list = NULL;

    /* reader_choice() has another code for a wrong word: there it is a mistake,
     * here it may be a wish that we cannot fulfil. */
    if (!text || g_strv_contains(words, text))
        return reader_choice(node, name, words, ret_index, error);
    list = g_strjoinv("', '", (char **)words);
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "<%s %s='%.200s'> is not supported, only '%s'",
                reader_name(node), name, text, list);
}

/* The word itself is kept, since it is written back and mostly means the same
 * to QEMU. */
bool
part_word(xmlNode *node, const char *name, const char *const *words,
          char **ret_word, GError **error)
{
    int index = -1;

    if (!part_choice(node, name, words, &index, error))
        return false;
    /* libvirt's word for "as if it were not there". */
    if (index >= 0 && strcmp(words[index], "default") != 0) {
        g_free(*ret_word);
        *ret_word = g_strdup(words[index]);
    }
    return true;
}

/* libvirt writes some as on and off, others as yes and no; both are read
 * everywhere. */
bool
part_switch(xmlNode *node, const char *name, Switch *ret_value, GError **error)
{
    static const char *const words[] = {"on", "off", "yes", "no", NULL};
    int index = -1;

    if (!reader_choice(node, name, words, &index, error))
        return false;
    /* Even places are the words for on. */
    if (index >= 0)
        *ret_value = index % 2 == 0 ? SWITCH_ON : SWITCH_OFF;
    return true;
}

/* The present value stays when the attribute is absent. */
bool
part_unsigned(xmlNode *node, const char *name, unsigned limit,
              unsigned *ret_value, GError **error)
{
    uint64_t value = *ret_value;

    if (!reader_uint(node, name, limit, &value, error))
        return false;
    *ret_value = (unsigned)value;
    return true;
}

/* None belongs in a path or a name, and terminals obey them. */
static bool
has_control_character(const char *text)
{
    for (; *text; text++) {
        /* Bytes: no control character of ASCII is part of a longer one in
         * UTF-8. */
        if (g_ascii_iscntrl(*text))
            return true;
    }
    return false;
}

/* Whatever the text is for, it may end in a log or on a command line. */
bool
part_text(xmlNode *node, const char *name, char **ret_text, GError **error)
{
    g_autofree char *text = reader_attribute(node, name);

    if (!text)
        return true;
    if (has_control_character(text)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the attribute '%s' of <%s> holds a control character",
                    name, reader_name(node));
    }
    g_free(*ret_text);
    *ret_text = g_steal_pointer(&text);
    return true;
}

/* The characters that options of QEMU cannot mistake: no comma, no equals
 * sign, no blank. */
bool
part_check_name(const char *text, const char *what, size_t limit,
                GError **error)
{
    size_t length = strlen(text);

    if (length == 0 || length > limit) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the %s '%.64s' must have 1 to %zu characters", what, text,
                    limit);
    }
    for (const char *p = text; *p; p++) {
        if (!g_ascii_isalnum(*p) && !strchr("+-._:@", *p)) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "the %s '%.64s' may hold letters, digits and +-._:@ "
                        "only",
                        what, text);
        }
    }
    return true;
}

/* For what becomes part of an option of QEMU's. */
bool
part_name(xmlNode *node, const char *name, size_t limit, char **ret_text,
          GError **error)
{
    g_autofree char *text = reader_attribute(node, name);
    g_autofree char *what = NULL;

    if (!text)
        return true;
    what = g_strdup_printf("attribute '%s' of <%s>", name, reader_name(node));
    if (!part_check_name(text, what, limit, error))
        return false;
    g_free(*ret_text);
    *ret_text = g_steal_pointer(&text);
    return true;
}

/* Absolute, since what it is relative to would be the folder of whoever
 * calls; that also keeps out pseudo-names such as json: and nbd:. */
bool
part_check_path(const char *path, const char *what, GError **error)
{
    if (has_control_character(path)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the path of %s holds a control character", what);
    }
    if (*path != '/') {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the path '%.200s' of %s must be absolute", path, what);
    }
    if (strlen(path) >= PATH_MAX) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "the path '%.64s...' of %s is longer than %d bytes", path,
                    what, PATH_MAX - 1);
    }
    return true;
}

/* Absolute, of bounded length, without control characters; whether the file is
 * there is asked when it is used. */
bool
part_path(xmlNode *node, const char *name, char **ret_path, GError **error)
{
    g_autofree char *path = reader_attribute(node, name);
    g_autofree char *what = NULL;

    if (!path)
        return true;
    what = g_strdup_printf("<%s %s=...>", reader_name(node), name);
    if (!part_check_path(path, what, error))
        return false;
    g_free(*ret_path);
    *ret_path = g_steal_pointer(&path);
    return true;
}

/* ---- children that many devices have ---- */

/* 0 would mean none; whoever writes the element means something. */
bool
part_boot(xmlNode *device, unsigned *ret_order, GError **error)
{
    static const char *const attributes[] = {"order", NULL};
    xmlNode *boot = reader_first(device, "boot");
    unsigned order = 0;

    if (!boot)
        return true;
    /* INT_MAX and no list of devices here: whether an order is used twice is
     * asked of the whole domain. */
    if (!part_only(boot, attributes, NULL, error) ||
        !part_unsigned(boot, "order", INT_MAX, &order, error))
        return false;
    if (order == 0) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<boot> of <%s> needs an order of 1 or more",
                    reader_name(device));
    }
    *ret_order = order;
    return true;
}

/* libvirt writes these numbers in hexadecimal, people in decimal. */
static bool
read_address_number(xmlNode *node, const char *name, unsigned limit,
                    unsigned *ret_value, GError **error)
{
    g_autofree char *text = reader_attribute(node, name);
    gboolean is_hex = text && g_str_has_prefix(text, "0x");
    guint64 value;

    if (!text)
        return true;
    if (!g_ascii_string_to_unsigned(is_hex ? text + 2 : text, is_hex ? 16 : 10,
                                    0, limit, &value, NULL)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<%s %s='%s'>: expected a number from 0 to %u",
                    reader_name(node), name, text, limit);
    }
    *ret_value = (unsigned)value;
    return true;
}

/* NULL and no error: there is none. */
static xmlNode *
find_address(xmlNode *device, const char *type, GError **error)
{
    xmlNode *address = reader_first(device, "address");
    g_autofree char *given = address ? reader_attribute(address, "type") : NULL;

    if (address && g_strcmp0(given, type) != 0) {
        fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
             "<%s> has an address of type '%s', supported is '%s'",
             reader_name(device), given ? given : "", type);
        return NULL;
    }
    return address;
}

/* One place on the machine's buses.  That no two devices have the same is
 * checked when all are known. */
bool
part_pci(xmlNode *device, PciAddress *ret_address, GError **error)
{
    static const char *const attributes[] = {
        "type", "domain", "bus", "slot", "function", "multifunction", NULL};
    g_autoptr(GError) inner = NULL;
    xmlNode *node = find_address(device, "pci", &inner);
    PciAddress address = {.is_set = true};
    unsigned domain = 0;

    if (inner) {
        g_propagate_error(error, g_steal_pointer(&inner));
        return false;
    }
    if (!node)
        return true;
    if (!part_only(node, attributes, NULL, error) ||
        !read_address_number(node, "domain", 0, &domain, error) ||
        !read_address_number(node, "bus", 255, &address.bus, error) ||
        !read_address_number(node, "slot", 31, &address.slot, error) ||
        !read_address_number(node, "function", 7, &address.function, error) ||
        !part_switch(node, "multifunction", &address.multifunction, error))
        return false;
    /* Only when all of it was understood: half an address is none. */
    *ret_address = address;
    return true;
}

/* Of another type it asks for a place that cannot be had. */
bool
part_no_address(xmlNode *device, const char *type, GError **error)
{
    g_autoptr(GError) inner = NULL;

    (void)find_address(device, type, &inner);
    if (!inner)
        return true;
    g_propagate_error(error, g_steal_pointer(&inner));
    return false;
}

/* A definition's aliases are left out: they are chosen anew at each start,
 * and a clash with one that was taken over would be hard to see. */
void
part_alias(xmlNode *device, const DomainParse *parse, char **ret_alias)
{
    xmlNode *alias = reader_first(device, "alias");

    if (!alias || !parse->is_status)
        return;
    g_free(*ret_alias);
    *ret_alias = reader_attribute(alias, "name");
}

/* ---- writing ---- */

void
put_switch(Writer *writer, const char *name, Switch value)
{
    if (value != SWITCH_DEFAULT)
        writer_attribute(writer, name, value == SWITCH_ON ? "on" : "off");
}

void
put_yes_no(Writer *writer, const char *name, Switch value)
{
    if (value != SWITCH_DEFAULT)
        writer_attribute(writer, name, value == SWITCH_ON ? "yes" : "no");
}

/* <name state='on'/>, for elements of <features>. */
void
put_state(Writer *writer, const char *name, Switch value)
{
    if (value == SWITCH_DEFAULT)
        return;
    writer_open(writer, name);
    put_switch(writer, "state", value);
    writer_close(writer);
}

void
put_nonzero(Writer *writer, const char *name, uint64_t value)
{
    if (value != 0)
        writer_attribute_uint(writer, name, value);
}

/* In hexadecimal and with leading zeroes, as libvirt writes addresses. */
void
put_pci(Writer *writer, const PciAddress *address)
{
    if (!address->is_set)
        return;
    writer_open(writer, "address");
    writer_attribute(writer, "type", "pci");
    /* There is one domain; libvirt writes it always. */
    writer_attribute(writer, "domain", "0x0000");
    writer_attribute_format(writer, "bus", "0x%02x", address->bus);
    writer_attribute_format(writer, "slot", "0x%02x", address->slot);
    writer_attribute_format(writer, "function", "0x%x", address->function);
    put_switch(writer, "multifunction", address->multifunction);
    writer_close(writer);
}

/* Not in a definition: aliases belong to a run. */
void
put_alias(Writer *writer, const char *alias, DomainFormatFlags flags)
{
    if (!alias || flags & DOMAIN_FORMAT_INACTIVE)
        return;
    writer_open(writer, "alias");
    writer_attribute(writer, "name", alias);
    writer_close(writer);
}

/* 0 is no order. */
void
put_boot(Writer *writer, unsigned order)
{
    if (order == 0)
        return;
    writer_open(writer, "boot");
    writer_attribute_uint(writer, "order", order);
    writer_close(writer);
}
