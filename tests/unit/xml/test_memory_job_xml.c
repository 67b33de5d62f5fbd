/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a save or dump, as part of the record of jobs. */
#include "base/error.h"
#include "xml/job_xml.h"

#include <libvirt/libvirt.h>
#include <string.h>

static JobTable *
table_of_a_dump(void)
{
    JobTable *table = job_table_new();
    Job *job = job_table_add(table, VIR_DOMAIN_JOB_OPERATION_DUMP, NULL);

    job->state = JOB_RUNNING;
    job->holds_guest = true;
    job->memory =
        memory_job_new(MEMORY_JOB_CORE, MEMORY_THEN_CRASH, "/it's <here>");
    job->memory->spares_cache = true;
    job->memory->total = 7;
    job->memory->processed = 3;
    job->memory->remaining = 2;
    return table;
}

static void
reads_back_all_it_wrote(void)
{
    g_autoptr(JobTable) table = table_of_a_dump();
    g_autofree char *text = job_xml_format(table);
    g_autoptr(GError) error = NULL;
    g_autoptr(JobTable) again = job_xml_parse(text, &error);
    g_autofree char *second = NULL;
    const MemoryJob *memory = NULL;

    g_assert_no_error(error);
    second = job_xml_format(again);
    g_assert_cmpstr(second, ==, text);
    memory = job_table_memory(again)->memory;
    g_assert_cmpint(memory->kind, ==, MEMORY_JOB_CORE);
    g_assert_cmpint(memory->then, ==, MEMORY_THEN_CRASH);
    g_assert_cmpstr(memory->path, ==, "/it's <here>");
    g_assert_true(memory->spares_cache);
    g_assert_cmpuint(memory->total, ==, 7);
    g_assert_cmpuint(memory->processed, ==, 3);
    g_assert_cmpuint(memory->remaining, ==, 2);
}

static void
refuses_a_record_that_says_too_little(void)
{
    static const char *const bodies[] = {
        "<memory kind='image' then='saved'/>",
        "<memory kind='image' then='saved' path='relative'/>",
        "<memory kind='image' path='/x'/>",
        "<memory then='saved' path='/x'/>",
        "<memory kind='other' then='saved' path='/x'/>",
        "<memory kind='image' then='saved' path='/x' total='-1'/>",
        "<memory kind='image' then='saved' path='/x' more='1'/>",
        "<memory kind='move' then='go-on' path='tcp://h:1'/>",
        "<memory kind='image' then='saved' path='/x'>"
        "<migration id='5f0e6a12-6a8e-4d6e-9d0b-0a4b6f1c2d3e' incoming='yes'/>"
        "</memory>",
        "<memory kind='image' then='saved' path='/x'/>"
        "<diskjob type='pull' disk='vda' source='/y'/>",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autoptr(GError) error = NULL;
        g_autofree char *text = g_strdup_printf(
            "<jobs version='1' next='2'><job id='1' operation='2' "
            "state='running' started='1'>%s</job></jobs>",
            bodies[i]);

        g_assert_null(job_xml_parse(text, &error));
        g_assert_true(error_is(error, VIR_ERR_XML_ERROR));
    }
}

/* Without a file, and with the name of the snapshot that it is for. */
static void
memory_inside_the_images_has_no_path(void)
{
    g_autoptr(JobTable) table = table_of_a_dump();
    Job *job = job_table_add(table, VIR_DOMAIN_JOB_OPERATION_SNAPSHOT, NULL);
    g_autofree char *text = NULL;
    g_autoptr(JobTable) again = NULL;
    const MemoryJob *memory = NULL;
    g_autoptr(GError) error = NULL;

    job->state = JOB_ENDED;
    job->outcome = JOB_COMPLETED;
    job->memory = memory_job_new(MEMORY_JOB_INSIDE, MEMORY_THEN_HALT, NULL);
    job->memory->snapshot = g_strdup("s<1>");
    text = job_xml_format(table);
    again = job_xml_parse(text, &error);
    g_assert_no_error(error);
    memory = job_table_find(again, job->id)->memory;
    g_assert_cmpint(memory->kind, ==, MEMORY_JOB_INSIDE);
    g_assert_cmpint(memory->then, ==, MEMORY_THEN_HALT);
    g_assert_cmpstr(memory->snapshot, ==, "s<1>");
    g_assert_null(memory->path);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/memory_job_xml/reads_back_all_it_wrote",
                    reads_back_all_it_wrote);
    g_test_add_func("/xml/memory_job_xml/refuses_a_record_that_says_too_little",
                    refuses_a_record_that_says_too_little);
    g_test_add_func("/xml/memory_job_xml/memory_inside_the_images_has_no_path",
                    memory_inside_the_images_has_no_path);
    return g_test_run();
}
