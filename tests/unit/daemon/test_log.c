/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is told has its fields, and strangers cannot make it much. */
#include "daemon/log.h"

#include "base/error.h"

#include <string.h>

/* Of the last message, and how many there were. */
static struct {
    unsigned count;
    char *fields;
} heard;

static GLogWriterOutput
hear(GLogLevelFlags level, const GLogField *fields, gsize count,
     gpointer opaque)
{
    GString *text = g_string_new(NULL);

    (void)level;
    (void)opaque;
    for (gsize i = 0; i < count; i++) {
        g_string_append_printf(text, "%s=%s;", fields[i].key,
                               (const char *)fields[i].value);
    }
    g_free(heard.fields);
    heard.fields = g_string_free(text, FALSE);
    heard.count++;
    return G_LOG_WRITER_HANDLED;
}

static void
a_message_has_fields_and_says_the_same_in_words(void)
{
    const ClientPeer peer = {.uid = 7, .pid = 99};
    const LogAbout about = {&peer, NULL, "web", 3};
    const LogAbout less = {&peer, "alice@X", NULL, 0};

    log_about(G_LOG_LEVEL_WARNING, &about, "denied %s", "it");
    g_assert_cmpstr(heard.fields, ==,
                    "MESSAGE=denied it: user 7 (process 99), domain 'web', "
                    "job 3;PRIORITY=4;STRANDLINE_CLIENT=user 7 (process 99);"
                    "STRANDLINE_DOMAIN=web;STRANDLINE_JOB=3;");
    log_about(G_LOG_LEVEL_INFO, &less, "came");
    g_assert_cmpstr(heard.fields, ==,
                    "MESSAGE=came: user 7 (process 99) (alice@X);PRIORITY=6;"
                    "STRANDLINE_CLIENT=user 7 (process 99) (alice@X);");
}

static void
strangers_fill_no_log(void)
{
    ClientPeer peer = {.uid = (uid_t)-1, .address = (char *)"192.0.2.1:7"};
    g_autoptr(GError) error = NULL;
    unsigned before = heard.count;

    (void)fail(&error, VIR_ERR_RPC, "no TLS");
    log_refused(&peer, error);
    g_assert_nonnull(
        strstr(heard.fields, "MESSAGE=refused: no TLS: 192.0.2.1:7;"));
    for (int i = 0; i < 1000; i++)
        log_refused(&peer, error);
    g_assert_cmpuint(heard.count - before, ==, 30);
}

int
main(int argc, char **argv)
{
    int result = 0;

    g_test_init(&argc, &argv, NULL);
    g_log_set_writer_func(hear, NULL, NULL);
    g_test_add_func("/log/a_message_has_fields_and_says_the_same_in_words",
                    a_message_has_fields_and_says_the_same_in_words);
    g_test_add_func("/log/strangers_fill_no_log", strangers_fill_no_log);
    result = g_test_run();
    g_free(heard.fields);
    return result;
}
