/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The XML of a domain as a checkpoint keeps it.
 *
 * A definition is long and seldom changes, and each checkpoint keeps the one of
 * its moment: so all that were made of one definition may share one text, and
 * what readers see of it, which costs a parse, is made once.
 *
 * The text never changes.  @shown comes later, by whoever shows it first; as the
 * count of references it is guarded by the lock of the records that share it.
 */
#pragma once

#include <glib.h>

typedef struct {
    guint refs;
    char *text;  /* the inactive <domain>, passwords too */
    char *shown; /* nullable: without them, and indented as in a checkpoint's
                  * document; the XML layer's (xml/moment/moment_xml.h) */
} DomainText;

/** domain_text_new: takes @text over (nullable: then there is none, NULL). */
DomainText *domain_text_new(char *text);
/* NULL is accepted, and stays NULL. */
DomainText *domain_text_ref(DomainText *domain);
void domain_text_unref(DomainText *domain);
