/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a fuzz target without a fuzzer: every file of the saved corpus, every
 * procedure's own packets, and so many random changes of each.
 *
 *     fuzz_wire FOLDER [CHANGES]     what `make check` does
 *     fuzz_wire --write FOLDER       the packets as files, for a fuzzer
 *
 * The seed of the changes is printed; STRANDLINE_SEED repeats them.
 */
#include "rpc/message.h"
#include "samples.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);

typedef void (*InputFunc)(const char *name, const guint8 *data, gsize size,
                          void *opaque);

/* The sample's bytes as the body of a packet; the first byte is the step. */
static void
give_packet(const Procedure *procedure, MessageType type, const Sample *sample,
            InputFunc each, void *opaque)
{
    MessageHeader header = message_call_header(procedure, 1);
    g_autoptr(Message) packet = NULL;
    g_autoptr(GByteArray) input = g_byte_array_new();
    g_autofree char *name = NULL;
    const guint8 step = 63;

    header.type = type;
    packet = message_new_bytes(&header, sample->bytes, sample->length);
    g_byte_array_append(input, &step, 1);
    g_byte_array_append(input, packet->bytes, packet->size);
    name = g_strdup_printf("%s %s", procedure->name, sample->name);
    each(name, input->data, input->len, opaque);
}

static void
give_packets(InputFunc each, void *opaque)
{
    unsigned count = 0;
    const Procedure *rows = procedure_all(&count);

    for (unsigned i = 0; i < count; i++) {
        for (unsigned n = 0; n < sample_count; n++) {
            if (samples[n].xdr == rows[i].args_xdr)
                give_packet(&rows[i], MESSAGE_CALL, &samples[n], each, opaque);
            if (samples[n].xdr == rows[i].ret_xdr)
                give_packet(&rows[i], MESSAGE_REPLY, &samples[n], each, opaque);
        }
    }
}

static void
give_files(const char *folder, InputFunc each, void *opaque)
{
    g_autoptr(GDir) opened = g_dir_open(folder, 0, NULL);
    const char *name = NULL;

    if (!opened)
        g_error("there is no corpus '%s'", folder);
    for (name = g_dir_read_name(opened); name; name = g_dir_read_name(opened)) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_autofree char *bytes = NULL;
        gsize size = 0;

        if (!g_file_get_contents(path, &bytes, &size, NULL))
            g_error("cannot read '%s'", path);
        each(name, (const guint8 *)bytes, size, opaque);
    }
}

typedef struct {
    GRand *random;
    int changes;
    int runs;
} Run;

/* A bit, a byte, a word that is a number near a limit, or an end. */
static gsize
change(GRand *random, guint8 *data, gsize size)
{
    static const guint32 words[] = {0,      1,      0x7fffffff, 0x80000000,
                                    0x4000, 0x4001, 0x400000,   0xffffffff};
    gsize at = g_rand_int_range(random, 0, (gint32)size);
    guint32 word = 0;

    switch (g_rand_int_range(random, 0, 5)) {
    case 0:
        data[at] ^= (guint8)(1U << g_rand_int_range(random, 0, 8));
        break;
    case 1:
        data[at] = (guint8)g_rand_int(random);
        break;
    case 2:
        return MAX(at, 1);
    default:
        word = GUINT32_TO_BE(
            words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))]);
        at = 1 + (at & ~(gsize)3); /* words begin behind the step */
        memcpy(data + MIN(at, size - 1), &word,
               MIN(sizeof(word), size - MIN(at, size - 1)));
        break;
    }
    return size;
}

static void
run_input(const char *name, const guint8 *data, gsize size, void *opaque)
{
    Run *run = opaque;

    (void)name;
    LLVMFuzzerTestOneInput(data, size);
    run->runs++;
    for (int i = 0; i < run->changes && size > 0; i++) {
        g_autofree guint8 *copy = g_memdup2(data, size);
        gsize left = size;

        for (int n = g_rand_int_range(run->random, 1, 4); n > 0; n--)
            left = change(run->random, copy, left);
        LLVMFuzzerTestOneInput(copy, left);
        run->runs++;
    }
}

static void
write_input(const char *name, const guint8 *data, gsize size, void *opaque)
{
    g_autofree char *file = g_build_filename(opaque, name, NULL);

    if (!g_file_set_contents(file, (const char *)data, (gssize)size, NULL))
        g_error("cannot write '%s'", file);
}

int
main(int argc, char *argv[])
{
    const char *seed = g_getenv("STRANDLINE_SEED");
    guint32 number =
        seed ? (guint32)g_ascii_strtoull(seed, NULL, 0) : g_random_int();
    Run run = {0};

    if (argc == 3 && strcmp(argv[1], "--write") == 0) {
        give_packets(write_input, argv[2]);
        return 0;
    }
    if (argc < 2)
        g_error("usage: fuzz_wire FOLDER [CHANGES]");
    g_print("# STRANDLINE_SEED=%u\n", number);
    run.random = g_rand_new_with_seed(number);
    run.changes = argc > 2 ? (int)g_ascii_strtoll(argv[2], NULL, 10) : 20;
    give_files(argv[1], run_input, &run);
    give_packets(run_input, &run);
    g_rand_free(run.random);
    g_print("1..1\nok 1 %d inputs\n", run.runs);
    return 0;
}
