/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "blockcommit", "blockpull" and "blockcopy": jobs that move a disk's data. */
#include "cli/block/block_wait.h"
#include "cli/block/cmd_block.h"
#include "cli/text/document.h"
#include "cli/text/size.h"

#include <limits.h>

/* What the three have in common: whether to wait, how, and what is done once a
 * job of two stages is in step. */
typedef struct {
    BlockWait wait;
    bool is_blocking;
    bool pivots;   /* then go over to the other image */
    bool finishes; /* then stay with this one */
    const char *pivoted;
    const char *finished;
    const char *in_step;
} Move;

/* False after reporting what has no meaning. */
static bool
read_move(const Tool *tool, const Options *options, Move *move)
{
    static const char *const for_waiting[] = {"verbose", "async", NULL};

    move->wait.disk = options_text(options, "path");
    move->wait.timeout = options_number(options, "timeout", 0);
    move->wait.is_async_abort = options_has(options, "async");
    if (!options_has(options, "verbose"))
        move->wait.progress = NULL;
    move->is_blocking = options_has(options, "wait") || move->pivots ||
                        move->finishes || options_has(options, "timeout");
    for (const char *const *one = for_waiting; *one; one++) {
        if (options_has(options, *one) && !move->is_blocking) {
            (void)tool_misuse(tool, "--%s has no meaning without --wait", *one);
            return false;
        }
    }
    if (options_has(options, "timeout") && move->wait.timeout < 1) {
        (void)tool_misuse(tool, "--timeout takes at least 1 second");
        return false;
    }
    return true;
}

/* @started is said of a job that is not waited for, or that is watched. */
static void
say_started(const Tool *tool, const Move *move, const char *started)
{
    if (!move->is_blocking) {
        output_say(&tool->output, "%s", started);
    } else if (move->wait.progress) {
        output_say(&tool->output, "%s\n", started);
    }
}

/* After the job was begun. */
static CommandResult
finish_move(const Tool *tool, const Move *move, BlockWatch *watch)
{
    virDomainPtr domain = move->wait.domain;
    const char *disk = move->wait.disk;
    unsigned flags = move->pivots ? VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT : 0;
    CommandResult result = block_wait(tool, watch);

    if (result != RESULT_DONE)
        return result;
    if (!move->wait.is_two_stage) {
        output_say(&tool->output, "\n%s complete", move->wait.title);
        return RESULT_DONE;
    }
    if (!move->pivots && !move->finishes) {
        output_say(&tool->output, "\n%s", move->in_step);
        return RESULT_DONE;
    }
    if (virDomainBlockJobAbort(domain, disk, flags) < 0) {
        return tool_fail(tool, "failed to %s job for disk %s",
                         move->pivots ? "pivot" : "finish", disk);
    }
    output_say(&tool->output, "\n%s",
               move->pivots ? move->pivoted : move->finished);
    return RESULT_DONE;
}

/* The watch comes before the job: one that is done at once would tell
 * nobody. */
CommandResult
cmd_blockcommit(Tool *tool, const Options *options)
{
    static const OptionBit bits[] = {
        {"shallow", VIR_DOMAIN_BLOCK_COMMIT_SHALLOW},
        {"delete", VIR_DOMAIN_BLOCK_COMMIT_DELETE},
        {"keep-relative", VIR_DOMAIN_BLOCK_COMMIT_RELATIVE},
        {"bytes", VIR_DOMAIN_BLOCK_COMMIT_BANDWIDTH_BYTES},
        {NULL},
    };
    Move move = {
        .wait = {.title = "Commit", .progress = "Block Commit"},
        .pivots = options_has(options, "pivot"),
        .finishes = options_has(options, "keep-overlay"),
        .pivoted = "Successfully pivoted",
        .finished = "Commit complete, overlay image kept",
        .in_step = "Now in synchronized phase",
    };
    unsigned flags = options_flags(options, bits);
    g_autoptr(virDomain) domain = NULL;
    g_autoptr(BlockWatch) watch = NULL;
    unsigned long bandwidth = 0;

    move.wait.is_two_stage =
        options_has(options, "active") || move.pivots || move.finishes;
    if (!read_move(tool, options, &move) ||
        !block_bandwidth(tool, options, &bandwidth))
        return RESULT_USAGE;
    if (move.wait.is_two_stage)
        flags |= VIR_DOMAIN_BLOCK_COMMIT_ACTIVE;
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    move.wait.domain = domain;
    if (move.is_blocking)
        watch = block_wait_begin(tool, &move.wait);
    if (virDomainBlockCommit(
            domain, move.wait.disk, options_text(options, "base"),
            options_text(options, "top"), bandwidth, flags) < 0) {
        return tool_fail(tool, "Failed to commit disk '%s' of domain '%s'",
                         move.wait.disk, virDomainGetName(domain));
    }
    say_started(tool, &move,
                move.wait.is_two_stage ? "Active Block Commit started"
                                       : "Block Commit started");
    return watch ? finish_move(tool, &move, watch) : RESULT_DONE;
}

/* A base, or its name written relative, is a rebase for the library. */
static int
begin_pull(virDomainPtr domain, const Options *options, unsigned long bandwidth)
{
    const char *disk = options_text(options, "path");
    const char *base = options_text(options, "base");
    bool is_relative = options_has(options, "keep-relative");
    bool is_bytes = options_has(options, "bytes");
    unsigned flags = 0;

    if (!base && !is_relative) {
        return virDomainBlockPull(
            domain, disk, bandwidth,
            is_bytes ? VIR_DOMAIN_BLOCK_PULL_BANDWIDTH_BYTES : 0);
    }
    if (is_relative)
        flags |= VIR_DOMAIN_BLOCK_REBASE_RELATIVE;
    if (is_bytes)
        flags |= VIR_DOMAIN_BLOCK_REBASE_BANDWIDTH_BYTES;
    return virDomainBlockRebase(domain, disk, base, bandwidth, flags);
}

/* One stage alone: when all is pulled, the disk is what it was, in one
 * image. */
CommandResult
cmd_blockpull(Tool *tool, const Options *options)
{
    Move move = {.wait = {.title = "Pull", .progress = "Block Pull"}};
    g_autoptr(virDomain) domain = NULL;
    g_autoptr(BlockWatch) watch = NULL;
    unsigned long bandwidth = 0;

    if (!read_move(tool, options, &move) ||
        !block_bandwidth(tool, options, &bandwidth))
        return RESULT_USAGE;
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    move.wait.domain = domain;
    if (move.is_blocking)
        watch = block_wait_begin(tool, &move.wait);
    if (begin_pull(domain, options, bandwidth) < 0) {
        return tool_fail(tool, "Failed to pull disk '%s' of domain '%s'",
                         move.wait.disk, virDomainGetName(domain));
    }
    say_started(tool, &move, "Block Pull started");
    return watch ? finish_move(tool, &move, watch) : RESULT_DONE;
}

/* (transfer full) (nullable): the target's <disk>; NULL after reporting. */
static char *
copy_document(const Tool *tool, const Options *options)
{
    const char *target = options_text(options, "dest");
    const char *format = options_text(options, "format");
    bool is_block = options_has(options, "blockdev");
    g_autoptr(GString) xml = NULL;

    if (options_has(options, "xml"))
        return tool_read_file(tool, options_text(options, "xml"));
    xml = g_string_new("<disk");
    document_attribute(xml, "type", is_block ? "block" : "file");
    g_string_append(xml, ">\n  <source");
    document_attribute(xml, is_block ? "dev" : "file", target);
    g_string_append(xml, "/>\n");
    if (format) {
        g_string_append(xml, "  <driver");
        document_attribute(xml, "type", format);
        g_string_append(xml, "/>\n");
    }
    g_string_append(xml, "</disk>\n");
    return g_string_free(g_steal_pointer(&xml), FALSE);
}

/* The figures of a copy; for virTypedParamsFree(), also after false. */
typedef struct {
    virTypedParameterPtr params;
    int count;
    int room;
} Figures;

/* The library's own function: it made the array. */
static void
figures_clear(Figures *figures)
{
    virTypedParamsFree(figures->params, figures->count);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Figures, figures_clear)

/* Absent is 0, which no size can be. */
static bool
read_size(const Tool *tool, const Options *options, const char *name,
          uint64_t max, uint64_t *ret_size)
{
    const char *text = options_text(options, name);
    g_autoptr(GError) error = NULL;

    *ret_size = 0;
    if (!text || size_parse(text, max, ret_size, &error))
        return true;
    (void)tool_misuse(tool, "--%s: %s", name, error->message);
    return false;
}

/* In bytes, whatever unit was given: the parameters know no other.  0 is no
 * limit, and is left out. */
static bool
read_figures(const Tool *tool, const Options *options, Figures *figures)
{
    unsigned long bandwidth = 0;
    uint64_t granularity = 0;
    uint64_t buffer = 0;
    int result = 0;

    if (!block_bandwidth(tool, options, &bandwidth) ||
        !read_size(tool, options, "granularity", UINT_MAX, &granularity) ||
        !read_size(tool, options, "buf-size", UINT64_MAX, &buffer))
        return false;
    if (!options_has(options, "bytes"))
        bandwidth <<= 20;
    if (bandwidth > 0) {
        result |= virTypedParamsAddULLong(
            &figures->params, &figures->count, &figures->room,
            VIR_DOMAIN_BLOCK_COPY_BANDWIDTH, bandwidth);
    }
    if (granularity > 0) {
        result |= virTypedParamsAddUInt(
            &figures->params, &figures->count, &figures->room,
            VIR_DOMAIN_BLOCK_COPY_GRANULARITY, (unsigned)granularity);
    }
    if (buffer > 0) {
        result |= virTypedParamsAddULLong(
            &figures->params, &figures->count, &figures->room,
            VIR_DOMAIN_BLOCK_COPY_BUF_SIZE, buffer);
    }
    return result == 0;
}

/* What can be mistyped is refused before the domain is looked for. */
static CommandResult
begin_copy(Tool *tool, const Options *options, Move *move, const char *xml)
{
    static const OptionBit bits[] = {
        {"shallow", VIR_DOMAIN_BLOCK_COPY_SHALLOW},
        {"reuse-external", VIR_DOMAIN_BLOCK_COPY_REUSE_EXT},
        {"transient-job", VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB},
        {"synchronous-writes", VIR_DOMAIN_BLOCK_COPY_SYNCHRONOUS_WRITES},
        {NULL},
    };
    g_auto(Figures) figures = {NULL, 0, 0};
    g_autoptr(virDomain) domain = NULL;
    g_autoptr(BlockWatch) watch = NULL;

    if (!read_figures(tool, options, &figures))
        return RESULT_USAGE;
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    move->wait.domain = domain;
    if (move->is_blocking)
        watch = block_wait_begin(tool, &move->wait);
    if (virDomainBlockCopy(domain, move->wait.disk, xml, figures.params,
                           figures.count, options_flags(options, bits)) < 0) {
        return tool_fail(tool, "Failed to copy disk '%s' of domain '%s'",
                         move->wait.disk, virDomainGetName(domain));
    }
    say_started(tool, move, "Block Copy started");
    return watch ? finish_move(tool, move, watch) : RESULT_DONE;
}

/* --print-xml needs no connection. */
CommandResult
cmd_blockcopy(Tool *tool, const Options *options)
{
    Move move = {
        .wait = {.title = "Copy",
                 .progress = "Block Copy",
                 .is_two_stage = true},
        .pivots = options_has(options, "pivot"),
        .finishes = options_has(options, "finish"),
        .pivoted = "Successfully pivoted",
        .finished = "Successfully copied",
        .in_step = "Now in mirroring phase",
    };
    g_autofree char *xml = NULL;

    if (!options_has(options, "dest") && !options_has(options, "xml"))
        return tool_misuse(tool, "Copy where: --dest or --xml");
    if (!read_move(tool, options, &move))
        return RESULT_USAGE;
    xml = copy_document(tool, options);
    if (!xml)
        return RESULT_FAILED;
    if (options_has(options, "print-xml")) {
        output_print(&tool->output, "%s", xml);
        return RESULT_DONE;
    }
    return begin_copy(tool, options, &move, xml);
}

#define OPTION_BANDWIDTH                              \
    {                                                 \
        "bandwidth", "limit, in MiB/s", OPTION_STRING \
    }
#define OPTIONS_WAIT                                                       \
    {"wait", "wait until it is done, or in step", OPTION_FLAG},            \
        {"verbose", "with --wait: show how far it is", OPTION_FLAG},       \
        {"timeout", "wait, and give it up after so many seconds",          \
         OPTION_NUMBER, .is_named_only = true},                            \
    {                                                                      \
        "async", "with --wait: when it is given up, do not wait for that", \
            OPTION_FLAG                                                    \
    }
#define OPTION_BYTES                                                  \
    {                                                                 \
        "bytes", "the limit is in bytes/s, not in MiB/s", OPTION_FLAG \
    }
#define OPTION_RELATIVE                                                       \
    {                                                                         \
        "keep-relative", "write names of backing files relative", OPTION_FLAG \
    }

const OptionDef blockcommit_options[] = {
    OPTION_DOMAIN,
    OPTION_PATH,
    OPTION_BANDWIDTH,
    {"base", "image to merge into; without, the lowest", OPTION_STRING,
     .value = VALUE_FILE},
    {"shallow", "merge into the image right below --top", OPTION_FLAG},
    {"top", "image to merge from; without, the highest", OPTION_STRING,
     .value = VALUE_FILE},
    {"active", "merge the image that is written to", OPTION_FLAG},
    {"delete", "delete the images that are no longer needed", OPTION_FLAG},
    OPTIONS_WAIT,
    {"pivot", "wait, and go over to the lower image when in step", OPTION_FLAG},
    {"keep-overlay", "wait, and stay with the image when in step", OPTION_FLAG},
    OPTION_RELATIVE,
    OPTION_BYTES,
    OPTION_END,
};

const char *const blockcommit_apart[] = {"base shallow", "pivot keep-overlay",
                                         NULL};

const OptionDef blockpull_options[] = {
    OPTION_DOMAIN,
    OPTION_PATH,
    OPTION_BANDWIDTH,
    {"base", "image to stop above; without, all are pulled", OPTION_STRING,
     .value = VALUE_FILE},
    OPTIONS_WAIT,
    OPTION_RELATIVE,
    OPTION_BYTES,
    OPTION_END,
};

const OptionDef blockcopy_options[] = {
    OPTION_DOMAIN,
    OPTION_PATH,
    {"dest", "file or device to copy to", OPTION_STRING, .value = VALUE_FILE},
    OPTION_BANDWIDTH,
    {"shallow", "the highest image alone", OPTION_FLAG},
    {"reuse-external", "write into what is there", OPTION_FLAG},
    {"blockdev", "--dest is a block device", OPTION_FLAG},
    OPTIONS_WAIT,
    {"pivot", "wait, and go over to the copy when in step", OPTION_FLAG},
    {"finish", "wait, and stay with the disk when in step", OPTION_FLAG},
    {"xml", "file with the XML of the target", OPTION_STRING,
     .value = VALUE_FILE},
    {"format", "format of the target", OPTION_STRING, .is_named_only = true},
    {"granularity", "size of a piece, a power of two", OPTION_STRING,
     .is_named_only = true},
    {"buf-size", "memory for what is under way", OPTION_STRING,
     .is_named_only = true},
    OPTION_BYTES,
    {"transient-job", "the job need not outlive the domain", OPTION_FLAG},
    {"synchronous-writes", "the guest's writes wait for the copy", OPTION_FLAG},
    {"print-xml", "print the target's XML and copy nothing", OPTION_FLAG},
    OPTION_END,
};

const char *const blockcopy_apart[] = {"dest xml", "pivot finish",
                                       "xml blockdev", "xml format", NULL};
