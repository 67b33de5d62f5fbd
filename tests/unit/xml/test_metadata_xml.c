/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Notes in a definition: one at a time, and nothing else of it changes. */
#include "domain_sample.h"

#include "xml/domain/metadata_xml.h"
#include "xml/domain_xml.h"

#include <libvirt/libvirt-domain.h>
#include <libvirt/virterror.h>
#include <string.h>

#define URI "http://a.b/c"

static void
set(DomainDef *def, const char *text, const char *key, const char *uri)
{
    const DomainMetadata note = {VIR_DOMAIN_METADATA_ELEMENT, text, key, uri};
    GError *error = NULL;

    g_assert_true(metadata_xml_set(def, &note, &error));
    g_assert_no_error(error);
}

static void
refuse(DomainDef *def, const DomainMetadata *note, int code)
{
    g_autofree char *before = domain_xml_format(def, DOMAIN_FORMAT_INACTIVE);
    g_autofree char *after = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_false(metadata_xml_set(def, note, &error));
    g_assert_cmpint(error->code, ==, code);
    after = domain_xml_format(def, DOMAIN_FORMAT_INACTIVE);
    g_assert_cmpstr(before, ==, after);
}

static void
expect(const DomainDef *def, const char *uri, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *found =
        metadata_xml_get(def, VIR_DOMAIN_METADATA_ELEMENT, uri, &error);

    g_assert_cmpstr(found, ==, text);
    if (!text)
        g_assert_cmpint(error->code, ==, VIR_ERR_NO_DOMAIN_METADATA);
}

/* As dumpxml would show it, and as the next process reads it. */
static DomainDef *
again(const DomainDef *def, const char *shown)
{
    g_autofree char *text = domain_xml_format(def, DOMAIN_FORMAT_INACTIVE);
    DomainDef *copy = domain_xml_parse(text, NULL);

    g_assert_nonnull(copy);
    g_assert_true(!shown || strstr(text, shown));
    return copy;
}

static void
an_element_gets_the_prefix_and_comes_without_it(void)
{
    g_autoptr(DomainDef) def = domain_with_devices("");
    g_autoptr(DomainDef) copy = NULL;

    expect(def, URI, NULL);
    set(def, "<one two='3'><four/>text</one>", "app", URI);
    expect(def, URI, "<one two='3'><four/>text</one>");
    copy = again(def, "<app:one xmlns:app='" URI "' two='3'>"
                      "<app:four/>text</app:one>");
    expect(copy, URI, "<one two='3'><four/>text</one>");
    set(copy, "<two/>", "other", URI);
    expect(copy, URI, "<two/>");
    set(copy, NULL, NULL, URI);
    expect(copy, URI, NULL);
    set(copy, NULL, NULL, URI);
    g_assert_cmpuint(copy->echoed->len, ==, 0);
}

/* What others noted stays to the byte, and what stands inside an element in a
 * namespace of its own keeps that. */
static void
each_namespace_has_its_own(void)
{
    g_autoptr(DomainDef) def = domain_with_devices("");
    g_autoptr(DomainDef) copy = NULL;

    set(def, "<a/>", "x", "urn:1");
    set(def, "<b><z:k xmlns:z='urn:9' z:v='1'/></b>", "x", "urn:2");
    set(def, "<c xmlns='urn:8'><d/></c>", "y", "urn:3");
    copy = again(def, NULL);
    set(copy, NULL, NULL, "urn:1");
    expect(copy, "urn:1", NULL);
    expect(copy, "urn:2", "<b>\n  <z:k xmlns:z='urn:9' z:v='1'/>\n</b>");
    expect(copy, "urn:3", "<c xmlns='urn:8'>\n  <d/>\n</c>");
    expect(copy, "urn:8", NULL);
}

static void
what_cannot_be_read_again_is_refused(void)
{
    g_autoptr(DomainDef) def = domain_with_devices("");
    g_autofree char *large = g_strnfill(2 * 1024 * 1024, 'x');
    g_autofree char *huge = g_strdup_printf("<a>%s</a>", large);
    g_autoptr(GString) deep = g_string_new(NULL);
    const struct {
        DomainMetadata note;
        int code;
    } cases[] = {
        {{2, "<a", "x", URI}, VIR_ERR_XML_DETAIL},
        {{2, "", "x", URI}, VIR_ERR_XML_DETAIL},
        {{2, "<a/><b/>", "x", URI}, VIR_ERR_XML_DETAIL},
        {{2, "<a/>", "", URI}, VIR_ERR_INVALID_ARG},
        {{2, "<a/>", "1x", URI}, VIR_ERR_INVALID_ARG},
        {{2, "<a/>", "xmlns", URI}, VIR_ERR_INVALID_ARG},
        {{2, "<a xmlns:x='urn:1'/>", "x", URI}, VIR_ERR_INVALID_ARG},
        {{2, huge, "x", URI}, VIR_ERR_XML_ERROR},
        {{1, "two\nlines", NULL, NULL}, VIR_ERR_INVALID_ARG},
        {{1, large, NULL, NULL}, VIR_ERR_INVALID_ARG},
        {{0, large, NULL, NULL}, VIR_ERR_INVALID_ARG},
        {{0, "\xff", NULL, NULL}, VIR_ERR_INVALID_ARG},
        {{3, "x", NULL, NULL}, VIR_ERR_INVALID_ARG},
    };

    set(def, "<kept/>", "k", URI);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        refuse(def, &cases[i].note, cases[i].code);
    for (int i = 0; i < 60; i++)
        g_string_append(deep, "<a>");
    for (int i = 0; i < 60; i++)
        g_string_append(deep, "</a>");
    refuse(def, &(DomainMetadata){2, deep->str, "x", URI}, VIR_ERR_XML_ERROR);
    expect(def, URI, "<kept/>");
}

static void
an_empty_title_is_none(void)
{
    g_autoptr(DomainDef) def = domain_with_devices("");
    const DomainMetadata title = {VIR_DOMAIN_METADATA_TITLE, " x ", NULL, NULL};
    const DomainMetadata none = {VIR_DOMAIN_METADATA_TITLE, "", NULL, NULL};
    g_autoptr(GError) error = NULL;

    g_assert_true(metadata_xml_set(def, &title, NULL));
    g_assert_cmpstr(def->title, ==, "x");
    g_assert_true(metadata_xml_set(def, &none, NULL));
    g_assert_null(
        metadata_xml_get(def, VIR_DOMAIN_METADATA_TITLE, NULL, &error));
    g_assert_cmpint(error->code, ==, VIR_ERR_NO_DOMAIN_METADATA);
}

static void
append_change(int type, const char *uri, void *opaque)
{
    g_string_append_printf(opaque, "%d %s\n", type, uri ? uri : "-");
}

static void
what_became_different_is_told(void)
{
    g_autoptr(DomainDef) def = domain_with_devices("");
    MetadataSeen seen = {0};
    g_autoptr(GString) told = g_string_new(NULL);

    set(def, "<a/>", "x", "urn:1");
    set(def, "<b/>", "y", "urn:2");
    metadata_seen_update(&seen, def, NULL, NULL);
    metadata_seen_update(&seen, def, append_change, told);
    g_assert_cmpstr(told->str, ==, "");
    set(def, "<c/>", "x", "urn:1");
    set(def, NULL, NULL, "urn:2");
    set(def, "<d/>", "z", "urn:3");
    def->title = g_strdup("new");
    metadata_seen_update(&seen, def, append_change, told);
    g_assert_cmpstr(told->str, ==, "1 -\n2 urn:1\n2 urn:3\n2 urn:2\n");
    g_string_truncate(told, 0);
    metadata_seen_update(&seen, NULL, append_change, told);
    g_assert_cmpstr(told->str, ==, "1 -\n2 urn:1\n2 urn:3\n");
    metadata_seen_clear(&seen);
}

#define ADD(name) g_test_add_func("/xml/metadata_xml/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(an_element_gets_the_prefix_and_comes_without_it);
    ADD(each_namespace_has_its_own);
    ADD(what_cannot_be_read_again_is_refused);
    ADD(an_empty_title_is_none);
    ADD(what_became_different_is_told);
    return g_test_run();
}
