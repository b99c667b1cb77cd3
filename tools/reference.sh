#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# reference.sh LONA FOLDER: makes the HTML reference of the library and the documents in FOLDER.
set -eu
mkdir -p "$2"
rm -f "$2"/*.html
# shellcheck disable=SC2046
LONA_PATH=tools:examples "$1" -m reference "$2" $(sh tools/library_files.sh lib) README.md ARCHITECTURE.md CONTRIBUTING.md bench/README.md \
    examples/README.md $(find doc -name '*.md' | sort)
