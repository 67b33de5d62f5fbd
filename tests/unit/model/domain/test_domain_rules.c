/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is refused of a definition, and in which words. */
#include "model/domain/domain_rules.h"

#include "base/error.h"

static const unsigned char ours[DOMAIN_UUID_SIZE] = {1};
static const unsigned char others[DOMAIN_UUID_SIZE] = {2};

static void
assert_refused(bool is_failure, GError **error, int code, const char *text)
{
    g_assert_true(is_failure);
    g_assert_error(*error, STRANDLINE_ERROR, code);
    g_assert_cmpstr((*error)->message, ==, text);
    g_clear_error(error);
}

static void
a_name_belongs_to_one_uuid(void)
{
    GError *error = NULL;

    g_assert_true(domain_rules_check_free("web", ours, NULL, &error));
    g_assert_true(domain_rules_check_free("web", ours, ours, &error));
    assert_refused(!domain_rules_check_free("web", ours, others, &error),
                   &error, VIR_ERR_OPERATION_FAILED,
                   "a domain 'web' exists already, with UUID "
                   "02000000-0000-0000-0000-000000000000; give that UUID to "
                   "replace its definition, or choose another name");
}

static void
a_uuid_keeps_its_name(void)
{
    GError *error = NULL;

    g_assert_true(domain_rules_check_kept(ours, "web", "web", &error));
    assert_refused(!domain_rules_check_kept(ours, "web", "db", &error), &error,
                   VIR_ERR_OPERATION_FAILED,
                   "UUID 01000000-0000-0000-0000-000000000000 belongs to "
                   "domain 'web'; rename that one, or give 'db' another UUID");
}

static void
only_what_is_off_gets_a_new_name(void)
{
    GError *error = NULL;

    g_assert_true(domain_rules_check_rename("web", false, "db", &error));
    assert_refused(!domain_rules_check_rename("web", true, "db", &error),
                   &error, VIR_ERR_OPERATION_INVALID,
                   "cannot rename domain 'web' while it runs; shut it off "
                   "first");
    assert_refused(!domain_rules_check_rename("web", false, "web", &error),
                   &error, VIR_ERR_OPERATION_INVALID,
                   "domain 'web' has that name already");
}

static void
a_transient_domain_has_no_definition(void)
{
    GError *error = NULL;

    g_assert_true(domain_rules_check_undefine("web", true, &error));
    g_assert_true(domain_rules_check_autostart("web", true, &error));
    assert_refused(!domain_rules_check_undefine("web", false, &error), &error,
                   VIR_ERR_OPERATION_INVALID,
                   "domain 'web' is transient: it has no definition, and is "
                   "gone when it stops");
    assert_refused(!domain_rules_check_autostart("web", false, &error), &error,
                   VIR_ERR_OPERATION_INVALID,
                   "domain 'web' is transient and cannot be started by itself");
}

static void
what_is_left_is_counted(void)
{
    GError *error = NULL;

    g_assert_true(domain_rules_check_left("web", 0, "snapshots", &error));
    assert_refused(!domain_rules_check_left("web", 3, "snapshots", &error),
                   &error, VIR_ERR_OPERATION_INVALID,
                   "domain 'web' has 3 snapshots; delete them, or pass the "
                   "flag to forget them");
}

static void
an_end_says_what_kind_it_was(void)
{
    g_assert_cmpint(domain_rules_stop_detail(VIR_DOMAIN_SHUTOFF_CRASHED), ==,
                    VIR_DOMAIN_EVENT_STOPPED_CRASHED);
    g_assert_cmpint(domain_rules_stop_detail(VIR_DOMAIN_SHUTOFF_FAILED), ==,
                    VIR_DOMAIN_EVENT_STOPPED_FAILED);
    g_assert_cmpint(domain_rules_stop_detail(VIR_DOMAIN_SHUTOFF_UNKNOWN), ==,
                    VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN);
}

static void
an_image_stands_in_the_way(void)
{
    GError *error = NULL;

    g_assert_true(domain_rules_check_managed("web", false, "rename", &error));
    assert_refused(
        !domain_rules_check_managed("web", true, "rename the domain", &error),
        &error, VIR_ERR_OPERATION_INVALID,
        "cannot rename the domain: domain 'web' has a managed save "
        "image, which belongs to its disks as they are; start it, "
        "or remove the image with 'managedsave-remove web'");
}

static void
a_restored_guest_runs_as_asked_else_as_it_did(void)
{
    g_assert_true(domain_rules_runs_restored(0, true));
    g_assert_false(domain_rules_runs_restored(0, false));
    g_assert_true(domain_rules_runs_restored(VIR_DOMAIN_SAVE_RUNNING, false));
    g_assert_false(domain_rules_runs_restored(VIR_DOMAIN_SAVE_PAUSED, true));
}

static void
a_start_says_where_its_state_is_from(void)
{
    g_assert_cmpint(domain_rules_origin(DOMAIN_FROM_NOTHING)->running, ==,
                    VIR_DOMAIN_RUNNING_BOOTED);
    g_assert_cmpint(domain_rules_origin(DOMAIN_FROM_SNAPSHOT)->paused, ==,
                    VIR_DOMAIN_PAUSED_FROM_SNAPSHOT);
    g_assert_cmpint(domain_rules_origin(DOMAIN_FROM_SAVE)->started, ==,
                    VIR_DOMAIN_EVENT_STARTED_RESTORED);
    g_assert_cmpint(domain_rules_origin(DOMAIN_FROM_SAVE)->operation, ==,
                    VIR_DOMAIN_JOB_OPERATION_RESTORE);
}

#define ADD(name) g_test_add_func("/model/domain_rules/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(a_name_belongs_to_one_uuid);
    ADD(a_uuid_keeps_its_name);
    ADD(only_what_is_off_gets_a_new_name);
    ADD(a_transient_domain_has_no_definition);
    ADD(what_is_left_is_counted);
    ADD(an_end_says_what_kind_it_was);
    ADD(an_image_stands_in_the_way);
    ADD(a_restored_guest_runs_as_asked_else_as_it_did);
    ADD(a_start_says_where_its_state_is_from);
    return g_test_run();
}
