/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that move machines, and say how fast.
 *
 * A migration is one call that takes as long as it takes; with --verbose it is
 * watched as a save is (save_watch.h).
 */
#include "cli/command.h"
#include "cli/save/save_watch.h"
#include "cli/shell/ask.h"

static const OptionBit migrate_bits[] = {
    {"live", VIR_MIGRATE_LIVE},
    {"offline", VIR_MIGRATE_OFFLINE},
    {"p2p", VIR_MIGRATE_PEER2PEER},
    {"persistent", VIR_MIGRATE_PERSIST_DEST},
    {"undefinesource", VIR_MIGRATE_UNDEFINE_SOURCE},
    {"suspend", VIR_MIGRATE_PAUSED},
    {"change-protection", VIR_MIGRATE_CHANGE_PROTECTION},
    {"unsafe", VIR_MIGRATE_UNSAFE},
    {"abort-on-error", VIR_MIGRATE_ABORT_ON_ERROR},
    {NULL},
};

/* Adds @value under @name, if there is one. */
static void
add_text(virTypedParameterPtr *params, int *n, int *max, const char *name,
         const char *value)
{
    if (value)
        (void)virTypedParamsAddString(params, n, max, name, value);
}

/* Both ways that the library has: it opens the destination itself with --p2p, and
 * else it is ours. */
static bool
move(virDomainPtr domain, const Options *options, virTypedParameterPtr params,
     int n)
{
    const char *uri = options_text(options, "desturi");
    unsigned flags = options_flags(options, migrate_bits);
    virConnectPtr there = NULL;
    virDomainPtr moved = NULL;

    /* The library refuses what the two do not have in common. */
    if (flags & VIR_MIGRATE_PEER2PEER) {
        return virDomainMigrateToURI3(domain, uri, params, (unsigned)n,
                                      flags) == 0;
    }
    /* A connection of its own, and not the tool's: that one is the source. */
    there = ask_open(uri, false);
    if (!there)
        return false;
    moved = virDomainMigrate3(domain, there, params, (unsigned)n, flags);
    if (moved)
        (void)virDomainFree(moved);
    (void)virConnectClose(there);
    return moved != NULL;
}

/* The documents that are named; false after reporting that one cannot be
 * read. */
static bool
read_document(const Tool *tool, const Options *options, const char *option,
              char **ret_xml)
{
    const char *file = options_text(options, option);

    *ret_xml = file ? tool_read_file(tool, file) : NULL;
    return !file || *ret_xml;
}

/* Under virsh's names, as libvirt's parameters. */
static CommandResult
cmd_migrate(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    g_autofree char *xml = NULL;
    g_autofree char *persistent = NULL;
    virTypedParameterPtr params = NULL;
    int n = 0;
    int max = 0;
    int bandwidth = options_number(options, "bandwidth", 0);
    SaveWatch *watch = NULL;
    CommandResult result = RESULT_FAILED;

    if (!domain || !read_document(tool, options, "xml", &xml) ||
        !read_document(tool, options, "persistent-xml", &persistent))
        return RESULT_FAILED;
    add_text(&params, &n, &max, VIR_MIGRATE_PARAM_URI,
             options_text(options, "migrateuri"));
    add_text(&params, &n, &max, VIR_MIGRATE_PARAM_DEST_NAME,
             options_text(options, "dname"));
    add_text(&params, &n, &max, VIR_MIGRATE_PARAM_DEST_XML, xml);
    add_text(&params, &n, &max, VIR_MIGRATE_PARAM_PERSIST_XML, persistent);
    if (bandwidth) {
        (void)virTypedParamsAddULLong(&params, &n, &max,
                                      VIR_MIGRATE_PARAM_BANDWIDTH,
                                      (unsigned long long)bandwidth);
    }
    if (options_has(options, "verbose"))
        watch = save_watch_begin(tool, domain, "Migration");
    result = save_watch_end(watch, move(domain, options, params, n));
    virTypedParamsFree(params, n);
    /* In silence, as virsh. */
    if (result != RESULT_DONE) {
        (void)tool_fail(tool, "Failed to migrate domain '%s' to %s",
                        virDomainGetName(domain),
                        options_text(options, "desturi"));
    }
    return result;
}

/* A number alone, so that scripts can take it as it is. */
static CommandResult
cmd_migrate_getmaxdowntime(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    unsigned long long downtime = 0;

    if (!domain)
        return RESULT_FAILED;
    if (virDomainMigrateGetMaxDowntime(domain, &downtime, 0) < 0) {
        return tool_fail(tool, "Failed to get the downtime of domain '%s'",
                         virDomainGetName(domain));
    }
    output_print(&tool->output, "%llu\n", downtime);
    return RESULT_DONE;
}

/* 0 would be a guest that never stands still, whose memory is never whole; QEMU
 * takes it, and would never come to an end. */
static CommandResult
cmd_migrate_setmaxdowntime(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    int downtime = options_number(options, "downtime", 0);

    if (!domain)
        return RESULT_FAILED;
    if (downtime == 0)
        return tool_misuse(tool, "a downtime is at least 1 millisecond");
    if (virDomainMigrateSetMaxDowntime(domain, (unsigned long long)downtime,
                                       0) == 0)
        return RESULT_DONE;
    return tool_fail(tool, "Failed to set the downtime of domain '%s'",
                     virDomainGetName(domain));
}

/* In the unit of the option, as virsh: MiB/s. */
static CommandResult
cmd_migrate_getspeed(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    unsigned long speed = 0;

    if (!domain)
        return RESULT_FAILED;
    if (virDomainMigrateGetMaxSpeed(domain, &speed, 0) < 0) {
        return tool_fail(tool, "Failed to get the speed of domain '%s'",
                         virDomainGetName(domain));
    }
    output_print(&tool->output, "%lu\n", speed);
    return RESULT_DONE;
}

/* Also of a migration that is under way in another terminal. */
static CommandResult
cmd_migrate_setspeed(Tool *tool, const Options *options)
{
    g_autoptr(virDomain) domain = tool_find_domain(tool, options);
    int speed = options_number(options, "bandwidth", 0);

    if (!domain)
        return RESULT_FAILED;
    if (virDomainMigrateSetMaxSpeed(domain, (unsigned long)speed, 0) == 0)
        return RESULT_DONE;
    return tool_fail(tool, "Failed to set the speed of domain '%s'",
                     virDomainGetName(domain));
}

/* virsh has more of them: what nobody here can do is not offered, so that it is
 * refused as a word that is not known. */
static const OptionDef migrate_options[] = {
    OPTION_DOMAIN,
    {"desturi", "where to: a URI to connect to", OPTION_STRING,
     .is_required = true},
    {"migrateuri", "how its memory gets there: tcp://host:port, unix:///path",
     OPTION_STRING},
    {"dname", "what it is called there", OPTION_STRING, .is_named_only = true},
    {"xml", "file with its XML there: its disks may be elsewhere",
     OPTION_STRING, .is_named_only = true, .value = VALUE_FILE},
    {"persistent-xml", "file with the XML that is defined there", OPTION_STRING,
     .is_named_only = true, .value = VALUE_FILE},
    {"bandwidth", "MiB/s at most", OPTION_NUMBER, .is_named_only = true},
    {"live", "while it runs, as always", OPTION_FLAG},
    {"offline", "its definition alone, of a domain that is off", OPTION_FLAG},
    {"p2p", "let the library open the destination", OPTION_FLAG},
    {"persistent", "define it there", OPTION_FLAG},
    {"undefinesource", "do not keep its definition here", OPTION_FLAG},
    {"suspend", "leave it paused there", OPTION_FLAG},
    {"change-protection", "nobody changes it meanwhile, as always",
     OPTION_FLAG},
    {"unsafe", "even if an image looks like another file there", OPTION_FLAG},
    {"abort-on-error", "an error of a disk ends it", OPTION_FLAG},
    {"verbose", "show how far it is; Ctrl-C gives it up", OPTION_FLAG},
    OPTION_END,
};

static const OptionDef domain_options[] = {
    OPTION_DOMAIN,
    OPTION_END,
};

static const OptionDef downtime_options[] = {
    OPTION_DOMAIN,
    {"downtime", "milliseconds", OPTION_NUMBER, .is_required = true},
    OPTION_END,
};

static const OptionDef speed_options[] = {
    OPTION_DOMAIN,
    {"bandwidth", "MiB/s; 0 for no limit", OPTION_NUMBER, .is_required = true},
    OPTION_END,
};

const Command migrate_commands[] = {
    {"migrate", "move a domain to another connection",
     "Both sides have to see the same images. The guest runs on one of the "
     "two\n"
     "at every moment; domjobinfo tells how far it is, domjobabort gives it "
     "up.",
     migrate_options, NULL, NULL, cmd_migrate},
    {"migrate-getmaxdowntime", "how long the guest may stand still in the end",
     NULL, domain_options, NULL, NULL, cmd_migrate_getmaxdowntime},
    {"migrate-setmaxdowntime", "set how long it may", NULL, downtime_options,
     NULL, NULL, cmd_migrate_setmaxdowntime},
    {"migrate-getspeed", "how fast its memory may be sent, in MiB/s", NULL,
     domain_options, NULL, NULL, cmd_migrate_getspeed},
    {"migrate-setspeed", "set how fast it may", NULL, speed_options, NULL, NULL,
     cmd_migrate_setspeed},
    {NULL},
};
