#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# check.sh: the fast tests: C units with assertions on, everything else on the release build. The last line is
# "N passed, N failed".
cd "$(dirname "$0")/.." || exit 1
. test/count.sh
yes_or_no "build (release)" make -s -j2 BUILD=build/release build/release/lona
yes_or_no "build (debug)" make -s -j2 MODE=debug BUILD=build/debug build/debug/unit
part yes_or_no "style" sh tools/style.sh
part step "library" sh test/library.sh build/release/lona
part step "C units (debug)" build/debug/unit
part step "documentation examples" sh test/examples.sh build/release/lona
part yes_or_no "HTML reference" sh test/reference.sh build/release/lona
part step "test scripts" sh test/count_test.sh
# Among these are what an idle program uses, and what is answered when there is no memory.
alone step "command line" sh test/cli.sh build/release/lona
finish
