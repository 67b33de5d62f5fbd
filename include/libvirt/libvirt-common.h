/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all the other headers need: the handles, and typed parameters.
 *
 * A handle (virConnectPtr, virDomainPtr, ...) is opaque and counted: the call
 * that returns one gives one reference, vir...Ref() adds one and vir...Free()
 * takes one away.  Any handle may be used in any thread.  A handle keeps those
 * above it alive (a checkpoint its domain, a domain its connection).
 *
 * Strings and arrays that a call returns for the caller to keep are given to
 * free(), unless something else is said.
 *
 * Names and numbers are libvirt's.  Errors that any call may give:
 * VIR_ERR_INVALID_ARG (NULL where a value is needed, a parameter of another
 * type).
 */
#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virConnect: a connection to a driver (libvirt-host.h).  Since: 0.1.0 */
typedef struct _virConnect virConnect;
typedef virConnect *virConnectPtr;

/** virDomain: a virtual machine (libvirt-domain.h).  Since: 0.1.0 */
typedef struct _virDomain virDomain;
typedef virDomain *virDomainPtr;

/** virDomainCheckpoint: a moment since which writes are recorded
 * (libvirt-domain-checkpoint.h).  Since: 0.1.0 */
typedef struct _virDomainCheckpoint virDomainCheckpoint;
typedef virDomainCheckpoint *virDomainCheckpointPtr;

/** virDomainSnapshot: a state to return to (libvirt-domain-snapshot.h).
 * Since: 0.1.0 */
typedef struct _virDomainSnapshot virDomainSnapshot;
typedef virDomainSnapshot *virDomainSnapshotPtr;

/** virNetwork: only named, in virError; Strandline has no networks.
 * Since: 0.1.0 */
typedef struct _virNetwork virNetwork;
typedef virNetwork *virNetworkPtr;

/**
 * virFreeCallback:
 * @opaque: what was registered together with a callback
 *
 * Called once when the callback is no longer needed, to free @opaque.
 *
 * Since: 0.1.0
 */
typedef void (*virFreeCallback)(void *opaque);

/** virConnectCloseReason: why a connection ended by itself.  Since: 0.1.0 */
typedef enum {
    /* an error on the way */
    VIR_CONNECT_CLOSE_REASON_ERROR = 0,
    /* the other side hung up */
    VIR_CONNECT_CLOSE_REASON_EOF = 1,
    /* the other side was silent for too long */
    VIR_CONNECT_CLOSE_REASON_KEEPALIVE = 2,
    /* this side asked for it */
    VIR_CONNECT_CLOSE_REASON_CLIENT = 3,
#ifdef VIR_ENUM_SENTINELS
    VIR_CONNECT_CLOSE_REASON_LAST
#endif
} virConnectCloseReason;

/** virTypedParameterType: which member of the value counts.  Since: 0.1.0 */
typedef enum {
    VIR_TYPED_PARAM_INT = 1,     /* value.i */
    VIR_TYPED_PARAM_UINT = 2,    /* value.ui */
    VIR_TYPED_PARAM_LLONG = 3,   /* value.l */
    VIR_TYPED_PARAM_ULLONG = 4,  /* value.ul */
    VIR_TYPED_PARAM_DOUBLE = 5,  /* value.d */
    VIR_TYPED_PARAM_BOOLEAN = 6, /* value.b */
    VIR_TYPED_PARAM_STRING = 7,  /* value.s */
#ifdef VIR_ENUM_SENTINELS
    VIR_TYPED_PARAM_LAST
#endif
} virTypedParameterType;

/** virTypedParameterFlags: for calls that take typed parameters.
 * Since: 0.1.0 */
typedef enum {
    /* the caller understands VIR_TYPED_PARAM_STRING */
    VIR_TYPED_PARAM_STRING_OKAY = 1 << 2,
} virTypedParameterFlags;

/* A name has at most one byte less. */
#define VIR_TYPED_PARAM_FIELD_LENGTH 80

/**
 * virTypedParameter:
 *
 * One named value of an array of them.  A string is owned by the array.
 *
 * Since: 0.1.0
 */
typedef struct _virTypedParameter virTypedParameter;
typedef virTypedParameter *virTypedParameterPtr;
struct _virTypedParameter {
    char field[VIR_TYPED_PARAM_FIELD_LENGTH]; /* its name */
    int type;                                 /* virTypedParameterType */
    union {
        int i;
        unsigned int ui;
        long long l;
        unsigned long long ul;
        double d;
        char b;
        char *s;
    } value;
};

/**
 * virTypedParamsGet:
 * @params: (nullable): an array of parameters
 * @nparams: how many there are
 * @name: which one
 *
 * Returns: the first parameter called @name, of whatever type, owned by
 * @params; NULL if there is none
 *
 * Since: 0.1.0
 */
virTypedParameterPtr virTypedParamsGet(virTypedParameterPtr params, int nparams,
                                       const char *name);

/**
 * virTypedParamsGetInt:
 * @params: (nullable): an array of parameters
 * @nparams: how many there are
 * @name: which one
 * @value: (nullable): set to the value if it is there
 *
 * Reads the first parameter called @name, which must be an int.
 *
 * Returns: 1 if it is there, 0 if there is none, -1 with VIR_ERR_INVALID_ARG if
 * it is of another type
 *
 * Since: 0.1.0
 */
int virTypedParamsGetInt(virTypedParameterPtr params, int nparams,
                         const char *name, int *value);

/**
 * virTypedParamsGetUInt:
 * @params: (nullable): an array of parameters
 * @nparams: how many there are
 * @name: which one
 * @value: (nullable): set to the value if it is there
 *
 * Reads the first parameter called @name, which must be an unsigned int.
 *
 * Returns: 1 if it is there, 0 if there is none, -1 with VIR_ERR_INVALID_ARG if
 * it is of another type
 *
 * Since: 0.1.0
 */
int virTypedParamsGetUInt(virTypedParameterPtr params, int nparams,
                          const char *name, unsigned int *value);

/**
 * virTypedParamsGetLLong:
 * @params: (nullable): an array of parameters
 * @nparams: how many there are
 * @name: which one
 * @value: (nullable): set to the value if it is there
 *
 * Reads the first parameter called @name, which must be a long long.
 *
 * Returns: 1 if it is there, 0 if there is none, -1 with VIR_ERR_INVALID_ARG if
 * it is of another type
 *
 * Since: 0.1.0
 */
int virTypedParamsGetLLong(virTypedParameterPtr params, int nparams,
                           const char *name, long long *value);

/**
 * virTypedParamsGetULLong:
 * @params: (nullable): an array of parameters
 * @nparams: how many there are
 * @name: which one
 * @value: (nullable): set to the value if it is there
 *
 * Reads the first parameter called @name, which must be an unsigned long long.
 *
 * Returns: 1 if it is there, 0 if there is none, -1 with VIR_ERR_INVALID_ARG if
 * it is of another type
 *
 * Since: 0.1.0
 */
int virTypedParamsGetULLong(virTypedParameterPtr params, int nparams,
                            const char *name, unsigned long long *value);

/**
 * virTypedParamsGetDouble:
 * @params: (nullable): an array of parameters
 * @nparams: how many there are
 * @name: which one
 * @value: (nullable): set to the value if it is there
 *
 * Reads the first parameter called @name, which must be a double.
 *
 * Returns: 1 if it is there, 0 if there is none, -1 with VIR_ERR_INVALID_ARG if
 * it is of another type
 *
 * Since: 0.1.0
 */
int virTypedParamsGetDouble(virTypedParameterPtr params, int nparams,
                            const char *name, double *value);

/**
 * virTypedParamsGetBoolean:
 * @params: (nullable): an array of parameters
 * @nparams: how many there are
 * @name: which one
 * @value: (nullable): set to the value (0 or 1) if it is there
 *
 * Reads the first parameter called @name, which must be a truth value.
 *
 * Returns: 1 if it is there, 0 if there is none, -1 with VIR_ERR_INVALID_ARG if
 * it is of another type
 *
 * Since: 0.1.0
 */
int virTypedParamsGetBoolean(virTypedParameterPtr params, int nparams,
                             const char *name, int *value);

/**
 * virTypedParamsGetString:
 * @params: (nullable): an array of parameters
 * @nparams: how many there are
 * @name: which one
 * @value: (nullable): set to the value (still owned by @params) if it is there
 *
 * Reads the first parameter called @name, which must be a string.
 *
 * Returns: 1 if it is there, 0 if there is none, -1 with VIR_ERR_INVALID_ARG if
 * it is of another type
 *
 * Since: 0.1.0
 */
int virTypedParamsGetString(virTypedParameterPtr params, int nparams,
                            const char *name, const char **value);

/**
 * virTypedParamsAddInt:
 * @params: the array, NULL at first; moves when it grows
 * @nparams: how many there are, 0 at first; one more afterwards
 * @maxparams: how many there is room for, 0 at first
 * @name: of 1 to 79 bytes
 * @value: an int
 *
 * Appends a parameter, also if there is one of that name already.
 *
 * Returns: 0, or -1 with VIR_ERR_INVALID_ARG
 *
 * Since: 0.1.0
 */
int virTypedParamsAddInt(virTypedParameterPtr *params, int *nparams,
                         int *maxparams, const char *name, int value);

/**
 * virTypedParamsAddUInt:
 * @params: the array, NULL at first; moves when it grows
 * @nparams: how many there are, 0 at first; one more afterwards
 * @maxparams: how many there is room for, 0 at first
 * @name: of 1 to 79 bytes
 * @value: an unsigned int
 *
 * Appends a parameter, also if there is one of that name already.
 *
 * Returns: 0, or -1 with VIR_ERR_INVALID_ARG
 *
 * Since: 0.1.0
 */
int virTypedParamsAddUInt(virTypedParameterPtr *params, int *nparams,
                          int *maxparams, const char *name, unsigned int value);

/**
 * virTypedParamsAddLLong:
 * @params: the array, NULL at first; moves when it grows
 * @nparams: how many there are, 0 at first; one more afterwards
 * @maxparams: how many there is room for, 0 at first
 * @name: of 1 to 79 bytes
 * @value: a long long
 *
 * Appends a parameter, also if there is one of that name already.
 *
 * Returns: 0, or -1 with VIR_ERR_INVALID_ARG
 *
 * Since: 0.1.0
 */
int virTypedParamsAddLLong(virTypedParameterPtr *params, int *nparams,
                           int *maxparams, const char *name, long long value);

/**
 * virTypedParamsAddULLong:
 * @params: the array, NULL at first; moves when it grows
 * @nparams: how many there are, 0 at first; one more afterwards
 * @maxparams: how many there is room for, 0 at first
 * @name: of 1 to 79 bytes
 * @value: an unsigned long long
 *
 * Appends a parameter, also if there is one of that name already.
 *
 * Returns: 0, or -1 with VIR_ERR_INVALID_ARG
 *
 * Since: 0.1.0
 */
int virTypedParamsAddULLong(virTypedParameterPtr *params, int *nparams,
                            int *maxparams, const char *name,
                            unsigned long long value);

/**
 * virTypedParamsAddDouble:
 * @params: the array, NULL at first; moves when it grows
 * @nparams: how many there are, 0 at first; one more afterwards
 * @maxparams: how many there is room for, 0 at first
 * @name: of 1 to 79 bytes
 * @value: a double
 *
 * Appends a parameter, also if there is one of that name already.
 *
 * Returns: 0, or -1 with VIR_ERR_INVALID_ARG
 *
 * Since: 0.1.0
 */
int virTypedParamsAddDouble(virTypedParameterPtr *params, int *nparams,
                            int *maxparams, const char *name, double value);

/**
 * virTypedParamsAddBoolean:
 * @params: the array, NULL at first; moves when it grows
 * @nparams: how many there are, 0 at first; one more afterwards
 * @maxparams: how many there is room for, 0 at first
 * @name: of 1 to 79 bytes
 * @value: a truth value; other than 0 is true
 *
 * Appends a parameter, also if there is one of that name already.
 *
 * Returns: 0, or -1 with VIR_ERR_INVALID_ARG
 *
 * Since: 0.1.0
 */
int virTypedParamsAddBoolean(virTypedParameterPtr *params, int *nparams,
                             int *maxparams, const char *name, int value);

/**
 * virTypedParamsAddString:
 * @params: the array, NULL at first; moves when it grows
 * @nparams: how many there are, 0 at first; one more afterwards
 * @maxparams: how many there is room for, 0 at first
 * @name: of 1 to 79 bytes
 * @value: (nullable): a string; copied
 *
 * Appends a parameter, also if there is one of that name already.
 *
 * Returns: 0, or -1 with VIR_ERR_INVALID_ARG
 *
 * Since: 0.1.0
 */
int virTypedParamsAddString(virTypedParameterPtr *params, int *nparams,
                            int *maxparams, const char *name,
                            const char *value);

/**
 * virTypedParamsClear:
 * @params: (nullable): an array of parameters
 * @nparams: how many there are
 *
 * Frees the strings in @params, and not the array.
 *
 * Since: 0.1.0
 */
void virTypedParamsClear(virTypedParameterPtr params, int nparams);

/**
 * virTypedParamsFree:
 * @params: (nullable): an array of parameters
 * @nparams: how many there are
 *
 * Frees the array and the strings in it.
 *
 * Since: 0.1.0
 */
void virTypedParamsFree(virTypedParameterPtr params, int nparams);

#ifdef __cplusplus
}
#endif
