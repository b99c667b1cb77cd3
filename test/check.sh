#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# check.sh: the fast tests. BUILD and CC as for make. The last line is "N passed, N failed".
cd "$(dirname "$0")/.." || exit 1
. test/count.sh
build=${BUILD:-build/debug}
yes_or_no "build (debug)" make -s -j2 MODE=debug BUILD="$build" "$build/lona" "$build/unit"
step "C units" "$build/unit"
step "library" sh test/library.sh "$build/lona"
step "command line" sh test/cli.sh "$build/lona"
step "documentation examples" sh test/examples.sh "$build/lona"
yes_or_no "style" sh tools/style.sh
finish
