/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/record/record_xml.h"

#include "base/error.h"

/* Of a later version even the meaning of what looks familiar is not known. */
static bool
check_version(xmlNode *root, unsigned known, GError **error)
{
    uint64_t version = 0;

    if (!reader_uint(root, "version", G_MAXUINT32, &version, error))
        return false;
    if (version == known)
        return true;
    return fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
                "the record has version %" G_GUINT64_FORMAT
                ", and this program knows %u; use the program that wrote it",
                version, known);
}

xmlNode *
record_xml_open(xmlNode *root, unsigned version, const char *name,
                GError **error)
{
    xmlNode *document = NULL;

    if (!check_version(root, version, error))
        return NULL;
    document = reader_first(root, name);
    if (!document)
        fail(error, VIR_ERR_XML_ERROR, "the record has no <%s>", name);
    return document;
}
