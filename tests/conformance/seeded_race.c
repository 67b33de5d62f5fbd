/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A race in every call: tsan.sh links it into the program under the thread
 * sanitizer once more, in the place of lock_hold() (the linker's --wrap), and
 * the run must fail.  So a sanitizer that sees nothing is seen. */
#include "base/lock.h"

LockHolder *__real_lock_hold(Lock *lock);
LockHolder *__wrap_lock_hold(Lock *lock);

static unsigned long taken; /* by all threads, and no lock protects it */

LockHolder *
__wrap_lock_hold(Lock *lock)
{
    taken++;
    return __real_lock_hold(lock);
}
