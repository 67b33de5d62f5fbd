/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Notes about a domain: of its definition, of its run, of both. */
#include "../integration/event_ear.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

#define URI "http://a.b/c"

static void
expect(virDomainPtr domain, int type, const char *uri, unsigned flags,
       const char *text)
{
    char *found = virDomainGetMetadata(domain, type, uri, flags);

    if (text) {
        require(found != NULL);
        g_assert_cmpstr(found, ==, text);
    } else {
        g_assert_null(found);
        require_error(VIR_ERR_NO_DOMAIN_METADATA);
    }
    free(found);
}

static void
set(virDomainPtr domain, int type, const char *text, unsigned flags)
{
    bool is_element = type == VIR_DOMAIN_METADATA_ELEMENT;

    require(virDomainSetMetadata(domain, type, text, is_element ? "app" : NULL,
                                 is_element ? URI : NULL, flags) == 0);
}

static void
refuse(virDomainPtr domain, int type, unsigned flags, int code)
{
    g_assert_cmpint(virDomainSetMetadata(domain, type, "x", NULL, NULL, flags),
                    ==, -1);
    require_error(code);
}

static void
notes_of_a_machine_that_is_off_are_its_definition_s(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    char *xml = NULL;

    expect(domain, VIR_DOMAIN_METADATA_TITLE, NULL, 0, NULL);
    set(domain, VIR_DOMAIN_METADATA_TITLE, "The web", 0);
    set(domain, VIR_DOMAIN_METADATA_DESCRIPTION, "It\nserves", 0);
    set(domain, VIR_DOMAIN_METADATA_ELEMENT, "<owner id='7'/>", 0);
    expect(domain, VIR_DOMAIN_METADATA_TITLE, NULL, VIR_DOMAIN_AFFECT_CONFIG,
           "The web");
    expect(domain, VIR_DOMAIN_METADATA_DESCRIPTION, NULL, 0, "It\nserves");
    expect(domain, VIR_DOMAIN_METADATA_ELEMENT, URI, 0, "<owner id='7'/>");
    xml = virDomainGetXMLDesc(domain, 0);
    g_assert_nonnull(strstr(xml, "<title>The web</title>"));
    g_assert_nonnull(strstr(xml, "<app:owner xmlns:app='" URI "' id='7'/>"));
    free(xml);
    set(domain, VIR_DOMAIN_METADATA_ELEMENT, NULL, 0);
    expect(domain, VIR_DOMAIN_METADATA_ELEMENT, URI, 0, NULL);
    set(domain, VIR_DOMAIN_METADATA_TITLE, "", 0);
    expect(domain, VIR_DOMAIN_METADATA_TITLE, NULL, 0, NULL);
    refuse(domain, VIR_DOMAIN_METADATA_TITLE, VIR_DOMAIN_AFFECT_LIVE,
           VIR_ERR_OPERATION_INVALID);
    g_assert_null(virDomainGetMetadata(domain, 0, NULL, 1));
    require_error(VIR_ERR_OPERATION_INVALID);
}

/* A note of the run is gone with it; the definition's counts from the next. */
static void
a_run_has_notes_of_its_own(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    const int type = VIR_DOMAIN_METADATA_DESCRIPTION;

    set(domain, type, "of the run", 0);
    expect(domain, type, NULL, 0, "of the run");
    expect(domain, type, NULL, VIR_DOMAIN_AFFECT_CONFIG, NULL);
    set(domain, type, "of both",
        VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG);
    expect(domain, type, NULL, VIR_DOMAIN_AFFECT_LIVE, "of both");
    expect(domain, type, NULL, VIR_DOMAIN_AFFECT_CONFIG, "of both");
    set(domain, type, "of the next", VIR_DOMAIN_AFFECT_CONFIG);
    expect(domain, type, NULL, 0, "of both");
    machine_stop(stage->machine);
    expect(domain, type, NULL, 0, "of the next");
}

static void
what_has_no_definition_has_no_notes_in_it(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    require(virDomainUndefine(domain) == 0);
    set(domain, VIR_DOMAIN_METADATA_TITLE, "x", 0);
    refuse(domain, VIR_DOMAIN_METADATA_TITLE, VIR_DOMAIN_AFFECT_CONFIG,
           VIR_ERR_OPERATION_INVALID);
    g_assert_null(virDomainGetMetadata(domain, 0, NULL, 2));
    require_error(VIR_ERR_OPERATION_INVALID);
}

static void
arguments_are_checked(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    const struct {
        int type;
        const char *text, *key, *uri;
        unsigned flags;
        int code;
    } cases[] = {
        {0, "x", "k", NULL, 0, VIR_ERR_INVALID_ARG},
        {0, "x", NULL, URI, 0, VIR_ERR_INVALID_ARG},
        {1, "two\nlines", NULL, NULL, 0, VIR_ERR_INVALID_ARG},
        {2, "<x/>", "k", NULL, 0, VIR_ERR_INVALID_ARG},
        {2, "<x/>", NULL, URI, 0, VIR_ERR_INVALID_ARG},
        {2, "<x/>", "1k", URI, 0, VIR_ERR_INVALID_ARG},
        {2, "no element", "k", URI, 0, VIR_ERR_XML_DETAIL},
        {3, "x", NULL, NULL, 0, VIR_ERR_INVALID_ARG},
        {0, "x", NULL, NULL, 4, VIR_ERR_INVALID_ARG},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpint(virDomainSetMetadata(domain, cases[i].type,
                                             cases[i].text, cases[i].key,
                                             cases[i].uri, cases[i].flags),
                        ==, -1);
        require_error(cases[i].code);
    }
    g_assert_null(virDomainGetMetadata(domain, 0, NULL, 3));
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_null(virDomainGetMetadata(domain, 2, NULL, 0));
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_null(virDomainGetMetadata(domain, 7, NULL, 0));
    require_error(VIR_ERR_INVALID_ARG);
}

/* Other connections may hear of a definition that was written besides. */
static void
each_change_is_told(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    ear_keep(stage->machine->conn);
    set(domain, VIR_DOMAIN_METADATA_TITLE, "one", 0);
    set(domain, VIR_DOMAIN_METADATA_ELEMENT, "<a/>", 0);
    set(domain, VIR_DOMAIN_METADATA_ELEMENT, NULL, 0);
    ear_expect("metadata 1 -\nmetadata 2 " URI "\nmetadata 2 " URI "\n");
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "metadata");
    require(virEventRegisterDefaultImpl() == 0);
    STAGE_TEST(notes_of_a_machine_that_is_off_are_its_definition_s);
    STAGE_TEST(a_run_has_notes_of_its_own);
    STAGE_TEST(what_has_no_definition_has_no_notes_in_it);
    STAGE_TEST(arguments_are_checked);
    STAGE_TEST(each_change_is_told);
    return g_test_run();
}
