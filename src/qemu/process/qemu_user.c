/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/qemu_user.h"

#include "base/error.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

/* Of the largest entry that a user database of a host may have. */
enum { ENTRY_LIMIT = 64 * 1024 };

/* "+64055" is a number whatever users there are, as in libvirt's qemu.conf. */
static bool
read_number(const char *text, guint64 *ret_number)
{
    return *text == '+' && g_ascii_string_to_unsigned(
                               text + 1, 10, 0, G_MAXINT32, ret_number, NULL);
}

/* By name or number; a number need not have an entry, and has then a group of
 * the same number. */
static bool
find_user(const char *name, QemuUser *user, GError **error)
{
    g_autofree char *buffer = g_malloc(ENTRY_LIMIT);
    struct passwd entry;
    struct passwd *found = NULL;
    guint64 number = 0;

    if (read_number(name, &number)) {
        user->uid = (uid_t)number;
        user->gid = (gid_t)number;
        return true;
    }
    (void)getpwnam_r(name, &entry, buffer, ENTRY_LIMIT, &found);
    if (!found) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "there is no user '%s' for QEMU to run as; make it, or "
                    "name another",
                    name);
    }
    user->uid = found->pw_uid;
    user->gid = found->pw_gid;
    return true;
}

/* Whether there is none is not always a mistake, so the caller says what it
 * makes of it. */
static bool
find_group(const char *name, gid_t *ret_gid)
{
    g_autofree char *buffer = g_malloc(ENTRY_LIMIT);
    struct group entry;
    struct group *found = NULL;
    guint64 number = 0;

    if (read_number(name, &number)) {
        *ret_gid = (gid_t)number;
        return true;
    }
    (void)getgrnam_r(name, &entry, buffer, ENTRY_LIMIT, &found);
    if (found)
        *ret_gid = found->gr_gid;
    return found != NULL;
}

/* Asked once, when a connection is opened: a user that is renamed while machines
 * run keeps its number. */
bool
qemu_user_find(const char *name, const char *group, QemuUser *ret_user,
               GError **error)
{
    QemuUser user = {0};

    if (!find_user(name, &user, error))
        return false;
    if (group && !find_group(group, &user.gid)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "there is no group '%s' for QEMU to run in; make it, or "
                    "name another",
                    group);
    }
    /* Who is meant to be what he is already needs no right to become it. */
    if (user.uid != geteuid() && geteuid() != 0) {
        return fail(error, VIR_ERR_OPERATION_DENIED,
                    "only root can run QEMU as user '%s'", name);
    }
    user.kvm = user.gid;
    (void)find_group("kvm", &user.kvm);
    if (user.uid != geteuid()) {
        user.name = g_strdup(name);
        user.group = g_strdup(group);
    }
    *ret_user = user;
    return true;
}

/* The names alone are its own; numbers stay, and mean nothing any more. */
void
qemu_user_clear(QemuUser *user)
{
    g_clear_pointer(&user->name, g_free);
    g_clear_pointer(&user->group, g_free);
}

/* Root's tool without a user, and everybody else. */
bool
qemu_user_is_set(const QemuUser *user)
{
    return user->name != NULL;
}

/* util-linux's program, and not QEMU's own -runas: that one opens everything on
 * its command line as root first.  Between here and the first byte that QEMU
 * reads of a guest's image no right is left that root had: no user and group, no
 * capability, also none that a file could give back. */
void
qemu_user_add_words(const QemuUser *user, GPtrArray *arguments)
{
    g_ptr_array_add(arguments, g_strdup("setpriv"));
    g_ptr_array_add(arguments,
                    g_strdup_printf("--reuid=%u", (unsigned)user->uid));
    g_ptr_array_add(arguments,
                    g_strdup_printf("--regid=%u", (unsigned)user->gid));
    /* Of the user's other groups none: what they may is not QEMU's. */
    g_ptr_array_add(arguments,
                    g_strdup_printf("--groups=%u", (unsigned)user->kvm));
    g_ptr_array_add(arguments, g_strdup("--no-new-privs"));
    g_ptr_array_add(arguments, g_strdup("--inh-caps=-all"));
    g_ptr_array_add(arguments, g_strdup("--bounding-set=-all"));
    g_ptr_array_add(arguments, g_strdup("--"));
}
