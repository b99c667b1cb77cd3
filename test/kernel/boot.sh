#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# boot.sh FOLDER MEMORY CPU ROOT_TASK REGEX...: boots FOLDER's kernel in QEMU. Exit status 0 when each REGEX matches a line of what comes over
# the serial line within BOOT_SECONDS (30); when the last one has come, QEMU is ended. BOOT_INPUT names a
# file to type, BOOT_LOG one to keep all lines in, BOOT_MACHINE QEMU's machine, BOOT_OPTIONS more for it, BOOT_DISK a disk
# that has kernel and root task. ROOT_TASK is - where the kernel has it behind it, and with a disk.
folder=$1
memory=$2
cpu=$3
root=$4
shift 4
log=$(mktemp)
pipe=$(mktemp -u)
mkfifo "$pipe"
if [ -f "$folder/kernel.img" ]; then
    machine="qemu-system-aarch64 -machine ${BOOT_MACHINE:-virt} -kernel $folder/kernel.img"
else
    machine="qemu-system-x86_64 -machine ${BOOT_MACHINE:-q35} -device isa-debug-exit,iobase=0xf4,iosize=4 -device edu"
    if [ -n "${BOOT_DISK:-}" ]; then
        machine="$machine -drive file=$BOOT_DISK,format=raw"
    else
        machine="$machine -kernel $folder/kernel.elf32"
    fi
fi
[ "$root" = - ] || machine="$machine -initrd $root"
# shellcheck disable=SC2086
timeout -k 5 "${BOOT_SECONDS:-30}" $machine -cpu "$cpu" -m "$memory" -display none -serial stdio -no-reboot ${BOOT_OPTIONS:-} \
    <"${BOOT_INPUT:-/dev/null}" >"$pipe" 2>&1 &
qemu=$!
for regex; do last=$regex; done
while read -r line; do
    printf '%s\n' "$line" | tr -d '\r' >>"$log"
    tail -n 1 "$log" | grep -qE -e "$last" && break
done <"$pipe"
kill $qemu 2>/dev/null
wait $qemu 2>/dev/null
status=0
for regex; do
    grep -qE -e "$regex" "$log" || {
        echo "no line matches $regex"
        status=1
    }
done
[ $status = 0 ] || cat "$log"
[ -z "${BOOT_LOG:-}" ] || cp "$log" "$BOOT_LOG"
rm -f "$log" "$pipe"
exit $status
