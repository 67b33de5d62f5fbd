/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrays of virTypedParameter: named values of mixed types, as job statistics
 * are handed to programs.
 *
 * Here and not in src/api/, since drivers make these arrays too and may not
 * call the public functions (those reset the calling thread's error).  An
 * array is NULL with a count of 0 at first; names may occur more than once,
 * and the first one is found.
 */
#pragma once

#include <glib.h>
#include <libvirt/libvirt-common.h>
#include <stdbool.h>

/** typed_params_append: makes room for one more, which is zero but for its
 * name and @type (a virTypedParameterType).  @capacity is what *@params has
 * room for; NULL: exactly *@nparams.  VIR_ERR_INVALID_ARG if @name is empty or
 * too long.  Returns: the new one, owned by *@params; NULL on error. */
virTypedParameterPtr typed_params_append(virTypedParameterPtr *params,
                                         int *nparams, int *capacity,
                                         const char *name, int type,
                                         GError **error);

/* The same with a value, for names that are ours (asserted to fit). */
void typed_params_add_int(virTypedParameterPtr *params, int *nparams,
                          const char *name, int value);
void typed_params_add_ullong(virTypedParameterPtr *params, int *nparams,
                             const char *name, unsigned long long value);
void typed_params_add_boolean(virTypedParameterPtr *params, int *nparams,
                              const char *name, bool value);
/** typed_params_add_string: @value is copied. */
void typed_params_add_string(virTypedParameterPtr *params, int *nparams,
                             const char *name, const char *value);

/** typed_params_find: the first one called @name, of any type; else NULL. */
virTypedParameterPtr typed_params_find(virTypedParameterPtr params, int nparams,
                                       const char *name);

/** typed_params_get: the first one called @name, which must be of @type.
 * *@ret_param is NULL if there is none, which is no error.
 * VIR_ERR_INVALID_ARG if it is of another type. */
bool typed_params_get(virTypedParameterPtr params, int nparams,
                      const char *name, int type,
                      virTypedParameterPtr *ret_param, GError **error);

/** typed_params_copy: all of them, strings too; NULL for none. */
virTypedParameterPtr typed_params_copy(virTypedParameterPtr params,
                                       int nparams);

/** typed_params_clear: frees the strings in @params, not the array. */
void typed_params_clear(virTypedParameterPtr params, int nparams);
/** typed_params_free: accepts NULL. */
void typed_params_free(virTypedParameterPtr params, int nparams);
