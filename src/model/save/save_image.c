/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/save/save_image.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "StrandlineSaved\n"

enum {
    VERSION = 1,
    BLOCK = 4096,
    SPARE = 32 * 1024, /* for a definition that grows */
    /* Above what the reader of definitions takes. */
    ROOM_MAX = 17 * 1024 * 1024,
};

/* Little-endian, whatever the host: a file may be moved. */
typedef struct {
    char magic[16];
    guint32 version;
    guint32 is_complete;
    guint32 was_running;
    guint32 place;
    guint32 xml_length;
    guint32 room;
    guint64 stream_at;
    guint64 stream_length;
    guint64 reserved; /* 0 */
} Header;
G_STATIC_ASSERT(sizeof(Header) == 64);
G_STATIC_ASSERT(sizeof(MAGIC) - 1 == 16);

/* The file is its opener's, and is closed by him. */
void
save_image_free(SaveImage *image)
{
    if (!image)
        return;
    g_free(image->xml);
    g_free(image);
}

/* Each of these is a point at which a power cut leaves something: what is before
 * it is on disk, what comes after it may be. */
static bool
sync_file(int file, GError **error)
{
    if (!fault_point("file:sync-saved", error))
        return false;
    return fsync(file) == 0 ||
           fail_errno(error, errno, "cannot sync the file of a saved machine");
}

/* Less than a sector, so it is there as a whole or not at all. */
static bool
write_header(int file, const Header *header, GError **error)
{
    if (!fault_point("file:saved-header", error))
        return false;
    return fd_write_at(file, header, sizeof(*header), 0) ||
           fail_errno(error, errno, "cannot write the file of a saved machine");
}

/* Behind the header's block, one after the other. */
static guint64
place_at(unsigned place, guint32 room)
{
    return BLOCK + (guint64)place * room;
}

bool
save_image_begin(int file, const char *xml, bool was_running, GError **error)
{
    size_t length = strlen(xml);
    /* Each place has the same room, or a change could go one way only. */
    guint32 room = (guint32)((length + SPARE + BLOCK - 1) / BLOCK * BLOCK);
    guint64 stream_at = place_at(2, room);
    Header header = {
        .version = GUINT32_TO_LE(VERSION),
        .was_running = GUINT32_TO_LE(was_running),
        .xml_length = GUINT32_TO_LE((guint32)length),
        .room = GUINT32_TO_LE(room),
        .stream_at = GUINT64_TO_LE(stream_at),
    };

    /* It is our own writer's, of a definition that our own reader took. */
    g_assert(length + SPARE < ROOM_MAX);
    memcpy(header.magic, MAGIC, sizeof(header.magic));
    if (!write_header(file, &header, error))
        return false;
    /* "Not complete" is on record before there is anything to complete: whoever
     * meets the file from here on knows that its writer is at work, or died. */
    if (!fd_write_at(file, xml, length, place_at(0, room)) ||
        lseek(file, (off_t)stream_at, SEEK_SET) < 0) {
        return fail_errno(error, errno,
                          "cannot write the definition of a "
                          "saved machine");
    }
    return true;
}

/* Everything about @file, which may be anything, that is not in its header's
 * place. */
static bool
read_header(int file, const char *path, Header *ret_header, GError **error)
{
    if (!fd_read_at(file, ret_header, sizeof(*ret_header), 0) && errno != 0)
        return fail_errno(error, errno, "cannot read '%s'", path);
    if (memcmp(ret_header->magic, MAGIC, sizeof(ret_header->magic)) != 0) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "'%s' is no saved machine of this driver's", path);
    }
    if (GUINT32_FROM_LE(ret_header->version) != VERSION) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "'%s' is a saved machine of version %u and this "
                    "Strandline knows version %d; use the one that wrote it",
                    path, GUINT32_FROM_LE(ret_header->version), VERSION);
    }
    if (!GUINT32_FROM_LE(ret_header->is_complete)) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "'%s' was not written to its end: the machine was never "
                    "saved there",
                    path);
    }
    return true;
}

/* The numbers hold together, and with the file's length. */
static bool
check_layout(int file, const char *path, const SaveImage *image,
             guint32 xml_length, GError **error)
{
    struct stat status;

    if (fstat(file, &status) < 0)
        return fail_errno(error, errno, "cannot look at '%s'", path);
    /* Every number is held against another one, so that none of them makes us
     * read or allocate past what the file has. */
    if (image->room % BLOCK != 0 || image->room > ROOM_MAX ||
        image->place > 1 || xml_length > image->room ||
        image->stream_at != place_at(2, image->room)) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "the header of saved machine '%s' is damaged", path);
    }
    if ((guint64)status.st_size < image->stream_at ||
        (guint64)status.st_size - image->stream_at != image->stream_length) {
        return fail(
            error, VIR_ERR_OPERATION_FAILED,
            "saved machine '%s' has %lld bytes and should have %llu: "
            "it was cut off or written to",
            path, (long long)status.st_size,
            (unsigned long long)(image->stream_at + image->stream_length));
    }
    return true;
}

/* Header, layout, definition, in this order: each is only read once what it
 * rests on has been held to its rules. */
static SaveImage *
read_image(int file, const char *path, GError **error)
{
    g_autoptr(SaveImage) image = g_new0(SaveImage, 1);
    Header header = {{0}};
    guint32 length = 0;

    if (!read_header(file, path, &header, error))
        return NULL;
    image->was_running = GUINT32_FROM_LE(header.was_running) != 0;
    image->place = GUINT32_FROM_LE(header.place);
    image->room = GUINT32_FROM_LE(header.room);
    image->stream_at = GUINT64_FROM_LE(header.stream_at);
    image->stream_length = GUINT64_FROM_LE(header.stream_length);
    length = GUINT32_FROM_LE(header.xml_length);
    if (!check_layout(file, path, image, length, error))
        return NULL;
    /* Bounded above by ROOM_MAX; what is in it the reader of documents holds to
     * its own rules. */
    image->xml = g_malloc0((gsize)length + 1);
    if (!fd_read_at(file, image->xml, length,
                    place_at(image->place, image->room)) ||
        lseek(file, (off_t)image->stream_at, SEEK_SET) < 0) {
        fail_errno(error, errno, "cannot read '%s'", path);
        return NULL;
    }
    return g_steal_pointer(&image);
}

bool
save_image_has_stream(int file)
{
    Header header = {{0}};
    struct stat status;

    return fd_read_at(file, &header, sizeof(header), 0) &&
           fstat(file, &status) == 0 &&
           (guint64)status.st_size > GUINT64_FROM_LE(header.stream_at);
}

bool
save_image_seal(int file, GError **error)
{
    Header header = {{0}};
    struct stat status;

    /* The stream first: the header must not be on disk before what it
     * promises. */
    if (!sync_file(file, error))
        return false;
    if (!fd_read_at(file, &header, sizeof(header), 0) ||
        fstat(file, &status) < 0)
        return fail_errno(error, errno, "cannot read a saved machine");
    header.is_complete = GUINT32_TO_LE(1);
    header.stream_length = GUINT64_TO_LE((guint64)status.st_size -
                                         GUINT64_FROM_LE(header.stream_at));
    return write_header(file, &header, error) && sync_file(file, error);
}

/* The lengths are checked at once, so that a restore is refused before a QEMU is
 * started for it. */
SaveImage *
save_image_open(const char *path, bool is_changed, int *ret_file,
                GError **error)
{
    /* Not blocking, so that a pipe at that place holds nobody up. */
    g_auto(AutoFd) file =
        caller_open(path, (is_changed ? O_RDWR : O_RDONLY) | O_NONBLOCK, 0);
    SaveImage *image = NULL;

    if (file < 0) {
        fail_errno(error, errno, "cannot open saved machine '%s'", path);
        return NULL;
    }
    image = read_image(file, path, error);
    if (image)
        *ret_file = fd_steal(&file);
    return image;
}

/* Beside the old one, synced, and then chosen by the header. */
bool
save_image_change(int file, SaveImage *image, const char *xml, bool was_running,
                  GError **error)
{
    size_t length = strlen(xml);
    unsigned place = 1 - image->place;
    Header header = {{0}};

    if (length > image->room) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the definition has %zu bytes, and the saved machine has "
                    "room for %u",
                    length, image->room);
    }
    if (!fault_point("file:saved-xml", error))
        return false;
    if (!fd_read_at(file, &header, sizeof(header), 0) ||
        !fd_write_at(file, xml, length, place_at(place, image->room))) {
        return fail_errno(error, errno,
                          "cannot write the definition of a "
                          "saved machine");
    }
    /* The place that counts is untouched so far; these three change together. */
    header.place = GUINT32_TO_LE(place);
    header.xml_length = GUINT32_TO_LE((guint32)length);
    header.was_running = GUINT32_TO_LE(was_running);
    if (!sync_file(file, error) || !write_header(file, &header, error) ||
        !sync_file(file, error))
        return false;
    image->place = place;
    image->was_running = was_running;
    g_free(image->xml);
    image->xml = g_strdup(xml);
    return true;
}
