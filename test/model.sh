#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# model.sh: checks test/model/*.pml with spin, in each CASE_ that a model's head names, and that each MUTANT_ which it
# names is found to be wrong (in one of them).
set -eu
cd "$(dirname "$0")/.."
command -v spin >/dev/null || { echo "skipped: spin is not installed" && exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
# verify MODEL DEFINES: what the verifier says; "errors: 0" is among it when it found none.
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
named() { # named PREFIX: the defines with it in the model's head
    sed -n "s/.*-D\\($1_[A-Z_]*\\):.*/-D\\1/p" "$model"
}
for model in test/model/*.pml; do
    cases=$(named CASE)
    for case in ${cases:-""}; do
        text=$(verify "$PWD/$model" "$case")
        case $text in *"errors: 0"*) found=right ;; *) found=wrong ;; esac
        case $text in *"max search depth too small"* | *"reached"*"limit"*) found=incomplete ;; esac
        judge "$model $case" right "$found"
    done
    for mutant in $(named MUTANT); do
        found=unnoticed
        for case in ${cases:-""}; do
            text=$(verify "$PWD/$model" "$mutant $case")
            case $text in *"errors: 1"*) found=wrong && break ;; esac
        done
        judge "$model $mutant" wrong "$found"
    done
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
