/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/record/migration_xml.h"

#include "base/error.h"

#include <string.h>

#define ID "5f0e6a12-6a8e-4d6e-9d0b-0a4b6f1c2d3e"

static Migration *
parse(const char *text, GError **error)
{
    g_autoptr(XmlDocument) document =
        reader_parse(text, "migration", "migration", error);

    g_assert_nonnull(document);
    return migration_xml_parse(reader_root(document), error);
}

static void
a_record_comes_back_as_it_was_written(void)
{
    g_autoptr(Migration) before = migration_new(ID, false);
    g_autoptr(Migration) after = NULL;
    g_autoptr(Writer) writer = writer_new();
    g_autofree char *text = NULL;

    before->is_moved = true;
    before->defines = true;
    before->flags = 9;
    before->peer = g_strdup("qemu:///embed?root=/a&b='c'");
    before->leader = 77;
    before->leader_since = G_MAXUINT64;
    migration_xml_write(writer, before);
    text = writer_finish(writer);
    after = parse(text, NULL);
    g_assert_nonnull(after);
    g_assert_cmpstr(after->id, ==, ID);
    g_assert_false(after->is_incoming);
    g_assert_true(after->is_moved);
    g_assert_true(after->defines);
    g_assert_cmpuint(after->flags, ==, 9);
    g_assert_cmpstr(after->peer, ==, before->peer);
    g_assert_cmpint(after->leader, ==, 77);
    g_assert_cmpuint(after->leader_since, ==, G_MAXUINT64);
}

/* An id becomes the name of a file, and a source has to know whom to ask. */
static void
a_record_that_says_too_little_is_refused(void)
{
    static const char *const texts[] = {
        "<migration incoming='yes'/>",
        "<migration id='../x' incoming='yes'/>",
        "<migration id='" ID "'/>",
        "<migration id='" ID "' incoming='yes' flags='-1'/>",
        "<migration id='" ID "' incoming='yes' more='1'/>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(parse(texts[i], &error));
        g_assert_cmpint(error->code, ==, VIR_ERR_XML_ERROR);
    }
}

static MigrationCookie *
sample_cookie(void)
{
    MigrationCookie *cookie = migration_cookie_new();
    MigrationDisk *disk = migration_cookie_add(cookie, "vda");

    disk->inode = 3;
    disk->device = G_MAXUINT64;
    disk->size = 5;
    cookie->id = g_strdup(ID);
    memset(cookie->uuid, 0x5a, sizeof(cookie->uuid));
    cookie->host = g_strdup("a host");
    cookie->stamp = g_strdup("a sum");
    cookie->definition = g_strdup("<domain><name>a&amp;b</name></domain>");
    cookie->is_offline = true;
    return cookie;
}

static void
a_cookie_tells_the_other_side_everything(void)
{
    g_autoptr(MigrationCookie) before = sample_cookie();
    g_autofree char *text = migration_cookie_format(before);
    g_autoptr(MigrationCookie) after = migration_cookie_parse(text, NULL);
    const MigrationDisk *disk = NULL;

    g_assert_nonnull(after);
    g_assert_cmpmem(after->uuid, sizeof(after->uuid), before->uuid,
                    sizeof(before->uuid));
    g_assert_cmpstr(after->definition, ==, before->definition);
    g_assert_cmpstr(after->host, ==, "a host");
    g_assert_cmpstr(after->stamp, ==, "a sum");
    g_assert_null(after->peer);
    g_assert_true(after->is_offline);
    disk = migration_cookie_find(after, "vda");
    g_assert_nonnull(disk);
    g_assert_cmpuint(disk->device, ==, G_MAXUINT64);
    g_assert_null(migration_cookie_find(after, "vdb"));
}

static void
a_cookie_of_a_stranger_is_refused(void)
{
    static const char *const texts[] = {
        "no xml",
        "<migration/>",
        "<migration id='" ID "' uuid='" ID "' host='h'/>",
        "<migration id='../../x' uuid='" ID "' host='h' stamp='s'/>",
        "<migration id='" ID "' uuid='x' host='h' stamp='s'/>",
        "<migration id='" ID "' uuid='" ID "' host='h' stamp='s'><disk/>"
        "</migration>",
        "<migration id='" ID "' uuid='" ID "' host='h' stamp='s'>"
        "<disk target='a'/><disk target='a'/></migration>",
    };
    g_autoptr(GError) none = NULL;

    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(migration_cookie_parse(texts[i], &error));
        g_assert_nonnull(error);
    }
    g_assert_null(migration_cookie_parse(NULL, &none));
    g_assert_cmpint(none->code, ==, VIR_ERR_INVALID_ARG);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/xml/migration_xml/" #test, test)
    ADD(a_record_comes_back_as_it_was_written);
    ADD(a_record_that_says_too_little_is_refused);
    ADD(a_cookie_tells_the_other_side_everything);
    ADD(a_cookie_of_a_stranger_is_refused);
#undef ADD
    return g_test_run();
}
