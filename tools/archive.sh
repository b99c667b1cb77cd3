#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# archive.sh FILE...: writes a C table of the given library files (port.h: port_archive_find) to standard output. NAME=FILE: the
# file under another name.
echo '#include "archive.h"'
i=0
for f in "$@"; do
    echo "static const unsigned char file_$i[] = {"
    od -An -v -tx1 "${f#*=}" | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
    echo "0};"
    i=$((i + 1))
done
echo "const struct archive_file archive_files[] = {"
i=0
for f in "$@"; do
    name=${f%%=*}
    echo "    {\"${name#lib/}\", file_$i, sizeof file_$i - 1},"
    i=$((i + 1))
done
echo "    {0, 0, 0},"
echo "};"
