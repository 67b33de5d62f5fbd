/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/shell/ask.h"

#include <fcntl.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* A longer password is more likely a file that was pasted. */
enum { ANSWER_MAX = 4096 };

static void
put(int terminal, const char *text)
{
    /* To a terminal that is gone nothing can be said. */
    (void)!write(terminal, text, strlen(text));
}

/* Up to the end of the line, which is not part of it; false without one. */
static bool
read_line(int terminal, char *ret_line)
{
    size_t length = 0;

    while (length < ANSWER_MAX - 1) {
        ssize_t got = read(terminal, ret_line + length, 1);

        if (got <= 0)
            return false;
        if (ret_line[length] == '\n')
            break;
        length++;
    }
    ret_line[length] = '\0';
    return true;
}

static void
put_question(int terminal, const virConnectCredential *question)
{
    put(terminal, question->prompt ? question->prompt : "Answer");
    put(terminal, ": ");
}

/* What is typed is not shown, and what was typed ahead of the question is not its
 * answer; the terminal is as it was in any case.  The question comes last: a fast
 * answer to it must not be taken for what came before. */
static bool
ask_hidden(int terminal, const virConnectCredential *question, char *ret_line)
{
    struct termios usual;
    struct termios hidden;
    bool is_read = false;

    if (tcgetattr(terminal, &usual) != 0)
        return false;
    hidden = usual;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    if (tcsetattr(terminal, TCSAFLUSH, &hidden) != 0)
        return false;
    put_question(terminal, question);
    is_read = read_line(terminal, ret_line);
    (void)tcsetattr(terminal, TCSADRAIN, &usual);
    put(terminal, "\n");
    return is_read;
}

/* Nothing typed means what the server proposes, if it does. */
static bool
ask(int terminal, virConnectCredentialPtr question)
{
    char line[ANSWER_MAX];
    bool is_secret = question->type == VIR_CRED_PASSPHRASE ||
                     question->type == VIR_CRED_NOECHOPROMPT;
    bool is_read = false;

    if (is_secret) {
        is_read = ask_hidden(terminal, question, line);
    } else {
        put_question(terminal, question);
        is_read = read_line(terminal, line);
    }
    if (is_read && (*line || !question->defresult)) {
        question->result = strdup(line);
        question->resultlen = (unsigned)strlen(line);
    }
    explicit_bzero(line, sizeof(line));
    return is_read;
}

/* At the terminal, and not at standard input: that may be a script's. */
static int
ask_all(virConnectCredentialPtr questions, unsigned count, void *opaque)
{
    int terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    bool is_answered = terminal >= 0;

    (void)opaque;
    for (unsigned i = 0; is_answered && i < count; i++)
        is_answered = ask(terminal, &questions[i]);
    if (terminal >= 0)
        (void)close(terminal);
    return is_answered ? 0 : -1;
}

virConnectPtr
ask_open(const char *uri, bool is_readonly)
{
    static int kinds[] = {VIR_CRED_AUTHNAME, VIR_CRED_PASSPHRASE,
                          VIR_CRED_ECHOPROMPT, VIR_CRED_NOECHOPROMPT,
                          VIR_CRED_REALM};
    virConnectAuth auth = {kinds, G_N_ELEMENTS(kinds), ask_all, NULL};

    return virConnectOpenAuth(uri, &auth, is_readonly ? VIR_CONNECT_RO : 0);
}
