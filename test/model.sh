#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# model.sh: checks test/model/*.pml with spin, and that each MUTANT_ a model's head names is found to be wrong.
set -eu
cd "$(dirname "$0")/.."
command -v spin >/dev/null || { echo "skipped: spin is not installed" && exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
# verify MODEL [DEFINE]: what the verifier says; "errors: 0" is among it when it found none.
verify() {
    (
        cd "$work"
        # shellcheck disable=SC2086
        spin -a ${2:-} "$1" >/dev/null && cc -O2 -DSAFETY -DMEMLIM=2048 -o pan pan.c 2>/dev/null && ./pan -m1000000
    ) || true
}
judge() {
    if [ "$2" = "$3" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "FAIL model $1"
    fi
}
for model in test/model/*.pml; do
    text=$(verify "$PWD/$model")
    case $text in *"errors: 0"*) found=right ;; *) found=wrong ;; esac
    case $text in *"max search depth too small"* | *"reached"*"limit"*) found=incomplete ;; esac
    judge "$model" right "$found"
    for mutant in $(sed -n 's/.*-D\(MUTANT_[A-Z_]*\):.*/\1/p' "$model"); do
        text=$(verify "$PWD/$model" "-D$mutant")
        case $text in *"errors: 1"*) found=wrong ;; *) found=unnoticed ;; esac
        judge "$model $mutant" wrong "$found"
    done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
