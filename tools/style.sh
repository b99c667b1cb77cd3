#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# style.sh: rules of the sources that a script can check. Prints each breach; exit status 1 when there is one.
cd "$(dirname "$0")/.." || exit 1
bad=0
complain() {
    echo "$1: $2"
    bad=1
}
sources=$(git ls-files '*.c' '*.h' '*.def' '*.lona-s' '*.sh')
for f in $sources; do
    head -n 2 "$f" | grep -q 'SPDX-License-Identifier: GPL-3.0-only' || complain "$f" "no SPDX line"
    lines=$(wc -l <"$f")
    case "$f" in
    *.c | *.h | *.lona-s) [ "$lines" -le 1000 ] || complain "$f" "$lines lines; the ceiling is 1,000" ;;
    esac
done
# vm/ is freestanding: libc only through pure.h, libraries by their own headers.
for f in $(git ls-files 'vm/*.c' 'vm/*.h'); do
    [ "$f" = vm/pure.h ] && continue
    found=$(grep -nE '^ *# *include *<' "$f" | grep -vE '<(bearssl|gmp|pcre2|utf8proc|zlib|std(arg|bool|def|int))\.h>')
    [ -z "$found" ] || complain "$f" "includes a header of libc: $found"
done
# No include upwards: term and data know nothing of lang and run but the contracts they are given.
for f in $(git ls-files 'vm/term/*.[ch]' 'vm/data/*.[ch]'); do
    found=$(grep -nE '^ *# *include *"(lang|run)/' "$f" |
        grep -vE '"run/(proc|native|names|chain|frames|dynamic|vars|worker|mailbox|procs|sched|timers|tables)\.h"|"run/(errors|slow|names)\.def"|"lang/(code|printer|reader|ops)\.(h|def)"')
    [ -z "$found" ] || complain "$f" "includes upwards: $found"
done
# See STORE_SEQ_CST in lona/base.h.
for f in $(git ls-files 'vm/*.[ch]' 'port/*.[ch]'); do
    found=$(tr '\n' ' ' <"$f" | grep -oE '__atomic_store_n\([^;]*__ATOMIC_SEQ_CST\)')
    [ -z "$found" ] || complain "$f" "stores otherwise than with STORE_SEQ_CST: $found"
done
# Every header compiles alone.
for f in $(git ls-files 'vm/*.h' 'include/*.h'); do
    echo "#include \"$f\"" | clang-19 -std=gnu11 -Iinclude -Ivm -I. -fsyntax-only -x c - 2>/dev/null ||
        complain "$f" "does not compile alone"
done
for f in $(git ls-files 'kernel/*.h' ':!kernel/user'); do
    echo "#include \"$f\"" | clang-19 -std=gnu11 -ffreestanding -Iinclude -Ikernel -Itest/kernel/fake -I. -fsyntax-only -x c - 2>/dev/null ||
        complain "$f" "does not compile alone"
done
for arch in x86_64 aarch64; do
    for f in $(git ls-files 'kernel/user/*.h' "arch/$arch/user/*.h"); do
        echo "#include \"$f\"" |
            clang-19 --target=$arch-linux-gnu -std=gnu11 -ffreestanding -Iinclude -Ikernel/user -Iarch/$arch/user -Iarch/$arch -I. -fsyntax-only -x c - 2>/dev/null ||
            complain "$f" "does not compile alone ($arch)"
    done
    for f in $(git ls-files "arch/$arch/*.h" 'arch/common/*.h' ":!arch/$arch/user"); do
        echo "#include \"$f\"" |
            clang-19 --target=$arch-linux-gnu -std=gnu11 -ffreestanding -Iinclude -Ikernel -Iarch/$arch -Iarch/common -I. -fsyntax-only -x c - 2>/dev/null ||
            complain "$f" "does not compile alone ($arch)"
    done
done
# kernel/ is freestanding and knows no architecture but through arch.h.
for f in $(git ls-files 'kernel/*.c' 'kernel/*.h'); do
    found=$(grep -nE '^ *# *include *(<|"(arch|platform|vm|port)/)' "$f" | grep -vE '<std(arg|bool|def|int)\.h>')
    [ -z "$found" ] || complain "$f" "includes what a kernel must not: $found"
done
if command -v clang-format-19 >/dev/null; then
    out=$(clang-format-19 --dry-run -Werror $(git ls-files '*.c' '*.h') 2>&1 | grep 'error:' | cut -d: -f1 | sort -u)
    [ -z "$out" ] || complain "layout (make format)" "$out"
fi
exit $bad
