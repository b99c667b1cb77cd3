#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# disk.sh IMAGE KERNEL ROOT_TASK [SCREEN]: a raw disk that a BIOS boots by GRUB. SCREEN: the mode that it sets, as 1024x768x32 (text).
#
#   sector 0      GRUB's boot sector, which loads what begins in sector 1; the table of partitions
#   sector 1...   GRUB's core image with grub.cfg in it: up to the first partition
#   sector 2048   the only partition, FAT: kernel.elf, lona.elf
set -eu
image=$1
grub=/usr/lib/grub/i386-pc
first=2048    # the usual place: 1 MiB
sectors=10240 # 5 MiB
sed "/^#/d; s/@screen@/${4:-text}/" "$(dirname "$0")/grub.cfg" >"$image.cfg" # its rescue parser knows no comments
grub-mkimage -O i386-pc -d $grub -p '(,msdos1)/' -c "$image.cfg" -o "$image.core" biosdisk part_msdos fat multiboot2 vbe serial terminal echo
[ "$(stat -c %s "$image.core")" -le $(((first - 1) * 512)) ] || { echo "GRUB's core image reaches into the partition" >&2; exit 1; }
# little_endian NUMBER: four bytes.
little_endian() {
    for shift in 0 8 16 24; do
        # shellcheck disable=SC2059
        printf "\\$(printf %03o $(($1 >> shift & 255)))"
    done
}
{
    head -c 446 $grub/boot.img
    # An active partition, FAT by sector numbers, which the old addresses by cylinder do not reach.
    printf '\200\376\377\377\016\376\377\377'
    little_endian $first
    little_endian $sectors
    head -c 48 /dev/zero
    printf '\125\252'
    cat "$image.core"
} >"$image"
truncate -s $(((first + sectors) * 512)) "$image"
# Its own heads and sectors are those that a BIOS makes up for a small disk.
mformat -i "$image@@$((first * 512))" -T $sectors -h 16 -s 63 -H $first -N 4c6f6e61 -v LONA ::
mcopy -i "$image@@$((first * 512))" "$2" ::kernel.elf
mcopy -i "$image@@$((first * 512))" "$3" ::lona.elf
rm "$image.core" "$image.cfg"
