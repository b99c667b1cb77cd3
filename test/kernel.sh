#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# kernel.sh [PART...]: `host` runs the parts of the built-in kernel that know no machine; an architecture boots it in QEMU, built by each
# compiler, with its own assertions on, with little and with much memory; then Lona on it, and the library's tests. Where SEL4_PREFIX names
# a seL4 kernel (for x86_64, or for what ARCH says), answers are compared with its own, and Lona as it is built for that kernel boots on the
# built-in one.
cd "$(dirname "$0")/.." || exit 1
. test/count.sh
boot="sh test/kernel/boot.sh"
real_arch=${ARCH:-x86_64}

# What is typed before the serial line is set up may be lost: blanks.
typed=$(mktemp)
printf '%20s\r(* 6 7)\r' '' >"$typed"

# root_tasks ARCH CPU COMPILER: small root tasks, on a kernel that checks its own rules.
root_tasks() {
    k=build/kernel-$1-debug-$3
    yes_or_no "build (kernel, $1, $3)" make -s -j2 kernel-tests ARCH="$1" KERNEL="$k" KERNEL_MODE=-DLONA_DEBUG CC="$3"
    yes_or_no "boots to a root task with 256M ($1, $3)" $boot $k 256M "$2" $k/hello.elf '^memory: 25[0-6] MiB free' '^user: hello$' \
        '^kernel: halted by '
    yes_or_no "tells of a fault that nobody handles ($1, $3)" $boot $k 256M "$2" $k/fault.elf '^user: hello$' 'stops with fault 6 at 4000.*: 10 0 '
    yes_or_no "tells of a panic, and ends with a status of its own ($1, $3)" sh test/kernel/panic.sh "$1" $k
    yes_or_no "answers of the architecture's objects ($1, $3)" sh test/kernel/answers.sh "$1" $k 512M "$2" $k/machine.elf
}
# lona ARCH CPU DRIVER: what users see; k is a kernel that checks its own rules.
lona() {
    own=build/built-in-$1
    yes_or_no "build (Lona on the release kernel, $1)" make -s -j2 SEL4_PREFIX= ARCH="$1" CC=clang-19 kernel $own/lona/image-"$1" $own/tests/image-"$1" $own/stress/image-"$1" \
        $own/examples/image-"$1"
    export BOOT_INPUT=$typed
    yes_or_no "Lona boots on it and answers ($1)" $boot build/kernel-"$1" 1G "$2" $own/lona/lona.elf '^Lona .*ctrl-d' '[^0-9]42$'
    yes_or_no "on a kernel that checks its own rules, too ($1)" $boot $k 1G "$2" $own/lona/lona.elf '^Lona .*ctrl-d' '[^0-9]42$'
    unset BOOT_INPUT
    yes_or_no "the prompt runs on a driver in Lonala, which is redefined meanwhile ($1)" sh test/kernel/driver.sh "$3" \
        sh port/sel4/run.sh "$1" $own/lona
    yes_or_no "names are completed, lines come back, Ctrl-C interrupts ($1)" sh test/kernel/prompt.sh sh port/sel4/run.sh "$1" $own/lona
    yes_or_no "what is typed before there is a prompt is read by it ($1)" sh -c "
        printf '\\n(* 6 7)\\n\\004' | sh port/sel4/boot.sh $1 $own/lona | grep '42\$'"
    alone yes_or_no "an idle system uses under 3 % of a core ($1)" sh test/kernel/idle.sh sh port/sel4/run.sh "$1" $own/lona
    step "library, booted ($1)" sh port/sel4/boot.sh "$1" $own/tests </dev/null
    step "stress and random programs, booted ($1)" sh port/sel4/boot.sh "$1" $own/stress </dev/null
    # Some of them take what a process may at most, twice while its heap grows.
    step "documentation examples, booted ($1)" env MEMORY=3G sh port/sel4/boot.sh "$1" $own/examples </dev/null
}
x86_64() {
    for cc in gcc clang-19; do
        root_tasks x86_64 max $cc
    done
    yes_or_no "random system calls (x86_64)" sh test/kernel/fuzz.sh x86_64 $k 1 400
    yes_or_no "build (a jump to no address, flags)" make -s ARCH=x86_64 KERNEL=$k KERNEL_MODE=-DLONA_DEBUG CC=clang-19 $k/jump.elf $k/flags.elf \
        $k/step.elf
    yes_or_no "a jump to no address ends at one" $boot $k 256M max $k/jump.elf 'stops with fault 3 at 7ffffffff000: d 0 '
    yes_or_no "the flags of a user do not reach the kernel" $boot $k 256M max $k/flags.elf 'stops with fault 6 at 4000.*: 10 0 '
    yes_or_no "a step through a system call ends behind it" $boot $k 256M max $k/step.elf 'stops with fault 3 at 4000.*: 1 0 '
    yes_or_no "build (a pin with two handlers)" make -s ARCH=x86_64 KERNEL=$k KERNEL_MODE=-DLONA_DEBUG CC=clang-19 $k/pins.elf
    yes_or_no "a pin goes on when a handler ends that another took it from" $boot $k 256M max $k/pins.elf '^ten interrupts: 0$'
    yes_or_no "boots with 16G" $boot $k 16G max $k/hello.elf '^memory: 163[78][0-9] MiB free' '^kernel: halted by '
    yes_or_no "boots without pages of 1 GiB" $boot $k 5G qemu64 $k/hello.elf '^memory: 511[0-9] MiB free' '^kernel: halted by '
    lona x86_64 max ns16550
    yes_or_no "the console is where the firmware has serial ports, or none" sh test/kernel/ports.sh $k $own/lona
    yes_or_no "messages of a device interrupt a driver in Lonala" sh test/kernel/message.sh $own/lona
    sh tools/setup.sh tools/disk-packages.txt >/dev/null
    yes_or_no "build (a disk with a screen)" make -s ARCH=x86_64 KERNEL=$k KERNEL_MODE=-DLONA_DEBUG CC=clang-19 $k/screen.elf
    yes_or_no "the loader's screen reaches the root task" sh test/kernel/screen.sh $k
    yes_or_no "build (disk image)" make -s -j2 SEL4_PREFIX= ARCH=x86_64 CC=clang-19 $own/lona/disk.img
    yes_or_no "boots from a disk by GRUB, and answers" sh test/kernel/disk.sh $own/lona
}
# on_machine NAME MACHINE MEMORY CPU MEMORY_FOUND
on_machine() {
    export BOOT_MACHINE=$2
    yes_or_no "boots $1" $boot $k "$3" "$4" $k/hello.elf "^memory: $5 MiB free" '^kernel: halted by '
    yes_or_no "interrupts come $1" $boot $k 512M "$4" $k/machine.elf '^ten interrupts: 0$'
    unset BOOT_MACHINE
}
aarch64() {
    sh tools/setup.sh tools/arm64-packages.txt >/dev/null
    for cc in gcc clang-19; do
        root_tasks aarch64 cortex-a53 $cc
    done
    yes_or_no "random system calls (aarch64)" sh test/kernel/fuzz.sh aarch64 $k 1 200
    yes_or_no "a panic tells who called whom" $boot $k 256M cortex-a53 - '^kernel panic: a root task comes as' ' boot_main[+]0x'
    yes_or_no "build (caches)" make -s ARCH=aarch64 KERNEL=$k KERNEL_MODE=-DLONA_DEBUG CC=clang-19 $k/caches.elf
    yes_or_no "nobody waits for the cleaning of a large frame" env BOOT_OPTIONS="-icount shift=0,sleep=off" $boot $k 3G cortex-a53 $k/caches.elf \
        '^clean: 0$' '^unify: 0$' '^invalidate by address: 0$' '^caches: nobody waited$'
    on_machine "at EL2, with 16G" virt,virtualization=on 16G cortex-a53 '1638[0-4]'
    on_machine "with a GIC of version 3" virt,gic-version=3 5G max '51[12][0-9]'
    on_machine "at EL2 with a GIC of version 3" virt,gic-version=3,virtualization=on 1G cortex-a72 '102[0-4]'
    lona aarch64 cortex-a53 pl011
    mkdir -p $own/appended
    cp $own/lona/image-aarch64 $own/appended/kernel.img
    yes_or_no "boots with the root task behind the kernel" $boot $own/appended 256M cortex-a53 - '^Lona .*ctrl-d'
}
# Where there is a kernel of seL4's to compare with.
seL4_x86_64() {
    real=build/kernel-real-x86_64
    mkdir -p $real
    objcopy -O elf32-i386 "$SEL4_PREFIX/bin/kernel.elf" $real/kernel.elf32
    yes_or_no "the same answers on seL4" sh test/kernel/answers.sh x86_64 $real 512M max $k/machine.elf
    yes_or_no "build (Lona for seL4)" make -s -j2 SEL4_PREFIX="$SEL4_PREFIX" build/sel4-x86_64/lona/lona.elf
    yes_or_no "Lona for seL4 boots on it" $boot build/kernel-x86_64 1G max build/sel4-x86_64/lona/lona.elf '^Lona .*ctrl-d'
}
# Such a kernel takes the memory that it was built for.
seL4_aarch64() {
    real=build/sel4-aarch64
    yes_or_no "build (for seL4)" make -s -j2 ARCH=aarch64 SEL4_PREFIX="$SEL4_PREFIX" $real/machine/image-aarch64 $real/lona/lona.elf
    mkdir -p $real/kernel
    cp $real/machine/image-aarch64 $real/kernel/kernel.img
    yes_or_no "the same answers on seL4" sh test/kernel/answers.sh aarch64 $real/kernel "${MEMORY:-1G}" cortex-a53 -
    yes_or_no "Lona for seL4 boots on it" $boot build/kernel-aarch64 1G cortex-a53 $real/lona/lona.elf '^Lona .*ctrl-d'
}

host() {
    for cc in gcc clang-19; do
        h=build/kernel-host-$cc
        yes_or_no "build (portable kernel on the host, $cc)" make -s -j2 $h/unit KERNEL_HOST=$h CC="$cc"
        step "portable kernel on the host ($cc)" $h/unit
    done
}
booted() {
    "$1"
    if [ -n "${SEL4_PREFIX:-}" ] && [ "$1" = "$real_arch" ]; then
        "seL4_$1"
    else
        echo "skipped: SEL4_PREFIX names no seL4 kernel for $1, so nothing is compared with seL4"
    fi
}
for part in ${*:-aarch64 x86_64 host}; do
    case $part in
    host) part host ;;
    *) part booted "$part" ;;
    esac
done
together
rm -f "$typed"
finish
