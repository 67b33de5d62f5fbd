/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/fd_pass.h"

#include "base/error.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Room for more than one: the kernel closes what does not fit, but says so
 * only by a flag, and a peer that sends two at once is refused by name. */
enum { ROOM = 4 };

typedef union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(ROOM * sizeof(int))];
} Control;

/* The byte carries it: a descriptor cannot travel alone on a stream. */
FdPassResult
fd_pass_send(int socket, int fd, GError **error)
{
    char byte = 0;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    Control control = {0};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = CMSG_SPACE(sizeof(fd)),
    };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(fd));
    memcpy(CMSG_DATA(header), &fd, sizeof(fd));
    if (sendmsg(socket, &message, MSG_NOSIGNAL) == 1)
        return FD_PASS_DONE;
    if (errno == EAGAIN || errno == EINTR)
        return FD_PASS_AGAIN;
    fail_errno(error, errno, "cannot send a descriptor");
    return FD_PASS_FAILED;
}

/* All that came, so that none is left open behind a refusal. */
static unsigned
collect(struct msghdr *message, int *ret_fds)
{
    unsigned count = 0;

    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header;
         header = CMSG_NXTHDR(message, header)) {
        size_t size = header->cmsg_len - CMSG_LEN(0);

        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        for (size_t i = 0; i < size / sizeof(int) && count < ROOM; i++) {
            memcpy(&ret_fds[count], CMSG_DATA(header) + i * sizeof(int),
                   sizeof(int));
            count++;
        }
    }
    return count;
}

/* One byte and one descriptor, or the two ends do not agree where in the
 * stream they are. */
FdPassResult
fd_pass_receive(int socket, int *ret_fd, GError **error)
{
    char byte = 0;
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    Control control = {0};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control.bytes,
        .msg_controllen = sizeof(control.bytes),
    };
    int fds[ROOM] = {0};
    unsigned count = 0;
    ssize_t got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return FD_PASS_AGAIN;
    if (got < 0) {
        fail_errno(error, errno, "cannot receive a descriptor");
        return FD_PASS_FAILED;
    }
    count = collect(&message, fds);
    if (got == 1 && count == 1) {
        *ret_fd = fds[0];
        return FD_PASS_DONE;
    }
    for (unsigned i = 0; i < count; i++)
        (void)close(fds[i]);
    fail(error, VIR_ERR_RPC,
         "the peer announced a descriptor and sent %zd bytes with %u", got,
         count);
    return FD_PASS_FAILED;
}
