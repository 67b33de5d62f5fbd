/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/schema.h"

#include "base/error.h"
#include "base/lock.h"

#include <libxml/relaxng.h>
#include <stdlib.h>
#include <string.h>

/* In the order of SchemaKind: the root element, which is the file's name. */
static const char *const roots[SCHEMA_N_KINDS] = {
    "domain", "domainbackup", "domaincheckpoint", "domainsnapshot"};

/* A compiled schema lives as long as the process: it is what is dear about a
 * validation.  libxml2 does not say that two threads may use one at a time, and
 * a validation takes less time than it would take to find out, so the lock is
 * held over the whole of it. */
static Lock lock = PTHREAD_MUTEX_INITIALIZER;
static xmlRelaxNG *compiled[SCHEMA_N_KINDS];

/* What libxml2 said, and where.  It reports from the inside out: the first
 * messages are about the cause, those with a node about where it stands. */
typedef struct {
    GString *text;
    xmlNode *node; /* borrowed from the document */
    int line;
} Complaints;

enum { COMPLAINTS_MAX = 512, SNIPPET_MAX = 96 };

/* libxml2 tells every alternative that did not fit; the first few name the
 * place. */
static void
on_problem(void *data, xmlErrorPtr problem)
{
    Complaints *complaints = data;
    g_autofree char *message = NULL;

    if (!complaints->node && problem->node) {
        complaints->node = problem->node;
        complaints->line = problem->line;
    }
    if (!problem->message || complaints->text->len > COMPLAINTS_MAX)
        return;
    message = g_strstrip(g_strdup(problem->message));
    if (complaints->text->len > 0)
        g_string_append(complaints->text, "; ");
    g_string_append(complaints->text, message);
}

static const char *
schema_folder(void)
{
    const char *folder = secure_getenv("STRANDLINE_SCHEMAS");

    return folder ? folder : STRANDLINE_SCHEMASDIR;
}

/* Once for each kind and for the life of the process: compiling costs more than
 * holding a document against it. */
static xmlRelaxNG *
compile(SchemaKind kind, GError **error)
{
    g_autofree char *path =
        g_strdup_printf("%s/%s.rng", schema_folder(), roots[kind]);
    g_autoptr(GString) text = g_string_new(NULL);
    Complaints complaints = {.text = text};
    xmlRelaxNGParserCtxt *context = NULL;
    xmlRelaxNG *schema = NULL;

    /* Asked first: libxml2 complains of a missing file on stderr. */
    if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        fail(error, VIR_ERR_INTERNAL_ERROR,
             "there is no schema '%s'; is Strandline installed completely?",
             path);
        return NULL;
    }
    context = xmlRelaxNGNewParserCtxt(path);
    g_assert(context);
    xmlRelaxNGSetParserStructuredErrors(context, on_problem, &complaints);
    schema = xmlRelaxNGParse(context);
    xmlRelaxNGFreeParserCtxt(context);
    if (!schema) {
        fail(error, VIR_ERR_INTERNAL_ERROR, "cannot read the schema '%s': %s",
             path, text->str);
    }
    return schema;
}

/* Needs the lock. */
static xmlRelaxNG *
get_compiled(SchemaKind kind, GError **error)
{
    if (!compiled[kind])
        compiled[kind] = compile(kind, error);
    return compiled[kind];
}

/* "/domain/os/loader" */
static char *
place_of(const xmlNode *node)
{
    xmlChar *path = node ? xmlGetNodePath(node) : NULL;
    char *place = g_strdup(path ? (const char *)path : "/");

    xmlFree(path);
    return place;
}

/* The element itself, as far as it is short: what the complaint is about. */
static char *
start_of(const xmlNode *node)
{
    g_autofree char *whole = node && node->type == XML_ELEMENT_NODE
                                 ? reader_dump((xmlNode *)node)
                                 : g_strdup("");
    char *line = g_strdelimit(g_strndup(whole, SNIPPET_MAX), "\n", ' ');

    /* Half a character is no text. */
    if (!g_utf8_validate(line, -1, NULL))
        *line = '\0';
    return g_strchomp(line);
}

/* The place is libxml2's, the sentence ours. */
static bool
refuse(SchemaKind kind, const Complaints *complaints, GError **error)
{
    g_autofree char *place = place_of(complaints->node);
    g_autofree char *start = start_of(complaints->node);

    return fail(error, VIR_ERR_XML_INVALID_SCHEMA,
                "the <%s> does not fit its schema at %s, line %d: '%s' (%s); "
                "what may stand there is in '%s/%s.rng'",
                roots[kind], place, complaints->line, start,
                complaints->text->str, schema_folder(), roots[kind]);
}

/* libvirt holds these documents against a schema and says 92 for whatever the
 * schema dislikes, so that is the code of every mistake in one that has no
 * better; the words are ours, and name the element. */
bool
schema_fail(GError **error, const char *format, ...)
{
    g_autofree char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    message = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return fail(error, VIR_ERR_XML_INVALID_SCHEMA, "%s", message);
}

/* What is not known is refused by name; of two children one would be ignored,
 * and their author not know which. */
bool
schema_check_shape(xmlNode *node, const char *const *attributes,
                   const char *const *children, const char *repeated,
                   GError **error)
{
    g_autoptr(GError) cause = NULL;

    /* Its own code (27) would tell a caller that the root is another. */
    if (!reader_only(node, attributes, children, &cause))
        return schema_fail(error, "%s", cause->message);
    for (xmlNode *child = reader_first(node, NULL); child;
         child = reader_next(child, NULL)) {
        const char *name = reader_name(child);

        if (reader_next(child, name) && g_strcmp0(name, repeated) != 0) {
            return schema_fail(error, "<%s> has more than one <%s>",
                               reader_name(node), name);
        }
    }
    return true;
}

/* After our own reading, which says more; what gets here and fails is something
 * that the two disagree about. */
bool
schema_check(SchemaKind kind, XmlDocument *document, GError **error)
{
    LOCK_SCOPE(&lock);
    g_autoptr(GString) text = g_string_new(NULL);
    Complaints complaints = {.text = text};
    xmlRelaxNG *schema = get_compiled(kind, error);
    xmlRelaxNGValidCtxt *context = NULL;
    int result = 0;

    if (!schema)
        return false;
    context = xmlRelaxNGNewValidCtxt(schema);
    g_assert(context);
    xmlRelaxNGSetValidStructuredErrors(context, on_problem, &complaints);
    result = xmlRelaxNGValidateDoc(context, document);
    xmlRelaxNGFreeValidCtxt(context);
    if (result == 0)
        return true;
    if (result < 0) {
        return fail(error, VIR_ERR_INTERNAL_ERROR,
                    "cannot hold the <%s> against its schema", roots[kind]);
    }
    return refuse(kind, &complaints, error);
}
