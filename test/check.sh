#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# check.sh: the fast tests: C units with assertions on, everything else on the release build. The last line is
# "N passed, N failed".
cd "$(dirname "$0")/.." || exit 1
. test/count.sh
yes_or_no "build (release)" make -s -j2 BUILD=build/release build/release/lona
yes_or_no "build (debug)" make -s -j2 MODE=debug BUILD=build/debug build/debug/unit
step "C units (debug)" build/debug/unit
step "library" sh test/library.sh build/release/lona
step "command line" sh test/cli.sh build/release/lona
step "documentation examples" sh test/examples.sh build/release/lona
yes_or_no "style" sh tools/style.sh
finish
