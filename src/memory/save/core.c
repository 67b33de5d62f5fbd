/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/save/core.h"

#include "base/error.h"
#include "base/fd.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

typedef struct {
    Elf64_Ehdr header;
    Elf64_Phdr memory;
} Core;

uint64_t
memory_core_size(void)
{
    return sizeof(Core);
}

/* One segment that has no bytes in the file: what is beyond them reads as
 * zeroes, by ELF's own rule, and no guest has run in this memory. */
bool
memory_core_write(int file, uint64_t size, GError **error)
{
    Core core = {
        .header =
            {
                .e_type = ET_CORE,
                .e_machine = EM_X86_64,
                .e_version = EV_CURRENT,
                .e_phoff = sizeof(Elf64_Ehdr),
                .e_ehsize = sizeof(Elf64_Ehdr),
                .e_phentsize = sizeof(Elf64_Phdr),
                .e_phnum = 1,
            },
        .memory =
            {
                .p_type = PT_LOAD,
                .p_offset = sizeof(Core),
                .p_memsz = size,
            },
    };

    memcpy(core.header.e_ident, ELFMAG, SELFMAG);
    core.header.e_ident[EI_CLASS] = ELFCLASS64;
    core.header.e_ident[EI_DATA] =
        G_BYTE_ORDER == G_LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;
    core.header.e_ident[EI_VERSION] = EV_CURRENT;
    return fd_write_at(file, &core, sizeof(core), 0) ||
           fail_errno(error, errno, "cannot write a core");
}
