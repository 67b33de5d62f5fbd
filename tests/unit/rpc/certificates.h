/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates (tests/certificates.sh) made for a test, and two ends of a
 * socket that use them. */
#pragma once

#include "rpc/transport.h"
#include "temp_folder.h"

/** certificates_new: a folder with all of them. */
TempFolder *certificates_new(void);

/** certificates_server, certificates_client: options with the files of
 * @folder's @name; they live as long as @folder does. */
TlsOptions certificates_server(const TempFolder *folder, const char *name);
TlsOptions certificates_client(const TempFolder *folder, const char *name);

/** certificates_load: what @options are; they have to be right. */
TlsCredentials *certificates_load(const TlsOptions *options);
