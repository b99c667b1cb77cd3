#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# run.sh ARCH FOLDER [OPTION...]: boots the image in FOLDER in QEMU, with the serial line on standard input and output. MEMORY: how
# much RAM (1G). BOOT=disk: a PC boots from the disk image there.
arch=$1
folder=$2
shift 2
case $arch${BOOT:+-$BOOT} in
x86_64-disk)
    # GRUB and the firmware write nothing.
    set -- qemu-system-x86_64 -machine q35 -cpu max -drive "file=$folder/disk.img,format=raw,snapshot=on" "$@"
    ;;
x86_64)
    set -- qemu-system-x86_64 -machine q35 -cpu max -kernel "$folder/image-x86_64" -initrd "$folder/lona.elf" "$@"
    ;;
aarch64)
    set -- qemu-system-aarch64 -machine virt -cpu cortex-a53 -kernel "$folder/image-aarch64" "$@"
    ;;
*)
    echo "a machine of $arch does not boot from: $BOOT" >&2
    exit 64
    ;;
esac
[ -t 0 ] && echo "Ctrl-A X leaves QEMU."
exec "$@" -m "${MEMORY:-1G}" -display none -serial mon:stdio -no-reboot
