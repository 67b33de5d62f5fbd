/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once
enum { VIR_ERR_INVALID_ARG = 8, VIR_ERR_OPERATION_FAILED = 9, VIR_ERR_SYSTEM_ERROR = 38 };
