/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/block/cmd_block.h"

#include "cli/text/size.h"
#include "cli/text/wording.h"

#include <limits.h>
#include <string.h>

enum { KIB = 1024 };

/* MiB/s are held to what still fits a long in bytes, since that is what the
 * library makes of them. */
bool
block_bandwidth(const Tool *tool, const Options *options,
                unsigned long *ret_bandwidth)
{
    const char *text = options_text(options, "bandwidth");
    g_autoptr(GError) error = NULL;
    uint64_t bandwidth = 0;
    guint64 number = 0;

    *ret_bandwidth = 0;
    if (!text)
        return true;
    if (options_has(options, "bytes")) {
        if (!size_parse(text, LONG_MAX, &bandwidth, &error)) {
            (void)tool_misuse(tool, "--bandwidth: %s", error->message);
            return false;
        }
    } else {
        if (!g_ascii_string_to_unsigned(text, 10, 0, LONG_MAX >> 20, &number,
                                        &error)) {
            (void)tool_misuse(tool,
                              "--bandwidth takes a whole number of MiB/s, not "
                              "'%s'; --bytes allows others",
                              text);
            return false;
        }
        bandwidth = number;
    }
    *ret_bandwidth = (unsigned long)bandwidth;
    return true;
}

static CommandResult
cmd_domblkthreshold(Tool *tool, const Options *options)
{
    const char *device = options_text(options, "dev");
    g_autoptr(virDomain) domain = NULL;
    g_autoptr(GError) error = NULL;
    uint64_t threshold = 0;

    if (!size_parse(options_text(options, "threshold"), UINT64_MAX, &threshold,
                    &error))
        return tool_misuse(tool, "--threshold: %s", error->message);
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    if (virDomainSetBlockThreshold(domain, device, threshold, 0) < 0) {
        return tool_fail(tool,
                         "Failed to set the threshold of '%s' of domain "
                         "'%s'",
                         device, virDomainGetName(domain));
    }
    return RESULT_DONE;
}

/* virsh's unit where none is said: KiB. */
static bool
parse_new_size(const Tool *tool, const char *text, uint64_t *ret_size)
{
    bool is_plain = text[strspn(text, "0123456789")] == '\0';
    g_autoptr(GError) error = NULL;

    if (!size_parse(text, is_plain ? UINT64_MAX / KIB : UINT64_MAX, ret_size,
                    &error)) {
        (void)tool_misuse(tool, "--size: %s", error->message);
        return false;
    }
    if (is_plain)
        *ret_size *= KIB;
    return true;
}

static CommandResult
cmd_blockresize(Tool *tool, const Options *options)
{
    const char *disk = options_text(options, "path");
    g_autoptr(virDomain) domain = NULL;
    unsigned flags = 0;
    uint64_t size = 0;

    if (!parse_new_size(tool, options_text(options, "size"), &size))
        return RESULT_USAGE;
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    /* In KiB where that says it all: every version of a server knows them. */
    if (size % KIB == 0) {
        size /= KIB;
    } else {
        flags |= VIR_DOMAIN_BLOCK_RESIZE_BYTES;
    }
    if (virDomainBlockResize(domain, disk, size, flags) < 0)
        return tool_fail(tool, "Failed to resize block device '%s'", disk);
    output_say(&tool->output, "Block device '%s' is resized", disk);
    return RESULT_DONE;
}

static CommandResult
abort_job(const Tool *tool, const Options *options, virDomainPtr domain)
{
    static const OptionBit bits[] = {
        {"async", VIR_DOMAIN_BLOCK_JOB_ABORT_ASYNC},
        {"pivot", VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT},
        {NULL},
    };
    const char *disk = options_text(options, "path");

    if (virDomainBlockJobAbort(domain, disk, options_flags(options, bits)) < 0)
        return tool_fail(tool, "Failed to end the job of disk '%s'", disk);
    return RESULT_DONE;
}

static CommandResult
limit_job(const Tool *tool, const Options *options, virDomainPtr domain)
{
    const char *disk = options_text(options, "path");
    unsigned flags = options_has(options, "bytes")
                         ? VIR_DOMAIN_BLOCK_JOB_SPEED_BANDWIDTH_BYTES
                         : 0;
    unsigned long bandwidth = 0;

    if (!block_bandwidth(tool, options, &bandwidth))
        return RESULT_USAGE;
    if (virDomainBlockJobSetSpeed(domain, disk, bandwidth, flags) < 0)
        return tool_fail(tool, "Failed to limit the job of disk '%s'", disk);
    return RESULT_DONE;
}

static void
print_raw(const Tool *tool, const virDomainBlockJobInfo *info)
{
    output_print(
        &tool->output, " type=%s\n bandwidth=%lu\n cur=%llu\n end=%llu\n",
        wording_block_job(info->type), info->bandwidth, info->cur, info->end);
}

static void
print_human(const Tool *tool, const virDomainBlockJobInfo *info, bool is_bytes)
{
    unsigned long long bandwidth = info->bandwidth;
    const char *unit = NULL;
    double number = 0;
    int percent = 100;

    if (info->cur < info->end)
        percent = (int)((double)info->cur * 100 / (double)info->end);
    output_print(&tool->output, "%s: [%3d %%]", wording_block_job(info->type),
                 percent);
    if (!is_bytes)
        bandwidth <<= 20;
    if (bandwidth > 0) {
        number = size_in_units(bandwidth, &unit);
        output_print(&tool->output,
                     "    Bandwidth limit: %llu bytes/s (%-.3f %s/s)",
                     bandwidth, number, unit);
    }
    output_print(&tool->output, "\n");
}

static CommandResult
show_job(const Tool *tool, const Options *options, virDomainPtr domain)
{
    const char *disk = options_text(options, "path");
    bool is_raw = options_has(options, "raw");
    bool is_bytes = options_has(options, "bytes");
    unsigned flags = is_bytes ? VIR_DOMAIN_BLOCK_JOB_INFO_BANDWIDTH_BYTES : 0;
    virDomainBlockJobInfo info = {0};
    int found = virDomainGetBlockJobInfo(domain, disk, &info, flags);

    if (found < 0)
        return tool_fail(tool, "Failed to ask for the job of disk '%s'", disk);
    if (found == 0 && !is_raw) {
        output_say(&tool->output, "No current block job for %s", disk);
    } else if (found > 0 && is_raw) {
        print_raw(tool, &info);
    } else if (found > 0) {
        print_human(tool, &info, is_bytes);
    }
    return RESULT_DONE;
}

/* One of three things at a time: ending, limiting, showing. */
static CommandResult
cmd_blockjob(Tool *tool, const Options *options)
{
    bool ends = options_has(options, "abort") ||
                options_has(options, "async") || options_has(options, "pivot");
    bool limits = options_has(options, "bandwidth");
    bool shows = options_has(options, "info") || options_has(options, "raw");
    g_autoptr(virDomain) domain = NULL;

    if (ends + limits + shows > 1) {
        return tool_misuse(tool,
                           "A job can be ended, limited or shown: one at a "
                           "time");
    }
    if (ends && options_has(options, "bytes"))
        return tool_misuse(tool, "--bytes has no meaning when a job is ended");
    domain = tool_find_domain(tool, options);
    if (!domain)
        return RESULT_FAILED;
    if (ends)
        return abort_job(tool, options, domain);
    return limits ? limit_job(tool, options, domain)
                  : show_job(tool, options, domain);
}

static const OptionDef threshold_options[] = {
    OPTION_DOMAIN,
    {"dev", "disk or image: 'vda', 'vda[2]'", OPTION_STRING,
     .is_required = true, .value = VALUE_DISK},
    {"threshold", "size, in bytes or with a unit", OPTION_STRING,
     .is_required = true},
    OPTION_END,
};

static const OptionDef resize_options[] = {
    OPTION_DOMAIN,
    OPTION_PATH,
    {"size", "new size, in KiB or with a unit", OPTION_STRING,
     .is_required = true},
    OPTION_END,
};

static const OptionDef blockjob_options[] = {
    OPTION_DOMAIN,
    OPTION_PATH,
    {"abort", "end it", OPTION_FLAG},
    {"async", "end it and do not wait for that", OPTION_FLAG},
    {"pivot", "end it, and go over to the copy or to what it was committed to",
     OPTION_FLAG},
    {"info", "show how far it is, which is also what no option means",
     OPTION_FLAG},
    {"bytes", "limits are in bytes/s, not in MiB/s", OPTION_FLAG},
    {"raw", "show the figures as the library has them", OPTION_FLAG},
    {"bandwidth", "limit it to so many MiB/s; 0: no limit", OPTION_STRING},
    OPTION_END,
};

const Command block_commands[] = {
    {"blockcommit", "merge a disk's images into one below them",
     "A job in the background. Of the image that is written to, it gets in\n"
     "    step with the guest and waits for 'blockjob --pivot'.",
     blockcommit_options, blockcommit_apart, NULL, cmd_blockcommit},
    {"blockcopy", "copy a disk and stay in step with it",
     "A job in the background, until 'blockjob --pivot' or '--abort'.",
     blockcopy_options, blockcopy_apart, NULL, cmd_blockcopy},
    {"blockjob", "show, limit or end the job of a disk", NULL, blockjob_options,
     NULL, NULL, cmd_blockjob},
    {"blockpull", "fill a disk's image from those below it",
     "A job in the background.", blockpull_options, NULL, NULL, cmd_blockpull},
    {"blockresize", "give a disk of a running domain another size",
     "What a smaller one cuts off is gone.", resize_options, NULL, NULL,
     cmd_blockresize},
    {"domblkthreshold", "have an event when a disk is written that far",
     "See the event 'block-threshold'.", threshold_options, NULL, NULL,
     cmd_domblkthreshold},
    {NULL},
};
