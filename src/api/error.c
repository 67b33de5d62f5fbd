/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/error.h"

#include "base/error.h"
#include "base/lock.h"

#include <string.h>

/* When its thread ends. */
static void
last_error_free(gpointer data)
{
    virFreeError(data);
}

static GPrivate last_error = G_PRIVATE_INIT(last_error_free);

/* One function for all threads; it is called outside the lock. */
static struct {
    Lock lock;
    virErrorFunc call;
    void *opaque;
} listener = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* The thread's error, made when it is first asked for. */
static virErrorPtr
own_error(void)
{
    virErrorPtr own = g_private_get(&last_error);

    if (!own) {
        own = g_new0(virError, 1);
        g_private_set(&last_error, own);
    }
    return own;
}

/* VIR_FROM_XML tells a program that the document is at fault, whichever driver
 * read it. */
static int
domain_of(int domain, int code)
{
    bool is_document =
        code == VIR_ERR_XML_ERROR || code == VIR_ERR_XML_INVALID_SCHEMA;

    return is_document ? VIR_FROM_XML : domain;
}

/* The two are read together under the lock, and called without it: the function
 * may ask for the error, set another listener, or call the library. */
static void
tell_listener(virErrorPtr error)
{
    virErrorFunc call = NULL;
    void *opaque = NULL;

    {
        LOCK_SCOPE(&listener.lock);
        call = listener.call;
        opaque = listener.opaque;
    }
    if (call)
        call(opaque, error);
}

/* The numbers that no error of ours uses are -1, as libvirt leaves them. */
static void
raise_message(int domain, int code, const char *message)
{
    virErrorPtr own = own_error();

    virResetError(own);
    own->code = code;
    own->domain = domain_of(domain, code);
    own->message = g_strdup(message);
    own->level = VIR_ERR_ERROR;
    own->int1 = -1;
    own->int2 = -1;
    tell_listener(own);
}

/* Allocates nothing: a thread that never failed never has an error. */
void
error_reset(void)
{
    virResetError(g_private_get(&last_error));
}

/* Every failure says why.  One that does not is our mistake, and is told as
 * such rather than as success. */
void
error_raise(int domain, const GError *error)
{
    if (!error) {
        raise_message(domain, VIR_ERR_INTERNAL_ERROR,
                      "the driver failed without saying why");
    } else if (error->domain != STRANDLINE_ERROR) {
        raise_message(domain, VIR_ERR_INTERNAL_ERROR, error->message);
    } else {
        /* What came over the wire says where it happened. */
        int origin = error_origin(error);

        raise_message(origin != VIR_FROM_NONE ? origin : domain, error->code,
                      error->message);
    }
}

void
error_raise_text(int domain, int code, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list args;

    va_start(args, format);
    message = g_strdup_vprintf(format, args);
    va_end(args);
    raise_message(domain, code, message);
}

/* Not a copy: good until this thread's next call. */
virErrorPtr
virGetLastError(void)
{
    virErrorPtr own = g_private_get(&last_error);

    return own && own->code != VIR_ERR_OK ? own : NULL;
}

int
virGetLastErrorCode(void)
{
    const virError *last = virGetLastError();

    return last ? last->code : VIR_ERR_OK;
}

int
virGetLastErrorDomain(void)
{
    const virError *last = virGetLastError();

    return last ? last->domain : VIR_FROM_NONE;
}

/* Never NULL, so that a program may print it unasked. */
const char *
virGetLastErrorMessage(void)
{
    const virError *last = virGetLastError();

    return last ? last->message : "no error";
}

void
virResetLastError(void)
{
    error_reset();
}

/* Also of a copy of the program's: what it points to came from here. */
void
virResetError(virErrorPtr err)
{
    if (!err)
        return;
    g_free(err->message);
    g_free(err->str1);
    g_free(err->str2);
    g_free(err->str3);
    memset(err, 0, sizeof(*err));
}

/* A program saves an error before it cleans up with calls that reset it. */
virErrorPtr
virSaveLastError(void)
{
    virErrorPtr copy = g_new0(virError, 1);

    (void)virCopyLastError(copy); /* its result is in the copy's code */
    return copy;
}

/* @to is emptied first, so it has to hold an error or zeros, and not what was
 * on the stack. */
int
virCopyLastError(virErrorPtr to)
{
    const virError *last = virGetLastError();

    if (!to)
        return -1;
    virResetError(to);
    if (!last)
        return 0;
    *to = *last;
    to->message = g_strdup(last->message);
    to->str1 = g_strdup(last->str1);
    to->str2 = g_strdup(last->str2);
    to->str3 = g_strdup(last->str3);
    return to->code;
}

void
virFreeError(virErrorPtr err)
{
    virResetError(err);
    g_free(err);
}

/* One for the process; NULL takes it away.  A call under way in another thread
 * may still reach the former one. */
void
virSetErrorFunc(void *userData, virErrorFunc handler)
{
    LOCK_SCOPE(&listener.lock);

    listener.call = handler;
    listener.opaque = userData;
}

/* Errors were kept by connection once; what a program asks of one is its
 * thread's.  Nothing is reset here: that would lose what is asked for. */

virErrorPtr
virConnGetLastError(virConnectPtr conn)
{
    return conn ? virGetLastError() : NULL;
}

int
virConnCopyLastError(virConnectPtr conn, virErrorPtr to)
{
    return conn ? virCopyLastError(to) : -1;
}

void
virConnResetLastError(virConnectPtr conn)
{
    if (conn)
        virResetLastError();
}
