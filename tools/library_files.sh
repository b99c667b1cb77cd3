#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# library_files.sh [-t] FOLDER...: the sources in Lonala below the folders, sorted; with -t their tests. x_test is the test of x, but where it has a
# test itself: then it is a source.
tests=0
[ "$1" = -t ] && tests=1 && shift
find "$@" -name '*.lona-s' 2>/dev/null | sort | awk -v tests=$tests '
    { there[$0] = 1; file[NR] = $0 }
    END {
        for (i = 1; i <= NR; i++) {
            test_of_it = file[i]
            sub(/\.lona-s$/, "_test.lona-s", test_of_it)
            is_test = file[i] ~ /_test\.lona-s$/ && !(test_of_it in there)
            if (is_test == tests) print file[i]
        }
    }'
