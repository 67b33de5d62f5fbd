/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a destination makes of the documents that come with a machine. */
#include "domain_sample.h"

#include "xml/domain/arrival_xml.h"
#include "xml/domain_xml.h"

#include <libvirt/libvirt-domain.h>
#include <libvirt/virterror.h>
#include <string.h>

/* The sample's text, which is of the cookie's domain. */
static char *
sample(MigrationCookie *cookie)
{
    g_autoptr(DomainDef) def = domain_with_devices("");

    if (cookie)
        memcpy(cookie->uuid, def->uuid, sizeof(def->uuid));
    return domain_xml_format(def, DOMAIN_FORMAT_INACTIVE);
}

static void
a_machine_has_its_name_here(void)
{
    GError *error = NULL;
    g_autoptr(MigrationCookie) cookie = migration_cookie_new();
    g_autofree char *xml = sample(cookie);
    ArrivalWish wish = {.cookie = cookie, .xml = xml, .name = "elsewhere"};
    g_autoptr(DomainDef) machine = arrival_machine(&wish, &error);

    g_assert_no_error(error);
    g_assert_cmpstr(machine->name, ==, "elsewhere");
    wish.name = "a/b";
    g_assert_null(arrival_machine(&wish, &error));
    g_assert_nonnull(error);
    g_clear_error(&error);
}

static void
another_domains_document_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigrationCookie) cookie = migration_cookie_new();
    g_autofree char *xml = sample(cookie);
    const ArrivalWish wish = {.cookie = cookie, .xml = xml};

    cookie->uuid[0] ^= 1;
    g_assert_null(arrival_machine(&wish, &error));
    g_assert_cmpint(error->code, ==, VIR_ERR_INVALID_ARG);
}

static void
what_was_asked_for_is_defined(void)
{
    GError *error = NULL;
    g_autoptr(MigrationCookie) cookie = migration_cookie_new();
    g_autofree char *xml = sample(cookie);
    ArrivalWish wish = {.cookie = cookie, .xml = xml};
    g_autoptr(DomainDef) machine = arrival_machine(&wish, &error);
    g_autoptr(DomainDef) def = NULL;

    g_assert_true(arrival_definition(&wish, machine, &def, &error));
    g_assert_null(def);
    wish.flags = VIR_MIGRATE_PERSIST_DEST;
    g_assert_true(arrival_definition(&wish, machine, &def, &error));
    g_assert_cmpstr(def->name, ==, machine->name);
    /* What the source has defined comes before what runs there. */
    cookie->definition = g_strdup("<domain/>");
    g_clear_pointer(&def, domain_def_free);
    g_assert_false(arrival_definition(&wish, machine, &def, &error));
    g_clear_error(&error);
    /* And what was asked for before both. */
    wish.persist_xml = xml;
    g_assert_true(arrival_definition(&wish, machine, &def, &error));
    g_assert_no_error(error);
}

static void
one_domain_has_one_name(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(MigrationCookie) cookie = migration_cookie_new();
    g_autofree char *xml = sample(cookie);
    const ArrivalWish wish = {
        .cookie = cookie, .xml = xml, .flags = VIR_MIGRATE_PERSIST_DEST};
    g_autoptr(DomainDef) machine = arrival_machine(&wish, &error);
    g_autoptr(DomainDef) def = NULL;

    g_free(machine->name);
    machine->name = g_strdup("runs-as-this");
    g_assert_false(arrival_definition(&wish, machine, &def, &error));
    g_assert_cmpint(error->code, ==, VIR_ERR_INVALID_ARG);
    g_assert_nonnull(strstr(error->message, "runs-as-this"));
}

#define ADD(name) g_test_add_func("/xml/arrival_xml/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(a_machine_has_its_name_here);
    ADD(another_domains_document_is_refused);
    ADD(what_was_asked_for_is_defined);
    ADD(one_domain_has_one_name);
    return g_test_run();
}
