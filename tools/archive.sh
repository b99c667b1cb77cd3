#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# archive.sh FILE...: writes a C table of the given library files (port.h: port_archive_find) to standard output. NAME=FILE: the
# file under another name. A file "index" has all the names, a line each.
bytes() {
    echo "static const unsigned char $1[] = {"
    od -An -v -tx1 | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'
    echo "0};"
}
name() {
    name=${1%%=*}
    echo "${name#lib/}"
}
echo '#include "archive.h"'
i=0
for f in "$@"; do
    bytes "file_$i" < "${f#*=}"
    i=$((i + 1))
done
for f in "$@"; do
    name "$f"
done | bytes index_file
echo "const struct archive_file archive_files[] = {"
i=0
for f in "$@"; do
    echo "    {\"$(name "$f")\", file_$i, sizeof file_$i - 1},"
    i=$((i + 1))
done
echo '    {"index", index_file, sizeof index_file - 1},'
echo "    {0, 0, 0},"
echo "};"
