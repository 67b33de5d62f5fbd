/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of permissions is complete, and says what its names promise.  What
 * it refuses a reader is asked of each call in test_call.c. */
#include "api/access.h"

#include <glib.h>
#include <libvirt/libvirt-strandline.h>
#include <string.h>

/* What the library lets out, from its version script. */
static GHashTable *
exported(void)
{
    GHashTable *names =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    g_assert_true(g_file_get_contents(g_getenv("STRANDLINE_SYMBOLS"), &text,
                                      NULL, &error));
    lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        char *name = g_strstrip(*line);

        if (g_str_has_prefix(name, "vir") && g_str_has_suffix(name, ";"))
            g_hash_table_add(names, g_strndup(name, strlen(name) - 1));
    }
    /* A variable; nobody calls it. */
    g_assert_true(g_hash_table_remove(names, "virConnectAuthPtrDefault"));
    g_assert_cmpuint(g_hash_table_size(names), >, 100);
    return names;
}

static void
every_call_has_a_rule_and_every_rule_a_call(void)
{
    g_autoptr(GHashTable) names = exported();
    const AccessRule *rules = NULL;
    size_t count = 0;

    rules = access_rules(&count);
    for (size_t i = 0; i < count; i++) {
        g_test_message("%s", rules[i].function);
        g_assert_true(g_hash_table_remove(names, rules[i].function));
        g_assert_true(access_rule(rules[i].function) == &rules[i]);
    }
    g_assert_cmpuint(g_hash_table_size(names), ==, 0);
    g_assert_null(access_rule("virDomainMakeCoffee"));
}

static void
each_permission_has_a_name_of_its_own(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    for (unsigned bit = 1; bit < ACCESS_LAST; bit <<= 1) {
        const char *name = access_name(bit);

        g_assert_true(g_str_has_prefix(name, "domain:") ||
                      g_str_has_prefix(name, "connect:"));
        g_assert_true(g_hash_table_add(seen, (void *)name));
    }
}

static void
assert_needs(const char *function, unsigned flags, unsigned needs)
{
    g_assert_cmphex(access_needs(access_rule(function), flags), ==, needs);
}

/* Those that the reviews of the proposal spoke of. */
static void
flags_may_need_more(void)
{
    const unsigned backup =
        ACCESS_DOMAIN_CHECKPOINT | ACCESS_DOMAIN_BLOCK_WRITE;

    assert_needs("virDomainBackupBegin", 0, backup);
    assert_needs("virDomainBackupBegin", VIR_DOMAIN_BACKUP_BEGIN_QUIESCE,
                 backup | ACCESS_DOMAIN_FS_FREEZE);
    assert_needs("virDomainCheckpointCreateXML",
                 VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE,
                 ACCESS_DOMAIN_CHECKPOINT);
    assert_needs("virDomainCheckpointGetXMLDesc",
                 VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN, ACCESS_DOMAIN_READ);
    assert_needs("virDomainCheckpointGetXMLDesc",
                 VIR_DOMAIN_CHECKPOINT_XML_SIZE,
                 ACCESS_DOMAIN_READ | ACCESS_DOMAIN_CHECKPOINT);
    assert_needs("virDomainCheckpointGetXMLDesc",
                 VIR_DOMAIN_CHECKPOINT_XML_SIZE |
                     VIR_DOMAIN_CHECKPOINT_XML_SECURE,
                 ACCESS_DOMAIN_READ | ACCESS_DOMAIN_READ_SECURE |
                     ACCESS_DOMAIN_CHECKPOINT);
    assert_needs("virDomainGetXMLDesc", VIR_DOMAIN_XML_INACTIVE,
                 ACCESS_DOMAIN_READ);
    assert_needs("virDomainGetXMLDesc", VIR_DOMAIN_XML_SECURE,
                 ACCESS_DOMAIN_READ | ACCESS_DOMAIN_READ_SECURE);
    assert_needs("virDomainAbortJob", 0, ACCESS_DOMAIN_WRITE);
    assert_needs("virDomainRef", 0, ACCESS_FREE);
}

static void
readers_may_look_and_not_touch(void)
{
    const unsigned looking = ACCESS_CONNECT_GETATTR | ACCESS_CONNECT_READ |
                             ACCESS_CONNECT_SEARCH_DOMAINS |
                             ACCESS_DOMAIN_GETATTR | ACCESS_DOMAIN_READ;

    g_assert_cmphex(ACCESS_OF_READERS, ==, looking);
    g_assert_false(ACCESS_OF_READERS & ACCESS_DOMAIN_READ_SECURE);
    g_assert_false(ACCESS_OF_READERS & ACCESS_DOMAIN_BLOCK_READ);
}

#define ADD(name) g_test_add_func("/api/access/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(every_call_has_a_rule_and_every_rule_a_call);
    ADD(each_permission_has_a_name_of_its_own);
    ADD(flags_may_need_more);
    ADD(readers_may_look_and_not_touch);
    return g_test_run();
}
