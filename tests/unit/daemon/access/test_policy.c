/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The first rule that fits decides, and what none fits is denied. */
#include "daemon/access/policy.h"

#include "api/access.h"
#include "base/error.h"
#include "policy_text.h"

#include <sys/stat.h>
#include <unistd.h>

enum { ALICE = 1001, BOB = 1002, STAFF = 2001 };

static bool
allows(Policy *policy, uid_t uid, unsigned permissions, const char *name)
{
    g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(gid_t));
    const gid_t group = uid == BOB ? STAFF : uid;

    g_array_append_val(groups, group);
    return policy_allows(policy, &(PolicySubject){.uid = uid, .groups = groups},
                         permissions, name);
}

static void
the_first_rule_that_fits_decides(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Policy) policy = policy_of(
        folder, "# who     what\n"
                "deny  user:1001  *  secret\n"
                "allow user:1001  domain:checkpoint,domain:block-write  web*\n"
                "\n"
                "allow group:2001 *\t# all of the staff\n"
                "allow *          read\n");

    g_assert_true(allows(policy, ALICE, ACCESS_DOMAIN_CHECKPOINT, "web1"));
    g_assert_true(allows(
        policy, ALICE, ACCESS_DOMAIN_CHECKPOINT | ACCESS_DOMAIN_READ, "web1"));
    g_assert_false(allows(
        policy, ALICE, ACCESS_DOMAIN_CHECKPOINT | ACCESS_DOMAIN_STOP, "web1"));
    g_assert_false(allows(policy, ALICE, ACCESS_DOMAIN_CHECKPOINT, "db"));
    g_assert_false(allows(policy, ALICE, ACCESS_DOMAIN_READ, "secret"));
    g_assert_true(allows(policy, ALICE, ACCESS_CONNECT_READ, NULL));
    g_assert_false(allows(policy, ALICE, ACCESS_DOMAIN_CHECKPOINT, NULL));
    g_assert_true(allows(policy, BOB, ACCESS_DOMAIN_STOP, "secret"));
    g_assert_true(allows(policy, BOB, ACCESS_DOMAIN_WRITE, NULL));
    g_assert_false(allows(policy, 4711, ACCESS_DOMAIN_WRITE, "web1"));
}

static void
who_shows_a_certificate_is_known_by_its_name(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Policy) policy =
        policy_of(folder, "allow x509:O=Strand?line,CN=backup-* *\n"
                          "allow sasl:bob@* read\n");
    PolicySubject subject = {.uid = (uid_t)-1};

    g_assert_false(policy_allows(policy, &subject, ACCESS_DOMAIN_READ, "web"));
    subject.x509 = "O=Strand line,CN=backup-1";
    g_assert_true(policy_allows(policy, &subject, ACCESS_DOMAIN_READ, "web"));
    subject.x509 = "O=Strand line,CN=alice";
    subject.sasl = "alice@EXAMPLE";
    g_assert_false(policy_allows(policy, &subject, ACCESS_DOMAIN_READ, "web"));
    subject.sasl = "bob@EXAMPLE";
    g_assert_true(policy_allows(policy, &subject, ACCESS_DOMAIN_READ, "web"));
    g_assert_false(policy_allows(policy, &subject, ACCESS_DOMAIN_STOP, "web"));
}

static void
nothing_is_allowed_by_an_empty_file(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Policy) policy = policy_of(folder, "");

    g_assert_false(allows(policy, ALICE, ACCESS_CONNECT_GETATTR, NULL));
    g_assert_true(allows(policy, ALICE, ACCESS_FREE, NULL));
}

static void
what_is_wrong_is_refused_with_its_line(void)
{
    static const char *const wrong[] = {
        "permit * *",
        "allow *",
        "allow * * a b",
        "allow alice *",
        "allow user:no-such-user-here *",
        "allow user:-1 *",
        "allow * domain:fly",
        "allow * read,",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(TempFolder) folder = temp_folder_new();
        g_autofree char *path = temp_folder_file(folder, "policy");
        g_autofree char *text = g_strdup_printf("\n%s\n", wrong[i]);
        g_autoptr(GError) error = NULL;

        temp_folder_write(folder, "policy", text);
        g_assert_cmpint(chmod(path, 0600), ==, 0);
        g_assert_null(policy_load(path, &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONF_SYNTAX);
        g_assert_nonnull(strstr(error->message, "policy:2: "));
    }
}

static void
a_file_that_others_can_write_is_refused(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *path = temp_folder_file(folder, "policy");
    g_autoptr(GError) error = NULL;

    temp_folder_write(folder, "policy", "allow * *\n");
    g_assert_cmpint(chmod(path, 0620), ==, 0);
    g_assert_null(policy_load(path, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_DENIED);
    g_clear_error(&error);
    g_assert_null(policy_load(folder->path, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_DENIED);
}

static void
a_wrong_file_leaves_the_rules_that_were(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Policy) policy = policy_of(folder, "allow * read\n");

    temp_folder_write(folder, "policy", "allow\n");
    g_assert_false(policy_reload(policy, NULL));
    g_assert_true(allows(policy, ALICE, ACCESS_DOMAIN_READ, "a"));
    temp_folder_write(folder, "policy", "deny * *\n");
    g_assert_true(policy_reload(policy, NULL));
    g_assert_false(allows(policy, ALICE, ACCESS_DOMAIN_READ, "a"));
}

#define ADD(test) g_test_add_func("/policy/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(G_LOG_FATAL_MASK);
    ADD(the_first_rule_that_fits_decides);
    ADD(who_shows_a_certificate_is_known_by_its_name);
    ADD(nothing_is_allowed_by_an_empty_file);
    ADD(what_is_wrong_is_refused_with_its_line);
    ADD(a_file_that_others_can_write_is_refused);
    ADD(a_wrong_file_leaves_the_rules_that_were);
    return g_test_run();
}
