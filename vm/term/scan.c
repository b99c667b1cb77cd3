/* SPDX-License-Identifier: GPL-3.0-only */
#include "term/scan.h"

#define RAW_SCAN_TERMS(raw) raw
#define RAW_SCAN_RAW(raw) SCAN_ALL
#define RAW_SCAN_CODE(raw) SCAN_ALL
const u8 scan_raw_words[TYPE_COUNT] = {
#define TYPE(name, raw, scan, lonala_name) [T_##name] = RAW_##scan(raw),
#include "term/types.def"
#undef TYPE
};
