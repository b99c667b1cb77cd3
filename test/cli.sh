#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# cli.sh LONA: whole-program tests: each script of test/cli prints "ok NAME" or "not ok NAME ..." lines.
lona=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
passed=0
failed=0
for script in test/cli/*.sh; do
    out=$(timeout 120 sh "$script" "$lona" 2>&1)
    good=$(echo "$out" | grep -c '^ok ')
    bad=$(echo "$out" | grep -c '^not ok ')
    [ "$((good + bad))" -gt 0 ] || bad=1
    passed=$((passed + good))
    failed=$((failed + bad))
    [ "$bad" = 0 ] || echo "$script:" "$out"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
