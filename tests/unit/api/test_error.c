/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The last error: of each thread its own, and gone with its next call. */
#include "api/error.h"

#include "base/error.h"
#include "machine.h"

#include <string.h>

static void
errors_keep_code_domain_and_text(void)
{
    g_autoptr(GError) error = NULL;

    fail(&error, VIR_ERR_NO_DOMAIN, "no domain '%s'", "web");
    error_raise(VIR_FROM_QEMU, error);
    assert_last_error(VIR_FROM_QEMU, VIR_ERR_NO_DOMAIN);
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_NO_DOMAIN);
    g_assert_cmpint(virGetLastErrorDomain(), ==, VIR_FROM_QEMU);
    g_assert_cmpstr(virGetLastErrorMessage(), ==, "no domain 'web'");
    g_assert_cmpint(virGetLastError()->int1, ==, -1);
}

static void
resetting_leaves_no_error(void)
{
    error_raise_text(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG, "bad");
    virResetLastError();
    g_assert_null(virGetLastError());
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OK);
    g_assert_cmpint(virGetLastErrorDomain(), ==, VIR_FROM_NONE);
    g_assert_cmpstr(virGetLastErrorMessage(), ==, "no error");
}

/* What GLib says is no code of ours. */
static void
foreign_errors_are_internal(void)
{
    g_autoptr(GError) error =
        g_error_new(G_FILE_ERROR, G_FILE_ERROR_NOENT, "no file");

    error_raise(VIR_FROM_QEMU, error);
    assert_last_error(VIR_FROM_QEMU, VIR_ERR_INTERNAL_ERROR);
    g_assert_cmpstr(virGetLastErrorMessage(), ==, "no file");
    error_raise(VIR_FROM_QEMU, NULL);
    assert_last_error(VIR_FROM_QEMU, VIR_ERR_INTERNAL_ERROR);
}

static void
faults_of_a_document_come_from_xml(void)
{
    error_raise_text(VIR_FROM_QEMU, VIR_ERR_XML_ERROR, "no name");
    assert_last_error(VIR_FROM_XML, VIR_ERR_XML_ERROR);
    error_raise_text(VIR_FROM_QEMU, VIR_ERR_XML_INVALID_SCHEMA, "no <x>");
    assert_last_error(VIR_FROM_XML, VIR_ERR_XML_INVALID_SCHEMA);
}

static gpointer
other_thread(gpointer data)
{
    (void)data;
    g_assert_null(virGetLastError());
    error_raise_text(VIR_FROM_NONE, VIR_ERR_RPC, "theirs");
    g_assert_cmpstr(virGetLastErrorMessage(), ==, "theirs");
    return NULL;
}

static void
each_thread_has_its_own(void)
{
    error_raise_text(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG, "ours");
    g_thread_join(g_thread_new("other", other_thread, NULL));
    g_assert_cmpstr(virGetLastErrorMessage(), ==, "ours");
}

static void
copies_outlive_the_original(void)
{
    virError copy = {0};
    virErrorPtr saved = NULL;

    error_raise_text(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG, "first");
    saved = virSaveLastError();
    g_assert_cmpint(virCopyLastError(&copy), ==, VIR_ERR_INVALID_ARG);
    error_raise_text(VIR_FROM_DOMAIN, VIR_ERR_RPC, "second");
    g_assert_cmpstr(saved->message, ==, "first");
    g_assert_cmpint(saved->domain, ==, VIR_FROM_DOMAIN);
    g_assert_cmpstr(copy.message, ==, "first");

    /* Into a copy that holds something already. */
    g_assert_cmpint(virCopyLastError(&copy), ==, VIR_ERR_RPC);
    g_assert_cmpstr(copy.message, ==, "second");
    virResetLastError();
    g_assert_cmpint(virCopyLastError(&copy), ==, 0);
    g_assert_null(copy.message);
    g_assert_cmpint(virCopyLastError(NULL), ==, -1);
    virResetError(&copy);
    virResetError(NULL);
    virFreeError(saved);
    virFreeError(NULL);
}

static void
count_errors(void *opaque, virErrorPtr error)
{
    g_assert_true(error == virGetLastError());
    *(int *)opaque += error->code;
}

static void
the_error_function_hears_of_each(void)
{
    int sum = 0;

    virSetErrorFunc(&sum, count_errors);
    error_raise_text(VIR_FROM_NONE, 1, "one");
    error_raise_text(VIR_FROM_NONE, 8, "eight");
    virSetErrorFunc(NULL, NULL);
    error_raise_text(VIR_FROM_NONE, 38, "nobody hears this");
    g_assert_cmpint(sum, ==, 9);
}

static void
the_older_calls_tell_of_the_threads_error(void)
{
    virConnectPtr nobody = NULL;
    static guint64 room[4];
    virConnectPtr somebody = (virConnectPtr)room;
    virError copy = {0};

    error_raise_text(VIR_FROM_DOMAIN, VIR_ERR_NO_DOMAIN, "gone");
    g_assert_null(virConnGetLastError(nobody));
    g_assert_cmpint(virConnCopyLastError(nobody, &copy), ==, -1);
    virConnResetLastError(nobody);
    g_assert_true(virConnGetLastError(somebody) == virGetLastError());
    g_assert_cmpint(virConnCopyLastError(somebody, &copy), ==,
                    VIR_ERR_NO_DOMAIN);
    g_assert_cmpstr(copy.message, ==, "gone");
    virResetError(&copy);
    virConnResetLastError(somebody);
    g_assert_null(virGetLastError());
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/error/errors_keep_code_domain_and_text",
                    errors_keep_code_domain_and_text);
    g_test_add_func("/api/error/resetting_leaves_no_error",
                    resetting_leaves_no_error);
    g_test_add_func("/api/error/foreign_errors_are_internal",
                    foreign_errors_are_internal);
    g_test_add_func("/api/error/faults_of_a_document_come_from_xml",
                    faults_of_a_document_come_from_xml);
    g_test_add_func("/api/error/each_thread_has_its_own",
                    each_thread_has_its_own);
    g_test_add_func("/api/error/copies_outlive_the_original",
                    copies_outlive_the_original);
    g_test_add_func("/api/error/the_error_function_hears_of_each",
                    the_error_function_hears_of_each);
    g_test_add_func("/api/error/the_older_calls_tell_of_the_threads_error",
                    the_older_calls_tell_of_the_threads_error);
    return g_test_run();
}
