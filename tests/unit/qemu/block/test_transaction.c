/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/transaction.h"

#include "base/error.h"
#include "fake_qemu.h"

enum { LONG_MS = 20 * 1000 };

static QmpClient *
greeted_client(const char *script, FakeQemu **ret_fake)
{
    g_autoptr(GError) error = NULL;
    int socket = -1;
    QmpClient *client = NULL;

    *ret_fake = fake_qemu_start(script, &socket);
    client = qmp_client_open(socket, LONG_MS, &error);
    g_assert_no_error(error);
    return client;
}

static void
an_empty_one_is_not_sent(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client = greeted_client("greet\nserve\n", &fake);
    g_autoptr(Transaction) transaction = transaction_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *commands = NULL;

    g_assert_true(transaction_is_empty(transaction));
    transaction_run(transaction, client, &error);
    g_assert_no_error(error);
    qmp_client_free(client);
    commands = fake_qemu_finish(fake);
    g_assert_cmpstr(commands, ==, "");
}

static void
actions_go_as_one_command_in_their_order(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client = greeted_client("greet\nserve\n", &fake);
    g_autoptr(Transaction) transaction = transaction_new();
    g_autoptr(GPtrArray) several = g_ptr_array_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *commands = NULL;

    transaction_bitmap_add(transaction, "n", "new");
    transaction_bitmap_add_private(transaction, "n", "private");
    transaction_bitmap_disable(transaction, "n", "old");
    transaction_bitmap_enable(transaction, "n", "older");
    transaction_bitmap_merge(transaction, "n", "private", "m", "source");
    g_ptr_array_add(several, (gpointer) "one");
    g_ptr_array_add(several, (gpointer) "two");
    transaction_bitmap_merge_all(transaction, "n", "private", several);
    transaction_bitmap_remove(transaction, "n", "old");
    transaction_add(transaction, "abort", json_object());
    g_assert_false(transaction_is_empty(transaction));
    transaction_run(transaction, client, &error);
    g_assert_no_error(error);
    qmp_client_free(client);
    commands = fake_qemu_finish(fake);
    g_assert_cmpstr(
        commands, ==,
        "transaction {\"actions\":["
        "{\"type\":\"block-dirty-bitmap-add\",\"data\":{\"node\":\"n\","
        "\"name\":\"new\",\"persistent\":true}},"
        "{\"type\":\"block-dirty-bitmap-add\",\"data\":{\"node\":\"n\","
        "\"name\":\"private\",\"persistent\":false,\"disabled\":true}},"
        "{\"type\":\"block-dirty-bitmap-disable\",\"data\":{\"node\":\"n\","
        "\"name\":\"old\"}},"
        "{\"type\":\"block-dirty-bitmap-enable\",\"data\":{\"node\":\"n\","
        "\"name\":\"older\"}},"
        "{\"type\":\"block-dirty-bitmap-merge\",\"data\":{\"node\":\"n\","
        "\"target\":\"private\",\"bitmaps\":[{\"node\":\"m\","
        "\"name\":\"source\"}]}},"
        "{\"type\":\"block-dirty-bitmap-merge\",\"data\":{\"node\":\"n\","
        "\"target\":\"private\",\"bitmaps\":[\"one\",\"two\"]}},"
        "{\"type\":\"block-dirty-bitmap-remove\",\"data\":{\"node\":\"n\","
        "\"name\":\"old\"}},"
        "{\"type\":\"abort\",\"data\":{}}]}\n");
}

static void
a_refused_one_says_why(void)
{
    FakeQemu *fake = NULL;
    QmpClient *client =
        greeted_client("greet\nexpect transaction\n"
                       "error 1 GenericError Bitmap 'b' is inconsistent\n",
                       &fake);
    g_autoptr(Transaction) transaction = transaction_new();
    g_autoptr(GError) error = NULL;

    transaction_bitmap_disable(transaction, "n", "b");
    g_assert_false(transaction_run(transaction, client, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_FAILED));
    g_assert_cmpstr(error->message, ==,
                    "QEMU refused 'transaction': Bitmap 'b' is inconsistent");
    qmp_client_free(client);
    g_free(fake_qemu_finish(fake));
}

#define ADD(test) g_test_add_func("/qemu/block/transaction/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(an_empty_one_is_not_sent);
    ADD(actions_go_as_one_command_in_their_order);
    ADD(a_refused_one_says_why);
    return g_test_run();
}
