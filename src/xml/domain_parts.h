/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the readers and writers of a domain's parts share.
 *
 * A machine that differs from what its XML asks for is worse than none, so a
 * part first names everything it knows with part_only(), which refuses the
 * rest, and only then reads.  The functions here leave their output alone when
 * the attribute is absent, as those of xml/reader.h do.
 */
#pragma once

#include "model/domain.h"
#include "model/domain_devices.h"
#include "xml/domain_xml.h"
#include "xml/reader.h"
#include "xml/writer.h"

typedef struct {
    DomainDef *def;
    bool is_live;   /* the document shows a running domain */
    bool is_status; /* and its run-time values are to be kept */
} DomainParse;

/** part_only: refuses, as VIR_ERR_CONFIG_UNSUPPORTED and by name, what is in
 * neither NULL-terminated list.  A child may be there once, unless its name is
 * listed with a '*' before it.  One in a namespace is listed as "URI name". */
bool part_only(xmlNode *node, const char *const *attributes,
               const char *const *children, GError **error);

/** part_plain: the children of @parent called @names, where they are there, have
 * neither attributes nor children. */
bool part_plain(xmlNode *parent, const char *const *names, GError **error);

/** part_choice: like reader_choice() with VIR_ERR_CONFIG_UNSUPPORTED, for words
 * that mean something which we cannot do. */
bool part_choice(xmlNode *node, const char *name, const char *const *words,
                 int *ret_index, GError **error);

/** part_word: like part_choice(), as text; the word "default" is NULL. */
bool part_word(xmlNode *node, const char *name, const char *const *words,
               char **ret_word, GError **error);

/** part_switch: "on"/"off" or "yes"/"no". */
bool part_switch(xmlNode *node, const char *name, Switch *ret_value,
                 GError **error);

/** part_unsigned: like reader_uint(). */
bool part_unsigned(xmlNode *node, const char *name, unsigned limit,
                   unsigned *ret_value, GError **error);

/** part_text: an attribute without control characters. */
bool part_text(xmlNode *node, const char *name, char **ret_text,
               GError **error);

/** part_name: an attribute made of letters, digits and "+-._:@" only, at most
 * @limit of them: it may become part of an option of QEMU's. */
bool part_name(xmlNode *node, const char *name, size_t limit, char **ret_text,
               GError **error);
/** part_check_name: the same for a text; @what says what it is. */
bool part_check_name(const char *text, const char *what, size_t limit,
                     GError **error);

/** part_path: an absolute path without control characters. */
bool part_path(xmlNode *node, const char *name, char **ret_path,
               GError **error);
/** part_check_path: the same for a text; @what says whose path it is. */
bool part_check_path(const char *path, const char *what, GError **error);

/** part_boot: <boot order='N'/> of a device, if it has one. */
bool part_boot(xmlNode *device, unsigned *ret_order, GError **error);

/** part_pci: <address type='pci'/> of a device, if it has one. */
bool part_pci(xmlNode *device, PciAddress *ret_address, GError **error);

/** part_no_address: an address may be there if it is of @type ("usb"), and
 * means nothing to us. */
bool part_no_address(xmlNode *device, const char *type, GError **error);

/** part_alias: <alias name=>, kept from status files only. */
void part_alias(xmlNode *device, const DomainParse *parse, char **ret_alias);

/* ---- writing ---- */

/** put_switch: nothing for SWITCH_DEFAULT. */
void put_switch(Writer *writer, const char *name, Switch value);
void put_yes_no(Writer *writer, const char *name, Switch value);
/** put_state: <name state='on'/>; nothing for SWITCH_DEFAULT. */
void put_state(Writer *writer, const char *name, Switch value);
/** put_nonzero: an attribute that 0 leaves out. */
void put_nonzero(Writer *writer, const char *name, uint64_t value);
void put_pci(Writer *writer, const PciAddress *address);
void put_alias(Writer *writer, const char *alias, DomainFormatFlags flags);
void put_boot(Writer *writer, unsigned order);
