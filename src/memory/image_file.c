/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/image_file.h"

#include "base/error.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CLUSTER_BITS = 16,
    CLUSTER = MEMORY_BLOCK,
    ENTRY = 8,
    ENTRIES = CLUSTER / ENTRY, /* of a table in one cluster */
    REFCOUNTS = CLUSTER / 2,   /* 16-bit counts in one cluster */
    BITS = CLUSTER * 8,        /* of a bitmap in one cluster */
    HEADER_LENGTH = 104,
    EXTENSION_BACKING_FORMAT = (int)0xe2792aca,
    EXTENSION_BITMAPS = 0x23852875,
    AUTOCLEAR_BITMAPS = 1,
    SIZE_AT = 24, /* of the virtual size in a header */
};

static const uint32_t magic = 0x514649fb;         /* "QFI" and 0xfb */
static const uint64_t copied = UINT64_C(1) << 63; /* reference count is 1 */
static const uint64_t zeroes = 1;

/* Where everything goes, as numbers of clusters.  In this order; the header is
 * the first. */
typedef struct {
    uint64_t refcount_table, n_refcount_table;
    uint64_t refcounts, n_refcounts;
    uint64_t first_table, n_first_table; /* clusters of it */
    uint64_t n_first_entries;
    uint64_t second_tables, n_second_tables;
    uint64_t bitmap; /* directory, table, data; n_bitmap 0: none */
    uint64_t n_bitmap;
    uint64_t n_bitmap_data;
    uint64_t data, n_data;
    uint64_t n_all;
} Layout;

/* What is being written. */
typedef struct {
    int fd;
    const ImageFile *file;
    Layout layout;
    ImageFileStep step;
    void *opaque;
} Output;

static uint64_t
divide_up(uint64_t number, uint64_t by)
{
    return number / by + (number % by != 0);
}

/* NULL: zeroes, as a cluster that is marked as such or is not there.  A block
 * of zeroes that the guest wrote is one, too. */
static const uint8_t *
data_of(const ImageFile *file, uint64_t index)
{
    const uint8_t *block = memory_image_block(file->image, index);

    if (!block || (block[0] == 0 && memcmp(block, block + 1, CLUSTER - 1) == 0))
        return NULL;
    return block;
}

static uint64_t
block_at(const ImageFile *file, guint i)
{
    return g_array_index(file->blocks, guint64, i);
}

/* Counts cover themselves, so their number is found by trying. */
static void
place_refcounts(Layout *layout, uint64_t n_others)
{
    layout->n_refcounts = 1;
    for (;;) {
        uint64_t total = 0;

        layout->n_refcount_table = divide_up(layout->n_refcounts, ENTRIES);
        total = n_others + layout->n_refcounts + layout->n_refcount_table;
        if (divide_up(total, REFCOUNTS) <= layout->n_refcounts)
            break;
        layout->n_refcounts = divide_up(total, REFCOUNTS);
    }
}

/* Blocks come in ascending order, so a second table is begun when the number of
 * its first block changes, and none is ever returned to. */
static Layout
plan(const ImageFile *file)
{
    uint64_t n_blocks = divide_up(memory_image_size(file->image), CLUSTER);
    Layout layout = {.n_first_entries = divide_up(n_blocks, ENTRIES)};
    uint64_t last_table = UINT64_MAX;

    for (guint i = 0; i < file->blocks->len; i++) {
        uint64_t index = block_at(file, i);

        layout.n_second_tables += index / ENTRIES != last_table;
        last_table = index / ENTRIES;
        layout.n_data += data_of(file, index) != NULL;
    }
    layout.n_first_table = divide_up(layout.n_first_entries, ENTRIES);
    if (file->bitmap) {
        layout.n_bitmap_data = divide_up(n_blocks, BITS);
        layout.n_bitmap =
            1 + divide_up(layout.n_bitmap_data, ENTRIES) + layout.n_bitmap_data;
    }
    place_refcounts(&layout, 1 + layout.n_first_table + layout.n_second_tables +
                                 layout.n_bitmap + layout.n_data);
    layout.refcount_table = 1;
    layout.refcounts = layout.refcount_table + layout.n_refcount_table;
    layout.first_table = layout.refcounts + layout.n_refcounts;
    layout.second_tables = layout.first_table + layout.n_first_table;
    layout.bitmap = layout.second_tables + layout.n_second_tables;
    layout.data = layout.bitmap + layout.n_bitmap;
    layout.n_all = layout.data + layout.n_data;
    return layout;
}

static bool
write_at(int fd, uint64_t offset, const void *bytes, size_t length,
         GError **error)
{
    return fd_write_at(fd, bytes, length, offset) ||
           fail_errno(error, errno, "cannot write the image");
}

static bool
write_clusters(const Output *out, uint64_t at, const GByteArray *bytes,
               GError **error)
{
    return write_at(out->fd, at * CLUSTER, bytes->data, bytes->len, error);
}

/* qcow2 is big-endian throughout. */
static void
put16(GByteArray *bytes, size_t at, uint16_t number)
{
    number = GUINT16_TO_BE(number);
    memcpy(bytes->data + at, &number, sizeof(number));
}

static void
put32(GByteArray *bytes, size_t at, uint32_t number)
{
    number = GUINT32_TO_BE(number);
    memcpy(bytes->data + at, &number, sizeof(number));
}

static void
put64(GByteArray *bytes, size_t at, uint64_t number)
{
    number = GUINT64_TO_BE(number);
    memcpy(bytes->data + at, &number, sizeof(number));
}

static GByteArray *
new_clusters(uint64_t count)
{
    GByteArray *bytes = g_byte_array_new();

    g_byte_array_set_size(bytes, (guint)(count * CLUSTER));
    memset(bytes->data, 0, bytes->len);
    return bytes;
}

/* Extensions lie behind the header, each a multiple of eight long; a type of 0
 * ends them, and the backing file's name follows. */
static void
put_extensions(GByteArray *bytes, const Output *out)
{
    const ImageFile *file = out->file;
    size_t at = HEADER_LENGTH;

    if (file->bitmap) {
        put32(bytes, at, EXTENSION_BITMAPS);
        put32(bytes, at + 4, 24);
        put32(bytes, at + 8, 1);
        put64(bytes, at + 16, (24 + strlen(file->bitmap) + 7) / 8 * 8);
        put64(bytes, at + 24, out->layout.bitmap * CLUSTER);
        at += 32;
    }
    if (file->backing) {
        const char *format = image_format_name(file->backing_format);

        put32(bytes, at, (uint32_t)EXTENSION_BACKING_FORMAT);
        put32(bytes, at + 4, (uint32_t)strlen(format));
        memcpy(bytes->data + at + 8, format, strlen(format));
        at += 8 + (strlen(format) + 7) / 8 * 8 + 8;
        put64(bytes, 8, at);
        put32(bytes, 16, (uint32_t)strlen(file->backing));
        memcpy(bytes->data + at, file->backing, strlen(file->backing));
    }
}

static bool
write_header(const Output *out, GError **error)
{
    g_autoptr(GByteArray) bytes = new_clusters(1);
    const Layout *layout = &out->layout;

    put32(bytes, 0, magic);
    put32(bytes, 4, 3); /* the version that has zero clusters */
    put32(bytes, 20, CLUSTER_BITS);
    put64(bytes, SIZE_AT, memory_image_size(out->file->image));
    put32(bytes, 36, (uint32_t)layout->n_first_entries);
    put64(bytes, 40, layout->first_table * CLUSTER);
    put64(bytes, 48, layout->refcount_table * CLUSTER);
    put32(bytes, 56, (uint32_t)layout->n_refcount_table);
    put64(bytes, 88, out->file->bitmap ? AUTOCLEAR_BITMAPS : 0);
    put32(bytes, 96, 4); /* counts of 16 bits */
    put32(bytes, 100, HEADER_LENGTH);
    put_extensions(bytes, out);
    return write_clusters(out, 0, bytes, error);
}

/* Every cluster is used once. */
static bool
write_refcounts(const Output *out, GError **error)
{
    const Layout *layout = &out->layout;
    g_autoptr(GByteArray) table = new_clusters(layout->n_refcount_table);
    g_autoptr(GByteArray) counts = new_clusters(1);

    for (uint64_t i = 0; i < layout->n_refcounts; i++) {
        uint64_t left = layout->n_all - i * REFCOUNTS;

        put64(table, i * ENTRY, (layout->refcounts + i) * CLUSTER);
        for (uint64_t j = 0; j < REFCOUNTS; j++)
            put16(counts, j * 2, j < left);
        if (!write_clusters(out, layout->refcounts + i, counts, error))
            return false;
    }
    return write_clusters(out, layout->refcount_table, table, error);
}

/* One second table, from the @i-th block on; *@ret_next is the first block of
 * the next one, *@data the next free cluster for data. */
static bool
write_second_table(const Output *out, uint64_t at, guint i, guint *ret_next,
                   uint64_t *data, GError **error)
{
    const ImageFile *file = out->file;
    uint64_t table = block_at(file, i) / ENTRIES;
    g_autoptr(GByteArray) bytes = new_clusters(1);

    for (; i < file->blocks->len && block_at(file, i) / ENTRIES == table; i++) {
        uint64_t index = block_at(file, i);
        uint64_t entry = zeroes;

        if (data_of(file, index)) {
            entry = *data * CLUSTER | copied;
            *data += 1;
        }
        put64(bytes, index % ENTRIES * ENTRY, entry);
    }
    *ret_next = i;
    return write_clusters(out, at, bytes, error);
}

/* What is in @blocks and has no data is marked as zeroes: dirty and now zero is
 * not the same as unchanged. */
static bool
write_tables(const Output *out, GError **error)
{
    const Layout *layout = &out->layout;
    g_autoptr(GByteArray) first = new_clusters(layout->n_first_table);
    uint64_t at = layout->second_tables;
    uint64_t data = layout->data;
    guint i = 0;

    while (i < out->file->blocks->len) {
        put64(first, block_at(out->file, i) / ENTRIES * ENTRY,
              at * CLUSTER | copied);
        if (!write_second_table(out, at, i, &i, &data, error))
            return false;
        at++;
    }
    return write_clusters(out, layout->first_table, first, error);
}

/* The directory has one entry; the table behind it names every cluster of the
 * data, also those without a bit. */
static bool
write_bitmap(const Output *out, GError **error)
{
    const Layout *layout = &out->layout;
    const ImageFile *file = out->file;
    g_autoptr(GByteArray) bytes = new_clusters(layout->n_bitmap);
    g_autoptr(GArray) bits = memory_bits_sorted(file->bits);
    uint64_t data = layout->n_bitmap - layout->n_bitmap_data;

    put64(bytes, 0, (layout->bitmap + 1) * CLUSTER);
    put32(bytes, 8, (uint32_t)layout->n_bitmap_data);
    bytes->data[16] = 1; /* type: dirty tracking */
    bytes->data[17] = CLUSTER_BITS;
    put16(bytes, 18, (uint16_t)strlen(file->bitmap));
    memcpy(bytes->data + 24, file->bitmap, strlen(file->bitmap));
    for (uint64_t i = 0; i < layout->n_bitmap_data; i++) {
        put64(bytes, CLUSTER + i * ENTRY,
              (layout->bitmap + data + i) * CLUSTER);
    }
    for (guint i = 0; i < bits->len; i++) {
        uint64_t bit = g_array_index(bits, guint64, i);

        bytes->data[data * CLUSTER + bit / 8] |= (uint8_t)(1U << bit % 8);
    }
    return write_clusters(out, layout->bitmap, bytes, error);
}

/* How much of a disk its block @index has: the last one may be a part. */
static uint64_t
length_of(const ImageFile *file, uint64_t index)
{
    return MIN(CLUSTER, memory_image_size(file->image) - index * CLUSTER);
}

/* A raw file has each block at its own place, qcow2 one after the other.  @step
 * may stop it at any block. */
static bool
write_data(const Output *out, GError **error)
{
    const ImageFile *file = out->file;
    uint64_t next = out->layout.data;

    for (guint i = 0; i < file->blocks->len; i++) {
        uint64_t index = block_at(file, i);
        const uint8_t *data = data_of(file, index);
        uint64_t length = length_of(file, index);
        bool is_raw = file->format == IMAGE_FORMAT_RAW;
        uint64_t at = is_raw ? index : next;

        if (data && !write_at(out->fd, at * CLUSTER, data,
                              is_raw ? length : CLUSTER, error))
            return false;
        next += data != NULL;
        if (out->step && !out->step(out->opaque, length, error))
            return false;
    }
    return true;
}

/* In the order of the file; nothing is read back, and nothing has to be right
 * before the last byte is there, since nobody opens it earlier. */
static bool
write_qcow2(Output *out, GError **error)
{
    out->layout = plan(out->file);
    return write_header(out, error) && write_refcounts(out, error) &&
           write_tables(out, error) &&
           (!out->file->bitmap || write_bitmap(out, error)) &&
           write_data(out, error);
}

/* A raw file is empty when it gets its size, so what is not written reads as
 * zeroes. */
bool
image_file_write(int fd, const ImageFile *file, ImageFileStep step,
                 void *opaque, GError **error)
{
    Output out = {.fd = fd, .file = file, .step = step, .opaque = opaque};
    off_t size = (off_t)memory_image_size(file->image);

    if (file->format == IMAGE_FORMAT_QCOW2)
        return write_qcow2(&out, error);
    if (ftruncate(fd, size) < 0) {
        return fail_errno(error, errno, "cannot make the image %lld bytes long",
                          (long long)size);
    }
    return write_data(&out, error);
}

/* ---- images of others ---- */

bool
image_file_size(const char *path, ImageFormat format, uint64_t *ret_size,
                GError **error)
{
    g_auto(AutoFd) fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    uint8_t header[SIZE_AT + sizeof(uint64_t)] = {0};
    uint32_t found = 0;
    uint64_t size = 0;
    off_t end = 0;

    if (fd < 0)
        return fail_errno(error, errno, "cannot open the image '%s'", path);
    if (format == IMAGE_FORMAT_RAW) {
        end = lseek(fd, 0, SEEK_END);
        if (end < 0)
            return fail_errno(error, errno, "cannot look at '%s'", path);
        *ret_size = (uint64_t)end;
        return true;
    }
    if (pread(fd, header, sizeof(header), 0) == (ssize_t)sizeof(header)) {
        memcpy(&found, header, sizeof(found));
        memcpy(&size, header + SIZE_AT, sizeof(size));
    }
    if (GUINT32_FROM_BE(found) != magic) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "'%s' is no qcow2 image, as the document says", path);
    }
    *ret_size = GUINT64_FROM_BE(size);
    return true;
}
