/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Saved machines and dumps: <libvirt/libvirt-domain-save.h>.
 *
 * A file is named from where the program stands; a driver gets the whole
 * path. */
#include "api/call.h"
#include "base/typed_params.h"

#include <libvirt/libvirt-domain.h>

/* One of them or none: what was running is what it was, unless somebody says
 * otherwise, and nobody can say both. */
static bool
wishes_agree(const ApiCall *api, unsigned flags)
{
    return api_flags_exclusive(api, flags, VIR_DOMAIN_SAVE_RUNNING,
                               VIR_DOMAIN_SAVE_PAUSED);
}

/* NULL stays NULL: the domain's own image, which has no name here. */
static char *
whole_path(const char *path)
{
    return path ? g_canonicalize_filename(path, NULL) : NULL;
}

#define API_FILE(path) API_CLAIM((path) && *(path), #path, "the name of a file")

/* The two strings that these calls know, each once at most. */
typedef struct {
    const char *file; /* nullable */
    const char *dxml; /* nullable */
} SaveParams;

/* A name that is not known, a second of one name and another type are refused:
 * each would be a wish that nobody hears. */
static bool
read_params(const ApiCall *api, virTypedParameterPtr params, int nparams,
            SaveParams *ret_read)
{
    for (int i = 0; i < nparams; i++) {
        bool is_file = g_str_equal(params[i].field, VIR_DOMAIN_SAVE_PARAM_FILE);
        const char **place = is_file ? &ret_read->file : &ret_read->dxml;

        if ((!is_file &&
             !g_str_equal(params[i].field, VIR_DOMAIN_SAVE_PARAM_DXML)) ||
            params[i].type != VIR_TYPED_PARAM_STRING || *place) {
            api_refuse(api, "params", "a file and a document, as strings");
            return false;
        }
        *place = params[i].value.s;
    }
    return true;
}

/* All saves are one member, with and without a name. */
static int
save(const ApiCall *call, virDomainPtr domain, const SaveParams *wish,
     unsigned flags)
{
    const ApiCall api = *call;
    const int api_failure = -1;
    g_autofree char *path = whole_path(wish->file);

    API_CHECK(wishes_agree(&api, flags));
    API_RETURN_INT(domain_save, domain, path, wish->dxml, flags);
}

/* As save(): three calls, one member. */
static int
restore(const ApiCall *call, virConnectPtr conn, const SaveParams *wish,
        unsigned flags)
{
    const ApiCall api = *call;
    const int api_failure = -1;
    g_autofree char *path = whole_path(wish->file);

    API_CHECK(wishes_agree(&api, flags));
    API_RETURN_INT(domain_restore, conn, path, wish->dxml, flags);
}

/* The oldest of them; what came later is virDomainSaveFlags() with more to say. */
int
virDomainSave(virDomainPtr domain, const char *to)
{
    const SaveParams wish = {.file = to};

    API_ENTER(domain, domain, -1);
    API_FILE(to);
    return save(&api, domain, &wish, 0);
}

/* @dxml may be NULL, and is then what the domain is now. */
int
virDomainSaveFlags(virDomainPtr domain, const char *to, const char *dxml,
                   unsigned int flags)
{
    const SaveParams wish = {.file = to, .dxml = dxml};

    API_ENTER(domain, domain, -1);
    API_FILE(to);
    return save(&api, domain, &wish, flags);
}

/* Without a file it is a managed save: libvirt has it so since these parameters
 * exist. */
int
virDomainSaveParams(virDomainPtr domain, virTypedParameterPtr params,
                    int nparams, unsigned int flags)
{
    SaveParams wish = {0};

    API_ENTER(domain, domain, -1);
    API_NOT_NEGATIVE(nparams);
    API_CLAIM(params || nparams == 0, "params", "not NULL");
    API_CHECK(read_params(&api, params, nparams, &wish));
    return save(&api, domain, &wish, flags);
}

/* The domain is named by the file alone. */
int
virDomainRestore(virConnectPtr conn, const char *from)
{
    const SaveParams wish = {.file = from};

    API_ENTER(domains, conn, -1);
    API_FILE(from);
    return restore(&api, conn, &wish, 0);
}

/* @dxml may be NULL, and is then what was saved. */
int
virDomainRestoreFlags(virConnectPtr conn, const char *from, const char *dxml,
                      unsigned int flags)
{
    const SaveParams wish = {.file = from, .dxml = dxml};

    API_ENTER(domains, conn, -1);
    API_FILE(from);
    return restore(&api, conn, &wish, flags);
}

/* A restore from nowhere has no meaning, so here the file must be there. */
int
virDomainRestoreParams(virConnectPtr conn, virTypedParameterPtr params,
                       int nparams, unsigned int flags)
{
    SaveParams wish = {0};

    API_ENTER(domains, conn, -1);
    API_NOT_NULL(params);
    API_NOT_NEGATIVE(nparams);
    API_CHECK(read_params(&api, params, nparams, &wish));
    API_FILE(wish.file);
    return restore(&api, conn, &wish, flags);
}

/* A file of the host is read with our rights, so a reader may not ask, with or
 * without passwords. */
char *
virDomainSaveImageGetXMLDesc(virConnectPtr conn, const char *file,
                             unsigned int flags)
{
    g_autofree char *path = whole_path(file);

    API_ENTER(domains, conn, NULL);
    API_FILE(file);
    API_CHECK(api_allowed(&api, flags));
    API_RETURN_POINTER(save_image_xml, conn, path, flags);
}

/* Refused on what is no image, and then nothing of the file has changed. */
int
virDomainSaveImageDefineXML(virConnectPtr conn, const char *file,
                            const char *dxml, unsigned int flags)
{
    g_autofree char *path = whole_path(file);

    API_ENTER(domains, conn, -1);
    API_FILE(file);
    API_NOT_NULL(dxml);
    API_CHECK(wishes_agree(&api, flags));
    API_RETURN_INT(save_image_define, conn, path, dxml, flags);
}

/* No place is named: that is what tells a driver to use its own. */
int
virDomainManagedSave(virDomainPtr dom, unsigned int flags)
{
    const SaveParams wish = {0};

    API_ENTER(domain, dom, -1);
    return save(&api, dom, &wish, flags);
}

/* A reader may ask: it tells how the domain will start, and no more. */
int
virDomainHasManagedSaveImage(virDomainPtr dom, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(managed_save_has, dom);
}

/* Whoever may save it may give that up. */
int
virDomainManagedSaveRemove(virDomainPtr dom, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(managed_save_remove, dom);
}

/* What a reader may know of the domain it may know of its image, but for the
 * passwords. */
char *
virDomainManagedSaveGetXMLDesc(virDomainPtr domain, unsigned int flags)
{
    API_ENTER(domain, domain, NULL);
    API_CHECK(api_allowed(&api, flags));
    API_RETURN_POINTER(managed_save_xml, domain, flags);
}

/* As virDomainSaveImageDefineXML(), of a file that is found by the domain. */
int
virDomainManagedSaveDefineXML(virDomainPtr domain, const char *dxml,
                              unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(dxml);
    API_CHECK(wishes_agree(&api, flags));
    API_RETURN_INT(managed_save_define, domain, dxml, flags);
}

/* What can follow a dump, of which there is one. */
static int
dump(const ApiCall *call, virDomainPtr domain, const char *to, unsigned format,
     unsigned flags)
{
    const ApiCall api = *call;
    const int api_failure = -1;
    g_autofree char *path = whole_path(to);

    API_FILE(to);
    API_CLAIM(format <= VIR_DOMAIN_CORE_DUMP_FORMAT_WIN_DMP, "dumpformat",
              "a virDomainCoreDumpFormat");
    API_CHECK(api_flags_exclusive(&api, flags, VIR_DUMP_CRASH, VIR_DUMP_LIVE));
    API_CHECK(api_flags_exclusive(&api, flags, VIR_DUMP_CRASH, VIR_DUMP_RESET));
    API_CHECK(api_flags_exclusive(&api, flags, VIR_DUMP_LIVE, VIR_DUMP_RESET));
    API_RETURN_INT(domain_dump, domain, path, format, flags);
}

/* The format that there was before formats could be chosen. */
int
virDomainCoreDump(virDomainPtr domain, const char *to, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    return dump(&api, domain, to, VIR_DOMAIN_CORE_DUMP_FORMAT_RAW, flags);
}

/* Which formats QEMU was built with, it says itself. */
int
virDomainCoreDumpWithFormat(virDomainPtr domain, const char *to,
                            unsigned int dumpformat, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    return dump(&api, domain, to, dumpformat, flags);
}
