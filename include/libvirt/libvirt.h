/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The public API in one include: libvirt's names, as far as Strandline has
 * them.
 *
 * Strandline gives QEMU/KVM machines checkpoints and incremental backups with
 * the interface that was proposed for libvirt in 2018 and 2019.  Whatever
 * existed in libvirt has libvirt's signature and numbers, so that a program
 * written for it compiles; where the proposal and today's libvirt differ, the
 * proposal counts, and the call says so.
 *
 * Returned: -1 or NULL on failure, with the reason in virGetLastError()
 * (virterror.h).  Every call that takes flags refuses unknown ones with
 * VIR_ERR_INVALID_ARG.
 *
 * Define VIR_ENUM_SENTINELS before including it to get a value ..._LAST at the
 * end of the enums that libvirt gives one; it grows with later releases.
 *
 * Not included: libvirt-qemu.h (QEMU only) and libvirt-strandline.h (what
 * neither libvirt nor the proposal has).
 */
#pragma once

#include <libvirt/libvirt-common.h>
#include <libvirt/libvirt-host.h>

#include <libvirt/libvirt-domain.h>

#include <libvirt/libvirt-domain-checkpoint.h>
#include <libvirt/libvirt-domain-snapshot.h>
#include <libvirt/libvirt-event.h>
#include <libvirt/libvirt-others.h>
#include <libvirt/virterror.h>
