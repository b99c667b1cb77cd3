#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# panic.sh ARCH FOLDER: FOLDER's kernel (with LONA_DEBUG), asked by a root task, touches what is not mapped. Its last words are the exception,
# all registers, who called whom by name, and the thread that was running; QEMU ends with status 35. A halt that was asked for has another status.
log=$(mktemp)
# status_of ROOT_TASK [OPTION...]
status_of() {
    root=$1
    shift
    case $arch in
    x86_64) machine="qemu-system-x86_64 -machine q35 -cpu max -kernel $folder/kernel.elf32 -device isa-debug-exit,iobase=0xf4,iosize=4" ;;
    *) machine="qemu-system-aarch64 -machine virt -cpu cortex-a53 -kernel $folder/kernel.img" ;;
    esac
    # shellcheck disable=SC2086
    timeout 30 $machine -m 256M -initrd "$folder/$root.elf" -display none -serial "file:$log" -no-reboot "$@" </dev/null >/dev/null 2>&1
    echo $?
}
arch=$1
folder=$2
bad=0
# is NAME VALUE WANTED
is() {
    [ "$2" = "$3" ] && return
    echo "$1: $2, not $3"
    bad=1
}
case $arch in
x86_64)
    halted=33
    listen=
    registers='kernel trap 14, error 0|  rip ffffffff8[0-9a-f]{7} rsp ffffffff8[0-9a-f]{7} |  r14 [0-9a-f]{16} r15 [0-9a-f]{16} cr2 fffffffffffffff8 '
    ;;
*)
    halted=0
    listen=-semihosting
    registers='kernel trap, syndrome 9600000|  pc  ffffffff8[0-9a-f]{7} sp  ffffffff8[0-9a-f]{7} |  x25 [0-9a-f]{16} .*x29 |  far fffffffffffffff8 '
    ;;
esac
# shellcheck disable=SC2086
is "status of a halt" "$(status_of hello $listen)" $halted
# shellcheck disable=SC2086
is "status of a panic" "$(status_of trap $listen)" 35
lines=$(tr -d '\r' <"$log")
IFS='|'
for line in ^user:.hello$ $registers '^kernel panic: the kernel raises no exception' '^  ffffffff8[0-9a-f]{7} debug_syscall\+0x' \
    '^  ffffffff8[0-9a-f]{7} handle_syscall\+0x' '^running: thread [0-9a-f]{16}, "root task", at 00000000004[0-9a-f]{5}, stack '; do
    printf '%s\n' "$lines" | grep -qE -e "$line" || {
        echo "no line matches $line"
        bad=1
    }
done
[ $bad = 0 ] || printf '%s\n' "$lines"
rm -f "$log"
exit $bad
