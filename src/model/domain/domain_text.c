/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/domain/domain_text.h"

DomainText *
domain_text_new(char *text)
{
    DomainText *domain = NULL;

    if (!text)
        return NULL;
    domain = g_new0(DomainText, 1);
    domain->refs = 1;
    domain->text = text;
    return domain;
}

DomainText *
domain_text_ref(DomainText *domain)
{
    if (domain)
        domain->refs++;
    return domain;
}

/* Freed without being wiped: it may hold a graphics password, which the
 * definition and, where there is one, the state file hold as well. */
void
domain_text_unref(DomainText *domain)
{
    if (!domain || --domain->refs > 0)
        return;
    g_free(domain->text);
    g_free(domain->shown);
    g_free(domain);
}
