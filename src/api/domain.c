/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Domains: their definition, life and state (<libvirt/libvirt-domain.h>). */
#include "api/call.h"

#include <libvirt/libvirt-domain.h>
#include <string.h>

/* The count is the handle's own and atomic; no driver hears of it. */
int
virDomainRef(virDomainPtr domain)
{
    API_ENTER(domain, domain, -1);
    g_atomic_int_inc(&domain->refs);
    return 0;
}

/* A handle that is freed too often is no handle any more, as long as its memory
 * is not used again: that is an error and no crash. */
int
virDomainFree(virDomainPtr domain)
{
    API_ENTER(domain, domain, -1);
    domain_object_unref(domain);
    return 0;
}

/* From the handle, as it was when that was made: a rename by somebody else does
 * not reach it, and asking costs no call to the driver. */
const char *
virDomainGetName(virDomainPtr domain)
{
    API_ENTER(domain, domain, NULL);
    return domain->name;
}

/* -1 for a domain that is off, which in an unsigned is the greatest number:
 * libvirt's interface. */
unsigned int
virDomainGetID(virDomainPtr domain)
{
    API_ENTER(domain, domain, (unsigned)-1);
    return (unsigned)domain_object_id(domain);
}

int
virDomainGetUUID(virDomainPtr domain, unsigned char *uuid)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(uuid);
    /* VIR_UUID_BUFLEN bytes; what the caller has room for cannot be seen. */
    memcpy(uuid, domain->uuid, sizeof(domain->uuid));
    return 0;
}

/* @buf has VIR_UUID_STRING_BUFLEN bytes; nothing here can hold it to that. */
int
virDomainGetUUIDString(virDomainPtr domain, char *buf)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(buf);
    uuid_format(domain->uuid, buf);
    return 0;
}

/* Without a reference for the caller: it lives as long as @domain. */
virConnectPtr
virDomainGetConnect(virDomainPtr domain)
{
    API_ENTER(domain, domain, NULL);
    return domain->conn;
}

char *
virDomainGetOSType(virDomainPtr domain)
{
    API_ENTER(domain, domain, NULL);
    API_RETURN_POINTER(domain_os_type, domain);
}

/* MIGRATABLE shows passwords as SECURE does, so the rule has both. */
char *
virDomainGetXMLDesc(virDomainPtr domain, unsigned int flags)
{
    API_ENTER(domain, domain, NULL);
    API_CHECK(api_allowed(&api, flags));
    API_RETURN_POINTER(domain_xml, domain, flags);
}

/* The calls without flags are those with none: one way through the driver for
 * each pair. */
virDomainPtr
virDomainDefineXML(virConnectPtr conn, const char *xml)
{
    API_ENTER(domains, conn, NULL);
    API_NOT_NULL(xml);
    API_RETURN_POINTER(domain_define, conn, xml, 0);
}

virDomainPtr
virDomainDefineXMLFlags(virConnectPtr conn, const char *xml, unsigned int flags)
{
    API_ENTER(domains, conn, NULL);
    API_NOT_NULL(xml);
    API_RETURN_POINTER(domain_define, conn, xml, flags);
}

int
virDomainUndefine(virDomainPtr domain)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_undefine, domain, 0);
}

/* To remove and to keep the same thing is a mistake that must not cost what was
 * to be kept. */
int
virDomainUndefineFlags(virDomainPtr domain, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_CHECK(api_flags_exclusive(&api, flags, VIR_DOMAIN_UNDEFINE_NVRAM,
                                  VIR_DOMAIN_UNDEFINE_KEEP_NVRAM));
    API_CHECK(api_flags_exclusive(&api, flags, VIR_DOMAIN_UNDEFINE_TPM,
                                  VIR_DOMAIN_UNDEFINE_KEEP_TPM));
    API_RETURN_INT(domain_undefine, domain, flags);
}

virDomainPtr
virDomainCreateXML(virConnectPtr conn, const char *xmlDesc, unsigned int flags)
{
    API_ENTER(domains, conn, NULL);
    API_NOT_NULL(xmlDesc);
    API_RETURN_POINTER(domain_create_xml, conn, xmlDesc, flags);
}

int
virDomainCreate(virDomainPtr domain)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_create, domain, 0);
}

int
virDomainCreateWithFlags(virDomainPtr domain, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_create, domain, flags);
}

int
virDomainShutdown(virDomainPtr domain)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_shutdown, domain, 0);
}

int
virDomainShutdownFlags(virDomainPtr domain, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_shutdown, domain, flags);
}

int
virDomainReboot(virDomainPtr domain, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_reboot, domain, flags);
}

int
virDomainReset(virDomainPtr domain, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_reset, domain, flags);
}

int
virDomainDestroy(virDomainPtr domain)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_destroy, domain, 0);
}

int
virDomainDestroyFlags(virDomainPtr domain, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_destroy, domain, flags);
}

int
virDomainSuspend(virDomainPtr domain)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_suspend, domain);
}

int
virDomainResume(virDomainPtr domain)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_resume, domain);
}

/* The driver always gets a place for the reason, so that none has to look
 * whether one was given. */
int
virDomainGetState(virDomainPtr domain, int *state, int *reason,
                  unsigned int flags)
{
    int found_reason = 0;
    int result = -1;

    API_ENTER(domain, domain, -1);
    API_NOT_NULL(state);
    API_CHECK(api_no_flags(&api, flags));
    API_CALL(result, API_IS_NEGATIVE, domain_state, domain, state,
             &found_reason);
    if (reason)
        *reason = found_reason;
    return result;
}

/* Zeroed first: a driver that knows less than the struct has room for leaves
 * the rest at 0. */
int
virDomainGetInfo(virDomainPtr domain, virDomainInfoPtr info)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(info);
    memset(info, 0, sizeof(*info));
    API_RETURN_INT(domain_info, domain, info);
}

/* 0 is the failure here, as libvirt has it; so no driver may answer with it. */
unsigned long
virDomainGetMaxMemory(virDomainPtr domain)
{
    virDomainInfo info = {0};
    int result = -1;

    API_ENTER(domain, domain, 0UL);
    API_CALL(result, API_IS_NEGATIVE, domain_info, domain, &info);
    return info.maxMem;
}

/* 1, 0 or -1: a domain that is gone is an error and not merely off. */
int
virDomainIsActive(virDomainPtr dom)
{
    API_ENTER(domain, dom, -1);
    API_RETURN_INT(domain_is_active, dom);
}

int
virDomainIsPersistent(virDomainPtr dom)
{
    API_ENTER(domain, dom, -1);
    API_RETURN_INT(domain_is_persistent, dom);
}

int
virDomainIsUpdated(virDomainPtr dom)
{
    API_ENTER(domain, dom, -1);
    API_RETURN_INT(domain_is_updated, dom);
}

int
virDomainGetAutostart(virDomainPtr domain, int *autostart)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NULL(autostart);
    API_RETURN_INT(domain_get_autostart, domain, autostart);
}

int
virDomainSetAutostart(virDomainPtr domain, int autostart)
{
    API_ENTER(domain, domain, -1);
    API_RETURN_INT(domain_set_autostart, domain, autostart);
}

/* The handle keeps the name it has; a look-up by the UUID gives one with the
 * new name. */
int
virDomainRename(virDomainPtr dom, const char *new_name, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_NOT_NULL(new_name);
    API_RETURN_INT(domain_rename, dom, new_name, flags);
}

/* The three kinds take different arguments.  A kind that is unknown is the
 * driver's to refuse: a daemon may know one more than we do. */
static bool
check_note(const ApiCall *api, const DomainMetadata *metadata)
{
    bool is_element = metadata->type == VIR_DOMAIN_METADATA_ELEMENT;
    bool is_text = metadata->type == VIR_DOMAIN_METADATA_DESCRIPTION ||
                   metadata->type == VIR_DOMAIN_METADATA_TITLE;

    if (is_element && !metadata->uri) {
        api_refuse(api, "uri", "the namespace of the element");
        return false;
    }
    if (is_element && metadata->text && !metadata->key) {
        api_refuse(api, "key", "the prefix for the element's namespace");
        return false;
    }
    if (is_text && (metadata->uri || metadata->key)) {
        api_refuse(api, metadata->uri ? "uri" : "key",
                   "NULL for what is no element");
        return false;
    }
    return true;
}

/* What a note says is looked at by who keeps it, since limits are those of
 * the document that it becomes part of. */
int
virDomainSetMetadata(virDomainPtr domain, int type, const char *metadata,
                     const char *key, const char *uri, unsigned int flags)
{
    const DomainMetadata note = {
        .type = type, .text = metadata, .key = key, .uri = uri};

    API_ENTER(domain, domain, -1);
    API_CHECK(check_note(&api, &note));
    API_RETURN_INT(domain_set_metadata, domain, &note, flags);
}

/* One of the two, run or definition: both at once would have two answers. */
char *
virDomainGetMetadata(virDomainPtr domain, int type, const char *uri,
                     unsigned int flags)
{
    const DomainMetadata note = {.type = type, .uri = uri};

    API_ENTER(domain, domain, NULL);
    API_CHECK(check_note(&api, &note) &&
              api_flags_exclusive(&api, flags, VIR_DOMAIN_AFFECT_LIVE,
                                  VIR_DOMAIN_AFFECT_CONFIG));
    API_RETURN_POINTER(domain_get_metadata, domain, type, uri, flags);
}
