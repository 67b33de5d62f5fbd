/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/tap.h"

#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* A bridge takes the lowest address of its ports for its own: one that begins
 * with this is never the lowest, and the bridge keeps what it has. */
enum { HOST_END_FIRST = 0xfe, MAC_BYTES = 6 };

/* With room for the header that lets guest and host leave checksums out: QEMU asks
 * the descriptor whether it is there. */
static int
attach(const char *name, struct ifreq *ret_request, GError **error)
{
    g_auto(AutoFd) fd = -1;

    if (!fault_point("file:tap", error))
        return -1;
    fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    *ret_request = (struct ifreq){
        .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR,
    };
    g_strlcpy(ret_request->ifr_name, name, sizeof(ret_request->ifr_name));
    if (fd < 0) {
        (void)fail_errno(error, errno, "cannot open '/dev/net/tun'");
        return -1;
    }
    if (ioctl(fd, TUNSETIFF, ret_request) < 0) {
        (void)fail_errno(error, errno, "cannot have the tap '%s'", name);
        return -1;
    }
    return fd_steal(&fd);
}

/* The guest's own address with another first byte: the two ends of one wire must
 * differ, and who looks at the bridge recognizes the guest.  @mac has six numbers:
 * the definition's reader has seen to it. */
static void
read_address(const char *mac, struct sockaddr *ret_address)
{
    g_auto(GStrv) bytes = g_strsplit(mac, ":", MAC_BYTES);

    ret_address->sa_family = ARPHRD_ETHER;
    for (gsize i = 0; i < MAC_BYTES && bytes[i]; i++)
        ret_address->sa_data[i] = (char)g_ascii_strtoull(bytes[i], NULL, 16);
    ret_address->sa_data[0] = (char)HOST_END_FIRST;
}

/* One step; the name stays in @request whatever the kernel answers in it. */
static bool
tell_kernel(int socket, unsigned long what, struct ifreq *request,
            const char *bridge, GError **error)
{
    if (ioctl(socket, what, request) == 0)
        return true;
    return fail_errno(error, errno, "cannot put the tap '%s' on bridge '%s'",
                      request->ifr_name, bridge);
}

static bool
bring_up(int socket, struct ifreq *request, const char *bridge, GError **error)
{
    if (!tell_kernel(socket, SIOCGIFFLAGS, request, bridge, error))
        return false;
    request->ifr_flags = (short)(request->ifr_flags | IFF_UP);
    return tell_kernel(socket, SIOCSIFFLAGS, request, bridge, error);
}

/* Address and size of packets before it is a port: a bridge follows its ports in
 * both. */
static bool
put_on_bridge(const char *tap, const DomainInterface *interface, GError **error)
{
    g_auto(AutoFd) link = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const char *bridge = interface->bridge;
    struct ifreq request = {0};
    int mtu = 0;

    if (link < 0)
        return fail_errno(error, errno, "cannot reach the kernel's network");
    g_strlcpy(request.ifr_name, bridge, sizeof(request.ifr_name));
    if (!tell_kernel(link, SIOCGIFMTU, &request, bridge, error))
        return false;
    mtu = request.ifr_mtu;
    request = (struct ifreq){0};
    g_strlcpy(request.ifr_name, tap, sizeof(request.ifr_name));
    read_address(interface->mac, &request.ifr_hwaddr);
    if (!tell_kernel(link, SIOCSIFHWADDR, &request, bridge, error))
        return false;
    request.ifr_mtu = mtu;
    if (!tell_kernel(link, SIOCSIFMTU, &request, bridge, error) ||
        !bring_up(link, &request, bridge, error))
        return false;
    /* The bridge is asked last, with the port's number in place of its own. */
    g_strlcpy(request.ifr_name, bridge, sizeof(request.ifr_name));
    request.ifr_ifindex = (int)if_nametoindex(tap);
    return tell_kernel(link, SIOCBRADDIF, &request, bridge, error);
}

/* Where the definition says that the tap is somebody else's, one that is not there
 * must not be made: it would be nobody's wire. */
static int
open_named(const DomainInterface *interface, GError **error)
{
    const char *name = interface->target;
    struct ifreq request;

    if (!interface->is_managed && if_nametoindex(name) == 0) {
        fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
             "there is no tap '%s'; make it with 'ip tuntap add %s mode tap'",
             name, name);
        return -1;
    }
    return attach(name, &request, error);
}

int
tap_open(const DomainInterface *interface, GError **error)
{
    g_auto(AutoFd) fd = -1;
    struct ifreq request;

    if (interface->type == INTERFACE_ETHERNET)
        return open_named(interface, error);
    /* The kernel finds the next free number, as for libvirt's. */
    fd = attach(interface->target ? interface->target : "vnet%d", &request,
                error);
    if (fd < 0 || !put_on_bridge(request.ifr_name, interface, error))
        return -1;
    return fd_steal(&fd);
}
