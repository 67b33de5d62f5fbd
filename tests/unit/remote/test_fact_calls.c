/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts that travel as characters, and lists that are filled in. */
#include "base/error.h"
#include "fake_driver.h"
#include "loop.h"
#include "remote/members.h"

static void
the_security_of_hosts_and_domains_is_told_as_texts(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    virSecurityModel model = {0};
    virSecurityLabel label = {0};
    unsigned long long bytes = 0;

    g_assert_cmpint(remote_node_security_model(loop->conn, &model, NULL), ==,
                    0);
    g_assert_cmpstr(model.model, ==, "sealed");
    g_assert_cmpstr(model.doi, ==, "7");
    g_assert_cmpint(remote_domain_security_label(loop->domain, &label, NULL),
                    ==, 0);
    g_assert_cmpstr(label.label, ==, "mark");
    g_assert_cmpint(label.enforcing, ==, 1);
    g_assert_cmpint(remote_node_free_memory(loop->conn, &bytes, NULL), ==, 0);
    g_assert_cmpuint(bytes, ==, 1ULL << 33);
}

static void
disks_in_trouble_are_counted_or_named(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    virDomainDiskError errors[3] = {0};
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(remote_domain_disk_errors(loop->domain, NULL, 0, NULL), ==,
                    2);
    g_assert_cmpint(remote_domain_disk_errors(loop->domain, errors, 3, NULL),
                    ==, 1);
    g_assert_cmpstr(errors[0].disk, ==, "vdb");
    g_assert_cmpint(errors[0].error, ==, VIR_DOMAIN_DISK_ERROR_NO_SPACE);
    g_free(errors[0].disk);
    fake.is_failing = true;
    g_assert_cmpint(remote_domain_disk_errors(loop->domain, errors, 3, &error),
                    ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
    fake.is_failing = false;
}

static void
messages_come_as_a_list_of_texts(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_auto(GStrv) messages = NULL;

    g_assert_cmpint(remote_domain_messages(loop->domain, &messages,
                                           VIR_DOMAIN_MESSAGE_TAINTING, NULL),
                    ==, 2);
    g_assert_cmpstr(messages[1], ==, "two");
    g_assert_null(messages[2]);
    g_assert_cmpstr(fake.last_call, ==, "domain_messages flags=0x2");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/remote/fact_calls/security_is_told_as_texts",
                    the_security_of_hosts_and_domains_is_told_as_texts);
    g_test_add_func("/remote/fact_calls/disks_are_counted_or_named",
                    disks_in_trouble_are_counted_or_named);
    g_test_add_func("/remote/fact_calls/messages_come_as_a_list",
                    messages_come_as_a_list_of_texts);
    return g_test_run();
}
