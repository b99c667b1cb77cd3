/* SPDX-License-Identifier: GPL-3.0-only */
/* archive.h: the boot archive, a table of library files that tools/archive.sh writes; ends with a NULL path. */
#ifndef LONA_ARCHIVE_H
#define LONA_ARCHIVE_H

struct archive_file {
    const char *path; /* e.g. "lona/core.lona-s" */
    const unsigned char *data;
    unsigned long bytes;
};
extern const struct archive_file archive_files[];

#endif
