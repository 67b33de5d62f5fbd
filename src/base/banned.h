/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions that do not compile here, since each has bitten somebody.
 *
 * The build includes this file before every source (meson.build), so that it
 * cannot be forgotten.  The system headers come first: their declarations of
 * these names must not meet the macros.
 *
 *   unbounded copies      g_strdup_printf, g_strlcpy, GString
 *   atoi, strtol, ...     g_ascii_string_to_unsigned: they cannot tell 0 from
 *                         rubbish, or overflow from a value
 *   strtok                g_strsplit: it keeps hidden state between calls
 *   system, popen         g_spawn...() with an argument array: no shell sees
 *                         what came from outside
 *   sleep, usleep         wait for the thing itself, with a deadline
 *   tmpnam, mktemp        g_mkdtemp, g_file_open_tmp: somebody gets there first
 */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BANNED(name, ...) name##_is_banned_see_src_base_banned_h()

#undef strcpy
#define strcpy(...) BANNED(strcpy, __VA_ARGS__)
#undef strcat
#define strcat(...) BANNED(strcat, __VA_ARGS__)
#undef strncpy
#define strncpy(...) BANNED(strncpy, __VA_ARGS__)
#undef strncat
#define strncat(...) BANNED(strncat, __VA_ARGS__)
#undef sprintf
#define sprintf(...) BANNED(sprintf, __VA_ARGS__)
#undef vsprintf
#define vsprintf(...) BANNED(vsprintf, __VA_ARGS__)
#undef gets
#define gets(...) BANNED(gets, __VA_ARGS__)
#undef atoi
#define atoi(...) BANNED(atoi, __VA_ARGS__)
#undef atol
#define atol(...) BANNED(atol, __VA_ARGS__)
#undef atoll
#define atoll(...) BANNED(atoll, __VA_ARGS__)
#undef atof
#define atof(...) BANNED(atof, __VA_ARGS__)
#undef strtol
#define strtol(...) BANNED(strtol, __VA_ARGS__)
#undef strtoul
#define strtoul(...) BANNED(strtoul, __VA_ARGS__)
#undef strtoll
#define strtoll(...) BANNED(strtoll, __VA_ARGS__)
#undef strtoull
#define strtoull(...) BANNED(strtoull, __VA_ARGS__)
#undef strtok
#define strtok(...) BANNED(strtok, __VA_ARGS__)
#undef system
#define system(...) BANNED(system, __VA_ARGS__)
#undef popen
#define popen(...) BANNED(popen, __VA_ARGS__)
#undef sleep
#define sleep(...) BANNED(sleep, __VA_ARGS__)
#undef usleep
#define usleep(...) BANNED(usleep, __VA_ARGS__)
#undef tmpnam
#define tmpnam(...) BANNED(tmpnam, __VA_ARGS__)
#undef mktemp
#define mktemp(...) BANNED(mktemp, __VA_ARGS__)
