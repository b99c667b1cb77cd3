#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# aarch64.sh: builds for aarch64 and runs the C units and the library's tests under qemu's user-mode emulation.
cd "$(dirname "$0")/.." || exit 1
. test/count.sh
sh tools/setup.sh tools/arm64-packages.txt >/dev/null
build=build/aarch64
yes_or_no "build (aarch64)" make -s -j2 CC="clang-19 --target=aarch64-linux-gnu" BUILD=$build $build/lona $build/unit
cat >$build/run <<END
#!/bin/sh
exec qemu-aarch64 -L / $PWD/$build/lona "\$@"
END
chmod +x $build/run
step "C units (aarch64)" qemu-aarch64 -L / $build/unit
step "library (aarch64)" sh test/library.sh $build/run
finish
