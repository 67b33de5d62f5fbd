/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/progress_bar.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_COLUMNS 80
#define MIN_BAR         10
/* Below this, a rate says more of the clock than of the disks. */
#define MIN_RATE_US (G_USEC_PER_SEC / 2)

struct ProgressBar {
    char *title;
    const Output *output;
    bool is_terminal;
    bool is_drawn;      /* a line on the terminal wants its end */
    unsigned next_line; /* percent at which a log gets its next line */
    gint64 start_us;    /* of the first update; 0 before it */
    unsigned long long start_done;
};

/* Nothing is drawn before the first update. */
ProgressBar *
progress_bar_new(const char *title, const Output *output)
{
    ProgressBar *bar = g_new0(ProgressBar, 1);

    bar->title = g_strdup(title);
    bar->output = output;
    /* Of stderr: that is where it is drawn, wherever stdout goes. */
    bar->is_terminal = isatty(fileno(output->err)) == 1;
    return bar;
}

/* Ends the line, so that the shell's prompt begins a new one. */
void
progress_bar_free(ProgressBar *bar)
{
    if (!bar)
        return;
    progress_bar_end(bar);
    g_free(bar->title);
    g_free(bar);
}

/* Harmless if no line is open. */
void
progress_bar_end(ProgressBar *bar)
{
    if (!bar->is_drawn)
        return;
    fputc('\n', bar->output->err);
    fflush(bar->output->err);
    bar->is_drawn = false;
}

/* Asked for each drawing, since a window changes its size. */
static unsigned
terminal_columns(FILE *stream)
{
    struct winsize size = {0};

    if (ioctl(fileno(stream), TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return DEFAULT_COLUMNS;
    return size.ws_col;
}

/* ", 31.5 MiB/s", or nothing as long as it would be a guess. */
static char *
rate_text(const ProgressBar *bar, unsigned long long done)
{
    gint64 elapsed_us = g_get_monotonic_time() - bar->start_us;
    const char *unit = NULL;
    double rate = 0;

    /* Since the first update and not the start of the job: whoever comes late
     * would see a rate that never was. */
    if (elapsed_us < MIN_RATE_US || done <= bar->start_done)
        return g_strdup("");
    rate =
        (double)(done - bar->start_done) * G_USEC_PER_SEC / (double)elapsed_us;
    rate = size_in_units((unsigned long long)rate, &unit);
    return g_strdup_printf(", %.1f %s/s", rate, unit);
}

/* "12.0 of 64.0 MiB": both sizes in the unit of the larger. */
static char *
amount_text(const ProgressBar *bar, unsigned long long done,
            unsigned long long total)
{
    g_autofree char *rate = rate_text(bar, done);
    const char *unit = NULL;
    double size = size_in_units(total, &unit);
    double part = size * (double)done / (double)total;

    return g_strdup_printf("%.1f of %.1f %s%s", part, size, unit, rate);
}

/* One line over the last, as wide as the terminal is now. */
static void
draw(ProgressBar *bar, unsigned percent, const char *amount)
{
    /* Bytes for columns: title and amount are our own and ASCII. */
    unsigned columns = terminal_columns(bar->output->err);
    gsize used = strlen(bar->title) + strlen(amount) + strlen(": [] 100 %, ");
    unsigned width =
        columns > used + MIN_BAR ? (unsigned)(columns - used - 1) : MIN_BAR;
    unsigned filled = width * percent / 100;
    g_autofree char *done = g_strnfill(filled, '#');
    g_autofree char *open = g_strnfill(width - filled, '.');

    /* The escape clears what a longer line left behind. */
    fprintf(bar->output->err, "\r%s: [%s%s] %3u %%, %s\033[K", bar->title, done,
            open, percent, amount);
    fflush(bar->output->err);
    bar->is_drawn = true;
}

/* Called as often as one likes: how much of it is shown depends on where it
 * goes. */
void
progress_bar_update(ProgressBar *bar, unsigned long long done,
                    unsigned long long total)
{
    unsigned percent = 0;
    g_autofree char *amount = NULL;

    if (bar->output->is_quiet || total == 0)
        return;
    /* The library reads the two figures one after the other. */
    done = MIN(done, total);
    if (bar->start_us == 0) {
        bar->start_us = g_get_monotonic_time();
        bar->start_done = done;
    }
    percent = (unsigned)((double)done * 100 / (double)total);
    amount = amount_text(bar, done, total);
    if (bar->is_terminal) {
        draw(bar, percent, amount);
        return;
    }
    /* A log gets ten lines, however often it is updated. */
    if (percent < bar->next_line)
        return;
    fprintf(bar->output->err, "%s: %u %%, %s\n", bar->title, percent, amount);
    fflush(bar->output->err);
    bar->next_line = percent / 10 * 10 + 10;
}
