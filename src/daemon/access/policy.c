/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/access/policy.h"

#include "api/access.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    RULES_LIMIT = 10000,
    /* A file that is longer is no list of rules. */
    SIZE_LIMIT = 4 * 1024 * 1024,
    /* "*": what is as good as root's power is named or not given. */
    ACCESS_ALL = (ACCESS_LAST - 1) & ~ACCESS_LIKE_ROOT,
};

typedef enum {
    WHO_ANYBODY,
    WHO_USER,
    WHO_GROUP,
    WHO_X509,
    WHO_SASL,
} WhoKind;

/* A line of the file. */
typedef struct {
    bool allows;
    WhoKind who;
    guint32 id;         /* of the user or group */
    GPatternSpec *text; /* of other names; nullable */
    unsigned permissions;
    GPatternSpec *domain; /* NULL: any, and calls about none */
} Rule;

struct Policy {
    char *path;
    Lock lock;        /* protects the next */
    GPtrArray *rules; /* of Rule; exchanged as a whole */
};

/* A place in the file, for messages. */
typedef struct {
    const char *path;
    int line;
} Place;

static void
rule_free(gpointer data)
{
    Rule *rule = data;

    g_clear_pointer(&rule->domain, g_pattern_spec_free);
    g_clear_pointer(&rule->text, g_pattern_spec_free);
    g_free(rule);
}

static bool
refuse(const Place *place, GError **error, const char *what, const char *text)
{
    return fail(error, VIR_ERR_CONF_SYNTAX, "%s:%d: '%s' is %s", place->path,
                place->line, text, what);
}

/* A name of this host, or a number: who has no name may be meant, too. */
static bool
parse_id(const char *text, WhoKind kind, guint32 *ret_id)
{
    guint64 number = 0;
    const struct passwd *user = NULL;
    const struct group *group = NULL;

    if (g_ascii_string_to_unsigned(text, 10, 0, G_MAXUINT32 - 1, &number,
                                   NULL)) {
        *ret_id = (guint32)number;
        return true;
    }
    /* Read once at the start and at SIGHUP, by one thread. */
    if (kind == WHO_USER) {
        user = getpwnam(text);
        *ret_id = user ? user->pw_uid : 0;
        return user != NULL;
    }
    group = getgrnam(text);
    *ret_id = group ? group->gr_gid : 0;
    return group != NULL;
}

/* Names that are not of this host, but were proved to us: by glob, in which a
 * blank, which would end the word, is written "?". */
static bool
parse_name(const char *text, Rule *rule)
{
    if (g_str_has_prefix(text, "x509:")) {
        rule->who = WHO_X509;
    } else if (g_str_has_prefix(text, "sasl:")) {
        rule->who = WHO_SASL;
    } else {
        return false;
    }
    rule->text = g_pattern_spec_new(strchr(text, ':') + 1);
    return true;
}

/* A user that there is not (yet) is refused: a rule for nobody is a slip. */
static bool
parse_who(const Place *place, const char *text, Rule *rule, GError **error)
{
    const char *name = NULL;

    if (g_str_equal(text, "*")) {
        rule->who = WHO_ANYBODY;
        return true;
    }
    if (parse_name(text, rule))
        return true;
    if (g_str_has_prefix(text, "user:")) {
        rule->who = WHO_USER;
    } else if (g_str_has_prefix(text, "group:")) {
        rule->who = WHO_GROUP;
    } else {
        return refuse(place, error,
                      "not user:NAME, group:NAME, x509:NAME, sasl:NAME or *",
                      text);
    }
    name = strchr(text, ':') + 1;
    return parse_id(name, rule->who, &rule->id) ||
           refuse(place, error, "nobody that this host knows", text);
}

/* By the names of libvirt's own access control, so that what an administrator
 * knows from there is true here; "read" is the one short word for many. */
static unsigned
permission_by_name(const char *name)
{
    if (g_str_equal(name, "*"))
        return ACCESS_ALL;
    if (g_str_equal(name, "read"))
        return ACCESS_OF_READERS;
    for (unsigned bit = 1; bit < ACCESS_LAST; bit <<= 1) {
        if (g_str_equal(access_name(bit), name))
            return bit;
    }
    return 0;
}

/* A permission that is written wrong would be one that is not given, or worse one
 * that is not denied: so the whole file is refused. */
static bool
parse_permissions(const Place *place, const char *text, Rule *rule,
                  GError **error)
{
    g_auto(GStrv) names = g_strsplit(text, ",", -1);

    for (char **name = names; *name; name++) {
        unsigned permission = permission_by_name(*name);

        if (!permission)
            return refuse(place, error, "no permission", *name);
        rule->permissions |= permission;
    }
    return true;
}

/* Words by any number of blanks; the empty ones between two are dropped. */
static GPtrArray *
split_words(const char *line)
{
    g_auto(GStrv) parts = g_strsplit_set(line, " \t\r", -1);
    GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

    for (char **part = parts; *part && **part != '#'; part++) {
        if (**part)
            g_ptr_array_add(words, g_strdup(*part));
    }
    return words;
}

/* NULL without @error for a line that says nothing. */
static Rule *
parse_rule(const Place *place, const char *line, GError **error)
{
    g_autoptr(GPtrArray) words = split_words(line);
    const char *verb = words->len > 0 ? words->pdata[0] : "";
    Rule *rule = NULL;

    if (words->len == 0)
        return NULL;
    if (words->len < 3 || words->len > 4) {
        refuse(place, error,
               "no rule: allow or deny, whom, permissions, and perhaps a "
               "domain",
               line);
        return NULL;
    }
    if (!g_str_equal(verb, "allow") && !g_str_equal(verb, "deny")) {
        refuse(place, error, "neither allow nor deny", verb);
        return NULL;
    }
    rule = g_new0(Rule, 1);
    rule->allows = g_str_equal(verb, "allow");
    if (!parse_who(place, words->pdata[1], rule, error) ||
        !parse_permissions(place, words->pdata[2], rule, error)) {
        rule_free(rule);
        return NULL;
    }
    if (words->len == 4)
        rule->domain = g_pattern_spec_new(words->pdata[3]);
    return rule;
}

/* All or nothing: rules behind a mistake are not read, and those before it do not
 * take effect without them. */
static GPtrArray *
parse(const char *path, const char *text, GError **error)
{
    g_autoptr(GPtrArray) rules = g_ptr_array_new_with_free_func(rule_free);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    Place place = {.path = path};

    for (char **line = lines; *line; line++) {
        g_autoptr(GError) reason = NULL;
        Rule *rule = NULL;

        place.line++;
        rule = parse_rule(&place, *line, &reason);
        if (reason) {
            g_propagate_error(error, g_steal_pointer(&reason));
            return NULL;
        }
        if (rule)
            g_ptr_array_add(rules, rule);
        if (rules->len > RULES_LIMIT) {
            refuse(&place, error, "one rule too many", *line);
            return NULL;
        }
    }
    return g_steal_pointer(&rules);
}

/* Who can write the file can do all that it allows.  Asked of the descriptor
 * that is read, so that nothing is exchanged in between. */
static bool
check_owner(int fd, const char *path, GError **error)
{
    struct stat status = {0};

    if (fstat(fd, &status) != 0)
        return fail_errno(error, errno, "cannot look at '%s'", path);
    if (S_ISREG(status.st_mode) && !(status.st_mode & (S_IWGRP | S_IWOTH)) &&
        (status.st_uid == 0 || status.st_uid == geteuid()) &&
        status.st_size <= SIZE_LIMIT)
        return true;
    return fail(error, VIR_ERR_OPERATION_DENIED,
                "the access policy '%s' must be a file of root's that nobody "
                "else can write, of at most %d bytes",
                path, SIZE_LIMIT);
}

/* One descriptor from the question of the owner to the last byte.  Not blocking:
 * a pipe in its place would keep the daemon from starting. */
static GPtrArray *
read_rules(const char *path, GError **error)
{
    g_auto(AutoFd) fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    g_autofree char *text = NULL;
    gssize got = 0;
    gsize have = 0;

    if (fd < 0) {
        fail_errno(error, errno, "cannot open the access policy '%s'", path);
        return NULL;
    }
    if (!check_owner(fd, path, error))
        return NULL;
    text = g_malloc0(SIZE_LIMIT + 1);
    do {
        got = read(fd, text + have, SIZE_LIMIT - have);
        have += got > 0 ? (gsize)got : 0;
    } while (got > 0);
    if (got < 0) {
        fail_errno(error, errno, "cannot read the access policy '%s'", path);
        return NULL;
    }
    return parse(path, text, error);
}

Policy *
policy_load(const char *path, GError **error)
{
    GPtrArray *rules = read_rules(path, error);
    Policy *policy = NULL;

    if (!rules)
        return NULL;
    policy = g_new0(Policy, 1);
    policy->path = g_strdup(path);
    policy->rules = rules;
    lock_init(&policy->lock);
    return policy;
}

void
policy_free(Policy *policy)
{
    if (!policy)
        return;
    g_ptr_array_unref(policy->rules);
    lock_clear(&policy->lock);
    g_free(policy->path);
    g_free(policy);
}

/* A call that is being judged now keeps the rules it began with. */
bool
policy_reload(Policy *policy, GError **error)
{
    g_autoptr(GPtrArray) rules = read_rules(policy->path, error);

    if (!rules)
        return false;
    LOCK_SCOPE(&policy->lock);
    {
        GPtrArray *before = policy->rules;

        policy->rules = g_steal_pointer(&rules);
        g_ptr_array_unref(before);
    }
    return true;
}

static GPtrArray *
rules_of(Policy *policy)
{
    LOCK_SCOPE(&policy->lock);

    return g_ptr_array_ref(policy->rules);
}

/* Groups are those that the kernel knew when the client connected. */
static bool
is_member(const GArray *groups, guint32 id)
{
    for (guint i = 0; groups && i < groups->len; i++) {
        if (g_array_index(groups, gid_t, i) == id)
            return true;
    }
    return false;
}

/* Who has no such name fits no pattern, not even "*": a rule for certificates
 * gives nothing to whom nobody has asked for one. */
static bool
fits(const GPatternSpec *pattern, const char *name)
{
    return name && g_pattern_spec_match_string((GPatternSpec *)pattern, name);
}

/* By what the kernel, or the other end's key, has proved; nothing here is the
 * client's own word. */
static bool
is_whom(const Rule *rule, const PolicySubject *subject)
{
    switch (rule->who) {
    case WHO_USER:
        return rule->id == subject->uid;
    case WHO_GROUP:
        return is_member(subject->groups, rule->id);
    case WHO_X509:
        return fits(rule->text, subject->x509);
    case WHO_SASL:
        return fits(rule->text, subject->sasl);
    default:
        return true;
    }
}

static bool
is_about(const Rule *rule, const PolicySubject *subject, const char *name)
{
    if (!is_whom(rule, subject))
        return false;
    return !rule->domain || fits(rule->domain, name);
}

/* Each permission is decided by the first rule that is about it, so what one
 * rule leaves open another can give. */
bool
policy_allows(Policy *policy, const PolicySubject *subject,
              unsigned permissions, const char *name)
{
    g_autoptr(GPtrArray) rules = rules_of(policy);

    for (guint i = 0; i < rules->len && permissions; i++) {
        const Rule *rule = rules->pdata[i];

        if (!(rule->permissions & permissions) ||
            !is_about(rule, subject, name))
            continue;
        if (!rule->allows)
            return false;
        permissions &= ~rule->permissions;
    }
    return permissions == 0;
}
