/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What only the memory driver's documents say (docs/format/test.md): the
 * <node> file of test:///FILE, and what stands in a domain's <metadata> in the
 * namespace below.
 *
 *     <node>
 *       <domain type='test' xmlns:test='...'> ... <test:runstate>3</...>
 *       <domain file='other.xml'/>
 *     </node>
 */
#pragma once

#include "model/domain.h"

#include <glib.h>
#include <stdbool.h>

#define TEST_METADATA_NAMESPACE "urn:strandline:test:1"
/* libvirt's own, for <test:runstate> and <test:transient>. */
#define TEST_LIBVIRT_NAMESPACE "http://libvirt.org/schemas/domain/test/1.0"

typedef struct {
    DomainDef *def;
    int state; /* virDomainState: RUNNING unless it says otherwise */
    bool is_transient;
} TestDomain;

void test_domain_free(TestDomain *domain);

/** test_xml_read_node: @path: a file with a <node>.
 * Errors: VIR_ERR_SYSTEM_ERROR (no such file), VIR_ERR_XML_DETAIL,
 * VIR_ERR_XML_ERROR; those of domain_xml_parse().
 * Returns: (transfer full): of TestDomain. */
GPtrArray *test_xml_read_node(const char *path, GError **error);

/** test_xml_check: whether what @def's metadata says to us can be understood.
 * VIR_ERR_XML_ERROR. */
bool test_xml_check(const DomainDef *def, GError **error);

/** test_xml_disk_size: <disk target= size=> of the metadata; 0: not said. */
uint64_t test_xml_disk_size(const DomainDef *def, const char *target);

/* What a test plans to go wrong: memory/fault.h. */
typedef enum {
    TEST_FAULT_BACKUP_FAIL,
    TEST_FAULT_BACKUP_HOLD,
    TEST_FAULT_BACKUP_RELEASE,
    TEST_FAULT_BITMAP_MISSING,
    TEST_FAULT_BITMAP_INCONSISTENT,
    TEST_FAULT_CRASH,
    TEST_FAULT_CALL,
    TEST_FAULT_BLOCK_JOB_FAIL,
    TEST_FAULT_IO_ERROR,
    TEST_FAULT_AGENT,
    TEST_FAULT_MEMORY_FAIL,
    TEST_FAULT_MEMORY_HOLD,
    TEST_FAULT_MEMORY_RELEASE,
} TestFaultType;

typedef struct {
    TestFaultType type;
    uint64_t bytes; /* backups, block jobs, saves */
    char *disk;     /* bitmaps, I/O errors */
    char *bitmap;
    char *name; /* calls: of the driver's member */
    int code;
    char *message; /* nullable */
    char *reason;  /* nullable: I/O errors */
    int choice;    /* I/O errors: virDomainEventIOErrorAction; agent: 1: gone */
} TestFault;

void test_fault_free(TestFault *fault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestFault, test_fault_free)

/** test_xml_parse_fault: a <fault>.  VIR_ERR_XML_DETAIL, VIR_ERR_XML_ERROR. */
TestFault *test_xml_parse_fault(const char *text, GError **error);
