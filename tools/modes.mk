# SPDX-License-Identifier: GPL-3.0-only
# Build modes: release, debug and the hostile builds of vm/hostile.h.
CFLAGS_release = -O2 -DNDEBUG -fomit-frame-pointer
CFLAGS_debug = -O1 -DLONA_DEBUG -DLONA_CHECK_HEAP
CFLAGS_asan = -O1 -DLONA_DEBUG -DLONA_DISPATCH_LOOP -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS_fuzz = $(CFLAGS_asan) -fsanitize=fuzzer-no-link
CFLAGS_gcalways = -O1 -DLONA_DEBUG -DLONA_GC_ALWAYS -DLONA_CHECK_HEAP
CFLAGS_preempt = -O1 -DLONA_DEBUG -DLONA_PREEMPT=13
CFLAGS_boxed = -O1 -DLONA_DEBUG -DLONA_BOXED_FLOATS
CFLAGS_tsan = -O1 -DLONA_DEBUG -DLONA_DISPATCH_LOOP -DLONA_TSAN -fsanitize=thread
MODE_CFLAGS = $(CFLAGS_$(MODE))

# What is asked of a processor beyond its architecture's base line: to count bits, which looking a key up in a map does at every node.
CFLAGS_x86_64 = -mpopcnt
