/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Typed parameters: <libvirt/libvirt-common.h>. */
#include "base/typed_params.h"

#include "api/error.h"
#include "base/error.h"

/* A place for one more, or NULL with the thread's error set. */
static virTypedParameterPtr
add(virTypedParameterPtr *params, int *nparams, int *maxparams,
    const char *name, int type)
{
    g_autoptr(GError) error = NULL;
    virTypedParameterPtr added = NULL;

    error_reset();
    if (!params || !nparams || !maxparams || !name || *nparams < 0) {
        fail(&error, VIR_ERR_INVALID_ARG,
             "cannot add a parameter: the array, its counts and the name must "
             "be given");
    } else {
        added =
            typed_params_append(params, nparams, maxparams, name, type, &error);
    }
    if (!added)
        error_raise(VIR_FROM_NONE, error);
    return added;
}

/* 1 with the parameter, 0 without one, -1 with the thread's error set. */
static int
get(virTypedParameterPtr params, int nparams, const char *name, int type,
    virTypedParameterPtr *ret_param)
{
    g_autoptr(GError) error = NULL;

    error_reset();
    if (!name || nparams < 0 || (!params && nparams > 0)) {
        fail(&error, VIR_ERR_INVALID_ARG,
             "cannot read a parameter: the array and the name must be given");
    } else if (typed_params_get(params, nparams, name, type, ret_param,
                                &error)) {
        return *ret_param ? 1 : 0;
    }
    error_raise(VIR_FROM_NONE, error);
    return -1;
}

/* NULL is an answer here: a parameter that is absent is no error. */
virTypedParameterPtr
virTypedParamsGet(virTypedParameterPtr params, int nparams, const char *name)
{
    error_reset();
    return params && name ? typed_params_find(params, nparams, name) : NULL;
}

#define AS_IT_IS(value) (value)
#define AS_TRUTH(value) (!!(value))

#define DEFINE_GET(Name, Type, KIND, member, as)                          \
    int virTypedParamsGet##Name(virTypedParameterPtr params, int nparams, \
                                const char *name, Type *value)            \
    {                                                                     \
        virTypedParameterPtr found = NULL;                                \
        int result =                                                      \
            get(params, nparams, name, VIR_TYPED_PARAM_##KIND, &found);   \
                                                                          \
        if (result == 1 && value)                                         \
            *value = as(found->value.member);                             \
        return result;                                                    \
    }

DEFINE_GET(Int, int, INT, i, AS_IT_IS)
DEFINE_GET(UInt, unsigned int, UINT, ui, AS_IT_IS)
DEFINE_GET(LLong, long long, LLONG, l, AS_IT_IS)
DEFINE_GET(ULLong, unsigned long long, ULLONG, ul, AS_IT_IS)
DEFINE_GET(Double, double, DOUBLE, d, AS_IT_IS)
DEFINE_GET(Boolean, int, BOOLEAN, b, AS_TRUTH)
DEFINE_GET(String, const char *, STRING, s, AS_IT_IS)

#define DEFINE_ADD(Name, Type, KIND, member, copy)                            \
    int virTypedParamsAdd##Name(virTypedParameterPtr *params, int *nparams,   \
                                int *maxparams, const char *name, Type value) \
    {                                                                         \
        virTypedParameterPtr added =                                          \
            add(params, nparams, maxparams, name, VIR_TYPED_PARAM_##KIND);    \
                                                                              \
        if (!added)                                                           \
            return -1;                                                        \
        added->value.member = copy(value);                                    \
        return 0;                                                             \
    }

DEFINE_ADD(Int, int, INT, i, AS_IT_IS)
DEFINE_ADD(UInt, unsigned int, UINT, ui, AS_IT_IS)
DEFINE_ADD(LLong, long long, LLONG, l, AS_IT_IS)
DEFINE_ADD(ULLong, unsigned long long, ULLONG, ul, AS_IT_IS)
DEFINE_ADD(Double, double, DOUBLE, d, AS_IT_IS)
DEFINE_ADD(Boolean, int, BOOLEAN, b, AS_TRUTH)
DEFINE_ADD(String, const char *, STRING, s, g_strdup)

/* The strings alone: the array may be the program's own, or on its stack. */
void
virTypedParamsClear(virTypedParameterPtr params, int nparams)
{
    typed_params_clear(params, nparams);
}

void
virTypedParamsFree(virTypedParameterPtr params, int nparams)
{
    typed_params_free(params, nparams);
}
