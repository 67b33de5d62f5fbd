/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything of libvirt's names in one include. */
#pragma once

#include <libvirt/libvirt-domain-checkpoint.h>
#include <libvirt/libvirt-domain-snapshot.h>
#include <libvirt/libvirt-domain.h>
#include <libvirt/libvirt-event.h>
#include <libvirt/libvirt-host.h>
#include <libvirt/virterror.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifdef __cplusplus
}
#endif
