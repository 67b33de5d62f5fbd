/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Golden documents, cut short and spoilt: reading them never crashes, leaks or
 * hangs, and whatever is accepted is written as something that reads the same.
 * The seed that g_test prints repeats a run (--seed=).
 */
#include "domain_data.h"

#include "base/error.h"
#include "xml/domain_xml.h"

#include <string.h>

enum { CUT_STEP = 7, MUTATIONS_PER_FILE = 150, CHANGES_MAX = 4 };

static const DomainFormatFlags definition =
    DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE;

/* Returns whether @text was accepted. */
static gboolean
read_anything(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(DomainDef) def = domain_xml_parse(text, &error);
    g_autoptr(DomainDef) again = NULL;
    g_autofree char *written = NULL;
    g_autoptr(DomainDef) copy = NULL;
    g_autofree char *rewritten = NULL;

    if (!def) {
        g_assert_nonnull(error);
        g_assert_true(error_is(error, VIR_ERR_XML_ERROR) ||
                      error_is(error, VIR_ERR_XML_DETAIL) ||
                      error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
        return FALSE;
    }
    g_assert_no_error(error);
    written = domain_xml_format(def, definition);
    again = domain_xml_parse(written, &error);
    g_assert_no_error(error);
    rewritten = domain_xml_format(again, definition);
    g_assert_cmpstr(rewritten, ==, written);
    copy = domain_def_copy(def); /* ends the test if it cannot be read */
    g_assert_cmpstr(copy->name, ==, def->name);
    return TRUE;
}

static void
cut_everywhere(char *text)
{
    size_t length = strlen(g_strchomp(text));

    for (size_t end = 0; end < length; end += CUT_STEP) {
        g_autofree char *cut = g_strndup(text, end);

        g_assert_false(read_anything(cut));
    }
}

static void
cut_documents_are_refused(void)
{
    g_autoptr(GPtrArray) names = data_list("in");

    for (guint i = 0; i < names->len; i++) {
        g_autofree char *text = data_read("in", names->pdata[i]);

        cut_everywhere(text);
    }
}

/* Pieces that mean something, which single bytes rarely come to. */
static const char *const pieces[] = {
    "<",         ">",         "/>",         "'",
    "\"",        "&amp;",     "&#0;",       "&#10;",
    "<!--",      "-->",       "<![CDATA[",  "]]>",
    "-1",        "0x",        "4294967296", "18446744073709551616",
    "yes",       "none",      "virtio",     "xmlns='urn:x'",
    "xmlns:q='", "\xc3\xbc",  "\xff",       "<?x y?>",
    "<disk/>",   "<target/>", "<address/>", "<backingStore/>",
    "%s%n",      "%",         "\t",         "../",
};

static void
change(GString *text)
{
    gssize at = g_test_rand_int_range(0, (gint32)text->len);
    gssize wanted = g_test_rand_int_range(1, 24);
    gssize length = MIN((gssize)text->len - at, wanted);
    const char *piece = pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))];

    switch (g_test_rand_int_range(0, 4)) {
    case 0:
        text->str[at] = (char)g_test_rand_int_range(1, 256);
        break;
    case 1:
        if (length < (gssize)text->len)
            g_string_erase(text, at, length);
        break;
    case 2:
        g_string_insert(text, at, piece);
        break;
    default: { /* something from elsewhere in the document */
        g_autofree char *copy = g_strndup(text->str + at, (gsize)length);

        g_string_insert(text, g_test_rand_int_range(0, (gint32)text->len),
                        copy);
        break;
    }
    }
}

static void
spoilt_documents_are_refused_or_read_the_same(void)
{
    g_autoptr(GPtrArray) names = data_list("in");
    guint accepted = 0;

    for (guint i = 0; i < names->len; i++) {
        g_autofree char *original = data_read("in", names->pdata[i]);

        for (int n = 0; n < MUTATIONS_PER_FILE; n++) {
            GString *text = g_string_new(original);
            int changes = g_test_rand_int_range(1, CHANGES_MAX + 1);

            for (int c = 0; c < changes; c++)
                change(text);
            accepted += read_anything(text->str) ? 1 : 0;
            g_string_free(text, TRUE);
        }
    }
    /* Else the mutations are too coarse to reach anything but the parser. */
    g_assert_cmpuint(accepted, >, names->len);
    g_test_message("%u mutations were accepted", accepted);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/domain_mutations/cut_documents_are_refused",
                    cut_documents_are_refused);
    g_test_add_func(
        "/xml/domain_mutations/spoilt_documents_are_refused_or_read",
        spoilt_documents_are_refused_or_read_the_same);
    return g_test_run();
}
