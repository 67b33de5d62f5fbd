/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/typed_params.h"

#include "base/error.h"

#include <string.h>

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
        int wanted = *nparams + (capacity ? *nparams / 2 + 4 : 1);

        *params = g_renew(virTypedParameter, *params, wanted);
        if (capacity)
            *capacity = wanted;
    }
    added = &(*params)[(*nparams)++];
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
        if (!strncmp(params[i].field, name, VIR_TYPED_PARAM_FIELD_LENGTH))
            return &params[i];
    }
    return NULL;
}

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
