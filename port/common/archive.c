/* SPDX-License-Identifier: GPL-3.0-only */
#include "archive.h"

#include "port.h"

#include <string.h>

/* Linear: a few hundred files, each looked up once. */
const u8 *port_archive_find(const char *path, word *bytes)
{
    for (const struct archive_file *f = archive_files; f->path; f++) {
        if (strcmp(f->path, path) == 0) {
            *bytes = f->bytes;
            return f->data;
        }
    }
    return NULL;
}
