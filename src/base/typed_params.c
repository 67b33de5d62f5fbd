/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/typed_params.h"

#include "base/error.h"

#include <string.h>

/* Programs build arrays with @capacity through the public calls and read it
 * between them; drivers, which add a dozen, do without. */
virTypedParameterPtr
typed_params_append(virTypedParameterPtr *params, int *nparams, int *capacity,
                    const char *name, int type, GError **error)
{
    virTypedParameterPtr added = NULL;

    if (!*name || strlen(name) >= VIR_TYPED_PARAM_FIELD_LENGTH) {
        fail(error, VIR_ERR_INVALID_ARG,
             "cannot add the parameter '%.100s': a name has 1 to %d bytes",
             name, VIR_TYPED_PARAM_FIELD_LENGTH - 1);
        return NULL;
    }
    if (!capacity || *capacity <= *nparams) {
        /* By half, so that a long list costs a logarithmic number of copies;
         * the 4 spares the first few their own. */
        int wanted = *nparams + (capacity ? *nparams / 2 + 4 : 1);

        *params = g_renew(virTypedParameter, *params, wanted);
        if (capacity)
            *capacity = wanted;
    }
    added = &(*params)[(*nparams)++];
    /* The union's other bytes too: the array is copied whole, and what a
     * program reads of the wrong member is then at least not our stack. */
    memset(added, 0, sizeof(*added));
    g_strlcpy(added->field, name, sizeof(added->field));
    added->type = type;
    return added;
}

/* For our own constant names, which always fit. */
static virTypedParameterPtr
append(virTypedParameterPtr *params, int *nparams, const char *name, int type)
{
    virTypedParameterPtr added =
        typed_params_append(params, nparams, NULL, name, type, NULL);

    g_assert(added);
    return added;
}

/* These keep exactly the room they need: the caller of the library frees the
 * array by its count, and there is no capacity to pass on. */
void
typed_params_add_int(virTypedParameterPtr *params, int *nparams,
                     const char *name, int value)
{
    append(params, nparams, name, VIR_TYPED_PARAM_INT)->value.i = value;
}

void
typed_params_add_ullong(virTypedParameterPtr *params, int *nparams,
                        const char *name, unsigned long long value)
{
    append(params, nparams, name, VIR_TYPED_PARAM_ULLONG)->value.ul = value;
}

void
typed_params_add_boolean(virTypedParameterPtr *params, int *nparams,
                         const char *name, bool value)
{
    append(params, nparams, name, VIR_TYPED_PARAM_BOOLEAN)->value.b = value;
}

void
typed_params_add_string(virTypedParameterPtr *params, int *nparams,
                        const char *name, const char *value)
{
    append(params, nparams, name, VIR_TYPED_PARAM_STRING)->value.s =
        g_strdup(value);
}

virTypedParameterPtr
typed_params_find(virTypedParameterPtr params, int nparams, const char *name)
{
    for (int i = 0; i < nparams; i++) {
        /* Bounded by the field: an array from a program may lack the NUL. */
        if (!strncmp(params[i].field, name, VIR_TYPED_PARAM_FIELD_LENGTH))
            return &params[i];
    }
    return NULL;
}

/* Absent and of another type are different answers: the first is common, since
 * what a machine reports depends on what it does. */
bool
typed_params_get(virTypedParameterPtr params, int nparams, const char *name,
                 int type, virTypedParameterPtr *ret_param, GError **error)
{
    virTypedParameterPtr found = typed_params_find(params, nparams, name);

    if (found && found->type != type) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "cannot read the parameter '%s' as type %d: it is of "
                    "type %d",
                    name, type, found->type);
    }
    *ret_param = found;
    return true;
}

virTypedParameterPtr
typed_params_copy(virTypedParameterPtr params, int nparams)
{
    virTypedParameterPtr copy = NULL;

    if (nparams <= 0)
        return NULL;
    copy = g_new(virTypedParameter, nparams);
    memcpy(copy, params, sizeof(*copy) * (size_t)nparams);
    for (int i = 0; i < nparams; i++) {
        /* Everything else lies in the union itself; only strings are shared
         * after a plain copy, and would be freed twice. */
        if (copy[i].type == VIR_TYPED_PARAM_STRING)
            copy[i].value.s = g_strdup(copy[i].value.s);
    }
    return copy;
}

void
typed_params_clear(virTypedParameterPtr params, int nparams)
{
    for (int i = 0; params && i < nparams; i++) {
        if (params[i].type == VIR_TYPED_PARAM_STRING) {
            /* The type stays, so that clearing twice is harmless. */
            g_clear_pointer(&params[i].value.s, g_free);
        }
    }
}

void
typed_params_free(virTypedParameterPtr params, int nparams)
{
    typed_params_clear(params, nparams);
    g_free(params);
}
