/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines out of arbitrary pieces, up to the limits and not a byte past them. */
#include "qemu/qmp/framer.h"

#include <string.h>

enum { LINE_LIMIT = 1000, DEPTH_LIMIT = 8, FUZZ_ROUNDS = 3000 };

static const FramerLimits usual_limits = {
    .line = LINE_LIMIT, .depth = DEPTH_LIMIT, .values = 20};

static void
feed(Framer *framer, const char *bytes, size_t length)
{
    while (length > 0) {
        size_t room = 0;
        void *space = framer_room(framer, &room);

        room = MIN(room, length);
        memcpy(space, bytes, room);
        framer_filled(framer, room);
        bytes += room;
        length -= room;
    }
}

static FramerResult
frame_text(const char *text)
{
    Framer framer;
    const char *line = NULL;
    size_t length = 0;
    FramerResult result = FRAMER_MORE;

    framer_init(&framer, usual_limits);
    feed(&framer, text, strlen(text));
    result = framer_next(&framer, &line, &length);
    framer_clear(&framer);
    return result;
}

static void
lines_come_out_without_their_ends(void)
{
    static const char *const expected[] = {"{}", "[1]", "\"a b\"", "x"};
    const char *text = "{}\r\n\n\r\n[1]\n\"a b\"\nx\r\n{\"half\":";
    Framer framer;
    const char *line = NULL;
    size_t length = 0;
    size_t i = 0;

    framer_init(&framer, usual_limits);
    feed(&framer, text, strlen(text));
    for (i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_assert_cmpint(framer_next(&framer, &line, &length), ==, FRAMER_LINE);
        g_assert_cmpmem(line, length, expected[i], strlen(expected[i]));
    }
    g_assert_cmpint(framer_next(&framer, &line, &length), ==, FRAMER_MORE);
    feed(&framer, " 1}\n", 4);
    g_assert_cmpint(framer_next(&framer, &line, &length), ==, FRAMER_LINE);
    g_assert_cmpmem(line, length, "{\"half\": 1}", 11);
    framer_clear(&framer);
}

static void
a_line_of_the_limit_passes_and_one_byte_more_does_not(void)
{
    g_autofree char *longest = g_strnfill(LINE_LIMIT, ' ');
    g_autofree char *whole = g_strconcat(longest, "\n", NULL);
    g_autofree char *over = g_strconcat(longest, " ", NULL);

    g_assert_cmpint(frame_text(whole), ==, FRAMER_LINE);
    g_assert_cmpint(frame_text(longest), ==, FRAMER_MORE);
    g_assert_cmpint(frame_text(over), ==, FRAMER_TOO_LONG);
}

static void
nesting_counts_outside_strings_only(void)
{
    g_assert_cmpint(frame_text("[[[[{{{{}}}}]]]]\n"), ==, FRAMER_LINE);
    g_assert_cmpint(frame_text("[[[[{{{{["), ==, FRAMER_TOO_DEEP);
    g_assert_cmpint(frame_text("[[[[]]]][[[[{{{{\n"), ==, FRAMER_LINE);
    g_assert_cmpint(frame_text("\"[[[[[[[[[[[[[[[[\"\n"), ==, FRAMER_LINE);
    g_assert_cmpint(frame_text("\"\\\"[[[[[[[[[[[[[[[[\"\n"), ==, FRAMER_LINE);
    g_assert_cmpint(frame_text("\"\\\\\"[[[[[[[[[[[[[[[[\n"), ==,
                    FRAMER_TOO_DEEP);
    /* Closing ones too many do not make room for opening ones. */
    g_assert_cmpint(frame_text("]]]]]]]]]][[[[[[[[[\n"), ==, FRAMER_TOO_DEEP);
}

static void
values_are_counted_line_by_line(void)
{
    g_assert_cmpint(frame_text("[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]\n"),
                    ==, FRAMER_LINE);
    g_assert_cmpint(frame_text("[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]\n"),
                    ==, FRAMER_TOO_MANY);
    g_assert_cmpint(frame_text("[{},{},{},{},{},{},{},{},{},{},{}]\n"), ==,
                    FRAMER_TOO_MANY);
    g_assert_cmpint(frame_text("\",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\"\n"), ==,
                    FRAMER_LINE);
}

static void
a_mark_forgets_what_was_before_it_on_the_line(void)
{
    const char *text = "[[[[\"half\377{\"return\": 1}\n{}\n";
    Framer framer;
    const char *line = NULL;
    size_t length = 0;

    framer_init(&framer, usual_limits);
    feed(&framer, text, strlen(text));
    g_assert_cmpint(framer_next(&framer, &line, &length), ==, FRAMER_LINE);
    g_assert_cmpmem(line, length, "{\"return\": 1}", 13);
    g_assert_cmpint(framer_next(&framer, &line, &length), ==, FRAMER_LINE);
    g_assert_cmpmem(line, length, "{}", 2);
    framer_clear(&framer);
}

static void
a_line_begins_anew_after_a_half_string(void)
{
    Framer framer;
    const char *line = NULL;
    size_t length = 0;

    framer_init(&framer, usual_limits);
    feed(&framer, "{\"never ended", 13);
    g_assert_cmpint(framer_next(&framer, &line, &length), ==, FRAMER_MORE);
    framer_restart(&framer);
    feed(&framer, "[[[[[[[[[", 9);
    g_assert_cmpint(framer_next(&framer, &line, &length), ==, FRAMER_TOO_DEEP);
    framer_clear(&framer);
}

/* Random bytes, rich in what the framer looks at. */
static GByteArray *
random_bytes(GRand *rand)
{
    static const char spice[] = "\n\r\"\\[{]},\377 ";
    GByteArray *bytes = g_byte_array_new();
    gint32 length = g_rand_int_range(rand, 0, 400);
    gint32 i = 0;

    for (i = 0; i < length; i++) {
        guint8 byte = (guint8)g_rand_int_range(rand, 0, 256);

        if (g_rand_boolean(rand))
            byte = (guint8)spice[g_rand_int_range(rand, 0, sizeof(spice) - 1)];
        g_byte_array_append(bytes, &byte, 1);
    }
    return bytes;
}

/* Appends all lines that are there now. */
static FramerResult
take_lines(Framer *framer, GString *seen)
{
    const char *line = NULL;
    size_t length = 0;
    FramerResult result = framer_next(framer, &line, &length);

    while (result == FRAMER_LINE) {
        g_assert_cmpuint(length, <=, 40);
        g_string_append_len(seen, line, (gssize)length);
        g_string_append_c(seen, '\n');
        result = framer_next(framer, &line, &length);
    }
    return result;
}

/* All results for @bytes, fed in pieces of at most @piece, as one text. */
static GString *
frame_in_pieces(GRand *rand, const GByteArray *bytes, gint32 piece)
{
    GString *seen = g_string_new(NULL);
    FramerResult result = FRAMER_MORE;
    size_t at = 0;
    Framer framer;

    framer_init(&framer, (FramerLimits){.line = 40, .depth = 4, .values = 9});
    while (at < bytes->len && result == FRAMER_MORE) {
        size_t length = (size_t)g_rand_int_range(rand, 1, piece + 1);

        length = MIN(length, bytes->len - at);
        feed(&framer, (const char *)bytes->data + at, length);
        at += length;
        result = take_lines(&framer, seen);
    }
    g_string_append_printf(seen, "%d", result);
    framer_clear(&framer);
    return seen;
}

static void
random_bytes_are_cut_alike_however_they_arrive(void)
{
    guint32 seed = g_random_int();
    GRand *rand = g_rand_new_with_seed(seed);
    unsigned i = 0;

    g_test_message("seed %u", seed);
    for (i = 0; i < FUZZ_ROUNDS; i++) {
        g_autoptr(GByteArray) bytes = random_bytes(rand);
        GString *whole = frame_in_pieces(rand, bytes, 100000);
        GString *pieces = frame_in_pieces(rand, bytes, 7);

        g_assert_cmpmem(whole->str, whole->len, pieces->str, pieces->len);
        g_string_free(whole, TRUE);
        g_string_free(pieces, TRUE);
    }
    g_rand_free(rand);
}

#define ADD(test) g_test_add_func("/qemu/qmp/framer/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(lines_come_out_without_their_ends);
    ADD(a_line_of_the_limit_passes_and_one_byte_more_does_not);
    ADD(nesting_counts_outside_strings_only);
    ADD(values_are_counted_line_by_line);
    ADD(a_mark_forgets_what_was_before_it_on_the_line);
    ADD(a_line_begins_anew_after_a_half_string);
    ADD(random_bytes_are_cut_alike_however_they_arrive);
    return g_test_run();
}
