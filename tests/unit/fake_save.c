/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fake_save.h"

static const char *
shown(const char *text)
{
    return text ? text : "-";
}

static char *
document(bool is_done)
{
    return is_done ? g_strdup("<domain/>") : NULL;
}

virDomainPtr
fake_domain_create_xml(virConnectPtr conn, const char *xml, unsigned flags,
                       GError **error)
{
    return fake_record(error, "domain_create_xml %s flags=0x%x", xml, flags)
               ? domain_object_new(conn, "web", fake_uuid, 7)
               : NULL;
}

int
fake_domain_cpu_stats(virDomainPtr domain, int cpu, CpuStats *ret_stats,
                      GError **error)
{
    const unsigned long long base = cpu < 0 ? 1000 : (unsigned)cpu * 10;

    (void)domain;
    *ret_stats = (CpuStats){base, base + 1, base + 2, base + 3};
    return fake_record(error, "domain_cpu_stats %d", cpu) ? 2 : -1;
}

int
fake_domain_save(virDomainPtr domain, const char *path, const char *dxml,
                 unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_save %s %s flags=0x%x", shown(path),
                       shown(dxml), flags)
               ? fake.result
               : -1;
}

int
fake_domain_restore(virConnectPtr conn, const char *path, const char *dxml,
                    unsigned flags, GError **error)
{
    (void)conn;
    return fake_record(error, "domain_restore %s %s flags=0x%x", shown(path),
                       shown(dxml), flags)
               ? fake.result
               : -1;
}

int
fake_domain_dump(virDomainPtr domain, const char *path, unsigned format,
                 unsigned flags, GError **error)
{
    (void)domain;
    return fake_record(error, "domain_dump %s %u flags=0x%x", path, format,
                       flags)
               ? fake.result
               : -1;
}

char *
fake_save_image_xml(virConnectPtr conn, const char *path, unsigned flags,
                    GError **error)
{
    (void)conn;
    return document(
        fake_record(error, "save_image_xml %s flags=0x%x", path, flags));
}

int
fake_save_image_define(virConnectPtr conn, const char *path, const char *dxml,
                       unsigned flags, GError **error)
{
    (void)conn;
    return fake_record(error, "save_image_define %s %s flags=0x%x", path, dxml,
                       flags)
               ? fake.result
               : -1;
}

int
fake_managed_save_has(virDomainPtr domain, GError **error)
{
    (void)domain;
    return fake_record(error, "managed_save_has") ? fake.result : -1;
}

int
fake_managed_save_remove(virDomainPtr domain, GError **error)
{
    (void)domain;
    return fake_record(error, "managed_save_remove") ? fake.result : -1;
}

char *
fake_managed_save_xml(virDomainPtr domain, unsigned flags, GError **error)
{
    (void)domain;
    return document(fake_record(error, "managed_save_xml flags=0x%x", flags));
}

int
fake_managed_save_define(virDomainPtr domain, const char *dxml, unsigned flags,
                         GError **error)
{
    (void)domain;
    return fake_record(error, "managed_save_define %s flags=0x%x", dxml, flags)
               ? fake.result
               : -1;
}
