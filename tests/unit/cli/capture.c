/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "capture.h"

Capture *
capture_new(void)
{
    Capture *capture = g_new0(Capture, 1);

    capture->output.out =
        open_memstream(&capture->out_text, &capture->out_size);
    capture->output.err =
        open_memstream(&capture->err_text, &capture->err_size);
    g_assert_nonnull(capture->output.out);
    g_assert_nonnull(capture->output.err);
    return capture;
}

void
capture_free(Capture *capture)
{
    if (!capture)
        return;
    fclose(capture->output.out);
    fclose(capture->output.err);
    free(capture->out_text);
    free(capture->err_text);
    g_free(capture);
}

const char *
capture_out(Capture *capture)
{
    fflush(capture->output.out);
    return capture->out_text;
}

const char *
capture_err(Capture *capture)
{
    fflush(capture->output.err);
    return capture->err_text;
}
